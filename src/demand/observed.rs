//! What a centre has counted among its own patients tells which draws are likely there.

use super::life::Source;
use crate::math::{exp, ln};
use crate::model::{Access, Crs, Demand, Model, Observed, Value};
use crate::program::Draw;
use crate::stream::Stream;

/// Draws of the prior from which those of the centre are chosen, for each of them, and the least.
const PRIOR: (u32, u32) = (20, 4_000);

/// The draws that a demand takes, one for each of the scenario's.
///
/// Without own counts they are the scenario's. With them, more draws are weighted by how likely each makes the counts,
/// and so many are taken in proportion, by systematic resampling: whole draws, so that all other figures follow.
pub(super) fn chosen(model: &Model, demand: &Demand, sources: &[Source], stream: Stream) -> Vec<u32> {
    let draws = model.settings.draws;
    if demand.observed.is_empty() || Draw::is_constant(model) {
        return (0..draws).collect();
    }
    let weights = weights(demand, sources, stream, (draws * PRIOR.0).max(PRIOR.1));
    // Counts that tell no draw from another leave the scenario's own.
    if weights.iter().all(|weight| *weight == weights[0]) {
        return (0..draws).collect();
    }
    let total: f64 = weights.iter().sum();
    let (mut at, mut until) = (0, weights[0] / total);
    (0..draws)
        .map(|place| {
            let wanted = (f64::from(place) + 0.5) / f64::from(draws);
            while until < wanted && at + 1 < weights.len() {
                at += 1;
                until += weights[at] / total;
            }
            at as u32
        })
        .collect()
}

/// Whether counts chose nothing: the draws are the scenario's own.
pub(super) fn are_own(chosen: &[u32]) -> bool {
    (0..).zip(chosen).all(|(place, draw)| place == *draw)
}

/// How many draws of equal weight the weighted ones are worth (Kish 1965).
#[must_use]
pub(super) fn effective(chosen: &[u32]) -> f64 {
    let mut counts: Vec<u32> = chosen.to_vec();
    counts.sort_unstable();
    let runs = counts.chunk_by(|one, other| one == other).map(|run| run.len() as f64);
    let (sum, squares) = runs.fold((0.0, 0.0), |(sum, squares), run| (sum + run, squares + run * run));
    sum * sum / squares
}

/// The likelihood of the counts in each draw, relative to the most likely.
fn weights(demand: &Demand, sources: &[Source], stream: Stream, draws: u32) -> Vec<f64> {
    let likelihood = |index: u32| -> f64 {
        let of = |own: &Observed| {
            let source = &sources[own.product];
            let draw = Draw::sample(&source.model, &stream, index);
            log_likelihood(own, shares(source, &draw))
        };
        demand.observed.iter().map(of).sum()
    };
    let logs: Vec<f64> = (0..draws).map(likelihood).collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return vec![1.0; logs.len()];
    }
    logs.into_iter().map(|log| exp(log - most)).collect()
}

/// Shares of the infused: with CRS, given tocilizumab, in intensive care.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shares {
    crs: f64,
    tocilizumab: f64,
    icu: f64,
}

/// Shares among those given the first line of a product, over cells.
fn shares(source: &Source, draw: &Draw) -> Shares {
    let none = Shares { crs: 0.0, tocilizumab: 0.0, icu: 0.0 };
    let first = source.model.strategies.first().and_then(|strategy| strategy.lines.first());
    let Some(regimen) = first.map(|line| &source.model.regimens[line.regimen]) else { return none };
    let (mut all, mut sum) = (0.0, none);
    for (levels, weight) in source.program.levels.iter().zip(&draw.weights) {
        let number = |value: &Value| value.evaluate(levels, &draw.parameters);
        let weight = weight * regimen.access.as_ref().map_or(1.0, |access| given(access, &number));
        all += weight;
        if let Some(crs) = &regimen.toxicity.crs {
            let of = of_crs(crs, &number);
            sum.crs += weight * of.crs;
            sum.tocilizumab += weight * of.tocilizumab;
            sum.icu += weight * of.icu;
        }
    }
    Shares { crs: sum.crs / all, tocilizumab: sum.tocilizumab / all, icu: sum.icu / all }
}

fn of_crs(crs: &Crs, number: &impl Fn(&Value) -> f64) -> Shares {
    let (any, grade3) = (number(&crs.any), number(&crs.grade3));
    let share = |mild: Option<&Value>, severe: Option<&Value>| {
        (any - grade3).max(0.0) * mild.map_or(0.0, number) + grade3.min(any) * severe.map_or(0.0, number)
    };
    Shares {
        crs: any,
        tocilizumab: share(crs.tocilizumab_if(false), crs.tocilizumab_if(true)),
        icu: share(crs.icu_if(false), crs.icu_if(true)),
    }
}

/// The share of patients who are given a product, background deaths aside.
fn given(access: &Access, number: &impl Fn(&Value) -> f64) -> f64 {
    let or = |value: &Option<Value>, default: f64| value.as_ref().map_or(default, number);
    let made = or(&access.antigen_positive, 1.0)
        * (1.0 - or(&access.contamination, 0.0))
        * (1.0 - or(&access.manufacturing_failure, 0.0));
    let lost = if number(&access.waiting_months) > 0.0 {
        number(&access.waiting_death) + number(&access.waiting_progression)
    } else {
        0.0
    };
    made * (1.0 - lost).max(0.0)
}

/// Logarithm of the likelihood of counts, without what is the same in all draws.
///
/// Where CRS was counted, tocilizumab and intensive care are shares of those with it, each by itself; else of the
/// infused, each by itself.
fn log_likelihood(own: &Observed, shares: Shares) -> f64 {
    let binomial = |events: u32, n: u32, p: f64| {
        let term = |count: u32, p: f64| if count == 0 { 0.0 } else { f64::from(count) * ln(p.max(1e-300)) };
        term(events, p) + term(n - events, 1.0 - p)
    };
    let of_crs = |share: f64| if shares.crs > 0.0 { (share / shares.crs).min(1.0) } else { 0.0 };
    let care = [(own.tocilizumab, shares.tocilizumab), (own.icu, shares.icu)];
    let care = care.into_iter().filter_map(|(events, share)| {
        let events = events?;
        Some(match own.crs {
            Some(crs) => binomial(events, crs, of_crs(share)),
            None => binomial(events, own.infused, share),
        })
    });
    own.crs.map_or(0.0, |crs| binomial(crs, own.infused, shares.crs)) + care.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likelihoods_are_binomial() {
        let own = Observed { product: 0, infused: 30, crs: None, tocilizumab: Some(9), icu: None };
        let at = |tocilizumab| log_likelihood(&own, Shares { crs: 0.8, tocilizumab, icu: 0.1 });
        // Most likely at 9 of 30; ratio of likelihoods by hand.
        let ratio = exp(at(0.3) - at(0.4));
        let by_hand = (0.3_f64 / 0.4).powi(9) * (0.7_f64 / 0.6).powi(21);
        assert!((ratio / by_hand - 1.0).abs() < 1e-12);
        let nested = Observed { crs: Some(20), ..own };
        let at = |crs, tocilizumab| log_likelihood(&nested, Shares { crs, tocilizumab, icu: 0.0 });
        let ratio = exp(at(0.5, 0.25) - at(0.8, 0.4));
        let by_hand = (0.5_f64 / 0.8).powi(20) * (0.5_f64 / 0.2).powi(10);
        assert!((ratio / by_hand - 1.0).abs() < 1e-12);
    }

    #[test]
    fn draws_taken_twice_are_worth_less() {
        assert_eq!(effective(&[0, 1, 2, 3]), 4.0);
        assert_eq!(effective(&[2, 2, 2, 2]), 1.0);
        assert!((effective(&[1, 1, 4]) - 9.0 / 5.0).abs() < 1e-15);
    }
}
