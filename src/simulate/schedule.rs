//! What is paid at regular times while a race lasts: cycles of treatment, MRD tests.

use super::Context;
use crate::math::{exp, exp_m1};
use crate::model::{Dosing, MIN_INTERVAL, NEAR};
use crate::outcome::Sink;
use crate::program::{CycleCost, Origin, Schedule};

/// Cycles whose discount factors are added up beforehand: more than most regimens have.
const CYCLES: usize = 16;

/// Sums of the discount factors at `offset + k * every` months.
struct Sums {
    rate: f64,
    offset: f64,
    every: f64,
    /// Of the cycles before each number of them.
    first: [f64; CYCLES + 1],
}

impl Sums {
    fn new(rate: f64, offset: f64, every: f64) -> Self {
        let mut first = [0.0; CYCLES + 1];
        let (mut factor, each) = (exp(-rate * offset), exp(-rate * every));
        for cycle in 0..CYCLES {
            first[cycle + 1] = first[cycle] + factor;
            factor *= each;
        }
        Self { rate, offset, every, first }
    }

    /// Of cycles 0 to before a whole number of them, 0 or more.
    fn until(&self, cycles: f64) -> f64 {
        if let Some(sum) = self.first.get(cycles as usize) {
            return *sum;
        }
        let Self { rate, offset, every, .. } = *self;
        if rate == 0.0 {
            return cycles;
        }
        exp(-rate * offset) * exp_m1(-rate * every * cycles) / exp_m1(-rate * every)
    }
}

/// The least whole number that is not below a number of at most 2^53, in two instructions: that of the library is a call
/// where the processor may be one without SSE4.1.
fn ceil(x: f64) -> f64 {
    let whole = x as i64 as f64;
    if whole < x { whole + 1.0 } else { whole }
}

impl<S: Sink> Context<'_, S> {
    /// Pays what falls due from the start of the race (included) to its end (not included).
    pub(super) fn pay_schedule(&mut self, patients: &[u32], schedule: &Schedule) {
        let every = self.numbers[schedule.every];
        if every < MIN_INTERVAL {
            return;
        }
        let offset = if schedule.at_origin { 0.0 } else { every };
        let rate = self.lives.costs.rate;
        let sums = Sums::new(rate, offset, every);
        let by_year = self.lives.costs.is_year_start() && rate != 0.0;
        for (place, patient) in patients.iter().enumerate() {
            let at = *patient as usize;
            let lives = &*self.lives;
            let start = match schedule.origin {
                Origin::Line => lives.line_start[at],
                Origin::Remission => lives.remission_start[at],
            };
            let origin = offset + start;
            let limit = if schedule.limited { lives.cycle_limit[at] } else { f64::INFINITY };
            let until = |time: f64| ceil((time - origin) / every - NEAR);
            let (first, end) =
                (until(lives.scratch.from[place]), until(lives.scratch.best[place]).min(limit));
            let mut known = (0.0, 0.0, 0.0);
            for cost in &schedule.costs {
                let range = (first.max(cost.cycles.0), end.min(cost.cycles.1));
                if range.0 < range.1 {
                    if (known.0, known.1) != range {
                        let factors = if by_year {
                            self.by_year((origin, every), range)
                        } else {
                            // Most begin with the strategy, and are worth what they cost.
                            let factor = if start == 0.0 { 1.0 } else { exp(-rate * start) };
                            factor * (sums.until(range.1) - sums.until(range.0))
                        };
                        known = (range.0, range.1, factors);
                    }
                    let price = self.price(cost, at);
                    self.outcome.costs[cost.item as usize][at] += price * known.2;
                }
            }
        }
    }

    /// Sum of the discount factors at `origin + k * every` for k from `first` to before `end`, where those of whole years
    /// are the same.
    fn by_year(&self, (origin, every): (f64, f64), (first, end): (f64, f64)) -> f64 {
        let year = |k: f64| ((origin + k * every) / 12.0).floor();
        let mut sum = 0.0;
        let mut k = first;
        while k < end {
            let this = year(k);
            let mut next = ((12.0 * (this + 1.0) - origin) / every).ceil().clamp(k + 1.0, end);
            // The division may round to either side of the year's end.
            next += f64::from(u8::from(next < end && year(next) == this));
            next -= f64::from(u8::from(next > k + 1.0 && year(next - 1.0) > this));
            sum += (next - k) * self.lives.costs.factor(12.0 * this, 0.0);
            k = next;
        }
        sum
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
        doses * ceil((amount * size).min(cap) / vial) * price
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_discount_factors_are_those_of_each_cycle() {
        for (rate, offset, every) in
            [(0.0, 0.0, 1.5), (0.0025, 0.0, 1.5), (0.004, 3.0, 3.0), (1e-7, 0.5, 0.01)]
        {
            let sums = Sums::new(rate, offset, every);
            let mut expected = 0.0;
            for cycle in 0..200 {
                let found = sums.until(f64::from(cycle));
                assert!((found - expected).abs() <= 1e-12 * expected, "{rate} {cycle}: {found} {expected}");
                expected += exp(-rate * (offset + f64::from(cycle) * every));
            }
        }
    }

    #[test]
    fn whole_numbers_above_are_those_of_the_library() {
        let all = [0.0, -0.0, 0.2, 1.0, 1.0 + 1e-15, -0.3, -1.0, -1.7, 4e15 + 0.5, 1e9 + 0.25];
        assert!(all.iter().all(|x| ceil(*x) == x.ceil()));
    }
}
