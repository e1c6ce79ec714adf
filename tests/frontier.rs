//! Several strategies, of which the comparator is not the one before each on the frontier.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use table::{Row, number, rows};

/// Four strategies; the comparator is not the cheapest.
const SCENARIO: &str = r#"
title = "Four"
question = "?"
extends = "tower"
[settings]
draws = 40
patients = 400
[[strategies]]
id = "both"
[[strategies.lines]]
regimen = "blinatumomab"
[[strategies.lines]]
regimen = "salvage_chemotherapy_tower"
after = ["refractory"]
[[strategies]]
id = "blinatumomab"
[[strategies.lines]]
regimen = "blinatumomab"
[[strategies]]
id = "then"
[[strategies.lines]]
regimen = "salvage_chemotherapy_tower"
[[strategies.lines]]
regimen = "blinatumomab"
after = ["refractory", "relapse"]
able = { assume = 0.5, reason = "half are fit" }
[[strategies]]
id = "chemotherapy"
[[strategies.lines]]
regimen = "salvage_chemotherapy_tower"
[economics]
perspective = "payer"
comparator = "chemotherapy"
one_way = false
subgroups = ["sex"]
switches = { against_both = ['economics.comparator="both"'], ten_years = ["settings.horizon_months=120"] }
"#;

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} {expected}");
}

/// Where a strategy becomes the best of all as more is paid for health, and which it takes over from; `None` where it
/// never is, or is so already when nothing is paid. By the bounds on the price of health alone, without a frontier.
fn ratio(own: usize, means: &[(f64, f64)]) -> Option<(f64, usize)> {
    let (cost, effect) = means[own];
    let (mut least, mut most) = (None, f64::INFINITY);
    for (other, (its_cost, its_effect)) in means.iter().enumerate().filter(|(other, _)| *other != own) {
        let price = (cost - its_cost) / (effect - its_effect);
        if *its_effect > effect {
            most = most.min(price);
        } else if least.is_none_or(|(own, _)| price > own) {
            least = Some((price, other));
        }
    }
    least.filter(|(price, _)| *price > 0.0 && *price <= most)
}

/// Quantile by linear interpolation between the sorted values.
fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = p * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

fn draws(folder: &Path, name: &str) -> BTreeMap<String, Vec<f64>> {
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(folder, name) {
        row.into_iter().for_each(|(key, cell)| found.entry(key).or_default().push(cell.parse().unwrap()));
    }
    found
}

#[test]
fn every_ratio_names_whom_it_is_against() {
    let folder = Folder::new();
    fs::write(folder.at("four.toml"), SCENARIO).unwrap();
    // With a utility of failure for life three strategies are on the frontier.
    let arguments = ["run", "./four.toml", "--quiet", "--set", "utilities.since_entry={}"];
    let text = folder.run(&arguments).ends_with(0).stdout.replace('\n', " ");
    let out = folder.at("output/four");
    let mut against_another = 0;
    for (file, keys) in [("switches.csv", vec!["switch"]), ("subgroups.csv", vec!["attribute", "level"])] {
        let all = rows(&out, file);
        let head = |row: &Row| keys.iter().map(|key| row[*key].clone()).collect::<Vec<String>>();
        assert_eq!(all.len() % 4, 0);
        for group in all.chunks(4) {
            let means: Vec<(f64, f64)> =
                group.iter().map(|row| (number(row, "costs"), number(row, "qalys"))).collect();
            for (own, row) in group.iter().enumerate() {
                assert_eq!(head(row), head(&group[0]));
                let Some((price, other)) = ratio(own, &means) else {
                    assert_eq!((row["icer"].as_str(), row["icer_comparator"].as_str()), ("", ""), "{row:?}");
                    continue;
                };
                near(number(row, "icer"), price);
                assert_eq!(row["icer_comparator"], group[other]["strategy"], "{row:?}");
                against_another += u32::from(row["icer_comparator"] != row["comparator"]);
            }
        }
    }
    // Else the names would prove nothing.
    assert!(against_another > 2, "{against_another}");
    assert!(text.contains("Each ICER is against the one before it on the frontier: "), "{text}");
}

#[test]
fn raw_intervals_are_those_of_the_draws() {
    let folder = Folder::new();
    fs::write(folder.at("four.toml"), SCENARIO).unwrap();
    folder.run(&["run", "./four.toml", "--quiet"]).ends_with(0);
    let out = folder.at("output/four");
    let (costs, effects) = (draws(&out, "cost.csv"), draws(&out, "effect.csv"));
    let increments = rows(&out, "increments.csv");
    // The scenario as it is has the draws and patients of the run.
    for row in rows(&out, "switches.csv").iter().filter(|row| row["switch"] == "base") {
        let own = &row["strategy"];
        if *own == "chemotherapy" {
            assert_eq!((row["lower_95"].as_str(), row["lower_95_corrected"].as_str()), ("", ""));
            continue;
        }
        let gain = |draw: usize| {
            let net = |of: &str| 100_000.0 * effects[of][draw] - costs[of][draw];
            net(own) - net("chemotherapy")
        };
        let gains: Vec<f64> = (0..40).map(gain).collect();
        near(number(row, "lower_95"), quantile(&gains, 0.025));
        near(number(row, "upper_95"), quantile(&gains, 0.975));
        let of_run = |row: &&Row| row["strategy"] == *own && row["outcome"] == "net_monetary_benefit";
        let of_run = increments.iter().find(of_run).unwrap();
        for end in ["lower_95_corrected", "upper_95_corrected"] {
            assert_eq!(row[end], of_run[end], "{own}");
        }
        let width = |suffix: &str| {
            number(row, &format!("upper_95{suffix}")) - number(row, &format!("lower_95{suffix}"))
        };
        assert!(width("_corrected") < width(""), "{row:?}");
    }
}

#[test]
fn lines_say_what_tables_say() {
    let folder = Folder::new();
    fs::write(folder.at("four.toml"), SCENARIO).unwrap();
    let text = folder.run(&["run", "./four.toml", "--quiet", "--json"]).ends_with(0).stdout;
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).collect::<Vec<&Value>>();
    let out = folder.at("output/four");
    let same = |line: &Value, key: &str, cell: &str| match cell {
        "" => assert!(line[key].is_null(), "{key} of {line}"),
        cell => near(line[key].as_f64().unwrap(), cell.parse().unwrap()),
    };
    let icers = rows(&out, "icers.csv");
    assert_eq!((of("icer").len(), icers.len()), (4, 4));
    for (line, row) in of("icer").into_iter().zip(&icers) {
        assert_eq!(
            (&line["strategy"], &line["status"]),
            (&row["Strategy"].as_str().into(), &row["Status"].as_str().into())
        );
        assert_eq!(line["comparator"].as_str().unwrap_or(""), row["Comparator"]);
        for (key, column) in
            [("costs", "Cost"), ("qalys", "Effect"), ("icer", "ICER"), ("icer_mc_se", "ICER_MC_SE")]
        {
            same(line, key, &row[column]);
        }
    }
    let increments = rows(&out, "increments.csv");
    assert_eq!((of("increment").len(), increments.len()), (12, 12));
    for (line, row) in of("increment").into_iter().zip(&increments) {
        assert_eq!(line["comparator"], "chemotherapy");
        assert_eq!(
            (&line["strategy"], &line["outcome"]),
            (&row["strategy"].as_str().into(), &row["outcome"].as_str().into())
        );
        for key in ["wtp", "mean", "mc_se", "lower_95", "upper_95", "noise_share", "upper_95_corrected"] {
            same(line, key, &row[key]);
        }
    }
    let evpi = rows(&out, "evpi.csv");
    let row = evpi.iter().find(|row| number(row, "WTP") == 100_000.0).unwrap();
    let [line] = of("evpi")[..] else { panic!("{lines:?}") };
    for (key, column) in [
        ("evpi", "EVPI"),
        ("se", "SE"),
        ("evpi_corrected", "EVPI_Corrected"),
        ("se_corrected", "SE_Corrected"),
    ] {
        same(line, key, &row[column]);
    }
}
