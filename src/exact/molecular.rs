//! Remission after a test has found the relapse that is coming, where nothing is done about it.

use super::contender::Contender;
use super::density::Density;
use super::flow::{Since, cut, integral};
use super::grid::Grid;
use super::race::{alive, pieces};
use super::tests::Tests;
use crate::math::{exp, exp_m1, ln};

/// Of those found before they leave remission by one of `others` (non-relapse death, planned transplant), how many
/// relapse, and how many leave by each of the others later. Remission began at `start`; times are absolute.
///
/// Those in the state are the found who have not relapsed, times the survival from each of the others: in each piece
/// the three losses are taken to be in proportion, and those found by a test come at it. `worth` weighs those found by
/// the month of the test.
pub(super) fn after_detection(
    tests: &Tests<'_>,
    others: &[Contender<'_>],
    start: f64,
    worth: Option<&dyn Fn(f64) -> f64>,
    grid: &Grid,
) -> (Density, Vec<Density>) {
    let mut relapses = Density::default();
    let mut out = vec![Density::default(); others.len()];
    if start >= grid.horizon {
        return (relapses, out);
    }
    let mut ends = pieces(others, start, grid);
    ends.extend(tests.times().chain(tests.ends()).filter(|time| *time < grid.horizon - start));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut hazards: Vec<Vec<f64>> = Vec::new();
    for other in others {
        let mut hazard = ends.clone();
        other.hazards(&mut hazard);
        hazards.push(hazard);
    }
    let detected = |count: usize, months: f64| match worth {
        Some(worth) => tests.weighed(count, months, worth),
        None => tests.detected(count, months),
    };
    for at in 1..ends.len() {
        let (from, to) = (ends[at - 1], ends[at]);
        let found = tests.until(from);
        let (before, after) = (detected(found, from), detected(found, to));
        if before <= 0.0 {
            continue;
        }
        let left: f64 = exp(-hazards.iter().map(|hazard| hazard[at - 1]).sum::<f64>());
        let relapsing = if after > 0.0 { ln(before / after).max(0.0) } else { f64::INFINITY };
        let leaving =
            |hazard: &Vec<f64>| if hazard[at - 1].is_finite() { hazard[at] - hazard[at - 1] } else { 0.0 };
        let total = relapsing + hazards.iter().map(leaving).sum::<f64>();
        if total <= 0.0 {
            continue;
        }
        let gone = before * left * -exp_m1(-total);
        let middle = start + 0.5 * (from + to);
        let part = |passed: f64| {
            if total.is_finite() { passed / total } else { f64::from(u8::from(passed == total)) }
        };
        relapses.spread(grid, middle, gone * part(relapsing));
        for (out, hazard) in out.iter_mut().zip(&hazards) {
            let passed = leaving(hazard);
            if passed > 0.0 {
                out.spread(grid, middle, gone * part(passed));
            }
        }
    }
    (relapses, out)
}

/// What flows of those found by time since they were found, until they leave.
pub(super) fn flowed_after_detection(
    (tests, since): (&Tests<'_>, &Since),
    others: &[Contender<'_>],
    start: f64,
    worth: Option<&dyn Fn(f64) -> f64>,
    grid: &Grid,
) -> [Density; 2] {
    if since.is_empty() || start >= grid.horizon {
        return Default::default();
    }
    let changes = since.times().flat_map(|since| tests.times().map(move |test| test + since));
    let times = changes.chain(tests.times()).chain(tests.ends());
    let ends = cut(pieces(others, start, grid), times);
    since.densities(|amount| {
        let flowing = |months: f64, from: f64| {
            let own = |test: f64| amount(months - test) * worth.map_or(1.0, |worth| worth(test));
            tests.weighed(tests.until(from), months, own) * alive(others, months)
        };
        integral(start, &ends, flowing, grid)
    })
}
