//! The hazard ratio that a Cox model estimates in an endless trial whose two curves are known.

use crate::math::exp;

/// Logarithms of hazard ratios that are looked for.
const REACH: f64 = 8.0;

/// Logarithm of the hazard ratio of `treated` against `control`, two survival curves at the same times, everyone
/// followed until the last: the root of the expected score of the partial likelihood (Cox 1972,
/// doi:10.1111/j.2517-6161.1972.tb00899.x), with `for_each` treated patients for each control. Where hazards are not in
/// proportion it is a weighted mean over the follow-up, not a ratio of the curves, and the sizes of the arms move it.
///
/// Shapes: both curves have the same length, at least 2, and fall from 1. `None` where nothing happens.
#[must_use]
pub fn log_hazard_ratio(treated: &[f64], control: &[f64], for_each: f64) -> Option<f64> {
    let steps: Vec<[f64; 4]> = treated
        .windows(2)
        .zip(control.windows(2))
        .map(|(t, c)| [t[0] - t[1], c[0] - c[1], f64::midpoint(t[0], t[1]), f64::midpoint(c[0], c[1])])
        .map(|[t, c, at_risk_t, at_risk_c]| [for_each * t, c, for_each * at_risk_t, at_risk_c])
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
    use crate::math::{ln, pow};

    #[test]
    fn proportional_hazards_are_found_again() {
        let curve = |rate: f64| (0..=480).map(|at| exp(-rate * f64::from(at) / 4.0)).collect::<Vec<f64>>();
        let found = log_hazard_ratio(&curve(0.035), &curve(0.05), 1.0).unwrap();
        assert!((exp(found) - 0.7).abs() < 1e-3, "{}", exp(found));
        let unequal = log_hazard_ratio(&curve(0.035), &curve(0.05), 3.0).unwrap();
        assert!((exp(unequal) - 0.7).abs() < 1e-3, "{}", exp(unequal));
        assert_eq!(log_hazard_ratio(&[1.0, 1.0], &[1.0, 0.5], 1.0), None);
    }

    /// Cox's estimate from patients: the root of the score, one event at a time among those still at risk.
    fn estimate(arms: [&[f64]; 2], until: f64) -> f64 {
        let mut times: Vec<(f64, usize)> =
            (0..2).flat_map(|arm| arms[arm].iter().map(move |time| (*time, arm))).collect();
        times.sort_by(|a, b| b.0.total_cmp(&a.0));
        let score = |beta: f64| {
            let (mut at_risk, mut sum) = ([0.0; 2], 0.0);
            for (time, arm) in &times {
                at_risk[*arm] += 1.0;
                if *time <= until {
                    let weighed = exp(beta) * at_risk[0];
                    sum += if *arm == 0 { 1.0 } else { 0.0 } - weighed / (weighed + at_risk[1]);
                }
            }
            sum
        };
        let (mut low, mut high) = (-4.0, 4.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if score(middle) > 0.0 { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }

    #[test]
    fn hazards_out_of_proportion_give_what_a_large_trial_with_such_arms_estimates() {
        let hazard = |(shape, scale): (f64, f64), t: f64| pow(t / scale, shape);
        let (treated, control) = ((0.7, 14.0), (1.3, 9.0));
        let until = 24.0;
        let curve = |of: (f64, f64)| (0..=480).map(|at| exp(-hazard(of, f64::from(at) / 20.0))).collect();
        let curves: [Vec<f64>; 2] = [treated, control].map(curve);
        // As many patients as one likes, evenly over the quantiles.
        let patients = |(shape, scale): (f64, f64), n: u32| -> Vec<f64> {
            let share = |at: u32| (f64::from(at) + 0.5) / f64::from(n);
            (0..n).map(|at| scale * pow(-ln(share(at)), 1.0 / shape)).collect()
        };
        let mut found = Vec::new();
        for (n_treated, n_control) in [(20_000, 20_000), (40_000, 20_000), (10_000, 40_000)] {
            let own = [patients(treated, n_treated), patients(control, n_control)];
            let expected = estimate([&own[0], &own[1]], until);
            let for_each = f64::from(n_treated) / f64::from(n_control);
            let ratio = log_hazard_ratio(&curves[0], &curves[1], for_each).unwrap();
            assert!((ratio - expected).abs() < 1e-3, "{n_treated}:{n_control}: {ratio} {expected}");
            found.push(ratio);
        }
        assert!((found[1] - found[2]).abs() > 0.02, "sizes move it: {found:?}");
    }
}
