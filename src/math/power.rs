//! Powers with real exponents.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::{exp, ln};

/// x^y for x >= 0, as exp(y ln x): relative error below 1e-14 while |y ln x| < 50, and 2e-16 |y ln x| beyond.
///
/// x^0 is 1; 0^y is 0 or infinite by the sign of y. A negative x gives NaN (unless y is 0).
#[must_use]
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    let power = exp(y * ln(x));
    if y == 0.0 { 1.0 } else { power }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
mod tests {
    use super::*;
    use crate::math::vector::tests::{relative_error, uniforms};

    #[test]
    fn pow_has_fourteen_digits_where_survival_needs_them() {
        let worst = uniforms(300_000, -15.0, 15.0)
            .zip(uniforms(300_000, -3.0, 3.0))
            .map(|(log, y)| (log.exp(), y))
            .filter(|(x, y)| (y * x.ln()).abs() < 50.0)
            .map(|(x, y)| relative_error(pow(x, y), x.powf(y)))
            .fold(0.0, f64::max);
        assert!(worst < 1e-14, "{worst}");
    }

    #[test]
    fn pow_is_right_at_its_limits() {
        assert_eq!(pow(0.0, 2.0), 0.0);
        assert_eq!(pow(0.0, -2.0), f64::INFINITY);
        assert_eq!(pow(0.0, 0.0), 1.0);
        assert_eq!(pow(f64::INFINITY, 0.5), f64::INFINITY);
        assert_eq!(pow(f64::INFINITY, -0.5), 0.0);
        assert_eq!(pow(1.0, 1e300), 1.0);
        assert!(pow(-2.0, 2.0).is_nan());
        assert!(pow(f64::NAN, 2.0).is_nan());
    }
}
