//! The sampling core of calibration: states of a posterior from a log-likelihood, and whether they can be trusted.
//!
//! The unknowns are whitened: their prior is the standard Gaussian in 1 to 40 dimensions. An evaluation of the
//! likelihood is dear and all else is cheap, so the sampler learns the posterior's shape from every evaluation of its
//! warm-up ([`sample`]). [`Diagnostics`] say whether the chains agree and how many independent states they are worth.
//!
//! Nothing here knows of models. Only [`math`](crate::math) and additions in a fixed order are used, so chains are the
//! same bytes on every machine and under every number of threads, if the likelihood is.

mod algebra;
mod diagnostics;
mod reference;
mod sampler;
mod slice;
mod surrogate;

pub use diagnostics::{Diagnostics, ess_bulk, ess_tail, rhat};
pub use sampler::{Chain, Plan, SampleError, sample};

/// A place in the unknowns' space and the log-likelihood there.
#[derive(Debug, Clone)]
struct Point {
    z: Vec<f64>,
    log_likelihood: f64,
}
