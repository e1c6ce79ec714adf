//! Beds of the ward and of intensive care.

use super::{Dose, Rank, Run, Task};
use crate::demand::bed::Stay;
use crate::demand::measure::{Measure, Resource};

impl Run<'_> {
    pub(super) fn ward_stay(&mut self, centre: usize, now: f64, until: f64) {
        self.world.sites[centre].ward.enter();
        self.ledger.change(centre, Resource::WardBeds, 1);
        self.world.agenda.add(until.max(now), Rank::Discharge, Task::WardOut(centre as u16));
    }

    pub(super) fn ward_in(&mut self, visit: u32, episode: u32, now: f64) {
        let centre = usize::from(self.traffic.visits[visit as usize].centre);
        if !self.world.sites[centre].ward.is_free() {
            self.ledger.add(centre, Measure::WardTransferred, 1.0, now);
            return;
        }
        let (from, to) = self.traffic.care[episode as usize].crs;
        self.ward_stay(centre, now, (now + (to - from)).min(self.death(visit)));
    }

    pub(super) fn icu_in(&mut self, centre: usize, now: f64, stay: Stay) {
        let beds = &mut self.world.sites[centre].icu;
        if beds.is_free() {
            self.icu_stay(centre, now, stay);
        } else if !beds.queue(now, stay) {
            self.ledger.add(centre, Measure::IcuTransferred, 1.0, now);
        }
    }

    pub(super) fn icu_stay(&mut self, centre: usize, now: f64, stay: Stay) {
        self.world.sites[centre].icu.enter();
        self.ledger.change(centre, Resource::IcuBeds, 1);
        self.ledger.add(centre, Measure::IcuStays, 1.0, now);
        let until = (now + stay.days).min(stay.death);
        self.world.agenda.add(until, Rank::Discharge, Task::IcuOut(centre as u16));
    }

    pub(super) fn icu_out(&mut self, centre: usize, now: f64) {
        self.world.sites[centre].icu.leave();
        self.ledger.change(centre, Resource::IcuBeds, -1);
        while self.world.sites[centre].icu.is_free() {
            let Some((since, stay)) = self.world.sites[centre].icu.next() else { break };
            self.ledger.add(centre, Measure::IcuWaitDays, now.min(stay.death) - since, now);
            if stay.death > now {
                self.icu_stay(centre, now, stay);
            }
        }
    }

    pub(super) fn other(&mut self, at: usize, now: f64) {
        let other = &self.traffic.others[at];
        if other.mg > 0.0 {
            self.need(Dose { whose: None, centre: other.centre, mg: other.mg, needed: now }, now);
        }
        if let Some(days) = other.icu_days {
            self.icu_in(usize::from(other.centre), now, Stay { days, death: f64::INFINITY });
        }
    }
}
