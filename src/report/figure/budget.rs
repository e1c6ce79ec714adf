//! What a payer spends year by year, with and without the new strategies.

use super::chart::{Axis, Panel, drawn};
use super::endpoint::survival_until;
use super::ink::{BEHIND, Ink, POINTED, ruled};
use super::interval::words;
use super::resting::striped;
use super::{Figure, Subject};
use crate::report::rounded::money;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, ReferenceLine};

/// The figure, where the run has a budget.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    let rows: Vec<_> = told.rows("budget.csv").collect();
    let comparator = rows.first()?.text("comparator");
    let currency = told.currency();
    let years: Vec<String> = rows.iter().map(|row| row.text("year").to_owned()).collect();
    let spent = ["with_uptake", "without"];
    // Of one draw there is the Monte Carlo error alone.
    let noise = |row: &SheetRow<'_>, column: &str| {
        let end = |end: &str| row.number(&format!("{column}_{end}_95"));
        end("lower").zip(end("upper")).or_else(|| {
            let (value, se) = row.number(column).zip(row.number(&format!("{column}_mc_se")))?;
            Some((value - 1.96 * se, value + 1.96 * se))
        })
    };
    let most = rows.iter().flat_map(|row| {
        spent.map(|column| noise(row, column).map(|ends| ends.1).or_else(|| row.number(column)))
    });
    let most = most.flatten();
    let x = Axis::over(&format!("{currency} a year"), [0.0].into_iter().chain(most), money);
    let mut whole = Panel::of_rows("Spent", x, years.clone()).called("year");
    let interval = |row: &SheetRow<'_>| {
        let end = |column: &str| row.number(&format!("{column}_corrected")).or_else(|| row.number(column));
        end("impact_lower_95").zip(end("impact_upper_95"))
    };
    let impacts = rows.iter().filter_map(|row| row.number("impact"));
    let ends = rows.iter().filter_map(interval).flat_map(|(low, high)| [low, high]);
    let x = Axis::over(&format!("{currency} a year"), [0.0].into_iter().chain(impacts).chain(ends), money);
    let mut impact = Panel::of_rows("Added by the uptake", x, years).called("year");
    // Where nothing is saved the axis itself is this line.
    let saved = impact.x.from < 0.0;
    if saved {
        impact.rule(ReferenceLine::vertical(0.0).with_dasharray("none"));
    }
    // The first patients of a year's budget are so many months from their start at its end.
    let known = told.strategies.iter().map(|(id, _)| survival_until(told, id)).fold(f64::INFINITY, f64::min);
    // Nobody is followed beyond the horizon.
    let followed = told.manifest["settings"]["horizon_months"].as_f64().is_none_or(|horizon| horizon > known);
    let beyond = |row: &SheetRow<'_>| followed && row.number("year").is_some_and(|year| 12.0 * year > known);
    let inked = |row: &SheetRow<'_>, index: usize| {
        if beyond(row) { Ink::of(index).striped() } else { Ink::of(index) }
    };
    let mut said = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for (part, column) in spent.into_iter().enumerate() {
            if let Some(value) = row.number(column) {
                let height = whole.height(index, part, 2);
                whole.bar((0.0, value), height, inked(row, 1 - part), 2);
                if let Some(ends) = noise(row, column) {
                    whole.whisker(ends, height, 0.1);
                }
            }
        }
        let Some(added) = row.number("impact") else { continue };
        let height = impact.height(index, 0, 1);
        impact.bar((added.min(0.0), added.max(0.0)), height, inked(row, 2), 1);
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
    let mut legend: Vec<LegendEntry> = vec![
        Ink::of(1).boxed("with the uptake"),
        Ink::of(0).boxed(&format!("all patients given {}", told.label(comparator))),
    ];
    legend.push(Ink::of(2).boxed("difference"));
    if rows.iter().any(beyond) {
        let whence = if known > 0.0 {
            format!("after month {known:.0} of the first patients, the last of published survival")
        } else {
            "without published survival of such patients".to_owned()
        };
        legend.push(striped(&format!("partly {whence}, prior-driven")));
    }
    legend.push(ruled(POINTED, "", &words(told)));
    legend.extend(saved.then(|| ruled(BEHIND, "", "nothing added")));
    let height = 100.0 + rows.len() as f64 * 42.0;
    Some(Figure {
        name: "budget".to_owned(),
        subject: Subject::Economics,
        title: title.to_owned(),
        caption: "Costs of all patients of the years in each year, not discounted; patients of a year begin at its start, and cost \
                  in later years too. Whiskers hold 95 % of the draws, those of the difference without simulation noise where that is \
                  known; of one draw 1.96 Monte Carlo errors."
            .to_owned(),
        alt: format!("{title}, {currency}. {}", said.join(" ")),
        tables: &["budget.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![whole, impact], 2, (470.0, height), legend),
    })
}
