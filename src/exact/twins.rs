//! Cells with the same steps and numbers, of either sex: walked once.
//!
//! A density leaves background death out, and everything that is read off it is linear in what a time is worth: cells
//! that differ in nothing but weight and sex have the same densities, and both sexes are read at once, by the mean of what
//! times are worth to each. Not so where a ratio multiplies the hazard of the life table: there each cohort is walked.

use super::cohort::Cohort;
use super::engine::Engine;
use super::worth::Worths;
use crate::model::Sex;
use crate::program::{BoundCell, Draw, Program};

/// Cells with the same steps and numbers, and their weights by sex.
pub(super) struct Twins {
    pub(super) cell: usize,
    pub(super) bound: BoundCell,
    pub(super) weights: [f64; 2],
}

/// Of each cell of each strategy, the first cell with the same steps.
pub(super) fn same(program: &Program) -> Vec<Vec<usize>> {
    let of = program.cells.iter().map(|cells| {
        let first = |cell: usize| (0..cell).find(|other| cells[*other] == cells[cell]).unwrap_or(cell);
        (0..cells.len()).map(first).collect()
    });
    of.collect()
}

impl Engine<'_> {
    /// The cells of a strategy that anybody is in.
    pub(super) fn twins(&self, strategy: usize, draw: &Draw) -> Vec<Twins> {
        let program = self.program;
        let mut found: Vec<Twins> = Vec::new();
        for (cell, own) in program.cells[strategy].iter().enumerate() {
            if draw.weights[cell] <= 0.0 {
                continue;
            }
            let mut bound = BoundCell::default();
            bound.bind(own, draw);
            let first = self.same[strategy][cell];
            let known = found.iter().position(|twins| twins.cell == first && twins.bound == bound);
            let at = known.unwrap_or_else(|| {
                found.push(Twins { cell: first, bound, weights: [0.0; 2] });
                found.len() - 1
            });
            let male = self.model.population.sex_of(&program.levels[cell]) == Sex::Male;
            found[at].weights[usize::from(male)] += draw.weights[cell];
        }
        found
    }

    /// Both sexes as one, by their weights; `None` where a ratio multiplies the hazard of background death.
    pub(super) fn together(&self, weights: [f64; 2]) -> Option<Cohort> {
        if self.sexes.iter().flatten().any(|cohort| cohort.hazard.is_some()) {
            return None;
        }
        let [female, male] = weights.map(|own| own / (weights[0] + weights[1]));
        let mean = |f: &[f64], m: &[f64]| -> Vec<f64> {
            f.iter().zip(m).map(|(f, m)| female * f + male * m).collect()
        };
        let alive = mean(&self.alive[0], &self.alive[1]);
        let faded = self.faded[0].as_ref().zip(self.faded[1].as_ref()).map(|(f, m)| mean(f, m));
        let worths = Worths::new(&self.model.settings, (&alive, faded.as_deref()), false, &self.grid);
        Some(Cohort { share: 1.0, groups: Vec::new(), worths, hazard: None, fading: None })
    }
}
