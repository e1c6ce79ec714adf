//! What an economic evaluation leaves out, overrides or takes otherwise than it was asked is told, and no more is refused
//! than must be.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use remisim::model::Model;
use remisim::scenario::{Request, load};
use std::fs;
use table::{number, rows};

fn model(scenario: &str, overrides: &[&str]) -> Model {
    let overrides = overrides.iter().map(|own| (*own).to_owned()).collect();
    let loaded = load(&Request { scenario: scenario.to_owned(), overrides });
    loaded.unwrap_or_else(|problems| panic!("{problems}")).model
}

#[test]
fn a_partitioned_model_that_is_left_out_is_told() {
    let folder = Folder::new();
    let run = |changes: &[&str]| {
        let given = ["run", "tower_economics", "--draws", "2", "--patients", "50", "--quiet", "--force"];
        let fewer =
            ["one_way=false", "two_way=[]", "thresholds=[]", "studies=[]", "groups={}", "switches={}"];
        let fewer = fewer.map(|key| format!("economics.{key}"));
        let changes = fewer.iter().map(String::as_str).chain(changes.iter().copied());
        let all: Vec<&str> = given.into_iter().chain(changes.flat_map(|change| ["--set", change])).collect();
        let told = folder.run(&all).ends_with(0).stdout;
        (told, folder.at("output/tower_economics"))
    };
    let own = "regimens.blinatumomab.utility.relapsed={ assume = 0.5, reason = \"x\" }";
    for (change, why) in [
        ("settings.curve_months=12", "settings.curve_months, 12, ends before settings.horizon_months"),
        ("settings.curves=[\"os\"]", "settings.curves has no efs"),
        ("utilities={}", "utilities.state has no remission"),
        (own, "blinatumomab has a utility of its own in relapsed"),
    ] {
        let (told, out) = run(&[change]);
        assert!(told.contains(&format!("Warning: partitioned.csv is left out: {why}")), "{change}: {told}");
        assert!(!out.join("partitioned.csv").exists(), "{change}");
    }
    // A utility from entry on is that of the state, wherever it is written.
    let value = |number: &str| format!("{{ assume = {number}, reason = \"x\" }}");
    let (months, high, low) = (value("0"), value("0.8"), value("0.5"));
    let qalys = |utilities: String| {
        let (told, out) = run(&[&utilities]);
        assert!(!told.contains("left out"), "{told}");
        let rows = rows(&out, "partitioned.csv");
        let own = rows.iter().filter(|row| row["quantity"] == "qalys");
        own.map(|row| number(row, "partitioned")).collect::<Vec<f64>>()
    };
    let state = qalys(format!("utilities={{ state = {{ remission = {high}, relapsed = {low} }} }}"));
    let since = qalys(format!(
        "utilities={{ state = {{ relapsed = {low} }}, since_entry = {{ remission = [{{ from_months = {months}, utility = {high} }}] }} }}"
    ));
    assert!(state.len() > 1 && state == since && state.iter().all(|own| *own > 0.0), "{state:?} {since:?}");
}

#[test]
fn what_never_counts_is_told() {
    let warned = |scenario: &str, overrides: &[&str], text: &str| {
        model(scenario, overrides).warnings.iter().any(|warning| warning == text)
    };
    let cycles = "blinatumomab of blinatumomab is to be given to cycle 7, but max_cycles ends it at cycle 5.";
    let given = |last: u32| format!("regimens.blinatumomab.treatment.drugs.1.cycles=[1, {last}]");
    assert!(warned("tower", &[&given(7)], cycles), "{:?}", model("tower", &[&given(7)]).warnings);
    assert!(!model("tower", &[&given(5)]).warnings.iter().any(|warning| warning.contains("max_cycles")));
    let own = "regimens.blinatumomab.utility.remission={ assume = 0.5, reason = \"x\" }";
    let since = |months: u32| {
        format!(
            "utilities.since_entry.remission=[{{ from_months = {{ assume = {months}, reason = \"x\" }}, utility = {{ assume = 0.9, reason = \"x\" }} }}]"
        )
    };
    let never = "utility.remission of blinatumomab never counts: utilities.since_entry.remission holds from month 0 on.";
    assert!(warned("tower_economics", &[own, &since(0)], never));
    assert!(!warned("tower_economics", &[own, &since(1)], never));
    assert!(!warned("tower_economics", &[&since(0)], never));
}

#[test]
fn a_study_that_is_plainer_than_the_scenario_is_told() {
    let warned = |study: &str| {
        let change = format!("economics.studies=[{{ id = \"follow\", {study} }}]");
        let warnings = model("tower_economics", &[&change]).warnings;
        warnings.into_iter().filter(|text| text.starts_with("Study \"follow\" takes all")).collect::<Vec<_>>()
    };
    let median = "parameter = \"regimens/blinatumomab.toml:failure.refractory.median\", n = 300, follow_up_months = 24.0";
    let told = warned(median);
    assert!(told.len() == 1 && told[0].contains("in the scenario a share of them cannot"), "{told:?}");
    assert!(warned("parameter = \"P2.cr_blinatumomab\", n = 300").is_empty());
}

#[test]
fn one_draw_tells_nothing_of_what_is_not_known() {
    let folder = Folder::new();
    let told = |draws: &str, uncertain: bool| {
        let uncertain = format!("settings.uncertainty={uncertain}");
        let fewer =
            ["economics.one_way=false", "economics.switches={}", "economics.thresholds=[]", &uncertain];
        let changes = fewer.iter().flat_map(|change| ["--set", change]);
        let given = [
            "run",
            "tower_economics",
            "--draws",
            draws,
            "--patients",
            "50",
            "--quiet",
            "--force",
            "--report",
        ];
        let all: Vec<&str> = given.into_iter().chain(changes).collect();
        folder.run(&all).ends_with(0).stdout
    };
    let figure = folder.at("output/tower_economics/figures/acceptability.svg");
    let one = told("1", true);
    assert!(one.contains("One draw of the figures tells nothing of what is not known"), "{one}");
    assert!(!one.contains("To know every figure") && !one.contains("probability of being best"), "{one}");
    assert!(!figure.exists());
    // Nor is anything corrected by it.
    let evpi = fs::read_to_string(folder.at("output/tower_economics/evpi.csv")).unwrap();
    assert!(evpi.lines().nth(1).unwrap().starts_with("0,0,,"), "{evpi}");
    let two = told("2", true);
    assert!(two.contains("To know every figure") && two.contains("probability of being best"), "{two}");
    assert!(figure.exists());
    // What is noise alone is not told without it.
    let noise = told("20", false);
    assert!(
        noise.contains("% of the scatter between draws.") && !noise.contains("Without it are"),
        "{noise}"
    );
}

#[test]
fn an_extension_drops_what_it_has_no_use_for() {
    let folder = Folder::new();
    let text = "title = \"A\"\nquestion = \"?\"\nextends = \"tower_economics\"\n[economics]\nthresholds = []\nstudies = []\ntwo_way = []\n";
    fs::write(folder.at("mine.toml"), text).unwrap();
    let dropped = model(folder.at("mine.toml").to_str().unwrap(), &[]).economics.unwrap();
    assert!(dropped.thresholds.is_empty() && dropped.studies.is_empty() && dropped.two_way.is_empty());
    let kept = model("tower_economics", &[]).economics.unwrap();
    assert!(!(kept.thresholds.is_empty() || kept.studies.is_empty() || kept.two_way.is_empty()));
}

#[test]
fn sizes_that_verify_does_not_take_are_told() {
    let folder = Folder::new();
    let wrong = ["verify", "tower", "--set", "settings.draws=7", "--set", "settings.patiens=3"];
    folder.run(&wrong).ends_with(2).tells(&["settings.draws counts for nothing here", "40 draws", "--draws"]);
    let other = folder.run(&["verify", "tower", "--set", "settings.patiens=3"]).ends_with(2);
    assert!(!other.stderr.contains("counts for nothing"), "{other:?}");
}

#[test]
fn cycles_in_the_wrong_order_are_named() {
    let folder = Folder::new();
    let change = "regimens.blinatumomab.treatment.drugs.1.cycles=[2, 1]";
    let told = folder.run(&["check", "tower", "--set", change]).ends_with(2);
    told.tells(&["found [2, 1], allowed a list of first and last cycle, such as [1, 4]"]);
}

#[test]
fn wrong_switches_and_shares_are_named_where_they_stand() {
    let folder = Folder::new();
    for (line, words) in [
        (
            "switches = { a = [\"settings.horizon=12\"] }",
            "mine.toml:6:18: economics.switches.a: found settings.horizon: \"horizon\"",
        ),
        (
            "switches = { a = [\"x\"] }",
            "mine.toml:6:18: economics.switches.a: found \"x\", allowed KEY=VALUE",
        ),
        (
            "uptake = { blinatumomab = [0.1, -0.5] }",
            "mine.toml:6:33: economics.uptake.blinatumomab: found -0.5, allowed a list of numbers, each 0 or more",
        ),
    ] {
        let text = format!(
            "title = \"A\"\nquestion = \"?\"\nextends = \"tower\"\n[economics]\nperspective = \"p\"\n{line}\n"
        );
        fs::write(folder.at("mine.toml"), text).unwrap();
        let told = folder.run(&["check", "./mine.toml"]).ends_with(2);
        assert!(told.stderr.contains(words), "{line}: {}", told.stderr);
    }
}
