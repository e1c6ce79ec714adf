//! The trials of a finished run, and their part of the table on the screen.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::number::grouped;
use super::output::Text;
use super::progress::Progress;
use super::table::{Rows, abreast, write_aligned};
use super::terminal::wrapped;
use crate::demand::Stopped;
use crate::model::Model;
use crate::trial::{self, Experiment, PowerRow, Spread, TrialResults};

/// Holds the trials that the scenario asks for; `None` where it asks for none.
pub(super) fn answer(
    model: &Model,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<Option<TrialResults>, Failure> {
    let Some(design) = &model.design else { return Ok(None) };
    let progress = Progress::counted(model, design.patients(), interrupt.clone(), quiet);
    let found = trial::run(model, design, &progress);
    drop(progress);
    found.map(Some).map_err(|stopped| match stopped {
        Stopped::Interrupted => Failure::Interrupted,
        Stopped::TooManySteps(error) => Failure::Input(format!("{}: {error}", model.id)),
    })
}

/// Adds what the trials show to the table of a run.
pub(super) fn section(out: &mut Text, model: &Model, results: &TrialResults, columns: Option<usize>) {
    let Some(design) = &model.design else { return };
    let say = |out: &mut Text, text: &str| wrapped(text, columns).iter().for_each(|line| out.line(line));
    let [control, arm] = [design.control, design.arm].map(|strategy| &model.strategies[strategy].label);
    out.line("");
    say(
        out,
        &format!(
            "The same trial again and again, with other patients each time: {arm} against {control}, {} months of \
             entries and {} of follow-up. In brackets: 95 of 100 trials; in square brackets what more trials would \
             narrow",
            grouped(design.accrual_months, 0),
            grouped(design.follow_up_months, 0)
        ),
    );
    let sizes: Vec<usize> = (0..results.sizes.len()).collect();
    for rows in abreast(&sizes, columns, |group| rows(model, results, group)) {
        out.line("");
        write_aligned(out, &rows, columns);
    }
}

fn rows(model: &Model, results: &TrialResults, group: &[usize]) -> Rows {
    let Some(design) = &model.design else { return Rows { cells: Vec::new(), heading: 0 } };
    let of = |at: usize, experiment| results.power(&results.sizes[at], experiment);
    let both: Vec<[Vec<PowerRow>; 2]> =
        group.iter().map(|at| Experiment::ALL.map(|experiment| of(*at, experiment))).collect();
    let (response, endpoint) = (design.response.label(), design.endpoint.label());
    let own = |words: &str, cells: Vec<String>| -> Vec<String> {
        std::iter::once(words.to_owned()).chain(cells).collect()
    };
    let found = |words: &str, experiment: Experiment, outcome: &str, show: fn(&Spread) -> String| {
        let cell = |rows: &[Vec<PowerRow>; 2]| {
            let row = rows[experiment as usize].iter().find(|row| row.outcome == outcome);
            row.map_or("-".to_owned(), |row| show(&row.spread))
        };
        own(words, both.iter().map(cell).collect())
    };
    let (real, none) = (Experiment::AsModelled, Experiment::NoDifference);
    let patients = group.iter().map(|at| format!("{} patients", whole(results.sizes[*at].size.patients)));
    let trials = group.iter().map(|at| whole(results.sizes[*at].size.trials));
    let cells = vec![
        own("", patients.collect()),
        own("trials", trials.collect()),
        found(&format!("{response}, control"), real, "response_control", points),
        found(&format!("{response}, arm"), real, "response", points),
        found("difference", real, "response_difference", points),
        found(&format!("hazard ratio, {endpoint}"), real, "hazard_ratio", ratio),
        found(&format!("power, {response}"), real, "response_rejects", share),
        found(&format!("power, {endpoint}"), real, "logrank_rejects", share),
        found("hazard ratio on the wrong side of 1", real, "wrong_direction", share),
        found(&format!("found by chance, {response}"), none, "response_rejects", share),
        found(&format!("found by chance, {endpoint}"), none, "logrank_rejects", share),
    ];
    Rows { cells, heading: 1 }
}

fn whole(count: u32) -> String {
    grouped(f64::from(count), 0)
}

/// A share in percent, and that of trials.
fn points(spread: &Spread) -> String {
    with_percentiles(spread, 100.0, 1, " %")
}

fn ratio(spread: &Spread) -> String {
    with_percentiles(spread, 1.0, 2, "")
}

fn with_percentiles(spread: &Spread, factor: f64, decimals: usize, mark: &str) -> String {
    let number = |value: f64| grouped(factor * value, decimals);
    match (spread.mean, spread.percentiles) {
        (Some(mean), Some([low, _, high])) => {
            format!("{}{mark} ({} to {})", number(mean), number(low), number(high))
        }
        _ => "-".to_owned(),
    }
}

/// A share of trials with the interval that more of them would narrow.
fn share(spread: &Spread) -> String {
    let percent = |value: f64| grouped(100.0 * value, 1);
    match (spread.mean, spread.mc_95) {
        (Some(mean), Some((low, high))) => {
            format!("{} % [{} to {}]", percent(mean), percent(low), percent(high))
        }
        (Some(mean), None) => format!("{} %", percent(mean)),
        _ => "-".to_owned(),
    }
}
