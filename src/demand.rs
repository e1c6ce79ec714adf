//! Demand in calendar time.

mod agenda;
mod arrival;
mod bed;
mod bench;
mod combination;
mod ledger;
mod life;
mod measure;
mod observed;
mod plan;
mod replication;
mod result;
mod run;
mod search;
mod store;
mod tally;
mod traffic;

pub use ledger::Ledger;
pub use measure::{Measure, Resource, Totals};
pub use replication::Trace;
pub use result::{Amount, DAILY_SHARES, DemandResults, Level, PEAK_SHARES};
pub use run::{Stopped, follow, run};
pub use search::{Candidate, Estimate, Search, search};
pub use store::Policy;
