//! Third moments of draws: what they are without noise, and draws that have them.

use super::axes::{Axis, along, covariance, root, whole};
use crate::math::algebra::{Rows, dot, eigen};

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

/// Third moments of points whose mean is 0.
fn third_moments(points: &Rows) -> Cube {
    let n = points.len() as f64;
    cube(points[0].len(), |i, j, k| {
        points.iter().map(|point| point[i] * point[j] * point[k]).sum::<f64>() / n
    })
}

/// Third moments without noise of places on axes, each axis in its standard deviation without noise, from the places
/// with noise, whose covariances in the quantities themselves are given by draw as lower triangles.
pub(super) fn without_noise(places: &Rows, axes: &[Axis], noise: &[Vec<f64>]) -> Cube {
    let (d, n) = (axes.len(), places.len() as f64);
    // Covariance of place i with the noise between j and k.
    let mut joint = cube(d, |_, _, _| 0.0);
    for (place, triangle) in places.iter().zip(noise) {
        let noise = axes.first().map_or_else(Rows::new, |axis| whole(triangle, axis.read.len()));
        for j in 0..d {
            for k in 0..=j {
                let covariance = along(&noise, &axes[j].read, &axes[k].read);
                for i in 0..d {
                    joint[i][j][k] += place[i] * covariance / n;
                    joint[i][k][j] = joint[i][j][k];
                }
            }
        }
    }
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

/// Changes points of mean 0 and unit covariance by a quadratic function, until they have about the given third moments.
pub(super) fn bend(points: &mut Rows, target: &Cube) {
    let d = target.len();
    for _ in 0..ROUNDS {
        let now = third_moments(points);
        let change = |point: &Vec<f64>, i: usize| {
            let term = |j: usize, k: usize| {
                let unit = if j == k { 1.0 } else { 0.0 };
                (target[i][j][k] - now[i][j][k]) * (point[j] * point[k] - unit)
            };
            point[i] + (0..d).map(|j| (0..d).map(|k| term(j, k)).sum::<f64>()).sum::<f64>() / 6.0
        };
        *points = points.iter().map(|point| (0..d).map(|i| change(point, i)).collect()).collect();
        standardise(points);
    }
}

/// Restores mean 0 and unit covariance, moving points as little as possible.
fn standardise(points: &mut Rows) {
    let d = points[0].len();
    let n = points.len() as f64;
    let means: Vec<f64> = (0..d).map(|i| points.iter().map(|point| point[i]).sum::<f64>() / n).collect();
    points.iter_mut().for_each(|point| point.iter_mut().zip(&means).for_each(|(x, mean)| *x -= mean));
    let pairs = eigen(covariance(points));
    for point in points {
        let along: Vec<f64> = pairs.iter().map(|(value, axis)| dot(axis, point) / root(*value)).collect();
        *point = (0..d).map(|i| pairs.iter().zip(&along).map(|((_, axis), by)| axis[i] * by).sum()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal_quantile;

    #[test]
    fn bent_points_have_the_moments_asked_for() {
        let n = 2001;
        let at = |i: usize| normal_quantile((i as f64 + 0.5) / n as f64);
        let mut points: Rows = (0..n).map(|i| vec![at(i), at(i * 1009 % n)]).collect();
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
