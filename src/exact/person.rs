//! What patients of one cell are: their background survival and what doses by their size cost.

use super::background::{AgeGroup, mean};
use super::body::{Sizes, follows_age};
use super::cohort::{Cohort, Fades};
use super::grid::Grid;
use super::hazard::Hazard;
use super::worth::{Worth, Worths};
use crate::model::{Dosing, Growth, Vials};
use crate::program::CycleCost;
use std::cell::RefCell;
use std::rc::Rc;

/// What was found before, by key.
type Known<K, T> = RefCell<Vec<(K, Rc<T>)>>;

/// The patients of one cohort in one draw, or of both sexes.
pub(super) struct People<'a> {
    /// By age.
    pub(super) groups: &'a [AgeGroup],
    /// What a time is worth to them.
    pub(super) worths: &'a Worths,
    /// Hazard of background death, where a ratio multiplies it.
    pub(super) hazard: Option<&'a Hazard>,
    /// Body sizes, where a dose follows them.
    sizes: Option<Sizes<'a>>,
    /// Those of each sex, and their shares, where these are both.
    sexes: Vec<(f64, &'a People<'a>)>,
    /// Worth of money at a time.
    money: Rc<Worth>,
    /// With what utilities fall with age; of both sexes each has its own.
    fading: Option<&'a Fades>,
    /// What is known of doses, of last months by their number, of utilities with a floor.
    known: RefCell<Vec<(Dose, Price)>>,
    last_months: Known<f64, (Worth, Worth)>,
    floored: Known<(f64, f64), Worth>,
}

/// A dose that follows body size.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dose {
    /// In vials: how, and amount per unit of size, most, vial.
    Vials(Dosing, [f64; 3]),
    /// Of tocilizumab: mg/kg below a weight and from there, that weight, most; vials.
    Tocilizumab([f64; 4], Vials),
}

/// A mean price in its unit, and what times are worth for it.
type Price = (f64, Rc<Worth>);

impl<'a> People<'a> {
    /// The patients of a cohort.
    pub(super) fn new(cohort: &'a Cohort, sizes: Option<Sizes<'a>>) -> Self {
        let Cohort { groups, worths, hazard, fading, .. } = cohort;
        Self {
            groups,
            worths,
            hazard: hazard.as_ref(),
            sizes,
            sexes: Vec::new(),
            money: Rc::new(worths.cost.clone()),
            fading: fading.as_ref(),
            known: RefCell::default(),
            last_months: RefCell::default(),
            floored: RefCell::default(),
        }
    }

    /// Both sexes, whom times are worth as to the cohort, by their shares.
    pub(super) fn both(cohort: &'a Cohort, sexes: Vec<(f64, &'a Self)>) -> Self {
        Self { sexes, ..Self::new(cohort, None) }
    }

    /// What one a month in so many months before a death is worth, see [`Worths::last_months`].
    pub(super) fn last_months(&self, months: f64, grid: &Grid) -> Rc<(Worth, Worth)> {
        asked(&self.last_months, months, || self.worths.last_months(months, grid))
    }

    /// The value until then or background death of a utility that nowhere falls below a floor as it falls with age;
    /// `None` where it does not fall.
    pub(super) fn floored(&self, utility: f64, floor: f64, grid: &Grid) -> Option<Rc<Worth>> {
        let edges = || self.above(utility, floor, grid);
        let falls = |people: &Self| people.fading.is_some();
        let falls = falls(self) || self.sexes.iter().any(|(_, people)| falls(people));
        falls.then(|| asked(&self.floored, (utility, floor), || self.worths.lived_as(&edges(), grid)))
    }

    /// That utility times survival at the edges of the bins.
    fn above(&self, utility: f64, floor: f64, grid: &Grid) -> Vec<f64> {
        let least = |left: f64| (utility * left).max(floor);
        let mut sums = vec![0.0; grid.bins + 1];
        let mut add = |share: f64, edges: &mut dyn Iterator<Item = f64>| {
            sums.iter_mut().zip(edges).for_each(|(sum, own)| *sum += share * own);
        };
        for (share, people) in &self.sexes {
            add(*share, &mut people.above(utility, floor, grid).into_iter());
        }
        match self.fading {
            Some(Fades::One(left)) => {
                let alive = self.worths.survivals();
                add(1.0, &mut left.iter().zip(alive).map(|(left, alive)| least(*left) * alive));
            }
            Some(Fades::Groups(norm, sex)) => {
                for group in self.groups {
                    let fading = norm.from_age(*sex, group.age);
                    let edges = group.alive.iter().enumerate();
                    let value = |(bin, alive): (usize, &f64)| least(fading.at(grid.edge(bin))) * alive;
                    add(group.share, &mut edges.map(value));
                }
            }
            None => {}
        }
        sums
    }

    /// The mean over both sexes of a price that is not the same for them.
    fn mean(&self, price: impl Fn(&Self) -> Price) -> Price {
        let mut sum = Worth::default();
        for (share, people) in &self.sexes {
            let (price, worth) = price(people);
            sum.add(&worth, share * price);
        }
        (1.0, Rc::new(sum))
    }

    /// A mean price and what times are worth for it: being alive and discounted, the price of each age in it where
    /// prices follow age.
    fn priced(&self, dose: Dose, price: impl Fn(f64) -> f64, grid: &Grid) -> Price {
        let mut known = self.known.borrow_mut();
        if let Some((_, price)) = known.iter().find(|(known, _)| *known == dose) {
            return price.clone();
        }
        let found = if follows_age(self.groups) {
            // Sizes change with the row of the growth table only.
            let mut prices: Vec<(Option<usize>, f64)> = Vec::new();
            for group in self.groups {
                let row = Growth::row(group.age);
                if prices.last().is_none_or(|(last, _)| *last != row) {
                    prices.push((row, price(group.age)));
                }
            }
            let of = |age: f64| {
                prices.iter().find(|(row, _)| *row == Growth::row(age)).map_or(0.0, |(_, price)| *price)
            };
            if self.hazard.is_some() {
                let price = self.groups.iter().map(|group| group.share * of(group.age)).sum();
                (price, Rc::clone(&self.money))
            } else {
                let edges = mean(self.groups, |group| of(group.age));
                (1.0, Rc::new(self.worths.costs.of_alive(&edges, grid)))
            }
        } else {
            let price = self.groups.last().map_or(0.0, |group| price(group.age));
            (price, Rc::clone(&self.money))
        };
        known.push((dose, found.clone()));
        found
    }

    /// What one cycle costs.
    pub(super) fn cycle(&self, cost: &CycleCost, numbers: &[f64], grid: &Grid) -> Price {
        let amount = numbers[cost.amount];
        let flat = |price: f64| (price, Rc::clone(&self.money));
        let Some([cap, vial, price, doses]) = cost.vials.map(|at| at.map(|number| numbers[number])) else {
            return flat(amount);
        };
        match (cost.dosing, &self.sizes) {
            (Dosing::Flat, _) => flat(doses * (amount.min(cap) / vial).ceil() * price),
            _ if !self.sexes.is_empty() => self.mean(|people| people.cycle(cost, numbers, grid)),
            (_, None) => flat(0.0),
            (dosing, Some(sizes)) => {
                let dose = [amount, cap, vial];
                let (vials, worth) =
                    self.priced(Dose::Vials(dosing, dose), |age| sizes.vials(age, dosing, dose), grid);
                (doses * price * vials, worth)
            }
        }
    }

    /// What is opened for one dose of tocilizumab, in mg.
    pub(super) fn tocilizumab(&self, dose: ([f64; 4], Vials), grid: &Grid) -> Price {
        match &self.sizes {
            None if !self.sexes.is_empty() => self.mean(|people| people.tocilizumab(dose, grid)),
            None => (0.0, Rc::clone(&self.money)),
            Some(sizes) => {
                let (numbers, vials) = dose;
                let key = Dose::Tocilizumab(numbers, vials);
                self.priced(key, |age| sizes.tocilizumab_mg(age, numbers, &vials), grid)
            }
        }
    }
}

/// What was found for a key before, or is found now.
fn asked<K: PartialEq, T>(known: &Known<K, T>, key: K, find: impl FnOnce() -> T) -> Rc<T> {
    let mut known = known.borrow_mut();
    if let Some((_, found)) = known.iter().find(|(own, _)| *own == key) {
        return Rc::clone(found);
    }
    let found = Rc::new(find());
    known.push((key, Rc::clone(&found)));
    found
}
