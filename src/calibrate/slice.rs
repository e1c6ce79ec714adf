//! One step of a chain.

use super::Point;
use super::reference::{FREEDOM, Reference, log_ratio};
use crate::math::algebra::dot;
use crate::math::{circle, ln, normal_quantile};
use crate::stream::{ParameterStream, open_unit};
use rand::Rng;

/// Angles tried before a chain stays where it is. The bracket shrinks to the present state, so that by then, if the
/// likelihood is a function at all, it is smaller than the rounding of an angle.
const TRIES: usize = 200;

fn uniform(rng: &mut ParameterStream) -> f64 {
    open_unit(rng.next_u64())
}

/// Independent standard normal variables.
pub(super) fn normals(rng: &mut ParameterStream, number: usize) -> Vec<f64> {
    (0..number).map(|_| normal_quantile(uniform(rng))).collect()
}

/// A generalised elliptical slice step, which leaves prior times likelihood to the power of `heat` unchanged.
///
/// Murray, Adams and `MacKay` 2010, "Elliptical slice sampling", JMLR W&CP 9:541-548, on the ellipses of a multivariate t
/// instead of the prior's (Nishihara, Murray and Adams 2014, "Parallel MCMC with generalized elliptical slice
/// sampling", JMLR 15:2087-2112): given its hidden scale the t is a Gaussian, and what the target is more than the t
/// counts as likelihood. The slice needs the angle uniform on the circle, hence [`circle`].
pub(super) fn step<E>(
    rng: &mut ParameterStream,
    reference: &Reference,
    heat: f64,
    point: &Point,
    mut log_likelihood: impl FnMut(&[f64]) -> Result<f64, E>,
) -> Result<Point, E> {
    let w = reference.coordinates(&point.z);
    // The scale given the state: inverse gamma, from a chi-square with whole degrees of freedom.
    let chi = normals(rng, usize::from(FREEDOM) + w.len());
    let scale = ((f64::from(FREEDOM) + dot(&w, &w)) / dot(&chi, &chi)).sqrt();
    let across: Vec<f64> = normals(rng, w.len()).iter().map(|x| scale * x).collect();
    let level = heat * point.log_likelihood + log_ratio(&point.z, &w) + ln(uniform(rng));
    let mut turn = uniform(rng);
    let (mut low, mut high) = (turn - 1.0, turn);
    for _ in 0..TRIES {
        let (cos, sin) = circle(turn);
        let next: Vec<f64> = w.iter().zip(&across).map(|(w, across)| w * cos + across * sin).collect();
        let z = reference.place(&next);
        let found = log_likelihood(&z)?;
        if heat * found + log_ratio(&z, &next) > level {
            return Ok(Point { z, log_likelihood: found });
        }
        if turn < 0.0 {
            low = turn;
        } else {
            high = turn;
        }
        turn = low + (high - low) * uniform(rng);
    }
    Ok(point.clone())
}
