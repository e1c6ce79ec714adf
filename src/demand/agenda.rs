//! What is to happen, in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What comes first of what falls on one time; within a rank, what was scheduled first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Vials expire.
    Expiry,
    /// Vials arrive.
    Delivery,
    /// A bed is left.
    Discharge,
    /// All else.
    Other,
    /// Vials are ordered, for all that happened at the time.
    Order,
}

/// Happenings to come.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    scheduled: u32,
}

#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    /// Bits of a time that is not negative, which are in the order of the times.
    time: u64,
    rank: Rank,
    number: u32,
    what: T,
}

impl<T> Entry<T> {
    fn key(&self) -> (u64, Rank, u32) {
        (self.time, self.rank, self.number)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0 }
    }
}

impl<T> Agenda<T> {
    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.heap.clear();
        self.scheduled = 0;
    }

    /// Schedules something at a time, 0 or later; what never comes is not kept.
    pub(super) fn add(&mut self, time: f64, rank: Rank, what: T) {
        if time < f64::INFINITY {
            // Adding 0 turns -0, whose bits are out of order, into 0.
            let time = (time.max(0.0) + 0.0).to_bits();
            self.heap.push(Reverse(Entry { time, rank, number: self.scheduled, what }));
            self.scheduled += 1;
        }
    }

    /// The next thing that comes before a time.
    pub(super) fn next_before(&mut self, end: f64) -> Option<(f64, T)> {
        if f64::from_bits(self.heap.peek()?.0.time) >= end {
            return None;
        }
        let Reverse(entry) = self.heap.pop()?;
        Some((f64::from_bits(entry.time), entry.what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_by_time_then_rank_then_order() {
        let mut agenda = Agenda::default();
        agenda.add(2.0, Rank::Other, 'e');
        agenda.add(2.0, Rank::Delivery, 'c');
        agenda.add(1.0, Rank::Other, 'a');
        agenda.add(2.0, Rank::Expiry, 'b');
        agenda.add(2.0, Rank::Delivery, 'd');
        agenda.add(-0.0, Rank::Other, '0');
        agenda.add(f64::INFINITY, Rank::Other, 'n');
        agenda.add(3.0, Rank::Other, 'l');
        let come: Vec<char> = std::iter::from_fn(|| agenda.next_before(3.0)).map(|(_, what)| what).collect();
        assert_eq!(come, ['0', 'a', 'b', 'c', 'd', 'e']);
        assert_eq!(agenda.next_before(4.0), Some((3.0, 'l')));
    }
}
