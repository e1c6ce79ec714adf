//! What a QALY costs, step by step along the frontier.

use super::super::rounded::grouped;
use super::super::told::Told;
use super::known::table;
use maud::{Markup, html};

/// Steps that are told; the table has all.
const MOST: usize = 3;

/// A clause where what the best gains over the comparator, or the comparator over the next, is within its error over the
/// draws: which one is worth most is not told by them.
pub(super) fn close(told: &Told, best: &str, next: Option<&str>) -> Option<Markup> {
    let comparator = told.comparator()?;
    let wanted = if best == comparator { next? } else { best };
    let mut rows = told.rows("increments.csv").filter(|row| row.text("outcome") == "net_monetary_benefit");
    let row = rows.find(|row| row.text("strategy") == wanted)?;
    let (gain, error) = row.number("mean").zip(row.number("draw_se"))?;
    (gain.abs() < 2.0 * error).then(|| {
        html! {
            ", which these draws do not settle: it gains " (grouped(gain.abs(), 0)) " " (told.currency()) " a person over "
            (told.label(if best == comparator { wanted } else { comparator })) ", with a standard error of " (grouped(error, 0))
        }
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_draws_do_not_settle_is_said() {
        let said = |error: f64, best: &str, next: &str| -> Option<String> {
            let rows =
                format!("b,a,net_monetary_benefit,-10,{error}\nc,a,net_monetary_benefit,-30,{error}\n");
            let table = format!("strategy,comparator,outcome,mean,draw_se\n{rows}");
            let also = json!({ "settings": { "currency": "USD" } });
            let told = Told::of_tables(3, also, &[("increments.csv", &table)]);
            close(&told, best, Some(next)).map(Markup::into_string)
        };
        let words = said(6.0, "a", "b").unwrap();
        assert_eq!(
            words,
            ", which these draws do not settle: it gains 10 USD a person over B, with a standard error of 6"
        );
        assert_eq!(said(4.0, "a", "b"), None);
        assert_eq!(said(6.0, "a", "c"), None);
        assert!(said(6.0, "b", "a").unwrap().contains("over A"));
    }
}
