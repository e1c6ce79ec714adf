//! The tables of the page: rounded, to be sorted and copied.

use super::super::rounded::shortened;
use super::super::told::{Sheet, SheetRow, Told};
use super::links::Links;
use maud::{Markup, html};

/// Tables that are shown, with their captions, and whether they stand open; longer ones stay files.
const SHOWN: [(&str, &str, bool); 18] = [
    ("summary.csv", "Outcomes by strategy", true),
    ("icers.csv", "Costs, effects and ratios", true),
    ("increments.csv", "Differences from the comparator", true),
    ("switches.csv", "The scenario with other choices", false),
    ("subgroups.csv", "Subgroups", false),
    ("budget.csv", "Budget by year", false),
    ("partitioned.csv", "Partitioned survival beside the simulation", false),
    ("events.csv", "Events, patients per 1,000", false),
    ("spread.csv", "Spread between patients", false),
    ("published.csv", "Published figures of the strategies", false),
    ("published_related.csv", "Published figures of patients near to them", false),
    ("threshold.csv", "Values at which a strategy is just worth it", false),
    ("two_way.csv", "Two figures moved together", false),
    ("crs.csv", "Grades of CRS and doses of tocilizumab", false),
    ("stockouts.csv", "A year of demand: amounts and shortages", true),
    ("demand_peaks.csv", "Peaks of demand", true),
    ("policy.csv", "Policies that were tried", false),
    ("demand_switches.csv", "Demand with other choices", false),
];

/// Columns of a table that a page of paper holds.
const PAPER: usize = 26;

/// All of them that the run has; what is asked for first stands open.
pub(super) fn tables(told: &Told, links: &Links) -> Markup {
    html! {
        @for (file, caption, open) in SHOWN {
            @if let Some(sheet) = told.sheet(file).filter(|own| own.rows().next().is_some()) {
                details id=(place(file)) open[open] { summary { (caption) }
                    (table_of(told, (file, caption), sheet, links, |_| None))
                    @if !sheet.columns().iter().any(|name| name.eq_ignore_ascii_case("strategy")) { p.source { (rests(told, links)) } }
                }
            }
        }
    }
}

/// Where numbers lead that stand in no row of a strategy.
pub(super) fn rests(told: &Told, links: &Links) -> Markup {
    html! {
        span.rests {
            "Rests on: " a href="#strategies" { "what all strategies share" }
            @for (id, label) in &told.strategies { @if let Some(place) = links.strategy(id) { "; " a href={ "#" (place) } { (label) } } }
            "."
        }
    }
}

/// The id of the element that holds a table.
fn place(file: &str) -> String {
    format!("table-{}", file.trim_end_matches(".csv"))
}

/// Names of tables, each leading to where the page shows it.
pub(super) fn named(told: &Told, files: &[&str]) -> Markup {
    html! {
        @for (at, file) in files.iter().enumerate() {
            @if at > 0 { ", " }
            @if let Some((place, _)) = shown_at(told, file) { a href={ "#" (place) } { (file) } } @else { (file) }
        }
    }
}

/// Where the page shows a table, and its caption; nothing where it does not.
pub(super) fn shown_at(told: &Told, file: &str) -> Option<(String, &'static str)> {
    let filled = told.sheet(file).is_some_and(|own| own.rows().next().is_some());
    let (_, caption, _) = SHOWN.iter().find(|own| own.0 == file && filled)?;
    Some((place(file), caption))
}

/// One table; `anchor` gives rows their ids.
pub(super) fn table_of<'a>(
    told: &Told,
    (file, caption): (&str, &str),
    sheet: &'a Sheet,
    links: &Links,
    mut anchor: impl FnMut(&SheetRow<'a>) -> Option<String>,
) -> Markup {
    html! {
        button.copy type="button" { "Copy" }
        @let broad = sheet.columns().len() > PAPER;
        @if broad { p.printed { "Too wide for paper: " (file) " holds it." } }
        div.wide.broad[broad] tabindex="0" role="region" aria-label=(caption) {
            table.sortable {
                caption { (caption) " (" (file) ")" }
                thead { tr { @for name in sheet.columns() { th scope="col" { button type="button" { (broken(name)) } } } } }
                tbody {
                    @for row in sheet.rows() {
                        tr id=[anchor(&row)] { @for (name, cell) in sheet.columns().iter().zip(row.cells()) { (shown(told, links, name, cell)) } }
                    }
                }
            }
        }
    }
}

/// A name of a column in parts, between which a narrow page breaks it.
fn broken(name: &str) -> Markup {
    html! { @for part in name.split_inclusive('_') { span { (part) } } }
}

/// A cell: a number rounded, with its whole value for sorting; a strategy by its label, which leads to what it rests on; a
/// figure with its evidence.
fn shown(told: &Told, links: &Links, column: &str, cell: &str) -> Markup {
    html! {
        @match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => td.number data-value=(cell) { (shortened(value)) },
            _ if matches!(column, "strategy" | "Strategy" | "comparator" | "Comparator") => td {
                @if let Some(place) = links.strategy(cell) { a href={ "#" (place) } { (told.label(cell)) } } @else { (told.label(cell)) }
            },
            _ => td {
                @if let Some(place) = links.of_cell(column, cell) { a href={ "#" (place) } { (cell) } } @else { (cell) }
            },
        }
    }
}
