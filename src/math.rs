//! Elementary functions with fixed rounding: the same bits on any x86-64 processor, scalar or vector.
//!
//! The platform's `exp`, `ln` and `pow` differ between C libraries and versions, so none is called. Everything
//! here is additions, multiplications, divisions, square roots, comparisons and bit moves, each rounded once as
//! IEEE 754 says; no fused multiply-add. Branches are selects, and integers become floats by bit patterns, so
//! that the loops of [`vector`] run in SSE2, AVX2 or AVX-512 lanes with equal results.

pub(crate) mod algebra;
mod circle;
mod exponential;
mod gauss;
mod incomplete_gamma;
mod interval;
mod logarithm;
mod normal;
mod power;
pub mod vector;

pub use self::circle::circle;
pub use self::exponential::{exp, exp_m1};
pub(crate) use self::gauss::gauss_places;
pub(crate) use self::incomplete_gamma::IncompleteGamma;
pub(crate) use self::interval::wilson;
pub use self::logarithm::{ln, ln_1p};
pub use self::normal::{
    normal_cdf, normal_cumulative_hazard, normal_hazard, normal_quantile, normal_quantile_of_hazard,
};
pub use self::power::pow;

/// The standard normal quantile of 0.975: a 95 % interval is this many standard deviations to either side.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Upper 33 bits of ln 2, so that a product with an exponent is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// ln 2 minus [`LN_2_HIGH`].
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// The polynomial with coefficients `c`, constant first, at `x`, by Horner's rule.
#[expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]
#[inline(always)]
fn polynomial<const N: usize>(c: [f64; N], x: f64) -> f64 {
    let mut sum = c[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = sum * x + c[i];
    }
    sum
}
