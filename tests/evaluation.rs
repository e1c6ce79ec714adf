//! The economic evaluation of a scenario, from its file to its tables: what one table says, others and the run itself say
//! too.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A small run of an economic scenario; each test reads tables of its own run.
const SIZES: [&str; 5] = ["--quiet", "--draws", "40", "--patients", "400"];

type Row = BTreeMap<String, String>;

fn rows(folder: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key} of {row:?}"))
}

#[track_caller]
fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-9), "{found} {expected}");
}

fn run(folder: &Folder, arguments: &[&str]) -> std::path::PathBuf {
    let all: Vec<&str> = ["run"].into_iter().chain(arguments.iter().copied()).chain(SIZES).collect();
    folder.run(&all).ends_with(0);
    let name = arguments[0].trim_start_matches("./").trim_end_matches(".toml");
    folder.at("output").join(name)
}

/// Columns of a table without an index.
fn columns(folder: &Path, name: &str) -> BTreeMap<String, Vec<f64>> {
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(folder, name) {
        row.into_iter().for_each(|(key, cell)| found.entry(key).or_default().push(cell.parse().unwrap()));
    }
    found
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn tables_say_the_same() {
    let folder = Folder::new();
    let out = run(&folder, &["tower_economics"]);
    let (costs, effects) = (columns(&out, "cost.csv"), columns(&out, "effect.csv"));
    assert_eq!(costs["chemotherapy"].len(), 40);
    let summary = rows(&out, "summary.csv");
    let of = |strategy: &str, outcome: &str| {
        let row =
            summary.iter().find(|row| row["strategy"] == strategy && row["outcome"] == outcome).unwrap();
        number(row, "mean")
    };
    for strategy in ["chemotherapy", "blinatumomab"] {
        near(mean(&costs[strategy]), of(strategy, "costs"), 1e-12);
        near(mean(&effects[strategy]), of(strategy, "qalys"), 1e-12);
    }
    let (d_cost, d_effect) =
        (of("blinatumomab", "costs_minus_chemotherapy"), of("blinatumomab", "qalys_minus_chemotherapy"));
    let icers = rows(&out, "icers.csv");
    let row = icers.iter().find(|row| row["Strategy"] == "blinatumomab").unwrap();
    assert_eq!((row["Status"].as_str(), row["Comparator"].as_str()), ("ND", "chemotherapy"));
    near(number(row, "ICER"), d_cost / d_effect, 1e-9);
    // The long table has the same numbers, draws and strategies from 1.
    let long = rows(&out, "psa_long.csv");
    assert_eq!(long.len(), 80);
    near(number(&long[3], "costs"), costs["blinatumomab"][1], 1e-15);
    assert_eq!((long[3]["sample"].as_str(), long[3]["strategy_id"].as_str()), ("2", "2"));
    // Acceptability and EVPI by counting.
    let ceac = rows(&out, "ceac.csv");
    let evpi = rows(&out, "evpi.csv");
    for wtp in [0.0, 100_000.0, 300_000.0] {
        let benefit = |strategy: &str| -> Vec<f64> {
            costs[strategy].iter().zip(&effects[strategy]).map(|(cost, effect)| wtp * effect - cost).collect()
        };
        let (one, other) = (benefit("chemotherapy"), benefit("blinatumomab"));
        let better = one.iter().zip(&other).filter(|(one, other)| other > one).count() as f64 / 40.0;
        let found = ceac.iter().find(|row| number(row, "WTP") == wtp && row["Strategy"] == "blinatumomab");
        near(number(found.unwrap(), "Proportion"), better, 1e-12);
        let best: Vec<f64> = one.iter().zip(&other).map(|(one, other)| one.max(*other)).collect();
        let value = mean(&best) - mean(&one).max(mean(&other));
        let found = evpi.iter().find(|row| number(row, "WTP") == wtp).unwrap();
        assert!((number(found, "EVPI") - value).abs() < 1e-6, "{found:?} {value}");
        // 1,000 patients a year for five years, each counted at 3 % a year at their time.
        let persons = 1_000.0 * (1.0 - 1.03_f64.powi(-5)) / remisim::math::ln_1p(0.03);
        near(number(found, "EVPI_Population"), persons * number(found, "EVPI"), 1e-9);
    }
    // Every strategy's probabilities sum to one, at each willingness to pay; as many as the grid has.
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    ceac.iter().for_each(|row| *sums.entry(row["WTP"].clone()).or_default() += number(row, "Proportion"));
    assert!(sums.len() == 301 && sums.values().all(|sum| (sum - 1.0).abs() < 1e-12));
    // Areas under the curves are the life years, within the trapezoids of months.
    let partitioned = rows(&out, "partitioned.csv");
    for row in partitioned.iter().filter(|row| row["quantity"] == "life_years") {
        near(number(row, "partitioned"), number(row, "simulated"), 2e-3);
    }
    assert_eq!(partitioned.len(), 8);
    // The first switch is the run itself; sexes make up the whole.
    let switches = rows(&out, "switches.csv");
    near(number(&switches[1], "icer"), d_cost / d_effect, 1e-9);
    assert!(switches.iter().any(|row| row["switch"] == "no_cure"));
    let discounted = switches.iter().find(|row| row["switch"] == "not_discounted").unwrap();
    assert!(number(discounted, "costs") > number(&switches[0], "costs"));
    let sexes: Vec<Row> =
        rows(&out, "subgroups.csv").into_iter().filter(|row| row["strategy"] == "blinatumomab").collect();
    near(sexes.iter().map(|row| number(row, "share")).sum(), 1.0, 1e-9);
    // As many patients of the levels together as of all, so as much error as the whole has, and that of its own.
    for outcome in ["qalys", "costs"] {
        let both: f64 = sexes.iter().map(|row| number(row, "share") * number(row, outcome)).sum();
        let whole = summary.iter().find(|row| row["strategy"] == "blinatumomab" && row["outcome"] == outcome);
        let (whole, error) = (number(whole.unwrap(), "mean"), number(whole.unwrap(), "mc_se"));
        assert!((both - whole).abs() < 4.0 * std::f64::consts::SQRT_2 * error, "{both} {whole} {error}");
    }
}

#[test]
fn figures_are_moved_from_one_centre() {
    let folder = Folder::new();
    let out = run(&folder, &["tower_economics"]);
    let tornado = rows(&out, "tornado.csv");
    let of = |outcome: &str, parameter: &str| {
        let row = tornado.iter().find(|row| row["outcome"] == outcome && row["parameter"] == parameter);
        row.unwrap().clone()
    };
    // The price of a vial moves costs alone, in proportion; a utility moves QALYs alone.
    let price = of("costs", "C2.vial");
    let slope = |from: (&str, &str), to: (&str, &str)| {
        (number(&price, to.1) - number(&price, from.1)) / (number(&price, to.0) - number(&price, from.0))
    };
    let (low, central, high) = (("low", "at_low"), ("central", "at_central"), ("high", "at_high"));
    near(slope(low, central), slope(central, high), 1e-6);
    let qalys = of("qalys", "C2.vial");
    assert_eq!((&qalys["at_low"], &qalys["at_central"]), (&qalys["at_high"], &qalys["at_low"]));
    let utility = of("costs", "U1.remission");
    assert_eq!(utility["at_low"], utility["at_high"]);
    // Net benefit is what it is made of; the widest stand first.
    let benefit: Vec<&Row> = tornado.iter().filter(|row| row["outcome"] == "net_monetary_benefit").collect();
    let widths: Vec<f64> = benefit
        .iter()
        .map(|row| {
            let [low, base, high] = ["at_low", "at_central", "at_high"].map(|key| number(row, key));
            low.max(base).max(high) - low.min(base).min(high)
        })
        .collect();
    assert!(widths.windows(2).all(|pair| pair[0] >= pair[1]));
    for row in &benefit {
        let parts = ["costs", "qalys"].map(|outcome| number(&of(outcome, &row["parameter"]), "at_low"));
        let own = number(row, "at_low");
        assert!((own - (100_000.0 * parts[1] - parts[0])).abs() < 1e-6 * own.abs().max(1.0));
    }
    // At the sought price the strategies are equal.
    let threshold = &rows(&out, "threshold.csv")[0];
    let (value, gained) = (number(threshold, "threshold"), number(threshold, "net_monetary_benefit_gained"));
    let by_slope = number(threshold, "central") + gained / slope(low, high);
    near(value, by_slope, 1e-4);
    let grid = rows(&out, "two_way.csv");
    assert_eq!(grid.len(), 25 * 2);
    let best = |row: &&Row| row["best"] == "TRUE";
    assert_eq!(grid.iter().filter(best).count(), 25);
}

#[test]
fn budgets_follow_the_uptake() {
    let folder = Folder::new();
    let scenario = |uptake: &str| {
        format!(
            "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[economics]\none_way = false\nuptake = {{ blinatumomab = {uptake} }}\n"
        )
    };
    let mut impacts = Vec::new();
    for (name, uptake) in [("none", "[0.0, 0.0]"), ("half", "[0.5, 0.5]"), ("all", "[1.0, 1.0]")] {
        fs::write(folder.at(&format!("{name}.toml")), scenario(uptake)).unwrap();
        let out = run(&folder, &[&format!("./{name}.toml")]);
        let years = rows(&out, "budget.csv");
        assert_eq!(years.len(), 2);
        impacts.push(years.iter().map(|row| number(row, "impact")).collect::<Vec<f64>>());
        for row in &years {
            near(number(row, "with_uptake") - number(row, "without"), number(row, "impact"), 1e-6);
        }
    }
    // A budget of one year is the first year of a longer one.
    fs::write(folder.at("one.toml"), scenario("[1.0]")).unwrap();
    let first = rows(&run(&folder, &["./one.toml"]), "budget.csv");
    assert_eq!(first.len(), 1);
    near(number(&first[0], "impact"), impacts[2][0], 1e-9);
    assert_eq!(impacts[0], [0.0, 0.0]);
    near(impacts[2][0], 2.0 * impacts[1][0], 1e-9);
    near(impacts[2][1], 2.0 * impacts[1][1], 1e-9);
}

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
        ("switches.csv", "costs_mc_se icer_mc_se inc_costs_mc_se inc_qalys_mc_se mc_se qalys_mc_se"),
        ("subgroups.csv", "costs_mc_se icer_mc_se inc_costs_mc_se inc_qalys_mc_se mc_se qalys_mc_se"),
        ("icers.csv", "Cost_MC_SE Effect_MC_SE ICER_MC_SE Inc_Cost_MC_SE Inc_Effect_MC_SE"),
        ("evpi.csv", "EVPI_Corrected EVPI_Population_Corrected SE_Corrected SE_Population_Corrected"),
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
    // The same analyses of the same figures: within four and a half errors of patients.
    let near = |name: &str, pairs: &[(&str, &str)]| {
        let (found, truth) = of(name);
        for (found, truth) in found.iter().zip(&truth) {
            for (value, error) in pairs {
                if found[*value].is_empty() || found[*error].is_empty() {
                    continue;
                }
                let (value, exact, error) =
                    (number(found, value), number(truth, value), number(found, error));
                // What does not hang on chance differs by the grid.
                let allowed = 4.5 * error + 1e-4 * exact.abs();
                assert!((value - exact).abs() <= allowed, "{name}: {value} ± {error}, {exact}: {found:?}");
            }
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
    for draws in ["1", "3"] {
        let arguments = ["run", "./mine.toml", "--patients", "1", "--draws", draws, "--quiet", "--force"];
        folder.run(&arguments).ends_with(0);
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
    let before: Vec<Vec<u8>> = ["summary.csv", "survival.csv", "cost.csv", "spread.csv", "increments.csv"]
        .map(|name| fs::read(out.join(name)).unwrap())
        .to_vec();
    run(&["--draws", &draws, "--patients", &patients, "--quiet"]).ends_with(0);
    for (name, bytes) in
        ["summary.csv", "survival.csv", "cost.csv", "spread.csv", "increments.csv"].iter().zip(before)
    {
        assert!(fs::read(out.join(name)).unwrap() == bytes, "{name}");
    }
    // A hundredth of what the most draws reach is known to be too much after the pilot.
    let told = run(&["--precision", "0.5"]).ends_with(1);
    told.tells(&["--precision is out of reach: 64 draws of", "would be needed, at most 131,072 draws of"]);
    let told = run(&["--precision", "0.5", "--engine", "exact"]).ends_with(1);
    told.tells(&["64 draws without chance in patients", "at most 4,096 draws without chance in patients"]);
    let exact = run(&["--precision", "20000", "--engine", "exact"]).ends_with(0);
    exact.tells(&["draws without chance in patients: the gain in net benefit has a standard error of"]);
    let central = ["--precision", "1", "--engine", "exact", "--set", "settings.uncertainty=false"];
    run(&central).ends_with(0).tells(&["no chance at all"]);
}

#[test]
fn what_cannot_be_evaluated_is_told() {
    let folder = Folder::new();
    let told = |economics: &str| {
        let text =
            format!("title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[economics]\n{economics}\n");
        fs::write(folder.at("mine.toml"), text).unwrap();
        folder.run(&["check", "./mine.toml"]).ends_with(2).stderr
    };
    let cases = [
        ("threshold = 5.0", "perspective"),
        ("perspective = \"p\"\ncomparator = \"chemo\"", "did you mean \"chemotherapy\"?"),
        ("perspective = \"p\"\nwtp_step = 0.001", "at least a 10,000th"),
        ("perspective = \"p\"\nthreshold = 400000.0", "at most `wtp_to`"),
        ("perspective = \"p\"\ngroups = { \"P2.cr_blinatumomab\" = [\"P2\"] }", "a name that no figure has"),
        (
            "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"P2.cr_blinatumomab\", n = 3 }, { id = \"a\", parameter = \"P2.cr_blinatumomab\", n = 5 }]",
            "an id of its own",
        ),
        ("perspective = \"p\"\nswitches = { base = [\"settings.draws=3\"] }", "another name"),
        ("perspective = \"p\"\nswitches = { a = [] }", "one change or more"),
        ("perspective = \"p\"\nswitches = { a = [\"settings.horizon=12\"] }", "economics.switches.a"),
        (
            "perspective = \"p\"\npatients_a_year = 5.0\nyears = 5\nuptake = { chemotherapy = [0.5] }",
            "the comparator has the rest",
        ),
        (
            "perspective = \"p\"\nthresholds = [{ figure = \"C2.vial\", strategy = \"chemotherapy\" }]",
            "another strategy than the comparator",
        ),
        ("perspective = \"p\"\npatients_a_year = 5.0", "years"),
        ("perspective = \"p\"\nyears = 5", "patients_a_year"),
        ("perspective = \"p\"\ngroups = { a = [\"P2.cr_blina\"] }", "did you mean \"P2.cr_blinatumomab\"?"),
        (
            "perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"P2\", n = 3 }]",
            "one figure, by its whole name",
        ),
        ("perspective = \"p\"\nstudies = [{ id = \"a\", parameter = \"C2.vial\", n = 3 }]", "Probability"),
        ("perspective = \"p\"\nsubgroups = [\"sax\"]", "did you mean \"sex\"?"),
        ("perspective = \"p\"\nuptake = { blinatumomab = [0.5] }", "patients_a_year"),
        (
            "perspective = \"p\"\nthresholds = [{ figure = \"C2.vial\", strategy = \"x\" }]",
            "the id of a strategy",
        ),
        ("perspective = \"p\"\ntwo_way = [{ first = \"C2.vial\", second = \"C2.vial\" }]", "two figures"),
    ];
    for (economics, words) in cases {
        let stderr = told(economics);
        assert!(stderr.contains(words) && stderr.contains("mine.toml"), "{economics}: {stderr}");
    }
    // Curves that were never fitted decide nothing, unless a reason is given.
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference_illness_death.toml"),
    );
    let bare = format!("{}\n[economics]\nperspective = \"p\"\n", text.unwrap());
    fs::write(folder.at("bare.toml"), &bare).unwrap();
    let stderr = folder.run(&["check", "./bare.toml"]).ends_with(2).stderr;
    assert!(stderr.contains("regimens without `calibrated`"), "{stderr}");
    fs::write(folder.at("bare.toml"), format!("{bare}uncalibrated = \"curves are given\"\n")).unwrap();
    folder.run(&["check", "./bare.toml"]).ends_with(0);
}
