//! What results hang on: figures moved one at a time, and two together.

use super::Psa;
use super::bench::{Bench, Point};
use super::means::Means;
use super::psa::Weights;
use crate::exact::Stopped;

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
    /// The fit that knows it together with other figures, from which it is moved apart.
    pub fit: Option<String>,
}

/// Every uncertain figure moved from low to high, the others central.
#[derive(Debug, Clone, PartialEq)]
pub struct OneWay {
    /// Figures, in the order of the model.
    pub moved: Vec<Moved>,
    /// Costs and effects: the first "draw" is that of central values, then follow low and high of each figure.
    pub psa: Psa,
    /// Of each figure, means with the errors that its three points share: central, low, high.
    together: Vec<Means>,
}

/// What a figure does to the difference of a strategy from the comparator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// At the low value of the figure, the central one and the high one.
    pub at: [f64; 3],
    /// Their Monte Carlo standard errors; `None` without noise.
    pub mc_se: Option<[f64; 3]>,
    /// The widest distance between two of them, 0 or more.
    pub width: f64,
    /// Its Monte Carlo standard error: the patients are the same, so that it is surer than where it lies.
    pub width_mc_se: Option<f64>,
}

impl OneWay {
    /// Places in [`Self::psa`] of the low and high value of a figure.
    #[must_use]
    pub const fn places(figure: usize) -> [usize; 2] {
        [1 + 2 * figure, 2 + 2 * figure]
    }

    /// What a strategy costs more than the comparator, money, by figure.
    #[must_use]
    pub fn costs(&self, strategy: usize) -> Vec<Bar> {
        self.bars(strategy, Weights::COST)
    }

    /// What it gains, QALYs.
    #[must_use]
    pub fn effects(&self, strategy: usize) -> Vec<Bar> {
        self.bars(strategy, Weights::EFFECT)
    }

    /// The net monetary benefit that it gains, money, at a willingness to pay (money per QALY).
    #[must_use]
    pub fn net_benefit(&self, strategy: usize, wtp: f64) -> Vec<Bar> {
        self.bars(strategy, Weights::net_benefit(wtp))
    }

    fn bars(&self, strategy: usize, weights: Weights) -> Vec<Bar> {
        let (strategies, comparator) = (self.psa.strategies.len(), self.psa.comparator);
        // Columns of a figure: of each point of each strategy cost and effect.
        let signed = |points: &[(usize, f64)]| {
            let mut columns = vec![0.0; 6 * strategies];
            for (point, sign) in points {
                for (strategy, sign) in [(strategy, *sign), (comparator, -sign)] {
                    let at = 2 * (point * strategies + strategy);
                    columns[at] += sign * weights.cost;
                    columns[at + 1] += sign * weights.effect;
                }
            }
            columns
        };
        let (own, other) = (self.psa.weighted(strategy, weights), self.psa.weighted(comparator, weights));
        let of = |(figure, means): (usize, &Means)| {
            let [low, high] = Self::places(figure);
            let at = [low, 0, high].map(|place| own[place] - other[place]);
            let error = |points: &[(usize, f64)]| means.sum(&signed(points)).1.map(f64::sqrt);
            let [low, central, high] = [1, 0, 2].map(|point| error(&[(point, 1.0)]));
            // The widest two, the ends first.
            let pairs = [((0, 1), (2, 2)), ((0, 1), (1, 0)), ((1, 0), (2, 2))];
            let width =
                |((one, _), (other, _)): &((usize, usize), (usize, usize))| (at[*one] - at[*other]).abs();
            let widest = pairs[1..]
                .iter()
                .fold(pairs[0], |most, pair| if width(pair) > width(&most) { *pair } else { most });
            Bar {
                at,
                mc_se: low.zip(central).zip(high).map(|((low, central), high)| [low, central, high]),
                width: width(&widest),
                width_mc_se: error(&[(widest.0.1, 1.0), (widest.1.1, -1.0)]),
            }
        };
        self.together.iter().enumerate().map(of).collect()
    }
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
/// Figures of one fit are moved apart as if they did not hang together, so the ends of such a figure may fit the data
/// badly, and it is told which they are; value of information takes their rows whole.
///
/// # Errors
/// Where the observer asks to stop, or the exact engine does not walk the program.
pub fn one_way(bench: &Bench<'_>) -> Result<OneWay, Stopped> {
    let central = bench.with(&[]);
    let (mut moved, mut sets) = (Vec::new(), Vec::new());
    for (at, ends) in bench.ranges(&ENDS) {
        let [low, high] = ends[..] else { continue };
        sets.push(vec![bench.with(&[(at, low)]), bench.with(&[(at, high)])]);
        moved.push(Moved { parameter: bench.name(at), central: central[at], low, high, fit: bench.fit(at) });
    }
    let shared: Vec<Point> = vec![central];
    let together = bench.beside(&shared, &sets)?;
    let columns = 2 * bench.model.strategies.len();
    let mut points = match together.first() {
        Some(means) => vec![means.part(0..columns)],
        None => bench.beside(&[], &[shared])?,
    };
    for means in &together {
        points.extend([means.part(columns..2 * columns), means.part(2 * columns..3 * columns)]);
    }
    let psa = Psa::of_means(&bench.model, points).ok_or(Stopped::Interrupted)?;
    Ok(OneWay { moved, psa, together })
}

/// Moves two figures over five percentiles each.
///
/// # Errors
/// As for [`one_way`].
pub fn two_way(bench: &Bench<'_>, names: &[String; 2]) -> Result<Option<TwoWay>, Stopped> {
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
