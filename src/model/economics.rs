//! What an economic evaluation is asked.

use super::Value;
use crate::place::Place;

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
    /// Figures of the model that costs and effects hang on: the first so many. Those after them say how many patients
    /// come.
    pub figures: usize,
    /// For whom a decision is made, if that is said.
    pub deciding_for: Option<DecidingFor>,
    /// Parameters whose joint value of information is asked: name of the group, names of parameters.
    pub groups: Vec<(String, Vec<String>)>,
    /// Studies whose value is asked.
    pub studies: Vec<Study>,
    /// Whether every uncertain figure is moved from its low to its high value.
    pub one_way: bool,
    /// Pairs of figures that are moved together, by name.
    pub two_way: Vec<[String; 2]>,
    /// Figures whose value is sought at which a strategy is just worth it.
    pub thresholds: Vec<ThresholdSearch>,
    /// Runs with other choices, to stand beside.
    pub switches: Vec<Switch>,
    /// Attributes whose levels are evaluated apart.
    pub subgroups: Vec<usize>,
    /// What choosing the strategies would cost a payer year by year.
    pub budget: Option<Budget>,
}

impl Economics {
    /// Money per QALY of the tables: 0, step, ... up to the highest.
    #[must_use]
    pub fn wtp(&self) -> Vec<f64> {
        let steps = (self.wtp_to / self.wtp_step).floor() as u32;
        (0..=steps).map(|at| f64::from(at) * self.wtp_step).collect()
    }
}

/// A figure and a strategy: at which value of the figure is the strategy as good as the comparator?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThresholdSearch {
    /// Name of the figure.
    pub parameter: String,
    /// Index of the strategy.
    pub strategy: usize,
}

/// Changes of keys that make another run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Name.
    pub name: String,
    /// `KEY=VALUE`, as the command line takes them.
    pub set: Vec<String>,
    /// Where it is asked for.
    pub place: Place,
}

impl Switch {
    /// Name of the scenario as it is, beside its switches.
    pub const BASE: &str = "base";

    /// The scenario as it is.
    #[must_use]
    pub fn base() -> Self {
        Self { name: Self::BASE.to_owned(), set: Vec::new(), place: Place::default() }
    }
}

/// New patients a year and what they are given.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// New patients a year; the same for all levels of patients.
    pub patients_a_year: Value,
    /// Of each strategy its share in each year; the comparator has the rest. Shapes: by strategy, all of one length.
    pub uptake: Vec<Vec<f64>>,
}

/// Patients for whom one decision is made.
#[derive(Debug, Clone, PartialEq)]
pub struct DecidingFor {
    /// New patients a year; the same for all levels of patients.
    pub patients_a_year: Value,
    /// Years for which the decision holds.
    pub years: f64,
}

/// A study that could be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Name.
    pub name: String,
    /// The parameter that it observes.
    pub parameter: String,
    /// What it observes.
    pub data: StudyData,
}

/// How the data of a study arise from the parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StudyData {
    /// Patients with an event that has the parameter as its probability. Summary: their share.
    Binomial {
        /// Patients, 1 or more.
        n: u32,
    },
    /// Times to an event whose median in months is the parameter, Weibull-distributed; patients enter at a constant
    /// rate, and at the end those without an event are censored. Summary: the greatest-likelihood estimate of the
    /// logarithm of the median; a study without an event counts as with half of one.
    Survival {
        /// Patients, 1 or more.
        n: u32,
        /// Months from the first patient to the last, 0 or more.
        accrual_months: f64,
        /// Months from the last patient to the end; above 0.
        follow_up_months: f64,
        /// Shape of the Weibull distribution, known; 1 is exponential, above 0.
        shape: f64,
    },
}
