//! Checks of random numbers, and of one engine against the other.

use super::bench::Bench;
use super::change::changed;
use super::compare::{Comparisons, Finding};
use super::{ERRORS, Means, VerifyError};
use crate::model::CurveKind;
use crate::program::Draw;
use crate::summary::{Band, DifferenceRow, Summary};
use std::collections::BTreeMap;

/// Months between points of curves that are compared.
const EVERY: u32 = 12;
/// Most by which a sum that was seen may be rarer than it is.
const MOST_RARER: f64 = 100.0;
/// What tallies are rounded to, patient by patient.
const STEP: f64 = 8e-6;
/// Monte Carlo error, as a share of the mean, that the rounding of sums of squares alone may show.
const ROUNDED: f64 = 1e-6;

pub(super) fn same_seed(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let again = bench.engine.simulate(&bench.model)?;
    let mut all = Comparisons::default();
    all.holds(again == *bench.base()?, || "some number of a second run is another".to_owned());
    Ok(all.judged("all numbers of a second run the same, to the bit"))
}

/// A value of a summary.
#[derive(PartialEq)]
struct Value {
    band: Band,
    /// What all patients together are, where it is a share of them: 1, or 1,000.
    all: Option<f64>,
}

impl Value {
    /// Monte Carlo error; that of one patient at least, who has it, or of a sum has nothing or twice as much.
    fn error(&self, patients: f64) -> f64 {
        let one = self.all.or(self.band.mean).unwrap_or(0.0).abs() / patients;
        self.band.mc_se.unwrap_or(0.0).max(one)
    }

    /// Monte Carlo error where `mean` is the truth: the error that was seen knows nothing of patients who were not.
    fn error_given(&self, mean: f64, patients: f64) -> f64 {
        let own = self.error(patients);
        match (self.all, self.band.mean) {
            (Some(all), _) => {
                let share = (mean / all).clamp(0.0, 1.0);
                own.max(all * (share * (1.0 - share) / patients).sqrt())
            }
            // The square of the error of a rare sum grows with the sum.
            (None, Some(found)) if found > 0.0 => own * (mean / found).clamp(1.0, MOST_RARER).sqrt(),
            (None, _) => own,
        }
    }
}

/// Values of a summary by name. Medians are told in steps and left out.
fn values(summary: &Summary) -> BTreeMap<String, Value> {
    let name = |strategy: usize| &summary.strategies[strategy];
    let outcomes = summary.outcomes.iter().filter(|row| !row.outcome.contains("_median"));
    let outcomes = outcomes.map(|row| {
        let all = (row.unit == "probability").then_some(1.0);
        (format!("{} of {}", row.outcome, name(row.strategy)), Value { band: row.band, all })
    });
    let differences = summary.differences.iter().map(|DifferenceRow { from, row }| {
        let what = format!("{} of {} against {}", row.outcome, name(row.strategy), name(*from));
        (what, Value { band: row.band, all: None })
    });
    let events = summary.events.iter().map(|row| {
        let what = format!("{} in line {} of {}", row.event, row.line, name(row.strategy));
        (what, Value { band: row.band, all: Some(1000.0) })
    });
    let of_all = |kind: CurveKind| kind == CurveKind::Os || kind == CurveKind::Efs;
    let points = summary.survival.iter().filter(|row| of_all(row.curve) && row.months % EVERY == 0);
    let points = points.map(|row| {
        let what = format!("{} at {} months of {}", row.curve.name(), row.months, name(row.strategy));
        (what, Value { band: row.band, all: Some(1.0) })
    });
    outcomes.chain(differences).chain(events).chain(points).collect()
}

/// Rounding of a mean.
fn rounding(mean: f64) -> f64 {
    1e-9 * mean.abs() + STEP
}

/// Whether patients differ by chance, beyond what squares of tallies are rounded to.
fn is_by_chance(summary: &Summary) -> bool {
    // Medians have the errors of their steps.
    let means = summary.outcomes.iter().filter(|row| !row.outcome.contains("_median"));
    let mut bands = means.map(|row| row.band).chain(summary.events.iter().map(|row| row.band));
    let beyond = |band: Band| {
        let least = ROUNDED * band.mean.unwrap_or(0.0).abs() + STEP;
        band.mc_se.is_some_and(|error| error > least)
    };
    bands.any(beyond)
}

pub(super) fn another_seed(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = format!("other numbers, means of central values within {ERRORS} errors of both runs");
    let model = changed(&bench.central_model(), |model| model.settings.seed ^= 1);
    let patients = model.settings.patients as f64;
    let own = values(&bench.central()?.summary);
    let others = values(&bench.engine.simulate(&model)?.summary);
    let mut all = Comparisons::default();
    let constant = Draw::is_constant(&bench.model);
    let by_chance = is_by_chance(&bench.central()?.summary);
    if constant && !by_chance {
        let reason = "nothing is left to chance: no patient differs and no figure is uncertain";
        return Ok(Finding::not_applicable(&expected, reason));
    }
    if by_chance {
        all.holds(own != others, || "all numbers are the same".to_owned());
    }
    if !constant {
        let reseeded = changed(&bench.model, |model| model.settings.seed ^= 1);
        let figures = [&bench.model, &reseeded].map(|model| bench.engine.parameters(model, 0));
        all.holds(figures[0] != figures[1], || "the uncertain figures are the same".to_owned());
    }
    for (name, one) in &own {
        let Some(two) = others.get(name) else { continue };
        let (Some(mean), Some(expected)) = (two.band.mean, one.band.mean) else { continue };
        let error = one.error(patients).hypot(two.error(patients));
        all.near(name, mean, expected, ERRORS * error + rounding(mean));
    }
    Ok(all.judged(&expected))
}

pub(super) fn exact_engine(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = format!("means of central values within {ERRORS} errors and the error of the grid");
    let model = bench.central_model();
    let both = match bench.engine.exact(&model)? {
        Means::Known(both) => both,
        Means::Unsupported(reason) => return Ok(Finding::not_applicable(&expected, reason)),
    };
    let patients = model.settings.patients as f64;
    let [fine, coarse] = [&both[0], &both[1]].map(values);
    let mut all = Comparisons::default();
    for (name, found) in &values(&bench.central()?.summary) {
        let exact = fine.get(name).and_then(|value| value.band.mean);
        let (Some(mean), Some(exact)) = (found.band.mean, exact) else { continue };
        let error = found.error_given(exact, patients);
        // What nobody had has no error; the share of those who have it is compared too.
        if mean == 0.0 && error == 0.0 {
            continue;
        }
        let half = coarse.get(name).and_then(|value| value.band.mean).unwrap_or(exact);
        // A grid that is no better than the patients proves nothing.
        let grid = (half - exact).abs().min(ERRORS * error);
        all.near(name, mean, exact, ERRORS * error + grid + rounding(exact));
    }
    Ok(all.judged(&expected))
}
