//! Values that may differ between draws and cells, and time-to-event curves made of them.

use crate::distribution::{Curve, CurveError, Family, ParameterDistribution};
use crate::quantity::Domain;

/// One number that a draw samples once, wherever it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name, also the random address: evidence id and value (`Q22.tocilizumab`) or `file:key` of an assumption.
    pub name: String,
    /// Unit and allowed range; samples beyond it are moved to its edge.
    pub domain: Domain,
    /// Where its values come from.
    pub source: ParameterSource,
}

/// How a parameter is sampled.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterSource {
    /// By a distribution of its own.
    Single(ParameterDistribution),
    /// Part `part` of the Dirichlet `group` of the model; the parts of one group are sampled together.
    Part {
        /// Index into [`crate::model::Model::dirichlets`].
        group: usize,
        /// Index of the part.
        part: usize,
    },
}

/// A number of the model: an expression over parameters, resolved per cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Index into [`crate::model::Model::parameters`].
    Parameter(usize),
    /// A constant of the method, never a clinical or cost figure.
    Constant(f64),
    /// One value for each level of a population attribute.
    ByLevel {
        /// Index of the attribute in the population.
        attribute: usize,
        /// One value a level, in the order of the attribute's levels.
        levels: Vec<Value>,
    },
    /// Product of the parts.
    Product(Vec<Value>),
    /// Sum of the parts.
    Sum(Vec<Value>),
    /// One minus the value.
    Complement(Box<Value>),
    /// The probability whose odds are `ratio` times those of `probability`.
    Odds {
        /// Probability before.
        probability: Box<Value>,
        /// Odds ratio.
        ratio: Box<Value>,
    },
}

impl Value {
    /// The value for a cell with these attribute levels, in a draw with these parameter values.
    ///
    /// Shapes: `levels` has one entry an attribute, `parameters` one a parameter of the model.
    #[must_use]
    pub fn evaluate(&self, levels: &[u8], parameters: &[f64]) -> f64 {
        match self {
            Self::Parameter(index) => parameters[*index],
            Self::Constant(value) => *value,
            Self::ByLevel { attribute, levels: values } => {
                values[usize::from(levels[*attribute])].evaluate(levels, parameters)
            }
            Self::Product(parts) => parts.iter().map(|part| part.evaluate(levels, parameters)).product(),
            Self::Sum(parts) => parts.iter().map(|part| part.evaluate(levels, parameters)).sum(),
            Self::Complement(part) => 1.0 - part.evaluate(levels, parameters),
            Self::Odds { probability, ratio } => {
                let p = probability.evaluate(levels, parameters);
                let odds_ratio = ratio.evaluate(levels, parameters);
                p * odds_ratio / (1.0 - p + p * odds_ratio)
            }
        }
    }

    /// Calls `visit` with the index of every parameter in the value.
    pub fn visit_parameters(&self, visit: &mut dyn FnMut(usize)) {
        match self {
            Self::Parameter(index) => visit(*index),
            Self::Constant(_) => {}
            Self::ByLevel { levels: parts, .. } | Self::Product(parts) | Self::Sum(parts) => {
                parts.iter().for_each(|part| part.visit_parameters(visit));
            }
            Self::Complement(part) => part.visit_parameters(visit),
            Self::Odds { probability, ratio } => {
                probability.visit_parameters(visit);
                ratio.visit_parameters(visit);
            }
        }
    }
}

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
    /// Hazard rate * exp(shape * t).
    Gompertz,
    /// Normal on the log scale; `shape` is the standard deviation of the log.
    LogNormal,
    /// S = 1 / (1 + (t/scale)^shape).
    LogLogistic,
}

/// What places a curve in time.
#[derive(Debug, Clone, PartialEq)]
pub enum Timing {
    /// The family's own scale: rate (exponential, Gompertz), scale in months (others), the time itself (fixed).
    Scale(Value),
    /// Median time in months of those who can have the event.
    Median(Value),
    /// Survival (event-free probability, whole curve with its never-share) at a time.
    Point {
        /// Months from the curve's origin.
        months: Value,
        /// Event-free probability then.
        survival: Value,
    },
    /// Time scale found from the regimen's anchors.
    Anchored,
}

/// A time-to-event curve whose numbers are values.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveSpec {
    /// Family.
    pub shape: Shape,
    /// Shape parameter of Weibull, Gompertz, log-normal (sdlog), log-logistic; not used by the others.
    pub form: Value,
    /// What places the curve in time.
    pub timing: Timing,
    /// Share of patients who can ever have the event (one minus the cured fraction).
    pub share: Value,
    /// Hazard ratio on the whole curve.
    pub ratio: Value,
    /// Months before which nothing happens.
    pub delay: Value,
}

/// Probabilities that place a curve are kept this far from 0 and 1.
const EDGE: f64 = 1e-9;

impl CurveSpec {
    /// The curve in one cell of one draw. `scale` is the median in months of an anchored curve, else unused.
    ///
    /// A sampled value outside the domain of its curve is moved to the nearest usable one: shape parameters to
    /// [0.05, 20] (a Gompertz shape to [-5, 5]), shares and survivals to [1e-9, 1 - 1e-9] or 1, medians to 1e-6 months.
    /// A draw whose values make no curve even so has none: the event does not come.
    #[must_use]
    pub fn evaluate(&self, levels: &[u8], parameters: &[f64], scale: f64) -> Curve {
        self.build(|value| value.evaluate(levels, parameters), scale).unwrap_or(Curve::NEVER)
    }

    /// The curve with each value found by `get`.
    ///
    /// # Errors
    /// Numbers that make no curve, such as a rate that underflows.
    pub fn build(&self, get: impl Fn(&Value) -> f64, scale: f64) -> Result<Curve, CurveError> {
        let share = get(&self.share).clamp(0.0, 1.0);
        if self.shape == Shape::Never || share < EDGE {
            return Ok(Curve::NEVER);
        }
        let form = match self.shape {
            Shape::Gompertz => get(&self.form).clamp(-5.0, 5.0),
            _ => get(&self.form).clamp(0.05, 20.0),
        };
        let ratio = get(&self.ratio).clamp(1e-6, 1e6);
        let delay = get(&self.delay).max(0.0);
        let family = match &self.timing {
            Timing::Scale(value) => Ok(self.at_scale(form, get(value))),
            Timing::Median(value) => self.at_point(form, get(value), 0.5),
            Timing::Anchored => self.at_point(form, scale, 0.5),
            Timing::Point { months, survival } => {
                let whole = get(survival).clamp(EDGE, 1.0 - EDGE);
                let affected = (1.0 - (1.0 - whole) / share).clamp(EDGE, 1.0 - EDGE);
                self.at_point(form, get(months) - delay, affected)
            }
        };
        Curve::new(family?, share, ratio, delay)
    }

    fn at_scale(&self, form: f64, scale: f64) -> Family {
        let positive = scale.max(1e-12);
        match self.shape {
            Shape::Never => Family::Never,
            Shape::Fixed => Family::Fixed { months: scale.max(1e-9) },
            Shape::Exponential => Family::Exponential { rate: positive },
            Shape::Weibull => Family::Weibull { shape: form, scale: positive },
            Shape::Gompertz => Family::Gompertz { shape: form, rate: positive },
            Shape::LogNormal => Family::LogNormal { meanlog: crate::math::ln(positive), sdlog: form },
            Shape::LogLogistic => Family::LogLogistic { shape: form, scale: positive },
        }
    }

    fn at_point(&self, form: f64, months: f64, survival: f64) -> Result<Family, CurveError> {
        let months = months.max(1e-6);
        match self.shape {
            Shape::Never => Ok(Family::Never),
            Shape::Fixed => Ok(Family::Fixed { months }),
            Shape::Exponential => Family::exponential_through(months, survival),
            Shape::Weibull => Family::weibull_through_point(form, months, survival),
            Shape::Gompertz => Family::gompertz_through_point(form, months, survival),
            Shape::LogNormal => Family::log_normal_through_point(form, months, survival),
            Shape::LogLogistic => Family::log_logistic_through_point(form, months, survival),
        }
    }
}
