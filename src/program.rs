//! A model unrolled into steps in topological order: what both engines walk.
//!
//! One [`CellProgram`] for each strategy and population cell, so that every number in it is a constant of the draw.
//! The step that a patient stands at holds the past: lines given, antigen lost, remission or disease, transplant.

mod anchor;
mod bind;
mod compile;
mod course;
mod draw;
mod line;
mod miss;
mod remission;

pub use bind::{BoundCell, planned_share};
pub use compile::{TooManySteps, compile};
pub use draw::Draw;
pub use miss::{Miss, Missed, Misses};

use crate::model::{CostItem, CurveSpec, Dosing, Value};
use crate::outcome::{Active, Amount, Happening, Mark, State};
use crate::stream::Event;
use std::collections::BTreeSet;

/// Most steps of one strategy in one cell.
pub const STEP_LIMIT: usize = 4096;

/// Index of a step in its program. Steps are made from the end, so a step leads only to lower indices.
pub type StepId = usize;

/// Times saved for each patient, from which clocks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Start of the line (infusion for a cell therapy).
    Line,
    /// Start of the remission of the line.
    Remission,
}

/// What a branch does to a patient who takes it, at the time of the branch.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Told to the sinks, with the line from 1.
    Happened(Happening, u8),
    /// Sets bits of [`crate::outcome::flag`].
    Flag(u32),
    /// The first time counts.
    Mark(Mark),
    /// Marks the start of the line instead of now.
    MarkLineStart(Mark),
    /// Saves now as an origin.
    Save(Origin),
    /// A cost, discounted at now: item and number.
    Cost(CostItem, usize),
    /// QALYs lost, discounted at now.
    LoseQalys(usize),
    /// Doses of tocilizumab, told to the sinks with the line from 1, and what they cost.
    Tocilizumab(u8, u8, Option<TocilizumabNumbers>),
    /// No more cycles than this.
    LimitCycles(f64),
}

/// Numbers that the cost of a dose of tocilizumab follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TocilizumabNumbers {
    /// Price of one mg.
    pub price: usize,
    /// mg/kg from a weight on.
    pub mg_per_kg: usize,
    /// mg/kg below it.
    pub light_mg_per_kg: usize,
    /// That weight, kg.
    pub light_kg: usize,
    /// Largest dose, mg.
    pub cap_mg: usize,
}

/// Where a branch leads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Edge {
    /// Done in this order.
    pub effects: Vec<Effect>,
    /// Next step; `None` ends the history.
    pub next: Option<StepId>,
}

/// What decides the time of one contender in a race.
#[derive(Debug, Clone, PartialEq)]
pub enum Clock {
    /// A curve from the entry to the race; `save` keeps it for a later race.
    Curve {
        /// Index of the curve.
        curve: usize,
        /// Its luck.
        event: Event,
        /// Kept as this pending event.
        save: Option<Pending>,
    },
    /// A pending event of an earlier race, still running from its own origin.
    Pending {
        /// Which.
        pending: Pending,
        /// Hazard ratio from now on, as a number; the ratio where CAR-T cells were lost early, as another.
        ratio: Option<(usize, Option<usize>)>,
        /// Curve that it runs on.
        curve: usize,
    },
    /// A number of months after an origin.
    After {
        /// From here.
        origin: Origin,
        /// Months.
        months: usize,
    },
    /// Uniform within a number of months after the start of the line.
    Within {
        /// Months.
        months: usize,
        /// Its luck.
        event: Event,
    },
    /// Background death.
    Background,
    /// A planned transplant, from the start of remission.
    Transplant {
        /// Share for whom it is planned.
        planned: usize,
        /// Months from remission.
        curve: usize,
        /// Months that must have passed since remission.
        gap: usize,
        /// Not before CAR-T cells are gone.
        after_persistence: bool,
        /// Whether the date is kept for a later race.
        save: bool,
    },
    /// The first MRD test, counted from remission, that finds the pending relapse.
    Detection {
        /// Months between tests.
        every: usize,
        /// Months before relapse from which it can be found.
        lead: usize,
        /// Probability that a test finds it.
        sensitivity: usize,
    },
}

/// An event whose time is kept for a later race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Relapse.
    Relapse,
    /// Non-relapse death.
    NonRelapseDeath,
    /// A planned transplant.
    Transplant,
}

/// A drug paid every cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleCost {
    /// What the cost is for.
    pub item: CostItem,
    /// How it follows body size.
    pub dosing: Dosing,
    /// Cost a cycle where flat; else dose in mg/kg or mg/m2.
    pub amount: usize,
    /// Largest dose, vial size, price of a vial, doses a cycle: numbers, where not flat.
    pub vials: Option<[usize; 4]>,
    /// First cycle (from 0) and the one after the last.
    pub cycles: (f64, f64),
}

/// Things paid at regular times while a race lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// From here.
    pub origin: Origin,
    /// Months between them.
    pub every: usize,
    /// Whether the first falls at the origin or one interval later.
    pub at_origin: bool,
    /// Whether the patient's own limit of cycles holds.
    pub limited: bool,
    /// What is paid each time.
    pub costs: Vec<CycleCost>,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// One uniform chooses a branch: the first whose cumulated probability exceeds it, else the last edge.
    Choose {
        /// Its luck.
        event: Event,
        /// Lines given before.
        occurrence: u8,
        /// Probabilities (numbers) and edges.
        branches: Vec<(usize, Edge)>,
        /// Where the rest goes.
        rest: Edge,
    },
    /// Time passes until the first contender, or the horizon.
    Race {
        /// Where the patient is meanwhile.
        state: State,
        /// Line from 1.
        line: u8,
        /// Lines given before.
        occurrence: u8,
        /// Contenders; the first of equal times wins.
        clocks: Vec<(Clock, Edge)>,
        /// Cost per month (numbers that add), and utility.
        flows: Flows,
        /// Cycles and tests.
        schedules: Vec<Schedule>,
    },
    /// Samples an amount, adds it (and its cost) to the patient.
    Sample {
        /// Its luck.
        event: Event,
        /// Line from 1.
        line: u8,
        /// Lines given before.
        occurrence: u8,
        /// Curve in days, or in months for persistence.
        curve: usize,
        /// What it is.
        amount: Amount,
        /// Cost of one.
        price: Option<usize>,
        /// Next step.
        next: Edge,
    },
}

/// What flows while a race lasts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flows {
    /// Costs per month.
    pub costs: Vec<usize>,
    /// Utility.
    pub utility: Option<usize>,
}

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
    /// A specification for these levels; the anchored scale is that of the regimen.
    Spec {
        /// The curve.
        spec: Box<CurveSpec>,
        /// Attribute levels.
        levels: Vec<u8>,
        /// Regimen and whether the survival anchor (else the relapse anchor) scales it.
        anchor: (usize, bool),
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

impl Step {
    /// The edges out of the step.
    fn edges(&self) -> Vec<&Edge> {
        match self {
            Self::Choose { branches, rest, .. } => {
                branches.iter().map(|(_, edge)| edge).chain(std::iter::once(rest)).collect()
            }
            Self::Race { clocks, .. } => clocks.iter().map(|(_, edge)| edge).collect(),
            Self::Sample { next, .. } => vec![next],
        }
    }
}

impl CellProgram {
    /// Every edge of the program.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        std::iter::once(&self.start).chain(self.steps.iter().flat_map(Step::edges))
    }
}

impl Program {
    /// Arrays of an outcome that some step of any strategy can write.
    #[must_use]
    pub fn active(&self) -> Active {
        active(self.cells.iter().flatten())
    }

    /// What can happen under one strategy.
    #[must_use]
    pub fn possible(&self, strategy: usize) -> Possible {
        let cells = &self.cells[strategy];
        let mut possible = Possible { active: active(cells), ..Possible::default() };
        for effect in cells.iter().flat_map(CellProgram::edges).flat_map(|edge| &edge.effects) {
            match effect {
                Effect::Flag(bits) => possible.flags |= bits,
                Effect::Happened(happening, line) => {
                    possible.happenings.insert((*line, *happening));
                }
                _ => {}
            }
        }
        possible
    }

    /// Flags that some edge can set.
    #[must_use]
    pub fn flags(&self) -> u32 {
        let edges = self.cells.iter().flatten().flat_map(CellProgram::edges);
        edges.flat_map(|edge| &edge.effects).fold(0, |flags, effect| match effect {
            Effect::Flag(bits) => flags | bits,
            _ => flags,
        })
    }
}

/// Arrays of an outcome that some step can write.
fn active<'a>(cells: impl IntoIterator<Item = &'a CellProgram>) -> Active {
    let mut active = Active::default();
    for cell in cells {
        for step in &cell.steps {
            match step {
                Step::Choose { .. } => {}
                Step::Race { state, flows, schedules, .. } => {
                    active.states[*state as usize] = true;
                    active.costs[CostItem::Care as usize] |= !flows.costs.is_empty();
                    active.qalys |= flows.utility.is_some();
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
        for effect in cell.edges().flat_map(|edge| &edge.effects) {
            match effect {
                Effect::Cost(item, _) => active.costs[*item as usize] = true,
                Effect::LoseQalys(_) => active.qalys = true,
                Effect::Tocilizumab(_, _, paid) => {
                    active.amounts[Amount::TocilizumabDoses as usize] = true;
                    active.costs[CostItem::Tocilizumab as usize] |= paid.is_some();
                }
                _ => {}
            }
        }
    }
    active
}

/// The program of a model: strategies, then cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// `cells[strategy][cell]`.
    pub cells: Vec<Vec<CellProgram>>,
    /// Attribute levels of each cell.
    pub levels: Vec<Vec<u8>>,
    /// Whether any dose or cost depends on body weight (or surface).
    pub needs_weight: bool,
    /// Whether any dose depends on body surface.
    pub needs_surface: bool,
}
