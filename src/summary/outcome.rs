//! Rows of `summary.csv` and `spread.csv`.

use super::band::share_variance;
use super::{Band, Records, StrategyRecord, SurvivalRow};
use crate::model::{CurveKind, Model};
use crate::outcome::{Amount, flag};
use crate::simulate::RunResults;
use crate::tally::{Measure, PAIRED, SPREAD_OUTCOMES};

/// Months at which overall survival is an outcome.
pub(super) const LANDMARKS: [u32; 8] = [6, 12, 18, 24, 36, 60, 120, 240];

/// One outcome of one strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    /// Index of the strategy.
    pub strategy: usize,
    /// Name of the outcome.
    pub outcome: String,
    /// Unit.
    pub unit: String,
    /// Mean, errors, interval.
    pub band: Band,
}

/// What a strategy adds to one before it, paired patient by patient.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceRow {
    /// Index of the strategy from which it differs.
    pub from: usize,
    /// The strategy, and by how much.
    pub row: OutcomeRow,
}

/// Distribution of one outcome between patients.
#[derive(Debug, Clone, PartialEq)]
pub struct SpreadRow {
    /// Index of the strategy.
    pub strategy: usize,
    /// Name of the outcome.
    pub outcome: &'static str,
    /// Standard deviation between patients within a draw.
    pub sd: Option<f64>,
    /// Standard deviation of the mean between draws, without simulation noise; needs two draws.
    pub unknown_sd: Option<f64>,
    /// 5th, 25th, 50th, 75th, 95th percentile of patients over all draws.
    pub percentiles: [Option<f64>; 5],
}

/// Unit of an outcome.
#[must_use]
pub fn unit_of(measure: Measure, currency: &str) -> String {
    match measure {
        Measure::LifeYears => "years".to_owned(),
        Measure::Qalys => "qalys".to_owned(),
        Measure::Costs | Measure::CostItem(_) => currency.to_owned(),
        Measure::StateMonths(_) => "months".to_owned(),
        Measure::Amount(amount) if amount == Amount::TocilizumabDoses as usize => "doses".to_owned(),
        Measure::Amount(_) => "days".to_owned(),
    }
}

pub(super) fn rows(
    model: &Model,
    results: &RunResults<Records>,
    survival: &[SurvivalRow],
) -> Vec<OutcomeRow> {
    let mut rows = Vec::new();
    for strategy in 0..model.strategies.len() {
        let records = || results.draws().map(move |draw| draw.strategy(strategy));
        let mut push = |outcome: &str, unit: &str, band: Band| {
            let (outcome, unit) = (outcome.to_owned(), unit.to_owned());
            rows.push(OutcomeRow { strategy, outcome, unit, band });
        };
        let onset = Measure::Amount(Amount::CrsOnsetDays as usize);
        let (headline, rest): (Vec<_>, Vec<_>) =
            results.measures.iter().enumerate().partition(|(_, measure)| PAIRED.contains(measure));
        let measure_band = |place: usize| {
            let means = records().map(|record| record.means[place].0).collect();
            Band::of(means, records().map(|record| Some(record.means[place].1)))
        };
        for (place, measure) in headline {
            push(measure.name(), &unit_of(*measure, &model.settings.currency), measure_band(place));
        }
        for (curve, kind) in model.settings.curves.iter().enumerate() {
            median(&records, curve, *kind, &mut push);
            if *kind == CurveKind::Os {
                let own = survival.iter().filter(|row| row.strategy == strategy && row.curve == *kind);
                for row in own.filter(|row| LANDMARKS.contains(&row.months)) {
                    push(&format!("{}_{}_months", kind.name(), row.months), "probability", row.band);
                }
            }
        }
        for (bit, name) in flag::NAMES.iter().enumerate() {
            let can = |strategy: usize| results.possible[strategy].flags >> bit & 1 == 1;
            if !(0..model.strategies.len()).any(can) {
                continue;
            }
            let n = model.settings.patients as f64;
            let shares: Vec<f64> = records().map(|record| f64::from(record.flags[bit]) / n).collect();
            let variances = shares.clone().into_iter().map(move |p| share_variance(p, n));
            let told = can(strategy) || flag::TOLD_APART >> bit & 1 == 0;
            push(name, "probability", if told { Band::of(shares, variances) } else { Band::UNDEFINED });
        }
        for (place, measure) in rest.into_iter().filter(|(_, measure)| **measure != onset) {
            let told = match measure {
                Measure::Amount(amount) => results.possible[strategy].active.amounts[*amount],
                _ => true,
            };
            let band = if told { measure_band(place) } else { Band::UNDEFINED };
            push(measure.name(), &unit_of(*measure, &model.settings.currency), band);
        }
        if results.measures.contains(&onset) {
            let with: Vec<(f64, f64)> = records().filter_map(|record| record.crs_onset).collect();
            let band = Band::of(
                with.iter().map(|(mean, _)| *mean).collect(),
                with.iter().map(|(_, variance)| Some(*variance)),
            );
            push("crs_onset_days", "days", band);
        }
    }
    rows
}

/// Median of one curve.
fn median<'a, I: Iterator<Item = StrategyRecord<'a>>>(
    records: &impl Fn() -> I,
    curve: usize,
    kind: CurveKind,
    push: &mut impl FnMut(&str, &str, Band),
) {
    // A draw without patients whom the curve is about has no median; that is not the same as not reached.
    let medians = || records().filter(|record| record.among[curve] > 0).map(|record| record.medians[curve]);
    let draws = medians().count() as f64;
    if kind == CurveKind::Cir || draws == 0.0 {
        return;
    }
    let name = kind.name();
    let errors = medians().map(|median| median.map(|(_, error)| error * error));
    let medians: Vec<f64> =
        medians().map(|median| median.map_or(f64::INFINITY, |(median, _)| median)).collect();
    let not_reached = medians.iter().filter(|median| median.is_infinite()).count() as f64 / draws;
    push(&format!("{name}_median_months"), "months", Band::of(medians, errors));
    if not_reached > 0.0 {
        let share = Band { mean: Some(not_reached), ..Band::UNDEFINED };
        push(&format!("{name}_median_not_reached"), "share of draws", share);
    }
}

pub(super) fn differences(model: &Model, results: &RunResults<Records>) -> Vec<DifferenceRow> {
    let mut rows = Vec::new();
    for (strategy, from) in pairs(model.strategies.len()) {
        for (paired, measure) in PAIRED.iter().enumerate() {
            let Some(place) = results.measures.iter().position(|known| known == measure) else { continue };
            let values = results
                .draws()
                .map(|draw| draw.strategy(strategy).means[place].0 - draw.strategy(from).means[place].0);
            let variances =
                results.draws().map(|draw| Some(draw.strategy(strategy).difference_variances[from][paired]));
            let row = OutcomeRow {
                strategy,
                outcome: measure.name().to_owned(),
                unit: unit_of(*measure, &model.settings.currency),
                band: Band::of(values.collect(), variances),
            };
            rows.push(DifferenceRow { from, row });
        }
    }
    rows
}

/// Strategies with each before them: first those with the first, from which differences are told everywhere.
pub(super) fn pairs(strategies: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..strategies).flat_map(move |from| (from + 1..strategies).map(move |strategy| (strategy, from)))
}

pub(super) fn spread(model: &Model, results: &RunResults<Records>) -> Vec<SpreadRow> {
    let mut rows = Vec::new();
    let n = model.settings.patients as f64;
    for strategy in 0..model.strategies.len() {
        for (index, outcome) in SPREAD_OUTCOMES.iter().enumerate() {
            let Some(place) = results.measures.iter().position(|measure| measure.name() == *outcome) else {
                continue;
            };
            let means = || results.draws().map(|draw| draw.strategy(strategy).means[place]);
            let band = Band::of(
                means().map(|(mean, _)| mean).collect(),
                means().map(|(_, variance)| Some(variance)),
            );
            let draws = f64::from(model.settings.draws);
            let variance = means().map(|(_, variance)| variance * n).sum::<f64>() / draws;
            let spread = &results.across[strategy].spreads[index];
            rows.push(SpreadRow {
                strategy,
                outcome,
                sd: (n > 1.0).then(|| variance.sqrt()),
                unknown_sd: band.unknown_sd(draws, band.mc_se),
                percentiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| spread.quantile(p)),
            });
        }
    }
    rows
}
