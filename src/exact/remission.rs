//! Remission after transplant: relapse and non-relapse death run on from the start of remission.

use super::contender::Contender;
use super::convolve::convolve;
use super::density::{Density, NOTHING};
use super::grid::Grid;
use super::race::exits;
use crate::distribution::Curve;
use crate::math::exp;

/// Survival below which a transplant is not followed.
const LOST: f64 = 1e-200;

/// The hazards of the race after a transplant.
#[derive(Clone, Copy)]
pub(super) struct After<'a> {
    /// Cumulative hazard of relapse from the start of remission, as it is after a transplant.
    pub(super) relapse: &'a dyn Fn(f64) -> f64,
    /// Non-relapse death, from the start of remission.
    pub(super) death: Option<&'a Curve>,
    /// Death from the transplant.
    pub(super) transplant: Option<&'a Curve>,
}

/// How many of those who are transplanted at `dates` relapse, die as before, die of the transplant; the remission began
/// at `start`.
///
/// With E(t) = exp(-ratio R(t) - N(t)) those in the state at t are E(t) times the sum over dates d before t of
/// (transplanted at d / E(d)) times the survival of t - d months from transplant: one convolution.
pub(super) fn after_transplant(dates: &Density, start: f64, after: &After<'_>, grid: &Grid) -> [Density; 3] {
    let mut out = [Density::default(), Density::default(), Density::default()];
    if dates.is_empty() {
        return out;
    }
    let since = |months: f64| (months - start).max(0.0);
    let log_left = |months: f64| {
        let death = after.death.map_or(0.0, |curve| curve.cumulative_hazard(since(months)));
        (after.relapse)(since(months)) + death
    };
    // Those transplanted over E at their date.
    let mut entered = dates.clone();
    for bin in 0..entered.mass.len() {
        let left = exp(-log_left(grid.edge(bin) + dates.place(bin) * grid.width));
        let factor = if dates.mass[bin].abs() > NOTHING && left > LOST { 1.0 / left } else { 0.0 };
        entered.mass[bin] *= factor;
        entered.moment[bin] *= factor;
    }
    for (months, mass) in &mut entered.atoms {
        let left = exp(-log_left(*months));
        *mass = if left > LOST { *mass / left } else { 0.0 };
    }
    let mut died = Density::default();
    if let Some(curve) = after.transplant {
        let contenders = [Contender::Curve(curve)];
        if !entered.mass.is_empty() {
            died = convolve(&entered, &exits(&contenders, 0.0, grid)[0], grid);
        }
        for (months, mass) in &entered.atoms {
            died.add(&exits(&contenders, *months, grid)[0], *mass);
        }
    }
    walk_bins(&entered, &died, (start, after), grid, &mut out);
    out
}

/// Bin by bin: what leaves by relapse or death as before is what is missing in the end.
fn walk_bins(
    entered: &Density,
    died: &Density,
    (start, after): (f64, &After<'_>),
    grid: &Grid,
    out: &mut [Density; 3],
) {
    let since = |months: f64| (months - start).max(0.0);
    let hazards = |months: f64| {
        let death = after.death.map_or(0.0, |curve| curve.cumulative_hazard(since(months)));
        ((after.relapse)(since(months)), death)
    };
    let left = |months: f64| {
        let (relapse, death) = hazards(months);
        exp(-relapse - death)
    };
    let in_bins = |density: &Density| {
        let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new(); grid.bins];
        for (mass, months) in density.parts(grid) {
            if months < grid.horizon {
                parts[grid.place(months).0].push((mass, months));
            }
        }
        parts
    };
    let (entries, deaths) = (in_bins(entered), in_bins(died));
    // Those in the state over E, and E, at the start of a bin.
    let mut standing = 0.0;
    let mut before = (hazards(grid.edge(0)), left(grid.edge(0)));
    for bin in 0..grid.bins {
        let end = grid.edge(bin + 1).min(grid.horizon);
        let after = (hazards(end), left(end));
        // Exposure, and its first moment, to weigh the mean of what leaves.
        let (mut gone, mut exposure, mut centre) = (standing * before.1, standing, 0.5 * standing);
        for (parts, sign) in [(&entries[bin], 1.0), (&deaths[bin], -1.0)] {
            for (mass, months) in parts {
                let there = left(*months);
                let place = grid.place(*months).1;
                standing += sign * mass;
                gone += sign * mass * there;
                exposure += sign * mass * (1.0 - place);
                centre += sign * mass * 0.5 * (1.0 - place * place);
                if sign < 0.0 {
                    out[2].spread(grid, *months, mass * there);
                }
            }
        }
        gone -= standing * after.1;
        let (relapsing, dying) = (after.0.0 - before.0.0, after.0.1 - before.0.1);
        let total = relapsing + dying;
        if gone.abs() > NOTHING && total > 0.0 {
            let share = if relapsing.is_infinite() { 1.0 } else { relapsing / total };
            let place = if exposure > 0.0 { (centre / exposure).clamp(0.0, 1.0) } else { 0.5 };
            let months = grid.edge(bin) + place * grid.width;
            out[0].spread(grid, months, gone * share);
            out[1].spread(grid, months, gone * (1.0 - share));
        }
        before = after;
    }
}
