//! Keys of a trial that is simulated again and again.

use super::{Kind, Table, defaulted, optional, required};
use crate::model::TrialDesign;

const MONTHS: Kind = Kind::Number(0.0, 1200.0, false);
const SHARE: Kind = Kind::Number(0.0, 1.0, true);

pub(super) static TRIAL_DESIGN: Table = Table {
    name: "trial",
    doc: "A trial that is simulated again and again: makes `run` write the tables of trials. All numbers are choices.",
    keys: &[
        required("control", Kind::Name, "strategy of the control arm"),
        required("arm", Kind::Name, "strategy that is tried against it"),
        required(
            "patients",
            Kind::Counts(TrialDesign::FEWEST_PATIENTS as i64, TrialDesign::MOST_PATIENTS as i64),
            "sizes: patients of both arms together, in trials of their own",
        ),
        required(
            "trials",
            Kind::Counts(1, TrialDesign::MOST_TRIALS as i64),
            "trials of every size, or a list: of each size",
        ),
        defaulted("allocation", SHARE, "0.5", "share of the patients that gets the arm"),
        required("accrual_months", MONTHS, "months over which patients enter; 0: all at once"),
        required(
            "follow_up_months",
            Kind::Number(0.0, 1200.0, true),
            "months from the last entry to the end of the trial",
        ),
        optional(
            "dropout_per_year",
            Kind::Number(0.0, 100.0, false),
            "hazard of being lost to follow-up; absent: nobody is",
        ),
        defaulted("endpoint", Kind::Choice(&["os", "efs"]), "os", "what is timed"),
        defaulted("response", Kind::Choice(&["cr", "mrd_negative"]), "cr", "what counts as a response"),
        defaulted("alpha", SHARE, "0.05", "two-sided level of the tests"),
    ],
    whole: false,
};
