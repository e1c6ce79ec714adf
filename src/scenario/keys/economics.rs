//! Keys of an economic evaluation.

use super::{COUNT, Kind, Table, defaulted, optional, required};

pub(super) static ECONOMICS: Table = Table {
    name: "economics",
    doc: "An economic evaluation: makes `run` write the tables of decisions and value of information.",
    keys: &[
        required("perspective", Kind::Text, "whose costs and effects count, such as a payer"),
        optional("comparator", Kind::Name, "strategy that the others are compared with; default: the first"),
        defaulted("threshold", MONEY_A_QALY, "100000", "money per QALY at which single figures are told"),
        defaulted("wtp_to", MONEY_A_QALY, "300000", "highest money per QALY of tables"),
        defaulted("wtp_step", MONEY_A_QALY, "1000", "their step"),
        optional("patients_a_year", COUNT, "new patients for whom a decision is made"),
        optional("years", Kind::Number(0.0, 100.0, true), "years for which a decision holds"),
        optional("groups", Kind::Map(&Kind::Texts), "figures whose value of information is asked together"),
        optional("studies", Kind::List(&STUDY), "studies whose value is asked"),
        optional("uncalibrated", Kind::Text, "reason for which curves that are not fitted are allowed"),
    ],
    whole: false,
};

const MONEY_A_QALY: Kind = Kind::Number(0.0, 1e9, true);

static STUDY: Table = Table {
    name: "economics.studies",
    doc: "A study of one figure: how often something happens (`n` alone), or times to an event with follow-up.",
    keys: &[
        required("id", Kind::Name, "name in tables"),
        required("parameter", Kind::Text, "the figure: a probability, or a median in months"),
        required("n", Kind::Integer(1, 100_000), "patients"),
        optional("accrual_months", Kind::Number(0.0, 600.0, false), "months over which they enter, evenly"),
        optional("follow_up_months", Kind::Number(0.0, 600.0, true), "months after the last entry"),
        optional("shape", Kind::Number(0.1, 10.0, false), "of the Weibull times; default: 1, exponential"),
    ],
    whole: false,
};
