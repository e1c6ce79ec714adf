//! The distribution on whose ellipses a chain walks.

use crate::math::algebra::{Rows, dot, identity};
use crate::math::ln_1p;

/// Degrees of freedom of the multivariate t: tails a little heavier than a Gaussian's, where chains would stick.
pub(super) const FREEDOM: u8 = 10;

/// A multivariate t with a location and a scatter: z = centre + factor w, w being the reference's own coordinates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reference {
    pub(super) centre: Vec<f64>,
    pub(super) factor: Rows,
    /// Of the factor.
    pub(super) inverse: Rows,
}

impl Reference {
    /// About the prior.
    pub(super) fn prior(dimension: usize) -> Self {
        Self { centre: vec![0.0; dimension], factor: identity(dimension), inverse: identity(dimension) }
    }

    /// The place with coordinates `w`.
    pub(super) fn place(&self, w: &[f64]) -> Vec<f64> {
        self.centre.iter().zip(&self.factor).map(|(centre, row)| centre + dot(row, w)).collect()
    }

    /// The coordinates of a place.
    pub(super) fn coordinates(&self, z: &[f64]) -> Vec<f64> {
        let from: Vec<f64> = z.iter().zip(&self.centre).map(|(z, centre)| z - centre).collect();
        self.inverse.iter().map(|row| dot(row, &from)).collect()
    }
}

/// ln of the prior's density over the reference's at place `z` with coordinates `w`, but for a constant.
pub(super) fn log_ratio(z: &[f64], w: &[f64]) -> f64 {
    let freedom = f64::from(FREEDOM);
    0.5 * ((freedom + z.len() as f64) * ln_1p(dot(w, w) / freedom) - dot(z, z))
}
