//! Figures and reports: of every shipped scenario, and pictures held to their tables.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/marks.rs"]
mod marks;
#[path = "support/page.rs"]
mod page;
#[path = "support/words.rs"]
mod words;

use drawing::{Drawing, axes};
use folder::{Folder, names};
use remisim::report::Sheet;
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

/// Figures whose legends and axes are not held to all that they draw.
const APART: [&str; 4] = ["lives", "individual_", "icons", "tocilizumab"];
/// Figures whose rows name the colours of their bars.
const ROWS_NAME: [&str; 2] = ["uncertainties", "paired_errors"];

/// What is wrong with the words, the curves and the ranges of a figure.
fn faults(kind: &str, svg: &str, strategies: usize, months: f64) -> Vec<String> {
    let mut faults = words::faults(svg);
    let drawing = Drawing::of(svg.to_owned());
    faults.extend(drawing.outside());
    faults.extend(marks::cut(&drawing));
    faults.extend(marks::alike(&drawing));
    if !APART.iter().any(|own| kind.starts_with(own)) {
        if !ROWS_NAME.contains(&kind) {
            faults.extend(marks::unnamed(&drawing));
        }
        faults.extend(marks::unlabelled(&drawing));
    }
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
    let each = if OF_TIME.contains(&kind) { 2 } else { 1 };
    if OF_PANELS.contains(&kind) && drawing.panels() != each * strategies {
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
        let small = ["--patients", "400", "--draws", "12", "--report", "--quiet"];
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
            let shown = page.contains(&format!("id=\"figure-{kind}\""));
            // A step of a lesson for which too little was simulated has no figure, which the page says of it by its title.
            let title =
                svg.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0;
            let told = page.contains(&format!("{title} is left out with the step of the lesson"));
            assert!(shown != told, "{name}: {kind} is not in the page, or in it and left out");
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
    let beside = "<text x=\"5\" y=\"55\" font-size=\"5\" text-anchor=\"middle\" transform=\"rotate(-90,5,55)\">share</text>";
    let svg = |label: &str, inside: &str| {
        format!(
            "<svg viewBox=\"0 0 200 90\" width=\"200\" height=\"90\"><defs><clipPath id=\"a\"><rect x=\"2\" y=\"2\" width=\"116\" \
             height=\"66\"/></clipPath></defs><g transform=\"translate(8,8)\">{label}<g clip-path=\"url(#a)\">{inside}</g></g>\
             <rect x=\"150\" y=\"80\" width=\"5\" height=\"5\" fill=\"#0072b2\"/></svg>"
        )
    };
    let path = |to: u32| format!("<path d=\"M 10 20 L {to} 30 \" stroke=\"#0072b2\" fill=\"none\" />");
    let found = |inside: &str| faults("plane", &svg(beside, inside), 1, 60.0);
    let circle = |r: u32| format!("<circle cx=\"10\" cy=\"30\" r=\"{r}\" fill=\"#0072B2\" />");
    assert_eq!(
        found(&(text(90, 30, "a word") + &text(90, 45, "below it") + &path(110) + &circle(7))),
        Vec::<String>::new()
    );
    for (inside, fault) in [
        (text(10, 30, "a long word"), "is cut"),
        (text(90, 88, "a word"), "is cut"),
        (text(90, 30, "a word") + &text(100, 33, "over it"), "lie on each other"),
        (path(112), "beyond its axes"),
        (circle(9), "a mark is cut"),
        (path(110).replace("0072b2", "d55e00"), "#d55e00 stands for nothing"),
        (text(60, 30, "a w…d"), "is cut"),
        (text(60, 30, "a.toml:b"), "is a key"),
    ] {
        let found = found(&inside);
        assert!(found.len() == 1 && found[0].contains(fault), "{inside}: {found:?}");
    }
    let found = faults("plane", &svg("", &circle(7)), 1, 60.0);
    assert!(found.len() == 1 && found[0].contains("has no label"), "{found:?}");
    let bar = "<path d=\"M 20 20 L 60 20 L 60 29 L 20 29 Z\" fill=\"#0072b2\" fill-opacity=\"1\" />";
    let bars = svg(beside, &(bar.to_owned() + &bar.replace("0072b2", "d55e00")));
    let found = marks::alike(&Drawing::of(bars));
    assert!(found.len() == 1 && found[0].contains("alike in grey"), "{found:?}");
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
        ("lesson_same_luck", ["chemotherapy", "then_blinatumomab"]),
    ] {
        let (first, second) = (label(ids[0], long), label(ids[1], &format!("{long}, again")));
        let sizes =
            ["--patients", "400", "--draws", "12", "--report", "--quiet", "--set", &first, "--set", &second];
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
    let [left, top, width, height] = axes(svg.split_once("<clipPath").unwrap().1);
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
