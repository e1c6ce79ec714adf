//! Whether chains have converged, and how many independent states they are worth.
//!
//! Rank-normalised split R-hat, bulk and tail effective sample size as of Vehtari, Gelman, Simpson, Carpenter and
//! Bürkner 2021, "Rank-normalization, folding, and localization: an improved R-hat for assessing convergence of MCMC",
//! Bayesian Analysis 16(2) 667-718, doi:10.1214/20-BA1221, in the details as the R package posterior and `ArviZ` have them.
//!
//! Every function takes the chains of one quantity and gives `None` where its answer is undefined: chains of unequal
//! length or too few states, a value that is not finite, or no variation at all.

use crate::math::{ln, normal_quantile};
use crate::summary::quantile;
use std::f64::consts::LN_10;

/// Fewest states of a chain: halves of two have a variance and a first autocovariance.
const FEWEST_STATES: usize = 4;
/// Values closer together than this do not vary, as in `ArviZ`.
const RESOLUTION: f64 = 1e-15;

/// What chains say of one quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diagnostics {
    /// Rank-normalised split R-hat; below 1.01 where chains agree.
    pub rhat: Option<f64>,
    /// Effective sample size for the middle of the distribution.
    pub ess_bulk: Option<f64>,
    /// Effective sample size for its 5 % and 95 % quantiles, the smaller.
    pub ess_tail: Option<f64>,
}

impl Diagnostics {
    /// The diagnostics of one quantity by chain.
    #[must_use]
    pub fn of(chains: &[Vec<f64>]) -> Self {
        Self { rhat: rhat(chains), ess_bulk: ess_bulk(chains), ess_tail: ess_tail(chains) }
    }
}

/// Rank-normalised split R-hat, the larger of that of the values and that of their distances from the median.
///
/// `None` also for a single chain, which cannot disagree with another.
#[must_use]
pub fn rhat(chains: &[Vec<f64>]) -> Option<f64> {
    let mut pooled = usable(chains).filter(|_| chains.len() > 1)?;
    let bulk = split_rhat(&normal_scores(&halves(chains)))?;
    let median = quantile(&mut pooled, 0.5)?;
    let folded = split_rhat(&normal_scores(&halves(&map(chains, |x| (x - median).abs()))));
    // Two values only are equally far from their median.
    Some(folded.map_or(bulk, |folded| folded.max(bulk)))
}

/// Bulk effective sample size: of the rank-normalised values.
#[must_use]
pub fn ess_bulk(chains: &[Vec<f64>]) -> Option<f64> {
    usable(chains)?;
    ess(&normal_scores(&halves(chains)))
}

/// Tail effective sample size: the smaller of those for the 5 % and the 95 % quantile.
#[must_use]
pub fn ess_tail(chains: &[Vec<f64>]) -> Option<f64> {
    let mut pooled = usable(chains)?;
    let mut at = |p: f64| {
        let limit = quantile(&mut pooled, p)?;
        ess(&halves(&map(chains, |x| if x <= limit { 1.0 } else { 0.0 })))
    };
    Some(at(0.05)?.min(at(0.95)?))
}

/// The values of all chains, if they allow an answer.
fn usable(chains: &[Vec<f64>]) -> Option<Vec<f64>> {
    let states = chains.first()?.len();
    let equal = chains.iter().all(|chain| chain.len() == states);
    let pooled = chains.concat();
    (equal && states >= FEWEST_STATES && pooled.iter().all(|x| x.is_finite())).then_some(pooled)
}

fn map(chains: &[Vec<f64>], f: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    chains.iter().map(|chain| chain.iter().map(|x| f(*x)).collect()).collect()
}

/// First and second halves of chains as chains of their own; of an odd number the state in the middle is left out.
fn halves(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    chains
        .iter()
        .flat_map(|chain| {
            let half = chain.len() / 2;
            [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()]
        })
        .collect()
}

/// Normal quantiles of the ranks among all chains, equal values sharing their mean rank (Blom's plotting positions).
fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut sorted = chains.concat();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    map(chains, |x| {
        // Ranks count from 1: those of values equal to x are below + 1 to not_above.
        let below = sorted.partition_point(|other| *other < x);
        let not_above = sorted.partition_point(|other| *other <= x);
        let rank = 0.5 * (below + 1 + not_above) as f64;
        normal_quantile((rank - 0.375) / (n + 0.25))
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample variance, of two or more values.
fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() - 1) as f64
}

/// Whether there are two values that differ by more than rounding.
fn vary(chains: &[Vec<f64>]) -> bool {
    let values = || chains.iter().flatten().copied();
    values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min) >= RESOLUTION
}

/// The classical ratio of the pooled to the mean variance within chains, as a ratio of standard deviations.
fn split_rhat(chains: &[Vec<f64>]) -> Option<f64> {
    if !vary(chains) {
        return None;
    }
    let n = chains[0].len() as f64;
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let within = mean(&chains.iter().map(|chain| variance(chain)).collect::<Vec<f64>>());
    let between = n * variance(&means);
    // Chains that each stand still have no variance within but rounding: (almost) infinitely far from agreeing.
    Some(((between / within + n - 1.0) / n).sqrt())
}

/// Effective sample size by Geyer's initial monotone sequence (Geyer 1992, doi:10.1214/ss/1177011137) on the
/// autocorrelations of all chains together.
fn ess(chains: &[Vec<f64>]) -> Option<f64> {
    if !vary(chains) {
        return None;
    }
    let states = chains[0].len();
    let n = states as f64;
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let autocovariance = |lag: usize| {
        let of = |(chain, mean): (&Vec<f64>, &f64)| {
            chain.iter().zip(&chain[lag..]).map(|(x, later)| (x - mean) * (later - mean)).sum::<f64>() / n
        };
        chains.iter().zip(&means).map(of).sum::<f64>() / chains.len() as f64
    };
    let biased = autocovariance(0);
    let within = biased * n / (n - 1.0);
    let pooled = biased + variance(&means);
    let correlation = |lag: usize| 1.0 - (within - autocovariance(lag)) / pooled;

    // Sums of pairs of correlations, positive and made to fall; the last even one counts once, not twice.
    let mut sum = 0.0;
    let mut lag = 0;
    let mut pair = (1.0, correlation(1));
    let mut limit = f64::INFINITY;
    while lag + 4 < states && pair.0 + pair.1 > 0.0 {
        limit = (pair.0 + pair.1).min(limit);
        sum += limit;
        lag += 2;
        pair = (correlation(lag), correlation(lag + 1));
    }
    let last = if pair.0 > 0.0 || pair.0 + pair.1 >= 0.0 { pair.0 } else { 0.0 };
    let total = n * chains.len() as f64;
    // Chains that alternate are worth more than their number, but not without bound.
    let time = (2.0 * sum - 1.0 + last).max(LN_10 / ln(total));
    Some(total / time)
}
