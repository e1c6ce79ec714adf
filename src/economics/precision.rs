//! How many draws and patients make the gain in net benefit as sure as wanted.

use super::Psa;
use super::psa::Weights;

/// What a draw costs beside its patients, in patients: its curves are built and its results kept.
const DRAW: f64 = 256.0;
/// Fewest and most patients of a draw.
const PATIENTS: (u64, u64) = (64, 65_536);

/// The standard error that the mean gain in net monetary benefit shall have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    /// Money.
    Money(f64),
    /// Share of the gain itself.
    Share(f64),
}

impl Precision {
    /// Reads `500` or `2%`.
    ///
    /// # Errors
    /// What is allowed, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (number, share) = text.strip_suffix('%').map_or((text, false), |number| (number.trim(), true));
        let allowed = "allowed is money above 0, such as 500, or a share of the gain, such as 2%";
        let value: f64 = number.parse().map_err(|_| allowed.to_owned())?;
        if !value.is_finite() || value <= 0.0 {
            return Err(allowed.to_owned());
        }
        Ok(if share { Self::Share(value / 100.0) } else { Self::Money(value) })
    }
}

/// How sure the least sure gain over the comparator is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Its standard error: of draws and patients together.
    pub error: f64,
    /// What it shall be at most.
    pub asked: f64,
    /// The same where the gain is three errors further from nothing than it is found.
    pub most_asked: f64,
}

impl Reached {
    /// Whether it is.
    #[must_use]
    pub fn enough(&self) -> bool {
        self.error <= self.asked
    }

    /// How many times as many draws, or patients where draws are all the same, would be enough by the variance seen.
    #[must_use]
    pub fn times(&self) -> f64 {
        if self.enough() { 1.0 } else { (self.error / self.asked).powi(2) }
    }

    /// The same at the least, of so many draws (or patients): six standard errors of the variance of normal draws, 2/(n-1)
    /// of its square, and three of the gain are allowed for.
    #[must_use]
    pub fn least_times(&self, n: f64) -> f64 {
        let margin = 1.0 + 6.0 * (2.0 / (n - 1.0).max(1.0)).sqrt();
        (self.error / self.most_asked.max(f64::MIN_POSITIVE)).powi(2) / margin
    }
}

/// Mean and variance over draws of the gain of a strategy, and the part of the variance that is simulation noise.
fn spread(psa: &Psa, strategy: usize, wtp: f64) -> (f64, f64, f64) {
    let (own, other) = (psa.net_benefit(strategy, wtp), psa.net_benefit(psa.comparator, wtp));
    let gains: Vec<f64> = own.iter().zip(&other).map(|(own, other)| own - other).collect();
    let n = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let weights = Weights::net_benefit(wtp);
    let noise = (0..gains.len()).map(|draw| psa.difference_noise(draw, strategy, strategy, weights));
    (mean, variance, noise.sum::<f64>() / n)
}

fn others(psa: &Psa) -> impl Iterator<Item = usize> + '_ {
    (0..psa.strategies.len()).filter(|strategy| *strategy != psa.comparator)
}

/// How sure the gains are at a willingness to pay; `None` where there is nothing to compare.
///
/// With one draw, or draws that differ by chance only, the error is that of the patients.
#[must_use]
pub fn reached(psa: &Psa, wtp: f64, precision: Precision) -> Option<Reached> {
    let of = |strategy| {
        let (mean, variance, noise) = spread(psa, strategy, wtp);
        let error = (variance.max(noise) / psa.draws() as f64).sqrt();
        let asked = match precision {
            Precision::Money(money) => money,
            Precision::Share(share) => share * mean.abs(),
        };
        let most_asked = match precision {
            Precision::Money(money) => money,
            Precision::Share(share) => share * (mean.abs() + 3.0 * error),
        };
        Reached { error, asked, most_asked }
    };
    let far = |own: &Reached| own.error / own.asked.max(f64::MIN_POSITIVE);
    others(psa).map(of).max_by(|one, other| far(one).total_cmp(&far(other)))
}

/// Patients of a draw, a power of two, with which the gains become sure at the least cost, from the variances that draws
/// of `patients` patients show: the root of what a draw costs in patients times the variance between patients over that
/// between draws (as in two-stage sampling, Cochran 1977, "Sampling techniques", section 10.6).
#[must_use]
pub fn patients_a_draw(psa: &Psa, wtp: f64, patients: u64) -> u64 {
    let best = others(psa).map(|strategy| {
        let (_, variance, noise) = spread(psa, strategy, wtp);
        let between = (variance - noise).max(1e-3 * noise);
        if noise > 0.0 { (DRAW * noise * patients as f64 / between).sqrt() } else { 1.0 }
    });
    let most = best.fold(1.0, f64::max).min(PATIENTS.1 as f64);
    (most as u64).next_power_of_two().clamp(PATIENTS.0, PATIENTS.1)
}

#[cfg(test)]
mod tests {
    use super::super::Noise;
    use super::*;

    /// Gains 0 and 20 of a strategy that costs nothing; errors of variance `noise` in its effect alone.
    fn psa(noise: f64) -> Psa {
        let covariances = vec![vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, noise]; 2];
        Psa {
            strategies: vec!["a".to_owned(), "b".to_owned()],
            comparator: 0,
            costs: vec![vec![0.0; 2]; 2],
            effects: vec![vec![0.0; 2], vec![0.0, 20.0]],
            noise: Some(Noise { covariances }),
        }
    }

    #[test]
    fn errors_are_those_of_draws_or_of_patients() {
        // Variance 200 of two draws.
        let own = reached(&psa(1.0), 1.0, Precision::Money(11.0)).unwrap();
        assert_eq!((own.error, own.enough()), (10.0, true));
        assert!(!reached(&psa(1.0), 1.0, Precision::Share(0.5)).unwrap().enough());
        assert_eq!(reached(&psa(800.0), 1.0, Precision::Money(1.0)).unwrap().error, 20.0);
    }

    #[test]
    fn what_is_out_of_reach_is_known_from_few_draws() {
        // An error of 10 after 2 draws: 100 times as many for 1, at least 100 by 1 + 6 sqrt(2).
        let own = reached(&psa(1.0), 1.0, Precision::Money(1.0)).unwrap();
        assert!((own.times() - 100.0).abs() < 1e-9, "{}", own.times());
        assert!((own.least_times(2.0) - 100.0 / (1.0 + 72.0_f64.sqrt())).abs() < 1e-9);
        // A gain of 10, at most 10 + 3 x 10: a tenth of 40.
        let own = reached(&psa(1.0), 1.0, Precision::Share(0.1)).unwrap();
        assert!((own.times() - 100.0).abs() < 1e-9 && (own.most_asked - 4.0).abs() < 1e-9);
        let same = Psa { effects: vec![vec![0.0; 2]; 2], noise: None, ..psa(0.0) };
        let own = reached(&same, 1.0, Precision::Share(0.1)).unwrap();
        assert!(own.enough() && own.times() == 1.0);
    }

    #[test]
    fn more_noise_asks_for_more_patients() {
        // Between draws 100, noise 100 with 100 patients: the root of 256 times 100.
        assert_eq!(patients_a_draw(&psa(100.0), 1.0, 100), 256);
        assert_eq!(patients_a_draw(&psa(0.0), 1.0, 100), 64);
        assert_eq!(patients_a_draw(&psa(1e6), 1.0, 100_000), 65_536);
    }

    #[test]
    fn money_and_shares_are_read() {
        assert_eq!(Precision::parse("500"), Ok(Precision::Money(500.0)));
        assert_eq!(Precision::parse("2%"), Ok(Precision::Share(0.02)));
        for text in ["", "%", "-1", "0", "inf", "x"] {
            assert!(Precision::parse(text).is_err(), "{text}");
        }
    }
}
