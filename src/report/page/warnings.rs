//! What a reader must be told: warnings of the scenario and of the run, those first that bear on every comparison.

use super::super::figure::Figure;
use super::super::told::Told;
use super::links::Links;
use super::{answer, tables};
use maud::{Markup, html};
use serde_json::Value;

/// All of them, and how much of the scatter is noise of the simulation.
pub(super) fn warnings(told: &Told, links: &Links, figures: &[Figure]) -> Markup {
    let all = told.manifest["warnings"].as_array().into_iter().flatten();
    let mut all: Vec<&str> = all.filter_map(Value::as_str).collect();
    // What bears on every comparison comes first.
    let weight = |own: &str| (!answer::across(own), !own.starts_with("Prior-driven"));
    all.sort_by_key(|own| weight(own));
    let noise = answer::noise(told);
    html! {
        @if all.is_empty() && noise.is_none() { p { "None." } }
        ul.warnings {
            @for warning in &all {
                li.prior[warning.starts_with("Prior-driven")].across[answer::across(warning)] {
                    (coded(warning, links))
                    @if let Some(open) = left_open(warning, figures) { " " a href={ "#figure-" (open) } { "See how open." } }
                }
            }
            @if let Some(noise) = noise { li { (noise) } }
        }
        p.source {
            (tables::rests(told, links))
            @if told.sheet("assumptions.csv").is_some() {
                " What is assumed or prior-driven stands with its reason and range under the " a href="#assumptions" { "assumptions" } "."
            }
        }
    }
}

/// A text with what stands between backquotes as code, and names of records that lead to them.
fn coded(text: &str, links: &Links) -> Markup {
    html! {
        @for (at, piece) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (piece) } } @else { (links.named(piece)) }
        }
    }
}

/// The figure of what a fit leaves open, for a warning of it.
fn left_open<'a>(warning: &str, figures: &'a [Figure]) -> Option<&'a str> {
    let (fit, _) = warning.strip_prefix("Prior-driven, not fixed by the targets of ")?.split_once(':')?;
    figures.iter().map(|own| own.name.as_str()).find(|name| name.strip_prefix("open_") == Some(fit))
}
