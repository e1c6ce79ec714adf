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
