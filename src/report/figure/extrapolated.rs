//! How much of what a strategy changes in survival comes after the last month of which anything was published: the part
//! that is prior-driven. It stands as a striped strip on top of the figures of an economic evaluation.

use super::ink::{BEHIND, Ink, filled};
use super::panel::{Panel, SMALL};
use super::survival::{known_until, survival};
use crate::report::rounded::percent;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle};

/// The lane over the data that a strip has, its lower and upper edge in it, and where its words stand, as shares of the
/// height of the panel; its length, the middle of its words and the distance of its stripes, as shares of the width.
const LANE: f64 = 0.09;
const EDGES: (f64, f64) = (0.035, 0.07);
const BASE: f64 = 0.036;
const LENGTH: f64 = 0.6;
const MIDDLE: f64 = 0.8;
const STRIPES: f64 = 1.0 / 90.0;

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

/// Draws the strips in lanes of their own over the data.
pub(super) fn strips(panel: &mut Panel, all: &[Extrapolated]) {
    let (from, wide) = (panel.x.from, panel.x.to - panel.x.from);
    let high = panel.y.to - panel.y.from;
    for own in all.iter().rev() {
        let lane = panel.y.to;
        let (low, top) = (lane + EDGES.0 * high, lane + EDGES.1 * high);
        let (until, end) = (from + own.share * LENGTH * wide, from + LENGTH * wide);
        panel.cell((from, until), (low, top), Ink::of(own.strategy).colour);
        let stripes = (1..).map(|stripe| from + f64::from(stripe) * STRIPES * wide);
        for at in stripes.take_while(|at| *at < until) {
            panel.line(vec![(at, low), (at, top)], "white", 1.4, LineStyle::Solid);
        }
        let frame = vec![(from, low), (end, low), (end, top), (from, top), (from, low)];
        panel.line(frame, BEHIND, 0.8, LineStyle::Solid);
        let words = format!("{} prior-driven", percent(own.share));
        panel.write((from + MIDDLE * wide, lane + BASE * high), &words, SMALL);
        panel.y.to = lane + LANE * high;
    }
}

/// What they are.
pub(super) fn legend<'a>(told: &'a Told, all: &'a [Extrapolated]) -> impl Iterator<Item = LegendEntry> + 'a {
    all.iter()
        .map(|own| filled(Ink::of(own.strategy).colour, &format!("striped on top: {}", own.words(told))))
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
