//! Stays in a state, and what they and their events cost and are worth.

use super::{Here, Walk};
use remisim::model::{Convention, CostItem, Drug, Sex, Value};
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
        self.life.qalys += here.or_zero(utility) / 12.0 * self.lived_between(from, to);
        let care = here.or_zero(self.model.costs.state[index].as_ref())
            + here.or_zero(here.regimen.cost_per_month[index].as_ref());
        self.life.costs[CostItem::Care as usize] +=
            care * worth_between(discount.costs, discount.convention, from, to);
        self.now = to;
        until < horizon
    }

    /// Value today of months lived, which falls with the utility of the general population from the age at the start.
    fn lived_between(&self, from: f64, to: f64) -> f64 {
        let discount = self.model.settings.discount;
        let Some(norm) = self.model.utilities.population else {
            return worth_between(discount.effects, discount.convention, from, to);
        };
        let (male, age) = (f64::from(u8::from(self.person.sex == Sex::Male)), self.person.age);
        let utility =
            |age: f64| norm.constant + norm.male * male + norm.age * age + norm.age_squared * age.powi(2);
        // Simpson's rule on pieces of at most a month; the factor of a whole year is that of its middle.
        let value = |t: f64, middle: f64| {
            let at = if discount.convention == Convention::YearStart { middle } else { t };
            utility(age + t / 12.0) / utility(age) * worth(discount.effects, discount.convention, at)
        };
        let (mut sum, mut start) = (0.0, from);
        while start < to {
            let end = to.min(start.floor() + 1.0);
            let middle = 0.5 * (start + end);
            let all = value(start, middle) + 4.0 * value(middle, middle) + value(end, middle);
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
