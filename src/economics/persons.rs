//! Whom a decision concerns.

use crate::math::{exp, exp_m1, ln_1p};
use crate::model::{Convention, DecidingFor, Discount, Model, Value};
use crate::program::Draw;
use crate::stream::Stream;

/// Patients who come through the years of a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Population {
    /// Persons each year, at least 0.
    pub yearly: f64,
    /// Years for which the decision stands, at least 0.
    pub years: f64,
    /// Discount rate a year, at least 0.
    pub discount_rate: f64,
    /// How the rate acts.
    pub convention: Convention,
}

impl Population {
    /// Persons, each counted as the convention has it at their time, (1 + rate)^-t by default, evenly spread over the
    /// years: the value of information per person times this is that of the population.
    ///
    /// Counting all persons of a year at its end, as is done too, gives ln(1 + rate) / rate of this: 1.5 % less at 3 %.
    #[must_use]
    pub fn discounted_persons(&self) -> f64 {
        let force = match self.convention {
            Convention::Annual | Convention::YearStart => ln_1p(self.discount_rate),
            Convention::Continuous => self.discount_rate,
        };
        let years = match self.convention {
            _ if force == 0.0 => self.years,
            Convention::Annual | Convention::Continuous => -exp_m1(-force * self.years) / force,
            // Whole years, each as at its start, and what is left of the last.
            Convention::YearStart => {
                let whole = self.years.floor();
                exp_m1(-force * whole) / exp_m1(-force) + (self.years - whole) * exp(-force * whole)
            }
        };
        self.yearly * years
    }
}

/// Persons of whom some value of information is that of one person times their number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Persons {
    /// Mean over draws, discounted.
    pub mean: f64,
    /// Its standard error over draws; 0 where their number is known, or there is a single draw.
    pub error: f64,
}

impl Persons {
    /// Those of a decision, in so many draws.
    #[must_use]
    pub fn new(model: &Model, who: &DecidingFor, draws: usize) -> Self {
        let Discount { effects: discount_rate, convention, .. } = model.settings.discount;
        let years = who.years;
        let persons = |yearly| Population { yearly, years, discount_rate, convention }.discounted_persons();
        let all: Vec<f64> = yearly(model, &who.patients_a_year, draws).into_iter().map(persons).collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let squares: f64 = all.iter().map(|own| (own - mean) * (own - mean)).sum();
        Self { mean, error: if all.len() > 1 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 } }
    }

    /// A value of one person for all of them.
    #[must_use]
    pub fn times(&self, value: f64) -> f64 {
        self.mean * value
    }

    /// Standard error of a value for all of them, from that of one person: how many they are is found apart from it.
    #[must_use]
    pub fn times_error(&self, value: f64, error: f64) -> f64 {
        (self.mean * error).hypot(self.error * value)
    }
}

/// Patients a year in each of so many draws; one number where it is the same in all.
pub(super) fn yearly(model: &Model, value: &Value, draws: usize) -> Vec<f64> {
    if let Value::Constant(value) = value {
        return vec![*value];
    }
    let stream = Stream::new(model.settings.seed);
    let of = |index: usize| value.evaluate(&[], &Draw::sample(model, &stream, index as u32).parameters);
    (0..draws).map(of).collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
mod tests {
    use super::*;

    fn under(convention: Convention, discount_rate: f64, years: f64) -> f64 {
        Population { yearly: 200.0, years, discount_rate, convention }.discounted_persons()
    }

    #[test]
    fn persons_are_discounted_as_the_convention_has_it() {
        let near =
            |found: f64, persons: f64| assert!((found / persons - 1.0).abs() < 1e-12, "{found} {persons}");
        near(under(Convention::Continuous, 0.03, 10.0), 200.0 * (1.0 - (-0.3_f64).exp()) / 0.03);
        let by_year = |years: i32| (0..years).map(|year| 200.0 * 1.03_f64.powi(-year)).sum::<f64>();
        near(under(Convention::YearStart, 0.03, 4.0), by_year(4));
        near(under(Convention::YearStart, 0.03, 4.25), by_year(4) + 0.25 * 200.0 * 1.03_f64.powi(-4));
        for convention in [Convention::Annual, Convention::Continuous, Convention::YearStart] {
            assert_eq!(under(convention, 0.0, 7.5), 1500.0);
            assert_eq!(under(convention, 0.03, 0.0), 0.0);
        }
    }

    #[test]
    fn persons_are_discounted_at_their_time() {
        let persons = |discount_rate, years| under(Convention::Annual, discount_rate, years);
        assert_eq!(persons(0.0, 7.5), 1500.0);
        // By the middles of a thousand parts of each year.
        let middles =
            (0..10_000).map(|i| 1.03_f64.powf(-(f64::from(i) + 0.5) / 1000.0)).sum::<f64>() / 1000.0;
        assert!((persons(0.03, 10.0) / 200.0 - middles).abs() < 1e-8, "{} {middles}", persons(0.03, 10.0));
        assert_eq!(persons(0.03, 0.0), 0.0);
    }
}
