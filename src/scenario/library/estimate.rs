//! How a published figure becomes a distribution.

use crate::distribution::{DirichletDistribution, ParameterDistribution, ParameterError};
use crate::place::Place;
use crate::quantity::Domain;

/// A figure as it is published.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Events among n.
    Counts {
        /// Events.
        events: f64,
        /// Patients.
        n: f64,
    },
    /// A probability as if seen in n patients.
    Effective {
        /// Central value.
        value: f64,
        /// Effective patients.
        n: f64,
    },
    /// The same, with n a share of another value.
    EffectiveFrom {
        /// Central value.
        value: f64,
        /// Name of the other value.
        from: String,
        /// Share of it.
        share: f64,
    },
    /// A value and its 95 % interval.
    Interval {
        /// Central value.
        value: f64,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A value and its standard error.
    StandardError {
        /// Central value.
        value: f64,
        /// Standard error.
        se: f64,
    },
    /// A range.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A range with its most likely value.
    Triangular {
        /// Lower end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// Counts of parts that make up a whole.
    Parts(Vec<f64>),
    /// Not uncertain.
    Fixed {
        /// The value.
        value: f64,
        /// Why it is not uncertain.
        reason: String,
    },
}

/// What of a curve a figure tells; empty where it is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CurvePoint {
    /// Where the curve begins: start, infusion, remission, landmark.
    pub origin: Option<String>,
    /// Among whom.
    pub among: Option<String>,
    /// What censors.
    pub censored_by: Option<String>,
    /// Months from the origin.
    pub at_months: Option<f64>,
    /// On how many patients it rests.
    pub n_effective: Option<f64>,
    /// Arm, where it differs from the record's.
    pub arm: Option<String>,
}

/// One reading of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Where it stands.
    pub place: Place,
    /// The figure.
    pub form: Form,
    /// What of a curve it tells.
    pub point: CurvePoint,
}

/// How a value is sampled.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// One number.
    Single(ParameterDistribution),
    /// Alphas of shares that add to one.
    Shares(Vec<f64>),
}

impl Form {
    /// The published number, or the middle of a range. Of parts, the first.
    #[must_use]
    pub fn central(&self) -> f64 {
        match self {
            Self::Counts { events, n } => events / n,
            Self::Effective { value, .. }
            | Self::EffectiveFrom { value, .. }
            | Self::Interval { value, .. }
            | Self::StandardError { value, .. }
            | Self::Fixed { value, .. } => *value,
            Self::Uniform { low, high } => f64::midpoint(*low, *high),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Parts(counts) => counts.first().copied().unwrap_or(0.0) / counts.iter().sum::<f64>(),
        }
    }

    /// The numbers that must lie in the unit's domain, with their keys.
    pub(in crate::scenario) fn bounded(&self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Effective { value, .. }
            | Self::EffectiveFrom { value, .. }
            | Self::StandardError { value, .. }
            | Self::Fixed { value, .. } => vec![("value", *value)],
            Self::Interval { value, low, high } => vec![("value", *value), ("low", *low), ("high", *high)],
            Self::Uniform { low, high } => vec![("low", *low), ("high", *high)],
            Self::Triangular { low, mode, high } => vec![("low", *low), ("mode", *mode), ("high", *high)],
            Self::Counts { .. } | Self::Parts(_) => Vec::new(),
        }
    }

    /// The distribution of the figure as a value of `domain`; `n` is what `n_from` led to.
    ///
    /// # Errors
    /// Numbers that no distribution of the family has.
    pub fn distribution(&self, domain: Domain, n: f64) -> Result<Distribution, ParameterError> {
        type D = ParameterDistribution;
        let single = match *self {
            Self::Counts { events, n } => D::beta_from_counts(events, n),
            Self::Effective { value, n } => D::beta_from_effective_n(value, n),
            Self::EffectiveFrom { value, share, .. } => D::beta_from_effective_n(value, n * share),
            Self::Interval { value, low, high } => interval(domain, value, low, high),
            Self::StandardError { value, se } => with_error(domain, value, se),
            Self::Uniform { low, high } => D::uniform(low, high),
            Self::Triangular { low, mode, high } => D::triangular(low, mode, high),
            Self::Fixed { value, .. } => D::fixed(value),
            Self::Parts(ref counts) => {
                let alphas: Vec<f64> = counts.iter().map(|count| count + 0.5).collect();
                return DirichletDistribution::new(alphas.clone()).map(|_| Distribution::Shares(alphas));
            }
        };
        single.map(Distribution::Single)
    }
}

/// Beta for a probability, normal for what may be negative, log-normal for other positive values.
fn interval(
    domain: Domain,
    value: f64,
    low: f64,
    high: f64,
) -> Result<ParameterDistribution, ParameterError> {
    match domain {
        Domain::Probability => ParameterDistribution::beta_from_interval(value, low, high),
        Domain::Real | Domain::Utility => ParameterDistribution::normal_from_interval(value, low, high),
        _ => ParameterDistribution::log_normal_from_interval(value, low, high),
    }
}

/// Gamma for money, Beta for a probability or a utility's loss, normal for real and utility, else log-normal.
fn with_error(domain: Domain, value: f64, se: f64) -> Result<ParameterDistribution, ParameterError> {
    match domain {
        Domain::Money => ParameterDistribution::gamma_from_mean_se(value, se),
        Domain::Probability => beta_from_error(value, se),
        Domain::Qalys if value < 1.0 => beta_from_error(value, se),
        Domain::Real | Domain::Utility => ParameterDistribution::normal_from_se(value, se),
        _ => ParameterDistribution::log_normal_from_se(value, se),
    }
}

/// Beta by moments: alpha + beta = m (1 - m) / se^2 - 1.
fn beta_from_error(mean: f64, se: f64) -> Result<ParameterDistribution, ParameterError> {
    if se > 0.0 {
        let n = mean * (1.0 - mean) / (se * se) - 1.0;
        if n > 0.0 {
            return ParameterDistribution::beta_from_effective_n(mean, n);
        }
        return Err(ParameterError::IntervalTooWide);
    }
    Err(ParameterError::SpreadNotPositive)
}

/// The distribution with its centre moved from `central` to `target`; fixed where it has no spread to move.
pub(in crate::scenario) fn moved(
    distribution: &ParameterDistribution,
    central: f64,
    target: f64,
) -> ParameterDistribution {
    let centre = match distribution {
        ParameterDistribution::LogNormal { .. } => central,
        other => other.mean(),
    };
    match *distribution {
        ParameterDistribution::Normal { sd, .. } => ParameterDistribution::Normal { mean: target, sd },
        _ => distribution.scaled(target / centre).unwrap_or(ParameterDistribution::Fixed { value: target }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_chooses_the_family() {
        let form = Form::Interval { value: 0.5, low: 0.35, high: 0.64 };
        let family = |domain| match form.distribution(domain, 0.0).expect("possible") {
            Distribution::Single(single) => format!("{single:?}").split(' ').next().unwrap_or("").to_owned(),
            Distribution::Shares(_) => "shares".to_owned(),
        };
        assert_eq!(family(Domain::Probability), "Beta");
        assert_eq!(family(Domain::Ratio), "LogNormal");
        assert_eq!(family(Domain::Real), "Normal");
    }

    #[test]
    fn a_moved_distribution_has_the_new_mean_and_keeps_its_domain() {
        let beta = ParameterDistribution::beta_from_counts(28.0, 58.0).expect("beta");
        let up = moved(&beta, 28.0 / 58.0, 0.6);
        assert!((up.mean() - 0.6).abs() < 1e-12 && !up.is_fixed());
        assert!(moved(&beta, 28.0 / 58.0, 0.0).is_fixed());
    }
}
