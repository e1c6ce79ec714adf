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
