//! The Monte Carlo engine: sends batches of patients through a program, step by step.
//!
//! A batch goes through all strategies before it is forgotten. A step takes the patients queued at it, draws their
//! random numbers, computes times in vector lanes and queues each patient at the next step. Once its buffers have
//! grown to a batch, a worker allocates nothing.

mod background;
mod by_patient;
mod clock;
mod effect;
mod lanes;
mod lives;
mod people;
mod race;
mod run;
mod schedule;

pub use by_patient::{ByPatient, by_patient, by_patient_under};
pub use run::{Interrupted, Observer, Recorder, RunResults, Unobserved, run, run_given, run_more};

use crate::model::{Model, PopulationUtility, Sex};
use crate::outcome::{Active, Amount, Outcome, Sink};
use crate::program::{BoundCell, CellProgram, Draw, Program, Step};
use crate::stream::Stream;
use background::Mortality;
use lives::Lives;
use people::People;

/// Patients in a batch. Large enough that steps of a population of many cells still fill vector lanes.
pub const BATCH: usize = 4096;

/// One thread's buffers.
#[derive(Debug)]
pub struct Worker<'a> {
    model: &'a Model,
    program: &'a Program,
    stream: Stream,
    /// Numbers and curves of the draw: by strategy and cell.
    bound: Vec<Vec<BoundCell>>,
    /// Parameters that they were found from; none at first.
    parameters: Option<Vec<f64>>,
    people: People,
    lives: Lives,
    /// Patients waiting at each step.
    queues: Vec<Vec<u32>>,
    outcomes: Vec<Outcome>,
    active: Active,
    /// Strategies under which the hazard of the life table is multiplied somewhere.
    changes_mortality: Vec<bool>,
}

/// What a step works with.
struct Context<'a, S> {
    stream: Stream,
    draw: u32,
    first: u64,
    numbers: &'a [f64],
    curves: &'a [crate::distribution::Curve],
    people: &'a People,
    /// Where the hazard of the life table is multiplied somewhere.
    mortality: Option<Mortality<'a>>,
    /// With what the utilities of patients of the cell fall with age.
    norm: Option<(PopulationUtility, Sex)>,
    lives: &'a mut Lives,
    outcome: &'a mut Outcome,
    queues: &'a mut [Vec<u32>],
    sink: &'a mut S,
}

impl<'a> Worker<'a> {
    /// A worker without patients.
    #[must_use]
    pub fn new(model: &'a Model, program: &'a Program) -> Self {
        let steps = program.cells.iter().flatten().map(|cell| cell.steps.len()).max().unwrap_or(0);
        Self {
            model,
            program,
            stream: Stream::new(model.settings.seed),
            bound: program.cells.iter().map(|cells| vec![BoundCell::default(); cells.len()]).collect(),
            parameters: None,
            people: People::default(),
            lives: Lives::new(model),
            queues: vec![Vec::new(); steps],
            outcomes: vec![Outcome::default(); program.cells.len()],
            active: program.active(),
            changes_mortality: program
                .cells
                .iter()
                .map(|cells| cells.iter().any(CellProgram::changes_mortality))
                .collect(),
        }
    }

    /// Lets patients `first` to `first + patients` of a draw live under every strategy, and returns what they lived
    /// through, by strategy. `sinks` has one for each strategy.
    ///
    /// At most [`BATCH`] patients; `first` and the last patient lie in the same block of 2^32.
    pub fn run<S: Sink>(&mut self, draw: &Draw, first: u64, patients: usize, sinks: &mut [S]) -> &[Outcome] {
        self.run_under(|_| true, draw, (first, patients), sinks)
    }

    /// The same under some of the strategies, by their index; the outcomes of others stay what they were.
    fn run_under<S: Sink>(
        &mut self,
        walked: impl Fn(usize) -> bool,
        draw: &Draw,
        (first, patients): (u64, usize),
        sinks: &mut [S],
    ) -> &[Outcome] {
        self.bind(draw);
        self.people.fill(self.model, self.program, self.stream, draw, first, patients);
        let strategies = self.program.cells.iter().zip(&self.bound).zip(&mut self.outcomes).zip(sinks);
        let strategies = strategies.zip(&self.changes_mortality).enumerate();
        for (_, ((((programs, bound), outcome), sink), changes)) in strategies.filter(|(at, _)| walked(*at)) {
            outcome.reset(patients, &self.active);
            self.lives.reset(patients);
            let table = self.model.life_table.as_deref().filter(|_| *changes);
            if table.is_some() {
                self.lives.background[..patients].copy_from_slice(&self.people.background);
                self.lives.background_hazard[..patients].copy_from_slice(&self.people.background_hazard);
            }
            for (cell, (program, bound)) in programs.iter().zip(bound).enumerate() {
                let start = std::mem::take(&mut self.people.by_cell[cell]);
                if !start.is_empty() {
                    let sex = self.model.population.sex_of(&self.program.levels[cell]);
                    let mut context = Context {
                        stream: self.stream,
                        draw: draw.index,
                        first,
                        numbers: &bound.numbers,
                        curves: &bound.curves,
                        people: &self.people,
                        mortality: table.map(|table| Mortality { table, sex }),
                        norm: self.model.utilities.population.map(|norm| (norm, sex)),
                        lives: &mut self.lives,
                        outcome,
                        queues: &mut self.queues,
                        sink,
                    };
                    context.walk(program, &start);
                }
                self.people.by_cell[cell] = start;
            }
        }
        &self.outcomes
    }

    /// Takes the values of a draw, unless they are those of the last one.
    fn bind(&mut self, draw: &Draw) {
        if self.parameters.as_ref() == Some(&draw.parameters) {
            return;
        }
        for (bound, programs) in self.bound.iter_mut().zip(&self.program.cells) {
            for (bound, program) in bound.iter_mut().zip(programs) {
                bound.bind(program, draw);
            }
        }
        self.parameters.get_or_insert_default().clone_from(&draw.parameters);
    }

    /// Strategies under which patients live the same lives in two draws: of the same number, with the same people, the same
    /// numbers and the same curves.
    #[must_use]
    pub fn alike(&mut self, one: &Draw, other: &Draw) -> Vec<bool> {
        let adults = |draw: &Draw| People::adults(self.model, self.program, draw);
        let people = one.index == other.index && one.weights == other.weights && adults(one) == adults(other);
        self.bind(one);
        let bound = self.bound.clone();
        self.bind(other);
        bound.iter().zip(&self.bound).map(|(one, other)| people && one == other).collect()
    }

    /// Regimens whose share of transplants, in the draw, is beyond what relapse and death leave, in some cell.
    pub fn missed_shares(&self) -> impl Iterator<Item = usize> {
        self.bound.iter().flatten().flat_map(|cell| cell.missed_shares.iter().copied())
    }

    /// Cell of a patient of the last batch, by place in it.
    #[must_use]
    pub fn cell(&self, patient: usize) -> usize {
        self.people.cell(patient)
    }

    /// Body weight in kg of a patient of the last batch; `None` where the program needs none.
    #[must_use]
    pub fn weight_kg(&self, patient: usize) -> Option<f64> {
        self.people.weight_kg.get(patient).copied()
    }

    /// Cells of the patients of the last batch, by place in the batch.
    #[must_use]
    pub fn cells(&self) -> Vec<usize> {
        let mut cells = vec![0; self.outcomes.first().map_or(0, Outcome::len)];
        for (cell, patients) in self.people.by_cell.iter().enumerate() {
            patients.iter().for_each(|patient| cells[*patient as usize] = cell);
        }
        cells
    }
}

impl<S: Sink> Context<'_, S> {
    fn walk(&mut self, program: &CellProgram, start: &[u32]) {
        self.take(&program.start, start);
        // Steps lead to lower indices only, so one pass from the top sees every patient through.
        for id in (0..program.steps.len()).rev() {
            if self.queues[id].is_empty() {
                continue;
            }
            let mut patients = std::mem::take(&mut self.queues[id]);
            match &program.steps[id] {
                Step::Choose { event, occurrence, branches, rest } => {
                    self.luck(&patients, *event, *occurrence);
                    let scratch = &mut self.lives.scratch;
                    let luck = &scratch.luck[..patients.len()];
                    let winner = &mut scratch.winner[..patients.len()];
                    winner.fill(0);
                    let mut below = 0.0;
                    for (probability, _) in branches {
                        // A sampled grade 3 share above that of any grade makes the lower grades negative: none.
                        below += self.numbers[*probability].max(0.0);
                        lanes::count_reached(winner, luck, below);
                    }
                    for (way, (_, edge)) in (0..).zip(branches) {
                        self.take_winners(edge, way, &patients);
                    }
                    self.take_winners(rest, branches.len() as u64, &patients);
                }
                Step::Race { state, line, occurrence, clocks, flows, schedules } => {
                    self.race(&patients, (*state, *line, *occurrence), clocks, flows, schedules);
                }
                Step::Sample { event, line, occurrence, curve, amount, price, next } => {
                    self.luck(&patients, *event, *occurrence);
                    let sampled = &mut self.lives.scratch.luck[..patients.len()];
                    crate::math::vector::neg_ln_all(sampled);
                    self.curves[*curve].times_at(sampled);
                    if *amount != Amount::Persistence {
                        // No stay outlasts the horizon, however long its distribution's tail.
                        let longest = self.lives.horizon * crate::quantity::DAYS_PER_MONTH;
                        sampled.iter_mut().for_each(|days| *days = days.min(longest));
                    }
                    self.sink.measured(*amount, *line, &patients, sampled);
                    self.add_amount(&patients, *amount, price.map(|number| self.numbers[number]));
                    self.take(next, &patients);
                }
            }
            patients.clear();
            self.queues[id] = patients;
        }
    }

    /// Uniforms of these patients for one event, into the scratch.
    fn luck(&mut self, patients: &[u32], event: crate::stream::Event, occurrence: u8) {
        let out = &mut self.lives.scratch.luck[..patients.len()];
        self.stream.uniforms(self.draw, self.first, patients, event, occurrence, out);
    }

    fn add_amount(&mut self, patients: &[u32], amount: Amount, price: Option<f64>) {
        let sampled = &self.lives.scratch.luck[..patients.len()];
        if amount == Amount::Persistence {
            for (patient, months) in patients.iter().zip(sampled) {
                let at = *patient as usize;
                self.lives.persistence_end[at] = self.lives.line_start[at] + months;
            }
            return;
        }
        let sums = &mut self.outcome.amounts[amount as usize];
        for (patient, value) in patients.iter().zip(sampled) {
            sums[*patient as usize] += value;
        }
        if let Some(price) = price {
            let item = crate::model::CostItem::Icu as usize;
            for (patient, value) in patients.iter().zip(sampled) {
                let at = *patient as usize;
                self.outcome.costs[item][at] += price * value * self.lives.cost_factor(at);
            }
        }
    }
}
