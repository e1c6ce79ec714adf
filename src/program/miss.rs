//! What a draw of the uncertain figures cannot hold to, so that something near is taken.

use crate::model::{Model, Regimen, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Rounding allowed in a sum of probabilities.
const SLACK: f64 = 1e-12;

/// What cannot be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missed {
    /// The share of transplants is beyond what relapse and death leave.
    Transplants,
    /// Remission, partial response and early death add to more than one.
    Response,
    /// Death and progression while waiting add to more than one.
    Waiting,
    /// The two ways of losing the antigen add to more than one.
    AntigenLoss,
    /// More severe CRS than CRS.
    Crs,
    /// Shares of one, two and three doses of tocilizumab add to more than one.
    Doses,
    /// More severe neurotoxicity than neurotoxicity.
    Neurotoxicity,
}

impl Missed {
    /// The key of the regimen that says it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Transplants => "remission.transplant",
            Self::Response => "response",
            Self::Waiting => "access.waiting_death",
            Self::AntigenLoss => "remission.antigen_modulation",
            Self::Crs => "toxicity.crs",
            Self::Doses => "toxicity.crs.tocilizumab_doses",
            Self::Neurotoxicity => "toxicity.neurotoxicity",
        }
    }
}

/// Something missed, and the index of the regimen.
pub type Miss = (usize, Missed);

/// Draws in which something was missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Misses {
    /// Draws with any.
    pub draws: u32,
    /// Draws by what was missed.
    pub by_kind: BTreeMap<Miss, u32>,
}

impl Misses {
    /// Adds what one draw missed.
    pub fn add(&mut self, missed: &BTreeSet<Miss>) {
        self.draws += u32::from(!missed.is_empty());
        for miss in missed {
            *self.by_kind.entry(*miss).or_default() += 1;
        }
    }

    /// Adds the counts of other draws.
    pub fn merge(&mut self, other: &Self) {
        self.draws += other.draws;
        for (miss, draws) in &other.by_kind {
            *self.by_kind.entry(*miss).or_default() += draws;
        }
    }

    /// What was missed in most draws, and in how many.
    #[must_use]
    pub fn most_often(&self) -> Option<(Miss, u32)> {
        // The first of equal counts.
        self.by_kind.iter().rev().max_by_key(|(_, draws)| **draws).map(|(miss, draws)| (*miss, *draws))
    }
}

/// Probabilities that exclude each other but add to more than one, in some cell of the population, in regimens that a
/// line gives.
pub(super) fn sums(model: &Model, cells: &[Vec<u8>], parameters: &[f64]) -> BTreeSet<Miss> {
    let lines = model.strategies.iter().flat_map(|strategy| &strategy.lines);
    let given: BTreeSet<usize> = lines.map(|line| line.regimen).collect();
    let mut missed = BTreeSet::new();
    for regimen in given {
        for (what, parts, whole) in exclusive(&model.regimens[regimen]) {
            let beyond = |levels: &Vec<u8>| {
                let sum: f64 = parts.iter().map(|part| part.evaluate(levels, parameters)).sum();
                sum > whole.map_or(1.0, |whole| whole.evaluate(levels, parameters)) + SLACK
            };
            if cells.iter().any(beyond) {
                missed.insert((regimen, what));
            }
        }
    }
    missed
}

/// Probabilities that exclude each other, and what they are parts of, if not of all.
fn exclusive(regimen: &Regimen) -> Vec<(Missed, Vec<&Value>, Option<&Value>)> {
    let mut all = Vec::new();
    let toxicity = &regimen.toxicity;
    if let Some(response) = &regimen.response {
        let others = response.pr.iter().chain(&toxicity.early_death);
        all.push((Missed::Response, std::iter::once(&response.cr).chain(others).collect(), None));
    }
    if let Some(access) = &regimen.access {
        all.push((Missed::Waiting, vec![&access.waiting_death, &access.waiting_progression], None));
    }
    if let Some(remission) = &regimen.remission {
        let ways = remission.antigen_modulation.iter().chain(&remission.negative_clone);
        all.push((Missed::AntigenLoss, ways.collect(), None));
    }
    if let Some(crs) = &toxicity.crs {
        all.push((Missed::Crs, vec![&crs.grade3], Some(&crs.any)));
        all.push((Missed::Crs, vec![&crs.any], None));
        if let Some(doses) = &crs.doses {
            all.push((Missed::Doses, doses[..3].iter().collect(), None));
        }
    }
    if let Some((any, grade3)) = &toxicity.neurotoxicity {
        all.push((Missed::Neurotoxicity, vec![grade3], Some(any)));
        all.push((Missed::Neurotoxicity, vec![any], None));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_counted_once_and_the_first_of_equal_counts_is_named() {
        let (first, second) = ((0, Missed::Transplants), (1, Missed::Response));
        let mut misses = Misses::default();
        misses.add(&BTreeSet::from([first, second]));
        misses.add(&BTreeSet::new());
        assert_eq!((misses.draws, misses.most_often()), (1, Some((first, 1))));
        let mut others = Misses::default();
        others.add(&BTreeSet::from([second]));
        misses.merge(&others);
        assert_eq!((misses.draws, misses.most_often()), (2, Some((second, 2))));
    }
}
