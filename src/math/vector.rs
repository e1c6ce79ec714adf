//! The elementary functions over slices, in place, in vector lanes.
//!
//! With the feature `dispatch` the widest of AVX-512, AVX2 and the baseline that the processor has is chosen when
//! the program runs. Each element has the bits of the scalar function.

/// Defines a function that replaces each element `x` of a slice by an expression in `x`, compiled for each width.
macro_rules! in_lanes {
    ($($(#[$meta:meta])* $visibility:vis fn $name:ident($x:ident $(, $arg:ident: $type:ty)*) = $body:expr;)*) => { $(
        $(#[$meta])*
        #[cfg_attr(
            feature = "dispatch",
            multiversion::multiversion(targets(
                "x86_64+avx512f+avx512dq+avx512vl+avx512bw",
                "x86_64+avx2",
            ))
        )]
        $visibility fn $name(values: &mut [f64] $(, $arg: $type)*) {
            for value in values.iter_mut() {
                let $x = *value;
                *value = $body;
            }
        }
    )* };
}
pub(crate) use in_lanes;

in_lanes! {
    /// Replaces each x by e^x; see [`super::exp`].
    pub fn exp_all(x) = super::exp(x);

    /// Replaces each x by e^x - 1; see [`super::exp_m1`].
    pub fn exp_m1_all(x) = super::exp_m1(x);

    /// Replaces each x by ln x; see [`super::ln`].
    pub fn ln_all(x) = super::ln(x);

    /// Replaces each x by -ln x: a uniform number becomes the cumulative hazard at which its event happens.
    pub fn neg_ln_all(x) = 0.0 - super::ln(x);

    /// Replaces each x by ln(1 + x); see [`super::ln_1p`].
    pub fn ln_1p_all(x) = super::ln_1p(x);

    /// Replaces each x by x^y; see [`super::pow`].
    pub fn pow_all(x, y: f64) = super::pow(x, y);

    /// Replaces each probability by the normal quantile; see [`super::normal_quantile`].
    pub fn normal_quantile_all(p) = super::normal_quantile(p);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::math;

    /// Distance in units of the last place.
    pub(crate) fn ulps(a: f64, b: f64) -> u64 {
        fn ordered(x: f64) -> i64 {
            let bits = x.to_bits().cast_signed();
            if bits < 0 { i64::MIN - bits } else { bits }
        }
        ordered(a).abs_diff(ordered(b))
    }

    /// |a - b| / |b|, 0 where both are equal.
    pub(crate) fn relative_error(a: f64, b: f64) -> f64 {
        if a == b { 0.0 } else { ((a - b) / b).abs() }
    }

    /// `n` numbers between `low` and `high`, always the same (`SplitMix64`).
    pub(crate) fn uniforms(n: usize, low: f64, high: f64) -> impl Iterator<Item = f64> {
        let mut state = 20_260_101_u64;
        (0..n).map(move |_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            low + (high - low) * ((z >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
        })
    }

    /// Applies both forms to the same numbers and compares the bits.
    fn same_bits(values: &[f64], all: impl Fn(&mut [f64]), one: impl Fn(f64) -> f64) {
        let mut replaced = values.to_vec();
        all(&mut replaced);
        for (&x, &y) in values.iter().zip(&replaced) {
            assert_eq!(y.to_bits(), one(x).to_bits(), "at {x}");
        }
    }

    #[test]
    fn slices_have_the_bits_of_scalars() {
        let mut values: Vec<f64> = uniforms(5_003, -720.0, 720.0).chain(uniforms(5_003, -1.5, 1.5)).collect();
        values.extend([0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, 1e-310, f64::MAX]);
        same_bits(&values, exp_all, math::exp);
        same_bits(&values, exp_m1_all, math::exp_m1);
        for x in &mut values {
            *x = x.abs();
        }
        same_bits(&values, ln_all, math::ln);
        same_bits(&values, neg_ln_all, |x| 0.0 - math::ln(x));
        same_bits(&values, ln_1p_all, math::ln_1p);
        same_bits(&values, |xs| pow_all(xs, 0.8), |x| math::pow(x, 0.8));
        let shares: Vec<f64> = uniforms(5_003, 0.0, 1.0).chain([1e-300, 0.5, 0.075, 0.925]).collect();
        same_bits(&shares, normal_quantile_all, math::normal_quantile);
    }

    #[test]
    fn chosen_values_never_change() {
        // Bits computed once; a change here is value-breaking.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |x: f64| hash = (hash ^ x.to_bits()).wrapping_mul(0x0000_0100_0000_01b3);
        for x in uniforms(10_000, 0.0, 30.0) {
            add(math::exp(-x));
            add(math::ln(x));
            add(math::exp_m1(-x));
            add(math::ln_1p(x));
            add(math::pow(x, 0.8));
            add(math::normal_quantile_of_hazard(x));
            add(math::normal_cumulative_hazard(x - 15.0));
        }
        assert_eq!(hash, 4_059_388_645_445_083_792);
    }
}
