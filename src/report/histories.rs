//! `histories.csv`: the first patients of the first draw, state by state, lived again with a sink that writes down.

use super::table::{Table, number};
use crate::model::Model;
use crate::outcome::{Happening, Mark, Sink, State};
use crate::program::{Draw, Program};
use crate::simulate::{BATCH, Worker};
use crate::stream::Stream;

/// A stay in one state.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stay {
    state: State,
    line: u8,
    from: f64,
    to: f64,
}

/// Writes down where the patients of a batch stay.
#[derive(Debug, Clone, Default)]
struct Recorder {
    stays: Vec<Vec<Stay>>,
}

impl Sink for Recorder {
    fn happened(&mut self, _: Happening, _: u8, _: &[u32], _: &[f64]) {}

    fn stayed(&mut self, state: State, line: u8, patients: &[u32], from: &[f64], to: &[f64]) {
        for ((patient, from), to) in patients.iter().zip(from).zip(to) {
            let stays = &mut self.stays[*patient as usize];
            match stays.last_mut() {
                // A race that goes on where it was, such as after a test that changed nothing.
                Some(last) if last.state == state && last.line == line => last.to = *to,
                _ => stays.push(Stay { state, line, from: *from, to: *to }),
            }
        }
    }
}

/// The bytes of `histories.csv`: one row a stay. `to` is the next state, `dead`, or the state itself where the horizon
/// ends the history; `final` is 1 in the last row of a patient; times are months from the start of the strategy.
pub(super) fn histories(model: &Model, program: &Program, patients: u64) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "sample",
        "strategy_id",
        "patient_id",
        "grp_id",
        "from",
        "to",
        "final",
        "time_start",
        "time_stop",
    ])?;
    let patients = patients.min(model.settings.patients);
    let draw = Draw::sample(model, &Stream::new(model.settings.seed), 0);
    let mut worker = Worker::new(model, program);
    let mut first = 0;
    while first < patients {
        let size = (patients - first).min(BATCH as u64) as usize;
        let mut sinks = vec![Recorder { stays: vec![Vec::new(); size] }; model.strategies.len()];
        let outcomes = worker.run(&draw, first, size, &mut sinks);
        let death = Mark::Death as usize;
        let dead: Vec<Vec<bool>> = outcomes
            .iter()
            .map(|outcome| outcome.marks[death].iter().map(|month| month.is_finite()).collect())
            .collect();
        let cells = worker.cells();
        for place in 0..size {
            for (strategy, (sink, dead)) in sinks.iter().zip(&dead).enumerate() {
                let id = [1, strategy as u64 + 1, first + place as u64 + 1, cells[place] as u64 + 1];
                write_history(&mut table, id, &sink.stays[place], dead[place])?;
            }
        }
        first += size as u64;
    }
    table.finish()
}

fn write_history(table: &mut Table, id: [u64; 4], stays: &[Stay], dead: bool) -> Result<(), csv::Error> {
    for (index, stay) in stays.iter().enumerate() {
        let next = stays.get(index + 1);
        let to = match next {
            Some(next) => next.state.name(),
            None if dead => "dead",
            None => stay.state.name(),
        };
        let last = if next.is_none() { "1" } else { "0" };
        let names = [stay.state.name(), to, last].map(str::to_owned);
        let times = [number(stay.from), number(stay.to)];
        table.row(id.map(|number| number.to_string()).into_iter().chain(names).chain(times))?;
    }
    Ok(())
}
