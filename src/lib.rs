//! Simulator of acute lymphoblastic leukaemia under treatment strategies.

pub mod math;
