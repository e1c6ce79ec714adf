//! Scenarios read, checked and unrolled before anything runs.

use super::failure::Failure;
use super::output::message;
use super::size::sized;
use crate::program::Program;
use crate::scenario::{Loaded, Problem, Request, load};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A scenario that can run.
pub(super) struct Prepared {
    pub(super) request: Request,
    pub(super) loaded: Loaded,
    pub(super) program: Program,
}

/// Loads all scenarios with the same changes; nothing runs before all are right. `named` calls a problem as the user
/// would.
pub(super) fn prepare(
    scenarios: &[String],
    overrides: &[String],
    named: impl Fn(Problem) -> Problem,
) -> Result<Vec<Prepared>, Failure> {
    let (mut all, mut problems, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for scenario in scenarios {
        let request = Request { scenario: scenario.clone(), overrides: overrides.to_vec() };
        match load(&request) {
            Ok(mut loaded) => {
                problems.extend(problems_of_switches(&request, &loaded));
                let name = loaded.model.id.to_string();
                if !names.insert(name.clone()) {
                    let text = format!("SCENARIO: found {scenario:?} after another scenario {name:?}");
                    return Err(Failure::Input(format!("{text}, allowed each once: both write DIR/{name}")));
                }
                match sized(&mut loaded) {
                    Ok((program, warning)) => {
                        warning.iter().for_each(|text| message(&format!("{scenario}: warning: {text}")));
                        all.push(Prepared { request, loaded, program });
                    }
                    Err(found) => problems.extend_from_slice(found.list()),
                }
            }
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    if problems.is_empty() {
        return Ok(all);
    }
    Err(Failure::of_problems(problems.into_iter().map(named).collect()))
}

/// What is wrong with the switches of an economic evaluation or of a demand: each is a change that loading must accept.
pub(super) fn problems_of_switches(request: &Request, loaded: &Loaded) -> Vec<Problem> {
    let economics = loaded.model.economics.iter().flat_map(|economics| &economics.switches);
    let demand = loaded.model.demand.iter().flat_map(|demand| &demand.switches);
    let named = economics.map(|switch| ("economics", switch)).chain(demand.map(|switch| ("demand", switch)));
    let named: Vec<_> = named.collect();
    let loaded: Vec<_> = named.par_iter().map(|(_, switch)| load(&request.with(&switch.set))).collect();
    let mut all = Vec::new();
    for ((table, switch), loaded) in named.into_iter().zip(loaded) {
        let Err(found) = loaded else { continue };
        all.extend(found.list().iter().map(|problem| {
            Problem {
                place: switch.place.clone(),
                key: format!("{table}.switches.{}", switch.name),
                found: [problem.key.as_str(), &problem.found]
                    .into_iter()
                    .filter(|own| !own.is_empty())
                    .collect::<Vec<_>>()
                    .join(": "),
                ..problem.clone()
            }
        }));
    }
    all
}
