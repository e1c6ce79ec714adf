//! What becomes of those who enter a race, in it and in the races after a transplant and after a test that found a
//! relapse.

use super::contender::Contender;
use super::convolve::convolve;
use super::density::Density;
use super::hazard::{View, added, moments};
use super::kernels::Kernels;
use super::local::Race;
use super::molecular::{after_detection, flowed_after_detection};
use super::pending::Second;
use super::race::{exits, pieces};
use super::remission::{After, after_transplant};
use super::tests::Tests;
use std::cell::RefCell;
use std::rc::Rc;

/// Places in a bin at which atoms enter a race exactly; the smaller atoms at more are spread over their bins.
const PLACES: usize = 24;
/// Share of patients below which nobody is transplanted between two tests.
const NOBODY: f64 = 1e-12;

/// What becomes of those who enter a race.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    /// By contender.
    pub(super) first: Vec<Density>,
    /// Background deaths that a ratio adds.
    pub(super) added: Density,
    /// What flows by time since entry: costs, and what is added to the utility of the state.
    pub(super) flowed: [Density; 2],
    /// After a transplant: relapse, death as before, death of the transplant, background deaths that a ratio adds; and
    /// what flows by time since then.
    pub(super) second: [Density; 6],
    /// After a test that found the relapse: relapse, death, transplant, background deaths that a ratio adds; likewise.
    pub(super) molecular: [Density; 6],
    /// After a transplant after that.
    pub(super) last: [Density; 6],
}

/// What becomes of those who enter so early in the first bin.
#[derive(Debug, Default)]
pub(super) struct Known(RefCell<Vec<(f64, Rc<Ends>)>>);

impl Known {
    fn find(&self, entry: f64) -> Option<Rc<Ends>> {
        self.0.borrow().iter().find(|(own, _)| *own == entry).map(|(_, ends)| Rc::clone(ends))
    }

    /// Whether an atom there enters exactly.
    fn takes(&self, entry: f64) -> bool {
        self.0.borrow().len() < PLACES || self.find(entry).is_some()
    }

    fn get(&self, entry: f64, find: impl FnOnce(f64) -> Ends) -> Rc<Ends> {
        self.find(entry).unwrap_or_else(|| {
            let ends = Rc::new(find(entry));
            self.0.borrow_mut().push((entry, Rc::clone(&ends)));
            ends
        })
    }

    /// What becomes of those who enter by a density, given what becomes of those who enter at a time in the first bin.
    /// Later entries differ from these by whole bins.
    fn through(&self, entry: &Density, kernels: &Kernels<'_>, find: impl Fn(f64) -> Ends) -> Ends {
        let grid = &kernels.grid;
        let mut ends = Ends::default();
        let mut entered = Density { atoms: Vec::new(), ..entry.clone() };
        let mut atoms = entry.atoms.clone();
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (months, mass) in atoms {
            let (bins, rest) = grid.split(months);
            if self.takes(rest) {
                ends.each_with(&self.get(rest, &find), |sum, own| sum.add_later(own, mass, bins, grid));
            } else {
                entered.spread(grid, months, mass);
            }
        }
        if !entered.mass.is_empty() {
            ends.each_with(&self.get(0.0, &find), |sum, own| {
                if !own.is_empty() {
                    sum.add(&convolve(&entered, own, grid, kernels.fourier), 1.0);
                }
            });
        }
        ends
    }
}

impl<'a> Race<'a> {
    /// What becomes of those who enter by a density, with the life table as it is.
    pub(super) fn ends_of(&self, entry: &Density, kernels: &Kernels<'a>) -> Ends {
        let ends = self.known.through(entry, kernels, |rest| self.ends(rest, kernels, None));
        ends.of(self.contenders.len())
    }

    /// The same where some ratio multiplies the hazard of background death.
    ///
    /// In one race that is a factor of who enters and one of who leaves. What becomes of those who enter a race with
    /// others after it is found as of some moments, and between them in proportion.
    pub(super) fn ends_under(&self, entry: &Density, kernels: &Kernels<'a>, view: View<'_>) -> Ends {
        let grid = &kernels.grid;
        let mut sum = Ends::default();
        let molecular = self.monitored.as_ref().and_then(|monitored| monitored.molecular.as_ref());
        let after = [self.second.as_ref().map(|second| second.ratio), molecular.map(|found| found.ratio)];
        let mut after = after.into_iter().flatten().peekable();
        if after.peek().is_some() && (self.ratio != 1.0 || after.any(|ratio| ratio != 1.0)) {
            for (months, part) in moments(entry, view, grid) {
                let from = |rest: f64| self.ends(rest, kernels, Some(view.later(months - rest)));
                sum.add(&Known::default().through(&part, kernels, from));
            }
            return sum.of(self.contenders.len());
        }
        let power = self.ratio - 1.0;
        for (start, part) in view.blocks(entry, power, grid) {
            if power == 0.0 {
                sum.add(&self.ends_of(&part, kernels));
                continue;
            }
            let factor = |months: f64| view.power(power, start, months);
            let entered = part.times(grid, |months| view.power(-power, start, months));
            let mut ends = self.ends_of(&entered, kernels);
            ends.added = added(&entered, &ends.first, factor, grid);
            ends.first.iter_mut().for_each(|density| *density = density.times(grid, factor));
            ends.flowed = ends.flowed.map(|density| density.times(grid, factor));
            sum.add(&ends);
        }
        sum.of(self.contenders.len())
    }

    /// What becomes of those who enter at a time in the first bin.
    fn ends(&self, entry: f64, kernels: &Kernels<'a>, view: Option<View<'_>>) -> Ends {
        let grid = &kernels.grid;
        let first = match &self.contenders[..] {
            [Contender::Curve(curve)] => vec![kernels.curve(curve, entry).as_ref().clone()],
            contenders => exits(contenders, entry, grid),
        };
        let there = || pieces(&self.contenders, entry, grid);
        let flowed = self.since.flowed(entry, there, |months| self.alive(months), grid);
        let mut ends = Ends { first, flowed, ..Ends::default() };
        let found = self.contenders.iter().position(|contender| matches!(contender, Contender::Found(_)));
        let found = found.filter(|_| view.is_some()).map(|at| ends.first[at].clone());
        if let Some(view) = view.filter(|_| self.ratio != 1.0) {
            let factor = |months: f64| view.power(self.ratio - 1.0, entry, months);
            ends.added = added(&Density::atom(entry), &ends.first, factor, grid);
            ends.first.iter_mut().for_each(|density| *density = density.times(grid, factor));
            ends.flowed = ends.flowed.map(|density| density.times(grid, factor));
        }
        let none = Density::default();
        let dates = self.transplant.map_or(&none, |at| &ends.first[at]);
        let Some(monitored) = &self.monitored else {
            if let Some(second) = &self.second {
                ends.second = self.after_dates(dates, second, (entry, view), kernels);
            }
            return ends;
        };
        let tests = &monitored.tests;
        if let Some(second) = &self.second {
            ends.second = after_tests(dates, second, (entry, view), tests, kernels, |count, months| {
                tests.undetected(count, months)
            });
        }
        let Some(molecular) = &monitored.molecular else { return ends };
        let since = |power: f64, months: f64| view.map_or(1.0, |view| view.power(power, entry, months));
        let worth = |months: f64| since(self.ratio - molecular.ratio, entry + months);
        let weighs = view.is_some() && self.ratio != molecular.ratio;
        let worth_of = weighs.then_some(&worth as &dyn Fn(f64) -> f64);
        let (relapse, others) = after_detection(tests, &self.others(), entry, worth_of, grid);
        let mut flowed =
            flowed_after_detection((tests, &molecular.since), &self.others(), entry, worth_of, grid);
        let mut left = vec![relapse];
        left.extend(others);
        let mut beyond = Density::default();
        if let Some(entered) = found.filter(|_| molecular.ratio != 1.0) {
            let entered = entered.times(grid, |months| worth(months - entry));
            let factor = |months: f64| since(molecular.ratio - 1.0, months);
            beyond = added(&entered, &left, factor, grid);
            left.iter_mut().for_each(|density| *density = density.times(grid, factor));
            flowed = flowed.map(|density| density.times(grid, factor));
        }
        let mut left = left.into_iter();
        let relapse = left.next().unwrap_or_default();
        let death = self.death.and_then(|_| left.next()).unwrap_or_default();
        let transplant = left.next().unwrap_or_default();
        if let Some(second) = &self.second {
            ends.last = after_tests(&transplant, second, (entry, view), tests, kernels, |count, months| {
                if weighs { tests.weighed(count, months, worth) } else { tests.detected(count, months) }
            });
        }
        let [paid, lived] = flowed;
        ends.molecular = [relapse, death, transplant, beyond, paid, lived];
        ends
    }

    /// After transplants at `dates`, without tests.
    fn after_dates(
        &self,
        dates: &Density,
        second: &Second<'a>,
        (entry, view): (f64, Option<View<'_>>),
        kernels: &Kernels<'a>,
    ) -> [Density; 6] {
        let run = |dates: &Density, ratio: f64| {
            let relapse = |months: f64| ratio * second.relapse.0.cumulative_hazard(months);
            second.after(dates, &relapse, (entry, view), kernels)
        };
        let Some((ratio, persistence)) = second.lost else { return run(dates, second.relapse.1) };
        let kept = |months: f64| persistence.survival(months - entry + self.since_line);
        let without = dates.times(&kernels.grid, |months| 1.0 - kept(months));
        let mut both = run(&without, second.relapse.1);
        add_each(&mut both, &run(&dates.times(&kernels.grid, kept), ratio));
        both
    }
}

impl Ends {
    /// With a density for each contender, where nobody entered too.
    fn of(mut self, contenders: usize) -> Self {
        self.first.resize(contenders, Density::default());
        self
    }

    fn add(&mut self, other: &Self) {
        self.each_with(other, |sum, own| sum.add(own, 1.0));
    }

    /// Adds to each density from the same one of others.
    fn each_with(&mut self, other: &Self, mut add: impl FnMut(&mut Density, &Density)) {
        self.first.resize(self.first.len().max(other.first.len()), Density::default());
        self.first.iter_mut().zip(&other.first).for_each(|(sum, own)| add(sum, own));
        add(&mut self.added, &other.added);
        self.flowed.iter_mut().zip(&other.flowed).for_each(|(sum, own)| add(sum, own));
        for (sums, own) in [
            (&mut self.second, &other.second),
            (&mut self.molecular, &other.molecular),
            (&mut self.last, &other.last),
        ] {
            sums.iter_mut().zip(own).for_each(|(sum, own)| add(sum, own));
        }
    }
}

impl<'a> Second<'a> {
    /// After transplants at `dates`, with this cumulative hazard of relapse.
    fn after(
        &self,
        dates: &Density,
        relapse: &dyn Fn(f64) -> f64,
        (entry, view): (f64, Option<View<'_>>),
        kernels: &Kernels<'a>,
    ) -> [Density; 6] {
        let (death, transplant, flowed) = (self.death, self.of_transplant, &self.flowed);
        let after = After { relapse, death, transplant, added: None, flowed };
        let Some(view) = view.filter(|_| self.ratio != 1.0) else {
            return after_transplant(dates, entry, &after, kernels);
        };
        let power = self.ratio - 1.0;
        let mut sum: [Density; 6] = Default::default();
        for (start, part) in view.blocks(dates, power, &kernels.grid) {
            let added = |since: f64| power * (view.at(entry + since) - view.at(start));
            let after = After { added: Some(&added), ..after };
            add_each(&mut sum, &after_transplant(&part, entry, &after, kernels));
        }
        sum
    }
}

fn add_each(sums: &mut [Density; 6], others: &[Density; 6]) {
    sums.iter_mut().zip(others).for_each(|(sum, own)| sum.add(own, 1.0));
}

/// After transplants at `dates`: who is left to relapse depends on how many tests came before; `left` says how many of
/// them relapse after a time.
fn after_tests<'a>(
    dates: &Density,
    second: &Second<'a>,
    (entry, view): (f64, Option<View<'_>>),
    tests: &Tests<'_>,
    kernels: &Kernels<'a>,
    left: impl Fn(usize, f64) -> f64,
) -> [Density; 6] {
    let mut sum: [Density; 6] = Default::default();
    let grid = &kernels.grid;
    let count = |months: f64| tests.until((months - entry).max(0.0));
    let parts: Vec<usize> = dates.parts(grid).map(|(_, months)| count(months)).collect();
    let (Some(first), Some(last)) = (parts.iter().min(), parts.iter().max()) else { return sum };
    for before in *first..=*last {
        let own = dates.times(grid, |months| f64::from(u8::from(count(months) == before)));
        if own.total().abs() < NOBODY {
            continue;
        }
        let relapse = |months: f64| -crate::math::ln(left(before, months).max(1e-300));
        add_each(&mut sum, &second.after(&own, &relapse, (entry, view), kernels));
    }
    sum
}
