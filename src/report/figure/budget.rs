//! What a payer spends year by year, with and without the new strategies.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, filled, ruled};
use super::{Figure, Subject};
use crate::report::rounded::money;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, ReferenceLine};

/// The figure, where the run has a budget.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    let rows: Vec<_> = told.rows("budget.csv").collect();
    let comparator = rows.first()?.text("comparator");
    let currency = told.currency();
    let years: Vec<String> = rows.iter().map(|row| format!("year {}", row.text("year"))).collect();
    let spent = ["with_uptake", "without"];
    let most = rows.iter().flat_map(|row| spent.map(|column| row.number(column))).flatten();
    let x = Axis::over(&format!("{currency} a year"), [0.0].into_iter().chain(most), money);
    let mut whole = Panel::of_rows("Spent", x, years.clone());
    let interval = |row: &crate::report::told::SheetRow<'_>| {
        let end = |column: &str| row.number(&format!("{column}_corrected")).or_else(|| row.number(column));
        end("impact_lower_95").zip(end("impact_upper_95"))
    };
    let impacts = rows.iter().filter_map(|row| row.number("impact"));
    let ends = rows.iter().filter_map(interval).flat_map(|(low, high)| [low, high]);
    let x = Axis::over(&format!("{currency} a year"), [0.0].into_iter().chain(impacts).chain(ends), money);
    let mut impact = Panel::of_rows("Added by the uptake", x, years);
    impact.rule(ReferenceLine::vertical(0.0).with_dasharray("none"));
    let mut said = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for (part, column) in spent.into_iter().enumerate() {
            if let Some(value) = row.number(column) {
                whole.bar((0.0, value), whole.height(index, part, 2), Ink::of(1 - part).colour, 2);
            }
        }
        let Some(added) = row.number("impact") else { continue };
        let height = impact.height(index, 0, 1);
        impact.bar((added.min(0.0), added.max(0.0)), height, Ink::of(2).colour, 1);
        if let Some(interval) = interval(row) {
            impact.whisker(interval, height, 0.18);
            let (low, high) = interval;
            said.push(format!(
                "Year {}: {} added ({} to {}).",
                row.text("year"),
                money(added),
                money(low),
                money(high)
            ));
        }
    }
    let title = "Budget year by year";
    let legend: Vec<LegendEntry> = vec![
        filled(Ink::of(1).colour, "with the uptake"),
        filled(Ink::of(0).colour, &format!("all patients given {}", told.label(comparator))),
        filled(Ink::of(2).colour, "difference"),
        LegendEntry { dasharray: None, ..ruled(POINTED, "", "95 % of the draws") },
    ];
    let height = 100.0 + rows.len() as f64 * 42.0;
    Some(Figure {
        name: "budget".to_owned(),
        subject: Subject::Economics,
        title: title.to_owned(),
        caption: "Costs of all patients of the years in each year, not discounted; patients of a year begin at its start, and cost \
                  in later years too. Whiskers hold 95 % of the draws of the difference, without simulation noise where that is \
                  known; of the sums the table gives no interval."
            .to_owned(),
        alt: format!("{title}, {currency}. {}", said.join(" ")),
        tables: &["budget.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![whole, impact], 2, (470.0, height), legend),
    })
}
