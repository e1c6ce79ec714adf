//! Natural logarithms of x and of 1 + x.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::{LN_2_HIGH, LN_2_LOW, polynomial};

/// Bits of sqrt(1/2), where the significand is cut so that it lies in [sqrt(1/2), sqrt(2)).
const CUT: u64 = 0x3fe6_a09e_667f_3bcd;
/// Bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// Minimax coefficients of (2 artanh(s)/s - 2)/s^2 in s^2, for ln(1 + f) with s = f / (2 + f); error 2.5e-18.
const SERIES: [f64; 7] = [
    0.666_666_666_666_673_4,
    0.399_999_999_994_143_04,
    0.285_714_287_424_765_9,
    0.222_221_985_634_617_9,
    0.181_835_648_616_883_17,
    0.153_140_360_976_659_4,
    0.147_961_016_401_044_23,
];

/// x = m 2^k with m in [sqrt(1/2), sqrt(2)): (k, m). Normal positive x only.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let bits = x.to_bits().wrapping_add(ONE - CUT);
    // 2^52 + biased exponent as a float, without a conversion instruction, which AVX2 lacks.
    let k = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + CUT);
    (k, m)
}

/// k ln 2 + ln(1 + f) + correction, for 1 + f in [sqrt(1/2), sqrt(2)).
///
/// The arrangement of the sum is that of fdlibm (Sun Microsystems 1993, `e_log.c`); the coefficients are our own.
#[inline(always)]
fn sum(k: f64, f: f64, correction: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let rest = z * polynomial(SERIES, z);
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + rest) + (k * LN_2_LOW + correction))) - f)
}

/// Natural logarithm, within 1 ulp, subnormal arguments included.
///
/// ln 0 is -infinity, ln infinity is infinity, a negative argument or NaN gives NaN.
#[must_use]
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let (k, m) = split(if tiny { x * 18_014_398_509_481_984.0 } else { x });
    let y = sum(if tiny { k - 54.0 } else { k }, m - 1.0, 0.0);
    at_limits(x, y)
}

/// ln(1 + x), relative error below 1e-15 for every x > -1, however small.
///
/// -1 gives -infinity, infinity gives infinity, below -1 or NaN gives NaN. The sign of a zero is not kept.
#[must_use]
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let whole = 1.0 + x;
    // What was lost in rounding 1 + x (Knuth's two-sum).
    let back = whole - 1.0;
    let lost = (1.0 - (whole - back)) + (x - back);
    let (k, m) = split(whole);
    let near = k == 0.0;
    let f = if near { x } else { m - 1.0 };
    let correction = if near { 0.0 } else { lost / whole };
    at_limits(whole, sum(k, f, correction))
}

/// The logarithm `y` of `x`, put right where `x` is 0, negative, infinite or NaN.
#[inline(always)]
fn at_limits(x: f64, y: f64) -> f64 {
    let y = if x < f64::INFINITY { y } else { x };
    let outside = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    if x > 0.0 { y } else { outside }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
mod tests {
    use super::*;
    use crate::math::vector::tests::{relative_error, ulps, uniforms};

    #[test]
    fn ln_is_within_one_ulp_of_the_platform() {
        let worst = uniforms(400_000, -323.0, 308.2)
            .map(|e| 10f64.powf(e))
            .chain(uniforms(400_000, 0.0, 3.0))
            .chain(uniforms(400_000, 0.99, 1.01))
            .map(|x| ulps(ln(x), x.ln()))
            .max();
        assert!(worst <= Some(1), "{worst:?}");
    }

    #[test]
    fn ln_is_right_at_its_limits() {
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-1.0).is_nan());
        assert!(ln(f64::NEG_INFINITY).is_nan());
        assert!(ln(f64::NAN).is_nan());
        assert!(ulps(ln(f64::from_bits(1)), f64::from_bits(1).ln()) <= 1);
        assert!(ulps(ln(f64::MAX), f64::MAX.ln()) <= 1);
        assert!(ulps(ln(f64::MIN_POSITIVE), f64::MIN_POSITIVE.ln()) <= 1);
    }

    #[test]
    fn ln_1p_keeps_its_relative_error_at_every_size() {
        let sizes = uniforms(200_000, -300.0, 300.0).map(|e| 10f64.powf(e));
        let worst = uniforms(400_000, -1.0, 3.0)
            .chain(uniforms(400_000, -0.5, 0.5))
            .chain(uniforms(100_000, -1.0, -0.999_999))
            .chain(sizes.flat_map(|x| [x, -x.min(0.99)]))
            .map(|x| relative_error(ln_1p(x), x.ln_1p()))
            .fold(0.0, f64::max);
        assert!(worst < 6e-16, "{worst}");
    }

    #[test]
    fn ln_1p_is_right_at_its_limits() {
        assert_eq!(ln_1p(0.0), 0.0);
        assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
        assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
        assert_eq!(ln_1p(1e-300), 1e-300);
        assert!(ln_1p(-1.5).is_nan());
        assert!(ln_1p(f64::NAN).is_nan());
    }
}
