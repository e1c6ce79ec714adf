//! What the patients of one cell lived through, on average.

use super::density::Density;
use super::local::State;
use super::timeline::Timeline;
use crate::outcome::{Amount, COST_ITEMS, Happening, flag};
use crate::program::StepId;

/// First infusions or first remissions that lead to one step.
#[derive(Debug, Clone)]
pub(super) struct First {
    /// Infusion or remission, among the things.
    pub(super) thing: usize,
    /// Where they go on.
    pub(super) next: StepId,
    /// With what.
    pub(super) state: State,
    /// When, background deaths aside.
    pub(super) density: Density,
}

/// Means over the patients of one cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Lived {
    /// Shares with each flag.
    pub(super) flags: [f64; flag::COUNT],
    /// Happenings by line.
    pub(super) events: Vec<f64>,
    /// Months by state.
    pub(super) months: [f64; crate::outcome::State::COUNT],
    /// QALYs, discounted.
    pub(super) qalys: f64,
    /// Costs by item, discounted.
    pub(super) costs: [f64; COST_ITEMS],
    /// Amounts.
    pub(super) amounts: [f64; Amount::COUNT],
    /// Deaths other than background deaths.
    pub(super) deaths: Timeline,
    /// First of induction failure, relapse and death other than background death.
    pub(super) efs: Timeline,
    /// First relapses, in a walk from remission.
    pub(super) relapses: Timeline,
    /// First relapse or death, in a walk from remission.
    pub(super) ends: Timeline,
    /// First infusions and remissions.
    pub(super) firsts: Vec<First>,
}

impl Lived {
    /// Nothing lived through yet, in a strategy of some lines.
    pub(super) fn new(lines: usize) -> Self {
        Self { events: vec![0.0; lines * Happening::COUNT], ..Self::default() }
    }

    /// Adds those whom something befell.
    pub(super) fn happened(&mut self, happening: Happening, line: u8, share: f64) {
        self.events[(usize::from(line) - 1) * Happening::COUNT + happening as usize] += share;
    }

    /// Adds first infusions or remissions.
    pub(super) fn first(&mut self, first: First) {
        let same = |known: &&mut First| {
            (known.thing, known.next) == (first.thing, first.next) && known.state == first.state
        };
        match self.firsts.iter_mut().find(same) {
            Some(known) => known.density.add(&first.density, 1.0),
            None => self.firsts.push(first),
        }
    }
}
