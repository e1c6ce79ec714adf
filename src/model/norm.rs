//! Utility of the general population by age, with which the utilities of states fall.

use super::Sex;
use crate::math::exp;

/// A regression of the utility of the general population on age in years and sex.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationUtility {
    /// At age 0, of women.
    pub constant: f64,
    /// What men have more.
    pub male: f64,
    /// For each year of age.
    pub age: f64,
    /// For its square.
    pub age_squared: f64,
}

impl PopulationUtility {
    /// The utility at an age.
    #[inline]
    #[must_use]
    pub fn at(&self, sex: Sex, age: f64) -> f64 {
        let male = if sex == Sex::Male { self.male } else { 0.0 };
        self.constant + male + age * (self.age + age * self.age_squared)
    }

    /// How it changes for those who are `age` years old at month 0.
    #[inline]
    #[must_use]
    pub fn from_age(&self, sex: Sex, age: f64) -> Fading {
        // Of every patient in every state, so with one division.
        let per_month = 1.0 / (12.0 * self.at(sex, age));
        let slope = (self.age + 2.0 * age * self.age_squared) * per_month;
        Fading { slope, bend: self.age_squared * per_month * (1.0 / 12.0) }
    }
}

/// A utility relative to that at month 0: 1 + slope t + bend t^2, t in months.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fading {
    slope: f64,
    bend: f64,
}

impl Fading {
    /// At a month.
    #[must_use]
    pub fn at(&self, t: f64) -> f64 {
        1.0 + t * (self.slope + t * self.bend)
    }

    /// The months, of either sign, at which it has a value; infinite where it has it once or never.
    #[must_use]
    pub fn reaches(&self, value: f64) -> [f64; 2] {
        // The root of the larger size first: the other follows from it without cancellation.
        let missing = 1.0 - value;
        let half = -0.5
            * (self.slope
                + self.slope.signum() * (self.slope * self.slope - 4.0 * self.bend * missing).sqrt());
        [half / self.bend, missing / half]
            .map(|months| if months.is_finite() { months } else { f64::INFINITY })
    }

    /// Its integral from month 0.
    #[inline]
    #[must_use]
    pub fn until(&self, t: f64) -> f64 {
        t * (1.0 + t * (self.slope / 2.0 + t * self.bend / 3.0))
    }

    /// Its integral from month 0, discounted at a continuous rate a month.
    #[inline]
    #[must_use]
    pub fn discounted(&self, t: f64, rate: f64) -> f64 {
        if rate == 0.0 {
            return self.until(t);
        }
        // Integrals of s^0, s^1, s^2 times e^-rs, each by parts from the one before.
        let (factor, inverse) = (exp(-rate * t), 1.0 / rate);
        let flat = (1.0 - factor) * inverse;
        let first = (flat - t * factor) * inverse;
        let second = (2.0 * first - t * t * factor) * inverse;
        flat + self.slope * first + self.bend * second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_reached_where_they_are() {
        let finite = |fading: Fading, value| {
            fading.reaches(value).into_iter().filter(|t| t.is_finite()).collect::<Vec<_>>()
        };
        let falling = Fading { slope: -0.001, bend: -2e-6 };
        assert!(finite(falling, 0.8).iter().all(|t| (falling.at(*t) - 0.8).abs() < 1e-14));
        assert_eq!(finite(falling, 0.8).len(), 2);
        assert_eq!(finite(Fading { slope: -0.01, bend: 0.0 }, 0.5), [50.0]);
        assert!(finite(Fading { slope: 0.0, bend: 0.0 }, 0.5).is_empty());
        assert!(finite(Fading { slope: 0.0, bend: 1.0 }, 0.5).is_empty());
        assert_eq!(
            finite(Fading { slope: 0.0, bend: -0.01 }, 0.0).iter().map(|t| t.abs()).sum::<f64>(),
            20.0
        );
    }

    #[test]
    fn integrals_are_sums_of_the_values() {
        let norm = PopulationUtility { constant: 0.95, male: 0.02, age: -2.6e-4, age_squared: -3.3e-5 };
        let fading = norm.from_age(Sex::Male, 40.0);
        assert!((fading.at(120.0) - norm.at(Sex::Male, 50.0) / norm.at(Sex::Male, 40.0)).abs() < 1e-15);
        for rate in [0.0, 0.0025] {
            let step = 0.01;
            let sum: f64 = (0..30_000)
                .map(|at| {
                    let t = (f64::from(at) + 0.5) * step;
                    fading.at(t) * exp(-rate * t) * step
                })
                .sum();
            assert!((fading.discounted(300.0, rate) / sum - 1.0).abs() < 1e-8, "{rate}");
        }
    }
}
