//! Simulator of acute lymphoblastic leukaemia under treatment strategies.
pub mod id;
pub mod place;
pub mod quantity;
pub mod stream;
