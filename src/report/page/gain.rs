//! How sure the life years are that the strategy of the longest lives gains.

use super::super::rounded::grouped;
use super::super::told::SheetRow;
use super::known::{ERRORS, Known, table};
use super::winning::{Clause, Ranked, Winning, signed};
use maud::{Markup, html};

/// What is told of it.
pub(super) struct Gain {
    /// Over what the best is set against; of one strategy alone, its life years.
    pub(super) over_first: Clause,
    /// Over the next, where that is another one.
    pub(super) over_next: Option<Markup>,
}

/// What the best gains over the first strategy and over the next.
pub(super) fn gain<'a>(winning: &Winning<'a>, lived: &Ranked<'a>) -> Option<Gain> {
    let told = winning.told;
    let best = lived.best[0];
    let words = table(told, "summary.csv", "life years");
    let Some(against) = winning.against(lived) else {
        let row = told.outcome(best, "life_years")?;
        let (spread, plus) = winning.spread(&row, |value| grouped(value, 2), false)?;
        let spread = winning.number(best, &spread);
        let text = html! { "The " (words) " under " (winning.called(best)) " are " (spread) };
        return Some(Gain { over_first: (text, plus), over_next: None });
    };
    let difference = |other: &str, aside: &str| {
        let (said, plus) = over(winning, best, other)?;
        let pair = html! { (winning.called(best)) " from " (winning.called(other)) (aside) };
        Some((html! { "The difference of " (pair) " in " (words) " is " (said) }, plus))
    };
    let over_first = difference(against, "")?;
    // What is next is not always what the best is set against.
    let next = lived.next.filter(|(id, _)| *id != against && lived.best.len() == 1);
    let over_next = next.and_then(|(id, _)| Some(difference(id, ", the next,")?.0));
    Some(Gain { over_first, over_next })
}

/// Strategies under which lives may as well be longer than under the best: by the draws, or by what simulation leaves open,
/// or where so little was simulated that neither is told.
pub(super) fn unsure<'a>(winning: &Winning<'a>, lived: &Ranked<'a>) -> Vec<&'a str> {
    let [best] = lived.best[..] else { return Vec::new() };
    // Of a few draws, or of patients whose chance drowns all, nothing is sure.
    let few =
        matches!(winning.known, Known::Few(draws) if *draws > 1.0) || matches!(winning.known, Known::Noisy);
    let open = |other: &&'a str| {
        let Some((row, _)) = difference(winning, best, other) else { return false };
        let of_draws = row.number("lower_95").zip(row.number("upper_95"));
        let half = row.number("mc_se").map(|error| ERRORS * error);
        let of_simulation = row.number("mean").zip(half).map(|(mean, half)| (mean - half, mean + half));
        let exact = winning.told.say("engine") == "exact";
        let untold = of_draws.is_none() && of_simulation.is_none() && !exact;
        few || untold || [of_draws, of_simulation].into_iter().flatten().any(|ends| !clear(ends))
    };
    let others = winning.told.strategies.iter().map(|own| own.0.as_str()).filter(|id| *id != best);
    others.filter(open).collect()
}

/// Whether all of an interval has one sign. A clear sign is one of these draws: what they leave out no interval tells.
fn clear((low, high): (f64, f64)) -> bool {
    low > 0.0 || high < 0.0
}

/// By how much lives under one strategy are longer than under another, whether its sign is known, and what its ± is.
fn over(winning: &Winning<'_>, one: &str, other: &str) -> Option<Clause> {
    let (row, reversed) = difference(winning, one, other)?;
    let ends = row.number("lower_95").zip(row.number("upper_95"));
    if row.number("mean") == Some(0.0) && ends.is_none_or(|ends| ends == (0.0, 0.0)) {
        return Some((html! { "none in any draw" }, None));
    }
    let (spread, plus) = winning.spread(&row, |value| signed(value, 2), reversed)?;
    let sign = ends.filter(|_| winning.known.most().is_some());
    let sign = sign.map(|ends| if clear(ends) { "" } else { ", so its sign is not sure" });
    Some((html! { (winning.number(one, &spread)) (sign.unwrap_or_default()) }, plus))
}

/// The row of a difference, and whether it is told the other way round: the table holds what each strategy has over those
/// before it.
fn difference<'a>(winning: &Winning<'a>, one: &str, other: &str) -> Option<(SheetRow<'a>, bool)> {
    let told = winning.told;
    let reversed = told.index(one) < told.index(other);
    let (later, earlier) = if reversed { (other, one) } else { (one, other) };
    Some((told.outcome(later, &format!("life_years_minus_{earlier}"))?, reversed))
}
