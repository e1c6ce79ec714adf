//! Probabilities that exclude each other never add to more than one, in any draw and cell of the shipped scenarios; where
//! a user's data let them, the run counts the draws and says which regimen and key it is. Shares of
//! transplants of the shipped scenarios are met in all but one draw of a hundred.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/trial.rs"]
mod trial;

use folder::Folder;
use rayon::prelude::*;
use remisim::model::{Regimen, Value};
use remisim::program::{BoundCell, Draw, Missed, compile};
use remisim::scenario;
use remisim::stream::Stream;
use std::collections::BTreeSet;
use trial::{Trial, model_of, one_line, tallies};

/// A line in which remission (.5 to .9) and early death (.1 to .5) are sampled apart, and severe CRS apart from CRS.
fn line(rest: &str) -> String {
    let range = |low: f64, high: f64| {
        format!("{{ assume = {}, reason = \"test\", low = {low}, high = {high} }}", f64::midpoint(low, high))
    };
    one_line(
        12.0,
        "",
        &format!(
            "[regimens.first]\nlabel = \"Line\"\ngroup = \"test\"\n[regimens.first.toxicity]\nearly_death = {}\n\
             [regimens.first.response]\ncr = {}\nmonths = 1\n[regimens.first.remission]\n\
             relapse = {{ family = \"exponential\", median = 6 }}\n[regimens.first.failure]\n\
             refractory = {{ family = \"exponential\", median = 3 }}\n\
             relapse = {{ family = \"exponential\", median = 3 }}\n{rest}",
            range(0.1, 0.5),
            range(0.5, 0.9),
        ),
    )
}

#[test]
fn draws_in_which_probabilities_add_to_more_than_one_are_counted() {
    let changes = ["settings.patients=10", "settings.draws=400"];
    let model = model_of(&line(""), &changes);
    let results = tallies(&model);
    let cr = |name: &str| model.parameters.iter().position(|p| p.name.ends_with(name)).unwrap();
    let (cr, early) = (cr("response.cr"), cr("toxicity.early_death"));
    let stream = Stream::new(model.settings.seed);
    let beyond = (0..400)
        .filter(|index| {
            let draw = Draw::sample(&model, &stream, *index);
            draw.parameters[cr] + draw.parameters[early] > 1.0
        })
        .count();
    assert!(beyond > 100, "only {beyond} draws add to more than one");
    assert_eq!(results.misses.draws as usize, beyond);
    assert_eq!(results.misses.most_often(), Some(((0, Missed::Response), beyond as u32)));
    let trial = Trial::run(model);
    assert!((trial.summary.missed_share - beyond as f64 / 400.0).abs() < 1e-12);
}

#[test]
fn the_warning_names_regimen_and_key() {
    let folder = Folder::new();
    std::fs::write(folder.at("trial.toml"), line("")).unwrap();
    let arguments = ["run", "./trial.toml", "--patients", "10", "--draws", "400", "--quiet"];
    let ran = folder.run(&arguments).ends_with(0);
    assert!(
        ran.stdout.contains("of the draws") && ran.stdout.contains("most often response of first ("),
        "{ran:?}"
    );
}

/// A share within a product stays one: its unit makes it a Beta, where a ratio would reach beyond one.
#[test]
fn an_assumption_in_a_product_may_name_its_unit() {
    let highest = |unit: &str| {
        let value = format!("{{ assume = 0.95, low = 0.88, high = 0.995, reason = \"test\"{unit} }}");
        let change = format!("regimens.first.response.cr={{ product = [{value}] }}");
        let model = model_of(&line(""), &["regimens.first.toxicity.early_death=0.01", &change]);
        let stream = Stream::new(1);
        let values = (0..400).map(|index| {
            let draw = Draw::sample(&model, &stream, index);
            model.regimens[0].response.as_ref().unwrap().cr.evaluate(&[], &draw.parameters)
        });
        values.fold(0.0, f64::max)
    };
    assert!(highest("") > 1.0 && highest(", unit = \"probability\"") <= 1.0);
}

/// Sums of exclusive probabilities of one regimen in one cell and draw, and what they must not exceed.
fn sums(regimen: &Regimen, get: impl Fn(&Value) -> f64) -> Vec<(&'static str, f64, f64)> {
    let maybe = |value: &Option<Value>| value.as_ref().map_or(0.0, &get);
    let toxicity = &regimen.toxicity;
    let mut sums = vec![
        ("infection", maybe(&toxicity.infection), 1.0),
        ("other grade 3", maybe(&toxicity.other_grade3), 1.0),
        ("discontinuation", maybe(&regimen.treatment.discontinuation), 1.0),
        ("MRD", maybe(&regimen.mrd_negative), 1.0),
    ];
    if let Some(response) = &regimen.response {
        let parts = [get(&response.cr), maybe(&response.pr), maybe(&toxicity.early_death)];
        sums.push(("remission, partial response, early death", parts.iter().sum(), 1.0));
    }
    if let Some(access) = &regimen.access {
        sums.push(("antigen", maybe(&access.antigen_positive), 1.0));
        sums.push(("contamination", maybe(&access.contamination), 1.0));
        sums.push(("manufacturing", maybe(&access.manufacturing_failure), 1.0));
        let waiting = get(&access.waiting_death) + get(&access.waiting_progression);
        sums.push(("death and progression while waiting", waiting, 1.0));
    }
    if let Some(remission) = &regimen.remission {
        let lost = maybe(&remission.antigen_modulation) + maybe(&remission.negative_clone);
        sums.push(("loss of the antigen", lost, 1.0));
        if let Some(rule) = &remission.transplant {
            sums.push(("transplants", get(&rule.share), 1.0));
        }
    }
    if let Some(crs) = &toxicity.crs {
        sums.push(("CRS", get(&crs.any), 1.0));
        sums.push(("severe CRS", get(&crs.grade3), get(&crs.any)));
        let doses = crs.doses.iter().flat_map(|doses| &doses[..3]).map(&get).sum();
        sums.push(("doses", doses, 1.0));
        sums.push(("tocilizumab", maybe(&crs.tocilizumab), 1.0));
        sums.push(("intensive care", maybe(&crs.icu), 1.0));
        sums.push(("tocilizumab in severe CRS", maybe(&crs.tocilizumab_grade3), 1.0));
        sums.push(("intensive care in severe CRS", maybe(&crs.icu_grade3), 1.0));
    }
    if let Some((any, grade3)) = &toxicity.neurotoxicity {
        sums.push(("neurotoxicity", get(any), 1.0));
        sums.push(("severe neurotoxicity", get(grade3), get(any)));
    }
    sums
}

/// What adds to more than one in some draw and cell of a scenario with these changes.
fn beyond(scenario: &str, changes: &[&str], draws: u32) -> BTreeSet<String> {
    let model = trial::shipped(scenario, changes);
    let cells: Vec<Vec<u8>> =
        (0..model.population.cells()).map(|cell| model.population.levels(cell)).collect();
    let stream = Stream::new(model.settings.seed);
    let found = (0..draws).into_par_iter().flat_map_iter(|index| {
        let draw = Draw::sample(&model, &stream, index);
        let regimens =
            model.regimens.iter().flat_map(|regimen| cells.iter().map(move |cell| (regimen, cell)));
        let mut found = Vec::new();
        for (regimen, levels) in regimens {
            let sums = sums(regimen, |value| value.evaluate(levels, &draw.parameters));
            let beyond = sums.into_iter().filter(|(_, sum, whole)| *sum > whole + 1e-12);
            found.extend(beyond.map(|(what, ..)| format!("{scenario} {changes:?} {}: {what}", regimen.id)));
        }
        found
    });
    found.collect()
}

#[test]
fn no_draw_of_a_shipped_scenario_adds_to_more_than_one() {
    let library = scenario::evidence().unwrap();
    let mut found = BTreeSet::new();
    for entry in scenario::list() {
        found.extend(beyond(&entry.name, &[], 400));
        let used = trial::shipped(&entry.name, &[]).evidence;
        let used = |value: &String| used.iter().any(|e| format!("{}.{}", e.record, e.value) == *value);
        for (set, readings) in library.sets() {
            for (reading, choices) in &readings.readings {
                if *reading != readings.default && choices.keys().any(used) {
                    found.extend(beyond(&entry.name, &[&format!("readings.{set}=\"{reading}\"")], 50));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn shipped_scenarios_hold_to_their_shares_of_transplants() {
    let mut wrong = Vec::new();
    for entry in scenario::list() {
        let model = trial::shipped(&entry.name, &[]);
        let program = compile(&model).unwrap();
        let stream = Stream::new(model.settings.seed);
        let holds = |bound: &mut BoundCell, index| {
            let draw = Draw::sample(&model, &stream, index);
            let mut cells = program.cells.iter().flatten();
            draw.missed.is_empty()
                && cells.all(|cell| {
                    bound.bind(cell, &draw);
                    bound.missed_shares.is_empty()
                })
        };
        let held = (0..500).into_par_iter().map_init(BoundCell::default, holds);
        let missed = held.filter(|held| !held).count();
        if missed >= 5 {
            wrong.push(format!("{}: {missed}", entry.name));
        }
    }
    assert!(wrong.is_empty(), "of 500 draws that hold to less than they say: {wrong:#?}");
}
