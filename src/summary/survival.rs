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

/// Months read together. They lie beside each other in the record of a draw, those of two draws far apart.
const BLOCK: u32 = 64;

pub(super) fn rows(model: &Model, results: &RunResults<Records>) -> Vec<SurvivalRow> {
    let settings = &model.settings;
    let mut blocks = Vec::new();
    for strategy in 0..model.strategies.len() {
        for (index, curve) in settings.curves.iter().enumerate() {
            if results.draws().any(|draw| draw.strategy(strategy).among[index] > 0) {
                let starts = (0..=settings.curve_months).step_by(BLOCK as usize);
                blocks.extend(starts.map(|from| (strategy, index, *curve, from)));
            }
        }
    }
    blocks
        .into_par_iter()
        .flat_map_iter(|(strategy, index, curve, from)| {
            let months = from..(from + BLOCK).min(settings.curve_months + 1);
            let draws = model.settings.draws as usize;
            let mut shares: Vec<Vec<f64>> = months.clone().map(|_| Vec::with_capacity(draws)).collect();
            let mut patients = Vec::with_capacity(draws);
            let mut variances = Vec::with_capacity(draws);
            for draw in results.draws() {
                let record = draw.strategy(strategy);
                let n = record.among[index] as f64;
                if n > 0.0 {
                    patients.push(n);
                    let of_months = shares.iter_mut().zip(months.clone());
                    of_months.for_each(|(shares, month)| shares.push(record.events_until(index, month) / n));
                }
            }
            shares
                .into_iter()
                .zip(months)
                .map(|(shares, months)| {
                    let known = shares.iter().zip(&patients);
                    variances.clear();
                    variances.extend(known.map(|(share, n)| share_variance(*share, *n)));
                    let of = |share: f64| if curve == CurveKind::Cir { share } else { 1.0 - share };
                    let band = Band::of(shares.into_iter().map(of).collect(), variances.iter().copied());
                    SurvivalRow { strategy, curve, months, band }
                })
                .collect::<Vec<_>>()
        })
        .collect()
}
