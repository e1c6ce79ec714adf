//! Beds of one kind at one centre.

use crate::model::WhenFull;
use std::collections::VecDeque;

/// A stay that is wanted: days, the time of death, and whether of others than the patients of the products.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stay {
    pub(super) days: f64,
    pub(super) death: f64,
    pub(super) of_others: bool,
}

/// Beds of one kind at one centre, and who waits for one.
#[derive(Debug, Default)]
pub(super) struct Beds {
    /// None: no limit.
    capacity: Option<u32>,
    queues: bool,
    taken: u32,
    waiting: VecDeque<(f64, Stay)>,
}

impl Beds {
    /// All beds free.
    pub(super) fn reset(&mut self, capacity: Option<u32>, when_full: WhenFull) {
        (self.capacity, self.taken) = (capacity, 0);
        self.queues = when_full == WhenFull::Queue;
        self.waiting.clear();
    }

    /// Whether one is free.
    pub(super) fn is_free(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.taken < capacity)
    }

    /// One is taken.
    pub(super) fn enter(&mut self) {
        self.taken += 1;
    }

    /// One is left.
    pub(super) fn leave(&mut self) {
        self.taken -= 1;
    }

    /// Waits for one, where that is done; whether it is.
    pub(super) fn queue(&mut self, now: f64, stay: Stay) -> bool {
        if self.queues {
            self.waiting.push_back((now, stay));
        }
        self.queues
    }

    /// The first who waits, and since when.
    pub(super) fn next(&mut self) -> Option<(f64, Stay)> {
        self.waiting.pop_front()
    }
}
