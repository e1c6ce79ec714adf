//! Figures and reports: of every shipped scenario, and pictures held to their tables.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/page.rs"]
mod page;
#[path = "support/words.rs"]
mod words;

use drawing::Drawing;
use folder::{Folder, names};
use remisim::report::{Sheet, Told, figures};
use remisim::scenario;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What every scenario has.
const ALWAYS: [&str; 5] = ["convergence", "incidence", "occupancy", "survival", "swimmer"];
/// What an economic evaluation adds.
const MONEY: [&str; 5] = ["acceptability", "costs", "frontier", "information", "plane"];
/// What a demand adds.
const DEMAND: [&str; 3] = ["demand_daily", "demand_peaks", "demand_shortages"];
/// Figures that follow from a table, where the run has it.
const OF_TABLES: [(&str, &str); 7] = [
    ("budget.csv", "budget"),
    ("switches.csv", "switches"),
    ("subgroups.csv", "subgroups"),
    ("two_way.csv", "two_way"),
    ("threshold.csv", "threshold"),
    ("policy.csv", "demand_stock"),
    ("demand_switches.csv", "demand_choices"),
];
/// Figures that name no strategy, or not all of them.
const NOT_OF_ALL: [&str; 16] = [
    "tornado",
    "evppi",
    "plane",
    "budget",
    "switches",
    "subgroups",
    "two_way",
    "threshold",
    "crs_doses",
    "demand",
    "fit",
    "prior",
    "open",
    "trial",
    "tocilizumab_readings",
    "individual_",
];

/// Colours of strategies in their order.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
/// Figures with a curve of each strategy.
const OF_CURVES: [&str; 4] = ["survival", "acceptability", "convergence", "information"];
/// Figures with a panel of each strategy.
const OF_PANELS: [&str; 3] = ["incidence", "occupancy", "swimmer"];
/// Figures whose axis is time, from 0 to the end of the curves or to five years.
const OF_TIME: [&str; 3] = ["survival", "incidence", "occupancy"];

/// What is wrong with the words, the curves and the ranges of a figure.
fn faults(kind: &str, svg: &str, strategies: usize, months: f64) -> Vec<String> {
    let mut faults = words::faults(svg);
    let drawing = Drawing::of(svg.to_owned());
    faults.extend(drawing.outside());
    // Values of two_way stand at even places though they are not evenly apart: they are the names of cells.
    if !kind.starts_with("two_way") {
        faults.extend(drawing.uneven());
    }
    if OF_CURVES.contains(&kind) {
        for colour in COLOURS.iter().take(strategies) {
            let stroke = format!("stroke=\"{}\"", colour.to_lowercase());
            if !svg.split("<path ").any(|path| path.contains(&stroke) && path.contains("fill=\"none\"")) {
                faults.push(format!("no curve in {colour}"));
            }
        }
    }
    if OF_PANELS.contains(&kind) && drawing.panels() != strategies {
        faults.push(format!("{} panels of {strategies} strategies", drawing.panels()));
    }
    if OF_TIME.contains(&kind) {
        let to = months.min(60.0);
        for panel in (0..drawing.panels()).filter_map(|at| drawing.scaled(at)) {
            if panel.x.0.abs() > 0.01 || !(0.99 * to..1.2 * to).contains(&panel.x.1) {
                faults.push(format!("months are {:?}, not 0 to {to}", panel.x));
            }
            if (panel.y.0.abs() > 0.001) || (panel.y.1 - 1.0).abs() > 0.001 {
                faults.push(format!("shares are {:?}, not 0 to 1", panel.y));
            }
        }
    }
    faults
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sheet(folder: &Path, file: &str) -> Sheet {
    Sheet::read(read(&folder.join(file)).as_bytes()).unwrap()
}

/// Text as it stands in an SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

#[test]
fn every_figure_of_every_shipped_scenario_is_drawn() {
    let folder = Folder::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    for entry in scenario::list() {
        let name = entry.name.as_str();
        let small = ["--patients", "60", "--draws", "8", "--report", "--quiet"];
        let arguments: Vec<&str> = ["run", name].into_iter().chain(small).collect();
        folder.run(&arguments).ends_with(0);
        let out = folder.at(&format!("output/{name}"));
        let manifest: serde_json::Value = serde_json::from_str(&read(&out.join("manifest.json"))).unwrap();
        let labels: Vec<String> = manifest["strategies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own["label"].as_str().unwrap().to_owned())
            .collect();
        let drawn = names(&out.join("figures"));
        let page = read(&out.join("report.html"));
        // Every fit that its regimens have is drawn.
        for input in manifest["inputs"].as_array().unwrap() {
            let file = input["file"].as_str().unwrap();
            let Some(fit) = file.strip_prefix("calibrated/").and_then(|file| file.strip_suffix(".toml"))
            else {
                continue;
            };
            for kind in ["fit", "prior", "open"] {
                assert!(
                    drawn.contains(&format!("{kind}_{fit}.svg")),
                    "{name}: no {kind} of {fit} in {drawn:?}"
                );
            }
        }
        let money = out.join("ceac.csv").is_file();
        let demand = out.join("demand_daily.csv").is_file();
        let of_tables = OF_TABLES.iter().filter(|(table, _)| out.join(table).is_file());
        let of_tables: Vec<&str> = of_tables.map(|(_, kind)| *kind).collect();
        let wanted = ALWAYS.iter().chain(MONEY.iter().filter(|_| money));
        for kind in wanted.chain(DEMAND.iter().filter(|_| demand)).chain(&of_tables) {
            assert!(drawn.contains(&format!("{kind}.svg")), "{name}: no {kind} in {drawn:?}");
        }
        for file in &drawn {
            let kind = file.strip_suffix(".svg").unwrap();
            *kinds.entry(kind.split('_').next().unwrap().to_owned()).or_default() += 1;
            let svg = read(&out.join("figures").join(file));
            assert!(svg.starts_with("<svg viewBox=") && svg.ends_with("</svg>\n"), "{name} {file}");
            assert!(!svg.contains("NaN"), "{name} {file}");
            let months = manifest["settings"]["curve_months"].as_f64().unwrap();
            let own = faults(kind, &svg, labels.len(), months);
            wrong.extend(own.into_iter().map(|fault| format!("{name} {file}: {fault}")));
            assert!(svg.contains("<title>") && svg.contains("<desc>"), "{name} {file}");
            assert!(page.contains(&format!("id=\"figure-{kind}\"")), "{name}: {kind} is not in the page");
            // Those of one strategy, or of none, name no other.
            let of_all = !NOT_OF_ALL.iter().any(|own| kind.starts_with(own));
            for label in labels.iter().filter(|_| of_all) {
                assert!(svg.contains(&format!(">{}", escaped(label))), "{name} {file}: no {label}");
            }
        }
        let faults = page::faults(&page);
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        assert!(page.len() < 3_000_000, "{name}: {} bytes", page.len());
        for outside in ["src=\"http", "href=\"http", "url(http", "@import", "<link"] {
            assert!(!page.contains(outside), "{name}: the page holds {outside}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let some = [
        "events",
        "response",
        "toxicity",
        "tornado",
        "evppi",
        "crs",
        "fit",
        "prior",
        "open",
        "demand",
        "budget",
        "switches",
        "subgroups",
        "two",
        "threshold",
    ];
    for kind in some.iter().chain(&ALWAYS).chain(&MONEY) {
        assert!(kinds.contains_key(*kind), "no scenario has {kind}: {kinds:?}");
    }
}

/// The value of an attribute of an element.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// Corners of the axes: left, top, width, height.
fn axes(svg: &str) -> [f64; 4] {
    let (_, clip) = svg.split_once("<clipPath").unwrap();
    let (_, rectangle) = clip.split_once("<rect").unwrap();
    ["x", "y", "width", "height"].map(|name| attribute(rectangle, name).unwrap().parse().unwrap())
}

/// Points of the lines of a colour that are so thick.
fn lines(svg: &str, colour: &str, widths: &[&str]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for element in svg.split("<path").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let own = attribute(element, "stroke").is_some_and(|stroke| stroke.eq_ignore_ascii_case(colour));
        if !own || !attribute(element, "stroke-width").is_some_and(|width| widths.contains(&width)) {
            continue;
        }
        let numbers =
            attribute(element, "d").unwrap().split_whitespace().filter_map(|part| part.parse::<f64>().ok());
        let numbers: Vec<f64> = numbers.collect();
        points.extend(numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])));
    }
    points
}

#[test]
fn words_that_are_cut_or_covered_and_lines_beyond_their_axes_are_found_out() {
    let text = |x: u32, y: u32, words: &str| {
        format!("<text x=\"{x}\" y=\"{y}\" font-size=\"10\" text-anchor=\"middle\">{words}</text>")
    };
    let svg = |inside: &str| {
        format!(
            "<svg viewBox=\"0 0 200 90\" width=\"200\" height=\"90\"><defs><clipPath id=\"a\"><rect x=\"10\" y=\"10\" width=\"100\" \
             height=\"50\"/></clipPath></defs><g transform=\"translate(8,8)\"><g clip-path=\"url(#a)\">{inside}</g></g></svg>"
        )
    };
    let path = |to: u32| format!("<path d=\"M 10 20 L {to} 30 \" stroke=\"#0072b2\" fill=\"none\" />");
    let found = |inside: &str| faults("plane", &svg(inside), 1, 60.0);
    assert_eq!(
        found(&(text(90, 30, "a word") + &text(90, 45, "below it") + &path(110))),
        Vec::<String>::new()
    );
    for (inside, fault) in [
        (text(10, 30, "a long word"), "is cut"),
        (text(90, 88, "a word"), "is cut"),
        (text(90, 30, "a word") + &text(100, 33, "over it"), "lie on each other"),
        (path(112), "beyond its axes"),
    ] {
        let found = found(&inside);
        assert!(found.len() == 1 && found[0].contains(fault), "{inside}: {found:?}");
    }
}

/// Labels of 80 letters, as a scenario may have them.
#[test]
fn long_labels_stay_within_their_pictures() {
    let folder = Folder::new();
    let long = "Inotuzumab ozogamicin in two cycles, then blinatumomab for relapse and a transplant";
    let label = |id: &str, label: &str| format!("strategies.{id}.label=\"{label}\"");
    for (name, ids) in [
        ("tower_economics", ["chemotherapy", "blinatumomab"]),
        ("lesson_median", ["chemotherapy", "blinatumomab"]),
        ("lesson_same_luck", ["chemotherapy", "blinatumomab"]),
    ] {
        let (first, second) = (label(ids[0], long), label(ids[1], &format!("{long}, again")));
        let sizes =
            ["--patients", "60", "--draws", "8", "--report", "--quiet", "--set", &first, "--set", &second];
        let arguments: Vec<&str> = ["run", name].into_iter().chain(sizes).collect();
        folder.run(&arguments).ends_with(0);
        let drawn = folder.at(&format!("output/{name}/figures"));
        let mut wrong = Vec::new();
        for file in names(&drawn) {
            let own = words::faults(&read(&drawn.join(&file)));
            wrong.extend(own.into_iter().map(|fault| format!("{name} {file}: {fault}")));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn the_curves_of_a_picture_are_those_of_its_table() {
    let folder = Folder::new();
    let sizes =
        ["--patients", "300", "--draws", "20", "--report", "--quiet", "--set", "settings.curve_months=48"];
    let arguments: Vec<&str> = ["run", "tower"].into_iter().chain(sizes).collect();
    folder.run(&arguments).ends_with(0);
    let out = folder.at("output/tower");
    let svg = read(&out.join("figures/survival.svg"));
    let [left, top, width, height] = axes(&svg);
    let table = sheet(&out, "survival.csv");
    for (strategy, colour) in [("chemotherapy", "#0072B2"), ("blinatumomab", "#D55E00")] {
        let mut drawn: BTreeMap<i64, f64> = BTreeMap::new();
        for (x, y) in lines(&svg, colour, &["2.4", "1.1", "2.4000000000000004", "1.1000000000000001"]) {
            let month = (x - left) / width * 48.0;
            assert!((month - month.round()).abs() < 0.01, "{month}");
            drawn.insert(month.round() as i64, 1.0 - (y - top) / height);
        }
        let mut count = 0;
        for row in table.rows().filter(|row| row.text("strategy") == strategy && row.curve() == "os") {
            let month = row.number("months").unwrap() as i64;
            let told = row.number("probability").unwrap();
            let shown =
                drawn.get(&month).unwrap_or_else(|| panic!("{strategy}: nothing drawn at month {month}"));
            // Coordinates have two decimals of some 300 pixels.
            assert!((shown - told).abs() < 1e-4, "{strategy}, month {month}: drawn {shown}, table {told}");
            count += 1;
        }
        assert_eq!((count, drawn.len()), (49, 49));
    }
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
    for text in ["Hazard ratios", "Medians", "blinatumomab: os at 6 months", "simulated"] {
        assert!(svg.contains(text), "no {text}");
    }
    folder.run(&["validate", "tower", "--png"]).ends_with(2).tells(&["--report"]);
    folder.run(&["calibrate", "tower", "--png"]).ends_with(2).tells(&["--figures"]);
}

#[test]
fn a_text_of_a_scenario_cannot_become_markup() {
    let manifest = serde_json::json!({
        "title": "</script><script>alert(1)</script>",
        "strategies": [{ "id": "a", "label": "<b>&\"" }],
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
