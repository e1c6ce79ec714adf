//! The shipped demands, and the files that a run of one writes.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::demand::{Measure, run};
use remisim::scenario::{Request, load};
use remisim::simulate::Unobserved;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Doses of the patients for each infusion, at central values.
fn doses_for_each(set: &[&str]) -> (f64, f64) {
    let mut request = Request::new("centre_demand");
    let sizes = ["settings.uncertainty=false", "settings.draws=1", "demand.replications=1000"];
    request.overrides = sizes.iter().chain(set).map(|own| (*own).to_owned()).collect();
    let model = load(&request).unwrap_or_else(|problems| panic!("{problems}")).model;
    let results = run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap();
    let mean = |measure| results.amount(0, measure).band.mean.unwrap();
    let doses = mean(Measure::Doses) - mean(Measure::OtherDoses);
    let error = results.amount(0, Measure::Doses).band.mc_se.unwrap();
    (doses / mean(Measure::Infusions), error / mean(Measure::Infusions))
}

#[test]
fn readings_of_the_missing_denominator_stand_side_by_side() {
    // Evidence E3 and B1: shares with CRS and given tocilizumab, times the mean of Dirichlet(23.5, 14.5, 6.5, 0.5).
    let each = (23.5 + 2.0 * 14.5 + 3.0 * 6.5 + 4.0 * 0.5) / 45.0;
    let beta = |events: f64, n: f64| (events + 0.5) / (n + 1.0);
    let crs = beta(58.0, 75.0);
    for (set, exact) in [
        (&[][..], crs * beta(28.0, 58.0) * each),
        (&["readings.tocilizumab=\"literal\""], 0.48 * each),
        (&["readings.tocilizumab=\"pooled\""], crs * beta(43.0, 108.0) * each),
        (
            &["demand.products.tisagenlecleucel.scenario=\"eliana_real_world\""],
            beta(404.0, 703.0) * beta(214.0, 404.0) * each,
        ),
    ] {
        let (doses, error) = doses_for_each(set);
        // Burden raises and lowers CRS around the published rate, to within a hundredth of it.
        assert!(
            (doses - exact).abs() < 4.0 * error + 0.01 * exact,
            "{set:?}: {doses} against {exact}, {error}"
        );
    }
}

/// Small sizes of a run.
const SMALL: [&str; 9] = [
    "--patients",
    "50",
    "--draws",
    "4",
    "--set",
    "demand.years=1",
    "--set",
    "demand.search_replications=2",
    "--quiet",
];

fn rows(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let header = reader.headers().unwrap().iter().map(ToOwned::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect());
    (header, rows.collect())
}

fn with_interval(percentile: &str) -> String {
    format!("{percentile},{percentile}_lower_95,{percentile}_upper_95")
}

#[test]
fn files_of_a_demand_agree_with_each_other() {
    let folder = Folder::new();
    for name in ["centre_demand", "national_demand", "seasonal_surge"] {
        let sizes = ["--set", "demand.replications=3"];
        let arguments: Vec<&str> = ["run", name].into_iter().chain(SMALL).chain(sizes).collect();
        folder.run(&arguments).ends_with(0);
        let at = |file: &str| folder.at("output").join(name).join(file);
        let (of_days, days) = rows(&at("demand_daily.csv"));
        assert_eq!(
            of_days.join(","),
            format!(
                "day,centre,resource,unit,mean,mc_se,{},chance_sd,unknown_sd,capacity,occupancy",
                ["p50", "p80", "p90", "p95", "p99"].map(with_interval).join(",")
            )
        );
        let (header, amounts) = rows(&at("stockouts.csv"));
        assert_eq!(header.join(","), "centre,outcome,unit,mean,mc_se,lower_95,upper_95,chance_sd,unknown_sd");
        let (of_peaks, peaks) = rows(&at("demand_peaks.csv"));
        assert_eq!(
            of_peaks.join(","),
            format!(
                "centre,resource,unit,mean,mc_se,{},chance_sd,unknown_sd,capacity",
                ["p80", "p85", "p90", "p95", "p99"].map(with_interval).join(",") + ",p100"
            )
        );
        let scope = days[0][1].clone();
        let number = |text: &str| text.parse::<f64>().unwrap();
        let amount: BTreeMap<&str, f64> = amounts
            .iter()
            .filter(|row| row[0] == scope)
            .map(|row| (row[1].as_str(), number(&row[3])))
            .collect();
        // Days add up to the year; means of days to the mean of what is held.
        let sum = |resource: &str| -> f64 {
            days.iter().filter(|row| row[2] == resource).map(|row| number(&row[4])).sum()
        };
        let used: f64 = days
            .iter()
            .filter(|row| row[2].starts_with("vials_") && row[2].ends_with("_used"))
            .map(|row| number(&row[4]))
            .sum();
        for (sum, outcome) in
            [(sum("infusions"), "infusions"), (sum("tocilizumab_doses"), "doses"), (used, "vials_used")]
        {
            assert!((sum - amount[outcome]).abs() < 1e-9 * sum.max(1.0), "{name} {outcome}: {sum}");
        }
        assert!(amount["opened_mg"] >= amount["doses_mg"] && amount["infusions"] > 0.0);
        // No day passes the worst peak of a year.
        for resource in ["infusions", "tocilizumab_doses", "icu_beds", "icu_beds_wanted", "ward_beds_wanted"]
        {
            let own = |rows: &[Vec<String>], centre: usize, resource_at: usize, column: usize| -> f64 {
                rows.iter()
                    .filter(|row| row[centre] == scope && row[resource_at] == resource)
                    .map(|row| number(&row[column]))
                    .fold(0.0, f64::max)
            };
            let [p80, p100] = [(&of_days, "p80"), (&of_peaks, "p100")]
                .map(|(header, column)| header.iter().position(|own| own == column).unwrap());
            assert!(own(&days, 1, 2, p80) <= own(&peaks, 0, 1, p100), "{name} {resource}");
        }
        let (header, policies) = rows(&at("policy.csv"));
        let place = |column: &str| header.iter().position(|own| own == column).unwrap();
        let [meets, cheapest, cost] = ["meets_target", "cheapest", "cost"].map(place);
        let met: Vec<&Vec<String>> = policies.iter().filter(|row| row[meets] == "TRUE").collect();
        let chosen: Vec<&Vec<String>> = policies.iter().filter(|row| row[cheapest] == "TRUE").collect();
        assert_eq!(chosen.len(), usize::from(!met.is_empty()), "{name}");
        let least = met.iter().map(|row| number(&row[cost])).fold(f64::INFINITY, f64::min);
        assert!(chosen.iter().all(|row| number(&row[cost]) == least && row[meets] == "TRUE"), "{name}");
        let (_, switches) = rows(&at("demand_switches.csv"));
        assert_eq!(switches[0][0], "base");
        // A further vial is never missed: the same patients meet a fuller shelf.
        let missed: Vec<(&str, f64)> = switches
            .iter()
            .filter(|row| row[1] == "doses_short")
            .map(|row| (row[0].as_str(), number(&row[3])))
            .collect();
        let more: Vec<f64> =
            missed.iter().filter(|(own, _)| own.starts_with("one_more_vial_")).map(|(_, own)| *own).collect();
        assert_eq!(more.len(), header.iter().filter(|own| own.starts_with("order_up_to_")).count(), "{name}");
        assert!(more.iter().all(|own| *own <= missed[0].1) && missed[0].0 == "base", "{name}: {missed:?}");
        let wards = days.iter().filter(|row| row[2].starts_with("ward")).count();
        assert_eq!(wards > 0, name != "national_demand", "{name}: beds of a ward where there is one");
    }
}

#[test]
fn files_of_a_demand_are_the_same_bytes_with_any_number_of_threads() {
    let folder = Folder::new();
    let arguments = ["run", "centre_demand", "--set", "demand.replications=70"];
    let bytes = |threads: &str| {
        let out = format!("threads_{threads}");
        let more = ["--threads", threads, "--out", &out];
        let all: Vec<&str> = arguments.into_iter().chain(SMALL).chain(more).collect();
        folder.run(&all).ends_with(0);
        let path = folder.at(&out).join("centre_demand");
        folder::names(&path)
            .into_iter()
            .map(|name| (fs::read(path.join(&name)).unwrap(), name))
            .collect::<Vec<_>>()
    };
    let one = bytes("1");
    assert!(one.len() >= 11);
    assert!(bytes("2") == one && bytes("7") == one);
}

#[test]
fn the_exact_engine_leaves_the_demand_out_and_says_so() {
    let folder = Folder::new();
    let ran =
        folder.run(&["run", "seasonal_surge", "--draws", "2", "--engine", "exact", "--quiet"]).ends_with(0);
    assert!(ran.stdout.contains("the exact engine has none"), "{ran:?}");
    assert!(!folder.at("output/seasonal_surge/stockouts.csv").exists());
}

#[test]
fn demands_stand_in_json_lines_and_on_the_screen() {
    let folder = Folder::new();
    // Twenty years tell what is enough in 95 of 100.
    let sizes = ["--set", "demand.replications=5"];
    let arguments: Vec<&str> = ["run", "seasonal_surge"].into_iter().chain(SMALL).chain(sizes).collect();
    let plain = folder.run(&arguments).ends_with(0);
    for text in ["Demand of", "doses for each infusion", "at the worst moment", "policies with"] {
        assert!(plain.stdout.contains(text), "{text}: {}", plain.stdout);
    }
    let lines: Vec<&str> = arguments.iter().copied().chain(["--json", "--force"]).collect();
    let lines = folder.run(&lines).ends_with(0).stdout;
    let of = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let own: Vec<serde_json::Value> = lines.lines().map(of).filter(|line| line["type"] == "demand").collect();
    assert!(own.iter().any(|line| line["outcome"] == "doses_of_others" && line["mean"].is_number()));
}

#[test]
fn a_target_out_of_reach_is_told_with_what_could_be_met() {
    let folder = Folder::new();
    let sizes = ["--set", "demand.replications=2", "--set", "demand.target={ stockout_chance = 0 }"];
    let candidates = ["--set", "demand.vials.3.candidates=[1]", "--set", "demand.vials.1.candidates=[2, 3]"];
    let arguments: Vec<&str> =
        ["run", "centre_demand"].into_iter().chain(SMALL).chain(sizes).chain(candidates).collect();
    let ran = folder.run(&arguments).ends_with(0);
    for text in ["none of", "policies reaches a chance of a shortage in a year of 0"] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    let (header, policies) = rows(&folder.at("output/centre_demand/policy.csv"));
    let place = header.iter().position(|own| own == "stockout_chance").unwrap();
    let least = policies.iter().map(|row| row[place].parse::<f64>().unwrap()).fold(1.0, f64::min);
    assert!(policies.len() > 1 && least > 0.0);
    let told = format!("at least {least:.4} is reached");
    assert!(ran.stdout.contains(&told), "{told}: {}", ran.stdout);
}
