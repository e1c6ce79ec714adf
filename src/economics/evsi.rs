//! The expected value of sample information: what it is worth to run a study before choosing a strategy.
//!
//! In every draw the study is simulated once with that draw's parameter; the benefits are then regressed on a summary
//! of its data as if the summary were a parameter (Strong, Oakley, Brennan and Breeze 2015,
//! doi:10.1177/0272989X15575286). EVSI lies between 0 and the EVPPI of the parameter and grows with the study. Both
//! are separate regressions, so that a huge study may be found worth more than perfect information, by less than
//! their standard errors; nothing is cut off.

use super::Psa;
use super::evppi::{Increments, check, find};
use super::information::{InformationError, InformationValue};
use crate::math::{ln, pow};
use crate::model::{Study, StudyData};
use crate::stream::{ParameterStream, Stream, name_hash, open_unit};
use rand::Rng as _;
use std::f64::consts::LN_2;

/// Seed of the patients of simulated studies: of the method, not of a run.
const SEED: u64 = 1;
/// Most months of accrual or follow-up.
const MOST: f64 = 1e6;

/// EVSI of a study at each willingness to pay (money per QALY; any sign).
///
/// The patients of a study are addressed by parameter and draw: studies of the same parameter that differ in size share
/// their first patients, and other studies change nothing.
///
/// # Errors
/// As for [`evppi`](super::evppi()), and numbers or parameters outside the domain of the data.
pub fn evsi(
    psa: &Psa,
    parameters: &[(String, Vec<f64>)],
    study: &Study,
    wtp: &[f64],
) -> Result<InformationValue, InformationError> {
    check(psa, parameters, wtp)?;
    let values = find(parameters, &study.name, &study.parameter)?;
    study.data.check(values).map_err(|must| InformationError::Study { study: study.name.clone(), must })?;
    let stream = Stream::new(SEED);
    let address = name_hash(&format!("study of {}", study.parameter));
    let result = |(draw, value): (usize, &f64)| {
        study.data.summary(*value, &mut stream.parameter(draw as u32, address))
    };
    let summaries: Vec<f64> = values.iter().enumerate().map(result).collect();
    Ok(Increments::of(psa).worth(&study.name, &[&summaries], wtp))
}

impl StudyData {
    /// What must hold and does not.
    fn check(self, values: &[f64]) -> Result<(), &'static str> {
        let (Self::Binomial { n } | Self::Survival { n, .. }) = self;
        if n == 0 {
            return Err("it needs a patient or more");
        }
        match self {
            Self::Binomial { .. } if !values.iter().all(|p| (0.0..=1.0).contains(p)) => {
                Err("its parameter must be a probability, from 0 to 1 in every draw")
            }
            Self::Survival { accrual_months, .. } if !(0.0..=MOST).contains(&accrual_months) => {
                Err("months of accrual must be from 0 to 1e6")
            }
            Self::Survival { follow_up_months: months, .. } if !(months > 0.0 && months <= MOST) => {
                Err("months of follow-up must be above 0, at most 1e6")
            }
            Self::Survival { shape, .. } if !(0.01..=100.0).contains(&shape) => {
                Err("the shape must be from 0.01 to 100")
            }
            Self::Survival { .. } if !values.iter().all(|months| *months > 0.0) => {
                Err("its parameter must be a median in months, above 0 in every draw")
            }
            _ => Ok(()),
        }
    }

    /// The summary of one simulated study.
    fn summary(self, parameter: f64, random: &mut ParameterStream) -> f64 {
        let mut unit = || open_unit(random.next_u64());
        match self {
            Self::Binomial { n } => (0..n).filter(|_| unit() < parameter).count() as f64 / f64::from(n),
            Self::Survival { n, accrual_months, follow_up_months, shape } => {
                // In units of the median: S(t) = exp(-ln 2 t^shape), so that t^shape is exponential with rate ln 2.
                let (mut events, mut exposure) = (0_u32, 0.0);
                for _ in 0..n {
                    let time = -ln(unit()) / LN_2;
                    let end = pow((follow_up_months + accrual_months * unit()) / parameter, shape);
                    events += u32::from(time <= end);
                    exposure += time.min(end);
                }
                // The rate of t^shape is events by exposure, and ln 2 by the rate the median's power.
                let events = f64::from(events).max(0.5);
                ln(parameter) + (ln(LN_2) + ln(exposure.max(f64::MIN_POSITIVE)) - ln(events)) / shape
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(data: StudyData, parameter: f64) -> f64 {
        data.summary(parameter, &mut Stream::new(2).parameter(0, 0))
    }

    #[test]
    fn shares_of_a_few_patients_lead_into_those_of_many() {
        let events = |n| summary(StudyData::Binomial { n }, 0.4) * f64::from(n);
        let found: Vec<f64> = (1..=50).map(events).collect();
        assert!(found.windows(2).all(|pair| (-1e-9..1.0 + 1e-9).contains(&(pair[1] - pair[0]))));
        assert_eq!(summary(StudyData::Binomial { n: 9 }, 0.0), 0.0);
        assert_eq!(summary(StudyData::Binomial { n: 9 }, 1.0), 1.0);
    }

    #[test]
    fn large_studies_estimate_the_median_whatever_is_censored() {
        for (accrual_months, follow_up_months) in [(0.0, 5.0), (24.0, 6.0), (1.0, 1e6)] {
            for shape in [0.5, 1.0, 3.0] {
                let n = 100_000;
                let data = StudyData::Survival { n, accrual_months, follow_up_months, shape };
                // Some 2 % of the patients have an event at the least: 2,000, an error of 1 / (0.5 sqrt(2000)) = 0.045.
                assert!((summary(data, 12.0) - ln(12.0)).abs() < 0.1, "{data:?}");
            }
        }
    }

    #[test]
    fn studies_without_events_or_time_have_a_summary() {
        for (follow_up_months, shape) in [(1e-6, 1.0), (1e-6, 100.0), (1e6, 100.0)] {
            let data = StudyData::Survival { n: 3, accrual_months: 0.0, follow_up_months, shape };
            assert!(summary(data, 1e-3).is_finite() && summary(data, 1e300).is_finite());
        }
    }
}
