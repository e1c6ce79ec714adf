//! Which uncertain figures move the answer most, and how sure their order is.

use super::super::figure::Names;
use super::super::rounded::{grouped, percent};
use super::super::told::{SheetRow, Told};
use super::links::Links;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Standard errors within which an order of two shares is not told by the draws.
const CLOSE: f64 = 2.0;

/// A figure, its share of the variance, and the standard error of that.
struct Figure<'a> {
    row: SheetRow<'a>,
    share: f64,
    error: Option<f64>,
}

/// The figures that move the life years gained most: by the longest lives over another, where that is told. Of those that a
/// fit has learnt of, and of those that it has not.
pub(super) fn greatest<'a>(told: &'a Told, links: &Links, learnt: &BTreeSet<String>) -> Vec<Markup> {
    let rows = || told.rows("assumptions.csv").filter(|row| !row.text("outcome").is_empty());
    let shares = rows().filter_map(|row| {
        let error = row.number("share_of_variance_se");
        Some(Figure { row, share: row.number("share_of_variance")?, error })
    });
    let (known, assumed): (Vec<Figure<'_>>, Vec<Figure<'_>>) =
        shares.partition(|own| learnt.contains(own.row.text("key")));
    let longest = longest(told).map(|id| format!("life_years {id} minus "));
    let of_longest =
        |own: &Figure<'_>| longest.as_deref().is_some_and(|id| own.row.text("outcome").starts_with(id));
    let any = assumed.iter().chain(&known).any(of_longest);
    let ranked = |all: Vec<Figure<'a>>| {
        let mut all: Vec<Figure<'a>> = all.into_iter().filter(|own| !any || of_longest(own)).collect();
        all.sort_by(|one, other| other.share.total_cmp(&one.share));
        all
    };
    let (known, assumed) = (ranked(known), ranked(assumed));
    if known.is_empty() && assumed.is_empty() {
        let none = rows().next().map(|_| {
            let draws = told.count("draws").unwrap_or(1.0);
            html! {
                "No single figure moves the life years so much that " (grouped(draws, 0)) " draws tell it from chance: see the "
                a href="#assumptions" { "assumptions" }
            }
        });
        return none.into_iter().collect();
    }
    let names = Names::of(told);
    let most = |all: &[Figure<'_>]| all.first().map_or(0.0, |own| own.share);
    let first = most(&known) > most(&assumed);
    let before = if first { "Of what no fit has learnt of, " } else { "" };
    let learnt =
        first.then(|| said(told, (links, &names), &known, ["", " (of which a fit has learnt)"])).flatten();
    learnt.into_iter().chain(said(told, (links, &names), &assumed, [before, ""])).collect()
}

/// The first of some figures, and the next where the draws do not tell which of them is first.
fn said(
    told: &Told,
    (links, names): (&Links, &Names<'_>),
    all: &[Figure<'_>],
    [before, after]: [&str; 2],
) -> Option<Markup> {
    let first = all.first()?;
    let named = |own: &Figure<'_>| {
        let key = own.row.text("key");
        html! { @if let Some(place) = links.place(key) { a href={ "#" (place) } { (names.what(key)) } } @else { (names.what(key)) } }
    };
    let close = |own: &&Figure<'_>| {
        let both = first.error.zip(own.error).map(|(one, other)| (one * one + other * other).sqrt());
        both.is_some_and(|error| first.share - own.share < CLOSE * error)
    };
    let open =
        all[1..].iter().filter(|own| own.row.text("outcome") == first.row.text("outcome")).filter(close);
    let open: Vec<&Figure<'_>> = open.collect();
    let error = first.error.map(|own| format!(" (standard error {})", percent(own)));
    Some(html! {
        (before) (named(first)) (after) " moves the " (headline(told, first.row.text("outcome"))) " most: "
        (percent(first.share)) " of their variance between draws" (error.unwrap_or_default())
        @if let Some(next) = open.first() {
            ", an order that these draws do not settle: " (named(next)) " has " (percent(next.share))
            @if open.len() == 2 { ", and one more is as near" }
            @if open.len() > 2 { ", and " (open.len() - 1) " more are as near" }
        }
    })
}

/// The outcome whose variance is shared: `life_years` or `life_years NEW minus OLD`.
fn headline(told: &Told, outcome: &str) -> String {
    match outcome.strip_prefix("life_years ").and_then(|rest| rest.split_once(" minus ")) {
        Some((new, old)) => format!("life years that {} gains over {}", told.label(new), told.label(old)),
        None => outcome.replace('_', " "),
    }
}

/// The strategy under which patients live longest in the mean.
fn longest(told: &Told) -> Option<&str> {
    let years = |id: &str| told.outcome(id, "life_years")?.number("mean");
    // The last of equals is taken, so that from the end it is the first.
    let all = told.strategies.iter().rev().filter_map(|(id, _)| Some((id.as_str(), years(id)?)));
    all.max_by(|one, other| one.1.total_cmp(&other.1)).map(|own| own.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said_of(table: &str) -> Vec<String> {
        let summary = "strategy,outcome,mean\na,life_years,1\nb,life_years,2\n";
        let head = "key,outcome,share_of_variance,share_of_variance_se\n";
        let tables = [("summary.csv", summary), ("assumptions.csv", &[head, table].concat())];
        let told = Told::of_tables(2, json!({ "draws": 100 }), &tables);
        let learnt = BTreeSet::from(["fitted".to_owned()]);
        let all = greatest(&told, &Links::of(&told), &learnt).into_iter();
        all.map(|own| scraper::Html::parse_fragment(&own.into_string()).root_element().text().collect())
            .collect()
    }

    #[test]
    fn an_order_that_the_draws_do_not_settle_is_told_as_none() {
        let gained = "life_years b minus a";
        // Apart by 0.11 with an error of 0.13, by 0.34 with one of 0.11.
        let close = format!("e.one,{gained},0.44,0.1\ne.two,{gained},0.33,0.08\ne.three,{gained},0.1,0.05\n");
        let [only] = &said_of(&close)[..] else { panic!() };
        assert!(
            only.starts_with("One moves")
                && only.ends_with(": Two has 33 %")
                && only.contains("44 % of their variance between draws (standard error 10 %), an order"),
            "{only}"
        );
        let clear = format!("e.one,{gained},0.44,0.1\ne.three,{gained},0.1,0.05\n");
        let [only] = &said_of(&clear)[..] else { panic!() };
        assert!(only.ends_with("of their variance between draws (standard error 10 %)"), "{only}");
        let fitted = format!(
            "fitted,{gained},0.5,0.01\ne.one,{gained},0.3,0.1\ne.three,{gained},0.2,0.1\ne.four,{gained},0.2,0.1\n"
        );
        let [learnt, other] = &said_of(&fitted)[..] else { panic!() };
        assert!(
            learnt
                .contains("(of which a fit has learnt) moves the life years that B gains over A most: 50 %"),
            "{learnt}"
        );
        assert!(
            other.starts_with("Of what no fit has learnt of, ") && other.ends_with("and one more is as near"),
            "{other}"
        );
    }

    #[test]
    fn where_chance_may_be_all_nothing_is_named() {
        let none = said_of("e.one,life_years b minus a,,\n");
        assert_eq!(
            none,
            [
                "No single figure moves the life years so much that 100 draws tell it from chance: see the assumptions"
            ]
        );
        assert!(said_of("e.one,,,\n").is_empty());
    }
}
