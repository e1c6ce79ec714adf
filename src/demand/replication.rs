//! One replication: everyone who comes, through queue, infusion, care, stock and beds, event by event.

use super::agenda::{Agenda, Rank};
use super::bed::{Beds, Stay};
use super::combination::{ANY, Counts, combination, held_mg};
use super::ledger::Ledger;
use super::measure::{Measure, Resource};
use super::plan::{Plan, Short, StoreNumbers};
use super::store::{Policy, Store};
use super::traffic::{Calendar, Care, Place, Traffic, Visit, calendar};
use crate::math::ln;
use crate::model::Demand;
use crate::stream::Stream;
use std::collections::VecDeque;

/// What can be on the agenda.
#[derive(Debug, Clone, Copy)]
enum Task {
    /// A visit is ready for the infusion.
    Ready(u32),
    /// A visit that is still not infused is lost.
    Lost(u32),
    /// A slot of a centre.
    Slot(u16),
    /// A day of risk ends: an infusion may be allowed.
    Allowed(u16),
    /// A dose is needed: of a visit, an episode, from 0.
    Dose(u32, u32, u8),
    /// A late dose comes.
    Late(u32),
    /// Intensive care is needed.
    IcuIn(u32, u32),
    /// A bed of intensive care is left.
    IcuOut(u16),
    /// An outpatient needs a bed.
    WardIn(u32, u32),
    /// A ward bed is left.
    WardOut(u16),
    /// Someone else comes.
    Other(u32),
    /// Vials of a store are looked at.
    Review(u16),
    /// An order arrives.
    Delivery(u16, u32),
    /// Vials of a store expire.
    Expiry(u16),
}

/// For whom a dose is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dose {
    /// Visit, its episode, and which dose; none for others.
    whose: Option<(u32, u32, u8)>,
    centre: u16,
    mg: f64,
    needed: f64,
}

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Standing {
    Expected,
    Queued,
    Infused(f64),
    Lost,
}

/// What happened, for checks: kept only where it is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// Doses given: visit, onset of its CRS, time, number of the dose from 0, mg.
    pub doses: Vec<(u32, f64, f64, u8, f64)>,
    /// By day from the start of the warm-up, store and size: opening; delivered, used and expired since the start of the
    /// warm-up; closing.
    pub stock: Vec<[u32; 5]>,
    /// Vials counted in the batches at the end of each of those days.
    pub counted: Vec<u32>,
}

/// One centre.
#[derive(Debug, Default)]
struct Site {
    queue: VecDeque<u32>,
    slot_due: bool,
    icu: Beds,
    ward: Beds,
}

/// The state of a replication; its room is used again by the next.
#[derive(Debug)]
pub(super) struct World {
    agenda: Agenda<Task>,
    sites: Vec<Site>,
    stores: Vec<Store>,
    /// Patients at risk by store: until when, and mg of a dose.
    at_risk: Vec<VecDeque<(f64, f64)>>,
    waiting: Vec<VecDeque<Dose>>,
    standing: Vec<Standing>,
    affected: Vec<bool>,
    late: Vec<Dose>,
    orders: Vec<Counts>,
    traced_days: usize,
    before: Vec<Counts>,
    pub(super) trace: Option<Trace>,
}

/// What a replication works with.
pub(super) struct Run<'a> {
    pub(super) demand: &'a Demand,
    pub(super) plan: &'a Plan,
    pub(super) policy: &'a Policy,
    pub(super) traffic: &'a Traffic,
    pub(super) stream: &'a Stream,
    pub(super) at: Place,
    /// Sizes of vials, mg.
    pub(super) sizes: &'a [f64],
    pub(super) world: &'a mut World,
    pub(super) ledger: &'a mut Ledger,
}

impl World {
    pub(super) fn new(demand: &Demand) -> Self {
        let pooled = demand.stock.as_ref().is_some_and(|stock| stock.pooled);
        let stores = if demand.vials.is_empty() {
            0
        } else if pooled {
            1
        } else {
            demand.centres.len()
        };
        Self {
            agenda: Agenda::default(),
            sites: demand.centres.iter().map(|_| Site::default()).collect(),
            stores: vec![Store::default(); stores],
            at_risk: vec![VecDeque::new(); stores],
            waiting: vec![VecDeque::new(); stores],
            standing: Vec::new(),
            affected: Vec::new(),
            late: Vec::new(),
            orders: Vec::new(),
            traced_days: 0,
            before: Vec::new(),
            trace: None,
        }
    }

    fn clear(&mut self, demand: &Demand, visits: usize) {
        self.agenda.clear();
        for (site, centre) in self.sites.iter_mut().zip(&demand.centres) {
            site.queue.clear();
            site.slot_due = false;
            site.icu.reset(centre.icu_beds, centre.icu_full);
            site.ward.reset(centre.ward_beds, crate::model::WhenFull::Transfer);
        }
        self.at_risk.iter_mut().for_each(VecDeque::clear);
        self.waiting.iter_mut().for_each(VecDeque::clear);
        self.standing.clear();
        self.standing.resize(visits, Standing::Expected);
        self.affected.clear();
        self.affected.resize(visits, false);
        self.late.clear();
        self.orders.clear();
        self.traced_days = 0;
    }
}

impl Run<'_> {
    /// Runs it from the start to the end.
    pub(super) fn run(&mut self) {
        self.world.clear(self.demand, self.traffic.visits.len());
        self.ledger.clear();
        self.open_stores();
        for (at, visit) in (0..).zip(&self.traffic.visits) {
            self.world.agenda.add(visit.ready, Rank::Other, Task::Ready(at));
        }
        for (at, other) in (0..).zip(&self.traffic.others) {
            self.world.agenda.add(other.at, Rank::Other, Task::Other(at));
        }
        let end = self.plan.end;
        while let Some((now, task)) = self.world.agenda.next_before(end) {
            self.ledger.advance(now);
            self.trace_days(now);
            self.step(now, task);
        }
        for store in 0..self.world.stores.len() {
            self.held(store, end);
        }
        for (centre, [referred, not_given]) in self.traffic.referred.iter().enumerate() {
            self.ledger.add(centre, Measure::Referred, f64::from(*referred), end);
            self.ledger.add(centre, Measure::NotGiven, f64::from(*not_given), end);
        }
        self.ledger.close(end, self.plan.store.as_ref().map_or(0.0, |store| store.holding_per_day));
        self.trace_days(end);
    }

    fn step(&mut self, now: f64, task: Task) {
        match task {
            Task::Ready(visit) => self.ready(visit, now),
            Task::Lost(visit) => self.lost(visit, now),
            Task::Slot(centre) => self.slot(usize::from(centre), now),
            Task::Allowed(centre) => self.infuse_at_any_time(usize::from(centre), now),
            Task::Dose(visit, episode, number) => {
                let own = &self.traffic.visits[visit as usize];
                let whose = Some((visit, episode, number));
                self.need(Dose { whose, centre: own.centre, mg: own.mg, needed: now }, now);
            }
            Task::Late(index) => {
                let dose = self.world.late[index as usize];
                self.give(&dose, now);
            }
            Task::IcuIn(visit, episode) => {
                let days = self.traffic.care[episode as usize].icu.map_or(0.0, |icu| icu.1);
                let death = self.death(visit);
                self.icu_in(
                    usize::from(self.traffic.visits[visit as usize].centre),
                    now,
                    Stay { days, death },
                );
            }
            Task::IcuOut(centre) => self.icu_out(usize::from(centre), now),
            Task::WardIn(visit, episode) => self.ward_in(visit, episode, now),
            Task::WardOut(centre) => {
                let centre = usize::from(centre);
                self.world.sites[centre].ward.leave();
                self.ledger.change(centre, Resource::WardBeds, -1);
                self.infuse_at_any_time(centre, now);
            }
            Task::Other(at) => self.other(at as usize, now),
            Task::Review(store) => self.review(usize::from(store), now),
            Task::Delivery(store, order) => self.delivery(usize::from(store), order as usize, now),
            Task::Expiry(store) => self.expiry(usize::from(store), now),
        }
    }

    // Infusions.

    fn ready(&mut self, visit: u32, now: f64) {
        let own = &self.traffic.visits[visit as usize];
        let centre = usize::from(own.centre);
        self.world.standing[visit as usize] = Standing::Queued;
        self.world.sites[centre].queue.push_back(visit);
        self.world.agenda.add(now + own.lost_after, Rank::Other, Task::Lost(visit));
        if self.demand.centres[centre].slots.is_some() {
            self.seek_slot(centre, now);
        } else {
            self.infuse_at_any_time(centre, now);
        }
    }

    fn lost(&mut self, visit: u32, now: f64) {
        if self.world.standing[visit as usize] != Standing::Queued {
            return;
        }
        self.world.standing[visit as usize] = Standing::Lost;
        let centre = usize::from(self.traffic.visits[visit as usize].centre);
        self.ledger.add(centre, Measure::LostPostponed, 1.0, now);
        self.infuse_at_any_time(centre, now);
    }

    /// The next noon, now or later, on a weekday with slots.
    fn next_slot(&self, centre: usize, from: f64) -> f64 {
        let Some(slots) = self.demand.centres[centre].slots else { return from };
        let day = (from - 0.5).ceil().max(0.0);
        let weekday =
            |ahead: u32| (u64::from(self.demand.first_weekday) + day as u64 + u64::from(ahead)) as usize % 7;
        let ahead = (0..7).find(|ahead| slots[weekday(*ahead)] > 0);
        ahead.map_or(f64::INFINITY, |ahead| day + f64::from(ahead) + 0.5)
    }

    fn seek_slot(&mut self, centre: usize, from: f64) {
        if !self.world.sites[centre].slot_due && !self.world.sites[centre].queue.is_empty() {
            let time = self.next_slot(centre, from);
            self.world.agenda.add(time, Rank::Other, Task::Slot(centre as u16));
            self.world.sites[centre].slot_due = true;
        }
    }

    fn slot(&mut self, centre: usize, now: f64) {
        self.world.sites[centre].slot_due = false;
        let day = u64::from(self.demand.first_weekday) + now as u64;
        let slots = self.demand.centres[centre].slots.map_or(0, |slots| slots[day as usize % 7]);
        for _ in 0..slots {
            if !self.infuse_next(centre, now) {
                break;
            }
        }
        // Half a day later, so that it is another day's.
        self.seek_slot(centre, now + 0.5);
    }

    /// Infuses as many as can be, where there are no slots.
    fn infuse_at_any_time(&mut self, centre: usize, now: f64) {
        if self.demand.centres[centre].slots.is_none() {
            while self.infuse_next(centre, now) {}
        }
    }

    /// Infuses the first of the queue, if that can be; whether it was.
    fn infuse_next(&mut self, centre: usize, now: f64) -> bool {
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
    fn is_allowed(&mut self, centre: usize, visit: &Visit, now: f64) -> bool {
        let Some((store, (doses, days))) = self.rule(centre) else { return true };
        let at_risk = &mut self.world.at_risk[store];
        while at_risk.front().is_some_and(|(until, _)| *until <= now) {
            at_risk.pop_front();
        }
        let needed = doses * (visit.mg + at_risk.iter().map(|(_, mg)| mg).sum::<f64>());
        if held_mg(self.sizes, self.world.stores[store].held()) < needed - 1e-9 * needed {
            if let Some(order) = self.world.stores[store].order_missing(needed, self.sizes) {
                self.send_order(store, order, now);
            }
            return false;
        }
        at_risk.push_back((now + days, visit.mg));
        self.world.agenda.add(now + days, Rank::Other, Task::Allowed(centre as u16));
        true
    }

    fn rule(&self, centre: usize) -> Option<(usize, (f64, f64))> {
        let rule = self.plan.store.as_ref()?.rule?;
        Some((self.store_of(centre)?, rule))
    }

    fn infuse(&mut self, visit: u32, centre: usize, now: f64) {
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
    fn death(&self, visit: u32) -> f64 {
        match self.world.standing[visit as usize] {
            Standing::Infused(at) => at + self.traffic.visits[visit as usize].death,
            _ => f64::INFINITY,
        }
    }

    // Beds.

    fn ward_stay(&mut self, centre: usize, now: f64, until: f64) {
        self.world.sites[centre].ward.enter();
        self.ledger.change(centre, Resource::WardBeds, 1);
        self.world.agenda.add(until.max(now), Rank::Discharge, Task::WardOut(centre as u16));
    }

    fn ward_in(&mut self, visit: u32, episode: u32, now: f64) {
        let centre = usize::from(self.traffic.visits[visit as usize].centre);
        if !self.world.sites[centre].ward.is_free() {
            self.ledger.add(centre, Measure::WardTransferred, 1.0, now);
            return;
        }
        let (from, to) = self.traffic.care[episode as usize].crs;
        self.ward_stay(centre, now, (now + (to - from)).min(self.death(visit)));
    }

    fn icu_in(&mut self, centre: usize, now: f64, stay: Stay) {
        let beds = &mut self.world.sites[centre].icu;
        if beds.is_free() {
            self.icu_stay(centre, now, stay);
        } else if !beds.queue(now, stay) {
            self.ledger.add(centre, Measure::IcuTransferred, 1.0, now);
        }
    }

    fn icu_stay(&mut self, centre: usize, now: f64, stay: Stay) {
        self.world.sites[centre].icu.enter();
        self.ledger.change(centre, Resource::IcuBeds, 1);
        self.ledger.add(centre, Measure::IcuStays, 1.0, now);
        let until = (now + stay.days).min(stay.death);
        self.world.agenda.add(until, Rank::Discharge, Task::IcuOut(centre as u16));
    }

    fn icu_out(&mut self, centre: usize, now: f64) {
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

    fn other(&mut self, at: usize, now: f64) {
        let other = &self.traffic.others[at];
        if other.mg > 0.0 {
            self.need(Dose { whose: None, centre: other.centre, mg: other.mg, needed: now }, now);
        }
        if let Some(days) = other.icu_days {
            self.icu_in(usize::from(other.centre), now, Stay { days, death: f64::INFINITY });
        }
    }

    // Doses.

    fn store_of(&self, centre: usize) -> Option<usize> {
        match self.world.stores.len() {
            0 => None,
            1 => Some(0),
            _ => Some(centre),
        }
    }

    /// A dose is needed.
    fn need(&mut self, dose: Dose, now: f64) {
        let numbers = self.plan.store.as_ref().zip(self.store_of(usize::from(dose.centre)));
        let Some((numbers, store)) = numbers else {
            self.give(&dose, now);
            return;
        };
        if self.take(&dose, store, numbers, now) {
            self.give(&dose, now);
            return;
        }
        self.short(&dose, store, numbers, now);
    }

    /// Takes a dose from a store, if it is there.
    fn take(&mut self, dose: &Dose, store: usize, numbers: &StoreNumbers, now: f64) -> bool {
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
    fn opened(&mut self, dose: &Dose, counts: &Counts, numbers: &StoreNumbers, now: f64) {
        let centre = usize::from(dose.centre);
        self.ledger.add(centre, Measure::OpenedMg, held_mg(self.sizes, counts), now);
        for (size, count) in counts.iter().enumerate().take(self.sizes.len()) {
            self.ledger.count(centre, Resource::VialsUsed(size), *count, now);
            self.ledger.add(centre, Measure::VialsUsed, f64::from(*count), now);
            self.ledger.add(centre, Measure::VialCost, f64::from(*count) * numbers.vial_prices[size], now);
        }
    }

    fn short(&mut self, dose: &Dose, store: usize, numbers: &StoreNumbers, now: f64) {
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
                if self.take(dose, (store + ahead) % stores, numbers, now) {
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
            Short::Lost => self.ledger.add(centre, Measure::LostDoses, 1.0, now),
        }
    }

    fn come_late(&mut self, dose: &Dose, time: f64) {
        let index = self.world.late.len() as u32;
        self.world.late.push(*dose);
        self.world.agenda.add(time, Rank::Delivery, Task::Late(index));
    }

    /// Gives a dose; the next is needed some time after.
    fn give(&mut self, dose: &Dose, now: f64) {
        if let Some((visit, ..)) = dose.whose
            && self.death(visit) <= now
        {
            return;
        }
        let centre = usize::from(dose.centre);
        self.ledger.add(centre, Measure::Doses, 1.0, now);
        self.ledger.add(centre, Measure::DosesMg, dose.mg, now);
        self.ledger.add(centre, Measure::LateDays, now - dose.needed, now);
        self.ledger.count(centre, Resource::Doses, 1, now);
        let Some((visit, episode, number)) = dose.whose else { return };
        let care: &Care = &self.traffic.care[episode as usize];
        if let (Some(trace), Standing::Infused(at)) =
            (&mut self.world.trace, self.world.standing[visit as usize])
        {
            trace.doses.push((visit, at + care.crs.0, now, number, dose.mg));
        }
        if number + 1 < care.doses {
            let next = now + care.between[usize::from(number)];
            if next < self.death(visit) {
                self.world.agenda.add(next, Rank::Other, Task::Dose(visit, episode, number + 1));
            }
        }
    }

    // Stock.

    fn open_stores(&mut self) {
        let Some(numbers) = &self.plan.store else { return };
        for store in 0..self.world.stores.len() {
            self.world.stores[store].fill(self.policy, self.sizes.len(), numbers.shelf_life);
            self.world.agenda.add(numbers.shelf_life, Rank::Expiry, Task::Expiry(store as u16));
            for size in 0..self.sizes.len() {
                let held = i64::from(self.world.stores[store].held()[size]);
                self.ledger.change(store, Resource::VialsHeld(size), held);
            }
            if self.demand.stock.as_ref().is_some_and(|stock| stock.review_days.is_some()) {
                self.world.agenda.add(0.0, Rank::Other, Task::Review(store as u16));
            }
        }
        self.world.before.clear();
        self.world.before.extend(self.world.stores.iter().map(|store| *store.held()));
    }

    /// Sums up what was held until now, before that changes.
    fn held(&mut self, store: usize, now: f64) {
        let vials = self.world.stores[store].held().iter().sum();
        self.ledger.held(store, vials, now);
    }

    fn review(&mut self, store: usize, now: f64) {
        let days = self.demand.stock.as_ref().and_then(|stock| stock.review_days).unwrap_or(f64::INFINITY);
        self.place_order(store, now);
        self.world.agenda.add(now + days, Rank::Other, Task::Review(store as u16));
    }

    /// Orders what the policy says, where the stock is always looked at.
    fn order(&mut self, store: usize, now: f64) {
        if self.demand.stock.as_ref().is_some_and(|stock| stock.review_days.is_none()) {
            self.place_order(store, now);
        }
    }

    fn place_order(&mut self, store: usize, now: f64) {
        if let Some(order) = self.world.stores[store].order(self.policy, self.sizes.len()) {
            self.send_order(store, order, now);
        }
    }

    fn send_order(&mut self, store: usize, counts: Counts, now: f64) {
        let Some(numbers) = &self.plan.store else { return };
        let Place { slot, replication } = self.at;
        let number = self.world.stores[store].orders;
        let mut luck = calendar(self.stream, slot, Calendar::Orders, replication, store, number);
        let days = numbers.lead_time.time_at(-ln(luck.next_uniform()));
        self.ledger.add(store, Measure::Orders, 1.0, now);
        self.ledger.add(store, Measure::OrderCost, numbers.order_cost, now);
        let order = self.world.orders.len() as u32;
        self.world.orders.push(counts);
        self.world.agenda.add(now + days, Rank::Delivery, Task::Delivery(store as u16, order));
    }

    fn delivery(&mut self, store: usize, order: usize, now: f64) {
        let Some(numbers) = &self.plan.store else { return };
        self.held(store, now);
        let counts = self.world.orders[order];
        let expiry = now + numbers.shelf_life;
        self.world.stores[store].deliver(&counts, expiry);
        self.world.agenda.add(expiry, Rank::Expiry, Task::Expiry(store as u16));
        for (size, count) in counts.into_iter().enumerate().take(self.sizes.len()) {
            self.ledger.change(store, Resource::VialsHeld(size), i64::from(count));
        }
        self.serve_waiting(store, numbers, now);
        for centre in 0..self.demand.centres.len() {
            if self.store_of(centre) == Some(store) {
                self.infuse_at_any_time(centre, now);
            }
        }
    }

    fn serve_waiting(&mut self, store: usize, numbers: &StoreNumbers, now: f64) {
        while let Some(dose) = self.world.waiting[store].front().copied() {
            let dead = dose.whose.is_some_and(|(visit, ..)| self.death(visit) <= now);
            // Owed no longer before it is taken, so that what is taken is not ordered twice.
            self.world.stores[store].owe(dose.mg, self.sizes, false);
            if !dead && !self.take(&dose, store, numbers, now) {
                self.world.stores[store].owe(dose.mg, self.sizes, true);
                return;
            }
            self.world.waiting[store].pop_front();
            self.give(&dose, now);
        }
    }

    fn expiry(&mut self, store: usize, now: f64) {
        let Some(numbers) = &self.plan.store else { return };
        self.held(store, now);
        let gone = self.world.stores[store].expire(now);
        for (size, count) in gone.into_iter().enumerate().take(self.sizes.len()) {
            self.ledger.expire(store, size, count, now);
            self.ledger.add(store, Measure::VialCost, f64::from(count) * numbers.vial_prices[size], now);
        }
        self.order(store, now);
    }

    /// Writes down the stock of the days that ended before now, where that is asked for.
    fn trace_days(&mut self, now: f64) {
        let World { trace: Some(trace), stores, before, traced_days, .. } = &mut *self.world else { return };
        while ((*traced_days + 1) as f64) <= now {
            for (store, before) in stores.iter().zip(before.iter_mut()) {
                for size in 0..self.sizes.len() {
                    let at = (*traced_days > 0)
                        .then(|| trace.stock.len() - stores.len() * self.sizes.len())
                        .map(|at| trace.stock[at][4]);
                    let opening = at.unwrap_or(before[size]);
                    let flows = [store.delivered[size], store.used[size], store.expired[size]];
                    trace.stock.push([opening, flows[0], flows[1], flows[2], store.held()[size]]);
                    trace.counted.push(store.counted(size));
                }
            }
            *traced_days += 1;
        }
    }
}
