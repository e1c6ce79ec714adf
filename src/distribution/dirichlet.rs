//! Uncertain shares that add up to 1.

use super::error::{ParameterError, ensure};
use super::gamma::gamma;
use rand::Rng;

/// The smallest alpha: below it all parts can underflow together.
const SMALLEST_ALPHA: f64 = 0.01;

/// Dirichlet distribution of two or more shares, sampled as gamma variables over their sum.
#[derive(Debug, Clone, PartialEq)]
pub struct DirichletDistribution {
    alphas: Vec<f64>,
}

impl DirichletDistribution {
    /// The distribution with the given alphas (counts, as it were).
    ///
    /// # Errors
    /// Fewer than two alphas, or one below 0.01, infinite or NaN.
    pub fn new(alphas: Vec<f64>) -> Result<Self, ParameterError> {
        let inside = alphas.iter().all(|alpha| (SMALLEST_ALPHA..f64::INFINITY).contains(alpha));
        ensure(alphas.len() >= 2 && inside, ParameterError::AlphasOutside)?;
        Ok(Self { alphas })
    }

    /// The alphas.
    #[must_use]
    pub fn alphas(&self) -> &[f64] {
        &self.alphas
    }

    /// Mean of each share.
    #[must_use]
    pub fn means(&self) -> Vec<f64> {
        let total: f64 = self.alphas.iter().sum();
        self.alphas.iter().map(|alpha| alpha / total).collect()
    }

    /// Fills `shares` with one sample, which adds up to 1 within rounding.
    ///
    /// # Errors
    /// A slice of another length than the alphas.
    pub fn sample_into<R: Rng + ?Sized>(
        &self,
        rng: &mut R,
        shares: &mut [f64],
    ) -> Result<(), ParameterError> {
        ensure(shares.len() == self.alphas.len(), ParameterError::LengthDiffers)?;
        // With the smallest alphas the sum underflows once in millions: then again.
        let total = loop {
            for (share, &alpha) in shares.iter_mut().zip(&self.alphas) {
                *share = gamma(alpha, 1.0, rng);
            }
            let total: f64 = shares.iter().sum();
            if total > 0.0 {
                break total;
            }
        };
        for share in shares {
            *share /= total;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphas_that_are_no_counts_are_refused() {
        for alphas in [vec![], vec![1.0], vec![1.0, 0.0], vec![1.0, f64::NAN], vec![1.0, f64::INFINITY]] {
            assert_eq!(DirichletDistribution::new(alphas), Err(ParameterError::AlphasOutside));
        }
    }
}
