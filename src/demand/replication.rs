//! One replication: everyone who comes, through queue, infusion, care, stock and beds, event by event.

mod care;
mod dose;
mod infusion;
mod stock;

use super::agenda::{Agenda, Rank};
use super::bed::{Beds, Stay};
use super::combination::Counts;
use super::ledger::Ledger;
use super::measure::{Measure, Resource};
use super::plan::Plan;
use super::store::{Policy, Store};
use super::traffic::{Place, Traffic};
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
    /// A bed is wanted no longer.
    Unwanted(u16, Resource),
    /// Someone else comes.
    Other(u32),
    /// Vials of a store are looked at.
    Review(u16),
    /// Vials of a store are ordered.
    Order(u16),
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
    /// Who would wait for a slot if there were no limit of beds and no site rule.
    unlimited: VecDeque<u32>,
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
    order_due: Vec<bool>,
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
    pub(super) stream: Stream,
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
            order_due: vec![false; stores],
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
            site.unlimited.clear();
            site.slot_due = false;
            site.icu.reset(centre.icu_beds, centre.icu_full);
            site.ward.reset(centre.ward_beds, centre.ward_full);
        }
        self.at_risk.iter_mut().for_each(VecDeque::clear);
        self.waiting.iter_mut().for_each(VecDeque::clear);
        self.order_due.fill(false);
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
        self.still_waiting(end);
        for (centre, day, given) in &self.traffic.referred {
            self.ledger.add(*centre, Measure::Referred, 1.0, *day);
            self.ledger.add(*centre, Measure::NotGiven, f64::from(u8::from(!given)), *day);
        }
        self.ledger.unmet = self.traffic.unmet;
        self.ledger.close(end, self.plan.store.as_ref().map_or(0.0, |store| store.holding_per_day));
        self.trace_days(end);
    }

    fn step(&mut self, now: f64, task: Task) {
        match task {
            Task::Ready(visit) => self.ready(visit, now),
            Task::Lost(visit) => self.lost(visit, now),
            Task::Slot(centre) => self.slot(usize::from(centre), now),
            Task::Allowed(centre) => {
                let store = self.store_of(usize::from(centre));
                for other in 0..self.demand.centres.len() {
                    if self.store_of(other) == store {
                        self.infuse_at_any_time(other, now);
                    }
                }
            }
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
                    Stay { days, death, of_others: false },
                );
            }
            Task::IcuOut(centre) => self.icu_out(usize::from(centre), now),
            Task::WardIn(visit, episode) => self.ward_in(visit, episode, now),
            Task::WardOut(centre) => self.ward_out(usize::from(centre), now),
            Task::Unwanted(centre, resource) => self.ledger.change(usize::from(centre), resource, -1),
            Task::Other(at) => self.other(at as usize, now),
            Task::Review(store) => self.review(usize::from(store), now),
            Task::Order(store) => {
                self.world.order_due[usize::from(store)] = false;
                self.place_order(usize::from(store), now);
            }
            Task::Delivery(store, order) => self.delivery(usize::from(store), order as usize, now),
            Task::Expiry(store) => self.expiry(usize::from(store), now),
        }
    }
}
