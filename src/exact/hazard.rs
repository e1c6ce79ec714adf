//! Background death where a ratio multiplies the hazard of the life table.
//!
//! Densities leave background death out: with g(t) the background survival, those of a density f(t) who are alive are
//! f(t) g(t). In a race with the ratio r a stay from u to t is survived with (g(t) / g(u))^r, that is g(t) / g(u) times
//! a product of a function of u and a function of t: who enters is divided by g(u)^(r - 1), the race runs as it does
//! without ratio, and what leaves is multiplied by g(t)^(r - 1). What this takes are background deaths too (below 1 it
//! gives some back). g must be that of patients of one age, so that a population is walked in [`super::cohort`]s.

use super::density::{Density, NOTHING};
use super::grid::Grid;
use crate::math::exp;

/// Change of a factor, on the log scale, within what is run at once: Fourier transforms keep 16 digits of the largest.
const RANGE: f64 = 10.0;
/// Largest exponent of a factor.
const LARGEST: f64 = 690.0;

/// Cumulative hazard of background death of patients of about one age, to twice the horizon.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hazard {
    edges: Vec<f64>,
    width: f64,
}

impl Hazard {
    /// The hazard with these values at the edges of bins.
    pub(super) fn new(edges: Vec<f64>, grid: &Grid) -> Self {
        Self { edges, width: grid.width }
    }

    fn at(&self, months: f64) -> f64 {
        let at = (months / self.width).max(0.0);
        let bin = (at as usize).min(self.edges.len() - 2);
        let (start, end) = (self.edges[bin], self.edges[bin + 1]);
        start + (end - start) * (at - bin as f64).min(1.0)
    }
}

/// A hazard as those see it whose month 0 is later.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    hazard: &'a Hazard,
    /// Month of the strategy at their month 0.
    start: f64,
}

impl<'a> View<'a> {
    /// The hazard from a month on.
    pub(super) fn new(hazard: &'a Hazard, start: f64) -> Self {
        Self { hazard, start }
    }

    /// The same, from a later month on.
    pub(super) fn later(self, months: f64) -> Self {
        Self { start: self.start + months, ..self }
    }

    /// Cumulative hazard at a month.
    pub(super) fn at(&self, months: f64) -> f64 {
        self.hazard.at(self.start + months)
    }

    /// Survival from one month to another, to a power.
    pub(super) fn power(&self, power: f64, from: f64, to: f64) -> f64 {
        exp((power * (self.at(from) - self.at(to))).clamp(-LARGEST, LARGEST))
    }

    /// A density in parts, each with the month from which it is counted, in which a power of survival does not change by
    /// orders of magnitude.
    pub(super) fn blocks(&self, density: &Density, power: f64, grid: &Grid) -> Vec<(f64, Density)> {
        let density = density.swept();
        let mut times: Vec<f64> = density.parts(grid).map(|(_, months)| months).collect();
        times.sort_by(f64::total_cmp);
        let mut starts: Vec<f64> = Vec::new();
        let steep = power.abs().max(1.0);
        for months in times {
            if starts.last().is_none_or(|start| steep * (self.at(months) - self.at(*start)) > RANGE) {
                starts.push(months);
            }
        }
        if starts.len() < 2 {
            return starts.into_iter().map(|start| (start, density.clone())).collect();
        }
        let ends = starts.iter().skip(1).copied().chain([f64::INFINITY]);
        let part = |(start, end): (&f64, f64)| {
            (*start, density.times(grid, |months| f64::from(u8::from(months >= *start && months < end))))
        };
        starts.iter().zip(ends).map(part).collect()
    }
}

/// Background deaths that a ratio adds in a race: those who were in it at the start of a bin or came, and neither left
/// nor are in it at its end. `entered` and `left` are as the race runs, `factor` is what they are multiplied by.
pub(super) fn added(
    entered: &Density,
    left: &[Density],
    factor: impl Fn(f64) -> f64,
    grid: &Grid,
) -> Density {
    let mut out = Density::default();
    let mut gone = Density::default();
    left.iter().for_each(|density| gone.add(density, 1.0));
    let flows = [(entered, 1.0), (&gone, -1.0)];
    let mut atoms: Vec<(usize, f64, f64)> = Vec::new();
    for (density, sign) in flows {
        atoms.extend(density.atoms.iter().map(|(months, mass)| {
            let (bin, place) = grid.place(*months);
            (bin, place, sign * mass)
        }));
    }
    atoms.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut atoms = atoms.into_iter().peekable();
    let mut standing = 0.0;
    let mut before = factor(0.0);
    for bin in 0..grid.bins {
        let after = factor(grid.edge(bin + 1).min(grid.horizon));
        let (mut missing, mut exposure, mut centre) = (standing * before, standing, 0.5 * standing);
        let mut pass = |place: f64, mass: f64| {
            missing += mass * factor((bin as f64 + place) * grid.width);
            standing += mass;
            exposure += mass * (1.0 - place);
            centre += mass * 0.5 * (1.0 - place * place);
        };
        for (density, sign) in flows {
            if let Some(mass) = density.mass.get(bin).filter(|mass| **mass != 0.0) {
                pass(density.place(bin), sign * mass);
            }
        }
        while let Some((_, place, mass)) = atoms.next_if(|atom| atom.0 == bin) {
            pass(place, mass);
        }
        missing -= standing * after;
        if missing.abs() > NOTHING {
            let place = if exposure > 0.0 { (centre / exposure).clamp(0.0, 1.0) } else { 0.5 };
            out.spread(grid, (bin as f64 + place) * grid.width, missing);
        }
        before = after;
    }
    out
}

/// Shares of the patients before the inner moments at which a race is known exactly.
const SHARES: [f64; 9] = [0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.999];

/// Moments among those of a density, each with the part of it that counts as of then: between two moments part of each.
pub(super) fn moments(density: &Density, view: View<'_>, grid: &Grid) -> Vec<(f64, Density)> {
    let mut parts: Vec<(f64, f64)> =
        density.parts(grid).map(|(mass, at)| (at, mass.abs() * view.power(1.0, 0.0, at))).collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some((first, _)), Some((last, _))) = (parts.first(), parts.last()) else { return Vec::new() };
    if last - first < 1e-9 {
        return vec![(*first, density.clone())];
    }
    let total: f64 = parts.iter().map(|(_, mass)| mass).sum();
    let mut times = vec![*first];
    let mut sum = 0.0;
    let mut shares = SHARES.iter().peekable();
    for (months, mass) in &parts {
        sum += mass;
        let mut reached = false;
        while shares.next_if(|share| sum >= **share * total).is_some() {
            reached = true;
        }
        if reached && months - times[times.len() - 1] > 1.0 {
            times.push(*months);
        }
    }
    if last - times[times.len() - 1] > 1e-9 {
        times.push(*last);
    }
    let hat = |index: usize, months: f64| {
        let own = times[index];
        let other = if months < own { index.checked_sub(1) } else { Some(index + 1) };
        match other.and_then(|other| times.get(other)) {
            Some(other) => (1.0 - (months - own) / (other - own)).clamp(0.0, 1.0),
            None => 1.0,
        }
    };
    (0..times.len()).map(|index| (times[index], density.times(grid, |months| hat(index, months)))).collect()
}
