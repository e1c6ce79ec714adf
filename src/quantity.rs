//! Units and domains of the numbers in a scenario. A [`Domain`] refuses NaN, infinity and what lies outside its range.

use std::borrow::Cow;
use std::fmt;

/// Days in a month: the year of 365.25 days divided by twelve.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Months in a year.
pub const MONTHS_PER_YEAR: f64 = 12.0;

/// Most of what has no bound of its own: more is a slip of the pen.
const MOST: f64 = 1e12;

/// What a number is, and so which values it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// Probability or share, in [0, 1].
    Probability,
    /// Time in months, at least 0.
    Months,
    /// Time in days, at least 0.
    Days,
    /// Age in years, 0 to 120.
    Years,
    /// Rate per month, at least 0.
    PerMonth,
    /// Positive ratio: hazard ratio, odds ratio, shape.
    Ratio,
    /// What a hazard is multiplied by, 0 to 1000: 0 takes it away.
    Factor,
    /// Any finite number: a log, a Gompertz shape.
    Real,
    /// Money in the scenario's currency, at least 0.
    Money,
    /// Utility, at most 1 and at least -1 (states worse than death).
    Utility,
    /// QALYs lost once by an event, at least 0.
    Qalys,
    /// Whole or mean number of things, at least 0.
    Count,
    /// Body weight in kilograms, above 0.
    Kilograms,
    /// Dose in milligrams (or mg/kg, mg/m2), above 0.
    Milligrams,
}

impl Domain {
    /// Every domain, in the order of their documentation.
    pub const ALL: [Self; 14] = [
        Self::Probability,
        Self::Months,
        Self::Days,
        Self::Years,
        Self::PerMonth,
        Self::Ratio,
        Self::Factor,
        Self::Real,
        Self::Money,
        Self::Utility,
        Self::Qalys,
        Self::Count,
        Self::Kilograms,
        Self::Milligrams,
    ];

    /// Name in files: the `unit` of an evidence value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::Months => "months",
            Self::Days => "days",
            Self::Years => "years",
            Self::PerMonth => "per_month",
            Self::Ratio => "ratio",
            Self::Factor => "factor",
            Self::Real => "real",
            Self::Money => "money",
            Self::Utility => "utility",
            Self::Qalys => "qalys",
            Self::Count => "count",
            Self::Kilograms => "kg",
            Self::Milligrams => "mg",
        }
    }

    /// The domain with this name in files.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|domain| domain.name() == name)
    }

    /// Lowest and highest allowed value; an open end is said by [`Domain::open_at_low`].
    #[must_use]
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::Probability => (0.0, 1.0),
            Self::Utility => (-1.0, 1.0),
            Self::Years => (0.0, 120.0),
            Self::Factor => (0.0, 1000.0),
            Self::Real => (f64::MIN, f64::MAX),
            Self::Months
            | Self::Days
            | Self::PerMonth
            | Self::Ratio
            | Self::Money
            | Self::Qalys
            | Self::Count
            | Self::Kilograms
            | Self::Milligrams => (0.0, MOST),
        }
    }

    /// Whether the lowest value itself is refused.
    #[must_use]
    pub const fn open_at_low(self) -> bool {
        matches!(self, Self::Ratio | Self::Kilograms | Self::Milligrams)
    }

    /// Whether `value` is finite and inside the domain.
    #[must_use]
    pub fn allows(self, value: f64) -> bool {
        let (low, high) = self.range();
        value.is_finite() && value <= high && if self.open_at_low() { value > low } else { value >= low }
    }

    /// `value` moved to the nearest allowed value; for sampled parameters whose distribution reaches beyond.
    #[must_use]
    pub fn clamp(self, value: f64) -> f64 {
        let (low, high) = self.range();
        let low = if self.open_at_low() { 1e-9 } else { low };
        value.max(low).min(high)
    }

    /// The allowed values in words, for error messages.
    #[must_use]
    pub const fn allowed(self) -> &'static str {
        match self {
            Self::Probability => "a probability from 0 to 1",
            Self::Months => "months, 0 or more",
            Self::Days => "days, 0 or more",
            Self::Years => "years, 0 to 120",
            Self::PerMonth => "a rate per month, 0 or more",
            Self::Ratio => "a ratio above 0",
            Self::Factor => "a factor from 0 to 1000",
            Self::Real => "a finite number",
            Self::Money => "money, 0 or more",
            Self::Utility => "a utility from -1 to 1",
            Self::Qalys => "QALYs, 0 or more",
            Self::Count => "a number, 0 or more",
            Self::Kilograms => "kilograms above 0",
            Self::Milligrams => "milligrams above 0",
        }
    }

    /// The allowed values in words, beside a value that is not one of them: with the limit where it is too much.
    #[must_use]
    pub fn allowed_for(self, value: f64) -> Cow<'static, str> {
        if self.range().1 == MOST && value > MOST {
            return Cow::Owned(format!("{}, at most {MOST:e}", self.allowed()));
        }
        Cow::Borrowed(self.allowed())
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_nan_infinity_and_values_outside() {
        for domain in Domain::ALL {
            assert!(!domain.allows(f64::NAN) && !domain.allows(f64::INFINITY), "{domain}");
            assert_eq!(Domain::from_name(domain.name()), Some(domain));
        }
        assert!(!Domain::Probability.allows(1.2) && Domain::Probability.allows(1.0));
        assert_eq!(Domain::Money.allowed_for(-1.0), "money, 0 or more");
        assert_eq!(Domain::Money.allowed_for(1e15), "money, 0 or more, at most 1e12");
        assert_eq!(Domain::Factor.allowed_for(1e15), "a factor from 0 to 1000");
        assert!(!Domain::Ratio.allows(0.0) && Domain::Months.allows(0.0) && !Domain::Months.allows(-1.0));
    }
}
