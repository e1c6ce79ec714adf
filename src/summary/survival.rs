//! Rows of `survival.csv`.

use super::band::share_variance;
use super::{Band, Records};
use crate::model::{CurveKind, Model};
use crate::simulate::RunResults;
use rayon::prelude::*;
use std::ops::Range;

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
const BLOCK: usize = 64;

pub(super) fn rows(model: &Model, results: &RunResults<Records>) -> Vec<SurvivalRow> {
    let mut rows = Vec::new();
    for (strategy, across) in results.across.iter().enumerate() {
        for (index, (curve, counts)) in model.settings.curves.iter().zip(&across.curves).enumerate() {
            let bands: Vec<Band> = match counts {
                Some(counts) => counts
                    .months()
                    .map(|draws| Band::of_shares(draws, model.settings.patients as f64))
                    .collect(),
                None => {
                    of_records(results, strategy, index, *curve, model.settings.curve_months as usize + 1)
                }
            };
            rows.extend((0..).zip(bands).map(|(months, band)| SurvivalRow {
                strategy,
                curve: *curve,
                months,
                band,
            }));
        }
    }
    rows
}

/// The bands of months `0..end` of a curve that each draw keeps; none where it is about nobody.
fn of_records(
    results: &RunResults<Records>,
    strategy: usize,
    index: usize,
    curve: CurveKind,
    end: usize,
) -> Vec<Band> {
    let draws = || results.units.iter().flat_map(|records| records.curve(strategy, index));
    let known: Vec<(f64, &[u32])> =
        draws().filter(|(n, _)| *n > 0).map(|(n, events)| (n as f64, events)).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let blocks: Vec<Range<usize>> =
        (0..end).step_by(BLOCK).map(|from| from..(from + BLOCK).min(end)).collect();
    blocks
        .into_par_iter()
        .flat_map_iter(|months| {
            let mut shares: Vec<Vec<f64>> = months.clone().map(|_| Vec::with_capacity(known.len())).collect();
            for (n, events) in &known {
                for (shares, events) in shares.iter_mut().zip(&events[months.clone()]) {
                    let events = f64::from(*events);
                    shares.push(if curve == CurveKind::Cir { events / n } else { (n - events) / n });
                }
            }
            shares.into_iter().map(|shares| {
                let variances: Vec<Option<f64>> =
                    shares.iter().zip(&known).map(|(share, (n, _))| share_variance(*share, *n)).collect();
                Band::of(shares, variances.into_iter())
            })
        })
        .collect()
}
