//! Checks of a model pass on sound models, and each finds the fault that it is there for.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/trial.rs"]
mod trial;

use folder::Folder;
use remisim::model::Model;
use remisim::scenario::{Request, load_fitted, starter};
use remisim::simulate::Unobserved;
use remisim::summary::Summary;
use remisim::verify::{Check, Engine, Engines, Means, Shown, Sizes, Verdict, VerifyError, checks, verify};
use std::cell::Cell;
use trial::{model_of, scenario};

const SMALL: Sizes = Sizes { draws: 20, patients: 200 };

/// The scenario that `remisim new` writes, with toxicity.
fn sound() -> Model {
    let changes = [
        "regimens.first.toxicity.infection=0.2",
        "regimens.first.toxicity.crs={ scale = \"lee\", any = 0.3, grade3 = 0.1, tocilizumab = 0.4 }",
        "costs.event={ infection = 1000 }",
    ];
    model_of(&starter("trial"), &changes)
}

/// Engines whose results are spoilt.
struct Faulty<'a> {
    engines: Engines<'a>,
    /// Spoils what virtual patients show, given how many runs there were before.
    spoil: &'a dyn Fn(&Model, &mut Shown, u32),
    /// What life years of the exact engine, and sampled figures, are multiplied by.
    exact: f64,
    figures: f64,
    runs: Cell<u32>,
}

impl<'a> Faulty<'a> {
    fn new(spoil: &'a dyn Fn(&Model, &mut Shown, u32)) -> Self {
        Self { engines: Engines::new(&Unobserved), spoil, exact: 1.0, figures: 1.0, runs: Cell::new(0) }
    }
}

impl Engine for Faulty<'_> {
    fn simulate(&self, model: &Model) -> Result<Shown, VerifyError> {
        let mut shown = self.engines.simulate(model)?;
        (self.spoil)(model, &mut shown, self.runs.replace(self.runs.get() + 1));
        Ok(shown)
    }

    fn exact(&self, model: &Model) -> Result<Means, VerifyError> {
        let Means::Known(mut both) = self.engines.exact(model)? else { panic!("not walked") };
        both.iter_mut().for_each(|summary| set(summary, "life_years", |mean| mean * self.exact));
        Ok(Means::Known(both))
    }

    fn parameters(&self, model: &Model, draw: u32) -> Vec<f64> {
        let values = self.engines.parameters(model, draw);
        values.into_iter().map(|value| value * self.figures).collect()
    }
}

/// Changes the mean of an outcome of all strategies.
fn set(summary: &mut Summary, outcome: &str, change: impl Fn(f64) -> f64) {
    for row in summary.outcomes.iter_mut().filter(|row| row.outcome == outcome) {
        row.band.mean = row.band.mean.map(&change);
    }
}

/// Changes the mean of an event of all strategies and lines.
fn set_event(summary: &mut Summary, event: &str, change: impl Fn(f64) -> f64) {
    for row in summary.events.iter_mut().filter(|row| row.event == event) {
        row.band.mean = row.band.mean.map(&change);
    }
}

fn made(model: &Model, engine: &dyn Engine) -> Vec<Check> {
    verify(model, SMALL, engine, &Unobserved).unwrap()
}

fn verdict(checks: &[Check], id: &str) -> Verdict {
    checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no check {id}")).verdict
}

#[test]
fn sound_models_pass_every_check() {
    let found = made(&sound(), &Engines::new(&Unobserved));
    assert_eq!(found.len(), checks());
    for check in &found {
        assert_eq!(check.verdict, Verdict::Pass, "{check:?}");
    }
}

#[test]
fn shipped_scenarios_fail_no_check() {
    let mut applied = std::collections::BTreeSet::new();
    for name in ["adult_frontline", "blast", "natural_history", "reference_illness_death"] {
        let model = load_fitted(&Request::new(name)).unwrap_or_else(|problems| panic!("{problems}")).model;
        let sizes = Sizes { draws: 20, patients: 500 };
        for check in verify(&model, sizes, &Engines::new(&Unobserved), &Unobserved).unwrap() {
            assert_ne!(check.verdict, Verdict::Fail, "{name}: {check:?}");
            if check.verdict == Verdict::Pass {
                applied.insert(check.id);
            }
        }
    }
    assert!(applied.len() > 20, "{applied:?}");
}

#[test]
fn every_check_finds_its_fault() {
    type Spoil = fn(&Model, &mut Shown, u32);
    fn outcome(shown: &mut Shown, name: &str, by: f64) {
        set(&mut shown.summary, name, |mean| mean + by);
    }
    let faults: &[(&str, Spoil)] = &[
        ("zero_costs", |_, shown, _| outcome(shown, "costs", 1.0)),
        ("doubled_costs", |_, shown, _| outcome(shown, "cost_care", 1.0)),
        ("costs_by_item", |_, shown, _| outcome(shown, "cost_drug", 10.0)),
        ("zero_utilities", |_, shown, _| outcome(shown, "qalys", 1e-9)),
        ("utilities_of_one", |_, shown, _| outcome(shown, "qalys", 1e-6)),
        ("less_discounting", |model, shown, _| {
            outcome(shown, "qalys", 100.0 * model.settings.discount.effects);
        }),
        ("full_discounting", |model, shown, _| {
            outcome(shown, "costs", -1e6 * model.settings.discount.costs);
        }),
        ("no_horizon", |_, shown, _| outcome(shown, "life_years", 1e-6)),
        ("longer_horizon", |model, shown, _| {
            outcome(shown, "life_years", -model.settings.horizon_months);
        }),
        ("certain_death", |_, shown, _| outcome(shown, "os_12_months", 1e-9)),
        ("no_background", |_, shown, _| outcome(shown, "death_background", 1e-9)),
        ("months_by_state", |_, shown, _| outcome(shown, "months_relapsed", 0.1)),
        ("deaths_by_label", |_, shown, _| outcome(shown, "death_relapse", 1e-6)),
        ("curves", |_, shown, _| {
            let point = shown.summary.survival.iter_mut().find(|row| row.months == 7).unwrap();
            point.band.mean = point.band.mean.map(|mean| mean + 0.2);
        }),
        ("no_response", |_, shown, _| outcome(shown, "relapse", 1e-6)),
        ("full_response", |_, shown, _| set_event(&mut shown.summary, "no_response", |mean| mean + 0.1)),
        ("all_cured", |_, shown, _| outcome(shown, "months_relapsed", 1e-6)),
        ("no_toxicity", |_, shown, _| outcome(shown, "tocilizumab_doses", 1e-6)),
        ("nobody_able", |_, shown, _| set_event(&mut shown.summary, "line_start", |mean| mean + 0.1)),
        ("equal_strategies", |_, shown, _| {
            let last = shown.strategies().end - 1;
            let row = shown.summary.outcomes.iter_mut().find(|row| row.strategy == last).unwrap();
            row.band.mc_se = row.band.mc_se.map(|error| error * (1.0 + 1e-12));
        }),
        ("order_of_strategies", |_, shown, _| {
            let row = shown.summary.events.iter_mut().find(|row| row.strategy == 0).unwrap();
            row.band.mean = row.band.mean.map(|mean| mean * (1.0 + 1e-12));
        }),
        ("central_values", |_, shown, _| {
            shown.headlines.iter_mut().for_each(|headline| headline.draws.fill(0.0));
        }),
        ("increments", |_, shown, _| {
            let row = shown.summary.outcomes.iter_mut();
            let costs = row.filter(|row| row.outcome == "costs").last();
            costs.into_iter().for_each(|row| row.band.mean = row.band.mean.map(|mean| mean + 0.1));
        }),
        ("acceptability", |_, shown, _| shown.headlines.iter_mut().for_each(|own| own.draws.fill(f64::NAN))),
        ("perfect_information", |_, shown, _| {
            shown.headlines.iter_mut().for_each(|own| own.draws.fill(f64::NAN));
        }),
        ("copied_strategy", |_, shown, _| {
            shown.headlines.iter_mut().for_each(|own| own.draws.fill(f64::NAN));
        }),
        ("area_under_survival", |_, shown, _| outcome(shown, "life_years", 0.1)),
        ("same_seed", |_, shown, runs| outcome(shown, "cr", 1e-15 * f64::from(runs))),
        ("another_seed", |model, shown, _| outcome(shown, "life_years", model.settings.seed as f64)),
        ("exact_engine", |_, shown, _| outcome(shown, "cr", 0.1)),
    ];
    let model = sound();
    for (id, spoil) in faults {
        let found = made(&model, &Faulty::new(spoil));
        assert_eq!(verdict(&found, id), Verdict::Fail, "{id}: {found:#?}");
    }
    let none = |_: &Model, _: &mut Shown, _| {};
    let exact = Faulty { exact: 1.2, ..Faulty::new(&none) };
    assert_eq!(verdict(&made(&model, &exact), "exact_engine"), Verdict::Fail);
    let figures = Faulty { figures: 1.05, ..Faulty::new(&none) };
    assert_eq!(verdict(&made(&model, &figures), "sampled_means"), Verdict::Fail);
    // A line may do harm, so that check does not fail.
    let tried: std::collections::BTreeSet<&str> =
        faults.iter().map(|(id, _)| *id).chain(["sampled_means", "added_line"]).collect();
    assert_eq!(tried.len(), checks());
}

/// Engines whose patients do not heed the seed.
struct Stuck<'a>(Engines<'a>);

impl Engine for Stuck<'_> {
    fn simulate(&self, model: &Model) -> Result<Shown, VerifyError> {
        let mut model = model.clone();
        model.settings.seed = 7;
        self.0.simulate(&model)
    }
    fn exact(&self, model: &Model) -> Result<Means, VerifyError> {
        self.0.exact(model)
    }
    fn parameters(&self, model: &Model, draw: u32) -> Vec<f64> {
        self.0.parameters(model, draw)
    }
}

#[test]
fn a_seed_that_does_nothing_is_found() {
    let found = made(&sound(), &Stuck(Engines::new(&Unobserved)));
    assert_eq!(verdict(&found, "another_seed"), Verdict::Fail);
    assert_eq!(verdict(&found, "same_seed"), Verdict::Pass);
}

#[test]
fn a_model_without_chance_has_no_other_seed() {
    let line = "[[strategies.lines]]\nregimen = \"first\"\n";
    let model = model_of(
        &scenario(
            120.0,
            "",
            &format!(
                "[regimens.first]\nlabel = \"First\"\ngroup = \"test\"\n[regimens.first.response]\ncr = 1\nmonths = 1\n\
                 [regimens.first.remission]\nrelapse = {{ family = \"fixed\", months = 7 }}\n[regimens.first.failure]\n\
                 refractory = {{ family = \"never\" }}\nrelapse = {{ family = \"fixed\", months = 31 }}\n\
                 [costs.state]\nremission = 1234.5\nrelapsed = 98765.4\n[utilities.state]\nremission = 0.83\nrelapsed = 0.31\n\
                 [[strategies]]\nid = \"one\"\n{line}[[strategies]]\nid = \"other\"\n{line}"
            ),
        ),
        &[],
    );
    let found = made(&model, &Engines::new(&Unobserved));
    assert_eq!(verdict(&found, "another_seed"), Verdict::NotApplicable, "{found:?}");
    assert!(found.iter().all(|check| check.verdict != Verdict::Fail), "{found:?}");
}

/// The starter with a second line that kills.
fn harmful() -> String {
    starter("harmful").replace(
        "label = \"Second regimen\"\n",
        "label = \"Second regimen\"\nfailure.refractory = { family = \"exponential\", median = { assume = 0.1, reason = \"example\" } }\n\
         failure.relapse = { family = \"exponential\", median = { assume = 0.1, reason = \"example\" } }\n\
         remission.relapse = { family = \"weibull\", shape = { assume = 1, reason = \"example\" }, median = { assume = 0.1, reason = \"example\" } }\n",
    )
}

#[test]
fn a_line_that_does_harm_brings_a_warning() {
    let folder = Folder::new();
    std::fs::write(folder.at("harmful.toml"), harmful()).unwrap();
    let small = ["verify", "./harmful.toml", "--draws", "20", "--patients", "200"];
    let ran = folder.run(&small).ends_with(0);
    assert!(ran.stdout.contains("WARNING  added_line"), "{}", ran.stdout);
    assert!(ran.stdout.contains("line 2 of sequence changes life years by -"), "{}", ran.stdout);
    assert!(ran.stdout.contains(" 0 failed, 1 with a warning"), "{}", ran.stdout);
    let table = std::fs::read_to_string(folder.at("output/verification/harmful/verification.csv")).unwrap();
    assert_eq!(table.lines().count(), checks() + 1);
    assert!(table.starts_with("check,verdict,question,expected,found,tech_ver,advishe\nzero_costs,pass,"));
    assert!(folder.at("output/verification/harmful/manifest.json").is_file());
    folder.run(&small).ends_with(2).tells(&["is there already: --force replaces it"]);
    let forced: Vec<&str> = small.into_iter().chain(["--force"]).collect();
    folder.run(&forced).ends_with(0);
    folder.run(&["verify", "./harmful.toml", "--draws", "0"]).ends_with(2).tells(&["1..=10000"]);
    folder.run(&["verify", "./nowhere.toml"]).ends_with(2);
}
