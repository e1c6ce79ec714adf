//! Virtual patients of the shipped trials show what was published and what the exact engine shows, and what the
//! documents say without figures holds for as long as its switch is on.

#[path = "support/fitted.rs"]
mod fitted;
#[path = "support/folder.rs"]
mod folder;

use fitted::fits;
use folder::Folder;
use remisim::distribution::ParameterDistribution;
use remisim::model::{Model, ParameterSource};
use remisim::scenario::{Request, load_fitted, trials};
use remisim::simulate::Unobserved;
use remisim::validate::{DRAWS, validate};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Standard errors by which virtual patients may differ from the exact engine.
const ERRORS: f64 = 4.5;

/// Rows of a table, by column.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn every_trial_shows_what_was_published_and_said() {
    let folder = Folder::new();
    let out = folder.at("valid");
    let mut command = folder.command(&["validate", "--out", out.to_str().unwrap()]);
    // The fits that stand beside the tests.
    let ran = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut statements = 0;
    let mut conflicts = 0;
    for trial in trials().into_iter().map(|trial| trial.name) {
        for row in rows(&out.join(&trial).join("conflicts.csv")) {
            let number = |key: &str| row[key].parse::<f64>().unwrap();
            assert_ne!(row["finding"], "not looked into", "{trial}: {row:?}");
            if row["finding"] == "conflict" {
                let off = |key: &str| (number(key) - number("published")).abs();
                assert!(row["endpoint"].contains(", ") || off("without") < off("fitted"), "{trial}: {row:?}");
                assert!(
                    !row["conflicts_with"].is_empty() && number("conflicting_without").is_finite(),
                    "{row:?}"
                );
                conflicts += 1;
            }
        }
        let rows = rows(&out.join(&trial).join("validation.csv"));
        assert!(out.join(&trial).join("manifest.json").is_file(), "{trial}");
        let bound = |row: &&BTreeMap<String, String>| ["fitted", "statement"].contains(&row["role"].as_str());
        assert!(rows.iter().any(|row| bound(&row)), "{trial}: nothing to hold it to");
        for row in rows.iter().filter(bound) {
            assert_eq!(row["inside"], "true", "{trial}: {row:?}");
            statements += usize::from(row["role"] == "statement");
        }
    }
    assert!(statements >= 8, "{statements}");
    let screen = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(screen.lines().filter(|line| line.starts_with("conflict: ")).count(), conflicts);
    assert!(screen.contains("\nmissed: "), "{screen}");
    // As in tests/fits.rs, where it is said why.
    let wide = screen.lines().filter(|line| line.starts_with("wide: "));
    let wide: Vec<&str> = wide.filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(wide, ["cd7_car_t"; 2], "{screen}");
    assert!(screen.contains("400 draws of 4000 patients") && screen.contains("holds"), "{screen}");
}

/// The model with everything that its own fit does not vary where the fit held it.
fn held(mut model: Model, key: &str) -> Model {
    let own = model.posteriors.iter().position(|fit| fit.name == key).unwrap();
    for fit in model.posteriors.iter_mut().filter(|fit| fit.name != key) {
        let central: Vec<f64> = (0..fit.columns).map(|column| fit.value(fit.central, column)).collect();
        (fit.values, fit.central) = (Arc::from(central), 0);
    }
    for parameter in &mut model.parameters {
        match &mut parameter.source {
            ParameterSource::Single(distribution) => {
                *distribution = ParameterDistribution::fixed(distribution.mean()).unwrap();
            }
            ParameterSource::Posterior { .. } | ParameterSource::Part { .. } => {}
        }
    }
    model.trial.statements.clear();
    assert!(own < model.posteriors.len());
    model
}

#[test]
fn virtual_patients_show_what_the_exact_engine_shows() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for fit in fits().iter().filter(|fit| fit.key == fit.trial) {
        let model = held(load_fitted(&fit.request()).unwrap().model, &fit.key);
        let shown = validate(&model, &Unobserved).unwrap();
        for (own, exact) in shown.targets.iter().zip(&fit.targets).filter(|(_, exact)| exact.is_probability())
        {
            let draws = f64::from(DRAWS);
            // 95 % of the rows lie within four standard deviations, about.
            let rows = (exact.rows.1 - exact.rows.0) / 3.92 / draws.sqrt();
            let error = (rows * rows + own.mc_se * own.mc_se).sqrt();
            let off = (own.comparison.mean - exact.mean).abs() / error;
            let told = format!("{}, {} of {}, {}", fit.key, exact.name, exact.strategy, exact.figure);
            let (mean, expected) = (own.comparison.mean, exact.mean);
            if off >= ERRORS {
                wrong.push(format!("{told}: {mean} for {expected}, {off:.1} errors of {error}"));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 60, "{compared}");
}

/// What a statement says is in the model by its switch alone: with it off, none holds.
#[test]
fn statements_fail_with_their_switch_off() {
    for (trial, id) in [
        ("tower", "Q12"),
        ("blast_subgroups", "Q30"),
        ("cd7_car_t_subgroups", "T21"),
        ("cd7_car_t_subgroups", "T28"),
        ("cd7_car_t_subgroups", "T30"),
    ] {
        let request =
            Request { scenario: trial.to_owned(), overrides: vec![format!("evidence.{id}.on=false")] };
        let mut model = load_fitted(&request).unwrap_or_else(|problems| panic!("{problems}")).model;
        model.trial.targets.clear();
        model.trial.statements.retain(|statement| statement.name == id);
        let shown = validate(&model, &Unobserved).unwrap();
        assert!(!shown.statements.is_empty(), "{trial}, {id}");
        for found in shown.statements {
            assert!(!found.holds, "{trial}, {id}: {found:?}");
        }
    }
}
