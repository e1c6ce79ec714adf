//! Families of times to an event, and of uncertain parameters.
//!
//! Times are in months. A [`Curve`] works on the scale of the cumulative hazard, where an event happens once
//! an exponential number of mean 1 is used up; a tail is never lost there as it is in a cumulative probability.

mod curve;
mod dirichlet;
mod error;
mod family;
mod formula;
mod gamma;
mod gamma_times;
mod kaplan_meier;
mod parameter;
mod piecewise;
mod point;
mod spline;
mod tail;

pub use self::curve::Curve;
pub use self::dirichlet::DirichletDistribution;
pub use self::error::{CurveError, ParameterError};
pub use self::family::Family;
pub use self::gamma_times::GammaTimes;
pub use self::kaplan_meier::{Interpolation, KaplanMeier, SurvivalTable};
pub use self::parameter::ParameterDistribution;
pub use self::piecewise::{MAX_PIECES, PiecewiseExponential};
pub use self::spline::{MAX_KNOTS, Spline, SplineScale};
