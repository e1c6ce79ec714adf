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

    /// Adds each value times `value_factor`, and its square times `square_factor`, rounded to the nearest integer,
    /// ties to even. Exact for any finite values whose sums stay below 2^127.
    pub fn add(&mut self, values: &[f64], value_factor: f64, square_factor: f64) {
        for block in values.chunks(BLOCK) {
            let (sum, squares, fits) = rounded_moments(block, value_factor, square_factor);
            if fits {
                self.sum += i128::from(sum);
                self.squares += i128::from(squares);
            } else {
                for value in block {
                    self.sum = self.sum.saturating_add(rounded(value * value_factor));
                    self.squares = self.squares.saturating_add(rounded(value * value * square_factor));
                }
            }
        }
    }
}

/// Sum over pairs of the nearest integer to `(a - b)^2 * factor`. Shapes: both of one length.
pub(super) fn exact_difference_squares(a: &[f64], b: &[f64], factor: f64) -> i128 {
    let mut total = 0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let (sum, fits) = rounded_difference_squares(a, b, factor);
        total += if fits {
            i128::from(sum)
        } else {
            a.iter().zip(b).map(|(a, b)| rounded((a - b) * (a - b) * factor)).sum()
        };
    }
    total
}

/// Sum over pairs of the nearest integer to `a * b * factor`. Shapes: both of one length.
pub(super) fn exact_products(a: &[f64], b: &[f64], factor: f64) -> i128 {
    let mut total = 0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let (sum, fits) = rounded_products(a, b, factor);
        total +=
            if fits { i128::from(sum) } else { a.iter().zip(b).map(|(a, b)| rounded(a * b * factor)).sum() };
    }
    total
}

fn rounded(value: f64) -> i128 {
    value.round_ties_even() as i128
}

/// The nearest integer of a number below [`LIMIT`] in magnitude, without a conversion instruction.
#[inline(always)]
fn nearest(value: f64) -> i64 {
    (value + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits()).cast_signed()
}

/// Rounded sums, and whether every value was small enough for them to be right.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_moments(values: &[f64], value_factor: f64, square_factor: f64) -> (i64, i64, bool) {
    let (mut sum, mut squares, mut over) = (0_i64, 0_i64, 0_u64);
    for value in values {
        let scaled = *value * value_factor;
        let square = *value * *value * square_factor;
        sum = sum.wrapping_add(nearest(scaled));
        squares = squares.wrapping_add(nearest(square));
        // Not `max`, which does not vectorise: the sign of the distance to the limit.
        over |= (LIMIT - scaled.abs()).to_bits() | (LIMIT - square).to_bits();
    }
    (sum, squares, over >> 63 == 0)
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_difference_squares(a: &[f64], b: &[f64], factor: f64) -> (i64, bool) {
    let (mut sum, mut over) = (0_i64, 0_u64);
    for (a, b) in a.iter().zip(b) {
        let difference = *a - *b;
        let square = difference * difference * factor;
        sum = sum.wrapping_add(nearest(square));
        over |= (LIMIT - square).to_bits();
    }
    (sum, over >> 63 == 0)
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn rounded_products(a: &[f64], b: &[f64], factor: f64) -> (i64, bool) {
    let (mut sum, mut over) = (0_i64, 0_u64);
    for (a, b) in a.iter().zip(b) {
        let product = *a * *b * factor;
        sum = sum.wrapping_add(nearest(product));
        over |= (LIMIT - product.abs()).to_bits();
    }
    (sum, over >> 63 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64], value: f64, square: f64) -> (i128, i128) {
        let mut moments = Moments::default();
        moments.add(values, value, square);
        (moments.sum, moments.squares)
    }

    #[test]
    fn sums_are_exact_in_any_order_and_any_size() {
        let values: Vec<f64> = (0..5000_i32).map(|i| f64::from(i * 7919 % 5000 - 2500) * 1.37).collect();
        let sum: i128 = values.iter().map(|v| (v * 65536.0).round_ties_even() as i128).sum();
        let squares: i128 = values.iter().map(|v| (v * v * 16.0).round_ties_even() as i128).sum();
        assert_eq!(moments(&values, 65536.0, 16.0), (sum, squares));
        let mut reversed = values;
        reversed.reverse();
        assert_eq!(moments(&reversed, 65536.0, 16.0), (sum, squares));
    }

    #[test]
    fn values_too_large_for_the_fast_path_are_still_exact() {
        let values = [3e15, -1e14, 0.25, 1e20];
        let expected: i128 = values.iter().map(|v| (v * 1024.0_f64).round_ties_even() as i128).sum();
        assert_eq!(moments(&values, 1024.0, 0.0).0, expected);
        assert_eq!(moments(&[1e9, 2.0], 0.0, 1.0).1, 1_000_000_000_000_000_000 + 4);
        assert_eq!(exact_difference_squares(&[1e9, 5.0], &[0.0, 3.0], 1.0), 1_000_000_000_000_000_000 + 4);
    }
}
