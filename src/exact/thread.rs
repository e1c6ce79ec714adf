//! Patients at a step: when they come, and how many of them have not had what counts the first time only.

use super::density::Density;
use super::grid::Grid;
use super::worth::{Worth, Worths};
use crate::outcome::{Mark, flag};
use crate::program::{CellProgram, Edge, Effect};
use std::rc::Rc;

/// What counts the first time only: the flags, then the marks that curves need.
pub(super) const THINGS: usize = flag::COUNT + 4;
/// First infusion.
pub(super) const INFUSION: usize = flag::COUNT;
/// First remission.
pub(super) const REMISSION: usize = flag::COUNT + 1;
/// First relapse.
pub(super) const RELAPSE: usize = flag::COUNT + 2;
/// First event of EFS.
pub(super) const EFS: usize = flag::COUNT + 3;

/// The place of a mark among the things; death comes once.
pub(super) fn thing_of(mark: Mark) -> Option<usize> {
    match mark {
        Mark::Infusion => Some(INFUSION),
        Mark::Remission => Some(REMISSION),
        Mark::Relapse => Some(RELAPSE),
        Mark::EfsEvent | Mark::EfsAfterInfusion => Some(EFS),
        Mark::Death => None,
    }
}

/// What a density is worth, and of a stay in a state what flowed in it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reading {
    /// Alive then; of a stay, background deaths.
    pub(super) alive: f64,
    /// Discounted as costs.
    pub(super) cost: f64,
    /// Discounted as effects.
    pub(super) effect: f64,
    /// Months until then.
    pub(super) months: f64,
    /// Value of a flow as costs until then.
    pub(super) paid: f64,
    /// Value of a flow as effects until then.
    pub(super) lived: f64,
    /// Discounted value of background deaths until then.
    pub(super) death_cost: f64,
}

/// A density with what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    /// The density.
    pub(super) density: Density,
    /// What it is worth.
    pub(super) reading: Reading,
}

impl Read {
    /// Reads a density; without functions of time nothing is read.
    pub(super) fn new(density: Density, worths: Option<&Worths>, grid: &Grid) -> Rc<Self> {
        let reading = worths.map_or_else(Reading::default, |worths| Reading {
            alive: worths.alive.of(&density, grid),
            cost: worths.cost.of(&density, grid),
            effect: worths.effect.of(&density, grid),
            months: worths.months.of(&density, grid),
            paid: worths.paid.of(&density, grid),
            lived: worths.lived.of(&density, grid),
            death_cost: worths.death_cost.of(&density, grid),
        });
        Rc::new(Self { density, reading })
    }
}

/// What flows while patients come by one density and leave by others; `alive` and `death_cost` are those of
/// background deaths meanwhile.
pub(super) fn stay(entry: &Read, exits: &[Rc<Read>], worths: &Worths, grid: &Grid) -> Reading {
    let left = entry.density.total() - exits.iter().map(|exit| exit.density.total()).sum::<f64>();
    let end = grid.horizon;
    let sum = |get: fn(&Reading) -> f64| exits.iter().map(|exit| get(&exit.reading)).sum::<f64>();
    let come = &entry.reading;
    Reading {
        alive: come.alive - sum(|exit| exit.alive) - left * worths.alive.at(grid, end),
        cost: 0.0,
        effect: 0.0,
        months: sum(|exit| exit.months) + left * worths.months.at(grid, end) - come.months,
        paid: sum(|exit| exit.paid) + left * worths.paid.at(grid, end) - come.paid,
        lived: sum(|exit| exit.lived) + left * worths.lived.at(grid, end) - come.lived,
        death_cost: sum(|exit| exit.death_cost) + left * worths.death_cost.at(grid, end) - come.death_cost,
    }
}

/// The same of one function of time, whose values say what flowed until then.
pub(super) fn stay_by(worth: &Worth, entry: &Read, exits: &[Rc<Read>], grid: &Grid) -> f64 {
    let left = entry.density.total() - exits.iter().map(|exit| exit.density.total()).sum::<f64>();
    let gone: f64 = exits.iter().map(|exit| worth.of(&exit.density, grid)).sum();
    gone + left * worth.at(grid, grid.horizon) - worth.of(&entry.density, grid)
}

/// Patients who come by one density: how many, and how many of them for the first time, thing by thing.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    /// When they come, as shares of an arbitrary whole.
    pub(super) read: Rc<Read>,
    /// Factor of the density.
    pub(super) all: f64,
    /// Factor of those whom the thing has not befallen.
    pub(super) without: [f64; THINGS],
}

impl Thread {
    /// The share `part` of the thread.
    pub(super) fn times(&self, part: f64) -> Self {
        let mut out = self.clone();
        out.all *= part;
        out.without.iter_mut().for_each(|factor| *factor *= part);
        out
    }

    /// Forgets things that cannot happen again.
    pub(super) fn keep(&mut self, ahead: u32) {
        for (thing, factor) in self.without.iter_mut().enumerate() {
            if ahead >> thing & 1 == 0 {
                *factor = 0.0;
            }
        }
    }

    /// Whether another thread's factors are these times one number.
    fn in_proportion(&self, other: &Self) -> bool {
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * self.all * other.all;
        self.without.iter().zip(&other.without).all(|(a, b)| close(a * other.all, b * self.all))
    }
}

/// Adds a thread to those at a step; one with the same density is joined.
pub(super) fn join(threads: &mut Vec<Thread>, thread: Thread) {
    match threads.iter_mut().find(|known| Rc::ptr_eq(&known.read, &thread.read)) {
        Some(known) => {
            known.all += thread.all;
            known.without.iter_mut().zip(&thread.without).for_each(|(sum, factor)| *sum += factor);
        }
        None => threads.push(thread),
    }
}

/// Adds up the densities of threads that differ by no more than a factor.
pub(super) fn gather(threads: Vec<Thread>, worths: Option<&Worths>, grid: &Grid) -> Vec<Thread> {
    let mut groups: Vec<Vec<Thread>> = Vec::new();
    for thread in threads {
        match groups.iter_mut().find(|group| group[0].in_proportion(&thread)) {
            Some(group) => group.push(thread),
            None => groups.push(vec![thread]),
        }
    }
    let one = |group: Vec<Thread>| {
        let [only] = &group[..] else {
            let mut density = Density::default();
            for thread in &group {
                density.add(&thread.read.density, thread.all);
            }
            let first = group[0].times(1.0 / group[0].all);
            return Thread { read: Read::new(density, worths, grid), ..first };
        };
        only.clone()
    };
    groups.into_iter().map(one).collect()
}

/// Things that can happen at or after each step.
pub(super) fn ahead(program: &CellProgram, wanted: u32) -> Vec<u32> {
    let mut ahead: Vec<u32> = Vec::with_capacity(program.steps.len());
    for step in &program.steps {
        let things = |edge: &Edge| {
            let own = edge.effects.iter().fold(0, |things, effect| match effect {
                Effect::Flag(bits) => things | bits,
                Effect::Mark(mark) | Effect::MarkLineStart(mark) => {
                    things | thing_of(*mark).map_or(0, |thing| 1 << thing)
                }
                _ => things,
            });
            own | edge.next.map_or(0, |next| ahead[next])
        };
        let here = step.edges().fold(0, |all, edge| all | things(edge));
        ahead.push(here & wanted);
    }
    ahead
}
