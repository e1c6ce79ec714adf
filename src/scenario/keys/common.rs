//! Keys of values and curves, which many tables share.

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
pub(in crate::scenario) const FAMILIES: &[&str] = &[
    "never",
    "fixed",
    "exponential",
    "weibull",
    "weibull_ph",
    "gompertz",
    "gamma",
    "generalised_gamma",
    "log_normal",
    "log_logistic",
    "piecewise_exponential",
    "spline",
    "kaplan_meier",
];

const CURVE_KEYS: &[Key] = &[
    required("family", Kind::Choice(FAMILIES), "family of the time to the event"),
    optional(
        "shape",
        Kind::Value(Domain::Real),
        "shape: Weibull, Gompertz, gamma, log-logistic; log-normal (sdlog)",
    ),
    optional("shape_through", Kind::Table(&SHAPE_THROUGH), "Weibull shape through a median and a landmark"),
    optional("sdlog", RATIO, "standard deviation of ln t: log-normal"),
    optional("sigma", RATIO, "sigma of a generalised gamma"),
    optional("Q", Kind::Value(Domain::Real), "Q of a generalised gamma"),
    optional("rate", Kind::Value(Domain::PerMonth), "rate per month: exponential, Gompertz, gamma"),
    optional(
        "scale",
        Kind::Value(Domain::Real),
        "scale in months: Weibull, log-normal (median), log-logistic; of weibull_ph the factor of t^shape",
    ),
    optional("meanlog", Kind::Value(Domain::Real), "mean of ln t, t in months: log-normal"),
    optional("mu", Kind::Value(Domain::Real), "mu of a generalised gamma, time in months"),
    optional("months", MONTHS, "the time itself: fixed"),
    optional("median", MONTHS, "median of those who can have the event"),
    optional("at_months", MONTHS, "time of the point that places the curve"),
    optional("survival", PROBABILITY, "event-free probability at at_months"),
    optional("risk", PROBABILITY, "one minus that"),
    optional("rates", Kind::Values(Domain::PerMonth), "hazard of each piece: piecewise_exponential"),
    optional("starts", Kind::Numbers(2), "month at which each piece starts, the first 0"),
    optional("spline", Kind::Table(&SPLINE), "a fitted spline in log time"),
    optional("table", Kind::Table(&SURVIVAL_TABLE), "points of a survival curve: kaplan_meier"),
    optional("tail_rate", Kind::Value(Domain::PerMonth), "hazard after the last point of the table"),
    defaulted("time_ratio", RATIO, "1", "factor of every time"),
    defaulted("share", PROBABILITY, "1", "share who can ever have the event"),
    defaulted("cured", PROBABILITY, "0", "share who can never have it"),
    defaulted("mixture", Kind::Flag, "true", "false: cured bounds the cumulative hazard (non-mixture cure)"),
    defaulted("ratio", RATIO, "1", "hazard ratio on the whole curve"),
    defaulted("alive_at", MONTHS, "0", "months of the curve already survived; time since then"),
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

/// A spline as flexsurv's `survspline` gives it.
pub(in crate::scenario) static SPLINE: Table = Table {
    name: "spline",
    doc: "A natural cubic spline in log time as flexsurv's survspline gives it, time in months; not sampled.",
    keys: &[
        required("scale", Kind::Choice(&["hazard", "odds", "normal"]), "what the spline is on log time"),
        required("gamma", Kind::Reals, "coefficients gamma0, gamma1, ..., one for each knot"),
        required("knots", Kind::Reals, "knots on log time, the boundary knots included, at most 10"),
        required("reason", Kind::Text, "what it was fitted to"),
    ],
    whole: true,
};

/// Points of a survival curve.
pub(in crate::scenario) static SURVIVAL_TABLE: Table = Table {
    name: "table",
    doc: "Points of a survival curve, not sampled.",
    keys: &[
        required("months", Kind::Reals, "months of the points, increasing from 0"),
        required("survival", Kind::Reals, "event-free probability at each, falling from 1"),
        required(
            "interpolation",
            Kind::Choice(&["step", "linear"]),
            "between points: events at the points only, or survival falls straight",
        ),
        required("reason", Kind::Text, "where the points come from"),
    ],
    whole: true,
};
