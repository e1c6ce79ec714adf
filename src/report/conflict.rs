//! `conflicts.csv`: figures that a fit misses, and those without which it meets them.

use super::table::{Table, cell, number};
use super::validation::{endpoint, label};
use crate::calibrate::{Conflict, Miss};
use crate::model::Model;

const COLUMNS: [&str; 15] = [
    "target",
    "strategy",
    "endpoint",
    "months",
    "published",
    "fitted",
    "finding",
    "conflicts_with",
    "without",
    "conflicting_strategy",
    "conflicting_endpoint",
    "conflicting_months",
    "conflicting_published",
    "conflicting_fitted",
    "conflicting_without",
];

/// One row a conflict, one a figure that is missed without one; the means of the fits, not of virtual patients.
///
/// # Errors
/// Those of the CSV writer.
pub fn conflicts(model: &Model, misses: &[Miss]) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&COLUMNS)?;
    let named = |index: usize| {
        let target = &model.trial.targets[index];
        let (endpoint, months) = endpoint(target.quantity);
        let strategy = model.strategies[target.strategy].id.as_str().to_owned();
        (target.name.clone(), strategy, endpoint, months, number(target.value))
    };
    for miss in misses {
        let (target, strategy, endpoint, months, published) = named(miss.target);
        let own = [target, strategy, endpoint, months, published, cell(Some(miss.fitted))];
        let mut row = |finding: &str, other: [String; 8]| {
            table.row(own.iter().cloned().chain([finding.to_owned()]).chain(other))
        };
        for Conflict { with, without, other_fitted, other_without } in &miss.conflicts {
            let (other, strategy, endpoint, months, published) = named(*with);
            let [without, fitted, left] = [without, other_fitted, other_without].map(|own| cell(Some(*own)));
            row("conflict", [other, without, strategy, endpoint, months, published, fitted, left])?;
        }
        if miss.conflicts.is_empty() {
            row(if miss.sought { "miss" } else { "not looked into" }, Default::default())?;
        }
    }
    table.finish()
}

/// The same for a screen.
#[must_use]
pub fn conflict_lines(model: &Model, misses: &[Miss]) -> Vec<String> {
    let figure = |index: usize| {
        let target = &model.trial.targets[index];
        format!("{} ({})", label(model, target), target.name)
    };
    let published = |index: usize| model.trial.targets[index].value;
    let mut lines = Vec::new();
    for miss in misses {
        let fitted = miss.fitted;
        let own =
            format!("{}: published {:.3}, fitted {fitted:.3}", figure(miss.target), published(miss.target));
        for Conflict { with, without, other_fitted, other_without } in &miss.conflicts {
            let (other, published) = (figure(*with), published(*with));
            lines.push(format!(
                "conflict: {own}, {without:.3} without {other}: published {published:.3}, fitted {other_fitted:.3}, \
                 {other_without:.3} where it is left out"
            ));
        }
        if miss.conflicts.is_empty() {
            let why = if miss.sought {
                "no single other figure stands in its way"
            } else {
                "`remisim calibrate --leave-out` tells whether another figure stands in its way"
            };
            lines.push(format!("missed: {own}; {why}"));
        }
    }
    lines
}
