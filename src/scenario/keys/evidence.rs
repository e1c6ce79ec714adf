//! Keys of evidence files.

use super::{Kind, Table, optional, required};

const NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX, false);
pub(super) const UNITS: Kind = Kind::Choice(&[
    "probability",
    "months",
    "days",
    "years",
    "per_month",
    "ratio",
    "factor",
    "real",
    "money",
    "utility",
    "qalys",
    "count",
    "kg",
    "mg",
]);

/// A record: one statement of a source.
pub(in crate::scenario) static RECORD: Table = Table {
    name: "record",
    doc: "A record: one statement of a source, in our words.",
    keys: &[
        required("document", Kind::Text, "document or publication"),
        required("place", Kind::Text, "where in it"),
        optional("population", Kind::Text, "of whom"),
        optional("arm", Kind::Text, "under what"),
        optional("endpoint", Kind::Text, "what is measured"),
        required("meaning", Kind::Text, "what it says, in our words"),
        required(
            "role",
            Kind::Choice(&["parameter", "target", "switch", "label", "unused"]),
            "what the simulator does with it",
        ),
        optional("on", Kind::Flag, "state of a switch"),
        optional("implemented_by", Kind::Texts, "for labels: file:key"),
        optional("why_unused", Kind::Text, "why it is not used"),
        optional("reading", Kind::Text, "how the statement was read"),
        required(
            "grade",
            Kind::Choice(&["document", "published", "derived", "assumption"]),
            "whence it is known",
        ),
        optional("values", Kind::Map(&Kind::Table(&EVIDENCE_VALUE)), "numbers"),
    ],
    whole: true,
};

/// A number of a record.
pub(in crate::scenario) static EVIDENCE_VALUE: Table = Table {
    name: "value",
    doc: "A number and how it becomes a distribution.",
    keys: &[
        required("unit", UNITS, "unit"),
        optional("events", NUMBER, "events among n"),
        optional("n", NUMBER, "patients"),
        optional("n_from", Kind::Text, "value that n is taken from"),
        optional("n_share", Kind::Number(0.0, 1.0, true), "share of that value"),
        optional("value", NUMBER, "central value"),
        optional("low", NUMBER, "lower end"),
        optional("mode", NUMBER, "most likely value"),
        optional("high", NUMBER, "upper end"),
        optional("se", NUMBER, "standard error"),
        optional("counts", Kind::Numbers(2), "counts of a Dirichlet"),
        optional("fixed", Kind::Text, "why it is not uncertain"),
        optional(
            "origin",
            Kind::Choice(&["start", "infusion", "remission", "landmark"]),
            "origin of a curve",
        ),
        optional(
            "among",
            Kind::Choice(&["all", "infused", "cr", "mrd_negative", "mrd_positive"]),
            "patients of a curve",
        ),
        optional("censored_by", Kind::Text, "what censors"),
        optional("at_months", Kind::Number(0.0, 1200.0, false), "time of a point of a curve"),
        optional("n_effective", Kind::Number(0.0, 1e9, true), "on how many patients a point rests"),
        optional("arm", Kind::Text, "arm, where it differs from the record's"),
        optional("readings", Kind::Map(&Kind::Table(&EVIDENCE_READING)), "other readings of the value"),
    ],
    whole: true,
};

/// Another reading of a value: the same keys, the unit that of the value.
static EVIDENCE_READING: Table = Table {
    name: "reading",
    doc: "Another reading of a value; the unit is the value's.",
    keys: &[
        optional("unit", UNITS, "unit, the same as the value's"),
        optional("events", NUMBER, "events among n"),
        optional("n", NUMBER, "patients"),
        optional("n_from", Kind::Text, "value that n is taken from"),
        optional("n_share", Kind::Number(0.0, 1.0, true), "share of that value"),
        optional("value", NUMBER, "central value"),
        optional("low", NUMBER, "lower end"),
        optional("mode", NUMBER, "most likely value"),
        optional("high", NUMBER, "upper end"),
        optional("se", NUMBER, "standard error"),
        optional("counts", Kind::Numbers(2), "counts of a Dirichlet"),
        optional("fixed", Kind::Text, "why it is not uncertain"),
        optional(
            "origin",
            Kind::Choice(&["start", "infusion", "remission", "landmark"]),
            "origin of a curve",
        ),
        optional(
            "among",
            Kind::Choice(&["all", "infused", "cr", "mrd_negative", "mrd_positive"]),
            "patients of a curve",
        ),
        optional("censored_by", Kind::Text, "what censors"),
        optional("at_months", Kind::Number(0.0, 1200.0, false), "time of a point of a curve"),
        optional("n_effective", Kind::Number(0.0, 1e9, true), "on how many patients a point rests"),
        optional("arm", Kind::Text, "arm, where it differs from the record's"),
    ],
    whole: true,
};

/// A set of readings in `readings.toml`: beside these keys, one table a reading.
pub(in crate::scenario) static READING_SET: Table = Table {
    name: "readings",
    doc: "A set of readings, each complete for all values that belong together.",
    keys: &[
        required("default", Kind::Name, "reading in force unless a scenario says otherwise"),
        required("meaning", Kind::Text, "what the readings differ in"),
    ],
    whole: true,
};
