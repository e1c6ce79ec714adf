//! What is paid at regular times while a race lasts: cycles of treatment, MRD tests.

use super::Context;
use crate::math::exp;
use crate::model::Dosing;
use crate::outcome::Sink;
use crate::program::{CycleCost, Origin, Schedule};

/// What falls due this near to the end of a race, as a share of the interval, belongs to what comes after it: whether a
/// cycle begins on the day of the assessment must not hang on rounding.
const NEAR: f64 = 1e-9;

impl<S: Sink> Context<'_, S> {
    /// Pays what falls due from the start of the race (included) to its end (not included).
    pub(super) fn pay_schedule(&mut self, patients: &[u32], schedule: &Schedule) {
        let every = self.numbers[schedule.every];
        if every <= 0.0 {
            return;
        }
        let offset = if schedule.at_origin { 0.0 } else { every };
        for cost in &schedule.costs {
            for (place, patient) in patients.iter().enumerate() {
                let at = *patient as usize;
                let lives = &*self.lives;
                let origin = match schedule.origin {
                    Origin::Line => lives.line_start[at],
                    Origin::Remission => lives.remission_start[at],
                } + offset;
                let last =
                    if schedule.limited { cost.cycles.1.min(lives.cycle_limit[at]) } else { cost.cycles.1 };
                let count = |until: f64| {
                    ((until - origin) / every - NEAR).ceil().clamp(cost.cycles.0, last.max(cost.cycles.0))
                };
                let (first, end) = (count(lives.scratch.from[place]), count(lives.scratch.best[place]));
                if first < end {
                    let price = self.price(cost, at);
                    let factors = self.factors(origin, every, first, end);
                    self.outcome.costs[cost.item as usize][at] += price * factors;
                }
            }
        }
    }

    /// Sum of the discount factors at `origin + k * every` for k from `first` to before `end`.
    fn factors(&self, origin: f64, every: f64, first: f64, end: f64) -> f64 {
        let costs = &self.lives.costs;
        if costs.rate == 0.0 {
            return end - first;
        }
        if costs.is_year_start() {
            let mut sum = 0.0;
            let mut k = first;
            while k < end {
                sum += costs.factor(origin + k * every, 0.0);
                k += 1.0;
            }
            return sum;
        }
        let rate = costs.rate;
        if end - first == 1.0 {
            return exp(-rate * (origin + first * every));
        }
        let each = 1.0 - exp(-rate * every);
        (exp(-rate * (origin + first * every)) - exp(-rate * (origin + end * every))) / each
    }

    /// What one cycle costs a patient.
    fn price(&self, cost: &CycleCost, patient: usize) -> f64 {
        let amount = self.numbers[cost.amount];
        let Some([cap, vial, price, doses]) = cost.vials.map(|at| at.map(|number| self.numbers[number]))
        else {
            return amount;
        };
        let size = match cost.dosing {
            Dosing::Flat => 1.0,
            Dosing::Weight => self.people.weight_kg.get(patient).copied().unwrap_or(0.0),
            Dosing::Surface => self.people.surface_m2.get(patient).copied().unwrap_or(0.0),
        };
        doses * ((amount * size).min(cap) / vial).ceil() * price
    }
}
