//! Mean costs and effects of strategies side by side, and the covariances of their errors.

use crate::exact::ExactDraw;
use crate::math::algebra::dot_in_lanes;
use crate::simulate::ByPatient;
use crate::tally::Measure;
use std::ops::Range;

/// Part of the variance of all that is added and taken away that is rounding.
const ROUNDING: f64 = 1e-13;

/// Means of columns, which share their patients: cost 0, effect 0, cost 1, effect 1, ... or others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Means {
    /// By column.
    pub(super) values: Vec<f64>,
    /// Covariances of their errors, a lower triangle row by row; empty where there is no noise, NaN for one patient.
    pub(super) covariances: Vec<f64>,
}

impl Means {
    /// Of columns of one value a patient.
    pub(super) fn of_columns(columns: &[&[f64]]) -> Self {
        let n = columns.first().map_or(0, |column| column.len()) as f64;
        let mean = |column: &&[f64]| column.iter().sum::<f64>() / n;
        let values: Vec<f64> = columns.iter().map(mean).collect();
        let centred = |(column, mean): (&&[f64], &f64)| column.iter().map(|x| x - mean).collect();
        let centred: Vec<Vec<f64>> = columns.iter().zip(&values).map(centred).collect();
        let covariance = |one: &[f64], other: &[f64]| {
            if n > 1.0 { dot_in_lanes(one, other) / (n - 1.0) / n } else { f64::NAN }
        };
        let covariances = centred
            .iter()
            .enumerate()
            .flat_map(|(at, one)| centred[..=at].iter().map(move |other| covariance(one, other)))
            .collect();
        Self { values, covariances }
    }

    /// Of what patients cost and gained under strategies, of one run or of several with the same patients.
    pub(super) fn of_patients<'a>(strategies: impl IntoIterator<Item = &'a ByPatient>) -> Self {
        let columns: Vec<&[f64]> =
            strategies.into_iter().flat_map(|own| [own.costs.as_slice(), own.qalys.as_slice()]).collect();
        Self::of_columns(&columns)
    }

    /// Of what the exact engine found.
    pub(super) fn of_exact(draw: &ExactDraw, measures: &[Measure]) -> Self {
        let place = |measure: Measure| measures.iter().position(|known| *known == measure);
        let places = [place(Measure::Costs), place(Measure::Qalys)];
        let of = |place: Option<usize>, means: &[f64]| place.map_or(0.0, |place| means[place]);
        let both = draw.strategies.iter().flat_map(|own| places.map(|place| of(place, &own.means)));
        Self { values: both.collect(), covariances: Vec::new() }
    }

    /// Some of the columns.
    pub(super) fn part(&self, columns: Range<usize>) -> Self {
        let at = |i: usize, j: usize| self.covariances[i * (i + 1) / 2 + j];
        let pairs = columns.clone().flat_map(|i| (columns.start..=i).map(move |j| (i, j)));
        let covariances = pairs.filter(|_| !self.covariances.is_empty()).map(|(i, j)| at(i, j)).collect();
        Self { values: self.values[columns.clone()].to_vec(), covariances }
    }

    /// A weighted sum of all columns, and the variance of its error; `None` where there is no noise. Columns that take
    /// each other away leave none.
    pub(super) fn sum(&self, weights: &[f64]) -> (f64, Option<f64>) {
        let value = self.values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
        let mut covariances = self.covariances.iter();
        let (mut own, mut paired) = (0.0, 0.0);
        for (i, one) in weights.iter().enumerate() {
            for (j, (other, covariance)) in weights[..=i].iter().zip(&mut covariances).enumerate() {
                if i == j {
                    own += one * one * covariance;
                } else {
                    paired += 2.0 * one * other * covariance;
                }
            }
        }
        let variance = own + paired;
        let rounded = if variance <= ROUNDING * own { 0.0 } else { variance };
        (value, (!self.covariances.is_empty()).then_some(rounded))
    }
}

/// A variance without rounding below 0; NaN stays.
pub(super) fn at_least_zero(variance: f64) -> f64 {
    if variance < 0.0 { 0.0 } else { variance }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_columns_have_the_errors_of_their_patients() {
        let columns: [&[f64]; 3] = [&[1.0, 4.0, 2.0, 9.0], &[2.0, 2.0, 5.0, 1.0], &[0.0, 1.0, 0.0, 3.0]];
        let weights = [2.0, -1.0, 0.5];
        let (value, variance) = Means::of_columns(&columns).sum(&weights);
        // The same by the sum of each patient.
        let own: Vec<f64> =
            (0..4).map(|i| columns.iter().zip(weights).map(|(c, w)| w * c[i]).sum()).collect();
        let alone = Means::of_columns(&[&own]);
        assert!((value - alone.values[0]).abs() < 1e-12);
        assert!((variance.unwrap() - alone.covariances[0]).abs() < 1e-12);
        let whole = Means::of_columns(&columns);
        assert_eq!(whole.part(1..3), Means::of_columns(&columns[1..]));
        assert!(Means::of_columns(&[&[1.0]]).sum(&[1.0]).1.unwrap().is_nan());
    }
}
