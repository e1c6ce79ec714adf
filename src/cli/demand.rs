//! Replicates the demand of a finished run, with the search for a policy and its switches.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::progress::Progress;
use crate::demand::{self, DemandAnswers, DemandResults, Stopped};
use crate::model::{Demand, Model, Switch};
use crate::scenario::{Request, load};

/// Replicates what the scenario asks for; `None` where it asks for no demand.
pub(super) fn answer(
    model: &Model,
    request: &Request,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<Option<DemandAnswers>, Failure> {
    let Some(demand) = &model.demand else { return Ok(None) };
    let results = replicated(model, demand, interrupt, quiet)?;
    let search = match demand.target {
        None => None,
        Some(target) => {
            let progress = progress(model, demand.search_replications, interrupt, quiet);
            Some(demand::search(model, demand, target, &progress).map_err(|stopped| failed(model, stopped))?)
        }
    };
    let mut switches = Vec::new();
    if !(demand.switches.is_empty() && demand.vials.is_empty()) {
        let base = Switch::base();
        for switch in std::iter::once(&base).chain(&demand.switches) {
            let loaded = load(&request.with(&switch.set))
                .map_err(|problems| Failure::of_problems(problems.list().to_vec()))?;
            let Some(mut other) = loaded.model.demand.clone() else { continue };
            other.replications = demand.search_replications;
            switches.push((switch.name.clone(), replicated(&loaded.model, &other, interrupt, quiet)?));
        }
    }
    for (size, vial) in demand.vials.iter().enumerate() {
        let mut other = demand.with_one_more(size);
        other.replications = demand.search_replications;
        let name = format!("{}{}mg", Demand::ONE_MORE, vial.mg.to_string().replace('.', "_"));
        switches.push((name, replicated(model, &other, interrupt, quiet)?));
    }
    Ok(Some(DemandAnswers { results, search, switches }))
}

fn replicated(
    model: &Model,
    demand: &Demand,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<DemandResults, Failure> {
    let progress = progress(model, demand.replications, interrupt, quiet);
    demand::run(model, demand, &progress).map_err(|stopped| failed(model, stopped))
}

fn progress(model: &Model, replications: u32, interrupt: &Interrupt, quiet: bool) -> Progress {
    let parts = u64::from(replications) * u64::from(model.settings.draws);
    Progress::counted(model, parts, interrupt.clone(), quiet)
}

fn failed(model: &Model, stopped: Stopped) -> Failure {
    match stopped {
        Stopped::Interrupted => Failure::Interrupted,
        Stopped::TooManySteps(error) => Failure::Input(format!("{}: {error}", model.id)),
    }
}
