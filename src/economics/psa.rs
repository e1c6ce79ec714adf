//! Mean costs and effects by strategy and draw, and how much of them is simulation noise.

use super::means::{Means, at_least_zero};
use crate::exact::ExactDraw;
use crate::model::Model;
use crate::simulate::RunResults;
use crate::summary::{DrawRecord, Records};
use crate::tally::Measure;

/// Mean costs and effects of each strategy in each draw of the uncertain figures (a probabilistic sensitivity
/// analysis). Shapes: `costs[strategy][draw]` in money, `effects[strategy][draw]` in QALYs, discounted; one strategy or
/// more, one draw or more, all finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Psa {
    /// Ids of the strategies.
    pub strategies: Vec<String>,
    /// Index of the strategy that the others are compared with.
    pub comparator: usize,
    /// Mean costs.
    pub costs: Vec<Vec<f64>>,
    /// Mean effects.
    pub effects: Vec<Vec<f64>>,
    /// Errors from simulating patients; `None` where there are none, as by the exact engine, or where a single patient of
    /// a draw does not tell them.
    pub noise: Option<Noise>,
}

/// Covariances of the errors that simulated means have in each draw, strategies sharing their patients' luck.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// Of each draw the lower triangle, row by row, of the covariance of cost 0, effect 0, cost 1, effect 1, ...:
    /// element (i, j) with j <= i stands at i (i + 1) / 2 + j.
    pub covariances: Vec<Vec<f64>>,
}

impl Noise {
    /// `None` where covariances are missing, or are not numbers.
    fn of(covariances: Vec<Vec<f64>>) -> Option<Self> {
        let known = |draw: &Vec<f64>| !draw.is_empty() && draw.iter().all(|value| value.is_finite());
        covariances.iter().all(known).then_some(Self { covariances })
    }
}

impl Psa {
    /// What a run of virtual patients found; `None` where the scenario asks for no economic evaluation.
    #[must_use]
    pub fn of_records(model: &Model, results: &RunResults<Records>) -> Option<Self> {
        let noise = Noise::of(results.draws().map(|draw| draw.covariances().to_vec()).collect());
        let mean = |strategy: usize, place: Option<usize>| {
            let of = |draw: DrawRecord<'_>| place.map_or(0.0, |place| draw.strategy(strategy).means[place].0);
            results.draws().map(of).collect::<Vec<f64>>()
        };
        Self::of(model, &results.measures, noise, mean)
    }

    /// What the exact engine found in draws, by these measures.
    #[must_use]
    pub fn of_exact(model: &Model, measures: &[Measure], draws: &[ExactDraw]) -> Option<Self> {
        let mean = |strategy: usize, place: Option<usize>| {
            let draws = draws.iter();
            draws.map(|draw| place.map_or(0.0, |place| draw.strategies[strategy].means[place])).collect()
        };
        Self::of(model, measures, None, mean)
    }

    /// Of means that stand in the place of draws: columns cost 0, effect 0, cost 1, ...; with noise, or all without.
    pub(super) fn of_means(model: &Model, means: Vec<Means>) -> Option<Self> {
        let economics = model.economics.as_ref()?;
        let column = |at: usize| means.iter().map(|own| own.values[at]).collect::<Vec<f64>>();
        let strategies = 0..model.strategies.len();
        Some(Self {
            strategies: model.strategies.iter().map(|strategy| strategy.id.as_str().to_owned()).collect(),
            comparator: economics.comparator,
            costs: strategies.clone().map(|strategy| column(2 * strategy)).collect(),
            effects: strategies.map(|strategy| column(2 * strategy + 1)).collect(),
            noise: Noise::of(means.into_iter().map(|own| own.covariances).collect()),
        })
    }

    /// By the mean of a measure of a strategy in each draw; a measure that is not tallied is 0.
    fn of(
        model: &Model,
        measures: &[Measure],
        noise: Option<Noise>,
        mean: impl Fn(usize, Option<usize>) -> Vec<f64>,
    ) -> Option<Self> {
        let economics = model.economics.as_ref()?;
        let place = |measure: Measure| measures.iter().position(|known| *known == measure);
        let all =
            |measure| (0..model.strategies.len()).map(|strategy| mean(strategy, place(measure))).collect();
        Some(Self {
            strategies: model.strategies.iter().map(|strategy| strategy.id.as_str().to_owned()).collect(),
            comparator: economics.comparator,
            costs: all(Measure::Costs),
            effects: all(Measure::Qalys),
            noise,
        })
    }

    /// Number of draws.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.costs.first().map_or(0, Vec::len)
    }

    /// The first draws, at most so many.
    #[must_use]
    pub fn first(&self, draws: usize) -> Self {
        self.of_draws(|draw| draw < draws)
    }

    /// Those draws of which something is true.
    pub(super) fn of_draws(&self, of: impl Fn(usize) -> bool) -> Self {
        let draws: Vec<usize> = (0..self.draws()).filter(|draw| of(*draw)).collect();
        let some = |values: &Vec<f64>| draws.iter().map(|draw| values[*draw]).collect::<Vec<f64>>();
        let covariances = |noise: &Noise| draws.iter().map(|draw| noise.covariances[*draw].clone()).collect();
        Self {
            strategies: self.strategies.clone(),
            comparator: self.comparator,
            costs: self.costs.iter().map(some).collect(),
            effects: self.effects.iter().map(some).collect(),
            noise: self.noise.as_ref().map(|noise| Noise { covariances: covariances(noise) }),
        }
    }

    /// Net monetary benefit of a strategy in each draw: `wtp` (money per QALY) times effect, minus cost.
    #[must_use]
    pub fn net_benefit(&self, strategy: usize, wtp: f64) -> Vec<f64> {
        self.weighted(strategy, Weights::net_benefit(wtp))
    }

    /// A weighted sum of cost and effect of a strategy in each draw.
    pub(super) fn weighted(&self, strategy: usize, weights: Weights) -> Vec<f64> {
        let both = self.effects[strategy].iter().zip(&self.costs[strategy]);
        both.map(|(effect, cost)| weights.effect * effect + weights.cost * cost).collect()
    }

    /// Covariance, in one draw, of the simulation errors of the weighted sums of two strategies; 0 without noise.
    pub(super) fn weighted_noise(&self, draw: usize, one: usize, other: usize, weights: Weights) -> f64 {
        let Some(noise) = &self.noise else { return 0.0 };
        let covariances = &noise.covariances[draw];
        let at = |i: usize, j: usize| {
            let (high, low) = if i >= j { (i, j) } else { (j, i) };
            covariances[high * (high + 1) / 2 + low]
        };
        let (cost, effect) = (|strategy: usize| 2 * strategy, |strategy: usize| 2 * strategy + 1);
        weights.effect * weights.effect * at(effect(one), effect(other))
            + weights.cost * weights.cost * at(cost(one), cost(other))
            + weights.effect * weights.cost * (at(effect(one), cost(other)) + at(cost(one), effect(other)))
    }

    /// Covariance, in one draw, of the simulation errors of the differences of two strategies from the comparator.
    pub(super) fn difference_noise(&self, draw: usize, one: usize, other: usize, weights: Weights) -> f64 {
        let noise = |one: usize, other: usize| self.weighted_noise(draw, one, other, weights);
        let comparator = self.comparator;
        noise(one, other) - noise(one, comparator) - noise(comparator, other) + noise(comparator, comparator)
    }

    /// Monte Carlo standard errors of a strategy's cost, effect and net benefit in each draw; `None` without noise.
    #[must_use]
    pub fn errors(&self, strategy: usize, wtp: f64) -> Option<[Vec<f64>; 3]> {
        self.noise.as_ref()?;
        let error = |weights: Weights| {
            let of = |draw| at_least_zero(self.weighted_noise(draw, strategy, strategy, weights)).sqrt();
            (0..self.draws()).map(of).collect()
        };
        Some([Weights::COST, Weights::EFFECT, Weights::net_benefit(wtp)].map(error))
    }

    /// Monte Carlo standard error of the net benefit that a strategy gains over the comparator in each draw; `None`
    /// without noise.
    #[must_use]
    pub fn gain_errors(&self, strategy: usize, wtp: f64) -> Option<Vec<f64>> {
        self.noise.as_ref()?;
        let weights = Weights::net_benefit(wtp);
        let error = |draw| at_least_zero(self.difference_noise(draw, strategy, strategy, weights)).sqrt();
        Some((0..self.draws()).map(error).collect())
    }

    /// Monte Carlo standard errors of a strategy's mean cost and effect; `None` without noise.
    #[must_use]
    pub fn mean_errors(&self, strategy: usize) -> [Option<f64>; 2] {
        [Weights::COST, Weights::EFFECT].map(|weights| self.mean_error(strategy, None, weights))
    }

    /// Standard error of the mean over draws of a strategy's weighted sum, less that of another if one is given; `None`
    /// without noise.
    pub(super) fn mean_error(&self, strategy: usize, other: Option<usize>, weights: Weights) -> Option<f64> {
        self.noise.as_ref()?;
        let variance = |draw: usize| {
            let noise = |one, two| self.weighted_noise(draw, one, two, weights);
            let own = noise(strategy, strategy);
            let paired = other.map_or(0.0, |other| noise(other, other) - 2.0 * noise(strategy, other));
            at_least_zero(own + paired)
        };
        let total: f64 = (0..self.draws()).map(variance).sum();
        Some(total.sqrt() / self.draws() as f64)
    }
}

/// What a cost and an effect count for in a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub(super) cost: f64,
    pub(super) effect: f64,
}

impl Weights {
    pub(super) const COST: Self = Self { cost: 1.0, effect: 0.0 };
    pub(super) const EFFECT: Self = Self { cost: 0.0, effect: 1.0 };

    pub(super) fn net_benefit(wtp: f64) -> Self {
        Self { cost: -1.0, effect: wtp }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_net_benefits_follows_from_that_of_costs_and_effects() {
        // Var(cost 0) 4, cov(effect 0, cost 0) 1, var(effect 0) 2, and so on.
        let covariances = vec![vec![4.0, 1.0, 2.0, 0.5, 0.25, 9.0, -0.5, 0.125, 3.0, 5.0]];
        let psa = Psa {
            strategies: vec!["a".to_owned(), "b".to_owned()],
            comparator: 0,
            costs: vec![vec![10.0], vec![12.0]],
            effects: vec![vec![1.0], vec![3.0]],
            noise: Some(Noise { covariances }),
        };
        assert_eq!(psa.net_benefit(1, 10.0), [18.0]);
        let noise = |one: usize, other: usize| psa.weighted_noise(0, one, other, Weights::net_benefit(10.0));
        assert_eq!(noise(0, 0), 100.0 * 2.0 + 4.0 - 20.0 * 1.0);
        let both = 100.0 * 0.125 + 0.5 - 10.0 * (0.25 + -0.5);
        assert_eq!([noise(0, 1), noise(1, 0)], [both; 2]);
    }
}
