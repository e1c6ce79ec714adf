//! A trial's parameters: priors before a fit, states and rows after it.

use super::compare::Comparison;
use super::diagnostics::Diagnostics;
use super::fit::{FitError, MOST_PARAMETERS, ROWS};
use super::prior::Prior;
use super::sampler::{Chain, Plan};
use crate::model::{Model, ParameterSource};
use crate::program::Draw;
use crate::stream::Stream;

/// A fitted parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Its name.
    pub name: String,
    /// Mean, standard deviation, 2.5, 50 and 97.5 % of the prior.
    pub prior: [f64; 5],
    /// The same of the posterior.
    pub posterior: [f64; 5],
    /// How far the chains agree.
    pub diagnostics: Diagnostics,
    /// Share of the prior's variance, on the scale on which it is normal, that the targets took away.
    pub identified: f64,
}

/// A trial that can be fitted.
pub(super) struct Ready<'a> {
    pub(super) full: &'a Model,
    pub(super) base: Vec<f64>,
    pub(super) free: &'a [usize],
    pub(super) priors: Vec<Prior>,
}

impl Ready<'_> {
    /// All parameters of the model, the fitted ones at a state of the sampler.
    pub(super) fn parameters(&self, z: &[f64]) -> Vec<f64> {
        let mut parameters = self.base.clone();
        for ((index, prior), z) in self.free.iter().zip(&self.priors).zip(z) {
            parameters[*index] = prior.value(*z);
        }
        parameters
    }

    /// All parameters of the model, the fitted ones those of a row.
    pub(super) fn with_row(&self, row: &[f64]) -> Vec<f64> {
        let mut parameters = self.base.clone();
        self.free.iter().zip(row).for_each(|(index, value)| parameters[*index] = *value);
        parameters
    }
}

/// A trial with its priors.
pub(super) fn ready(model: &Model) -> Result<Ready<'_>, FitError> {
    let free = &model.trial.free[..];
    match free.len() {
        0 => return Err(FitError::NoParameters),
        many if many > MOST_PARAMETERS => return Err(FitError::TooManyParameters(many)),
        _ => {}
    }
    let mut certain = model.clone();
    certain.settings.uncertainty = false;
    let base = Draw::sample(&certain, &Stream::new(0), 0).parameters;
    let prior = |index: &usize| {
        let parameter = &model.parameters[*index];
        match parameter.source {
            ParameterSource::Single(distribution) => Some(Prior::new(distribution, parameter.domain)),
            _ => None,
        }
    };
    let priors = free.iter().map(prior).collect::<Option<_>>().ok_or(FitError::NoParameters)?;
    Ok(Ready { full: model, base, free, priors })
}

/// So many states, evenly from all chains, as values that a file holds.
pub(super) fn rows(ready: &Ready<'_>, chains: &[Chain], wanted: usize) -> Vec<Vec<f64>> {
    let each = wanted / chains.len();
    let row = |state: &Vec<f64>| ready.priors.iter().zip(state).map(|(p, z)| rounded(p.value(*z))).collect();
    let of_chain = |chain: &Chain| {
        let kept = chain.states.len();
        (0..each.min(kept)).map(|at| row(&chain.states[at * kept / each.min(kept)])).collect::<Vec<_>>()
    };
    chains.iter().flat_map(of_chain).collect()
}

/// The number with seven digits, which is what the file holds.
fn rounded(value: f64) -> f64 {
    format!("{value:.6e}").parse().unwrap_or(value)
}

/// Priors and posteriors, parameter by parameter.
pub(super) fn summaries(ready: &Ready<'_>, chains: &[Chain], rows: &[Vec<f64>]) -> Vec<Fitted> {
    let one = |(column, index): (usize, &usize)| {
        let z = column_of(chains, column);
        let all: Vec<f64> = z.iter().flatten().copied().collect();
        let values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        // Even steps of probability stand for the prior.
        let prior: Vec<f64> = (0..ROWS)
            .map(|at| {
                ready.priors[column].value(crate::math::normal_quantile((at as f64 + 0.5) / ROWS as f64))
            })
            .collect();
        Fitted {
            name: ready.full.parameters[*index].name.clone(),
            prior: described(prior),
            posterior: described(values),
            diagnostics: Diagnostics::of(&z),
            identified: 1.0 - variance(&all),
        }
    };
    ready.free.iter().enumerate().map(one).collect()
}

fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n
}

fn described(mut values: Vec<f64>) -> [f64; 5] {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let sd = variance(&values).sqrt();
    let mut quantile = |p| crate::summary::quantile(&mut values, p).unwrap_or(f64::NAN);
    [mean, sd, quantile(0.025), quantile(0.5), quantile(0.975)]
}

/// States of one parameter, by chain.
pub(super) fn column_of(chains: &[Chain], column: usize) -> Vec<Vec<f64>> {
    let of_chain = |chain: &Chain| chain.states.iter().map(|state| state[column]).collect();
    chains.iter().map(of_chain).collect()
}

/// The row whose figures are nearest to the means of all, in standard deviations.
pub(super) fn central(targets: &[Comparison], rows: usize) -> usize {
    let distance = |row: usize| -> f64 {
        let one = |shown: &Comparison| {
            let off = (shown.figures[row] - shown.mean) / shown.sd.max(1e-12);
            if off.is_finite() { off * off } else { 0.0 }
        };
        targets.iter().map(one).sum()
    };
    (0..rows).min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(0)
}

/// Rows of the prior, as many as stand for it.
pub(super) fn prior_rows(ready: &Ready<'_>, plan: &Plan) -> Vec<Vec<f64>> {
    use rand::Rng as _;
    let stream = Stream::new(plan.seed);
    let one = |row: usize| {
        let mut random = stream.parameter(row as u32, crate::stream::name_hash("calibrate/prior"));
        let mut normal = || crate::math::normal_quantile(crate::stream::open_unit(random.next_u64()));
        ready.priors.iter().map(|prior| prior.value(normal())).collect()
    };
    (0..super::open::SHOWN).map(one).collect()
}
