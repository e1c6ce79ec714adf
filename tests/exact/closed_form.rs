//! The exact engine against closed forms and quadrature.

use super::compare::overridden;
use remisim::exact::{self, ExactResults};
use remisim::model::Model;
use remisim::program::compile;
use remisim::scenario::{Request, load};
use remisim::simulate::Unobserved;
use remisim::summary::Summary;
use std::fs;

/// Runs a model without chance.
fn found(model: &Model) -> (Summary, ExactResults) {
    let results = exact::run(model, &compile(model).unwrap(), &Unobserved).unwrap();
    (Summary::of_exact(model, &results), results)
}

/// A scenario given as text.
fn written(name: &str, text: &str) -> Model {
    let folder = std::env::temp_dir().join(format!("remisim-exact-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.toml"));
    fs::write(&path, text).unwrap();
    let model = load(&Request::new(path.to_str().unwrap())).unwrap().model;
    fs::remove_dir_all(folder).unwrap();
    model
}

/// Everyone in remission; relapse and death at constant rates, death after relapse too.
const RATES: &str = r#"
title = "Rates"
question = "?"
bare_numbers = "a test"
[settings]
draws = 1
horizon_months = 240
discount = { costs = 0.03, effects = 0.05, convention = "continuous" }
background_mortality = "none"
curves = ["os", "efs", "rfs", "cir"]
[population]
label = "Everyone"
group = "g"
age_years = { fixed = 40 }
[regimens.r]
label = "R"
group = "g"
starts_in = "remission"
cost_at_start = 1000
remission.relapse = { family = "exponential", rate = 0.03 }
remission.non_relapse_death = { family = "exponential", rate = 0.01 }
failure.refractory = { family = "exponential", rate = 0.2 }
failure.relapse = { family = "exponential", rate = 0.1 }
[costs.state]
remission = 300
[utilities.state]
remission = 0.8
relapsed = 0.5
[[strategies]]
id = "s"
label = "S"
[[strategies.lines]]
regimen = "r"
"#;

#[track_caller]
fn close(name: &str, found: Option<f64>, expected: f64, relative: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() <= relative * expected.abs(), "{name}: {found}, expected {expected}");
}

#[test]
fn constant_rates_have_their_closed_forms() {
    let (summary, results) = found(&written("rates", RATES));
    let mean = |name: &str| summary.outcome(0, name).unwrap().band.mean;
    let exp = |x: f64| remisim::math::exp(x);
    let (relapse, death, after, end) = (0.03, 0.01, 0.1, 240.0);
    let leave = relapse + death;
    // Integrals to the horizon of the state occupancies, discounted at rate r.
    let remission = |r: f64| (1.0 - exp(-(leave + r) * end)) / (leave + r);
    let relapsed =
        |r: f64| relapse / (after - leave) * (remission(r) - (1.0 - exp(-(after + r) * end)) / (after + r));
    close("months in remission", mean("months_remission"), remission(0.0), 1e-6);
    close("months in relapse", mean("months_relapsed"), relapsed(0.0), 1e-5);
    close("relapse", mean("relapse"), relapse * remission(0.0), 1e-6);
    close("death in remission", mean("death_treatment"), death * remission(0.0), 1e-6);
    close("costs", mean("costs"), 1000.0 + 300.0 * remission(0.03 / 12.0), 1e-6);
    let discount = 0.05 / 12.0;
    close("QALYs", mean("qalys"), (0.8 * remission(discount) + 0.5 * relapsed(discount)) / 12.0, 1e-5);
    for (months, curves) in [3, 12, 60, 120].map(|month| (month, &results.draws[0].strategies[0].curves)) {
        let t = months as f64;
        let free = exp(-leave * t);
        let in_relapse = relapse / (after - leave) * (free - exp(-after * t));
        close("OS", Some(1.0 - curves[0].events[months]), free + in_relapse, 1e-5);
        close("EFS", Some(1.0 - curves[1].events[months]), free, 1e-9);
        close("RFS", Some(1.0 - curves[2].events[months]), free, 1e-9);
        close("CIR", Some(curves[3].events[months]), relapse / leave * (1.0 - free), 1e-9);
    }
    close("median EFS", mean("efs_median_months"), remisim::math::ln(2.0) / leave, 1e-5);
}

type Answers = ([f64; 2], [f64; 2], f64, [f64; 5]);

/// Months in remission and after relapse, QALYs and costs, share who relapse, survival at 12, 24, 60, 120, 240 months.
const REFERENCE: [Answers; 3] = [
    (
        [36.887_096, 7.402_730],
        [2.630_825, 23_340.723_6],
        0.852_437,
        [0.805_686, 0.586_177, 0.237_458, 0.065_075, 0.006_607],
    ),
    (
        [52.298_710, 6.865_644],
        [3.461_878, 45_642.547_7],
        0.790_604,
        [0.845_698, 0.665_909, 0.339_011, 0.127_613, 0.022_297],
    ),
    (
        [70.323_404, 6.230_866],
        [4.367_661, 88_148.502_7],
        0.717_551,
        [0.874_282, 0.726_394, 0.430_543, 0.200_151, 0.050_205],
    ),
];

#[test]
fn the_reference_problem_has_its_answers_by_quadrature() {
    let (summary, results) = found(&overridden("reference_illness_death", &["settings.draws=1"]));
    for (strategy, (months, worth, relapse, alive)) in REFERENCE.iter().enumerate() {
        let mean = |name: &str| summary.outcome(strategy, name).unwrap().band.mean;
        close("months_remission", mean("months_remission"), months[0], 2e-6);
        close("months_relapsed", mean("months_relapsed"), months[1], 2e-5);
        close("qalys", mean("qalys"), worth[0], 5e-6);
        close("costs", mean("costs"), worth[1], 5e-6);
        close("relapse", mean("relapse"), *relapse, 2e-6);
        let events = &results.draws[0].strategies[strategy].curves[0].events;
        for (month, alive) in [12, 24, 60, 120, 240].into_iter().zip(alive) {
            let found = 1.0 - events[month];
            assert!((found - alive).abs() < 5e-6, "{month}: {found}, expected {alive}");
        }
    }
}

#[test]
fn equal_runs_are_equal_and_what_must_add_up_does() {
    let model = overridden("tower", &["settings.draws=3", "settings.seed=7"]);
    let (summary, results) = found(&model);
    assert_eq!(results, found(&model).1);
    for strategy in 0..model.strategies.len() {
        let of = |name: &str| summary.outcome(strategy, name).and_then(|row| row.band.mean).unwrap();
        let alive: f64 = results
            .draws
            .iter()
            .map(|draw| 1.0 - draw.strategies[strategy].curves[0].events.last().unwrap())
            .sum::<f64>()
            / 3.0;
        let deaths = of("death_treatment") + of("death_relapse") + of("death_background");
        let horizon = model.settings.horizon_months as u32 == model.settings.curve_months;
        assert!(!horizon || (deaths + alive - 1.0).abs() < 1e-6, "{deaths} {alive}");
        assert!(deaths <= 1.0 + 1e-6, "{deaths}");
    }
    assert!(summary.outcomes.iter().all(|row| row.band.mc_se.is_none()));
    assert!(summary.spread.iter().all(|row| row.sd.is_none()));
}
