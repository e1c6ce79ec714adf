//! Both engines against `tests/python/check.py`, a script that reads two scenarios itself and shares nothing with them.

#[path = "support/trial.rs"]
mod trial;

use remisim::exact;
use remisim::files::sha256;
use remisim::model::CurveKind::{Cir, Efs, Os, Rfs};
use remisim::model::Model;
use remisim::program::compile;
use remisim::simulate::Unobserved;
use remisim::summary::{Band, Summary};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use trial::{Trial, shipped};

/// Makes `values.csv` again.
const COMMAND: &str = "python3 tests/python/check.py";

/// Monte Carlo standard errors that pass for chance.
const ERRORS: f64 = 4.5;

/// What the step of the script and the grid of the exact engine leave; twice the step moves no probability by more than 5e-5.
const PROBABILITY: f64 = 1e-4;
/// The same of years, days and doses, relative.
const RELATIVE: f64 = 1e-3;
/// The engines reckon the share for whom a transplant is planned from sixteen places of its date, so that some 0.02 in
/// 100 of the observed transplants are missing or too many.
const TRANSPLANTS: f64 = 5e-4;

/// A value that the script found.
struct Row {
    scenario: String,
    strategy: String,
    outcome: String,
    months: Option<u32>,
    value: f64,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The row that stands for the centre of a fit, as `calibrated/NAME.toml` says.
fn central(fit: &Path) -> Option<String> {
    let text = fs::read_to_string(fit.with_extension("toml")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("central = ").map(str::to_owned))
}

/// Asserts that the values were made from the fits that the scenarios use now.
fn belong_to_the_fits(text: &str) {
    let fits: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# fit ")).collect();
    assert!(!fits.is_empty(), "tests/python/values.csv names no fits; make it again: {COMMAND}");
    for fit in fits {
        let name = fit.split(' ').next().unwrap();
        let path = root().join(format!("scenarios/calibrated/{name}.csv"));
        let rows = fs::read(&path).unwrap_or_else(|_| panic!("no fit scenarios/calibrated/{name}.csv"));
        let now = format!("{name} {} {}", sha256(&rows), central(&path).unwrap());
        assert!(
            fit == now,
            "tests/python/values.csv was made from another fit of {name}; make it again: {COMMAND}"
        );
    }
}

fn rows() -> Vec<Row> {
    let path = root().join("tests/python/values.csv");
    let text =
        fs::read_to_string(path).unwrap_or_else(|_| panic!("no tests/python/values.csv; make it: {COMMAND}"));
    belong_to_the_fits(&text);
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let row = |record: csv::StringRecord| Row {
        scenario: record[0].to_owned(),
        strategy: record[1].to_owned(),
        outcome: record[2].to_owned(),
        months: record[3].parse().ok(),
        value: record[4].parse().unwrap(),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// What an engine found for a row, and whether it is a probability.
fn found(model: &Model, summary: &Summary, row: &Row) -> Option<(Band, bool)> {
    let strategy = model.strategies.iter().position(|strategy| strategy.id.as_str() == row.strategy)?;
    let Some(months) = row.months else {
        let found = summary.outcome(strategy, &row.outcome)?;
        return Some((found.band, found.unit == "probability"));
    };
    let curve = match row.outcome.as_str() {
        "os" => Os,
        "efs" => Efs,
        "rfs" => Rfs,
        "cir" => Cir,
        _ => return None,
    };
    let mut points = summary.survival.iter();
    let point =
        points.find(|point| point.strategy == strategy && point.curve == curve && point.months == months)?;
    Some((point.band, true))
}

/// Compares one engine with all values of a scenario, and says what is apart.
fn differences(engine: &str, model: &Model, summary: &Summary, rows: &[Row]) -> String {
    let mut apart = String::new();
    let mut worst = [0.0_f64; 2];
    for row in rows {
        let Row { strategy, outcome, value, .. } = row;
        let months = row.months.map_or(String::new(), |months| format!(" at {months} months"));
        let what = format!("{engine}: {strategy}, {outcome}{months}");
        let Some((Band { mean: Some(mean), mc_se, .. }, share)) = found(model, summary, row) else {
            let _ = writeln!(apart, "{what}: script {value}, engine nothing");
            continue;
        };
        let step = if share { PROBABILITY } else { RELATIVE * value.abs() };
        let dates = if outcome == "transplant" { TRANSPLANTS * value } else { 0.0 };
        let chance = ERRORS * mc_se.unwrap_or(0.0);
        let distance = (mean - value).abs();
        let kind = usize::from(!share);
        worst[kind] = worst[kind].max(if share { distance } else { distance / value.abs() });
        if distance > step + dates + chance {
            let _ = writeln!(apart, "{what}: script {value}, engine {mean}, chance {chance:.1e}");
        }
    }
    println!(
        "{engine}: {} values, probabilities to {:.1e}, others to {:.1e}",
        rows.len(),
        worst[0],
        worst[1]
    );
    apart
}

fn agrees(scenario: &str) {
    let all = rows();
    let rows: Vec<Row> = all.into_iter().filter(|row| row.scenario == scenario).collect();
    let sizes =
        ["settings.uncertainty=false", "settings.draws=1", "settings.seed=1", "settings.patients=400000"];
    let model = shipped(scenario, &sizes);
    for strategy in &model.strategies {
        let count = rows.iter().filter(|row| row.strategy == strategy.id.as_str()).count();
        assert!(count >= 20, "{count} values of {scenario}, {}; make them again: {COMMAND}", strategy.id);
    }
    let results = exact::run(&model, &compile(&model).unwrap(), &Unobserved).unwrap();
    let mut apart = differences("exact", &model, &Summary::of_exact(&model, &results), &rows);
    let Trial { model, summary } = Trial::run(model);
    apart += &differences("simulated", &model, &summary, &rows);
    assert!(
        apart.is_empty(),
        "{scenario}: after a change of its figures, {COMMAND}; else they disagree:\n{apart}"
    );
}

#[test]
fn tower_is_as_a_script_reckons_it() {
    agrees("tower");
}

#[test]
fn eliana_is_as_a_script_reckons_it() {
    agrees("eliana");
}
