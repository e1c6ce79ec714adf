//! A million patients against the exact engine: what a share may differ by follows from the exact probability.

use super::compare::overridden;
use remisim::exact::{self, ExactResults};
use remisim::model::Model;
use remisim::program::compile;
use remisim::simulate::{self, Unobserved};
use remisim::summary::{DifferenceRow, Records, Summary};
use std::collections::BTreeMap;
use std::time::Instant;

/// Standard errors between the engines, of an outcome and of a point of a curve.
const ERRORS: [f64; 2] = [4.5, 5.0];
/// Largest error of the grid, in standard errors: how much a value changes on half the bins.
const GRID: f64 = 0.2;
/// Months at which curves are compared, up to the last of theirs.
const LANDMARKS: [u32; 12] = [3, 6, 9, 12, 18, 24, 30, 36, 48, 60, 90, 120];
/// Steps in which a median is told.
const MEDIAN_STEP: f64 = 1.0 / 16.0;

/// A value of a summary: its mean, the patients it is a share of, and its Monte Carlo error.
#[derive(Clone, Copy)]
struct Value {
    mean: f64,
    among: Option<f64>,
    error: Option<f64>,
    /// Errors that it may be apart by.
    errors: f64,
}

/// Values by name. Of a curve that is about a part of the patients, the exact engine knows the part.
fn values(model: &Model, summary: &Summary, exact: &ExactResults) -> BTreeMap<String, Value> {
    let patients = model.settings.patients as f64;
    let name = |strategy: usize| summary.strategies[strategy].as_str();
    let mut values = BTreeMap::new();
    let mut add = |name: String, mean: Option<f64>, among: Option<f64>, error: Option<f64>, errors: f64| {
        if let Some(mean) = mean {
            values.insert(name, Value { mean, among, error, errors });
        }
    };
    let told = |outcome: &str| !outcome.ends_with("_median_not_reached");
    for row in summary.outcomes.iter().filter(|row| told(&row.outcome)) {
        let among = (row.unit == "probability").then_some(patients);
        let key = format!("{} {}", name(row.strategy), row.outcome);
        add(key, row.band.mean, among, row.band.mc_se, ERRORS[0]);
    }
    for DifferenceRow { from, row } in &summary.differences {
        let key = format!("{} {} from {}", name(row.strategy), row.outcome, name(*from));
        add(key, row.band.mean, None, row.band.mc_se, ERRORS[0]);
    }
    for row in &summary.events {
        let key = format!("{} {} in line {}", name(row.strategy), row.event, row.line);
        add(key, row.band.mean.map(|rate| rate / 1000.0), Some(patients), None, ERRORS[0]);
    }
    for row in summary.survival.iter().filter(|row| LANDMARKS.contains(&row.months)) {
        let place = model.settings.curves.iter().position(|kind| *kind == row.curve).unwrap();
        let among = exact.draws[0].strategies[row.strategy].curves[place].among * patients;
        let key = format!("{} {} at {} months", name(row.strategy), row.curve.name(), row.months);
        add(key, row.band.mean, Some(among), None, ERRORS[1]);
    }
    values
}

/// A shipped scenario with its central values.
pub(crate) fn agrees(scenario: &str) {
    let changes =
        ["settings.uncertainty=false", "settings.draws=1", "settings.seed=1", "settings.patients=1000000"];
    let model = overridden(scenario, &changes);
    let program = compile(&model).unwrap();
    let started = Instant::now();
    let exact = exact::run(&model, &program, &Unobserved).unwrap();
    let walked = started.elapsed().as_secs_f64();
    let months = model.settings.curve_months;
    let sampled = simulate::run(&model, &program, &Unobserved, &|| Records::new(months)).unwrap();
    let of = |summary: &Summary| values(&model, summary, &exact);
    let sampled = of(&Summary::new(&model, &sampled));
    let (fine, coarse) = (of(&Summary::of_exact(&model, &exact)), of(&Summary::of_coarse(&model, &exact)));

    let mut apart = Vec::new();
    let (mut worst, mut worst_grid) = ((0.0, ""), (0.0, ""));
    for (name, found) in &sampled {
        let Some(value) = fine.get(name) else {
            apart.push(format!("{name}: sampled {}, not known to the exact engine", found.mean));
            continue;
        };
        let of_share = |among: f64| (value.mean * (1.0 - value.mean)).max(0.0).sqrt() / among.sqrt();
        let error = value.among.map_or(found.error.unwrap_or(0.0), of_share);
        // Tallies are rounded to fixed fractions, money to 2^-16, patient by patient.
        let rounding = 1e-9 * value.mean.abs() + if value.among.is_some() { 1e-9 } else { 8e-6 };
        let step = if name.ends_with("_median_months") { MEDIAN_STEP } else { 0.0 };
        let distance = (value.mean - found.mean).abs();
        let half = coarse.get(name).map_or(f64::NAN, |half| half.mean);
        let change = (value.mean - half).abs();
        if error > 0.0 {
            if distance > rounding + step && distance / error > worst.0 {
                worst = (distance / error, name);
            }
            if change > rounding + step && change / error > worst_grid.0 {
                worst_grid = (change / error, name);
            }
        }
        // Not by `>`: a value that is missing fails.
        let near = distance <= value.errors * error + rounding + step;
        let fine_enough = change <= GRID * error + rounding + step;
        if !(near && fine_enough) {
            let (bins, mean) = (exact.bins_per_month, value.mean);
            apart.push(format!(
                "{name}: exact {mean}, on half of {bins} bins {half}; sampled {}, error {error:.1e}",
                found.mean
            ));
        }
    }
    println!(
        "{scenario}: {} values, {:.2} errors apart ({}), {} bins a month change {:.3} errors ({}); {walked:.2} s of {:.2}",
        sampled.len(),
        worst.0,
        worst.1,
        exact.bins_per_month,
        worst_grid.0,
        worst_grid.1,
        started.elapsed().as_secs_f64()
    );
    assert!(apart.is_empty(), "{scenario}: {} differences\n{}", apart.len(), apart.join("\n"));
}
