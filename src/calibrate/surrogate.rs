//! The reference learns from every evaluation, whether a chain went there or not.
//!
//! States of a chain alone say too little: their covariance in 15 dimensions needs hundreds of independent ones, which
//! a chain has only once the reference is good. But where the posterior is about Gaussian, its log is about a
//! quadratic function, which as many evaluations as it has coefficients determine exactly, wherever they are.

use super::Point;
use super::reference::Reference;
use crate::math::algebra::{Rows, cholesky, dot, eigen, solve_lower, solve_upper};
use crate::math::ln;

/// Latest evaluations looked at; the work grows with their third power.
const MOST_POINTS: usize = 800;
/// Points further below the best in the log of the target are left out: so many, and so many for each dimension.
const DEEPEST: (f64, f64) = (20.0, 3.0);
/// Prior variance of the constant against that of a linear coefficient.
const CONSTANT: f64 = 10.0;
/// Variances of what is not quadratic against that of a linear coefficient; the most probable is taken.
const MISFITS: [f64; 8] = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0];
/// Least precision, against the present, that one fit may find: at most twice the standard deviation.
const LEAST_PRECISION: f64 = 0.25;
/// Furthest that one fit may move the centre along one axis, in present standard deviations.
const FURTHEST: f64 = 2.0;
/// The scatter is made so much larger than the fitted covariance: too wide a reference costs evaluations, too narrow a
/// one lets chains stick.
const INFLATION: f64 = 1.4;

/// A function of coordinates: slope' w + w' curvature w / 2 and a constant.
struct Quadratic {
    slope: Vec<f64>,
    curvature: Rows,
}

impl Quadratic {
    /// The most probable function through values at places that each have a variance of misfit, if none of its
    /// coefficients is preferred: Bayesian ridge regression, solved by points instead of coefficients (Rasmussen and
    /// Williams, "Gaussian processes for machine learning", 2006, section 2.2), the level of misfit by its evidence.
    fn fit(places: &[Vec<f64>], values: &[f64], misfits: &[f64]) -> Option<Self> {
        let kernel = |x: &Vec<f64>, y: &Vec<f64>| {
            let product = dot(x, y);
            CONSTANT + product + 0.5 * product * product
        };
        let rows = (0..places.len()).map(|i| places[..=i].iter().map(|y| kernel(&places[i], y)).collect());
        let gram: Rows = rows.collect();
        let mut best: Option<(f64, Vec<f64>)> = None;
        for level in MISFITS {
            let mut noisy = gram.clone();
            noisy.iter_mut().zip(misfits).enumerate().for_each(|(i, (row, misfit))| row[i] += level * misfit);
            let Some(lower) = cholesky(noisy) else { continue };
            let half = solve_lower(&lower, values);
            // The scale of all variances at its most probable.
            let size: f64 = lower.iter().enumerate().map(|(i, row)| ln(row[i])).sum();
            let evidence = -0.5 * values.len() as f64 * ln(dot(&half, &half)) - size;
            if best.as_ref().is_none_or(|(most, _)| evidence > *most) {
                best = Some((evidence, solve_upper(&lower, half)));
            }
        }
        let (_, weights) = best?;
        let sum = |f: &dyn Fn(&[f64]) -> f64| places.iter().zip(&weights).map(|(w, a)| a * f(w)).sum::<f64>();
        let d = places[0].len();
        let slope = (0..d).map(|i| sum(&|w| w[i])).collect();
        let curvature = (0..d).map(|i| (0..d).map(|j| sum(&|w| w[i] * w[j])).collect()).collect();
        Some(Self { slope, curvature })
    }
}

impl Reference {
    /// A reference closer to prior times likelihood to the power of `heat`, from what is known of it.
    ///
    /// The difference between the logs of target and present reference is fitted, and what the fit cannot tell stays
    /// as it is. Along no axis is it made wider than the prior.
    pub(super) fn corrected(&self, known: &[Point], heat: f64) -> Option<Self> {
        let d = self.centre.len() as f64;
        let log_target = |point: &Point| heat * point.log_likelihood - 0.5 * dot(&point.z, &point.z);
        let top = known.iter().map(log_target).fold(f64::NEG_INFINITY, f64::max);
        let near = known.iter().rev().map(|point| (point, top - log_target(point)));
        let near = near.filter(|(_, depth)| *depth < DEEPEST.0 + DEEPEST.1 * d).take(MOST_POINTS);
        let (mut places, mut values, mut misfits) = (Vec::new(), Vec::new(), Vec::new());
        for (point, depth) in near {
            let w = self.coordinates(&point.z);
            values.push(0.5 * dot(&w, &w) - depth);
            places.push(w);
            // States are some d / 2 below the top; further down the fit matters less.
            let deviation = 1.0 + depth / (2.0 + 0.5 * d);
            misfits.push(deviation * deviation);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter_mut().for_each(|value| *value -= mean);
        // A flat difference leaves nothing to correct.
        if values.len() < 3 || values.iter().all(|value| value.abs() < 1e-9) {
            return None;
        }
        let Quadratic { slope, curvature } = Quadratic::fit(&places, &values, &misfits)?;
        Some(self.reshaped(&slope, curvature)).filter(Self::is_finite)
    }

    /// The reference that a quadratic difference from this one makes, axis by axis of its curvature.
    fn reshaped(&self, slope: &[f64], curvature: Rows) -> Self {
        let mut mean = vec![0.0; slope.len()];
        let mut axes = Vec::new();
        for (value, axis) in eigen(curvature) {
            let along: Vec<f64> = self.factor.iter().map(|row| dot(row, &axis)).collect();
            // A precision below 0 is no Gaussian's: the axis stays as it is.
            let precision = if value >= 1.0 { 1.0 } else { (1.0 - value).max(LEAST_PRECISION) };
            let precision = precision.max(dot(&along, &along));
            let move_by = (dot(&axis, slope) / precision).clamp(-FURTHEST, FURTHEST);
            mean.iter_mut().zip(&axis).for_each(|(mean, x)| *mean += move_by * x);
            axes.push(((INFLATION / precision).sqrt(), axis));
        }
        let factor =
            self.factor.iter().map(|row| axes.iter().map(|(sd, axis)| sd * dot(row, axis)).collect());
        let column =
            |j: usize, axis: &[f64]| self.inverse.iter().zip(axis).map(|(row, x)| x * row[j]).sum::<f64>();
        let inverse = axes.iter().map(|(sd, axis)| (0..slope.len()).map(|j| column(j, axis) / sd).collect());
        Self { centre: self.place(&mean), factor: factor.collect(), inverse: inverse.collect() }
    }

    fn is_finite(&self) -> bool {
        self.factor.iter().chain(&self.inverse).chain([&self.centre]).flatten().all(|x| x.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::slice::normals;
    use crate::stream::Stream;

    /// Draws from the prior with log-likelihoods by a function.
    fn known(dimension: usize, number: usize, log_likelihood: impl Fn(&[f64]) -> f64) -> Vec<Point> {
        let mut rng = Stream::new(1).iteration(0, 0);
        let point = |z: Vec<f64>| Point { log_likelihood: log_likelihood(&z), z };
        (0..number).map(|_| point(normals(&mut rng, dimension))).collect()
    }

    #[test]
    fn as_many_points_as_coefficients_show_a_gaussian() {
        // Precisions 1 + 9 along (3, 4) / 5 and 1 across and beyond; the slope moves the mean along that axis alone.
        let along = |z: &[f64]| 0.6 * z[0] + 0.8 * z[1];
        let known = known(3, 12, |z| -4.5 * (along(z) - 1.0).powi(2));
        let mut reference = Reference::prior(3);
        for _ in 0..4 {
            reference = reference.corrected(&known, 1.0).unwrap();
        }
        for (centre, expected) in reference.centre.iter().zip([0.54, 0.72, 0.0]) {
            assert!((centre - expected).abs() < 1e-3, "{reference:?}");
        }
        let scatter = |i: usize, j: usize| dot(&reference.factor[i], &reference.factor[j]) / INFLATION;
        for (i, j, expected) in [(0, 0, 0.676), (1, 1, 0.424), (0, 1, -0.432), (2, 2, 1.0), (0, 2, 0.0)] {
            assert!((scatter(i, j) - expected).abs() < 1e-2, "{i} {j} {} {expected}", scatter(i, j));
        }
        let z = [0.3, -1.2, 2.0];
        assert!(
            reference.place(&reference.coordinates(&z)).iter().zip(z).all(|(a, b)| (a - b).abs() < 1e-12)
        );
    }

    #[test]
    fn what_cannot_be_fitted_leaves_the_reference() {
        let prior = Reference::prior(4);
        assert!(prior.corrected(&[], 1.0).is_none());
        assert!(prior.corrected(&known(4, 2, |z| z[0]), 1.0).is_none());
        assert!(prior.corrected(&known(4, 30, |_| f64::INFINITY), 1.0).is_none());
        // Two equal modes have a hollow between them: never wider than the prior all the same.
        let hollow = prior.corrected(&known(4, 30, |z| 3.0 * z[0] * z[0]), 1.0).unwrap();
        assert!(hollow.factor.iter().all(|row| dot(row, row) < INFLATION + 1e-9));
    }
}
