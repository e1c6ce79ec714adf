//! The answer in three sentences: who wins on what, or what centres need; how sure; what is assumed. Strategies lead to
//! what their numbers rest on, the greatest assumption to its reason.

use super::super::assumed::Assumed;
use super::super::figure::{Names, late_years, listed, prior_driven};
use super::super::fitted::fitted;
use super::super::rounded::percent;
use super::super::told::Told;
use super::known::Known;
use super::links::Links;
use super::need::needs;
use super::wins::wins;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The sentences.
pub(super) fn answer(told: &Told, links: &Links) -> Vec<Markup> {
    let known = Known::of(told);
    // What centres need is told by its own replications, whatever the patients of a draw.
    let (who, sure) = needs(told, &known).unwrap_or_else(|| wins(told, links, &known.of_patients(told)));
    [who, sure, Some(assumed(told, links))].into_iter().flatten().collect()
}

/// How many values are assumed, and which of them moves the life years gained most.
fn assumed(told: &Told, links: &Links) -> Markup {
    // What a fit has learnt is no assumption any more.
    let [learnt, _] = fitted(&told.manifest);
    let rows = || told.rows("assumptions.csv").filter(|row| !learnt.contains(row.text("key")));
    let keys: BTreeSet<&str> = rows().map(|row| row.text("key")).collect();
    // The shares are of life years, of which nothing is said where centres ask what to hold.
    let shares = rows().filter_map(|row| Some((row, row.number("share_of_variance")?)));
    let shares = shares.filter(|_| told.sheet("demand_daily.csv").is_none());
    // What moves the gain of the longest lives, if it gains over the first.
    let shares: Vec<_> = shares.collect();
    let longest = longest(told).map(|id| format!("life_years {id} minus "));
    let of_longest = |outcome: &str| longest.as_deref().is_some_and(|own| outcome.starts_with(own));
    let any = shares.iter().any(|(row, _)| of_longest(row.text("outcome")));
    let concerned = shares.iter().filter(|(row, _)| !any || of_longest(row.text("outcome")));
    let most = concerned.max_by(|one, other| one.1.total_cmp(&other.1));
    let warnings = told.manifest["warnings"].as_array().into_iter().flatten();
    let warnings: Vec<&str> = warnings.filter_map(|text| text.as_str()).collect();
    let prior = warnings.iter().any(|text| text.starts_with("Prior-driven"));
    let across = told.strategies.len() > 1 && warnings.iter().any(|text| across(text));
    let models = warnings.iter().any(|text| text.contains("ublished model"));
    let gained: Vec<String> = prior_driven(told).into_iter().map(|own| own.1).collect();
    // Where nothing is told of gains, of the life years themselves; centres ask for neither.
    let late = match (gained.is_empty(), told.sheet("demand_daily.csv")) {
        (true, None) => late_years(told),
        _ => gained,
    };
    let of_centres = told.sheet("demand_daily.csv").map_or(0, |_| {
        let assumed = Assumed::of(told);
        assumed.under(None, &["demand", "access"]).len()
    });
    let told_there = [
        (across, "the strategies are compared across populations, not in one trial"),
        (models, "published models found other values"),
        (prior, "some figures are prior-driven"),
    ];
    let told_there: Vec<&str> = told_there.into_iter().filter(|own| own.0).map(|own| own.1).collect();
    html! {
        (keys.len()) " "
        @if told.sheet("assumptions.csv").is_some() { a href="#assumptions" { "values" } } @else { "values" }
        " are assumptions or prior-driven"
        @if of_centres > 0 { ", " (of_centres) " of them of centres, their stock and what others need" }
        @if let Some((row, share)) = most {
            @let key = row.text("key");
            @let names = Names::of(told);
            ", of which "
            @if let Some(place) = links.place(key) { a href={ "#" (place) } { (names.what(key)) } } @else { (names.what(key)) }
            " moves the " (headline(told, row.text("outcome"))) " most (" (format!("{:.0}", share * 100.0)) " % of their variance between draws)"
        }
        @for (best, switches) in otherwise(told) {
            @let switches: Vec<String> = switches.iter().map(|own| own.replace('_', " ")).collect();
            "; with the switch " (listed(&switches, "or")) " " (told.label(best)) " is worth most"
        }
        @for own in late { "; " (own) }
        @if !told_there.is_empty() { "; see the " a href="#warnings" { "warnings" } ": " (listed(&told_there, "and")) }
        "."
    }
}

/// Whether a warning is that strategies are not compared in one trial.
pub(super) fn across(warning: &str) -> bool {
    warning.starts_with("Across populations") || warning.contains("randomised comparison")
}

/// The strategy under which patients live longest in the mean.
fn longest(told: &Told) -> Option<&str> {
    let years = |id: &str| told.outcome(id, "life_years")?.number("mean");
    let all = told.strategies.iter().filter_map(|(id, _)| Some((id.as_str(), years(id)?)));
    all.max_by(|one, other| one.1.total_cmp(&other.1)).map(|own| own.0)
}

/// Strategies that are not worth most in the mean as the scenario is, each with the switches under which it is.
fn otherwise(told: &Told) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, &str, f64)> = Vec::new();
    for row in told.rows("switches.csv") {
        // The comparator gains nothing over itself.
        let (own, gained) = (row.text("switch"), row.number("inc_net_monetary_benefit").unwrap_or(0.0));
        match all.last_mut().filter(|last| last.0 == own) {
            Some(last) if gained > last.2 => (last.1, last.2) = (row.text("strategy"), gained),
            Some(_) => (),
            None => all.push((own, row.text("strategy"), gained)),
        }
    }
    let as_it_is = all.iter().find(|own| own.0 == "base").map(|own| own.1);
    let mut others: Vec<(&str, Vec<&str>)> = Vec::new();
    for (switch, best, _) in all.iter().filter(|own| Some(own.1) != as_it_is) {
        match others.iter_mut().find(|(known, _)| known == best) {
            Some((_, switches)) => switches.push(switch),
            None => others.push((best, vec![switch])),
        }
    }
    others
}

/// The outcome whose variance is shared: `life_years` or `life_years NEW minus OLD`.
fn headline(told: &Told, outcome: &str) -> String {
    match outcome.strip_prefix("life_years ").and_then(|rest| rest.split_once(" minus ")) {
        Some((new, old)) => format!("life years that {} gains over {}", told.label(new), told.label(old)),
        None => outcome.replace('_', " "),
    }
}

/// How much of the scatter between draws is only simulation noise, where the run tells it.
pub(super) fn noise(told: &Told) -> Option<String> {
    let most = |file: &str, outcome: &str| {
        let rows = told.rows(file).filter(|row| row.text("outcome").starts_with(outcome));
        rows.filter_map(|row| row.number("noise_share")).max_by(f64::total_cmp)
    };
    // As the screen rounds it.
    if let Some(most) = most("increments.csv", "") {
        let most = percent(most);
        return Some(format!(
            "Simulation noise makes up to {most} of the variance between draws of a difference; values without it are shown where they are known."
        ));
    }
    let most = percent(most("summary.csv", "life_years_minus")?);
    Some(format!(
        "Simulation noise makes up to {most} of the variance between draws of a difference in life years: with more patients a draw its interval would be so much narrower."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn switches_that_change_the_choice_are_named() {
        let table = "switch,strategy,comparator,inc_net_monetary_benefit\n\
                     base,a,a,\nbase,b,a,5\nbase,c,a,-1\nidle,a,a,\nidle,b,a,2\nidle,c,a,1\n\
                     none,a,a,\nnone,b,a,-5\nnone,c,a,-1\nother,a,a,\nother,b,a,5\nother,c,a,7\n\
                     poor,a,a,\npoor,b,a,-2\npoor,c,a,0\n";
        let told = Told::of_tables(3, json!({}), &[("switches.csv", table)]);
        assert_eq!(otherwise(&told), [("a", vec!["none", "poor"]), ("c", vec!["other"])]);
    }
}
