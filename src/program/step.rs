//! Steps: what decides where a patient goes next, when, and what happens on the way.

use crate::model::{CostItem, Dosing, TimePiece, Vials};
use crate::outcome::{Amount, Happening, Mark, State};
use crate::stream::Event;

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
    /// A cost per month of the last so many months until now, at the earliest from month 0: numbers.
    LastMonths {
        /// How many.
        months: usize,
        /// Cost per month.
        per_month: usize,
    },
    /// QALYs lost, discounted at now.
    LoseQalys(usize),
    /// Doses of tocilizumab, told to the sinks with the line from 1, and what they cost.
    Tocilizumab(u8, u8, Option<TocilizumabNumbers>),
    /// No more cycles than this.
    LimitCycles(f64),
}

/// Numbers that the cost of a dose of tocilizumab follows from.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// What is opened for it.
    pub vials: Vials,
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
    Background {
        /// What the hazard of the life table is multiplied by meanwhile, as a number; none: 1.
        ratio: Option<usize>,
    },
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
    /// Costs per month by time since entry: lists of pieces, each of months since entry and cost per month from then.
    pub cost_since: Vec<Vec<[usize; 2]>>,
    /// Utility.
    pub utility: Option<usize>,
    /// Utility by time since entry: pieces of months since entry and utility from then.
    pub utility_since: Vec<[usize; 2]>,
    /// Utility below which it does not fall at any age.
    pub floor: Option<usize>,
}

impl Flows {
    /// Months since entry, and by how much the cost per month changes then.
    pub fn cost_changes<'a>(&'a self, numbers: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        let pieces = self.cost_since.iter();
        let changes = pieces.flat_map(move |pieces| TimePiece::changes(0.0, valued(pieces, numbers)));
        changes.map(|(from, [before, after])| (from, after - before))
    }

    /// Months since entry, and the utilities before and after.
    pub fn utility_changes<'a>(&'a self, numbers: &'a [f64]) -> impl Iterator<Item = (f64, [f64; 2])> + 'a {
        let first = self.utility.map_or(0.0, |number| numbers[number]);
        TimePiece::changes(first, valued(&self.utility_since, numbers))
    }
}

/// Pieces with their numbers.
fn valued<'a>(pieces: &'a [[usize; 2]], numbers: &'a [f64]) -> impl Iterator<Item = [f64; 2]> + 'a {
    pieces.iter().map(|piece| piece.map(|number| numbers[number]))
}

impl Step {
    /// What the hazard of the life table is multiplied by in a race, as a number; none: 1.
    #[must_use]
    pub fn mortality_ratio(&self) -> Option<usize> {
        let Self::Race { clocks, .. } = self else { return None };
        clocks
            .iter()
            .find_map(|(clock, _)| if let Clock::Background { ratio } = clock { *ratio } else { None })
    }

    /// The edges out of the step.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        let (branches, clocks, last): (&[_], &[_], _) = match self {
            Self::Choose { branches, rest, .. } => (branches, &[], Some(rest)),
            Self::Race { clocks, .. } => (&[], clocks, None),
            Self::Sample { next, .. } => (&[], &[], Some(next)),
        };
        let branches = branches.iter().map(|(_, edge): &(usize, Edge)| edge);
        branches.chain(clocks.iter().map(|(_, edge): &(Clock, Edge)| edge)).chain(last)
    }
}
