//! What follows from a fit whether or not a target fixes it: survival at five years, relapse, death in remission, life
//! years. Where the posterior leaves a wide range, the priors decide, and every output that uses the fit says so.

use super::course::{Asked, Course, bare};
use super::fit::FitError;
use crate::model::{CurveKind, Model};
use crate::outcome::Mark;
use crate::program::compile;
use crate::summary::quantile;
use rayon::prelude::*;

/// Rows that stand for all.
pub(super) const SHOWN: usize = 200;
/// Month of the probabilities.
const MONTHS: f64 = 60.0;
/// Width of the 95 % range of a probability from which it is prior-driven.
const WIDE: f64 = 0.10;
/// The same of life years, as a share of their mean.
const WIDE_YEARS: f64 = 0.10;
/// Months between the points of the survival curve whose area are the life years.
const STEP: f64 = 6.0;
/// Bins in a month: what is shown here need not be fine.
const BINS: u32 = 1;

/// Mean and 95 % range of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Mean.
    pub mean: f64,
    /// 2.5 %.
    pub low: f64,
    /// 97.5 %.
    pub high: f64,
}

/// One thing that follows from a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Index of the strategy.
    pub strategy: usize,
    /// Its name: `os_60_months`, `relapse_60_months`, `death_in_remission_60_months`, `life_years`.
    pub name: &'static str,
    /// Under the priors.
    pub prior: Range,
    /// Under the fit.
    pub posterior: Range,
}

impl Open {
    /// Whether the range is too wide to be called fixed by the targets.
    #[must_use]
    pub fn is_prior_driven(&self) -> bool {
        let width = self.posterior.high - self.posterior.low;
        if self.name == "life_years" { width > WIDE_YEARS * self.posterior.mean } else { width > WIDE }
    }
}

/// What follows from rows of the prior and of the fit, each the values of all parameters of the model.
///
/// # Errors
/// Where the exact engine does not walk the program.
pub(super) fn quantities(
    model: &Model,
    prior: &[Vec<f64>],
    posterior: &[Vec<f64>],
) -> Result<Vec<Open>, FitError> {
    let horizon = model.settings.horizon_months;
    let landmark = MONTHS.min(horizon);
    let mut asked = Asked::default();
    let steps = (horizon / STEP).floor() as u32;
    asked.curve(CurveKind::Os, (0..=steps).map(|step| f64::from(step) * STEP));
    [CurveKind::Rfs, CurveKind::Cir].into_iter().for_each(|curve| asked.curve(curve, [landmark]));
    let small = bare(model, horizon, &asked);
    let program = compile(&small).map_err(FitError::TooManySteps)?;
    let strategies: Vec<usize> = (0..model.strategies.len()).collect();
    let course = Course::new((&small, &program), &asked, strategies.clone(), BINS);
    let of_row = |row: &Vec<f64>| -> Result<Vec<[f64; 4]>, FitError> {
        let shown = course.show(row.clone())?;
        let one = |strategy: &usize| {
            let at = |curve, months| shown.at(*strategy, curve, months).unwrap_or(f64::NAN);
            let os = |step: u32| at(CurveKind::Os, f64::from(step) * STEP);
            let area: f64 = (0..steps).map(|step| 0.5 * STEP * (os(step) + os(step + 1))).sum();
            let relapse = at(CurveKind::Cir, landmark);
            let dead = 1.0 - at(CurveKind::Rfs, landmark) - relapse;
            [at(CurveKind::Os, landmark), relapse, dead, area / 12.0]
        };
        Ok(strategies.iter().map(one).collect())
    };
    let all = |rows: &[Vec<f64>]| -> Result<Vec<Vec<[f64; 4]>>, FitError> {
        let every = (rows.len() / SHOWN).max(1);
        rows.par_iter().step_by(every).map(of_row).collect()
    };
    let (before, after) = (all(prior)?, all(posterior)?);
    let names = ["os_60_months", "relapse_60_months", "death_in_remission_60_months", "life_years"];
    let mut found = Vec::new();
    for strategy in 0..model.strategies.len() {
        let remits = program.possible(strategy).active.marks[Mark::Remission as usize];
        for (place, name) in names.into_iter().enumerate() {
            if remits || place == 0 || place == 3 {
                let range =
                    |rows: &[Vec<[f64; 4]>]| range(rows.iter().map(|row| row[strategy][place]).collect());
                found.push(Open { strategy, name, prior: range(&before), posterior: range(&after) });
            }
        }
    }
    Ok(found)
}

fn range(mut values: Vec<f64>) -> Range {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut at = |p| quantile(&mut values, p).unwrap_or(f64::NAN);
    Range { mean, low: at(0.025), high: at(0.975) }
}
