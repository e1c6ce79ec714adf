//! Parameter distributions from what publications report.

use super::ParameterDistribution;
use crate::distribution::error::{ParameterError, ensure, positive};
use crate::math::{Z_95, ln, ln_1p};

impl ParameterDistribution {
    /// A known value.
    ///
    /// # Errors
    /// A value that is infinite or NaN.
    pub fn fixed(value: f64) -> Result<Self, ParameterError> {
        Self::Fixed { value }.checked()
    }

    /// Beta(events + 1/2, n - events + 1/2): what `events` of `n` say under the Jeffreys prior.
    ///
    /// # Errors
    /// Events outside 0 to n, n not above 0.
    pub fn beta_from_counts(events: f64, n: f64) -> Result<Self, ParameterError> {
        ensure(positive(n) && events >= 0.0 && events <= n, ParameterError::EventsOutside)?;
        Self::Beta { alpha: events + 0.5, beta: n - events + 0.5 }.checked()
    }

    /// Beta with mean `value` and the standard deviation of a 95 % interval from `low` to `high`.
    ///
    /// Moments only: for a skewed interval the quantiles of the result differ from `low` and `high`.
    ///
    /// # Errors
    /// A value outside (0, 1) or its interval, limits out of order, or an interval too wide for a Beta.
    pub fn beta_from_interval(value: f64, low: f64, high: f64) -> Result<Self, ParameterError> {
        ensure(value > 0.0 && value < 1.0, ParameterError::ValueNotProbability)?;
        let sd = interval_sd(value, low, high)?;
        let n = value * (1.0 - value) / (sd * sd) - 1.0;
        ensure(n > 0.0, ParameterError::IntervalTooWide)?;
        Self::beta_from_effective_n(value, n)
    }

    /// Beta with mean `value`, worth `n` observations: alpha + beta = n.
    ///
    /// # Errors
    /// A value outside (0, 1), n not above 0.
    pub fn beta_from_effective_n(value: f64, n: f64) -> Result<Self, ParameterError> {
        ensure(value > 0.0 && value < 1.0, ParameterError::ValueNotProbability)?;
        Self::Beta { alpha: value * n, beta: (1.0 - value) * n }.checked()
    }

    /// Normal with mean `value` and a 95 % interval of the width of `low` to `high`.
    ///
    /// # Errors
    /// Limits out of order, or the value outside them.
    pub fn normal_from_interval(value: f64, low: f64, high: f64) -> Result<Self, ParameterError> {
        Self::normal_from_se(value, interval_sd(value, low, high)?)
    }

    /// Normal with mean `mean` and standard error `se`.
    ///
    /// # Errors
    /// A mean that is not finite, a standard error not above 0.
    pub fn normal_from_se(mean: f64, se: f64) -> Result<Self, ParameterError> {
        Self::Normal { mean, sd: se }.checked()
    }

    /// Log-normal with median `value` and a 95 % interval as wide as `low` to `high` on the scale of logarithms.
    ///
    /// # Errors
    /// A limit not above 0, limits out of order, or the value outside them.
    pub fn log_normal_from_interval(value: f64, low: f64, high: f64) -> Result<Self, ParameterError> {
        ensure(low > 0.0, ParameterError::ValueNotPositive)?;
        interval_sd(value, low, high)?;
        Self::LogNormal { meanlog: ln(value), sdlog: (ln(high) - ln(low)) / (2.0 * Z_95) }.checked()
    }

    /// Log-normal with mean `mean` and standard error `se`, both on the natural scale.
    ///
    /// # Errors
    /// A mean or standard error not above 0.
    pub fn log_normal_from_se(mean: f64, se: f64) -> Result<Self, ParameterError> {
        ensure(positive(mean), ParameterError::ValueNotPositive)?;
        ensure(positive(se), ParameterError::SpreadNotPositive)?;
        let variance = ln_1p((se / mean) * (se / mean));
        Self::LogNormal { meanlog: ln(mean) - 0.5 * variance, sdlog: variance.sqrt() }.checked()
    }

    /// Gamma with mean `mean` and standard error `se`.
    ///
    /// # Errors
    /// A mean or standard error not above 0.
    pub fn gamma_from_mean_se(mean: f64, se: f64) -> Result<Self, ParameterError> {
        ensure(positive(mean), ParameterError::ValueNotPositive)?;
        ensure(positive(se), ParameterError::SpreadNotPositive)?;
        Self::Gamma { shape: (mean / se) * (mean / se), scale: se / mean * se }.checked()
    }

    /// Uniform from `low` to `high`.
    ///
    /// # Errors
    /// Limits not finite or out of order.
    pub fn uniform(low: f64, high: f64) -> Result<Self, ParameterError> {
        Self::Uniform { low, high }.checked()
    }

    /// Triangular from `low` to `high` with its mode at `mode`.
    ///
    /// # Errors
    /// Numbers not finite or out of order.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, ParameterError> {
        Self::Triangular { low, mode, high }.checked()
    }
}

/// Standard deviation of a normal distribution with a 95 % interval from `low` to `high` around `value`.
fn interval_sd(value: f64, low: f64, high: f64) -> Result<f64, ParameterError> {
    ensure((high - low).is_finite(), ParameterError::NotFinite)?;
    ensure(low < high && low <= value && value <= high, ParameterError::IntervalDisordered)?;
    Ok((high - low) / (2.0 * Z_95))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParameterDistribution as P;

    fn assert_moments(found: Result<P, ParameterError>, mean: f64, sd: f64) -> Result<(), ParameterError> {
        let found = found?;
        assert!((found.mean() / mean - 1.0).abs() < 1e-12, "{found:?}: mean {}", found.mean());
        assert!((found.sd() / sd - 1.0).abs() < 1e-12, "{found:?}: sd {}", found.sd());
        Ok(())
    }

    #[test]
    fn constructors_meet_the_moments_they_are_given() -> Result<(), ParameterError> {
        let width = 2.0 * Z_95;
        assert_moments(P::beta_from_interval(0.3, 0.2, 0.42), 0.3, 0.22 / width)?;
        assert_moments(P::beta_from_effective_n(0.3, 99.0), 0.3, (0.21_f64 / 100.0).sqrt())?;
        assert_moments(P::normal_from_interval(5.0, 1.0, 8.0), 5.0, 7.0 / width)?;
        assert_moments(P::log_normal_from_se(3.0, 0.7), 3.0, 0.7)?;
        assert_moments(P::gamma_from_mean_se(12_000.0, 3_100.0), 12_000.0, 3_100.0)?;
        assert_moments(P::uniform(-1.0, 3.0), 1.0, 4.0 / 12f64.sqrt())?;
        assert_moments(P::triangular(0.0, 0.0, 3.0), 1.0, 0.5f64.sqrt())?;
        assert_eq!(P::beta_from_counts(0.0, 12.0)?, P::Beta { alpha: 0.5, beta: 12.5 });
        let ratio = P::log_normal_from_interval(0.5, 0.25, 1.0)?;
        let P::LogNormal { meanlog, sdlog } = ratio else { panic!("{ratio:?}") };
        assert!((meanlog + std::f64::consts::LN_2).abs() < 1e-15);
        assert!((sdlog - 4.0 * std::f64::consts::LN_2 / (2.0 * width)).abs() < 1e-15);
        let (low, high) = ratio.interval_95().expect("log-normal");
        assert!((low - 0.25).abs() < 1e-12 && (high - 1.0).abs() < 1e-12);
        assert_eq!(P::uniform(0.0, 1.0)?.interval_95(), None);
        assert!(P::fixed(3.0)?.is_fixed());
        assert_moments(P::beta_from_effective_n(0.3, 99.0)?.scaled(1.2), 0.36, 0.048)?;
        assert_moments(P::gamma_from_mean_se(3.0, 1.0)?.scaled(0.5), 1.5, 0.5)?;
        assert_eq!(P::beta_from_counts(9.0, 10.0)?.scaled(1.2)?, P::Fixed { value: 1.0 });
        Ok(())
    }

    #[test]
    fn numbers_outside_the_domain_are_refused() {
        let nan = f64::NAN;
        assert_eq!(P::fixed(nan), Err(ParameterError::NotFinite));
        assert_eq!(P::beta_from_counts(5.0, 4.0), Err(ParameterError::EventsOutside));
        assert_eq!(P::beta_from_counts(nan, 4.0), Err(ParameterError::EventsOutside));
        assert_eq!(P::beta_from_interval(0.5, 0.0, 3.0), Err(ParameterError::IntervalTooWide));
        assert_eq!(P::beta_from_interval(1.0, 0.0, 1.0), Err(ParameterError::ValueNotProbability));
        assert_eq!(P::beta_from_interval(0.5, 0.6, 0.7), Err(ParameterError::IntervalDisordered));
        assert_eq!(P::beta_from_effective_n(0.5, -1.0), Err(ParameterError::CountNotPositive));
        assert_eq!(P::normal_from_se(1.0, 0.0), Err(ParameterError::SpreadNotPositive));
        assert_eq!(P::normal_from_interval(1.0, nan, 2.0), Err(ParameterError::NotFinite));
        assert_eq!(P::log_normal_from_interval(1.0, 0.0, 2.0), Err(ParameterError::ValueNotPositive));
        assert_eq!(P::log_normal_from_se(1.0, nan), Err(ParameterError::SpreadNotPositive));
        assert_eq!(P::gamma_from_mean_se(0.0, 1.0), Err(ParameterError::ValueNotPositive));
        assert_eq!(P::uniform(1.0, 1.0), Err(ParameterError::IntervalDisordered));
        assert_eq!(P::triangular(0.0, 2.0, 1.0), Err(ParameterError::IntervalDisordered));
        assert_eq!(P::Fixed { value: 1.0 }.scaled(-1.0), Err(ParameterError::FactorNotPositive));
    }
}
