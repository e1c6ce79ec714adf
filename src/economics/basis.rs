//! Functions of uncertain parameters that a regression adds up.
//!
//! Each parameter enters twice: as it is, because costs and effects are often linear in it however heavy its tails,
//! and by its normal score (the standard normal quantile of its rank), on which every distribution has light tails.
//! On the scores stands a P-spline: cubic B-splines with equal intervals whose second differences are penalised
//! (Eilers and Marx 1996, doi:10.1214/ss/1038425655), written as a straight line and independent random effects
//! (Currie and Durban 2002, doi:10.1191/1471082x02st039ob), the smoothest first. A pair of parameters interacts by the
//! products of their smoothest functions, which are the less likely the rougher they are.

use crate::math::algebra::{Rows, dot, eigen};
use crate::math::normal_quantile;
use std::cmp::Ordering;
use std::ops::Range;

/// Intervals between the knots of a spline: fine enough for whatever a thousand draws can show.
const INTERVALS: usize = 20;
/// Cubic B-splines on them.
const SPLINES: usize = INTERVALS + 3;
/// Fewest functions of the score, beyond the straight line, that a parameter of a large group has.
const FEWEST: usize = 4;
/// Functions of one parameter each, and products of two, that a group has in all, about: the work grows with the third
/// power.
const BUDGET: (usize, usize) = (120, 280);
/// Highest order of a product: the straight line is of order 1, the smoothest curve 2, and so on.
const HIGHEST: usize = 8;
/// Most parameters whose pairs may interact: those that explain most alone.
const MOST_INTERACTING: usize = 12;
/// Squared correlation of a parameter with its score below which interactions have both.
const UNLIKE: f64 = 0.9;

/// Columns of a design, one value a draw each, and which of them share a prior variance.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    /// Centred on 0.
    pub(super) columns: Vec<Vec<f64>>,
    /// Runs of columns; they cover all.
    pub(super) terms: Vec<Range<usize>>,
}

/// One parameter's functions.
struct Margin {
    /// The parameter, with mean 0 and variance 1.
    own: Vec<f64>,
    /// Its score, likewise.
    score: Vec<f64>,
    /// Curves in the score, the smoothest first and with variance 1.
    curves: Vec<Vec<f64>>,
}

impl Basis {
    /// The functions of a group of parameters, one value a draw each; `responses` are what they are to explain, by
    /// which the parameters are chosen that interact in a group of more than twelve. Parameters that do not vary have
    /// no functions.
    pub(super) fn new(group: &[&[f64]], responses: &[&[f64]]) -> Self {
        let curves = (BUDGET.0 / group.len().max(1)).clamp(FEWEST, SPLINES - 2);
        let penalty = penalty();
        let margins: Vec<Margin> =
            group.iter().filter_map(|values| Margin::new(values, curves, &penalty)).collect();
        let mut basis = Self::default();
        for margin in &margins {
            basis.add([margin.own.clone()]);
            basis.add([margin.score.clone()]);
            basis.add(margin.curves.iter().cloned());
        }
        let interacting = interacting(&margins, responses);
        let pairs = interacting.len() * interacting.len().saturating_sub(1) / 2;
        // Two functions of orders that add up to at most q have q (q - 1) / 2 products.
        let highest = (2..=HIGHEST).rev().find(|q| pairs * q * (q - 1) / 2 <= BUDGET.1).unwrap_or(2);
        for (at, one) in interacting.iter().enumerate() {
            for other in &interacting[..at] {
                basis.add([product(&one.own, &other.own)]);
                basis.add(products(one, other, highest));
            }
        }
        basis
    }

    /// Adds a term of columns with one variance.
    fn add(&mut self, columns: impl IntoIterator<Item = Vec<f64>>) {
        let start = self.columns.len();
        self.columns.extend(columns.into_iter().map(centred));
        if self.columns.len() > start {
            self.terms.push(start..self.columns.len());
        }
    }
}

impl Margin {
    /// `None` if the parameter does not vary.
    fn new(values: &[f64], curves: usize, penalty: &Rows) -> Option<Self> {
        let own = standardised(values)?;
        let scores = scores(&own);
        let score = standardised(&scores)?;
        let mut curves: Rows = penalty.iter().take(curves).map(|of| centred(curve(&scores, of))).collect();
        // All by the same factor: their ratios are what the penalty says.
        let size = curves.first().map_or(0.0, |first| (dot(first, first) / first.len() as f64).sqrt());
        if size > 1e-9 {
            curves.iter_mut().flatten().for_each(|value| *value /= size);
        } else {
            curves.clear();
        }
        Some(Self { own, score, curves })
    }

    /// Functions with their orders.
    fn by_order(&self) -> Vec<(usize, &Vec<f64>)> {
        let correlation = dot(&self.own, &self.score) / self.own.len() as f64;
        let mut functions = vec![(1, &self.own)];
        if correlation * correlation < UNLIKE {
            functions.push((1, &self.score));
        }
        functions.extend(self.curves.iter().enumerate().map(|(at, curve)| (at + 2, curve)));
        functions
    }

    /// Largest share of a response's variance that the parameter or its score explains alone.
    fn explains(&self, responses: &[&[f64]]) -> f64 {
        let share = |response: &&[f64]| {
            let Some(response) = standardised(response) else { return 0.0 };
            let correlation = |x| dot(x, &response) / response.len() as f64;
            let (own, score): (f64, f64) = (correlation(&self.own), correlation(&self.score));
            (own * own).max(score * score)
        };
        responses.iter().map(share).fold(0.0, f64::max)
    }
}

/// The parameters whose pairs interact.
fn interacting<'a>(margins: &'a [Margin], responses: &[&[f64]]) -> Vec<&'a Margin> {
    let mut all: Vec<&Margin> = margins.iter().collect();
    if all.len() > MOST_INTERACTING {
        let mut ranked: Vec<(f64, &Margin)> = all.iter().map(|one| (one.explains(responses), *one)).collect();
        ranked.sort_by(|(x, _), (y, _)| y.total_cmp(x));
        all = ranked.into_iter().take(MOST_INTERACTING).map(|(_, one)| one).collect();
    }
    all
}

/// Products of functions whose orders add up to at most `highest`, but that of the parameters themselves.
fn products(one: &Margin, other: &Margin, highest: usize) -> Vec<Vec<f64>> {
    let (ones, others) = (one.by_order(), other.by_order());
    let all = ones.iter().flat_map(|x| others.iter().map(move |y| (x, y)));
    all.skip(1).filter(|(x, y)| x.0 + y.0 <= highest).map(|(x, y)| product(x.1, y.1)).collect()
}

fn product(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x * y).collect()
}

/// Mean, summed in the order of the draws; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

pub(super) fn centred(mut values: Vec<f64>) -> Vec<f64> {
    let mean = mean(&values);
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

/// Values with mean 0 and variance 1; `None` if they vary no more than by rounding.
pub(super) fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    // Scaled first, so that no square overflows.
    let mut values = centred(values.iter().map(|value| value / largest).collect());
    let sd = (dot(&values, &values) / values.len() as f64).sqrt();
    if sd.is_nan() || sd <= 1e-13 {
        return None;
    }
    values.iter_mut().for_each(|value| *value /= sd);
    Some(values)
}

/// Normal score of each value: the standard normal quantile of (rank - 1/2) / count; equal values share the mean of
/// their ranks.
fn scores(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|i, j| values[*i].partial_cmp(&values[*j]).unwrap_or(Ordering::Equal).then(i.cmp(j)));
    let mut scores = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|i, j| values[*i] == values[*j]) {
        let middle = before as f64 + 0.5 * tied.len() as f64;
        tied.iter().for_each(|at| scores[*at] = normal_quantile(middle / values.len() as f64));
        before += tied.len();
    }
    scores
}

/// Combinations of the B-splines, the smoothest first: eigenvectors of the penalty on second differences, divided by
/// the root of the eigenvalue, so that coefficients with equal variances have the penalty as their prior. Without the
/// two that have no penalty, the constant and the straight line.
fn penalty() -> Rows {
    let mut matrix = vec![vec![0.0; SPLINES]; SPLINES];
    for at in 0..SPLINES - 2 {
        for (i, x) in [1.0, -2.0, 1.0].into_iter().enumerate() {
            for (j, y) in [1.0, -2.0, 1.0].into_iter().enumerate() {
                matrix[at + i][at + j] += x * y;
            }
        }
    }
    let mut pairs = eigen(matrix);
    pairs.sort_by(|(x, _), (y, _)| x.total_cmp(y));
    let scaled = |(value, vector): (f64, Vec<f64>)| vector.iter().map(|v| v / value.sqrt()).collect();
    pairs.into_iter().skip(2).map(scaled).collect()
}

/// A combination of B-splines between the least and the greatest score, at each score.
fn curve(scores: &[f64], coefficients: &[f64]) -> Vec<f64> {
    let (low, high) =
        scores.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), z| (low.min(*z), high.max(*z)));
    let width = (high - low) / INTERVALS as f64;
    let at = |z: &f64| {
        let place = (z - low) / width;
        let interval = place.floor().clamp(0.0, (INTERVALS - 1) as f64);
        let u = place - interval;
        let v = 1.0 - u;
        let splines = [v * v * v, (3.0 * u - 6.0) * u * u + 4.0, (3.0 * v - 6.0) * v * v + 4.0, u * u * u];
        dot(&splines, &coefficients[interval as usize..]) / 6.0
    };
    scores.iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_ranks() {
        let found = scores(&[3.0, -1.0, 3.0, 100.0]);
        let of = |rank: f64| normal_quantile((rank - 0.5) / 4.0);
        assert_eq!(found, [of(2.5), of(1.0), of(2.5), of(4.0)]);
        assert_eq!(standardised(&[5.0; 9]), None);
        assert_eq!(standardised(&[0.0; 9]), None);
        assert_eq!(standardised(&[]), None);
        assert_eq!(standardised(&[1e300, -1e300]), Some(vec![1.0, -1.0]));
    }

    #[test]
    fn splines_add_up_to_one_and_bend_once_twice_and_so_on() {
        let z: Vec<f64> = (0..=200).map(|i| f64::from(i) / 100.0 - 1.0).collect();
        assert!(curve(&z, &[1.0; SPLINES]).iter().all(|sum| (sum - 1.0).abs() < 1e-14));
        // Coefficients on a line give a line.
        let line: Vec<f64> = (0..SPLINES).map(|i| i as f64).collect();
        let found = curve(&z, &line);
        assert!(found.iter().zip(&z).all(|(y, z)| (y - (11.0 + 10.0 * z)).abs() < 1e-12));
        for (at, of) in penalty().iter().enumerate().take(5) {
            let signs = of.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
            assert_eq!(signs, at + 2);
        }
    }

    #[test]
    fn groups_keep_to_their_budget() {
        let draw = |seed: usize| (0..50).map(|i| ((i * (seed * 2 + 3)) % 53) as f64).collect::<Vec<f64>>();
        let parameters: Vec<Vec<f64>> = (0..30).map(draw).collect();
        let response = draw(7);
        for size in [1, 2, 3, 5, 10, 12, 30] {
            let group: Vec<&[f64]> = parameters[..size].iter().map(Vec::as_slice).collect();
            let basis = Basis::new(&group, &[&response]);
            assert!(basis.columns.len() <= 2 * size + 120 + 3 * 280, "{size}: {}", basis.columns.len());
            assert!(basis.columns.iter().all(|column| mean(column).abs() < 1e-12));
            assert_eq!(basis.terms.iter().map(Range::len).sum::<usize>(), basis.columns.len());
        }
        assert!(Basis::new(&[&[1.0; 50]], &[&response]).columns.is_empty());
    }
}
