//! The part of the table after a run that an economic evaluation adds.

use super::number::grouped;
use super::output::Text;
use super::table::{Rows, abreast, heading_rows, write_aligned};
use super::terminal::wrapped;
use crate::economics::{Difference, Evaluation, Interval, Status};
use crate::model::{Economics, Model};
use crate::summary::Summary;

/// Figures named as most worth knowing.
const NAMED: usize = 3;

/// Adds the evaluation.
pub(super) fn section(
    out: &mut Text,
    (model, economics): (&Model, &Economics),
    summary: &Summary,
    evaluation: &Evaluation,
    columns: Option<usize>,
) {
    let say = |out: &mut Text, text: &str| wrapped(text, columns).iter().for_each(|line| out.line(line));
    let currency = &model.settings.currency;
    out.line("");
    let comparator = &summary.labels[evaluation.psa.comparator];
    let threshold = grouped(evaluation.threshold, 0);
    say(
        out,
        &format!(
            "Economic evaluation: {}; {threshold} {currency} a QALY; compared with {comparator}",
            economics.perspective
        ),
    );
    let strategies: Vec<usize> = (0..evaluation.psa.strategies.len()).collect();
    for rows in abreast(&strategies, columns, |group| rows(summary, evaluation, currency, group)) {
        out.line("");
        write_aligned(out, &rows, columns);
    }
    out.line("");
    let loss = &evaluation.loss_at_threshold;
    let money = |value: f64| format!("{} {currency}", grouped(value, 0));
    // More than chance tells apart is shown by the value without it.
    let evpi = loss.corrected_evpi().unwrap_or_else(|| loss.evpi());
    let population = evaluation
        .persons
        .map_or(String::new(), |persons| format!(", {} for all concerned", money(persons * evpi)));
    say(out, &format!("To know every figure would be worth {} a person{population}.", money(evpi)));
    let most = most_worth(evaluation);
    if !most.is_empty() {
        let named = most.iter().map(|(name, value)| format!("{name} ({})", money(*value)));
        say(out, &format!("Most of it: {}.", named.collect::<Vec<_>>().join(", ")));
    }
}

/// Figures most worth knowing at the threshold, or at the nearest willingness to pay of the tables: those that are worth
/// more than twice their standard error, at most what knowing everything is worth.
fn most_worth(evaluation: &Evaluation) -> Vec<(&str, f64)> {
    let distance = |at: &usize| (evaluation.wtp[*at] - evaluation.threshold).abs();
    let nearest = (0..evaluation.wtp.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let Some(at) = nearest else { return Vec::new() };
    let loss = &evaluation.loss_at_threshold;
    let most = loss.corrected_evpi().unwrap_or_else(|| loss.evpi());
    let known = evaluation.evppi.iter().filter(|own| own.values[at] > 2.0 * own.errors[at]);
    let mut all: Vec<(&str, f64)> = known.map(|own| (own.name.as_str(), own.values[at].min(most))).collect();
    all.retain(|(_, value)| *value > 0.0);
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.truncate(NAMED);
    all
}

fn rows(summary: &Summary, evaluation: &Evaluation, currency: &str, group: &[usize]) -> Rows {
    let mut rows = heading_rows(summary, group);
    let mut row = |words: String, cell: &dyn Fn(usize) -> String| {
        let cells = group.iter().map(|strategy| cell(*strategy));
        rows.cells.push(std::iter::once(words).chain(cells).collect());
    };
    let of = |strategy: usize| evaluation.icers.iter().find(|row| row.strategy == strategy);
    let increment = |strategy: usize| evaluation.increments.iter().find(|row| row.strategy == strategy);
    row(format!("costs, {currency}"), &|s| of(s).map_or("-".to_owned(), |row| grouped(row.cost, 0)));
    row("QALYs".to_owned(), &|s| of(s).map_or("-".to_owned(), |row| grouped(row.effect, 3)));
    row(format!("ICER, {currency} a QALY"), &|s| {
        let Some(row) = of(s) else { return "-".to_owned() };
        match (row.status, row.icer) {
            (Status::NonDominated, Some(icer)) => grouped(icer, 0),
            (Status::NonDominated, None) => "cheapest".to_owned(),
            (Status::ExtendedDominated, _) => "extendedly dominated".to_owned(),
            (Status::Dominated, _) => "dominated".to_owned(),
        }
    });
    row(format!("net benefit gained, {currency}"), &|s| {
        increment(s).map_or("-".to_owned(), |row| signed(&row.net_monetary_benefit))
    });
    row("probability of being best".to_owned(), &|s| {
        let at = &evaluation.acceptability_at_threshold;
        let best = at.corrected.as_ref().unwrap_or(&at.raw).best[s];
        format!("{} %", grouped(100.0 * best, 1))
    });
    row(format!("expected loss, {currency}"), &|s| {
        let loss = &evaluation.loss_at_threshold;
        grouped(loss.corrected.as_ref().unwrap_or(&loss.raw)[s], 0)
    });
    rows
}

/// A gain with its interval, without simulation noise where that is known.
fn signed(difference: &Difference) -> String {
    let number = |value: f64| format!("{}{}", if value < 0.0 { "" } else { "+" }, grouped(value, 0));
    let Some(mean) = difference.raw.mean else { return "-".to_owned() };
    let raw = difference.raw.lower_95.zip(difference.raw.upper_95);
    let corrected = difference.corrected.map(|Interval { lower_95, upper_95, .. }| (lower_95, upper_95));
    match corrected.or(raw) {
        Some((low, high)) => format!("{} ({} to {})", number(mean), number(low), number(high)),
        None => number(mean),
    }
}
