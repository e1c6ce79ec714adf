//! Distributions of uncertain parameters.

mod construct;

use super::error::{ParameterError, ensure, positive};
use super::gamma;
use crate::math::{Z_95, exp, exp_m1, ln};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Triangular};

/// What is known of a parameter: its value, or how its values are distributed.
///
/// The named constructors check their numbers; [`Self::checked`] checks those written by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParameterDistribution {
    /// The value is known.
    Fixed {
        /// The value, finite.
        value: f64,
    },
    /// Beta, for a probability.
    Beta {
        /// Events, as it were; above 0.
        alpha: f64,
        /// Non-events, as it were; above 0.
        beta: f64,
    },
    /// Normal.
    Normal {
        /// Mean, finite.
        mean: f64,
        /// Standard deviation, above 0.
        sd: f64,
    },
    /// The logarithm is normal; for ratios.
    LogNormal {
        /// Mean of the logarithm, finite; its exponential is the median.
        meanlog: f64,
        /// Standard deviation of the logarithm, above 0.
        sdlog: f64,
    },
    /// Gamma with mean shape * scale; for costs and rates.
    Gamma {
        /// Shape, above 0.
        shape: f64,
        /// Scale (not rate), above 0.
        scale: f64,
    },
    /// Any value between two limits.
    Uniform {
        /// Lower limit.
        low: f64,
        /// Upper limit, above `low`.
        high: f64,
    },
    /// A density that rises straight to the mode and falls straight from it.
    Triangular {
        /// Lower limit.
        low: f64,
        /// Likeliest value, from `low` to `high`.
        mode: f64,
        /// Upper limit, above `low`.
        high: f64,
    },
}

impl ParameterDistribution {
    /// The distribution itself, if its numbers are in their domain.
    ///
    /// # Errors
    /// A number outside its domain.
    pub fn checked(self) -> Result<Self, ParameterError> {
        match self {
            Self::Fixed { value } => ensure(value.is_finite(), ParameterError::NotFinite)?,
            Self::Beta { alpha, beta } => {
                ensure(positive(alpha) && positive(beta), ParameterError::CountNotPositive)?;
            }
            Self::Normal { mean, sd } | Self::LogNormal { meanlog: mean, sdlog: sd } => {
                ensure(mean.is_finite(), ParameterError::NotFinite)?;
                ensure(positive(sd), ParameterError::SpreadNotPositive)?;
            }
            Self::Gamma { shape, scale } => {
                ensure(positive(shape) && positive(scale), ParameterError::ShapeOrScaleNotPositive)?;
            }
            Self::Uniform { low, high } => {
                ensure((high - low).is_finite(), ParameterError::NotFinite)?;
                ensure(low < high, ParameterError::IntervalDisordered)?;
            }
            Self::Triangular { low, mode, high } => {
                ensure((high - low).is_finite(), ParameterError::NotFinite)?;
                ensure(low < high && low <= mode && mode <= high, ParameterError::IntervalDisordered)?;
            }
        }
        Ok(self)
    }

    /// True where there is no uncertainty.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed { .. })
    }

    /// Mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Fixed { value } => value,
            Self::Beta { alpha, beta } => alpha / (alpha + beta),
            Self::Normal { mean, .. } => mean,
            Self::LogNormal { meanlog, sdlog } => exp(meanlog + 0.5 * sdlog * sdlog),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
        }
    }

    /// Standard deviation.
    #[must_use]
    pub fn sd(&self) -> f64 {
        match *self {
            Self::Fixed { .. } => 0.0,
            Self::Beta { alpha, beta } => {
                let n = alpha + beta;
                ((alpha / n) * (beta / n) / (n + 1.0)).sqrt()
            }
            Self::Normal { sd, .. } => sd,
            Self::LogNormal { sdlog, .. } => self.mean() * exp_m1(sdlog * sdlog).sqrt(),
            Self::Gamma { shape, scale } => shape.sqrt() * scale,
            Self::Uniform { low, high } => (high - low) / 12f64.sqrt(),
            Self::Triangular { low, mode, high } => {
                let (left, right) = (mode - low, high - mode);
                ((left * left + left * right + right * right) / 18.0).sqrt()
            }
        }
    }

    /// 95 % of the values of a normal or log-normal distribution, which have their interval from a publication or an
    /// assumption; `None` for the others.
    #[must_use]
    pub fn interval_95(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Normal { mean, sd } => Some((mean - Z_95 * sd, mean + Z_95 * sd)),
            Self::LogNormal { meanlog, sdlog } => {
                Some((exp(meanlog - Z_95 * sdlog), exp(meanlog + Z_95 * sdlog)))
            }
            _ => None,
        }
    }

    /// One value. NaN where the numbers are outside their domain, which [`Self::checked`] refuses.
    ///
    /// Takes a varying count of words from `rng`; give each parameter of each draw a generator of its own.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        match *self {
            Self::Fixed { value } => value,
            Self::Beta { alpha, beta } => gamma::beta(alpha, beta, rng),
            Self::Normal { mean, sd } => mean + sd * standard_normal(rng),
            Self::LogNormal { meanlog, sdlog } => exp(meanlog + sdlog * standard_normal(rng)),
            Self::Gamma { shape, scale } => gamma::gamma(shape, scale, rng),
            Self::Uniform { low, high } => low + (high - low) * rng.random::<f64>(),
            Self::Triangular { low, mode, high } => {
                Triangular::new(low, high, mode).map_or(f64::NAN, |distribution| distribution.sample(rng))
            }
        }
    }

    /// The same with its centre moved by `factor`, for sensitivity analysis.
    ///
    /// Every value is multiplied by `factor`, but for [`Self::Beta`], which stays within \[0, 1\]: its mean is
    /// multiplied and alpha + beta kept; a mean that would reach 1 becomes the fixed value 1. The other families
    /// do not know whether they are a probability.
    ///
    /// # Errors
    /// A factor that is not positive and finite, or a result outside its domain.
    pub fn scaled(&self, factor: f64) -> Result<Self, ParameterError> {
        ensure(positive(factor), ParameterError::FactorNotPositive)?;
        match *self {
            Self::Fixed { value } => Self::Fixed { value: value * factor },
            Self::Beta { alpha, beta } => {
                let n = alpha + beta;
                let moved = alpha * factor;
                if moved < n {
                    Self::Beta { alpha: moved, beta: n - moved }
                } else {
                    Self::Fixed { value: 1.0 }
                }
            }
            Self::Normal { mean, sd } => Self::Normal { mean: mean * factor, sd: sd * factor },
            Self::LogNormal { meanlog, sdlog } => Self::LogNormal { meanlog: meanlog + ln(factor), sdlog },
            Self::Gamma { shape, scale } => Self::Gamma { shape, scale: scale * factor },
            Self::Uniform { low, high } => Self::Uniform { low: low * factor, high: high * factor },
            Self::Triangular { low, mode, high } => {
                Self::Triangular { low: low * factor, mode: mode * factor, high: high * factor }
            }
        }
        .checked()
    }
}

/// One standard normal number, by inversion: a ziggurat calls the platform's ln and exp in its tail.
fn standard_normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    crate::math::normal_quantile(crate::stream::open_unit(rng.next_u64()))
}
