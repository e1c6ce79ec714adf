//! Decisions under uncertainty: what strategies cost and gain, which one to choose, and what knowing more is worth.
//!
//! Everything starts from a [`Psa`]: mean costs and effects of every strategy in every draw. Nothing here simulates.

mod psa;

pub use psa::{Noise, Psa};
