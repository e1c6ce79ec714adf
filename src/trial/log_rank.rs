//! The log-rank test.

use super::risk::RiskSet;
use crate::math::normal_cdf;

/// Two-sided p-value of the log-rank test (Mantel 1966; Peto and Peto 1972, doi:10.2307/2344317): events of the arm
/// less those expected at each time, by the hypergeometric variance, squared, against chi-square with one degree of
/// freedom.
///
/// `None` where no event comes while both arms are at risk: there is nothing to compare.
#[must_use]
pub fn log_rank(sets: &[RiskSet]) -> Option<f64> {
    let (mut excess, mut variance) = (0.0, 0.0);
    for set in sets {
        let (events, all) = (f64::from(set.all_events()), f64::from(set.all_at_risk()));
        let share = f64::from(set.at_risk[1]) / all;
        excess += f64::from(set.events[1]) - events * share;
        if set.all_at_risk() > 1 {
            variance += events * share * (1.0 - share) * (all - events) / (all - 1.0);
        }
    }
    (variance > 0.0).then(|| two_sided(excess / variance.sqrt()))
}

/// The chance of a standard normal number at least so far from 0.
pub(super) fn two_sided(z: f64) -> f64 {
    2.0 * normal_cdf(-z.abs())
}
