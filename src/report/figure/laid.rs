//! Published figures laid over a curve, each with its interval; medians at a half.

use super::endpoint::about;
use super::ink::{BEHIND, Ink};
use super::panel::Panel;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, MarkerShape};
use std::collections::BTreeSet;

/// The mark of a published figure that so many strategies share, which would lie on each other.
const COMMON: Ink = Ink::pointed(MarkerShape::Cross);
const MANY: usize = 3;
/// That of a figure of patients near to those of a strategy is a disc with a number.
const NEAR: Ink = Ink::flat(BEHIND);
/// Half of a mark in pixels, and by how much it grows for each that covers it.
const SIZE: f64 = 4.5;
const STEP: f64 = 1.8;

/// A published figure, its mark and where it stands.
type Laid<'a> = (SheetRow<'a>, Ink, (f64, f64));

/// Those of a curve up to a month; what several strategies share stands once.
fn laid<'a>(told: &'a Told, endpoint: &str, to: f64) -> Vec<Laid<'a>> {
    let mut shared = BTreeSet::new();
    let mut all = Vec::new();
    for row in told.rows("published.csv").filter(|row| about(row, endpoint)) {
        let Some((strategy, at)) = told.index(row.text("strategy")).zip(place(&row)) else { continue };
        let common = common(told, &row);
        if at.0 <= to && (!common || shared.insert(row.text("target").to_owned())) {
            all.push((row, if common { COMMON } else { Ink::of(strategy) }, at));
        }
    }
    all
}

/// Those of patients near to the strategies, each once.
fn near<'a>(told: &'a Told, endpoint: &str, to: f64) -> Vec<Laid<'a>> {
    let mut seen = BTreeSet::new();
    let rows = told.rows("published_related.csv").filter(|row| about(row, endpoint));
    let all = rows.filter_map(|row| Some((row, NEAR, place(&row)?)));
    all.filter(|(row, _, at)| at.0 <= to && seen.insert(row.text("target").to_owned())).collect()
}

/// Who those patients are, in the order of their numbers.
fn patients(told: &Told) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for row in told.rows("published_related.csv") {
        if !all.contains(&row.text("patients")) {
            all.push(row.text("patients"));
        }
    }
    all
}

/// Month and share at which a published figure stands: of a median, that at which half are alive.
fn place(row: &SheetRow<'_>) -> Option<(f64, f64)> {
    let published = row.number("published")?;
    if row.text("endpoint").ends_with("_median_months") {
        Some((published, 0.5))
    } else {
        Some((row.number("months")?, published))
    }
}

/// Whether so many strategies share it.
fn common(told: &Told, row: &SheetRow<'_>) -> bool {
    let same = |other: &SheetRow<'_>| {
        ["target", "endpoint"].iter().all(|column| other.text(column) == row.text(column))
    };
    told.rows("published.csv").filter(same).count() >= MANY
}

/// How many later marks lie so near to one that they would cover it: it is drawn larger by so many steps.
fn covering(later: &[(f64, f64)], own: (f64, f64), (across, up): (f64, f64)) -> usize {
    later.iter().filter(|other| (other.0 - own.0).abs() < across && (other.1 - own.1).abs() < up).count()
}

/// Lays them over the curves of a panel of so many pixels in height.
pub(super) fn lay(panel: &mut Panel, told: &Told, endpoint: &str, to: f64, high: f64) {
    let (near, all) = (near(told, endpoint, to), laid(told, endpoint, to));
    for (row, ink, at) in near.iter().chain(&all) {
        // Room for a marker at the end of the axis.
        if at.0 > 0.98 * to {
            panel.x.to = to * 1.02;
        }
        if let Some(ends) = row.number("published_low").zip(row.number("published_high")) {
            if row.text("endpoint") == endpoint {
                panel.upright(ends, at.0, ink.colour, 1.4);
            } else {
                panel.interval(ends, at.1, ink.colour, 1.4);
            }
        }
    }
    let known = patients(told);
    let discs: Vec<(f64, f64)> = near.iter().map(|own| own.2).collect();
    for (index, (row, ink, at)) in near.iter().enumerate() {
        // A disc that another covers has no number, which could not be read.
        let covered = covering(&discs[index + 1..], *at, (0.045 * to, 0.07)) > 0;
        let number = known.iter().position(|own| *own == row.text("patients")).filter(|_| !covered);
        panel.badge(*at, ink.colour, number.map(|own| own + 1), high);
    }
    let places: Vec<(f64, f64)> = all.iter().map(|own| own.2).collect();
    for (index, (_, ink, at)) in all.iter().enumerate() {
        let below = covering(&places[index + 1..], *at, (0.014 * to, 0.025));
        panel.mark(*at, *ink, SIZE + STEP * below as f64);
    }
}

/// The entry of a legend of what is laid over the curves of one strategy up to a month.
pub(super) fn of_strategy(told: &Told, endpoints: &[&str], to: f64, strategy: usize) -> Option<LegendEntry> {
    let (id, label) = &told.strategies[strategy];
    let mut all = endpoints.iter().flat_map(|own| laid(told, own, to));
    let any = all.any(|(row, _, _)| row.text("strategy") == id && !common(told, &row));
    any.then(|| Ink::of(strategy).point(&format!("{label}, published, with its 95 % interval")))
}

/// Those of what several strategies share, and of patients near to them.
pub(super) fn of_several(told: &Told, endpoints: &[&str], to: f64) -> Vec<LegendEntry> {
    let mut all = endpoints.iter().flat_map(|own| laid(told, own, to));
    let words = "published, the same for several strategies, with its 95 % interval";
    let shared = all.any(|(row, _, _)| common(told, &row)).then(|| COMMON.point(words));
    let near: Vec<Laid<'_>> = endpoints.iter().flat_map(|own| near(told, own, to)).collect();
    let shown = |own: &(usize, &str)| near.iter().any(|(row, _, _)| row.text("patients") == own.1);
    let known = patients(told).into_iter().enumerate().filter(shown);
    let entry =
        |(at, words): (usize, &str)| NEAR.point(&format!("{}: published of other patients: {words}", at + 1));
    shared.into_iter().chain(known.map(entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_three_strategies_share_is_one_mark() {
        let table = "strategy,endpoint,months,published,target\n\
                     a,os,6,0.5,x\nb,os,6,0.5,x\nc,os,6,0.5,x\na,os,12,0.4,y\nb,os,12,0.4,y\n";
        let told = Told::of_tables(3, serde_json::json!({}), &[("published.csv", table)]);
        let shared: Vec<bool> = told.rows("published.csv").map(|row| common(&told, &row)).collect();
        assert_eq!(shared, [true, true, true, false, false]);
    }

    #[test]
    fn a_mark_that_others_cover_is_larger_by_each_of_them() {
        let all = [(6.0, 0.5), (6.0, 0.5), (6.1, 0.51), (6.0, 0.9), (12.0, 0.5)];
        let counts: Vec<usize> =
            (0..all.len()).map(|at| covering(&all[at + 1..], all[at], (0.5, 0.025))).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0]);
    }
}
