//! Stays in a state, and what they and their events cost and are worth.

use super::{Here, Walk};
use remisim::model::{Convention, CostItem, Drug, Sex, TimePiece, Value};
use remisim::outcome::State;

/// Share of an interval that counts as rounding.
pub(super) const NEAR: f64 = 1e-9;

/// Value today of one unit at month `t`.
fn worth(yearly: f64, convention: Convention, t: f64) -> f64 {
    match convention {
        Convention::Annual => (1.0 + yearly).powf(-t / 12.0),
        Convention::Continuous => (-yearly * t / 12.0).exp(),
        Convention::YearStart => (1.0 + yearly).powf(-(t / 12.0).floor()),
    }
}

/// Value today of one unit a month from one month to another: the integral of [`worth`].
fn worth_between(yearly: f64, convention: Convention, from: f64, to: f64) -> f64 {
    let rate = match convention {
        _ if yearly == 0.0 => return to - from,
        Convention::Annual => yearly.ln_1p() / 12.0,
        Convention::Continuous => yearly / 12.0,
        Convention::YearStart => {
            // Year by year.
            let mut sum = 0.0;
            let mut year = (from / 12.0).floor();
            while year * 12.0 < to {
                let months = to.min((year + 1.0) * 12.0) - from.max(year * 12.0);
                sum += months * (1.0 + yearly).powf(-year);
                year += 1.0;
            }
            return sum;
        }
    };
    (-rate * from).exp() * -(-rate * (to - from)).exp_m1() / rate
}

/// A little after a function changes its sign, by halving.
fn meeting(function: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let (mut low, mut high) = (from, to);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if (function(middle) > 0.0) == (function(from) > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

impl<'a> Walk<'a> {
    /// The patient is in `state` until the next event, or until the horizon. True if the event comes before it.
    pub(super) fn stay(&mut self, here: &Here<'a>, state: State, until: f64) -> bool {
        let horizon = self.model.settings.horizon_months;
        let discount = self.model.settings.discount;
        let (from, to) = (self.now, until.min(horizon));
        let index = state as usize;
        self.person.budget -= here.mortality_ratio(state) * self.hazard_between(from, to);
        self.life.state_months[index] += to - from;
        let utility = here.regimen.utility[index].as_ref().or(self.model.utilities.state[index].as_ref());
        let floor = self.model.utilities.floor.as_ref().map(|value| here.get(value));
        let mut since = from;
        let mut utility = here.or_zero(utility);
        for piece in &self.model.utilities.since_entry[index] {
            let next = (from + here.get(&piece.from_months)).clamp(since, to);
            self.life.qalys += self.lived_between(utility, floor, since, next) / 12.0;
            (since, utility) = (next, here.get(&piece.amount));
        }
        self.life.qalys += self.lived_between(utility, floor, since, to) / 12.0;
        for pieces in [&self.model.costs.since_entry[index], &here.regimen.cost_since_entry[index]] {
            self.pay_since_entry(here, pieces, from, to);
        }
        let care = here.or_zero(self.model.costs.state[index].as_ref())
            + here.or_zero(here.regimen.cost_per_month[index].as_ref());
        self.life.costs[CostItem::Care as usize] +=
            care * worth_between(discount.costs, discount.convention, from, to);
        self.now = to;
        until < horizon
    }

    /// A state that was entered at one month and left at another: each piece holds until the next begins.
    fn pay_since_entry(&mut self, here: &Here<'a>, pieces: &[TimePiece], from: f64, to: f64) {
        let discount = self.model.settings.discount;
        for (index, piece) in pieces.iter().enumerate() {
            // One that a later draw of an earlier piece overtakes waits for it.
            let start = |until: usize| {
                pieces[..=until].iter().map(|piece| here.get(&piece.from_months)).fold(0.0, f64::max)
            };
            let end = if index + 1 < pieces.len() { from + start(index + 1) } else { f64::INFINITY };
            let (first, last) = ((from + start(index)).min(to), end.min(to));
            self.life.costs[CostItem::Care as usize] +=
                here.get(&piece.amount) * worth_between(discount.costs, discount.convention, first, last);
        }
    }

    /// Costs of the months before a death now.
    pub(super) fn pay_last_months(&mut self, here: &Here<'a>) {
        let discount = self.model.settings.discount;
        for last in &self.model.costs.last_months {
            let first = (self.now - here.get(&last.months)).max(0.0);
            self.life.costs[CostItem::EndOfLife as usize] += here.get(&last.per_month)
                * worth_between(discount.costs, discount.convention, first, self.now);
        }
    }

    /// Value today of a utility lived, which falls with that of the general population from the age at the start.
    fn lived_between(&self, utility: f64, floor: Option<f64>, from: f64, to: f64) -> f64 {
        let discount = self.model.settings.discount;
        let least = floor.unwrap_or(f64::NEG_INFINITY);
        let Some(norm) = self.model.utilities.population else {
            return utility.max(least) * worth_between(discount.effects, discount.convention, from, to);
        };
        let (male, age) = (f64::from(u8::from(self.person.sex == Sex::Male)), self.person.age);
        let norm =
            |age: f64| norm.constant + norm.male * male + norm.age * age + norm.age_squared * age.powi(2);
        let faded = |t: f64| utility * norm(age + t / 12.0) / norm(age);
        // Simpson's rule on pieces of at most a month, cut where the floor is met; the factor of a whole year is that
        // of its middle.
        let value = |t: f64, middle: f64, above: bool| {
            let at = if discount.convention == Convention::YearStart { middle } else { t };
            let utility = if above { faded(t) } else { least };
            utility * worth(discount.effects, discount.convention, at)
        };
        let (mut sum, mut start) = (0.0, from);
        while start < to {
            let month = to.min(start.floor() + 1.0);
            let end = if (faded(start) > least) == (faded(month) > least) {
                month
            } else {
                meeting(|t| faded(t) - least, start, month)
            };
            let middle = 0.5 * (start + end);
            let above = faded(middle) > least;
            let all =
                value(start, middle, above) + 4.0 * value(middle, middle, above) + value(end, middle, above);
            sum += (end - start) / 6.0 * all;
            start = end;
        }
        sum
    }

    /// Pays `quantity` times a price at once.
    pub(super) fn pay(&mut self, here: &Here<'a>, item: CostItem, price: Option<&Value>, quantity: f64) {
        self.pay_at(here, item, price, quantity, self.now);
    }

    pub(super) fn pay_at(
        &mut self,
        here: &Here<'a>,
        item: CostItem,
        price: Option<&Value>,
        quantity: f64,
        time: f64,
    ) {
        let discount = self.model.settings.discount;
        if let Some(price) = price {
            self.life.costs[item as usize] +=
                here.get(price) * quantity * worth(discount.costs, discount.convention, time);
        }
    }

    /// QALYs lost at once.
    pub(super) fn lose(&mut self, here: &Here<'a>, loss: Option<&Value>) {
        let discount = self.model.settings.discount;
        self.life.qalys -= here.or_zero(loss) * worth(discount.effects, discount.convention, self.now);
    }

    /// Cycles that begin from one time on and before another are paid.
    pub(super) fn cycles(&mut self, here: &Here<'a>, from: f64, to: f64) {
        let treatment = &here.regimen.treatment;
        let every = here.get(&treatment.cycle_months);
        if every < 0.01 {
            return;
        }
        for cycle in 0..here.cycles {
            let time = here.start + f64::from(cycle) * every;
            // What falls on the end, but for rounding, belongs to what comes after it.
            if time < from - NEAR * every || time >= to - NEAR * every {
                continue;
            }
            self.pay_at(here, CostItem::Administration, treatment.administration.as_ref(), 1.0, time);
            for drug in &treatment.drugs {
                if (drug.cycles.0..=drug.cycles.1).contains(&(cycle + 1)) {
                    let vials = self.vials(here, drug);
                    self.pay_at(here, CostItem::Drug, Some(&drug.price), vials, time);
                }
            }
        }
    }

    /// Vials opened in a cycle.
    fn vials(&self, here: &Here<'a>, drug: &Drug) -> f64 {
        let dose = (here.get(&drug.dose) * self.person.factor(drug.dosing)).min(here.get(&drug.cap));
        here.get(&drug.doses) * (dose / here.get(&drug.vial)).ceil()
    }
}
