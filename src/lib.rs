//! Simulator of acute lymphoblastic leukaemia under treatment strategies.

pub mod cli;
pub mod distribution;
pub mod files;
pub mod id;
pub mod math;
pub mod model;
pub mod outcome;
pub mod place;
pub mod program;
pub mod quantity;
pub mod report;
pub mod scenario;
pub mod simulate;
pub mod stream;
pub mod summary;
pub mod tally;
