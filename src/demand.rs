//! Demand in calendar time: how many vials, beds and slots, on which day, with what risk of running out.
//!
//! A *replication* lets everyone come who comes in some years, and walks through what happens event by event. Patients
//! are those of the kernel ([`crate::simulate`]): each is addressed by replication, centre, product and number, and all
//! that chance decides of a course is drawn when the patient comes, so that every policy of ordering meets the same
//! patients with the same luck. Arrivals and lead times have addresses of their own.
//!
//! Replications are made in each draw of the uncertain figures: what differs between replications of one draw is
//! chance, what differs between draws is not known. The rules of a replication stand in `scenarios/README.md`.

mod agenda;
mod answer;
mod arrival;
mod bed;
mod bench;
mod combination;
mod ledger;
mod life;
mod measure;
mod observed;
mod percentile;
mod plan;
mod replication;
mod result;
mod run;
mod search;
mod store;
mod tally;
mod traffic;

pub use answer::DemandAnswers;
pub use ledger::Ledger;
pub use measure::{Measure, Resource, Totals};
pub use percentile::Percentile;
pub use replication::Trace;
pub use result::{Amount, DAILY_SHARES, DemandResults, Level, PEAK_SHARES};
pub use run::{Stopped, follow, run};
pub use search::{Candidate, Estimate, Search, search};
pub use store::Policy;
