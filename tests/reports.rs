//! Reports as files: of a run and of its folder, their pages, and figures beside validations and fits.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/page.rs"]
mod page;
#[path = "support/table.rs"]
mod table;

use folder::{Folder, names};
use remisim::report::{Told, figures};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_report_of_a_folder_is_that_of_its_run_and_no_changed_table_is_drawn() {
    let folder = Folder::new();
    let small = ["run", "eliana", "--patients", "100", "--draws", "5", "--quiet"];
    let with: Vec<&str> = small.into_iter().chain(["--report", "--png"]).collect();
    folder.run(&with).ends_with(0);
    let out = folder.at("output/eliana");
    let all = |out: &Path| -> BTreeMap<String, Vec<u8>> {
        let drawn = names(&out.join("figures")).into_iter().map(|name| format!("figures/{name}"));
        let files = drawn.chain(["report.html".to_owned()]);
        files.map(|name| (name.clone(), fs::read(out.join(name)).unwrap())).collect()
    };
    let first = all(&out);
    assert!(first.contains_key("figures/survival.png"));
    fs::remove_dir_all(out.join("figures")).unwrap();
    fs::remove_file(out.join("report.html")).unwrap();
    folder.run(&["report", "output/eliana", "--png"]).ends_with(0);
    assert!(all(&out) == first, "a report of a folder has other bytes than that of the run");
    // Results with a report can be replaced, and those without have none.
    let without: Vec<&str> = small.into_iter().chain(["--force"]).collect();
    folder.run(&without).ends_with(0);
    let files = names(&out);
    for extra in [
        "figures",
        "report.html",
        "published.csv",
        "occupancy.csv",
        "incidence.csv",
        "crs.csv",
        "convergence.csv",
        "histories.csv",
    ] {
        assert!(!files.contains(&extra.to_owned()), "{extra} without --report");
    }
    folder.run(&["report", "output/eliana"]).ends_with(0);
    let summary = out.join("summary.csv");
    fs::write(&summary, read(&summary).replacen("eliana", "other", 1) + "\n").unwrap();
    folder.run(&["report", "output/eliana"]).ends_with(2).tells(&["summary.csv", "changed after the run"]);
    fs::remove_file(&summary).unwrap();
    folder.run(&["report", "output/eliana"]).ends_with(2).tells(&["summary.csv", "not found"]);
    folder.run(&["report", "nowhere"]).ends_with(2).tells(&["nowhere"]);
    // The folder of several runs leads to them.
    folder.run(&["report", "output"]).ends_with(2).tells(&["manifest.json", "runs in it", "output/eliana"]);
    folder.run(&["run", "eliana", "--png"]).ends_with(2).tells(&["--report"]);
}

#[test]
fn a_report_is_the_same_whatever_was_drawn_before_it() {
    let folder = Folder::new();
    let sizes = ["--patients", "50", "--draws", "3", "--quiet", "--report"];
    let drawn = |scenarios: &[&str], out: &str| -> BTreeMap<String, Vec<u8>> {
        let all: Vec<&str> =
            ["run"].iter().chain(scenarios).chain(&sizes).chain(&["--out", out]).copied().collect();
        folder.run(&all).ends_with(0);
        let own = folder.at(out).join("tower");
        let files = names(&own.join("figures")).into_iter().map(|name| format!("figures/{name}"));
        files
            .chain(["report.html".to_owned()])
            .map(|name| (name.clone(), fs::read(own.join(name)).unwrap()))
            .collect()
    };
    let alone = drawn(&["tower"], "alone");
    assert!(alone.len() > 5);
    assert!(drawn(&["blast", "tower"], "after") == alone, "another run before it changes its bytes");
}

#[test]
fn figures_of_a_trial_stand_beside_strategies_that_differ_in_what_does_not_bear_on_them() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let run: Vec<&str> = ["run", "eliana", "cd7_car_t", "tower"].into_iter().chain(sizes).collect();
    folder.run(&run).ends_with(0);
    let published = |scenario: &str, strategy: &str| -> BTreeMap<String, bool> {
        let rows = table::rows(&folder.at("output").join(scenario), "published.csv");
        let own = rows.into_iter().filter(|row| row["strategy"] == strategy);
        own.map(|row| (format!("{} {}", row["endpoint"], row["months"]), row["differs"].is_empty())).collect()
    };
    // ELIANA followed those who were infused, and some are given salvage here where they are not.
    // Its event-free survival is of patients without transplants, whom it censored; here some are transplanted.
    let infused = ["cr among infused ", "os_infused 12", "os_infused 36", "os_infused 60"];
    let infused: BTreeMap<String, bool> = infused.into_iter().map(|name| (name.to_owned(), false)).collect();
    assert_eq!(published("eliana", "tisagenlecleucel"), infused);
    // A later line after relapse bears on survival.
    let late = published("eliana", "tisagenlecleucel_then_blinatumomab");
    assert!(late.is_empty(), "{late:?}");
    // A historical cohort of adults, not of this group.
    assert!(published("eliana", "salvage_chemotherapy").is_empty());
    // Other cells of the published series, which those of the document do not extend.
    assert!(published("cd7_car_t", "cd7_car_t").keys().all(|name| !name.starts_with("efs")));
    assert!(published("tower", "blinatumomab").values().all(|same| *same));
}

#[test]
fn what_a_line_does_otherwise_in_remission_takes_the_trials_curves_from_it() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let without = |scenario: &str, strategy: &str| {
        let change = format!("strategies.{strategy}.lines.1.transplant=false");
        let run = ["run", scenario, "--set", &change, "--out", "none", "--force"];
        folder.run(&run.into_iter().chain(sizes).collect::<Vec<_>>()).ends_with(0);
        folder.at("none").join(scenario)
    };
    let none = |scenario: &str, strategy: &str| -> Vec<(String, String)> {
        let out = without(scenario, strategy);
        let known = table::rows(&out, "published.csv").into_iter().filter(|row| row["strategy"] == strategy);
        let all = known.map(|row| (row["endpoint"].clone(), row["months"].clone())).collect();
        let near = table::rows(&out, "published_related.csv");
        let own = near.iter().filter(|row| row["strategy"] == strategy && row["endpoint"].starts_with("os"));
        assert!(own.clone().all(|row| row["differs"].contains("transplants")) && own.count() > 0);
        all
    };
    // TOWER transplanted one in four of each arm. Who is in remission is, whatever comes of it.
    let tower = none("tower", "blinatumomab");
    assert!(
        tower.iter().all(|own| !["os", "efs", "rfs", "os_hazard_ratio"].contains(&own.0.as_str())),
        "{tower:?}"
    );
    assert!(tower.iter().any(|own| own.0.starts_with("cr")), "{tower:?}");
    // A hazard ratio is about both arms: without the other there is none.
    let ratios = |out: &Path| {
        let rows = table::rows(out, "published.csv");
        rows.iter().filter(|row| row["endpoint"] == "os_hazard_ratio").count()
    };
    assert_eq!(ratios(&without("tower", "chemotherapy")), 0);
    folder
        .run(&["run", "tower", "--out", "as_it_is"].into_iter().chain(sizes).collect::<Vec<_>>())
        .ends_with(0);
    assert!(ratios(&folder.at("as_it_is/tower")) > 0);
    // Without transplants it is ELIANA's event-free survival that is known, and no more its overall survival.
    let eliana = none("eliana", "tisagenlecleucel");
    let points = eliana.iter().filter(|own| own.0.ends_with("_infused") && !own.1.is_empty());
    let points: Vec<(&str, &str)> = points.map(|own| (own.0.as_str(), own.1.as_str())).collect();
    assert_eq!(points, [("efs_infused", "12"), ("efs_infused", "36")]);
}

#[test]
fn points_of_near_patients_stand_apart_and_nothing_is_known_by_them() {
    let folder = Folder::new();
    let sizes = ["--patients", "20", "--draws", "2", "--quiet", "--report"];
    let run: Vec<&str> = ["run", "ph_positive", "cd7_economics", "blast_economics", "tower"]
        .into_iter()
        .chain(sizes)
        .collect();
    folder.run(&run).ends_with(0);
    let out = |scenario: &str| folder.at("output").join(scenario);
    let related = |scenario: &str| table::rows(&out(scenario), "published_related.csv");
    // D-ALBA has other later lines: 95 of 100 were alive at 18 months, 88 without relapse.
    let rows = related("ph_positive");
    let of = |endpoint: &str| -> Vec<(&str, &str)> {
        let own = rows.iter().filter(|row| row["endpoint"] == endpoint);
        own.map(|row| (row["months"].as_str(), row["published"].as_str())).collect()
    };
    assert!(of("os").contains(&("18", "0.95")) && of("rfs").contains(&("18", "0.88")), "{rows:?}");
    assert!(rows.iter().all(|row| row["patients"].starts_with("D-ALBA: ")), "{rows:?}");
    // BLAST has the same later line, and its transplants; of one strategy here nobody is transplanted.
    for row in related("blast_economics").iter().filter(|row| row["target"] == "Q32.os_5y") {
        let none = row["strategy"] == "blinatumomab_no_transplant";
        assert!(
            !row["differs"].contains("later lines") && row["differs"].contains("transplants") == none,
            "{row:?}"
        );
    }
    // The series of CD7 CAR-T cells, of donor-derived ones, under all strategies that begin with them and no other.
    let rows = related("cd7_economics");
    assert!(rows.iter().any(|row| row["target"] == "Tan2023.os_2y"), "{rows:?}");
    assert!(rows.iter().all(|row| row["strategy"] == "cd7_car_t" && row["target"].starts_with("Tan2023.")
        || row["target"].starts_with("Pan2025.")));
    for scenario in ["ph_positive", "cd7_economics", "blast_economics"] {
        // What is known of the strategies stands in the other table, and nothing in both.
        let known = table::rows(&out(scenario), "published.csv");
        let twice = related(scenario).into_iter().find(|row| {
            known.iter().any(|own| own["target"] == row["target"] && own["endpoint"] == row["endpoint"])
        });
        assert!(twice.is_none(), "{scenario}: {twice:?}");
        let page = fs::read_to_string(out(scenario).join("report.html")).unwrap();
        let data =
            page.split_once("type=\"application/json\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        let until =
            data["curves"][0]["series"].as_array().unwrap().iter().map(|own| own["known"].as_f64().unwrap());
        assert_eq!(until.fold(0.0, f64::max), 0.0, "{scenario}: overall survival is known by near patients");
    }
    // Its control arm has other later lines than the third strategy, but is that of the first.
    assert!(!out("tower").join("published_related.csv").exists());
}

#[test]
fn what_a_fit_has_moved_has_the_mean_of_its_draws() {
    let folder = Folder::new();
    let fewer = ["economics.one_way=false", "economics.switches={}", "economics.groups={}"];
    let changes = fewer.into_iter().flat_map(|change| ["--set", change]);
    let run = ["run", "eliana_economics", "--patients", "20", "--draws", "40", "--quiet"];
    folder.run(&run.into_iter().chain(changes).collect::<Vec<_>>()).ends_with(0);
    let out = folder.at("output/eliana_economics");
    let draws = table::rows(&out, "param.csv");
    let mut fitted = 0;
    for row in table::rows(&out, "assumptions.csv") {
        if row["reason"].starts_with("fitted (") && draws[0].contains_key(&row["key"]) {
            let of = draws.iter().map(|draw| table::number(draw, &row["key"]));
            let mean = of.sum::<f64>() / draws.len() as f64;
            let value = table::number(&row, "value");
            // Tables have five digits of it.
            assert!((value - mean).abs() <= 1e-4 * mean.abs(), "{}: {value}, not {mean}", row["key"]);
            fitted += 1;
        }
    }
    assert!(fitted > 5, "{fitted}");
}

#[test]
fn names_of_figures_lead_to_their_evidence() {
    let folder = Folder::new();
    folder.run(&["run", "eliana", "--patients", "60", "--draws", "4", "--report", "--quiet"]).ends_with(0);
    let text = read(&folder.at("output/eliana/report.html"));
    // The record of ELIANA's remissions, with its counts, and an assumption among what was fitted.
    for part in ["href=\"#evidence-", "href=\"#assumption-", "id=\"assumption-0\"", "events ", ", n "] {
        assert!(text.contains(part), "no {part}");
    }
}

#[test]
fn a_page_with_faults_is_found_out() {
    let right = "<!DOCTYPE html><html lang=\"en\"><head><title>T</title></head><body><main><h1 id=\"a\">A</h1>\
                 <a href=\"#a\">to</a></main></body></html>";
    assert_eq!(page::faults(right), Vec::<String>::new());
    for (from, to, fault) in [
        ("<!DOCTYPE html>", "", "parse error"),
        ("</h1>", "</h2>", "parse error"),
        ("#a", "#b", "leads nowhere"),
        ("<main>", "<main id=\"a\">", "twice"),
        ("</main>", "<h3>C</h3></main>", "a heading of level 3"),
        ("</main>", "<img src=\"data:,\"></main>", "without alt"),
        ("</main>", "<svg><title>T</title></svg></main>", "an svg without"),
        ("#a", "https://example.org", "leaves the page"),
        (" lang=\"en\"", "", "not one lang"),
        ("<a href", "<label for=\"x\">x</label><a href", "for \"x\""),
    ] {
        let faults = page::faults(&right.replacen(from, to, 1));
        assert!(faults.iter().any(|own| own.contains(fault)), "{to:?} instead of {from:?}: {faults:?}");
    }
}

#[test]
fn validations_and_fits_are_drawn_beside_their_tables() {
    let folder = Folder::new();
    folder.run(&["validate", "tower", "--report", "--out", "v"]).ends_with(0);
    let drawn = names(&folder.at("v/tower/figures"));
    assert_eq!(drawn, ["fit_tower.svg", "open_tower.svg", "prior_tower.svg", "validation.svg"]);
    let svg = read(&folder.at("v/tower/figures/validation.svg"));
    for text in ["Hazard ratios", "Medians", "Blinatumomab: survival at 6 months", "simulated"] {
        assert!(svg.contains(text), "no {text}");
    }
    folder.run(&["validate", "tower", "--png"]).ends_with(2).tells(&["--report"]);
    folder.run(&["calibrate", "tower", "--png"]).ends_with(2).tells(&["--figures"]);
}

#[test]
fn a_text_of_a_scenario_cannot_become_markup() {
    let manifest = serde_json::json!({
        "title": "</script><script>alert(1)</script>",
        "strategies": [{ "id": "a", "label": "<b>&\"", "rests_on": {} }],
        "program": "remisim",
        "warnings": ["<img src=x>"],
        "settings": {},
        "outputs": [],
        "inputs": [],
    });
    let bytes = manifest.to_string().into_bytes();
    let told = Told::read(|name| (name == "manifest.json").then_some(&bytes[..])).unwrap();
    let drawn = figures(&told);
    assert!(drawn.is_empty(), "{drawn:?}");
    let page = remisim::report::page(&told, &drawn).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>&"));
}
