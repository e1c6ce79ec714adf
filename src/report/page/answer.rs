//! The answer in three sentences: who wins on what, or what centres need; how sure; what is assumed; and below each what
//! is told more of it. Strategies lead to what their numbers rest on, the greatest assumption to its reason.

use super::super::assumed::Assumed;
use super::super::figure::{gained_late, late_years};
use super::super::fitted::fitted;
use super::super::rounded::percent;
use super::super::told::Told;
use super::greatest::greatest;
use super::known::{Known, number, table};
use super::links::Links;
use super::need::needs;
use super::said::Said;
use super::winning::signed;
use super::wins::wins;
use crate::model::{PRIOR_DRIVEN, Switch};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The sentences.
pub(super) fn answer(told: &Told, links: &Links) -> Vec<Said> {
    let known = Known::of(told);
    // What centres need is told by its own replications, whatever the patients of a draw.
    let of_patients = Known::of(told).of_patients(told);
    let demand = needs(told, &known);
    let of_what = if demand.is_some() { &known } else { &of_patients };
    let first = demand.or_else(|| wins(told, links, &of_patients));
    first.into_iter().flatten().chain([assumed(told, links, of_what)]).collect()
}

/// How many values are assumed, and what rests on them.
fn assumed(told: &Told, links: &Links, known: &Known) -> Said {
    // What a fit has learnt is no assumption any more.
    let [learnt, _] = fitted(&told.manifest);
    let rows = || told.rows("assumptions.csv").filter(|row| !learnt.contains(row.text("key")));
    let keys: BTreeSet<&str> = rows().map(|row| row.text("key")).collect();
    let prior = told.warnings().iter().any(|text| text.starts_with(PRIOR_DRIVEN));
    let across = !told.caveats("across_populations").is_empty();
    let models = told.caveats("published_models");
    let demand = told.sheet("demand_daily.csv").is_some();
    // Where nothing is told of gains, of the life years themselves; centres ask for neither.
    let gained = gained_late(told).map(|(share, words)| {
        (html! { (number(&share)) " of the gain in life years lies beyond the survival published under both strategies compared" }, words)
    });
    let lived = || {
        late_years(told).filter(|_| !demand).map(|(share, words)| {
            (html! { (number(&share)) " of life years lie beyond the survival published of just these strategies" }, words)
        })
    };
    let (beyond, late) = gained.or_else(lived).unzip();
    let of_centres = if demand { Assumed::of(told).under(None, &["demand", "access"]).len() } else { 0 };
    let leads = html! { a href="#warnings" { "warnings" } };
    let sentence = html! {
        (keys.len()) " "
        @if told.sheet("assumptions.csv").is_some() { a href="#assumptions" { "values" } } @else { "values" }
        " are assumptions or prior-driven"
        @if of_centres > 0 { ", " (of_centres) " of them of access, centres, stock and what others need" }
        @if let Some(beyond) = beyond { "; " (beyond) }
        @if across { "; the strategies are compared across populations, not in one trial (" (leads) ")" }
    };
    // Where the draws tell nothing of what is not known the shares tell nothing either.
    let most = if known.most().is_none() { Vec::new() } else { greatest(told, links, &learnt) };
    let all: BTreeSet<&str> = told.rows("assumptions.csv").map(|row| row.text("key")).collect();
    let more = all.len() - keys.len();
    let more = (more > 0).then(|| {
        html! { "The table of " a href="#assumptions" { "assumptions" } " has " (more) " more, of which fits have learnt from their targets" }
    });
    let models = (!models.is_empty())
        .then(|| html! { "Published models of the question found their own values: see the " (leads) });
    let others = told.caveats("others").into_iter().map(|own| links.coded(own.trim_end_matches('.')));
    let prior = prior.then(|| html! { "Some figures are prior-driven: see the " (leads) });
    let late = late.into_iter().flatten().map(|own| html! { (capital(&own)) });
    // So few draws, or patients, turn it by chance.
    let told_by_draws = known.most().is_some() || matches!(known, Known::Central);
    let switches = otherwise(told).into_iter().filter(|_| told_by_draws).map(|(best, switches)| {
        let last = switches.len() - 1;
        html! {
            "With the " (table(told, "switches.csv", "switch"))
            @for (at, own) in switches.iter().enumerate() {
                @match at { 0 => " ", at if at == last => " or ", _ => ", " } (turned(told, known, own, best))
            }
            " " (told.label(best)) " is worth most"
        }
    });
    Said::of(sentence).with(others).with(more).with(late).with(most).with(switches).with(models).with(prior)
}

/// A text that begins a sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A switch in words, with what the strategy that is worth most under it gains there, where that is against the comparator.
fn turned(told: &Told, known: &Known, switch: &str, best: &str) -> Markup {
    let words = switch.replace('_', " ");
    let chosen = chosen(told);
    let Some((row, over, sign)) =
        told.rows("switches.csv").filter(|row| row.text("switch") == switch).find_map(|row| {
            let (id, comparator) = (row.text("strategy"), row.text("comparator"));
            row.number("inc_net_monetary_benefit")?;
            match chosen {
                Some(chosen) if id == chosen && best == comparator => Some((row, chosen, -1.0)),
                Some(chosen) if id == best && chosen == comparator => Some((row, chosen, 1.0)),
                _ => None,
            }
        })
    else {
        return html! { (words) };
    };
    let Some(gain) = row.number("inc_net_monetary_benefit") else { return html! { (words) } };
    let ends = [["lower_95_corrected", "upper_95_corrected"], ["lower_95", "upper_95"]];
    let corrected = row.number(ends[0][0]).map_or("", |_| ", without simulation noise");
    let ends = ends.iter().find_map(|[low, high]| row.number(low).zip(row.number(high)));
    let ends = ends.zip(known.most()).map_or_else(String::new, |((low, high), most)| {
        let (low, high) = if sign < 0.0 { (-high, -low) } else { (low, high) };
        format!(", {} to {} {most}{corrected}", signed(low, 0), signed(high, 0))
    });
    let gained = format!("{} {} over {}{ends}", signed(sign * gain, 0), told.currency(), told.label(over));
    html! { (words) " (" (number(&gained)) ")" }
}

/// Strategies that are not worth most in the mean as the scenario is, each with the switches under which it is.
fn otherwise(told: &Told) -> Vec<(&str, Vec<&str>)> {
    let all = best_by_switch(told);
    let as_it_is = chosen(told);
    let mut others: Vec<(&str, Vec<&str>)> = Vec::new();
    for (switch, best, _) in all.iter().filter(|own| Some(own.1) != as_it_is) {
        match others.iter_mut().find(|(known, _)| known == best) {
            Some((_, switches)) => switches.push(switch),
            None => others.push((best, vec![switch])),
        }
    }
    others
}

/// The strategy that is worth most in the mean as the scenario is.
fn chosen(told: &Told) -> Option<&str> {
    best_by_switch(told).into_iter().find(|own| own.0 == Switch::BASE).map(|own| own.1)
}

/// Switches, the strategy that is worth most under each, and what it gains over the comparator.
fn best_by_switch(told: &Told) -> Vec<(&str, &str, f64)> {
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
    all
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

    #[test]
    fn what_a_switch_turns_over_is_told_of_the_strategy_that_wins_there() {
        let table = "switch,strategy,comparator,inc_net_monetary_benefit,lower_95,upper_95,lower_95_corrected,upper_95_corrected\n\
                     base,a,a,,,,,\nbase,b,a,5,1,9,,\nnone,a,a,,,,,\nnone,b,a,-50,-80,10,-70,-20\n";
        let also = json!({ "settings": { "currency": "USD" }, "draws": 60 });
        let turned = |told: &Told, known: &Known, switch: &str, best: &str| -> String {
            let own = turned(told, known, switch, best).into_string();
            scraper::Html::parse_fragment(&own).root_element().text().collect()
        };
        let told = Told::of_tables(2, also.clone(), &[("switches.csv", table)]);
        // As the scenario is b wins; the comparator, which wins here, gains what b loses.
        assert_eq!(
            turned(&told, &Known::of(&told), "none", "a"),
            "none (+50 USD over B, +20 to +70 in 95 % of 60 draws, without simulation noise)"
        );
        let table = "switch,strategy,comparator,inc_net_monetary_benefit,lower_95,upper_95\n\
                     base,a,a,,,\nbase,b,a,-5,-9,-1\nmore_years,a,a,,,\nmore_years,b,a,50,-10,80\n";
        let told = Told::of_tables(2, also, &[("switches.csv", table)]);
        let won = "more years (+50 USD over A, -10 to +80 in 95 % of 60 draws)";
        assert_eq!(turned(&told, &Known::of(&told), "more_years", "b"), won);
        // Few draws tell no interval.
        assert_eq!(turned(&told, &Known::Few(3.0), "more_years", "b"), "more years (+50 USD over A)");
    }
}
