//! Checks of life years, states, deaths and curves.

use super::bench::Bench;
use super::compare::{Comparisons, Finding};
use super::{ERRORS, VerifyError};
use crate::model::{CurveKind, LifeTable};
use crate::outcome::State;
use crate::summary::SurvivalRow;
use std::sync::Arc;

/// Months of a horizon of almost nothing.
const MOMENT: f64 = 1e-6;
/// The largest yearly probability of death that leaves a hazard.
const CERTAIN: f64 = 1.0 - f64::EPSILON / 2.0;
/// Rounding of shares that are sums over draws.
const ROUNDING: f64 = 1e-9;

pub(super) fn no_horizon(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let shown = bench.with(|model| model.settings.horizon_months = MOMENT)?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        let years = shown.mean(strategy, "life_years");
        all.below(&shown.name(strategy, "life_years"), years, MOMENT / 12.0, ROUNDING);
    }
    Ok(all.judged("no more life years than the horizon, a millionth of a month"))
}

pub(super) fn longer_horizon(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let undiscounted = bench.plain()?;
    let half = bench.with(|model| {
        super::bench::plain(model, 0.0);
        model.settings.horizon_months *= 0.5;
    })?;
    let mut all = Comparisons::default();
    for strategy in half.strategies() {
        for outcome in ["life_years", "qalys", "costs"] {
            let name = format!("in half the time {}", half.name(strategy, outcome));
            all.at_most(&name, half.mean(strategy, outcome), undiscounted.mean(strategy, outcome));
        }
    }
    Ok(all.judged("life years and undiscounted costs of half the horizon not above those of the whole"))
}

pub(super) fn certain_death(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let table = LifeTable::new(&[CERTAIN], &[CERTAIN]);
    let most = 1.0 / table.cumulative_hazard(crate::model::Sex::Female, 1.0);
    let shown = bench.with(|model| {
        model.life_table = Some(Arc::new(table));
        let ratios = model.regimens.iter_mut().flat_map(|regimen| &mut regimen.mortality_ratio);
        ratios.for_each(|ratio| *ratio = None);
    })?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        let band = shown.summary.outcome(strategy, "life_years").map(|row| row.band);
        let error = band.and_then(|band| band.mc_se).unwrap_or(0.0);
        let years = shown.mean(strategy, "life_years");
        all.below(&shown.name(strategy, "life_years"), years, most, ERRORS * error);
        // Beyond a year lives one in e^36.
        if let Some(alive) = shown.summary.outcome(strategy, "os_12_months") {
            all.zero(&shown.name(strategy, "os_12_months"), alive.band.mean.unwrap_or(f64::NAN));
        }
    }
    Ok(all.judged(&format!(
        "at most {most:.4} life years, the mean of a yearly death of 1 - 1e-16, and nobody alive after a year"
    )))
}

pub(super) fn no_background(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let base = bench.base()?;
    let none = LifeTable::new(&[0.0], &[0.0]);
    let shown = bench.with(|model| model.life_table = Some(Arc::new(none)))?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        all.zero(&shown.name(strategy, "death_background"), shown.mean(strategy, "death_background"));
        let name = format!("with background deaths {}", base.name(strategy, "life_years"));
        all.at_most(&name, base.mean(strategy, "life_years"), shown.mean(strategy, "life_years"));
    }
    Ok(all.judged("no background death, and life years not below those with the scenario's life table"))
}

pub(super) fn months_by_state(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let base = bench.base()?;
    let mut all = Comparisons::default();
    for strategy in base.strategies() {
        let months: f64 = State::ALL.iter().map(|state| base.mean(strategy, state.months_name())).sum();
        let years = base.mean(strategy, "life_years");
        all.near(&base.name(strategy, "life_years"), years, months / 12.0, ROUNDING * (1.0 + years));
    }
    Ok(all.judged("the sum of the months in all states"))
}

pub(super) fn deaths_by_label(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let base = bench.base()?;
    let last = bench.model.settings.curve_months;
    let mut all = Comparisons::default();
    for strategy in base.strategies() {
        let labels = ["death_treatment", "death_relapse", "death_background"];
        let dead: f64 = labels.iter().map(|label| base.mean(strategy, label)).sum();
        let at_end = curve(&base.summary.survival, strategy, CurveKind::Os).find(|row| row.months == last);
        let alive = at_end.and_then(|row| row.band.mean).unwrap_or(f64::NAN);
        let name = format!("dead and alive of {}", base.summary.strategies[strategy]);
        all.near(&name, dead + alive, 1.0, ROUNDING);
    }
    Ok(all.judged("deaths by label and the living at the horizon sum to 1"))
}

/// Rows of one curve of one strategy.
fn curve(rows: &[SurvivalRow], strategy: usize, kind: CurveKind) -> impl Iterator<Item = &SurvivalRow> {
    rows.iter().filter(move |row| row.strategy == strategy && row.curve == kind)
}

pub(super) fn curves(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let base = bench.base()?;
    let mut all = Comparisons::default();
    for strategy in base.strategies() {
        let points = |kind: CurveKind| -> Vec<f64> {
            curve(&base.summary.survival, strategy, kind).filter_map(|row| row.band.mean).collect()
        };
        for kind in CurveKind::ALL {
            let own = points(kind);
            let name = base.name(strategy, kind.name());
            all.holds(own.iter().all(|point| (0.0..=1.0).contains(point)), || {
                format!("{name} leaves 0 to 1")
            });
            let rises = |pair: &[f64]| pair[1] - pair[0];
            let sign = if kind == CurveKind::Cir { -1.0 } else { 1.0 };
            all.holds(own.windows(2).all(|pair| sign * rises(pair) <= ROUNDING), || {
                format!("{name} turns back")
            });
        }
        for (more, less) in [(CurveKind::Os, CurveKind::Efs), (CurveKind::OsInfused, CurveKind::EfsInfused)] {
            let (more, own) = (points(more), points(less));
            let below = own.len() == more.len() && own.iter().zip(&more).all(|(e, o)| *e <= o + ROUNDING);
            all.holds(below, || format!("{} lies above survival", base.name(strategy, less.name())));
        }
        let (free, relapsed) = (points(CurveKind::Rfs), points(CurveKind::Cir));
        let within = free.len() == relapsed.len()
            && free.iter().zip(&relapsed).all(|(free, relapsed)| free + relapsed <= 1.0 + ROUNDING);
        all.holds(within, || format!("{} and cir sum to more than 1", base.name(strategy, "rfs")));
    }
    Ok(all.judged(
        "survival within 0 to 1 and never rising, EFS not above OS, RFS and CIR not above 1 together",
    ))
}
