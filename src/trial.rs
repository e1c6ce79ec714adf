//! A clinical trial, simulated again and again: how much its results move by chance alone.
//!
//! Patients enter over the accrual, are followed until the trial ends or they are lost, and are read as a trial reads
//! them: responders of all randomised, Kaplan-Meier curves, a log-rank test, a hazard ratio by Cox's model. Their
//! histories are the kernel's ([`crate::simulate`]).
//!
//! Elsewhere a patient has the same luck under every strategy, which steadies differences. A trial cannot have that:
//! whoever is in one arm is not in the other. So the arms of a trial are different people, who share nothing but the
//! figures of the draw, and so are the patients of any two trials. A patient is addressed by (seed; trial, place among
//! the patients of the size), so that other sizes, more trials or another number of threads change nobody.
//!
//! Every trial is read twice: [`Experiment::AsModelled`], and [`Experiment::NoDifference`], in which the same patients
//! enter on the same days and those of the arm are given the control's strategy too, so that whatever is found is
//! chance. Trial t takes the figures of draw t modulo the draws: where figures are uncertain, trials differ by chance
//! and by what is not known; with `uncertainty = false` by chance alone.

mod arm;
mod bench;
mod cox;
mod kaplan_meier;
mod log_rank;
mod patient;
mod power;
mod response;
mod result;
mod risk;
mod run;

pub use arm::{Arm, Observed};
pub use cox::{HazardRatio, hazard_ratio};
pub use kaplan_meier::{Points, Step, kaplan_meier, median};
pub use log_rank::log_rank;
pub use patient::{Course, Enrolled, Enrolment};
pub use power::{PowerRow, Spread};
pub use response::{Responders, response_test};
pub use result::{Curve, Experiment, Finding, SizeResults, TrialResults};
pub use risk::{RiskSet, risk_sets};
pub use run::{enrolled, run};
