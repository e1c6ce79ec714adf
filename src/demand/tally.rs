//! Sums and counts of replications of one draw.

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
    /// By scope, then measure: a year of each replication, on average.
    pub(super) totals: Vec<[Moments; Measure::COUNT]>,
    /// By scope, then measure: each year of each replication.
    pub(super) of_years: Vec<[Moments; Measure::COUNT]>,
    /// By resource and counted day of the last scope.
    pub(super) daily: Vec<Moments>,
    /// By scope and resource, over years.
    pub(super) peaks: Vec<Moments>,
    /// By replication, resource and counted day of the last scope.
    pub(super) daily_counts: Vec<u32>,
    /// By replication, scope, resource and year.
    pub(super) peak_counts: Vec<u32>,
    /// Whether the site rule holds a further dose on site, since none can be brought in time.
    pub(super) further_on_site: bool,
}

impl DrawTally {
    pub(super) fn add(&mut self, ledger: &Ledger) {
        self.replications += 1;
        self.unmet += u64::from(ledger.unmet);
        self.totals.resize(ledger.scopes(), [Moments::default(); Measure::COUNT]);
        for (scope, own) in self.totals.iter_mut().enumerate() {
            own.iter_mut().zip(ledger.totals(scope)).for_each(|(own, total)| own.add(*total));
        }
        self.of_years.resize(ledger.scopes(), [Moments::default(); Measure::COUNT]);
        for (scope, own) in self.of_years.iter_mut().enumerate() {
            for year in ledger.years(scope) {
                own.iter_mut().zip(year).for_each(|(own, total)| own.add(*total));
            }
        }
        let days = ledger.daily().iter().flatten();
        self.daily_counts.extend(days.clone());
        self.daily.resize(days.clone().count(), Moments::default());
        self.daily.iter_mut().zip(days).for_each(|(own, count)| own.add(f64::from(*count)));
        let peaks = (0..ledger.scopes()).flat_map(|scope| ledger.peaks(scope));
        self.peak_counts.extend(peaks.clone().flatten());
        self.peaks.resize(peaks.clone().count(), Moments::default());
        for (own, years) in self.peaks.iter_mut().zip(peaks) {
            years.iter().for_each(|peak| own.add(f64::from(*peak)));
        }
    }

    /// Adds the sums of another part of the draw; counts one by one are not kept.
    pub(super) fn merge(&mut self, other: &Self) {
        self.replications += other.replications;
        self.unmet += other.unmet;
        let all = |own: &mut [Moments], others: &[Moments]| {
            own.iter_mut().zip(others).for_each(|(own, other)| own.merge(other));
        };
        self.totals.iter_mut().zip(&other.totals).for_each(|(own, other)| all(own, other));
        self.of_years.iter_mut().zip(&other.of_years).for_each(|(own, other)| all(own, other));
        all(&mut self.daily, &other.daily);
        all(&mut self.peaks, &other.peaks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_those_of_the_values() {
        let mut moments = Moments::default();
        [1.0, 2.0, 4.0].iter().for_each(|value| moments.add(*value));
        assert!((moments.mean(3.0) - 7.0 / 3.0).abs() < 1e-15);
        assert!((moments.variance(3.0).unwrap() - 7.0 / 3.0).abs() < 1e-14);
        assert_eq!(Moments::default().variance(1.0), None);
    }
}
