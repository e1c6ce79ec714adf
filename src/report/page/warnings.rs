//! What a reader must be told: warnings of the scenario and of the run, those first that bear on every comparison.

use super::super::figure::Figure;
use super::super::told::Told;
use super::links::Links;
use super::{answer, tables};
use crate::model::PRIOR_DRIVEN;
use maud::{Markup, html};

/// All of them, and how much of the scatter is noise of the simulation.
pub(super) fn warnings(told: &Told, links: &Links, figures: &[Figure]) -> Markup {
    let mut all = told.warnings();
    let kinds = ["across_populations", "others"].map(|kind| told.caveats(kind));
    let caveat = |own: &str| kinds.iter().flatten().any(|text| *text == own);
    // What bears on every comparison comes first.
    all.sort_by_key(|own| (!caveat(own), !own.starts_with(PRIOR_DRIVEN)));
    let noise = answer::noise(told);
    html! {
        @if all.is_empty() && noise.is_none() { p { "None." } }
        ul.warnings {
            @for warning in &all {
                li.prior[warning.starts_with(PRIOR_DRIVEN)].caveat[caveat(warning)] {
                    (links.coded(warning))
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

/// The figure of what a fit leaves open, for a warning of it.
fn left_open<'a>(warning: &str, figures: &'a [Figure]) -> Option<&'a str> {
    let rest = warning.strip_prefix(PRIOR_DRIVEN)?.strip_prefix(", not fixed by the targets of ")?;
    let (fit, _) = rest.split_once(':')?;
    figures.iter().map(|own| own.name.as_str()).find(|name| name.strip_prefix("open_") == Some(fit))
}
