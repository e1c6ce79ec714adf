//! The walk of densities through the program of one strategy in one cell.

use super::Unsupported;
use super::amount::mean_until;
use super::density::Density;
use super::grid::Grid;
use super::hazard::View;
use super::kernels::Kernels;
use super::lived::Lived;
use super::local::{Leaving, Next, Race, State};
use super::pending::is_pending;
use super::person::People;
use super::schedule::pay;
use super::thread::{EFS, RELAPSE, Read, THINGS, Thread, ahead, gather, join, stay, stay_by};
use super::worth::Worth;
use crate::model::CostItem;
use crate::outcome::Amount;
use crate::program::{BoundCell, CellProgram, Clock, Edge, Effect, Flows, Step, StepId};
use std::rc::Rc;

/// What a walk is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    /// All outcomes, from month 0; these things are asked for.
    Outcomes(u32),
    /// The curves from month 0; the marks that they need.
    Curves(u32),
    /// First relapse and death, from remission.
    Relapse,
    /// Death and EFS, from infusion.
    Efs,
}

/// Patients whose relapse a test found, until those without a next line come to their race.
struct Found<'a> {
    /// Their race.
    step: StepId,
    /// When they were found.
    came: Rc<Read>,
    /// When their remission began.
    remission: Rc<Read>,
    /// The race in which they were found, and what they carried into it.
    race: Rc<Race<'a>>,
    state: State,
    /// What becomes of all of them there, by clock; and after a transplant.
    exits: Leaving,
    last: Next,
}

/// A walk under way.
pub(super) struct Walk<'a> {
    pub(super) program: &'a CellProgram,
    pub(super) bound: &'a BoundCell,
    pub(super) people: &'a People<'a>,
    pub(super) grid: &'a Grid,
    kernels: &'a Kernels<'a>,
    /// Hazard of background death from month 0 of the walk, where a ratio multiplies it.
    view: Option<View<'a>>,
    pub(super) purpose: Purpose,
    ahead: Vec<u32>,
    waiting: Vec<Vec<(State, Vec<Thread>)>>,
    found: Vec<Found<'a>>,
    pub(super) lived: Lived,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(super) fn new(
        (program, bound): (&'a CellProgram, &'a BoundCell),
        people: &'a People<'a>,
        kernels: &'a Kernels<'a>,
        (purpose, lines): (Purpose, usize),
    ) -> Self {
        let things = match purpose {
            Purpose::Outcomes(things) | Purpose::Curves(things) => things,
            Purpose::Relapse => 1 << RELAPSE,
            Purpose::Efs => 1 << EFS,
        };
        Self {
            program,
            bound,
            people,
            grid: &kernels.grid,
            kernels,
            view: people.hazard.map(|hazard| View::new(hazard, 0.0)),
            purpose,
            ahead: match purpose {
                // Deaths without relapse count too.
                Purpose::Relapse => vec![things; program.steps.len()],
                _ => ahead(program, things),
            },
            waiting: vec![Vec::new(); program.steps.len()],
            found: Vec::new(),
            lived: Lived::new(lines),
        }
    }

    /// Everyone from month 0 on.
    pub(super) fn all(mut self) -> Result<Lived, Unsupported> {
        let everyone = self.everyone();
        self.take(&self.program.start, vec![everyone], State::START)?;
        self.steps()
    }

    /// Everyone from a step on, at month 0 of the walk, which is this month of the strategy.
    pub(super) fn of_step(mut self, step: StepId, state: State, month: f64) -> Result<Lived, Unsupported> {
        let everyone = self.everyone();
        self.view = self.view.map(|view| view.later(month));
        self.waiting[step].push((state, vec![everyone]));
        self.steps()
    }

    /// Whether outcomes are counted.
    pub(super) fn counts(&self) -> bool {
        matches!(self.purpose, Purpose::Outcomes(_))
    }

    pub(super) fn read(&self, density: Density) -> Rc<Read> {
        Read::new(density, self.counts().then_some(self.people.worths), self.grid)
    }

    fn everyone(&self) -> Thread {
        Thread { read: self.read(Density::atom(0.0)), all: 1.0, without: [1.0; THINGS] }
    }

    fn steps(mut self) -> Result<Lived, Unsupported> {
        // Steps lead to lower indices only.
        for id in (0..self.program.steps.len()).rev() {
            for (state, threads) in std::mem::take(&mut self.waiting[id]) {
                self.step(id, threads, state)?;
            }
        }
        Ok(self.lived)
    }

    fn step(&mut self, id: StepId, threads: Vec<Thread>, state: State) -> Result<(), Unsupported> {
        let program = self.program;
        let step = &program.steps[id];
        match step {
            Step::Choose { branches, rest, .. } => {
                let mut below = 0.0_f64;
                for (probability, edge) in branches {
                    let upper = below + self.bound.numbers[*probability].max(0.0);
                    self.take(edge, share(&threads, upper.min(1.0) - below.min(1.0)), state)?;
                    below = upper;
                }
                self.take(rest, share(&threads, 1.0 - below.min(1.0)), state)
            }
            Step::Sample { curve, amount: Amount::Persistence, next, .. } => {
                self.take(next, threads, State { persistence: Some(*curve), ..state })
            }
            Step::Sample { curve, amount, price, next, .. } => {
                if self.counts() {
                    let longest = self.grid.horizon * crate::quantity::DAYS_PER_MONTH;
                    let days = mean_until(&self.bound.curves[*curve], longest);
                    for thread in &threads {
                        let reading = thread.read.reading;
                        self.lived.amounts[*amount as usize] += days * thread.all * reading.alive;
                        let price = price.map_or(0.0, |number| self.bound.numbers[number]);
                        self.lived.costs[CostItem::Icu as usize] += price * days * thread.all * reading.cost;
                    }
                }
                self.take(next, threads, state)
            }
            Step::Race { .. } if is_pending(step) => self.found(id, &threads, state),
            Step::Race { clocks, .. } => {
                let worths = self.counts().then_some(self.people.worths);
                let race = self.kernels.race((self.program, self.bound), (id, &state), clocks)?;
                for thread in gather(threads, worths, self.grid) {
                    self.race(step, &race, &thread, state)?;
                }
                Ok(())
            }
        }
    }

    fn race(
        &mut self,
        step: &'a Step,
        race: &Rc<Race<'a>>,
        thread: &Thread,
        state: State,
    ) -> Result<(), Unsupported> {
        let Step::Race { state: place, clocks, flows, schedules, .. } = step else { return Ok(()) };
        if self.counts() {
            let view = self.view;
            let factor = |at: f64, months: f64| view.map_or(1.0, |view| race.factor(view, at, months));
            for schedule in schedules {
                pay(self, schedule, thread, &|months| race.alive(months), &factor, &state)?;
            }
        }
        let exits = race.exits(&thread.read.density, self.kernels, self.view);
        for (clock, leaving) in self.pass((*place, flows, clocks), thread, exits.first) {
            let (clock, edge) = &clocks[clock];
            let since_line = match clock {
                Clock::After { months, .. } => state.since_line.map(|_| self.bound.numbers[*months]),
                _ => None,
            };
            let after = State { since_line, persistence: None, ..state };
            match (&exits.second, clock, &exits.molecular) {
                (Some((step, second)), ..) if edge.next == Some(*step) => {
                    self.second(edge, (*step, second), leaving, after)?;
                }
                (_, Clock::Detection { .. }, Some((step, molecular))) => {
                    self.found.push(Found {
                        step: *step,
                        came: Rc::clone(&leaving.read),
                        remission: Rc::clone(&thread.read),
                        race: Rc::clone(race),
                        state,
                        exits: molecular.clone(),
                        last: exits.last.clone(),
                    });
                    self.take(edge, vec![leaving], after)?;
                }
                _ => self.take(edge, vec![leaving], after)?,
            }
        }
        Ok(())
    }

    /// Remission of those whose relapse was found and who have no next line: what becomes of them is known from the
    /// race in which it was found.
    fn found(&mut self, id: StepId, threads: &[Thread], state: State) -> Result<(), Unsupported> {
        let program = self.program;
        let Step::Race { state: place, clocks, flows, schedules, .. } = &program.steps[id] else {
            return Ok(());
        };
        for thread in threads {
            let same = |found: &Found<'a>| Rc::ptr_eq(&found.came, &thread.read) && found.step == id;
            let at = self.found.iter().position(same).ok_or(Unsupported::Pending)?;
            let found = self.found.swap_remove(at);
            if self.counts() {
                let from = Thread { read: Rc::clone(&found.remission), ..thread.clone() };
                let (race, view) = (&found.race, self.view);
                let factor =
                    |at: f64, months: f64| view.map_or(1.0, |view| race.factor_found(view, at, months));
                for schedule in schedules {
                    pay(self, schedule, &from, &|months| race.alive_found(months), &factor, &found.state)?;
                }
            }
            for (clock, leaving) in self.pass((*place, flows, clocks), thread, found.exits) {
                let edge = &clocks[clock].1;
                match &found.last {
                    Some((step, last)) if edge.next == Some(*step) => {
                        self.second(edge, (*step, last), leaving, state)?;
                    }
                    _ => self.take(edge, vec![leaving], state)?,
                }
            }
        }
        Ok(())
    }

    /// The race after a transplant, whose exits are known from the race before it.
    fn second(
        &mut self,
        edge: &'a Edge,
        (step, leaving): (StepId, &Leaving),
        thread: Thread,
        state: State,
    ) -> Result<(), Unsupported> {
        let program = self.program;
        let Step::Race { state: place, clocks, flows, .. } = &program.steps[step] else {
            return Err(Unsupported::Pending);
        };
        let (threads, state) = self.effects(edge, vec![thread], state)?;
        for mut thread in threads {
            thread.keep(self.ahead[step]);
            for (clock, thread) in self.pass((*place, flows, clocks), &thread, leaving.clone()) {
                self.take(&clocks[clock].1, vec![thread], state)?;
            }
        }
        Ok(())
    }

    /// Lets time pass in a race, and returns the threads out of it, by clock.
    fn pass(
        &mut self,
        (place, flows, clocks): (crate::outcome::State, &Flows, &[(Clock, Edge)]),
        thread: &Thread,
        leaving: Leaving,
    ) -> Vec<(usize, Thread)> {
        let (exits, reads): (Vec<usize>, Vec<Rc<Read>>) =
            leaving.exits.into_iter().map(|(clock, density)| (clock, self.read(density))).unzip();
        if self.counts() {
            let numbers = &self.bound.numbers;
            let stayed = stay(&thread.read, &reads, self.people.worths, self.grid);
            self.lived.months[place as usize] += thread.all * stayed.months;
            let cost: f64 = flows.costs.iter().map(|number| numbers[*number]).sum();
            self.lived.costs[CostItem::Care as usize] += cost * thread.all * stayed.paid;
            let (worths, [paid, lived_since]) = (self.people.worths, &leaving.flowed);
            self.lived.costs[CostItem::Care as usize] += thread.all * worths.cost.of(paid, self.grid);
            self.lived.qalys += thread.all * worths.faded.of(lived_since, self.grid) / 12.0;
            let stayed_by = |worth: &Worth| stay_by(worth, &thread.read, &reads, self.grid);
            let utility = flows.utility.map_or(0.0, |number| numbers[number]);
            let floor = flows.floor.map(|number| numbers[number]);
            let floored = floor.and_then(|floor| self.people.floored(utility, floor, self.grid));
            let (utility, lived) = match floored {
                Some(worth) => (1.0, stayed_by(&worth)),
                None => (floor.map_or(utility, |floor| utility.max(floor)), stayed.lived),
            };
            self.lived.qalys += utility / 12.0 * thread.all * lived;
            let background = clocks.iter().find(|(clock, _)| matches!(clock, Clock::Background { .. }));
            for effect in background.iter().flat_map(|(_, edge)| &edge.effects) {
                match effect {
                    Effect::Happened(happening, line) => {
                        self.lived.happened(*happening, *line, thread.all * stayed.alive);
                    }
                    Effect::Flag(bits) => self.flag(*bits, |_| thread.all * stayed.alive),
                    Effect::Cost(item, price) => {
                        self.lived.costs[*item as usize] += numbers[*price] * thread.all * stayed.death_cost;
                    }
                    Effect::LastMonths { months, per_month } => {
                        let worths = self.people.last_months(numbers[*months], self.grid);
                        self.lived.costs[CostItem::EndOfLife as usize] +=
                            numbers[*per_month] * thread.all * stayed_by(&worths.1);
                    }
                    // The curves know of background deaths.
                    _ => {}
                }
            }
        }
        exits.into_iter().zip(reads).map(|(clock, read)| (clock, Thread { read, ..thread.clone() })).collect()
    }

    /// Sends threads along an edge.
    fn take(&mut self, edge: &'a Edge, threads: Vec<Thread>, state: State) -> Result<(), Unsupported> {
        let (threads, state) = self.effects(edge, threads, state)?;
        let Some(next) = edge.next else { return Ok(()) };
        let place = self.waiting[next].iter().position(|(known, _)| *known == state);
        let place = place.unwrap_or_else(|| {
            self.waiting[next].push((state, Vec::new()));
            self.waiting[next].len() - 1
        });
        for mut thread in threads {
            thread.keep(self.ahead[next]);
            join(&mut self.waiting[next][place].1, thread);
        }
        Ok(())
    }
}

/// Part of each thread.
fn share(threads: &[Thread], part: f64) -> Vec<Thread> {
    if part > 0.0 { threads.iter().map(|thread| thread.times(part)).collect() } else { Vec::new() }
}
