//! What results hang on: figures moved one at a time, and two together.

use super::Psa;
use super::bench::Bench;
use super::psa::Weights;
use crate::simulate::Interrupted;

/// Percentiles between which a figure is moved.
const ENDS: [f64; 2] = [0.025, 0.975];
/// Percentiles of the values of two figures that are moved together.
const GRID: [f64; 5] = [0.025, 0.25, 0.5, 0.75, 0.975];

/// One figure and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Name.
    pub parameter: String,
    /// Central value.
    pub central: f64,
    /// 2.5th percentile over draws.
    pub low: f64,
    /// 97.5th.
    pub high: f64,
}

/// Every uncertain figure moved from low to high, the others central.
#[derive(Debug, Clone, PartialEq)]
pub struct OneWay {
    /// Figures, in the order of the model.
    pub moved: Vec<Moved>,
    /// Costs and effects: the first "draw" is that of central values, then follow low and high of each figure.
    pub psa: Psa,
}

impl OneWay {
    /// Places in [`Self::psa`] of the low and high value of a figure.
    #[must_use]
    pub const fn places(figure: usize) -> [usize; 2] {
        [1 + 2 * figure, 2 + 2 * figure]
    }

    /// What a strategy costs more than the comparator at each point, money.
    #[must_use]
    pub fn costs(&self, strategy: usize) -> Gains {
        self.gains(strategy, Weights::COST)
    }

    /// What it gains at each point, QALYs.
    #[must_use]
    pub fn effects(&self, strategy: usize) -> Gains {
        self.gains(strategy, Weights::EFFECT)
    }

    /// The net monetary benefit that it gains at each point, money, at a willingness to pay (money per QALY).
    #[must_use]
    pub fn net_benefit(&self, strategy: usize, wtp: f64) -> Gains {
        self.gains(strategy, Weights::net_benefit(wtp))
    }

    fn gains(&self, strategy: usize, weights: Weights) -> Gains {
        let psa = &self.psa;
        let (own, other) = (psa.weighted(strategy, weights), psa.weighted(psa.comparator, weights));
        let error = |point| psa.difference_noise(point, strategy, strategy, weights).max(0.0).sqrt();
        Gains {
            values: own.iter().zip(&other).map(|(own, other)| own - other).collect(),
            errors: psa.noise.as_ref().map(|_| (0..psa.draws()).map(error).collect()),
        }
    }
}

/// Differences of a strategy from the comparator, point by point.
#[derive(Debug, Clone, PartialEq)]
pub struct Gains {
    /// Strategy minus comparator.
    pub values: Vec<f64>,
    /// Their Monte Carlo standard errors; `None` without noise. Points share their patients, so that what one is above
    /// another is surer than that.
    pub errors: Option<Vec<f64>>,
}

/// Two figures moved together, the others central.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoWay {
    /// Names.
    pub parameters: [String; 2],
    /// Their values at each point.
    pub values: Vec<[f64; 2]>,
    /// Costs and effects at each point.
    pub psa: Psa,
}

/// Moves every figure that varies from its 2.5th to its 97.5th percentile.
///
/// Figures of one fit are moved apart as if they did not hang together, so the ends of such a pair may fit the data
/// badly; value of information takes their rows whole.
///
/// # Errors
/// Where the observer asks to stop.
pub fn one_way(bench: &Bench<'_>) -> Result<OneWay, Interrupted> {
    let mut points = vec![bench.with(&[])];
    let mut moved = Vec::new();
    for (at, ends) in bench.ranges(&ENDS) {
        let [low, high] = ends[..] else { continue };
        points.push(bench.with(&[(at, low)]));
        points.push(bench.with(&[(at, high)]));
        moved.push(Moved { parameter: bench.name(at), central: bench.with(&[])[at], low, high });
    }
    Ok(OneWay { moved, psa: bench.at(points)? })
}

/// Moves two figures over five percentiles each.
///
/// # Errors
/// Where the observer asks to stop.
pub fn two_way(bench: &Bench<'_>, names: &[String; 2]) -> Result<Option<TwoWay>, Interrupted> {
    let ranges = bench.ranges(&GRID);
    let range = |name: &String| {
        let (at, _) = bench.figure(name)?;
        ranges.iter().find(|(own, _)| *own == at)
    };
    let (Some((first, ones)), Some((second, others))) = (range(&names[0]), range(&names[1])) else {
        return Ok(None);
    };
    let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| [*one, *other]));
    let values: Vec<[f64; 2]> = pairs.collect();
    let points = values.iter().map(|[one, other]| bench.with(&[(*first, *one), (*second, *other)]));
    Ok(Some(TwoWay { parameters: names.clone(), psa: bench.at(points.collect())?, values }))
}
