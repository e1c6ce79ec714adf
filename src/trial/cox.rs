//! The hazard ratio of one arm against the other, as a Cox model estimates it.

use super::risk::RiskSet;
use crate::math::{Z_95, exp};

/// Most steps; halving the bracket alone would find the root in these.
const STEPS: usize = 100;
/// A step so small leaves no error that numbers could hold: Newton's squares it.
const SMALL: f64 = 1e-9;
/// Logarithms of hazard ratios that are looked for.
const REACH: f64 = 50.0;

/// A hazard ratio and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardRatio {
    /// Hazard of the arm for each of the control.
    pub ratio: f64,
    /// Standard error of its logarithm.
    pub log_se: f64,
    /// Lower end of Wald's interval.
    pub lower_95: f64,
    /// Upper end.
    pub upper_95: f64,
}

/// The hazard ratio that maximises the partial likelihood of Cox's model with the arm as its covariate (Cox 1972,
/// doi:10.1111/j.2517-6161.1972.tb00899.x), ties by Efron (1977, doi:10.1080/01621459.1977.10480613), with Wald's
/// interval.
///
/// `None` where the likelihood has no maximum: no event of one of the arms came while the other was at risk, so that it
/// rises for ever to one side, or is flat.
#[must_use]
pub fn hazard_ratio(sets: &[RiskSet]) -> Option<HazardRatio> {
    // The score falls with the ratio, from the events of the arm while the control was at risk to minus those of the
    // control while the arm was: it has a root where there are both.
    let met = |arm: usize| sets.iter().any(|set| set.events[arm] > 0 && set.at_risk[1 - arm] > 0);
    if !met(0) || !met(1) {
        return None;
    }
    let (mut low, mut high, mut log) = (-REACH, REACH, 0.0);
    for _ in 0..STEPS {
        let (score, information) = score(sets, log);
        if score > 0.0 {
            low = log;
        } else {
            high = log;
        }
        let step = score / information;
        let newton = log + step;
        if step.abs() <= SMALL {
            log = newton;
            break;
        }
        // Also where the information is lost in rounding and the step is no number.
        log = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
    }
    let log_se = 1.0 / score(sets, log).1.sqrt();
    let found = HazardRatio {
        ratio: exp(log),
        log_se,
        lower_95: exp(log - Z_95 * log_se),
        upper_95: exp(log + Z_95 * log_se),
    };
    [found.ratio, log_se, found.upper_95].iter().all(|value| value.is_finite()).then_some(found)
}

/// Score and information of the partial likelihood at a logarithm of the ratio.
fn score(sets: &[RiskSet], log: f64) -> (f64, f64) {
    let ratio = exp(log);
    let (mut score, mut information) = (0.0, 0.0);
    for set in sets {
        let events = set.all_events();
        score += f64::from(set.events[1]);
        let [own, other] = [1, 0].map(|arm: usize| (f64::from(set.at_risk[arm]), f64::from(set.events[arm])));
        for taken in 0..events {
            // Of tied events each is one of an average order: earlier ones are gone in part.
            let gone = f64::from(taken) / f64::from(events);
            let weighed = ratio * (own.0 - gone * own.1);
            let share = weighed / (weighed + other.0 - gone * other.1);
            score -= share;
            information += share * (1.0 - share);
        }
    }
    (score, information)
}
