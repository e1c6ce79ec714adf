//! Means of sampled amounts.

use crate::distribution::{Curve, Family};
use crate::math::{exp, ln};

/// Steps of the integral, even; it runs over the logarithm of time.
const STEPS: usize = 2000;
/// Share of the whole range from which it runs.
const FROM: f64 = 1e-9;

/// Mean of a time to an event, one that comes after `longest` counting as that: the integral of its survival.
pub(super) fn mean_until(curve: &Curve, longest: f64) -> f64 {
    if let Family::Fixed { months } = curve.family() {
        let at = (months + curve.delay()).min(longest);
        return at + (longest - at) * curve.survival(longest.max(2.0 * at));
    }
    let delay = curve.delay().min(longest);
    let range = longest - delay;
    if range <= 0.0 {
        return longest;
    }
    let low = range * FROM;
    let step = (ln(range) - ln(low)) / STEPS as f64;
    let mut sum = 0.0;
    for at in 0..=STEPS {
        let months = low * exp(step * at as f64);
        let weight = match at {
            0 | STEPS => 1.0,
            _ if at % 2 == 1 => 4.0,
            _ => 2.0,
        };
        sum += weight * months * curve.survival(delay + months);
    }
    delay + low + sum * step / 3.0
}
