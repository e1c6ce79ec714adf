//! Keys of a scenario file.

use super::demand::DEMAND;
use super::economics::ECONOMICS;
use super::lesson::LESSON;
use super::regimen::{COST_PIECE, MONITORING, REGIMEN, TRANSPLANT_RULE};
use super::trial::{CALIBRATION, STATEMENT, TARGET};
use super::trial_design::TRIAL_DESIGN;
use super::{COUNT, Kind, MONEY, MONTHS, PROBABILITY, STATES, Table, defaulted, optional, required};
use crate::quantity::Domain;

const YEARS: Kind = Kind::Value(Domain::Years);
const YEARLY: Kind = Kind::Number(0.0, 1.0, false);

/// A scenario: one question.
pub(in crate::scenario) static SCENARIO: Table = Table {
    name: "scenario",
    doc: "A scenario: one question, a population, strategies to compare, settings.",
    keys: &[
        required("title", Kind::Text, "one line for tables and reports"),
        required("question", Kind::Text, "the question that the scenario answers"),
        optional("extends", Kind::Name, "take all keys of another scenario and replace those named here"),
        optional("bare_numbers", Kind::Text, "reason for which bare numbers are allowed"),
        optional("warnings", Kind::Texts, "what a reader must be told"),
        optional(
            "across_populations",
            Kind::Text,
            "a warning, of how the strategies come from different populations",
        ),
        optional("caveats", Kind::Texts, "warnings that bear on the answer itself and stand beside it"),
        optional("published_models", Kind::Texts, "warnings, of what published models of the question found"),
        optional("crs_scale_mapping", Kind::Text, "reason for comparing CRS grades of different scales"),
        required("settings", Kind::Table(&SETTINGS), "sizes and method"),
        optional("readings", Kind::Map(&Kind::Text), "readings in force, by set"),
        required("population", Kind::Table(&POPULATION), "who is treated"),
        optional("regimens", Kind::Map(&Kind::Table(&REGIMEN)), "regimens of this scenario only"),
        required("strategies", Kind::List(&STRATEGY), "what is compared; the first is the comparator"),
        optional("targets", Kind::List(&TARGET), "published figures that strategies should show"),
        optional("statements", Kind::List(&STATEMENT), "what documents say of strategies without a figure"),
        optional("calibration", Kind::Table(&CALIBRATION), "what is fitted to them"),
        optional("costs", Kind::Table(&COSTS), "costs that hold for every regimen"),
        optional("utilities", Kind::Table(&UTILITIES), "utilities by state, QALYs lost by event"),
        optional(
            "tocilizumab",
            Kind::Table(&TOCILIZUMAB),
            "dose of tocilizumab, required where it is paid by mg",
        ),
        optional("economics", Kind::Table(&ECONOMICS), "an economic evaluation"),
        optional("demand", Kind::Table(&DEMAND), "what centres must hold through time"),
        optional("trial", Kind::Table(&TRIAL_DESIGN), "a trial that is simulated again and again"),
        optional("lesson", Kind::Table(&LESSON), "what makes the report of the run a lesson"),
    ],
    whole: false,
};

pub(super) static SETTINGS: Table = Table {
    name: "settings",
    doc: "Sizes and method; bare numbers are settings, not evidence.",
    keys: &[
        defaulted("patients", Kind::Integer(1, 4_000_000_000), "10000", "patients per draw"),
        defaulted("draws", Kind::Integer(1, 1_000_000), "100", "draws of the uncertain parameters"),
        defaulted("seed", Kind::Integer(0, i64::MAX), "1", "seed of all random numbers"),
        required("horizon_months", Kind::Number(0.0, 1200.0, true), "nothing is counted after it"),
        defaulted("uncertainty", Kind::Flag, "true", "false: every draw takes the means"),
        optional("discount", Kind::Table(&DISCOUNT), "yearly discount rates"),
        required("background_mortality", Kind::Choice(&["us_2014", "none"]), "life table"),
        defaulted(
            "curves",
            Kind::Choices(&["os", "efs", "rfs", "cir", "os_infused", "efs_infused"]),
            "os, efs, rfs, cir",
            "curves to tally",
        ),
        defaulted("curve_months", Kind::Integer(1, 1200), "120 or the horizon", "last month in survival.csv"),
        defaulted(
            "efs_failure_at",
            Kind::Choice(&["assessment", "start"]),
            "assessment",
            "when induction failure counts",
        ),
        defaulted("currency", Kind::Text, "USD", "three capitals"),
        defaulted("price_year", Kind::Integer(1900, 2200), "2023", "year of the prices"),
    ],
    whole: false,
};

static DISCOUNT: Table = Table {
    name: "settings.discount",
    doc: "Yearly discount rates.",
    keys: &[
        defaulted("costs", YEARLY, "0.03", "yearly rate for costs"),
        defaulted("effects", YEARLY, "0.03", "yearly rate for QALYs"),
        defaulted(
            "convention",
            Kind::Choice(&["annual", "continuous", "year_start"]),
            "annual",
            "how the rate acts",
        ),
    ],
    whole: false,
};

static POPULATION: Table = Table {
    name: "population",
    doc: "Who is treated.",
    keys: &[
        required("label", Kind::Text, "in words"),
        required("group", Kind::Text, "trial or group; regimens from another bring a warning"),
        required("age_years", Kind::Table(&AGE), "age at start: fixed, uniform or triangular"),
        optional("body", Kind::Choice(&["reference"]), "weight and height"),
        optional("attributes", Kind::Map(&Kind::Map(&COUNT)), "levels of an attribute and their weights"),
    ],
    whole: false,
};

static AGE: Table = Table {
    name: "population.age_years",
    doc: "Age at start in years: `fixed`, `low` and `high`, or `low`, `mode` and `high`.",
    keys: &[
        optional("fixed", YEARS, "everyone the same age"),
        optional("low", YEARS, "youngest"),
        optional("mode", YEARS, "most frequent"),
        optional("high", YEARS, "oldest"),
    ],
    whole: true,
};

static STRATEGY: Table = Table {
    name: "strategies",
    doc: "A strategy: lines, one after the other.",
    keys: &[
        required("id", Kind::Name, "name in files and columns"),
        optional("label", Kind::Text, "name in tables and pictures; default: the id"),
        required("lines", Kind::List(&LINE), "the lines; the first begins at month 0"),
    ],
    whole: false,
};

/// Causes, as in files.
const CAUSES: &[&str] =
    &["not_infused", "refractory", "mrd_persistent", "molecular_relapse", "relapse", "antigen_lost"];

static LINE: Table = Table {
    name: "strategies.lines",
    doc: "One line of a strategy.",
    keys: &[
        required("regimen", Kind::Name, "what is given"),
        optional("after", Kind::Choices(CAUSES), "causes that lead here; required but on the first line"),
        defaulted("able", PROBABILITY, "1", "share able to receive the line; not on the first"),
        optional("only", Kind::Map(&Kind::Texts), "attribute levels that can receive it"),
        optional("transplant", Kind::OrFalse(&TRANSPLANT_RULE), "in place of the regimen's own"),
        optional("monitoring", Kind::OrFalse(&MONITORING), "in place of the regimen's own"),
    ],
    whole: false,
};

static COSTS: Table = Table {
    name: "costs",
    doc: "Costs that hold for every regimen; what is not named costs nothing.",
    keys: &[
        optional("state", Kind::Each(STATES, &MONEY), "money per month in a state"),
        optional(
            "since_entry",
            Kind::Each(STATES, &Kind::List(&COST_PIECE)),
            "money per month in a state by time since it was entered, beside `state`",
        ),
        optional(
            "event",
            Kind::Each(
                &[
                    "crs_grade12",
                    "crs_grade3",
                    "icu_day",
                    "tocilizumab_mg",
                    "neurotoxicity_grade3",
                    "infection",
                    "transplant",
                    "mrd_test",
                    "death",
                ],
                &MONEY,
            ),
            "money by event",
        ),
        optional("last_months", Kind::List(&LAST_MONTHS), "money per month of the last months of life"),
    ],
    whole: false,
};

static LAST_MONTHS: Table = Table {
    name: "costs.last_months",
    doc: "A cost of the months before a death; entries add up.",
    keys: &[required("months", MONTHS, "how many"), required("per_month", MONEY, "money per month")],
    whole: true,
};

const MILLIGRAMS: Kind = Kind::Value(Domain::Milligrams);

static TOCILIZUMAB: Table = Table {
    name: "tocilizumab",
    doc: "A dose of tocilizumab by body weight, with a step.",
    keys: &[
        required("mg_per_kg", MILLIGRAMS, "mg per kg from `light_kg` on"),
        required("light_mg_per_kg", MILLIGRAMS, "mg per kg below it"),
        required("light_kg", Kind::Value(Domain::Kilograms), "weight of the step"),
        required("cap_mg", MILLIGRAMS, "largest dose"),
        optional(
            "vials_mg",
            Kind::Values(Domain::Milligrams),
            "sizes of vials: the least that hold a dose are paid by their mg; absent: the mg of the dose",
        ),
    ],
    whole: true,
};

static UTILITIES: Table = Table {
    name: "utilities",
    doc: "Utilities by state, QALYs lost by event; what is not named is 0.",
    keys: &[
        optional("state", Kind::Each(STATES, &Kind::Value(Domain::Utility)), "utility in a state"),
        optional(
            "since_entry",
            Kind::Each(STATES, &Kind::List(&UTILITY_PIECE)),
            "utility in a state by time since it was entered, in place of `state`",
        ),
        optional("population", Kind::Table(&POPULATION_UTILITY), "with what those of states fall with age"),
        optional("floor", Kind::Value(Domain::Utility), "below which no state falls at any age"),
        optional(
            "event",
            Kind::Each(
                &["crs_grade12", "crs_grade3", "neurotoxicity_grade3", "infection", "transplant"],
                &Kind::Value(Domain::Qalys),
            ),
            "QALYs lost once by event",
        ),
    ],
    whole: false,
};

static UTILITY_PIECE: Table = Table {
    name: "utilities.since_entry piece",
    doc: "A utility that holds from some months after a state was entered until the next piece.",
    keys: &[
        required("from_months", Kind::Value(Domain::Months), "months since the state was entered"),
        required("utility", Kind::Value(Domain::Utility), "utility from then on"),
    ],
    whole: true,
};

const REAL: Kind = Kind::Value(Domain::Real);

static POPULATION_UTILITY: Table = Table {
    name: "utilities.population",
    doc: "Utility of the general population by age in years and sex; central values, not sampled.",
    keys: &[
        required("constant", REAL, "at age 0, of women"),
        required("male", REAL, "what men have more"),
        required("age", REAL, "for each year of age"),
        required("age_squared", REAL, "for the square of age"),
    ],
    whole: true,
};
