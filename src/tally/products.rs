//! Products of costs and QALYs of all strategies, patient by patient: what the errors of their means have in common.

use super::sum::exact_products;
use super::{Measure, StrategyTally};
use crate::outcome::{Active, Outcome};

/// Resolution of costs and of QALYs in a product.
const UNITS: [f64; 2] = [4.0, 131_072.0];
/// What is multiplied, in the order of a strategy's columns.
const MULTIPLIED: [Measure; 2] = [Measure::Costs, Measure::Qalys];

/// The resolution of the product of two columns; even ones are costs, odd ones QALYs.
fn unit(one: usize, other: usize) -> f64 {
    UNITS[one % 2] * UNITS[other % 2]
}

/// Columns of a batch: costs and QALYs of the first strategy, of the second, ...
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Vec<f64>>,
    buffer: Vec<f64>,
}

impl Columns {
    pub(super) fn new(strategies: usize) -> Self {
        Self { columns: vec![Vec::new(); 2 * strategies], buffer: Vec::new() }
    }

    /// Products that a strategy keeps: of its columns with its own and those of the strategies before it.
    pub(super) const fn products(strategy: usize) -> usize {
        4 * strategy + 3
    }

    /// Takes the columns of a strategy and adds its products, after those of the strategies before it.
    pub(super) fn add(&mut self, strategy: usize, outcome: &Outcome, active: &Active, sums: &mut [i128]) {
        for (offset, measure) in MULTIPLIED.iter().enumerate() {
            let column = &mut self.columns[2 * strategy + offset];
            column.clear();
            match measure {
                Measure::Qalys if !active.qalys => column.resize(outcome.len(), 0.0),
                _ => column.extend_from_slice(measure.values(outcome, active, &mut self.buffer)),
            }
        }
        let mut at = 0;
        for one in [2 * strategy, 2 * strategy + 1] {
            for other in 0..=one {
                sums[at] += exact_products(&self.columns[one], &self.columns[other], unit(one, other));
                at += 1;
            }
        }
    }
}

/// Covariances of the means of cost 0, QALYs 0, cost 1, QALYs 1, ... of the tallies of one draw: the lower triangle, row
/// by row; nothing where products were not tallied, NaN for a single patient.
#[must_use]
pub fn covariances_of_means(tallies: &[StrategyTally], measures: &[Measure]) -> Vec<f64> {
    let places = MULTIPLIED.map(|measure| measures.iter().position(|known| *known == measure));
    let sum = |column: usize| {
        let at = places[column % 2];
        at.map_or(0.0, |at| tallies[column / 2].moments[at].sum as f64 / measures[at].scale().value)
    };
    let mut triangle = Vec::new();
    for (strategy, tally) in tallies.iter().enumerate() {
        let n = tally.patients as f64;
        let columns = [2 * strategy, 2 * strategy + 1].into_iter();
        let pairs = columns.flat_map(|one| (0..=one).map(move |other| (one, other)));
        triangle.extend(pairs.zip(&tally.products).map(|((one, other), product)| {
            let product = *product as f64 / unit(one, other);
            if n > 1.0 { (product - sum(one) * sum(other) / n) / (n - 1.0) / n } else { f64::NAN }
        }));
    }
    triangle
}
