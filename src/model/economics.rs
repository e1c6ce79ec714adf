//! What an economic evaluation is asked.

/// An economic evaluation of a scenario: whose money, compared with what, worth what.
#[derive(Debug, Clone, PartialEq)]
pub struct Economics {
    /// Whose costs and effects count, in words.
    pub perspective: String,
    /// Index of the strategy that the others are compared with.
    pub comparator: usize,
    /// Money per QALY at which single figures are told.
    pub threshold: f64,
    /// Highest money per QALY of the tables that begin with 0.
    pub wtp_to: f64,
    /// Their step.
    pub wtp_step: f64,
    /// For whom a decision is made, if that is said.
    pub deciding_for: Option<DecidingFor>,
    /// Parameters whose joint value of information is asked: name of the group, names of parameters.
    pub groups: Vec<(String, Vec<String>)>,
    /// Studies whose value is asked.
    pub studies: Vec<Study>,
}

impl Economics {
    /// Money per QALY of the tables: 0, step, ... up to the highest.
    #[must_use]
    pub fn wtp(&self) -> Vec<f64> {
        let steps = (self.wtp_to / self.wtp_step).floor() as u32;
        (0..=steps).map(|at| f64::from(at) * self.wtp_step).collect()
    }
}

/// Patients for whom one decision is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecidingFor {
    /// New patients a year.
    pub patients_a_year: f64,
    /// Years for which the decision holds.
    pub years: f64,
}

/// A study that would tell more about one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Name in tables.
    pub id: String,
    /// Name of the parameter.
    pub parameter: String,
    /// What it would observe.
    pub data: StudyData,
}

/// The data model of a study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StudyData {
    /// Of n patients, in how many it happens; the parameter is its probability.
    Binomial {
        /// Patients.
        n: u32,
    },
    /// Times to an event, Weibull with the parameter as their median, until the end of follow-up.
    Survival {
        /// Patients.
        n: u32,
        /// Months over which they enter, evenly.
        accrual_months: f64,
        /// Months of follow-up after the last entry.
        follow_up_months: f64,
        /// Shape of the Weibull distribution.
        shape: f64,
    },
}
