//! The tables of the page: rounded, to be sorted and copied.

use super::super::rounded::shortened;
use super::super::told::{Sheet, Told};
use maud::{Markup, html};

/// Tables that are shown, with their captions; longer ones stay files.
const SHOWN: [(&str, &str, bool); 9] = [
    ("summary.csv", "Outcomes by strategy", true),
    ("icers.csv", "Costs, effects and ratios", true),
    ("increments.csv", "Differences from the comparator", true),
    ("switches.csv", "The scenario with other choices", false),
    ("subgroups.csv", "Subgroups", false),
    ("budget.csv", "Budget by year", false),
    ("events.csv", "Events, patients per 1,000", false),
    ("spread.csv", "Spread between patients", false),
    ("published.csv", "Published figures of the strategies", false),
];

/// All of them, the first open.
pub(super) fn tables(told: &Told) -> Markup {
    html! {
        @for (file, caption, open) in SHOWN {
            @if let Some(sheet) = told.sheet(file) {
                details open[open] { summary { (caption) } (table(told, file, caption, sheet)) }
            }
        }
    }
}

/// One table.
pub(super) fn table(told: &Told, file: &str, caption: &str, sheet: &Sheet) -> Markup {
    html! {
        button.copy type="button" { "Copy" }
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table.sortable {
                caption { (caption) " (" (file) ")" }
                thead { tr { @for name in sheet.columns() { th scope="col" { button type="button" { (name) } } } } }
                tbody {
                    @for row in sheet.rows() {
                        tr { @for (name, cell) in sheet.columns().iter().zip(row.cells()) { (shown(told, name, cell)) } }
                    }
                }
            }
        }
    }
}

/// A cell: a number rounded, with its whole value for sorting; a strategy by its label.
fn shown(told: &Told, column: &str, cell: &str) -> Markup {
    html! {
        @match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => td.number data-value=(cell) { (shortened(value)) },
            _ if matches!(column, "strategy" | "Strategy" | "comparator" | "Comparator") => td { (told.label(cell)) },
            _ => td { (cell) },
        }
    }
}
