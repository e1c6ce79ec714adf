//! What choosing under uncertainty loses, and what knowing everything would be worth.

use super::noise::{differences, noiseless};
use super::psa::{Psa, Weights};
use crate::math::{exp_m1, ln_1p};

/// Expected losses at one willingness to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// Willingness to pay, money per QALY.
    pub wtp: f64,
    /// Of each strategy, as simulated: how much more, in net benefit per person, the best strategy of each draw has on
    /// average; money, at least 0 (Alarid-Escudero and others 2019, doi:10.1016/j.jval.2019.02.008).
    pub raw: Vec<f64>,
    /// The same without simulation noise; `None` if there is none.
    pub corrected: Option<Vec<f64>>,
}

impl Loss {
    /// At one willingness to pay, whose differences without noise are given as `corrected[strategy][draw]`.
    pub(super) fn new(psa: &Psa, wtp: f64, corrected: Option<&[Vec<f64>]>) -> Self {
        let raw = expected(&differences(psa, Weights::net_benefit(wtp)));
        Self { wtp, raw, corrected: corrected.map(expected) }
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
}

/// Expected losses at each of some willingnesses to pay (money per QALY).
#[must_use]
pub fn losses(psa: &Psa, wtp: &[f64]) -> Vec<Loss> {
    wtp.iter().map(|wtp| Loss::new(psa, *wtp, noiseless(psa, *wtp).as_deref())).collect()
}

/// Expected losses of `benefits[strategy][draw]`, in which a number common to all strategies of a draw does not matter.
fn expected(benefits: &[Vec<f64>]) -> Vec<f64> {
    let draws = benefits.first().map_or(0, Vec::len);
    let highest = |draw: usize| benefits.iter().map(|values| values[draw]).fold(f64::NEG_INFINITY, f64::max);
    let highest: Vec<f64> = (0..draws).map(highest).collect();
    let loss = |values: &Vec<f64>| highest.iter().zip(values).map(|(most, value)| most - value).sum::<f64>();
    benefits.iter().map(|values| loss(values) / draws as f64).collect()
}

fn least(losses: &[f64]) -> f64 {
    losses.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Whom a decision concerns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Population {
    /// Persons each year, at least 0.
    pub yearly: f64,
    /// Years for which the decision stands, at least 0.
    pub years: f64,
    /// Annual effective discount rate, at least 0.
    pub discount_rate: f64,
}

impl Population {
    /// Persons, each counted (1 + rate)^-t at their time t, evenly spread over the years: the value of information per
    /// person times this is that of the population.
    ///
    /// Counting all persons of a year at its end, as is done too, gives ln(1 + rate) / rate of this: 1.5 % less at 3 %.
    #[must_use]
    pub fn discounted_persons(&self) -> f64 {
        let force = ln_1p(self.discount_rate);
        let years = if force == 0.0 { self.years } else { -exp_m1(-force * self.years) / force };
        self.yearly * years
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
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

    #[test]
    fn persons_are_discounted_at_their_time() {
        let persons =
            |discount_rate, years| Population { yearly: 200.0, years, discount_rate }.discounted_persons();
        assert_eq!(persons(0.0, 7.5), 1500.0);
        // By the middles of a thousand parts of each year.
        let middles =
            (0..10_000).map(|i| 1.03_f64.powf(-(f64::from(i) + 0.5) / 1000.0)).sum::<f64>() / 1000.0;
        assert!((persons(0.03, 10.0) / 200.0 - middles).abs() < 1e-8, "{} {middles}", persons(0.03, 10.0));
        assert_eq!(persons(0.03, 0.0), 0.0);
    }
}
