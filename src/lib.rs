//! Simulator of acute lymphoblastic leukaemia under treatment strategies.
//!
//! The way of the data: files become a validated [`model::Model`] ([`scenario`]), which is unrolled into a
//! [`program::Program`] of steps; [`simulate`] sends patients through it, [`tally`] adds up exactly what they lived
//! through, [`summary`] says what it means, and [`report`] turns that into bytes. Modules stand in one order, and each
//! imports only from those before it: `quantity id math place stream outcome`, `distribution`, `model`, `files`,
//! `scenario`, `program`, `tally`, `simulate`, `exact`, `summary`, `economics`, `calibrate`, `validate`, `verify`,
//! `demand`, `trial`, `report`, `cli`.
//!
//! ```
//! use remisim::{program, scenario, simulate, summary};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut request = scenario::Request::new("tower");
//! request.overrides = vec!["settings.patients=500".into(), "settings.draws=4".into()];
//! let model = scenario::load(&request)?.model;
//! let program = program::compile(&model)?;
//! let months = model.settings.curve_months;
//! let results = simulate::run(&model, &program, &simulate::Unobserved, &|| summary::Records::new(months))?;
//! let summary = summary::Summary::new(&model, &results);
//! let remission = summary.outcome(1, "cr").and_then(|row| row.band.mean);
//! assert!(remission.is_some_and(|share| share > 0.2 && share < 0.7));
//! # Ok(())
//! # }
//! ```

pub mod calibrate;
pub mod cli;
pub mod demand;
pub mod distribution;
pub mod economics;
pub mod exact;
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
pub mod trial;
pub mod validate;
pub mod verify;
