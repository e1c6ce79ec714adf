//! Random models that use every feature of the language, each fixed by its number.

mod money;
mod regimen;
mod text;

pub(crate) use text::text;

use remisim::distribution::ParameterDistribution;
use remisim::id::{ScenarioId, StrategyId};
use remisim::model::{
    AgeDistribution, Attribute, Body, Cause, Convention, Discount, EfsFailureAt, Growth, GrowthRow,
    LifeTable, Line, LineRule, Model, Parameter, ParameterSource, Population, Settings, Strategy, Trial,
    Value, Vials,
};
use remisim::outcome::State;
use remisim::quantity::Domain;
use std::sync::Arc;

/// The `SplitMix64` generator (Steele, Lea and Flood 2014): enough to choose test cases.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Three digits after the point, so that a printed scenario is the same one.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        ((low + self.unit() * (high - low)) * 1000.0).round() / 1000.0
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What is being built.
struct Maker {
    dice: Dice,
    attributes: Vec<Attribute>,
    parameters: Vec<Parameter>,
    body: bool,
}

impl Maker {
    fn chance(&mut self, probability: f64) -> bool {
        self.dice.chance(probability)
    }

    /// A value between two bounds: a constant, an uncertain one, one by level, or arithmetic that stays within.
    fn value(&mut self, domain: Domain, low: f64, high: f64) -> Value {
        match self.dice.below(10) {
            0 if !self.attributes.is_empty() => {
                let attribute = self.dice.below(self.attributes.len());
                let levels = self.attributes[attribute].levels.len();
                let levels = (0..levels).map(|_| Value::Constant(self.dice.between(low, high))).collect();
                Value::ByLevel { attribute, levels }
            }
            1 if high > low => self.uncertain(domain, low, high),
            2 if domain == Domain::Probability => {
                // Odds of at most the bound, and one minus one minus.
                let part = Value::Constant(self.dice.between(low, high));
                let ratio = Value::Constant(self.dice.between(0.5, 1.0));
                let odds = Value::Odds { probability: Box::new(part), ratio: Box::new(ratio) };
                Value::Complement(Box::new(Value::Complement(Box::new(odds))))
            }
            3 if domain != Domain::Probability && low > 0.0 => {
                let part = Value::Constant(self.dice.between(low, high));
                let share = Value::Constant(self.dice.between(0.5, 1.0));
                Value::Product(vec![part, share])
            }
            _ => Value::Constant(self.dice.between(low, high)),
        }
    }

    fn uncertain(&mut self, domain: Domain, low: f64, high: f64) -> Value {
        let name = format!("test:p{}", self.parameters.len());
        let source = ParameterDistribution::uniform(low, high).expect("a range");
        self.parameters.push(Parameter { name, domain, source: ParameterSource::Single(source) });
        Value::Parameter(self.parameters.len() - 1)
    }

    fn probability(&mut self, low: f64, high: f64) -> Value {
        self.value(Domain::Probability, low, high)
    }

    fn money(&mut self, high: f64) -> Value {
        self.value(Domain::Money, 1.0, high)
    }

    /// With some chance, a value.
    fn maybe(&mut self, chance: f64, domain: Domain, low: f64, high: f64) -> Option<Value> {
        self.chance(chance).then(|| self.value(domain, low, high))
    }

    fn by_state(
        &mut self,
        chance: f64,
        domain: Domain,
        low: f64,
        high: f64,
    ) -> [Option<Value>; State::COUNT] {
        std::array::from_fn(|_| self.maybe(chance, domain, low, high))
    }

    /// Levels that are let through, for some attributes.
    fn only(&mut self) -> Vec<(usize, Vec<u8>)> {
        let mut only = Vec::new();
        for index in 0..self.attributes.len() {
            if self.chance(0.3) {
                let levels = self.attributes[index].levels.len() as u8;
                let barred = self.dice.below(usize::from(levels)) as u8;
                only.push((index, (0..levels).filter(|level| *level != barred).collect()));
            }
        }
        only
    }

    fn population(&mut self) -> Population {
        let known: [(&str, &[&str]); 3] =
            [("burden", &["low", "high"]), ("form", &["nil", "ph", "kmt"]), ("sex", &["female", "male"])];
        let mut sex = None;
        for (name, levels) in known {
            if self.chance(0.5) {
                if name == "sex" {
                    sex = Some(self.attributes.len());
                }
                let weights = levels.iter().map(|_| self.value(Domain::Probability, 0.1, 1.0)).collect();
                let levels = levels.iter().map(|&level| level.to_owned()).collect();
                self.attributes.push(Attribute { name: name.to_owned(), levels, weights });
            }
        }
        let age = match self.dice.below(4) {
            0 => AgeDistribution::Fixed(10.0),
            1 => AgeDistribution::Uniform { low: 1.0, high: 25.0 },
            2 => AgeDistribution::Triangular { low: 2.0, mode: 30.0, high: 80.0 },
            _ => AgeDistribution::Fixed(70.0),
        };
        Population {
            label: "Test".to_owned(),
            group: "test".to_owned(),
            attributes: self.attributes.clone(),
            sex,
            age,
            body: self.body.then(body),
        }
    }

    fn settings(&mut self, seed: u64) -> Settings {
        let convention = self.dice.pick(&[Convention::Annual, Convention::Continuous, Convention::YearStart]);
        let rates = [0.0, 0.03, 0.035, 0.1];
        let horizon_months = self.dice.pick(&[1.0, 6.0, 24.0, 60.0, 120.0, 480.0, 1200.0]);
        Settings {
            patients: 1000,
            draws: 3,
            seed,
            horizon_months,
            uncertainty: self.chance(0.8),
            discount: Discount { costs: self.dice.pick(&rates), effects: self.dice.pick(&rates), convention },
            curves: Vec::new(),
            curve_months: (horizon_months as u32).min(120),
            efs_failure_at: self.dice.pick(&[EfsFailureAt::Assessment, EfsFailureAt::Start]),
            currency: "USD".to_owned(),
            price_year: 2023,
        }
    }

    fn line(&mut self, index: usize, regimens: usize) -> Line {
        let mut after = Vec::new();
        while index > 0 && after.is_empty() {
            for cause in Cause::ALL {
                // `relapse` in a file takes both kinds.
                let wanted =
                    self.chance(0.45) || (cause == Cause::AntigenLost && after.contains(&Cause::Relapse));
                if wanted {
                    after.push(cause);
                }
            }
        }
        let (mut able, mut only) = (Value::Constant(1.0), Vec::new());
        if index > 0 {
            if self.chance(0.6) {
                able = self.probability(0.2, 0.95);
            }
            if self.chance(0.4) {
                only = self.only();
            }
        }
        Line {
            regimen: self.dice.below(regimens),
            after,
            able,
            only,
            transplant: match self.dice.below(8) {
                0 | 1 => LineRule::Own(self.transplant_rule(regimens - 1)),
                2 => LineRule::Off,
                _ => LineRule::AsRegimen,
            },
            monitoring: match self.dice.below(8) {
                0 | 1 => LineRule::Own(self.monitoring()),
                2 => LineRule::Off,
                _ => LineRule::AsRegimen,
            },
        }
    }

    fn strategy(&mut self, index: usize, regimens: usize) -> Strategy {
        let lines = 1 + self.dice.below(4);
        Strategy {
            id: StrategyId::new(&format!("s{index}")).expect("a name"),
            label: format!("Strategy {index}"),
            lines: (0..lines).map(|line| self.line(line, regimens)).collect(),
        }
    }
}

/// The model with this number.
pub(crate) fn model(number: u64) -> Model {
    let mut maker = Maker {
        dice: Dice(number.wrapping_mul(0x1234_5678_9abc_def1)),
        attributes: Vec::new(),
        parameters: Vec::new(),
        body: false,
    };
    maker.body = maker.chance(0.6);
    let population = maker.population();
    let mut regimens: Vec<_> = (0..4).map(|index| maker.regimen(index, 3)).collect();
    let strategies = (0..=maker.dice.below(3)).map(|index| maker.strategy(index, 4)).collect();
    let settings = maker.settings(number + 1);
    let (mut costs, mut utilities) = (maker.costs(), maker.utilities());
    let mut tocilizumab = maker.body.then(|| maker.tocilizumab());
    let life_table = maker.chance(0.7).then(|| Arc::new(life_table()));
    if number % 3 == 2 {
        // Drawn apart, so that the rest of a model does not depend on it.
        maker.dice = Dice(!number);
        for regimen in &mut regimens {
            regimen.mortality_ratio = maker.by_state(0.5, Domain::Factor, 0.0, 6.0);
            if maker.chance(0.3) {
                let state = maker.dice.below(State::COUNT);
                regimen.mortality_ratio[state] = Some(Value::Constant(maker.dice.pick(&[0.0, 40.0])));
            }
        }
    }
    if number % 2 == 1 {
        // Likewise.
        maker.dice = Dice(number.rotate_left(32));
        maker.by_time(&mut costs, &mut regimens);
        let sizes: [&[f64]; 4] = [&[], &[100.0], &[80.0, 200.0, 400.0], &[300.0, 70.5]];
        let vials = Vials::new(maker.dice.pick(&sizes));
        tocilizumab.iter_mut().for_each(|dose| dose.vials = vials);
        utilities.floor = maker.maybe(0.6, Domain::Utility, -0.2, 0.6);
    }
    if number % 5 < 2 {
        // Likewise.
        maker.dice = Dice(!number.rotate_left(32));
        utilities.since_entry = maker.utilities_by_time();
    }
    Model {
        posteriors: Vec::new(),
        trial: Trial::default(),
        id: ScenarioId::new("generated").expect("a name"),
        title: format!("Generated {number}"),
        question: "Do both kernels agree?".to_owned(),
        settings,
        population,
        parameters: maker.parameters,
        dirichlets: Vec::new(),
        regimens,
        strategies,
        costs,
        utilities,
        tocilizumab,
        economics: None,
        demand: None,
        design: None,
        lesson: None,
        life_table,
        evidence: Vec::new(),
        assumptions: Vec::new(),
        warnings: Vec::new(),
        caveats: remisim::model::Caveats::default(),
        readings: Vec::new(),
    }
}

/// A made-up table: high in infancy, then rising.
fn life_table() -> LifeTable {
    let annual = |factor: f64| -> Vec<f64> {
        let at = |age: f64| if age < 1.0 { 0.006 } else { 0.0002 + 0.00004 * age * age };
        (0..100).map(|age| (factor * at(f64::from(age))).min(0.5)).collect()
    };
    LifeTable::new(&annual(0.8), &annual(1.2))
}

/// A made-up growth table, with different skewness at each age.
fn body() -> Body {
    let rows = |scale: f64| -> Vec<GrowthRow> {
        (0..=40_u32)
            .map(|half| {
                let age = f64::from(half) / 2.0;
                GrowthRow {
                    weight: [-0.9 + 0.02 * age, scale * (3.5 + 3.3 * age), 0.12 + 0.002 * age],
                    height: [1.1 - 0.01 * age, scale * (50.0 + 6.2 * age), 0.04],
                }
            })
            .collect()
    };
    let adult = |values: [f64; 4]| values.map(Value::Constant);
    Body {
        growth: Arc::new(Growth { female: rows(0.97), male: rows(1.0) }),
        adult_female: adult([77.0, 21.0, 161.0, 7.0]),
        adult_male: adult([90.0, 22.0, 175.0, 8.0]),
    }
}
