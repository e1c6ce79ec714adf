//! A striped strip in a lane of its own over the data of a panel: what of it rests on no evidence.

use super::ink::{BEHIND, Ink, filled};
use super::panel::{Panel, SMALL};
use crate::report::rounded::{grouped, percent};
use kuva::plot::annotations::Orientation;
use kuva::prelude::{LegendEntry, LineStyle};

/// The lane over the data that the strip has, its lower and upper edge in it, and where its words stand, as shares of the
/// height of the panel, and so much as marks at the top of the data need; its length, where the middle of its words may be
/// and half their length as shares of the width. Where a panel has rows, so many of them stand for its height.
const LANE: f64 = 0.09;
const EDGES: (f64, f64) = (0.03, 0.065);
const BASE: f64 = 0.024;
const MARKS: f64 = 0.02;
const LENGTH: f64 = 0.4;
const MIDDLES: [f64; 3] = [0.72, 0.62, 0.78];
const HALF: f64 = 0.17;
const ROWS: f64 = 10.0;

/// Draws the strip, filled to a share of its frame, or with a gap at the least of several, and its words.
pub(super) fn lane(panel: &mut Panel, (least, most): (f64, f64), words: &str) {
    let (from, wide) = (panel.x.from, panel.x.to - panel.x.from);
    let (lane, high) = (panel.y.to, if panel.rows.is_empty() { panel.y.to - panel.y.from } else { ROWS });
    let (low, top) = (lane + EDGES.0 * high, lane + EDGES.1 * high);
    let at = |share: f64| from + share * LENGTH * wide;
    panel.y.to = lane + LANE * high;
    // No line of the grid crosses the lane, above what marks at the top of the data need.
    panel.cell((from, panel.x.to), (lane + MARKS * high, panel.y.to), "white");
    panel.cell((from, at(most)), (low, top), &Ink::flat(BEHIND).striped().fill());
    if least < most {
        panel.line(vec![(at(least), low), (at(least), top)], "white", 4.0, LineStyle::Solid);
    }
    let frame = vec![(from, low), (at(1.0), low), (at(1.0), top), (from, top), (from, low)];
    panel.line(frame, BEHIND, 0.8, LineStyle::Solid);
    // No line across the panel goes through them.
    let rules = panel.rules.iter().filter(|own| matches!(own.orientation, Orientation::Vertical));
    let rules: Vec<f64> = rules.map(|own| (own.value - from) / wide).collect();
    let apart = |middle: f64| rules.iter().map(|rule| (rule - middle).abs()).fold(f64::INFINITY, f64::min);
    let farthest = || MIDDLES.into_iter().max_by(|one, other| apart(*one).total_cmp(&apart(*other)));
    let middle = MIDDLES.into_iter().find(|own| apart(*own) > HALF).or_else(farthest).unwrap_or(MIDDLES[0]);
    panel.write((from + middle * wide, lane + BASE * high), words, SMALL);
}

/// Pixels that it needs where a panel has rows.
pub(super) fn height(drawn: bool) -> f64 {
    if drawn { 28.0 } else { 0.0 }
}

/// What it is.
pub(super) fn entry(words: &str) -> LegendEntry {
    filled(&Ink::flat(BEHIND).striped().fill(), &format!("on top: {words}"))
}

/// The least and the greatest of some shares.
pub(super) fn ends(shares: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let each = shares.map(|share| (share, share));
    each.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

pub(super) fn between(least: f64, most: f64) -> String {
    let most_told = percent(most);
    if percent(least) == most_told {
        most_told
    } else {
        format!("{} to {most_told}", grouped(least * 100.0, 0))
    }
}
