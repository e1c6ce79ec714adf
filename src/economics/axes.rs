//! Directions in which both the scatter of draws and its noise are uncorrelated.

use super::basis::mean;
use crate::math::algebra::{Rows, dot, dot_in_lanes, eigen};

/// Part of the largest variance that is rounding.
const ROUNDING: f64 = 1e-12;

/// One such direction.
pub(super) struct Axis {
    /// A point times this is its place on the axis, in standard deviations of the scatter.
    pub(super) read: Vec<f64>,
    /// How far a standard deviation on the axis moves a point.
    pub(super) step: Vec<f64>,
    /// Share of the variance along the axis that is not noise, from 0 to 1.
    pub(super) kept: f64,
}

/// The axes of a covariance of scatter and one of noise, both whole and symmetric: generalised eigenvectors (Golub and
/// Van Loan, "Matrix computations", 4th ed. 2013, section 8.7). Directions without scatter have none.
pub(super) fn axes(scatter: &Rows, noise: &Rows) -> Vec<Axis> {
    // Quantities in units of their own scatter, so that money and years do not differ by size.
    let unit: Vec<f64> = scatter.iter().enumerate().map(|(i, row)| root(row[i])).collect();
    let row =
        |(row, own): (&Vec<f64>, &f64)| row.iter().zip(&unit).map(|(x, unit)| x / (own * unit)).collect();
    let pairs = eigen(scatter.iter().zip(&unit).map(row).collect());
    let most = pairs.iter().map(|(value, _)| *value).fold(0.0, f64::max);
    let (mut read, mut step) = (Rows::new(), Rows::new());
    for (value, axis) in pairs.iter().filter(|(value, _)| *value > ROUNDING * most) {
        read.push(axis.iter().zip(&unit).map(|(x, unit)| x / unit / value.sqrt()).collect());
        step.push(axis.iter().zip(&unit).map(|(x, unit)| x * unit * value.sqrt()).collect());
    }
    let noise = read.iter().map(|one| read.iter().map(|two| along(noise, one, two)).collect()).collect();
    let turned = |rows: &Rows, turn: &[f64]| {
        (0..unit.len()).map(|i| rows.iter().zip(turn).map(|(row, by)| row[i] * by).sum()).collect()
    };
    let axis = |(share, turn): (f64, Vec<f64>)| Axis {
        read: turned(&read, &turn),
        step: turned(&step, &turn),
        kept: (1.0 - share).clamp(0.0, 1.0),
    };
    eigen(noise).into_iter().map(axis).collect()
}

/// The root of a variance; 1 where there is none.
pub(super) fn root(variance: f64) -> f64 {
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}

/// The covariance of two sums with given weights.
pub(super) fn along(matrix: &Rows, one: &[f64], two: &[f64]) -> f64 {
    matrix.iter().zip(one).map(|(row, x)| x * dot(row, two)).sum()
}

/// The weighted sum of columns, `[column][draw]`; there is one or more.
pub(super) fn combined(weights: &[f64], columns: &Rows) -> Vec<f64> {
    let mut sum = vec![0.0; columns[0].len()];
    for (weight, column) in weights.iter().zip(columns) {
        sum.iter_mut().zip(column).for_each(|(sum, x)| *sum += weight * x);
    }
    sum
}

/// Sample covariance of quantities `[quantity][draw]` whose means are 0.
pub(super) fn covariance(quantities: &Rows) -> Rows {
    let entry = |one: &Vec<f64>, other: &Vec<f64>| dot_in_lanes(one, other) / (one.len() as f64 - 1.0);
    quantities.iter().map(|one| quantities.iter().map(|other| entry(one, other)).collect()).collect()
}

/// The whole symmetric matrix of which a lower triangle is given, row by row.
pub(super) fn whole(triangle: &[f64], d: usize) -> Rows {
    let at = |i: usize, j: usize| triangle[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)];
    (0..d).map(|i| (0..d).map(|j| at(i, j)).collect()).collect()
}

/// The mean of matrices given by the elements of their lower triangles, `[element][draw]`.
pub(super) fn mean_of(triangle: &[Vec<f64>], d: usize) -> Rows {
    whole(&triangle.iter().map(|element| mean(element)).collect::<Vec<f64>>(), d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn along_axes_scatter_is_one_and_noise_diagonal() {
        let scatter = vec![vec![4e6, 300.0, 0.0], vec![300.0, 0.25, 0.02], vec![0.0, 0.02, 1.0]];
        let noise = vec![vec![1e6, -100.0, 0.0], vec![-100.0, 0.3, 0.0], vec![0.0, 0.0, 0.2]];
        let found = axes(&scatter, &noise);
        for (i, one) in found.iter().enumerate() {
            for (j, two) in found.iter().enumerate() {
                let same = if i == j { 1.0 } else { 0.0 };
                let close =
                    |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{i} {j} {found}");
                close(along(&scatter, &one.read, &two.read), same);
                close(dot(&one.read, &two.step), same);
                if i != j || one.kept > 0.0 {
                    close(along(&noise, &one.read, &two.read), same * (1.0 - one.kept));
                }
            }
        }
        assert_eq!(found.iter().filter(|axis| axis.kept == 0.0).count(), 1, "more noise than scatter in one");
    }

    #[test]
    fn directions_without_scatter_have_no_axis() {
        let flat = vec![vec![4.0, 8.0, 0.0], vec![8.0, 16.0, 0.0], vec![0.0, 0.0, 0.0]];
        let found = axes(&flat, &vec![vec![0.0; 3]; 3]);
        assert_eq!((found.len(), found[0].kept), (1, 1.0));
        assert!(axes(&vec![vec![0.0]], &vec![vec![1.0]]).is_empty());
    }
}
