//! `published.csv`: what trials published of the strategies of a scenario; `published_related.csv`: of patients near to them.

use super::ReportFile;
use super::calibration::role_name;
use super::given::{Of, differences, has_of, regimen};
use super::parts::Source;
use super::table::{Table, cell, number};
use super::validation::endpoint;
use crate::model::{Model, Published, Quantity, Shape, Strategy, Target};

/// What both tables begin with.
const FIGURE: [&str; 6] = ["strategy", "endpoint", "months", "published", "published_low", "published_high"];

fn figure(strategy: &Strategy, target: &Target) -> [String; 6] {
    let (endpoint, months) = endpoint(target.quantity);
    let [low, high] = target.interval.map_or([None; 2], |(low, high)| [Some(low), Some(high)]).map(cell);
    [strategy.id.as_str().to_owned(), endpoint, months, number(target.value), low, high]
}

/// A trial by its name.
type Named<'a> = (&'a str, Source<'a>);

/// Both tables of a model; `trials` are those that the regimens are fitted to, by name. Of near patients there is none without a
/// row.
pub(super) fn files(model: &Model, trials: &[(String, Model)]) -> Result<Vec<ReportFile>, csv::Error> {
    let here = Source::of(model);
    let trials: Vec<Named<'_>> =
        trials.iter().map(|(name, trial)| (name.as_str(), Source::of(trial))).collect();
    let near = related(&here, &trials)?;
    let published = ReportFile { name: "published.csv", bytes: published(&here, &trials)? };
    let near = near.map(|bytes| ReportFile { name: "published_related.csv", bytes });
    Ok(std::iter::once(published).chain(near).collect())
}

/// A row a published figure that a trial has of a strategy here: nothing that bears on it is given otherwise. Figures of the
/// scenario itself come first.
fn published(here: &Source<'_>, trials: &[Named<'_>]) -> Result<Vec<u8>, csv::Error> {
    let own = ["bound", "n", "role", "target", "trial", "differs"];
    let mut table = Table::new(&[&FIGURE[..], &own].concat())?;
    // A scenario without figures of its own adds none.
    let itself = (here.model.id.as_str(), here);
    let all = || std::iter::once(itself).chain(trials.iter().map(|(name, trial)| (*name, trial)));
    for strategy in &here.model.strategies {
        for (name, trial) in all() {
            for target in &trial.model.trial.targets {
                let of_trial = (trial, &trial.model.strategies[target.strategy]);
                if !has_of((here, strategy), of_trial, (target.quantity, target.value)) {
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
                    differences((here, strategy), of_trial),
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
fn related(here: &Source<'_>, trials: &[Named<'_>]) -> Result<Option<Vec<u8>>, csv::Error> {
    let own = ["n", "role", "target", "trial", "patients", "differs"];
    let mut table = Table::new(&[&FIGURE[..], &own].concat())?;
    let mut any = false;
    let model = here.model;
    for (name, source) in trials {
        let trial = source.model;
        for target in trial.trial.targets.iter().filter(|own| own.published == Published::Value) {
            let other = (source, &trial.strategies[target.strategy]);
            let of = |strategy| (here, strategy);
            let known = |own| has_of(own, other, (target.quantity, target.value));
            let curve = matches!(target.quantity, Quantity::Point { .. } | Quantity::Median { .. });
            if !curve || model.strategies.iter().any(|own| known(of(own))) {
                continue;
            }
            for strategy in model.strategies.iter().filter(|own| near(of(own), other)) {
                // Strategies of trials often have no other label than their name.
                let patients = format!("{}: {}", trial.title, other.1.label.replace('_', " "));
                let role = role_name(target.role).to_owned();
                let rest = [number(target.n), role, target.name.clone(), (*name).to_owned(), patients];
                let rest = rest.into_iter().chain([differences(of(strategy), other)]);
                table.row(figure(strategy, target).into_iter().chain(rest))?;
                any = true;
            }
        }
    }
    Ok(if any { Some(table.finish()?) } else { None })
}

/// Whether two strategies begin with regimens of which one extends the other, or both a third, in patients of one group, both
/// before their relapse or after it.
fn near(own: Of<'_>, other: Of<'_>) -> bool {
    // Who relapses at a fixed time stands for patients who come with their relapse.
    let relapsed = |of: Of<'_>| {
        let first = of.1.lines.first().and_then(|line| regimen(of, line).remission.as_ref());
        first.is_some_and(|remission| remission.relapse.shape == Shape::Fixed)
    };
    let family = |of: Of<'_>| -> Vec<String> {
        let first = of.1.lines.first().map(|line| regimen(of, line));
        first
            .into_iter()
            .flat_map(|first| first.extends.iter().cloned().chain([first.id.to_string()]))
            .collect()
    };
    let others = family(other);
    own.0.model.population.group == other.0.model.population.group
        && relapsed(own) == relapsed(other)
        && family(own).iter().any(|name| others.contains(name))
}
