//! Published figures laid over a curve, each with its interval; medians at a half.

use super::endpoint::{about, is_median};
use super::ink::{BEHIND, Ink, POINTED, ring};
use super::panel::Panel;
use super::phrase::listed;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LineStyle, MarkerShape};
use std::collections::{BTreeMap, BTreeSet};

/// The mark of a published figure that so many strategies share, which would lie on each other.
const COMMON: Ink = Ink::pointed(MarkerShape::Cross);
const MANY: usize = 3;
/// Rims of the discs that figures of patients near to those of a strategy are: they come again after the last.
const RIMS: [&str; 3] = [BEHIND, "#333333", "#A6761D"];
/// Half of a mark in pixels, and by how much it grows for each that covers it.
const SIZE: f64 = 4.5;
const STEP: f64 = 1.8;
/// What is left of the colour of a mark that is white inside.
const RIM: f64 = 1.8;

/// How wide a disc is, as a share of the months that are shown.
const DISC: f64 = 0.046;

/// A published figure, its mark and where it stands.
type Laid<'a> = (SheetRow<'a>, Ink, (f64, f64));

/// Those of a curve up to a month; what several strategies share stands once.
fn laid<'a>(told: &'a Told, endpoint: &str, to: f64) -> Vec<Laid<'a>> {
    let mut shared = BTreeSet::new();
    let mut all = Vec::new();
    for row in told.rows("published.csv").filter(|row| about(row, endpoint)) {
        let Some((strategy, at)) = told.index(row.text("strategy")).zip(place(&row)) else { continue };
        let common = common(told, &row);
        if at.0 <= to
            && (!common || shared.insert([row.text("trial"), row.text("target")].map(ToOwned::to_owned)))
        {
            all.push((row, if common { COMMON } else { Ink::of(strategy) }, at));
        }
    }
    all
}

/// Those of patients near to the strategies, each once, with the number of their disc.
pub(in crate::report) fn near<'a>(
    told: &'a Told,
    endpoint: &str,
    to: f64,
) -> Vec<(SheetRow<'a>, usize, (f64, f64))> {
    let mut seen = BTreeSet::new();
    let known = groups(told);
    let rows = told.rows("published_related.csv").filter(|row| about(row, endpoint));
    let number = |row: &SheetRow<'_>| known.iter().position(|own| *own == group(row));
    let all = rows.filter_map(|row| Some((row, number(&row)? + 1, place(&row)?)));
    let name = |row: &SheetRow<'_>| [row.text("trial"), row.text("target")].map(ToOwned::to_owned);
    all.filter(|(row, _, at)| at.0 <= to && seen.insert(name(row))).collect()
}

/// Whether a figure is left out of the fit, to test it.
pub(in crate::report) fn left_out(row: &SheetRow<'_>) -> bool {
    row.text("role") == "held_out"
}

/// Who the patients of a figure are, and its role in the fit.
fn group<'a>(row: &SheetRow<'a>) -> (&'a str, &'a str) {
    (row.text("patients"), if left_out(row) { ", left out of the fit" } else { "" })
}

/// All of them, in the order of their numbers.
fn groups(told: &Told) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for row in told.rows("published_related.csv") {
        if !all.contains(&group(&row)) {
            all.push(group(&row));
        }
    }
    all
}

/// What the disc of a number is, in words.
pub(in crate::report) fn near_words(told: &Told, row: &SheetRow<'_>) -> String {
    let (patients, left_out) = group(row);
    // Of two studies of one kind of patients.
    let alike = told.rows("published_related.csv").filter(|own| group(own) == group(row));
    let records: BTreeSet<&str> =
        alike.filter_map(|own| own.text("target").split('.').next()).filter(|own| !own.is_empty()).collect();
    let records = listed(&records.into_iter().collect::<Vec<_>>(), "and");
    let differs = row.text("differs");
    let kind = ["extend", "is changed"].iter().any(|own| differs.contains(own));
    let kind = kind.then(|| "a regimen of the same kind".to_owned());
    let others =
        ["age", "later lines", "transplants", "monitoring"].into_iter().filter(|own| differs.contains(own));
    let others: Vec<&str> = others.collect();
    let others = (!others.is_empty()).then(|| format!("other {}", listed(&others, "and")));
    let why: Vec<String> = kind.into_iter().chain(others).collect();
    let why = listed(&why, "and");
    format!("{patients} ({records}), with {why}{left_out}")
}

fn rim(number: usize) -> &'static str {
    RIMS[(number - 1) % RIMS.len()]
}

/// Month and share at which a published figure stands: of a median, that at which half are alive.
fn place(row: &SheetRow<'_>) -> Option<(f64, f64)> {
    let published = row.number("published")?;
    if is_median(row) { Some((published, 0.5)) } else { Some((row.number("months")?, published)) }
}

/// Whether so many strategies share it.
fn common(told: &Told, row: &SheetRow<'_>) -> bool {
    let same = |other: &SheetRow<'_>| {
        ["trial", "target", "endpoint"].iter().all(|column| other.text(column) == row.text(column))
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
    let of_near = near.iter().map(|(row, number, at)| (row, rim(*number), *at));
    for (row, colour, at) in of_near.chain(all.iter().map(|(row, ink, at)| (row, ink.colour, *at))) {
        // Room for a marker at the end of the axis.
        if at.0 > 0.98 * to {
            panel.x.to = to * 1.02;
        }
        if let Some(ends) = row.number("published_low").zip(row.number("published_high")) {
            if is_median(row) {
                panel.interval(ends, at.1, colour, 1.4);
            } else {
                panel.upright(ends, at.0, colour, 1.4);
            }
        }
    }
    let mut discs: Vec<(f64, f64)> = Vec::new();
    for (_, number, at) in &near {
        // Beside one that stands there already, with a line to its place.
        let mut beside = *at;
        while covering(&discs, beside, (DISC * to, 0.07)) > 0 {
            beside.0 += if at.0 > 0.8 * to { -DISC } else { DISC } * to;
        }
        if beside != *at {
            panel.line(vec![*at, beside], rim(*number), 1.2, LineStyle::Solid);
        }
        discs.push(beside);
        panel.badge(beside, rim(*number), Some(*number), high);
    }
    let places: Vec<(f64, f64)> = all.iter().map(|own| own.2).collect();
    for (index, (_, ink, at)) in all.iter().enumerate() {
        let below = covering(&places[index + 1..], *at, (0.014 * to, 0.025));
        let size = SIZE + STEP * below as f64;
        panel.mark(*at, *ink, size);
        if left_out(&all[index].0) {
            panel.mark(*at, Ink::plain("white", ink.marker), size - RIM);
        }
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
    let all: Vec<Laid<'_>> = endpoints.iter().flat_map(|own| laid(told, own, to)).collect();
    let hollow = all.iter().any(|own| left_out(&own.0));
    let hollow = hollow.then(|| ring(POINTED, "white inside: published, held out of any fit, to test it"));
    let words = "published, the same for several strategies, with its 95 % interval";
    let shared = all.iter().any(|(row, _, _)| common(told, row)).then(|| COMMON.point(words));
    let near = endpoints.iter().flat_map(|own| near(told, own, to));
    let near: BTreeMap<usize, SheetRow<'_>> = near.map(|(row, number, _)| (number, row)).collect();
    let entry = |(number, row): (usize, SheetRow<'_>)| {
        ring(rim(number), &format!("{number}: published of other patients: {}", near_words(told, &row)))
    };
    shared.into_iter().chain(hollow).chain(near.into_iter().map(entry)).collect()
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
