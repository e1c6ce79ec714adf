//! Doses of tocilizumab: from the shelf, or what is done when they are not there.

use super::{Dose, Rank, Run, Standing, Task};
use crate::demand::combination::{ANY, Counts, combination, held_mg};
use crate::demand::measure::{Measure, Resource};
use crate::demand::plan::{Short, StoreNumbers};
use crate::demand::traffic::Care;

impl Run<'_> {
    pub(super) fn store_of(&self, centre: usize) -> Option<usize> {
        match self.world.stores.len() {
            0 => None,
            1 => Some(0),
            _ => Some(centre),
        }
    }

    /// A dose is needed.
    pub(super) fn need(&mut self, dose: Dose, now: f64) {
        self.ledger.add(usize::from(dose.centre), Measure::NeededDoses, 1.0, now);
        let numbers = self.plan.store.as_ref().zip(self.store_of(usize::from(dose.centre)));
        let Some((numbers, store)) = numbers else {
            self.give(&dose, now);
            return;
        };
        // Nobody passes those who wait and live.
        self.drop_dead(store, now);
        let is_first = self.world.waiting[store].is_empty();
        if is_first && self.take(&dose, store, numbers, now) {
            self.give(&dose, now);
            return;
        }
        self.short(&dose, store, numbers, now);
    }

    /// Takes a dose from a store, if it is there.
    pub(super) fn take(&mut self, dose: &Dose, store: usize, numbers: &StoreNumbers, now: f64) -> bool {
        self.held(store, now);
        let taken = self.world.stores[store].take(dose.mg, self.sizes, numbers.sharing, now);
        let Some(counts) = taken else { return false };
        self.opened(dose, &counts, numbers, now);
        for (size, count) in counts.into_iter().enumerate().take(self.sizes.len()) {
            self.ledger.change(store, Resource::VialsHeld(size), -i64::from(count));
        }
        self.order(store, now);
        true
    }

    /// Vials are opened for a dose.
    pub(super) fn opened(&mut self, dose: &Dose, counts: &Counts, numbers: &StoreNumbers, now: f64) {
        let centre = usize::from(dose.centre);
        self.ledger.add(centre, Measure::OpenedMg, held_mg(self.sizes, counts), now);
        for (size, count) in counts.iter().enumerate().take(self.sizes.len()) {
            self.ledger.count(centre, Resource::VialsUsed(size), *count, now);
            self.ledger.add(centre, Measure::VialsUsed, f64::from(*count), now);
            self.ledger.add(centre, Measure::VialCost, f64::from(*count) * numbers.vial_prices[size], now);
        }
    }

    pub(super) fn short(&mut self, dose: &Dose, store: usize, numbers: &StoreNumbers, now: f64) {
        let centre = usize::from(dose.centre);
        self.ledger.short(centre, now);
        let before =
            dose.whose.map(|(visit, ..)| std::mem::replace(&mut self.world.affected[visit as usize], true));
        if before != Some(true) {
            self.ledger.add(centre, Measure::ShortPatients, 1.0, now);
        }
        if let Some(days) = numbers.transfer {
            let stores = self.world.stores.len();
            for ahead in 1..stores {
                // Nobody passes those who wait there.
                let other = (store + ahead) % stores;
                if self.world.waiting[other].is_empty() && self.take(dose, other, numbers, now) {
                    self.ledger.add(centre, Measure::TransferredDoses, 1.0, now);
                    self.come_late(dose, now + days);
                    return;
                }
            }
        }
        match numbers.short {
            Short::Emergency(days) => {
                let counts = combination(dose.mg, self.sizes, &ANY).unwrap_or_default();
                self.opened(dose, &counts, numbers, now);
                self.ledger.add(centre, Measure::EmergencyDoses, 1.0, now);
                self.ledger.add(centre, Measure::OrderCost, numbers.emergency_price, now);
                self.come_late(dose, now + days);
            }
            Short::Wait => {
                self.world.stores[store].owe(dose.mg, self.sizes, true);
                self.world.waiting[store].push_back(*dose);
                self.order(store, now);
            }
            Short::Lost => {
                self.ledger.add(centre, Measure::LostDoses, 1.0, now);
                self.need_next(dose, now);
            }
        }
    }

    pub(super) fn come_late(&mut self, dose: &Dose, time: f64) {
        let index = self.world.late.len() as u32;
        self.world.late.push(*dose);
        self.world.agenda.add(time, Rank::Delivery, Task::Late(index));
    }

    /// Gives a dose; the next is needed some time after.
    pub(super) fn give(&mut self, dose: &Dose, now: f64) {
        if let Some((visit, ..)) = dose.whose
            && self.death(visit) <= now
        {
            return;
        }
        let centre = usize::from(dose.centre);
        self.ledger.add(centre, Measure::Doses, 1.0, now);
        if dose.whose.is_none() {
            self.ledger.add(centre, Measure::OtherDoses, 1.0, now);
        }
        self.ledger.add(centre, Measure::DosesMg, dose.mg, now);
        self.ledger.add(centre, Measure::LateDays, now - dose.needed, now);
        self.ledger.count(centre, Resource::Doses, 1, now);
        if let Some((visit, episode, number)) = dose.whose
            && let (Some(trace), Standing::Infused(at)) =
                (&mut self.world.trace, self.world.standing[visit as usize])
        {
            let onset = at + self.traffic.care[episode as usize].crs.0;
            trace.doses.push((visit, onset, now, number, dose.mg));
        }
        self.need_next(dose, now);
    }

    /// The next dose of a patient is needed some time after this one was given, or should have been.
    pub(super) fn need_next(&mut self, dose: &Dose, now: f64) {
        let Some((visit, episode, number)) = dose.whose else { return };
        let care: &Care = &self.traffic.care[episode as usize];
        if number + 1 < care.doses {
            let next = now + care.between[usize::from(number)];
            if next < self.death(visit) {
                self.world.agenda.add(next, Rank::Other, Task::Dose(visit, episode, number + 1));
            }
        }
    }
}
