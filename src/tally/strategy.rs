//! Everything tallied for one strategy in one draw.

use super::products::Columns;
use super::sum::exact_difference_squares;
use super::{CurveTally, Measure, Moments, MonthlyCounts, SPREAD_OUTCOMES, Spread};
use crate::model::Model;
use crate::outcome::{Active, Happening, Outcome, Sink, State, flag};
use crate::program::Program;

/// Measures whose paired differences from the strategies before are tallied.
pub const PAIRED: [Measure; 3] = [Measure::LifeYears, Measure::Qalys, Measure::Costs];

/// Counts of happenings by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCounter {
    /// `counts[line * Happening::COUNT + happening]`, lines from 0.
    pub counts: Vec<u64>,
}

impl EventCounter {
    /// A counter for strategies of up to `lines` lines.
    #[must_use]
    pub fn new(lines: usize) -> Self {
        Self { counts: vec![0; lines * Happening::COUNT] }
    }
}

impl Sink for EventCounter {
    fn happened(&mut self, happening: Happening, line: u8, patients: &[u32], _: &[f64]) {
        self.counts[(usize::from(line) - 1) * Happening::COUNT + happening as usize] += patients.len() as u64;
    }

    fn stayed(&mut self, _: State, _: u8, _: &[u32], _: &[f64], _: &[f64]) {}
}

/// Everything tallied for one strategy in one draw. Merging two is exact and order does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyTally {
    /// Patients.
    pub patients: u64,
    /// Sums by measure, in the order of the tallier's measures.
    pub moments: Vec<Moments>,
    /// Sums of squared differences from each strategy before this one, by [`PAIRED`].
    pub difference_squares: Vec<[i128; PAIRED.len()]>,
    /// Sums of products of costs and QALYs with one another and with those of the strategies before this one; empty
    /// without an economic evaluation.
    pub products: Vec<i128>,
    /// Patients with each flag.
    pub flags: [u64; flag::COUNT],
    /// Happenings by line.
    pub events: EventCounter,
    /// Curves, in the order of the settings.
    pub curves: Vec<CurveTally>,
}

impl StrategyTally {
    /// Adds another tally of the same strategy and draw.
    pub fn merge(&mut self, other: &Self) {
        self.patients += other.patients;
        self.moments.iter_mut().zip(&other.moments).for_each(|(a, b)| a.merge(b));
        let differences = self.difference_squares.iter_mut().flatten();
        differences.zip(other.difference_squares.iter().flatten()).for_each(|(a, b)| *a += b);
        self.products.iter_mut().zip(&other.products).for_each(|(a, b)| *a += b);
        self.flags.iter_mut().zip(&other.flags).for_each(|(a, b)| *a += b);
        self.events.counts.iter_mut().zip(&other.events.counts).for_each(|(a, b)| *a += b);
        self.curves.iter_mut().zip(&other.curves).for_each(|(a, b)| a.merge(b));
    }

    /// Empties the tally.
    pub fn clear(&mut self) {
        self.patients = 0;
        self.moments.fill(Moments::default());
        self.difference_squares.fill([0; PAIRED.len()]);
        self.products.fill(0);
        self.flags = [0; flag::COUNT];
        self.events.counts.fill(0);
        self.curves.iter_mut().for_each(CurveTally::clear);
    }
}

/// What is kept of one strategy over all draws together.
#[derive(Debug, Clone, PartialEq)]
pub struct AcrossDraws {
    /// Spread between patients, by [`SPREAD_OUTCOMES`].
    pub spreads: [Spread; SPREAD_OUTCOMES.len()],
    /// Curves of small draws, in the order of the settings; `None` where each draw keeps its own.
    pub curves: Vec<Option<MonthlyCounts>>,
}

impl AcrossDraws {
    /// Nothing yet, for one strategy of a model.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let settings = &model.settings;
        let counts = |kind: &_| MonthlyCounts::new(*kind, settings.patients, settings.curve_months);
        Self { spreads: Default::default(), curves: settings.curves.iter().map(counts).collect() }
    }

    /// Adds what is kept of other patients and draws.
    pub fn merge(&mut self, other: &Self) {
        self.spreads.iter_mut().zip(&other.spreads).for_each(|(a, b)| a.merge(b));
        let curves = self.curves.iter_mut().flatten().zip(other.curves.iter().flatten());
        curves.for_each(|(a, b)| a.merge(b));
    }
}

/// Adds batches to the tallies of all strategies.
#[derive(Debug)]
pub struct Tallier {
    measures: Vec<Measure>,
    /// Flags that any strategy can set, and arrays that it can write.
    flags: u32,
    active: Active,
    /// One tally a strategy.
    pub tallies: Vec<StrategyTally>,
    /// What is kept of all draws added, by strategy.
    pub across: Vec<AcrossDraws>,
    values: Vec<f64>,
    /// Paired measures of this batch under each strategy so far; the last is compared with none.
    paired: Vec<[Vec<f64>; PAIRED.len()]>,
    /// Costs and QALYs of this batch, in an economic evaluation.
    columns: Option<Columns>,
    bins: Vec<u64>,
}

impl Tallier {
    /// Empty tallies for a model.
    #[must_use]
    pub fn new(model: &Model, program: &Program) -> Self {
        let measures = Measure::of(program);
        let evaluated = model.economics.is_some();
        let products = |strategy| if evaluated { Columns::products(strategy) } else { 0 };
        let tally = |(strategy, lines): (usize, usize)| StrategyTally {
            patients: 0,
            moments: vec![Moments::default(); measures.len()],
            difference_squares: vec![[0; PAIRED.len()]; strategy],
            products: vec![0; products(strategy)],
            flags: [0; flag::COUNT],
            events: EventCounter::new(lines),
            curves: model
                .settings
                .curves
                .iter()
                .map(|kind| CurveTally::new(*kind, model.settings.horizon_months))
                .collect(),
        };
        Self {
            flags: program.flags(),
            active: program.active(),
            tallies: model
                .strategies
                .iter()
                .map(|strategy| strategy.lines.len())
                .enumerate()
                .map(tally)
                .collect(),
            across: model.strategies.iter().map(|_| AcrossDraws::new(model)).collect(),
            values: Vec::new(),
            paired: vec![Default::default(); model.strategies.len().saturating_sub(1)],
            columns: evaluated.then(|| Columns::new(model.strategies.len())),
            bins: Vec::new(),
            measures,
        }
    }

    /// Adds what a batch lived through under each strategy. Happenings are counted by the sinks.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        for (index, outcome) in outcomes.iter().enumerate() {
            let tally = &mut self.tallies[index];
            tally.patients += outcome.len() as u64;
            for (measure, moments) in self.measures.iter().zip(&mut tally.moments) {
                let scale = measure.scale();
                let values = measure.values(outcome, &self.active, &mut self.values);
                moments.add(values, scale.value, scale.square);
                let Some(paired) = PAIRED.iter().position(|paired| paired == measure) else { continue };
                self.across[index].spreads[paired].add(values);
                for (squares, before) in tally.difference_squares.iter_mut().zip(&self.paired) {
                    squares[paired] += exact_difference_squares(values, &before[paired], scale.square);
                }
                if let Some(kept) = self.paired.get_mut(index) {
                    kept[paired].clear();
                    kept[paired].extend_from_slice(values);
                }
            }
            if let Some(columns) = &mut self.columns {
                columns.add(index, outcome, &self.active, &mut tally.products);
            }
            for bit in (0..flag::COUNT).filter(|bit| self.flags >> bit & 1 == 1) {
                let count: u32 = outcome.flags.iter().map(|flags| flags >> bit & 1).sum();
                tally.flags[bit] += u64::from(count);
            }
            tally.curves.iter_mut().for_each(|curve| curve.add(outcome, &mut self.bins));
        }
    }

    /// Says that the tallies hold a whole draw.
    pub fn end_draw(&mut self) {
        for (across, tally) in self.across.iter_mut().zip(&self.tallies) {
            for (counts, curve) in across.curves.iter_mut().zip(&tally.curves) {
                if let Some(counts) = counts {
                    counts.add(curve);
                }
            }
        }
    }
}
