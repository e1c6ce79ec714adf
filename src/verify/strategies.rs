//! Checks that compare strategies.

use super::bench::Bench;
use super::change::changed;
use super::compare::{Comparisons, Finding};
use super::{ERRORS, Shown, Verdict, VerifyError};
use crate::model::{CurveKind, Line, Model, Strategy};
use crate::summary::{Band, DifferenceRow};

/// Everything that a run says of one strategy, but for differences: name and numbers.
fn rows(shown: &Shown, strategy: usize) -> impl Iterator<Item = (String, Band)> {
    let summary = &shown.summary;
    let outcomes = summary.outcomes.iter().filter(move |row| row.strategy == strategy);
    let outcomes = outcomes.map(|row| (row.outcome.clone(), row.band));
    let survival = summary.survival.iter().filter(move |row| row.strategy == strategy);
    let survival = survival.map(|row| (format!("{} at {} months", row.curve.name(), row.months), row.band));
    let events = summary.events.iter().filter(move |row| row.strategy == strategy);
    let events = events.map(|row| (format!("{} in line {}", row.event, row.line), row.band));
    outcomes.chain(survival).chain(events)
}

/// A strategy of one run says the same as one of the same or another run.
fn same(all: &mut Comparisons, (one, at): (&Shown, usize), (other, to): (&Shown, usize)) {
    let name = &one.summary.strategies[at];
    let (own, others): (Vec<_>, Vec<_>) = (rows(one, at).collect(), rows(other, to).collect());
    all.holds(own.len() == others.len(), || format!("{name} has {} values, not {}", own.len(), others.len()));
    for ((what, band), other) in own.iter().zip(&others) {
        all.holds((what, band) == (&other.0, &other.1), || {
            let number = |band: &Band| band.mean.map_or("undefined".to_owned(), |mean| mean.to_string());
            format!("{what} of {name} is {}, not {}", number(band), number(&other.1))
        });
    }
}

pub(super) fn equal(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let count = bench.model.strategies.len();
    let shown = bench.with(|model| {
        let copies = model.strategies.clone();
        model.strategies.extend(copies);
    })?;
    let mut all = Comparisons::default();
    (0..count).for_each(|strategy| same(&mut all, (&shown, strategy), (&shown, count + strategy)));
    let copied = shown.summary.differences.iter().filter(|own| own.row.strategy == own.from + count);
    for DifferenceRow { row, .. } in copied {
        let name = format!("increment of {}", row.outcome);
        all.zero(&name, row.band.mean.unwrap_or(f64::NAN));
        all.zero(&format!("error of the {name}"), row.band.mc_se.unwrap_or(f64::NAN));
    }
    Ok(all
        .judged("each strategy and its copy the same in all numbers, increments and their errors exactly 0"))
}

pub(super) fn order(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "the same numbers of each strategy in reversed order";
    let count = bench.model.strategies.len();
    if count == 1 {
        return Ok(Finding::not_applicable(expected, "the scenario has one strategy"));
    }
    let base = bench.base()?;
    let reversed = bench.engine.simulate(&changed(&bench.model, |model| model.strategies.reverse()))?;
    let mut all = Comparisons::default();
    (0..count).for_each(|strategy| same(&mut all, (base, strategy), (&reversed, count - 1 - strategy)));
    Ok(all.judged(expected))
}

/// The strategy with its first lines only.
fn cut(strategy: &Strategy, lines: usize) -> Strategy {
    Strategy { lines: strategy.lines[..lines].to_vec(), ..strategy.clone() }
}

pub(super) fn added_line(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "the same patients live no shorter in the mean with the line than without it";
    let mut seen: Vec<&[Line]> = Vec::new();
    let mut all = Comparisons::default();
    for strategy in &bench.model.strategies {
        for lines in 2..=strategy.lines.len() {
            // Strategies that begin alike are compared once.
            if seen.contains(&&strategy.lines[..lines]) {
                continue;
            }
            seen.push(&strategy.lines[..lines]);
            let shown = bench.with(|model: &mut Model| {
                model.strategies = vec![cut(strategy, lines - 1), cut(strategy, lines)];
                model.settings.curves = vec![CurveKind::Os];
            })?;
            let gain = shown.summary.differences.iter().find(|own| own.row.outcome == "life_years");
            let gain = gain.map_or(Band::UNDEFINED, |own| own.row.band);
            let mean = gain.mean.unwrap_or(f64::NAN);
            let error = gain.mc_se.unwrap_or(0.0);
            all.holds(mean >= -ERRORS * error, || {
                format!("line {lines} of {} changes life years by {mean:.3} ± {error:.3}", strategy.id)
            });
        }
    }
    if seen.is_empty() {
        return Ok(Finding::not_applicable(expected, "no strategy has a later line"));
    }
    Ok(all.finding(expected, Verdict::Warning))
}
