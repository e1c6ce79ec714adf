//! Demand against an independent discrete-event model, `tests/simpy`, whose header tells its rules and cases.

#[path = "support/demand.rs"]
mod demand;
#[path = "support/folder.rs"]
mod folder;

use demand::{CERTAIN, replicate, scenario};
use remisim::demand::{DemandResults, Level, Measure, PEAK_SHARES, Resource};
use std::collections::BTreeMap;

const REPLICATIONS: u32 = 3_000;

/// Figures of a case: value and standard error.
fn figures(case: &str) -> BTreeMap<String, (f64, f64)> {
    let mut reader = csv::Reader::from_path("tests/simpy/values.csv").unwrap();
    let rows = reader.records().map(|row| row.unwrap()).filter(|row| &row[0] == case);
    rows.map(|row| (row[1].to_owned(), (row[2].parse().unwrap_or(0.0), row[3].parse().unwrap_or(0.0))))
        .collect()
}

/// The patients of all cases, given these shares of 1 to 4 doses.
fn crs(doses: &str) -> String {
    format!(
        "any = 0.84, grade3 = 0.22, onset_days = {{ family = \"log_normal\", scale = 3, shape = 0.6 }}, \
         duration_days = {{ family = \"log_normal\", scale = 6, shape = 0.5 }}, tocilizumab = 0.6, tocilizumab_doses = {doses}, \
         icu = 0.4, icu_days = {{ family = \"log_normal\", scale = 6, shape = 0.7 }}"
    )
}

/// A centre with so many patients a year.
fn case(doses: &str, a_year: u32, centre: &str, ward: &str, stock: &str) -> DemandResults {
    replicate(&scenario(
        CERTAIN,
        &crs(doses),
        &format!(
            "[demand]\nyears = 5\nreplications = {REPLICATIONS}\nfirst_day = \"2026-01-05\"\n\
             [[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
             [[demand.centres]]\nid = \"here\"\nvolume = {{ cells = {a_year} }}\n{centre}\n\
             [demand.care]\nfirst_dose_days = {{ family = \"log_normal\", scale = 0.8, shape = 0.7 }}\n\
             between_doses_days = {{ family = \"exponential\", rate = 2, delay = 0.3333333333333333 }}\n\
             icu_after_onset_days = {{ family = \"exponential\", rate = 0.6666666666666666 }}\n\
             [demand.ward]\ndays = {{ family = \"log_normal\", scale = 10, shape = 0.4 }}\n{ward}\n{stock}"
        ),
    ))
}

/// Both estimates lie within four standard errors of their difference.
#[track_caller]
fn close(name: &str, own: (f64, f64), other: (f64, f64)) {
    let error = own.1.hypot(other.1);
    assert!((own.0 - other.0).abs() <= 4.0 * error, "{name}: {} against {}, error {error}", own.0, other.0);
}

/// The figures that every case has.
#[track_caller]
fn compare(case: &str, results: &DemandResults, others: &[(Measure, (f64, f64))]) {
    let theirs = figures(case);
    let of = |name: &str| *theirs.get(name).unwrap_or_else(|| panic!("no {name} of {case}"));
    let mine = |measure| {
        let band = results.amount(0, measure).band;
        (band.mean.unwrap(), band.mc_se.unwrap())
    };
    let doses = of("doses_given_a_year");
    let background = of("background_doses_given_a_year");
    close("doses", mine(Measure::Doses), (doses.0 + background.0, doses.1.hypot(background.1)));
    close("doses of others", mine(Measure::OtherDoses), background);
    for (measure, name) in [
        (Measure::Infusions, "infusions_a_year"),
        (Measure::DosesMg, "mg_given_a_year"),
        (Measure::OpenedMg, "mg_opened_a_year"),
        (Measure::ShortDoses, "short_doses_a_year"),
        (Measure::ShortYears, "short_year_share"),
        (Measure::VialsExpired, "expired_vials_a_year"),
        (Measure::Orders, "orders_a_year"),
        (Measure::IcuTransferred, "icu_transferred_a_year"),
        (Measure::WardTransferred, "ward_transferred_a_year"),
    ] {
        close(&format!("{case} {name}"), mine(measure), of(name));
    }
    others
        .iter()
        .for_each(|(measure, other)| close(&format!("{case} {}", measure.name()), mine(*measure), *other));
    // Means over all days have no error of their own here: theirs, and that of as many replications as there are.
    let census = |resource| {
        let days: &[Level] = results.days(resource);
        days.iter().map(|level| level.mean).sum::<f64>() / days.len() as f64
    };
    for (resource, name) in [
        (Resource::IcuBeds, "icu_census_mean"),
        (Resource::WardBeds, "ward_census_mean"),
        (Resource::VialsHeld(0), "on_hand_80_mean"),
        (Resource::VialsHeld(1), "on_hand_200_mean"),
        (Resource::VialsHeld(2), "on_hand_400_mean"),
    ] {
        let other = of(name);
        let own_error = other.1 * (5_000.0 / f64::from(REPLICATIONS)).sqrt();
        close(&format!("{case} {name}"), (census(resource), own_error), other);
    }
    let peak = results.peak(0, Resource::IcuBeds);
    let at = PEAK_SHARES.iter().position(|share| *share == 0.95).unwrap();
    assert_eq!(peak.percentiles[at].enough.map(f64::from), Some(of("peak_icu_p95").0), "{case}");
    let shares =
        (0..20).filter_map(|beds| Some((f64::from(beds), *theirs.get(&format!("peak_icu_{beds}"))?)));
    let (mean, variance) = shares.fold((0.0, 0.0), |(mean, variance), (beds, (share, error))| {
        (mean + beds * share, variance + (beds * error).powi(2))
    });
    close(&format!("{case} peak"), (peak.mean, peak.mc_se.unwrap()), (mean, variance.sqrt()));
}

#[test]
fn a_stock_that_runs_short_is_that_of_the_other_model() {
    let results = case(
        "[0.45, 0.3, 0.15, 0.1]",
        40,
        "",
        "outpatient = 0.25",
        "[[demand.vials]]\nmg = 80\norder_up_to = 12\n[[demand.vials]]\nmg = 200\norder_up_to = 3\n[[demand.vials]]\nmg = 400\norder_up_to = 3\n\
         [demand.stock]\nlead_time_days = { family = \"log_normal\", scale = 6, shape = 0.5 }\nshelf_life_days = 300\n\
         when_short = \"emergency\"\nemergency_days = 0.25\n",
    );
    compare("stock", &results, &[(Measure::Postponed, (0.0, 0.0)), (Measure::PostponedDays, (0.0, 0.0))]);
}

#[test]
fn beds_that_are_full_are_those_of_the_other_model() {
    let results = case(
        "[0.45, 0.3, 0.15, 0.1]",
        80,
        "icu_beds = 2\nward_beds = 3",
        "",
        "[[demand.vials]]\nmg = 80\norder_up_to = 10\nreorder_point = 4\nquantity = 6\n\
         [[demand.vials]]\nmg = 200\norder_up_to = 7\nreorder_point = 3\nquantity = 4\n\
         [[demand.vials]]\nmg = 400\norder_up_to = 9\nreorder_point = 5\nquantity = 4\n\
         [demand.stock]\nreview_days = 7\nlead_time_days = { family = \"log_normal\", scale = 3, shape = 0.5 }\nwhen_short = \"wait\"\n\
         [[demand.background]]\nid = \"icu\"\na_year = 12\nicu_days = { family = \"log_normal\", scale = 4, shape = 0.8 }\n\
         [[demand.background]]\nid = \"rheumatology\"\na_year = 20\ntocilizumab_mg = 400\n",
    );
    let theirs = figures("beds");
    let (late, mean) = (theirs["late_doses_a_year"], theirs["late_days_mean"]);
    let late_days = (late.0 * mean.0, late.0 * mean.0 * (late.1 / late.0).hypot(mean.1 / mean.0));
    let others = [
        (Measure::Postponed, theirs["postponed_a_year"]),
        (Measure::PostponedDays, theirs["postponed_days_a_year"]),
        (Measure::LateDays, late_days),
    ];
    compare("beds", &results, &others);
}

#[test]
fn site_rules_and_slots_are_those_of_the_other_model() {
    let results = case(
        "[0.25, 0.25, 0.25, 0.25]",
        50,
        "slots = [2, 0, 1, 0, 1, 0, 0]\nicu_beds = 1\nicu_full = \"transfer\"",
        "",
        "[[demand.vials]]\nmg = 80\norder_up_to = 6\n[[demand.vials]]\nmg = 200\norder_up_to = 4\n[[demand.vials]]\nmg = 400\norder_up_to = 6\n\
         [demand.stock]\nlead_time_days = { family = \"log_normal\", scale = 8, shape = 0.5 }\nshelf_life_days = 120\nsharing_days = 1\n\
         when_short = \"lost\"\nsite_rule = { doses = 2, days = 14 }\n",
    );
    // There all days from ready to infused count, here those from the first slot: on average 2, 2 and 3 days lie between
    // slots, so a patient waits for the first (4 + 4 + 9) / 14 days.
    let theirs = figures("rules");
    let (all, infusions) = (theirs["postponed_days_a_year"], theirs["infusions_a_year"]);
    let from_slot = (all.0 - infusions.0 * 17.0 / 14.0, all.1);
    compare("rules", &results, &[(Measure::PostponedDays, from_slot)]);
}
