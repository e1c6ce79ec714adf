//! Branches, waiting, transplant, tests and the life table against closed forms, 10^6 histories, fixed seed.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/trial.rs"]
mod trial;

use remisim::model::CurveKind::{Efs, Os};
use trial::{PATIENTS, Trial, is_share, one_line};

const NOBODY_DIES: &str = "refractory = { family = \"never\" }\nrelapse = { family = \"never\" }\n";

#[test]
fn binomial_branches_of_a_line() {
    let trial = Trial::of(&one_line(
        60.0,
        "",
        &format!(
            "[regimens.first]\nlabel = \"Cells\"\ngroup = \"test\"\n\
             [regimens.first.toxicity]\ninfection = 0.31\nother_grade3 = 0.62\nearly_death = 0.06\n\
             neurotoxicity = {{ any = 0.4, grade3 = 0.13 }}\n\
             crs = {{ scale = \"penn\", any = 0.77, grade3 = 0.46, tocilizumab = 0.5, tocilizumab_doses = [0.6, 0.25, 0.1, 0.05], \
             icu = 0.3, icu_days = {{ family = \"exponential\", rate = 0.1 }}, onset_days = {{ family = \"exponential\", rate = 0.4 }}, \
             duration_days = {{ family = \"log_normal\", median = 6, shape = 0.5 }} }}\n\
             [regimens.first.response]\ncr = 0.55\npr = 0.12\nmonths = 1\n[regimens.first.mrd]\nnegative = 0.8\n\
             [regimens.first.remission]\nrelapse = {{ family = \"never\" }}\n[regimens.first.failure]\n{NOBODY_DIES}"
        ),
    ));
    let (crs, given) = (0.77, 0.77 * 0.5);
    for (name, exact) in [
        ("given", 1.0),
        ("crs_grade12", 0.31),
        ("crs_grade3", 0.46),
        ("tocilizumab", given),
        ("icu", crs * 0.3),
        ("neurotoxicity_grade12", 0.27),
        ("neurotoxicity_grade3", 0.13),
        ("infection", 0.31),
        ("other_grade3", 0.62),
        ("cr", 0.55),
        ("pr", 0.12),
        ("no_response", 1.0 - 0.55 - 0.12 - 0.06),
        ("mrd_negative", 0.55 * 0.8),
        ("mrd_positive", 0.55 * 0.2),
        ("death_treatment", 0.06),
    ] {
        if exact == 1.0 {
            assert_eq!(trial.event(1, name).mean, Some(1000.0));
        } else {
            trial.has_event(1, name, exact);
        }
    }
    for (name, exact) in [
        ("crs_any", crs),
        ("crs_grade3", 0.46),
        ("tocilizumab_patients", given),
        ("icu_patients", crs * 0.3),
        ("cr", 0.55),
        ("cr_first_line", 0.55),
        ("pr", 0.12),
        ("mrd_negative", 0.44),
        ("death_treatment", 0.06),
    ] {
        trial.has_share(name, exact);
    }
    trial.meets("tocilizumab_doses", given * (0.6 + 2.0 * 0.25 + 3.0 * 0.1 + 4.0 * 0.05));
    trial.meets("icu_days", crs * 0.3 * 10.0);
    trial.meets("crs_days", crs * 6.0 * 0.125_f64.exp());
    trial.meets("crs_onset_days", 2.5);
    // Early deaths are uniform before the assessment; failure counts at it.
    trial.meets("months_induction", 0.94 + 0.06 * 0.5);
    trial.follows(Efs, &[1, 12], PATIENTS, |_| 0.55);
    trial.follows(Os, &[1, 12], PATIENTS, |_| 0.94);
}

#[test]
fn waiting_shares_are_those_observed() {
    let trial = Trial::of(&one_line(
        60.0,
        "curves = [\"os\", \"os_infused\"]",
        &format!(
            "[regimens.first]\nlabel = \"Cells\"\ngroup = \"test\"\n[regimens.first.access]\nantigen_positive = 0.95\n\
             contamination = 0.02\nmanufacturing_failure = 0.09\nwaiting_months = 1.5\nwaiting_death = 0.07\n\
             waiting_progression = 0.03\n[regimens.first.response]\ncr = 0.8\nmonths = 1\n\
             [regimens.first.remission]\nrelapse = {{ family = \"never\" }}\n[regimens.first.failure]\n{NOBODY_DIES}"
        ),
    ));
    let made = 0.95 * 0.98 * 0.91;
    trial.has_event(1, "antigen_absent", 0.05);
    trial.has_event(1, "contamination", 0.95 * 0.02);
    trial.has_event(1, "manufacturing_failure", 0.95 * 0.98 * 0.09);
    trial.has_event(1, "death_relapse", made * 0.07);
    trial.has_event(1, "waiting_progression", made * 0.03);
    trial.has_event(1, "given", made * 0.9);
    trial.has_share("infused", made * 0.9);
    trial.has_share("cr", made * 0.9 * 0.8);
    // Constant hazards while waiting.
    let mean = (1.0 - 0.9) / (-(0.9_f64.ln()) / 1.5);
    trial.meets("months_waiting", made * mean);
}

/// Everyone in remission with relapse at a constant rate; `rest` are more keys of the remission.
fn remission(relapse: f64, rest: &str) -> String {
    format!(
        "[regimens.graft]\nlabel = \"Transplant\"\ngroup = \"test\"\n\
         [regimens.graft.failure]\nrefractory = {{ family = \"never\" }}\n\
         [regimens.graft.transplant]\nrelapse_ratio = 1\ndeath = {{ family = \"exponential\", rate = 0.01 }}\n\
         [regimens.first]\nlabel = \"In remission\"\ngroup = \"test\"\nstarts_in = \"remission\"\n[regimens.first.remission]\n\
         relapse = {{ family = \"exponential\", rate = {relapse:?} }}\n{rest}\n[regimens.first.failure]\n{NOBODY_DIES}"
    )
}

#[test]
fn the_observed_share_is_transplanted_though_relapse_and_death_compete() {
    for months in [
        "{ family = \"fixed\", months = 4 }",
        "{ family = \"exponential\", rate = 0.25 }",
        "{ family = \"weibull\", shape = 2, scale = 5 }",
        "{ family = \"log_normal\", median = 3, shape = 0.5 }",
    ] {
        let transplant = format!(
            "non_relapse_death = {{ family = \"exponential\", rate = 0.01 }}\n\
             transplant = {{ regimen = \"graft\", share = 0.4, months = {months}, gap_months = 1 }}"
        );
        let trial = Trial::of(&one_line(240.0, "", &remission(0.05, &transplant)));
        let found = trial.outcome(0, "transplant").mean.unwrap();
        is_share(months, found, 0.4, PATIENTS);
    }
}

#[test]
fn molecular_relapse_is_found_as_often_as_it_must_be() {
    let rate: f64 = 0.05;
    let found = |every: f64, lead: f64, sensitivity: f64| {
        let tests = format!(
            "monitoring = {{ every_months = {every:?}, lead_months = {lead:?}, sensitivity = {sensitivity:?} }}"
        );
        let trial = Trial::of(&one_line(1200.0, "", &remission(rate, &tests)));
        (trial.outcome(0, "molecular_relapse").mean.unwrap(), trial)
    };
    let interval = |every: f64| (-rate * every).exp() / -(-rate * every).exp_m1();
    // A relapse at T is found where a test falls in [T - lead, T): T in (k every, k every + lead].
    let (share, trial) = found(3.0, 1.0, 1.0);
    is_share("short lead", share, interval(3.0) * -(-rate).exp_m1(), PATIENTS);
    // All relapse in the end, after months found or not.
    assert!(trial.outcome(0, "relapse").mean.unwrap() > 1.0 - 1e-6);
    let months = |name: &str| trial.outcome(0, name).mean.unwrap();
    let until_relapse = months("months_remission") + months("months_mrd_positive");
    assert!((until_relapse - 1.0 / rate).abs() < 4.0 / rate / PATIENTS.sqrt(), "{until_relapse}");
    let (share, _) = found(2.0, 5.0, 1.0);
    is_share("long lead", share, (-rate * 2.0).exp(), PATIENTS);
    // Two tests fall within the lead, or one where relapse comes before the second.
    let (share, _) = found(2.0, 4.0, 0.7);
    let second = (-rate * 4.0).exp();
    let exact = 0.7 * ((-rate * 2.0).exp() - second) + (1.0 - 0.3 * 0.3) * second;
    is_share("two chances", share, exact, PATIENTS);
}

/// Annual death probabilities of the shipped table, read without the program.
fn annual_deaths(sex: &str) -> Vec<f64> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/data/us-life-table-2014.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let own: Vec<(usize, f64)> = rows
        .filter(|row| row[1] == sex)
        .map(|row| (row[0].parse().unwrap(), row[2].parse().unwrap()))
        .collect();
    assert!(own.len() > 100 && own.iter().enumerate().all(|(index, (age, _))| index == *age));
    own.into_iter().map(|(_, q)| q).collect()
}

/// Survival from an age for some years: the product of the yearly survivals, with powers of them for parts of years;
/// the last year's probability holds for ever.
fn table_survival(annual: &[f64], age: f64, years: f64) -> f64 {
    let (mut at, end, mut survival) = (age, age + years, 1.0);
    while at < end - 1e-12 {
        let year = at.floor();
        let until = end.min(year + 1.0);
        let q = annual[(year as usize).min(annual.len() - 1)];
        survival *= (1.0 - q).powf(until - at);
        at = until;
    }
    survival
}

#[test]
fn background_deaths_follow_the_life_table() {
    for (sex, weights) in [("female", "female = 1, male = 0"), ("male", "female = 0, male = 1")] {
        for age in [40.0, 71.25] {
            let trial = Trial::of(&one_line(
                1200.0,
                "background_mortality = \"us_2014\"\ncurve_months = 600",
                &format!(
                    "age_years = {{ fixed = {age:?} }}\n[population.attributes]\nsex = {{ {weights} }}\n\
                     [regimens.first]\nlabel = \"Healthy\"\ngroup = \"test\"\n[regimens.first.failure]\n\
                     refractory = {{ family = \"never\" }}\n"
                ),
            ));
            let annual = annual_deaths(sex);
            let months: &[u32] = if age < 50.0 { &[12, 66, 120, 240, 480, 600] } else { &[12, 66, 120, 240] };
            trial.follows(Os, months, PATIENTS, |t| table_survival(&annual, age, t / 12.0));
            // Life expectancy to the horizon by the trapezium rule in steps of a hundredth of a year.
            let alive = |step: i32| table_survival(&annual, age, f64::from(step) / 100.0);
            let inner: f64 = (1..10_000).map(alive).sum();
            trial.meets("life_years", (inner + 0.5 * (1.0 + alive(10_000))) / 100.0);
            assert_eq!(trial.outcome(0, "death_background").mean.unwrap().round(), 1.0);
        }
    }
}

/// Tocilizumab and intensive care by the grade of CRS: 0.31 of all have it mild, 0.46 severe.
#[test]
fn what_is_done_for_crs_follows_its_grade() {
    let trial = Trial::of(&one_line(
        60.0,
        "",
        &format!(
            "[regimens.first]\nlabel = \"Cells\"\ngroup = \"test\"\n\
             [regimens.first.toxicity]\n\
             crs = {{ scale = \"penn\", any = 0.77, grade3 = 0.46, tocilizumab = 0.2, tocilizumab_grade3 = 0.8, \
             tocilizumab_doses = [0.6, 0.25, 0.1, 0.05], icu = 0.1, icu_grade3 = 0.55, \
             icu_days = {{ family = \"exponential\", rate = 0.1 }}, onset_days = {{ family = \"exponential\", rate = 0.4 }} }}\n\
             [regimens.first.response]\ncr = 0.55\nmonths = 1\n\
             [regimens.first.remission]\nrelapse = {{ family = \"never\" }}\n[regimens.first.failure]\n{NOBODY_DIES}"
        ),
    ));
    let (given, icu) = (0.31 * 0.2 + 0.46 * 0.8, 0.31 * 0.1 + 0.46 * 0.55);
    for (name, exact) in [("crs_grade12", 0.31), ("crs_grade3", 0.46), ("tocilizumab", given), ("icu", icu)] {
        trial.has_event(1, name, exact);
    }
    trial.has_share("tocilizumab_patients", given);
    trial.has_share("icu_patients", icu);
    trial.meets("tocilizumab_doses", given * 1.6);
    trial.meets("icu_days", icu * 10.0);
    trial.meets("crs_onset_days", 2.5);
}
