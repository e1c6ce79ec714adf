//! Histogram of event times, from which curves and medians are read.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use crate::model::CurveKind;
use crate::outcome::{Mark, Outcome};

/// Bins in a month below [`FINE_UNTIL`]; one bin a month after it.
pub const SUB_BINS: usize = 16;
/// Months up to which bins are fine.
pub const FINE_UNTIL: usize = 64;
/// Months by which a difference of two times may be too long for rounding alone: an assessment a month after an
/// infusion counts at that month.
const ROUNDING: f64 = 1e-9;
/// 2^52: adding it to a small whole number leaves the number in the low bits.
const MAGIC: f64 = 4_503_599_627_370_496.0;

/// Event times of one curve. An event at t falls in the first bin whose end is at or after t.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurveTally {
    kind: CurveKind,
    /// Counts by bin; the last one holds those without an event. A draw has fewer than 2^32 patients.
    bins: Vec<u32>,
    /// Patients whom the curve is about.
    among: u64,
}

impl CurveTally {
    /// An empty tally up to a horizon in months.
    #[must_use]
    pub fn new(kind: CurveKind, horizon_months: f64) -> Self {
        let last = bin(horizon_months.ceil()) as usize;
        Self { kind, bins: vec![0; last + 2], among: 0 }
    }

    /// Adds a batch. `times` is a buffer.
    pub fn add(&mut self, outcome: &Outcome, times: &mut Vec<u64>) {
        let death = &outcome.marks[Mark::Death as usize];
        let efs = &outcome.marks[Mark::EfsEvent as usize];
        let relapse = &outcome.marks[Mark::Relapse as usize];
        let (event, competing, origin) = match self.kind {
            CurveKind::Os => (death, None, None),
            CurveKind::Efs => (efs, None, None),
            CurveKind::Rfs => (relapse, Some(death), Some(Mark::Remission)),
            CurveKind::Cir => (relapse, None, Some(Mark::Remission)),
            CurveKind::OsInfused => (death, None, Some(Mark::Infusion)),
            CurveKind::EfsInfused => {
                (&outcome.marks[Mark::EfsAfterInfusion as usize], None, Some(Mark::Infusion))
            }
        };
        times.resize(outcome.len(), 0);
        let none = self.bins.len() as u64 - 1;
        let origin = origin.map(|mark| outcome.marks[mark as usize].as_slice());
        let competing = competing.map(Vec::as_slice);
        self.among += match (competing, origin) {
            (None, None) => bins_from_start(times, event, none),
            (competing, origin) => {
                bins_from_origin(times, event, competing.unwrap_or(event), origin.unwrap_or(event), none)
            }
        };
        for bin in times.iter() {
            // Those whom the curve is not about have a bin past the end.
            if let Some(count) = self.bins.get_mut(*bin as usize) {
                *count += 1;
            }
        }
    }

    /// Adds another tally of the same curve.
    pub fn merge(&mut self, other: &Self) {
        self.among += other.among;
        self.bins.iter_mut().zip(&other.bins).for_each(|(a, b)| *a += b);
    }

    /// Empties the tally.
    pub fn clear(&mut self) {
        self.among = 0;
        self.bins.fill(0);
    }

    /// Which curve it is.
    #[must_use]
    pub fn kind(&self) -> CurveKind {
        self.kind
    }

    /// Patients whom the curve is about.
    #[must_use]
    pub fn among(&self) -> u64 {
        self.among
    }

    /// Calls `visit` with each of `months`, which stand for the whole months from 0, and the events up to and including
    /// that month.
    pub fn each_month<T>(&self, months: impl IntoIterator<Item = T>, mut visit: impl FnMut(T, u32)) {
        let mut months = months.into_iter();
        let events = &self.bins[..self.bins.len() - 1];
        let (fine, coarse) = events[1..].split_at((events.len() - 1).min(SUB_BINS * FINE_UNTIL));
        let fine = fine.chunks(SUB_BINS).map(|month| month.iter().sum::<u32>());
        let mut sum = 0;
        let mut add = |(month, count): (T, u32)| {
            sum += count;
            visit(month, sum);
        };
        (&mut months).zip(events[..1].iter().copied().chain(fine)).for_each(&mut add);
        (&mut months).zip(coarse.iter().copied()).for_each(&mut add);
        // Nothing happens after the horizon.
        months.for_each(|month| visit(month, sum));
    }

    /// Patients with the event by a month, straight within a bin.
    #[must_use]
    pub fn events_by(&self, months: f64) -> f64 {
        let last = self.bins.len() - 2;
        let bin = (bin(months.clamp(0.0, 1e9)) as usize).min(last);
        let before: f64 = self.bins[..bin].iter().copied().map(f64::from).sum();
        let (from, to) = (edge(bin), edge(bin + 1));
        let share = if to > from { ((months - from) / (to - from)).clamp(0.0, 1.0) } else { 1.0 };
        before + f64::from(self.bins[bin]) * share
    }

    /// Months by which half of the patients had the event, interpolated within a bin, and its Monte Carlo standard
    /// error, NaN for one patient; `None` where fewer than half had it.
    #[must_use]
    pub fn median(&self) -> Option<(f64, f64)> {
        let half = self.among as f64 / 2.0;
        let mut before = 0;
        // Whole blocks are passed over by their sums.
        let (mut block_start, mut events) = (0, &self.bins[..self.bins.len() - 1]);
        while let Some((block, rest)) = events.split_at_checked(64) {
            let sum: u32 = block.iter().sum();
            if f64::from(before + sum) >= half {
                break;
            }
            before += sum;
            block_start += 64;
            events = rest;
        }
        for (index, count) in (block_start..).zip(events) {
            let until = before + count;
            if *count > 0 && f64::from(until) >= half {
                let (from, to) = (edge(index), edge(index + 1));
                let share = (half - f64::from(before)) / f64::from(*count);
                return Some((from + (to - from) * share, self.median_error(index)));
            }
            before = until;
        }
        None
    }

    /// sqrt(p (1 - p) / n) over the density around the median's bin.
    fn median_error(&self, index: usize) -> f64 {
        let reach = if index < SUB_BINS * FINE_UNTIL { SUB_BINS / 2 } else { 2 };
        let (low, high) = (index.saturating_sub(reach), (index + reach).min(self.bins.len() - 2));
        let events: u32 = self.bins[low..=high].iter().sum();
        let density = f64::from(events) / (edge(high + 1) - edge(low)) / self.among as f64;
        if self.among > 1 { 0.5 / (self.among as f64).sqrt() / density } else { f64::NAN }
    }
}

/// Start of a bin in months; the end of the one before it. Bin 0 holds what happens at 0.
fn edge(bin: usize) -> f64 {
    let below = bin.saturating_sub(1);
    if below <= SUB_BINS * FINE_UNTIL {
        below as f64 / SUB_BINS as f64
    } else {
        (below - SUB_BINS * FINE_UNTIL + FINE_UNTIL) as f64
    }
}

/// The bin of an event at `t` months, at most 2^51.
#[inline(always)]
fn bin(t: f64) -> u64 {
    let fine = (t * SUB_BINS as f64).ceil();
    let coarse = t.ceil() + (SUB_BINS * FINE_UNTIL - FINE_UNTIL) as f64;
    let bin = if t <= FINE_UNTIL as f64 { fine } else { coarse };
    (bin + MAGIC).to_bits() & 0xf_ffff_ffff_ffff
}

/// The bin, or `none` for an event that never comes.
#[inline(always)]
fn bin_or(t: f64, none: u64) -> u64 {
    let capped = if t < 1e9 { t } else { 1e9 };
    let bin = bin(capped);
    if bin < none { bin } else { none }
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn bins_from_start(bins: &mut [u64], events: &[f64], none: u64) -> u64 {
    for (bin, event) in bins.iter_mut().zip(events) {
        *bin = bin_or(*event, none);
    }
    events.len() as u64
}

#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn bins_from_origin(bins: &mut [u64], events: &[f64], competing: &[f64], origins: &[f64], none: u64) -> u64 {
    let mut among = 0;
    for (((bin, event), competing), origin) in bins.iter_mut().zip(events).zip(competing).zip(origins) {
        let inside = *origin < f64::INFINITY;
        let first = if *competing < *event { *competing } else { *event };
        let since = bin_or(first - *origin - ROUNDING, none);
        *bin = if inside { since } else { u64::MAX };
        among += u64::from(inside);
    }
    among
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Active;

    fn tally(deaths: &[f64], horizon: f64) -> CurveTally {
        let mut outcome = Outcome::default();
        outcome.reset(deaths.len(), &Active::default());
        outcome.marks[Mark::Death as usize].copy_from_slice(deaths);
        let mut tally = CurveTally::new(CurveKind::Os, horizon);
        tally.add(&outcome, &mut Vec::new());
        tally
    }

    #[test]
    fn an_event_at_a_month_counts_at_that_month() {
        let deaths = [0.0, 0.5, 1.0, 1.0001, 64.0, 64.5, 99.0, 100.0, f64::INFINITY];
        let tally = tally(&deaths, 100.0);
        for months in [100_u32, 120, 10] {
            let mut monthly = Vec::new();
            tally.each_month(0..=months, |_, events| monthly.push(events));
            assert_eq!(monthly.len(), months as usize + 1);
            for (month, count) in monthly.iter().enumerate() {
                let expected = deaths.iter().filter(|t| **t <= month as f64).count();
                assert_eq!(*count as usize, expected, "month {month}");
            }
        }
    }

    #[test]
    fn median_lies_within_a_sixteenth_of_a_month_of_the_exact_one() {
        let deaths: Vec<f64> = (0..10_001).map(|i| f64::from(i) * 0.002).collect();
        let (median, error) = tally(&deaths, 600.0).median().unwrap();
        assert!((median - 10.0).abs() < 0.01, "{median}");
        // Uniform on 20 months: density 1/20, so 0.5 / 100 * 20.
        assert!((error - 0.1).abs() < 0.01, "{error}");
        assert!(tally(&[1.0, f64::INFINITY, f64::INFINITY], 10.0).median().is_none());
    }
}
