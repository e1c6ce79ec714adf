//! Survival and competing risks against closed forms, 10^6 histories, fixed seed.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/trial.rs"]
mod trial;

use remisim::model::CurveKind::{Cir, Efs, Os, Rfs};
use std::f64::consts::LN_2;
use trial::{PATIENTS, Trial, one_line};

const MONTHS: [u32; 6] = [1, 3, 12, 24, 60, 120];

/// Everyone at risk of death from month 0, along one curve.
fn dying(horizon: f64, curve: &str) -> Trial {
    let regimen = format!(
        "[regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n[regimens.first.failure]\nrefractory = {{ {curve} }}\n"
    );
    Trial::of(&one_line(horizon, "curve_months = 120", &regimen))
}

/// P(Z > z), by Simpson's rule on the density; to 1e-12.
fn normal_tail(z: f64) -> f64 {
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let (steps, end) = (20_000, z.abs());
    let width = end / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| f64::from(2 + 2 * (i % 2)) * density(f64::from(i) * width)).sum();
    let to_zero = (density(0.0) + inner + density(end)) * width / 3.0;
    if z > 0.0 { 0.5 - to_zero } else { 0.5 + to_zero }
}

#[test]
fn exponential_survival() {
    let rate = 0.05;
    let trial = dying(1200.0, "family = \"exponential\", rate = 0.05");
    let years = trial.outcome(0, "life_years");
    let theory = 1.0 / rate / 12.0 / PATIENTS.sqrt();
    assert!((years.mc_se.unwrap() / theory - 1.0).abs() < 0.01, "{years:?}");
    assert!((years.mean.unwrap() - 1.0 / rate / 12.0).abs() < 4.0 * theory, "{years:?}");
    trial.follows(Os, &MONTHS, PATIENTS, |t| (-rate * t).exp());
    for month in [6, 12, 18, 24, 36, 60, 120] {
        trial.has_share(&format!("os_{month}_months"), (-rate * f64::from(month)).exp());
    }
    // Standard error of a median: 1 / (2 f sqrt(n)), f the density there.
    let error = 0.5 / (0.5 * rate) / PATIENTS.sqrt();
    let median = trial.outcome(0, "os_median_months");
    assert!((median.mean.unwrap() - LN_2 / rate).abs() < 4.0 * error, "{median:?}");
    assert!((median.mc_se.unwrap() / error - 1.0).abs() < 0.1, "{median:?}");
}

#[test]
fn life_years_stop_at_the_horizon() {
    let trial = dying(36.0, "family = \"exponential\", rate = 0.05");
    trial.meets("life_years", (1.0 - (-0.05_f64 * 36.0).exp()) / 0.05 / 12.0);
}

#[test]
fn survival_of_every_family() {
    let trial = dying(600.0, "family = \"weibull\", shape = 0.7, scale = 20");
    trial.follows(Os, &MONTHS, PATIENTS, |t| (-(t / 20.0).powf(0.7)).exp());
    let trial = dying(600.0, "family = \"weibull\", shape = 2.2, scale = 50");
    trial.follows(Os, &MONTHS[1..], PATIENTS, |t| (-(t / 50.0).powf(2.2)).exp());
    let trial = dying(600.0, "family = \"log_logistic\", shape = 1.4, scale = 15");
    trial.follows(Os, &MONTHS, PATIENTS, |t| 1.0 / (1.0 + (t / 15.0).powf(1.4)));
    for (shape, text) in [(0.03, "0.03"), (-0.04, "-0.04")] {
        let trial = dying(600.0, &format!("family = \"gompertz\", shape = {text}, rate = 0.01"));
        trial.follows(Os, &MONTHS, PATIENTS, |t| (-0.01 * (shape * t).exp_m1() / shape).exp());
    }
    let trial = dying(600.0, "family = \"log_normal\", shape = 0.9, scale = 18");
    trial.follows(Os, &MONTHS, PATIENTS, |t| normal_tail((t / 18.0).ln() / 0.9));
}

#[test]
fn curves_placed_by_a_median_or_a_point() {
    let trial = dying(600.0, "family = \"weibull\", shape = 0.7, median = 11");
    trial.follows(Os, &MONTHS, PATIENTS, |t| (-LN_2 * (t / 11.0).powf(0.7)).exp());
    let trial = dying(600.0, "family = \"log_normal\", shape = 0.9, at_months = 24, survival = 0.3");
    trial.follows(Os, &[24], PATIENTS, |_| 0.3);
    let trial = dying(600.0, "family = \"log_logistic\", shape = 1.1, at_months = 12, risk = 0.6");
    trial.follows(Os, &MONTHS, PATIENTS, |t| 1.0 / (1.0 + 1.5 * (t / 12.0).powf(1.1)));
}

#[test]
fn cured_share_ratio_and_delay() {
    let trial = dying(600.0, "family = \"weibull\", shape = 0.8, scale = 10, cured = 0.35");
    trial.follows(Os, &MONTHS, PATIENTS, |t| 0.35 + 0.65 * (-(t / 10.0).powf(0.8)).exp());
    let trial = dying(600.0, "family = \"weibull\", shape = 0.8, scale = 10, ratio = 0.6");
    trial.follows(Os, &MONTHS, PATIENTS, |t| (-0.6 * (t / 10.0).powf(0.8)).exp());
    let trial = dying(600.0, "family = \"weibull\", shape = 0.8, scale = 10, share = 0.65, ratio = 0.6");
    trial.follows(Os, &MONTHS, PATIENTS, |t| (0.35 + 0.65 * (-(t / 10.0).powf(0.8)).exp()).powf(0.6));
    let trial = dying(600.0, "family = \"exponential\", rate = 0.05, delay = 4");
    trial.follows(Os, &MONTHS[2..], PATIENTS, |t| (-0.05 * (t - 4.0)).exp());
    assert_eq!(trial.curve(0, Os, 4).mean, Some(1.0));
}

#[test]
fn two_exponential_competing_risks() {
    let (relapse, death, after) = (0.04, 0.015, 0.1);
    let total = relapse + death;
    let trial = Trial::of(&one_line(
        1200.0,
        "curve_months = 120",
        "[regimens.first]\nlabel = \"In remission\"\ngroup = \"test\"\nstarts_in = \"remission\"\n\
         [regimens.first.remission]\nrelapse = { family = \"exponential\", rate = 0.04 }\n\
         non_relapse_death = { family = \"exponential\", rate = 0.015 }\n\
         [regimens.first.failure]\nrefractory = { family = \"never\" }\n\
         relapse = { family = \"exponential\", rate = 0.1 }\n",
    ));
    trial.has_share("relapse", relapse / total);
    trial.has_share("death_treatment", death / total);
    trial.has_share("death_relapse", relapse / total);
    trial.meets("months_remission", 1.0 / total);
    trial.meets("months_relapsed", relapse / total / after);
    trial.meets("life_years", (1.0 / total + relapse / total / after) / 12.0);
    trial.follows(Cir, &MONTHS, PATIENTS, |t| relapse / total * -(-total * t).exp_m1());
    trial.follows(Rfs, &MONTHS, PATIENTS, |t| (-total * t).exp());
    trial.follows(Efs, &MONTHS, PATIENTS, |t| (-total * t).exp());
    trial.follows(Os, &MONTHS, PATIENTS, |t| {
        (-total * t).exp() + relapse / (after - total) * ((-total * t).exp() - (-after * t).exp())
    });
}

#[test]
fn survival_of_a_mixture_of_cells() {
    let trial = Trial::of(&one_line(
        600.0,
        "curve_months = 120",
        "[population.attributes]\nburden = { low = 0.3, high = 0.7 }\n\
         form = { liquid = { by = \"burden\", low = 0.5, high = 0.1 }, mass = { by = \"burden\", low = 0.5, high = 0.9 } }\n\
         [regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n[regimens.first.failure]\n\
         refractory = { family = \"exponential\", rate = { by = \"burden\", low = 0.02, high = 0.2 }, \
         ratio = { by = \"form\", liquid = 1, mass = 1.5 } }\n",
    ));
    let parts: [(f64, f64); 4] = [(0.15, 0.02), (0.15, 0.03), (0.07, 0.2), (0.63, 0.3)];
    trial
        .follows(Os, &MONTHS[..5], PATIENTS, |t| parts.iter().map(|(w, rate)| w * f64::exp(-rate * t)).sum());
    trial.meets(
        "life_years",
        parts.iter().map(|(w, rate)| w / rate * -(-rate * 600.0_f64).exp_m1()).sum::<f64>() / 12.0,
    );
}
