//! What is paid at regular times while a race lasts: cycles of treatment, MRD tests.

use super::Context;
use crate::math::exp;
use crate::model::{Dosing, MIN_INTERVAL, NEAR};
use crate::outcome::Sink;
use crate::program::{CycleCost, Origin, Schedule};

impl<S: Sink> Context<'_, S> {
    /// Pays what falls due from the start of the race (included) to its end (not included).
    pub(super) fn pay_schedule(&mut self, patients: &[u32], schedule: &Schedule) {
        let every = self.numbers[schedule.every];
        if every < MIN_INTERVAL {
            return;
        }
        let offset = if schedule.at_origin { 0.0 } else { every };
        // What the discount factor loses from one cycle to the next.
        let each = 1.0 - exp(-self.lives.costs.rate * every);
        for (place, patient) in patients.iter().enumerate() {
            let at = *patient as usize;
            let lives = &*self.lives;
            let origin = offset
                + match schedule.origin {
                    Origin::Line => lives.line_start[at],
                    Origin::Remission => lives.remission_start[at],
                };
            let limit = if schedule.limited { lives.cycle_limit[at] } else { f64::INFINITY };
            let until = |time: f64| ((time - origin) / every - NEAR).ceil();
            let (first, end) =
                (until(lives.scratch.from[place]), until(lives.scratch.best[place]).min(limit));
            let mut known = (0.0, 0.0, 0.0);
            for cost in &schedule.costs {
                let range = (first.max(cost.cycles.0), end.min(cost.cycles.1));
                if range.0 < range.1 {
                    if (known.0, known.1) != range {
                        known = (range.0, range.1, self.factors((origin, every, each), range.0, range.1));
                    }
                    let price = self.price(cost, at);
                    self.outcome.costs[cost.item as usize][at] += price * known.2;
                }
            }
        }
    }

    /// Sum of the discount factors at `origin + k * every` for k from `first` to before `end`.
    fn factors(&self, (origin, every, each): (f64, f64, f64), first: f64, end: f64) -> f64 {
        let costs = &self.lives.costs;
        if costs.rate == 0.0 {
            return end - first;
        }
        if costs.is_year_start() {
            // Year by year: within one the factor is the same.
            let year = |k: f64| ((origin + k * every) / 12.0).floor();
            let mut sum = 0.0;
            let mut k = first;
            while k < end {
                let this = year(k);
                let mut next = ((12.0 * (this + 1.0) - origin) / every).ceil().clamp(k + 1.0, end);
                // The division may round to either side of the year's end.
                next += f64::from(u8::from(next < end && year(next) == this));
                next -= f64::from(u8::from(next > k + 1.0 && year(next - 1.0) > this));
                sum += (next - k) * costs.factor(12.0 * this, 0.0);
                k = next;
            }
            return sum;
        }
        let rate = costs.rate;
        if end - first == 1.0 {
            return exp(-rate * (origin + first * every));
        }
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
