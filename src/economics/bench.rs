//! Simulation at chosen values of the figures: all points share their patients' luck, so that they differ by the
//! figures alone.

use super::Psa;
use crate::model::Model;
use crate::program::{Draw, Program};
use crate::simulate::{Interrupted, Observer, run_given};
use crate::stream::Stream;
use crate::summary::{Records, quantile};
use std::fmt;

/// Patients of each point.
const PATIENTS: u64 = 16_000;
/// Draws that show over which values a figure ranges.
const DRAWS: u32 = 2_000;

/// A model to be simulated at chosen values of its figures.
pub struct Bench<'a> {
    model: Model,
    program: &'a Program,
    observer: &'a dyn Observer,
    /// Central values of all figures.
    base: Vec<f64>,
}

impl fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("base", &self.base).finish_non_exhaustive()
    }
}

impl<'a> Bench<'a> {
    /// A bench for a model with an economic evaluation.
    #[must_use]
    pub fn new(model: &Model, program: &'a Program, observer: &'a dyn Observer) -> Self {
        let mut model = model.clone();
        model.settings.patients = PATIENTS;
        model.settings.curves.clear();
        let mut central = model.clone();
        central.settings.uncertainty = false;
        let base = Draw::sample(&central, &Stream::new(model.settings.seed), 0).parameters;
        Self { model, program, observer, base }
    }

    /// Place and central value of a figure.
    pub(super) fn figure(&self, name: &str) -> Option<(usize, f64)> {
        let at = self.model.parameters.iter().position(|parameter| parameter.name == name)?;
        Some((at, self.base[at]))
    }

    /// Central values, some of them replaced, as far as their domains allow.
    pub(super) fn with(&self, changes: &[(usize, f64)]) -> Vec<f64> {
        let mut values = self.base.clone();
        for (at, value) in changes {
            values[*at] = self.model.parameters[*at].domain.clamp(*value);
        }
        values
    }

    /// Costs and effects at each of some points, which stand in the place of draws.
    ///
    /// # Errors
    /// Where the observer asks to stop.
    pub(super) fn at(&self, points: Vec<Vec<f64>>) -> Result<Psa, Interrupted> {
        // One index for all: the same luck.
        let draws: Vec<Draw> = points.into_iter().map(|values| Draw::of(&self.model, 0, values)).collect();
        let results = run_given(&self.model, self.program, &draws, self.observer, &|| Records::new(0))?;
        Psa::of_records(&self.model, &results).ok_or(Interrupted)
    }

    /// The given percentiles of every figure over draws, by figure; those that do not vary are left out.
    pub(super) fn ranges(&self, percentiles: &[f64]) -> Vec<(usize, Vec<f64>)> {
        let stream = Stream::new(self.model.settings.seed);
        let draws: Vec<Vec<f64>> =
            (0..DRAWS).map(|index| Draw::sample(&self.model, &stream, index).parameters).collect();
        let range = |at: usize| {
            let mut values: Vec<f64> = draws.iter().map(|values| values[at]).collect();
            let varies = values.iter().any(|value| *value != values[0]);
            let found: Vec<f64> =
                percentiles.iter().filter_map(|percentile| quantile(&mut values, *percentile)).collect();
            varies.then_some((at, found))
        };
        (0..self.base.len()).filter_map(range).collect()
    }

    /// Name of a figure.
    pub(super) fn name(&self, at: usize) -> String {
        self.model.parameters[at].name.clone()
    }
}
