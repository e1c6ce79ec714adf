//! Priors as functions of a standard normal number: what the sampler moves is normal, what the model reads is not.

use crate::distribution::ParameterDistribution;
use crate::math::{exp, ln, ln_1p, normal_cdf, normal_quantile};
use crate::quantity::Domain;

/// Points of a table.
const POINTS: usize = 2048;
/// Logarithm of the density, against its greatest, beyond which there is nothing.
const NOTHING: f64 = -45.0;

/// A prior.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    distribution: ParameterDistribution,
    domain: Domain,
    /// Of a beta or gamma, the standard normal number and the logit or logarithm of the value, both rising.
    table: Vec<(f64, f64)>,
}

impl Prior {
    /// The prior with this distribution; values beyond the domain are moved to its edge.
    #[must_use]
    pub fn new(distribution: ParameterDistribution, domain: Domain) -> Self {
        let table = match distribution {
            ParameterDistribution::Beta { alpha, beta } => {
                // Of the logit y: alpha y - (alpha + beta) ln(1 + e^y), smooth however small alpha is.
                tabulate(ln(alpha / beta), |y| {
                    alpha * y - (alpha + beta) * (y.max(0.0) + ln_1p(exp(-y.abs())))
                })
            }
            ParameterDistribution::Gamma { shape, .. } => tabulate(ln(shape), |y| shape * y - exp(y)),
            _ => Vec::new(),
        };
        Self { distribution, domain, table }
    }

    /// The value as far up the prior as `z` is up the standard normal distribution.
    #[must_use]
    pub fn value(&self, z: f64) -> f64 {
        let value = match self.distribution {
            ParameterDistribution::Fixed { value } => value,
            ParameterDistribution::Normal { mean, sd } => mean + sd * z,
            ParameterDistribution::LogNormal { meanlog, sdlog } => exp(meanlog + sdlog * z),
            ParameterDistribution::Uniform { low, high } => low + (high - low) * normal_cdf(z),
            ParameterDistribution::Triangular { low, mode, high } => {
                let (below, above) = (normal_cdf(z), normal_cdf(-z));
                let rising = (high - low) * (mode - low);
                if below * (high - low) < mode - low {
                    low + (below * rising).sqrt()
                } else {
                    high - (above * (high - low) * (high - mode)).sqrt()
                }
            }
            ParameterDistribution::Beta { .. } => {
                let logit = self.read(z);
                if logit < 0.0 { exp(logit) / (1.0 + exp(logit)) } else { 1.0 / (1.0 + exp(-logit)) }
            }
            ParameterDistribution::Gamma { scale, .. } => scale * exp(self.read(z)),
        };
        self.domain.clamp(value)
    }

    fn read(&self, z: f64) -> f64 {
        let last = self.table.len() - 2;
        let at = self.table.partition_point(|(known, _)| *known <= z).saturating_sub(1).min(last);
        let ((from, low), (to, high)) = (self.table[at], self.table[at + 1]);
        low + (high - low) * ((z - from) / (to - from)).clamp(0.0, 1.0)
    }
}

/// Standard normal numbers and values of a smooth density with this mode, by the trapezium rule.
fn tabulate(mode: f64, log_density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let top = log_density(mode);
    let reach = |direction: f64| {
        let mut step = 1e-4;
        while log_density(mode + direction * step) - top > NOTHING && step < 1e6 {
            step *= 1.1;
        }
        mode + direction * step
    };
    let (from, to) = (reach(-1.0), reach(1.0));
    let width = (to - from) / (POINTS - 1) as f64;
    let places: Vec<f64> = (0..POINTS).map(|at| from + width * at as f64).collect();
    let density: Vec<f64> = places.iter().map(|y| exp(log_density(*y) - top)).collect();
    let total: f64 = density.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).sum();
    let mut above = vec![0.0; POINTS];
    for at in (0..POINTS - 1).rev() {
        above[at] = above[at + 1] + 0.5 * (density[at] + density[at + 1]) / total;
    }
    let mut below = 0.0;
    let mut table: Vec<(f64, f64)> = Vec::new();
    for at in 1..POINTS - 1 {
        below += 0.5 * (density[at - 1] + density[at]) / total;
        // From the nearer end, so that neither tail is lost to rounding.
        let z = if below < 0.5 { normal_quantile(below) } else { -normal_quantile(above[at]) };
        if z.is_finite() && table.last().is_none_or(|(last, _)| *last < z) {
            table.push((z, places[at]));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior(distribution: ParameterDistribution) -> Prior {
        Prior::new(distribution, Domain::Real)
    }

    /// Mean and standard deviation by the midpoint rule over the standard normal distribution.
    fn moments(prior: &Prior) -> (f64, f64) {
        let (mut one, mut two, mut weight) = (0.0, 0.0, 0.0);
        for at in 0..16_000 {
            let z = -8.0 + (f64::from(at) + 0.5) / 1000.0;
            let (value, own) = (prior.value(z), exp(-0.5 * z * z));
            weight += own;
            one += own * value;
            two += own * value * value;
        }
        let mean = one / weight;
        (mean, (two / weight - mean * mean).sqrt())
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        use ParameterDistribution::{Beta, Gamma, LogNormal, Normal, Triangular, Uniform};
        let all = [
            Beta { alpha: 2.0, beta: 5.0 },
            Beta { alpha: 119.5, beta: 152.5 },
            Beta { alpha: 0.5, beta: 0.5 },
            Beta { alpha: 38.5, beta: 0.5 },
            Gamma { shape: 0.7, scale: 3.0 },
            Gamma { shape: 40.0, scale: 0.1 },
            LogNormal { meanlog: 1.0, sdlog: 0.5 },
            Normal { mean: -1.0, sd: 2.0 },
            Uniform { low: -1.0, high: 3.0 },
            Triangular { low: 0.56, mode: 0.75, high: 1.0 },
            Triangular { low: 1.0, mode: 1.0, high: 2.0 },
        ];
        for distribution in all {
            let (mean, sd) = moments(&prior(distribution));
            assert!(
                (mean - distribution.mean()).abs() < 2e-4 * distribution.sd(),
                "{distribution:?}: {mean}"
            );
            assert!((sd / distribution.sd() - 1.0).abs() < 1e-3, "{distribution:?}: {sd}");
        }
    }

    #[test]
    fn known_quantiles() {
        // By bisection of the closed form 1 - (1-x)^6 - 6x(1-x)^5.
        let beta = prior(ParameterDistribution::Beta { alpha: 2.0, beta: 5.0 });
        for (p, x) in [(0.001, 0.008_255_493), (0.5, 0.264_449_98), (0.999, 0.818_613_87)] {
            assert!(
                (beta.value(normal_quantile(p)) / x - 1.0).abs() < 1e-4,
                "{p}: {}",
                beta.value(normal_quantile(p))
            );
        }
        assert!(beta.value(-40.0) > 0.0 && beta.value(40.0) < 1.0);
    }
}
