//! Draws by one of the two engines.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::number::short;
use super::progress::Progress;
use crate::economics::Method;
use crate::exact::{self, ExactResults, Stopped};
use crate::model::Model;
use crate::program::Program;
use crate::report::Results;
use crate::simulate::{self, Observer as _, RunResults};
use crate::summary::Records;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Engine {
    /// Virtual patients, by chance
    Simulate,
    /// Densities, without chance: means and curves only
    Exact,
}

/// What an engine found.
pub(super) enum Found {
    Simulated(RunResults<Records>),
    Exact(ExactResults),
}

impl Found {
    pub(super) const fn results(&self) -> Results<'_> {
        match self {
            Self::Simulated(results) => Results::Simulated(results),
            Self::Exact(results) => Results::Exact(results),
        }
    }

    /// How analyses beside the run compute.
    pub(super) const fn method(&self) -> Method {
        match self {
            Self::Simulated(_) => Method::Patients,
            Self::Exact(results) => Method::Exact { bins_per_month: results.bins_per_month },
        }
    }

    pub(super) const fn is_simulated(&self) -> bool {
        matches!(self, Self::Simulated(_))
    }
}

/// Computes the draws of a model, or those that are missing to what was found before.
pub(super) fn find(
    (engine, quiet): (Engine, bool),
    (model, program): (&Model, &Program),
    before: Option<Found>,
    interrupt: &Interrupt,
) -> Result<Found, Failure> {
    let exact = engine == Engine::Exact;
    let progress = Progress::new(model, exact, interrupt.clone(), quiet);
    let months = model.settings.curve_months;
    let recorder = || Records::new(months);
    let done = |draws: u32| {
        let histories = model.settings.patients * model.strategies.len() as u64 * u64::from(draws);
        progress.advanced(histories);
        draws
    };
    let found = match before {
        None if exact => exact::run(model, program, &progress).map(Found::Exact),
        None => simulate::run(model, program, &progress, &recorder).map(Found::Simulated).map_err(Into::into),
        Some(Found::Exact(results)) => {
            done(results.draws.len() as u32);
            exact::run_more(model, program, results, &progress).map(Found::Exact)
        }
        Some(Found::Simulated(results)) => {
            let done = done(results.draws().count() as u32);
            let more = simulate::run_more((model, program), results, done, &progress, &recorder);
            more.map(Found::Simulated).map_err(Into::into)
        }
    };
    drop(progress);
    found.map_err(|stopped| match stopped {
        Stopped::Interrupted => Failure::Interrupted,
        Stopped::Unsupported(unsupported) => {
            let remedy = "leave --engine out, or give --engine simulate";
            Failure::Input(format!("{}: {unsupported}; {remedy}", model.id))
        }
    })
}

/// How fast they were found.
pub(super) fn speed(model: &Model, found: &Found, seconds: f64) -> String {
    if let Found::Exact(results) = found {
        return format!("{}: {} draws in {seconds:.1} s", model.id, results.draws.len());
    }
    let strategies = model.strategies.len() as f64;
    let histories = model.settings.patients as f64 * f64::from(model.settings.draws) * strategies;
    let rate = short(histories / seconds.max(1e-6));
    format!("{}: {} histories in {seconds:.1} s, {rate} a second", model.id, short(histories))
}
