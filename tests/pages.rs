//! What a page says: an answer that claims no more than its draws, numbers that lead to their evidence, and the data of
//! what moves.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/page.rs"]
mod page;
#[path = "support/table.rs"]
mod table;

use folder::Folder;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

fn select<'a>(page: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(css).unwrap();
    page.select(&selector).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect()
}

/// The page of a run with these further arguments.
fn made(folder: &Folder, name: &str, further: &[&str]) -> Html {
    let arguments =
        ["run", name, "--report", "--quiet", "--force"].into_iter().chain(further.iter().copied());
    folder.run(&arguments.collect::<Vec<_>>()).ends_with(0);
    let page = std::fs::read_to_string(folder.at(&format!("output/{name}/report.html"))).unwrap();
    let faults = page::faults(&page);
    assert!(faults.is_empty(), "{name}: {faults:#?}");
    Html::parse_document(&page)
}

/// The answer, which has three sentences in any case.
fn answer(page: &Html) -> [String; 3] {
    let sentences: Vec<String> = select(page, "p.answer").iter().map(text).collect();
    sentences.try_into().unwrap_or_else(|found: Vec<String>| panic!("not three sentences: {found:#?}"))
}

#[test]
fn few_draws_are_not_told_as_certainty() {
    let folder = Folder::new();
    let one = ["--draws", "1", "--patients", "200"];
    let exact = ["--draws", "1", "--engine", "exact"];
    let few = ["--draws", "5", "--patients", "200"];
    let alone = ["--draws", "40", "--patients", "1"];
    for (name, further, says) in [
        ("tower_economics", &one[..], ["Monte Carlo error", "only one draw"]),
        ("tower_economics", &exact[..], ["without an error of simulation", "only one draw"]),
        ("tower_economics", &few[..], ["of 5 draws", "too few"]),
        ("tower_economics", &alone[..], ["stays open", "with so few patients a draw the noise"]),
        ("tower", &alone[..], ["stays open", "with so few patients a draw the noise"]),
        ("tower", &one[..], ["Monte Carlo error", "only one draw"]),
        ("tower", &few[..], ["only 5 draws", "too few"]),
        ("lesson_plateau", &["--patients", "500"][..], ["Monte Carlo error", "central values"]),
        (
            "centre_demand",
            &["--draws", "2", "--set", "demand.replications=4"][..],
            ["of the 2 draws", "too few"],
        ),
        (
            "lesson_denominator",
            &["--draws", "1", "--set", "demand.replications=4"][..],
            ["Monte Carlo", "only one"],
        ),
    ] {
        let sentences = answer(&made(&folder, name, further));
        for words in says {
            assert!(sentences[1].contains(words), "{name} {further:?}: no {words:?} in {sentences:#?}");
        }
        for never in ["100 draws", "100 % of the draws", "doubt"] {
            assert!(!sentences.concat().contains(never), "{name} {further:?}: {never:?} in {sentences:#?}");
        }
    }
    // What one patient a draw cannot tell is not drawn either.
    let page = made(&folder, "tower_economics", &alone);
    assert!(
        select(&page, "#warnings").iter().map(text).any(|own| own.contains("with so few patients a draw"))
    );
    for drawn in ["#figure-acceptability", "#figure-information", "#threshold"] {
        assert!(select(&page, drawn).is_empty(), "{drawn} of one patient a draw");
    }
    let enough = answer(&made(&folder, "tower_economics", &["--draws", "30", "--patients", "200"]));
    // The gain of years keeps its interval beside the choice.
    for words in [
        "The difference of Blinatumomab",
        "in 95 % of 30 draws",
        "best choice at that threshold in",
        "of 30 draws",
    ] {
        assert!(enough[1].contains(words), "no {words:?} in {enough:#?}");
    }
    assert!(!enough.concat().contains("of 100 draws"), "{enough:#?}");
}

#[test]
fn nothing_is_advised_of_what_is_not_modelled() {
    let folder = Folder::new();
    let small = ["--patients", "100", "--draws", "30", "--set", "demand.replications=8"];
    // The lesson has no ward, and no question of life years.
    let sentences = answer(&made(&folder, "lesson_denominator", &small)).concat();
    assert!(sentences.contains("beds of intensive care"), "{sentences}");
    assert!(!sentences.contains("ward") && !sentences.contains("life years"), "{sentences}");
    let sentences =
        answer(&made(&folder, "centre_demand", &["--draws", "2", "--set", "demand.replications=4"]));
    assert!(sentences[0].contains("ward beds"), "{sentences:#?}");
}

/// Records that a strategy rests on by its fit.
fn rests_of_fit(page: &Html, place: &str) -> Vec<String> {
    select(page, &format!("{place} > ul.fitted a")).iter().map(text).collect()
}

#[test]
fn rows_of_a_strategy_lead_to_the_evidence_of_that_strategy() {
    let folder = Folder::new();
    let page = made(&folder, "tower_economics", &["--patients", "200", "--draws", "40"]);
    let cells = select(&page, "#table-summary tbody tr");
    assert!(cells.len() > 50, "{} rows", cells.len());
    for row in &cells {
        let link =
            row.select(&Selector::parse("td:first-child a").unwrap()).next().expect("a row without a link");
        let place = if text(&link).starts_with("Blinatumomab") { "#strategy-1" } else { "#strategy-0" };
        assert_eq!(link.attr("href"), Some(place));
    }
    // From the regimens: the share transplanted in each arm of the trial, and one age in both.
    let rests = |place: &str| -> Vec<String> {
        select(&page, &format!("{place} ul:not(.fitted) li a")).iter().map(text).collect()
    };
    let (chemotherapy, blinatumomab, all) =
        (rests("#strategy-0"), rests("#strategy-1"), rests("#strategies"));
    let has = |list: &[String], name: &str| list.iter().any(|own| own == name);
    assert!(
        has(&chemotherapy, "P4.chemotherapy") && !has(&chemotherapy, "P4.blinatumomab"),
        "{chemotherapy:#?}"
    );
    assert!(
        has(&blinatumomab, "P4.blinatumomab") && !has(&blinatumomab, "P4.chemotherapy"),
        "{blinatumomab:#?}"
    );
    // Both go on to the same transplant.
    let transplant = "regimens/allogeneic_transplant.toml:";
    for list in [&chemotherapy, &blinatumomab] {
        assert!(list.iter().any(|own| own.starts_with(transplant)), "no {transplant} in {list:#?}");
    }
    assert!(has(&all, "AraBrazier2010.age") && !has(&blinatumomab, "AraBrazier2010.age"), "{all:#?}");
    // The answer leads to its strategies, and its greatest assumption to its reason.
    let links: Vec<&str> = select(&page, "#answer a").iter().filter_map(|own| own.attr("href")).collect();
    assert!(links.contains(&"#strategy-1") && links.contains(&"#assumptions"), "{links:?}");
    assert!(links.iter().any(|own| own.starts_with("#assumption-")), "{links:?}");
    // By the fit of both arms together, each rests on the other's figures too, which is told apart.
    let fitted = rests_of_fit(&page, "#strategy-0");
    assert!(has(&fitted, "P4.blinatumomab") && has(&fitted, "Q09.chemotherapy"), "{fitted:#?}");
    // What is laid over the curves leads to its record, by its name.
    let all = |what: &str| -> Vec<String> {
        select(&page, &format!("#figure-survival figcaption li {what}")).iter().map(text).collect()
    };
    assert!(has(&all("code"), "Q09.blinatumomab"), "{:?}", all("code"));
    assert!(has(&all("a"), "Blinatumomab: median overall survival"), "{:?}", all("a"));
}

#[test]
fn the_chart_that_moves_knows_the_published_points_and_where_they_end() {
    let folder = Folder::new();
    let page = made(&folder, "tower", &["--patients", "100", "--draws", "8"]);
    let data: Value = serde_json::from_str(&text(&select(&page, "#data")[0])).unwrap();
    let known = |endpoint: &str| -> Vec<f64> {
        let mut curves = data["curves"].as_array().unwrap().iter();
        let curve = curves.find(|own| own["endpoint"] == endpoint).unwrap();
        curve["series"].as_array().unwrap().iter().map(|own| own["known"].as_f64().unwrap()).collect()
    };
    // README: all survival beyond the second year is prior-driven, to which the hazard ratio is taken to reach. TOWER:
    // event-free at six months, remissions of 4.6 and 7.3 months at the median, relapse not at all.
    assert_eq!(known("os")[..2], [24.0, 24.0]);
    assert_eq!(known("efs")[..2], [6.0, 6.0]);
    assert_eq!(known("rfs")[..2], [4.6, 7.3]);
    assert_eq!(known("cir")[..2], [0.0, 0.0]);
    let curve = &data["curves"][0];
    assert_eq!(curve["endpoint"], "os");
    // TOWER: alive at six months 39 and 54 of 100, medians of 4.0 and 7.7 months.
    let points: Vec<(u64, f64, Option<f64>)> = curve["published"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["strategy"].as_u64().unwrap(), own["month"].as_f64().unwrap(), own["value"].as_f64()))
        .collect();
    for wanted in [(0, 6.0, Some(0.39)), (1, 6.0, Some(0.54)), (0, 4.0, None), (1, 7.7, None)] {
        assert!(points.contains(&wanted), "no {wanted:?} in {points:?}");
    }
}

#[test]
fn the_demand_that_moves_is_that_of_its_table() {
    let folder = Folder::new();
    let page = made(
        &folder,
        "centre_demand",
        &["--patients", "50", "--draws", "4", "--set", "demand.replications=10"],
    );
    let data: Value = serde_json::from_str(&text(&select(&page, "#data")[0])).unwrap();
    let doses = data["demand"]["resources"].as_array().unwrap().iter();
    let doses = doses.clone().find(|own| own["name"] == "Doses of tocilizumab").unwrap();
    let numbers = |own: &Value| -> Vec<f64> {
        own.as_array().unwrap().iter().map(|own| own.as_f64().unwrap()).collect()
    };
    let rows = table::rows(&folder.at("output/centre_demand"), "demand_daily.csv");
    let days: Vec<_> = rows.into_iter().filter(|row| row["resource"] == "tocilizumab_doses").collect();
    // So few replications do not tell what is enough in 99 of 100, which is none then, and not nothing.
    assert!(days.iter().all(|row| row["p99"].is_empty()) && numbers(&doses["in_99"]).is_empty());
    let edges = numbers(&data["demand"]["edges"]);
    assert_eq!(edges[edges.len() - 1], days.len() as f64);
    for (at, ends) in edges.windows(2).enumerate() {
        let days = &days[ends[0] as usize..ends[1] as usize];
        let column = |name: &str| days.iter().map(|row| table::number(row, name)).collect::<Vec<_>>();
        for (name, column) in [("in_50", column("p50")), ("in_95", column("p95"))] {
            let worst = column.into_iter().fold(0.0, f64::max);
            assert_eq!(numbers(&doses[name])[at], worst, "{name} of step {at}");
        }
        let mean = column("mean").iter().sum::<f64>() / days.len() as f64;
        assert!((numbers(&doses["mean"])[at] - mean).abs() < 1e-4, "step {at}");
    }
}

#[test]
fn figures_of_a_lesson_say_where_they_stand() {
    let folder = Folder::new();
    let page = made(&folder, "lesson_plateau", &["--patients", "10000"]);
    let buttons = select(&page, "#lesson button.asks");
    let notes: Vec<&str> = buttons.iter().map(|own| own.attr("data-whence").unwrap()).collect();
    assert!(notes.len() > 5, "{notes:?}");
    for note in &notes {
        // A size of the run stands in no table.
        let whence = note.contains(" from the table ") || note.ends_with(" of this run");
        assert!(whence && !note.contains('='), "{note}");
    }
    let first = "the published value in the row of “3 in 100 remissions are cures”, endpoint overall survival, from the \
                 table “Published figures of the strategies” (published.csv)";
    assert_eq!(notes[0], first);
    assert_eq!(buttons[0].attr("data-place"), Some("table-published"));
    assert!(!select(&page, "#table-published").is_empty());
}

/// Where the evidence of numbers without a link of their own is reached.
const SHARED: &str = "a[href='#strategies']";

#[test]
fn every_number_has_its_evidence_one_click_away() {
    let folder = Folder::new();
    let small = ["--patients", "50", "--draws", "30"];
    let demand = ["--patients", "50", "--draws", "2", "--set", "demand.replications=4"];
    for (name, size) in
        [("tower_economics", &small[..]), ("centre_demand", &demand[..]), ("lesson_denominator", &demand[..])]
    {
        let page = made(&folder, name, size);
        let without = |css: &str, link: &str| -> Vec<String> {
            let lacks = |own: &&ElementRef<'_>| own.select(&Selector::parse(link).unwrap()).next().is_none();
            select(&page, css).iter().filter(lacks).map(text).collect()
        };
        assert_eq!(without("p.answer", "a"), [""; 0], "{name}: an answer");
        assert_eq!(without("figcaption", SHARED), [""; 0], "{name}: a figure");
        assert!(select(&page, "figcaption").len() > 10, "{name}");
        assert_eq!(without("#warnings, #explore", SHARED), [""; 0], "{name}");
        // Rows of strategies lead to theirs; a table without such rows has one link for all.
        let tables = select(&page, "#tables details[id^='table-']");
        let rows =
            |own: &ElementRef<'_>, css: &str| own.select(&Selector::parse(css).unwrap()).next().is_some();
        let bare: Vec<_> = tables.iter().filter(|own| rows(own, "tbody tr") && !rows(own, "a")).collect();
        assert!(tables.len() > 3 && bare.is_empty(), "{name}: {bare:?}");
        // What a fit leaves open is seen where the warning of it stands.
        assert_eq!(without("li.prior", "a[href^='#figure-open_']"), [""; 0], "{name}: a warning");
        assert!(!select(&page, "li.prior").is_empty(), "{name}");
        assert!(select(&page, "#words dt").len() > 10, "{name}: no words are explained");
    }
    // A number of a lesson leads to its table and to what its strategy rests on.
    let page = made(&folder, "lesson_median", &[]);
    let asks = select(&page, "button.asks[data-whence*='Blinatumomab']");
    assert!(asks.len() > 3);
    for own in asks {
        let rests = own.attr("data-rests").unwrap();
        assert!(text(&select(&page, &format!("#{rests} > summary"))[0]).contains("Blinatumomab"), "{rests}");
    }
}
