//! The economic evaluation of a finished run.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output::message;
use super::progress::Progress;
use crate::economics::{Analyses, Begins, Evaluation, Method, Psa, histories_beside, patients_beside};
use crate::exact::{Stopped, fineness};
use crate::model::{Economics, Model, Settings, Switch};
use crate::program::{Draw, Program, compile};
use crate::scenario::{Request, load};
use crate::simulate::Observer;
use crate::stream::Stream;
use crate::summary::Summary;
use rayon::prelude::*;

/// Evaluates the draws of a run and makes the analyses that the scenario asks for by the engine of the run; `None` where
/// it asks for none.
pub(super) fn evaluate(
    (model, program): (&Model, &Program),
    psa: Option<Psa>,
    method: Method,
    summary: &Summary,
    request: &Request,
    (interrupt, quiet): (&Interrupt, bool),
) -> Result<Option<(Evaluation, Analyses)>, Failure> {
    let Some((psa, economics)) = psa.zip(model.economics.as_ref()) else { return Ok(None) };
    let progress = Progress::counted(model, 0, interrupt.clone(), quiet);
    progress.begins(model, "value of information", None);
    let evaluation = Evaluation::new(model, economics, (psa, method), &summary.parameters, &progress)
        .map_err(|_| Failure::Interrupted)?;
    let begins = |stage: &str, histories| progress.begins(model, stage, histories);
    let with = |method: Method| {
        let observer = (&progress as &dyn Observer, &begins as Begins<'_>);
        Analyses::new((model, program), economics, summary, method, observer).map_err(Halt::Stopped)
    };
    let mut analyses = or_patients("analyses", model, method, with)?;
    let with = |method: Method| {
        let runs = 1 + economics.switches.len() as u64;
        let histories = runs * histories_beside(model, draws_of_switches(method, &model.settings));
        progress.begins(model, "switches", Some(histories));
        switches(model, economics, request, method, &progress)
    };
    analyses.switches = or_patients("switches", model, method, with)?;
    drop(progress);
    tell_idle(model, &analyses.switches);
    Ok(Some((evaluation, analyses)))
}

/// Tells switches that change nothing: whoever reads them beside the base would take them for a finding.
fn tell_idle(model: &Model, switches: &[(String, Psa)]) {
    let Some(((_, base), others)) = switches.split_first() else { return };
    for (name, _) in others.iter().filter(|(_, psa)| psa == base) {
        let text = "the costs and effects of the base in every draw: it changes nothing";
        message(&format!("{}: warning: economics.switches.{name}: {text}", model.id));
    }
}

/// Why an analysis ended.
enum Halt {
    Stopped(Stopped),
    Failed(Failure),
}

impl From<Stopped> for Halt {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// What the exact engine does not walk beside the run, such as a switch, patients do; that is told.
fn or_patients<T>(
    what: &str,
    model: &Model,
    method: Method,
    make: impl Fn(Method) -> Result<T, Halt>,
) -> Result<T, Failure> {
    let found = match make(method) {
        Err(Halt::Stopped(Stopped::Unsupported(unsupported))) if method != Method::Patients => {
            message(&format!("{}: warning: {what} by virtual patients: {unsupported}", model.id));
            make(Method::Patients)
        }
        found => found,
    };
    found.map_err(|halt| match halt {
        Halt::Failed(failure) => failure,
        Halt::Stopped(Stopped::Interrupted) => Failure::Interrupted,
        Halt::Stopped(stopped) => Failure::Failed(format!("{}: {stopped}", model.id)),
    })
}

fn draws_of_switches(method: Method, sizes: &Settings) -> u32 {
    match method {
        Method::Patients => sizes.draws,
        Method::Exact { .. } => method.draws_beside(sizes),
    }
}

/// The scenario as it is and with other choices, each a run of its own with the same draws and patients, as many draws as
/// `model` and its first patients: what they differ by is not what more patients would change. The exact engine takes the
/// first draws.
fn switches(
    model: &Model,
    economics: &Economics,
    request: &Request,
    method: Method,
    observer: &Progress,
) -> Result<Vec<(String, Psa)>, Halt> {
    if economics.switches.is_empty() {
        return Ok(Vec::new());
    }
    let sizes = &model.settings;
    let base = Switch::base();
    let all: Vec<&Switch> = std::iter::once(&base).chain(&economics.switches).collect();
    let loaded: Vec<_> = all.par_iter().map(|switch| load(&request.with(&switch.set))).collect();
    let mut found = Vec::new();
    for (switch, loaded) in all.into_iter().zip(loaded) {
        let mut model =
            loaded.map_err(|problems| Halt::Failed(Failure::of_problems(problems.list().to_vec())))?.model;
        model.settings.draws = draws_of_switches(method, sizes);
        model.settings.patients = patients_beside(sizes);
        model.settings.curves.clear();
        let program = compile(&model)
            .map_err(|error| Halt::Failed(Failure::Input(format!("{}: {error}", switch.name))))?;
        // Changed curves may need a finer grid than those of the run.
        let method = match method {
            Method::Patients => method,
            Method::Exact { .. } => Method::Exact { bins_per_month: fineness(&model, &program, observer)? },
        };
        let stream = Stream::new(model.settings.seed);
        let draws: Vec<Draw> =
            (0..model.settings.draws).map(|index| Draw::sample(&model, &stream, index)).collect();
        let psa = method.psa((&model, &program), &draws, observer)?;
        found.extend(psa.map(|psa| (switch.name.clone(), psa)));
    }
    Ok(found)
}
