//! The exponential function and the exponential minus one.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::{LN_2_HIGH, LN_2_LOW, polynomial};

/// Largest argument with a finite result.
const LARGEST: f64 = f64::from_bits(0x4086_2e42_fefa_39ef);
/// Below this the result would be subnormal and is 0.
const SMALLEST: f64 = -708.396_418_532_264;
/// 1.5 * 2^52: adding it rounds to an integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Minimax coefficients of (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2, error of e^r - 1 at most 1.8e-17 relative.
const SERIES: [f64; 10] = [
    0.500_000_000_000_000_6,
    0.166_666_666_666_666_85,
    0.041_666_666_666_574_1,
    0.008_333_333_333_314_801,
    0.001_388_888_893_225_699_4,
    0.000_198_412_699_025_689_95,
    2.480_150_456_860_839_7e-5,
    2.755_722_836_577_445e-6,
    2.762_628_415_209_269_5e-7,
    2.511_434_409_238_37e-8,
];

/// Splits x = k ln 2 + r with |r| <= ln 2 / 2: (k in the low bits, e^r - 1).
#[inline(always)]
fn split(x: f64) -> (u64, f64) {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    (shifted.to_bits(), r + r * r * polynomial(SERIES, r))
}

/// e^x, within 1 ulp.
///
/// Results below 2^-1022 (x < -708.396) are 0, not subnormal; above x = 709.783 they are infinite. NaN gives NaN.
#[must_use]
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let (k, fraction) = split(x);
    let y = f64::from_bits((1.0 + fraction).to_bits().wrapping_add(k << 52));
    let y = if x < SMALLEST { 0.0 } else { y };
    // Adding infinity keeps NaN.
    if x <= LARGEST { y } else { x + f64::INFINITY }
}

/// e^x - 1, relative error below 1e-15 for every x, however small.
///
/// The sign of a zero and the last bit of a subnormal argument are not kept. NaN gives NaN.
#[must_use]
#[inline(always)]
pub fn exp_m1(x: f64) -> f64 {
    let (k, fraction) = split(x);
    // 2^(k-1), halved so that k = 1024 does not overflow.
    let half = f64::from_bits((k << 52).wrapping_add(1022 << 52));
    let y = 2.0 * (half * fraction + (half - 0.5));
    let y = if x < -60.0 { -1.0 } else { y };
    if x <= LARGEST { y } else { x + f64::INFINITY }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
mod tests {
    use super::*;
    use crate::math::vector::tests::{relative_error, ulps, uniforms};

    #[test]
    fn exp_is_within_one_ulp_of_the_platform() {
        let worst = uniforms(400_000, -708.0, 709.7)
            .chain(uniforms(400_000, -1.0, 1.0))
            .map(|x| ulps(exp(x), x.exp()))
            .max();
        assert!(worst <= Some(1), "{worst:?}");
    }

    #[test]
    fn exp_is_right_at_its_limits() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(1e300), f64::INFINITY);
        assert_eq!(exp(-1e300), 0.0);
        assert_eq!(exp(-708.5), 0.0);
        assert!(exp(LARGEST).is_finite());
        assert_eq!(exp(LARGEST.next_up()), f64::INFINITY);
        assert!(exp(SMALLEST) >= f64::MIN_POSITIVE);
        assert!(ulps(exp(SMALLEST), SMALLEST.exp()) <= 1);
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn exp_m1_keeps_its_relative_error_at_every_size() {
        let sizes = uniforms(200_000, -300.0, 2.0).map(|e| 10f64.powf(e));
        let worst = uniforms(400_000, -45.0, 709.7)
            .chain(uniforms(400_000, -2.0, 2.0))
            .chain(sizes.flat_map(|x| [x, -x]))
            .map(|x| relative_error(exp_m1(x), x.exp_m1()))
            .fold(0.0, f64::max);
        assert!(worst < 6e-16, "{worst}");
    }

    #[test]
    fn exp_m1_is_right_at_its_limits() {
        assert_eq!(exp_m1(0.0), 0.0);
        assert_eq!(exp_m1(f64::NEG_INFINITY), -1.0);
        assert_eq!(exp_m1(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp_m1(710.0), f64::INFINITY);
        assert!(exp_m1(LARGEST).is_finite());
        assert_eq!(exp_m1(-1e300), -1.0);
        assert!(exp_m1(f64::NAN).is_nan());
    }
}
