//! Validation: what the simulator shows against what was published.
//!
//! Virtual patients live through a trial's strategies, and every target and statement of the trial is read off what
//! befell them, as the trial read it off its patients.

mod figure;
mod statement;

pub use statement::Finding;

use crate::calibrate::{Comparison, compare, report_asked};
use crate::model::{Model, Target};
use crate::program::{TooManySteps, compile};
use crate::simulate::{self, Interrupted, Observer};
use figure::{Figures, Wanted};

/// Draws of the uncertain figures.
pub const DRAWS: u32 = 400;
/// Patients in each.
pub const PATIENTS: u64 = 4000;

/// What the simulator shows of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What the draws show.
    pub comparison: Comparison,
    /// Monte Carlo standard error of the mean; NaN where it is not known.
    pub mc_se: f64,
}

/// What the simulator shows of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// By target.
    pub targets: Vec<Shown>,
    /// By statement.
    pub statements: Vec<Finding>,
}

/// Why a trial was not validated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidateError {
    /// A strategy is too long.
    TooManySteps(TooManySteps),
    /// Asked to stop.
    Interrupted,
}

impl From<Interrupted> for ValidateError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// Simulates a trial and reads its targets and statements off the patients.
///
/// # Errors
/// See [`ValidateError`].
pub fn validate(model: &Model, observer: &dyn Observer) -> Result<Validation, ValidateError> {
    let trial = &model.trial;
    let asked = |target: &Target| {
        let Target { strategy, quantity, for_each, .. } = *target;
        Wanted { strategy, quantity, for_each }
    };
    let asked: Vec<Wanted> = trial.targets.iter().map(asked).collect();
    let figures = figures(model, &asked, observer)?;
    let targets = trial.targets.iter().enumerate().map(|(index, target)| {
        let (own, noise): (Vec<f64>, Vec<f64>) = figures.iter().map(|draw| draw[index]).unzip();
        Shown {
            comparison: compare(target, index, own, &noise),
            mc_se: figure::error_of_mean(&figures, index),
        }
    });
    let targets = targets.collect();
    let statements = trial.statements.iter().map(|statement| statement::check(model, statement, observer));
    Ok(Validation { targets, statements: statements.collect::<Result<_, _>>()? })
}

/// Figures of strategies, by draw.
fn figures(
    model: &Model,
    asked: &[Wanted],
    observer: &dyn Observer,
) -> Result<Vec<Vec<(f64, f64)>>, ValidateError> {
    let mut model = model.clone();
    // As far as a fit looks, so that shares count until the same month.
    let mut curves = report_asked(&model.trial.targets);
    for own in asked {
        curves.quantity(own.quantity);
    }
    model.settings.curves.clone_from(&curves.curves);
    (model.settings.draws, model.settings.patients) = (DRAWS, PATIENTS);
    model.settings.curve_months = 1;
    model.settings.horizon_months = model.settings.horizon_months.min(curves.horizon());
    let program = compile(&model).map_err(ValidateError::TooManySteps)?;
    let kinds = model.settings.curves.clone();
    let results = simulate::run(&model, &program, observer, &|| Figures::new(asked.to_vec(), kinds.clone()))?;
    Ok(results.units.into_iter().flat_map(|unit| unit.draws).collect())
}
