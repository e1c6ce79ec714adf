//! The sum of two independent times, as densities.

use super::density::Density;
use super::fourier::{Fourier, convolutions};
use super::grid::Grid;

/// Mass of a bin that is not worth the time.
const LEAST: f64 = 1e-14;
/// Rounding of a Fourier transform.
const NOISE: f64 = 1e-16;
/// Pairs of bins above which a Fourier transform is faster.
const DIRECT: usize = 150_000;

/// The density of a time in `entry`'s bins plus one of `local`.
///
/// Within a bin a density is taken as the line that has the bin's mass and mean. Of two such lines on [0, 1] with
/// means 1/2 + a and 1/2 + b the sum is below 1 with probability 1/2 - a - b, and the mean of what is below is
/// 1/3 - (a + b)/2 - 6ab/5 (times that probability): linear in masses and moments, so no bin needs a division.
/// Mass and mean of the whole are kept exactly.
pub(super) fn convolve(entry: &Density, local: &Density, grid: &Grid, fourier: &Fourier) -> Density {
    let mut out = Density::default();
    if entry.mass.is_empty() {
        return out;
    }
    out.reserve(grid);
    let bins = grid.bins;
    let end = local.mass.iter().rposition(|mass| mass.abs() > LEAST).map_or(0, |last| last + 1);
    if end > 0 {
        let entered = entry.mass.iter().rposition(|mass| mass.abs() > LEAST).map_or(0, |last| last + 1);
        let lean: Vec<f64> = moments_about_middle(entry).take(entered).collect();
        let centred: Vec<f64> = moments_about_middle(local).take(end).collect();
        let (left, right) = ((&entry.mass[..entered], &lean[..]), (&local.mass[..end], &centred[..]));
        let occupied = left.0.iter().filter(|mass| mass.abs() > LEAST).count();
        let [masses, moments, products] = if occupied * end > DIRECT {
            let mut found = convolutions(left, right, bins, fourier);
            found.iter_mut().for_each(|values| {
                values.resize(bins, 0.0);
                values.iter_mut().filter(|value| value.abs() < NOISE).for_each(|value| *value = 0.0);
            });
            found
        } else {
            direct(left, right, bins)
        };
        for bin in 0..bins {
            let (mass, centre, product) = (masses[bin], moments[bin], products[bin]);
            let below = 0.5 * mass - centre;
            let below_moment = mass / 3.0 - 0.5 * centre - 1.2 * product;
            out.mass[bin] += below;
            out.moment[bin] += below_moment;
            if bin + 1 < bins {
                let above = mass - below;
                out.mass[bin + 1] += above;
                // The whole has moment mass + centre, counted from the start of this bin.
                out.moment[bin + 1] += mass + centre - below_moment - above;
            }
        }
    }
    for (months, mass) in &local.atoms {
        shift(entry, *months, *mass, grid, &mut out);
    }
    cut(&mut out, grid);
    out
}

/// The products of masses, of masses with moments, and of moments, bin by bin.
fn direct(left: (&[f64], &[f64]), right: (&[f64], &[f64]), bins: usize) -> [Vec<f64>; 3] {
    let [mut masses, mut moments, mut products] = [vec![0.0; bins], vec![0.0; bins], vec![0.0; bins]];
    let entries = left.0.iter().zip(left.1).enumerate();
    for (first, (mass, moment)) in entries.filter(|(_, (mass, _))| mass.abs() > LEAST) {
        let reach = right.0.len().min(bins - first);
        accumulate(&mut masses[first..first + reach], &right.0[..reach], *mass);
        accumulate(&mut moments[first..first + reach], &right.0[..reach], *moment);
        accumulate(&mut moments[first..first + reach], &right.1[..reach], *mass);
        accumulate(&mut products[first..first + reach], &right.1[..reach], *moment);
    }
    [masses, moments, products]
}

/// Moments of the bins about their middles.
fn moments_about_middle(density: &Density) -> impl Iterator<Item = f64> + '_ {
    density.mass.iter().zip(&density.moment).map(|(mass, moment)| moment - 0.5 * mass)
}

/// Adds `factor` times `values` to `sums`.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn accumulate(sums: &mut [f64], values: &[f64], factor: f64) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// Adds `share` of `entry`'s bins, `months` later, to `out`.
fn shift(entry: &Density, months: f64, share: f64, grid: &Grid, out: &mut Density) {
    let later = months / grid.width;
    let (whole, late) = (later.floor() as usize, later - later.floor());
    let left = 1.0 - late;
    for (bin, (mass, moment)) in entry.mass.iter().zip(&entry.moment).enumerate() {
        let at = bin + whole;
        if at >= grid.bins {
            break;
        }
        let (mass, moment) = (mass * share, moment * share);
        let tilt = 6.0 * (moment - 0.5 * mass);
        let below = mass * left + tilt * (left * left - left);
        let inner = 0.5 * mass * left * left + tilt * left * left * (2.0 / 3.0 * left - 0.5);
        let below_moment = inner + late * below;
        out.mass[at] += below;
        out.moment[at] += below_moment;
        if at + 1 < grid.bins {
            out.mass[at + 1] += mass - below;
            out.moment[at + 1] += moment + late * mass - below_moment - (mass - below);
        }
    }
}

/// Takes what lies after the horizon out of a last bin that it cuts.
fn cut(density: &mut Density, grid: &Grid) {
    let last = grid.bins - 1;
    let inside = grid.inside_last();
    if inside < 1.0 {
        density.mass[last] *= inside;
        density.moment[last] *= inside * inside;
    }
}
