//! How probable it is that a strategy is the right choice, by what a QALY is worth.

use super::increment::{drowned_share, noise_share};
use super::noise::{differences, noiseless};
use super::psa::{Psa, Weights};

/// Probabilities, over draws, that strategies are the ones to choose at one willingness to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptability {
    /// Willingness to pay, money per QALY.
    pub wtp: f64,
    /// The strategy on the acceptability frontier: that of the highest *mean* net benefit, whatever its probability; of
    /// equal ones the first (Fenwick, Claxton and Sculpher 2001, doi:10.1002/hec.635). Noise does not move it: means
    /// are not corrected.
    pub frontier: usize,
    /// As simulated.
    pub raw: Probabilities,
    /// Without simulation noise; `None` if there is none.
    pub corrected: Option<Probabilities>,
}

/// Two kinds of acceptability, which differ much where there are more than two strategies.
#[derive(Debug, Clone, PartialEq)]
pub struct Probabilities {
    /// Of each strategy, that its net benefit is the highest of all. They sum to 1: strategies that are equal in a draw
    /// share it.
    pub best: Vec<f64>,
    /// Of each strategy, that its net benefit is above the comparator's, draws in which it is equal counting half;
    /// undefined for the comparator.
    pub better: Vec<Option<f64>>,
}

impl Acceptability {
    /// At one willingness to pay, whose differences without noise are given as `corrected[strategy][draw]`.
    pub(super) fn new(psa: &Psa, wtp: f64, corrected: Option<&[Vec<f64>]>) -> Self {
        let benefits: Vec<Vec<f64>> =
            (0..psa.strategies.len()).map(|strategy| psa.net_benefit(strategy, wtp)).collect();
        let raw = Probabilities::of(&benefits, psa.comparator);
        let told = corrected.filter(|_| !blurred(psa, wtp, (&benefits, &raw)));
        Self {
            wtp,
            frontier: highest_mean(&differences(psa, Weights::net_benefit(wtp))),
            corrected: told.map(|benefits| Probabilities::of(benefits, psa.comparator)),
            raw,
        }
    }

    /// The raw probability that the strategy on the frontier is the best: the acceptability frontier.
    #[must_use]
    pub fn frontier_probability(&self) -> f64 {
        self.raw.best[self.frontier]
    }
}

/// Whether two strategies that may be the best differ by so little beyond noise that nothing tells which of them is better
/// in how many draws. What it costs to choose the wrong one of them is little then, so that losses are told.
fn blurred(psa: &Psa, wtp: f64, (benefits, raw): (&[Vec<f64>], &Probabilities)) -> bool {
    let draws = psa.draws() as f64;
    let weights = Weights::net_benefit(wtp);
    let alike = |one: usize, other: usize| {
        let apart: Vec<f64> = benefits[one].iter().zip(&benefits[other]).map(|(a, b)| a - b).collect();
        let noise = |draw: usize| {
            let of = |one, other| psa.weighted_noise(draw, one, other, weights);
            of(one, one) + of(other, other) - 2.0 * of(one, other)
        };
        let noise = (0..psa.draws()).map(noise).sum::<f64>() / draws;
        noise_share(&apart, noise).is_some_and(|share| drowned_share(share, draws))
    };
    let near: Vec<usize> = (0..benefits.len()).filter(|strategy| raw.best[*strategy] > 0.0).collect();
    near.iter().enumerate().any(|(at, one)| near[..at].iter().any(|other| alike(*one, *other)))
}

/// Acceptability at each of some willingnesses to pay (money per QALY).
#[must_use]
pub fn acceptability(psa: &Psa, wtp: &[f64]) -> Vec<Acceptability> {
    wtp.iter().map(|wtp| Acceptability::new(psa, *wtp, noiseless(psa, *wtp).as_deref())).collect()
}

/// The first strategy of the highest mean.
fn highest_mean(benefits: &[Vec<f64>]) -> usize {
    let total = |strategy: usize| benefits[strategy].iter().sum::<f64>();
    (1..benefits.len()).fold(0, |best, strategy| if total(strategy) > total(best) { strategy } else { best })
}

impl Probabilities {
    /// Of `benefits[strategy][draw]`, which may all be negative.
    fn of(benefits: &[Vec<f64>], comparator: usize) -> Self {
        let draws = benefits[comparator].len();
        let mut best = vec![0.0; benefits.len()];
        let mut better = vec![0.0; benefits.len()];
        for draw in 0..draws {
            let own = benefits[comparator][draw];
            let most = benefits.iter().map(|values| values[draw]).fold(f64::NEG_INFINITY, f64::max);
            let equals = benefits.iter().filter(|values| values[draw] == most).count() as f64;
            for (strategy, values) in benefits.iter().enumerate() {
                let value = values[draw];
                best[strategy] += if value == most { 1.0 / equals } else { 0.0 };
                better[strategy] +=
                    if value > own { 1.0 } else { 0.0 } + if value == own { 0.5 } else { 0.0 };
            }
        }
        let share = |sum: f64| sum / draws as f64;
        Self {
            best: best.into_iter().map(share).collect(),
            better: better
                .into_iter()
                .enumerate()
                .map(|(strategy, sum)| (strategy != comparator).then(|| share(sum)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::{Noise, losses};

    fn psa(costs: [[f64; 4]; 3]) -> Psa {
        Psa {
            strategies: ["a", "b", "c"].map(str::to_owned).to_vec(),
            comparator: 0,
            costs: costs.map(|costs| costs.to_vec()).to_vec(),
            effects: vec![vec![0.0; 4]; 3],
            noise: None,
        }
    }

    #[test]
    fn the_best_of_negative_benefits_is_found_and_ties_are_shared() {
        let found = &acceptability(&psa([[5.0; 4], [4.0, 9.0, 5.0, 8.0], [9.0, 9.0, 5.0, 1.0]]), &[100.0])[0];
        let third = 1.0 / 3.0;
        assert_eq!(found.raw.best, [(1.0 + third) / 4.0, (1.0 + third) / 4.0, (third + 1.0) / 4.0]);
        assert_eq!(found.raw.better, [None, Some(1.5 / 4.0), Some(1.5 / 4.0)]);
        assert_eq!((found.frontier, found.corrected.is_none()), (0, true));
    }

    #[test]
    fn the_frontier_is_of_means_not_of_probabilities() {
        let found = &acceptability(&psa([[3.0; 4], [2.0, 2.0, 2.0, 50.0], [70.0; 4]]), &[0.0])[0];
        assert_eq!((found.raw.best[1], found.frontier, found.frontier_probability()), (0.75, 0, 0.25));
    }

    #[test]
    fn strategies_that_noise_alone_sets_apart_leave_losses_and_no_shares() {
        // Variances of the noise of costs are 1 each, so that of a difference 2.
        let mut noise = vec![0.0; 21];
        [0, 5, 14].iter().for_each(|cost| noise[*cost] = 1.0);
        let found = |apart: f64| {
            let costs = |draw: usize| {
                let turn = |every: usize| if (draw / every).is_multiple_of(2) { 1.0 } else { -1.0 };
                [0.0, apart * turn(1), 10.0 * turn(2)]
            };
            let psa = Psa {
                strategies: ["a", "b", "c"].map(str::to_owned).to_vec(),
                comparator: 0,
                costs: (0..3).map(|strategy| (0..40).map(|draw| costs(draw)[strategy]).collect()).collect(),
                effects: vec![vec![0.0; 40]; 3],
                noise: Some(Noise { covariances: vec![noise.clone(); 40] }),
            };
            let shares = acceptability(&psa, &[0.0]).remove(0);
            assert!(shares.raw.best.iter().all(|share| *share > 0.0), "{:?}", shares.raw);
            (shares.corrected.is_some(), losses(&psa, &[0.0])[0].corrected.is_some())
        };
        assert_eq!(found(1.4), (false, true));
        assert_eq!(found(4.0), (true, true));
    }
}
