//! Keys of published figures that regimens are fitted to.

use super::{Key, Kind, MONTHS, PROBABILITY, RATIO, Table, defaulted, optional, required};
use crate::outcome::flag;

const ENDPOINTS: Kind = Kind::Choice(&["os", "efs", "rfs", "cir", "os_infused", "efs_infused"]);
const FLAGS: Kind = Kind::Choice(&flag::NAMES);

const TARGET_KEYS: &[Key] = &[
    required("strategy", Kind::Name, "strategy of the file that should show the figure"),
    optional("endpoint", ENDPOINTS, "curve that the figure is read off; or outcome"),
    optional("outcome", FLAGS, "outcome that the figure is a share of; or endpoint"),
    optional("among", FLAGS, "the share is of those with this outcome; default: of all"),
    optional("median", MONTHS, "published median of the curve"),
    optional("not_reached_by", MONTHS, "follow-up by which the median was not reached"),
    optional("at_months", MONTHS, "months from the origin of the curve, for value, at_most, at_least"),
    optional("value", PROBABILITY, "published probability"),
    optional("at_most", PROBABILITY, "published upper bound"),
    optional("at_least", PROBABILITY, "published lower bound"),
    optional("hazard_ratio", RATIO, "published hazard ratio of a Cox model, with its interval"),
    optional("against", Kind::Name, "strategy whose hazard is 1, for hazard_ratio"),
    optional("until_months", MONTHS, "follow-up of the hazard_ratio"),
    optional(
        "n",
        Kind::Number(0.0, 1e9, true),
        "patients that the figure rests on, if the evidence has none",
    ),
    defaulted("held_out", Kind::Flag, "false", "not fitted to, only compared"),
];

/// A published figure that a strategy should show.
pub(super) static TARGET: Table = Table {
    name: "targets",
    doc: "A published figure that a strategy should show: fitted to by `remisim calibrate`, compared by `remisim validate`.",
    keys: TARGET_KEYS,
    whole: true,
};

/// Something that a document says without a figure.
pub(super) static STATEMENT: Table = Table {
    name: "statements",
    doc: "Something that a document says without a figure: one strategy, or part of the patients, stands so to another; checked by `remisim validate`.",
    keys: &[
        required("says", Kind::Text, "id of the evidence record"),
        required("strategy", Kind::Name, "strategy that it is about"),
        optional("endpoint", ENDPOINTS, "curve that is compared; or outcome"),
        optional("at_months", MONTHS, "month at which it is; required with endpoint"),
        optional("outcome", FLAGS, "outcome that is compared; or endpoint"),
        optional("among", FLAGS, "as a share of those with this outcome; default: of all"),
        optional("levels", Kind::Map(&Kind::Texts), "attribute levels that it is about; default: all"),
        required(
            "relation",
            Kind::Choice(&["less", "more", "equal"]),
            "how the first side stands to the second",
        ),
        optional("than", Kind::Name, "strategy compared with; default: the same"),
        optional("than_levels", Kind::Map(&Kind::Texts), "attribute levels compared with; default: all"),
    ],
    whole: true,
};

/// What is fitted.
pub(super) static CALIBRATION: Table = Table {
    name: "calibration",
    doc: "What `remisim calibrate` fits: all uncertain figures of the regimens that say `calibrated = \"this file\"`, but for these.",
    keys: &[
        optional("held", Kind::Texts, "figures that keep their central value in the fit"),
        optional("free", Kind::Texts, "figures of other regimens that are fitted too"),
    ],
    whole: true,
};
