//! Vials of tocilizumab in one place: what is held, ordered, owed and thrown away.

use super::combination::{ANY, Counts, combination, held_mg, lacking};
use crate::model::{Demand, Vials};
use std::collections::VecDeque;

/// How many vials are held: of each size a level, a point below which more are ordered, a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Vials held or on order after an order, by size.
    pub order_up_to: Vec<u32>,
    /// Vials held or on order at or below which more are ordered.
    pub reorder_point: Vec<u32>,
    /// Ordered in multiples of this.
    pub quantity: Vec<Option<u32>>,
}

impl Policy {
    /// The policy of a demand as it stands.
    #[must_use]
    pub fn of(demand: &Demand) -> Self {
        Self {
            order_up_to: demand.vials.iter().map(|vial| vial.order_up_to).collect(),
            reorder_point: demand.vials.iter().map(|vial| vial.reorder_point).collect(),
            quantity: demand.vials.iter().map(|vial| vial.quantity).collect(),
        }
    }

    /// In words: of each size the level, or the quantity and the point at which it is ordered.
    #[must_use]
    pub fn words(&self, sizes: &[f64]) -> String {
        let of_size = |(size, mg): (usize, &f64)| match self.quantity[size] {
            None => format!("{} of {mg} mg", self.order_up_to[size]),
            Some(quantity) => {
                format!("{quantity} of {mg} mg at a time, at {} or fewer", self.reorder_point[size])
            }
        };
        sizes.iter().enumerate().map(of_size).collect::<Vec<_>>().join(", ")
    }

    /// Tocilizumab that a full store holds, mg.
    pub(super) fn full_mg(&self, sizes: &[f64]) -> f64 {
        sizes.iter().enumerate().map(|(size, mg)| f64::from(self.at_start(size)) * mg).sum()
    }

    /// Vials of each size at the start.
    pub(super) fn at_start(&self, size: usize) -> u32 {
        self.quantity[size].map_or(self.order_up_to[size], |quantity| self.reorder_point[size] + quantity)
    }

    /// Vials to order at a position: held and on order less those owed.
    fn due(&self, size: usize, position: i64) -> u32 {
        let point = i64::from(self.reorder_point[size]);
        if position > point {
            return 0;
        }
        let due = match self.quantity[size].map(i64::from) {
            Some(quantity) if quantity > 0 => (point - position) / quantity * quantity + quantity,
            _ => i64::from(self.order_up_to[size]) - position,
        };
        due.max(0) as u32
    }
}

/// Vials of one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Store {
    /// Of each size: when vials expire and how many, the next first.
    batches: [VecDeque<(f64, u32)>; Vials::MOST],
    held: Counts,
    on_order: Counts,
    /// Vials that waiting doses will take.
    owed: Counts,
    /// What is left in opened vials, mg, and until when it serves.
    opened: (f64, f64),
    /// Orders so far.
    pub(super) orders: u32,
    /// Vials delivered, used and expired since the start.
    pub(super) delivered: Counts,
    pub(super) used: Counts,
    pub(super) expired: Counts,
}

impl Store {
    /// A full store at the start, as if its vials had come evenly over one shelf life.
    ///
    /// Its levels are those of the policy and `extra` vials of each size, none where that is empty.
    pub(super) fn fill(&mut self, policy: &Policy, extra: &[u32], sizes: usize, shelf_life: f64) {
        self.batches.iter_mut().for_each(VecDeque::clear);
        let mut held = Counts::default();
        for (size, count) in held.iter_mut().enumerate().take(sizes) {
            *count = policy.at_start(size) + extra.get(size).copied().unwrap_or(0);
            if shelf_life < f64::INFINITY {
                let share = shelf_life / f64::from(*count);
                self.batches[size].extend((1..=*count).map(|vial| (share * f64::from(vial), 1)));
            } else {
                self.batches[size].push_back((shelf_life, *count));
            }
        }
        let batches = std::mem::take(&mut self.batches);
        *self = Self { batches, held, ..Self::default() };
    }

    /// When vials expire.
    pub(super) fn expiries(&self) -> impl Iterator<Item = f64> + '_ {
        self.batches.iter().flatten().map(|(expiry, _)| *expiry)
    }

    /// Vials held, by size.
    pub(super) fn held(&self) -> &Counts {
        &self.held
    }

    /// Vials of a size in batches, counted one by one: for checks of the balance.
    pub(super) fn counted(&self, size: usize) -> u32 {
        self.batches[size].iter().map(|(_, count)| count).sum()
    }

    /// Whether vials on hand hold a dose; takes them, and what is left in opened ones before. Gives the vials opened.
    ///
    /// `sharing` are the days for which an opened vial serves.
    pub(super) fn take(&mut self, mg: f64, sizes: &[f64], sharing: f64, now: f64) -> Option<Counts> {
        let left = if sharing > 0.0 && now <= self.opened.1 { self.opened.0.min(mg) } else { 0.0 };
        let counts = combination(mg - left, sizes, &self.held)?;
        for (size, count) in counts.into_iter().enumerate() {
            self.use_up(size, count);
        }
        let opened = held_mg(sizes, &counts);
        if sharing > 0.0 {
            // Vials are opened only once what was left over is used up.
            self.opened = if opened > 0.0 {
                (opened - (mg - left), now + sharing)
            } else {
                (self.opened.0 - left, self.opened.1)
            };
        }
        Some(counts)
    }

    fn use_up(&mut self, size: usize, mut count: u32) {
        self.held[size] -= count;
        self.used[size] += count;
        while let Some((_, batch)) = self.batches[size].front_mut().filter(|_| count > 0) {
            let taken = count.min(*batch);
            (*batch, count) = (*batch - taken, count - taken);
            if *batch == 0 {
                self.batches[size].pop_front();
            }
        }
    }

    /// Notes the vials that a waiting dose will take, or no longer waits for.
    pub(super) fn owe(&mut self, mg: f64, sizes: &[f64], owed: bool) {
        let counts = combination(mg, sizes, &ANY).unwrap_or_default();
        for (own, count) in self.owed.iter_mut().zip(counts) {
            *own = if owed { *own + count } else { *own - count };
        }
    }

    /// What a policy orders now, its levels raised by `extra`; it is on order then.
    pub(super) fn order(&mut self, policy: &Policy, extra: &[u32], sizes: usize) -> Option<Counts> {
        let mut counts = Counts::default();
        for (size, count) in counts.iter_mut().enumerate().take(sizes) {
            let [held, on_order, owed] =
                [&self.held, &self.on_order, &self.owed].map(|own| i64::from(own[size]));
            let extra = i64::from(extra.get(size).copied().unwrap_or(0));
            *count = policy.due(size, held + on_order - owed - extra);
        }
        self.place(counts)
    }

    /// Whether these doses, mg, can all be made of the vials held.
    pub(super) fn holds(&self, doses: impl Iterator<Item = f64>, sizes: &[f64]) -> bool {
        lacking(doses, sizes, self.held) == Counts::default()
    }

    /// Orders the vials that lack for these doses, beside those held and on order.
    pub(super) fn order_lacking(
        &mut self,
        doses: impl Iterator<Item = f64>,
        sizes: &[f64],
    ) -> Option<Counts> {
        let mut coming = self.held;
        coming.iter_mut().zip(self.on_order).for_each(|(own, count)| *own += count);
        self.place(lacking(doses, sizes, coming))
    }

    fn place(&mut self, counts: Counts) -> Option<Counts> {
        if counts == Counts::default() {
            return None;
        }
        self.orders += 1;
        self.on_order.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        Some(counts)
    }

    /// An order arrives.
    pub(super) fn deliver(&mut self, counts: &Counts, expiry: f64) {
        for (size, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.on_order[size] -= count;
            self.held[size] += count;
            self.delivered[size] += count;
            self.batches[size].push_back((expiry, *count));
        }
    }

    /// Throws away what has expired; gives the vials.
    pub(super) fn expire(&mut self, now: f64) -> Counts {
        let mut gone = Counts::default();
        for (size, batches) in self.batches.iter_mut().enumerate() {
            while let Some((_, count)) = batches.front().filter(|(expiry, _)| *expiry <= now) {
                gone[size] += count;
                batches.pop_front();
            }
            self.held[size] -= gone[size];
            self.expired[size] += gone[size];
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [f64; 2] = [80.0, 400.0];

    fn policy() -> Policy {
        Policy { order_up_to: vec![4, 3], reorder_point: vec![1, 2], quantity: vec![Some(2), None] }
    }

    fn full() -> Store {
        let mut store = Store::default();
        store.fill(&policy(), &[], 2, f64::INFINITY);
        store
    }

    #[test]
    fn what_comes_goes_or_stays() {
        let mut store = full();
        assert_eq!(store.held()[..2], [3, 3]);
        assert_eq!(store.take(560.0, &SIZES, 0.0, 1.0), Some([2, 1, 0]));
        // Of 80 mg one is left, at the reorder point: one lot of two; of 400 mg up to three again.
        let order = store.order(&policy(), &[], 2);
        assert_eq!(order, Some([2, 1, 0]));
        assert_eq!(store.order(&policy(), &[], 2), None);
        store.deliver(&[2, 1, 0], 15.0);
        assert_eq!(store.take(1240.0, &SIZES, 0.0, 5.0), Some([1, 3, 0]));
        assert_eq!(store.expire(14.0), [0, 0, 0]);
        assert_eq!(store.expire(15.0), [2, 0, 0]);
        for size in 0..2 {
            let (start, own) = ([3, 3][size], store.held()[size]);
            assert_eq!(start + store.delivered[size], store.used[size] + store.expired[size] + own);
            assert_eq!(store.counted(size), own);
        }
        assert_eq!(store.take(900.0, &SIZES, 0.0, 11.0), None);
    }

    #[test]
    fn vials_at_the_start_expire_one_by_one() {
        let mut store = Store::default();
        store.fill(&policy(), &[], 2, 30.0);
        let gone: Vec<[u32; 3]> = [9.0, 10.0, 20.0, 29.0, 30.0].map(|day| store.expire(day)).to_vec();
        assert_eq!(gone, [[0, 0, 0], [1, 1, 0], [1, 1, 0], [0, 0, 0], [1, 1, 0]]);
    }

    #[test]
    fn waiting_doses_are_ordered_too() {
        let mut store = full();
        store.take(1440.0, &SIZES, 0.0, 0.0);
        assert_eq!(store.held()[..2], [0, 0]);
        store.owe(400.0, &SIZES, true);
        assert_eq!(store.order(&policy(), &[], 2), Some([2, 4, 0]));
        store.owe(400.0, &SIZES, false);
        assert_eq!(store.order(&policy(), &[], 2), None);
    }

    #[test]
    fn what_an_opened_vial_holds_serves_the_next_dose_in_time() {
        let mut store = full();
        assert_eq!(store.take(300.0, &SIZES, 1.0, 0.0), Some([0, 1, 0]));
        assert_eq!(store.take(100.0, &SIZES, 1.0, 0.5), Some([0, 0, 0]));
        assert_eq!(store.take(100.0, &SIZES, 1.0, 0.6), Some([2, 0, 0]));
        assert_eq!(store.take(60.0, &SIZES, 1.0, 1.7), Some([1, 0, 0]));
    }
}
