//! Random regimens.

use super::Maker;
use remisim::distribution::{Interpolation, Spline, SplineScale, SurvivalTable};
use remisim::id::RegimenId;
use remisim::math::ln;
use remisim::model::{
    Access, Crs, CrsScale, CurveSpec, Dosing, Drug, Failure, Monitoring, Regimen, Remission, Response, Shape,
    TailPiece, Timing, Toxicity, TransplantEffect, TransplantRule, Treatment, Value,
};
use remisim::quantity::Domain;
use std::sync::Arc;

impl Maker {
    /// A curve with a median about the given one. Fixed times are whole, so that some events fall together.
    pub(super) fn curve(&mut self, median: f64) -> CurveSpec {
        let shape = self.dice.pick(&[
            Shape::Never,
            Shape::Fixed,
            Shape::Exponential,
            Shape::Exponential,
            Shape::Weibull,
            Shape::Weibull,
            Shape::WeibullPh,
            Shape::Gompertz,
            Shape::Gamma,
            Shape::GeneralisedGamma,
            Shape::LogNormal,
            Shape::LogLogistic,
            Shape::PiecewiseExponential,
            Shape::Spline,
            Shape::KaplanMeier,
        ]);
        let form = match shape {
            Shape::Gompertz => self.value(Domain::Real, -0.02, 0.05),
            _ => self.value(Domain::Ratio, 0.6, 2.0),
        };
        let q = match shape {
            Shape::GeneralisedGamma => self.value(Domain::Real, -0.9, 1.4),
            _ => Value::Constant(0.0),
        };
        let timing = match (shape, self.dice.below(3)) {
            (Shape::Fixed, _) => Timing::Scale(Value::Constant(median.ceil())),
            (Shape::PiecewiseExponential, _) => self.pieces(median),
            (Shape::Spline, _) => self.spline(median),
            (Shape::KaplanMeier, _) => self.table(median),
            (Shape::WeibullPh, 0) => Timing::Scale(self.value(Domain::Ratio, 0.3 / median, 0.9 / median)),
            (Shape::GeneralisedGamma, 0) => Timing::LogScale(self.log_scale(median)),
            (Shape::LogNormal, 0) if self.chance(0.5) => Timing::LogScale(self.log_scale(median)),
            (Shape::Exponential | Shape::Gompertz | Shape::Gamma, 0) => {
                Timing::Scale(self.value(Domain::PerMonth, 0.4 / median, 1.2 / median))
            }
            (_, 0) => Timing::Scale(self.value(Domain::Months, 0.5 * median, 2.0 * median)),
            (_, 1) => Timing::Median(self.value(Domain::Months, 0.5 * median, 2.0 * median)),
            _ => Timing::Point {
                months: Value::Constant(median),
                survival: self.value(Domain::Probability, 0.35, 0.8),
            },
        };
        let point = matches!(timing, Timing::Point { .. });
        let cured = self.chance(0.3);
        let mixture = !cured || self.chance(0.6);
        let (least, most) = (if point { 0.8 } else { 0.3 }, if mixture { 1.0 } else { 0.95 });
        // At a fixed time no one may be left who has been alive until then.
        let late = shape != Shape::Fixed && self.chance(0.15);
        CurveSpec {
            shape,
            form,
            q,
            timing,
            time_ratio: if self.chance(0.15) {
                self.value(Domain::Ratio, 0.5, 2.0)
            } else {
                Value::Constant(1.0)
            },
            share: if cured { self.value(Domain::Probability, least, most) } else { Value::Constant(1.0) },
            mixture,
            alive_at: Value::Constant(if late { median / 4.0 } else { 0.0 }),
            ratio: if self.chance(0.25) { self.value(Domain::Ratio, 0.5, 2.0) } else { Value::Constant(1.0) },
            delay: if self.chance(0.15) { Value::Constant(median / 8.0) } else { Value::Constant(0.0) },
            tail: Vec::new(),
        }
    }

    /// A logarithm of a time about the given one.
    fn log_scale(&mut self, median: f64) -> Value {
        self.value(Domain::Real, ln(0.5 * median), ln(2.0 * median))
    }

    fn pieces(&mut self, median: f64) -> Timing {
        let starts = [0.0, (0.5 * median).ceil(), (2.0 * median).ceil() + 1.0];
        let count = 2 + self.dice.below(2);
        let pieces = starts[..count].iter();
        Timing::Pieces(
            pieces.map(|start| (*start, self.value(Domain::PerMonth, 0.3 / median, 1.5 / median))).collect(),
        )
    }

    /// A spline of five knots: straight pieces of different slope, as it were.
    fn spline(&mut self, median: f64) -> Timing {
        let scale = self.dice.pick(&[SplineScale::Hazard, SplineScale::Odds, SplineScale::Normal]);
        let middle = self.dice.between(ln(median) - 0.3, ln(median) + 0.3);
        let knots = [-1.5, -0.4, 0.3, 1.0, 1.7].map(|step| middle + step);
        let slope = self.dice.between(0.7, 1.3);
        let more: [f64; 3] = std::array::from_fn(|_| self.dice.between(-0.02, 0.02));
        let gamma = [-slope * middle, slope, more[0], more[1], more[2]];
        Timing::Spline(Arc::new(Spline::new(scale, &gamma, &knots).expect("rises")))
    }

    fn table(&mut self, median: f64) -> Timing {
        let months =
            [0.25, 0.5, 1.0, 1.5, 4.0].map(|factor: f64| (factor * median * 4.0).round() / 4.0 + factor);
        let survival = [0.9, 0.8, self.dice.between(0.4, 0.6), 0.35, self.dice.between(0.0, 0.3)];
        let table = SurvivalTable::new(&months, &survival).expect("falls");
        let interpolation = self.dice.pick(&[Interpolation::Step, Interpolation::Linear]);
        let tail_rate = if self.chance(0.5) {
            Value::Constant(0.0)
        } else {
            self.value(Domain::PerMonth, 0.3 / median, 1.0 / median)
        };
        Timing::Table { table: Arc::new(table), interpolation, tail_rate }
    }

    /// A curve that always ends: for days.
    /// What a curve does late, most often what it did before.
    fn tail(&mut self, median: f64) -> Vec<TailPiece> {
        if !self.chance(0.15) {
            return Vec::new();
        }
        let pieces = 1 + self.dice.below(2);
        (0..pieces)
            .map(|piece| TailPiece {
                from_months: Value::Constant(((1 + 2 * piece) as f64 * median).ceil()),
                rate: match self.dice.below(3) {
                    0 => None,
                    1 => Some(Value::Constant(0.0)),
                    _ => Some(self.value(Domain::PerMonth, 0.3 / median, 1.5 / median)),
                },
            })
            .collect()
    }

    fn days(&mut self, median: f64) -> CurveSpec {
        let (form, share) = (self.value(Domain::Ratio, 0.3, 1.2), Value::Constant(1.0));
        let timing = Timing::Median(self.value(Domain::Months, 0.5 * median, 2.0 * median));
        CurveSpec { shape: Shape::LogNormal, form, timing, share, mixture: true, ..self.curve(median) }
    }

    fn maybe_curve(&mut self, chance: f64, median: f64) -> Option<CurveSpec> {
        self.chance(chance).then(|| self.curve(median))
    }

    fn access(&mut self) -> Access {
        let mut risk = |chance, low, high| self.maybe(chance, Domain::Probability, low, high);
        let antigen_positive = risk(0.5, 0.8, 1.0);
        let contamination = risk(0.5, 0.0, 0.05);
        let manufacturing_failure = risk(0.5, 0.0, 0.2);
        let mut share = || if self.chance(0.2) { Value::Constant(0.0) } else { self.probability(0.02, 0.3) };
        let (waiting_death, waiting_progression) = (share(), share());
        let waiting_months = self.value(Domain::Months, 0.5, 3.0);
        Access {
            antigen_positive,
            contamination,
            manufacturing_failure,
            waiting_months,
            waiting_death,
            waiting_progression,
        }
    }

    fn drug(&mut self, index: usize) -> Drug {
        let dosing = if self.body {
            self.dice.pick(&[Dosing::Flat, Dosing::Weight, Dosing::Surface])
        } else {
            Dosing::Flat
        };
        let first = self.dice.pick(&[1, 1, 2]);
        Drug {
            name: format!("drug{index}"),
            dosing,
            dose: self.value(Domain::Milligrams, 1.0, 20.0),
            cap: if self.chance(0.4) {
                self.value(Domain::Milligrams, 15.0, 100.0)
            } else {
                Value::Constant(f64::INFINITY)
            },
            vial: self.value(Domain::Milligrams, 2.0, 25.0),
            price: self.money(2000.0),
            doses: self.value(Domain::Count, 1.0, 8.0),
            cycles: (first, (first + self.dice.pick(&[0, 1, 59])).min(60)),
        }
    }

    fn treatment(&mut self) -> Treatment {
        let drugs = self.dice.below(3);
        Treatment {
            cycle_months: Value::Constant(self.dice.pick(&[0.5, 1.0, 1.4, 2.0])),
            max_cycles: self.dice.pick(&[0, 1, 3, 6, 60]),
            in_remission: self.chance(0.6),
            drugs: (0..drugs).map(|index| self.drug(index)).collect(),
            administration: self.maybe(0.6, Domain::Money, 10.0, 900.0),
            discontinuation: self.maybe(0.4, Domain::Probability, 0.05, 0.5),
        }
    }

    /// Shares of any grade and of grade 3; seldom so uncertain that a draw may turn them round.
    fn grades(&mut self) -> (Value, Value) {
        if self.chance(0.1) {
            return (Value::Constant(0.6), self.uncertain(Domain::Probability, 0.2, 0.95));
        }
        (self.probability(0.6, 0.95), self.probability(0.05, 0.4))
    }

    fn crs(&mut self) -> Crs {
        let (any, grade3) = self.grades();
        let mut crs = Crs {
            scale: self.dice.pick(&[CrsScale::Penn, CrsScale::Lee, CrsScale::Ctcae, CrsScale::Astct]),
            any,
            grade3,
            onset_days: self.chance(0.6).then(|| self.days(3.0)),
            duration_days: self.chance(0.6).then(|| self.days(8.0)),
            tocilizumab: self.maybe(0.6, Domain::Probability, 0.1, 0.9),
            tocilizumab_grade3: None,
            doses: self.chance(0.6).then(|| [0.5, 0.25, 0.125, 0.125].map(Value::Constant)),
            icu: self.maybe(0.6, Domain::Probability, 0.1, 0.9),
            icu_grade3: None,
            icu_days: self.chance(0.6).then(|| self.days(5.0)),
        };
        // By grade in some, without another throw of the dice.
        let other = |value: &Value| Value::Complement(Box::new(value.clone()));
        crs.tocilizumab_grade3 = crs.tocilizumab.as_ref().filter(|_| crs.doses.is_some()).map(other);
        crs.icu_grade3 = crs.icu.as_ref().filter(|_| crs.onset_days.is_some()).map(other);
        crs
    }

    fn toxicity(&mut self) -> Toxicity {
        Toxicity {
            crs: self.chance(0.6).then(|| self.crs()),
            neurotoxicity: self.chance(0.5).then(|| self.grades()),
            infection: self.maybe(0.5, Domain::Probability, 0.05, 0.5),
            other_grade3: self.maybe(0.5, Domain::Probability, 0.05, 0.5),
            early_death: self.maybe(0.6, Domain::Probability, 0.02, 0.15),
        }
    }

    pub(super) fn monitoring(&mut self) -> Monitoring {
        Monitoring {
            every_months: Value::Constant(self.dice.pick(&[0.5, 1.0, 3.0])),
            lead_months: self.value(Domain::Months, 0.0, 8.0),
            sensitivity: self.dice.pick(&[0.3, 0.7, 1.0]).into_value(),
        }
    }

    pub(super) fn transplant_rule(&mut self, regimen: usize) -> TransplantRule {
        TransplantRule {
            regimen,
            share: self.probability(0.05, 0.9),
            months: self.curve(4.0),
            gap_months: self.dice.pick(&[0.0, 1.0, 3.0]).into_value(),
            after_persistence: self.chance(0.4),
            only: if self.chance(0.4) { self.only() } else { Vec::new() },
            lost_car_t_ratio: self.maybe(0.4, Domain::Ratio, 1.2, 3.0),
        }
    }

    fn remission(&mut self) -> Remission {
        Remission {
            relapse: self.curve(14.0),
            relapse_mrd_positive: self.maybe_curve(0.5, 6.0),
            non_relapse_death: self.maybe_curve(0.5, 80.0),
            non_relapse_death_mrd_positive: self.maybe_curve(0.3, 50.0),
            antigen_modulation: self.maybe(0.5, Domain::Probability, 0.05, 0.4),
            negative_clone: self.maybe(0.5, Domain::Probability, 0.05, 0.4),
            transplant: self.chance(0.5).then(|| self.transplant_rule(3)),
            monitoring: self.chance(0.4).then(|| self.monitoring()),
            persistence: self.maybe_curve(0.5, 7.0),
        }
    }

    /// Regimen `index`; the one numbered `transplant` is what transplant rules name.
    pub(super) fn regimen(&mut self, index: usize, transplant: usize) -> Regimen {
        let kind = self.dice.below(8);
        let (starts_in_remission, history) = (kind == 0, kind == 1);
        let response = (!starts_in_remission && !history).then(|| Response {
            cr: self.probability(0.4, 0.7),
            pr: self.maybe(0.5, Domain::Probability, 0.02, 0.15),
            months: self.dice.pick(&[1.0, 2.0, 2.8]).into_value(),
        });
        let mut remission = (!history || self.chance(0.5)).then(|| self.remission());
        let mut failure = Failure { refractory: self.curve(5.0), relapse: self.curve(9.0) };
        if let Some(remission) = &mut remission {
            let tail = self.tail(14.0);
            [Some(&mut remission.relapse), remission.relapse_mrd_positive.as_mut()]
                .into_iter()
                .flatten()
                .for_each(|curve| curve.tail.clone_from(&tail));
            // One key for both: where only one of them is there, its tail has no key of its own.
            if remission.non_relapse_death.is_some() {
                let tail = self.tail(80.0);
                [remission.non_relapse_death.as_mut(), remission.non_relapse_death_mrd_positive.as_mut()]
                    .into_iter()
                    .flatten()
                    .for_each(|curve| curve.tail.clone_from(&tail));
            }
        }
        failure.refractory.tail = self.tail(5.0);
        failure.relapse.tail = self.tail(9.0);
        let sets = if self.chance(0.3) && !self.attributes.is_empty() {
            let attribute = self.dice.below(self.attributes.len());
            vec![(attribute, self.dice.below(self.attributes[attribute].levels.len()) as u8)]
        } else {
            Vec::new()
        };
        Regimen {
            calibrated: None,
            extends: Vec::new(),
            id: RegimenId::new(&format!("r{index}")).expect("a name"),
            label: format!("Regimen {index}"),
            group: "test".to_owned(),
            antigen: self.chance(0.7).then(|| self.dice.pick(&["cd19", "cd22"]).to_owned()),
            starts_in_remission,
            access: self.chance(0.4).then(|| self.access()),
            treatment: self.treatment(),
            toxicity: self.toxicity(),
            response,
            mrd_negative: self.maybe(0.6, Domain::Probability, 0.3, 0.95),
            remission,
            failure,
            transplant: (index == transplant)
                .then(|| TransplantEffect { relapse_ratio: self.relapse_ratio(), death: self.curve(60.0) }),
            sets,
            cost_at_start: self.maybe(0.5, Domain::Money, 1000.0, 400_000.0),
            cost_per_month: self.by_state(0.2, Domain::Money, 10.0, 900.0),
            cost_since_entry: Default::default(),
            utility: self.by_state(0.2, Domain::Utility, 0.2, 0.9),
            mortality_ratio: Default::default(),
        }
    }

    fn relapse_ratio(&mut self) -> Value {
        if self.chance(0.3) { Value::Constant(1.0) } else { self.value(Domain::Ratio, 0.2, 1.5) }
    }
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Constant(self)
    }
}

/// Name of a family in files.
pub(super) fn family(shape: Shape) -> &'static str {
    match shape {
        Shape::Never => "never",
        Shape::Fixed => "fixed",
        Shape::Exponential => "exponential",
        Shape::Weibull => "weibull",
        Shape::WeibullPh => "weibull_ph",
        Shape::Gompertz => "gompertz",
        Shape::Gamma => "gamma",
        Shape::GeneralisedGamma => "generalised_gamma",
        Shape::PiecewiseExponential => "piecewise_exponential",
        Shape::Spline => "spline",
        Shape::KaplanMeier => "kaplan_meier",
        Shape::LogNormal => "log_normal",
        Shape::LogLogistic => "log_logistic",
    }
}

/// Key of the family's own scale.
pub(super) fn curve_placement(shape: Shape) -> &'static str {
    match shape {
        Shape::Exponential | Shape::Gompertz | Shape::Gamma => "rate",
        Shape::Fixed => "months",
        _ => "scale",
    }
}
