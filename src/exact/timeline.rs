//! Events of a curve from its origin, background deaths aside; and the curve that they make with them.

use super::density::Density;
use super::grid::Grid;
use super::worth::Worth;

/// When the event of a curve comes, from the origin, were there no background deaths.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Timeline {
    /// Events; those that count earlier than they are known stand where they are known.
    pub(super) events: Density,
    /// Events known so many months after they count.
    pub(super) known_later: Vec<(f64, Density)>,
}

impl Timeline {
    /// Adds events that count so many months before they are known.
    pub(super) fn add(&mut self, density: &Density, factor: f64, months: f64) {
        self.events.add(density, factor);
        if months > 0.0 {
            let same = self.known_later.iter().position(|(lag, _)| *lag == months);
            let at = same.unwrap_or(self.known_later.len());
            if at == self.known_later.len() {
                self.known_later.push((months, Density::default()));
            }
            self.known_later[at].1.add(density, factor);
        }
    }

    /// Adds to `sums` the share of `entry` who had the event by each of the times from entry, background death counting.
    pub(super) fn add_free(
        &self,
        entry: &Density,
        alive: &Worth,
        times: &[f64],
        grid: &Grid,
        sums: &mut [f64],
    ) {
        let cumulated = Cumulated::new(&self.events, grid);
        let free: Vec<f64> = times.iter().map(|time| 1.0 - cumulated.until(*time)).collect();
        for (mass, start) in entry.parts(grid) {
            let rest = grid.horizon - start;
            let first = alive.at(grid, start);
            let last = mass * (first - (1.0 - cumulated.until(rest)) * alive.at(grid, grid.horizon));
            for ((sum, time), free) in sums.iter_mut().zip(times).zip(&free) {
                *sum +=
                    if *time < rest { mass * (first - free * alive.at(grid, start + time)) } else { last };
            }
            for (lag, density) in &self.known_later {
                let known = Cumulated::weighed(density, start, alive, grid);
                for (sum, time) in sums.iter_mut().zip(times) {
                    *sum += mass * (known.until(time + lag) - known.until(*time));
                }
            }
        }
    }

    /// Adds to `sums` the share of `entry` who had the event by each of the times from entry, background death competing.
    pub(super) fn add_incidence(
        &self,
        entry: &Density,
        alive: &Worth,
        times: &[f64],
        grid: &Grid,
        sums: &mut [f64],
    ) {
        for (mass, start) in entry.parts(grid) {
            let cumulated = Cumulated::weighed(&self.events, start, alive, grid);
            for (sum, time) in sums.iter_mut().zip(times) {
                *sum += mass * cumulated.until(*time);
            }
        }
    }
}

/// A cumulated density.
struct Cumulated {
    /// Mass before each bin, mass of the bin, and how far it leans to the end.
    bins: Vec<(f64, f64, f64)>,
    /// In order of time, cumulated.
    atoms: Vec<(f64, f64)>,
    grid: Grid,
}

impl Cumulated {
    fn new(density: &Density, grid: &Grid) -> Self {
        Self::of(density, grid, |_, mass| mass)
    }

    /// Each part times background survival at its time after `start`; nothing from the horizon on.
    fn weighed(density: &Density, start: f64, alive: &Worth, grid: &Grid) -> Self {
        let inside = |at: f64| if at < grid.horizon { alive.at(grid, at) } else { 0.0 };
        Self::of(density, grid, |months, mass| mass * inside(start + months))
    }

    fn of(density: &Density, grid: &Grid, value: impl Fn(f64, f64) -> f64) -> Self {
        let mut sum = 0.0;
        let bins = density.mass.iter().enumerate().map(|(bin, mass)| {
            let place = density.place(bin);
            let mass = value((bin as f64 + place) * grid.width, *mass);
            let before = sum;
            sum += mass;
            (before, mass, 6.0 * (place - 0.5) * mass)
        });
        let bins = bins.collect();
        let mut atoms: Vec<(f64, f64)> =
            density.atoms.iter().map(|(months, mass)| (*months, value(*months, *mass))).collect();
        atoms.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        for (_, mass) in &mut atoms {
            sum += *mass;
            *mass = sum;
        }
        Self { bins, atoms, grid: *grid }
    }

    fn until(&self, months: f64) -> f64 {
        let atoms = self.atoms.partition_point(|(at, _)| *at <= months + 1e-9);
        let atoms = atoms.checked_sub(1).map_or(0.0, |last| self.atoms[last].1);
        if self.bins.is_empty() {
            return atoms;
        }
        let (bin, place) = self.grid.place(months);
        let place = place.min(1.0);
        let (before, mass, tilt) = self.bins[bin];
        atoms + before + mass * place + tilt * (place * place - place)
    }
}
