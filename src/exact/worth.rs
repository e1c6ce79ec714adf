//! What a unit of mass at a time is worth: functions of time that results are read off densities with.

use super::density::Density;
use super::grid::Grid;
use crate::math::{exp, exp_m1};
use crate::model::{Convention, Settings};

/// A function of time: a line within each bin, or a parabola.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Worth {
    /// Value at the start and at the end of each bin, and the bend: what multiplies x^2 - x between them.
    bins: Vec<(f64, f64, f64)>,
}

impl Worth {
    /// The function through values at the edges of the bins.
    fn through(edges: &[f64]) -> Self {
        Self { bins: edges.windows(2).map(|edges| (edges[0], edges[1], 0.0)).collect() }
    }

    /// Adds another function times a factor.
    pub(super) fn add(&mut self, other: &Self, factor: f64) {
        self.bins.resize(other.bins.len(), (0.0, 0.0, 0.0));
        for ((start, end, bend), own) in self.bins.iter_mut().zip(&other.bins) {
            *start += factor * own.0;
            *end += factor * own.1;
            *bend += factor * own.2;
        }
    }

    /// Its value at a time.
    pub(super) fn at(&self, grid: &Grid, months: f64) -> f64 {
        let (bin, place) = grid.place(months);
        let (start, end, bend) = self.bins[bin];
        start + (end - start) * place + bend * (place * place - place)
    }

    /// Its sum over a density: where that is a line in a bin, x^2 - x is -1/6 on average.
    pub(super) fn of(&self, density: &Density, grid: &Grid) -> f64 {
        let mut sum = 0.0;
        for ((mass, moment), (start, end, bend)) in density.mass.iter().zip(&density.moment).zip(&self.bins) {
            sum += mass * (start - bend / 6.0) + moment * (end - start);
        }
        sum + density.atoms.iter().map(|(months, mass)| mass * self.at(grid, *months)).sum::<f64>()
    }

    /// Its sum over a density, so many months later, before the horizon, with a factor that depends on the time of entry.
    pub(super) fn later(
        &self,
        density: &Density,
        months: f64,
        grid: &Grid,
        factor: impl Fn(f64) -> f64,
    ) -> f64 {
        let parts = density.parts(grid).filter(|(_, at)| at + months < grid.horizon);
        parts.map(|(mass, at)| mass * self.at(grid, at + months) * factor(at)).sum()
    }
}

/// How a flow or payment is discounted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Discounting {
    rate: f64,
    year_start: bool,
}

impl Discounting {
    fn new(settings: &Settings, yearly: f64) -> Self {
        let discount = settings.discount;
        Self { rate: discount.per_month(yearly), year_start: discount.convention == Convention::YearStart }
    }

    /// The factors at the start and end of a bin.
    fn bin(&self, grid: &Grid, bin: usize) -> (f64, f64) {
        if self.year_start {
            let middle = grid.edge(bin) + 0.5 * grid.width;
            let factor = exp(-self.rate * 12.0 * (middle / 12.0).floor());
            (factor, factor)
        } else {
            (exp(-self.rate * grid.edge(bin)), exp(-self.rate * grid.edge(bin + 1)))
        }
    }

    /// Value of a flow of one a month from month 0 to a time.
    fn value(&self, months: f64) -> f64 {
        let constant = |months: f64| {
            if self.rate == 0.0 { months } else { -exp_m1(-self.rate * months) / self.rate }
        };
        if !self.year_start || self.rate == 0.0 {
            return constant(months);
        }
        let years = (months / 12.0).floor();
        let whole = 12.0 * exp_m1(-self.rate * 12.0 * years) / exp_m1(-self.rate * 12.0);
        whole + exp(-self.rate * 12.0 * years) * (months - 12.0 * years)
    }

    /// What being alive, with these survivals at the edges of bins, is worth.
    pub(super) fn of_alive(&self, alive: &[f64], grid: &Grid) -> Worth {
        let value = |bin: usize| {
            let factors = self.bin(grid, bin);
            (alive[bin] * factors.0, alive[bin + 1] * factors.1, 0.0)
        };
        Worth { bins: (0..grid.bins).map(value).collect() }
    }
}

/// The functions that every density is read with, in one cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Worths {
    /// Background survival.
    pub(super) alive: Worth,
    /// That, discounted as costs and as effects.
    pub(super) cost: Worth,
    /// See `cost`.
    pub(super) effect: Worth,
    /// See `effect`, times what is left of utilities where they fall with age.
    pub(super) faded: Worth,
    /// Months lived until then.
    pub(super) months: Worth,
    /// Value of a flow of one a month until then or background death, discounted as costs and as effects.
    pub(super) paid: Worth,
    /// See `paid`.
    pub(super) lived: Worth,
    /// Discounted value of one at background death, where that comes before.
    pub(super) death_cost: Worth,
    /// Discounting of costs.
    pub(super) costs: Discounting,
    effects: Discounting,
    to_the_end: bool,
}

impl Worths {
    /// The functions for survivals at the edges of the bins. Flows are counted from month 0, or to the end as what is
    /// missing: that falls with survival, so that densities that grow as survival falls lose no digits.
    /// Where utilities fall with age, `faded` is how much of them is left to those alive.
    pub(super) fn new(
        settings: &Settings,
        (alive, faded): (&[f64], Option<&[f64]>),
        to_the_end: bool,
        grid: &Grid,
    ) -> Self {
        let costs = Discounting::new(settings, settings.discount.costs);
        let effects = Discounting::new(settings, settings.discount.effects);
        let cost = costs.of_alive(alive, grid);
        let effect = effects.of_alive(alive, grid);
        let faded = faded.map_or_else(|| effect.clone(), |faded| effects.of_alive(faded, grid));
        let plain = Worth::through(alive);
        let died = (0..grid.bins).map(|bin| {
            let factors = costs.bin(grid, bin);
            (0.5 * (factors.0 + factors.1) * (alive[bin] - alive[bin + 1]), 0.0)
        });
        let died = cumulated(died.collect(), to_the_end);
        let flow = |worth: &Worth| flow(worth, to_the_end, grid);
        Self {
            months: flow(&plain),
            paid: flow(&cost),
            lived: flow(&faded),
            death_cost: died,
            alive: plain,
            cost,
            effect,
            faded,
            costs,
            effects,
            to_the_end,
        }
    }

    /// Background survival at the edges of the bins.
    pub(super) fn survivals(&self) -> Vec<f64> {
        let last = self.alive.bins.last().map(|(_, end, _)| *end);
        self.alive.bins.iter().map(|(start, ..)| *start).chain(last).collect()
    }

    /// The value until then or background death of what is lived at the edges of the bins, survival in it.
    pub(super) fn lived_as(&self, edges: &[f64], grid: &Grid) -> Worth {
        flow(&self.effects.of_alive(edges, grid), self.to_the_end, grid)
    }

    /// Of one a month in so many months before a death: the value of a death then, and of background deaths until then.
    pub(super) fn last_months(&self, months: f64, grid: &Grid) -> (Worth, Worth) {
        let value = |death: f64| self.costs.value(death) - self.costs.value((death - months).max(0.0));
        let values: Vec<f64> = (0..=grid.bins).map(|bin| value(grid.edge(bin))).collect();
        let alive = self.survivals();
        let edges: Vec<f64> = values.iter().zip(&alive).map(|(value, alive)| value * alive).collect();
        let mut death = Worth::through(&edges);
        let mut means: Vec<f64> = values.windows(2).map(|values| 0.5 * (values[0] + values[1])).collect();
        // A life that is shorter is all last months: where the value bends so, a parabola has the same mean.
        let (bin, place) = grid.place(months);
        if place > 0.0 && place < 1.0 {
            let beyond = |from: f64, there: f64, to: f64| {
                0.5 * (place * (from + there) + (1.0 - place) * (there + to) - (from + to))
            };
            let there = alive[bin] + (alive[bin + 1] - alive[bin]) * place;
            death.bins[bin].2 = -6.0 * beyond(edges[bin], there * value(months), edges[bin + 1]);
            means[bin] += beyond(values[bin], value(months), values[bin + 1]);
        }
        let died =
            means.iter().zip(alive.windows(2)).map(|(mean, alive)| (mean * (alive[0] - alive[1]), 0.0));
        (death, cumulated(died.collect(), self.to_the_end))
    }
}

/// The value of what flows by a function until each time.
fn flow(worth: &Worth, to_the_end: bool, grid: &Grid) -> Worth {
    let half = 0.5 * grid.width;
    let values = worth.bins.iter().map(|(from, to, _)| (half * (from + to), half * (to - from)));
    cumulated(values.collect(), to_the_end)
}

/// The sum of values up to each time, with the bend of each; or what is missing of it to the end.
fn cumulated(values: Vec<(f64, f64)>, to_the_end: bool) -> Worth {
    if to_the_end {
        return missing(values);
    }
    let mut sum = 0.0;
    let bins = values.into_iter().map(|(value, bend)| {
        let before = sum;
        sum += value;
        (before, sum, bend)
    });
    Worth { bins: bins.collect() }
}

/// The same less its last value.
fn missing(values: Vec<(f64, f64)>) -> Worth {
    let mut sum = 0.0;
    let bins = values.into_iter().rev().map(|(value, bend)| {
        let after = sum;
        sum -= value;
        (sum, after, bend)
    });
    let mut bins: Vec<(f64, f64, f64)> = bins.collect();
    bins.reverse();
    Worth { bins }
}
