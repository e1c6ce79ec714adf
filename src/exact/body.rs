//! What a dose by body size costs on average.

use super::background::AgeGroup;
use crate::math::{exp, normal_cdf, pow};
use crate::model::{Body, Dosing, GROWN_YEARS, Sex, Size, Vials};

/// Heights that the mean over heights is taken at: standard deviations to either side, and the step.
const HEIGHTS: (f64, f64) = (7.0, 0.125);
/// What is more than vials hold: beyond their rounding, in mg and as a share.
const BEYOND: f64 = 1e-6;
/// Steps of the integral over doses of tocilizumab.
const STEPS: usize = 400;

/// Probability of being larger than `least`.
fn above(size: Size, least: f64) -> f64 {
    match size {
        Size::Growing([l, m, s]) => {
            if least <= 0.0 {
                return 1.0;
            }
            let power = pow(least / m, l);
            if power <= Size::LEAST {
                return f64::from(u8::from(l > 0.0));
            }
            normal_cdf((1.0 - power) / (l * s))
        }
        Size::Grown(mean, sd) if least < mean - Size::KEPT * sd => 1.0,
        Size::Grown(mean, sd) if least >= mean + Size::KEPT * sd => 0.0,
        Size::Grown(mean, sd) => normal_cdf((mean - least) / sd),
    }
}

/// Body sizes of one sex in one draw.
#[derive(Debug, Clone)]
pub(super) struct Sizes<'a> {
    body: &'a Body,
    sex: Sex,
    /// Mean and standard deviation of adult weight and height.
    adult: [f64; 4],
}

impl<'a> Sizes<'a> {
    /// The sizes of a sex.
    pub(super) fn new(body: &'a Body, sex: Sex, levels: &[u8], parameters: &[f64]) -> Self {
        Self { body, sex, adult: body.adult(sex, levels, parameters) }
    }

    fn size(&self, age: f64, weight: bool) -> Size {
        self.body.size(self.sex, age, weight, &self.adult)
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
                    mean_over_heights(height, |height| above(weight, 3600.0 * size * size / height))
                }
                _ => above(weight, size),
            };
            sum += more;
            if more < 1e-13 {
                break;
            }
        }
        sum
    }

    /// Mean mg opened for a dose of tocilizumab at an age: mg/kg below a weight and from there, that weight, the largest
    /// dose.
    pub(super) fn tocilizumab_mg(&self, age: f64, [light, heavy, step, cap]: [f64; 4], vials: &Vials) -> f64 {
        let weight = self.size(age, true);
        if !vials.sizes().is_empty() {
            // Sum over what vials can hold: how much more the next holds, times the probability of needing it.
            let more = |mg: f64| {
                let below = (above(weight, mg / light) - above(weight, step)).max(0.0);
                below + above(weight, step.max(mg / heavy))
            };
            let (mut sum, mut held) = (0.0, 0.0);
            while held < cap {
                let next = vials.opened(held * (1.0 + BEYOND) + BEYOND);
                sum += (next - held) * more(held);
                held = next;
            }
            return sum;
        }
        // The mean of a function of weight is the integral of its slope times the probability of being heavier.
        let between = |from: f64, to: f64| {
            let step = (to - from) / STEPS as f64;
            (0..STEPS).map(|at| above(weight, from + (at as f64 + 0.5) * step)).sum::<f64>() * step
        };
        let jump = (step * heavy).min(cap) - (step * light).min(cap);
        light * between(0.0, step.min(cap / light))
            + heavy * between(step, step.max(cap / heavy))
            + jump * above(weight, step)
    }
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
    groups.len() > 1 && groups.iter().any(|group| group.age < GROWN_YEARS)
}
