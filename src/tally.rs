//! Mergeable accumulators of what batches lived through: integer counts, fixed-point sums, histograms.
//!
//! Everything is an integer, so merging is associative and commutative and the result does not depend on threads.

mod curve;
mod measure;
mod monthly;
mod products;
mod spread;
mod strategy;
mod sum;

pub use curve::{CurveTally, FINE_UNTIL, SUB_BINS};
pub use measure::{Measure, Scale};
pub use monthly::MonthlyCounts;
pub use products::covariances_of_means;
pub use spread::{SPREAD_OUTCOMES, Spread};
pub use strategy::{AcrossDraws, EventCounter, PAIRED, StrategyTally, Tallier};
pub use sum::Moments;
