//! Orders, deliveries and expiry.

use super::{Rank, Run, Task, World};
use crate::demand::combination::Counts;
use crate::demand::measure::{Measure, Resource};
use crate::demand::plan::StoreNumbers;
use crate::demand::traffic::{Calendar, Place, calendar};
use crate::math::ln;

impl<'a> Run<'a> {
    /// Vials of each size that a store holds beyond the levels of all; one store of all has none.
    fn extra(&self, store: usize) -> &'a [u32] {
        &self.demand.centres[store].extra_vials
    }

    pub(super) fn open_stores(&mut self) {
        let Some(numbers) = &self.plan.store else { return };
        for store in 0..self.world.stores.len() {
            let extra = self.extra(store);
            self.world.stores[store].fill(self.policy, extra, self.sizes.len(), numbers.shelf_life);
            for expiry in self.world.stores[store].expiries() {
                self.world.agenda.add(expiry, Rank::Expiry, Task::Expiry(store as u16));
            }
            for size in 0..self.sizes.len() {
                let held = i64::from(self.world.stores[store].held()[size]);
                self.ledger.change(store, Resource::VialsHeld(size), held);
            }
            if self.demand.stock.as_ref().is_some_and(|stock| stock.review_days.is_some()) {
                self.world.agenda.add(0.0, Rank::Order, Task::Review(store as u16));
            }
        }
        self.world.before.clear();
        self.world.before.extend(self.world.stores.iter().map(|store| *store.held()));
    }

    /// Sums up what was held until now, before that changes.
    pub(super) fn held(&mut self, store: usize, now: f64) {
        let vials = self.world.stores[store].held().iter().sum();
        self.ledger.held(store, vials, now);
    }

    pub(super) fn review(&mut self, store: usize, now: f64) {
        let days = self.demand.stock.as_ref().and_then(|stock| stock.review_days).unwrap_or(f64::INFINITY);
        self.place_order(store, now);
        self.world.agenda.add(now + days, Rank::Order, Task::Review(store as u16));
    }

    /// Orders what the policy says, where the stock is always looked at: once for all that happens now.
    pub(super) fn order(&mut self, store: usize, now: f64) {
        let looks = self.demand.stock.as_ref().is_some_and(|stock| stock.review_days.is_none());
        if looks && !std::mem::replace(&mut self.world.order_due[store], true) {
            self.world.agenda.add(now, Rank::Order, Task::Order(store as u16));
        }
    }

    pub(super) fn place_order(&mut self, store: usize, now: f64) {
        let extra = self.extra(store);
        if let Some(order) = self.world.stores[store].order(self.policy, extra, self.sizes.len()) {
            self.send_order(store, order, now);
        }
    }

    pub(super) fn send_order(&mut self, store: usize, counts: Counts, now: f64) {
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

    pub(super) fn delivery(&mut self, store: usize, order: usize, now: f64) {
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

    /// Takes those who have died from the head of those who wait.
    pub(super) fn drop_dead(&mut self, store: usize, now: f64) {
        while let Some(dose) = self.world.waiting[store].front().copied()
            && dose.whose.is_some_and(|(visit, ..)| self.death(visit) <= now)
        {
            self.world.stores[store].owe(dose.mg, self.sizes, false);
            self.world.waiting[store].pop_front();
        }
    }

    pub(super) fn serve_waiting(&mut self, store: usize, numbers: &StoreNumbers, now: f64) {
        loop {
            self.drop_dead(store, now);
            let Some(dose) = self.world.waiting[store].front().copied() else { return };
            // Owed no longer before it is taken, so that what is taken is not ordered twice.
            self.world.stores[store].owe(dose.mg, self.sizes, false);
            if !self.take(&dose, store, numbers, now) {
                self.world.stores[store].owe(dose.mg, self.sizes, true);
                return;
            }
            self.world.waiting[store].pop_front();
            self.give(&dose, now);
        }
    }

    pub(super) fn expiry(&mut self, store: usize, now: f64) {
        let Some(numbers) = &self.plan.store else { return };
        self.held(store, now);
        let gone = self.world.stores[store].expire(now);
        for (size, count) in gone.into_iter().enumerate().take(self.sizes.len()) {
            self.ledger.expire(store, (size, self.sizes[size]), count, now);
            self.ledger.add(store, Measure::VialCost, f64::from(count) * numbers.vial_prices[size], now);
        }
        self.order(store, now);
    }

    /// Writes down the stock of the days that ended before now, where that is asked for.
    pub(super) fn trace_days(&mut self, now: f64) {
        let World { trace: Some(trace), stores, before, traced_days, .. } = &mut *self.world else { return };
        let sizes = self.sizes.len();
        while ((*traced_days + 1) as f64) <= now {
            let yesterday = trace.stock.len().checked_sub(stores.len() * sizes);
            for (place, (store, at_start)) in stores.iter().zip(before.iter()).enumerate() {
                for (size, at_start) in at_start.iter().enumerate().take(sizes) {
                    let closed = yesterday.map(|first| trace.stock[first + place * sizes + size][4]);
                    let flows = [store.delivered[size], store.used[size], store.expired[size]];
                    let opening = closed.unwrap_or(*at_start);
                    trace.stock.push([opening, flows[0], flows[1], flows[2], store.held()[size]]);
                    trace.counted.push(store.counted(size));
                }
            }
            *traced_days += 1;
        }
    }
}
