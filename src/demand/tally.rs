//! Sums and counts of many replications: of a group of one draw, and of all.

use super::ledger::Ledger;
use super::measure::Measure;

/// Sum and sum of squares.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Moments {
    sum: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn add(&mut self, value: f64) {
        self.sum += value;
        self.squares += value * value;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// Mean of n values.
    pub(super) fn mean(&self, n: f64) -> f64 {
        self.sum / n
    }

    /// Variance of n values, without bias; `None` of fewer than two.
    pub(super) fn variance(&self, n: f64) -> Option<f64> {
        (n > 1.0).then(|| ((self.squares - self.sum * self.sum / n) / (n - 1.0)).max(0.0))
    }
}

/// Replications of one draw: what they sum up to. Whole numbers in it are exact.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct DrawTally {
    pub(super) replications: u32,
    /// Patients who should have come and could not be.
    pub(super) unmet: u64,
    /// By scope, then measure.
    pub(super) totals: Vec<[Moments; Measure::COUNT]>,
    /// By resource and counted day of the last scope.
    pub(super) daily: Vec<Moments>,
    /// By scope and resource, over years.
    pub(super) peaks: Vec<Moments>,
}

impl DrawTally {
    pub(super) fn add(&mut self, ledger: &Ledger) {
        self.replications += 1;
        self.unmet += u64::from(ledger.unmet);
        self.totals.resize(ledger.scopes(), [Moments::default(); Measure::COUNT]);
        for (scope, own) in self.totals.iter_mut().enumerate() {
            own.iter_mut().zip(ledger.totals(scope)).for_each(|(own, total)| own.add(*total));
        }
        let days = ledger.daily().iter().flatten();
        self.daily.resize(days.clone().count(), Moments::default());
        self.daily.iter_mut().zip(days).for_each(|(own, count)| own.add(f64::from(*count)));
        let peaks = (0..ledger.scopes()).flat_map(|scope| ledger.peaks(scope));
        self.peaks.resize(peaks.clone().count(), Moments::default());
        for (own, years) in self.peaks.iter_mut().zip(peaks) {
            years.iter().for_each(|peak| own.add(f64::from(*peak)));
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        if self.replications == 0 {
            self.clone_from(other);
            return;
        }
        self.replications += other.replications;
        self.unmet += other.unmet;
        let all = |own: &mut [Moments], others: &[Moments]| {
            own.iter_mut().zip(others).for_each(|(own, other)| own.merge(other));
        };
        self.totals.iter_mut().zip(&other.totals).for_each(|(own, other)| all(own, other));
        all(&mut self.daily, &other.daily);
        all(&mut self.peaks, &other.peaks);
    }
}

/// How many replications had which count: exact, so that threads may add theirs in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Histogram {
    counts: Vec<u32>,
    /// Counts in one bin.
    width: u32,
}

impl Histogram {
    /// Bins, beyond which counts share them.
    const BINS: u32 = 1024;

    /// For counts up to about `most`.
    pub(super) fn new(most: u32) -> Self {
        Self { counts: Vec::new(), width: most / Self::BINS + 1 }
    }

    pub(super) fn add(&mut self, count: u32) {
        // Nearly all are as narrow as can be, and a division takes long.
        let bin = if self.width == 1 { count } else { count / self.width } as usize;
        if bin >= self.counts.len() {
            self.counts.resize(bin + 1, 0);
        }
        self.counts[bin] += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(own, other)| *own += other);
    }

    /// The least count that is not passed in at least this share of replications; `None` of none.
    pub(super) fn quantile(&self, share: f64) -> Option<u32> {
        let all: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        // Rounding of share times all must not ask for one more.
        let wanted = ((share * all as f64) * (1.0 - 1e-12)).ceil().max(1.0) as u64;
        let mut below = 0;
        let bin = self.counts.iter().position(|count| {
            below += u64::from(*count);
            below >= wanted
        });
        bin.map(|bin| bin as u32 * self.width)
    }
}

/// Distributions over all replications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distributions {
    /// By resource and counted day of the last scope.
    pub(super) daily: Vec<Histogram>,
    /// By scope and resource, of the peaks of years.
    pub(super) peaks: Vec<Histogram>,
}

impl Distributions {
    /// Of ledgers such as this; `most` says of each resource about how large its counts are.
    pub(super) fn new(ledger: &Ledger, most: &[u32]) -> Self {
        let of_days =
            ledger.daily().iter().zip(most).flat_map(|(days, most)| vec![Histogram::new(*most); days.len()]);
        let of_peaks = (0..ledger.scopes()).flat_map(|_| most.iter().map(|most| Histogram::new(*most)));
        Self { daily: of_days.collect(), peaks: of_peaks.collect() }
    }

    pub(super) fn add(&mut self, ledger: &Ledger) {
        let days = ledger.daily().iter().flatten();
        self.daily.iter_mut().zip(days).for_each(|(own, count)| own.add(*count));
        let peaks = (0..ledger.scopes()).flat_map(|scope| ledger.peaks(scope));
        for (own, years) in self.peaks.iter_mut().zip(peaks) {
            years.iter().for_each(|peak| own.add(*peak));
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        let all = |own: &mut [Histogram], others: &[Histogram]| {
            own.iter_mut().zip(others).for_each(|(own, other)| own.merge(other));
        };
        all(&mut self.daily, &other.daily);
        all(&mut self.peaks, &other.peaks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_counts_that_hold() {
        let mut counts = Histogram::new(10);
        (0..10).for_each(|count| counts.add(count));
        for (share, count) in [(0.1, 0), (0.5, 4), (0.9, 8), (0.91, 9), (1.0, 9)] {
            assert_eq!(counts.quantile(share), Some(count), "{share}");
        }
        assert_eq!(Histogram::new(1).quantile(0.5), None);
        let mut other = Histogram::new(10);
        other.add(20);
        counts.merge(&other);
        assert_eq!(counts.quantile(1.0), Some(20));
        let mut wide = Histogram::new(2048);
        wide.add(2000);
        assert_eq!(wide.quantile(0.5), Some(1998));
    }

    #[test]
    fn variances_are_those_of_the_values() {
        let mut moments = Moments::default();
        [1.0, 2.0, 4.0].iter().for_each(|value| moments.add(*value));
        assert!((moments.mean(3.0) - 7.0 / 3.0).abs() < 1e-15);
        assert!((moments.variance(3.0).unwrap() - 7.0 / 3.0).abs() < 1e-14);
        assert_eq!(Moments::default().variance(1.0), None);
    }
}
