//! The exact engine against the Monte Carlo engine: every mean outcome, curve point and event of every shipped scenario.

use remisim::exact;
use remisim::model::Model;
use remisim::program::{Program, compile};
use remisim::scenario::{Request, load};
use remisim::simulate::{self, Unobserved};
use remisim::summary::{Band, Records, Summary};

/// Monte Carlo standard errors within which outcomes and curve points must agree.
const ERRORS: f64 = 4.5;

/// The scenario with its central values, and its program.
fn central(scenario: &str, patients: u64) -> (Model, Program) {
    let mut request = Request::new(scenario);
    request.overrides = vec![
        "settings.uncertainty=false".into(),
        "settings.draws=1".into(),
        "settings.seed=1".into(),
        format!("settings.patients={patients}"),
    ];
    let model = load(&request).unwrap().model;
    let program = compile(&model).unwrap();
    (model, program)
}

/// Named values of a summary.
fn values(summary: &Summary) -> Vec<(String, Band)> {
    let mut values = Vec::new();
    for row in &summary.outcomes {
        values.push((format!("{} {}", row.strategy, row.outcome), row.band));
    }
    for row in &summary.differences {
        values.push((format!("{} {} difference", row.strategy, row.outcome), row.band));
    }
    for row in &summary.survival {
        values.push((format!("{} {} at {}", row.strategy, row.curve.name(), row.months), row.band));
    }
    for row in &summary.events {
        values.push((format!("{} {} in line {}", row.strategy, row.event, row.line), row.band));
    }
    values
}

/// What differs by more than chance and the grid's own bound.
fn differences(model: &Model, program: &Program) -> Vec<String> {
    let months = model.settings.curve_months;
    let started = std::time::Instant::now();
    let results = exact::run(model, program).unwrap();
    println!("{}: {:.3} s", model.id, started.elapsed().as_secs_f64());
    let (fine, coarse) =
        (values(&Summary::of_exact(model, &results)), values(&Summary::of_coarse(model, &results)));
    let sampled = simulate::run(model, program, &Unobserved, &|| Records::new(months)).unwrap();
    let sampled = values(&Summary::new(model, &sampled));
    assert_eq!(fine.len(), sampled.len());
    let n = model.settings.patients as f64;
    let mut out = Vec::new();
    let (mut worst_bound, mut worst) = (0.0_f64, 0.0_f64);
    for (name, exact) in &fine {
        let named =
            |values: &[(String, Band)]| values.iter().find(|(same, _)| same == name).map(|(_, band)| *band);
        let (coarse, sampled) = (named(&coarse), named(&sampled).unwrap_or(Band::UNDEFINED));
        let (Some(exact), Some(mean)) = (exact.mean, sampled.mean) else {
            // A median that is all but reached may be in one of them only.
            if exact.mean.is_some() != sampled.mean.is_some() && !name.contains("_median_") {
                out.push(format!("{name}: exact {:?}, sampled {:?}", exact.mean, sampled.mean));
            }
            continue;
        };
        let bound = (exact - coarse.and_then(|band| band.mean).unwrap_or(exact)).abs();
        // Where nobody had a rare event the standard error is that of one patient.
        let error = sampled.mc_se.unwrap_or(0.0).max(if exact.abs() < 1.0 { 1.0 / n } else { 0.0 });
        let distance = (exact - mean).abs();
        if error > 0.0 {
            worst = worst.max(distance / (ERRORS * error + bound) * ERRORS);
            worst_bound = worst_bound.max(bound / error);
        }
        if distance > ERRORS * error + bound + 1e-9 * exact.abs() {
            let errors = distance / error;
            out.push(format!(
                "{name}: exact {exact} ± {bound:.2e}, sampled {mean} ± {error:.2e}, {errors:.1} errors"
            ));
        }
    }
    for (name, _) in &sampled {
        if !name.contains("_median_") && !fine.iter().any(|(same, _)| same == name) {
            out.push(format!("{name}: exact has none"));
        }
    }
    println!(
        "{}: worst distance {worst:.2} errors, worst bound {worst_bound:.3} errors of {n} patients",
        model.id
    );
    out
}

fn agrees(scenario: &str) {
    let patients = std::env::var("PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_000);
    let (model, program) = central(scenario, patients);
    let found = differences(&model, &program);
    assert!(
        found.is_empty(),
        "{scenario}: {} differences\n{}",
        found.len(),
        found[..found.len().min(40)].join("\n")
    );
}

macro_rules! scenarios {
    ($($name:ident)*) => { $( #[test] fn $name() { agrees(stringify!($name)); } )* };
}

scenarios! {
    adult_frontline blast cd7_car_t cd7_car_t_leukaemic cd7_car_t_mass cd7_sequence eliana eliana_infused_only
    eliana_real_world lesson_small_trial mrd_guided natural_history older_frontline ph_positive population_mix
    reference_illness_death t_all_frontline tower tower_first_salvage
}
