//! `summary.csv`, `spread.csv`, `survival.csv`, `events.csv`.

use super::table::{Table, cell};
use crate::summary::{Band, DifferenceRow, Summary};

/// `summary.csv`: outcomes by strategy, then the paired differences from those before it, named `OUTCOME_minus_ID`.
pub(super) fn summary(summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "outcome",
        "unit",
        "mean",
        "mc_se",
        "lower_95",
        "median",
        "upper_95",
        "draw_se",
        "noise_share",
    ])?;
    let outcomes = summary.outcomes.iter().map(|row| (row, row.outcome.clone()));
    let named = |own: &DifferenceRow| format!("{}_minus_{}", own.row.outcome, summary.strategies[own.from]);
    let differences = summary.differences.iter().map(|own| (&own.row, named(own)));
    for (row, outcome) in outcomes.chain(differences) {
        let Band { mean, mc_se, lower_95, median, upper_95, draw_se } = row.band;
        let names = [summary.strategies[row.strategy].clone(), outcome, row.unit.clone()];
        let noise_share = row.band.noise_share();
        let numbers = [mean, mc_se, lower_95, median, upper_95, draw_se, noise_share];
        table.row(names.into_iter().chain(numbers.map(cell)))?;
    }
    table.finish()
}

/// `spread.csv`: between patients, and beside it what is not known of their mean.
pub(super) fn spread(summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let mut table =
        Table::new(&["strategy", "outcome", "sd", "p05", "p25", "p50", "p75", "p95", "unknown_sd"])?;
    for row in &summary.spread {
        let names = [summary.strategies[row.strategy].clone(), row.outcome.to_owned(), cell(row.sd)];
        let numbers = row.percentiles.into_iter().chain([row.unknown_sd]).map(cell);
        table.row(names.into_iter().chain(numbers))?;
    }
    table.finish()
}

/// `survival.csv`: curves by whole months.
pub(super) fn survival(summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "endpoint",
        "months",
        "probability",
        "mc_se",
        "lower_95",
        "upper_95",
        "origin",
        "among",
    ])?;
    for row in &summary.survival {
        let (endpoint, origin, among) = row.curve.labels();
        let Band { mean, mc_se, lower_95, upper_95, .. } = row.band;
        let names = [summary.strategies[row.strategy].clone(), endpoint.to_owned(), row.months.to_string()];
        let numbers = [mean, mc_se, lower_95, upper_95].map(cell);
        table.row(names.into_iter().chain(numbers).chain([origin.to_owned(), among.to_owned()]))?;
    }
    table.finish()
}

/// `events.csv`: happenings by line.
pub(super) fn events(summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let mut table =
        Table::new(&["strategy", "event", "line", "patients_per_1000", "mc_se", "lower_95", "upper_95"])?;
    for row in &summary.events {
        let Band { mean, mc_se, lower_95, upper_95, .. } = row.band;
        let names = [summary.strategies[row.strategy].clone(), row.event.to_owned(), row.line.to_string()];
        table.row(names.into_iter().chain([mean, mc_se, lower_95, upper_95].map(cell)))?;
    }
    table.finish()
}
