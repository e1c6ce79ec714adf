//! Random costs and utilities.

use super::Maker;
use remisim::model::{
    Costs, LastMonths, PopulationUtility, Regimen, TimePiece, TocilizumabDose, Utilities, Value, Vials,
};
use remisim::outcome::State;
use remisim::quantity::Domain;

impl Maker {
    pub(super) fn costs(&mut self) -> Costs {
        Costs {
            state: self.by_state(0.7, Domain::Money, 10.0, 5000.0),
            since_entry: Default::default(),
            crs_grade12: self.maybe(0.7, Domain::Money, 10.0, 5000.0),
            crs_grade3: self.maybe(0.7, Domain::Money, 10.0, 50000.0),
            icu_day: self.maybe(0.7, Domain::Money, 10.0, 5000.0),
            tocilizumab_mg: if self.body { self.maybe(0.7, Domain::Money, 1.0, 10.0) } else { None },
            neurotoxicity_grade3: self.maybe(0.7, Domain::Money, 10.0, 5000.0),
            infection: self.maybe(0.7, Domain::Money, 10.0, 5000.0),
            transplant: self.maybe(0.7, Domain::Money, 10.0, 500_000.0),
            mrd_test: self.maybe(0.7, Domain::Money, 10.0, 500.0),
            death: self.maybe(0.7, Domain::Money, 10.0, 5000.0),
            last_months: Vec::new(),
        }
    }

    /// Pieces of an amount by time since a state was entered, for some states.
    fn since_entry(&mut self, amount: fn(&mut Self) -> Value) -> [Vec<TimePiece>; State::COUNT] {
        std::array::from_fn(|_| {
            let pieces = if self.chance(0.5) { 1 + self.dice.below(3) } else { 0 };
            let mut from = self.dice.pick(&[0.0, 0.0, 0.4]);
            let mut piece = || {
                let gap = self.dice.pick(&[1.0, 6.0, 12.5]);
                // In a draw a piece may overtake the next.
                let from_months = if from > 0.0 && self.chance(0.4) {
                    self.uncertain(Domain::Months, from, from + 1.8 * gap)
                } else {
                    Value::Constant(from)
                };
                from += gap;
                TimePiece { from_months, amount: amount(self) }
            };
            (0..pieces).map(|_| piece()).collect()
        })
    }

    fn last_months(&mut self) -> Vec<LastMonths> {
        let entry = |maker: &mut Self| LastMonths {
            months: maker.value(Domain::Months, 0.1, 12.0),
            per_month: maker.money(9000.0),
        };
        (0..self.dice.below(3)).map(|_| entry(self)).collect()
    }

    pub(super) fn tocilizumab(&mut self) -> TocilizumabDose {
        TocilizumabDose {
            mg_per_kg: self.value(Domain::Milligrams, 5.0, 10.0),
            light_mg_per_kg: self.value(Domain::Milligrams, 10.0, 15.0),
            light_kg: self.value(Domain::Kilograms, 20.0, 60.0),
            cap_mg: self.value(Domain::Milligrams, 300.0, 900.0),
            vials: Vials::default(),
        }
    }

    pub(super) fn utilities(&mut self) -> Utilities {
        Utilities {
            state: self.by_state(0.8, Domain::Utility, 0.2, 0.95),
            since_entry: Default::default(),
            population: self.chance(0.4).then(|| PopulationUtility {
                constant: self.dice.between(0.9, 0.97),
                male: self.dice.between(-0.02, 0.02),
                age: self.dice.pick(&[0.0, -0.0003, -0.001]),
                age_squared: self.dice.pick(&[0.0, -0.00002, -0.00004]),
            }),
            floor: None,
            crs_grade12: self.maybe(0.7, Domain::Qalys, 0.001, 0.1),
            crs_grade3: self.maybe(0.7, Domain::Qalys, 0.001, 0.1),
            neurotoxicity_grade3: self.maybe(0.7, Domain::Qalys, 0.001, 0.1),
            infection: self.maybe(0.7, Domain::Qalys, 0.001, 0.1),
            transplant: self.maybe(0.7, Domain::Qalys, 0.001, 0.1),
        }
    }

    /// Utilities by time since a state was entered.
    pub(super) fn utilities_by_time(&mut self) -> [Vec<TimePiece>; State::COUNT] {
        self.since_entry(|maker| maker.value(Domain::Utility, -0.2, 0.95))
    }

    /// Costs by time, of the scenario and of some regimens.
    pub(super) fn by_time(&mut self, costs: &mut Costs, regimens: &mut [Regimen]) {
        costs.since_entry = self.since_entry(|maker| maker.money(5000.0));
        costs.last_months = self.last_months();
        for regimen in regimens {
            if self.chance(0.3) {
                regimen.cost_since_entry = self.since_entry(|maker| maker.money(5000.0));
            }
        }
    }
}
