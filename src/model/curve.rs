//! Time-to-event curves made of values.

use super::Value;
use crate::distribution::{
    Curve, CurveError, Family, Interpolation, KaplanMeier, MAX_PIECES, PiecewiseExponential, Spline,
    SurvivalTable,
};
use crate::math::ln;
use std::sync::Arc;

/// The family of a time-to-event curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// The event never happens.
    Never,
    /// The event happens at one time.
    Fixed,
    /// Constant hazard.
    Exponential,
    /// S = exp(-(t/scale)^shape).
    Weibull,
    /// S = exp(-scale t^shape).
    WeibullPh,
    /// Hazard rate * exp(shape * t).
    Gompertz,
    /// Gamma with mean shape / rate.
    Gamma,
    /// Prentice's generalised gamma; `form` is sigma.
    GeneralisedGamma,
    /// Normal on the log scale; `shape` is the standard deviation of the log.
    LogNormal,
    /// S = 1 / (1 + (t/scale)^shape).
    LogLogistic,
    /// Constant hazards between given months.
    PiecewiseExponential,
    /// A natural cubic spline in log time.
    Spline,
    /// A table of survival.
    KaplanMeier,
}

/// What places a curve in time.
#[derive(Debug, Clone, PartialEq)]
pub enum Timing {
    /// The family's own scale: rate (exponential, Gompertz, gamma), scale (Weibull, log-logistic, log-normal: median),
    /// the time itself (fixed).
    Scale(Value),
    /// Logarithm of the scale in months: `meanlog` of a log-normal, `mu` of a generalised gamma.
    LogScale(Value),
    /// Median time in months of those who can have the event.
    Median(Value),
    /// Survival (event-free probability, whole curve with its never-share) at a time.
    Point {
        /// Months from the curve's origin.
        months: Value,
        /// Event-free probability then.
        survival: Value,
    },
    /// Start in months and rate per month of each piece.
    Pieces(Vec<(f64, Value)>),
    /// A spline as it was fitted.
    Spline(Arc<Spline>),
    /// A survival curve as it was read off.
    Table {
        /// Its points.
        table: Arc<SurvivalTable>,
        /// How it goes between them.
        interpolation: Interpolation,
        /// Hazard per month after the last.
        tail_rate: Value,
    },
}

/// A time-to-event curve whose numbers are values.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveSpec {
    /// Family.
    pub shape: Shape,
    /// Shape parameter of Weibull, Gompertz, gamma, generalised gamma (sigma), log-normal (sdlog), log-logistic; not used
    /// by the others.
    pub form: Value,
    /// Q of the generalised gamma; not used by the others.
    pub q: Value,
    /// What places the curve in time.
    pub timing: Timing,
    /// Factor of every time.
    pub time_ratio: Value,
    /// Share of patients who can ever have the event (one minus the cured fraction).
    pub share: Value,
    /// Whether those cured are told apart from the start (mixture), else their share bounds the cumulative hazard.
    pub mixture: bool,
    /// Hazard ratio on the whole curve.
    pub ratio: Value,
    /// Months on the curve's clock that the patients have survived.
    pub alive_at: Value,
    /// Months before which nothing happens.
    pub delay: Value,
    /// What holds once follow-up is over; empty: the curve goes on.
    pub tail: Vec<TailPiece>,
}

/// A constant hazard from a month on, in place of the curve's own.
#[derive(Debug, Clone, PartialEq)]
pub struct TailPiece {
    /// Months from the curve's origin.
    pub from_months: Value,
    /// Hazard per month; `None`: what it was when the piece begins.
    pub rate: Option<Value>,
}

/// Most pieces of a tail.
pub const MAX_TAIL: usize = 4;
/// Probabilities that place a curve are kept this far from 0 and 1.
const EDGE: f64 = 1e-9;

impl CurveSpec {
    /// Calls `visit` with every value of the curve.
    pub fn visit_values(&self, visit: &mut dyn FnMut(&Value)) {
        let wraps =
            [&self.form, &self.q, &self.time_ratio, &self.share, &self.ratio, &self.alive_at, &self.delay];
        wraps.into_iter().for_each(&mut *visit);
        for piece in &self.tail {
            visit(&piece.from_months);
            piece.rate.iter().for_each(&mut *visit);
        }
        match &self.timing {
            Timing::Scale(value) | Timing::LogScale(value) | Timing::Median(value) => visit(value),
            Timing::Point { months, survival } => [months, survival].into_iter().for_each(visit),
            Timing::Pieces(pieces) => pieces.iter().for_each(|(_, rate)| visit(rate)),
            Timing::Table { tail_rate, .. } => visit(tail_rate),
            Timing::Spline(_) => {}
        }
    }

    /// The curve in one cell of one draw.
    ///
    /// A sampled value outside the domain of its curve is moved to the nearest usable one: shape parameters to
    /// [0.05, 20] (a Gompertz shape to [-5, 5], Q to [-20, 20]), shares and survivals to [1e-9, 1 - 1e-9] or 1, medians
    /// to 1e-6 months. A draw whose values make no curve even so has none: the event does not come.
    #[must_use]
    pub fn evaluate(&self, levels: &[u8], parameters: &[f64]) -> Curve {
        self.build(|value| value.evaluate(levels, parameters)).unwrap_or(Curve::NEVER)
    }

    /// The curve with each value found by `get`.
    ///
    /// # Errors
    /// Numbers that make no curve, such as a rate that underflows.
    pub fn build(&self, get: impl Fn(&Value) -> f64) -> Result<Curve, CurveError> {
        let own = self.without_tail(&get)?;
        if self.tail.is_empty() {
            return Ok(own);
        }
        let mut pieces = Vec::with_capacity(self.tail.len());
        let mut from = 0.0_f64;
        for piece in &self.tail {
            // Sampled months that overtake each other begin together.
            from = from.max(get(&piece.from_months));
            pieces.push((from, piece.rate.as_ref().map(|rate| get(rate).max(0.0))));
        }
        own.with_tail(&pieces)
    }

    fn without_tail(&self, get: &impl Fn(&Value) -> f64) -> Result<Curve, CurveError> {
        let share = get(&self.share).clamp(0.0, 1.0);
        if self.shape == Shape::Never || share < EDGE {
            return Ok(Curve::NEVER);
        }
        let cured = (1.0 - share).max(EDGE);
        let delay = get(&self.delay).max(0.0);
        let family = match &self.timing {
            Timing::Scale(value) => self.at_scale(get, get(value)),
            Timing::LogScale(value) => self.at_log_scale(get, get(value)),
            Timing::Median(value) => self.at_point(get, get(value), 0.5),
            Timing::Point { months, survival } => {
                let affected = self.affected(share, get(survival).clamp(EDGE, 1.0 - EDGE));
                self.at_point(get, get(months) - delay, affected.clamp(EDGE, 1.0 - EDGE))
            }
            Timing::Pieces(pieces) => at_pieces(get, pieces),
            Timing::Spline(spline) => Ok(Family::Spline(Arc::clone(spline))),
            Timing::Table { table, interpolation, tail_rate } => {
                let tail_rate = get(tail_rate).max(0.0);
                KaplanMeier::new(Arc::clone(table), *interpolation, tail_rate).map(Family::KaplanMeier)
            }
        }?;
        let stretch = get(&self.time_ratio).clamp(1e-6, 1e6);
        let family = if stretch == 1.0 { family } else { family.with_scale(stretch)? };
        let ratio = get(&self.ratio).clamp(1e-6, 1e6);
        let mut curve = Curve::new(family, if self.mixture { share } else { 1.0 }, ratio, delay)?;
        if !self.mixture {
            curve = curve.with_non_mixture_cure(cured)?;
        }
        let alive_at = get(&self.alive_at).max(0.0);
        if alive_at > 0.0 { curve.given_alive_at(alive_at) } else { Ok(curve) }
    }

    /// Survival of those who can have the event where the whole curve has survival `whole`; outside (0, 1) where no
    /// such curve passes there.
    #[must_use]
    pub fn affected(&self, share: f64, whole: f64) -> f64 {
        if self.mixture { 1.0 - (1.0 - whole) / share } else { 1.0 - ln(whole) / ln((1.0 - share).max(EDGE)) }
    }

    /// Shape parameter, moved to where it is usable.
    fn form(&self, get: impl Fn(&Value) -> f64) -> f64 {
        match self.shape {
            Shape::Gompertz => get(&self.form).clamp(-5.0, 5.0),
            _ => get(&self.form).clamp(0.05, 20.0),
        }
    }

    fn at_scale(&self, get: impl Fn(&Value) -> f64, scale: f64) -> Result<Family, CurveError> {
        let (shape, positive) = (self.form(&get), scale.max(1e-12));
        Ok(match self.shape {
            Shape::Fixed => Family::Fixed { months: scale.max(1e-9) },
            Shape::Exponential => Family::Exponential { rate: positive },
            Shape::Weibull => Family::Weibull { shape, scale: positive },
            Shape::WeibullPh => Family::weibull_ph(shape, positive)?,
            Shape::Gompertz => Family::Gompertz { shape, rate: positive },
            Shape::Gamma => Family::gamma(shape, positive)?,
            Shape::LogLogistic => Family::LogLogistic { shape, scale: positive },
            Shape::LogNormal | Shape::GeneralisedGamma => return self.at_log_scale(get, ln(positive)),
            Shape::Never | Shape::PiecewiseExponential | Shape::Spline | Shape::KaplanMeier => Family::Never,
        })
    }

    fn at_log_scale(&self, get: impl Fn(&Value) -> f64, mu: f64) -> Result<Family, CurveError> {
        let sigma = self.form(&get);
        match self.shape {
            Shape::GeneralisedGamma => Family::generalised_gamma(mu, sigma, get(&self.q).clamp(-20.0, 20.0)),
            _ => Ok(Family::LogNormal { meanlog: mu, sdlog: sigma }),
        }
    }

    fn at_point(
        &self,
        get: impl Fn(&Value) -> f64,
        months: f64,
        survival: f64,
    ) -> Result<Family, CurveError> {
        let (shape, months) = (self.form(&get), months.max(1e-6));
        match self.shape {
            Shape::Fixed => Ok(Family::Fixed { months }),
            Shape::Exponential => Family::exponential_through(months, survival),
            Shape::Weibull | Shape::WeibullPh => Family::weibull_through_point(shape, months, survival),
            Shape::Gompertz => Family::gompertz_through_point(shape, months, survival),
            Shape::LogNormal => Family::log_normal_through_point(shape, months, survival),
            Shape::LogLogistic => Family::log_logistic_through_point(shape, months, survival),
            // What has no closed form is stretched from a scale of one month.
            _ => self.at_scale(get, 1.0)?.stretched_through(months, survival),
        }
    }
}

fn at_pieces(get: impl Fn(&Value) -> f64, pieces: &[(f64, Value)]) -> Result<Family, CurveError> {
    let mut found = [(0.0, 0.0); MAX_PIECES];
    for (found, (start, rate)) in found.iter_mut().zip(pieces) {
        *found = (*start, get(rate).max(0.0));
    }
    let found = found.get(..pieces.len()).ok_or(CurveError::PieceCount)?;
    PiecewiseExponential::new(found).map(Family::PiecewiseExponential)
}
