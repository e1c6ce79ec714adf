//! The patients of one arm, as a trial has seen them.

use std::cmp::Ordering;

/// How long a patient was seen, and how that ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Months from the patient's entry, 0 or more.
    pub months: f64,
    /// Whether the event came then; else the patient is censored.
    pub event: bool,
}

impl Observed {
    /// By time; of one time events come first, as who is censored then was still at risk.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.months.total_cmp(&other.months).then(other.event.cmp(&self.event))
    }
}

/// The patients of one arm.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arm {
    /// Everyone, in the order of [`Observed::order`].
    sorted: Vec<Observed>,
    responders: u32,
}

impl Arm {
    /// An arm of patients in any order, so many of whom responded.
    #[must_use]
    pub fn new(mut patients: Vec<Observed>, responders: u32) -> Self {
        // Equal ones cannot be told apart, so the order is the same whatever the sort.
        patients.sort_unstable_by(Observed::order);
        Self { sorted: patients, responders }
    }

    /// Everyone, sorted.
    #[must_use]
    pub fn sorted(&self) -> &[Observed] {
        &self.sorted
    }

    /// How many responded.
    #[must_use]
    pub const fn responders(&self) -> u32 {
        self.responders
    }

    /// How many there are.
    #[must_use]
    pub fn patients(&self) -> u32 {
        self.sorted.len() as u32
    }

    /// How many had the event while they were seen.
    #[must_use]
    pub fn events(&self) -> u32 {
        self.sorted.iter().filter(|patient| patient.event).count() as u32
    }
}
