//! The design of a trial that is simulated again and again. Published figures of a trial that was held are a
//! [`super::Trial`].

use crate::outcome::{Happening, Mark};

/// A trial that is simulated again and again: who gets what, for how long, and what is read.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialDesign {
    /// Index of the strategy that the control arm is given.
    pub control: usize,
    /// Index of the strategy that is tried; another.
    pub arm: usize,
    /// Sizes, each once, in the order of the file.
    pub sizes: Vec<TrialSize>,
    /// Share of the patients that gets `arm`, in (0, 1).
    pub allocation: f64,
    /// Months over which patients enter; 0: all at once.
    pub accrual_months: f64,
    /// Months from the last entry to the end of the trial.
    pub follow_up_months: f64,
    /// Hazard of being lost to follow-up, a year; 0: nobody is.
    pub dropout_per_year: f64,
    /// What is timed.
    pub endpoint: TrialEndpoint,
    /// What counts as a response.
    pub response: TrialResponse,
    /// Two-sided level of the tests, in (0, 1).
    pub alpha: f64,
}

/// A size of a trial, and how often it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialSize {
    /// Patients of both arms together.
    pub patients: u32,
    /// Patients of them that get the arm; at least 2, and 2 fewer than all.
    pub treated: u32,
    /// Trials of this size.
    pub trials: u32,
}

impl TrialSize {
    /// A size of which a share gets the arm, to the nearest patient.
    #[must_use]
    pub fn new(patients: u32, allocation: f64, trials: u32) -> Self {
        Self { patients, treated: (allocation * f64::from(patients)).round() as u32, trials }
    }

    /// Patients of the control arm.
    #[must_use]
    pub const fn control(&self) -> u32 {
        self.patients.saturating_sub(self.treated)
    }
}

/// The event that a trial waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialEndpoint {
    /// Death.
    Os,
    /// Induction failure, relapse or death.
    Efs,
}

/// What counts as a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialResponse {
    /// Complete remission.
    Cr,
    /// MRD-negative.
    MrdNegative,
}

impl TrialDesign {
    /// Fewest patients of a trial: two in each arm.
    pub const FEWEST_PATIENTS: u32 = 4;
    /// Most patients of a trial.
    pub const MOST_PATIENTS: u32 = 40_000;
    /// Most trials of a size.
    pub const MOST_TRIALS: u32 = 100_000;
    /// Most sizes.
    pub const MOST_SIZES: usize = 16;
    /// Most patients of all trials together.
    pub const MOST_IN_ALL: u64 = 1_000_000_000;

    /// Most people of all references together, of which each has twice the patients of the largest trial or more.
    pub const MOST_IN_REFERENCES: u32 = 20_000_000;

    /// Months that the longest followed patient is followed.
    #[must_use]
    pub fn longest_months(&self) -> f64 {
        self.accrual_months + self.follow_up_months
    }

    /// Patients of all trials together.
    #[must_use]
    pub fn patients(&self) -> u64 {
        self.sizes.iter().map(|size| u64::from(size.patients) * u64::from(size.trials)).sum()
    }
}

impl TrialEndpoint {
    /// The mark whose time is read.
    #[must_use]
    pub const fn mark(self) -> Mark {
        match self {
            Self::Os => Mark::Death,
            Self::Efs => Mark::EfsEvent,
        }
    }

    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Os => "overall survival",
            Self::Efs => "event-free survival",
        }
    }
}

impl TrialResponse {
    /// What happens to who responds.
    #[must_use]
    pub const fn happening(self) -> Happening {
        match self {
            Self::Cr => Happening::Cr,
            Self::MrdNegative => Happening::MrdNegative,
        }
    }

    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cr => "complete remission",
            Self::MrdNegative => "MRD-negative",
        }
    }
}
