//! The economic evaluation of a finished run.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::progress::Progress;
use crate::economics::{Analyses, Evaluation, Psa, partitioned, patients_beside};
use crate::model::{Economics, Model, Switch};
use crate::program::{Program, compile};
use crate::scenario::{Request, load};
use crate::simulate;
use crate::summary::{Records, Summary};

/// Evaluates the draws of a run and makes the analyses that the scenario asks for; `None` where it asks for none.
pub(super) fn evaluate(
    (model, program): (&Model, &Program),
    psa: Option<Psa>,
    summary: &Summary,
    request: &Request,
    interrupt: &Interrupt,
) -> Result<Option<(Evaluation, Analyses)>, Failure> {
    let Some((psa, economics)) = psa.zip(model.economics.as_ref()) else { return Ok(None) };
    let evaluation = Evaluation::new(model, economics, psa, &summary.parameters);
    let silent = Progress::new(model, false, interrupt.clone(), true);
    let analyses = Analyses::new(model, program, economics, &silent);
    let mut analyses = analyses.map_err(|_| Failure::Interrupted)?;
    analyses.partitioned = partitioned(model, summary);
    analyses.switches = switches(model, economics, request, &silent)?;
    Ok(Some((evaluation, analyses)))
}

/// The scenario as it is and with other choices, each a run of its own with the same draws and patients, as many draws as
/// `model` and its first patients: what they differ by is not what more patients would change.
fn switches(
    model: &Model,
    economics: &Economics,
    request: &Request,
    observer: &Progress,
) -> Result<Vec<(String, Psa)>, Failure> {
    if economics.switches.is_empty() {
        return Ok(Vec::new());
    }
    let sizes = &model.settings;
    let base = Switch { name: Switch::BASE.to_owned(), set: Vec::new() };
    let mut found = Vec::new();
    for switch in std::iter::once(&base).chain(&economics.switches) {
        let mut changed = request.clone();
        changed.overrides.extend(switch.set.iter().cloned());
        let mut model =
            load(&changed).map_err(|problems| Failure::of_problems(problems.list().to_vec()))?.model;
        (model.settings.draws, model.settings.patients) = (sizes.draws, patients_beside(sizes));
        model.settings.curves.clear();
        let program = compile(&model).map_err(|error| Failure::Input(format!("{}: {error}", switch.name)))?;
        let results = simulate::run(&model, &program, observer, &|| Records::new(0));
        let results = results.map_err(|_| Failure::Interrupted)?;
        found.extend(Psa::of_records(&model, &results).map(|psa| (switch.name.clone(), psa)));
    }
    Ok(found)
}
