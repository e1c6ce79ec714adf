//! Beds of the ward and of intensive care.

use super::{Dose, Rank, Run, Task};
use crate::demand::bed::Stay;
use crate::demand::measure::{Measure, Resource};

impl Run<'_> {
    /// A bed is wanted until a time, whether there is one or not.
    pub(super) fn want(&mut self, centre: usize, resource: Resource, now: f64, until: f64) {
        self.ledger.change(centre, resource, 1);
        self.world.agenda.add(until.max(now), Rank::Discharge, Task::Unwanted(centre as u16, resource));
    }

    pub(super) fn ward_stay(&mut self, centre: usize, now: f64, until: f64) {
        self.world.sites[centre].ward.enter();
        self.ledger.change(centre, Resource::WardBeds, 1);
        self.world.agenda.add(until.max(now), Rank::Discharge, Task::WardOut(centre as u16));
    }

    pub(super) fn ward_in(&mut self, visit: u32, episode: u32, now: f64) {
        let centre = usize::from(self.traffic.visits[visit as usize].centre);
        let (from, to) = self.traffic.care[episode as usize].crs;
        let until = (now + (to - from)).min(self.death(visit));
        self.want(centre, Resource::WardWanted, now, until);
        if self.world.sites[centre].ward.is_free() {
            self.ward_stay(centre, now, until);
        } else {
            // Who waits for a bed needs it no longer than CRS lasts.
            let waits = self.world.sites[centre]
                .ward
                .queue(now, Stay { days: until - now, death: until, of_others: false });
            let measure = if waits { Measure::WardWaited } else { Measure::WardTransferred };
            self.ledger.add(centre, measure, 1.0, now);
        }
    }

    pub(super) fn ward_out(&mut self, centre: usize, now: f64) {
        self.world.sites[centre].ward.leave();
        self.ledger.change(centre, Resource::WardBeds, -1);
        // Who has CRS comes before who waits for an infusion.
        while self.world.sites[centre].ward.is_free() {
            let Some((since, Stay { death: until, .. })) = self.world.sites[centre].ward.next() else {
                break;
            };
            self.ledger.add(centre, Measure::WardWaitDays, now.min(until) - since, now);
            if until > now {
                self.ward_stay(centre, now, until);
            }
        }
        self.infuse_at_any_time(centre, now);
    }

    pub(super) fn icu_in(&mut self, centre: usize, now: f64, stay: Stay) {
        self.want(centre, Resource::IcuWanted, now, (now + stay.days).min(stay.death));
        let beds = &mut self.world.sites[centre].icu;
        if beds.is_free() {
            self.icu_stay(centre, now, stay);
        } else {
            let waits = beds.queue(now, stay);
            let measure = if waits { Measure::IcuWaited } else { Measure::IcuTransferred };
            self.ledger.add(centre, measure, 1.0, now);
        }
    }

    pub(super) fn icu_stay(&mut self, centre: usize, now: f64, stay: Stay) {
        self.world.sites[centre].icu.enter();
        self.ledger.change(centre, Resource::IcuBeds, 1);
        self.ledger.add(centre, Measure::IcuStays, 1.0, now);
        if stay.of_others {
            self.ledger.add(centre, Measure::OtherIcuStays, 1.0, now);
        }
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

    /// Days of those who still wait for a bed or a dose at the end.
    pub(super) fn still_waiting(&mut self, end: f64) {
        for store in 0..self.world.stores.len() {
            loop {
                self.drop_dead(store, end);
                let Some(dose) = self.world.waiting[store].pop_front() else { break };
                let centre = usize::from(dose.centre);
                self.ledger.add(centre, Measure::WaitingDoses, 1.0, end);
                self.ledger.add(centre, Measure::LateDays, end - dose.needed, end);
            }
        }
        for centre in 0..self.world.sites.len() {
            while let Some((since, stay)) = self.world.sites[centre].icu.next() {
                self.ledger.add(centre, Measure::IcuWaitDays, end.min(stay.death) - since, end);
            }
            while let Some((since, stay)) = self.world.sites[centre].ward.next() {
                self.ledger.add(centre, Measure::WardWaitDays, end.min(stay.death) - since, end);
            }
        }
    }

    pub(super) fn other(&mut self, at: usize, now: f64) {
        let other = &self.traffic.others[at];
        if other.mg > 0.0 {
            self.need(Dose { whose: None, centre: other.centre, mg: other.mg, needed: now }, now);
        }
        if let Some(days) = other.icu_days {
            self.icu_in(usize::from(other.centre), now, Stay { days, death: f64::INFINITY, of_others: true });
        }
    }
}
