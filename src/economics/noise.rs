//! What draws would show without simulation noise.
//!
//! Each draw simulates a limited number of patients, so that its means scatter about those of its figures. The scatter
//! passes for uncertainty of the figures: it widens intervals, pulls probabilities towards even ones and inflates the
//! value of information. Known covariances of the noise allow to take it out again, by moving the draws together until
//! they have the moments that the noiseless ones have.
//!
//! Observed differences between strategies are x = t + e by draw, e of mean 0 and covariance S that is known and may
//! differ between draws. Then, over draws,
//!
//! - mean x = mean t;
//! - cov x = cov t + mean S (O'Hagan, Stevenson and Madan 2007, doi:10.1002/hec.1199);
//! - third cumulants of x = those of t + cov(t, S) over the three ways to pair the indices + mean third cumulants of e.
//!
//! Draws are shrunk linearly about their mean until they have the second moments of t, as are estimates of many
//! parameters whose spread is to be kept (Louis 1984, doi:10.1080/01621459.1984.10478062). Along the axes in which
//! noise and observed scatter are both diagonal that is one factor for each axis, and the outcome is the same whichever
//! strategy is the comparator. Where all is Gaussian and S is constant, shrunk draws are distributed as t.
//! Where it is not, they keep the skewness of x, which is wrong in two ways: noise dilutes skewness, and where patients
//! scatter more in draws with much to gain it adds some. So third cumulants are set too, by a small quadratic change
//! in the manner of Cornish and Fisher (1938, doi:10.2307/1400905).
//!
//! What is known of S comes from the same patients as x. Its mean is used rather than the S of a draw, and only its
//! covariance with x besides: with skewed patients the error of S goes with that of x, so that cov(x, S) is cov(t, S)
//! plus the third cumulants of e. The two are told apart by taking S to go with x as steeply between patients as
//! between draws, as in every natural exponential family (Morris 1982, doi:10.1214/aos/1176345690).
//!
//! What is left is measured in `tests/economics_noise.rs`. The correction takes out bias; it cannot take out the scatter
//! that the noise itself leaves in a finite number of draws, which grows with the share of noise: where patients
//! explain a third of the variance of 1,000 draws, one value of perfect information is good to some 4 % between strategies
//! that are about equally good, and to some 10 % of the largest where one is clearly better.

use super::axes::{axes, combined, covariance, mean_of};
use super::basis::mean;
use super::psa::{Psa, Weights};
use super::skewness::{bend, moments_without_noise};
use crate::math::algebra::Rows;

/// Net benefit of each strategy minus that of the comparator, `[strategy][draw]`, as it would be without simulation
/// noise; `None` if the draws have none, or if there is but one, which tells nothing that noise could hide.
///
/// A draw is no longer that of its figures: the values are right as a whole, not each.
#[must_use]
pub fn noiseless(psa: &Psa, wtp: f64) -> Option<Vec<Vec<f64>>> {
    psa.noise.as_ref().filter(|_| psa.draws() > 1)?;
    let weights = Weights::net_benefit(wtp);
    let mut differences = differences(psa, weights);
    // Equal strategies are one, and stay equal to the last bit.
    let first = |s: usize| {
        [psa.comparator].into_iter().chain(0..s).find(|t| differences[*t] == differences[s]).unwrap_or(s)
    };
    let firsts: Vec<usize> = (0..differences.len()).map(first).collect();
    let own: Vec<usize> = (0..firsts.len()).filter(|s| firsts[*s] == *s && *s != psa.comparator).collect();
    let values: Vec<Vec<f64>> = own.iter().map(|s| differences[*s].clone()).collect();
    for (s, values) in own.iter().zip(denoised(&values, &triangle(psa, &own, weights))) {
        differences[*s] = values;
    }
    Some(firsts.into_iter().map(|s| differences[s].clone()).collect())
}

/// Weighted sums of cost and effect of all strategies, minus those of the comparator.
pub(super) fn differences(psa: &Psa, weights: Weights) -> Vec<Vec<f64>> {
    let comparator = psa.weighted(psa.comparator, weights);
    let less = |values: Vec<f64>| values.iter().zip(&comparator).map(|(value, own)| value - own).collect();
    (0..psa.strategies.len()).map(|strategy| less(psa.weighted(strategy, weights))).collect()
}

/// Covariances of the noise in differences of some strategies from the comparator, `[element][draw]`: the elements of a
/// lower triangle, row by row.
pub(super) fn triangle(psa: &Psa, strategies: &[usize], weights: Weights) -> Rows {
    let pairs =
        strategies.iter().enumerate().flat_map(|(i, one)| strategies[..=i].iter().map(|two| (*one, *two)));
    let of_draws = |(one, two)| {
        let of = |draw| psa.difference_noise(draw, one, two, weights);
        (0..psa.draws()).map(of).collect()
    };
    pairs.map(of_draws).collect()
}

/// `values[quantity][draw]` moved to where they would be without noise, whose covariances are given as
/// `noise[element][draw]`, the elements of a lower triangle, row by row. Means stay. In a direction in which noise
/// explains all scatter and more, all draws have the mean.
pub(super) fn denoised(values: &[Vec<f64>], noise: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let draws = values.first().map_or(0, Vec::len);
    if draws < 2 || noise.iter().flatten().all(|covariance| *covariance == 0.0) {
        return values.to_vec();
    }
    let means: Vec<f64> = values.iter().map(|values| mean(values)).collect();
    let centred = |(values, mean): (&Vec<f64>, &f64)| values.iter().map(|value| value - mean).collect();
    let points: Rows = values.iter().zip(&means).map(centred).collect();
    let axes = axes(&covariance(&points), &mean_of(noise, values.len()));
    let mut scores: Rows = axes.iter().map(|axis| combined(&axis.read, &points)).collect();
    let target = moments_without_noise(&scores, &axes, noise);
    bend(&mut scores, &target);
    let moved = |(i, mean): (usize, &f64)| {
        let steps: Vec<f64> = axes.iter().map(|axis| axis.step[i] * axis.kept.sqrt()).collect();
        // Without an axis nothing moves.
        let along = if axes.is_empty() { vec![0.0; draws] } else { combined(&steps, &scores) };
        along.into_iter().map(|along| mean + along).collect()
    };
    means.iter().enumerate().map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::Noise;
    use crate::math::normal_quantile;

    /// Places of a normal distribution that stand for equal probabilities.
    fn places(n: usize) -> Vec<f64> {
        (0..n).map(|i| normal_quantile((i as f64 + 0.5) / n as f64)).collect()
    }

    /// The same places in an order that goes with no other.
    fn shuffled(n: usize, step: usize) -> Vec<f64> {
        let places = places(n);
        (0..n).map(|i| places[i * step % n]).collect()
    }

    fn moments(values: &[f64]) -> [f64; 3] {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let about = |power: i32| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>();
        [mean, about(2) / (n - 1.0), about(3) / n]
    }

    fn close(found: f64, expected: f64, error: f64) {
        assert!((found - expected).abs() < error, "{found} for {expected}");
    }

    #[test]
    fn gaussian_draws_are_shrunk_to_the_variance_without_noise() {
        let values: Vec<f64> = places(1001).iter().map(|z| 3.0 + 2.0 * z).collect();
        let [mean, variance, _] = moments(&values);
        let found = denoised(std::slice::from_ref(&values), &[vec![0.36 * variance; 1001]]);
        for (value, found) in values.iter().zip(&found[0]) {
            close(*found, mean + 0.8 * (value - mean), 1e-9);
        }
    }

    #[test]
    fn skewness_that_noise_dilutes_is_restored() {
        let n = 4001;
        let (t, z) = (shuffled(n, 1009), shuffled(n, 37));
        let t: Vec<f64> = t.iter().map(|t| t + 0.15 * (t * t - 1.0)).collect();
        let x: Vec<f64> = t.iter().zip(&z).map(|(t, z)| t + 0.8 * z).collect();
        let found = moments(&denoised(&[x], &[vec![0.64; n]])[0]);
        for (found, expected) in found.into_iter().zip(moments(&t)) {
            close(found, expected, 0.04);
        }
    }

    #[test]
    fn skewness_that_noise_adds_is_removed() {
        // Symmetric rates t and noise with the first three cumulants of counts, all of which are t.
        let n = 4001;
        let t: Vec<f64> = shuffled(n, 1009).iter().map(|z| 25.0 + 4.0 * z).collect();
        let z = shuffled(n, 37);
        let x: Vec<f64> = t.iter().zip(&z).map(|(t, z)| t + t.sqrt() * z + (z * z - 1.0) / 6.0).collect();
        let [_, variance, third] = moments(&denoised(std::slice::from_ref(&x), std::slice::from_ref(&x))[0]);
        close(variance, 16.0, 0.5);
        // Shrunk linearly they would keep a skewness of 0.28.
        close(third / 64.0, 0.0, 0.1);
        close(moments(&x)[2], 3.0 * 16.0 + 25.0, 8.0);
    }

    /// Three strategies; the second and third gain, and share half of their noise.
    fn psa(comparator: usize) -> Psa {
        let n = 501;
        let (a, b, c) = (shuffled(n, 7), shuffled(n, 29), shuffled(n, 113));
        let at = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
        Psa {
            strategies: ["a", "b", "c"].map(str::to_owned).to_vec(),
            comparator,
            costs: vec![at(&|i| 10.0 + a[i]), at(&|i| 14.0 + b[i] + 0.3 * a[i] * a[i]), at(&|i| 15.0 + c[i])],
            effects: vec![at(&|i| 1.0 + 0.1 * b[i]), at(&|i| 1.4 + 0.2 * c[i]), at(&|i| 1.5 + 0.1 * a[i])],
            noise: Some(Noise {
                covariances: (0..n)
                    .map(|i| {
                        let entry = |i: usize, j: usize| if i == j { 0.3 } else { 0.1 };
                        let size = |k: usize, of: f64| if k.is_multiple_of(2) { of } else { 0.1 };
                        let more = 1.0 + 0.2 * a[i].clamp(-2.0, 2.0);
                        let at = |(i, j): (usize, usize)| entry(i, j) * size(i, 1.0) * size(j, 1.0) * more;
                        (0..6).flat_map(|i| (0..=i).map(move |j| (i, j))).map(at).collect()
                    })
                    .collect(),
            }),
        }
    }

    #[test]
    fn the_comparator_does_not_matter() {
        let (one, other) = (noiseless(&psa(0), 20.0).unwrap(), noiseless(&psa(2), 20.0).unwrap());
        for draw in 0..psa(0).draws() {
            for s in 0..3 {
                close(one[s][draw] - one[2][draw], other[s][draw], 1e-8);
            }
        }
        let raw = differences(&psa(0), Weights::net_benefit(20.0));
        assert!(moments(&one[1])[1] < 0.97 * moments(&raw[1])[1], "noise was taken out");
    }

    #[test]
    fn equal_strategies_stay_equal_and_noise_alone_leaves_nothing() {
        let mut psa = psa(1);
        (psa.costs[2], psa.effects[2]) = (psa.costs[0].clone(), psa.effects[0].clone());
        let found = noiseless(&psa, 20.0).unwrap();
        assert_eq!(found[0], found[2]);
        assert!(found[1].iter().all(|value| *value == 0.0));
        (psa.costs[2], psa.effects[2]) = (psa.costs[1].clone(), psa.effects[1].clone());
        assert_eq!(noiseless(&psa, 20.0).unwrap()[2], found[1]);

        let values = vec![vec![1.0, 2.0, 3.0], vec![5.0, 5.0, 5.0]];
        let found = denoised(&values, &[vec![4.0; 3], vec![0.0; 3], vec![4.0; 3]]);
        assert_eq!(found, [vec![2.0; 3], vec![5.0; 3]]);
        assert_eq!(denoised(&values, &vec![vec![0.0; 3]; 3]), values);
        assert_eq!(denoised(&[vec![7.0]], &[vec![1.0]]), [[7.0]]);
    }
}
