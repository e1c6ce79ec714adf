//! Tables of trials: `trials.csv`, `trial_power.csv`, `trial_curves.csv`.

use super::ReportFile;
use super::table::{Table, cell, number};
use crate::model::{Model, TrialDesign};
use crate::trial::{Experiment, Finding, Spread, TrialResults};

pub(super) fn files(
    model: &Model,
    design: &TrialDesign,
    results: &TrialResults,
) -> Result<Vec<ReportFile>, csv::Error> {
    Ok(vec![
        ReportFile { name: "trials.csv", bytes: trials(results)? },
        ReportFile { name: "trial_power.csv", bytes: power(results)? },
        ReportFile { name: "trial_curves.csv", bytes: curves(model, design, results)? },
    ])
}

/// A row a trial.
fn trials(results: &TrialResults) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "experiment",
        "patients",
        "trial",
        "response_control",
        "response",
        "response_p",
        "median_control",
        "median",
        "events_control",
        "events",
        "logrank_p",
        "hazard_ratio",
        "hr_lower_95",
        "hr_upper_95",
    ])?;
    for experiment in Experiment::ALL {
        for own in &results.sizes {
            for (trial, found) in (1..).zip(&own.findings[experiment as usize]) {
                let Finding { response, response_p, median, events, log_rank_p, hazard_ratio } = *found;
                let names =
                    [experiment.name().to_owned(), own.size.patients.to_string(), u32::to_string(&trial)];
                let numbers = [
                    Some(response[0]),
                    Some(response[1]),
                    Some(response_p),
                    median[0],
                    median[1],
                    Some(f64::from(events[0])),
                    Some(f64::from(events[1])),
                    log_rank_p,
                    hazard_ratio.map(|own| own.ratio),
                    hazard_ratio.map(|own| own.lower_95),
                    hazard_ratio.map(|own| own.upper_95),
                ];
                table.row(names.into_iter().chain(numbers.map(cell)))?;
            }
        }
    }
    table.finish()
}

/// What all trials of a size say together.
fn power(results: &TrialResults) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "experiment",
        "patients",
        "outcome",
        "unit",
        "mean",
        "mc_se",
        "p2_5",
        "p50",
        "p97_5",
        "mc_lower_95",
        "mc_upper_95",
    ])?;
    for experiment in Experiment::ALL {
        for own in &results.sizes {
            for row in results.power(own, experiment) {
                let Spread { mean, mc_se, mc_95, percentiles } = row.spread;
                let (least, most) = mc_95.unzip();
                let [low, middle, high] = percentiles.map_or([None; 3], |own| own.map(Some));
                let patients = own.size.patients.to_string();
                let names = [experiment.name(), &patients, row.outcome, row.unit].map(ToOwned::to_owned);
                table
                    .row(names.into_iter().chain([mean, mc_se, low, middle, high, least, most].map(cell)))?;
            }
        }
    }
    table.finish()
}

/// Curves of the first trials of each size, a row a point.
fn curves(model: &Model, design: &TrialDesign, results: &TrialResults) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "patients", "trial", "strategy", "months", "survival", "lower_95", "upper_95", "at_risk", "events",
        "censored",
    ])?;
    let strategies = [design.control, design.arm].map(|index| model.strategies[index].id.to_string());
    for own in &results.sizes {
        for curve in &own.curves {
            for step in &curve.steps {
                let (low, high) = step.interval.unzip();
                let names = [
                    own.size.patients.to_string(),
                    (curve.trial + 1).to_string(),
                    strategies[curve.arm].clone(),
                ];
                let numbers = [Some(step.months), Some(step.survival), low, high].map(cell);
                let counts = [step.at_risk, step.events, step.censored].map(|count| number(f64::from(count)));
                table.row(names.into_iter().chain(numbers).chain(counts))?;
            }
        }
    }
    table.finish()
}
