//! What rows of a fit show of a published figure, against it.

use super::course::Asked;
use crate::math::{Z_95, exp, ln, normal_quantile};
use crate::model::{Published, Quantity, Target};
use crate::stream::{ParameterStream, Stream, name_hash, open_unit};
use crate::summary::quantile;
use rand::Rng as _;
use std::f64::consts::LN_2;

/// Seed of the patients that a predicted trial samples: of the method, not of a run.
const SEED: u64 = 1;
/// Trials that are predicted from each row.
const TRIALS: usize = 8;
/// Patients of a trial that are predicted one by one; of more, their share is as good as Gaussian.
const MOST_PATIENTS: f64 = 10_000.0;
/// Step in months at which a median is looked for, and how far beyond the published one.
const MEDIAN: (f64, f64) = (0.25, 4.0);

/// A figure as rows show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Of each row.
    pub figures: Vec<f64>,
    /// Mean of the rows; of a median that some rows do not reach, the median of the rows.
    pub mean: f64,
    /// Standard deviation between rows.
    pub sd: f64,
    /// 95 % of the rows.
    pub interval: (f64, f64),
    /// 95 % of what a trial of the published size would show: the rows and its own sampling.
    pub predictive: (f64, f64),
}

impl Comparison {
    /// Whether the published figure lies in the predictive interval; a bound or range, whether the mean keeps it.
    #[must_use]
    pub fn inside(&self, target: &Target) -> bool {
        match (target.published, target.interval) {
            (Published::AtMost, _) => self.predictive.0 <= target.value,
            (Published::AtLeast, _) => self.predictive.1 >= target.value,
            (Published::Range, Some((low, high))) => self.mean >= low && self.mean <= high,
            _ => self.predictive.0 <= target.value && target.value <= self.predictive.1,
        }
    }
}

/// By how many standard errors of the published figure a figure misses it; 0 for bounds and ranges that it keeps.
pub(super) fn missed_by(target: &Target, own: f64) -> f64 {
    let off = match (target.published, target.interval) {
        (Published::AtMost, _) => (own - target.value).max(0.0),
        (Published::AtLeast, _) => (target.value - own).max(0.0),
        (Published::Range, Some((low, high))) => (low - own).max(own - high).max(0.0),
        _ => (own - target.value).abs(),
    };
    let se = match target.interval {
        Some((low, high)) if target.published == Published::Value => (high - low) / (2.0 * Z_95),
        // Of months there is no share: a hundredth of a range is no miss.
        _ if matches!(target.quantity, Quantity::Median { .. }) => 0.05 * target.value,
        _ => (target.value * (1.0 - target.value) / target.n.max(1.0)).sqrt(),
    };
    if off > 0.0 { off / se.max(1e-3) } else { 0.0 }
}

/// What reports ask for: what targets do, and curves fine enough to read medians off.
#[must_use]
pub fn report_asked(targets: &[Target]) -> Asked {
    let mut asked = Asked::of(targets);
    for target in targets {
        if let Quantity::Median { curve } = target.quantity {
            let (step, beyond) = MEDIAN;
            let last = (beyond * target.value / step).ceil() as u32;
            asked.curve(curve, (0..=last).map(|at| f64::from(at) * step));
        }
    }
    asked
}

/// What the rows show of a target; `at` is its place, the address of the patients that a predicted trial samples.
/// `noise` are the Monte Carlo standard errors of the figures, none of the exact engine's.
#[must_use]
pub fn compare(target: &Target, at: usize, figures: Vec<f64>, noise: &[f64]) -> Comparison {
    let n = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / n;
    let mut sorted = figures.clone();
    let mut of_rows = |p| quantile(&mut sorted, p).unwrap_or(f64::NAN);
    let (median, interval) = (of_rows(0.5), (of_rows(0.025), of_rows(0.975)));
    let mean = if mean.is_finite() { mean } else { median };
    let sd = (figures.iter().map(|own| (own - mean) * (own - mean)).sum::<f64>() / n).sqrt();
    let stream = Stream::new(SEED);
    let address = name_hash(&format!("{}/{at}", target.name));
    let mut predicted = Vec::new();
    for (row, own) in figures.iter().enumerate() {
        let mut random = stream.parameter(row as u32, address);
        let noise = noise.get(row).copied().filter(|noise| noise.is_finite()).unwrap_or(0.0);
        predicted.extend((0..TRIALS).map(|_| published(target, (*own, noise), &mut random)));
    }
    let mut of_trials = |p| quantile(&mut predicted, p).unwrap_or(f64::NAN);
    let predictive = (of_trials(0.025), of_trials(0.975));
    Comparison { figures, mean, sd, interval, predictive }
}

/// The figure that a trial of the published size shows where `own` is true. What `own` is off by chance, by `noise`, is
/// a part of that trial's sampling already: virtual patients are no second trial.
fn published(target: &Target, (own, noise): (f64, f64), random: &mut ParameterStream) -> f64 {
    // A range of several reports has no trial whose size could be told: what is predicted is the figure itself.
    if target.published == Published::Range {
        return own;
    }
    let mut unit = || open_unit(random.next_u64());
    // A ratio or a time scatters on the scale of logarithms.
    let mut scattered = |se: f64| {
        let relative = noise / own;
        let se = (se * se - relative * relative).max(0.0).sqrt();
        if own.is_finite() { own * exp(se * normal_quantile(unit())) } else { own }
    };
    match (target.quantity, target.interval) {
        (Quantity::Point { .. } | Quantity::Share { .. }, _) if target.n > 0.0 => {
            // So many virtual patients are behind it, of whom the trial takes some: none twice.
            let virtual_patients =
                if noise > 0.0 { own * (1.0 - own) / (noise * noise) } else { f64::INFINITY };
            if target.n >= virtual_patients {
                return own;
            }
            if target.n > MOST_PATIENTS {
                let variance = own * (1.0 - own) * (1.0 / target.n - 1.0 / virtual_patients);
                return (own + variance.sqrt() * normal_quantile(unit())).clamp(0.0, 1.0);
            }
            let patients = target.n.round().max(1.0);
            let mut events = 0.0;
            for taken in 0..patients as u32 {
                let left = virtual_patients - f64::from(taken);
                let share = if left.is_finite() { (own * virtual_patients - events) / left } else { own };
                events += f64::from(u8::from(unit() < share));
            }
            events / patients
        }
        // Its logarithm has the error of the published one.
        (Quantity::HazardRatio { .. } | Quantity::Median { .. }, Some((low, high))) if low > 0.0 => {
            scattered((ln(high) - ln(low)) / (2.0 * Z_95))
        }
        // Where no interval was published: that of a median of n times with a constant hazard.
        (Quantity::Median { .. }, None) if target.n > 0.0 => scattered(1.0 / (LN_2 * target.n.sqrt())),
        _ => own,
    }
}
