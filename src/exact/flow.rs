//! Costs and utilities by time since a state was entered, as densities: the money that those in the state cost around
//! each time, and by how much their utility differs from that of the state, background deaths and discounting aside.

use super::density::Density;
use super::grid::Grid;
use crate::program::{BoundCell, CellProgram, Step, StepId};

/// Places of Gauss's rule of two points in a piece: they take what is there as a parabola, or better.
const PLACES: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];

/// What flows by time since a state was entered: cost per month, and what is added to the utility of the state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Since {
    /// Months since entry, and by how much the amount changes then.
    flows: [Vec<(f64, f64)>; 2],
}

impl Since {
    /// That of the race at a step. Where utilities fall with age there is no floor, see [`super::Unsupported::Floor`].
    pub(super) fn of(program: &CellProgram, bound: &BoundCell, step: StepId) -> Self {
        let Step::Race { flows, .. } = &program.steps[step] else { return Self::default() };
        let numbers = &bound.numbers;
        let floor = flows.floor.map_or(f64::NEG_INFINITY, |number| numbers[number]);
        let lived = flows.utility_changes(numbers).map(|(from, utilities)| {
            let [before, after] = utilities.map(|utility| utility.max(floor));
            (from, after - before)
        });
        Self { flows: [flows.cost_changes(numbers).collect(), lived.collect()] }
    }

    /// Whether nothing flows.
    pub(super) fn is_empty(&self) -> bool {
        self.flows.iter().all(Vec::is_empty)
    }

    /// Months since entry at which something changes.
    pub(super) fn times(&self) -> impl Iterator<Item = f64> + '_ {
        self.flows.iter().flatten().map(|(from, _)| *from)
    }

    /// A density for each: what this makes of an amount by the months since entry.
    pub(super) fn densities(&self, density: impl Fn(&dyn Fn(f64) -> f64) -> Density) -> [Density; 2] {
        self.flows.each_ref().map(|changes| {
            if changes.is_empty() {
                return Density::default();
            }
            density(&|months| {
                changes.iter().filter(|(from, _)| *from <= months).map(|(_, change)| change).sum()
            })
        })
    }

    /// What flows of each by those who enter at a time: `alive` of them are there so many months later. `ends` gives ends
    /// of pieces, as those of a race.
    pub(super) fn flowed(
        &self,
        entry: f64,
        ends: impl FnOnce() -> Vec<f64>,
        alive: impl Fn(f64) -> f64,
        grid: &Grid,
    ) -> [Density; 2] {
        if self.is_empty() {
            return Default::default();
        }
        let ends = cut(ends(), self.times());
        self.densities(|amount| integral(entry, &ends, |months, _| amount(months) * alive(months), grid))
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
