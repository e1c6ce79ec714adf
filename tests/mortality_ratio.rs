//! Ratios over the life table against closed forms, in both engines.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/trial.rs"]
mod trial;

use remisim::exact;
use remisim::model::CurveKind::{Efs, Os};
use remisim::model::{LifeTable, Model, Sex};
use remisim::program::compile;
use remisim::simulate::Unobserved;
use remisim::summary::Summary;
use std::sync::Arc;
use trial::{PATIENTS, Trial, model_of, one_line};

const MONTHS: [u32; 5] = [1, 6, 24, 60, 120];
const US: &str = "background_mortality = \"us_2014\"\ncurve_months = 120";
const SIXTY: &str = "age_years = { fixed = 60.3 }";

/// Everyone is refractory from month 0 and dies of background causes only.
fn dying(horizon: f64, ages: &str, ratio: f64) -> Model {
    let regimen = format!(
        "{ages}\n[regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n\
         mortality_ratio = {{ refractory = {ratio:?} }}\nfailure.refractory = {{ family = \"never\" }}\n"
    );
    model_of(&one_line(horizon, US, &regimen), &[])
}

/// What the exact engine says of a model.
fn without_chance(model: Model) -> Trial {
    let results = exact::run(&model, &compile(&model).unwrap(), &Unobserved).unwrap();
    Trial { summary: Summary::of_exact(&model, &results), model }
}

/// Survival of the life table from an age for some months.
fn survival(table: &LifeTable, age: f64, months: f64) -> f64 {
    let hazard = |age: f64| table.cumulative_hazard(Sex::Female, age);
    (hazard(age) - hazard(age + months / 12.0)).exp()
}

#[track_caller]
fn both_follow(model: Model, tolerance: f64, exact: impl Fn(f64) -> f64) {
    let found = without_chance(model.clone());
    for month in MONTHS {
        let expected = exact(f64::from(month));
        for curve in [Os, Efs] {
            let found = found.curve(0, curve, month).mean.unwrap();
            assert!((found - expected).abs() < tolerance, "{month}: {found}, expected {expected}");
        }
    }
    let alive = 1.0 - exact(model.settings.horizon_months);
    let died = found.outcome(0, "death_background").mean.unwrap();
    assert!((died - alive).abs() < tolerance, "{died}, expected {alive}");
    sampled_follows(model, exact);
}

/// The same with chance, within four standard errors and a few patients.
#[track_caller]
fn sampled_follows(model: Model, exact: impl Fn(f64) -> f64) {
    let found = Trial::run(model);
    for month in MONTHS {
        let (found, expected) = (found.curve(0, Os, month).mean.unwrap(), exact(f64::from(month)));
        let error = (expected * (1.0 - expected) / PATIENTS).max(0.0).sqrt();
        let apart = (found - expected).abs();
        assert!(apart <= 4.0 * error + 4.0 / PATIENTS, "{month}: {found}, expected {expected}");
    }
}

#[test]
fn a_flat_life_table_times_a_ratio_is_an_exponential() {
    for ratio in [0.0, 0.4, 1.0, 3.0, 50.0, 1000.0] {
        let mut model = dying(240.0, SIXTY, ratio);
        model.life_table = Some(Arc::new(LifeTable::new(&[0.02], &[0.02])));
        let rate = -0.98_f64.ln() / 12.0 * ratio;
        both_follow(model.clone(), 1e-9, |t| (-rate * t).exp());
        let years = without_chance(model).outcome(0, "life_years").mean.unwrap();
        let expected = if ratio > 0.0 { -(-rate * 240.0).exp_m1() / rate / 12.0 } else { 20.0 };
        let tolerance = if ratio > 100.0 { 3e-2 } else { 1e-4 };
        assert!((years / expected - 1.0).abs() < tolerance, "{ratio}: {years}, expected {expected}");
    }
}

#[test]
fn survival_of_the_life_table_is_raised_to_the_ratio() {
    for ratio in [0.0, 0.5, 2.5, 30.0] {
        let model = dying(480.0, SIXTY, ratio);
        let table = model.life_table.clone().unwrap();
        both_follow(model, 1e-6, |t| survival(&table, 60.3, t).powf(ratio));
    }
}

#[test]
fn ages_of_a_population_are_walked_apart() {
    let model = dying(480.0, "age_years = { low = 20, high = 80 }", 3.0);
    let table = model.life_table.clone().unwrap();
    both_follow(model, 5e-5, |t| {
        let ages = (0..6000).map(|at| 20.0 + (f64::from(at) + 0.5) / 100.0);
        ages.map(|age| survival(&table, age, t).powi(3)).sum::<f64>() / 6000.0
    });
}

#[test]
fn a_change_of_ratio_at_an_assessment_multiplies_survivals() {
    let regimen = format!(
        "{SIXTY}\n[regimens.first]\nlabel = \"Treated\"\ngroup = \"test\"\n\
         mortality_ratio = {{ induction = 8, refractory = 2 }}\nresponse = {{ cr = 0, months = 5 }}\n\
         remission.relapse = {{ family = \"never\" }}\n\
         failure = {{ refractory = {{ family = \"never\" }}, relapse = {{ family = \"never\" }} }}\n"
    );
    let model = model_of(&one_line(240.0, US, &regimen), &[]);
    let table = model.life_table.clone().unwrap();
    let exact = |t: f64| {
        let (first, all) = (survival(&table, 60.3, t.min(5.0)), survival(&table, 60.3, t));
        first.powi(8) * (all / first).powi(2)
    };
    let found = without_chance(model.clone());
    for month in MONTHS {
        let (found, expected) = (found.curve(0, Os, month).mean.unwrap(), exact(f64::from(month)));
        assert!((found - expected).abs() < 1e-6, "{month}: {found}, expected {expected}");
    }
    sampled_follows(model, exact);
}
