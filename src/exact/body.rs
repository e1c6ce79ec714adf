//! What a dose by body size costs on average.

use super::background::AgeGroup;
use crate::math::{exp, normal_cdf, pow};
use crate::model::{Body, Dosing, GrowthRow, Sex};

/// Age from which the growth table does not hold.
const GROWN: f64 = 20.0;
/// Standard deviations that adults are kept within.
const KEPT: f64 = 3.0;
/// Least of what a growth curve raises to a power.
const LEAST: f64 = 0.01;
/// Heights that the mean over heights is taken at: standard deviations to either side, and the step.
const HEIGHTS: (f64, f64) = (7.0, 0.125);
/// Steps of the integral over doses of tocilizumab.
const STEPS: usize = 400;

/// Distribution of weight or height at one age.
#[derive(Debug, Clone, Copy)]
enum Size {
    /// L, M, S of Cole 1990.
    Growing([f64; 3]),
    /// Mean and standard deviation, kept within three of these.
    Grown(f64, f64),
}

impl Size {
    /// Size at place z of a normal distribution.
    fn at(self, z: f64) -> f64 {
        match self {
            Self::Growing([l, m, s]) => m * pow((1.0 + l * s * z).max(LEAST), 1.0 / l),
            Self::Grown(mean, sd) => mean + sd * z.clamp(-KEPT, KEPT),
        }
    }

    /// Probability of being larger than `size`.
    fn above(self, size: f64) -> f64 {
        match self {
            Self::Growing([l, m, s]) => {
                if size <= 0.0 {
                    return 1.0;
                }
                let power = pow(size / m, l);
                if power <= LEAST {
                    return f64::from(u8::from(l > 0.0));
                }
                normal_cdf((1.0 - power) / (l * s))
            }
            Self::Grown(mean, sd) if size < mean - KEPT * sd => 1.0,
            Self::Grown(mean, sd) if size >= mean + KEPT * sd => 0.0,
            Self::Grown(mean, sd) => normal_cdf((mean - size) / sd),
        }
    }
}

/// Body sizes of one sex in one draw.
#[derive(Debug, Clone)]
pub(super) struct Sizes<'a> {
    rows: &'a [GrowthRow],
    /// Mean and standard deviation of adult weight and height.
    adult: [f64; 4],
}

impl<'a> Sizes<'a> {
    /// The sizes of a sex.
    pub(super) fn new(body: &'a Body, sex: Sex, levels: &[u8], parameters: &[f64]) -> Self {
        let (rows, adult) = match sex {
            Sex::Female => (&body.growth.female, &body.adult_female),
            Sex::Male => (&body.growth.male, &body.adult_male),
        };
        Self { rows, adult: [0, 1, 2, 3].map(|at: usize| adult[at].evaluate(levels, parameters)) }
    }

    fn size(&self, age: f64, weight: bool) -> Size {
        let row = self.rows.get(row_of(age) as usize).filter(|_| age < GROWN);
        match row {
            Some(row) => Size::Growing(if weight { row.weight } else { row.height }),
            None if weight => Size::Grown(self.adult[0], self.adult[1]),
            None => Size::Grown(self.adult[2], self.adult[3]),
        }
    }

    /// Mean number of vials opened for one dose of `amount` per unit of size, at most `cap`, at an age.
    pub(super) fn vials(&self, age: f64, dosing: Dosing, [amount, cap, vial]: [f64; 3]) -> f64 {
        let (weight, height) = (self.size(age, true), self.size(age, false));
        let mut sum = 0.0;
        for opened in 0..1_000_000 {
            let mg = f64::from(opened) * vial;
            if mg >= cap {
                break;
            }
            let size = mg / amount;
            let more = match dosing {
                Dosing::Surface => {
                    mean_over_heights(height, |height| weight.above(3600.0 * size * size / height))
                }
                _ => weight.above(size),
            };
            sum += more;
            if more < 1e-13 {
                break;
            }
        }
        sum
    }

    /// Mean dose of tocilizumab in mg at an age: mg/kg below a weight and from there, that weight, the largest dose.
    pub(super) fn tocilizumab_mg(&self, age: f64, [light, heavy, step, cap]: [f64; 4]) -> f64 {
        let weight = self.size(age, true);
        // The mean of a function of weight is the integral of its slope times the probability of being heavier.
        let between = |from: f64, to: f64| {
            let step = (to - from) / STEPS as f64;
            (0..STEPS).map(|at| weight.above(from + (at as f64 + 0.5) * step)).sum::<f64>() * step
        };
        let jump = (step * heavy).min(cap) - (step * light).min(cap);
        light * between(0.0, step.min(cap / light))
            + heavy * between(step, step.max(cap / heavy))
            + jump * weight.above(step)
    }
}

/// The row of the growth table at an age; one past any for the grown.
pub(super) fn row_of(age: f64) -> u32 {
    if age < GROWN { (age * 2.0).round() as u32 } else { 2 * GROWN as u32 + 1 }
}

/// Mean over a distribution of heights.
fn mean_over_heights(height: Size, value: impl Fn(f64) -> f64) -> f64 {
    let (end, step) = HEIGHTS;
    let count = (2.0 * end / step) as usize;
    let (mut sum, mut all) = (0.0, 0.0);
    for at in 0..=count {
        let z = at as f64 * step - end;
        let weight = exp(-0.5 * z * z);
        sum += weight * value(height.at(z));
        all += weight;
    }
    sum / all
}

/// Whether body size follows age in some of the groups.
pub(super) fn follows_age(groups: &[AgeGroup]) -> bool {
    groups.len() > 1 && groups.iter().any(|group| group.age < GROWN)
}
