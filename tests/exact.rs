//! The exact engine: closed forms, and every mean, curve point and event against the Monte Carlo engine.
//!
//! Every shipped scenario is compared in a million patients, with other settings in fewer.

#[path = "exact/closed_form.rs"]
mod closed_form;
#[path = "exact/compare.rs"]
mod compare;
#[path = "generate/mod.rs"]
mod generate;
#[path = "exact/million.rs"]
mod million;

use compare::{Compared, compare, overridden};
use remisim::model::{Model, Value};
use remisim::program::compile;
use remisim::scenario::list;

/// Values between this many Monte Carlo standard errors are taken to be chance, among some thousands.
const ERRORS: f64 = 4.5;
/// The same among some hundred thousands, many of them rare events in few patients.
const ERRORS_OF_MANY: f64 = 6.5;

/// A scenario with its central values and some changes, in 400,000 patients.
fn agrees(scenario: &str, changes: &[&str]) {
    agrees_with(scenario, changes, |_| {});
}

/// The same, with changes to the model that is read.
fn agrees_with(scenario: &str, changes: &[&str], change: impl Fn(&mut Model)) {
    let patients = std::env::var("REMISIM_PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_000_u64);
    let sizes = format!("settings.patients={patients}");
    let central = ["settings.uncertainty=false", "settings.draws=1", "settings.seed=1", &sizes];
    let mut model = overridden(scenario, &[&central[..], changes].concat());
    change(&mut model);
    let program = compile(&model).unwrap();
    let Compared { apart, worst, worst_bound, seconds } = compare(&model, &program, ERRORS, 0.0).unwrap();
    println!("{scenario}: {seconds:.3} s, distance {worst:.2}, bound {worst_bound:.3} errors");
    assert!(
        apart.is_empty(),
        "{scenario}: {} differences\n{}",
        apart.len(),
        apart[..apart.len().min(40)].join("\n")
    );
}

macro_rules! shipped {
    ($($name:ident)*) => {
        const COMPARED: &[&str] = &[$(stringify!($name)),*];
        $( #[test] fn $name() { million::agrees(stringify!($name)); } )*
    };
}

shipped! {
    adult_frontline blast blast_economics cd7_car_t cd7_car_t_leukaemic cd7_car_t_mass cd7_economics cd7_sequence
    centre_demand eliana eliana_economics eliana_infused_only eliana_real_world
    lesson_chance_and_ignorance lesson_denominator lesson_median lesson_one_trial lesson_plateau lesson_same_luck
    mrd_guided national_demand natural_history older_frontline ph_positive population_mix reference_illness_death seasonal_surge
    t_all_frontline tower tower_economics tower_first_salvage
}

#[test]
fn every_shipped_scenario_is_compared() {
    let shipped: Vec<String> = list().into_iter().map(|listed| listed.name).collect();
    assert_eq!(shipped, COMPARED);
}

#[test]
fn discounting_by_whole_years_and_failure_at_the_start_agree() {
    let changes = [
        "settings.discount={ costs = 0.05, effects = 0.02, convention = \"year_start\" }",
        "settings.efs_failure_at=\"start\"",
    ];
    agrees("tower", &changes);
    agrees("eliana", &changes);
}

#[test]
fn generated_models_agree() {
    let (mut walked, mut refused) = (0, 0);
    let mut problems = Vec::new();
    let first = std::env::var("REMISIM_FIRST_MODEL").ok().and_then(|n| n.parse().ok()).unwrap_or(43);
    let count: u64 = std::env::var("REMISIM_MODELS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    for number in first..first + count {
        let mut model = generate::model(number);
        model.settings.patients = 20_000;
        model.settings.draws = 1;
        let Ok(program) = compile(&model) else { continue };
        match compare(&model, &program, ERRORS_OF_MANY, 6.0) {
            Ok(compared) => {
                walked += 1;
                println!(
                    "{number}: {:.2} s, {:.2}, {:.3}",
                    compared.seconds, compared.worst, compared.worst_bound
                );
                if let Some(first) = compared.apart.first() {
                    println!("{number}: {}", compared.apart.join("\n"));
                    if problems.is_empty() {
                        println!("{}", generate::text(&model));
                    }
                    problems.push(format!("model {number}: {} differences, {first}", compared.apart.len()));
                }
            }
            Err(unsupported) => {
                refused += 1;
                println!("{number}: {unsupported}");
            }
        }
    }
    println!("{walked} walked, {refused} refused");
    assert!(problems.is_empty(), "{}\n{walked} walked, {refused} refused", problems.join("\n"));
}

/// With ratios over the life table in every state of some regimens. They are set in the model: a file that says them is
/// no longer the one that was fitted.
#[track_caller]
fn agrees_raised(scenario: &str, changes: &[&str], regimens: &[(&str, [f64; 7])]) {
    agrees_with(scenario, changes, |model| {
        for (id, ratios) in regimens {
            let regimen = model.regimens.iter_mut().find(|regimen| regimen.id.as_str() == *id).unwrap();
            let raised = regimen.mortality_ratio.iter_mut().zip(ratios).filter(|(_, ratio)| **ratio != 1.0);
            raised.for_each(|(own, ratio)| *own = Some(Value::Constant(*ratio)));
        }
    });
}

/// Curves from first infusion and remission too, in patients old enough that many die of background causes.
const OLD: [&str; 2] = [
    "population.age_years={ low = 55, high = 75 }",
    "settings.curves=[\"os\", \"efs\", \"rfs\", \"cir\", \"os_infused\", \"efs_infused\"]",
];

#[test]
fn mortality_ratios_agree_with_transplants_and_lines() {
    let first = ("salvage_chemotherapy_tower", [1.0, 2.0, 3.0, 5.0, 8.0, 4.0, 0.0]);
    let second = ("blinatumomab", [1.0, 0.0, 0.5, 2.0, 4.0, 3.0, 6.0]);
    agrees_raised("tower", &OLD, &[first, second]);
}

/// Densities of the very old end in rounding, which a high ratio must not make into patients.
#[test]
fn mortality_ratios_of_the_very_old_agree() {
    let ages = ["population.age_years={ fixed = 76 }", "settings.horizon_months=600"];
    agrees_raised("blast", &ages, &[("continued_chemotherapy", [1.0, 1.0, 2.0, 2.0, 6.1, 1.0, 6.1])]);
}

const NORM: &str = "utilities.population={ constant = \"AraBrazier2010.constant\", male = \"AraBrazier2010.male\", \
                    age = \"AraBrazier2010.age\", age_squared = \"AraBrazier2010.age_squared\" }";

#[test]
fn utilities_that_fall_with_age_agree() {
    agrees("tower", &[OLD[0], NORM]);
    let by_years = "settings.discount={ costs = 0.05, effects = 0.02, convention = \"year_start\" }";
    agrees("adult_frontline", &[OLD[0], NORM, by_years]);
    let first = ("salvage_chemotherapy_tower", [1.0, 2.0, 3.0, 5.0, 8.0, 4.0, 0.0]);
    agrees_raised("tower", &[OLD[0], NORM], &[first]);
}

/// Costs by time since each state was entered and of the last months of life, and a floor that utilities reach.
const BY_TIME: [&str; 9] = [
    "utilities.since_entry={}",
    "costs.since_entry.induction=[{ from_months = 0.3, per_month = 7000 }]",
    "costs.since_entry.remission=[{ from_months = 0, per_month = 900 }, { from_months = 5.5, per_month = 400 }]",
    "costs.since_entry.mrd_positive=[{ from_months = 1, per_month = 800 }, { from_months = 3.2, per_month = 100 }]",
    "costs.since_entry.transplanted=[{ from_months = 0, per_month = 4000 }, { from_months = 12, per_month = 2000 }, { from_months = 24, per_month = 300 }]",
    "costs.since_entry.relapsed=[{ from_months = 2, per_month = 5000 }, { from_months = 60, per_month = 0 }]",
    "costs.last_months=[{ months = 6, per_month = 3000 }, { months = 0.7, per_month = 9000 }]",
    "utilities.state={ remission = 0.8, mrd_positive = 0.75, transplanted = 0.7, refractory = -0.2, relapsed = 0.3 }",
    "utilities.floor=0.65",
];

#[test]
fn costs_by_time_and_floors_agree() {
    agrees("tower", &BY_TIME);
    agrees("tower", &[&[OLD[0], NORM][..], &BY_TIME].concat());
    agrees("eliana", &[&BY_TIME[..], &["tocilizumab.vials_mg=[400, 80, 200]"]].concat());
    let by_years = "settings.discount={ costs = 0.05, effects = 0.02, convention = \"year_start\" }";
    agrees("adult_frontline", &[&[OLD[0], NORM, by_years][..], &BY_TIME].concat());
    agrees("mrd_guided", &BY_TIME);
}

/// Utilities by time since each state was entered.
const LIVED_BY_TIME: [&str; 5] = [
    "utilities.since_entry.remission=[{ from_months = 0, utility = 0.6 }, { from_months = 5.5, utility = 0.9 }]",
    "utilities.since_entry.mrd_positive=[{ from_months = 1, utility = 0.2 }, { from_months = 3.2, utility = 0.9 }]",
    "utilities.since_entry.transplanted=[{ from_months = 3, utility = 0.3 }, { from_months = 24, utility = 0.85 }]",
    "utilities.since_entry.refractory=[{ from_months = 0.4, utility = -0.3 }, { from_months = 24, utility = 0.8 }]",
    "utilities.since_entry.relapsed=[{ from_months = 24, utility = 0.8 }]",
];

#[test]
fn utilities_by_time_agree() {
    let floored = [&LIVED_BY_TIME[..], &["utilities.floor=0.25"]].concat();
    agrees("tower", &floored);
    agrees("eliana", &LIVED_BY_TIME);
    let by_years = "settings.discount={ costs = 0.05, effects = 0.02, convention = \"year_start\" }";
    agrees("adult_frontline", &[&[OLD[0], NORM, by_years][..], &LIVED_BY_TIME].concat());
    agrees("mrd_guided", &LIVED_BY_TIME);
    let ratios = [1.0, 2.0, 3.0, 5.0, 8.0, 4.0, 0.0];
    let old = [&[OLD[0], NORM][..], &LIVED_BY_TIME].concat();
    agrees_raised("tower", &old, &[("salvage_chemotherapy_tower", ratios), ("blinatumomab", ratios)]);
    agrees_raised("mrd_guided", &old, &[("maintenance", [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 0.5])]);
}

#[test]
fn utilities_by_time_that_meet_a_floor_as_they_fall_are_refused() {
    let floored = [&[NORM, "utilities.floor=0.25", "settings.draws=1"][..], &LIVED_BY_TIME].concat();
    let model = overridden("tower", &floored);
    let found = remisim::exact::run(&model, &compile(&model).unwrap(), &remisim::simulate::Unobserved);
    let refused = remisim::exact::Stopped::Unsupported(remisim::exact::Unsupported::Floor);
    assert_eq!(found.err(), Some(refused));
}

#[test]
fn costs_by_time_and_floors_agree_under_mortality_ratios() {
    let ratios = [1.0, 2.0, 3.0, 5.0, 8.0, 4.0, 0.0];
    let old = [&[OLD[0], NORM][..], &BY_TIME].concat();
    agrees_raised("tower", &old, &[("salvage_chemotherapy_tower", ratios), ("blinatumomab", ratios)]);
    agrees_raised("mrd_guided", &old, &[("maintenance", [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 0.5])]);
    agrees_raised("adult_frontline", &old, &[("hyper_cvad", [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 0.5])]);
}

#[test]
fn a_mortality_ratio_after_transplant_agrees() {
    agrees_raised("tower", &OLD, &[("blinatumomab", [1.0, 1.0, 1.0, 1.0, 5.0, 1.0, 1.0])]);
}

#[test]
fn mortality_ratios_agree_after_an_infusion() {
    let young = ["population.age_years={ low = 60, high = 67 }", OLD[1]];
    agrees_raised("cd7_sequence", &young, &[("cd7_car_t", [6.0, 4.0, 3.0, 2.0, 5.0, 3.0, 0.0])]);
}

#[test]
fn mortality_ratios_agree_where_tests_find_relapse() {
    agrees_raised("mrd_guided", &OLD, &[("maintenance", [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 0.5])]);
}

#[test]
fn mortality_ratios_agree_with_tests_and_transplants() {
    agrees_raised("adult_frontline", &OLD, &[("hyper_cvad", [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 0.5])]);
}
