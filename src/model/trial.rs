//! Trials: published figures that regimens are fitted to, and what a fit found.

use super::CurveKind;
use crate::math::ln;
use std::sync::Arc;

/// What a published figure is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// Probability at a month: event-free, or of a cumulative incidence the event.
    Point {
        /// The curve.
        curve: CurveKind,
        /// Months from its origin.
        months: f64,
    },
    /// Months at which half of those whom the curve is about had the event.
    Median {
        /// The curve.
        curve: CurveKind,
    },
    /// Share of patients with a flag.
    Share {
        /// A bit of [`crate::outcome::flag`].
        flag: u32,
        /// The bit of those among whom; `None`: all.
        among: Option<u32>,
    },
    /// Hazard ratio as a Cox model estimates it, everyone followed for as long.
    HazardRatio {
        /// The curve.
        curve: CurveKind,
        /// Index of the strategy whose hazard is 1.
        against: usize,
        /// Months of follow-up.
        months: f64,
    },
}

/// What was published of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Published {
    /// A figure.
    Value,
    /// Anything within the interval is as good.
    Range,
    /// No more than the figure.
    AtMost,
    /// No less than the figure.
    AtLeast,
}

/// What a target does in a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetRole {
    /// Fitted to.
    Fitted,
    /// The figure is the prior of a parameter already: shown, not used a second time.
    Prior,
    /// Kept out of the fit, to judge it by.
    HeldOut,
}

/// A published figure that a strategy of the scenario should show.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Evidence id, or its place in the file.
    pub name: String,
    /// Index of the strategy.
    pub strategy: usize,
    /// What it is about.
    pub quantity: Quantity,
    /// How it binds.
    pub published: Published,
    /// The figure: a probability, months or a ratio.
    pub value: f64,
    /// Ends of its 95 % interval, where it has one.
    pub interval: Option<(f64, f64)>,
    /// Patients that it rests on, as it were.
    pub n: f64,
    /// Of a hazard ratio, patients of the strategy for each of the other; 1 where neither arm says how many.
    pub for_each: f64,
    /// What it does.
    pub role: TargetRole,
}

impl Target {
    /// A probability is met within this.
    pub const POINTS: f64 = 0.02;
    /// A time or ratio is met within this share of the published one.
    pub const SHARE: f64 = 0.05;

    /// Whether it is a probability, not a time or a ratio of hazards.
    #[must_use]
    pub fn is_probability(&self) -> bool {
        matches!(self.quantity, Quantity::Point { .. } | Quantity::Share { .. })
    }

    /// Whether a figure is as good as the published one: it keeps the bound or range, or is within two points of a
    /// probability, a twentieth of a time or ratio.
    #[must_use]
    pub fn is_met(&self, figure: f64) -> bool {
        let slack = if self.is_probability() { Self::POINTS } else { Self::SHARE * self.value };
        match (self.published, self.interval) {
            (Published::AtMost, _) => figure <= self.value,
            (Published::AtLeast, _) => figure >= self.value,
            (Published::Range, Some((low, high))) => low <= figure && figure <= high,
            _ => (figure - self.value).abs() <= slack,
        }
    }

    /// How many times as wide as the published interval another is; of times and ratios, whose errors multiply, on the
    /// scale of logarithms; infinite where it has no end. `None` where no interval was published: a range of several
    /// reports is none.
    #[must_use]
    pub fn times_as_wide(&self, (from, to): (f64, f64)) -> Option<f64> {
        let (low, high) = self.interval.filter(|_| self.published == Published::Value)?;
        let width = |from: f64, to: f64| if self.is_probability() { to - from } else { ln(to) - ln(from) };
        let ratio = width(from, to) / width(low, high);
        (!ratio.is_nan()).then_some(ratio)
    }
}

/// How one figure stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Smaller.
    Less,
    /// Larger.
    More,
    /// The same.
    Equal,
}

/// Whom a statement is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Index of the strategy.
    pub strategy: usize,
    /// Attribute levels: pairs of attribute and allowed levels.
    pub levels: Vec<(usize, Vec<u8>)>,
}

/// Something that a document says without a figure: one side stands so to the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Evidence id.
    pub name: String,
    /// What is compared.
    pub quantity: Quantity,
    /// How the first side stands to the second.
    pub relation: Relation,
    /// Both sides.
    pub sides: [Side; 2],
}

/// Targets and statements, and which parameters are fitted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trial {
    /// Published figures.
    pub targets: Vec<Target>,
    /// Statements without figures.
    pub statements: Vec<Statement>,
    /// Indices of the parameters that are fitted.
    pub free: Vec<usize>,
}

/// Rows of a fit, each one joint sample of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Name of the fit, its random address.
    pub name: String,
    /// Number of columns.
    pub columns: usize,
    /// Values, row by row.
    pub values: Arc<[f64]>,
    /// The row that stands for all where nothing is to vary.
    pub central: usize,
}

impl Posterior {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    /// One value.
    #[must_use]
    pub fn value(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(quantity: Quantity, published: Published, value: f64, interval: Option<(f64, f64)>) -> Target {
        let (name, role) = ("mine".to_owned(), TargetRole::Fitted);
        Target { name, strategy: 0, quantity, published, value, interval, n: 100.0, for_each: 1.0, role }
    }

    const POINT: Quantity = Quantity::Point { curve: CurveKind::Os, months: 12.0 };
    const MEDIAN: Quantity = Quantity::Median { curve: CurveKind::Os };

    #[test]
    fn a_figure_is_met_within_two_points_or_a_twentieth() {
        let met = |quantity, published, value, interval, figure: f64| {
            target(quantity, published, value, interval).is_met(figure)
        };
        assert!(
            met(POINT, Published::Value, 0.4, None, 0.4199)
                && !met(POINT, Published::Value, 0.4, None, 0.4201)
        );
        assert!(
            met(MEDIAN, Published::Value, 8.0, None, 7.61) && !met(MEDIAN, Published::Value, 8.0, None, 7.59)
        );
        assert!(
            met(POINT, Published::AtMost, 0.3, None, 0.1) && !met(POINT, Published::AtMost, 0.3, None, 0.31)
        );
        assert!(met(MEDIAN, Published::AtLeast, 9.0, None, f64::INFINITY));
        assert!(!met(POINT, Published::Range, 0.35, Some((0.3, 0.4)), 0.41));
        assert!(!met(MEDIAN, Published::Value, 8.0, None, f64::NAN));
    }

    #[test]
    fn times_are_as_wide_as_their_logarithms() {
        let months = target(MEDIAN, Published::Value, 8.0, Some((4.0, 16.0)));
        assert!((months.times_as_wide((2.0, 32.0)).unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(months.times_as_wide((2.0, f64::INFINITY)), Some(f64::INFINITY));
        let share = target(POINT, Published::Value, 0.4, Some((0.3, 0.5)));
        assert!((share.times_as_wide((0.3, 0.6)).unwrap() - 1.5).abs() < 1e-12);
        let range = target(POINT, Published::Range, 0.4, Some((0.3, 0.5)));
        assert_eq!(range.times_as_wide((0.3, 0.6)), None);
    }
}
