//! What a strategy costs and gains more than the comparator, and how sure that is.

use super::basis::mean;
use super::noise::{denoised, differences, triangle};
use super::psa::{Psa, Weights};
use crate::summary::{Band, quantile, variance_error};

/// Differences of a strategy from the comparator, paired draw by draw: strategy minus comparator.
#[derive(Debug, Clone, PartialEq)]
pub struct Increment {
    /// Index of the strategy.
    pub strategy: usize,
    /// Cost, money.
    pub cost: Difference,
    /// Effect, QALYs.
    pub effect: Difference,
    /// Net monetary benefit, money: willingness to pay times effect, minus cost.
    pub net_monetary_benefit: Difference,
    /// Net health benefit, QALYs: effect minus cost by willingness to pay (Stinnett and Mullahy 1998,
    /// doi:10.1177/0272989X98018002S09); undefined where nothing is paid for health.
    pub net_health_benefit: Difference,
}

/// One difference over draws. `None` is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean, with its Monte Carlo standard error, and the interval over draws as simulated.
    pub raw: Band,
    /// The interval without simulation noise, whose mean is the same; needs draws and noise, and draws that differ by more
    /// than noise explains.
    pub corrected: Option<Interval>,
    /// Share of the variance between draws that is only simulation noise, at most 1; needs two draws, noise and draws
    /// that differ.
    pub noise_share: Option<f64>,
}

/// Quantiles over draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// 2.5th percentile.
    pub lower_95: f64,
    /// Median.
    pub median: f64,
    /// 97.5th percentile.
    pub upper_95: f64,
}

/// The differences of all strategies but the comparator from the comparator, at a willingness to pay (money per QALY,
/// at least 0).
#[must_use]
pub fn increments(psa: &Psa, wtp: f64) -> Vec<Increment> {
    let others = (0..psa.strategies.len()).filter(|strategy| *strategy != psa.comparator);
    let mut of = [Weights::COST, Weights::EFFECT, Weights::net_benefit(wtp)].map(|weights| {
        let values = differences(psa, weights);
        move |strategy: usize| Difference::of(psa, strategy, &values[strategy], weights)
    });
    others
        .map(|strategy| {
            let [cost, effect, net_monetary_benefit] = of.each_mut().map(|of| of(strategy));
            let net_health_benefit =
                if wtp > 0.0 { net_monetary_benefit.scaled(1.0 / wtp) } else { Difference::UNDEFINED };
            Increment { strategy, cost, effect, net_monetary_benefit, net_health_benefit }
        })
        .collect()
}

impl Interval {
    /// Of values by draw without noise, whose variance is given by draw; `None` for a single draw, where a variance is not
    /// known, or where the values are [`drowned`] in noise.
    pub(super) fn without_noise(values: &[f64], variances: Vec<f64>) -> Option<Self> {
        if values.len() < 2 || !variances.iter().all(|variance| variance.is_finite()) {
            return None;
        }
        let (noise, draws) = (mean(&variances), values.len() as f64);
        let error = Band::of(values.to_vec(), std::iter::empty()).draw_se?;
        if drowned(noise, error * error * draws, draws) {
            return None;
        }
        let mut draws = denoised(&[values.to_vec()], &[variances]);
        let mut at = |p: f64| quantile(&mut draws[0], p);
        Some(Self { lower_95: at(0.025)?, median: at(0.5)?, upper_95: at(0.975)? })
    }
}

/// Whether the variance between so many draws is not larger than that of noise by more than a standard error of it, or by
/// half of it where it is known worse: then nothing is told of what is not known.
fn drowned(noise: f64, between: f64, draws: f64) -> bool {
    noise > 0.0 && between - noise <= between * variance_error(draws).min(0.5)
}

/// Share of the variance between the draws of some values that noise of a variance makes, 0 to 1; `None` of values without
/// scatter, or of one.
pub(super) fn noise_share(values: &[f64], noise: f64) -> Option<f64> {
    let error = Band::of(values.to_vec(), std::iter::empty()).draw_se?;
    let between = error * error * values.len() as f64;
    (between > 0.0).then(|| (noise / between).min(1.0))
}

/// Whether noise that makes such a share, 0 to 1, of the variance between so many draws, two or more, leaves nothing to
/// tell what is not known by.
#[must_use]
pub fn drowned_share(share: f64, draws: f64) -> bool {
    drowned(share, 1.0, draws)
}

impl Difference {
    const UNDEFINED: Self = Self { raw: Band::UNDEFINED, corrected: None, noise_share: None };

    fn of(psa: &Psa, strategy: usize, values: &[f64], weights: Weights) -> Self {
        let noise = triangle(psa, &[strategy], weights).swap_remove(0);
        let simulated = psa.noise.is_some();
        let noisy = simulated && psa.draws() > 1;
        let within = mean(&noise);
        let raw = Band::of(values.to_vec(), noise.iter().map(|variance| simulated.then_some(*variance)));
        let noise_share = if noisy { noise_share(values, within) } else { None };
        let corrected = if noisy { Interval::without_noise(values, noise) } else { None };
        Self { raw, corrected, noise_share }
    }

    fn scaled(self, factor: f64) -> Self {
        let corrected = self.corrected.map(|interval| Interval {
            lower_95: interval.lower_95 * factor,
            median: interval.median * factor,
            upper_95: interval.upper_95 * factor,
        });
        Self { raw: self.raw.scaled(factor), corrected, noise_share: self.noise_share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::Noise;

    fn psa(noise: Option<Noise>) -> Psa {
        Psa {
            strategies: ["new", "old"].map(str::to_owned).to_vec(),
            comparator: 1,
            costs: [[30.0, 50.0, 40.0], [10.0, 10.0, 40.0]].map(|own| own.repeat(11)).to_vec(),
            effects: [[2.0, 3.0, 4.0], [1.0, 1.0, 1.0]].map(|own| own.repeat(11)).to_vec(),
            noise,
        }
    }

    #[test]
    fn errors_and_shares_follow_from_paired_noise() {
        // Variances of both costs 4 with a covariance of 3, of both effects 0.5 with 0.25: paired 2 and 0.5.
        let triangle = vec![4.0, 0.0, 0.5, 3.0, 0.0, 4.0, 0.0, 0.25, 0.0, 0.5];
        let found = increments(&psa(Some(Noise { covariances: vec![triangle; 33] })), 10.0);
        let [Increment { strategy: 0, cost, effect, net_monetary_benefit, net_health_benefit }] = found[..]
        else {
            panic!("{found:?}")
        };
        assert_eq!((cost.raw.mean, effect.raw.mean), (Some(20.0), Some(2.0)));
        let mc_se = |noise: f64| (33.0 * noise).sqrt() / 33.0;
        let close = |found: Option<f64>, expected: f64| assert!((found.unwrap() - expected).abs() < 1e-12);
        close(cost.raw.mc_se, mc_se(2.0));
        // Squares of 800 and 2 by three draws, eleven times.
        close(cost.noise_share, 2.0 / (800.0 * 11.0 / 32.0));
        let share = 0.5 / (2.0 * 11.0 / 32.0);
        close(effect.noise_share, share);
        // Draws at -10, -20 and 30; noise 100 x 0.5 + 2.
        close(net_monetary_benefit.raw.mean, 0.0);
        close(net_monetary_benefit.noise_share, 52.0 / (1400.0 * 11.0 / 32.0));
        close(net_health_benefit.raw.upper_95, net_monetary_benefit.raw.upper_95.unwrap() / 10.0);
        close(net_health_benefit.raw.mc_se, mc_se(52.0) / 10.0);
        let (raw, corrected) = (effect.raw, effect.corrected.unwrap());
        assert!(corrected.lower_95 > raw.lower_95.unwrap() && corrected.upper_95 < raw.upper_95.unwrap());
        close(Some(corrected.upper_95), 2.0 + (1.0 - share).sqrt());
    }

    #[test]
    fn noise_that_explains_all_scatter_leaves_no_interval() {
        // Variances of 4 between draws, whose relative standard errors are 0.125 and 0.5.
        let many: Vec<f64> = (0..129)
            .map(|at| 2.0 * (129.0_f64 / 128.0).sqrt().recip() * f64::from(1 - 2 * (at % 2)))
            .collect();
        let few = &many[..9];
        let told =
            |values: &[f64], noise: f64| Interval::without_noise(values, vec![noise; values.len()]).is_some();
        assert!(told(&many, 3.4) && !told(&many, 3.6) && !told(&many, 4.2));
        assert!(told(few, 1.5) && !told(few, 2.5));
        assert!(drowned_share(0.6, 2.0) && !drowned_share(0.4, 2.0));
        assert!(drowned_share(0.6, 9.0) && !drowned_share(0.4, 9.0) && !drowned_share(0.0, 2.0));
        let same = Interval::without_noise(&[2.0; 3], vec![0.0; 3]);
        assert_eq!(same, Some(Interval { lower_95: 2.0, median: 2.0, upper_95: 2.0 }));
    }

    #[test]
    fn what_is_undefined_is_empty() {
        let found = &increments(&psa(None), 0.0)[0];
        assert_eq!((found.cost.corrected, found.cost.noise_share), (None, None));
        assert_eq!(found.cost.raw.mc_se, None);
        assert_eq!(found.net_monetary_benefit.raw.mean, Some(-20.0));
        assert_eq!(found.net_health_benefit, Difference::UNDEFINED);
        let one = Psa { strategies: vec!["only".to_owned()], comparator: 0, ..psa(None) };
        assert_eq!(increments(&one, 1.0), []);
    }
}
