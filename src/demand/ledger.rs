//! What is counted of one replication.

use super::measure::{Measure, Resource, Totals};
use crate::model::Demand;

/// Days as whole numbers from the start of the warm-up.
fn day_of(time: f64) -> usize {
    time as usize
}

/// What is counted of one replication, in the counted years only: by scope, which is each centre and, where there are
/// several, all of them together, last.
#[derive(Debug, Clone)]
pub struct Ledger {
    counted_from: f64,
    years: usize,
    sizes: usize,
    centres: usize,
    resources: Vec<Resource>,
    scopes: Vec<Scope>,
    /// Of the last scope: by resource, then counted day.
    daily: Vec<Vec<u32>>,
    /// Patients who should have come, for whom there is no address.
    pub(super) unmet: u32,
    /// First day whose end is not written yet.
    open_day: usize,
    /// Year in which peaks are sought now, once counting has begun.
    year: Option<usize>,
}

/// One centre, or all.
#[derive(Debug, Clone)]
struct Scope {
    /// By year.
    years: Vec<Totals>,
    /// A year on average, once closed.
    totals: Totals,
    /// By resource: how many there are now, or were counted on the last day that had any.
    now: Vec<u32>,
    /// By resource: that day.
    day: Vec<usize>,
    /// By resource, then year.
    peaks: Vec<Vec<u32>>,
    /// Day and year of the last shortage.
    short: Option<(usize, usize)>,
    /// Until when stays of vials held are summed up, and the sums by year, vial days.
    held_until: f64,
    held_days: Vec<f64>,
}

impl Ledger {
    /// Of a demand with so many sizes of vials.
    pub(super) fn new(demand: &Demand) -> Self {
        let sizes = demand.vials.len();
        let resources = Resource::all(sizes);
        let years = demand.years as usize;
        let scope = Scope {
            years: vec![[0.0; Measure::COUNT]; years],
            totals: [0.0; Measure::COUNT],
            now: vec![0; resources.len()],
            day: vec![0; resources.len()],
            peaks: vec![vec![0; years]; resources.len()],
            short: None,
            held_until: 0.0,
            held_days: vec![0.0; years],
        };
        let centres = demand.centres.len();
        let days = years * Demand::DAYS_A_YEAR as usize;
        Self {
            counted_from: demand.warm_up_days,
            years,
            sizes,
            centres,
            daily: vec![vec![0; days]; resources.len()],
            resources,
            scopes: vec![scope; centres + usize::from(centres > 1)],
            unmet: 0,
            open_day: 0,
            year: None,
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        for scope in &mut self.scopes {
            scope.years.fill([0.0; Measure::COUNT]);
            scope.now.fill(0);
            scope.day.fill(usize::MAX);
            scope.peaks.iter_mut().for_each(|years| years.fill(0));
            scope.short = None;
            scope.held_until = self.counted_from;
            scope.held_days.fill(0.0);
        }
        self.daily.iter_mut().for_each(|days| days.fill(0));
        (self.open_day, self.year) = (0, None);
    }

    /// Vials of a size expire.
    pub(super) fn expire(&mut self, centre: usize, (size, mg): (usize, f64), vials: u32, time: f64) {
        self.change(centre, Resource::VialsHeld(size), -i64::from(vials));
        self.add(centre, Measure::VialsExpired, f64::from(vials), time);
        self.add(centre, Measure::WastedMg, f64::from(vials) * mg, time);
    }

    /// Scopes: each centre, and all of them where there are several.
    #[must_use]
    pub fn scopes(&self) -> usize {
        self.scopes.len()
    }

    /// What is counted of a scope in each year.
    #[must_use]
    pub fn years(&self, scope: usize) -> &[Totals] {
        &self.scopes[scope].years
    }

    /// What is counted of a scope in a year on average.
    #[must_use]
    pub fn totals(&self, scope: usize) -> &Totals {
        &self.scopes[scope].totals
    }

    /// The peak of each year, by resource, of a scope.
    #[must_use]
    pub fn peaks(&self, scope: usize) -> &[Vec<u32>] {
        &self.scopes[scope].peaks
    }

    /// Of the last scope, by resource: what each counted day had, or how many there were at its end.
    #[must_use]
    pub fn daily(&self) -> &[Vec<u32>] {
        &self.daily
    }

    /// Time passes until then.
    pub(super) fn advance(&mut self, time: f64) {
        if time < self.counted_from {
            return;
        }
        let since = time - self.counted_from;
        let year = self.year_of(time);
        if self.year != Some(year) {
            let from = self.year.map_or(0, |year| year + 1);
            for (place, _) in self.resources.iter().enumerate().filter(|(_, own)| !own.is_daily()) {
                for scope in &mut self.scopes {
                    scope.peaks[place][from..=year].fill(scope.now[place]);
                }
            }
            self.year = Some(year);
        }
        let day = day_of(since).min(self.daily.first().map_or(0, Vec::len));
        if day > self.open_day {
            if let Some(all) = self.scopes.last() {
                for (place, days) in self.daily.iter_mut().enumerate() {
                    if !self.resources[place].is_daily() {
                        days[self.open_day..day].fill(all.now[place]);
                    }
                }
            }
            self.open_day = day;
        }
    }

    /// Scopes that a centre belongs to.
    fn of(&self, centre: usize) -> impl Iterator<Item = usize> + use<> {
        let all = (self.scopes.len() > self.centres).then_some(self.centres);
        std::iter::once(centre).chain(all)
    }

    /// The year of a counted time; its end belongs to the last.
    fn year_of(&self, time: f64) -> usize {
        (((time - self.counted_from) / Demand::DAYS_A_YEAR) as usize).min(self.years - 1)
    }

    fn is_counted(&self, time: f64) -> bool {
        time >= self.counted_from
    }

    /// Adds to a measure at a time.
    pub(super) fn add(&mut self, centre: usize, measure: Measure, amount: f64, time: f64) {
        if self.is_counted(time) {
            let year = self.year_of(time);
            for scope in self.of(centre) {
                self.scopes[scope].years[year][measure as usize] += amount;
            }
        }
    }

    /// Counts something of the day.
    pub(super) fn count(&mut self, centre: usize, resource: Resource, count: u32, time: f64) {
        if count == 0 || !self.is_counted(time) {
            return;
        }
        let place = resource.place(self.sizes);
        let day = day_of(time - self.counted_from);
        let year = self.year.unwrap_or(0);
        for scope in self.of(centre) {
            let scope = &mut self.scopes[scope];
            let before = if scope.day[place] == day { scope.now[place] } else { 0 };
            (scope.day[place], scope.now[place]) = (day, before + count);
            let peak = &mut scope.peaks[place][year];
            *peak = (*peak).max(before + count);
        }
        if let Some(of_day) = self.daily[place].get_mut(day) {
            *of_day += count;
        }
    }

    /// There are more of something, or fewer, from now on.
    pub(super) fn change(&mut self, centre: usize, resource: Resource, by: i64) {
        let place = resource.place(self.sizes);
        for scope in self.of(centre) {
            let scope = &mut self.scopes[scope];
            let now = i64::from(scope.now[place]) + by;
            debug_assert!(now >= 0, "{resource:?} below none");
            let now = now as u32;
            scope.now[place] = now;
            if let Some(year) = self.year {
                let peak = &mut scope.peaks[place][year];
                *peak = (*peak).max(now);
            }
        }
    }

    /// A dose is not there when it is needed.
    pub(super) fn short(&mut self, centre: usize, time: f64) {
        if !self.is_counted(time) {
            return;
        }
        let since = time - self.counted_from;
        let year = self.year_of(time);
        let now = (day_of(since), year);
        for scope in self.of(centre) {
            let Scope { years, short, .. } = &mut self.scopes[scope];
            let totals = &mut years[year];
            totals[Measure::ShortDoses as usize] += 1.0;
            let before = short.replace(now);
            totals[Measure::ShortDays as usize] +=
                f64::from(u8::from(before.map(|own| own.0) != Some(now.0)));
            totals[Measure::ShortYears as usize] +=
                f64::from(u8::from(before.map(|own| own.1) != Some(now.1)));
        }
    }

    /// So many vials were held by the store of a centre until now, since it was last told.
    pub(super) fn held(&mut self, centre: usize, vials: u32, time: f64) {
        if !self.is_counted(time) {
            return;
        }
        let mut from = std::mem::replace(&mut self.scopes[centre].held_until, time);
        for year in self.year_of(from)..self.years {
            let end = self.counted_from + (year + 1) as f64 * Demand::DAYS_A_YEAR;
            let until = if year + 1 < self.years { time.min(end) } else { time };
            for scope in self.of(centre) {
                self.scopes[scope].held_days[year] += f64::from(vials) * (until - from);
            }
            from = until;
            if until >= time {
                return;
            }
        }
    }

    /// The end: sums of years are complete, and their means are made.
    pub(super) fn close(&mut self, end: f64, holding_per_day: f64) {
        self.advance(end);
        let years = self.years as f64;
        for scope in &mut self.scopes {
            scope.totals = [0.0; Measure::COUNT];
            for (year, held_days) in scope.years.iter_mut().zip(&scope.held_days) {
                let left = year[Measure::OpenedMg as usize] - year[Measure::DosesMg as usize];
                year[Measure::WastedMg as usize] += left;
                year[Measure::HoldingCost as usize] = held_days * holding_per_day;
                year[Measure::VialsHeld as usize] = held_days / Demand::DAYS_A_YEAR;
                scope.totals.iter_mut().zip(year).for_each(|(total, own)| *total += *own / years);
            }
        }
    }
}
