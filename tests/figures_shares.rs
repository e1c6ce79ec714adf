//! Tables that only figures need: shares of events, states, grades and doses add up to what other tables say.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::report::Sheet;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sheet(folder: &Path, file: &str) -> Sheet {
    Sheet::read(read(&folder.join(file)).as_bytes()).unwrap()
}

#[test]
fn shares_of_first_events_and_of_states_add_up() {
    let folder = Folder::new();
    folder.run(&["run", "eliana", "--patients", "200", "--draws", "4", "--report", "--quiet"]).ends_with(0);
    let out = folder.at("output/eliana");
    let mut states: BTreeMap<(String, String), f64> = BTreeMap::new();
    for row in sheet(&out, "occupancy.csv").rows() {
        *states.entry((row.text("strategy").to_owned(), row.text("months").to_owned())).or_default() +=
            row.number("share").unwrap();
    }
    // All 200 patients of all 4 draws are lived again, so those in some state are those alive.
    for row in sheet(&out, "survival.csv").rows().filter(|row| row.curve() == "os") {
        let key = (row.text("strategy").to_owned(), row.text("months").to_owned());
        let alive = row.number("probability").unwrap();
        assert!((states[&key] - alive).abs() < 1e-12, "{key:?}: {} in states, {alive} alive", states[&key]);
    }
    // Who has relapsed or died first stays so, and nobody does both.
    let mut first: BTreeMap<(String, usize), f64> = BTreeMap::new();
    for row in sheet(&out, "incidence.csv").rows() {
        let month = row.number("months").unwrap() as usize;
        *first.entry((row.text("strategy").to_owned(), month)).or_default() +=
            row.number("probability").unwrap();
    }
    for ((strategy, month), share) in &first {
        assert!((0.0..=1.0 + 1e-12).contains(share), "{strategy}, month {month}: {share}");
        if let Some(before) = month.checked_sub(1) {
            assert!(first[&(strategy.clone(), before)] <= share + 1e-12, "{strategy} falls at month {month}");
        }
        let alive = states.get(&(strategy.clone(), month.to_string())).copied().unwrap_or(0.0);
        assert!(share + 1e-12 >= 1.0 - alive, "{strategy}, month {month}: more dead than had an event");
    }
}

#[test]
fn shares_by_grade_and_by_doses_are_those_of_the_summary() {
    let folder = Folder::new();
    folder.run(&["run", "eliana", "--patients", "200", "--draws", "6", "--report", "--quiet"]).ends_with(0);
    let out = folder.at("output/eliana");
    let (crs, summary) = (sheet(&out, "crs.csv"), sheet(&out, "summary.csv"));
    let told = |strategy: &str, outcome: &str| {
        let mut rows = summary.rows().filter(|row| row.text("strategy") == strategy);
        rows.find(|row| row.text("outcome") == outcome).unwrap().number("mean").unwrap()
    };
    // All 200 patients of all 6 draws are lived again.
    for strategy in ["tisagenlecleucel", "tisagenlecleucel_then_blinatumomab"] {
        let share = |quantity: &str, among: &str, value: &str| {
            let own =
                crs.rows().filter(|row| row.text("strategy") == strategy && row.text("quantity") == quantity);
            let mut own = own.filter(|row| row.text("among") == among && row.text("value") == value);
            own.next().map_or(f64::NAN, |row| row.number("share").unwrap())
        };
        if share("crs_grade", "all", "none").is_nan() {
            continue;
        }
        let close = |one: f64, other: f64| assert!((one - other).abs() < 1e-9, "{strategy}: {one} {other}");
        close(1.0 - share("crs_grade", "all", "none"), told(strategy, "crs_any"));
        close(share("crs_grade", "all", "grade 3 or more"), told(strategy, "crs_grade3"));
        close(1.0 - share("tocilizumab_doses", "all", "0"), told(strategy, "tocilizumab_patients"));
        let counts = ["0", "1", "2", "3", "4"].map(|value| share("tocilizumab_doses", "crs", value));
        let rest = share("tocilizumab_doses", "crs", "5 or more");
        close(counts.iter().sum::<f64>() + rest, 1.0);
        if rest == 0.0 {
            let doses: f64 =
                (0..5).map(|n| f64::from(n) * share("tocilizumab_doses", "all", &n.to_string())).sum();
            close(doses, told(strategy, "tocilizumab_doses"));
        }
    }
    let strategies: std::collections::BTreeSet<&str> = crs.rows().map(|row| row.text("strategy")).collect();
    assert!(strategies.contains("tisagenlecleucel"), "{strategies:?}");
}
