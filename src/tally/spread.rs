//! Distribution of an outcome between patients: a histogram that merges exactly.

/// Outcomes whose spread between patients is kept.
pub const SPREAD_OUTCOMES: [&str; 3] = ["life_years", "qalys", "costs"];

/// Bins of a doubling of the value.
const PER_DOUBLING: u64 = 128;
/// Values are shifted by this much, so that small negative ones (QALYs lost) have a bin.
const SHIFT: f64 = 16.0;

/// Histogram with bins of about 0.5 % of the (shifted) value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    counts: Vec<u64>,
    least: u64,
}

impl Default for Spread {
    fn default() -> Self {
        // From a shifted value of 1 to 2^40.
        let least = 1.0_f64.to_bits() >> 45;
        Self { counts: vec![0; (40 * PER_DOUBLING) as usize], least }
    }
}

impl Spread {
    /// Adds values; those outside [-15, 10^12] count at the end of the range.
    pub fn add(&mut self, values: &[f64]) {
        let last = self.counts.len() - 1;
        for value in values {
            let shifted = (value + SHIFT).max(1.0);
            let bin = (shifted.to_bits() >> 45) - self.least;
            self.counts[(bin as usize).min(last)] += 1;
        }
    }

    /// Adds another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
    }

    /// The value below which the share `p` lies, interpolated within a bin; `None` without values.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let total: u64 = self.counts.iter().sum();
        let wanted = p * total as f64;
        let mut before = 0_u64;
        for (index, count) in self.counts.iter().enumerate() {
            if *count > 0 && (before + count) as f64 >= wanted {
                let edge = |bin: u64| f64::from_bits((bin + self.least) << 45) - SHIFT;
                let (from, to) = (edge(index as u64), edge(index as u64 + 1));
                return Some(from + (to - from) * ((wanted - before as f64) / *count as f64).max(0.0));
            }
            before += count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_half_a_percent_of_the_shifted_value() {
        let values: Vec<f64> = (0..100_000).map(|i| f64::from(i) * 7.3 - 10.0).collect();
        let mut spread = Spread::default();
        spread.add(&values[..50_000]);
        let mut rest = Spread::default();
        rest.add(&values[50_000..]);
        spread.merge(&rest);
        for p in [0.05, 0.25, 0.5, 0.95] {
            let exact = values[(p * 100_000.0) as usize];
            let found = spread.quantile(p).unwrap();
            assert!((found - exact).abs() < 0.005 * (exact + SHIFT), "{p}: {found} {exact}");
        }
    }
}
