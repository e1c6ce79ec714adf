//! The tables of the page: rounded, to be sorted and copied.

use super::super::rounded::shortened;
use super::super::told::{Sheet, SheetRow, Told};
use super::links::Links;
use maud::{Markup, html};

/// Tables that are shown, with their captions; longer ones stay files.
const SHOWN: [(&str, &str, bool); 16] = [
    ("summary.csv", "Outcomes by strategy", true),
    ("icers.csv", "Costs, effects and ratios", true),
    ("increments.csv", "Differences from the comparator", true),
    ("switches.csv", "The scenario with other choices", false),
    ("subgroups.csv", "Subgroups", false),
    ("budget.csv", "Budget by year", false),
    ("events.csv", "Events, patients per 1,000", false),
    ("spread.csv", "Spread between patients", false),
    ("published.csv", "Published figures of the strategies", false),
    ("threshold.csv", "Values at which a strategy is just worth it", false),
    ("two_way.csv", "Two figures moved together", false),
    ("crs.csv", "Grades of CRS and doses of tocilizumab", false),
    ("stockouts.csv", "A year of demand: amounts and shortages", true),
    ("demand_peaks.csv", "Peaks of demand", true),
    ("policy.csv", "Policies that were tried", false),
    ("demand_switches.csv", "Demand with other choices", false),
];

/// All of them, the first open.
pub(super) fn tables(told: &Told, links: &Links) -> Markup {
    html! {
        @for (file, caption, open) in SHOWN {
            @if let Some(sheet) = told.sheet(file) {
                details open[open] { summary { (caption) } (table_of(told, (file, caption), sheet, links, |_| None)) }
            }
        }
    }
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
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table.sortable {
                caption { (caption) " (" (file) ")" }
                thead { tr { @for name in sheet.columns() { th scope="col" { button type="button" { (name) } } } } }
                tbody {
                    @for row in sheet.rows() {
                        tr id=[anchor(&row)] { @for (name, cell) in sheet.columns().iter().zip(row.cells()) { (shown(told, links, name, cell)) } }
                    }
                }
            }
        }
    }
}

/// A cell: a number rounded, with its whole value for sorting; a strategy by its label; a figure with its evidence.
fn shown(told: &Told, links: &Links, column: &str, cell: &str) -> Markup {
    html! {
        @match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => td.number data-value=(cell) { (shortened(value)) },
            _ if matches!(column, "strategy" | "Strategy" | "comparator" | "Comparator") => td { (told.label(cell)) },
            _ => td {
                @if let Some(place) = links.of_cell(column, cell) { a href={ "#" (place) } { (cell) } } @else { (cell) }
            },
        }
    }
}
