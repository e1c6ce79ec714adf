//! Curves of many small draws: how many draws had each number of patients by each whole month.

use super::CurveTally;
use crate::model::CurveKind;

/// Curves of many small draws, kept as counts of draws: `patients + 1` for each whole month.
///
/// Of n patients a curve takes one of n + 1 values, so the counts say all about its mean and quantiles over draws, in
/// memory that does not grow with the draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyCounts {
    patients: usize,
    draws: Vec<u32>,
}

impl MonthlyCounts {
    /// Most patients of a draw: for more, the values themselves take less room, and the counts leave the cache.
    pub const MOST_PATIENTS: u64 = 1000;

    /// Empty counts up to a month, where the curve is about all patients and these are few; else `None`.
    #[must_use]
    pub fn new(kind: CurveKind, patients: u64, months: u32) -> Option<Self> {
        Self::hold(kind, patients).then(|| Self {
            patients: patients as usize,
            draws: vec![0; (months as usize + 1) * (patients as usize + 1)],
        })
    }

    /// Whether such a curve of this many patients a draw is kept as counts.
    #[must_use]
    pub const fn hold(kind: CurveKind, patients: u64) -> bool {
        matches!(kind, CurveKind::Os | CurveKind::Efs) && patients <= Self::MOST_PATIENTS
    }

    /// Adds the curve of one draw.
    pub fn add(&mut self, curve: &CurveTally) {
        let months = self.draws.chunks_exact_mut(self.patients + 1);
        curve.each_month(months, |draws, events| draws[self.patients - events as usize] += 1);
    }

    /// Adds the counts of other draws.
    pub fn merge(&mut self, other: &Self) {
        self.draws.iter_mut().zip(&other.draws).for_each(|(a, b)| *a += b);
    }

    /// For each whole month from 0: how many draws had 0, 1, ... all of their patients without the event.
    pub fn months(&self) -> impl Iterator<Item = &[u32]> {
        self.draws.chunks_exact(self.patients + 1)
    }
}
