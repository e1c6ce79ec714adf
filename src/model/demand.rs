//! What a hospital or a programme is asked to hold: patients in calendar time, their products, stock, beds and slots.
//!
//! Times are days from the start of the warm-up unless a name says otherwise; a year of the calendar has
//! [`Demand::DAYS_A_YEAR`] days.

use super::{CurveSpec, Model, Switch, Value};
use std::sync::Arc;

/// Demand for tocilizumab, beds and infusion slots through time.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Years that are counted, from the end of the warm-up; 1 or more.
    pub years: u32,
    /// Days before them, in which the centres fill up.
    pub warm_up_days: f64,
    /// Replications in each draw; 1 or more.
    pub replications: u32,
    /// Replications in each draw when policies are searched.
    pub search_replications: u32,
    /// Weekday of the first day, 0 for Monday.
    pub first_weekday: u8,
    /// What patients come for.
    pub products: Vec<Product>,
    /// Where they come.
    pub centres: Vec<Centre>,
    /// Days from the onset of CRS to the first dose of tocilizumab, a curve in days; none: at the onset.
    pub first_dose: Option<CurveSpec>,
    /// Days from one dose to the next, a curve in days; never less than [`Demand::LEAST_BETWEEN_DOSES`].
    pub between_doses: Option<CurveSpec>,
    /// Days from the onset of CRS to intensive care, a curve in days; none: at the onset.
    pub icu_after_onset: Option<CurveSpec>,
    /// Stay on a ward; none where nobody stays.
    pub ward: Option<Ward>,
    /// Vials of tocilizumab and how many of each are held; none: doses are counted, not held.
    pub vials: Vec<Vial>,
    /// How they are ordered; there if and only if there are vials.
    pub stock: Option<Stock>,
    /// Others who draw on the same stock and intensive care, at every centre.
    pub background: Vec<BackgroundUser>,
    /// What the centre itself has counted.
    pub observed: Vec<Observed>,
    /// What a policy must reach.
    pub target: Option<Target>,
    /// Runs with other choices, to stand beside.
    pub switches: Vec<Switch>,
}

impl Demand {
    /// Days of a year of the calendar.
    pub const DAYS_A_YEAR: f64 = 365.0;
    /// Least days between two doses: eight hours (E1).
    pub const LEAST_BETWEEN_DOSES: f64 = 8.0 / 24.0;
    /// Most centres.
    pub const CENTRES: usize = 256;
    /// Most products.
    pub const PRODUCTS: usize = 8;
    /// Most patients of one product that come to one centre in one replication.
    pub const PATIENTS: u32 = 1 << 15;
    /// Most replications of one draw.
    pub const REPLICATIONS: u32 = 1 << 14;
    /// Most policies of one search.
    pub const POLICIES: usize = 1000;
    /// Start of the warning that a search may have to go on.
    pub const AT_AN_END: &'static str = "the cheapest policy lies at an end of the candidates";
    /// Start of the names of runs in which one more vial of a size is held.
    pub const ONE_MORE: &'static str = "one_more_vial_";

    /// Days from the start of the warm-up to the end.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.warm_up_days + f64::from(self.years) * Self::DAYS_A_YEAR
    }

    /// The same with one more vial of a size in every store, or one ordered sooner where a quantity is ordered.
    #[must_use]
    pub fn with_one_more(&self, size: usize) -> Self {
        let mut other = self.clone();
        let vial = &mut other.vials[size];
        vial.order_up_to += 1;
        vial.reorder_point += 1;
        other
    }
}

impl Demand {
    /// Calls `visit` with every value of the demand itself, not of the scenarios of its products.
    pub fn visit_values(&self, visit: &mut dyn FnMut(&Value)) {
        for product in &self.products {
            product.growth.iter().for_each(&mut *visit);
            for group in &product.funnel {
                [&group.persons, &group.incidence_per_100000].into_iter().for_each(&mut *visit);
                group.shares.iter().for_each(|(_, share)| visit(share));
            }
        }
        for volume in self.centres.iter().flat_map(|centre| &centre.volumes) {
            if let Volume::Yearly(value) | Volume::Share(value) = volume {
                visit(value);
            }
        }
        self.centres.iter().flat_map(|centre| &centre.background).flatten().for_each(&mut *visit);
        let care = [&self.first_dose, &self.between_doses, &self.icu_after_onset];
        care.into_iter().flatten().for_each(|curve| curve.visit_values(visit));
        if let Some(ward) = &self.ward {
            ward.days.visit_values(visit);
            ward.outpatient.iter().for_each(&mut *visit);
        }
        self.vials.iter().filter_map(|vial| vial.price.as_ref()).for_each(&mut *visit);
        if let Some(stock) = &self.stock {
            stock.visit_values(visit);
        }
        for user in &self.background {
            visit(&user.a_year);
            user.tocilizumab_mg.iter().for_each(&mut *visit);
            user.icu_days.iter().for_each(|curve| curve.visit_values(visit));
        }
    }
}

/// A treatment that patients come for: a strategy of this scenario or of another.
#[derive(Debug, Clone)]
pub struct Product {
    /// Name in files.
    pub id: String,
    /// The scenario whose patients they are; none: this one. It has one strategy only, that of the product.
    pub model: Option<Arc<Model>>,
    /// Index of the strategy in its model.
    pub strategy: usize,
    /// From when patients are counted.
    pub counted: Counted,
    /// Groups whose new patients add up to those of the country; empty where centres have volumes of their own.
    pub funnel: Vec<FunnelGroup>,
    /// How patients come through time.
    pub arrivals: Arrivals,
    /// Weight of each month of a year, that in which counting begins first, mean one; none: all alike.
    pub season: Option<[f64; 12]>,
    /// By what the volume grows from one year to the next, month by month from the start of the counted years; none: 1.
    pub growth: Option<Value>,
}

/// From when patients are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// From the decision for the product (apheresis): some are never infused, the others wait.
    Referred,
    /// From the day on which they are ready for the infusion: everyone who comes is infused, unless postponed too long.
    Infused,
}

/// New patients a year of one group of the population, for whom the product is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelGroup {
    /// Name.
    pub name: String,
    /// Persons of the group.
    pub persons: Value,
    /// New cases in 100,000 persons a year.
    pub incidence_per_100000: Value,
    /// Shares that are left one after the other, by name.
    pub shares: Vec<(String, Value)>,
}

/// How patients come through time.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrivals {
    /// At random, at a rate.
    Poisson,
    /// On fixed weekdays, Monday first: so many each; no chance in it.
    Weekly([u32; 7]),
    /// On these days from the start of the counted years, each at the centre of this index, in order.
    Dates(Vec<(f64, usize)>),
}

/// One hospital.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// Name in files.
    pub id: String,
    /// Where its patients come from, by product.
    pub volumes: Vec<Volume>,
    /// Infusions that can be given on each weekday, Monday first, at noon; none: at any time.
    pub slots: Option<[u32; 7]>,
    /// Beds of intensive care; none: no limit.
    pub icu_beds: Option<u32>,
    /// What happens when they are full.
    pub icu_full: WhenFull,
    /// Beds on the ward; none: no limit.
    pub ward_beds: Option<u32>,
    /// What outpatients with CRS do when they are full; inpatients wait, and with them the infusion.
    pub ward_full: WhenFull,
    /// Vials of each size by which its levels lie above those of all; empty: none.
    pub extra_vials: Vec<u32>,
    /// By background user: how many come in a year, where that is not `a_year` of all.
    pub background: Vec<Option<Value>>,
}

/// How many patients of a product come to a centre.
#[derive(Debug, Clone, PartialEq)]
pub enum Volume {
    /// None.
    None,
    /// So many a year.
    Yearly(Value),
    /// A share of the funnel of the product.
    Share(Value),
    /// As its arrivals say: weekly or by date.
    Scheduled,
}

/// What happens to a patient who needs a bed when none is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// Waits for one, first come first served; the stay is as long as it would have been.
    Queue,
    /// Goes to another hospital.
    Transfer,
}

/// Stay on a ward after the infusion.
#[derive(Debug, Clone, PartialEq)]
pub struct Ward {
    /// Days from the infusion to leaving hospital, a curve in days.
    pub days: CurveSpec,
    /// Share infused without a bed, who are admitted for the days of CRS only.
    pub outpatient: Option<Value>,
}

/// Vials of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Vial {
    /// Tocilizumab in it, mg: a central value, not sampled.
    pub mg: f64,
    /// Vials held or on order after an order.
    pub order_up_to: u32,
    /// Vials held or on order at or below which more are ordered.
    pub reorder_point: u32,
    /// Ordered in multiples of this, in place of up to a level.
    pub quantity: Option<u32>,
    /// Levels that a search tries in place of `order_up_to`; the distance to the reorder point stays.
    pub candidates: Vec<u32>,
    /// Price of one.
    pub price: Option<Value>,
}

/// How tocilizumab is ordered and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    /// Days from one look at the stock to the next; none: it is always looked at.
    pub review_days: Option<f64>,
    /// Days from an order to its delivery, a curve in days.
    pub lead_time: CurveSpec,
    /// Days from delivery to expiry; none: vials keep.
    pub shelf_life_days: Option<Value>,
    /// What happens when a dose is not there.
    pub when_short: WhenShort,
    /// Days until a dose from another centre is there, tried where no emergency delivery comes sooner; none: no centre
    /// helps another.
    pub transfer_days: Option<Value>,
    /// Whether all centres draw on one store.
    pub pooled: bool,
    /// Days for which what is left in an opened vial may serve the next dose; none: it is thrown away.
    pub sharing_days: Option<Value>,
    /// What must be on site before an infusion.
    pub site_rule: Option<SiteRule>,
    /// Cost of an order.
    pub order_cost: Option<Value>,
    /// Cost of holding a vial for a year.
    pub holding_cost: Option<Value>,
}

impl Stock {
    fn visit_values(&self, visit: &mut dyn FnMut(&Value)) {
        self.lead_time.visit_values(visit);
        let times = [&self.shelf_life_days, &self.transfer_days, &self.sharing_days];
        let prices = [&self.order_cost, &self.holding_cost];
        times.into_iter().chain(prices).flatten().for_each(&mut *visit);
        if let WhenShort::Emergency { days, price } = &self.when_short {
            visit(days);
            price.iter().for_each(&mut *visit);
        }
        if let Some(rule) = &self.site_rule {
            visit(&rule.days);
            rule.further_within_days.iter().for_each(&mut *visit);
        }
    }
}

/// What happens when a dose is not there.
#[derive(Debug, Clone, PartialEq)]
pub enum WhenShort {
    /// It is delivered for the patient.
    Emergency {
        /// Days until it is there.
        days: Value,
        /// Price of the delivery, beside that of the vials.
        price: Option<Value>,
    },
    /// The patient waits for the next delivery that holds it.
    Wait,
    /// It is not given.
    Lost,
}

/// What must be on site before an infusion, for every patient within the days of risk after theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRule {
    /// Doses for each patient at risk.
    pub doses: u32,
    /// Days after the infusion in which a patient is at risk.
    pub days: Value,
    /// Days in which a further dose must be there: one that no emergency delivery brings in that time must be on site
    /// too.
    pub further_within_days: Option<Value>,
}

/// Others who draw on the same stock and intensive care.
#[derive(Debug, Clone, PartialEq)]
pub struct BackgroundUser {
    /// Name in files.
    pub id: String,
    /// How many come to each centre in a year, where the centre says nothing else.
    pub a_year: Value,
    /// Tocilizumab that each is given on that day, mg.
    pub tocilizumab_mg: Option<Value>,
    /// Days that each stays in intensive care, a curve in days.
    pub icu_days: Option<CurveSpec>,
}

/// What a centre has counted among its own patients of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Index of the product.
    pub product: usize,
    /// Patients infused.
    pub infused: u32,
    /// Of them with CRS.
    pub crs: Option<u32>,
    /// Given tocilizumab.
    pub tocilizumab: Option<u32>,
    /// In intensive care.
    pub icu: Option<u32>,
}

/// What a policy must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Share of doses that are there when they are needed, at least this.
    ServiceLevel(f64),
    /// Chance that some centre is short of a dose at least once in a year, at most this.
    StockoutChance(f64),
}
