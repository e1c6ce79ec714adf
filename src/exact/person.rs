//! What patients of one cell are: their background survival and what doses by their size cost.

use super::background::{AgeGroup, mean};
use super::body::{Sizes, follows_age};
use super::grid::Grid;
use super::worth::{Worth, Worths};
use crate::model::Dosing;
use crate::program::CycleCost;
use std::borrow::Cow;

/// The patients of one sex in one draw.
pub(super) struct People<'a> {
    /// By age.
    pub(super) groups: &'a [AgeGroup],
    /// What a time is worth to them.
    pub(super) worths: &'a Worths,
    /// Body sizes, where a dose follows them.
    pub(super) sizes: Option<Sizes<'a>>,
}

impl People<'_> {
    /// A mean price and what times are worth for it: being alive and discounted, the price of each age in it where
    /// prices follow age.
    fn priced(&self, price: impl Fn(f64) -> f64, grid: &Grid) -> (f64, Cow<'_, Worth>) {
        if follows_age(self.groups) {
            let edges = mean(self.groups, |group| price(group.age));
            return (1.0, Cow::Owned(self.worths.costs.of_alive(&edges, grid)));
        }
        let price = self.groups.iter().rev().map(|group| price(group.age)).next().unwrap_or(0.0);
        (price, Cow::Borrowed(&self.worths.cost))
    }

    /// What one cycle costs.
    pub(super) fn cycle(&self, cost: &CycleCost, numbers: &[f64], grid: &Grid) -> (f64, Cow<'_, Worth>) {
        let amount = numbers[cost.amount];
        let flat = |price: f64| (price, Cow::Borrowed(&self.worths.cost));
        let Some([cap, vial, price, doses]) = cost.vials.map(|at| at.map(|number| numbers[number])) else {
            return flat(amount);
        };
        match (cost.dosing, &self.sizes) {
            (Dosing::Flat, _) => flat(doses * (amount.min(cap) / vial).ceil() * price),
            (_, None) => flat(0.0),
            (dosing, Some(sizes)) => {
                let (vials, worth) = self.priced(|age| sizes.vials(age, dosing, [amount, cap, vial]), grid);
                (doses * price * vials, worth)
            }
        }
    }

    /// What one dose of tocilizumab weighs in mg.
    pub(super) fn tocilizumab(&self, grid: &Grid) -> (f64, Cow<'_, Worth>) {
        match &self.sizes {
            None => (0.0, Cow::Borrowed(&self.worths.cost)),
            Some(sizes) => self.priced(|age| sizes.tocilizumab_mg(age), grid),
        }
    }
}
