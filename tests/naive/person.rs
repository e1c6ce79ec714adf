//! Who the patient is: cell, age, body, and the month of background death.

use super::Luck;
use remisim::model::{Body, Dosing, GrowthRow, Model, Sex};
use remisim::program::Draw;
use remisim::stream::Event;
use statrs::distribution::{ContinuousCDF, Normal};

/// What is decided about a patient before any line.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) levels: Vec<u8>,
    /// Hazard that may pass before background death; infinite where it is switched off.
    pub(super) budget: f64,
    pub(super) sex: Sex,
    pub(super) age: f64,
    size: Option<Size>,
}

#[derive(Debug, Clone, Copy)]
struct Size {
    kilograms: f64,
    centimetres: f64,
}

impl Person {
    pub(super) fn meet(model: &Model, draw: &Draw, luck: &Luck) -> Self {
        let population = &model.population;
        let u = luck.uniform(Event::Cell, 0);
        let mut cell = 0;
        let mut sum = draw.weights[0];
        while sum <= u && cell + 1 < draw.weights.len() {
            cell += 1;
            sum += draw.weights[cell];
        }
        let levels = population.levels(cell);
        let sex = population.sex_of(&levels);
        let age = population.age.quantile(luck.uniform(Event::Age, 0));
        let background = model.life_table.is_some();
        let budget = if background { luck.budget(Event::Background, 0) } else { f64::INFINITY };
        let size = population.body.as_ref().map(|body| measure(body, draw, luck, sex, age, &levels));
        Self { levels, budget, sex, age, size }
    }

    /// Body weight; only asked where a population has bodies.
    pub(super) fn kilograms(&self) -> f64 {
        self.size.expect("body size is needed").kilograms
    }

    /// What a dose is multiplied by: 1, kg, or m2 by Mosteller's formula.
    pub(super) fn factor(&self, dosing: Dosing) -> f64 {
        match dosing {
            Dosing::Flat => 1.0,
            Dosing::Weight => self.kilograms(),
            Dosing::Surface => {
                let size = self.size.expect("body size is needed");
                (size.kilograms * size.centimetres / 3600.0).sqrt()
            }
        }
    }
}

fn measure(body: &Body, draw: &Draw, luck: &Luck, sex: Sex, age: f64, levels: &[u8]) -> Size {
    let normal = Normal::standard();
    let z_weight = normal.inverse_cdf(luck.uniform(Event::Weight, 0));
    let z_height = normal.inverse_cdf(luck.uniform(Event::Height, 0));
    let female = sex == Sex::Female;
    if age < 20.0 {
        let table: &[GrowthRow] = if female { &body.growth.female } else { &body.growth.male };
        let row = table[((2.0 * age).round() as usize).min(table.len() - 1)];
        Size { kilograms: lms(row.weight, z_weight), centimetres: lms(row.height, z_height) }
    } else {
        let adult = if female { &body.adult_female } else { &body.adult_male };
        let [kg, kg_sd, cm, cm_sd] = adult.each_ref().map(|value| value.evaluate(levels, &draw.parameters));
        Size {
            kilograms: kg + kg_sd * z_weight.clamp(-3.0, 3.0),
            centimetres: cm + cm_sd * z_height.clamp(-3.0, 3.0),
        }
    }
}

/// Cole's LMS: the measure at a place in the normal distribution.
fn lms([l, m, s]: [f64; 3], z: f64) -> f64 {
    m * (1.0 + l * s * z).max(0.01).powf(1.0 / l)
}
