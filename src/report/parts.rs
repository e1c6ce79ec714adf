//! What a regimen does, step by step of a patient's life, and whether two models say the same of it.

use crate::model::{
    CurveSpec, Line, Model, Monitoring, ParameterSource, Regimen, Target, Timing, TransplantRule, Value,
};
use crate::program::Draw;
use crate::stream::Stream;

/// A model and its central values.
pub(super) struct Source<'a> {
    pub(super) model: &'a Model,
    central: Draw,
}

/// A step of a patient's life under a regimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// To the infusion of a cell therapy.
    Access,
    /// To remission.
    Response,
    /// MRD then.
    Mrd,
    /// Relapse and death in remission.
    Remission,
    /// Death after failure or relapse.
    Failure,
}

impl Part {
    pub(super) const ALL: [Self; 5] =
        [Self::Access, Self::Response, Self::Mrd, Self::Remission, Self::Failure];
}

/// What a step or a rule hangs on: its form, in words, and its numbers, each with whether it is a probability.
#[derive(Default)]
pub(super) struct Content {
    forms: Vec<String>,
    values: Vec<(Value, bool)>,
}

impl<'a> Source<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let mut certain = model.clone();
        certain.settings.uncertainty = false;
        // Central values are the same whatever the seed.
        Self { model, central: Draw::sample(&certain, &Stream::new(0), 0) }
    }

    /// The central value in the mean over the patients.
    fn mean(&self, value: &Value) -> f64 {
        let population = &self.model.population;
        let weighted = self.central.weights.iter().enumerate().map(|(cell, weight)| {
            weight * value.evaluate(&population.levels(cell), &self.central.parameters)
        });
        weighted.sum()
    }
}

/// Whether some steps are the same under two regimens. What the population's own mortality is multiplied by is left out, which
/// hardly moves survival in the months of a trial.
///
/// `until` is the month up to which they count.
pub(super) fn same_parts(
    own: (&Source<'_>, &Regimen),
    other: (&Source<'_>, &Regimen),
    (parts, until): (&[Part], f64),
) -> bool {
    let told = |(source, regimen): (&Source<'_>, &Regimen), part| Content::of(source, regimen, part, until);
    let alike = |part: &Part| same((own.0, &told(own, *part)), (other.0, &told(other, *part)));
    parts.iter().all(alike)
}

/// Whether two models say the same.
pub(super) fn same(own: (&Source<'_>, &Content), other: (&Source<'_>, &Content)) -> bool {
    let (one, two) = (own.1, other.1);
    let alike = |((one, probable), (two, _)): (&(Value, bool), &(Value, bool))| {
        same_value((own.0, one), (other.0, two), *probable)
    };
    one.forms == two.forms
        && one.values.len() == two.values.len()
        && one.values.iter().zip(&two.values).all(alike)
}

/// Whether two values are the same by name, or in the mean over the patients as near as a fit must come to its figure: a rate
/// that is spread over kinds of patients is still the rate.
fn same_value(
    (own, one): (&Source<'_>, &Value),
    (other, two): (&Source<'_>, &Value),
    probable: bool,
) -> bool {
    if same_name((own.model, one), (other.model, two)) {
        return true;
    }
    let (one, two) = (own.mean(one), other.mean(two));
    let apart = (one - two).abs();
    apart <= if probable { Target::POINTS } else { Target::SHARE * one.abs().max(two.abs()) }
}

fn same_name((own, one): (&Model, &Value), (other, two): (&Model, &Value)) -> bool {
    let all = |one: &[Value], two: &[Value]| {
        one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same_name((own, one), (other, two)))
    };
    match (one, two) {
        (Value::Parameter(one), Value::Parameter(two)) => {
            let (one, two) = (&own.parameters[*one], &other.parameters[*two]);
            one.name == two.name
                || matches!(one.source, ParameterSource::Single(_)) && one.source == two.source
        }
        (Value::Constant(one), Value::Constant(two)) => one == two,
        (Value::Product(one), Value::Product(two)) | (Value::Sum(one), Value::Sum(two)) => all(one, two),
        (Value::Complement(one), Value::Complement(two)) => same_name((own, one), (other, two)),
        (Value::Odds { probability: one, ratio: by }, Value::Odds { probability: two, ratio: by_two }) => {
            same_name((own, one), (other, two)) && same_name((own, by), (other, by_two))
        }
        (
            Value::ByLevel { attribute: at, levels: one },
            Value::ByLevel { attribute: at_two, levels: two },
        ) => {
            let name = |model: &Model, at: usize| model.population.attributes[at].name.clone();
            name(own, *at) == name(other, *at_two) && all(one, two)
        }
        _ => false,
    }
}

impl Content {
    /// One step under a regimen.
    fn of(source: &Source<'_>, regimen: &Regimen, part: Part, until: f64) -> Self {
        let mut own = Self::default();
        match part {
            Part::Access => {
                if let Some(access) = &regimen.access {
                    own.form("access");
                    own.optional([
                        &access.antigen_positive,
                        &access.contamination,
                        &access.manufacturing_failure,
                    ]);
                    own.probabilities([&access.waiting_death, &access.waiting_progression]);
                    own.amounts([&access.waiting_months]);
                }
            }
            Part::Response => {
                own.form(if regimen.starts_in_remission { "in remission" } else { "not in remission" });
                own.optional([&regimen.toxicity.early_death]);
                if let Some(response) = &regimen.response {
                    own.form("response");
                    own.optional([&response.pr]);
                    own.probabilities([&response.cr]);
                    own.amounts([&response.months]);
                }
            }
            Part::Mrd => own.optional([&regimen.mrd_negative]),
            Part::Remission => {
                if let Some(remission) = &regimen.remission {
                    own.curve((source, until), Some(&remission.relapse));
                    own.curve((source, until), remission.relapse_mrd_positive.as_ref());
                    own.curve((source, until), remission.non_relapse_death.as_ref());
                    own.curve((source, until), remission.non_relapse_death_mrd_positive.as_ref());
                    own.curve((source, until), remission.persistence.as_ref());
                    own.optional([&remission.antigen_modulation, &remission.negative_clone]);
                }
            }
            Part::Failure => {
                own.curve((source, until), Some(&regimen.failure.refractory));
                own.curve((source, until), Some(&regimen.failure.relapse));
            }
        }
        own
    }

    /// Whether the patients of a line are transplanted in remission: by what, of whom, how many and when; and what that does.
    pub(super) fn transplant(source: &Source<'_>, line: &Line, regimen: &Regimen) -> Self {
        let model = source.model;
        let rule = regimen.remission.as_ref().and_then(|own| own.transplant.as_ref());
        let mut own = Self::default();
        let Some(rule) = line.transplant.or(rule) else { return own };
        let TransplantRule { regimen, share, months, gap_months, after_persistence, only, lost_car_t_ratio } =
            rule;
        let by = &model.regimens[*regimen];
        own.form(by.id.as_str());
        own.form(if *after_persistence { "after cells are gone" } else { "whether cells are gone or not" });
        own.whom(model, only);
        own.probabilities([share]);
        own.amounts([gap_months]);
        own.curve((source, f64::INFINITY), Some(months));
        if let Some(ratio) = lost_car_t_ratio {
            own.amounts([ratio]);
        }
        if let Some(effect) = &by.transplant {
            own.amounts([&effect.relapse_ratio]);
            own.curve((source, f64::INFINITY), Some(&effect.death));
        }
        own
    }

    /// Whether MRD is tested in remission in a line.
    pub(super) fn monitoring(line: &Line, regimen: &Regimen) -> Self {
        let rule = regimen.remission.as_ref().and_then(|own| own.monitoring.as_ref());
        let mut own = Self::default();
        if let Some(Monitoring { every_months, lead_months, sensitivity }) = line.monitoring.or(rule) {
            own.form("tests");
            own.amounts([every_months, lead_months]);
            own.probabilities([sensitivity]);
        }
        own
    }

    /// After what, and who is given a line.
    pub(super) fn conditions(model: &Model, line: &Line) -> Self {
        let mut own = Self { forms: Vec::new(), values: vec![(line.able.clone(), true)] };
        let mut after = line.after.clone();
        after.sort_unstable();
        after.iter().for_each(|cause| own.form(cause.name()));
        own.whom(model, &line.only);
        own
    }

    fn form(&mut self, words: &str) {
        self.forms.push(words.to_owned());
    }

    /// Attribute levels by name.
    fn whom(&mut self, model: &Model, only: &[(usize, Vec<u8>)]) {
        for (index, levels) in only {
            let attribute = &model.population.attributes[*index];
            self.form(&attribute.name);
            levels.iter().for_each(|level| self.form(&attribute.levels[usize::from(*level)]));
        }
    }

    /// Probabilities of which each may be there or not.
    fn optional<const N: usize>(&mut self, values: [&Option<Value>; N]) {
        for value in values {
            self.form(if value.is_some() { "some" } else { "none" });
            self.probabilities(value.as_ref());
        }
    }

    fn probabilities<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        self.values.extend(values.into_iter().map(|value| (value.clone(), true)));
    }

    /// Months, ratios, rates.
    fn amounts<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        self.values.extend(values.into_iter().map(|value| (value.clone(), false)));
    }

    /// A curve, but for what holds in its tail from a month on.
    fn curve(&mut self, (source, until): (&Source<'_>, f64), curve: Option<&CurveSpec>) {
        let Some(curve) = curve else { return self.form("no curve") };
        let mut curve = curve.clone();
        // Its clock begins with the strategy or later.
        curve.tail.retain(|piece| source.mean(&piece.from_months) < until);
        let timing = match &curve.timing {
            Timing::Scale(_) => "scale".to_owned(),
            Timing::LogScale(_) => "log scale".to_owned(),
            Timing::Median(_) => "median".to_owned(),
            Timing::Point { .. } => "point".to_owned(),
            Timing::Pieces(pieces) => format!("{:?}", pieces.iter().map(|own| own.0).collect::<Vec<_>>()),
            Timing::Spline(spline) => format!("{spline:?}"),
            Timing::Table { table, interpolation, .. } => format!("{table:?} {interpolation:?}"),
        };
        self.form(&format!("{:?} {timing} {}", curve.shape, curve.mixture));
        curve.visit_values(&mut |value| self.amounts([value]));
    }
}
