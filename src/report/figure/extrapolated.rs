//! How much of what a strategy changes in survival comes after the last month of which anything was published: the part
//! that is prior-driven. It stands as a striped strip over the figures of an economic evaluation.

use super::ink::{BEHIND, ruled};
use super::panel::{Panel, SMALL};
use super::survival::{known_until, survival};
use crate::report::rounded::{grouped, percent};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle};

/// The lane over the data that the strip has, its lower and upper edge in it, and where its words stand, as shares of the
/// height of the panel, and so much as marks at the top of the data need; its length, the middle of its words and the
/// distance of its stripes, as shares of the width.
const LANE: f64 = 0.09;
const EDGES: (f64, f64) = (0.03, 0.065);
const BASE: f64 = 0.024;
const MARKS: f64 = 0.02;
const LENGTH: f64 = 0.5;
const MIDDLE: f64 = 0.76;
const STRIPES: f64 = 1.0 / 90.0;
/// Strategies that are told one by one.
const FEW: usize = 3;

/// What one strategy changes against the comparator.
pub(in crate::report) struct Extrapolated {
    /// Index of the strategy.
    strategy: usize,
    /// The last month at which survival was published of both; 0 where it was not.
    months: f64,
    /// Share of the area between both curves that lies after it.
    share: f64,
}

/// Of every strategy but the comparator of the economic evaluation, where the run has their curves.
pub(in crate::report) fn extrapolated(told: &Told) -> Vec<Extrapolated> {
    let Some(comparator) = told.comparator() else { return Vec::new() };
    let of = |(strategy, (id, _)): (usize, &(String, String))| {
        let months = known_until(told, id).min(known_until(told, comparator));
        let share = share_after(&survival(told, id), &survival(told, comparator), months)?;
        Some(Extrapolated { strategy, months, share })
    };
    let others = told.strategies.iter().enumerate().filter(|(_, (id, _))| id != comparator);
    others.filter_map(of).collect()
}

impl Extrapolated {
    /// What the figure says, of a strategy by its label.
    pub(in crate::report) fn words(&self, told: &Told) -> String {
        let label = &told.strategies[self.strategy].1;
        let known = if self.months > 0.0 {
            format!("comes after month {:.0}, the last published", self.months)
        } else {
            "has no published survival of both to rest on".to_owned()
        };
        format!("{} of what {label} changes in life years {known}: prior-driven", percent(self.share))
    }
}

/// Draws the strip in a lane of its own over the data.
pub(super) fn strip(panel: &mut Panel, all: &[Extrapolated]) {
    let Some((least, most)) = ends(all) else { return };
    let (from, wide) = (panel.x.from, panel.x.to - panel.x.from);
    let (lane, high) = (panel.y.to, panel.y.to - panel.y.from);
    let (low, top) = (lane + EDGES.0 * high, lane + EDGES.1 * high);
    let at = |share: f64| from + share * LENGTH * wide;
    panel.y.to = lane + LANE * high;
    // No line of the grid crosses the lane, above what marks at the top of the data need.
    panel.cell((from, panel.x.to), (lane + MARKS * high, panel.y.to), "white");
    panel.cell((from, at(most)), (low, top), BEHIND);
    let stripes = (1..).map(|stripe| from + f64::from(stripe) * STRIPES * wide);
    for stripe in stripes.take_while(|stripe| *stripe < at(most)) {
        panel.line(vec![(stripe, low), (stripe, top)], "white", 1.4, LineStyle::Solid);
    }
    // A gap at the least of several strategies.
    panel.line(vec![(at(least), low), (at(least), top)], "white", 4.0, LineStyle::Solid);
    let frame = vec![(from, low), (at(1.0), low), (at(1.0), top), (from, top), (from, low)];
    panel.line(frame, BEHIND, 0.8, LineStyle::Solid);
    let words = format!("{} prior-driven", between(least, most));
    panel.write((from + MIDDLE * wide, lane + BASE * high), &words, SMALL);
}

/// What it is.
pub(super) fn legend(told: &Told, all: &[Extrapolated]) -> Vec<LegendEntry> {
    let entry = |words: &str| ruled("none", "", &format!("striped on top: {words}"));
    match ends(all) {
        Some((least, most)) if all.len() > FEW => vec![entry(&format!(
            "{} of what strategies change in life years has no published survival to rest on: prior-driven",
            between(least, most)
        ))],
        _ => all.iter().map(|own| entry(&own.words(told))).collect(),
    }
}

/// The least and the greatest share.
fn ends(all: &[Extrapolated]) -> Option<(f64, f64)> {
    let shares = all.iter().map(|own| own.share);
    let ends = shares.map(|share| (share, share));
    ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

fn between(least: f64, most: f64) -> String {
    let most_told = percent(most);
    if percent(least) == most_told {
        most_told
    } else {
        format!("{} to {most_told}", grouped(least * 100.0, 0))
    }
}

/// Share of the area between two curves of the same months that lies after a month; `None` where they are the same.
fn share_after(one: &[(f64, f64)], other: &[(f64, f64)], month: f64) -> Option<f64> {
    let apart: Vec<(f64, f64)> =
        one.iter().zip(other).map(|((at, one), (_, other))| (*at, (one - other).abs())).collect();
    let area = |from: f64| -> f64 {
        let part = |ends: &[(f64, f64)]| {
            let [(start, low), (end, high)] = ends else { return 0.0 };
            let cut = start.max(from).min(*end);
            let at_cut = low + (high - low) * (cut - start) / (end - start);
            0.5 * (at_cut + high) * (end - cut)
        };
        apart.windows(2).map(part).sum()
    };
    let whole = area(f64::NEG_INFINITY);
    (whole > 0.0).then(|| area(month) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_exponential_curves_are_those_of_their_integrals() {
        let curve = |rate: f64| -> Vec<(f64, f64)> {
            (0..=600).map(f64::from).map(|month| (month, crate::math::exp(-rate * month))).collect()
        };
        // The area from m on is e^-am / a less e^-bm / b.
        let area =
            |month: f64| crate::math::exp(-0.02 * month) / 0.02 - crate::math::exp(-0.05 * month) / 0.05;
        for month in [0.0, 12.0, 30.5, 120.0] {
            let found = share_after(&curve(0.02), &curve(0.05), month).unwrap();
            assert!((found - area(month) / area(0.0)).abs() < 1e-3, "{month}: {found}");
        }
        assert_eq!(share_after(&curve(0.02), &curve(0.02), 12.0), None);
        // Curves that cross: what one gains later is not taken from what it lost before.
        let crossing = [(0.0, 1.0), (10.0, 0.5), (20.0, 0.5), (30.0, 0.0)];
        let straight = [(0.0, 1.0), (10.0, 0.4), (20.0, 0.6), (30.0, 0.0)];
        assert_eq!(share_after(&crossing, &straight, 15.0), Some(0.5));
    }
}
