//! The economic evaluation of a scenario, from its file to its tables: what one table says, others and the run itself say
//! too.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use table::{Row, number, rows};

/// A small run of an economic scenario; each test reads tables of its own run.
const SIZES: [&str; 5] = ["--quiet", "--draws", "40", "--patients", "400"];

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
    let out = run(&folder, &["tower_economics", "--set", "economics.wtp_to=600000"]);
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
    // At the last, about the ratio of the two, neither is sure to be best.
    for wtp in [0.0, 100_000.0, 300_000.0, 430_000.0] {
        let benefit = |strategy: &str| -> Vec<f64> {
            costs[strategy].iter().zip(&effects[strategy]).map(|(cost, effect)| wtp * effect - cost).collect()
        };
        let (one, other) = (benefit("chemotherapy"), benefit("blinatumomab"));
        let better = one.iter().zip(&other).filter(|(one, other)| other > one).count() as f64 / 40.0;
        let found = ceac.iter().find(|row| number(row, "WTP") == wtp && row["Strategy"] == "blinatumomab");
        near(number(found.unwrap(), "Proportion"), better, 1e-12);
        let best: Vec<f64> = one.iter().zip(&other).map(|(one, other)| one.max(*other)).collect();
        let value = mean(&best) - mean(&one).max(mean(&other));
        assert!(wtp < 430_000.0 || (better > 0.1 && better < 0.9 && value > 1_000.0), "{better} {value}");
        let found = evpi.iter().find(|row| number(row, "WTP") == wtp).unwrap();
        assert!((number(found, "EVPI") - value).abs() < 1e-6, "{found:?} {value}");
        // Patients of five years as drawn, each counted at 3 % a year at their time.
        let yearly = &columns(&out, "param.csv")["F5.patients_a_year"];
        let persons = mean(yearly) * (1.0 - 1.03_f64.powi(-5)) / remisim::math::ln_1p(0.03);
        near(number(found, "EVPI_Population"), persons * number(found, "EVPI"), 1e-9);
        assert!(yearly.iter().any(|own| *own < 900.0) && yearly.iter().any(|own| *own > 1_100.0));
        // What no draw changes has no error.
        assert_eq!(found["SE"].is_empty(), number(found, "EVPI") == 0.0, "{found:?}");
    }
    // Every strategy's probabilities sum to one, at each willingness to pay; as many as the grid has.
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    ceac.iter().for_each(|row| *sums.entry(row["WTP"].clone()).or_default() += number(row, "Proportion"));
    assert!(sums.len() == 601 && sums.values().all(|sum| (sum - 1.0).abs() < 1e-12));
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
    // A year of them all, in each draw as many as it says and at its costs.
    let text = format!("{}patients_a_year = \"F5.patients_a_year\"\nyears = 2\n", scenario("[1.0]"));
    fs::write(folder.at("drawn.toml"), text).unwrap();
    let year = ["./drawn.toml", "--set", "settings.horizon_months=12", "--set", "settings.discount.costs=0"];
    let out = run(&folder, &year);
    let (costs, patients) = (columns(&out, "cost.csv"), &columns(&out, "param.csv")["F5.patients_a_year"]);
    let more = costs["blinatumomab"].iter().zip(&costs["chemotherapy"]).map(|(one, other)| one - other);
    let impact: Vec<f64> = more.zip(patients).map(|(more, patients)| patients * more).collect();
    let row = rows(&out, "budget.csv").remove(0);
    near(number(&row, "impact"), mean(&impact), 1e-9);
    // Of 40 draws the 2.5th percentile stands 0.975 of the way from the least to the next.
    let mut sorted = impact;
    sorted.sort_by(f64::total_cmp);
    near(number(&row, "impact_lower_95"), sorted[0] + 0.975 * (sorted[1] - sorted[0]), 1e-9);
    near(number(&row, "impact_upper_95"), sorted[38] + 0.025 * (sorted[39] - sorted[38]), 1e-9);
    // A budget of one year is the first year of a longer one.
    fs::write(folder.at("one.toml"), scenario("[1.0]")).unwrap();
    let first = rows(&run(&folder, &["./one.toml"]), "budget.csv");
    assert_eq!(first.len(), 1);
    near(number(&first[0], "impact"), impacts[2][0], 1e-9);
    assert_eq!(impacts[0], [0.0, 0.0]);
    near(impacts[2][0], 2.0 * impacts[1][0], 1e-9);
    near(impacts[2][1], 2.0 * impacts[1][1], 1e-9);
}
