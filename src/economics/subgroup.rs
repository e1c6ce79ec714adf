//! The evaluation of some of the patients: those of one level of an attribute.

use super::{Method, Psa, patients_beside};
use crate::exact::Stopped;
use crate::model::Model;
use crate::program::{Draw, Program};
use crate::simulate::Observer;
use crate::stream::Stream;

/// Patients of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Subgroup {
    /// Name of the attribute.
    pub attribute: String,
    /// Name of the level.
    pub level: String,
    /// Mean share of the population over draws.
    pub share: f64,
    /// Costs and effects by draw.
    pub psa: Psa,
}

/// Evaluates each level of an attribute in the draws of the run, in as many patients as switches have; a level without
/// patients is left out.
///
/// # Errors
/// Where the observer asks to stop, or the exact engine does not walk the program.
pub fn subgroups(
    (model, program): (&Model, &Program),
    attribute: usize,
    method: Method,
    observer: &dyn Observer,
) -> Result<Vec<Subgroup>, Stopped> {
    let stream = Stream::new(model.settings.seed);
    let own = &model.population.attributes[attribute];
    let mut found = Vec::new();
    for (level, name) in own.levels.iter().enumerate() {
        let mut share = 0.0;
        let mut draws = Vec::new();
        for index in 0..model.settings.draws {
            let mut draw = Draw::sample(model, &stream, index);
            for (cell, weight) in draw.weights.iter_mut().enumerate() {
                if usize::from(model.population.levels(cell)[attribute]) != level {
                    *weight = 0.0;
                }
            }
            let total: f64 = draw.weights.iter().sum();
            share += total / f64::from(model.settings.draws);
            if total > 0.0 {
                draw.weights.iter_mut().for_each(|weight| *weight /= total);
                draws.push(draw);
            }
        }
        if draws.is_empty() {
            continue;
        }
        let mut part = model.clone();
        part.settings.patients = patients_beside(&model.settings);
        if let Some(psa) = method.psa((&part, program), &draws, observer)? {
            found.push(Subgroup { attribute: own.name.clone(), level: name.clone(), share, psa });
        }
    }
    Ok(found)
}
