//! The numbers of a demand in one draw.

use super::arrival::Rate;
use super::life::Source;
use crate::distribution::Curve;
use crate::model::{
    BackgroundUser, Centre, CurveSpec, Demand, Model, Product, Stock, TocilizumabDose, Value, Volume,
    WhenShort,
};
use crate::program::{Draw, waiting_hazard};
use crate::quantity::DAYS_PER_MONTH;

/// The numbers of a demand in one draw.
#[derive(Debug)]
pub(super) struct Plan {
    /// When counting begins, and when everything ends, days.
    pub(super) counted_from: f64,
    pub(super) end: f64,
    /// Rates of arrival by centre and product; 0 a day where patients are scheduled.
    pub(super) rates: Vec<Vec<Rate>>,
    /// Hazard per day of being lost while an infusion is postponed, by product and cell.
    pub(super) lost_per_day: Vec<Vec<f64>>,
    pub(super) first_dose: Option<Curve>,
    pub(super) between_doses: Option<Curve>,
    pub(super) icu_after_onset: Option<Curve>,
    /// Stay on a ward, and share infused without a bed.
    pub(super) ward: Option<(Curve, f64)>,
    dose: Option<[f64; 4]>,
    pub(super) background: Vec<Background>,
    pub(super) store: Option<StoreNumbers>,
}

/// Others who draw on stock and intensive care.
#[derive(Debug)]
pub(super) struct Background {
    /// By centre.
    pub(super) rates: Vec<Rate>,
    pub(super) mg: f64,
    pub(super) icu: Option<Curve>,
}

/// The numbers of a store.
#[derive(Debug)]
pub(super) struct StoreNumbers {
    pub(super) lead_time: Curve,
    /// Days from delivery to expiry; infinite where vials keep.
    pub(super) shelf_life: f64,
    pub(super) short: Short,
    /// Days until a dose from another centre is there.
    pub(super) transfer: Option<f64>,
    /// Days for which an opened vial serves; 0 where none does.
    pub(super) sharing: f64,
    /// Doses on site for each patient at risk, and days of risk.
    pub(super) rule: Option<(u32, f64)>,
    /// Whether a further dose is among them, since none can be brought in time.
    pub(super) further_on_site: bool,
    /// Prices of a vial of each size, an order, an emergency delivery, and of holding a vial for a day.
    pub(super) vial_prices: Vec<f64>,
    pub(super) order_cost: f64,
    pub(super) emergency_price: f64,
    pub(super) holding_per_day: f64,
}

/// What happens when a dose is not there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Short {
    /// It is delivered after so many days.
    Emergency(f64),
    /// The patient waits for a delivery.
    Wait,
    /// It is not given.
    Lost,
}

/// Evaluates values where no cell matters: levels of the first.
struct Numbers<'a> {
    levels: Vec<u8>,
    parameters: &'a [f64],
}

impl Numbers<'_> {
    fn value(&self, value: &Value) -> f64 {
        value.evaluate(&self.levels, self.parameters)
    }

    fn or(&self, value: Option<&Value>, default: f64) -> f64 {
        value.map_or(default, |value| self.value(value))
    }

    fn curve(&self, spec: &CurveSpec) -> Curve {
        spec.evaluate(&self.levels, self.parameters)
    }

    /// Patients of a product in the country in a year.
    fn funnel(&self, product: &Product) -> f64 {
        let groups = product.funnel.iter().map(|group| {
            let cases = self.value(&group.persons) * self.value(&group.incidence_per_100000) / 100_000.0;
            group.shares.iter().fold(cases, |left, (_, share)| left * self.value(share))
        });
        groups.sum()
    }

    /// Patients of a product at a centre in a year.
    fn yearly(&self, product: &Product, centre: &Centre, at: usize) -> f64 {
        match &centre.volumes[at] {
            Volume::None | Volume::Scheduled => 0.0,
            Volume::Yearly(value) => self.value(value),
            Volume::Share(share) => self.value(share) * self.funnel(product),
        }
    }

    fn store(&self, demand: &Demand, stock: &Stock) -> StoreNumbers {
        let (short, emergency_price) = match &stock.when_short {
            WhenShort::Emergency { days, price } => {
                (Short::Emergency(self.value(days)), self.or(price.as_ref(), 0.0))
            }
            WhenShort::Wait => (Short::Wait, 0.0),
            WhenShort::Lost => (Short::Lost, 0.0),
        };
        let further = stock.site_rule.as_ref().and_then(|rule| rule.further_within_days.as_ref());
        let soonest = if let Short::Emergency(days) = short { days } else { f64::INFINITY };
        let further_on_site = further.is_some_and(|within| soonest > self.value(within));
        let rule = stock
            .site_rule
            .as_ref()
            .map(|rule| (rule.doses + u32::from(further_on_site), self.value(&rule.days)));
        StoreNumbers {
            lead_time: self.curve(&stock.lead_time),
            shelf_life: self.or(stock.shelf_life_days.as_ref(), f64::INFINITY),
            short,
            // What comes sooner is chosen.
            transfer: stock
                .transfer_days
                .as_ref()
                .map(|days| self.value(days))
                .filter(|days| *days <= soonest),
            sharing: self.or(stock.sharing_days.as_ref(), 0.0),
            rule,
            further_on_site,
            vial_prices: demand.vials.iter().map(|vial| self.or(vial.price.as_ref(), 0.0)).collect(),
            order_cost: self.or(stock.order_cost.as_ref(), 0.0),
            emergency_price,
            holding_per_day: self.or(stock.holding_cost.as_ref(), 0.0) / Demand::DAYS_A_YEAR,
        }
    }

    fn dose(&self, dose: &TocilizumabDose) -> [f64; 4] {
        [&dose.mg_per_kg, &dose.light_mg_per_kg, &dose.light_kg, &dose.cap_mg].map(|value| self.value(value))
    }
}

impl Plan {
    /// The numbers of a demand in a draw of its scenario; `draws` has that of each product's own scenario.
    pub(super) fn new(
        model: &Model,
        demand: &Demand,
        draw: &Draw,
        sources: &[Source],
        draws: &[Draw],
    ) -> Self {
        let numbers = Numbers { levels: model.population.levels(0), parameters: &draw.parameters };
        let counted_from = demand.warm_up_days;
        let even = |per_year: f64| Rate {
            per_day: per_year / Demand::DAYS_A_YEAR,
            season: [1.0; 12],
            growth: 1.0,
            counted_from,
        };
        let rate = |centre: &Centre, at: usize, product: &Product| Rate {
            season: product.season.unwrap_or([1.0; 12]),
            growth: numbers.or(product.growth.as_ref(), 1.0),
            ..even(numbers.yearly(product, centre, at))
        };
        let users = |centre: &Centre, at: usize, user: &BackgroundUser| {
            let own = centre.background.get(at).and_then(Option::as_ref);
            even(numbers.value(own.unwrap_or(&user.a_year)))
        };
        let by_product = |centre: &Centre| {
            demand.products.iter().enumerate().map(|(at, product)| rate(centre, at, product)).collect()
        };
        Self {
            counted_from,
            end: demand.days(),
            rates: demand.centres.iter().map(by_product).collect(),
            lost_per_day: sources
                .iter()
                .zip(draws)
                .map(|(source, draw)| lost_per_day(source, draw))
                .collect(),
            first_dose: demand.first_dose.as_ref().map(|spec| numbers.curve(spec)),
            between_doses: demand.between_doses.as_ref().map(|spec| numbers.curve(spec)),
            icu_after_onset: demand.icu_after_onset.as_ref().map(|spec| numbers.curve(spec)),
            ward: demand
                .ward
                .as_ref()
                .map(|ward| (numbers.curve(&ward.days), numbers.or(ward.outpatient.as_ref(), 0.0))),
            dose: model.tocilizumab.as_ref().map(|dose| numbers.dose(dose)),
            background: demand
                .background
                .iter()
                .enumerate()
                .map(|(at, user)| Background {
                    rates: demand.centres.iter().map(|centre| users(centre, at, user)).collect(),
                    mg: numbers.or(user.tocilizumab_mg.as_ref(), 0.0),
                    icu: user.icu_days.as_ref().map(|spec| numbers.curve(spec)),
                })
                .collect(),
            store: demand.stock.as_ref().map(|stock| numbers.store(demand, stock)),
        }
    }

    /// The dose of a patient of this weight, mg; 0 where doses are not told by weight.
    pub(super) fn dose_mg(&self, kg: f64) -> f64 {
        let Some([per_kg, light_per_kg, light, cap]) = self.dose else { return 0.0 };
        (kg * if kg < light { light_per_kg } else { per_kg }).min(cap)
    }
}

/// Death and progression per day while the first line is waited for, by cell.
fn lost_per_day(source: &Source, draw: &Draw) -> Vec<f64> {
    let first = source.model.strategies.first().and_then(|strategy| strategy.lines.first());
    let access = first.and_then(|line| source.model.regimens[line.regimen].access.as_ref());
    let per_day = |levels: &Vec<u8>| {
        let Some(access) = access else { return 0.0 };
        let [months, death, progression] =
            [&access.waiting_months, &access.waiting_death, &access.waiting_progression]
                .map(|value| value.evaluate(levels, &draw.parameters));
        let both = waiting_hazard(months, death, progression) + waiting_hazard(months, progression, death);
        both / DAYS_PER_MONTH
    };
    source.program.levels.iter().map(per_day).collect()
}
