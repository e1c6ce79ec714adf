//! A model unrolled into steps in topological order: what both engines walk.
//!
//! One [`CellProgram`] for each strategy and population cell, so that every number in it is a constant of the draw.
//! The step that a patient stands at holds the past: lines given, antigen lost, remission or disease, transplant.

mod bind;
mod compile;
mod draw;
mod line;
mod miss;
mod remission;
mod step;
mod toxicity;

pub use bind::{BoundCell, planned_share, waiting_hazard};
pub use compile::{TooManySteps, compile};
pub use draw::Draw;
pub use miss::{Miss, Missed, Misses};
pub use step::{
    Clock, CycleCost, Edge, Effect, Flows, Origin, Pending, Schedule, Step, StepId, TocilizumabNumbers,
};

use crate::model::{CostItem, CurveSpec, Value};
use crate::outcome::{Active, Amount, Happening};
use std::collections::BTreeSet;

/// Most steps of one strategy in one cell.
pub const STEP_LIMIT: usize = 4096;

/// What can happen under a strategy: what cannot is not told apart, or is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Possible {
    /// Bits of [`crate::outcome::flag`].
    pub flags: u32,
    /// Arrays of an outcome.
    pub active: Active,
    /// Happenings, by line from 1.
    pub happenings: BTreeSet<(u8, Happening)>,
}

/// Where a number of the draw comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum NumberSource {
    /// A value for these attribute levels.
    Value(Value, Vec<u8>),
    /// Share for whom a transplant is planned, so that the observed share comes out with relapse and death competing.
    Planned(Planned),
}

/// Numbers and curves that a planned share is found from.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The regimen whose remission it is.
    pub regimen: usize,
    /// Observed share: number.
    pub share: usize,
    /// Months from remission: curve.
    pub months: usize,
    /// Least months: number.
    pub gap: usize,
    /// Competing curves from remission.
    pub competing: Vec<usize>,
    /// Persistence curve and the months from infusion to remission, where the transplant waits for it.
    pub persistence: Option<(usize, Option<usize>)>,
}

/// Where a curve of the draw comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum CurveSource {
    /// A specification for these levels.
    Spec {
        /// The curve.
        spec: Box<CurveSpec>,
        /// Attribute levels.
        levels: Vec<u8>,
    },
    /// One of two competing constant hazards that give these shares within these months.
    Waiting {
        /// Months: number.
        months: usize,
        /// Share of this one: number.
        own: usize,
        /// Share of the other: number.
        other: usize,
    },
}

/// The program of one strategy in one cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellProgram {
    /// Steps; each leads to lower indices only.
    pub steps: Vec<Step>,
    /// What happens at month 0.
    pub start: Edge,
    /// Numbers of a draw, in the order in which they are found.
    pub numbers: Vec<NumberSource>,
    /// Curves of a draw.
    pub curves: Vec<CurveSource>,
}

impl CellProgram {
    /// Every edge of the program.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        std::iter::once(&self.start).chain(self.steps.iter().flat_map(Step::edges))
    }

    /// Whether the hazard of the life table is multiplied in some race.
    #[must_use]
    pub fn changes_mortality(&self) -> bool {
        self.steps.iter().any(|step| step.mortality_ratio().is_some())
    }
}

impl Program {
    /// Arrays of an outcome that some step of any strategy can write.
    #[must_use]
    pub fn active(&self) -> Active {
        self.possible.iter().fold(Active::default(), |all, possible| all.or(&possible.active))
    }

    /// What can happen under one strategy.
    #[must_use]
    pub fn possible(&self, strategy: usize) -> &Possible {
        &self.possible[strategy]
    }

    /// Flags that some edge can set.
    #[must_use]
    pub fn flags(&self) -> u32 {
        self.possible.iter().fold(0, |flags, possible| flags | possible.flags)
    }
}

impl Possible {
    /// What can happen in the cells of a strategy with so many lines.
    fn of(cells: &[CellProgram], lines: usize) -> Self {
        let mut possible = Self::default();
        let mut happenings = vec![[false; Happening::COUNT]; lines];
        let active = &mut possible.active;
        for step in cells.iter().flat_map(|cell| &cell.steps) {
            match step {
                Step::Choose { .. } => {}
                Step::Race { state, flows, schedules, .. } => {
                    active.states[*state as usize] = true;
                    active.costs[CostItem::Care as usize] |=
                        !(flows.costs.is_empty() && flows.cost_since.is_empty());
                    active.qalys |= flows.utility.is_some() || !flows.utility_since.is_empty();
                    let costs = schedules.iter().flat_map(|schedule| &schedule.costs);
                    costs.for_each(|cost| active.costs[cost.item as usize] = true);
                }
                Step::Sample { amount, price, .. } => {
                    if let Some(known) = active.amounts.get_mut(*amount as usize) {
                        *known = true;
                    }
                    active.costs[CostItem::Icu as usize] |= price.is_some();
                }
            }
        }
        for effect in cells.iter().flat_map(CellProgram::edges).flat_map(|edge| &edge.effects) {
            match effect {
                Effect::Flag(bits) => possible.flags |= bits,
                Effect::Happened(happening, line) => {
                    happenings[usize::from(*line) - 1][*happening as usize] = true;
                }
                Effect::Mark(mark) | Effect::MarkLineStart(mark) => active.marks[*mark as usize] = true,
                Effect::Cost(item, _) => active.costs[*item as usize] = true,
                Effect::LastMonths { .. } => active.costs[CostItem::EndOfLife as usize] = true,
                Effect::LoseQalys(_) => active.qalys = true,
                Effect::Tocilizumab(_, _, paid) => {
                    active.amounts[Amount::TocilizumabDoses as usize] = true;
                    active.costs[CostItem::Tocilizumab as usize] |= paid.is_some();
                }
                Effect::Save(_) | Effect::LimitCycles(_) => {}
            }
        }
        for (line, happened) in (1..).zip(happenings) {
            let happened = Happening::ALL.into_iter().filter(|happening| happened[*happening as usize]);
            possible.happenings.extend(happened.map(|happening| (line, happening)));
        }
        possible
    }
}

/// The program of a model: strategies, then cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// `cells[strategy][cell]`.
    pub cells: Vec<Vec<CellProgram>>,
    /// Attribute levels of each cell.
    pub levels: Vec<Vec<u8>>,
    /// What can happen, by strategy.
    possible: Vec<Possible>,
    /// Whether any dose or cost depends on body weight (or surface).
    pub needs_weight: bool,
    /// Whether any dose depends on body surface.
    pub needs_surface: bool,
}
