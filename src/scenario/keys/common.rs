//! Keys of values, curves and anchors, which many tables share.

use super::evidence::UNITS;
use super::{Key, Kind, MONTHS, PROBABILITY, RATIO, Table, defaulted, optional, required};
use crate::quantity::Domain;

const REAL: Kind = Kind::Number(f64::MIN, f64::MAX, false);

/// An assumption in place of evidence.
pub(in crate::scenario) static ASSUMED: Table = Table {
    name: "assumption",
    doc: "A number without evidence, with the reason for it; shown in assumptions.csv.",
    keys: &[
        required("assume", REAL, "the number"),
        required("reason", Kind::Text, "why this number"),
        optional("low", REAL, "lower end of a 95 % interval"),
        optional("high", REAL, "upper end of a 95 % interval"),
        optional("n", REAL, "as if seen in n patients"),
        optional("se", REAL, "standard error"),
        optional("unit", UNITS, "unit, where the key leaves it open, as in a product; a ratio unless named"),
    ],
    whole: true,
};

/// Families of curves.
pub(in crate::scenario) const FAMILIES: &[&str] =
    &["never", "fixed", "exponential", "weibull", "gompertz", "log_normal", "log_logistic"];

const CURVE_KEYS: &[Key] = &[
    required("family", Kind::Choice(FAMILIES), "family of the time to the event"),
    optional("shape", Kind::Value(Domain::Real), "shape parameter"),
    optional("shape_through", Kind::Table(&SHAPE_THROUGH), "Weibull shape through a median and a landmark"),
    optional("rate", Kind::Value(Domain::PerMonth), "rate per month: exponential, Gompertz"),
    optional("scale", MONTHS, "scale in months: Weibull, log-normal (median), log-logistic"),
    optional("months", MONTHS, "the time itself: fixed"),
    optional("median", MONTHS, "median of those who can have the event"),
    optional("at_months", MONTHS, "time of the point that places the curve"),
    optional("survival", PROBABILITY, "event-free probability at at_months"),
    optional("risk", PROBABILITY, "one minus that"),
    optional("anchored", Kind::Flag, "placed by [anchors]"),
    defaulted("share", PROBABILITY, "1", "share who can ever have the event"),
    defaulted("cured", PROBABILITY, "0", "share who can never have it"),
    defaulted("ratio", RATIO, "1", "hazard ratio on the whole curve"),
    defaulted("delay", MONTHS, "0", "nothing happens before"),
];

/// A time to an event.
pub(in crate::scenario) static CURVE: Table =
    Table { name: "curve", doc: "Time to an event.", keys: CURVE_KEYS, whole: true };

/// The shape of a Weibull through two published points.
pub(in crate::scenario) static SHAPE_THROUGH: Table = Table {
    name: "shape_through",
    doc: "The shape of the Weibull through a published median and landmark, from their central values.",
    keys: &[
        required("median", MONTHS, "published median"),
        required("at_months", MONTHS, "time of the landmark"),
        required("survival", PROBABILITY, "survival at the landmark"),
    ],
    whole: true,
};

/// A point that places the relapse curves.
pub(in crate::scenario) static ANCHOR_RELAPSE: Table = Table {
    name: "anchors.relapse",
    doc: "A published point that places the anchored relapse curves.",
    keys: &[
        required("endpoint", Kind::Choice(&["efs", "rfs", "cir"]), "curve that the point lies on"),
        required("at_months", MONTHS, "months from the origin of the curve"),
        required("value", PROBABILITY, "probability then"),
    ],
    whole: true,
};

/// A point that places the survival after failure.
pub(in crate::scenario) static ANCHOR_OS: Table = Table {
    name: "anchors.survival",
    doc: "A published point or median that places the anchored curves of [failure].",
    keys: &[
        required("endpoint", Kind::Choice(&["os"]), "curve that the point lies on"),
        optional("at_months", MONTHS, "months from the start of the line"),
        optional("value", PROBABILITY, "survival then"),
        optional("median", MONTHS, "median survival, in place of a point"),
    ],
    whole: true,
};
