//! One race from one time of entry: what ends it, and when.

use super::contender::Contender;
use super::density::Density;
use super::grid::Grid;
use crate::math::{exp, exp_m1};

/// Pieces of the first bin, finer towards the entry, where hazards may be infinite.
const FIRST: usize = 32;
/// Bins after the entry, and pieces of each bin until then.
const PIECES: [(usize, usize); 3] = [(4, 8), (16, 4), (64, 2)];

/// Ends of pieces, from the entry on, each within one bin; in months from the entry.
pub(super) fn pieces(contenders: &[Contender<'_>], entry: f64, grid: &Grid) -> Vec<f64> {
    let (first, _) = grid.place(entry);
    let end = grid.horizon - entry;
    let mut ends = vec![0.0];
    for bin in first..grid.bins {
        let (from, to) = ((grid.edge(bin) - entry).max(0.0), (grid.edge(bin + 1) - entry).min(end));
        if to <= from {
            continue;
        }
        let since = bin - first;
        let count = PIECES.iter().find(|(until, _)| since <= *until).map_or(1, |(_, count)| *count);
        if from == 0.0 {
            let share = |piece: usize| piece as f64 / FIRST as f64;
            ends.extend((1..FIRST).map(|piece| to * share(piece) * share(piece) * share(piece)));
        } else {
            ends.extend((1..count).map(|piece| from + (to - from) * piece as f64 / count as f64));
        }
        ends.push(to);
    }
    let known =
        contenders.iter().flat_map(|contender| contender.jumps().into_iter().chain(contender.kinks()));
    let inside: Vec<f64> = known.filter(|months| *months > 0.0 && *months < end).collect();
    if !inside.is_empty() {
        ends.extend(inside);
        ends.sort_by(f64::total_cmp);
        ends.dedup();
    }
    ends
}

/// How many end the race through each contender, of those who enter at `entry`; times are absolute.
///
/// Within a piece the hazards of the contenders are taken to be in proportion. What would come at the horizon or later
/// does not come.
pub(super) fn exits(contenders: &[Contender<'_>], entry: f64, grid: &Grid) -> Vec<Density> {
    let mut out = vec![Density::default(); contenders.len()];
    if entry >= grid.horizon {
        return out;
    }
    let ends = pieces(contenders, entry, grid);
    let mut hazards = Vec::new();
    let mut jumps = Vec::new();
    for (index, contender) in contenders.iter().enumerate() {
        let mut hazard = ends.clone();
        contender.hazards(&mut hazard);
        for months in contender.jumps() {
            if let Ok(at) = ends.binary_search_by(|end| end.total_cmp(&months)) {
                let (before, after) = contender.around(months);
                hazard[at] = after;
                jumps.push((at, index, before, if after > before { after - before } else { 0.0 }));
            }
        }
        hazards.push(hazard);
    }
    jumps.sort_by_key(|(at, index, ..)| (*at, *index));
    jumps.dedup_by_key(|(at, index, ..)| (*at, *index));
    let even = matches!(contenders, [Contender::Uniform(_)]);
    let mut alive = 1.0;
    let mut next = 0;
    let mut passed = vec![0.0; contenders.len()];
    for at in 0..ends.len() {
        if at > 0 {
            for (index, passed) in passed.iter_mut().enumerate() {
                let jump = jumps[next..].iter().take_while(|jump| jump.0 == at).find(|jump| jump.1 == index);
                let until = jump.map_or(hazards[index][at], |jump| jump.2);
                let from = hazards[index][at - 1];
                *passed = if from.is_finite() { (until - from).max(0.0) } else { 0.0 };
            }
            let total: f64 = passed.iter().sum();
            if total > 0.0 {
                let gone = -exp_m1(-total) * alive;
                let length = ends[at] - ends[at - 1];
                // Those who leave at an even pace, or all by the end of the piece, leave around its middle.
                let lean = if even || total.is_infinite() { 0.0 } else { total.min(3.0) / 12.0 };
                let middle = entry + ends[at - 1] + length * (0.5 - lean);
                for (index, passed) in passed.iter().enumerate() {
                    if *passed > 0.0 {
                        let share =
                            if total.is_finite() { passed / total } else { f64::from(*passed == total) };
                        out[index].spread(grid, middle, gone * share);
                    }
                }
                alive *= exp(-total);
            }
        }
        while let Some((_, index, _, jump)) = jumps.get(next).filter(|jump| jump.0 == at) {
            if *jump > 0.0 && entry + ends[at] < grid.horizon {
                out[*index].put(entry + ends[at], -exp_m1(-jump) * alive);
                alive *= exp(-jump);
            }
            next += 1;
        }
        if alive <= 0.0 {
            break;
        }
    }
    out
}

/// Probability that no contender has come by a time from the entry.
pub(super) fn alive(contenders: &[Contender<'_>], months: f64) -> f64 {
    exp(-contenders.iter().map(|contender| contender.hazard(months)).sum::<f64>())
}
