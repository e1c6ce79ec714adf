//! Body size: the growth table of children and the young, a normal distribution of adults.

use super::{Sex, Value};
use crate::math::pow;
use std::sync::Arc;

/// Age in years from which the growth table does not hold.
pub const GROWN_YEARS: f64 = 20.0;

/// One row of the growth table: LMS parameters (Cole 1990) at one age and sex.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrowthRow {
    /// L, M (kg), S of weight.
    pub weight: [f64; 3],
    /// L, M (cm), S of height.
    pub height: [f64; 3],
}

/// Weight and height for age, by sex: rows every half year from birth.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// Rows for women and girls.
    pub female: Vec<GrowthRow>,
    /// Rows for men and boys.
    pub male: Vec<GrowthRow>,
}

impl Growth {
    /// Index of the row nearest to an age in years; `None` for the grown.
    #[must_use]
    pub fn row(age: f64) -> Option<usize> {
        (age < GROWN_YEARS).then(|| (age * 2.0).round() as usize)
    }
}

/// Body size of patients.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Growth table below [`GROWN_YEARS`].
    pub growth: Arc<Growth>,
    /// Mean and standard deviation of adult weight (kg) and height (cm): women.
    pub adult_female: [Value; 4],
    /// The same for men.
    pub adult_male: [Value; 4],
}

impl Body {
    /// Mean and standard deviation of adult weight (kg) and height (cm) in a draw.
    #[must_use]
    pub fn adult(&self, sex: Sex, levels: &[u8], parameters: &[f64]) -> [f64; 4] {
        let values = if sex == Sex::Male { &self.adult_male } else { &self.adult_female };
        [0, 1, 2, 3].map(|at: usize| values[at].evaluate(levels, parameters))
    }

    /// Distribution of weight (kg), else of height (cm), at an age in years; `adult` as [`Self::adult`] gives it.
    #[must_use]
    pub fn size(&self, sex: Sex, age: f64, weight: bool, adult: &[f64; 4]) -> Size {
        let rows = if sex == Sex::Male { &self.growth.male } else { &self.growth.female };
        match Growth::row(age).and_then(|row| rows.get(row)) {
            Some(row) => Size::Growing(if weight { row.weight } else { row.height }),
            None if weight => Size::Grown(adult[0], adult[1]),
            None => Size::Grown(adult[2], adult[3]),
        }
    }
}

/// Distribution of weight or height at one age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// L, M, S of Cole 1990.
    Growing([f64; 3]),
    /// Mean and standard deviation of a normal distribution, kept within [`Size::KEPT`] of these.
    Grown(f64, f64),
}

impl Size {
    /// Standard deviations that adults are kept within.
    pub const KEPT: f64 = 3.0;
    /// Least of what a growth curve raises to a power: below it a size would not be defined.
    pub const LEAST: f64 = 0.01;

    /// Size at place z of a standard normal distribution.
    #[must_use]
    pub fn at(self, z: f64) -> f64 {
        match self {
            Self::Growing([l, m, s]) => m * pow((1.0 + l * s * z).max(Self::LEAST), 1.0 / l),
            Self::Grown(mean, sd) => mean + sd * z.clamp(-Self::KEPT, Self::KEPT),
        }
    }
}
