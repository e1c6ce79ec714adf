//! Costs and QALYs against closed forms, 10^6 histories, fixed seed.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/trial.rs"]
mod trial;

use trial::{Trial, one_line};

/// Deaths a month.
const RATE: f64 = 0.02;
/// Discount rates a year, costs and effects.
const YEARLY: [f64; 2] = [0.05, 0.015];

/// Everyone at constant risk of death, in remission and on cycles of treatment until then.
fn living(convention: &str) -> Trial {
    let settings = format!(
        "discount = {{ costs = {:?}, effects = {:?}, convention = \"{convention}\" }}",
        YEARLY[0], YEARLY[1]
    );
    Trial::of(&one_line(
        1200.0,
        &settings,
        "[regimens.first]\nlabel = \"In remission\"\ngroup = \"test\"\nstarts_in = \"remission\"\ncost_at_start = 5000\n\
         cost_per_month = { remission = 40 }\n[regimens.first.treatment]\ncycle_months = 1.5\nmax_cycles = 40\nin_remission = true\n\
         administration = 1000\n[[regimens.first.treatment.drugs]]\nname = \"early\"\nper = \"dose\"\nmg = 10\nvial_mg = 4\n\
         cost_per_vial = 100\ndoses_per_cycle = 2\ncycles = [2, 5]\n[regimens.first.remission]\nrelapse = { family = \"never\" }\n\
         non_relapse_death = { family = \"exponential\", rate = 0.02 }\n\
         [regimens.first.failure]\nrefractory = { family = \"never\" }\nrelapse = { family = \"never\" }\n\
         [regimens.first.toxicity]\ninfection = 0.25\n\
         [costs.state]\nremission = 300\n[costs.event]\ndeath = 7000\ninfection = 900\n\
         [utilities.state]\nremission = 0.8\n[utilities.event]\ninfection = 0.04\n",
    ))
}

/// Exact means: annuity of one a month for life, factor at death, factors of the cycles `first` to before `end`.
struct Exact {
    annuity: f64,
    at_death: f64,
    factor: Box<dyn Fn(f64) -> f64>,
}

impl Exact {
    /// Discounting at a constant rate a month.
    fn constant(rate: f64) -> Self {
        Self {
            annuity: 1.0 / (RATE + rate),
            at_death: RATE / (RATE + rate),
            factor: Box::new(move |month| (-rate * month).exp()),
        }
    }

    /// Discounting by whole years.
    fn by_year(yearly: f64) -> Self {
        let alive = (-12.0 * RATE).exp();
        let years = 1.0 / (1.0 - alive / (1.0 + yearly));
        Self {
            annuity: (1.0 - alive) / RATE * years,
            at_death: (1.0 - alive) * years,
            factor: Box::new(move |month| (1.0 + yearly).powf(-(month / 12.0).floor())),
        }
    }

    /// Mean number of cycles begun, each discounted at its start.
    fn cycles(&self, first: u32, end: u32) -> f64 {
        (first..end)
            .map(|k| 1.5 * f64::from(k))
            .map(|month| (-RATE * month).exp() * (self.factor)(month))
            .sum()
    }
}

fn check(convention: &str, costs: &Exact, effects: &Exact) {
    let trial = living(convention);
    let qalys = 0.8 / 12.0 * effects.annuity - 0.25 * 0.04;
    let (care, drug) = (340.0 * costs.annuity, 5000.0 + 2.0 * 3.0 * 100.0 * costs.cycles(1, 5));
    let (cycles, infection, death) = (1000.0 * costs.cycles(0, 40), 0.25 * 900.0, 7000.0 * costs.at_death);
    trial.meets("qalys", qalys);
    for (name, exact) in [
        ("cost_care", care),
        ("cost_drug", drug),
        ("cost_administration", cycles),
        ("cost_toxicity", infection),
        ("cost_end_of_life", death),
        ("costs", care + drug + cycles + infection + death),
    ] {
        trial.meets(name, exact);
    }
}

#[test]
fn annuities_one_off_costs_and_cycles_discounted_by_the_year() {
    let [costs, effects] = YEARLY.map(|yearly| Exact::constant(yearly.ln_1p() / 12.0));
    check("annual", &costs, &effects);
}

#[test]
fn annuities_one_off_costs_and_cycles_discounted_continuously() {
    let [costs, effects] = YEARLY.map(|yearly| Exact::constant(yearly / 12.0));
    check("continuous", &costs, &effects);
}

#[test]
fn annuities_one_off_costs_and_cycles_discounted_from_the_start_of_each_year() {
    let [costs, effects] = YEARLY.map(Exact::by_year);
    check("year_start", &costs, &effects);
}

#[test]
fn cycles_are_a_geometric_sum() {
    // What the sum over cycles in the tests above is, in closed form.
    let (rate, exact) = (RATE + 0.004, Exact::constant(0.004));
    let ratio = (-1.5 * rate).exp();
    assert!((exact.cycles(0, 40) - (1.0 - ratio.powi(40)) / (1.0 - ratio)).abs() < 1e-12);
}

#[test]
fn nothing_is_discounted_at_rate_zero() {
    let regimen = "[regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n\
         [regimens.first.failure]\nrefractory = { family = \"exponential\", rate = 0.02 }\n\
         [costs.state]\nrefractory = 120\n[costs.event]\ndeath = 7000\n[utilities.state]\nrefractory = 1\n";
    for convention in ["annual", "continuous", "year_start"] {
        let settings = format!("discount = {{ costs = 0, effects = 0, convention = \"{convention}\" }}");
        let trial = Trial::of(&one_line(1200.0, &settings, regimen));
        trial.meets("costs", 120.0 / RATE + 7000.0);
        let mean = |name: &str| trial.outcome(0, name).mean.unwrap();
        assert!((mean("qalys") - mean("life_years")).abs() < 1e-9);
        assert!((mean("cost_care") - 1440.0 * mean("life_years")).abs() < 1e-3);
    }
}

/// Cells given a year after the start, and all that is paid then.
#[test]
fn events_are_discounted_when_they_happen() {
    let trial = Trial::of(&one_line(
        120.0,
        "discount = { costs = 0.05, effects = 0.015 }",
        "body = \"reference\"\n[regimens.first]\nlabel = \"Cells\"\ngroup = \"test\"\ncost_at_start = 1000\n\
         [regimens.first.access]\nwaiting_months = 12\n\
         [regimens.first.toxicity]\ninfection = 0.5\nneurotoxicity = { any = 0.4, grade3 = 0.1 }\n\
         [regimens.first.toxicity.crs]\nscale = \"astct\"\nany = 0.75\ngrade3 = 0.25\n\
         tocilizumab = 0.5\ntocilizumab_doses = [0, 1, 0, 0]\nicu = 0.5\nicu_days = { family = \"fixed\", months = 4 }\n\
         [regimens.first.response]\ncr = 1\nmonths = 12\n\
         [regimens.first.remission]\nrelapse = { family = \"never\" }\n\
         transplant = { regimen = \"graft\", share = 1, months = { family = \"fixed\", months = 12 } }\n\
         monitoring = { every_months = 6, lead_months = 1, sensitivity = 0.5 }\n\
         [regimens.first.failure]\nrefractory = { family = \"never\" }\nrelapse = { family = \"never\" }\n\
         [regimens.graft]\nlabel = \"Graft\"\ngroup = \"test\"\n\
         [regimens.graft.failure]\nrefractory = { family = \"never\" }\n[regimens.graft.transplant]\nrelapse_ratio = 1\n\
         death = { family = \"fixed\", months = 12 }\n\
         [costs.event]\ncrs_grade12 = 500\ncrs_grade3 = 3000\nicu_day = 700\ntocilizumab_mg = 6\n\
         neurotoxicity_grade3 = 2000\ninfection = 900\ntransplant = 100000\nmrd_test = 40\ndeath = 7000\n\
         [tocilizumab]\nmg_per_kg = 8\nlight_mg_per_kg = 12\nlight_kg = 30\ncap_mg = 90\nvials_mg = [50]\n",
    ));
    let year = |years: f64| 1.05_f64.powf(-years);
    let mean = |name: &str| trial.outcome(0, name).mean.unwrap();
    let close = |name: &str, exact: f64| {
        assert!((mean(name) - exact).abs() < 0.001 * exact, "{name}: {}, exact {exact}", mean(name));
    };
    // Everyone weighs enough for the largest dose: two doses of two vials.
    trial.meets("cost_tocilizumab", 0.75 * 0.5 * 2.0 * 100.0 * 6.0 * year(1.0));
    trial.meets("cost_icu", 0.75 * 0.5 * 4.0 * 700.0 * year(1.0));
    let toxicity = 0.5 * 500.0 + 0.25 * 3000.0 + 0.1 * 2000.0 + 0.5 * 900.0;
    trial.meets("cost_toxicity", toxicity * year(1.0));
    close("cost_drug", 1000.0 * year(1.0));
    close("cost_monitoring", 40.0 * year(2.5));
    close("cost_transplant", 100_000.0 * year(3.0));
    close("cost_end_of_life", 7000.0 * year(4.0));
}

/// Natural history with costs by time since it began, of the last months of life, and of a death.
fn by_time(convention: &str, changes: &str) -> Trial {
    let settings = format!("discount = {{ costs = 0.05, effects = 0.015, convention = \"{convention}\" }}");
    Trial::of(&one_line(
        1200.0,
        &settings,
        &format!(
            "[regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n\
             cost_since_entry.refractory = [{{ from_months = 5, per_month = 70 }}]\n\
             [regimens.first.failure]\nrefractory = {{ family = \"exponential\", rate = 0.02 }}\n\
             [costs]\nlast_months = [{{ months = 6, per_month = 900 }}, {{ months = 1, per_month = 5000 }}]\n\
             [costs.since_entry]\nrefractory = [{{ from_months = 0, per_month = 4000 }}, \
             {{ from_months = 12, per_month = 2000 }}, {{ from_months = 24, per_month = 300 }}]\n{changes}"
        ),
    ))
}

/// Worth of one a month from some month on while someone lives whose risk of death is constant.
fn later(rate: f64, months: f64) -> f64 {
    (-(RATE + rate) * months).exp() / (RATE + rate)
}

#[test]
fn costs_by_time_since_entry_and_of_the_last_months_are_discounted_when_they_flow() {
    for (convention, rate) in [("annual", 0.05_f64.ln_1p() / 12.0), ("continuous", 0.05 / 12.0)] {
        let trial = by_time(convention, "");
        let later = |months: f64| later(rate, months);
        let pieces = 4000.0 * later(0.0) - 2000.0 * later(12.0) - 1700.0 * later(24.0) + 70.0 * later(5.0);
        trial.meets("cost_care", pieces);
        // Someone is in the last L months of life at t if death comes between t and t + L.
        let last = |months: f64| (1.0 - (-RATE * months).exp()) * later(0.0);
        trial.meets("cost_end_of_life", 900.0 * last(6.0) + 5000.0 * last(1.0));
    }
}

#[test]
fn costs_by_time_are_discounted_from_the_start_of_each_year() {
    let trial = by_time("year_start", "");
    let alive = |months: f64| (-RATE * months).exp();
    // Whole years from one on, of which the first begins at a month.
    let years = |year: f64| {
        let first = (alive(12.0 * year) - alive(12.0 * year + 12.0)) / RATE;
        first * 1.05_f64.powf(-year) / (1.0 - alive(12.0) / 1.05)
    };
    let from_five = years(0.0) - (1.0 - alive(5.0)) / RATE;
    let pieces = 4000.0 * years(0.0) - 2000.0 * years(1.0) - 1700.0 * years(2.0) + 70.0 * from_five;
    trial.meets("cost_care", pieces);
    let last = |months: f64| (1.0 - alive(months)) * years(0.0);
    trial.meets("cost_end_of_life", 900.0 * last(6.0) + 5000.0 * last(1.0));
}

#[test]
fn a_life_has_no_last_months_before_it_began() {
    // All die at five months: of the last six, five were lived.
    let trial = Trial::of(&one_line(
        60.0,
        "discount = { costs = 0, effects = 0 }",
        "[regimens.first]\nlabel = \"Untreated\"\ngroup = \"test\"\n\
         [regimens.first.failure]\nrefractory = { family = \"fixed\", months = 5 }\n\
         [costs]\nlast_months = [{ months = 6, per_month = 900 }]\n",
    ));
    assert_eq!(trial.outcome(0, "cost_end_of_life").mean, Some(4500.0));
}

/// Utility of the general population, for all sexes, and the age at the start.
const NORM: (f64, f64, f64) = (0.95, -0.001, 40.0);

#[test]
fn a_floor_holds_utilities_up() {
    let population = "[utilities.population]\nconstant = 0.95\nmale = 0\nage = -0.001\nage_squared = 0\n";
    let rate = 0.015_f64.ln_1p() / 12.0;
    let leave = RATE + rate;
    let (constant, slope, age) = NORM;
    // 0.5 n(x) / n(40) is 0.45 at x, so many months from the start.
    let now = constant + slope * age;
    let meets = 12.0 * (0.45 / 0.5 * now - constant) / slope - 12.0 * age;
    let fall = 0.5 * slope / 12.0 / now;
    // Integrals of e^-at and t e^-at from 0 to the month.
    let gone = (-leave * meets).exp();
    let (flat, line) = ((1.0 - gone) / leave, (1.0 - gone * (1.0 + leave * meets)) / (leave * leave));
    let faded = 0.5 * flat + fall * line + 0.45 * gone / leave;
    for (state, floor, exact) in [(0.5, 0.45, faded), (0.3, 0.45, 0.45 / leave), (-0.3, 0.0, 0.0)] {
        let text = format!("[utilities]\nfloor = {floor:?}\nstate.refractory = {state:?}\n{population}");
        let trial = by_time("annual", &text);
        if exact == 0.0 {
            assert_eq!(trial.outcome(0, "qalys").mean, Some(0.0));
        } else {
            trial.meets("qalys", exact / 12.0);
        }
    }
    // Without age, and without a floor below 0.
    let lived = |utilities: &str| by_time("annual", &format!("[utilities]\n{utilities}\n"));
    lived("floor = 0.45\nstate.refractory = 0.3").meets("qalys", 0.45 / leave / 12.0);
    lived("floor = 0.2").meets("qalys", 0.2 / leave / 12.0);
    lived("state.refractory = -0.3").meets("qalys", -0.3 / leave / 12.0);
}

#[test]
fn utilities_by_time_since_entry() {
    let rate = 0.015_f64.ln_1p() / 12.0;
    let leave = RATE + rate;
    let pieces = "state.refractory = 0.5\nsince_entry.refractory = [{ from_months = 12, utility = 0.8 }, \
                  { from_months = 24, utility = 0.3 }]\n";
    let population = "[utilities.population]\nconstant = 0.95\nmale = 0\nage = -0.001\nage_squared = 0\n";
    let lived = |text: &str| by_time("annual", &format!("[utilities]\n{text}"));
    let from = |months: f64| later(rate, months);
    lived(pieces).meets("qalys", (0.5 * from(0.0) + 0.3 * from(12.0) - 0.5 * from(24.0)) / 12.0);
    // Under a floor the last piece is worth as much as it.
    let floored = (0.5 * from(0.0) + 0.3 * from(12.0) - 0.35 * from(24.0)) / 12.0;
    lived(&format!("floor = 0.45\n{pieces}")).meets("qalys", floored);
    // A state without a utility has none before the first piece.
    let alone = "since_entry.refractory = [{ from_months = 24, utility = 0.6 }]\n";
    lived(alone).meets("qalys", 0.6 * from(24.0) / 12.0);

    // The integral of (1 + fall t) e^(-leave t) from a month on.
    let (constant, slope, age) = NORM;
    let now = constant + slope * age;
    let fall = slope / 12.0 / now;
    let fading = |months: f64| (-leave * months).exp() * (1.0 + fall * months + fall / leave) / leave;
    let aged = (0.5 * fading(0.0) + 0.3 * fading(12.0) - 0.5 * fading(24.0)) / 12.0;
    lived(&format!("{pieces}{population}")).meets("qalys", aged);
    // At 0.45 until the piece begins, which falls to 0.45 later.
    let meets = 12.0 * (0.45 / 0.5 * now - constant) / slope - 12.0 * age;
    let held = 0.45 * (from(0.0) - from(12.0)) + 0.5 * (fading(12.0) - fading(meets)) + 0.45 * from(meets);
    let text = "floor = 0.45\nstate.refractory = 0.3\n\
                since_entry.refractory = [{ from_months = 12, utility = 0.5 }]\n";
    lived(&format!("{text}{population}")).meets("qalys", held / 12.0);
}

#[test]
fn utilities_by_time_since_entry_by_whole_years() {
    let text = "[utilities]\nstate.refractory = 0.5\n\
                since_entry.refractory = [{ from_months = 12, utility = 0.8 }, { from_months = 18, utility = 0.2 }]\n";
    let trial = by_time("year_start", text);
    let alive = |months: f64| (-RATE * months).exp();
    let between = |from: f64, to: f64| (alive(from) - alive(to)) / RATE;
    let years = |year: f64| {
        between(12.0 * year, 12.0 * year + 12.0) * 1.015_f64.powf(-year) / (1.0 - alive(12.0) / 1.015)
    };
    let from_eighteen = years(1.0) - between(12.0, 18.0) / 1.015;
    trial.meets("qalys", (0.5 * years(0.0) + 0.3 * years(1.0) - 0.6 * from_eighteen) / 12.0);
}
