//! Decisions under uncertainty: what strategies cost and gain, which one to choose, and what knowing more is worth.
//!
//! Everything starts from a [`Psa`]: mean costs and effects of every strategy in every draw. Only the analyses that move
//! figures, patients or years compute again, by the engine of the run.
//! Raw values are those that other programs compute from the same means. Beside them stand values corrected for the
//! noise of simulation, or `None` where there is none.

mod acceptability;
mod analyses;
mod axes;
mod basis;
mod bench;
mod budget;
mod evaluation;
mod evppi;
mod evsi;
mod icer;
mod increment;
mod information;
mod loss;
mod means;
mod method;
mod noise;
mod partitioned;
mod persons;
mod precision;
mod psa;
mod root;
mod sensitivity;
mod skewness;
mod smoother;
mod subgroup;
mod threshold;

pub use acceptability::{Acceptability, Probabilities, acceptability};
pub use analyses::{Analyses, Begins};
pub use bench::Bench;
pub use budget::{BudgetYear, budget_histories, budget_impact};
pub use evaluation::Evaluation;
pub use evppi::{evppi, evppi_until};
pub use evsi::evsi;
pub use icer::{IcerRow, Status, icers};
pub use increment::{Difference, Increment, Interval, drowned_share, increments};
pub use information::{Group, InformationError, InformationValue};
pub use loss::{Loss, losses};
pub use method::{Method, histories_beside, patients_beside};
pub use noise::noiseless;
pub use partitioned::{Pair, Partitioned, not_partitioned, partitioned};
pub use persons::{Persons, Population};
pub use precision::{Precision, Reached, patients_a_draw, reached};
pub use psa::{Noise, Psa};
pub use sensitivity::{Bar, Moved, OneWay, TwoWay, one_way, two_way};
pub use subgroup::{Subgroup, subgroups};
pub use threshold::{Crossing, Errors, Threshold, threshold};
