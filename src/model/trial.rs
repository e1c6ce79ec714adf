//! Trials: published figures that regimens are fitted to, and what a fit found.

use super::CurveKind;
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
