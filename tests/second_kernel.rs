//! Two kernels, one truth: every event of the batched program must be that of a plain walk through the model.

#![expect(clippy::disallowed_methods, reason = "the second kernel uses the platform's functions on purpose")]

mod generate;
mod naive;

use naive::Life;
use remisim::model::Model;
use remisim::outcome::{Amount, COST_ITEMS, Happening, Mark, Outcome, Sink, State};
use remisim::program::{Draw, compile};
use remisim::scenario::{self, Request};
use remisim::simulate::Worker;
use remisim::stream::Stream;
use std::fmt::Write;

/// Writes down what happens to each patient of a batch.
#[derive(Debug, Default)]
struct Recorder {
    happenings: Vec<Vec<(Happening, u8, f64)>>,
    months: Vec<[f64; State::COUNT]>,
    amounts: Vec<[f64; Amount::COUNT]>,
}

impl Recorder {
    fn new(patients: usize) -> Self {
        Self {
            happenings: vec![Vec::new(); patients],
            months: vec![[0.0; State::COUNT]; patients],
            amounts: vec![[0.0; Amount::COUNT]; patients],
        }
    }
}

impl Sink for Recorder {
    fn happened(&mut self, happening: Happening, line: u8, patients: &[u32], now: &[f64]) {
        for &patient in patients {
            self.happenings[patient as usize].push((happening, line, now[patient as usize]));
        }
    }

    fn stayed(&mut self, state: State, _: u8, patients: &[u32], from: &[f64], to: &[f64]) {
        for ((&patient, from), to) in patients.iter().zip(from).zip(to) {
            self.months[patient as usize][state as usize] += to - from;
        }
    }

    fn measured(&mut self, amount: Amount, _: u8, patients: &[u32], values: &[f64]) {
        // Persistence is no outcome.
        for (&patient, value) in patients.iter().zip(values) {
            if let Some(sum) = self.amounts[patient as usize].get_mut(amount as usize) {
                *sum += value;
            }
        }
    }
}

/// Whether two numbers are the same but for rounding; `slack` allows for differences of large numbers.
fn same(a: f64, b: f64, relative: f64, slack: f64) -> bool {
    a == b || (a - b).abs() <= slack + relative * a.abs().max(b.abs())
}

/// What differs between the batched life of the patient at `place` and the plain one.
fn difference(batch: &Outcome, heard: &Recorder, place: usize, life: &Life) -> String {
    let mut out = String::new();
    if batch.flags[place] != life.flags {
        let _ = writeln!(out, "flags: program {:b}, walk {:b}", batch.flags[place], life.flags);
    }
    let mut number = |what: &str, program: f64, walk: f64, relative: f64, slack: f64| {
        if !same(program, walk, relative, slack) {
            let _ = writeln!(out, "{what}: program {program:?}, walk {walk:?}");
        }
    };
    for mark in
        [Mark::Infusion, Mark::Remission, Mark::Relapse, Mark::EfsEvent, Mark::EfsAfterInfusion, Mark::Death]
    {
        let index = mark as usize;
        number(&format!("{mark:?}"), batch.marks[index][place], life.marks[index], 1e-12, 1e-11);
    }
    for state in State::ALL {
        let index = state as usize;
        let months = life.state_months[index];
        number(state.months_name(), batch.state_months[index][place], months, 1e-12, 1e-9);
        number(&format!("{} heard", state.months_name()), heard.months[place][index], months, 1e-12, 1e-9);
    }
    number("qalys", batch.qalys[place], life.qalys, 1e-9, 1e-12);
    for index in 0..COST_ITEMS {
        number(&format!("cost {index}"), batch.costs[index][place], life.costs[index], 1e-9, 1e-7);
    }
    for (index, amount) in life.amounts.iter().enumerate() {
        number(&format!("amount {index}"), batch.amounts[index][place], *amount, 1e-12, 1e-12);
        number(&format!("amount {index} heard"), heard.amounts[place][index], *amount, 1e-12, 1e-12);
    }
    let sorted = |happenings: &[(Happening, u8, f64)]| {
        let mut sorted = happenings.to_vec();
        sorted.sort_by_key(|(happening, line, _)| (*line, *happening));
        sorted
    };
    let (program, walk) = (sorted(&heard.happenings[place]), sorted(&life.happenings));
    let equal = program.len() == walk.len()
        && program.iter().zip(&walk).all(|(a, b)| (a.0, a.1) == (b.0, b.1) && same(a.2, b.2, 1e-12, 1e-11));
    if !equal {
        let _ = writeln!(out, "happenings:\n  program {program:?}\n  walk    {walk:?}");
    }
    out
}

/// The first difference between the kernels in some batches of some draws of a model, in words.
fn compare(model: &Model, draws: &[u32], batches: &[(u64, usize)]) -> Result<(), String> {
    let program = compile(model).map_err(|_| "too many steps".to_owned())?;
    let stream = Stream::new(model.settings.seed);
    let mut worker = Worker::new(model, &program);
    for &index in draws {
        let draw = Draw::sample(model, &stream, index);
        for &(first, patients) in batches {
            let mut sinks: Vec<Recorder> = model.strategies.iter().map(|_| Recorder::new(patients)).collect();
            let outcomes = worker.run(&draw, first, patients, &mut sinks);
            for (strategy, (outcome, sink)) in outcomes.iter().zip(&sinks).enumerate() {
                for place in 0..patients {
                    let patient = first + place as u64;
                    let life = naive::live(model, strategy, &draw, patient);
                    let different = difference(outcome, sink, place, &life);
                    if !different.is_empty() {
                        let id = &model.strategies[strategy].id;
                        return Err(format!(
                            "strategy {id} ({strategy}), draw {index}, patient {patient}:\n{different}"
                        ));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Draws and batches that generated models are compared on.
const DRAWS: [u32; 2] = [0, 2];
const BATCHES: [(u64, usize); 2] = [(0, 150), (1_000_003, 100)];

#[test]
fn both_kernels_agree_on_generated_models() {
    for number in 0..200 {
        let model = generate::model(number);
        if let Err(difference) = compare(&model, &DRAWS, &BATCHES) {
            panic!("{}\n\nmodel {number}, {difference}", generate::text(&model));
        }
    }
}

#[test]
fn both_kernels_agree_on_generated_scenarios() {
    let folder = std::env::temp_dir().join(format!("remisim_second_kernel_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for scenarios");
    for number in 0..200 {
        let text = generate::text(&generate::model(number));
        let path = folder.join(format!("generated_{number}.toml"));
        std::fs::write(&path, &text).expect("a scenario file");
        let loaded = scenario::load(&Request::new(&path.display().to_string()))
            .unwrap_or_else(|problems| panic!("{text}\n\n{problems}"));
        if let Err(difference) = compare(&loaded.model, &DRAWS, &BATCHES) {
            panic!("{text}\n\nscenario {number}, {difference}");
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn both_kernels_agree_on_shipped_scenarios() {
    let listed = scenario::list();
    assert!(!listed.is_empty());
    for entry in listed {
        let loaded =
            scenario::load(&Request::new(&entry.name)).unwrap_or_else(|problems| panic!("{problems}"));
        if let Err(difference) = compare(&loaded.model, &[0, 1], &[(0, 400), (70_001, 200)]) {
            panic!("{}, {difference}", entry.name);
        }
    }
}
