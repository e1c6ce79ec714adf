//! A race and, in remission, the races after a transplant and after a test that found a relapse, as what becomes of
//! those who enter.

use super::Unsupported;
use super::contender::{Contender, Date};
use super::density::Density;
use super::ends::Known;
use super::flow::Since;
use super::grid::Grid;
use super::hazard::View;
use super::kernels::Kernels;
use super::pending::{Second, known, molecular_clocks, pending, second};
use super::race::alive;
use super::tests::Tests;
use crate::program::{BoundCell, CellProgram, Clock, Edge, Origin, Pending, StepId};
use std::rc::Rc;

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
pub(super) struct Monitored<'a> {
    pub(super) tests: Rc<Tests<'a>>,
    pub(super) molecular: Option<Molecular>,
}

/// The race of those whose relapse a test found.
#[derive(Debug)]
pub(super) struct Molecular {
    /// Its step.
    step: StepId,
    /// Its clocks: relapse, death as before, transplant, background death.
    clocks: [Option<usize>; 4],
    /// What multiplies the hazard of background death.
    pub(super) ratio: f64,
    /// What flows by time since they were found.
    pub(super) since: Since,
}

/// A race as its contenders.
#[derive(Debug)]
pub(super) struct Race<'a> {
    /// Contenders by clock; background death is none.
    pub(super) contenders: Vec<Contender<'a>>,
    /// Clock of each contender.
    clocks: Vec<usize>,
    /// Clock of background death, and what multiplies its hazard.
    background: Option<usize>,
    pub(super) ratio: f64,
    /// Places among the contenders of non-relapse death and of the transplant.
    pub(super) death: Option<usize>,
    pub(super) transplant: Option<usize>,
    pub(super) second: Option<Second<'a>>,
    pub(super) monitored: Option<Monitored<'a>>,
    pub(super) since_line: f64,
    /// What flows by time since entry.
    pub(super) since: Since,
    /// What becomes of those who enter, by time of entry, once it is asked for; with the life table as it is.
    pub(super) known: Known,
}

/// Those who leave a race.
#[derive(Debug, Clone, Default)]
pub(super) struct Leaving {
    /// Clock and density.
    pub(super) exits: Vec<(usize, Density)>,
    /// What flowed of them in it by time since entry: costs, and what is added to the utility of the state.
    pub(super) flowed: [Density; 2],
}

/// Those who leave the race at a step.
pub(super) type Next = Option<(StepId, Leaving)>;

/// Where those go who leave a race.
#[derive(Debug)]
pub(super) struct Exits {
    /// Out of the race itself.
    pub(super) first: Leaving,
    /// Out of the race after a transplant.
    pub(super) second: Next,
    /// Out of the race of those whose relapse was found.
    pub(super) molecular: Next,
    /// Out of the race after a transplant after that.
    pub(super) last: Next,
}

impl<'a> Race<'a> {
    /// Reads the race at a step with these clocks.
    pub(super) fn new(
        (program, bound): (&'a CellProgram, &'a BoundCell),
        (step, clocks): (StepId, &'a [(Clock, Edge)]),
        (state, grid): (&State, &Grid),
    ) -> Result<Self, Unsupported> {
        let (numbers, curves) = (&bound.numbers, &bound.curves);
        let mut race = Self {
            contenders: Vec::new(),
            clocks: Vec::new(),
            background: None,
            ratio: 1.0,
            death: None,
            transplant: None,
            second: None,
            monitored: None,
            since_line: state.since_line.unwrap_or(0.0),
            since: Since::of(program, bound, step),
            known: Known::default(),
        };
        for (place, (clock, edge)) in clocks.iter().enumerate() {
            let contender = match clock {
                Clock::Background { ratio } => {
                    race.background = Some(place);
                    race.ratio = bound.mortality_ratio(*ratio);
                    continue;
                }
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
                        race.second =
                            Some(second((program, bound), step, (state, *after_persistence), grid)?);
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
                    let molecular = molecular.map(|step| {
                        let (clocks, ratio) = molecular_clocks(program, bound, step)?;
                        Ok(Molecular { step, clocks, ratio, since: Since::of(program, bound, step) })
                    });
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

    /// Share still in the first race by a ratio, among those without, so many months after entry at a month.
    pub(super) fn factor(&self, view: View<'_>, entry: f64, months: f64) -> f64 {
        view.power(self.ratio - 1.0, entry, entry + months)
    }

    /// The same in the race of those whose relapse was found.
    pub(super) fn factor_found(&self, view: View<'_>, entry: f64, months: f64) -> f64 {
        let Some(monitored) = &self.monitored else { return 1.0 };
        let ratio = monitored.molecular.as_ref().map_or(1.0, |molecular| molecular.ratio);
        let later = view.power(ratio - 1.0, entry, entry + months);
        let (tests, count) = (&monitored.tests, monitored.tests.until(months));
        let all = if ratio == self.ratio { 0.0 } else { tests.detected(count, months) };
        if all <= 0.0 {
            return later;
        }
        let worth = |test: f64| view.power(self.ratio - ratio, entry, entry + test);
        later * tests.weighed(count, months, worth) / all
    }

    /// Non-relapse death and transplant.
    pub(super) fn others(&self) -> Vec<Contender<'a>> {
        [self.death, self.transplant].into_iter().flatten().map(|at| self.contenders[at].clone()).collect()
    }

    /// Where those go who enter by a density; `view` where some ratio multiplies the hazard of background death.
    pub(super) fn exits(&self, entry: &Density, kernels: &Kernels<'a>, view: Option<View<'_>>) -> Exits {
        let ends = match view {
            Some(view) => self.ends_under(entry, kernels, view),
            None => self.ends_of(entry, kernels),
        };
        let by_clock = |clocks: &[Option<usize>; 4],
                        [relapse, death, third, added, paid, lived]: [Density; 6]| {
            let densities = [relapse, death, third, added];
            let some = clocks.iter().zip(densities).filter(|(_, density)| !density.is_empty());
            let exits = some.filter_map(|(clock, density)| Some(((*clock)?, density))).collect();
            Leaving { exits, flowed: [paid, lived] }
        };
        let second = self.second.as_ref().map(|second| (second.step, by_clock(&second.clocks, ends.second)));
        let last = self.second.as_ref().map(|second| (second.step, by_clock(&second.clocks, ends.last)));
        let molecular = self.monitored.as_ref().and_then(|monitored| monitored.molecular.as_ref());
        let molecular =
            molecular.map(|molecular| (molecular.step, by_clock(&molecular.clocks, ends.molecular)));
        let mut first: Vec<(usize, Density)> = self.clocks.iter().copied().zip(ends.first).collect();
        first.extend(self.background.filter(|_| !ends.added.is_empty()).map(|clock| (clock, ends.added)));
        Exits { first: Leaving { exits: first, flowed: ends.flowed }, second, molecular, last }
    }
}
