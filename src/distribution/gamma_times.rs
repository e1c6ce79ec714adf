//! Gamma and generalised gamma times.

use super::error::{CurveError, ensure, positive};
use super::family::Family;
use crate::math::{IncompleteGamma, exp, ln};

/// Below this size of Q the generalised gamma is the log-normal to the last bit.
const FLAT: f64 = 1e-20;
/// Least and largest shape of a gamma.
const SHAPES: (f64, f64) = (1e-3, 1e12);
/// Largest size of Q: a gamma of shape 1e-3.
const LARGEST_Q: f64 = 31.0;

/// Times of which a power is gamma distributed: shape (t / e^mu)^power has a gamma distribution of that shape and
/// scale 1. Made by [`Family::gamma`] and [`Family::generalised_gamma`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaTimes {
    mu: f64,
    /// Q / sigma; negative where long times belong to the lower tail of the gamma.
    power: f64,
    gamma: IncompleteGamma,
}

impl Family {
    /// Gamma times of mean shape / rate, as R's `pgamma` and flexsurv's "gamma" have them.
    ///
    /// # Errors
    /// A shape outside \[1e-3, 1e12\], a rate not above 0.
    pub fn gamma(shape: f64, rate: f64) -> Result<Self, CurveError> {
        ensure(shape >= SHAPES.0 && shape <= SHAPES.1, CurveError::GammaShapeOutside)?;
        ensure(positive(rate), CurveError::RateNotPositive)?;
        let gamma = IncompleteGamma::with_root(shape.sqrt());
        Ok(Self::Gamma(GammaTimes { mu: ln(shape) - ln(rate), power: 1.0, gamma }))
    }

    /// Generalised gamma times, as flexsurv's "gengamma" has them (Prentice, "A log gamma model and its maximum
    /// likelihood estimation", Biometrika 61 (1974) 539-544, doi:10.1093/biomet/61.3.539).
    ///
    /// With w = (ln t - mu) / sigma, Q^-2 e^(Q w) is gamma distributed with shape Q^-2. Q = 0 is the log-normal, 1 the
    /// Weibull, `sigma` the gamma; these two are returned as such.
    ///
    /// # Errors
    /// `mu` not finite, `sigma` not above 0, `q` beyond 31 either way.
    pub fn generalised_gamma(mu: f64, sigma: f64, q: f64) -> Result<Self, CurveError> {
        ensure(mu.is_finite(), CurveError::MuNotFinite)?;
        ensure(positive(sigma), CurveError::SigmaNotPositive)?;
        ensure(q.abs() <= LARGEST_Q, CurveError::QOutside)?;
        if q.abs() < FLAT {
            return Self::LogNormal { meanlog: mu, sdlog: sigma }.checked();
        }
        if q == 1.0 {
            return Self::Weibull { shape: 1.0 / sigma, scale: exp(mu) }.checked();
        }
        let power = q / sigma;
        ensure(positive(power.abs()), CurveError::SigmaNotPositive)?;
        Ok(Self::Gamma(GammaTimes { mu, power, gamma: IncompleteGamma::with_root(1.0 / q.abs()) }))
    }
}

impl GammaTimes {
    /// -ln of the survival, and its slope over ln t.
    fn reached(&self, t: f64) -> (f64, f64) {
        let u = self.power * (ln(t) - self.mu);
        let (hazard, slope) = if self.power > 0.0 { self.gamma.upper(u) } else { self.gamma.lower(u) };
        (hazard, slope * self.power.abs())
    }

    /// Cumulative hazard at month `t` >= 0.
    pub(super) fn cumulative_hazard(&self, t: f64) -> f64 {
        self.reached(t).0
    }

    /// Hazard per month at month `t`.
    pub(super) fn hazard(&self, t: f64) -> f64 {
        if t > 0.0 { self.reached(t).1 / t } else { self.at_start() }
    }

    /// Hazard at 0: infinite, the rate, or 0 as the power of time in S is below 1, 1 or above.
    fn at_start(&self) -> f64 {
        let tiny = f64::MIN_POSITIVE;
        let power = if self.power > 0.0 { self.power * self.gamma.shape() } else { f64::INFINITY };
        if power < 1.0 { f64::INFINITY } else { self.reached(tiny).1 / tiny }
    }

    /// Month at which the cumulative hazard passes `h` >= 0.
    pub(super) fn time_at(&self, h: f64) -> f64 {
        let u = if self.power > 0.0 { self.gamma.upper_inverse(h) } else { self.gamma.lower_inverse(h) };
        exp(self.mu + u / self.power)
    }

    /// The same with every time multiplied by `factor`.
    pub(super) fn stretched(mut self, factor: f64) -> Result<Self, CurveError> {
        self.mu += ln(factor);
        ensure(self.mu.is_finite(), CurveError::FactorNotPositive)?;
        Ok(self)
    }
}
