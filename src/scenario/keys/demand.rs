//! Keys of demand in calendar time: products, centres, stock.

use super::{COUNT, Kind, MONEY, PROBABILITY, RATIO, Table, defaulted, optional, required};
use crate::quantity::Domain;

const DAYS: Kind = Kind::Value(Domain::Days);
const DAY_CURVE: Kind = Kind::Curve(Domain::Days);
const BEDS: Kind = Kind::Integer(0, 10_000);
const VIALS: Kind = Kind::Integer(0, MOST_VIALS);
/// Most vials of a size that a policy holds.
const MOST_VIALS: i64 = 100_000;
/// Most patients of a centre that the reference of observed counts takes.
const OBSERVED: Kind = Kind::Integer(0, 1_000_000);

pub(super) static DEMAND: Table = Table {
    name: "demand",
    doc: "What centres must hold through time: makes `run` write the tables of demand.",
    keys: &[
        required("years", Kind::Integer(1, 50), "years that are counted"),
        defaulted("replications", REPLICATIONS, "20", "in each draw of the figures"),
        defaulted(
            "search_replications",
            REPLICATIONS,
            "10, or replications",
            "in each draw where policies are searched",
        ),
        defaulted("warm_up_days", Kind::Integer(0, 36_500), "365", "days before, in which centres fill up"),
        defaulted("first_day", Kind::Date, "2026-01-05", "first counted day, YYYY-MM-DD"),
        required("products", Kind::List(&PRODUCT), "what patients come for"),
        required("centres", Kind::List(&CENTRE), "where they come"),
        optional("care", Kind::Table(&CARE), "days from CRS to tocilizumab and intensive care"),
        optional("ward", Kind::Table(&WARD), "stay on a ward"),
        optional("vials", Kind::List(&VIAL), "sizes of vials of tocilizumab, and how many are held"),
        optional("stock", Kind::Table(&STOCK), "how they are ordered, required with vials"),
        optional("background", Kind::List(&BACKGROUND), "others who draw on stock and intensive care"),
        optional(
            "observed",
            Kind::OneOrList(&OBSERVATION),
            "what the centres have counted among their own patients",
        ),
        optional("target", Kind::Table(&AIM), "what a policy must reach"),
        optional("switches", Kind::Map(&Kind::Texts), "other choices, as --set takes them, to stand beside"),
    ],
    whole: false,
};

const REPLICATIONS: Kind = Kind::Integer(1, 16_384);

static PRODUCT: Table = Table {
    name: "demand.products",
    doc: "A treatment that patients come for: a strategy of this scenario or of another.",
    keys: &[
        required("id", Kind::Name, "name in files"),
        optional(
            "scenario",
            Kind::Text,
            "name or path of the scenario whose patients they are; default: this one",
        ),
        required("strategy", Kind::Name, "strategy of that scenario"),
        defaulted(
            "counted",
            Kind::Choice(&["referred", "infused"]),
            "referred",
            "from when patients are counted",
        ),
        defaulted("arrivals", Kind::Choice(&["poisson", "weekly", "dates"]), "poisson", "how patients come"),
        optional(
            "weekly",
            Kind::Weekdays(100),
            "patients by weekday, Monday first, with arrivals = \"weekly\"",
        ),
        optional("dates", Kind::Text, "CSV file beside the scenario, with arrivals = \"dates\""),
        optional("season", Kind::Table(&SEASON), "weights of the months"),
        optional("growth", RATIO, "by what the volume grows from one year to the next"),
        optional("funnel", Kind::List(&FUNNEL), "groups whose new patients add up to those of the country"),
    ],
    whole: false,
};

static SEASON: Table = Table {
    name: "demand.products.season",
    doc: "Weights of the months, not sampled; scaled to a mean of one.",
    keys: &[
        required("months", Kind::Numbers(12), "January to December"),
        required("reason", Kind::Text, "why these weights"),
    ],
    whole: true,
};

static FUNNEL: Table = Table {
    name: "demand.products.funnel",
    doc: "New patients a year of a group: persons x incidence x shares.",
    keys: &[
        required("group", Kind::Name, "name"),
        required("ages", Kind::Choice(&["children", "adults", "all"]), "ages that the incidence is of"),
        required("persons", COUNT, "persons of the group"),
        required("incidence_per_100000", RATIO, "new cases in 100,000 persons a year"),
        required("shares", Kind::Map(&PROBABILITY), "shares that are left one after the other, by name"),
    ],
    whole: true,
};

static CENTRE: Table = Table {
    name: "demand.centres",
    doc: "A hospital, or several alike.",
    keys: &[
        required("id", Kind::Name, "name in files"),
        defaulted("count", Kind::Integer(1, 256), "1", "so many alike, named id_1, id_2 and so on"),
        optional("volume", Kind::Map(&COUNT), "patients a year, by product"),
        optional("share", Kind::Map(&PROBABILITY), "share of a product's funnel, by product"),
        optional("slots", Kind::Weekdays(1000), "infusions by weekday, Monday first; absent: no limit"),
        optional("icu_beds", BEDS, "beds of intensive care; absent: no limit"),
        optional("ward_beds", BEDS, "beds on the ward; absent: no limit"),
        defaulted(
            "icu_full",
            Kind::Choice(&["queue", "transfer"]),
            "queue",
            "what happens when they are full",
        ),
        defaulted(
            "ward_full",
            Kind::Choice(&["queue", "transfer"]),
            "transfer",
            "what happens to outpatients with CRS when the ward is full",
        ),
        optional(
            "extra_vials",
            Kind::Integers(0, MOST_VIALS),
            "vials of each size beyond the levels of demand.vials, which hold for every centre",
        ),
        optional("background", Kind::Map(&COUNT), "users a year by id, in place of their a_year"),
    ],
    whole: false,
};

static CARE: Table = Table {
    name: "demand.care",
    doc: "Days from the onset of CRS to what is done for it.",
    keys: &[
        optional("first_dose_days", DAY_CURVE, "to the first dose of tocilizumab; absent: at the onset"),
        optional("between_doses_days", DAY_CURVE, "from one dose to the next, at least 8 hours"),
        optional("icu_after_onset_days", DAY_CURVE, "to intensive care; absent: at the onset"),
    ],
    whole: false,
};

static WARD: Table = Table {
    name: "demand.ward",
    doc: "Stay on a ward.",
    keys: &[
        required("days", DAY_CURVE, "from the infusion to leaving hospital"),
        optional("outpatient", PROBABILITY, "share infused without a bed, admitted for the days of CRS"),
    ],
    whole: false,
};

static VIAL: Table = Table {
    name: "demand.vials",
    doc: "Vials of one size.",
    keys: &[
        required("mg", Kind::Value(Domain::Milligrams), "tocilizumab in it; a central value"),
        required("order_up_to", VIALS, "vials held or on order after an order"),
        defaulted("reorder_point", VIALS, "order_up_to - 1", "at or below which more are ordered"),
        optional("quantity", Kind::Integer(1, MOST_VIALS), "ordered in multiples of it, not up to a level"),
        optional("candidates", Kind::Integers(0, MOST_VIALS), "levels that a search tries as order_up_to"),
        optional("price", MONEY, "price of one"),
    ],
    whole: false,
};

static STOCK: Table = Table {
    name: "demand.stock",
    doc: "How tocilizumab is ordered and kept.",
    keys: &[
        optional(
            "review_days",
            Kind::Number(0.04, 365.0, false),
            "days from one look at the stock to the next; absent: always looked at",
        ),
        required("lead_time_days", DAY_CURVE, "from an order to its delivery"),
        optional("shelf_life_days", DAYS, "from delivery to expiry; absent: vials keep"),
        defaulted(
            "when_short",
            Kind::Choice(&["emergency", "wait", "lost"]),
            "wait",
            "what happens when a dose is not there",
        ),
        optional("emergency_days", DAYS, "until an emergency delivery is there"),
        optional("emergency_price", MONEY, "of an emergency delivery, beside its vials"),
        optional("transfer_days", DAYS, "until a dose from another centre is there; absent: none helps"),
        defaulted("pooled", Kind::Flag, "false", "all centres draw on one store"),
        optional("sharing_days", DAYS, "for which the rest of an opened vial serves; absent: thrown away"),
        optional("site_rule", Kind::Table(&SITE_RULE), "what must be on site before an infusion"),
        optional("order_cost", MONEY, "cost of an order"),
        optional("holding_cost", MONEY, "cost of holding a vial for a year"),
    ],
    whole: false,
};

static SITE_RULE: Table = Table {
    name: "demand.stock.site_rule",
    doc: "Doses on site for each patient at risk, before an infusion.",
    keys: &[
        required("doses", Kind::Integer(1, 4), "for each patient at risk"),
        required("days", DAYS, "after the infusion in which a patient is at risk"),
        optional(
            "further_within_days",
            DAYS,
            "in which a further dose must be there; where no emergency delivery brings it, it must be on site too",
        ),
    ],
    whole: true,
};

static BACKGROUND: Table = Table {
    name: "demand.background",
    doc: "Others who draw on stock and intensive care of each centre.",
    keys: &[
        required("id", Kind::Name, "name in files"),
        required("a_year", COUNT, "how many come to each centre in a year"),
        optional("tocilizumab_mg", Kind::Value(Domain::Milligrams), "that each is given on that day"),
        optional("icu_days", DAY_CURVE, "that each stays in intensive care"),
    ],
    whole: false,
};

static OBSERVATION: Table = Table {
    name: "demand.observed",
    doc: "Own patients of a product that were counted; they update the rates.",
    keys: &[
        optional("product", Kind::Name, "the product; absent: the only one"),
        required("infused", Kind::Integer(1, 1_000_000), "patients infused"),
        optional("crs", OBSERVED, "of them with CRS"),
        optional("tocilizumab", OBSERVED, "given tocilizumab"),
        optional("icu", OBSERVED, "in intensive care"),
    ],
    whole: true,
};

static AIM: Table = Table {
    name: "demand.target",
    doc: "What a policy must reach: one of the two.",
    keys: &[
        optional(
            "service_level",
            Kind::Number(0.0, 1.0, false),
            "share of doses that are there when needed, at least",
        ),
        optional(
            "stockout_chance",
            Kind::Number(0.0, 1.0, false),
            "chance that a centre is short in a year, at most",
        ),
    ],
    whole: true,
};
