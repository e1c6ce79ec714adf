//! Simulator of acute lymphoblastic leukaemia under treatment strategies.

pub mod distribution;
pub mod math;
