//! Remission after transplant: relapse and non-relapse death run on from the start of remission.

use super::convolve::convolve;
use super::density::{Density, NOTHING};
use super::grid::Grid;
use super::kernels::Kernels;
use crate::distribution::Curve;
use crate::math::exp;

/// Survival below which a transplant is not followed.
const LOST: f64 = 1e-200;
/// Hazard in a bin below which those who leave are not told by who is missing.
const LEVEL: f64 = 1e-9;
/// Share of patients below which nobody is left.
const GONE: f64 = 1e-15;

/// The hazards of the race after a transplant.
#[derive(Clone, Copy)]
pub(super) struct After<'a, 'f> {
    /// Cumulative hazard of relapse from the start of remission, as it is after a transplant.
    pub(super) relapse: &'f dyn Fn(f64) -> f64,
    /// Non-relapse death, from the start of remission.
    pub(super) death: Option<&'a Curve>,
    /// Death from the transplant.
    pub(super) transplant: Option<&'a Curve>,
    /// Hazard of background death that a ratio adds, from the start of remission; below 0 where it takes away.
    pub(super) added: Option<&'f dyn Fn(f64) -> f64>,
    /// What flows by time since transplant of those whom nothing but it kills, transplanted at month 0.
    pub(super) flowed: &'f [Density; 2],
}

/// Cumulative hazards of relapse and of death at a time, and the survival from both.
#[derive(Debug, Clone, Copy)]
struct There {
    relapse: f64,
    death: f64,
    added: f64,
    left: f64,
}

impl After<'_, '_> {
    fn at(&self, since: f64) -> There {
        let since = since.max(0.0);
        let relapse = (self.relapse)(since);
        let death = self.death.map_or(0.0, |curve| curve.cumulative_hazard(since));
        let added = self.added.map_or(0.0, |hazard| hazard(since));
        There { relapse, death, added, left: exp(-relapse - death - added) }
    }
}

/// How many of those who are transplanted at `dates` relapse, die as before, die of the transplant, and die of background
/// causes beyond the life table, and what flows of them by time since transplant; the remission began at `start`.
///
/// With E(t) = exp(-R(t) - N(t)) those in the state at t are E(t) times the sum over dates d before t of
/// (transplanted at d / E(d)) times the survival of t - d months from transplant: one convolution.
pub(super) fn after_transplant<'a>(
    dates: &Density,
    start: f64,
    after: &After<'a, '_>,
    kernels: &Kernels<'a>,
) -> [Density; 6] {
    let mut out: [Density; 6] = Default::default();
    if dates.is_empty() {
        return out;
    }
    let grid = &kernels.grid;
    // Those transplanted over E at their date.
    let mut entered = dates.clone();
    for bin in 0..entered.mass.len() {
        let mass = dates.mass[bin];
        if mass == 0.0 {
            continue;
        }
        let left = after.at(grid.edge(bin) + dates.place(bin) * grid.width - start).left;
        let factor = if mass.abs() > NOTHING && left > LOST { 1.0 / left } else { 0.0 };
        entered.mass[bin] *= factor;
        entered.moment[bin] *= factor;
    }
    for (months, mass) in &mut entered.atoms {
        let left = after.at(*months - start).left;
        *mass = if left > LOST { *mass / left } else { 0.0 };
    }
    let mut died = Density::default();
    if let Some(curve) = after.transplant {
        if !entered.mass.is_empty() {
            died = convolve(&entered, &kernels.curve(curve, 0.0), grid, kernels.fourier);
        }
        for (months, mass) in &entered.atoms {
            let (bins, rest) = grid.split(*months);
            died.add_later(&kernels.curve(curve, rest), *mass, bins, grid);
        }
    }
    walk_bins(dates, (&entered, &died), (start, after), grid, &mut out);
    let flowed = after.flowed.iter().zip(&mut out[4..]).filter(|(alone, _)| !alone.is_empty());
    flowed.for_each(|(alone, sum)| {
        let over = convolve(alone, &entered, grid, kernels.fourier);
        *sum = over.times(grid, |months| after.at(months - start).left);
    });
    out
}

/// Bin by bin: what leaves by relapse or death as before is what is missing in the end.
fn walk_bins(
    dates: &Density,
    (entered, died): (&Density, &Density),
    (start, after): (f64, &After<'_, '_>),
    grid: &Grid,
    out: &mut [Density; 6],
) {
    let first_bin = entered.mass.iter().position(|mass| *mass != 0.0).unwrap_or(grid.bins);
    let first_atom = entered.atoms.iter().map(|(months, _)| grid.place(*months).0).min().unwrap_or(grid.bins);
    let last_bin = entered.mass.iter().rposition(|mass| *mass != 0.0).unwrap_or(0);
    let last_atom = entered.atoms.iter().map(|(months, _)| grid.place(*months).0).max().unwrap_or(0);
    let (first, last) = (first_bin.min(first_atom), last_bin.max(last_atom));
    // Those in the state over E at the start of a bin.
    let mut standing = 0.0;
    let mut before = after.at(grid.edge(first) - start);
    for bin in first..grid.bins {
        let end = after.at(grid.edge(bin + 1).min(grid.horizon) - start);
        // Exposure, and its first moment, to weigh the mean of what leaves.
        let (mut gone, mut exposure, mut centre) = (standing * before.left, standing, 0.5 * standing);
        for (density, sign) in [(entered, 1.0), (died, -1.0)] {
            let own = density.mass.get(bin).filter(|mass| mass.abs() > NOTHING);
            // What entered over E, times E, is what entered.
            let known = (sign > 0.0).then(|| dates.mass.get(bin).copied()).flatten();
            let own = own.map(|mass| (*mass, density.place(bin), known));
            let atoms = density.atoms.iter().map(|(months, mass)| (grid.place(*months), *mass));
            let atoms = atoms.filter(|((at, _), _)| *at == bin).map(|((_, place), mass)| (mass, place, None));
            for (mass, place, known) in own.into_iter().chain(atoms) {
                let months = grid.edge(bin) + place * grid.width;
                let here = known.unwrap_or_else(|| mass * after.at(months - start).left);
                standing += sign * mass;
                gone += sign * here;
                exposure += sign * mass * (1.0 - place);
                centre += sign * mass * 0.5 * (1.0 - place * place);
                if sign < 0.0 {
                    out[2].spread(grid, months, here);
                }
            }
        }
        gone -= standing * end.left;
        let (relapsing, dying) = (end.relapse - before.relapse, end.death - before.death);
        let added = end.added - before.added;
        let total = relapsing + dying + added;
        let place = if exposure > 0.0 { (centre / exposure).clamp(0.0, 1.0) } else { 0.5 };
        let months = grid.edge(bin) + place * grid.width;
        if after.added.is_some() && relapsing.is_finite() {
            // With less background death than the life table's the total may be 0: then by those who were there.
            let there =
                if total.abs() > LEVEL { gone / total } else { exposure * 0.5 * (before.left + end.left) };
            for (which, hazard) in [(0, relapsing), (1, dying), (3, added)] {
                if hazard != 0.0 {
                    out[which].spread(grid, months, there * hazard);
                }
            }
        } else if gone.abs() > NOTHING && total > 0.0 {
            let share = if relapsing.is_infinite() { 1.0 } else { relapsing / total };
            out[0].spread(grid, months, gone * share);
            out[1].spread(grid, months, gone * (1.0 - share));
        }
        if bin > last && standing * end.left < GONE {
            break;
        }
        before = end;
    }
}
