//! Costs by time since a state was entered, as densities: the money that those in the state cost around each time,
//! background deaths and discounting aside.

use super::density::Density;
use super::grid::Grid;
use crate::program::{BoundCell, CellProgram, Step, StepId};

/// Places of Gauss's rule of two points in a piece: they take what is there as a parabola, or better.
const PLACES: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];

/// Cost per month by time since a state was entered.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CostSince {
    /// Months since entry, and by how much the cost per month changes then.
    changes: Vec<(f64, f64)>,
}

impl CostSince {
    /// That of the race at a step.
    pub(super) fn of(program: &CellProgram, bound: &BoundCell, step: StepId) -> Self {
        let Step::Race { flows, .. } = &program.steps[step] else { return Self::default() };
        Self { changes: flows.changes(&bound.numbers).collect() }
    }

    /// Whether nothing is paid.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Cost per month, so many months after entry.
    pub(super) fn at(&self, months: f64) -> f64 {
        self.changes.iter().filter(|(from, _)| *from <= months).map(|(_, change)| change).sum()
    }

    /// Months since entry at which it changes.
    pub(super) fn times(&self) -> impl Iterator<Item = f64> + '_ {
        self.changes.iter().map(|(from, _)| *from)
    }

    /// What those who enter at a time pay: `alive` of them are there so many months later. `ends` gives ends of
    /// pieces, as those of a race.
    pub(super) fn paid(
        &self,
        entry: f64,
        ends: impl FnOnce() -> Vec<f64>,
        alive: impl Fn(f64) -> f64,
        grid: &Grid,
    ) -> Density {
        if self.is_empty() {
            return Density::default();
        }
        let ends = cut(ends(), self.times());
        integral(entry, &ends, |months, _| self.at(months) * alive(months), grid)
    }
}

/// Ends of pieces with more times between the first and the last.
pub(super) fn cut(mut ends: Vec<f64>, times: impl Iterator<Item = f64>) -> Vec<f64> {
    let last = ends.last().copied().unwrap_or(0.0);
    ends.extend(times.filter(|months| *months > 0.0 && *months < last));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}

/// The density of a function of the months since entry, which is asked with the start of the piece too.
pub(super) fn integral(entry: f64, ends: &[f64], value: impl Fn(f64, f64) -> f64, grid: &Grid) -> Density {
    let mut out = Density::default();
    out.reserve(grid);
    for piece in ends.windows(2) {
        let length = piece[1] - piece[0];
        for place in PLACES {
            let months = piece[0] + place * length;
            out.spread(grid, entry + months, 0.5 * length * value(months, piece[0]));
        }
    }
    out
}
