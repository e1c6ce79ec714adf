//! Keys of a regimen file.

use super::{COUNT, Kind, MONEY, MONTHS, PROBABILITY, RATIO, STATES, Table, defaulted, optional, required};
use crate::quantity::Domain;

const CURVE_MONTHS: Kind = Kind::Curve(Domain::Months);
const CURVE_DAYS: Kind = Kind::Curve(Domain::Days);
const MILLIGRAMS: Kind = Kind::Value(Domain::Milligrams);

/// A regimen: what is given in one line.
pub(in crate::scenario) static REGIMEN: Table = Table {
    name: "regimen",
    doc: "A regimen: what is given in one line and what happens under it.",
    keys: &[
        required("label", Kind::Text, "name in tables"),
        required("group", Kind::Text, "trial or group that the figures come from"),
        optional("extends", Kind::Name, "take all keys of another regimen and replace those named here"),
        optional("bare_numbers", Kind::Text, "reason for which bare numbers are allowed"),
        optional(
            "calibrated",
            Kind::Name,
            "trial or scenario whose targets the figures of this regimen are fitted to",
        ),
        optional("antigen", Kind::Name, "target; a relapse without it bars later regimens on it"),
        defaulted("starts_in", Kind::Choice(&["disease", "remission"]), "disease", "state at the start"),
        optional("sets", Kind::Map(&Kind::Text), "levels in later lines, once this brought remission"),
        optional("cost_at_start", MONEY, "once, when given"),
        optional("cost_per_month", Kind::Each(STATES, &MONEY), "per month by state, beside the scenario's"),
        optional(
            "cost_since_entry",
            Kind::Each(STATES, &Kind::List(&COST_PIECE)),
            "per month by state and time since it was entered, beside the scenario's",
        ),
        optional(
            "utility",
            Kind::Each(STATES, &Kind::Value(Domain::Utility)),
            "by state, in place of the scenario's",
        ),
        optional(
            "mortality_ratio",
            Kind::Each(STATES, &Kind::Value(Domain::Factor)),
            "by state, what the hazard of the life table is multiplied by; 1 where absent",
        ),
        optional("access", Kind::Table(&ACCESS), "cell therapy: all that comes before infusion"),
        optional("treatment", Kind::Table(&TREATMENT), "cycles and drugs"),
        optional("toxicity", Kind::Table(&TOXICITY), "toxicity"),
        optional("response", Kind::Table(&RESPONSE), "response; absent: straight to survival after failure"),
        optional("mrd", Kind::Table(&MRD), "MRD at assessment; absent: not told apart"),
        optional("remission", Kind::Table(&REMISSION), "required with a response or a start in remission"),
        required("failure", Kind::Table(&FAILURE), "survival after failure and relapse"),
        optional("tail", Kind::Table(&TAIL), "what curves do once follow-up is over; absent: they go on"),
        optional("transplant", Kind::Table(&TRANSPLANT_EFFECT), "for regimens that a transplant rule names"),
    ],
    whole: false,
};

static ACCESS: Table = Table {
    name: "access",
    doc: "Cell therapy: all that comes before infusion.",
    keys: &[
        optional("antigen_positive", PROBABILITY, "probability that the target is present"),
        optional("contamination", PROBABILITY, "probability that leukaemic cells contaminate the product"),
        optional("manufacturing_failure", PROBABILITY, "probability that no product is made"),
        required("waiting_months", MONTHS, "months from decision to infusion"),
        defaulted("waiting_death", PROBABILITY, "0", "share who die in that time, as observed"),
        defaulted("waiting_progression", PROBABILITY, "0", "share who progress in that time, as observed"),
    ],
    whole: false,
};

static TREATMENT: Table = Table {
    name: "treatment",
    doc: "Cycles and drugs.",
    keys: &[
        optional("cycle_months", MONTHS, "from the start of one cycle to the next; required with cycles"),
        optional("max_cycles", Kind::Integer(0, 60), "most cycles"),
        defaulted("in_remission", Kind::Flag, "true", "whether cycles go on in remission"),
        optional("administration", MONEY, "cost per cycle"),
        optional("discontinuation", PROBABILITY, "stops for toxicity after the first cycle"),
        optional("drugs", Kind::List(&DRUG), "drugs, each paid for every cycle begun"),
    ],
    whole: false,
};

static DRUG: Table = Table {
    name: "treatment.drugs",
    doc: "A drug, paid by vial opened.",
    keys: &[
        required("name", Kind::Text, "name in tables"),
        required("per", Kind::Choice(&["dose", "kg", "m2"]), "how the dose follows body size"),
        required("mg", MILLIGRAMS, "dose: mg, mg/kg or mg/m2"),
        optional("cap_mg", MILLIGRAMS, "largest single dose"),
        required("vial_mg", MILLIGRAMS, "size of a vial"),
        required("cost_per_vial", MONEY, "price of a vial"),
        required("doses_per_cycle", COUNT, "doses in a cycle"),
        defaulted("cycles", Kind::Cycles, "all", "first and last cycle in which it is given"),
    ],
    whole: true,
};

static TOXICITY: Table = Table {
    name: "toxicity",
    doc: "Toxicity at the start of the line.",
    keys: &[
        optional("crs", Kind::Table(&CRS), "cytokine release syndrome"),
        optional("neurotoxicity", Kind::Table(&NEUROTOXICITY), "neurotoxicity"),
        optional("infection", PROBABILITY, "infection of grade 3 or more"),
        optional("other_grade3", PROBABILITY, "another adverse event of grade 3 or more"),
        optional("early_death", PROBABILITY, "early death, which counts as no response; needs [response]"),
    ],
    whole: false,
};

static CRS: Table = Table {
    name: "toxicity.crs",
    doc: "Cytokine release syndrome.",
    keys: &[
        required("scale", Kind::Choice(&["penn", "lee", "ctcae", "astct"]), "scale of the grades"),
        required("any", PROBABILITY, "any grade"),
        required("grade3", PROBABILITY, "grade 3 or more, among all"),
        optional("onset_days", CURVE_DAYS, "days from infusion to onset"),
        optional("duration_days", CURVE_DAYS, "days that it lasts"),
        optional("tocilizumab", PROBABILITY, "tocilizumab given CRS"),
        optional(
            "tocilizumab_grade3",
            PROBABILITY,
            "given CRS of grade 3 or more; with it, tocilizumab is given grade 1 or 2",
        ),
        optional("tocilizumab_doses", Kind::Doses, "1, 2, 3, 4 doses given tocilizumab; needs tocilizumab"),
        optional("icu", PROBABILITY, "intensive care given CRS"),
        optional(
            "icu_grade3",
            PROBABILITY,
            "given CRS of grade 3 or more; with it, icu is given grade 1 or 2",
        ),
        optional("icu_days", CURVE_DAYS, "days in intensive care; needs icu"),
    ],
    whole: false,
};

static NEUROTOXICITY: Table = Table {
    name: "toxicity.neurotoxicity",
    doc: "Neurotoxicity.",
    keys: &[
        required("any", PROBABILITY, "any grade"),
        required("grade3", PROBABILITY, "grade 3 or more, among all"),
    ],
    whole: false,
};

static RESPONSE: Table = Table {
    name: "response",
    doc: "Response at assessment, per patient given the line.",
    keys: &[
        required("cr", PROBABILITY, "complete remission"),
        optional("pr", PROBABILITY, "partial response"),
        required("months", MONTHS, "from infusion or first day to assessment"),
    ],
    whole: false,
};

static MRD: Table = Table {
    name: "mrd",
    doc: "MRD at assessment.",
    keys: &[required("negative", PROBABILITY, "MRD-negative given complete remission")],
    whole: false,
};

static REMISSION: Table = Table {
    name: "remission",
    doc: "The race in remission.",
    keys: &[
        required("relapse", CURVE_MONTHS, "relapse, from the start of remission"),
        optional("relapse_mrd_positive", CURVE_MONTHS, "relapse if MRD-positive; needs mrd.negative"),
        optional("non_relapse_death", CURVE_MONTHS, "death without relapse, in excess of background"),
        optional(
            "non_relapse_death_mrd_positive",
            CURVE_MONTHS,
            "the same if MRD-positive; needs mrd.negative",
        ),
        optional("antigen_modulation", PROBABILITY, "share of relapses with the antigen modulated away"),
        optional("negative_clone", PROBABILITY, "share of relapses by a clone without the antigen"),
        optional("persistence", CURVE_MONTHS, "how long CAR-T cells last after infusion"),
        optional("transplant", Kind::Table(&TRANSPLANT_RULE), "who is transplanted, and when"),
        optional("monitoring", Kind::Table(&MONITORING), "MRD tests"),
    ],
    whole: false,
};

/// Who is transplanted, and when.
pub(super) static TRANSPLANT_RULE: Table = Table {
    name: "remission.transplant",
    doc: "Who is transplanted in remission, and when.",
    keys: &[
        required("regimen", Kind::Name, "regimen with a [transplant] section"),
        required("share", PROBABILITY, "share of patients in remission, as observed"),
        required("months", CURVE_MONTHS, "months from remission"),
        defaulted("gap_months", MONTHS, "0", "at least so long after remission"),
        defaulted(
            "after_persistence",
            Kind::Flag,
            "false",
            "not before CAR-T cells are gone; needs persistence",
        ),
        optional("only", Kind::Map(&Kind::Texts), "attribute levels that may be transplanted"),
        optional(
            "lost_car_t_ratio",
            RATIO,
            "hazard ratio on relapse where conditioning destroys cells; needs persistence",
        ),
    ],
    whole: false,
};

/// MRD tests.
pub(super) static MONITORING: Table = Table {
    name: "remission.monitoring",
    doc: "MRD tests in remission.",
    keys: &[
        required("every_months", MONTHS, "months between tests"),
        required("lead_months", MONTHS, "months before a relapse from which a test can find it"),
        required("sensitivity", PROBABILITY, "probability that a test then finds it"),
    ],
    whole: false,
};

static FAILURE: Table = Table {
    name: "failure",
    doc: "Survival after failure and after relapse.",
    keys: &[
        required("refractory", CURVE_MONTHS, "from failure to death"),
        optional("relapse", CURVE_MONTHS, "from relapse to death; required with [remission]"),
    ],
    whole: false,
};

static TAIL: Table = Table {
    name: "tail",
    doc: "Constant hazards in place of a curve's own from some month of it on, fitted figures left as they are.",
    keys: &[
        optional("relapse", Kind::List(&TAIL_PIECE), "of relapse, with and without MRD"),
        optional("non_relapse_death", Kind::List(&TAIL_PIECE), "of death in remission, likewise"),
        optional("death_refractory", Kind::List(&TAIL_PIECE), "of death after failure"),
        optional("death_relapsed", Kind::List(&TAIL_PIECE), "of death after relapse"),
    ],
    whole: false,
};

static TAIL_PIECE: Table = Table {
    name: "tail piece",
    doc: "A hazard that holds from a month until the next piece.",
    keys: &[
        required("from_months", MONTHS, "month on the clock of the curve"),
        optional("rate", Kind::Value(Domain::PerMonth), "hazard per month; absent: what it was by then"),
    ],
    whole: true,
};

/// A cost by time since a state was entered.
pub(super) static COST_PIECE: Table = Table {
    name: "costs.since_entry piece",
    doc: "A cost per month that holds from some months after a state was entered until the next piece.",
    keys: &[
        required("from_months", MONTHS, "months since the state was entered"),
        required("per_month", MONEY, "money per month"),
    ],
    whole: true,
};

static TRANSPLANT_EFFECT: Table = Table {
    name: "transplant",
    doc: "What a transplant with this regimen does.",
    keys: &[
        required("relapse_ratio", RATIO, "hazard ratio on relapse; 1 claims no effect"),
        required("death", CURVE_MONTHS, "death from the transplant, from its date"),
    ],
    whole: false,
};
