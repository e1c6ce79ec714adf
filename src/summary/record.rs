//! Compact records of finished draws: flat arrays, so that many small draws cost few allocations.

use crate::outcome::{Amount, flag};
use crate::program::Draw;
use crate::simulate::{Recorder, RunResults};
use crate::tally::{CurveTally, Measure, MonthlyCounts, PAIRED, StrategyTally};

/// What is kept of some draws, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    /// Last month of the curves.
    months: u32,
    strategies: usize,
    draws: usize,
    parameters: Vec<f64>,
    means: Vec<(f64, f64)>,
    difference_variances: Vec<[f64; PAIRED.len()]>,
    flags: Vec<[u64; flag::COUNT]>,
    /// Happenings, and where those of each strategy begin within a draw.
    events: Vec<u64>,
    event_starts: Vec<usize>,
    among: Vec<u64>,
    /// Events until each whole month, draw after draw, by strategy and curve; empty where [`MonthlyCounts`] hold them.
    curves: Vec<Vec<u32>>,
    medians: Vec<Option<(f64, f64)>>,
    crs_onset: Vec<Option<(f64, f64)>>,
}

/// What is kept of one strategy in one draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrategyRecord<'a> {
    /// Mean of each measure and its Monte Carlo variance.
    pub means: &'a [(f64, f64)],
    /// Monte Carlo variance of the paired difference from the first strategy, by [`PAIRED`].
    pub difference_variances: &'a [f64; PAIRED.len()],
    /// Patients with each flag.
    pub flags: &'a [u64; flag::COUNT],
    /// Happenings by line.
    pub happenings: &'a [u64],
    /// Patients whom each curve is about.
    pub among: &'a [u64],
    /// Median of each curve and its Monte Carlo standard error; `None` where not reached.
    pub medians: &'a [Option<(f64, f64)>],
    /// Mean days to CRS onset among patients with CRS, and its Monte Carlo variance.
    pub crs_onset: Option<(f64, f64)>,
}

/// One draw of some records.
#[derive(Debug, Clone, Copy)]
pub struct DrawRecord<'a> {
    records: &'a Records,
    draw: usize,
}

impl<'a> DrawRecord<'a> {
    /// Values of the model's parameters.
    #[must_use]
    pub fn parameters(&self) -> &'a [f64] {
        part(&self.records.parameters, self.records.draws, self.draw)
    }

    /// What is kept of one strategy.
    #[must_use]
    pub fn strategy(&self, strategy: usize) -> StrategyRecord<'a> {
        let records = self.records;
        let (of, at) = (records.draws * records.strategies, self.draw * records.strategies + strategy);
        let events = part(&records.events, records.draws, self.draw);
        let (from, to) = (records.event_starts[strategy], records.event_starts[strategy + 1]);
        StrategyRecord {
            means: part(&records.means, of, at),
            difference_variances: &records.difference_variances[at],
            flags: &records.flags[at],
            happenings: &events[from..to],
            among: part(&records.among, of, at),
            medians: part(&records.medians, of, at),
            crs_onset: records.crs_onset[at],
        }
    }
}

/// Part `at` of `of` equal parts.
fn part<T>(values: &[T], of: usize, at: usize) -> &[T] {
    let length = values.len() / of;
    &values[at * length..(at + 1) * length]
}

impl RunResults<Records> {
    /// The draws of the run, in order.
    pub fn draws(&self) -> impl Iterator<Item = DrawRecord<'_>> + Clone {
        let of_unit = |records| (0..Records::len(records)).map(move |draw| DrawRecord { records, draw });
        self.units.iter().flat_map(of_unit)
    }
}

impl Records {
    /// Empty records whose curves go to month `months`.
    #[must_use]
    pub fn new(months: u32) -> Self {
        Self { months, ..Self::default() }
    }

    fn len(&self) -> usize {
        self.draws
    }

    /// Of each draw: the patients whom a curve is about, and the events among them until each whole month from 0.
    pub(super) fn curve(&self, strategy: usize, curve: usize) -> impl Iterator<Item = (u64, &[u32])> {
        let curves = self.curves.len() / self.strategies;
        let at = strategy * curves + curve;
        let among = self.among.iter().skip(at).step_by(self.curves.len());
        among.copied().zip(self.curves[at].chunks_exact(self.months as usize + 1))
    }

    fn add_strategy(&mut self, tallies: &[StrategyTally], index: usize, measures: &[Measure]) {
        let tally = &tallies[index];
        let n = tally.patients as f64;
        let moments = |measure: &Measure, tally: &StrategyTally| {
            let at = measures.iter().position(|known| known == measure)?;
            let scale = measure.scale();
            let moments = tally.moments[at];
            Some((moments.sum as f64 / scale.value, moments.squares as f64 / scale.square))
        };
        let sums = measures.iter().filter_map(|measure| moments(measure, tally));
        self.means.extend(sums.map(|(sum, squares)| (sum / n, mean_variance(sum, squares, n))));
        let mut variances = [0.0; PAIRED.len()];
        for (place, measure) in PAIRED.iter().enumerate() {
            let both = (moments(measure, tally), moments(measure, &tallies[0]));
            if let (Some((own, _)), Some((reference, _))) = both {
                let squares = tally.difference_squares[place] as f64 / measure.scale().square;
                variances[place] = mean_variance(own - reference, squares, n);
            }
        }
        self.difference_variances.push(variances);
        self.flags.push(tally.flags);
        self.events.extend_from_slice(&tally.events.counts);
        self.among.extend(tally.curves.iter().map(CurveTally::among));
        let kept = self.curves.iter_mut().skip(index * tally.curves.len());
        for (curve, kept) in tally.curves.iter().zip(kept) {
            if !MonthlyCounts::hold(curve.kind(), tally.patients) {
                curve.each_month(0..=self.months, |_, events| kept.push(events));
            }
        }
        self.medians.extend(tally.curves.iter().map(CurveTally::median));
        let onset = Measure::Amount(Amount::CrsOnsetDays as usize);
        self.crs_onset.push(moments(&onset, tally).and_then(|(sum, squares)| {
            let with = tally.flags[flag::CRS_ANY.trailing_zeros() as usize] as f64;
            let ratio = sum / with;
            // Delta method: variance of (days - ratio) among those with CRS.
            let variance = (squares - 2.0 * ratio * sum + ratio * ratio * with) / (with * with);
            (with > 0.0).then_some((ratio, variance.max(0.0)))
        }));
    }
}

impl Recorder for Records {
    fn record(&mut self, draw: &Draw, tallies: &[StrategyTally], measures: &[Measure]) {
        if self.draws == 0 {
            self.strategies = tallies.len();
            self.event_starts.push(0);
            for tally in tallies {
                let start = self.event_starts.last().copied().unwrap_or(0);
                self.event_starts.push(start + tally.events.counts.len());
                self.curves.extend(tally.curves.iter().map(|_| Vec::new()));
            }
        }
        self.draws += 1;
        self.parameters.extend_from_slice(&draw.parameters);
        for index in 0..tallies.len() {
            self.add_strategy(tallies, index, measures);
        }
    }
}

/// Variance of a mean from a sum and a sum of squares of n values; NaN for one value.
fn mean_variance(sum: f64, squares: f64, n: f64) -> f64 {
    if n > 1.0 { ((squares - sum * sum / n) / (n - 1.0) / n).max(0.0) } else { f64::NAN }
}
