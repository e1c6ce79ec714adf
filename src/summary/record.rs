//! Compact records of finished draws: flat arrays, so that many small draws cost few allocations.

use crate::outcome::{Amount, flag};
use crate::program::Draw;
use crate::simulate::{Recorder, RunResults};
use crate::tally::{CurveTally, Measure, MonthlyCounts, PAIRED, StrategyTally, covariances_of_means};

/// What is kept of some draws, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    /// Last month of the curves.
    months: u32,
    strategies: usize,
    draws: usize,
    parameters: Rows<f64>,
    means: Rows<(f64, f64)>,
    /// By draw: of the second strategy from the first, of the third from both, and so on.
    difference_variances: Vec<[f64; PAIRED.len()]>,
    covariances: Rows<f64>,
    flags: Vec<[u32; flag::COUNT]>,
    /// Happenings of a draw, and where those of each strategy begin within it.
    events: Rows<u32>,
    event_starts: Vec<usize>,
    among: Rows<u64>,
    /// Events until each whole month, draw after draw, by strategy and curve; empty where [`MonthlyCounts`] hold them.
    curves: Vec<Vec<u32>>,
    medians: Rows<Option<(f64, f64)>>,
    crs_onset: Vec<Option<(f64, f64)>>,
}

/// Rows of one length, one after the other.
#[derive(Debug, Clone, PartialEq)]
struct Rows<T> {
    length: usize,
    values: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { length: 0, values: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Adds a row; the first one says how long they are.
    fn push(&mut self, row: impl IntoIterator<Item = T>) {
        let before = self.values.len();
        self.values.extend(row);
        self.length = self.values.len() - before;
    }

    fn row(&self, at: usize) -> &[T] {
        &self.values[at * self.length..(at + 1) * self.length]
    }
}

/// What is kept of one strategy in one draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrategyRecord<'a> {
    /// Mean of each measure and its Monte Carlo variance.
    pub means: &'a [(f64, f64)],
    /// Monte Carlo variance of the paired difference from each strategy before this one, by [`PAIRED`].
    pub difference_variances: &'a [[f64; PAIRED.len()]],
    /// Patients with each flag.
    pub flags: &'a [u32; flag::COUNT],
    /// Happenings by line.
    pub happenings: &'a [u32],
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
        self.records.parameters.row(self.draw)
    }

    /// Covariances of the Monte Carlo errors of cost 0, QALYs 0, cost 1, QALYs 1, ...: the lower triangle, row by row;
    /// empty without an economic evaluation.
    #[must_use]
    pub fn covariances(&self) -> &'a [f64] {
        self.records.covariances.row(self.draw)
    }

    /// What is kept of one strategy.
    #[must_use]
    pub fn strategy(&self, strategy: usize) -> StrategyRecord<'a> {
        let records = self.records;
        let at = self.draw * records.strategies + strategy;
        let pairs = self.draw * before(records.strategies) + before(strategy);
        let events = records.events.row(self.draw);
        let (from, to) = (records.event_starts[strategy], records.event_starts[strategy + 1]);
        StrategyRecord {
            means: records.means.row(at),
            difference_variances: &records.difference_variances[pairs..pairs + strategy],
            flags: &records.flags[at],
            happenings: &events[from..to],
            among: records.among.row(at),
            medians: records.medians.row(at),
            crs_onset: records.crs_onset[at],
        }
    }
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
        let among = self.among.values.iter().skip(at).step_by(self.curves.len());
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
        self.means.push(sums.map(|(sum, squares)| (sum / n, mean_variance(sum, squares, n))));
        for (squares, other) in tally.difference_squares.iter().zip(tallies) {
            let mut variances = [0.0; PAIRED.len()];
            for (place, measure) in PAIRED.iter().enumerate() {
                let both = (moments(measure, tally), moments(measure, other));
                if let (Some((own, _)), Some((other, _))) = both {
                    let squares = squares[place] as f64 / measure.scale().square;
                    variances[place] = mean_variance(own - other, squares, n);
                }
            }
            self.difference_variances.push(variances);
        }
        self.flags.push(tally.flags.map(count));
        self.among.push(tally.curves.iter().map(CurveTally::among));
        let kept = self.curves.iter_mut().skip(index * tally.curves.len());
        for (curve, kept) in tally.curves.iter().zip(kept) {
            if !MonthlyCounts::hold(curve.kind(), tally.patients) {
                curve.each_month(0..=self.months, |_, events| kept.push(events));
            }
        }
        self.medians.push(tally.curves.iter().map(CurveTally::median));
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
        self.parameters.push(draw.parameters.iter().copied());
        self.covariances.push(covariances_of_means(tallies, measures));
        self.events.push(tallies.iter().flat_map(|tally| &tally.events.counts).copied().map(count));
        for index in 0..tallies.len() {
            self.add_strategy(tallies, index, measures);
        }
    }
}

/// Pairs of strategies whose later one stands before a strategy.
fn before(strategy: usize) -> usize {
    strategy * strategy.saturating_sub(1) / 2
}

/// Patients of a draw, who are fewer than 2^32; none has an event of a line twice.
fn count(patients: u64) -> u32 {
    patients as u32
}

/// Variance of a mean from a sum and a sum of squares of n values; NaN for one value.
fn mean_variance(sum: f64, squares: f64, n: f64) -> f64 {
    if n > 1.0 { ((squares - sum * sum / n) / (n - 1.0) / n).max(0.0) } else { f64::NAN }
}
