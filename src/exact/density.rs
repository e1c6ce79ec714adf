//! A density over time: mass and mean of each bin, and atoms where many meet at one time.

use super::grid::Grid;

/// Mass that no result would show.
pub(super) const NOTHING: f64 = 1e-17;

/// Months within which two times are one.
const SAME: f64 = 1e-9;

/// Patients by the time at which something befalls them, as shares. Masses may be a hair below 0 where a sum of two
/// times is split between two bins: what is read from a density is linear in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Density {
    /// Mass of each bin; empty where there are only atoms.
    pub(super) mass: Vec<f64>,
    /// Mass times its mean place in the bin, from 0 to 1.
    pub(super) moment: Vec<f64>,
    /// Time in months and mass.
    pub(super) atoms: Vec<(f64, f64)>,
}

impl Density {
    /// Everyone at one time.
    pub(super) fn atom(months: f64) -> Self {
        Self { atoms: vec![(months, 1.0)], ..Self::default() }
    }

    /// All of the mass.
    pub(super) fn total(&self) -> f64 {
        self.mass.iter().sum::<f64>() + self.atoms.iter().map(|(_, mass)| mass).sum::<f64>()
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.atoms.is_empty() && self.mass.is_empty()
    }

    /// Adds mass around a time.
    pub(super) fn spread(&mut self, grid: &Grid, months: f64, mass: f64) {
        self.reserve(grid);
        let (bin, place) = grid.place(months);
        self.mass[bin] += mass;
        self.moment[bin] += mass * place;
    }

    /// Adds mass at one time.
    pub(super) fn put(&mut self, months: f64, mass: f64) {
        match self.atoms.iter_mut().find(|(at, _)| (*at - months).abs() < SAME) {
            Some((_, sum)) => *sum += mass,
            None => self.atoms.push((months, mass)),
        }
    }

    /// Makes room for masses in bins.
    pub(super) fn reserve(&mut self, grid: &Grid) {
        self.mass.resize(grid.bins, 0.0);
        self.moment.resize(grid.bins, 0.0);
    }

    /// Adds another density times a factor.
    pub(super) fn add(&mut self, other: &Self, factor: f64) {
        if factor == 0.0 {
            return;
        }
        if !other.mass.is_empty() {
            self.mass.resize(other.mass.len(), 0.0);
            self.moment.resize(other.mass.len(), 0.0);
            for (sum, mass) in self.mass.iter_mut().zip(&other.mass) {
                *sum += factor * mass;
            }
            for (sum, moment) in self.moment.iter_mut().zip(&other.moment) {
                *sum += factor * moment;
            }
        }
        for (months, mass) in &other.atoms {
            self.put(*months, factor * mass);
        }
    }

    /// Adds another density times a factor, so many bins later; what the horizon cuts off is lost.
    pub(super) fn add_later(&mut self, other: &Self, factor: f64, bins: usize, grid: &Grid) {
        if bins == 0 {
            self.add(other, factor);
            return;
        }
        if factor == 0.0 {
            return;
        }
        if !other.mass.is_empty() && bins < grid.bins {
            self.reserve(grid);
            for (sum, mass) in self.mass[bins..].iter_mut().zip(&other.mass) {
                *sum += factor * mass;
            }
            for (sum, moment) in self.moment[bins..].iter_mut().zip(&other.moment) {
                *sum += factor * moment;
            }
            let (last, inside) = (grid.bins - 1, grid.inside_last());
            if inside < 1.0 {
                let (mass, moment) = (other.mass[last - bins], other.moment[last - bins]);
                self.mass[last] -= factor * mass * (1.0 - inside);
                self.moment[last] -= factor * moment * (1.0 - inside * inside);
            }
        }
        let later = grid.edge(bins);
        for (months, mass) in other.atoms.iter().filter(|(months, _)| months + later < grid.horizon - 1e-9) {
            self.put(months + later, factor * mass);
        }
    }

    /// The density with a factor that depends on time.
    pub(super) fn times(&self, grid: &Grid, factor: impl Fn(f64) -> f64) -> Self {
        let mut out = self.clone();
        for bin in 0..self.mass.len() {
            if self.mass[bin] != 0.0 {
                let own = factor((bin as f64 + self.place(bin)) * grid.width);
                out.mass[bin] *= own;
                out.moment[bin] *= own;
            }
        }
        for (months, mass) in &mut out.atoms {
            *mass *= factor(*months);
        }
        out.atoms.retain(|(_, mass)| *mass != 0.0);
        out
    }

    /// The density without bins that hold nothing but rounding, which a factor that grows by orders of magnitude would
    /// make into something.
    pub(super) fn swept(&self) -> Self {
        let mut out = self.clone();
        let bins = out.mass.iter_mut().zip(&mut out.moment);
        bins.filter(|(mass, _)| mass.abs() <= NOTHING)
            .for_each(|(mass, moment)| (*mass, *moment) = (0.0, 0.0));
        out
    }

    /// Mean place in a bin.
    pub(super) fn place(&self, bin: usize) -> f64 {
        if self.mass[bin].abs() > NOTHING { (self.moment[bin] / self.mass[bin]).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// Mass and mean time of every bin that has any, and of every atom.
    pub(super) fn parts<'a>(&'a self, grid: &'a Grid) -> impl Iterator<Item = (f64, f64)> + 'a {
        let bins = self.mass.iter().enumerate().filter(|(_, mass)| mass.abs() > NOTHING);
        let bins = bins.map(|(bin, mass)| (*mass, (bin as f64 + self.place(bin)) * grid.width));
        bins.chain(self.atoms.iter().map(|(months, mass)| (*mass, *months)))
    }
}
