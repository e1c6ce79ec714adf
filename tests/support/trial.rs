//! A scenario written in a test, run in this process, and its figures against exact ones.

#![allow(dead_code, reason = "no test uses all of it")]

use remisim::model::{CurveKind, Model};
use remisim::program::{Draw, compile};
use remisim::scenario::{Request, load};
use remisim::simulate::{self, Recorder, RunResults, Unobserved};
use remisim::summary::{Band, Records, Summary};
use remisim::tally::{Measure, StrategyTally};
use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Patients of a test against a closed form.
pub(crate) const PATIENTS: f64 = 1e6;

/// Loads a scenario text, with changes as on the command line. Every text is a file `trial.toml`: the name of a file is
/// part of the address of its uncertain assumptions.
pub(crate) fn model_of(text: &str, overrides: &[&str]) -> Model {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("remisim-trial-{}-{count}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("trial.toml");
    std::fs::write(&path, text).unwrap();
    let model = shipped(&path.display().to_string(), overrides);
    std::fs::remove_dir_all(&folder).unwrap();
    model
}

/// Loads a scenario by name or path.
pub(crate) fn shipped(name: &str, overrides: &[&str]) -> Model {
    let overrides = overrides.iter().map(|&change| change.to_owned()).collect();
    let loaded = load(&Request { scenario: name.to_owned(), overrides });
    loaded.unwrap_or_else(|problems| panic!("{problems}")).model
}

/// A scenario at 10^6 patients, seed 1, one draw, without background deaths, in which everyone is given the regimen
/// `first` under the strategy `only`. `settings` are more lines of that table, `rest` all other tables.
pub(crate) fn one_line(horizon: f64, settings: &str, rest: &str) -> String {
    let strategy = "[[strategies]]\nid = \"only\"\n[[strategies.lines]]\nregimen = \"first\"\n";
    scenario(horizon, settings, &format!("{rest}\n{strategy}"))
}

/// The same with strategies of its own.
pub(crate) fn scenario(horizon: f64, settings: &str, rest: &str) -> String {
    let mortality =
        if settings.contains("background_mortality") { "" } else { "background_mortality = \"none\"" };
    let population = "[population]\nlabel = \"Everyone\"\ngroup = \"test\"\n";
    let population = if rest.contains("age_years") {
        population.to_owned()
    } else {
        format!("{population}age_years = {{ fixed = 40 }}\n")
    };
    format!(
        "title = \"Test\"\nquestion = \"Does the program meet the closed form?\"\n\
         bare_numbers = \"numbers of a test\"\n[settings]\npatients = 1000000\ndraws = 1\nseed = 1\n\
         horizon_months = {horizon:?}\n{mortality}\n{settings}\n{population}{rest}"
    )
}

/// What a run of a model says.
pub(crate) struct Trial {
    pub(crate) model: Model,
    pub(crate) summary: Summary,
}

impl Trial {
    /// Runs a scenario text.
    pub(crate) fn of(text: &str) -> Self {
        Self::run(model_of(text, &[]))
    }

    /// Runs a model.
    pub(crate) fn run(model: Model) -> Self {
        let program = compile(&model).unwrap();
        let months = model.settings.curve_months;
        let results = simulate::run(&model, &program, &Unobserved, &|| Records::new(months)).unwrap();
        let summary = Summary::new(&model, &results);
        Self { model, summary }
    }

    /// An outcome of a strategy.
    #[track_caller]
    pub(crate) fn outcome(&self, strategy: usize, name: &str) -> Band {
        let row = self.summary.outcome(strategy, name);
        row.unwrap_or_else(|| panic!("no outcome {name}")).band
    }

    /// A curve of a strategy at a whole month.
    #[track_caller]
    pub(crate) fn curve(&self, strategy: usize, curve: CurveKind, months: u32) -> Band {
        let mut rows = self.summary.survival.iter();
        let row =
            rows.find(|row| row.strategy == strategy && row.curve == curve && row.months == months).unwrap();
        row.band
    }

    /// Patients per 1,000 to whom an event happened in a line.
    #[track_caller]
    pub(crate) fn event(&self, line: usize, name: &str) -> Band {
        let mut rows = self.summary.events.iter();
        rows.find(|row| row.strategy == 0 && row.line == line && row.event == name)
            .unwrap_or_else(|| panic!("no event {name} in line {line}"))
            .band
    }

    /// Asserts that an outcome of the first strategy is the exact one within four of the run's own standard errors.
    #[track_caller]
    pub(crate) fn meets(&self, name: &str, exact: f64) {
        meets(name, self.outcome(0, name), exact);
    }

    /// Asserts a probability of the first strategy, by the binomial standard error.
    #[track_caller]
    pub(crate) fn has_share(&self, name: &str, exact: f64) {
        is_share(name, self.outcome(0, name).mean.unwrap(), exact, PATIENTS);
    }

    /// Asserts the share of patients to whom an event happened in a line, by the binomial standard error.
    #[track_caller]
    pub(crate) fn has_event(&self, line: usize, name: &str, exact: f64) {
        is_share(name, self.event(line, name).mean.unwrap() / 1000.0, exact, PATIENTS);
    }

    /// Asserts points of a curve of the first strategy, by the binomial standard error among `among` patients.
    #[track_caller]
    pub(crate) fn follows(&self, curve: CurveKind, months: &[u32], among: f64, exact: impl Fn(f64) -> f64) {
        for &month in months {
            let found = self.curve(0, curve, month).mean.unwrap();
            is_share(&format!("{curve:?} at {month}"), found, exact(f64::from(month)), among);
        }
    }
}

/// Asserts that a band's mean is the exact one within four of its standard errors.
#[track_caller]
pub(crate) fn meets(name: &str, band: Band, exact: f64) {
    let (mean, error) = (band.mean.unwrap(), band.mc_se.unwrap());
    assert!(error > 0.0, "{name}: no Monte Carlo error");
    let z = (mean - exact) / error;
    assert!(z.abs() < 4.0, "{name}: found {mean}, exact {exact}, {z:.2} standard errors");
}

/// Asserts that a share of n patients is the exact one within four binomial standard errors.
#[track_caller]
pub(crate) fn is_share(name: &str, found: f64, exact: f64, n: f64) {
    assert!(exact > 0.0 && exact < 1.0, "{name}: exact {exact} is no share");
    let z = (found - exact) / (exact * (1.0 - exact) / n).sqrt();
    assert!(z.abs() < 4.0, "{name}: found {found}, exact {exact}, {z:.2} standard errors");
}

/// Keeps the tallies themselves.
#[derive(Debug, Default)]
pub(crate) struct Keep(pub(crate) Vec<Vec<StrategyTally>>);

impl Recorder for Keep {
    fn record(&mut self, _: &Draw, tallies: &[StrategyTally], _: &[Measure]) {
        self.0.push(tallies.to_vec());
    }
}

/// Runs a model and keeps the tallies of every draw.
pub(crate) fn tallies(model: &Model) -> RunResults<Keep> {
    let program = compile(model).unwrap();
    simulate::run(model, &program, &Unobserved, &Keep::default).unwrap()
}
