//! Background death where the hazard of the life table is multiplied in some states.
//!
//! A patient has one budget of hazard, drawn at the start. Here it is kept as the cumulative hazard of the life table,
//! from birth, at which they die if the ratio is 1 from now on; a stay under another ratio moves it.

use super::Context;
use crate::model::{LifeTable, Sex};
use crate::outcome::Sink;

/// The life table of the patients of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mortality<'a> {
    pub(super) table: &'a LifeTable,
    pub(super) sex: Sex,
}

impl Mortality<'_> {
    /// Cumulative hazard so many months after the start, at which they were `age` years old.
    fn spent(&self, age: f64, months: f64) -> f64 {
        self.table.cumulative_hazard(self.sex, age + months / 12.0)
    }

    /// Months from the start at which it is reached.
    fn reached(&self, age: f64, hazard: f64) -> f64 {
        (self.table.age_at(self.sex, hazard) - age) * 12.0
    }
}

impl<S: Sink> Context<'_, S> {
    /// Fills `candidate` with the months of background death under a ratio.
    pub(super) fn background(&mut self, patients: &[u32], ratio: Option<usize>) {
        let lives = &mut *self.lives;
        let times = &mut lives.scratch.candidate[..patients.len()];
        let Some(mortality) = self.mortality else {
            for (time, patient) in times.iter_mut().zip(patients) {
                *time = self.people.background[*patient as usize];
            }
            return;
        };
        let ratio = ratio.map_or(1.0, |number| self.numbers[number].max(0.0));
        for ((time, from), patient) in times.iter_mut().zip(&lives.scratch.from).zip(patients) {
            let at = *patient as usize;
            *time = if ratio == 1.0 {
                lives.background[at]
            } else if ratio > 0.0 {
                let age = self.people.ages[at];
                let spent = mortality.spent(age, *from);
                let left = lives.background_hazard[at] - spent;
                mortality.reached(age, spent + left / ratio).max(*from)
            } else {
                f64::INFINITY
            };
        }
    }

    /// Spends what a race under a ratio took of the budgets.
    pub(super) fn spend(&mut self, patients: &[u32], ratio: usize) {
        let ratio = self.numbers[ratio].max(0.0);
        let Some(mortality) = self.mortality.filter(|_| ratio != 1.0) else { return };
        let lives = &mut *self.lives;
        let stays = lives.scratch.from.iter().zip(&lives.scratch.best);
        for ((from, to), patient) in stays.zip(patients) {
            let at = *patient as usize;
            let age = self.people.ages[at];
            let passed = mortality.spent(age, *to) - mortality.spent(age, *from);
            let hazard = lives.background_hazard[at] + (1.0 - ratio) * passed;
            lives.background_hazard[at] = hazard;
            lives.background[at] = mortality.reached(age, hazard).max(*to);
        }
    }
}
