//! What a batch of patients lived through under one strategy: marks in time, flags and sums, and who listens to it.

mod happening;
mod state;

pub use happening::Happening;
pub use state::State;

/// Number of cost items; `model::CostItem` names them.
pub const COST_ITEMS: usize = 9;

/// Times that curves are read off, in months from the start of the strategy; infinite where it did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Mark {
    /// First infusion of a cell product: first day of the first given line with an access step.
    Infusion,
    /// Start of the first complete remission (month 0 where patients start in remission).
    Remission,
    /// First relapse.
    Relapse,
    /// First of induction failure in the first given line, relapse, death.
    EfsEvent,
    /// The same, from the first infusion on.
    EfsAfterInfusion,
    /// Death.
    Death,
}

impl Mark {
    /// Number of marks.
    pub const COUNT: usize = 6;
}

/// Amounts summed for each patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Amount {
    /// Doses of tocilizumab.
    TocilizumabDoses,
    /// Days in intensive care.
    IcuDays,
    /// Days of CRS.
    CrsDays,
    /// Days from infusion to CRS.
    CrsOnsetDays,
    /// Months that CAR-T cells persist; used by the kernel, not an outcome.
    Persistence,
}

impl Amount {
    /// Number of amounts that are outcomes.
    pub const COUNT: usize = 4;
    /// Outcome names.
    pub const NAMES: [&str; Self::COUNT] = ["tocilizumab_doses", "icu_days", "crs_days", "crs_onset_days"];
}

/// What may be asked of a patient with yes or no: one bit each.
pub mod flag {
    /// Complete remission in any line.
    pub const CR: u32 = 1;
    /// MRD-negative in any line.
    pub const MRD_NEGATIVE: u32 = 1 << 1;
    /// Relapse in any line.
    pub const RELAPSE: u32 = 1 << 2;
    /// Relapse without the antigen.
    pub const RELAPSE_ANTIGEN_NEGATIVE: u32 = 1 << 3;
    /// Transplant.
    pub const TRANSPLANT: u32 = 1 << 4;
    /// CRS of any grade.
    pub const CRS_ANY: u32 = 1 << 5;
    /// CRS of grade 3 or more.
    pub const CRS_GRADE3: u32 = 1 << 6;
    /// Tocilizumab given.
    pub const TOCILIZUMAB: u32 = 1 << 7;
    /// Intensive care.
    pub const ICU: u32 = 1 << 8;
    /// Neurotoxicity of grade 3 or more.
    pub const NEUROTOXICITY_GRADE3: u32 = 1 << 9;
    /// Infection of grade 3 or more.
    pub const INFECTION: u32 = 1 << 10;
    /// Another adverse event of grade 3 or more.
    pub const OTHER_GRADE3: u32 = 1 << 11;
    /// A cell product infused: a line with an access step given.
    pub const INFUSED: u32 = 1 << 12;
    /// Molecular relapse found.
    pub const MOLECULAR_RELAPSE: u32 = 1 << 13;
    /// Death from treatment: early, non-relapse, transplant.
    pub const DEATH_TREATMENT: u32 = 1 << 14;
    /// Death after failure or relapse, or of leukaemia while waiting.
    pub const DEATH_RELAPSE: u32 = 1 << 15;
    /// Background death.
    pub const DEATH_BACKGROUND: u32 = 1 << 16;
    /// Complete remission in the first line.
    pub const CR_FIRST_LINE: u32 = 1 << 17;
    /// Partial response in any line.
    pub const PR: u32 = 1 << 18;
    /// Flags that are undefined, not 0, under a strategy whose regimens do not tell them apart.
    pub const TOLD_APART: u32 = MRD_NEGATIVE
        | RELAPSE_ANTIGEN_NEGATIVE
        | CRS_ANY
        | CRS_GRADE3
        | TOCILIZUMAB
        | ICU
        | NEUROTOXICITY_GRADE3
        | INFECTION
        | OTHER_GRADE3
        | INFUSED
        | MOLECULAR_RELAPSE
        | PR;
    /// Number of flags.
    pub const COUNT: usize = 19;
    /// Outcome names, in the order of the bits.
    pub const NAMES: [&str; COUNT] = [
        "cr",
        "mrd_negative",
        "relapse",
        "relapse_antigen_negative",
        "transplant",
        "crs_any",
        "crs_grade3",
        "tocilizumab_patients",
        "icu_patients",
        "neurotoxicity_grade3",
        "infection",
        "other_grade3",
        "infused",
        "molecular_relapse",
        "death_treatment",
        "death_relapse",
        "death_background",
        "cr_first_line",
        "pr",
    ];
}

/// Which arrays of an [`Outcome`] a program can write; the others stay 0, marks infinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Active {
    /// By [`State`].
    pub states: [bool; State::COUNT],
    /// By cost item.
    pub costs: [bool; COST_ITEMS],
    /// By [`Amount`].
    pub amounts: [bool; Amount::COUNT],
    /// QALYs.
    pub qalys: bool,
    /// By [`Mark`].
    pub marks: [bool; Mark::COUNT],
}

impl Active {
    /// What either can write.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        let any = |all: &mut [bool], others: &[bool]| all.iter_mut().zip(others).for_each(|(a, b)| *a |= b);
        any(&mut self.states, &other.states);
        any(&mut self.costs, &other.costs);
        any(&mut self.amounts, &other.amounts);
        any(&mut self.marks, &other.marks);
        self.qalys |= other.qalys;
        self
    }
}

/// A batch of patients under one strategy, structure of arrays: every vector has one entry a patient.
///
/// Sums are discounted as the scenario says; months are not.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Bits of [`flag`].
    pub flags: Vec<u32>,
    /// Times by [`Mark`], months; infinite where it did not happen before the horizon.
    pub marks: [Vec<f64>; Mark::COUNT],
    /// Months in each state.
    pub state_months: [Vec<f64>; State::COUNT],
    /// QALYs, discounted.
    pub qalys: Vec<f64>,
    /// Costs by item, discounted.
    pub costs: [Vec<f64>; COST_ITEMS],
    /// Sums by [`Amount`].
    pub amounts: [Vec<f64>; Amount::COUNT],
}

impl Outcome {
    /// Makes room for `patients` who have lived through nothing yet, in a program that writes the `active` arrays.
    pub fn reset(&mut self, patients: usize, active: &Active) {
        refill(&mut self.flags, patients, 0, true);
        for (mark, written) in self.marks.iter_mut().zip(&active.marks) {
            refill(mark, patients, f64::INFINITY, *written);
        }
        refill_each(&mut self.state_months, patients, &active.states);
        refill_each(&mut self.costs, patients, &active.costs);
        refill_each(&mut self.amounts, patients, &active.amounts);
        refill(&mut self.qalys, patients, 0.0, active.qalys);
    }

    /// Number of patients.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether the batch has no patients.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

fn refill<T: Copy>(values: &mut Vec<T>, length: usize, value: T, written: bool) {
    if written {
        values.clear();
    }
    values.resize(length, value);
}

fn refill_each(arrays: &mut [Vec<f64>], length: usize, written: &[bool]) {
    for (array, written) in arrays.iter_mut().zip(written) {
        refill(array, length, 0.0, *written);
    }
}

/// Listens to what happens to the patients of a batch, step by step.
///
/// `patients` are places in the batch; times are months from the start of the strategy.
pub trait Sink {
    /// `happening` befell these patients in line `line` (from 1); `now` has one time for each patient of the batch.
    fn happened(&mut self, happening: Happening, line: u8, patients: &[u32], now: &[f64]);

    /// These patients were in `state` in line `line` from one time to another; one time for each of `patients`.
    fn stayed(&mut self, state: State, line: u8, patients: &[u32], from: &[f64], to: &[f64]);

    /// These patients had an amount of something in line `line`: one value for each of `patients`. Days count from
    /// infusion, the start of the line.
    fn measured(&mut self, _amount: Amount, _line: u8, _patients: &[u32], _values: &[f64]) {}
}

/// A sink that hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Sink for Silent {
    fn happened(&mut self, _: Happening, _: u8, _: &[u32], _: &[f64]) {}
    fn stayed(&mut self, _: State, _: u8, _: &[u32], _: &[f64], _: &[f64]) {}
}
