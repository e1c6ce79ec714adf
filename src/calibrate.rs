//! Calibration: regimens fitted, with their uncertainty, to what trials reported.
//!
//! A trial is a scenario with targets. Its parameters keep their priors, the exact engine shows what its strategies
//! would report ([`Course`]), and a sampler finds which values of all parameters together show it ([`fit`]). What the
//! targets leave open stays as open as the priors are, and is named ([`Open`]).
//!
//! The sampler knows nothing of models. Its unknowns are whitened: their prior is the standard Gaussian in 1 to 40
//! dimensions. An evaluation of the likelihood is dear and all else is cheap, so it learns the posterior's shape from
//! every evaluation of its warm-up ([`sample`]). [`Diagnostics`] say whether the chains agree and how many independent
//! states they are worth. Only [`math`](crate::math) and additions in a fixed order are used, so chains are the same
//! bytes on every machine and under every number of threads, if the likelihood is.

mod compare;
mod conflict;
mod course;
mod cox;
mod diagnostics;
mod fit;
mod likelihood;
mod open;
mod parameter;
mod prior;
mod reference;
mod sampler;
mod slice;
mod surrogate;

pub use compare::{Comparison, compare, report_asked};
pub use conflict::{Conflict, Miss, misses};
pub use course::{Asked, Course, Shown, bare, strategies};
pub use cox::log_hazard_ratio;
pub use diagnostics::{Diagnostics, ess_bulk, ess_tail, rhat};
pub use fit::{Fit, FitError, LEAST_ESS, MOST_PARAMETERS, RHAT, ROWS, Refit, fit};
pub use likelihood::{Likelihood, Rising};
pub use open::{Open, Range};
pub use parameter::Fitted;
pub use prior::Prior;
pub use sampler::{Chain, Plan, SampleError, extend, sample};

/// A place in the unknowns' space and the log-likelihood there.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    z: Vec<f64>,
    log_likelihood: f64,
}
