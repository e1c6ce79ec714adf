//! What a QALY costs, step by step along the frontier.

use super::super::rounded::grouped;
use super::super::told::Told;
use super::known::table;
use maud::{Markup, html};

/// Steps that are told; the table has all.
const MOST: usize = 3;

/// A clause on the ratios of those strategies on the frontier that have one; `None` where none has.
pub(super) fn ratios(told: &Told) -> Option<Markup> {
    let rows = told.rows("icers.csv").filter(|row| row.text("Status") == "ND");
    let steps: Vec<(&str, f64)> =
        rows.filter_map(|row| Some((row.text("Strategy"), row.number("ICER")?))).take(MOST).collect();
    let currency = told.currency();
    (!steps.is_empty()).then(|| {
        html! {
            "; a " (table(told, "icers.csv", "QALY gained")) " by "
            @for (at, (strategy, ratio)) in steps.iter().enumerate() {
                @if at > 0 { ", by " }
                (told.label(strategy)) " costs " (grouped(*ratio, 0)) " " (currency)
            }
        }
    })
}
