//! Rows of `survival.csv`.

use super::band::share_variance;
use super::{Band, Records};
use crate::model::{CurveKind, Model};
use crate::simulate::RunResults;
use rayon::prelude::*;

/// One month of one curve.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalRow {
    /// Index of the strategy.
    pub strategy: usize,
    /// Which curve.
    pub curve: CurveKind,
    /// Months from the origin.
    pub months: u32,
    /// Event-free probability; for CIR the probability of having relapsed.
    pub band: Band,
}

pub(super) fn rows(model: &Model, results: &RunResults<Records>) -> Vec<SurvivalRow> {
    let settings = &model.settings;
    let mut places = Vec::new();
    for strategy in 0..model.strategies.len() {
        for (index, curve) in settings.curves.iter().enumerate() {
            if results.draws().any(|draw| draw.strategy(strategy).among[index] > 0) {
                places.extend((0..=settings.curve_months).map(|months| (strategy, index, *curve, months)));
            }
        }
    }
    places
        .into_par_iter()
        .map(|(strategy, index, curve, months)| {
            let points = || {
                results.draws().filter_map(move |draw| {
                    let record = draw.strategy(strategy);
                    let n = record.among[index] as f64;
                    let share = record.events_until(index, months) / n;
                    (n > 0.0).then_some((share, n))
                })
            };
            let values = points().map(|(share, _)| if curve == CurveKind::Cir { share } else { 1.0 - share });
            let variances = points().map(|(share, n)| share_variance(share, n));
            let band = Band::of(values.collect(), variances);
            SurvivalRow { strategy, curve, months, band }
        })
        .collect()
}
