//! A bar on stderr: draws and patients done, histories a second, time left. Hidden where stderr is not a terminal.

use super::interrupt::Interrupt;
use super::number::short;
use super::terminal::{columns_of_messages, cut};
use crate::model::Model;
use crate::simulate::Observer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::time::Duration;

/// What is shown, from the columns it takes with a long name and large numbers.
const TEMPLATES: [(usize, &str); 3] = [
    (
        120,
        "{prefix} {bar:24} {percent:>3} %  {draws} draws, {patients} patients, {rate} histories/s, {left} left",
    ),
    (60, "{prefix} {bar:12} {percent:>3} %  {left} left"),
    (0, "{percent:>3} %  {left} left"),
];

/// Shows how far a run is, and stops it when asked.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    interrupt: Interrupt,
}

impl Progress {
    /// A bar for a run of this model, without patients where it is `exact`; hidden where `quiet`.
    pub(super) fn new(model: &Model, exact: bool, interrupt: Interrupt, quiet: bool) -> Self {
        let strategies = (model.strategies.len() as u64).max(1);
        let draws = model.settings.draws;
        let a_draw = model.settings.patients.saturating_mul(strategies).max(1);
        let histories = a_draw.saturating_mul(u64::from(draws));
        let style = style(exact)
            .with_key("draws", move |state: &ProgressState, out: &mut dyn Write| {
                let _ =
                    write!(out, "{} of {}", short((state.pos() / a_draw) as f64), short(f64::from(draws)));
            })
            .with_key("patients", move |state: &ProgressState, out: &mut dyn Write| {
                let _ = out.write_str(&short((state.pos() / strategies) as f64));
            })
            .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
                let _ = out.write_str(&short(state.per_sec()));
            });
        Self::of(model, histories, style, interrupt, quiet)
    }

    /// A bar for so many parts of something else that is done with this model; hidden where `quiet`.
    pub(super) fn counted(model: &Model, parts: u64, interrupt: Interrupt, quiet: bool) -> Self {
        Self::of(model, parts, style(true), interrupt, quiet)
    }

    /// Begins another stage of something done with this model, from nothing: with a bar where it is known how many
    /// histories it takes, else with the time that it has taken.
    pub(super) fn begins(&self, model: &Model, stage: &str, histories: Option<u64>) {
        let timed = || ProgressStyle::with_template("{prefix} {elapsed}");
        let plain = timed().unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_style(if histories.is_some() { style(true) } else { plain });
        self.bar.reset();
        self.bar.set_length(histories.unwrap_or(0));
        self.bar.set_prefix(cut(&format!("{}, {stage}", model.id), Some(columns() / 2)));
        self.bar.tick();
    }

    fn of(model: &Model, length: u64, style: ProgressStyle, interrupt: Interrupt, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        bar.set_style(style);
        bar.set_prefix(cut(model.id.as_str(), Some(columns() / 3)));
        Self { bar, interrupt }
    }
}

/// Columns that a bar may take.
fn columns() -> usize {
    columns_of_messages().unwrap_or(usize::MAX)
}

/// The longest template that fits; without draws and patients where it is `bare`.
fn style(bare: bool) -> ProgressStyle {
    let mut templates = TEMPLATES.into_iter().skip(usize::from(bare));
    let template = templates.find(|(from, _)| columns() >= *from).map_or("", |(_, text)| text);
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key("left", |state: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&duration(state.eta()));
        })
}

impl Observer for Progress {
    fn advanced(&self, histories: u64) {
        self.bar.inc(histories);
    }

    fn interrupted(&self) -> bool {
        self.interrupt.is_asked()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A time to wait, as one says it.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
