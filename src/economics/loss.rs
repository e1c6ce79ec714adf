//! What choosing under uncertainty loses, and what knowing everything would be worth.

use super::noise::{differences, noiseless};
use super::psa::{Psa, Weights};
use rayon::prelude::*;

/// Most draws, and parts of them, by which errors of corrected losses are found.
const JACKKNIFED: usize = 2_000;
const GROUPS: usize = 20;

/// Expected losses at one willingness to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Willingness to pay, money per QALY.
    pub wtp: f64,
    /// Of each strategy, as simulated: how much more, in net benefit per person, the best strategy of each draw has on
    /// average; money, at least 0 (Alarid-Escudero and others 2019, doi:10.1016/j.jval.2019.02.008).
    pub raw: Vec<f64>,
    /// Their standard errors over draws, with what simulation adds; `None` for a single draw.
    pub raw_errors: Option<Vec<f64>>,
    /// The same without simulation noise; `None` if there is none.
    pub corrected: Option<Vec<f64>>,
    /// Their standard errors over draws, with those of what is known of the noise; `None` for a single draw or without
    /// noise.
    pub corrected_errors: Option<Vec<f64>>,
}

impl Loss {
    /// At one willingness to pay, whose differences without noise are given as `corrected[strategy][draw]`.
    pub(super) fn new(psa: &Psa, wtp: f64, corrected: Option<&[Vec<f64>]>, parts: &Parts) -> Self {
        let own = differences(psa, Weights::net_benefit(wtp));
        let (raw, raw_errors) = (expected(&own), errors(&own));
        let corrected_errors =
            corrected.and(raw_errors.as_deref()).and_then(|errors| parts.errors(wtp, errors));
        Self { wtp, raw, raw_errors, corrected: corrected.map(expected), corrected_errors }
    }

    /// Expected value of perfect information per person, as simulated: the least expected loss, money (Claxton 1999,
    /// doi:10.1016/S0167-6296(98)00039-3).
    #[must_use]
    pub fn evpi(&self) -> f64 {
        least(&self.raw)
    }

    /// Expected value of perfect information per person without simulation noise; `None` if there is none.
    #[must_use]
    pub fn corrected_evpi(&self) -> Option<f64> {
        self.corrected.as_deref().map(least)
    }

    /// Standard error of [`Self::evpi`]: that of the loss of the strategy that loses least, as if it were known which it
    /// is. Too small where two strategies lose about the same.
    #[must_use]
    pub fn evpi_error(&self) -> Option<f64> {
        error_of_least(&self.raw, self.raw_errors.as_deref()?)
    }

    /// Standard error of [`Self::corrected_evpi`], likewise.
    #[must_use]
    pub fn corrected_evpi_error(&self) -> Option<f64> {
        error_of_least(self.corrected.as_deref()?, self.corrected_errors.as_deref()?)
    }
}

/// Draws without some of them each, which show how sure corrected losses are (delete-a-group jackknife, Shao and Tu 1995,
/// "The jackknife and bootstrap", section 2.3).
#[derive(Debug)]
pub(super) struct Parts {
    parts: Vec<Psa>,
    /// The errors of fewer draws times this are those of all.
    factor: f64,
}

impl Parts {
    pub(super) fn new(psa: &Psa) -> Self {
        let draws = psa.draws().min(JACKKNIFED);
        let groups = GROUPS.min(draws);
        let without = |group: usize| psa.of_draws(|draw| draw < draws && draw % groups != group);
        let several = psa.noise.is_some() && draws > 2;
        let parts = (0..if several { groups } else { 0 }).map(without).collect();
        Self { parts, factor: (draws as f64 / psa.draws().max(1) as f64).sqrt() }
    }

    /// Standard errors of corrected losses, by strategy. Few groups tell an error badly, but both kinds of loss
    /// are without the same draws: the ratio of their errors is known far better, and times it goes the error of the raw
    /// loss, which all draws tell.
    fn errors(&self, wtp: f64, raw: &[f64]) -> Option<Vec<f64>> {
        let lost = self.parts.iter().map(|part| Some(expected(&noiseless(part, wtp)?)));
        let corrected = scatter(&lost.collect::<Option<Vec<_>>>()?)?;
        let benefits = |part| expected(&differences(part, Weights::net_benefit(wtp)));
        let as_simulated = scatter(&self.parts.iter().map(benefits).collect::<Vec<_>>())?;
        let of = |((own, simulated), error): ((&f64, &f64), &f64)| {
            if *simulated > 0.0 { error * own / simulated } else { self.factor * own }
        };
        Some(corrected.iter().zip(&as_simulated).zip(raw).map(of).collect())
    }
}

/// Errors by strategy of losses without one group of draws each, those of the groups of all draws.
fn scatter(lost: &[Vec<f64>]) -> Option<Vec<f64>> {
    let groups = lost.len() as f64;
    let of = |strategy: usize| {
        let mean = lost.iter().map(|own| own[strategy]).sum::<f64>() / groups;
        let squares: f64 = lost.iter().map(|own| (own[strategy] - mean) * (own[strategy] - mean)).sum();
        ((groups - 1.0) / groups * squares).sqrt()
    };
    lost.first().map(|first| (0..first.len()).map(of).collect())
}

/// Expected losses at each of some willingnesses to pay (money per QALY).
#[must_use]
pub fn losses(psa: &Psa, wtp: &[f64]) -> Vec<Loss> {
    let parts = Parts::new(psa);
    wtp.par_iter().map(|wtp| Loss::new(psa, *wtp, noiseless(psa, *wtp).as_deref(), &parts)).collect()
}

/// Expected losses of `benefits[strategy][draw]`, in which a number common to all strategies of a draw does not matter.
fn expected(benefits: &[Vec<f64>]) -> Vec<f64> {
    by_draw(benefits).map(|losses| losses.iter().sum::<f64>() / losses.len() as f64).collect()
}

/// Standard errors of expected losses; `None` for a single draw.
fn errors(benefits: &[Vec<f64>]) -> Option<Vec<f64>> {
    let error = |losses: Vec<f64>| {
        let n = losses.len() as f64;
        let mean = losses.iter().sum::<f64>() / n;
        let squares: f64 = losses.iter().map(|loss| (loss - mean) * (loss - mean)).sum();
        (squares / (n - 1.0) / n).sqrt()
    };
    let several = benefits.first().is_some_and(|values| values.len() > 1);
    several.then(|| by_draw(benefits).map(error).collect())
}

/// What each strategy loses in each draw.
fn by_draw(benefits: &[Vec<f64>]) -> impl Iterator<Item = Vec<f64>> {
    let draws = benefits.first().map_or(0, Vec::len);
    let highest = |draw: usize| benefits.iter().map(|values| values[draw]).fold(f64::NEG_INFINITY, f64::max);
    let highest: Vec<f64> = (0..draws).map(highest).collect();
    benefits.iter().map(move |values| highest.iter().zip(values).map(|(most, value)| most - value).collect())
}

fn least(losses: &[f64]) -> f64 {
    losses.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The error of the least loss.
fn error_of_least(losses: &[f64], errors: &[f64]) -> Option<f64> {
    let pairs = losses.iter().zip(errors);
    pairs.min_by(|one, other| one.0.total_cmp(other.0)).map(|(_, error)| *error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_from_the_best_of_each_draw() {
        let psa = Psa {
            strategies: ["a", "b"].map(str::to_owned).to_vec(),
            comparator: 1,
            costs: vec![vec![0.0; 2], vec![5.0; 2]],
            effects: vec![vec![0.0; 2], vec![1.0, -1.0]],
            noise: None,
        };
        let found = losses(&psa, &[10.0]);
        assert_eq!((found[0].raw.clone(), found[0].evpi()), (vec![2.5, 7.5], 2.5));
        assert_eq!((found[0].corrected.clone(), found[0].corrected_evpi()), (None, None));
    }
}
