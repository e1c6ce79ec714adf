//! Curves and shares of one draw at asked times, and nothing else: what a calibration compares with published figures.

use super::cohort::Cohort;
use super::engine::{Cell, Engine};
use super::kernels::Kernels;
use super::lived::Lived;
use super::person::People;
use super::result::Unsupported;
use super::walk::Purpose;
use crate::model::Model;
use crate::outcome::flag;
use crate::program::{Draw, Program};

/// What one strategy gives in one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Share of patients with each flag.
    pub flags: [f64; flag::COUNT],
    /// Whether a share of transplants is beyond what relapse and death leave, so that all who can are transplanted.
    pub missed: bool,
    /// Of each curve of the settings, the share of those whom it is about with the event by each asked time.
    pub events: Vec<Vec<f64>>,
}

/// The exact engine asked for a few curves, shares and times.
#[derive(Debug)]
pub struct Forward<'a> {
    engine: Engine<'a>,
}

impl<'a> Forward<'a> {
    /// The engine for the curves of the model's settings at these months, in order, and these bits of [`flag`].
    ///
    /// The settings' horizon should lie beyond the last of the months. `bins` is the number of bins in a month.
    #[must_use]
    pub fn new(model: &'a Model, program: &'a Program, times: Vec<f64>, flags: u32, bins: u32) -> Self {
        Self { engine: Engine::reading(model, program, bins, times, flags) }
    }

    /// What one strategy gives in one draw.
    ///
    /// # Errors
    /// Where the program has something that the exact engine does not walk.
    pub fn strategy(&self, strategy: usize, draw: &Draw) -> Result<Prediction, Unsupported> {
        let engine = &self.engine;
        let lines = engine.model.strategies[strategy].lines.len();
        let mut sum = Lived::new(lines);
        let things = engine.things();
        let purpose = if engine.flags == 0 { Purpose::Curves(things) } else { Purpose::Outcomes(things) };
        let mut missed = false;
        let mut curves = vec![(0.0, vec![0.0; engine.times.len()]); engine.model.settings.curves.len()];
        for twins in engine.twins(strategy, draw) {
            let weight = twins.weights[0] + twins.weights[1];
            missed |= !twins.bound.missed_shares.is_empty();
            let program = &engine.program.cells[strategy][twins.cell];
            let bound = &twins.bound;
            let both = engine.together(twins.weights);
            let of_sex = |sex: usize| {
                let own = twins.weights[sex];
                engine.sexes[sex].iter().map(move |cohort| (own * cohort.share, cohort))
            };
            let cohorts: Vec<(f64, &Cohort)> = if let Some(both) = &both {
                vec![(weight, both)]
            } else {
                of_sex(0).chain(of_sex(1)).filter(|(weight, _)| *weight > 0.0).collect()
            };
            let people: Vec<(f64, People<'_>)> =
                cohorts.into_iter().map(|(weight, cohort)| (weight, People::new(cohort, None))).collect();
            let kernels = &Kernels::new(engine.grid, &engine.fourier);
            for (weight, people) in &people {
                let cell = Cell { engine, program, bound, people, kernels, lines };
                let lived = cell.walk(purpose).all()?;
                cell.add_curves(&lived, *weight, &mut curves)?;
                sum.flags.iter_mut().zip(&lived.flags).for_each(|(sum, own)| *sum += weight * own);
            }
        }
        let share = |(among, events): (f64, Vec<f64>)| {
            let of = |events: f64| if among > 0.0 { (events / among).clamp(0.0, 1.0) } else { 0.0 };
            events.into_iter().map(of).collect()
        };
        Ok(Prediction { flags: sum.flags, missed, events: curves.into_iter().map(share).collect() })
    }
}
