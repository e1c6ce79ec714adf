//! The continuous quantities that are tallied for each patient.

use crate::model::CostItem;
use crate::outcome::{Active, Amount, Outcome, State};
use crate::program::Program;

/// Units of the integers of a sum: powers of two per unit of the quantity and of its square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Factor of values.
    pub value: f64,
    /// Factor of squares.
    pub square: f64,
}

impl Scale {
    const fn bits(value: i32, square: i32) -> Self {
        Self { value: power_of_two(value), square: power_of_two(square) }
    }
}

const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// A continuous quantity of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Years alive, not discounted.
    LifeYears,
    /// QALYs, discounted.
    Qalys,
    /// All costs, discounted.
    Costs,
    /// Costs of one item.
    CostItem(usize),
    /// Months in one state.
    StateMonths(usize),
    /// A sum such as doses.
    Amount(usize),
}

impl Measure {
    /// Name of the outcome.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LifeYears => "life_years",
            Self::Qalys => "qalys",
            Self::Costs => "costs",
            Self::CostItem(item) => CostItem::ALL[item].name(),
            Self::StateMonths(state) => State::ALL[state].months_name(),
            Self::Amount(amount) => Amount::NAMES[amount],
        }
    }

    /// Resolution of its sums: fine enough that rounding is far below Monte Carlo error, coarse enough for the fast
    /// path at usual sizes (1200 months, 100 QALYs, 30 billion of money).
    #[must_use]
    pub const fn scale(self) -> Scale {
        match self {
            Self::LifeYears | Self::StateMonths(_) => Scale::bits(38, 28),
            Self::Qalys => Scale::bits(40, 34),
            Self::Costs | Self::CostItem(_) => Scale::bits(16, 4),
            Self::Amount(_) => Scale::bits(36, 24),
        }
    }

    /// The measures that a program can make other than 0, in output order.
    #[must_use]
    pub fn of(program: &Program) -> Vec<Self> {
        let active = program.active();
        let chosen = |flags: &[bool], make: fn(usize) -> Self| -> Vec<Self> {
            flags.iter().enumerate().filter(|(_, used)| **used).map(|(index, _)| make(index)).collect()
        };
        let mut measures = vec![Self::LifeYears];
        if active.qalys {
            measures.push(Self::Qalys);
        }
        if active.costs.contains(&true) {
            measures.push(Self::Costs);
        }
        measures.extend(chosen(&active.costs, Self::CostItem));
        measures.extend(chosen(&active.states, Self::StateMonths));
        measures.extend(chosen(&active.amounts, Self::Amount));
        measures
    }

    /// The values of a batch: borrowed where they are kept, else summed into `buffer`.
    pub fn values<'a>(self, outcome: &'a Outcome, active: &Active, buffer: &'a mut Vec<f64>) -> &'a [f64] {
        match self {
            Self::Qalys => &outcome.qalys,
            Self::CostItem(item) => &outcome.costs[item],
            Self::StateMonths(state) => &outcome.state_months[state],
            Self::Amount(amount) => &outcome.amounts[amount],
            Self::LifeYears => {
                add_all(buffer, outcome.len(), &outcome.state_months, &active.states);
                buffer.iter_mut().for_each(|months| *months *= 1.0 / 12.0);
                buffer
            }
            Self::Costs => {
                add_all(buffer, outcome.len(), &outcome.costs, &active.costs);
                buffer
            }
        }
    }
}

fn add_all(buffer: &mut Vec<f64>, length: usize, parts: &[Vec<f64>], active: &[bool]) {
    buffer.clear();
    let mut parts = parts.iter().zip(active).filter(|(_, active)| **active).map(|(part, _)| part);
    match parts.next() {
        Some(first) => buffer.extend_from_slice(first),
        None => buffer.resize(length, 0.0),
    }
    for part in parts {
        for (sum, value) in buffer.iter_mut().zip(part) {
            *sum += value;
        }
    }
}
