//! Costs and effects at chosen values of the figures: all points share their patients' luck, so that they differ by the
//! figures alone.

use super::means::Means;
use super::{Method, Psa};
use crate::exact::{Stopped, means};
use crate::model::{Model, ParameterSource};
use crate::program::{Draw, Program};
use crate::simulate::{ByPatient, Observer, Worker, by_patient, by_patient_under};
use crate::stream::Stream;
use crate::summary::quantile;
use crate::tally::Measure;
use rayon::prelude::*;
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// Patients of each point.
const PATIENTS: u64 = 16_000;
/// Draws that show over which values a figure ranges.
const DRAWS: u32 = 2_000;

/// Values of all figures.
pub(super) type Point = Vec<f64>;

/// A model to be computed at chosen values of its figures.
pub struct Bench<'a> {
    pub(super) model: Model,
    pub(super) program: &'a Program,
    pub(super) method: Method,
    pub(super) observer: &'a dyn Observer,
    /// Central values of all figures, and what patients live through at them, once that is known.
    base: Point,
    central: OnceLock<Vec<ByPatient>>,
}

impl fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("base", &self.base).finish_non_exhaustive()
    }
}

impl<'a> Bench<'a> {
    /// A bench for a model with an economic evaluation.
    #[must_use]
    pub fn new(model: &Model, program: &'a Program, method: Method, observer: &'a dyn Observer) -> Self {
        let mut model = model.clone();
        model.settings.patients = PATIENTS;
        model.settings.curves.clear();
        let mut central = model.clone();
        central.settings.uncertainty = false;
        let base = Draw::sample(&central, &Stream::new(model.settings.seed), 0).parameters;
        Self { model, program, method, observer, base, central: OnceLock::new() }
    }

    /// The same with so many patients of each point.
    #[must_use]
    pub fn with_patients(mut self, patients: u64) -> Self {
        self.model.settings.patients = patients;
        self.central = OnceLock::new();
        self
    }

    /// Place and central value of a figure.
    pub(super) fn figure(&self, name: &str) -> Option<(usize, f64)> {
        let at = self.model.parameters.iter().position(|parameter| parameter.name == name)?;
        Some((at, self.base[at]))
    }

    /// Central values, some of them replaced, as far as their domains allow.
    pub(super) fn with(&self, changes: &[(usize, f64)]) -> Point {
        let mut values = self.base.clone();
        for (at, value) in changes {
            values[*at] = self.allowed(*at, *value);
        }
        values
    }

    /// The nearest value that a figure may have.
    pub(super) fn allowed(&self, at: usize, value: f64) -> f64 {
        self.model.parameters[at].domain.clamp(value)
    }

    /// Costs and effects at each of some points, which stand in the place of draws.
    ///
    /// # Errors
    /// Where the observer asks to stop, or the exact engine does not walk the program.
    pub(super) fn at(&self, points: Vec<Point>) -> Result<Psa, Stopped> {
        let sets: Vec<Vec<Point>> = points.into_iter().map(|point| vec![point]).collect();
        Psa::of_means(&self.model, self.beside(&[], &sets)?).ok_or(Stopped::Interrupted)
    }

    /// Means of each set of points, whose errors are known together: first of points that all sets share, then of a set's
    /// own; of each point cost 0, effect 0, cost 1, effect 1, ...
    ///
    /// # Errors
    /// As for [`Self::at`].
    pub(super) fn beside(&self, shared: &[Point], sets: &[Vec<Point>]) -> Result<Vec<Means>, Stopped> {
        match self.method {
            Method::Patients => {
                let central = self.central()?;
                let shared = self.lived(central, shared)?;
                let of = |set: &Vec<Point>| {
                    let own = self.lived(central, set)?;
                    Ok(Means::of_patients(shared.iter().chain(&own).map(AsRef::as_ref)))
                };
                sets.par_iter().map(of).collect()
            }
            Method::Exact { bins_per_month } => {
                let draws: Vec<Draw> =
                    shared.iter().chain(sets.iter().flatten()).map(|point| self.draw(point)).collect();
                let model = (&self.model, self.program);
                let found = means(model, bins_per_month, &draws, self.observer)?;
                let measures = Measure::of(self.program);
                let mut all = found.iter().map(|draw| Means::of_exact(draw, &measures).values);
                let shared: Vec<f64> = all.by_ref().take(shared.len()).flatten().collect();
                let of = |set: &Vec<Point>| Means {
                    values: shared.iter().copied().chain(all.by_ref().take(set.len()).flatten()).collect(),
                    covariances: Vec::new(),
                };
                Ok(sets.iter().map(of).collect())
            }
        }
    }

    /// One index for all points: the same luck.
    fn draw(&self, point: &Point) -> Draw {
        Draw::of(&self.model, 0, point.clone())
    }

    /// What patients live through at central values, by strategy.
    fn central(&self) -> Result<&[ByPatient], Stopped> {
        if let Some(known) = self.central.get() {
            return Ok(known);
        }
        let mut worker = Worker::new(&self.model, self.program);
        let patients = self.model.settings.patients;
        let found = by_patient(&mut worker, &self.draw(&self.base), patients, self.observer)?;
        Ok(self.central.get_or_init(|| found))
    }

    /// What they live through at points, by strategy. Most figures bear on some strategies alone: under the others each patient
    /// lives as at central values.
    fn lived<'b>(
        &self,
        central: &'b [ByPatient],
        points: &[Point],
    ) -> Result<Vec<Cow<'b, ByPatient>>, Stopped> {
        let mut worker = Worker::new(&self.model, self.program);
        let base = self.draw(&self.base);
        let mut all = Vec::new();
        for point in points {
            let draw = self.draw(point);
            let changed: Vec<bool> = worker.alike(&base, &draw).iter().map(|alike| !alike).collect();
            let patients = if changed.contains(&true) { self.model.settings.patients } else { 0 };
            let own = by_patient_under(&mut worker, &changed, &draw, patients, self.observer)?;
            let lives = own.into_iter().zip(central).zip(&changed);
            all.extend(lives.map(
                |((own, central), changed)| {
                    if *changed { Cow::Owned(own) } else { Cow::Borrowed(central) }
                },
            ));
        }
        Ok(all)
    }

    /// The given percentiles of every figure over draws, by figure; those that do not vary are left out.
    pub(super) fn ranges(&self, percentiles: &[f64]) -> Vec<(usize, Vec<f64>)> {
        let stream = Stream::new(self.model.settings.seed);
        let draws: Vec<Point> = (0..DRAWS)
            .into_par_iter()
            .map(|index| Draw::sample(&self.model, &stream, index).parameters)
            .collect();
        let range = |at: usize| {
            let mut values: Vec<f64> = draws.iter().map(|values| values[at]).collect();
            let varies = values.iter().any(|value| *value != values[0]);
            let found: Vec<f64> =
                percentiles.iter().filter_map(|percentile| quantile(&mut values, *percentile)).collect();
            varies.then_some((at, found))
        };
        // Those after them do nothing to costs and effects.
        let figures = self.model.economics.as_ref().map_or(self.base.len(), |own| own.figures);
        (0..figures).filter_map(range).collect()
    }

    /// Name of the fit that a figure is of.
    pub(super) fn fit(&self, at: usize) -> Option<String> {
        match self.model.parameters[at].source {
            ParameterSource::Posterior { fit, .. } => Some(self.model.posteriors[fit].name.clone()),
            ParameterSource::Single(_) | ParameterSource::Part { .. } => None,
        }
    }

    /// Name of a figure.
    pub(super) fn name(&self, at: usize) -> String {
        self.model.parameters[at].name.clone()
    }
}
