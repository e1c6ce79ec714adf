//! Statements without figures: whether one side stands to the other as a document says.

use super::{ValidateError, figure, figures};
use crate::model::{Model, Relation, Side, Statement, Value};
use crate::simulate::Observer;

/// Two figures are the same within this.
const SAME: f64 = 0.01;
/// Monte Carlo standard errors by which a difference must be seen.
const SEEN: f64 = 2.0;

/// What the simulator shows of a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Means of both sides.
    pub sides: [f64; 2],
    /// Mean difference, first less second.
    pub difference: f64,
    /// Monte Carlo standard error of it, as if the sides had no luck in common.
    pub mc_se: f64,
    /// 95 % of the draws.
    pub interval: (f64, f64),
    /// Share of the draws in which it holds.
    pub share: f64,
    /// Whether it holds in the mean, beyond Monte Carlo error.
    pub holds: bool,
}

/// Simulates both sides of a statement with the same luck and the same draws.
pub(super) fn check(
    model: &Model,
    statement: &Statement,
    observer: &dyn Observer,
) -> Result<Finding, ValidateError> {
    let mut found = Vec::new();
    for side in &statement.sides {
        let own = restricted(model, side);
        let asked = figure::Wanted { strategy: side.strategy, quantity: statement.quantity, for_each: 1.0 };
        found.push(figures(&own, &[asked], observer)?);
    }
    let pairs = found[0].iter().zip(&found[1]).map(|(first, second)| first[0].0 - second[0].0);
    let mut differences: Vec<f64> = pairs.filter(|difference| difference.is_finite()).collect();
    let n = differences.len().max(1) as f64;
    let difference = differences.iter().sum::<f64>() / n;
    let errors = [0, 1].map(|side: usize| figure::error_of_mean(&found[side], 0));
    let mc_se = (errors[0] * errors[0] + errors[1] * errors[1]).sqrt();
    let in_draw = |difference: &&f64| match statement.relation {
        Relation::Less => **difference < 0.0,
        Relation::More => **difference > 0.0,
        Relation::Equal => difference.abs() < SAME,
    };
    let share = differences.iter().filter(in_draw).count() as f64 / n;
    let holds = match statement.relation {
        Relation::Less => difference < -SEEN * mc_se,
        Relation::More => difference > SEEN * mc_se,
        Relation::Equal => difference.abs() < SAME,
    };
    let mean = |side: usize| found[side].iter().map(|draw| draw[0].0).sum::<f64>() / found[side].len() as f64;
    let sides = [mean(0), mean(1)];
    let mut end = |p| crate::summary::quantile(&mut differences, p).unwrap_or(f64::NAN);
    let interval = (end(0.025), end(0.975));
    Ok(Finding { sides, difference, mc_se, interval, share, holds })
}

/// The model with patients of some attribute levels only.
fn restricted(model: &Model, side: &Side) -> Model {
    let mut own = model.clone();
    for (attribute, allowed) in &side.levels {
        for (level, weight) in (0..).zip(&mut own.population.attributes[*attribute].weights) {
            if !allowed.contains(&level) {
                *weight = Value::Constant(0.0);
            }
        }
    }
    own
}
