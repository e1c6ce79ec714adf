//! What a trial's strategies show for given parameters, by the exact engine: the figures that targets are about.

use super::cox::log_hazard_ratio;
use crate::exact::{Forward, Prediction, Unsupported};
use crate::model::{CurveKind, Model, Published, Quantity, Target, Toxicity};
use crate::outcome::flag;
use crate::program::{Draw, Program};

/// Months after the last asked one that the engine still walks.
const MARGIN: f64 = 1.0;
/// Months by which remission or infusion, from which a curve may count, comes at the latest.
const ORIGIN: f64 = 12.0;
/// Months that shares of patients look at, where no curve looks further.
const SHARES: f64 = 24.0;
/// Times a month at which a curve is read for a hazard ratio.
const COX_STEPS: f64 = 2.0;

/// Flags of toxicity.
const TOXIC: u32 = flag::CRS_ANY
    | flag::CRS_GRADE3
    | flag::TOCILIZUMAB
    | flag::ICU
    | flag::NEUROTOXICITY_GRADE3
    | flag::INFECTION
    | flag::OTHER_GRADE3;

/// The model with the asked curves until a horizon, without what nobody asks for: prices, utilities, drugs, and
/// toxicity other than early death.
#[must_use]
pub fn bare(model: &Model, horizon_months: f64, asked: &Asked) -> Model {
    let mut bare = model.clone();
    bare.settings.horizon_months = horizon_months;
    bare.settings.curve_months = horizon_months.floor().max(1.0) as u32;
    bare.settings.curves.clone_from(&asked.curves);
    bare.costs = crate::model::Costs::default();
    bare.utilities = crate::model::Utilities::default();
    bare.tocilizumab = None;
    bare.population.body = None;
    for regimen in &mut bare.regimens {
        if asked.flags & TOXIC == 0 {
            let early_death = regimen.toxicity.early_death.take();
            regimen.toxicity = Toxicity { early_death, ..Toxicity::default() };
        }
        regimen.treatment.drugs.clear();
        (regimen.treatment.administration, regimen.treatment.discontinuation) = (None, None);
        regimen.cost_at_start = None;
        regimen.cost_per_month = Default::default();
        regimen.cost_since_entry = Default::default();
        regimen.utility = Default::default();
    }
    bare
}

/// Curves and shares that targets ask for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// Kinds of curves, in output order.
    pub curves: Vec<CurveKind>,
    /// Months, in order.
    pub times: Vec<f64>,
    /// Bits of [`crate::outcome::flag`].
    pub flags: u32,
}

impl Asked {
    /// What these targets ask for.
    #[must_use]
    pub fn of(targets: &[Target]) -> Self {
        let mut asked = Self::default();
        for target in targets {
            asked.quantity(target.quantity);
            if let Quantity::Median { curve } = target.quantity {
                let (low, high) = target.interval.unwrap_or((target.value, target.value));
                asked.curve(curve, [target.value, low, high]);
            }
        }
        asked
    }

    /// Adds what a quantity is read off; of a median the curve only.
    pub fn quantity(&mut self, quantity: Quantity) {
        match quantity {
            Quantity::Share { flag, among } => self.flags |= flag | among.unwrap_or(0),
            Quantity::Point { curve, months } => self.curve(curve, [months]),
            Quantity::Median { curve } => self.curve(curve, []),
            Quantity::HazardRatio { curve, months, .. } => {
                let steps = (months * COX_STEPS).ceil() as u32;
                self.curve(curve, (0..=steps).map(|step| cox_time(months, step)));
            }
        }
    }

    /// Adds a curve at some months.
    pub fn curve(&mut self, curve: CurveKind, times: impl IntoIterator<Item = f64>) {
        if !self.curves.contains(&curve) {
            self.curves.push(curve);
            self.curves.sort();
        }
        self.times.extend(times);
        self.times.sort_by(f64::total_cmp);
        self.times.dedup();
    }

    /// Months that the engine must walk.
    #[must_use]
    pub fn horizon(&self) -> f64 {
        let from_start = |kind: &CurveKind| matches!(kind, CurveKind::Os | CurveKind::Efs);
        let origin = if self.curves.iter().all(from_start) { MARGIN } else { ORIGIN };
        let curves = self.times.last().map_or(0.0, |last| last + origin);
        if self.flags == 0 { curves } else { curves.max(SHARES) }
    }
}

fn cox_time(months: f64, step: u32) -> f64 {
    (f64::from(step) / COX_STEPS).min(months)
}

/// The strategies of a trial, ready to be asked.
#[derive(Debug)]
pub struct Course<'a> {
    model: &'a Model,
    asked: &'a Asked,
    forward: Forward<'a>,
    /// Strategies that are asked.
    strategies: Vec<usize>,
}

/// What the asked strategies showed; nothing for the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<'a> {
    asked: &'a Asked,
    predictions: Vec<Option<Prediction>>,
    /// Whether probabilities that exclude each other add to more than one.
    missed: bool,
}

impl<'a> Course<'a> {
    /// The course of a [`bare`] model, compiled.
    #[must_use]
    pub fn new(
        (model, program): (&'a Model, &'a Program),
        asked: &'a Asked,
        strategies: Vec<usize>,
        bins_per_month: u32,
    ) -> Self {
        let forward = Forward::new(model, program, asked.times.clone(), asked.flags, bins_per_month);
        Self { model, asked, forward, strategies }
    }

    /// What the strategies show.
    ///
    /// Shapes: one value a parameter of the model.
    ///
    /// # Errors
    /// Where the program has something that the exact engine does not walk.
    pub fn show(&self, parameters: Vec<f64>) -> Result<Shown<'a>, Unsupported> {
        let draw = Draw::of(self.model, 0, parameters);
        let mut predictions = vec![None; self.model.strategies.len()];
        for strategy in &self.strategies {
            predictions[*strategy] = Some(self.forward.strategy(*strategy, &draw)?);
        }
        Ok(Shown { asked: self.asked, predictions, missed: !draw.missed.is_empty() })
    }
}

/// The strategies that targets look at, in order.
#[must_use]
pub fn strategies(targets: &[Target]) -> Vec<usize> {
    let mut all: Vec<usize> = targets.iter().map(|target| target.strategy).collect();
    all.extend(targets.iter().filter_map(|target| match target.quantity {
        Quantity::HazardRatio { against, .. } => Some(against),
        _ => None,
    }));
    all.sort_unstable();
    all.dedup();
    all
}

impl Shown<'_> {
    /// Whether something could not be held to, so that the parameters are none that the model can have.
    #[must_use]
    pub fn missed(&self) -> bool {
        self.missed || self.predictions.iter().flatten().any(|own| own.missed)
    }

    fn events(&self, strategy: usize, curve: CurveKind) -> Option<&[f64]> {
        let place = self.asked.curves.iter().position(|kind| *kind == curve)?;
        Some(&self.predictions.get(strategy)?.as_ref()?.events[place])
    }

    /// Probability at an asked month: event-free, or of a cumulative incidence the event.
    #[must_use]
    pub fn at(&self, strategy: usize, curve: CurveKind, months: f64) -> Option<f64> {
        let events = self.events(strategy, curve)?;
        let at = self.asked.times.binary_search_by(|time| time.total_cmp(&months)).ok()?;
        Some(if curve == CurveKind::Cir { events[at] } else { 1.0 - events[at] })
    }

    /// Months by which half had the event, straight between asked times; infinite where fewer had it.
    #[must_use]
    pub fn median(&self, strategy: usize, curve: CurveKind) -> Option<f64> {
        let (events, times) = (self.events(strategy, curve)?, &self.asked.times);
        let Some(after) = events.iter().position(|events| *events >= 0.5) else { return Some(f64::INFINITY) };
        let (from, before) = after.checked_sub(1).map_or((0.0, 0.0), |at| (times[at], events[at]));
        Some(from + (times[after] - from) * (0.5 - before) / (events[after] - before))
    }

    /// What a target is about, in its own unit: a probability, months or a ratio.
    #[must_use]
    pub fn figure(&self, target: &Target) -> Option<f64> {
        match target.quantity {
            Quantity::Point { curve, months } => self.at(target.strategy, curve, months),
            Quantity::Median { curve } => self.median(target.strategy, curve),
            Quantity::Share { flag, among } => {
                let flags = &self.predictions.get(target.strategy)?.as_ref()?.flags;
                let share = |bit: u32| flags[bit.trailing_zeros() as usize];
                let whole = among.map_or(1.0, share);
                Some(if whole > 0.0 { share(flag) / whole } else { 0.0 })
            }
            Quantity::HazardRatio { curve, against, months } => {
                let steps = (months * COX_STEPS).ceil() as u32;
                let survival = |strategy: usize| {
                    let at = |step: u32| self.at(strategy, curve, cox_time(months, step));
                    (0..=steps).map(at).collect::<Option<Vec<f64>>>()
                };
                let curves = [survival(target.strategy)?, survival(against)?];
                Some(crate::math::exp(log_hazard_ratio(&curves[0], &curves[1], target.for_each)?))
            }
        }
    }

    /// The probability that a target binds: of a median, of being event-free at the published month.
    #[must_use]
    pub fn probability(&self, target: &Target) -> Option<f64> {
        match (target.quantity, target.published) {
            (Quantity::Median { curve }, Published::Value) => self.at(target.strategy, curve, target.value),
            _ => self.figure(target),
        }
    }
}
