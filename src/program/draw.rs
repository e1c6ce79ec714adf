//! One sample of all uncertain parameters.

use super::miss::{Miss, sums};
use crate::distribution::DirichletDistribution;
use crate::model::{Model, ParameterSource, Posterior};
use crate::stream::{Stream, name_hash, open_unit};
use rand::Rng as _;
use std::collections::BTreeSet;

/// One sample of all uncertain parameters, and what follows from it for the population.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Number of the draw.
    pub index: u32,
    /// Value of each parameter of the model.
    pub parameters: Vec<f64>,
    /// Weight of each cell; they add to one.
    pub weights: Vec<f64>,
    /// Sums of probabilities beyond one; the nearest was taken.
    pub missed: BTreeSet<Miss>,
}

/// The name of a Dirichlet from that of a part: `E3.doses` of `E3.doses.2`.
fn group_name(part: &str) -> &str {
    part.rsplit_once('.').map_or(part, |(group, _)| group)
}

/// The row of a fit that a draw takes, whole.
fn row(model: &Model, fit: &Posterior, stream: Stream, index: u32) -> usize {
    if !model.settings.uncertainty {
        return fit.central;
    }
    let bits = stream.parameter(index, name_hash(&format!("calibrated/{}", fit.name))).next_u64();
    ((open_unit(bits) * fit.rows() as f64) as usize).min(fit.rows() - 1)
}

impl Draw {
    /// The draw with this number: every parameter at its own address, so that adding one leaves the others unchanged.
    #[must_use]
    pub fn sample(model: &Model, stream: &Stream, index: u32) -> Self {
        let mut parts: Vec<Option<Vec<f64>>> = vec![None; model.dirichlets.len()];
        let rows: Vec<usize> = model.posteriors.iter().map(|fit| row(model, fit, *stream, index)).collect();
        let parameters = model
            .parameters
            .iter()
            .map(|parameter| {
                let random = || stream.parameter(index, name_hash(&parameter.name));
                let value = match &parameter.source {
                    ParameterSource::Single(distribution) if distribution.is_fixed() => distribution.mean(),
                    ParameterSource::Single(distribution) if model.settings.uncertainty => {
                        distribution.sample(&mut random())
                    }
                    ParameterSource::Single(distribution) => distribution.mean(),
                    ParameterSource::Posterior { fit, column } => {
                        model.posteriors[*fit].value(rows[*fit], *column)
                    }
                    ParameterSource::Part { group, part } => {
                        let alphas = &model.dirichlets[*group];
                        let sampled = parts[*group].get_or_insert_with(|| {
                            let mut values = vec![0.0; alphas.len()];
                            match DirichletDistribution::new(alphas.clone()) {
                                Ok(dirichlet) if model.settings.uncertainty => {
                                    // At the address of the group, whichever of its parts is used first.
                                    let mut random =
                                        stream.parameter(index, name_hash(group_name(&parameter.name)));
                                    let sampled = dirichlet.sample_into(&mut random, &mut values);
                                    debug_assert!(sampled.is_ok());
                                }
                                _ => {
                                    let total: f64 = alphas.iter().sum();
                                    values.iter_mut().zip(alphas).for_each(|(v, a)| *v = a / total);
                                }
                            }
                            values
                        });
                        sampled[*part]
                    }
                };
                parameter.domain.clamp(value)
            })
            .collect();
        Self::of(model, index, parameters)
    }

    /// The draw with given parameter values.
    ///
    /// Shapes: one value a parameter of the model.
    #[must_use]
    pub fn of(model: &Model, index: u32, parameters: Vec<f64>) -> Self {
        let population = &model.population;
        let cells: Vec<Vec<u8>> = (0..population.cells()).map(|cell| population.levels(cell)).collect();
        let mut weights: Vec<f64> =
            cells.iter().map(|levels| population.weight(levels, &parameters)).collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let missed = sums(model, &cells, &parameters);
        Self { index, parameters, weights, missed }
    }

    /// Whether every draw of the model has the same values.
    #[must_use]
    pub fn is_constant(model: &Model) -> bool {
        !model.settings.uncertainty
            || model.parameters.iter().all(|parameter| match &parameter.source {
                ParameterSource::Single(distribution) => distribution.is_fixed(),
                ParameterSource::Part { .. } | ParameterSource::Posterior { .. } => false,
            })
    }
}
