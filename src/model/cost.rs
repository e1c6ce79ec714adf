//! Costs and utilities by state and event.

use super::{PopulationUtility, Value, Vials};
use crate::outcome::State;

/// What a cost was for; items add to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostItem {
    /// Drugs and cell products.
    Drug,
    /// Giving them.
    Administration,
    /// Care by month in a state.
    Care,
    /// Transplant.
    Transplant,
    /// Toxicity other than tocilizumab and intensive care: CRS, neurotoxicity, infection.
    Toxicity,
    /// Tocilizumab.
    Tocilizumab,
    /// Intensive care by day.
    Icu,
    /// MRD tests.
    Monitoring,
    /// End of life.
    EndOfLife,
}

impl CostItem {
    /// All items, in output order.
    pub const ALL: [Self; 9] = [
        Self::Drug,
        Self::Administration,
        Self::Care,
        Self::Transplant,
        Self::Toxicity,
        Self::Tocilizumab,
        Self::Icu,
        Self::Monitoring,
        Self::EndOfLife,
    ];

    /// Outcome name of the item.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drug => "cost_drug",
            Self::Administration => "cost_administration",
            Self::Care => "cost_care",
            Self::Transplant => "cost_transplant",
            Self::Toxicity => "cost_toxicity",
            Self::Tocilizumab => "cost_tocilizumab",
            Self::Icu => "cost_icu",
            Self::Monitoring => "cost_monitoring",
            Self::EndOfLife => "cost_end_of_life",
        }
    }
}

/// How a dose follows body size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dosing {
    /// The same for everyone, mg.
    Flat,
    /// mg per kg of body weight.
    Weight,
    /// mg per m2 of body surface (Mosteller 1987, doi:10.1056/NEJM198710223171717).
    Surface,
}

/// A drug given in cycles, paid by vial opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Drug {
    /// Name in tables.
    pub name: String,
    /// How the dose follows body size.
    pub dosing: Dosing,
    /// Dose in mg, mg/kg or mg/m2.
    pub dose: Value,
    /// Largest single dose, mg; infinite where there is none.
    pub cap: Value,
    /// Size of a vial, mg.
    pub vial: Value,
    /// Price of a vial.
    pub price: Value,
    /// Doses in a cycle.
    pub doses: Value,
    /// First and last cycle (from 1) in which it is given.
    pub cycles: (u32, u32),
}

/// A dose of tocilizumab by body weight, in mg/kg with a step: the light get more per kg.
#[derive(Debug, Clone, PartialEq)]
pub struct TocilizumabDose {
    /// mg/kg from [`Self::light_kg`] on.
    pub mg_per_kg: Value,
    /// mg/kg below it.
    pub light_mg_per_kg: Value,
    /// Weight of the step, kg.
    pub light_kg: Value,
    /// Largest dose, mg.
    pub cap_mg: Value,
    /// Vials that it is taken from: central sizes, not sampled.
    pub vials: Vials,
}

/// A cost per month or a utility from some months after a state was entered on, until the next piece.
#[derive(Debug, Clone, PartialEq)]
pub struct TimePiece {
    /// Months since the state was entered.
    pub from_months: Value,
    /// Cost per month, or utility.
    pub amount: Value,
}

impl TimePiece {
    /// When an amount changes that is `first` at entry, and what it is before and after, by months and amounts of pieces.
    /// Pieces that overtake each other in a draw begin together.
    pub fn changes(
        first: f64,
        pieces: impl Iterator<Item = [f64; 2]>,
    ) -> impl Iterator<Item = (f64, [f64; 2])> {
        let (mut from, mut amount) = (0.0_f64, first);
        pieces.map(move |[own_from, own_amount]| {
            let before = amount;
            (from, amount) = (from.max(own_from), own_amount);
            (from, [before, amount])
        })
    }
}

/// A cost per month of the last months before death, from month 0 on at the earliest.
#[derive(Debug, Clone, PartialEq)]
pub struct LastMonths {
    /// How many.
    pub months: Value,
    /// Cost per month.
    pub per_month: Value,
}

/// Costs that hold for every regimen: by state and by event. `None` costs nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Costs {
    /// Per month in each state, in the order of [`State::ALL`].
    pub state: [Option<Value>; State::COUNT],
    /// Beside them per month by time since the state was entered, each piece after the one before.
    pub since_entry: [Vec<TimePiece>; State::COUNT],
    /// CRS of grade 1 to 2, once.
    pub crs_grade12: Option<Value>,
    /// CRS of grade 3 or more, once.
    pub crs_grade3: Option<Value>,
    /// One day in intensive care.
    pub icu_day: Option<Value>,
    /// One mg of tocilizumab; how many a dose has is a [`TocilizumabDose`].
    pub tocilizumab_mg: Option<Value>,
    /// Neurotoxicity of grade 3 or more, once.
    pub neurotoxicity_grade3: Option<Value>,
    /// Infection of grade 3 or more, once.
    pub infection: Option<Value>,
    /// Transplant, once.
    pub transplant: Option<Value>,
    /// One MRD test.
    pub mrd_test: Option<Value>,
    /// Death, once.
    pub death: Option<Value>,
    /// The last months of life; those of all entries add up.
    pub last_months: Vec<LastMonths>,
}

/// Utilities by state and QALYs lost once by event. `None` means 0 for a state and no loss for an event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Utilities {
    /// Utility in each state, in the order of [`State::ALL`].
    pub state: [Option<Value>; State::COUNT],
    /// In place of them, and of those of regimens, by time since the state was entered.
    pub since_entry: [Vec<TimePiece>; State::COUNT],
    /// With what they fall from the age at the start on; `None`: they stay.
    pub population: Option<PopulationUtility>,
    /// Below which no state falls at any age.
    pub floor: Option<Value>,
    /// QALYs lost by CRS of grade 1 to 2.
    pub crs_grade12: Option<Value>,
    /// QALYs lost by CRS of grade 3 or more.
    pub crs_grade3: Option<Value>,
    /// QALYs lost by neurotoxicity of grade 3 or more.
    pub neurotoxicity_grade3: Option<Value>,
    /// QALYs lost by an infection of grade 3 or more.
    pub infection: Option<Value>,
    /// QALYs lost by a transplant.
    pub transplant: Option<Value>,
}

impl Utilities {
    /// QALYs lost by events, with their names in files.
    #[must_use]
    pub const fn losses(&self) -> [(&'static str, &Option<Value>); 5] {
        [
            ("crs_grade12", &self.crs_grade12),
            ("crs_grade3", &self.crs_grade3),
            ("neurotoxicity_grade3", &self.neurotoxicity_grade3),
            ("infection", &self.infection),
            ("transplant", &self.transplant),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_overtake_each_other_begin_together() {
        let pieces = [[12.0, 0.8], [6.0, 0.5], [24.0, 0.9]];
        let found: Vec<(f64, [f64; 2])> = TimePiece::changes(0.4, pieces.into_iter()).collect();
        assert_eq!(found, [(12.0, [0.4, 0.8]), (12.0, [0.8, 0.5]), (24.0, [0.5, 0.9])]);
    }
}
