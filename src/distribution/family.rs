//! The families of times to an event.

use super::error::{CurveError, ensure, positive};
use super::formula;
use super::gamma_times::GammaTimes;
use super::kaplan_meier::KaplanMeier;
use super::piecewise::PiecewiseExponential;
use super::point::reached;
use super::spline::Spline;
use crate::math::{exp, ln, normal_hazard, pow};
use std::sync::Arc;

/// Below this a Gompertz shape has no effect that a float could show.
const FLAT: f64 = 1e-100;

/// How times to an event are distributed, in months. Checked by [`super::Curve::new`].
#[derive(Debug, Clone, PartialEq)]
pub enum Family {
    /// The event does not happen.
    Never,
    /// The event happens at one time for all.
    Fixed {
        /// The time, above 0.
        months: f64,
    },
    /// S(t) = exp(-rate t).
    Exponential {
        /// Events per month, above 0.
        rate: f64,
    },
    /// S(t) = exp(-(t / scale)^shape).
    Weibull {
        /// Power of time, above 0; above 1 the hazard rises.
        shape: f64,
        /// Time at which S = 1/e, above 0.
        scale: f64,
    },
    /// Hazard rate exp(shape t), as flexsurv has it. With a negative shape some never have the event.
    Gompertz {
        /// Growth of the hazard per month; may be 0 or negative.
        shape: f64,
        /// Hazard per month at time 0, above 0.
        rate: f64,
    },
    /// ln t is normal.
    LogNormal {
        /// Mean of ln t; its exponential is the median.
        meanlog: f64,
        /// Standard deviation of ln t, above 0.
        sdlog: f64,
    },
    /// S(t) = 1 / (1 + (t / scale)^shape).
    LogLogistic {
        /// Power of time, above 0.
        shape: f64,
        /// The median, above 0.
        scale: f64,
    },
    /// Constant hazards between given months.
    PiecewiseExponential(PiecewiseExponential),
    /// A power of time is gamma distributed: [`Family::gamma`], [`Family::generalised_gamma`].
    Gamma(GammaTimes),
    /// A natural cubic spline in log time; [`Family::spline`].
    Spline(Arc<Spline>),
    /// A table of survival.
    KaplanMeier(KaplanMeier),
}

impl Family {
    /// The Weibull family in proportional-hazards form, S(t) = exp(-scale t^shape), as flexsurv's "weibullPH" has it.
    ///
    /// # Errors
    /// A shape or scale not above 0, or so far apart that the scale in months cannot be written.
    pub fn weibull_ph(shape: f64, scale: f64) -> Result<Self, CurveError> {
        ensure(positive(shape), CurveError::ShapeNotPositive)?;
        ensure(positive(scale), CurveError::ScaleNotPositive)?;
        Self::Weibull { shape, scale: exp(-ln(scale) / shape) }.checked()
    }

    /// The family, stretched in time so that survival at month `t` is `survival`.
    ///
    /// # Errors
    /// A time not above 0, a survival outside (0, 1), or one that the family does not pass at a time above 0.
    pub fn stretched_through(self, t: f64, survival: f64) -> Result<Self, CurveError> {
        let h = reached(t, survival)?;
        let own = self.time_at(h);
        ensure(positive(own), CurveError::PointsDisagree)?;
        self.with_scale(t / own)
    }

    /// The family in its simplest form, if its numbers are in their domain.
    pub(super) fn checked(self) -> Result<Self, CurveError> {
        match self {
            Self::Never
            | Self::PiecewiseExponential(_)
            | Self::Gamma(_)
            | Self::Spline(_)
            | Self::KaplanMeier(_) => {}
            Self::Fixed { months } => ensure(positive(months), CurveError::MonthsNotPositive)?,
            Self::Exponential { rate } => ensure(positive(rate), CurveError::RateNotPositive)?,
            Self::Weibull { shape, scale } | Self::LogLogistic { shape, scale } => {
                ensure(positive(shape), CurveError::ShapeNotPositive)?;
                ensure(positive(scale), CurveError::ScaleNotPositive)?;
            }
            Self::Gompertz { shape, rate } => {
                ensure(positive(rate), CurveError::RateNotPositive)?;
                if shape.abs() < FLAT {
                    return Ok(Self::Exponential { rate });
                }
                let finite = (shape / rate).is_finite() && (rate / shape).is_finite();
                ensure(finite, CurveError::ShapeNotFinite)?;
            }
            Self::LogNormal { meanlog, sdlog } => {
                ensure(meanlog.is_finite(), CurveError::MeanlogNotFinite)?;
                ensure(positive(sdlog), CurveError::SdlogNotPositive)?;
            }
        }
        Ok(self)
    }

    /// The family of `factor` times the time: accelerated failure time, slower where `factor` is above 1.
    ///
    /// # Errors
    /// A factor that is not positive and finite, or a family or result outside its domain.
    pub fn with_scale(self, factor: f64) -> Result<Self, CurveError> {
        ensure(positive(factor), CurveError::FactorNotPositive)?;
        match self {
            Self::Never => Self::Never,
            Self::Fixed { months } => Self::Fixed { months: months * factor },
            Self::Exponential { rate } => Self::Exponential { rate: rate / factor },
            Self::Weibull { shape, scale } => Self::Weibull { shape, scale: scale * factor },
            Self::Gompertz { shape, rate } => Self::Gompertz { shape: shape / factor, rate: rate / factor },
            Self::LogNormal { meanlog, sdlog } => Self::LogNormal { meanlog: meanlog + ln(factor), sdlog },
            Self::LogLogistic { shape, scale } => Self::LogLogistic { shape, scale: scale * factor },
            Self::PiecewiseExponential(pieces) => Self::PiecewiseExponential(pieces.stretched(factor)?),
            Self::Gamma(times) => Self::Gamma(times.stretched(factor)?),
            Self::Spline(spline) => Self::Spline(Arc::new(spline.stretched(factor)?)),
            Self::KaplanMeier(table) => Self::KaplanMeier(table.stretched(factor)?),
        }
        .checked()
    }

    /// Cumulative hazard at month `t` >= 0.
    pub(super) fn cumulative_hazard(&self, t: f64) -> f64 {
        match *self {
            Self::Never => 0.0,
            Self::Fixed { months } => formula::fixed_hazard(t, months),
            Self::Exponential { rate } => formula::exponential_hazard(t, rate),
            Self::Weibull { shape, scale } => formula::weibull_hazard(t, shape, scale),
            Self::Gompertz { shape, rate } => formula::gompertz_hazard(t, shape, rate),
            Self::LogNormal { meanlog, sdlog } => formula::log_normal_hazard(t, meanlog, sdlog),
            Self::LogLogistic { shape, scale } => formula::log_logistic_hazard(t, shape, scale),
            Self::PiecewiseExponential(ref pieces) => pieces.cumulative_hazard(t),
            Self::Gamma(ref own) => own.cumulative_hazard(t),
            Self::Spline(ref own) => own.cumulative_hazard(t),
            Self::KaplanMeier(ref own) => own.cumulative_hazard(t),
        }
    }

    /// [`Self::cumulative_hazard`] of a slice of times, in place, with the same bits.
    pub(super) fn cumulative_hazards(&self, times: &mut [f64]) {
        match *self {
            Self::Never => times.fill(0.0),
            Self::Fixed { months } => formula::fixed_hazards(times, months),
            Self::Exponential { rate } => formula::exponential_hazards(times, rate),
            Self::Weibull { shape, scale } => formula::weibull_hazards(times, shape, scale),
            Self::Gompertz { shape, rate } => formula::gompertz_hazards(times, shape, rate),
            Self::LogNormal { meanlog, sdlog } => formula::log_normal_hazards(times, meanlog, sdlog),
            Self::LogLogistic { shape, scale } => formula::log_logistic_hazards(times, shape, scale),
            Self::PiecewiseExponential(pieces) => formula::piecewise_hazards(times, pieces),
            Self::Gamma(ref own) => each(times, |x| own.cumulative_hazard(x)),
            Self::Spline(ref own) => each(times, |x| own.cumulative_hazard(x)),
            Self::KaplanMeier(ref own) => each(times, |x| own.cumulative_hazard(x)),
        }
    }

    /// Month at which the cumulative hazard passes `h` >= 0.
    pub(super) fn time_at(&self, h: f64) -> f64 {
        match *self {
            Self::Never => f64::INFINITY,
            Self::Fixed { months } => formula::fixed_time(h, months),
            Self::Exponential { rate } => formula::exponential_time(h, rate),
            Self::Weibull { shape, scale } => formula::weibull_time(h, shape, scale),
            Self::Gompertz { shape, rate } => formula::gompertz_time(h, shape, rate),
            Self::LogNormal { meanlog, sdlog } => formula::log_normal_time(h, meanlog, sdlog),
            Self::LogLogistic { shape, scale } => formula::log_logistic_time(h, shape, scale),
            Self::PiecewiseExponential(ref pieces) => pieces.time_at(h),
            Self::Gamma(ref own) => own.time_at(h),
            Self::Spline(ref own) => own.time_at(h),
            Self::KaplanMeier(ref own) => own.time_at(h),
        }
    }

    /// [`Self::time_at`] of a slice of cumulative hazards, in place, with the same bits.
    pub(super) fn times_at(&self, hazards: &mut [f64]) {
        match *self {
            Self::Never => hazards.fill(f64::INFINITY),
            Self::Fixed { months } => formula::fixed_times(hazards, months),
            Self::Exponential { rate } => formula::exponential_times(hazards, rate),
            Self::Weibull { shape, scale } => formula::weibull_times(hazards, shape, scale),
            Self::Gompertz { shape, rate } => formula::gompertz_times(hazards, shape, rate),
            Self::LogNormal { meanlog, sdlog } => formula::log_normal_times(hazards, meanlog, sdlog),
            Self::LogLogistic { shape, scale } => formula::log_logistic_times(hazards, shape, scale),
            Self::PiecewiseExponential(pieces) => formula::piecewise_times(hazards, pieces),
            Self::Gamma(ref own) => each(hazards, |x| own.time_at(x)),
            Self::Spline(ref own) => each(hazards, |x| own.time_at(x)),
            Self::KaplanMeier(ref own) => each(hazards, |x| own.time_at(x)),
        }
    }

    /// Hazard per month at month `t` >= 0; that of [`Self::Fixed`], which is not a density, is given as 0.
    pub(super) fn hazard(&self, t: f64) -> f64 {
        match *self {
            Self::Never | Self::Fixed { .. } => 0.0,
            Self::Exponential { rate } => rate,
            Self::Weibull { shape, scale } => shape / scale * pow(t / scale, shape - 1.0),
            Self::Gompertz { shape, rate } => rate * exp(shape * t),
            Self::LogNormal { meanlog, sdlog } => {
                let hazard = normal_hazard((ln(t) - meanlog) / sdlog) / (sdlog * t);
                if t > 0.0 { hazard } else { 0.0 }
            }
            Self::LogLogistic { shape, scale } if t > scale => {
                shape / t / (1.0 + exp(-shape * ln(t / scale)))
            }
            Self::LogLogistic { shape, scale } => {
                shape / scale * pow(t / scale, shape - 1.0) / (1.0 + pow(t / scale, shape))
            }
            Self::PiecewiseExponential(ref pieces) => pieces.hazard(t),
            Self::Gamma(ref own) => own.hazard(t),
            Self::Spline(ref own) => own.hazard(t),
            Self::KaplanMeier(ref own) => own.hazard(t),
        }
    }
}

/// Replaces each number; for what has loops of its own and so no lanes.
fn each(values: &mut [f64], find: impl Fn(f64) -> f64) {
    values.iter_mut().for_each(|value| *value = find(*value));
}
