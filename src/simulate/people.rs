//! Who the patients of a batch are: the same under every strategy.

use crate::math::vector::{neg_ln_all, normal_quantile_all};
use crate::model::{AgeDistribution, Body, Model, Sex};
use crate::program::{Draw, Program};
use crate::stream::{Event, Stream};

/// Patients of a batch, by place in it.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Places of the patients of each cell.
    pub(super) by_cell: Vec<Vec<u32>>,
    /// Month of background death; infinite without a life table.
    pub(super) background: Vec<f64>,
    /// Cumulative hazard of the life table, from birth, at that death.
    pub(super) background_hazard: Vec<f64>,
    /// Age in years at the start.
    pub(super) ages: Vec<f64>,
    /// Body weight in kg; empty where nothing depends on it.
    pub(super) weight_kg: Vec<f64>,
    /// Body surface in m2; empty where nothing depends on it.
    pub(super) surface_m2: Vec<f64>,
    places: Vec<u32>,
    luck: Vec<f64>,
    cells: Vec<usize>,
}

impl People {
    /// Cell of a patient, by place in the batch.
    pub(super) fn cell(&self, patient: usize) -> usize {
        self.cells[patient]
    }

    /// Ages of some patients, by place in the batch.
    pub(super) fn gather_ages(&self, patients: &[u32], to: &mut [f64]) {
        for (to, patient) in to.iter_mut().zip(patients) {
            *to = self.ages[*patient as usize];
        }
    }

    /// Draws the patients `first` to `first + patients` of a draw.
    pub(super) fn fill(
        &mut self,
        model: &Model,
        program: &Program,
        stream: Stream,
        draw: &Draw,
        first: u64,
        patients: usize,
    ) {
        self.places.clear();
        self.places.extend(0..patients as u32);
        self.luck.resize(patients, 0.0);
        self.fill_cells(stream, draw, first, patients);
        let population = &model.population;
        self.ages.resize(patients, 0.0);
        match population.age {
            AgeDistribution::Fixed(age) => self.ages.fill(age),
            age => {
                self.fill_luck(stream, draw, first, Event::Age);
                for (to, luck) in self.ages.iter_mut().zip(&self.luck) {
                    *to = age.quantile(*luck);
                }
            }
        }
        self.background.resize(patients, f64::INFINITY);
        self.background_hazard.resize(patients, f64::INFINITY);
        if let Some(table) = &model.life_table {
            self.fill_luck(stream, draw, first, Event::Background);
            neg_ln_all(&mut self.luck);
            for place in 0..patients {
                let sex = population.sex_of(&program.levels[self.cells[place]]);
                let age = self.ages[place];
                let budget = table.cumulative_hazard(sex, age) + self.luck[place];
                self.background_hazard[place] = budget;
                self.background[place] = (table.age_at(sex, budget) - age) * 12.0;
            }
        }
        if let Some(body) = population.body.as_ref().filter(|_| program.needs_weight) {
            self.fill_bodies(model, program, stream, draw, first, body);
        }
    }

    /// Body weight and height of adults of each sex in a draw, as [`Body::adult`] gives them; `None` where none is needed.
    pub(super) fn adults(model: &Model, program: &Program, draw: &Draw) -> Option<[[f64; 4]; 2]> {
        let body = model.population.body.as_ref().filter(|_| program.needs_weight);
        body.map(|body| Self::adults_of(body, program, draw))
    }

    fn adults_of(body: &Body, program: &Program, draw: &Draw) -> [[f64; 4]; 2] {
        [Sex::Female, Sex::Male].map(|sex| body.adult(sex, &program.levels[0], &draw.parameters))
    }

    fn fill_luck(&mut self, stream: Stream, draw: &Draw, first: u64, event: Event) {
        stream.uniforms(draw.index, first, &self.places, event, 0, &mut self.luck);
    }

    fn fill_cells(&mut self, stream: Stream, draw: &Draw, first: u64, patients: usize) {
        self.by_cell.resize_with(draw.weights.len(), Vec::new);
        self.by_cell.iter_mut().for_each(Vec::clear);
        self.cells.clear();
        self.cells.resize(patients, 0);
        if draw.weights.len() == 1 {
            self.by_cell[0].extend_from_slice(&self.places);
            return;
        }
        self.fill_luck(stream, draw, first, Event::Cell);
        for (place, luck) in self.luck.iter().enumerate() {
            let cell = cell_of(&draw.weights, *luck);
            self.cells[place] = cell;
            self.by_cell[cell].push(place as u32);
        }
    }

    fn fill_bodies(
        &mut self,
        model: &Model,
        program: &Program,
        stream: Stream,
        draw: &Draw,
        first: u64,
        body: &Body,
    ) {
        let patients = self.places.len();
        self.weight_kg.resize(patients, 0.0);
        self.surface_m2.resize(patients, 0.0);
        let adults = Self::adults_of(body, program, draw);
        let columns = [(Event::Weight, 0), (Event::Height, 1)];
        for (event, column) in columns.into_iter().take(1 + usize::from(program.needs_surface)) {
            self.fill_luck(stream, draw, first, event);
            normal_quantile_all(&mut self.luck);
            for place in 0..patients {
                let sex = model.population.sex_of(&program.levels[self.cells[place]]);
                let z = self.luck[place];
                let adult = &adults[usize::from(sex == Sex::Male)];
                let size = body.size(sex, self.ages[place], column == 0, adult).at(z);
                if column == 0 {
                    self.weight_kg[place] = size;
                } else {
                    // Mosteller 1987, doi:10.1056/NEJM198710223171717.
                    self.surface_m2[place] = (self.weight_kg[place] * size / 3600.0).sqrt();
                }
            }
        }
    }
}

/// The cell of a patient with this luck: the first whose cumulated weight exceeds it.
fn cell_of(weights: &[f64], luck: f64) -> usize {
    let mut below = 0.0;
    for (cell, weight) in weights.iter().enumerate() {
        below += weight;
        if luck < below {
            return cell;
        }
    }
    // Rounding left the sum a hair below one: the last cell that has any weight.
    weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0)
}
