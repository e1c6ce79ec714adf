//! Changes from the command line reach the model, and the model of the small good scenario is what it says.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;
use remisim::model::{Cause, LineRule, Model, ParameterSource, Timing};
use remisim::scenario::Loaded;

fn load(overrides: &[&str]) -> Loaded {
    Fixture::new().load_with(overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

fn mean(model: &Model, name: &str) -> f64 {
    let parameter = model.parameters.iter().find(|parameter| parameter.name == name);
    match &parameter.unwrap_or_else(|| panic!("no {name}")).source {
        ParameterSource::Single(single) => single.mean(),
        ParameterSource::Posterior { .. } => panic!("{name} is fitted"),
        ParameterSource::Part { group, part } => {
            let alphas = &model.dirichlets[*group];
            alphas[*part] / alphas.iter().sum::<f64>()
        }
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
}

#[test]
fn values_are_sampled_once_wherever_they_are_used() {
    let loaded = load(&[]);
    let model = &loaded.model;
    let names: Vec<&str> = model.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "X1.cr").count(), 1, "{names:?}");
    assert!(names.contains(&"regimens/standard.toml:remission.relapse.shape"), "{names:?}");
    assert!(names.contains(&"test.toml:strategies.standard.lines.2.able"));
    let used = model.evidence.iter().find(|used| used.record == "X1" && used.value == "cr").expect("used");
    let by: Vec<&str> = used.used_by.iter().map(String::as_str).collect();
    assert_eq!(
        by,
        [
            "regimens/cells.toml:response.cr",
            "regimens/standard.toml:response.cr.high.odds",
            "regimens/standard.toml:response.cr.low"
        ]
    );
    // Relapse takes both kinds; the other record of the dose is a Dirichlet.
    assert_eq!(model.strategies[0].lines[1].after, [Cause::Refractory, Cause::Relapse, Cause::AntigenLost]);
    assert_eq!(model.dirichlets, [vec![16.5, 7.5, 3.5, 1.5]]);
    close(mean(model, "X5.doses.2"), 7.5 / 29.0);
    // n of the infections is half of the patients, 16.
    close(mean(model, "X1.infection"), 0.3);
    assert!(model.assumptions.iter().any(|own| own.key == "X2.month"));
    assert!(loaded.sources.iter().any(|source| source.short == "data/us-life-table-2014.csv"));
}

#[test]
fn regimens_extend_others_and_transplants_name_theirs() {
    let model = load(&[]).model;
    let inline = model.regimens.iter().find(|regimen| regimen.id.as_str() == "inline").expect("inline");
    assert_eq!((inline.label.as_str(), inline.group.as_str()), ("inline", "trial"));
    assert!(inline.toxicity.infection.is_some() && inline.response.is_some());
    let remission = inline.remission.as_ref().expect("remission");
    assert!(matches!(remission.relapse.timing, Timing::Point { .. }), "{remission:?}");
    let rule = remission.transplant.as_ref().expect("rule");
    assert!(model.regimens[rule.regimen].transplant.is_some());
}

#[test]
fn changes_reach_settings_strategies_regimens_and_readings() {
    let loaded = load(&[
        "settings.patients=7",
        "strategies.standard.lines.2.able=0.25",
        "regimens.standard.response.pr=0.05",
        "readings.crs=\"literal\"",
        "population.attributes.burden.high={ assume = 0.2, reason = \"x\" }",
    ]);
    let model = &loaded.model;
    assert_eq!(model.settings.patients, 7);
    close(mean(model, "--set:strategies.standard.lines.2.able"), 0.25);
    close(mean(model, "--set:regimens.standard.response.pr"), 0.05);
    close(mean(model, "X1.tocilizumab"), 0.48);
    assert_eq!(model.readings, [("crs".to_owned(), "literal".to_owned())]);
    let set: Vec<&str> = model
        .assumptions
        .iter()
        .filter(|own| own.reason == "set on the command line")
        .map(|own| own.key.as_str())
        .collect();
    assert_eq!(set, ["--set:strategies.standard.lines.2.able", "--set:regimens.standard.response.pr"]);
    assert_eq!(loaded.overrides.len(), 5);
}

#[test]
fn evidence_is_moved_and_switches_are_turned() {
    let model = load(&[
        "evidence.X1.cr=0.55",
        "evidence.X2.month=550",
        "evidence.X5.doses.1=0.5",
        "evidence.X4.on=false",
    ])
    .model;
    close(mean(&model, "X1.cr"), 0.55);
    close(mean(&model, "X2.month"), 550.0);
    close(mean(&model, "X5.doses.1"), 0.5);
    let names: Vec<&str> = model.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert!(!names.contains(&"X1.infection"), "{names:?}");
    assert!(names.contains(&"test.toml:regimens.inline.toxicity.infection.off"), "{names:?}");
    let switched = model.evidence.iter().find(|used| used.record == "X4").expect("switch");
    assert_eq!(switched.used_by, ["test.toml:regimens.inline.toxicity.infection"]);
}

#[test]
fn assumptions_have_a_value_and_a_unit() {
    let model = load(&["population.attributes.burden.high={ assume = 0.2, reason = \"x\" }"]).model;
    let find = |key: &str| {
        let found = model.assumptions.iter().find(|own| own.key.ends_with(key));
        let own = found.unwrap_or_else(|| panic!("no {key} in {:?}", model.assumptions));
        (own.value, own.unit)
    };
    assert_eq!(find("population.age_years.low"), (Some(20.0), "years"));
    assert_eq!(find("attributes.burden.high"), (Some(0.2), "weight"));
    assert_eq!(find("costs.event.tocilizumab_mg"), (Some(6.0), "money"));
    assert!(model.assumptions.iter().all(|own| own.value.is_some() && !own.unit.is_empty()));
}

#[test]
fn a_line_can_refuse_the_transplant_of_its_regimen() {
    let model = load(&["strategies.standard.lines.1.transplant=false"]).model;
    let line = &model.strategies[0].lines[0];
    assert_eq!(line.transplant, LineRule::Off);
    // The trial's own transplants stay in the regimen.
    let remission = model.regimens[line.regimen].remission.as_ref().expect("a remission");
    assert!(remission.transplant.is_some());
}
