//! What a QALY costs, step by step along the frontier, and in how many draws it is worth that.

use super::super::rounded::{grouped, within};
use super::super::told::{SheetRow, Told};
use super::known::{Known, number, table};
use super::shares::share;
use crate::summary::Band;
use maud::{Markup, html};

/// An error of a ratio that is not known, as a share of it.
const FEW: f64 = 0.1;
/// Steps that are told; the table has all.
const MOST: usize = 3;
/// Shares of the draws between which 95 % of them lie.
const ENDS: [f64; 2] = [0.025, 0.975];

/// Where what the best is worth more than the next is within its error over the draws: which one is worth most is not told
/// by them.
pub(super) fn close_to(told: &Told, threshold: f64, best: &str, next: &str) -> Option<Markup> {
    let draws = |file: &'static str, id: &str| -> Vec<f64> {
        told.rows(file).filter_map(|row| row.number(id)).collect()
    };
    let worth = |id: &str| -> Vec<f64> {
        let (effects, costs) = (draws("effect.csv", id), draws("cost.csv", id));
        effects.into_iter().zip(costs).map(|(effect, cost)| effect * threshold - cost).collect()
    };
    let gains = worth(best).into_iter().zip(worth(next)).map(|(one, other)| one - other);
    let gains = Band::of(gains.collect(), std::iter::empty());
    let (mean, error) = gains.mean.zip(gains.draw_se)?;
    (mean.abs() < 2.0 * error).then(|| {
        html! {
            (told.label(best)) " gains " (number(&grouped(mean, 0))) " " (told.currency())
            " a person over " (told.label(next)) ", the next by worth, with a " (table(told, "increments.csv", "standard error")) " of " (number(&grouped(error, 0)))
        }
    })
}

/// What is told of the ratios of those strategies on the frontier that have one; `None` where none has.
pub(super) fn ratios(told: &Told, known: &Known) -> Option<Markup> {
    let rows = told.rows("icers.csv").filter(|row| row.text("Status") == "ND");
    let steps = rows.filter_map(|row| {
        let ratio = row.number("ICER")?;
        // No digits that the simulation leaves open, and few where it does not tell how many; but all where fewer would stand
        // for the threshold itself.
        let error = row.number("ICER_MC_SE").or((told.say("engine") != "exact").then_some(FEW * ratio.abs()));
        let short = within(ratio, error.unwrap_or(0.0));
        let blurred = told.threshold().is_some_and(|own| own != ratio && grouped(own, 0) == short);
        let ratio = if blurred { grouped(ratio, 0) } else { short };
        let accepted = known.most().and_then(|_| accepted(told, &row));
        Some((row.text("Strategy"), row.text("Comparator"), ratio, accepted))
    });
    let steps: Vec<(&str, &str, String, Option<String>)> = steps.take(MOST).collect();
    let currency = told.currency();
    (!steps.is_empty()).then(|| {
        html! {
            "A " (table(told, "icers.csv", "QALY gained")) " by "
            @for (at, (strategy, over, ratio, accepted)) in steps.iter().enumerate() {
                @if at > 0 { ", by " }
                (told.label(strategy)) " over " (told.label(over)) " costs " (table(told, "icers.csv", ratio)) " " (currency)
                @if let Some(accepted) = accepted { a.number href="#strategies" { (accepted) } }
            }
        }
    })
}

/// The uncertainty of a ratio as acceptability tells it, which holds where draws gain nothing too: the thresholds at which
/// it is worth its price in the least and in the greatest share of the draws.
fn accepted(told: &Told, row: &SheetRow<'_>) -> Option<String> {
    let (one, other) = (row.text("Strategy"), row.text("Comparator"));
    let rows = told.rows("ceac_pairwise.csv");
    let mut corrected = false;
    let own = rows.filter(|row| row.text("Strategy") == one && row.text("Comparator") == other);
    let curve = own.filter_map(|row| {
        let own = row.number("Proportion_Corrected");
        corrected |= own.is_some();
        Some((row.number("WTP")?, own.or(row.number("Proportion"))?))
    });
    let curve: Vec<(f64, f64)> = curve.collect();
    let at = |end: f64| curve.iter().find(|own| own.1 >= end).or(curve.last());
    let told_at = |own: &(f64, f64)| format!("in {} of draws at {}", share(own.1), grouped(own.0, 0));
    let mut ends: Vec<String> = ENDS.iter().filter_map(|end| at(*end)).map(told_at).collect();
    if curve.iter().all(|own| own.1 < ENDS[1]) {
        ends.last_mut().into_iter().for_each(|last| last.push_str(", where the tables end"));
    }
    if corrected {
        ends.last_mut().into_iter().for_each(|last| last.push_str(", without simulation noise"));
    }
    match &ends[..] {
        [low, high] if !high.starts_with(low.as_str()) => Some(format!(" (worth it {low}, {high})")),
        [.., last] => Some(format!(" (worth it {last})")),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_draws_do_not_settle_is_said() {
        // Worth at 10 a QALY: a is 0 in both draws, b 1 and 2.5, c 8 and -6.
        let effects = "a,b,c\n0,0.1,0.8\n0,0.25,-0.6\n";
        let costs = "a,b,c\n0,0,0\n0,0,0\n";
        let also = json!({ "settings": { "currency": "USD" } });
        let told = Told::of_tables(3, also, &[("effect.csv", effects), ("cost.csv", costs)]);
        let said = |threshold: f64, best: &str, next: &str| {
            let own = close_to(&told, threshold, best, next)?;
            Some(scraper::Html::parse_fragment(&own.into_string()).root_element().text().collect::<String>())
        };
        assert_eq!(
            said(10.0, "c", "a").unwrap(),
            "C gains 1 USD a person over A, the next by worth, with a standard error of 7"
        );
        // 1.75 with an error of 0.75; 0.75 with one of 7.75.
        assert_eq!(said(10.0, "b", "a"), None);
        assert!(
            said(10.0, "b", "c")
                .unwrap()
                .contains("B gains 1 USD a person over C, the next by worth, with a standard error of 8")
        );
    }

    #[test]
    fn a_ratio_is_told_with_the_shares_of_draws_in_which_it_is_worth_its_price() {
        let icers = "Strategy,Status,ICER,ICER_MC_SE,Comparator\na,ND,,,\nb,ND,396837.6,6480,a\n";
        let said = |shares: [f64; 4]| {
            let rows: Vec<String> = (0..4).map(|at| format!("{},b,a,{}", 100_000 * at, shares[at])).collect();
            let curve = format!("WTP,Strategy,Comparator,Proportion\n{}\n", rows.join("\n"));
            let also = json!({ "settings": { "currency": "USD" }, "draws": 100 });
            let told = Told::of_tables(2, also, &[("icers.csv", icers), ("ceac_pairwise.csv", &curve)]);
            ratios(&told, &Known::of(&told)).unwrap().into_string()
        };
        let ratio = "A <a href=\"#table-icers\">QALY gained</a> by B over A costs <a href=\"#table-icers\">397,000</a> USD";
        let worth =
            |words: &str| format!("{ratio}<a class=\"number\" href=\"#strategies\"> (worth it {words})</a>");
        assert_eq!(
            said([0.0, 0.03, 0.5, 0.98]),
            worth("in 3 % of draws at 100,000, in 98 % of draws at 300,000")
        );
        assert_eq!(
            said([0.0, 0.03, 0.5, 0.6]),
            worth("in 3 % of draws at 100,000, in 60 % of draws at 300,000, where the tables end")
        );
        assert_eq!(said([0.0; 4]), worth("in 0 % of draws at 300,000, where the tables end"));
    }
}
