//! The part of the table after a run that an economic evaluation adds.

use super::number::{amount, grouped};
use super::output::Text;
use super::table::{Rows, abreast, heading_rows, write_aligned};
use super::terminal::wrapped;
use crate::economics::{Difference, Evaluation, Interval, Psa, Status, increments};
use crate::model::{Economics, Model};
use crate::summary::{OutcomeRow, Summary};

/// Figures named as most worth knowing.
const NAMED: usize = 3;
/// Share of simulation noise in the scatter between draws that is told.
const NOISE: f64 = 0.05;

/// Differences from the first strategy, those of costs and QALYs without simulation noise where that is known.
pub(super) fn differences(summary: &Summary, evaluation: Option<&Evaluation>) -> Vec<OutcomeRow> {
    let from_first = summary.differences.iter().filter(|own| own.from == 0);
    let mut rows: Vec<OutcomeRow> = from_first.map(|own| own.row.clone()).collect();
    let Some(evaluation) = evaluation else { return rows };
    // The evaluation may compare with another.
    let psa = Psa { comparator: 0, ..evaluation.psa.clone() };
    let own = increments(&psa, evaluation.threshold);
    for row in &mut rows {
        let Some(own) = own.iter().find(|own| own.strategy == row.strategy) else { continue };
        let own = match row.outcome.as_str() {
            "costs" => &own.cost,
            "qalys" => &own.effect,
            _ => continue,
        };
        match own.corrected {
            Some(Interval { lower_95, upper_95, .. }) => {
                (row.band.lower_95, row.band.upper_95) = (Some(lower_95), Some(upper_95));
            }
            // What is noise alone has no interval of what is not known.
            None if noisy(own) => (row.band.lower_95, row.band.upper_95) = (None, None),
            None => {}
        }
    }
    rows
}

/// Whether a difference holds noise of which it cannot be rid.
fn noisy(own: &Difference) -> bool {
    own.corrected.is_none() && own.noise_share.is_some_and(|share| share > 0.0)
}

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
    let threshold = amount(evaluation.threshold);
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
    ladder(summary, evaluation).iter().for_each(|text| say(out, text));
    noise(evaluation).iter().for_each(|text| say(out, text));
    out.line("");
    if let Some(why) = evaluation.untold() {
        say(
            out,
            &format!(
                "{why}: how probable each strategy is to be best, what it is expected to lose and what it would be worth \
                 to know every figure are not known."
            ),
        );
        return;
    }
    let loss = &evaluation.loss_at_threshold;
    let money = |value: f64, error: Option<f64>| {
        // A value that cannot be negative has no error that says so.
        let sure = error.map_or(String::new(), |error| match 1.96 * error {
            half if half > value => format!(" (0 to {})", grouped(value + half, 0)),
            half => format!(" ± {}", grouped(half, 0)),
        });
        format!("{}{sure} {currency}", grouped(value, 0))
    };
    // More than chance tells apart is shown by the value without it.
    let corrected = loss.corrected_evpi().map(|value| (value, loss.corrected_evpi_error()));
    let (evpi, error) = corrected.unwrap_or_else(|| (loss.evpi(), loss.evpi_error()));
    // Where no draw changes the decision, nothing tells how sure that is.
    let error = error.filter(|error| *error > 0.0);
    let population = evaluation.persons.map_or(String::new(), |persons| {
        let error = error.map(|error| persons.times_error(evpi, error));
        format!(", {} for all concerned", money(persons.times(evpi), error))
    });
    let meant = error.map_or("", |_| " (±: 1.96 standard errors over draws)");
    let worth = if error.is_none() && evpi <= 0.0 {
        "nothing as far as these draws tell".to_owned()
    } else {
        format!("{} a person{population}{meant}", money(evpi, error))
    };
    say(out, &format!("To know every figure would be worth {worth}."));
    let (wtp, most) = most_worth(evaluation);
    if !most.is_empty() {
        let at = if wtp == evaluation.threshold {
            String::new()
        } else {
            format!(", at {} {currency} a QALY, the nearest of the tables", amount(wtp))
        };
        let named =
            most.iter().map(|(name, value, error)| format!("{name} ({})", money(*value, Some(*error))));
        say(out, &format!("Most of it{at}: {}.", named.collect::<Vec<_>>().join(", ")));
    }
}

/// Whom the ratios are against, where that is not always the comparator.
fn ladder(summary: &Summary, evaluation: &Evaluation) -> Option<String> {
    let label = |strategy: usize| summary.labels[strategy].as_str();
    let steps: Vec<(usize, usize)> =
        evaluation.icers.iter().filter_map(|row| Some((row.strategy, row.against?))).collect();
    if steps.iter().all(|(_, against)| *against == evaluation.psa.comparator) {
        return None;
    }
    let named = steps.iter().map(|(own, against)| format!("{} against {}", label(*own), label(*against)));
    Some(format!(
        "Each ICER is against the one before it on the frontier: {}.",
        named.collect::<Vec<_>>().join("; ")
    ))
}

/// How much of the scatter is only simulation noise, where that matters.
fn noise(evaluation: &Evaluation) -> Option<String> {
    if evaluation.psa.draws() < 2 {
        return None;
    }
    let all = evaluation.increments.iter();
    let shares =
        all.flat_map(|own| [&own.cost, &own.effect, &own.net_monetary_benefit].map(|own| own.noise_share));
    let most = shares.flatten().fold(0.0, f64::max);
    let without = if evaluation.untold().is_some() {
        ""
    } else {
        " Without it are differences in costs, QALYs and net benefit (without an interval where noise may be all), the \
         probability of being best (with it where strategies are too alike), the expected loss and what it would be worth to \
         know every figure; with it are all other intervals."
    };
    (most > NOISE).then(|| {
        let most = grouped(100.0 * most, 0);
        format!("Simulation noise makes up to {most} % of the scatter between draws.{without}")
    })
}

/// The willingness to pay of the tables that is nearest to the threshold, and the figures most worth knowing at it: those
/// that are worth more than twice their standard error, at most what knowing everything is worth.
fn most_worth(evaluation: &Evaluation) -> (f64, Vec<(&str, f64, f64)>) {
    let distance = |at: &usize| (evaluation.wtp[*at] - evaluation.threshold).abs();
    let nearest = (0..evaluation.wtp.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let Some(at) = nearest else { return (evaluation.threshold, Vec::new()) };
    let loss = &evaluation.losses[at];
    let most = loss.corrected_evpi().unwrap_or_else(|| loss.evpi());
    let known = evaluation.evppi.iter().filter(|own| own.values[at] > 2.0 * own.errors[at]);
    let mut all: Vec<(&str, f64, f64)> =
        known.map(|own| (own.name.as_str(), own.values[at].min(most), own.errors[at])).collect();
    all.retain(|(_, value, _)| *value > 0.0);
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.truncate(NAMED);
    (evaluation.wtp[at], all)
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
        increment(s)
            .map_or("-".to_owned(), |row| signed(&row.net_monetary_benefit, evaluation.untold().is_some()))
    });
    // Of one patient a draw these are noise, and so is every interval; of one draw they are nothing.
    if evaluation.untold().is_some() {
        return rows;
    }
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

/// A gain with its interval, without simulation noise where that is known; alone where the noise cannot be told.
fn signed(difference: &Difference, untold: bool) -> String {
    let number = |value: f64| format!("{}{}", if value < 0.0 { "" } else { "+" }, grouped(value, 0));
    let Some(mean) = difference.raw.mean else { return "-".to_owned() };
    let raw = difference.raw.lower_95.zip(difference.raw.upper_95).filter(|_| !noisy(difference));
    let corrected = difference.corrected.map(|Interval { lower_95, upper_95, .. }| (lower_95, upper_95));
    match corrected.or(raw).filter(|_| !untold) {
        Some((low, high)) => format!("{} ({} to {})", number(mean), number(low), number(high)),
        None => number(mean),
    }
}
