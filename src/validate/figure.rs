//! Figures of a draw, as a trial with its patients would report them.

use crate::calibrate::log_hazard_ratio;
use crate::math::exp;
use crate::model::{CurveKind, Quantity};
use crate::program::Draw;
use crate::simulate::Recorder;
use crate::tally::{CurveTally, Measure, StrategyTally};

/// Months between the times at which a hazard ratio reads its curves.
const COX_STEP: f64 = 0.5;

/// What is asked of a strategy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) strategy: usize,
    pub(super) quantity: Quantity,
    /// Of a hazard ratio, patients of the strategy for each of the other.
    pub(super) for_each: f64,
}

/// Figures of some draws, each with its Monte Carlo standard error.
#[derive(Debug)]
pub(super) struct Figures {
    asked: Vec<Wanted>,
    kinds: Vec<CurveKind>,
    pub(super) draws: Vec<Vec<(f64, f64)>>,
}

impl Figures {
    /// None yet, of these; `kinds` are the curves that are tallied.
    pub(super) fn new(asked: Vec<Wanted>, kinds: Vec<CurveKind>) -> Self {
        Self { asked, kinds, draws: Vec::new() }
    }

    fn one(&self, tallies: &[StrategyTally], asked: &Wanted) -> (f64, f64) {
        let Wanted { strategy, quantity, for_each } = *asked;
        let curve = |strategy: usize, kind: CurveKind| {
            let place = self.kinds.iter().position(|own| *own == kind).unwrap_or(0);
            &tallies[strategy].curves[place]
        };
        match quantity {
            Quantity::Point { curve: kind, months } => {
                let own = curve(strategy, kind);
                let events = share(own.events_by(months), own.among() as f64);
                if kind == CurveKind::Cir { events } else { (1.0 - events.0, events.1) }
            }
            Quantity::Median { curve: kind } => {
                curve(strategy, kind).median().unwrap_or((f64::INFINITY, f64::NAN))
            }
            Quantity::Share { flag, among } => {
                let own = &tallies[strategy];
                let count = |bit: u32| own.flags[bit.trailing_zeros() as usize] as f64;
                share(count(flag), among.map_or(own.patients as f64, count))
            }
            Quantity::HazardRatio { curve: kind, against, months } => {
                let survival = |strategy| survival(curve(strategy, kind), months);
                let log = log_hazard_ratio(&survival(strategy), &survival(against), for_each);
                (log.map_or(f64::NAN, exp), f64::NAN)
            }
        }
    }
}

fn survival(curve: &CurveTally, months: f64) -> Vec<f64> {
    let steps = (months / COX_STEP).ceil() as u32;
    let among = curve.among().max(1) as f64;
    (0..=steps).map(|step| 1.0 - curve.events_by((f64::from(step) * COX_STEP).min(months)) / among).collect()
}

/// A share and its standard error; not known where it is about nobody.
fn share(events: f64, among: f64) -> (f64, f64) {
    if among <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let p = events / among;
    (p, (p * (1.0 - p) / among).max(0.0).sqrt())
}

/// Monte Carlo standard error of the mean over draws.
pub(super) fn error_of_mean(draws: &[Vec<(f64, f64)>], index: usize) -> f64 {
    let squares: f64 = draws.iter().map(|draw| draw[index].1 * draw[index].1).sum();
    squares.sqrt() / draws.len() as f64
}

impl Recorder for Figures {
    fn record(&mut self, _: &Draw, tallies: &[StrategyTally], _: &[Measure]) {
        let own = self.asked.iter().map(|asked| self.one(tallies, asked)).collect();
        self.draws.push(own);
    }
}
