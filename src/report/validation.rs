//! `validation.csv`: figures as published and as the simulator shows them.

use super::calibration::{figure_name, role_name};
use super::table::{Table, cell, number};
use crate::calibrate::Comparison;
use crate::model::{CurveKind, Model, Published, Quantity, Relation, Side, Target};
use crate::outcome::flag;
use crate::scenario::LeftOut;
use crate::validate::{Finding, Validation};

const COLUMNS: [&str; 13] = [
    "target",
    "strategy",
    "endpoint",
    "months",
    "published",
    "published_low",
    "published_high",
    "simulated",
    "mc_se",
    "lower_95",
    "upper_95",
    "inside",
    "role",
];

/// One row a target, one more where it was left out of a fit, one a statement; `lower_95` and `upper_95` are what a
/// trial of the published size would show, its own sampling included.
///
/// # Errors
/// Those of the CSV writer.
pub fn validation(
    model: &Model,
    validation: &Validation,
    left_out: &[Option<LeftOut>],
) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&COLUMNS)?;
    for (index, (target, shown)) in model.trial.targets.iter().zip(&validation.targets).enumerate() {
        let own = &shown.comparison;
        let inside = own.inside(target);
        let row = [own.mean, shown.mc_se, own.predictive.0, own.predictive.1];
        table.row(cells(model, target, row, inside, role_name(target.role)))?;
        if let Some(Some(left)) = left_out.get(index) {
            let row = [left.mean, f64::NAN, left.predictive.0, left.predictive.1];
            table.row(cells(model, target, row, left.inside, "left_out"))?;
        }
    }
    for (statement, finding) in model.trial.statements.iter().zip(&validation.statements) {
        let (endpoint, months) = endpoint(statement.quantity);
        let strategy = model.strategies[statement.sides[0].strategy].id.as_str().to_owned();
        let endpoint = format!("{endpoint}, {}", relation(model, &statement.sides, statement.relation));
        let none = String::new;
        table.row([
            statement.name.clone(),
            strategy,
            endpoint,
            months,
            none(),
            none(),
            none(),
            cell(Some(finding.difference)),
            cell(Some(finding.mc_se)),
            cell(Some(finding.interval.0)),
            cell(Some(finding.interval.1)),
            finding.holds.to_string(),
            "statement".to_owned(),
        ])?;
    }
    table.finish()
}

fn cells(
    model: &Model,
    target: &Target,
    [mean, mc_se, low, high]: [f64; 4],
    inside: bool,
    role: &str,
) -> [String; 13] {
    let (endpoint, months) = endpoint(target.quantity);
    let bound = match target.published {
        Published::AtMost => ", at most",
        Published::AtLeast => ", at least",
        Published::Range => ", within",
        Published::Value => "",
    };
    let ends = target.interval;
    [
        target.name.clone(),
        model.strategies[target.strategy].id.as_str().to_owned(),
        endpoint + bound,
        months,
        number(target.value),
        cell(ends.map(|ends| ends.0)),
        cell(ends.map(|ends| ends.1)),
        cell(Some(mean)),
        cell(Some(mc_se)),
        cell(Some(low)),
        cell(Some(high)),
        inside.to_string(),
        role.to_owned(),
    ]
}

/// Name and month of what a figure is about.
pub(super) fn endpoint(quantity: Quantity) -> (String, String) {
    let name = |bit: u32| flag::NAMES[bit.trailing_zeros() as usize];
    let curve = |kind: CurveKind| kind.name();
    match quantity {
        Quantity::Point { curve: kind, months } => (curve(kind).to_owned(), number(months)),
        Quantity::Median { curve: kind } => (format!("{}_median_months", curve(kind)), String::new()),
        Quantity::Share { flag, among: None } => (name(flag).to_owned(), String::new()),
        Quantity::Share { flag, among: Some(among) } => {
            (format!("{} among {}", name(flag), name(among)), String::new())
        }
        Quantity::HazardRatio { curve: kind, months, .. } => {
            (format!("{}_hazard_ratio", curve(kind)), number(months))
        }
    }
}

/// How one side stands to the other, in words.
fn relation(model: &Model, sides: &[Side; 2], relation: Relation) -> String {
    let levels = |side: &Side| {
        let one = |(attribute, allowed): &(usize, Vec<u8>)| {
            let attribute = &model.population.attributes[*attribute];
            let names: Vec<&str> =
                allowed.iter().map(|level| attribute.levels[usize::from(*level)].as_str()).collect();
            format!("{} {}", attribute.name, names.join(" or "))
        };
        side.levels.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let whom = |side: &Side| {
        let strategy = model.strategies[side.strategy].id.as_str();
        let levels = levels(side);
        if levels.is_empty() { strategy.to_owned() } else { format!("{strategy} with {levels}") }
    };
    let words = match relation {
        Relation::Less => "less than",
        Relation::More => "more than",
        Relation::Equal => "equal to",
    };
    let own = levels(&sides[0]);
    let own = if own.is_empty() { own } else { format!("with {own} ") };
    format!("{own}{words} {}", whom(&sides[1]))
}

pub(super) fn label(model: &Model, target: &Target) -> String {
    format!("{}: {}", model.strategies[target.strategy].id, figure_name(target, model))
}

/// Columns that the names of the figures take.
#[must_use]
pub fn label_width(model: &Model) -> usize {
    model.trial.targets.iter().map(|target| label(model, target).chars().count()).max().unwrap_or(0)
}

/// The rows of a screen: what was published, what is shown.
#[must_use]
pub fn validation_lines(model: &Model, validation: &Validation, left_out: &[Option<LeftOut>]) -> Vec<String> {
    let mut lines = Vec::new();
    let width = label_width(model);
    let mut line =
        |label: String, published: f64, mean: f64, (low, high): (f64, f64), inside: bool, role: &str| {
            let mark = if inside { "" } else { "  OUTSIDE" };
            lines.push(format!(
                "{label:width$} {published:>9.3} {mean:>9.3}  {low:>7.3} to {high:<7.3} {role}{mark}"
            ));
        };
    for (index, (target, shown)) in model.trial.targets.iter().zip(&validation.targets).enumerate() {
        let label = label(model, target);
        let own: &Comparison = &shown.comparison;
        line(
            label.clone(),
            target.value,
            own.mean,
            own.predictive,
            own.inside(target),
            role_name(target.role),
        );
        if let Some(Some(left)) = left_out.get(index) {
            line(label, target.value, left.mean, left.predictive, left.inside, "left out");
        }
    }
    for (statement, finding) in model.trial.statements.iter().zip(&validation.statements) {
        lines.push(said(model, statement, finding));
    }
    lines
}

fn said(model: &Model, statement: &crate::model::Statement, finding: &Finding) -> String {
    let (endpoint, months) = endpoint(statement.quantity);
    let at = if months.is_empty() { months } else { format!(" at {months} months") };
    let words = relation(model, &statement.sides, statement.relation);
    let [first, second] = finding.sides;
    let holds = if finding.holds { "holds" } else { "DOES NOT HOLD" };
    let strategy = &model.strategies[statement.sides[0].strategy].id;
    format!(
        "{}: {strategy}: {endpoint}{at} {words}: {first:.3} and {second:.3}, in {:.0} % of the draws: {holds}",
        statement.name,
        100.0 * finding.share
    )
}
