//! What a run says: survival, outcomes, events and spread, with the three uncertainties kept apart.
//!
//! Between patients: [`SpreadRow`]. Between draws: the `lower_95`, `median`, `upper_95` of the others. Monte Carlo:
//! their `mc_se`, what more patients would remove. An undefined value is `None`, never 0.

mod band;
mod exact;
mod memory;
mod outcome;
mod record;
mod survival;

pub use band::{Band, quantile, variance_error};
pub use memory::record_bytes;
pub use outcome::{DifferenceRow, OutcomeRow, SpreadRow, unit_of};
pub use record::{DrawRecord, Records, StrategyRecord};
pub use survival::SurvivalRow;

use crate::model::Model;
use crate::outcome::Happening;
use crate::simulate::RunResults;

/// One row of `events.csv`: a happening in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Index of the strategy.
    pub strategy: usize,
    /// What happened.
    pub event: &'static str,
    /// Line from 1.
    pub line: usize,
    /// Patients per 1,000.
    pub band: Band,
}

/// Everything that a run says.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Ids of the strategies.
    pub strategies: Vec<String>,
    /// Labels of the strategies.
    pub labels: Vec<String>,
    /// Outcomes by strategy.
    pub outcomes: Vec<OutcomeRow>,
    /// Differences from each strategy before, paired patient by patient: life years, QALYs, costs.
    pub differences: Vec<DifferenceRow>,
    /// Spread between patients.
    pub spread: Vec<SpreadRow>,
    /// Curves.
    pub survival: Vec<SurvivalRow>,
    /// Happenings by line.
    pub events: Vec<EventRow>,
    /// Share of draws in which something could not be held to: a share of transplants, a sum of probabilities.
    pub missed_share: f64,
    /// Values of the sampled parameters: name and one value a draw; constant ones are left out.
    pub parameters: Vec<(String, Vec<f64>)>,
}

impl Summary {
    /// Summarises the records of a run.
    #[must_use]
    pub fn new(model: &Model, results: &RunResults<Records>) -> Self {
        let names = |get: fn(&crate::model::Strategy) -> String| model.strategies.iter().map(get).collect();
        let survival = survival::rows(model, results);
        Self {
            strategies: names(|strategy| strategy.id.as_str().to_owned()),
            labels: names(|strategy| strategy.label.clone()),
            outcomes: outcome::rows(model, results, &survival),
            differences: outcome::differences(model, results),
            spread: outcome::spread(model, results),
            survival,
            events: events(model, results),
            missed_share: f64::from(results.misses.draws) / f64::from(model.settings.draws.max(1)),
            parameters: parameters(model, results),
        }
    }

    /// The row of one outcome of one strategy.
    #[must_use]
    pub fn outcome(&self, strategy: usize, name: &str) -> Option<&OutcomeRow> {
        self.outcomes.iter().find(|row| row.strategy == strategy && row.outcome == name)
    }
}

fn events(model: &Model, results: &RunResults<Records>) -> Vec<EventRow> {
    let mut rows = Vec::new();
    let patients = model.settings.patients as f64;
    for (index, strategy) in model.strategies.iter().enumerate() {
        for line in 0..strategy.lines.len() {
            for happening in Happening::ALL {
                if !results.possible[index].happenings.contains(&(line as u8 + 1, happening)) {
                    continue;
                }
                let at = line * Happening::COUNT + happening as usize;
                let shares: Vec<f64> = results
                    .draws()
                    .map(|draw| f64::from(draw.strategy(index).happenings[at]) / patients)
                    .collect();
                let variances = shares.iter().map(|p| band::share_variance(*p, patients));
                let band = Band::of(shares.clone(), variances).scaled(1000.0);
                rows.push(EventRow { strategy: index, event: happening.name(), line: line + 1, band });
            }
        }
    }
    rows
}

fn parameters(model: &Model, results: &RunResults<Records>) -> Vec<(String, Vec<f64>)> {
    let values = |index: usize| results.draws().map(|draw| draw.parameters()[index]).collect::<Vec<f64>>();
    model
        .parameters
        .iter()
        .enumerate()
        .map(|(index, parameter)| (parameter.name.clone(), values(index)))
        .filter(|(_, values)| values.iter().any(|value| *value != values[0]))
        .collect()
}
