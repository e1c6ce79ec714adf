//! Published figures that a fit misses, and those that stand in their way.
//!
//! That a figure is missed says nothing of why. Another is in its way only if the fit without that other meets it.

use crate::model::{Target, TargetRole};

/// A figure that a fit misses.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss {
    /// Index of the target.
    pub target: usize,
    /// What the fit to all targets shows of it.
    pub fitted: f64,
    /// The targets without which it is met.
    pub conflicts: Vec<Conflict>,
    /// Whether there are fits without each of the others.
    pub sought: bool,
}

/// A target that stands in the way of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conflict {
    /// Its index.
    pub with: usize,
    /// What the fit without it shows of the missed target.
    pub without: f64,
    /// What the fit to all targets shows of it.
    pub other_fitted: f64,
    /// What the fit without it shows of it.
    pub other_without: f64,
}

/// The fitted targets that the means of a fit miss; `without` are, by target, the means of all targets in the fit
/// without it, where there is one whose chains agree.
///
/// Shapes: one of `fitted` a target; one of each of `without` a target.
#[must_use]
pub fn misses(targets: &[Target], fitted: &[f64], without: &[Option<Vec<f64>>]) -> Vec<Miss> {
    let bound = |index: &usize| targets[*index].role == TargetRole::Fitted;
    let refit = |with: usize| without.get(with).and_then(Option::as_ref);
    let missed = (0..targets.len()).filter(bound).filter(|own| !targets[*own].is_met(fitted[*own]));
    let of = |target: usize| {
        let others = || (0..targets.len()).filter(bound).filter(|with| *with != target);
        let conflict = |with: usize| {
            let means = refit(with)?;
            let (without, other_without) = (means[target], means[with]);
            let other_fitted = fitted[with];
            targets[target].is_met(without).then_some(Conflict { with, without, other_fitted, other_without })
        };
        let sought = others().all(|with| refit(with).is_some());
        Miss { target, fitted: fitted[target], conflicts: others().filter_map(conflict).collect(), sought }
    };
    missed.map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CurveKind, Published, Quantity};

    fn targets(roles: &[TargetRole]) -> Vec<Target> {
        let one = |(at, role): (usize, &TargetRole)| Target {
            name: format!("t{at}"),
            strategy: 0,
            quantity: Quantity::Point { curve: CurveKind::Os, months: 12.0 * (at as f64 + 1.0) },
            published: Published::Value,
            value: 0.5,
            interval: None,
            n: 50.0,
            for_each: 1.0,
            role: *role,
        };
        roles.iter().enumerate().map(one).collect()
    }

    #[test]
    fn a_conflict_is_what_a_fit_without_the_other_mends() {
        let targets =
            targets(&[TargetRole::Fitted, TargetRole::Fitted, TargetRole::Fitted, TargetRole::HeldOut]);
        let fitted = [0.45, 0.51, 0.5, 0.1];
        // Without itself it is far off; without the second it is met; without the third it is not.
        let without = [
            Some(vec![0.2, 0.5, 0.5, 0.1]),
            Some(vec![0.49, 0.7, 0.5, 0.1]),
            Some(vec![0.46, 0.5, 0.5, 0.1]),
            None,
        ];
        let found = misses(&targets, &fitted, &without);
        let conflict = Conflict { with: 1, without: 0.49, other_fitted: 0.51, other_without: 0.7 };
        assert_eq!(found, [Miss { target: 0, fitted: 0.45, conflicts: vec![conflict], sought: true }]);
        let [first, second, ..] = without;
        let fewer = [first.clone(), second.clone()];
        assert!(!misses(&targets, &fitted, &fewer)[0].sought);
        let other = [first, Some(vec![0.46, 0.7, 0.5, 0.1]), second, None];
        assert_eq!(misses(&targets, &fitted, &other)[0].conflicts[0].with, 2);
        let none = misses(&targets, &fitted, &[]);
        assert!(none[0].conflicts.is_empty() && !none[0].sought);
        assert!(misses(&targets, &[0.5, 0.5, 0.5, 0.1], &without_none()).is_empty());
    }

    fn without_none() -> [Option<Vec<f64>>; 4] {
        [const { None }; 4]
    }
}
