//! Third moments of draws: what they are without noise, and draws that have them.

use super::axes::{Axis, along, combined, covariance, root, whole};
use super::basis::mean;
use crate::math::algebra::{Rows, dot_in_lanes, eigen};

/// Rounds of the quadratic change, whose second-order errors the next round meets.
const ROUNDS: usize = 3;
/// Prior standard deviation of what the skewness without noise differs by from the observed, and the most that it is
/// taken to differ by: what few or noisy draws say of it is discounted.
const DIFFERENCE: f64 = 1.0;

/// A symmetric array of third moments.
pub(super) type Cube = Vec<Rows>;

fn cube(d: usize, entry: impl Fn(usize, usize, usize) -> f64) -> Cube {
    (0..d).map(|i| (0..d).map(|j| (0..d).map(|k| entry(i, j, k)).collect()).collect()).collect()
}

/// Third moments of places whose means are 0, `[axis][draw]`.
fn third_moments(places: &Rows) -> Cube {
    let d = places.len();
    let mut moments = cube(d, |_, _, _| 0.0);
    for i in 0..d {
        for j in 0..=i {
            let pairs: Vec<f64> = places[i].iter().zip(&places[j]).map(|(x, y)| x * y).collect();
            for (k, other) in places.iter().enumerate().take(j + 1) {
                let moment = dot_in_lanes(&pairs, other) / pairs.len() as f64;
                for (i, j, k) in [(i, j, k), (i, k, j), (j, i, k), (j, k, i), (k, i, j), (k, j, i)] {
                    moments[i][j][k] = moment;
                }
            }
        }
    }
    moments
}

/// Third moments without noise of places on axes, `[axis][draw]`, each axis in its standard deviation without noise, from
/// the places with noise, whose covariances in the quantities themselves are given as `noise[element][draw]`, the elements
/// of a lower triangle.
pub(super) fn moments_without_noise(places: &Rows, axes: &[Axis], noise: &[Vec<f64>]) -> Cube {
    let d = axes.len();
    let n = places.first().map_or(0, Vec::len) as f64;
    // Covariance of each place with each element of the noise, from which that with the noise between two axes follows.
    let with = |place: &Vec<f64>| -> Vec<f64> {
        noise.iter().map(|element| dot_in_lanes(place, element) / n).collect()
    };
    let quantities = axes.first().map_or(0, |axis| axis.read.len());
    let with: Vec<Rows> = places.iter().map(|place| whole(&with(place), quantities)).collect();
    let joint = cube(d, |i, j, k| along(&with[i], &axes[j].read, &axes[k].read));
    // The part between draws counts for three ways to pair the indices, the part between patients for one.
    let counted = |i: usize, j: usize, k: usize| joint[i][j][k] * (1.0 + 2.0 * axes[i].kept);
    let observed = third_moments(places);
    cube(d, |i, j, k| {
        let kept = axes[i].kept * axes[j].kept * axes[k].kept;
        if kept == 0.0 {
            return observed[i][j][k];
        }
        let added = (counted(i, j, k) + counted(j, i, k) + counted(k, i, j)) / 3.0;
        let differs = (observed[i][j][k] - added) / kept.sqrt() - observed[i][j][k];
        // The sampling variance of skewness is 6 / n in normal draws.
        let variance = 6.0 / (n * kept);
        let weight = DIFFERENCE * DIFFERENCE / (DIFFERENCE * DIFFERENCE + variance);
        observed[i][j][k] + (weight * differs).clamp(-DIFFERENCE, DIFFERENCE)
    })
}

/// Changes places of means 0 and unit covariance, `[axis][draw]`, by a quadratic function, until they have about the given
/// third moments.
pub(super) fn bend(places: &mut Rows, target: &Cube) {
    for _ in 0..ROUNDS {
        let now = third_moments(places);
        let bent = |(i, own): (usize, &Vec<f64>)| {
            let mut bent = own.clone();
            for (j, one) in places.iter().enumerate() {
                for (k, other) in places.iter().enumerate() {
                    let by = (target[i][j][k] - now[i][j][k]) / 6.0;
                    let unit = if j == k { 1.0 } else { 0.0 };
                    let pairs = one.iter().zip(other);
                    bent.iter_mut().zip(pairs).for_each(|(bent, (x, y))| *bent += by * (x * y - unit));
                }
            }
            bent
        };
        *places = places.iter().enumerate().map(bent).collect();
        standardise(places);
    }
}

/// Restores means 0 and unit covariance, moving places as little as possible.
fn standardise(places: &mut Rows) {
    let d = places.len();
    for own in places.iter_mut() {
        let mean = mean(own);
        own.iter_mut().for_each(|x| *x -= mean);
    }
    // The inverse root of the covariance.
    let pairs = eigen(covariance(places));
    let entry =
        |i: usize, j: usize| pairs.iter().map(|(value, axis)| axis[i] * axis[j] / root(*value)).sum::<f64>();
    let turn: Rows = (0..d).map(|i| (0..d).map(|j| entry(i, j)).collect()).collect();
    *places = turn.iter().map(|weights| combined(weights, places)).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal_quantile;

    #[test]
    fn bent_points_have_the_moments_asked_for() {
        let n = 2001;
        let at = |i: usize| normal_quantile((i as f64 + 0.5) / n as f64);
        let mut points: Rows = vec![(0..n).map(at).collect(), (0..n).map(|i| at(i * 1009 % n)).collect()];
        standardise(&mut points);
        let sizes = [0.5, -0.3, 0.1, 0.0];
        let target = cube(2, |i, j, k| sizes[i + j + k]);
        bend(&mut points, &target);
        let found = third_moments(&points);
        for (i, j, k) in [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0, 0)] {
            let (found, expected) = (found[i][j][k], target[i][j][k]);
            assert!((found - expected).abs() < 0.02, "{i} {j} {k}: {found} for {expected}");
        }
        let covariance = covariance(&points);
        assert!((covariance[0][0] - 1.0).abs() < 1e-12 && covariance[0][1].abs() < 1e-12);
    }
}
