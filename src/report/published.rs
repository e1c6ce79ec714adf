//! `published.csv`: what trials published of the strategies of a scenario; `published_related.csv`: of patients near to them.

use super::calibration::role_name;
use super::table::{Table, cell, number};
use super::validation::endpoint;
use crate::model::{Cause, CurveKind, Line, Model, Published, Quantity, Regimen, Strategy, Target};
use crate::outcome::flag;

/// What both tables begin with.
const FIGURE: [&str; 6] = ["strategy", "endpoint", "months", "published", "published_low", "published_high"];

fn figure(strategy: &Strategy, target: &Target) -> [String; 6] {
    let (endpoint, months) = endpoint(target.quantity);
    let [low, high] = target.interval.map_or([None; 2], |(low, high)| [Some(low), Some(high)]).map(cell);
    [strategy.id.as_str().to_owned(), endpoint, months, number(target.value), low, high]
}

/// A row a published figure. A figure of a trial is one of a strategy here where both give the same regimens in the
/// same lines, or where the first regimen extends the trial's and no later line bears on the figure; `trials` are those that
/// the regimens are fitted to, by name. Figures of the scenario itself come first.
pub(super) fn published(model: &Model, trials: &[(String, Model)]) -> Result<Vec<u8>, csv::Error> {
    let own = ["bound", "n", "role", "target", "trial", "differs"];
    let mut table = Table::new(&[&FIGURE[..], &own].concat())?;
    let own = (!model.trial.targets.is_empty()).then(|| (model.id.as_str(), model));
    let others = trials.iter().map(|(name, trial)| (name.as_str(), trial));
    for strategy in &model.strategies {
        for (name, trial) in own.into_iter().chain(others.clone()) {
            for target in &trial.trial.targets {
                let other = &trial.strategies[target.strategy];
                let alike = same((model, strategy), (trial, other));
                if !alike && !untouched((model, strategy), (trial, other), target.quantity) {
                    continue;
                }
                let bound = match target.published {
                    Published::Value => "",
                    Published::Range => "within",
                    Published::AtMost => "at_most",
                    Published::AtLeast => "at_least",
                };
                let rest = [
                    bound.to_owned(),
                    number(target.n),
                    role_name(target.role).to_owned(),
                    target.name.clone(),
                    name.to_owned(),
                    if alike { String::new() } else { differs((model, strategy), (trial, other)) },
                ];
                table.row(figure(strategy, target).into_iter().chain(rest))?;
            }
        }
    }
    table.finish()
}

/// A row a published point of a curve that stands nowhere in the other table: of patients of the same group, whose first
/// regimen is that of a strategy, or both extend a third, but who were given other lines after it or of whom only a part was
/// counted. Nothing is known of the strategy by it. `None` where there is none.
pub(super) fn related(model: &Model, trials: &[(String, Model)]) -> Result<Option<Vec<u8>>, csv::Error> {
    let own = ["n", "role", "target", "trial", "patients", "differs"];
    let mut table = Table::new(&[&FIGURE[..], &own].concat())?;
    let mut any = false;
    for (name, trial) in trials {
        for target in trial.trial.targets.iter().filter(|own| own.published == Published::Value) {
            let other = (trial, &trial.strategies[target.strategy]);
            let of = |strategy| (model, strategy);
            let known = |own| same(own, other) || untouched(own, other, target.quantity);
            let curve = matches!(target.quantity, Quantity::Point { .. } | Quantity::Median { .. });
            if !curve || model.strategies.iter().any(|own| known(of(own))) {
                continue;
            }
            for strategy in model.strategies.iter().filter(|own| near(of(own), other)) {
                // Strategies of trials often have no other label than their name.
                let patients = format!("{}: {}", trial.title, other.1.label.replace('_', " "));
                let role = role_name(target.role).to_owned();
                let rest = [number(target.n), role, target.name.clone(), name.clone(), patients];
                let rest = rest.into_iter().chain([differs(of(strategy), other)]);
                table.row(figure(strategy, target).into_iter().chain(rest))?;
                any = true;
            }
        }
    }
    Ok(if any { Some(table.finish()?) } else { None })
}

/// A strategy and its model.
type Of<'a> = (&'a Model, &'a Strategy);

/// The regimen of a line.
fn regimen<'a>((model, _): Of<'a>, line: &Line) -> &'a Regimen {
    &model.regimens[line.regimen]
}

/// Whether two strategies give the same regimens in the same lines to patients of one group.
fn same(own: Of<'_>, other: Of<'_>) -> bool {
    let regimens = |of: Of<'_>| -> Vec<String> {
        of.1.lines.iter().map(|line| regimen(of, line).id.to_string()).collect()
    };
    own.0.population.group == other.0.population.group && regimens(own) == regimens(other)
}

/// By line, whether its patients may be transplanted in remission.
fn transplanted(of: Of<'_>) -> Vec<bool> {
    let rule = |line: &Line| {
        let own = regimen(of, line).remission.as_ref().and_then(|remission| remission.transplant.as_ref());
        line.transplant.or(own).is_some()
    };
    of.1.lines.iter().map(rule).collect()
}

/// What a strategy has otherwise than that of the trial.
fn differs(own: Of<'_>, other: Of<'_>) -> String {
    let first =
        |of: Of<'_>| of.1.lines.first().map_or(String::new(), |line| regimen(of, line).id.to_string());
    let (first, of_trial) = (first(own), first(other));
    let descends = |of: Of<'_>, name: &str| {
        of.1.lines.first().is_some_and(|line| regimen(of, line).extends.iter().any(|own| own == name))
    };
    let extends = (first != of_trial).then(|| match (descends(own, &of_trial), descends(other, &first)) {
        (true, _) => format!("{first} extends {of_trial}"),
        (_, true) => format!("{of_trial} extends {first}"),
        _ => format!("{first} and {of_trial} extend another"),
    });
    let after = |of: Of<'_>| -> Vec<(String, Vec<Cause>)> {
        let later = of.1.lines.iter().skip(1);
        later.map(|line| (regimen(of, line).id.to_string(), line.after.clone())).collect()
    };
    let later = (after(own) != after(other)).then(|| "later lines".to_owned());
    let transplants = (transplanted(own) != transplanted(other)).then(|| "transplants".to_owned());
    extends.into_iter().chain(later).chain(transplants).collect::<Vec<_>>().join(", ")
}

/// Whether a quantity hangs on the first line alone, and that of the strategy is the trial's or extends it, in patients of
/// one group.
fn untouched(own: Of<'_>, other: Of<'_>, quantity: Quantity) -> bool {
    let (Some(first), Some(of_trial)) = (own.1.lines.first(), other.1.lines.first()) else { return false };
    let (first, of_trial) = (regimen(own, first), regimen(other, of_trial));
    let descends = first.id == of_trial.id || first.extends.iter().any(|name| name == of_trial.id.as_str());
    let later = || own.1.lines.iter().chain(&other.1.lines).flat_map(|line| line.after.iter().copied());
    let only = |causes: &[Cause]| later().all(|cause| causes.contains(&cause));
    own.0.population.group == other.0.population.group
        && descends
        && match quantity {
            Quantity::Point { curve, .. } | Quantity::Median { curve } => match curve {
                CurveKind::OsInfused => only(&[Cause::NotInfused]),
                CurveKind::EfsInfused => {
                    only(&[Cause::NotInfused, Cause::Refractory, Cause::Relapse, Cause::AntigenLost])
                }
                CurveKind::Efs => only(&[Cause::Refractory, Cause::Relapse, Cause::AntigenLost]),
                // A first remission may come with a later line.
                CurveKind::Rfs | CurveKind::Cir => only(&[Cause::Relapse, Cause::AntigenLost]),
                CurveKind::Os => only(&[]),
            },
            Quantity::Share { flag: flag::CR, among: Some(flag::INFUSED) } => {
                only(&[Cause::NotInfused, Cause::Relapse, Cause::AntigenLost])
            }
            Quantity::Share { .. } => only(&[]),
            // The other arm has lines too.
            Quantity::HazardRatio { .. } => false,
        }
}

/// Whether two strategies begin with regimens of which one extends the other, or both a third, in patients of one group.
fn near(own: Of<'_>, other: Of<'_>) -> bool {
    let family = |of: Of<'_>| -> Vec<String> {
        let first = of.1.lines.first().map(|line| regimen(of, line));
        first
            .into_iter()
            .flat_map(|first| first.extends.iter().cloned().chain([first.id.to_string()]))
            .collect()
    };
    let others = family(other);
    own.0.population.group == other.0.population.group && family(own).iter().any(|name| others.contains(name))
}
