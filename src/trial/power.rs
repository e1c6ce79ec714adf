//! How results scatter over trials, and how often they mislead.

use super::result::{Experiment, Finding, SizeResults, TrialResults};
use crate::math::{Z_95, wilson};
use crate::summary::quantile;
use std::cmp::Ordering;

/// A quantity over the trials in which it is defined.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Mean.
    pub mean: Option<f64>,
    /// Its standard error: what more trials would remove.
    pub mc_se: Option<f64>,
    /// 95 % interval of the mean, of a share of trials Wilson's: what more trials would narrow.
    pub mc_95: Option<(f64, f64)>,
    /// Between which values 95 of 100 trials lie, and the median; not told of shares of trials.
    pub percentiles: Option<[f64; 3]>,
}

/// An outcome of all trials of one size in one experiment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerRow {
    /// Name in `trial_power.csv`.
    pub outcome: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Over trials.
    pub spread: Spread,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        let mut own = Self::of_mean(&values);
        let mut at = |p: f64| quantile(&mut values, p);
        own.percentiles =
            at(0.025).zip(at(0.5)).zip(at(0.975)).map(|((low, middle), high)| [low, middle, high]);
        own
    }

    fn of_mean(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = (n > 0.0).then(|| values.iter().sum::<f64>() / n);
        let mc_se = mean.filter(|_| n > 1.0).map(|mean| {
            let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
            (squares / (n - 1.0) / n).sqrt()
        });
        Self { mean, mc_se, ..Self::default() }.with_interval()
    }

    fn with_interval(self) -> Self {
        let mc_95 = self.mean.zip(self.mc_se).map(|(mean, se)| (mean - Z_95 * se, mean + Z_95 * se));
        Self { mc_95, ..self }
    }

    /// Of how many trials something holds, among those of which it can be said.
    fn of_share(holds: impl Iterator<Item = Option<bool>>) -> Self {
        let values: Vec<f64> = holds.flatten().map(|holds| f64::from(u8::from(holds))).collect();
        let own = Self::of_mean(&values);
        Self { mc_95: own.mean.map(|share| wilson(share, values.len() as f64)), ..own }
    }
}

/// On which side of a middle a value is, as seen from the side of the truth: `Greater` the same, `Less` the other, `Equal`
/// neither; cannot be said where the truth is the middle.
fn side(found: f64, truth: f64, middle: f64) -> Option<Ordering> {
    let of = |value: f64| value.partial_cmp(&middle);
    let (found, truth) = (of(found)?, of(truth).filter(|truth| truth.is_ne())?);
    Some(if truth.is_lt() { found.reverse() } else { found })
}

impl TrialResults {
    /// All outcomes of a size in an experiment, in the order of `trial_power.csv`.
    #[must_use]
    pub fn power(&self, size: &SizeResults, experiment: Experiment) -> Vec<PowerRow> {
        let findings = &size.findings[experiment as usize];
        let real = experiment == Experiment::AsModelled;
        let truth = |trial: usize| real.then(|| self.reference(trial));
        let each =
            |value: fn(&Finding) -> Option<f64>| Spread::of(findings.iter().filter_map(value).collect());
        let share = |holds: &dyn Fn(usize, &Finding) -> Option<bool>| {
            Spread::of_share(findings.iter().enumerate().map(|(trial, found)| holds(trial, found)))
        };
        let ratio = |found: &Finding| found.hazard_ratio.map(|own| own.ratio);
        let response_side = |trial: usize, found: &Finding| {
            side(found.response_difference(), truth(trial)?.response_difference(), 0.0)
        };
        let row = |outcome, unit, spread| PowerRow { outcome, unit, spread };
        vec![
            row("response_control", "probability", each(|found| Some(found.response[0]))),
            row("response", "probability", each(|found| Some(found.response[1]))),
            row("response_difference", "probability", each(|found| Some(found.response_difference()))),
            row("hazard_ratio", "ratio", each(|found| found.hazard_ratio.map(|own| own.ratio))),
            row(
                "logrank_rejects",
                "probability",
                share(&|_, found| Some(found.log_rank_p.is_some_and(|p| p < self.alpha))),
            ),
            row("response_rejects", "probability", share(&|_, found| Some(found.response_p < self.alpha))),
            row(
                "wrong_direction",
                "probability",
                share(&|trial, found| Some(side(ratio(found)?, ratio(truth(trial)?)?, 1.0)?.is_lt())),
            ),
            row(
                "response_wrong_direction",
                "probability",
                share(&|trial, found| Some(response_side(trial, found)?.is_lt())),
            ),
            row(
                "interval_holds",
                "probability",
                share(&|trial, found| {
                    let own = found.hazard_ratio?;
                    let truth = if real { ratio(self.reference(trial))? } else { 1.0 };
                    Some((own.lower_95..=own.upper_95).contains(&truth))
                }),
            ),
            row("reference_hazard_ratio", "ratio", self.reference_ratio(experiment)),
            row(
                "response_right_direction",
                "probability",
                share(&|trial, found| Some(response_side(trial, found)?.is_gt())),
            ),
            row("response_tied", "probability", share(&|_, found| Some(found.response_difference() == 0.0))),
        ]
    }

    /// What the hazard ratios of trials scatter about, over draws; its error is that of the references.
    fn reference_ratio(&self, experiment: Experiment) -> Spread {
        if experiment == Experiment::NoDifference {
            return Spread { mean: Some(1.0), ..Spread::default() };
        }
        let ratios: Vec<f64> =
            self.references.iter().filter_map(|own| Some(own.hazard_ratio?.ratio)).collect();
        let errors =
            self.references.iter().filter_map(|own| Some(own.hazard_ratio?.ratio * own.hazard_ratio?.log_se));
        let squares: f64 = errors.map(|error| error * error).sum();
        let n = ratios.len() as f64;
        let mean = (n > 0.0).then(|| ratios.iter().sum::<f64>() / n);
        Spread { mean, mc_se: mean.map(|_| squares.sqrt() / n), ..Spread::default() }.with_interval()
    }
}
