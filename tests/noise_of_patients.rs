//! EVPI of draws of a hundred simulated patients, corrected for their noise, against the same draws without any, and
//! with a hundred thousand.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::economics::{Loss, Psa, losses};
use remisim::exact;
use remisim::model::Model;
use remisim::program::compile;
use remisim::scenario::{Request, load};
use remisim::simulate::{Unobserved, run};
use remisim::summary::Records;
use std::fs;

/// The reference problem with an uncertain hazard ratio and uncertain costs.
const SCENARIO: &str = r#"
title = "Uncertain hazard ratio"
question = "How much of the scatter of small draws is noise?"
extends = "reference_illness_death"
bare_numbers = "numbers chosen for the test, without clinical meaning"

[regimens.better]
label = "Uncertain hazard ratio"
extends = "first"
cost_at_start = 30000

[regimens.better.remission.relapse]
family = "weibull"
shape = 0.8
scale = 40
ratio = { assume = 0.75, low = 0.65, high = 0.87, reason = "chosen for the test" }

[costs.state]
remission = { assume = 300, low = 240, high = 370, reason = "chosen for the test" }
relapsed = { assume = 2000, low = 1500, high = 2600, reason = "chosen for the test" }

[[strategies]]
id = "usual"
[[strategies.lines]]
regimen = "first"

[[strategies]]
id = "better"
[[strategies.lines]]
regimen = "better"

[economics]
perspective = "test"
uncalibrated = "curves are given"
one_way = false
"#;

const SEEDS: u64 = 20;
const DRAWS: u32 = 1_000;
const FEW: u64 = 100;
const MANY: u64 = 100_000;
/// Seeds of which both references are made: densities for all, patients, some 45 s a seed, for these.
const LINKED: u64 = 4;

fn model(path: &str, seed: u64, patients: u64) -> Model {
    let overrides = [("seed", seed), ("draws", u64::from(DRAWS)), ("patients", patients)];
    let overrides = overrides.map(|(key, value)| format!("settings.{key}={value}")).to_vec();
    let mut model = load(&Request { scenario: path.to_owned(), overrides })
        .unwrap_or_else(|problems| panic!("{problems}"))
        .model;
    model.settings.curves.clear();
    model
}

fn psa(path: &str, seed: u64, patients: u64) -> Psa {
    let model = model(path, seed, patients);
    let results = run(&model, &compile(&model).unwrap(), &Unobserved, &|| Records::new(0)).unwrap();
    Psa::of_records(&model, &results).unwrap()
}

/// The same draws without patients: what any number of them would come to.
fn exact(path: &str, seed: u64) -> Psa {
    let model = model(path, seed, FEW);
    let results = exact::run(&model, &compile(&model).unwrap(), &Unobserved).unwrap();
    Psa::of_exact(&model, &results.measures, &results.draws).unwrap()
}

/// Mean of the gain of the second strategy in its standard deviations.
fn clearness(psa: &Psa, wtp: f64) -> f64 {
    let both = psa.net_benefit(1, wtp).into_iter().zip(psa.net_benefit(0, wtp));
    let gains: Vec<f64> = both.map(|(own, other)| own - other).collect();
    let n = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0);
    mean.abs() / variance.sqrt()
}

fn thresholds() -> Vec<f64> {
    (0..=20).map(|at| 30_000.0 + 2_500.0 * f64::from(at)).collect()
}

fn scenario(folder: &Folder) -> String {
    let path = folder.at("noisy.toml");
    fs::write(&path, SCENARIO).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn small_draws_have_the_evpi_of_draws_without_noise() {
    let folder = Folder::new();
    held(&scenario(&folder), exact);
}

#[test]
fn a_hundred_thousand_patients_a_draw_have_the_evpi_of_draws_without_noise() {
    let folder = Folder::new();
    let path = scenario(&folder);
    let wtp = thresholds();
    let evpi = |psa: &Psa| -> Vec<f64> { losses(psa, &wtp).iter().map(Loss::evpi).collect() };
    for seed in 1..=LINKED {
        let (large, sure) = (evpi(&psa(&path, seed, MANY)), evpi(&exact(&path, seed)));
        let largest = sure.iter().copied().fold(0.0, f64::max);
        for (at, (large, sure)) in large.iter().zip(&sure).enumerate() {
            assert!((large - sure).abs() < 0.01 * largest, "seed {seed}, {}: {large} and {sure}", wtp[at]);
        }
    }
}

/// Holds corrected EVPI of draws of few patients to that of a reference over all seeds.
fn held(path: &str, reference: impl Fn(&str, u64) -> Psa) {
    let wtp = thresholds();
    // By willingness to pay: of each seed the value of the reference, and raw and corrected with few.
    let mut found: Vec<Vec<[f64; 3]>> = vec![Vec::new(); wtp.len()];
    let mut clear = vec![0.0; wtp.len()];
    for seed in 1..=SEEDS {
        let (few, many) = (psa(path, seed, FEW), reference(path, seed));
        let (small, large) = (losses(&few, &wtp), losses(&many, &wtp));
        for at in 0..wtp.len() {
            found[at].push([large[at].evpi(), small[at].evpi(), small[at].corrected_evpi().unwrap()]);
            clear[at] += clearness(&many, wtp[at]) / SEEDS as f64;
        }
    }
    let seeds = SEEDS as f64;
    let mean = |at: usize, which: usize| found[at].iter().map(|own| own[which]).sum::<f64>() / seeds;
    let largest = (0..wtp.len()).map(|at| mean(at, 0)).fold(0.0, f64::max);
    let (mut near, mut raw_off, mut off) = (0, 0.0, 0.0);
    for at in 0..wtp.len() {
        let [truth, raw, corrected] = [0, 1, 2].map(|which| mean(at, which));
        let rms = found[at].iter().map(|own| (own[2] - own[0]).powi(2)).sum::<f64>() / seeds;
        let (error, rms) = (corrected - truth, rms.sqrt());
        println!(
            "{:>7}: gain of {:.2} deviations, EVPI {truth:.0}, raw {raw:.0}, corrected {corrected:.0}, error {:+.1} %, RMS {:.1} %",
            wtp[at],
            clear[at],
            100.0 * error / truth,
            100.0 * rms / truth
        );
        if clear[at] < 0.5 {
            near += 1;
            assert!(error.abs() < 0.05 * truth && rms < 0.15 * truth, "{}", wtp[at]);
            (raw_off, off) = (raw_off + (raw - truth).abs(), off + error.abs());
        } else {
            assert!(error.abs() <= 0.02 * largest, "{}: {error} of {largest}", wtp[at]);
        }
    }
    assert!(near >= 2, "{clear:?}");
    // What is corrected matters.
    assert!(raw_off > 5.0 * off, "{raw_off} {off}");
}
