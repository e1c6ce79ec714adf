//! The hazard ratio that a Cox model estimates in an endless trial whose two curves are known.

use crate::math::exp;

/// Logarithms of hazard ratios that are looked for.
const REACH: f64 = 8.0;

/// Logarithm of the hazard ratio of `treated` against `control`, two survival curves at the same times, everyone
/// followed until the last: the root of the expected score of the partial likelihood (Cox 1972,
/// doi:10.1111/j.2517-6161.1972.tb00899.x), arms of one size. Where hazards are not in proportion it is a weighted mean
/// over the follow-up, not a ratio of the curves.
///
/// Shapes: both curves have the same length, at least 2, and fall from 1. `None` where nothing happens.
#[must_use]
pub fn log_hazard_ratio(treated: &[f64], control: &[f64]) -> Option<f64> {
    let steps: Vec<[f64; 4]> = treated
        .windows(2)
        .zip(control.windows(2))
        .map(|(t, c)| [t[0] - t[1], c[0] - c[1], f64::midpoint(t[0], t[1]), f64::midpoint(c[0], c[1])])
        .collect();
    let events: [f64; 2] = [0, 1].map(|arm: usize| steps.iter().map(|step| step[arm]).sum());
    if events[0] <= 0.0 || events[1] <= 0.0 {
        return None;
    }
    let score = |beta: f64| {
        let ratio = exp(beta);
        let one = |[t, c, at_risk_t, at_risk_c]: &[f64; 4]| {
            let weighed = ratio * at_risk_t;
            t - (t + c) * weighed / (weighed + at_risk_c)
        };
        steps.iter().filter(|step| step[2] + step[3] > 0.0).map(one).sum::<f64>()
    };
    // The score falls with the ratio.
    let (mut low, mut high) = (-REACH, REACH);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if score(middle) > 0.0 { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportional_hazards_are_found_again() {
        let curve = |rate: f64| (0..=480).map(|at| exp(-rate * f64::from(at) / 4.0)).collect::<Vec<f64>>();
        let found = log_hazard_ratio(&curve(0.035), &curve(0.05)).unwrap();
        assert!((exp(found) - 0.7).abs() < 1e-3, "{}", exp(found));
        assert_eq!(log_hazard_ratio(&[1.0, 1.0], &[1.0, 0.5]), None);
    }
}
