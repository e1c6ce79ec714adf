//! What trials found.

use super::arm::Arm;
use super::cox::{HazardRatio, hazard_ratio};
use super::kaplan_meier::{Step, median};
use super::log_rank::log_rank;
use super::response::{Responders, response_test};
use super::risk::risk_sets;
use crate::model::TrialSize;

/// What the arm is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Experiment {
    /// Its strategy.
    AsModelled,
    /// The control's, so that there is nothing to find.
    NoDifference,
}

impl Experiment {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AsModelled, Self::NoDifference];

    /// Name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsModelled => "as_modelled",
            Self::NoDifference => "no_difference",
        }
    }
}

/// What one trial found: of the control first, then of the arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Shares of responders.
    pub response: [f64; 2],
    /// Two-sided p-value of equal shares.
    pub response_p: f64,
    /// Months by which half had the event; `None` where that is not reached.
    pub median: [Option<f64>; 2],
    /// Events.
    pub events: [u32; 2],
    /// Two-sided p-value of the log-rank test; `None` where it is undefined.
    pub log_rank_p: Option<f64>,
    /// Hazard ratio of the arm against the control; `None` where it is undefined.
    pub hazard_ratio: Option<HazardRatio>,
}

impl Finding {
    /// What these arms, control first, show.
    #[must_use]
    pub fn of(arms: [&Arm; 2]) -> Self {
        let sets = risk_sets(arms.map(Arm::sorted));
        let responders =
            arms.map(|arm| Responders { responders: arm.responders(), patients: arm.patients() });
        Self {
            response: responders.map(|own| f64::from(own.responders) / f64::from(own.patients)),
            response_p: response_test(responders[0], responders[1]),
            median: arms.map(|arm| median(arm.sorted())),
            events: arms.map(Arm::events),
            log_rank_p: log_rank(&sets),
            hazard_ratio: hazard_ratio(&sets),
        }
    }

    /// Responders of the arm less those of the control, as shares.
    #[must_use]
    pub fn response_difference(&self) -> f64 {
        self.response[1] - self.response[0]
    }
}

/// The curve of an arm in one trial, as modelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Number of the trial, from 0.
    pub trial: u32,
    /// 0 for the control, 1 for the arm.
    pub arm: usize,
    /// Its points.
    pub steps: Vec<Step>,
}

/// What all trials of one size found.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeResults {
    /// The size.
    pub size: TrialSize,
    /// By [`Experiment`], then trial.
    pub findings: [Vec<Finding>; 2],
    /// Of the first trials.
    pub curves: Vec<Curve>,
}

/// What all trials of a design found.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialResults {
    /// By size, in the order of the file.
    pub sizes: Vec<SizeResults>,
    /// What a very large trial finds with the figures of each draw that trials take: what theirs scatter about.
    pub references: Vec<Finding>,
    /// People of each of those.
    pub reference_patients: u32,
    /// Two-sided level of the tests.
    pub alpha: f64,
}

impl TrialResults {
    /// What a very large trial with the figures of a trial finds.
    #[must_use]
    pub fn reference(&self, trial: usize) -> &Finding {
        &self.references[trial % self.references.len()]
    }
}
