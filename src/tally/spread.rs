//! Distribution of an outcome between patients: a histogram that merges exactly.

/// Outcomes whose spread between patients is kept.
pub const SPREAD_OUTCOMES: [&str; 3] = ["life_years", "qalys", "costs"];

/// Bits of the mantissa that tell bins apart: 128 bins to a doubling.
const MANTISSA: u32 = 7;
/// Absolute values below 2^-10 share the bin of zero; those from 2^40 on share the last.
const EXPONENTS: std::ops::Range<i64> = -10..40;
/// Bins on either side of the one of zero.
const SIDE: i64 = (EXPONENTS.end - EXPONENTS.start) << MANTISSA;

/// Patients within some 0.5 % of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bin {
    count: u64,
    least: f64,
    most: f64,
}

impl Bin {
    const EMPTY: Self = Self { count: 0, least: f64::INFINITY, most: f64::NEG_INFINITY };
}

/// Histogram with bins of about 0.5 % of the value, each with its least and largest one, so that values which many
/// patients share (nothing paid, alive at the horizon) come back exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    bins: Vec<Bin>,
}

impl Default for Spread {
    fn default() -> Self {
        Self { bins: vec![Bin::EMPTY; 2 * SIDE as usize + 1] }
    }
}

/// The bin of a value: its exponent and the first bits of its mantissa, mirrored for negative values.
fn bin(value: f64) -> usize {
    let size = (value.abs().to_bits() >> (f64::MANTISSA_DIGITS - 1 - MANTISSA)).cast_signed();
    let above = (size - ((1023 + EXPONENTS.start - 1) << MANTISSA)).clamp(0, SIDE);
    (if value < 0.0 { SIDE - above } else { SIDE + above }) as usize
}

impl Spread {
    /// Adds values.
    pub fn add(&mut self, values: &[f64]) {
        for value in values {
            let bin = &mut self.bins[bin(*value)];
            bin.count += 1;
            // Seldom taken once a bin has some values.
            if *value < bin.least {
                bin.least = *value;
            }
            if *value > bin.most {
                bin.most = *value;
            }
        }
    }

    /// Adds another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (into, from) in self.bins.iter_mut().zip(&other.bins) {
            into.count += from.count;
            into.least = into.least.min(from.least);
            into.most = into.most.max(from.most);
        }
    }

    /// The value below which the share `p` lies, interpolated between the least and the largest of a bin; `None`
    /// without values.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let total: u64 = self.bins.iter().map(|bin| bin.count).sum();
        let wanted = p * total as f64;
        let mut before = 0_u64;
        for bin in self.bins.iter().filter(|bin| bin.count > 0) {
            let until = before + bin.count;
            if until as f64 >= wanted {
                let share = ((wanted - before as f64) / bin.count as f64).max(0.0);
                return Some(bin.least + (bin.most - bin.least) * share);
            }
            before = until;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        let mut spread = Spread::default();
        let (some, rest) = values.split_at(values.len() / 2);
        spread.add(some);
        let mut other = Spread::default();
        other.add(rest);
        spread.merge(&other);
        spread
    }

    #[test]
    fn quantiles_are_within_half_a_percent_of_the_value() {
        let values: Vec<f64> = (0..100_000).map(|i| f64::from(i) * 7.3e-3 - 10.0).collect();
        let spread = spread(&values);
        for p in [0.0, 0.005, 0.013_69, 0.014, 0.05, 0.25, 0.5, 0.95, 1.0] {
            let exact = p * 100_000.0 * 7.3e-3 - 10.0;
            let found = spread.quantile(p).unwrap();
            assert!((found - exact).abs() < 0.008 * exact.abs() + 0.008, "{p}: {found} {exact}");
        }
        assert_eq!(Spread::default().quantile(0.5), None);
    }

    #[test]
    fn values_that_many_share_come_back_exactly() {
        let mut values = vec![0.0; 300];
        values.extend([-0.3; 100]);
        values.extend([50.1; 200]);
        values.extend([178_000.0; 400]);
        let spread = spread(&values);
        for (p, exact) in [(0.05, -0.3), (0.25, 0.0), (0.5, 50.1), (0.75, 178_000.0), (0.95, 178_000.0)] {
            assert_eq!(spread.quantile(p), Some(exact), "{p}");
        }
    }

    #[test]
    fn bins_follow_the_order_of_values() {
        let values =
            [f64::NEG_INFINITY, -1e13, -2.0, -1.99, -1e-3, 0.0, 1e-4, 0.01, 0.5, 1.0, 1.5, 1e12, 1e13];
        assert!(values.windows(2).all(|pair| bin(pair[0]) <= bin(pair[1])));
        assert!(bin(-2.0) < bin(-1.98) && bin(1.0) < bin(1.01) && bin(-0.0) == bin(0.0));
        assert_eq!((bin(f64::NEG_INFINITY), bin(f64::INFINITY)), (0, 2 * SIDE as usize));
    }
}
