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
        optional("studies", Kind::ListOrNone(&STUDY), "studies whose value is asked"),
        defaulted("one_way", Kind::Flag, "true", "move each figure from its 2.5th to its 97.5th percentile"),
        optional("two_way", Kind::ListOrNone(&PAIR), "pairs of figures that are moved together"),
        optional("thresholds", Kind::ListOrNone(&THRESHOLD), "values at which a strategy is just worth it"),
        optional("switches", Kind::Map(&Kind::Texts), "other choices, as --set takes them, to stand beside"),
        optional("subgroups", Kind::Texts, "attributes whose levels are evaluated apart"),
        optional(
            "uptake",
            Kind::Map(&Kind::Numbers(1)),
            "share of new patients given a strategy, year by year",
        ),
        optional("uncalibrated", Kind::Text, "reason for which curves that are not fitted are allowed"),
    ],
    whole: false,
};

const MONEY_A_QALY: Kind = Kind::Number(0.0, 1e9, true);

static PAIR: Table = Table {
    name: "economics.two_way",
    doc: "Two figures that are moved together, each over five values.",
    keys: &[
        required("first", Kind::Text, "the one figure, as param.csv names it"),
        required("second", Kind::Text, "the other"),
    ],
    whole: false,
};

static THRESHOLD: Table = Table {
    name: "economics.thresholds",
    doc: "A figure whose value is sought at which a strategy is as good as the comparator, such as a price.",
    keys: &[
        required("figure", Kind::Text, "the figure, as param.csv or the evidence names it"),
        required("strategy", Kind::Name, "the strategy"),
    ],
    whole: false,
};

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
