//! Mean, Monte Carlo error and interval over draws of one quantity.

/// Mean, Monte Carlo error and interval over draws of one quantity. `None` is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Mean over draws.
    pub mean: Option<f64>,
    /// Standard error of the mean from sampling patients, given the draws.
    pub mc_se: Option<f64>,
    /// 2.5th percentile over draws; needs two draws.
    pub lower_95: Option<f64>,
    /// Median over draws.
    pub median: Option<f64>,
    /// 97.5th percentile over draws; needs two draws.
    pub upper_95: Option<f64>,
    /// Total standard error of the mean, from the draws; needs two draws.
    pub draw_se: Option<f64>,
}

/// Relative standard error of the variance of so many normal values, two or more: the root of 2 / (n - 1), since n - 1 times
/// their variance over the true one is chi-squared with n - 1 degrees of freedom.
#[must_use]
pub fn variance_error(values: f64) -> f64 {
    (2.0 / (values - 1.0)).sqrt()
}

impl Band {
    /// Undefined.
    pub const UNDEFINED: Self =
        Self { mean: None, mc_se: None, lower_95: None, median: None, upper_95: None, draw_se: None };

    /// The band of per-draw values, infinite ones meaning "not reached", with the Monte Carlo variance of each.
    #[must_use]
    pub fn of(mut values: Vec<f64>, variances: impl Iterator<Item = Option<f64>>) -> Self {
        let n = values.len() as f64;
        let finite = values.iter().all(|value| value.is_finite());
        let total: f64 = values.iter().sum();
        let mean = (finite && n > 0.0).then(|| total / n);
        let variance: Option<f64> = variances.sum();
        let draw_se = mean.filter(|_| n > 1.0).map(|mean| {
            let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
            (squares / (n - 1.0) / n).sqrt()
        });
        let mut at = |p: f64| quantile(&mut values, p).filter(|value| value.is_finite());
        Self {
            mean,
            mc_se: variance
                .filter(|variance| finite && n > 0.0 && variance.is_finite())
                .map(|variance| variance.sqrt() / n),
            lower_95: at(0.025).filter(|_| n > 1.0),
            median: at(0.5),
            upper_95: at(0.975).filter(|_| n > 1.0),
            draw_se,
        }
    }

    /// Share of the variance between draws that is only noise of patients, from 0 to 1: both errors of the mean grow from
    /// their variance as the draws do. `None` for one draw, without scatter, or without patients.
    #[must_use]
    pub fn noise_share(&self) -> Option<f64> {
        let (noise, all) = self.mc_se.zip(self.draw_se.filter(|all| *all > 0.0))?;
        Some((noise / all * (noise / all)).min(1.0))
    }

    /// Standard deviation between so many draws, without what is noise of the mean.
    #[must_use]
    pub fn unknown_sd(&self, draws: f64, noise: Option<f64>) -> Option<f64> {
        let between = |(all, noise): (f64, f64)| (draws * (all * all - noise * noise)).max(0.0).sqrt();
        self.draw_se.zip(noise).map(between)
    }

    /// The band of per-draw values whose noise has these variances: its interval is that of [`Band::drawn_together`], and
    /// none where that is none.
    #[must_use]
    pub fn without_noise(values: &[f64], variances: &[Option<f64>]) -> Self {
        let raw = Self::of(values.to_vec(), variances.iter().copied());
        let drawn = Self::drawn_together(values, variances).unwrap_or_default();
        let Self { lower_95, median, upper_95, .. } = Self::of(drawn, std::iter::empty());
        Self { lower_95, median: median.or(raw.median), upper_95, ..raw }
    }

    /// Per-draw values whose noise has these variances, drawn together about their mean until they vary as much as
    /// without it; linearly, as incremental net benefits are. `None` without variances, and where values vary by no more
    /// than a standard error beyond their noise: then nothing is told of what is not known.
    #[must_use]
    pub fn drawn_together(values: &[f64], variances: &[Option<f64>]) -> Option<Vec<f64>> {
        let draws = values.len() as f64;
        let Self { mean, mc_se, draw_se, .. } = Self::of(values.to_vec(), variances.iter().copied());
        let ((mean, noise), all) = mean.zip(mc_se).zip(draw_se)?;
        let (noise, all) = (noise * noise, all * all);
        let error = all * variance_error(draws);
        let share = ((all - noise) / all).sqrt();
        (all - noise > error).then(|| values.iter().map(|value| mean + share * (value - mean)).collect())
    }

    /// The band of the share of patients, of n, where `draws[k]` draws had k of them.
    #[must_use]
    pub(super) fn of_shares(draws: &[u32], n: f64) -> Self {
        let with = |term: &dyn Fn(f64) -> f64| -> f64 {
            (0_u32..).zip(draws).map(|(k, draws)| f64::from(*draws) * term(f64::from(k) / n)).sum()
        };
        let all = with(&|_| 1.0);
        if all == 0.0 {
            return Self::UNDEFINED;
        }
        let mean = with(&|share| share) / all;
        let several = all > 1.0;
        let nth = |place: f64| {
            let mut until = 0.0;
            let place = draws.iter().position(|draws| {
                until += f64::from(*draws);
                until > place
            });
            place.map_or(f64::NAN, |k| k as f64 / n)
        };
        let at = |p: f64| {
            let place = p * (all - 1.0);
            between(nth(place.floor()), nth(place.ceil()), place - place.floor())
        };
        Self {
            mean: Some(mean),
            mc_se: share_variance(mean, n).map(|_| (with(&|share| share * (1.0 - share)) / n).sqrt() / all),
            lower_95: several.then(|| at(0.025)),
            median: Some(at(0.5)),
            upper_95: several.then(|| at(0.975)),
            draw_se: several
                .then(|| (with(&|share| (share - mean) * (share - mean)) / (all - 1.0) / all).sqrt()),
        }
    }

    /// The band of the quantity times a positive factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let times = |value: Option<f64>| value.map(|value| value * factor);
        Self {
            mean: times(self.mean),
            mc_se: times(self.mc_se),
            lower_95: times(self.lower_95),
            median: times(self.median),
            upper_95: times(self.upper_95),
            draw_se: times(self.draw_se),
        }
    }
}

/// Monte Carlo variance of a share p of n patients; undefined for one patient.
pub(super) fn share_variance(p: f64, n: f64) -> Option<f64> {
    (n > 1.0).then(|| p * (1.0 - p) / n)
}

/// The p-quantile of values by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996,
/// doi:10.1080/00031305.1996.10473566, R's default). Reorders the values. `None` without values.
#[must_use]
pub fn quantile(values: &mut [f64], p: f64) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let place = p * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let weight = place - place.floor();
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    Some(between(low, next, weight))
}

/// Linear interpolation, exact at both ends, also where both are infinite.
fn between(low: f64, next: f64, weight: f64) -> f64 {
    if weight == 0.0 || low == next { low } else { low + weight * (next - low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        // quantile(c(1, 2, 4, 8), c(.025, .5, .975)) in R: 1.075 3.0 7.7
        let mut values = vec![8.0, 1.0, 4.0, 2.0];
        for (p, expected) in [(0.025, 1.075), (0.5, 3.0), (0.975, 7.7), (1.0, 8.0), (0.0, 1.0)] {
            let found = quantile(&mut values, p).unwrap();
            assert!((found - expected).abs() < 1e-12, "{p}: {found}");
        }
        assert_eq!(quantile(&mut [], 0.5), None);
    }

    #[test]
    fn shares_counted_by_draws_are_those_listed_by_draw() {
        let counts = [3_u32, 0, 7, 7, 10, 1, 4, 4, 4, 9, 10];
        let (n, mut draws) = (10.0, [0_u32; 11]);
        counts.iter().for_each(|k| draws[*k as usize] += 1);
        let shares: Vec<f64> = counts.iter().map(|k| f64::from(*k) / n).collect();
        let listed = Band::of(shares.clone(), shares.iter().map(|p| share_variance(*p, n)));
        let counted = Band::of_shares(&draws, n);
        let all = |b: Band| [b.mean, b.mc_se, b.lower_95, b.median, b.upper_95, b.draw_se];
        for (a, b) in all(listed).into_iter().zip(all(counted)) {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-15, "{a:?} {b:?}");
        }
        let one = Band::of_shares(&[0, 1], 1.0);
        assert_eq!((one.mean, one.mc_se, one.lower_95, one.draw_se), (Some(1.0), None, None, None));
        assert_eq!(Band::of_shares(&[0, 0], 1.0), Band::UNDEFINED);
    }

    #[test]
    fn what_is_undefined_is_empty() {
        let one = Band::of(vec![3.0], [Some(0.04)].into_iter());
        assert_eq!((one.mean, one.mc_se), (Some(3.0), Some(0.2)));
        assert_eq!((one.lower_95, one.draw_se), (None, None));
        let reached = Band::of(vec![1.0, 2.0, f64::INFINITY], [None; 3].into_iter());
        assert_eq!(
            (reached.mean, reached.mc_se, reached.median, reached.upper_95),
            (None, None, Some(2.0), None)
        );
        let nothing = Band::of(Vec::new(), std::iter::empty());
        assert_eq!((nothing.mean, nothing.mc_se, nothing.median), (None, None, None));
    }

    #[test]
    fn values_are_drawn_together_to_the_variance_without_noise() {
        let values: Vec<f64> = (0..200).map(|at| if at % 2 == 0 { 7.0 } else { 13.0 }).collect();
        // Nine by 200 of 199 in all, of which five are noise.
        let all = 9.0_f64 * 200.0 / 199.0;
        let share = ((all - 5.0) / all).sqrt();
        let drawn = Band::drawn_together(&values, &[Some(5.0); 200]).unwrap();
        let wanted = [10.0 - 3.0 * share, 10.0 + 3.0 * share];
        assert!(
            drawn.iter().zip(wanted.iter().cycle()).all(|(found, wanted)| (found - wanted).abs() < 1e-12)
        );
        let band = Band::without_noise(&values, &[Some(5.0); 200]);
        assert!((band.upper_95.unwrap() - wanted[1]).abs() < 1e-12 && band.mean == Some(10.0));
        // Within a standard error of the variance, nine by a tenth, nothing can be told from noise.
        assert_eq!(Band::drawn_together(&values, &[Some(8.5); 200]), None);
        assert_eq!(Band::drawn_together(&values, &[None; 200]), None);
        assert_eq!(Band::without_noise(&values, &[None; 200]).lower_95, None);
        assert_eq!(Band::drawn_together(&[4.0; 9], &[Some(0.0); 9]), None);
    }
}
