//! What a race and, in remission, the race after its transplant make of those who enter.

use super::Unsupported;
use super::contender::{Contender, Date};
use super::convolve::convolve;
use super::density::Density;
use super::grid::Grid;
use super::race::{alive, exits};
use super::remission::{After, after_transplant};
use crate::program::{BoundCell, CellProgram, Clock, Edge, Origin, Pending, Step};

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

/// The race after a transplant in remission.
struct Second<'a> {
    /// Place of the transplant among the clocks of the first race.
    transplant: usize,
    /// Step of the race.
    step: usize,
    /// Its clocks: relapse, death as before, death of the transplant.
    clocks: [Option<usize>; 3],
    curves: After<'a>,
    /// Hazard ratio on relapse where cells that still persist are lost, and their curve.
    lost: Option<(f64, &'a crate::distribution::Curve)>,
}

/// A race as its contenders.
pub(super) struct Race<'a> {
    /// Contenders by clock; background death is none.
    contenders: Vec<Contender<'a>>,
    /// Clock of each contender.
    clocks: Vec<usize>,
    second: Option<Second<'a>>,
    since_line: f64,
    /// What becomes of those who enter at month 0, once it is asked for.
    from_start: Option<Ends>,
}

/// What becomes of those who enter a race.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// By contender.
    first: Vec<Density>,
    /// After a transplant.
    second: [Density; 3],
}

/// Where those go who leave a race.
pub(super) struct Exits {
    /// Clock and density.
    pub(super) first: Vec<(usize, Density)>,
    /// The race after a transplant: its step, its clock and density.
    pub(super) second: Option<(usize, Vec<(usize, Density)>)>,
}

impl<'a> Race<'a> {
    /// Reads the clocks of a race.
    pub(super) fn new(
        program: &'a CellProgram,
        bound: &'a BoundCell,
        clocks: &'a [(Clock, Edge)],
        state: &State,
    ) -> Result<Self, Unsupported> {
        let (numbers, curves) = (&bound.numbers, &bound.curves);
        let since_line = state.since_line.unwrap_or(0.0);
        let mut race =
            Self { contenders: Vec::new(), clocks: Vec::new(), second: None, since_line, from_start: None };
        for (place, (clock, edge)) in clocks.iter().enumerate() {
            let contender = match clock {
                Clock::Background => continue,
                Clock::Curve { curve, .. } => Contender::Curve(&curves[*curve]),
                Clock::After { origin: Origin::Line, months } => {
                    Contender::At((numbers[*months] - known(state.since_line)?).max(0.0))
                }
                Clock::After { origin: Origin::Remission, .. } => return Err(Unsupported::Origin),
                Clock::Within { months, .. } => {
                    if known(state.since_line)? != 0.0 {
                        return Err(Unsupported::Origin);
                    }
                    Contender::Uniform(numbers[*months])
                }
                Clock::Transplant { planned, curve, gap, after_persistence, .. } => {
                    let persistence = state.persistence.filter(|_| *after_persistence);
                    let after = match persistence {
                        Some(index) => Some((&curves[index], known(state.since_line)?)),
                        None => None,
                    };
                    let (planned, gap) = (numbers[*planned], numbers[*gap]);
                    Contender::Planned(Date { planned, months: &curves[*curve], gap, after })
                }
                Clock::Detection { .. } => return Err(Unsupported::Detection),
                Clock::Pending { .. } => return Err(Unsupported::Pending),
            };
            if let Some(step) = edge.next.filter(|next| is_pending(&program.steps[*next])) {
                let waits = matches!(clock, Clock::Transplant { after_persistence: true, .. });
                race.second = Some(second(program, bound, (race.contenders.len(), step), state, waits)?);
            }
            race.contenders.push(contender);
            race.clocks.push(place);
        }
        Ok(race)
    }

    /// Probability of being in the first race still, so many months after entry, background death aside.
    pub(super) fn alive(&self, months: f64) -> f64 {
        alive(&self.contenders, months)
    }

    /// Where those go who enter by a density.
    pub(super) fn exits(&mut self, entry: &Density, grid: &Grid) -> Exits {
        let mut ends = Ends { first: vec![Density::default(); self.contenders.len()], ..Ends::default() };
        for (months, mass) in &entry.atoms {
            let own = self.ends(*months, grid);
            ends.first.iter_mut().zip(&own.first).for_each(|(sum, own)| sum.add(own, *mass));
            ends.second.iter_mut().zip(&own.second).for_each(|(sum, own)| sum.add(own, *mass));
        }
        if !entry.mass.is_empty() {
            let own = self.from_start.take().unwrap_or_else(|| self.ends(0.0, grid));
            for (sum, own) in ends.first.iter_mut().zip(&own.first) {
                sum.add(&convolve(entry, own, grid), 1.0);
            }
            for (sum, own) in ends.second.iter_mut().zip(&own.second) {
                if !own.is_empty() {
                    sum.add(&convolve(entry, own, grid), 1.0);
                }
            }
            self.from_start = Some(own);
        }
        let first = self.clocks.iter().copied().zip(ends.first).collect();
        let second = self.second.as_ref().map(|second| {
            let exits = second.clocks.iter().zip(ends.second);
            (second.step, exits.filter_map(|(clock, density)| Some(((*clock)?, density))).collect())
        });
        Exits { first, second }
    }

    fn ends(&self, entry: f64, grid: &Grid) -> Ends {
        let first = exits(&self.contenders, entry, grid);
        let mut ends = Ends { first, ..Ends::default() };
        if let Some(second) = &self.second {
            let dates = &ends.first[second.transplant];
            let usual = second.curves;
            ends.second = match second.lost {
                None => after_transplant(dates, entry, &usual, grid),
                Some((ratio, persistence)) => {
                    let kept = |months: f64| persistence.survival(months - entry + self.since_line);
                    let (with, without) = split(dates, grid, kept);
                    let lost = After { relapse: (usual.relapse.0, ratio), ..usual };
                    let mut both = after_transplant(&without, entry, &usual, grid);
                    let others = after_transplant(&with, entry, &lost, grid);
                    both.iter_mut().zip(&others).for_each(|(sum, other)| sum.add(other, 1.0));
                    both
                }
            };
        }
        ends
    }
}

fn known(since_line: Option<f64>) -> Result<f64, Unsupported> {
    since_line.ok_or(Unsupported::Origin)
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

/// Whether a step is a race of pending events.
fn is_pending(step: &Step) -> bool {
    matches!(step, Step::Race { clocks, .. } if clocks.iter().any(|(clock, _)| matches!(clock, Clock::Pending { .. })))
}

fn second<'a>(
    program: &'a CellProgram,
    bound: &'a BoundCell,
    (transplant, step): (usize, usize),
    state: &State,
    waits: bool,
) -> Result<Second<'a>, Unsupported> {
    let Step::Race { clocks, schedules, .. } = &program.steps[step] else { return Err(Unsupported::Pending) };
    if !schedules.is_empty() {
        return Err(Unsupported::Pending);
    }
    let (mut places, mut lost) = ([None; 3], None);
    let (mut relapse, mut death, mut of_transplant) = (None, None, None);
    for (place, (clock, _)) in clocks.iter().enumerate() {
        match clock {
            Clock::Background => {}
            Clock::Pending { pending: Pending::Relapse, ratio, curve } => {
                let (usual, with_cells) = ratio.unzip();
                let usual = usual.map_or(1.0, |number| bound.numbers[number]);
                let with_cells = with_cells.flatten().map_or(usual, |number| bound.numbers[number]);
                // Where the transplant waits for the cells to go, none are left to lose.
                if let Some(index) = state.persistence.filter(|_| with_cells != usual && !waits) {
                    lost = Some((with_cells, &bound.curves[index]));
                }
                relapse = Some((&bound.curves[*curve], usual));
                places[0] = Some(place);
            }
            Clock::Pending { pending: Pending::NonRelapseDeath, curve, .. } => {
                death = Some(&bound.curves[*curve]);
                places[1] = Some(place);
            }
            Clock::Curve { curve, .. } => {
                of_transplant = Some(&bound.curves[*curve]);
                places[2] = Some(place);
            }
            _ => return Err(Unsupported::Pending),
        }
    }
    let relapse = relapse.ok_or(Unsupported::Pending)?;
    let curves = After { relapse, death, transplant: of_transplant };
    Ok(Second { transplant, step, clocks: places, curves, lost })
}
