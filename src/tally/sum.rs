//! Exact sums: each value is rounded once to a multiple of a power of two, then added as an integer.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

/// Adding this to a number below 2^51 leaves its nearest integer in the low bits of the mantissa.
const MAGIC: f64 = 6_755_399_441_055_744.0;
/// Largest magnitude for which that holds.
const LIMIT: f64 = 2_251_799_813_685_248.0;
/// Values added before the 64-bit sum could overflow: 2^11 values below 2^51 stay below 2^62.
const BLOCK: usize = 2048;

/// Sum of a quantity and of its squares, as integers in units of powers of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moments {
    /// Sum of values, each times `2^bits` and rounded.
    pub sum: i128,
    /// Sum of squares, each times `2^square_bits` and rounded.
    pub squares: i128,
}

impl Moments {
    /// Adds another tally of the same quantity.
    pub fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

/// Sum over `values` of the nearest integer to `value * factor`, ties to even. Exact for any finite values.
#[must_use]
pub fn exact_sum(values: &[f64], factor: f64) -> i128 {
    values
        .chunks(BLOCK)
        .map(|block| {
            let (sum, largest) = rounded_sum(block, factor);
            if largest < LIMIT { i128::from(sum) } else { slow_sum(block, factor) }
        })
        .sum()
}

/// Sum over `values` of the nearest integer to `value * value * factor`.
pub(super) fn exact_square_sum(values: &[f64], factor: f64) -> i128 {
    values
        .chunks(BLOCK)
        .map(|block| {
            let (sum, largest) = rounded_square_sum(block, factor);
            if largest < LIMIT {
                i128::from(sum)
            } else {
                block.iter().map(|value| (value * value * factor).round_ties_even() as i128).sum()
            }
        })
        .sum()
}

/// Sum over pairs of the nearest integer to `(a - b)^2 * factor`. Shapes: both of one length.
pub(super) fn exact_difference_squares(a: &[f64], b: &[f64], factor: f64) -> i128 {
    a.chunks(BLOCK)
        .zip(b.chunks(BLOCK))
        .map(|(a, b)| {
            let (sum, largest) = rounded_difference_squares(a, b, factor);
            if largest < LIMIT {
                i128::from(sum)
            } else {
                let square = |(a, b): (&f64, &f64)| (a - b) * (a - b) * factor;
                a.iter().zip(b).map(|pair| square(pair).round_ties_even() as i128).sum()
            }
        })
        .sum()
}

fn slow_sum(values: &[f64], factor: f64) -> i128 {
    values.iter().map(|value| (value * factor).round_ties_even() as i128).sum()
}

/// The nearest integer of a number below [`LIMIT`] in magnitude, without a conversion instruction.
#[inline(always)]
fn nearest(value: f64) -> i64 {
    (value + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits()).cast_signed()
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_sum(values: &[f64], factor: f64) -> (i64, f64) {
    let (mut sum, mut largest) = (0_i64, 0.0_f64);
    for value in values {
        let scaled = *value * factor;
        sum = sum.wrapping_add(nearest(scaled));
        largest = if scaled.abs() > largest { scaled.abs() } else { largest };
    }
    (sum, largest)
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_square_sum(values: &[f64], factor: f64) -> (i64, f64) {
    let (mut sum, mut largest) = (0_i64, 0.0_f64);
    for value in values {
        let scaled = *value * *value * factor;
        sum = sum.wrapping_add(nearest(scaled));
        largest = if scaled > largest { scaled } else { largest };
    }
    (sum, largest)
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_difference_squares(a: &[f64], b: &[f64], factor: f64) -> (i64, f64) {
    let (mut sum, mut largest) = (0_i64, 0.0_f64);
    for (a, b) in a.iter().zip(b) {
        let difference = *a - *b;
        let scaled = difference * difference * factor;
        sum = sum.wrapping_add(nearest(scaled));
        largest = if scaled > largest { scaled } else { largest };
    }
    (sum, largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_in_any_order_and_any_size() {
        let values: Vec<f64> = (0..5000_i32).map(|i| f64::from(i * 7919 % 5000 - 2500) * 1.37).collect();
        let expected: i128 = values.iter().map(|v| (v * 65536.0).round_ties_even() as i128).sum();
        assert_eq!(exact_sum(&values, 65536.0), expected);
        let mut reversed = values.clone();
        reversed.reverse();
        assert_eq!(exact_sum(&reversed, 65536.0), expected);
        let squares: i128 = values.iter().map(|v| (v * v * 16.0).round_ties_even() as i128).sum();
        assert_eq!(exact_square_sum(&values, 16.0), squares);
    }

    #[test]
    fn values_too_large_for_the_fast_path_are_still_exact() {
        let values = [3e15, -1e14, 0.25, 1e20];
        let expected: i128 = values.iter().map(|v| (v * 1024.0_f64).round_ties_even() as i128).sum();
        assert_eq!(exact_sum(&values, 1024.0), expected);
        assert_eq!(exact_square_sum(&[1e9, 2.0], 1.0), 1_000_000_000_000_000_000 + 4);
        assert_eq!(exact_difference_squares(&[1e9, 5.0], &[0.0, 3.0], 1.0), 1_000_000_000_000_000_000 + 4);
    }
}
