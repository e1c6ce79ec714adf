//! Families from points of a published curve, in closed form.

use super::error::{CurveError, ensure, positive};
use super::family::Family;
use crate::math::{exp, exp_m1, ln, normal_quantile_of_hazard};
use std::f64::consts::LN_2;

/// Cumulative hazard of a point (month, survival) of a curve.
pub(super) fn reached(t: f64, survival: f64) -> Result<f64, CurveError> {
    ensure(positive(t), CurveError::TimeNotPositive)?;
    ensure(survival > 0.0 && survival < 1.0, CurveError::SurvivalOutside)?;
    Ok(-ln(survival))
}

/// Log-odds that the event has happened, from a cumulative hazard.
fn log_odds(h: f64) -> f64 {
    h + ln(-exp_m1(-h))
}

/// Slope of `rise` over ln(t / median), where positive: the shape of a family on the scale of log time.
fn slope(rise: f64, t: f64, median: f64) -> Result<f64, CurveError> {
    ensure(positive(median), CurveError::TimeNotPositive)?;
    let shape = rise / ln(t / median);
    ensure(positive(shape), CurveError::PointsDisagree)?;
    Ok(shape)
}

impl Family {
    /// The exponential family with median `median` months.
    ///
    /// # Errors
    /// A median not above 0.
    pub fn exponential_from_median(median: f64) -> Result<Self, CurveError> {
        Self::exponential_through(median, 0.5)
    }

    /// The exponential family with survival `survival` at month `t`.
    ///
    /// # Errors
    /// A time not above 0, a survival outside (0, 1).
    pub fn exponential_through(t: f64, survival: f64) -> Result<Self, CurveError> {
        Self::Exponential { rate: reached(t, survival)? / t }.checked()
    }

    /// The Weibull family with median `median` and survival `survival` at month `t`.
    ///
    /// # Errors
    /// Points outside their domain, or through which no Weibull curve goes (survival not falling).
    pub fn weibull_through(median: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let shape = slope(ln(reached(t, survival)? / LN_2), t, median)?;
        Self::weibull_from_median(shape, median)
    }

    /// The Weibull family with the given shape and median.
    ///
    /// # Errors
    /// A shape or median not above 0.
    pub fn weibull_from_median(shape: f64, median: f64) -> Result<Self, CurveError> {
        Self::weibull_through_point(shape, median, 0.5)
    }

    /// The Weibull family with the given shape and survival `survival` at month `t`.
    ///
    /// # Errors
    /// A shape or time not above 0, a survival outside (0, 1).
    pub fn weibull_through_point(shape: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let h = reached(t, survival)?;
        ensure(positive(shape), CurveError::ShapeNotPositive)?;
        Self::Weibull { shape, scale: t * exp(-ln(h) / shape) }.checked()
    }

    /// The Gompertz family with the given shape and median.
    ///
    /// # Errors
    /// A shape that is not finite, a median not above 0.
    pub fn gompertz_from_median(shape: f64, median: f64) -> Result<Self, CurveError> {
        Self::gompertz_through_point(shape, median, 0.5)
    }

    /// The Gompertz family with the given shape and survival `survival` at month `t`.
    ///
    /// # Errors
    /// A shape that is not finite, a time not above 0, a survival outside (0, 1).
    pub fn gompertz_through_point(shape: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let h = reached(t, survival)?;
        let exposure = if shape == 0.0 { t } else { exp_m1(shape * t) / shape };
        Self::Gompertz { shape, rate: h / exposure }.checked()
    }

    /// The log-normal family with median `median` and survival `survival` at month `t`.
    ///
    /// # Errors
    /// Points outside their domain, or through which no log-normal curve goes.
    pub fn log_normal_through(median: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let z = normal_quantile_of_hazard(reached(t, survival)?);
        Self::log_normal_from_median(1.0 / slope(z, t, median)?, median)
    }

    /// The log-normal family with the given standard deviation of ln t and median.
    ///
    /// # Errors
    /// A standard deviation or median not above 0.
    pub fn log_normal_from_median(sdlog: f64, median: f64) -> Result<Self, CurveError> {
        ensure(positive(median), CurveError::TimeNotPositive)?;
        Self::LogNormal { meanlog: ln(median), sdlog }.checked()
    }

    /// The log-normal family with the given standard deviation of ln t and survival `survival` at month `t`.
    ///
    /// # Errors
    /// A standard deviation or time not above 0, a survival outside (0, 1).
    pub fn log_normal_through_point(sdlog: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let z = normal_quantile_of_hazard(reached(t, survival)?);
        Self::LogNormal { meanlog: ln(t) - sdlog * z, sdlog }.checked()
    }

    /// The log-logistic family with median `median` and survival `survival` at month `t`.
    ///
    /// # Errors
    /// Points outside their domain, or through which no log-logistic curve goes.
    pub fn log_logistic_through(median: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let shape = slope(log_odds(reached(t, survival)?), t, median)?;
        Self::log_logistic_from_median(shape, median)
    }

    /// The log-logistic family with the given shape and median.
    ///
    /// # Errors
    /// A shape or median not above 0.
    pub fn log_logistic_from_median(shape: f64, median: f64) -> Result<Self, CurveError> {
        Self::LogLogistic { shape, scale: median }.checked()
    }

    /// The log-logistic family with the given shape and survival `survival` at month `t`.
    ///
    /// # Errors
    /// A shape or time not above 0, a survival outside (0, 1).
    pub fn log_logistic_through_point(shape: f64, t: f64, survival: f64) -> Result<Self, CurveError> {
        let h = reached(t, survival)?;
        ensure(positive(shape), CurveError::ShapeNotPositive)?;
        Self::LogLogistic { shape, scale: t * exp(-log_odds(h) / shape) }.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Curve;

    fn assert_goes_through(family: Family, points: &[(f64, f64)]) -> Result<(), CurveError> {
        let curve = Curve::simple(family)?;
        for &(t, survival) in points {
            assert!((curve.survival(t) - survival).abs() < 1e-13, "{curve:?} at {t}: {}", curve.survival(t));
        }
        Ok(())
    }

    #[test]
    fn curves_go_through_their_points() -> Result<(), CurveError> {
        assert_goes_through(Family::exponential_from_median(7.7)?, &[(7.7, 0.5)])?;
        assert_goes_through(Family::exponential_through(24.0, 0.76)?, &[(24.0, 0.76)])?;
        for (t, s) in [(24.0, 0.3), (3.0, 0.81)] {
            assert_goes_through(Family::weibull_through(12.0, t, s)?, &[(12.0, 0.5), (t, s)])?;
            assert_goes_through(Family::log_normal_through(12.0, t, s)?, &[(12.0, 0.5), (t, s)])?;
            assert_goes_through(Family::log_logistic_through(12.0, t, s)?, &[(12.0, 0.5), (t, s)])?;
            assert_goes_through(Family::weibull_through_point(0.7, t, s)?, &[(t, s)])?;
            assert_goes_through(Family::log_normal_through_point(0.7, t, s)?, &[(t, s)])?;
            assert_goes_through(Family::log_logistic_through_point(0.7, t, s)?, &[(t, s)])?;
            for shape in [0.02, 0.0, -0.02] {
                assert_goes_through(Family::gompertz_through_point(shape, t, s)?, &[(t, s)])?;
            }
        }
        assert_goes_through(Family::weibull_from_median(1.3, 9.0)?, &[(9.0, 0.5)])?;
        assert_goes_through(Family::gompertz_from_median(0.1, 9.0)?, &[(9.0, 0.5)])?;
        assert_goes_through(Family::log_normal_from_median(1.3, 9.0)?, &[(9.0, 0.5)])?;
        assert_goes_through(Family::log_logistic_from_median(1.3, 9.0)?, &[(9.0, 0.5)])
    }

    #[test]
    fn points_that_no_curve_joins_are_refused() {
        for through in [Family::weibull_through, Family::log_normal_through, Family::log_logistic_through] {
            assert_eq!(through(12.0, 24.0, 0.6), Err(CurveError::PointsDisagree));
            assert_eq!(through(12.0, 6.0, 0.4), Err(CurveError::PointsDisagree));
            assert_eq!(through(12.0, 12.0, 0.5), Err(CurveError::PointsDisagree));
            assert_eq!(through(12.0, 24.0, 1.0), Err(CurveError::SurvivalOutside));
            assert_eq!(through(12.0, f64::NAN, 0.2), Err(CurveError::TimeNotPositive));
            assert_eq!(through(-1.0, 24.0, 0.2), Err(CurveError::TimeNotPositive));
        }
        assert_eq!(Family::weibull_from_median(0.0, 12.0), Err(CurveError::ShapeNotPositive));
        assert_eq!(Family::exponential_from_median(f64::NAN), Err(CurveError::TimeNotPositive));
        assert!(Family::gompertz_from_median(f64::NAN, 12.0).is_err());
    }
}
