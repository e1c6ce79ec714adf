//! From ready to infused: the queue, slots, beds and what must be on site.

use super::{Rank, Run, Standing, Task};
use crate::demand::measure::{Measure, Resource};
use crate::demand::traffic::Visit;

impl Run<'_> {
    pub(super) fn ready(&mut self, visit: u32, now: f64) {
        let own = &self.traffic.visits[visit as usize];
        let centre = usize::from(own.centre);
        self.world.standing[visit as usize] = Standing::Queued;
        self.world.sites[centre].queue.push_back(visit);
        self.ledger.add(centre, Measure::Ready, 1.0, now);
        self.world.agenda.add(now + own.lost_after, Rank::Other, Task::Lost(visit));
        self.world.sites[centre].unlimited.push_back(visit);
        if self.demand.centres[centre].slots.is_some() {
            self.seek_slot(centre, now);
        } else {
            self.want_beds(centre, u32::MAX, now);
            self.infuse_at_any_time(centre, now);
        }
    }

    /// Ward beds that so many slots would fill if there were no limit of them and no site rule.
    fn want_beds(&mut self, centre: usize, slots: u32, now: f64) {
        let mut left = slots;
        while left > 0
            && let Some(visit) = self.world.sites[centre].unlimited.pop_front()
        {
            if self.world.standing[visit as usize] == Standing::Lost {
                continue;
            }
            left -= 1;
            let own = &self.traffic.visits[visit as usize];
            if self.plan.ward.is_some() && own.inpatient {
                self.want(centre, Resource::WardWanted, now, now + own.ward_days.min(own.death));
            }
        }
    }

    pub(super) fn lost(&mut self, visit: u32, now: f64) {
        if self.world.standing[visit as usize] != Standing::Queued {
            return;
        }
        self.world.standing[visit as usize] = Standing::Lost;
        let centre = usize::from(self.traffic.visits[visit as usize].centre);
        self.ledger.add(centre, Measure::LostPostponed, 1.0, now);
        self.infuse_at_any_time(centre, now);
    }

    /// The next noon, now or later, on a weekday with slots.
    pub(super) fn next_slot(&self, centre: usize, from: f64) -> f64 {
        let Some(slots) = self.demand.centres[centre].slots else { return from };
        let day = (from - 0.5).ceil().max(0.0);
        let weekday =
            |ahead: u32| (u64::from(self.demand.first_weekday) + day as u64 + u64::from(ahead)) as usize % 7;
        let ahead = (0..7).find(|ahead| slots[weekday(*ahead)] > 0);
        ahead.map_or(f64::INFINITY, |ahead| day + f64::from(ahead) + 0.5)
    }

    pub(super) fn seek_slot(&mut self, centre: usize, from: f64) {
        if !self.world.sites[centre].slot_due && !self.world.sites[centre].queue.is_empty() {
            let time = self.next_slot(centre, from);
            self.world.agenda.add(time, Rank::Other, Task::Slot(centre as u16));
            self.world.sites[centre].slot_due = true;
        }
    }

    pub(super) fn slot(&mut self, centre: usize, now: f64) {
        self.world.sites[centre].slot_due = false;
        let day = u64::from(self.demand.first_weekday) + now as u64;
        let slots = self.demand.centres[centre].slots.map_or(0, |slots| slots[day as usize % 7]);
        self.want_beds(centre, slots, now);
        for _ in 0..slots {
            if !self.infuse_next(centre, now) {
                break;
            }
        }
        // Half a day later, so that it is another day's.
        self.seek_slot(centre, now + 0.5);
    }

    /// Infuses as many as can be, where there are no slots.
    pub(super) fn infuse_at_any_time(&mut self, centre: usize, now: f64) {
        if self.demand.centres[centre].slots.is_none() {
            while self.infuse_next(centre, now) {}
        }
    }

    /// Infuses the first of the queue, if that can be; whether it was.
    pub(super) fn infuse_next(&mut self, centre: usize, now: f64) -> bool {
        let site = &mut self.world.sites[centre];
        while let Some(visit) = site.queue.front() {
            if self.world.standing[*visit as usize] == Standing::Queued {
                break;
            }
            site.queue.pop_front();
        }
        let Some(visit) = site.queue.front().copied() else { return false };
        let own = &self.traffic.visits[visit as usize];
        let needs_bed = self.plan.ward.is_some() && own.inpatient;
        if needs_bed && !site.ward.is_free() {
            return false;
        }
        if !self.is_allowed(centre, own, now) {
            return false;
        }
        self.world.sites[centre].queue.pop_front();
        self.infuse(visit, centre, now);
        true
    }

    /// Whether the site rule lets a patient be infused; orders what it lacks.
    pub(super) fn is_allowed(&mut self, centre: usize, visit: &Visit, now: f64) -> bool {
        let Some((store, (doses, days))) = self.rule(centre) else { return true };
        let at_risk = &mut self.world.at_risk[store];
        while at_risk.front().is_some_and(|(until, _)| *until <= now) {
            at_risk.pop_front();
        }
        let own = &mut self.world.stores[store];
        let each = |mg: f64| std::iter::repeat_n(mg, doses as usize);
        let of_those_at_risk = at_risk.iter().flat_map(|(_, mg)| each(*mg));
        if !own.holds(of_those_at_risk.clone().chain(each(visit.mg)), self.sizes) {
            // For all who queue: one order for each of them in turn would let each wait for a delivery of its own.
            let queue = self.world.sites[centre].queue.iter().map(|visit| *visit as usize);
            let queued = queue.filter(|visit| self.world.standing[*visit] == Standing::Queued);
            let of_those_who_queue = queued.flat_map(|visit| each(self.traffic.visits[visit].mg));
            let needed = of_those_at_risk.chain(of_those_who_queue);
            if let Some(order) = own.order_lacking(needed, self.sizes) {
                self.send_order(store, order, now);
            }
            return false;
        }
        at_risk.push_back((now + days, visit.mg));
        self.world.agenda.add(now + days, Rank::Other, Task::Allowed(centre as u16));
        true
    }

    pub(super) fn rule(&self, centre: usize) -> Option<(usize, (u32, f64))> {
        let rule = self.plan.store.as_ref()?.rule?;
        Some((self.store_of(centre)?, rule))
    }

    pub(super) fn infuse(&mut self, visit: u32, centre: usize, now: f64) {
        let own = &self.traffic.visits[visit as usize];
        self.world.standing[visit as usize] = Standing::Infused(now);
        let offered = self.next_slot(centre, own.ready);
        self.ledger.add(centre, Measure::Infusions, 1.0, now);
        self.ledger.count(centre, Resource::Infusions, 1, now);
        if now > offered {
            self.ledger.add(centre, Measure::Postponed, 1.0, now);
            self.ledger.add(centre, Measure::PostponedDays, now - offered, now);
        }
        let death = now + own.death;
        if self.plan.ward.is_some() && own.inpatient {
            self.ward_stay(centre, now, (now + own.ward_days).min(death));
        }
        for episode in own.care.clone() {
            let care = &self.traffic.care[episode as usize];
            let mut add = |after: f64, task| {
                if now + after < death {
                    self.world.agenda.add(now + after, Rank::Other, task);
                }
            };
            if care.doses > 0 {
                add(care.first_dose, Task::Dose(visit, episode, 0));
            }
            if let Some((admission, _)) = care.icu {
                add(admission, Task::IcuIn(visit, episode));
            }
            if self.plan.ward.is_some() && !own.inpatient && care.first_line {
                add(care.crs.0, Task::WardIn(visit, episode));
            }
        }
    }

    /// When a visit dies; infinite before the infusion.
    pub(super) fn death(&self, visit: u32) -> f64 {
        match self.world.standing[visit as usize] {
            Standing::Infused(at) => at + self.traffic.visits[visit as usize].death,
            _ => f64::INFINITY,
        }
    }
}
