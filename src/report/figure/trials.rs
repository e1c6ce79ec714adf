//! What the figures of simulated trials read from their tables.

use super::chart::{Axis, Panel};
use super::ink::{Ink, banded};
use crate::report::rounded::{grouped, percent};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::LegendEntry;

/// A row of a Kaplan-Meier curve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) months: f64,
    pub(super) survival: f64,
    pub(super) interval: Option<(f64, f64)>,
    pub(super) at_risk: f64,
    pub(super) censored: f64,
}

/// Sizes of the trials whose curves are told, patients of both arms, in the order of the table.
pub(super) fn sizes(told: &Told) -> Vec<u64> {
    let mut all: Vec<u64> = Vec::new();
    for size in told.rows("trial_curves.csv").filter_map(|row| row.number("patients")) {
        if !all.contains(&(size as u64)) {
            all.push(size as u64);
        }
    }
    all
}

/// Indices of the strategies of the arms, the control first as in the table.
pub(super) fn arms(told: &Told) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    for row in told.rows("trial_curves.csv") {
        if let Some(arm) = told.index(row.text("strategy")).filter(|arm| !all.contains(arm)) {
            all.push(arm);
        }
    }
    all
}

/// A legend of the arms and of the bands about their curves.
pub(super) fn legend(told: &Told) -> Vec<LegendEntry> {
    let lines = arms(told).into_iter().map(|arm| Ink::of(arm).line(&told.strategies[arm].1));
    lines.chain([banded("bands: pointwise 95 % intervals")]).collect()
}

/// Curves of the trials of a size: by trial, then arm.
pub(super) fn curves(told: &Told, size: u64) -> Vec<Vec<Vec<Moment>>> {
    let arms = arms(told);
    let mut all: Vec<(f64, Vec<Vec<Moment>>)> = Vec::new();
    let own = |row: &SheetRow<'_>| row.number("patients") == Some(size as f64);
    for row in told.rows("trial_curves.csv").filter(own) {
        let Some(trial) = row.number("trial") else { continue };
        if all.iter().all(|(known, _)| *known != trial) {
            all.push((trial, vec![Vec::new(); arms.len()]));
        }
        let arm = told.index(row.text("strategy")).and_then(|own| arms.iter().position(|arm| *arm == own));
        let (Some((_, curves)), Some(arm)) = (all.iter_mut().find(|(known, _)| *known == trial), arm) else {
            continue;
        };
        let Some((months, survival)) = row.number("months").zip(row.number("survival")) else { continue };
        let interval = row.number("lower_95").zip(row.number("upper_95"));
        let (at_risk, censored) =
            (row.number("at_risk").unwrap_or_default(), row.number("censored").unwrap_or_default());
        curves[arm].push(Moment { months, survival, interval, at_risk, censored });
    }
    all.into_iter().map(|(_, curves)| curves).collect()
}

/// The month by which all curves of a size have ended.
pub(super) fn last(curves: &[Vec<Vec<Moment>>]) -> f64 {
    curves.iter().flatten().flatten().map(|own| own.months).fold(1.0, f64::max).ceil()
}

/// A curve as steps, from all alive at 0; of steps closer than `least` months only the last.
pub(super) fn steps(curve: &[Moment], least: f64) -> Vec<(f64, f64)> {
    let mut points = vec![(0.0, 1.0)];
    let mut level = 1.0;
    let mut drawn = 0.0;
    for (at, own) in curve.iter().enumerate() {
        let close = curve.get(at + 1).is_some_and(|next| next.months - drawn < least);
        if own.survival == level && at + 1 < curve.len() || close && at > 0 {
            continue;
        }
        points.extend([(own.months, level), (own.months, own.survival)]);
        (level, drawn) = (own.survival, own.months);
    }
    points
}

/// The interval along a curve as steps; of steps closer than `least` months only the last.
fn band(curve: &[Moment], least: f64) -> Vec<(f64, f64, f64)> {
    let mut points: Vec<(f64, f64, f64)> = Vec::new();
    let mut drawn = f64::NEG_INFINITY;
    for (at, own) in curve.iter().enumerate() {
        if at + 1 < curve.len() && own.months - drawn < least {
            continue;
        }
        if let Some((low, high)) = points.last().map(|(_, low, high)| (*low, *high)) {
            points.push((own.months, low, high));
        }
        if let Some((low, high)) = own.interval {
            points.push((own.months, low, high));
            drawn = own.months;
        }
    }
    points
}

/// A panel with the curves of one trial and their intervals: how thick the lines are, and the months that steps of the
/// intervals have at least.
pub(super) fn panel(
    told: &Told,
    title: &str,
    trial: &[Vec<Moment>],
    to: f64,
    (width, least): (f64, f64),
) -> Panel {
    let x = Axis::months("months from entry into the trial", to);
    let mut panel = Panel::new(title, x, Axis::probability(&endpoint(told)));
    for (curve, arm) in trial.iter().zip(arms(told)) {
        panel.band(&band(curve, least), Ink::of(arm).colour);
    }
    for (curve, arm) in trial.iter().zip(arms(told)) {
        let ink = Ink::of(arm);
        panel.line(steps(curve, to / 240.0), ink.colour, width, ink.style());
    }
    panel
}

/// What the curves show the share of.
pub(super) fn endpoint(told: &Told) -> String {
    told.manifest["trial"]["endpoint"].as_str().unwrap_or("survival").to_owned()
}

/// What the trials count as a response.
pub(super) fn response(told: &Told) -> String {
    told.manifest["trial"]["response"].as_str().unwrap_or("response").to_owned()
}

/// What a trial found, by its row in `trials.csv`.
pub(super) fn found(told: &Told, size: u64, trial: usize) -> Option<SheetRow<'_>> {
    told.rows("trials.csv").find(|row| {
        row.text("experiment") == "as_modelled"
            && row.number("patients") == Some(size as f64)
            && row.number("trial") == Some(trial as f64)
    })
}

/// What a trial found, in words: response of both arms, hazard ratio, p.
pub(super) fn told_of(told: &Told, size: u64, trial: usize) -> String {
    let Some(row) = found(told, size, trial) else { return String::new() };
    let percent = |column: &str| row.number(column).map_or("–".to_owned(), percent);
    let number = |column: &str| row.number(column).map_or("–".to_owned(), |own| grouped(own, 2));
    let p = row
        .number("logrank_p")
        .map_or("–".to_owned(), |p| if p < 0.001 { "below 0.001".to_owned() } else { format!("{p:.3}") });
    format!(
        "{} {} against {}, hazard ratio {} (95 % interval {} to {}), log-rank p {p}",
        response(told),
        percent("response"),
        percent("response_control"),
        number("hazard_ratio"),
        number("hr_lower_95"),
        number("hr_upper_95"),
    )
}

/// A share of trials, by experiment, size and outcome, and the interval that more trials would narrow.
pub(super) fn share(told: &Told, experiment: &str, size: u64, outcome: &str) -> Option<(f64, (f64, f64))> {
    let row = spread(told, experiment, size, outcome)?;
    Some((row.number("mean")?, row.number("mc_lower_95").zip(row.number("mc_upper_95"))?))
}

/// A row of `trial_power.csv`.
pub(super) fn spread<'a>(told: &'a Told, experiment: &str, size: u64, outcome: &str) -> Option<SheetRow<'a>> {
    told.rows("trial_power.csv").find(|row| {
        row.text("experiment") == experiment
            && row.number("patients") == Some(size as f64)
            && row.text("outcome") == outcome
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_falls_in_steps() {
        let at = |months, survival| Moment { months, survival, interval: None, at_risk: 1.0, censored: 0.0 };
        let curve = [at(2.0, 0.5), at(3.0, 0.5), at(4.0, 0.25)];
        let wanted = [(0.0, 1.0), (2.0, 1.0), (2.0, 0.5), (4.0, 0.5), (4.0, 0.25)];
        assert_eq!(steps(&curve, 0.1), wanted);
    }
}
