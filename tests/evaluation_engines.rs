//! Tables of an economic evaluation by the exact engine, by as many draws as a precision asks, and by next to none.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use std::fs;
use table::{Row, number, rows};

/// Whether two tables have the same rows, and in which columns cells are empty in one and not in the other.
fn emptied(with: &[Row], without: &[Row]) -> std::collections::BTreeSet<String> {
    assert_eq!(with.len(), without.len());
    let pairs = with.iter().zip(without);
    pairs
        .flat_map(|(one, other)| {
            one.iter()
                .filter(|(key, cell)| !cell.is_empty() && other[*key].is_empty())
                .map(|(key, _)| key.clone())
        })
        .collect()
}

#[test]
fn the_exact_engine_makes_all_tables_without_noise() {
    let folder = Folder::new();
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[settings]\nhorizon_months = 24\ncurve_months = 24\n\
                [economics]\nswitches = { undiscounted = [\"settings.discount.costs=0\"] }\nuptake = { blinatumomab = [0.2, 0.4] }\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    let sizes = ["--draws", "4", "--patients", "2000", "--quiet", "--force"];
    let run = |out: &str, engine: &str| {
        let given = ["run", "./mine.toml", "--engine", engine, "--out", out];
        folder.run(&given.into_iter().chain(sizes).collect::<Vec<_>>()).ends_with(0);
        folder.at(out).join("mine")
    };
    let (patients, exact) = (run("patients", "simulate"), run("exact", "exact"));
    let of = |name: &str| (rows(&patients, name), rows(&exact, name));
    for (name, columns) in [
        ("dsa.csv", "mc_se"),
        ("tornado.csv", "mc_se width_mc_se"),
        ("two_way.csv", "costs_mc_se gained_mc_se net_monetary_benefit_mc_se qalys_mc_se"),
        ("threshold.csv", "gained_mc_se mean_gained_mc_se mean_threshold_mc_se threshold_mc_se"),
        (
            "budget.csv",
            "impact_lower_95_corrected impact_mc_se impact_upper_95_corrected with_uptake_mc_se without_mc_se",
        ),
        ("partitioned.csv", "difference_mc_se partitioned_mc_se simulated_mc_se"),
        (
            "switches.csv",
            "costs_mc_se icer_mc_se inc_costs_mc_se inc_qalys_mc_se lower_95_corrected mc_se qalys_mc_se upper_95_corrected",
        ),
        (
            "subgroups.csv",
            "costs_mc_se icer_mc_se inc_costs_mc_se inc_qalys_mc_se lower_95_corrected mc_se qalys_mc_se upper_95_corrected",
        ),
        ("icers.csv", "Cost_MC_SE Effect_MC_SE ICER_MC_SE Inc_Cost_MC_SE Inc_Effect_MC_SE"),
        // In so short a time no draw changes the decision, which tells no error.
        ("evpi.csv", "EVPI_Corrected EVPI_Population_Corrected"),
        ("increments.csv", "lower_95_corrected mc_se median_corrected noise_share upper_95_corrected"),
    ] {
        let (mut with, mut without) = of(name);
        if name == "tornado.csv" {
            let key = |row: &Row| (row["outcome"].clone(), row["parameter"].clone());
            with.sort_by_key(key);
            without.sort_by_key(key);
        }
        let found: Vec<String> = emptied(&with, &without).into_iter().collect();
        assert_eq!(found.join(" "), columns, "{name}");
    }
    assert!(rows(&patients, "evpi.csv").iter().all(|row| number(row, "EVPI_Corrected") == 0.0));
    // The same analyses of the same figures: within four and a half errors of patients.
    let near = |name: &str, pairs: &[(&str, &str)]| {
        let (found, truth) = of(name);
        for (value, error) in pairs {
            let mut compared = 0;
            for (found, truth) in found.iter().zip(&truth) {
                if found[*value].is_empty() || found[*error].is_empty() {
                    continue;
                }
                compared += 1;
                let (value, exact, error) =
                    (number(found, value), number(truth, value), number(found, error));
                // What does not hang on chance differs by the grid.
                let allowed = 4.5 * error + 1e-4 * exact.abs();
                assert!((value - exact).abs() <= allowed, "{name}: {value} ± {error}, {exact}: {found:?}");
            }
            assert!(compared > 0, "{name}: no {value} is compared");
        }
    };
    near("dsa.csv", &[("outcome_val", "mc_se")]);
    near("two_way.csv", &[("costs", "costs_mc_se"), ("qalys", "qalys_mc_se"), ("gained", "gained_mc_se")]);
    near(
        "threshold.csv",
        &[
            ("net_monetary_benefit_gained", "gained_mc_se"),
            ("threshold", "threshold_mc_se"),
            ("mean_gained", "mean_gained_mc_se"),
            ("mean_threshold", "mean_threshold_mc_se"),
        ],
    );
    near("budget.csv", &[("with_uptake", "with_uptake_mc_se"), ("impact", "impact_mc_se")]);
    near(
        "switches.csv",
        &[("costs", "costs_mc_se"), ("qalys", "qalys_mc_se"), ("inc_costs", "inc_costs_mc_se")],
    );
    near(
        "subgroups.csv",
        &[("costs", "costs_mc_se"), ("qalys", "qalys_mc_se"), ("inc_qalys", "inc_qalys_mc_se")],
    );
    near("partitioned.csv", &[("partitioned", "partitioned_mc_se"), ("simulated", "simulated_mc_se")]);
    near("icers.csv", &[("Cost", "Cost_MC_SE"), ("Effect", "Effect_MC_SE"), ("Inc_Cost", "Inc_Cost_MC_SE")]);
}

#[test]
fn a_switch_that_the_exact_engine_does_not_walk_is_made_by_patients() {
    let folder = Folder::new();
    let tests = "every_months = { assume = 3, reason = \"x\" }, lead_months = { assume = 2, reason = \"x\" }, \
                 sensitivity = { assume = 0.9, reason = \"x\" }";
    let text = format!(
        "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[settings]\nhorizon_months = 24\ncurve_months = 24\n\
         [economics]\none_way = false\nswitches = {{ tested = ['evidence.Q34.on=false', 'strategies.blinatumomab.lines.1.monitoring={{ {tests} }}'] }}\n"
    );
    fs::write(folder.at("mine.toml"), text).unwrap();
    let arguments =
        ["run", "./mine.toml", "--engine", "exact", "--draws", "2", "--patients", "200", "--quiet"];
    folder.run(&arguments).ends_with(0).tells(&["warning: switches by virtual patients", "MRD tests"]);
    let out = folder.at("output/mine");
    // The scenario as it is stands in the same patients beside them; all else is exact.
    assert!(rows(&out, "switches.csv").iter().all(|row| !row["costs_mc_se"].is_empty()));
    assert!(rows(&out, "subgroups.csv").iter().all(|row| row["costs_mc_se"].is_empty()));
}

#[test]
fn a_study_without_a_value_and_figures_moved_from_their_fit_are_told() {
    let folder = Folder::new();
    let small = ["run", "tower_economics", "--draws", "2", "--patients", "50", "--quiet", "--force"];
    let all: Vec<&str> = small.into_iter().chain(["--set", "settings.uncertainty=false"]).collect();
    let text = folder.run(&all).ends_with(0).stdout.replace('\n', " ");
    assert!(text.contains("study `response_in_300`: P2.cr_blinatumomab does not vary in this run"), "{text}");
    let text = folder.run(&small).ends_with(0).stdout.replace('\n', " ");
    assert!(text.contains("figures of fits one at a time") && !text.contains("study `"), "{text}");
    let tornado = rows(&folder.at("output/tower_economics"), "tornado.csv");
    let of = |figure: &str| tornado.iter().find(|row| row["parameter"] == figure).unwrap()["fit"].clone();
    assert_eq!((of("C2.vial"), of("P2.cr_blinatumomab")), (String::new(), "tower".to_owned()));
}

#[test]
fn one_patient_tells_no_noise() {
    let folder = Folder::new();
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[economics]\none_way = false\n\
                switches = { undiscounted = [\"settings.discount.costs=0\"] }\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    for draws in ["1", "3", "40"] {
        let arguments = ["run", "./mine.toml", "--patients", "1", "--draws", draws, "--quiet", "--force"];
        let told = folder.run(&arguments).ends_with(0).stdout;
        // Nor is any of it told as knowledge.
        for never in ["To know every figure", "expected loss, USD", "probability of being best"] {
            assert!(!told.contains(never), "{never:?} in {told}");
        }
        let gained = told.lines().find(|line| line.trim_start().starts_with("net benefit gained")).unwrap();
        assert!(!gained.contains(" to "), "{gained}");
        let cannot =
            "with so few patients a draw the noise of simulation cannot be told from what is not known";
        assert!(told.contains(&format!("Warning: {cannot}")), "{told}");
        let json: Vec<&str> = arguments.into_iter().chain(["--json"]).collect();
        assert!(folder.run(&json).ends_with(0).stdout.contains(cannot));
        let out = folder.at("output/mine");
        for (name, columns) in [
            ("increments.csv", "mc_se noise_share lower_95_corrected"),
            ("evpi.csv", "EVPI_Corrected SE_Corrected"),
            ("icers.csv", "Cost_MC_SE ICER_MC_SE"),
            ("budget.csv", "with_uptake_mc_se impact_mc_se"),
            ("partitioned.csv", "partitioned_mc_se difference_mc_se"),
            ("switches.csv", "mc_se costs_mc_se"),
        ] {
            for row in rows(&out, name) {
                for column in columns.split(' ') {
                    assert_eq!(row[column], "", "{name} {column} {row:?}");
                }
            }
        }
    }
    // Where noise explains all scatter there is no corrected value either.
    let few = ["run", "./mine.toml", "--patients", "2", "--draws", "2", "--quiet", "--force"];
    assert!(folder.run(&few).ends_with(0).stdout.contains("cannot be told from what is not known"));
    let out = folder.at("output/mine");
    let gained = rows(&out, "increments.csv");
    let gained = gained.iter().find(|row| row["outcome"] == "net_monetary_benefit").unwrap();
    assert_eq!(
        (gained["noise_share"].as_str(), gained["lower_95_corrected"].as_str()),
        ("1", ""),
        "{gained:?}"
    );
    assert!(!gained["mc_se"].is_empty());
    assert!(rows(&out, "evpi.csv").iter().all(|row| row["EVPI_Corrected"].is_empty()));
}

#[test]
fn eight_patients_tell_noise_as_they_should() {
    let folder = Folder::new();
    let small = ["run", "tower_economics", "--draws", "20", "--patients", "8", "--quiet"];
    let told = folder.run(&small).ends_with(0).stdout;
    for always in ["To know every figure", "expected loss", "probability of being best", "Without it are"] {
        assert!(told.contains(always), "no {always:?} in {told}");
    }
    assert!(!told.contains("cannot be told from what is not known"), "{told}");
}

#[test]
fn precision_says_what_it_chose_and_what_is_out_of_reach() {
    let folder = Folder::new();
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[settings]\nhorizon_months = 12\ncurve_months = 12\n\
                [economics]\none_way = false\nswitches = { undiscounted = [\"settings.discount.costs=0\"] }\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    let run = |more: &[&str]| {
        let all: Vec<&str> =
            ["run", "./mine.toml", "--force"].into_iter().chain(more.iter().copied()).collect();
        folder.run(&all)
    };
    let reached = run(&["--precision", "4000"]).ends_with(0);
    reached.tells(&["has a standard error of", "asked at most 4,000"]);
    // What doubling checkpoints found is what one run of the same sizes finds.
    let out = folder.at("output/mine");
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let size = |key: &str| manifest[key].to_string();
    let (draws, patients) = (size("draws"), size("patients"));
    assert!(draws.parse::<u32>().unwrap() > 64, "{draws}");
    let same = ["summary.csv", "survival.csv", "cost.csv", "spread.csv", "increments.csv", "manifest.json"];
    let before: Vec<Vec<u8>> = same.map(|name| fs::read(out.join(name)).unwrap()).to_vec();
    run(&["--draws", &draws, "--patients", &patients, "--quiet"]).ends_with(0);
    for (name, bytes) in same.iter().zip(before) {
        assert!(fs::read(out.join(name)).unwrap() == bytes, "{name}");
    }
    // A hundredth of what the most draws reach is known to be too much after the pilot.
    let told = run(&["--precision", "0.5"]).ends_with(1);
    told.tells(&["--precision is out of reach: 64 draws of", "would be needed, at most 131,072 draws of"]);
    let told = run(&["--precision", "0.5", "--engine", "exact"]).ends_with(1);
    told.tells(&["64 draws without chance in patients", "at most 4,096 draws without chance in patients"]);
    let central = ["--precision", "1", "--engine", "exact", "--set", "settings.uncertainty=false"];
    run(&central).ends_with(0).tells(&["no chance at all"]);
}
