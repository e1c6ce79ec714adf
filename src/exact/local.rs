//! A race and, in remission, the races after a transplant and after a test that found a relapse, as what becomes of
//! those who enter.

use super::Unsupported;
use super::contender::{Contender, Date};
use super::convolve::convolve;
use super::density::Density;
use super::grid::Grid;
use super::kernels::Kernels;
use super::molecular::after_detection;
use super::pending::{Second, known, molecular_clocks, pending, second};
use super::race::{alive, exits};
use super::remission::{After, after_transplant};
use super::tests::Tests;
use crate::program::{BoundCell, CellProgram, Clock, Edge, Origin, Pending, StepId};
use std::cell::RefCell;
use std::rc::Rc;

/// Places in a bin at which atoms enter a race exactly; the smaller atoms at more are spread over their bins.
const PLACES: usize = 24;
/// Share of patients below which nobody is transplanted between two tests.
const NOBODY: f64 = 1e-12;

/// What a patient at a step carries, the same for all who stand there with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    /// Months since the start of the line, where all have the same.
    pub(super) since_line: Option<f64>,
    /// No more cycles than this.
    pub(super) cycles: f64,
    /// Curve of the persistence of CAR-T cells since the start of the line.
    pub(super) persistence: Option<usize>,
}

impl State {
    /// At the start.
    pub(super) const START: Self = Self { since_line: None, cycles: f64::INFINITY, persistence: None };
}

/// Tests, and the race of those whose relapse they found.
#[derive(Debug)]
struct Monitored<'a> {
    tests: Rc<Tests<'a>>,
    /// Step of the race, and its clocks: relapse, death as before, transplant.
    molecular: Option<(StepId, [Option<usize>; 3])>,
}

/// A race as its contenders.
#[derive(Debug)]
pub(super) struct Race<'a> {
    /// Contenders by clock; background death is none.
    contenders: Vec<Contender<'a>>,
    /// Clock of each contender.
    clocks: Vec<usize>,
    /// Places among the contenders of non-relapse death and of the transplant.
    death: Option<usize>,
    transplant: Option<usize>,
    second: Option<Second<'a>>,
    monitored: Option<Monitored<'a>>,
    since_line: f64,
    /// What becomes of those who enter, by time of entry, once it is asked for.
    known: RefCell<Vec<(f64, Rc<Ends>)>>,
}

/// What becomes of those who enter a race.
#[derive(Debug, Clone, Default)]
struct Ends {
    /// By contender.
    first: Vec<Density>,
    /// After a transplant: relapse, death as before, death of the transplant.
    second: [Density; 3],
    /// After a test that found the relapse: relapse, death, transplant.
    molecular: [Density; 3],
    /// After a transplant after that.
    last: [Density; 3],
}

/// Densities by clock out of the race at a step.
pub(super) type Next = Option<(StepId, Vec<(usize, Density)>)>;

/// Where those go who leave a race.
#[derive(Debug)]
pub(super) struct Exits {
    /// Clock and density.
    pub(super) first: Vec<(usize, Density)>,
    /// Out of the race after a transplant.
    pub(super) second: Next,
    /// Out of the race of those whose relapse was found.
    pub(super) molecular: Next,
    /// Out of the race after a transplant after that.
    pub(super) last: Next,
}

impl<'a> Race<'a> {
    /// Reads the clocks of a race.
    pub(super) fn new(
        program: &'a CellProgram,
        bound: &'a BoundCell,
        clocks: &'a [(Clock, Edge)],
        (state, grid): (&State, &Grid),
    ) -> Result<Self, Unsupported> {
        let (numbers, curves) = (&bound.numbers, &bound.curves);
        let mut race = Self {
            contenders: Vec::new(),
            clocks: Vec::new(),
            death: None,
            transplant: None,
            second: None,
            monitored: None,
            since_line: state.since_line.unwrap_or(0.0),
            known: RefCell::default(),
        };
        for (place, (clock, edge)) in clocks.iter().enumerate() {
            let contender = match clock {
                Clock::Background { ratio: None } => continue,
                Clock::Background { .. } => return Err(Unsupported::Mortality),
                Clock::Curve { curve, save, .. } => {
                    if *save == Some(Pending::NonRelapseDeath) {
                        race.death = Some(race.contenders.len());
                    }
                    Contender::Curve(&curves[*curve])
                }
                Clock::After { origin: Origin::Line, months } => {
                    Contender::At((numbers[*months] - known(state.since_line)?).max(0.0))
                }
                Clock::Within { months, .. } if known(state.since_line)? == 0.0 => {
                    Contender::Uniform(numbers[*months])
                }
                Clock::After { .. } | Clock::Within { .. } => return Err(Unsupported::Origin),
                Clock::Transplant { planned, curve, gap, after_persistence, .. } => {
                    race.transplant = Some(race.contenders.len());
                    let after = match state.persistence.filter(|_| *after_persistence) {
                        Some(index) => Some((&curves[index], known(state.since_line)?)),
                        None => None,
                    };
                    if let Some(step) = pending(program, edge) {
                        race.second = Some(second(program, bound, step, (state, *after_persistence))?);
                    }
                    let (planned, gap) = (numbers[*planned], numbers[*gap]);
                    Contender::Planned(Date { planned, months: &curves[*curve], gap, after })
                }
                Clock::Detection { every, lead, sensitivity } => {
                    let numbers = [*every, *lead, *sensitivity].map(|number| numbers[number]);
                    // Relapse is the first clock of a remission.
                    let Some(Contender::Curve(relapse)) = race.contenders.first() else {
                        return Err(Unsupported::Pending);
                    };
                    let Some(tests) = Tests::new(relapse, numbers, grid.horizon) else { continue };
                    let tests = Rc::new(tests);
                    race.contenders[0] = Contender::Unfound(Rc::clone(&tests));
                    let molecular = pending(program, edge);
                    let molecular = molecular.map(|step| Ok((step, molecular_clocks(program, step)?)));
                    let molecular = molecular.transpose()?;
                    race.monitored = Some(Monitored { tests: Rc::clone(&tests), molecular });
                    Contender::Found(tests)
                }
                Clock::Pending { .. } => return Err(Unsupported::Pending),
            };
            race.contenders.push(contender);
            race.clocks.push(place);
        }
        let altered =
            race.second.as_ref().is_some_and(|second| second.relapse.1 != 1.0 || second.lost.is_some());
        if race.monitored.is_some() && altered { Err(Unsupported::Detection) } else { Ok(race) }
    }

    /// Probability of being in the first race still, so many months after entry, background death aside.
    pub(super) fn alive(&self, months: f64) -> f64 {
        alive(&self.contenders, months)
    }

    /// Probability of being in the race of those whose relapse was found.
    pub(super) fn alive_found(&self, months: f64) -> f64 {
        let found = self
            .monitored
            .as_ref()
            .map_or(0.0, |monitored| monitored.tests.detected(monitored.tests.until(months), months));
        found * alive(&self.others(), months)
    }

    /// Non-relapse death and transplant.
    fn others(&self) -> Vec<Contender<'a>> {
        [self.death, self.transplant].into_iter().flatten().map(|at| self.contenders[at].clone()).collect()
    }

    /// Where those go who enter by a density.
    pub(super) fn exits(&self, entry: &Density, kernels: &Kernels<'a>) -> Exits {
        let grid = &kernels.grid;
        let mut ends = Ends { first: vec![Density::default(); self.contenders.len()], ..Ends::default() };
        let mut entered = Density { atoms: Vec::new(), ..entry.clone() };
        let mut atoms = entry.atoms.clone();
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (months, mass) in atoms {
            let (bins, rest) = grid.split(months);
            if self.is_known(rest) || self.known.borrow().len() < PLACES {
                ends.each_with(&self.after(rest, kernels), |sum, own| sum.add_later(own, mass, bins, grid));
            } else {
                entered.spread(grid, months, mass);
            }
        }
        if !entered.mass.is_empty() {
            ends.each_with(&self.after(0.0, kernels), |sum, own| {
                if !own.is_empty() {
                    sum.add(&convolve(&entered, own, grid), 1.0);
                }
            });
        }
        let by_clock = |clocks: &[Option<usize>; 3], densities: [Density; 3]| {
            clocks.iter().zip(densities).filter_map(|(clock, density)| Some(((*clock)?, density))).collect()
        };
        let second = self.second.as_ref().map(|second| (second.step, by_clock(&second.clocks, ends.second)));
        let last = self.second.as_ref().map(|second| (second.step, by_clock(&second.clocks, ends.last)));
        let molecular = self.monitored.as_ref().and_then(|monitored| monitored.molecular.as_ref());
        let molecular = molecular.map(|(step, clocks)| (*step, by_clock(clocks, ends.molecular)));
        Exits { first: self.clocks.iter().copied().zip(ends.first).collect(), second, molecular, last }
    }

    fn is_known(&self, entry: f64) -> bool {
        self.known.borrow().iter().any(|(own, _)| *own == entry)
    }

    /// What becomes of those who enter so early in the first bin. Later entries differ from these by whole bins.
    fn after(&self, entry: f64, kernels: &Kernels<'a>) -> Rc<Ends> {
        let known =
            self.known.borrow().iter().find(|(own, _)| *own == entry).map(|(_, ends)| Rc::clone(ends));
        known.unwrap_or_else(|| {
            let ends = Rc::new(self.ends(entry, kernels));
            self.known.borrow_mut().push((entry, Rc::clone(&ends)));
            ends
        })
    }

    fn ends(&self, entry: f64, kernels: &Kernels<'a>) -> Ends {
        let first = match &self.contenders[..] {
            [Contender::Curve(curve)] => vec![kernels.curve(curve, entry).as_ref().clone()],
            contenders => exits(contenders, entry, &kernels.grid),
        };
        let mut ends = Ends { first, ..Ends::default() };
        let none = Density::default();
        let dates = self.transplant.map_or(&none, |at| &ends.first[at]);
        let Some(monitored) = &self.monitored else {
            if let Some(second) = &self.second {
                ends.second = self.after_dates(dates, second, entry, kernels);
            }
            return ends;
        };
        let tests = &monitored.tests;
        if let Some(second) = &self.second {
            ends.second = after_tests(dates, second, (entry, tests), kernels, |count, months| {
                tests.undetected(count, months)
            });
        }
        if monitored.molecular.is_some() {
            let (relapse, others) = after_detection(tests, &self.others(), entry, &kernels.grid);
            let mut others = others.into_iter();
            let death = self.death.and_then(|_| others.next()).unwrap_or_default();
            let transplant = others.next().unwrap_or_default();
            if let Some(second) = &self.second {
                ends.last = after_tests(&transplant, second, (entry, tests), kernels, |count, months| {
                    tests.detected(count, months)
                });
            }
            ends.molecular = [relapse, death, transplant];
        }
        ends
    }

    /// After transplants at `dates`, without tests.
    fn after_dates(
        &self,
        dates: &Density,
        second: &Second<'a>,
        entry: f64,
        kernels: &Kernels<'a>,
    ) -> [Density; 3] {
        let run = |dates: &Density, ratio: f64| {
            let relapse = |months: f64| ratio * second.relapse.0.cumulative_hazard(months);
            let after = After { relapse: &relapse, death: second.death, transplant: second.of_transplant };
            after_transplant(dates, entry, &after, kernels)
        };
        let Some((ratio, persistence)) = second.lost else { return run(dates, second.relapse.1) };
        let kept = |months: f64| persistence.survival(months - entry + self.since_line);
        let (with, without) = split(dates, &kernels.grid, kept);
        let mut both = run(&without, second.relapse.1);
        both.iter_mut().zip(&run(&with, ratio)).for_each(|(sum, other)| sum.add(other, 1.0));
        both
    }
}

impl Ends {
    /// Adds to each density from the same one of others.
    fn each_with(&mut self, other: &Self, mut add: impl FnMut(&mut Density, &Density)) {
        self.first.iter_mut().zip(&other.first).for_each(|(sum, own)| add(sum, own));
        for (sums, own) in [
            (&mut self.second, &other.second),
            (&mut self.molecular, &other.molecular),
            (&mut self.last, &other.last),
        ] {
            sums.iter_mut().zip(own).for_each(|(sum, own)| add(sum, own));
        }
    }
}

/// After transplants at `dates`: who is left to relapse depends on how many tests came before; `left` says how many of
/// them relapse after a time.
fn after_tests<'a>(
    dates: &Density,
    second: &Second<'a>,
    (entry, tests): (f64, &Tests<'_>),
    kernels: &Kernels<'a>,
    left: impl Fn(usize, f64) -> f64,
) -> [Density; 3] {
    let mut sum = [Density::default(), Density::default(), Density::default()];
    let grid = &kernels.grid;
    let count = |months: f64| tests.until((months - entry).max(0.0));
    let parts: Vec<usize> = dates.parts(grid).map(|(_, months)| count(months)).collect();
    let (Some(first), Some(last)) = (parts.iter().min(), parts.iter().max()) else { return sum };
    for before in *first..=*last {
        let (own, _) = split(dates, grid, |months| f64::from(u8::from(count(months) == before)));
        if own.total().abs() < NOBODY {
            continue;
        }
        let relapse = |months: f64| -crate::math::ln(left(before, months).max(1e-300));
        let after = After { relapse: &relapse, death: second.death, transplant: second.of_transplant };
        let ends = after_transplant(&own, entry, &after, kernels);
        sum.iter_mut().zip(&ends).for_each(|(sum, own)| sum.add(own, 1.0));
    }
    sum
}

/// Splits a density by a probability that depends on time.
fn split(density: &Density, grid: &Grid, probability: impl Fn(f64) -> f64) -> (Density, Density) {
    let (mut with, mut without) = (density.clone(), density.clone());
    for bin in 0..density.mass.len() {
        let share = probability((bin as f64 + density.place(bin)) * grid.width);
        with.mass[bin] *= share;
        with.moment[bin] *= share;
        without.mass[bin] *= 1.0 - share;
        without.moment[bin] *= 1.0 - share;
    }
    for (with, without) in with.atoms.iter_mut().zip(&mut without.atoms) {
        let share = probability(with.0);
        with.1 *= share;
        without.1 *= 1.0 - share;
    }
    (with, without)
}
