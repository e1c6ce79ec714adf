//! Costs by item.

use super::chart::{Axis, drawn};
use super::interval::held;
use super::lane;
use super::lived::{self, lived, strip};
use super::response::{Bars, bars, legend, whisker};
use super::{Figure, Subject};
use crate::report::rounded::money;
use crate::report::told::Told;

const ITEMS: [(&str, &str); 10] = [
    ("costs", "all costs"),
    ("cost_drug", "drugs and cell products"),
    ("cost_administration", "courses and administration"),
    ("cost_care", "care by state"),
    ("cost_transplant", "transplant"),
    ("cost_toxicity", "toxicity"),
    ("cost_tocilizumab", "tocilizumab"),
    ("cost_icu", "intensive care"),
    ("cost_monitoring", "tests"),
    ("cost_end_of_life", "end of life"),
];

/// The figure, where anything costs.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let rows = || told.rows("summary.csv").filter(|row| row.text("outcome") == "costs");
    let most = rows().filter_map(|row| row.number("upper_95").or(row.number("mean"))).fold(0.0, f64::max);
    if most == 0.0 {
        return Vec::new();
    }
    let currency = told.currency();
    let rate = told.manifest["settings"]["discount"]["costs"].as_f64();
    let discounted = if rate == Some(0.0) { "not discounted" } else { "discounted" };
    let x = Axis::over(&format!("{currency} a patient, {discounted}"), [0.0, most].into_iter(), money);
    let Some(Bars { mut panel, height, .. }) = bars(told, &ITEMS, ("", "item of cost"), x) else {
        return Vec::new();
    };
    let late = lived(told);
    strip(&mut panel, &late);
    let title = "Costs by item";
    let said = rows().filter_map(|row| {
        Some(format!("{}: {}.", told.label(row.text("strategy")), money(row.number("mean")?)))
    });
    let said: Vec<String> = said.collect();
    let legend = legend(told).into_iter().chain([whisker(told)]).chain(lived::legend(&late)).collect();
    vec![Figure {
        name: "costs".to_owned(),
        subject: Subject::Economics,
        title: title.to_owned(),
        caption: format!(
            "Bars are means over the draws, whiskers {}. Items add up to all costs. The strip tells \
             how much of the life years over which costs run rests on no published survival.",
            held(told)
        ),
        alt: format!("{title} in {currency}. All costs: {}", said.join(" ")),
        tables: &["summary.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![panel], 1, (700.0, height + lane::height(!late.is_empty())), legend),
    }]
}
