//! What rests on no evidence is drawn so: bars of figures, groups of them, years of a budget.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/drawn.rs"]
mod drawn;

use drawn::{drawn, only};
use serde_json::json;

const BLUE: &str = "#0072B2";

fn end(line: &str, name: &str) -> f64 {
    drawing::number(&format!(" {line}"), name)
}

#[test]
fn bars_of_figures_without_evidence_are_striped_and_signed() {
    let tornado = "strategy,comparator,outcome,wtp,parameter,at_central,at_low,at_high,mc_se\n\
                   b,a,net_monetary_benefit,100,P1.cr,0,-100,100,\nb,a,net_monetary_benefit,100,mine.toml:response.pr,0,-50,50,\n";
    let assumptions = "key,value,reason\nmine.toml:response.pr,0.1,why not\n";
    let tables = [("tornado.csv", tornado), ("assumptions.csv", assumptions)];
    let drawing = only(&drawn(&tables, &json!({ "currency": "USD" })), "tornado_b");
    drawing.says(&["* an assumption, or a group of such alone", "Partial remission *<"]);
    assert!(!drawing.text.contains("Complete remission *") && !drawing.text.contains('†'));
    let stripes = drawing.panel(0, (-100.0, 100.0), (0.5, 2.5)).lines("#ffffff");
    assert!(stripes.len() > 40, "{stripes:?}");
    assert!(stripes.iter().all(|(x, y)| x.abs() < 50.5 && (*y - 1.0).abs() < 0.36), "{stripes:?}");
    // A line of a legend shows two turns of any dashes.
    let legend = drawing.text.split_once(drawing.text_of(0)).unwrap().1;
    let samples = legend.split("<line ").skip(1).map(|own| own.split('>').next().unwrap());
    let samples: Vec<f64> = samples.map(|own| end(own, "x2") - end(own, "x1")).collect();
    assert!(!samples.is_empty() && samples.iter().all(|own| (own - 42.0).abs() < 0.1), "{samples:?}");
}

#[test]
fn groups_tell_how_many_of_their_figures_have_no_evidence() {
    let evppi =
        "Parameter,WTP,EVPPI,SE\nmine_alone,100,9,1\nmixed_figures,100,5,1\nmine.toml:response.pr,100,3,1\n";
    let assumptions =
        "key,value,reason\nmine.toml:response.pr,0.1,why not\nmine.toml:response.cr,0.1,why not\n";
    let increments = "strategy,comparator,wtp\nb,a,100\n";
    let tables = [("evppi.csv", evppi), ("assumptions.csv", assumptions), ("increments.csv", increments)];
    let own = ["mine.toml:response.pr", "mine.toml:response.cr"];
    let groups = json!({ "mine_alone": own, "mixed_figures": ["mine.toml:response.pr", "P1.cr", "P2.cr"] });
    let settings = json!({ "currency": "USD", "groups": groups });
    let drawing = only(&drawn(&tables, &settings), "evppi");
    drawing.says(&["Mine alone *<", "2 of 2 figures without evidence", "1 of 3 figures without evidence"]);
    assert!(!drawing.text.contains("Mixed figures *"));
    // Rows from the top: the first and the third are striped, a third of the second.
    let stripes = drawing.panel(0, (0.0, 15.0), (0.5, 3.5)).lines("#ffffff");
    let of = |row: f64| stripes.iter().filter(|(_, y)| (*y - row).abs() < 0.36).count();
    assert!(of(3.0) > 20 && of(2.0) > 3 && of(1.0) > 10, "{stripes:?}");
    let second = stripes.iter().filter(|(_, y)| (*y - 2.0).abs() < 0.36);
    assert!(second.into_iter().all(|(x, _)| (10.0 / 3.0..=5.0).contains(x)), "{stripes:?}");
}

#[test]
fn what_is_worth_nothing_to_know_at_the_threshold_is_drawn_where_it_is_worth_most() {
    let evppi = "Parameter,WTP,EVPPI,SE\nP1.cr,100,0,\nP1.cr,200,4,1\nP1.cr,300,2,1\n";
    let evpi = "WTP,EVPI\n100,0\n200,9\n300,5\n";
    let increments = "strategy,comparator,wtp\nb,a,100\n";
    let tables = [("evppi.csv", evppi), ("evpi.csv", evpi), ("increments.csv", increments)];
    let all = drawn(&tables, &json!({ "currency": "USD" }));
    let drawing = only(&all, "evppi");
    drawing.says(&["What it would be worth to know one figure, at 200 USD a QALY"]);
    let bars = drawing.panel(0, (0.0, 6.0), (0.5, 1.5)).filled(BLUE);
    let most = bars.iter().map(|own| own.0).fold(0.0, f64::max);
    assert!((most - 4.0).abs() < 0.1, "{bars:?}");
    let figure = all.iter().find(|own| own.name == "evppi").unwrap();
    assert!(
        figure.caption.starts_with("At 100 USD a QALY, the threshold of the scenario"),
        "{}",
        figure.caption
    );
}

#[test]
fn years_of_a_budget_beyond_published_survival_are_striped_in_what_is_spent_too() {
    let budget = "year,comparator,with_uptake,without,impact\n1,a,300,200,100\n2,a,400,250,150\n";
    let published = "strategy,endpoint,months,published\na,os,12,0.5\nb,os,18,0.5\n";
    let tables = [("budget.csv", budget), ("published.csv", published)];
    let drawing = only(&drawn(&tables, &json!({ "currency": "USD" })), "budget");
    drawing
        .says(&["partly after month 12 of the first patients, the last of published survival, prior-driven"]);
    for (panel, to) in [(0, 400.0), (1, 150.0)] {
        let lines = drawing.panel(panel, (0.0, to), (0.5, 2.5)).lines("#ffffff");
        // Beta has a pattern of its own in the first year.
        let upright = lines.chunks_exact(2).filter(|ends| (ends[0].0 - ends[1].0).abs() < 0.01);
        assert!(upright.clone().count() > 10 && upright.into_iter().all(|ends| ends[0].1 < 1.5), "{lines:?}");
    }
}
