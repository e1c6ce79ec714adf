//! Which uncertain figures move the answer most, and how sure their order is.

use super::super::figure::Names;
use super::super::rounded::{grouped, percent};
use super::super::told::{SheetRow, Told};
use super::links::Links;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Standard errors within which an order of two shares is not told by the draws. Two would do if the errors of both were
/// independent; of one series of outcomes what one figure explains another does not.
const CLOSE: f64 = 2.5;

/// A figure, its share of the variance, and the standard error of that.
struct Figure<'a> {
    row: SheetRow<'a>,
    share: f64,
    error: Option<f64>,
    /// Whether a fit has learnt of it.
    learnt: bool,
}

/// The figures that move most what the answer is about: the life years that the strategy of the longest lives gains, or the
/// doses of a demand. Of those that no fit has learnt of too, where a fit has learnt of the first.
pub(super) fn greatest(told: &Told, links: &Links, learnt: &BTreeSet<String>) -> Vec<Markup> {
    let Some(outcome) = outcome(told) else { return Vec::new() };
    let rows = || told.rows("assumptions.csv").filter(|row| row.text("outcome") == outcome);
    let shares = rows().filter_map(|row| {
        let (error, learnt) = (row.number("share_of_variance_se"), learnt.contains(row.text("key")));
        Some(Figure { row, share: row.number("share_of_variance")?, error, learnt })
    });
    let mut all: Vec<Figure<'_>> = shares.collect();
    all.sort_by(|one, other| other.share.total_cmp(&one.share));
    let headline = headline(told, &outcome);
    let Some(first) = all.first() else {
        let none = rows().next().map(|_| {
            let draws = told.count("draws").unwrap_or(1.0);
            html! {
                "No single figure moves " (headline) " so much that " (grouped(draws, 0)) " draws tell it from chance: see the "
                a href="#assumptions" { "assumptions" }
            }
        });
        return none.into_iter().collect();
    };
    let names = Names::of(told);
    let assumed = first.learnt.then(|| all.iter().filter(|own| !own.learnt).collect::<Vec<_>>());
    let assumed =
        assumed.and_then(|all| said((links, &names), &headline, &all, "Of what no fit has learnt of, "));
    said((links, &names), &headline, &all.iter().collect::<Vec<_>>(), "").into_iter().chain(assumed).collect()
}

/// The first of some figures, and the next where the draws do not tell which of them is first.
fn said(
    (links, names): (&Links, &Names<'_>),
    headline: &str,
    all: &[&Figure<'_>],
    before: &str,
) -> Option<Markup> {
    let first = all.first()?;
    let named = |own: &Figure<'_>| {
        let key = own.row.text("key");
        html! {
            @if let Some(place) = links.place(key) { a href={ "#" (place) } { (names.what(key)) } } @else { (names.what(key)) }
            @if own.learnt { " (of which a fit has learnt)" }
        }
    };
    let close = |own: &&&Figure<'_>| {
        let both = first.error.zip(own.error).map(|(one, other)| (one * one + other * other).sqrt());
        both.is_some_and(|error| first.share - own.share < CLOSE * error)
    };
    let open: Vec<&&Figure<'_>> = all[1..].iter().filter(close).collect();
    let error = first.error.map(|own| format!(" (standard error {})", percent(own)));
    let number = |text: String| html! { a.number href="#assumptions" { (text) } };
    Some(html! {
        (before) (named(first)) " moves " (headline) " most: " (number(percent(first.share)))
        " of the variance between draws" (error.unwrap_or_default())
        @if let Some(next) = open.first() {
            ", an order that these draws do not settle: " (named(next)) " has " (number(percent(next.share)))
            @if open.len() == 2 { ", and one more is as near" }
            @if open.len() > 2 { ", and " (open.len() - 1) " more are as near" }
        }
    })
}

/// The outcome that the answer is about, as the table of assumptions names it.
fn outcome(told: &Told) -> Option<String> {
    if told.sheet("demand_daily.csv").is_some() {
        return Some("doses_needed".to_owned());
    }
    let first = told.strategies.first()?.0.as_str();
    let lived = lived(told);
    let best = *lived.first()?;
    // What is told is of the others less the first.
    let new = if best == first { lived.get(1).copied() } else { Some(best) };
    Some(new.map_or_else(|| "life_years".to_owned(), |new| format!("life_years {new} minus {first}")))
}

/// The same in words.
fn headline(told: &Told, outcome: &str) -> String {
    match outcome.strip_prefix("life_years ").and_then(|rest| rest.split_once(" minus ")) {
        Some((one, other)) => {
            format!("the difference in life years between {} and {}", told.label(one), told.label(other))
        }
        None if outcome == "doses_needed" => "the doses of a year".to_owned(),
        None => "the life years".to_owned(),
    }
}

/// Strategies by how long patients live under them in the mean, the longest first.
fn lived(told: &Told) -> Vec<&str> {
    let years = |id: &str| told.outcome(id, "life_years")?.number("mean");
    let mut all: Vec<(&str, f64)> =
        told.strategies.iter().filter_map(|(id, _)| Some((id.as_str(), years(id)?))).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.into_iter().map(|own| own.0).collect()
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
                && only.contains("44 % of the variance between draws (standard error 10 %), an order"),
            "{only}"
        );
        let clear = format!("e.one,{gained},0.44,0.1\ne.three,{gained},0.1,0.05\n");
        let [only] = &said_of(&clear)[..] else { panic!() };
        assert!(only.ends_with("of the variance between draws (standard error 10 %)"), "{only}");
        let fitted = format!(
            "fitted,{gained},0.6,0.01\ne.one,{gained},0.3,0.1\ne.three,{gained},0.2,0.1\ne.four,{gained},0.2,0.1\n"
        );
        let [learnt, other] = &said_of(&fitted)[..] else { panic!() };
        assert!(
            learnt.contains(
                "(of which a fit has learnt) moves the difference in life years between B and A most: 60 %"
            ) && !learnt.contains("settle"),
            "{learnt}"
        );
        assert!(
            other.starts_with("Of what no fit has learnt of, ") && other.ends_with("and one more is as near"),
            "{other}"
        );
    }

    #[test]
    fn a_rival_of_which_no_fit_has_learnt_is_named_beside_one_of_which_a_fit_has() {
        let gained = "life_years b minus a";
        let [first, second] = &said_of(&format!("fitted,{gained},0.21,0.07\ne.one,{gained},0.17,0.08\n"))[..]
        else {
            panic!()
        };
        assert!(first.ends_with("an order that these draws do not settle: One has 17 %"), "{first}");
        assert!(second.starts_with("Of what no fit has learnt of, One moves"), "{second}");
    }

    #[test]
    fn of_a_demand_it_is_the_doses() {
        let tables = [
            ("demand_daily.csv", "day\n1\n"),
            (
                "assumptions.csv",
                "key,outcome,share_of_variance\ne.one,life_years,0.4\ne.two,doses_needed,0.3\n",
            ),
        ];
        let told = Told::of_tables(1, json!({ "draws": 100 }), &tables);
        let [only] = &greatest(&told, &Links::of(&told), &BTreeSet::new())[..] else { panic!() };
        let said: String = scraper::Html::parse_fragment(&only.0).root_element().text().collect();
        assert_eq!(said, "Two moves the doses of a year most: 30 % of the variance between draws");
    }

    #[test]
    fn where_chance_may_be_all_nothing_is_named() {
        let none = said_of("e.one,life_years b minus a,,\n");
        assert_eq!(
            none,
            [
                "No single figure moves the difference in life years between B and A so much that 100 draws tell it from chance: see the assumptions"
            ]
        );
        assert!(said_of("e.one,,,\n").is_empty());
    }
}
