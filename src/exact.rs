//! The exact engine: sends densities over time through a program, without chance.
//!
//! It walks the same steps as `simulate`, cell by cell, and gives every mean outcome and every curve of one draw.
//! Time is cut into equal bins, each with its mass and mean time; what happens to many at one time, such as an assessment,
//! is an atom. The time between the entry to a race and its end does not depend on when it was entered, so what leaves a
//! race is a convolution of who enters with what the race does from its entry on ([`Engine`] runs on any grid; the
//! difference between two grids bounds the error). Background death is independent of all else and the same budget
//! whatever the step, so every mass at t is multiplied by the background survival at t, averaged over the ages of the cell;
//! where a ratio multiplies its hazard, ages are walked apart (`hazard`, `cohort`), two for every 7.5 years. There what
//! follows a transplant or a test in remission, and the curves from infusion and remission, are found as of some moments
//! and taken in proportion between them.
//! What counts a patient's first time only, such as complete remission in any line, is carried as the part of each density
//! that it has not befallen.
//!
//! What it does not give; programs that it refuses say so by [`Unsupported`]. Only the first kind came up in thousands of
//! generated models, a third of them; that no file brings the others is not proved:
//!
#![doc = include_str!("exact/not_given.md")]

mod amount;
mod background;
mod body;
mod cohort;
mod contender;
mod convolve;
mod density;
mod effect;
mod ends;
mod engine;
mod flow;
mod forward;
mod fourier;
mod grid;
mod hazard;
mod kernels;
mod lived;
mod local;
mod molecular;
mod pending;
mod person;
mod race;
mod remission;
mod result;
mod run;
mod schedule;
mod tests;
mod thread;
mod timeline;
mod twins;
mod walk;
mod worth;

pub use engine::Engine;
pub use forward::{Forward, Prediction};
pub use result::{ExactCurve, ExactDraw, ExactResults, ExactStrategy, Stopped, Unsupported};
pub use run::{BINS_PER_MONTH, fineness, means, run, run_more};
