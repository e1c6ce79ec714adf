//! `published.csv`: what trials published of the strategies of a scenario.

use super::calibration::role_name;
use super::table::{Table, cell, number};
use super::validation::endpoint;
use crate::model::{Model, Published, Regimen, Strategy};

/// A row a published figure. A figure of a trial is one of a strategy here where both give the same regimens in the
/// same lines; `trials` are those that the regimens are fitted to, by name. Figures of the scenario itself come first.
pub(super) fn published(model: &Model, trials: &[(String, Model)]) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "endpoint",
        "months",
        "published",
        "published_low",
        "published_high",
        "bound",
        "n",
        "role",
        "target",
        "trial",
    ])?;
    let own = (!model.trial.targets.is_empty()).then(|| (model.id.as_str(), model));
    let others = trials.iter().map(|(name, trial)| (name.as_str(), trial));
    for strategy in &model.strategies {
        for (name, trial) in own.into_iter().chain(others.clone()) {
            for target in &trial.trial.targets {
                if !same(model, strategy, trial, &trial.strategies[target.strategy]) {
                    continue;
                }
                let (endpoint, months) = endpoint(target.quantity);
                let bound = match target.published {
                    Published::Value => "",
                    Published::Range => "within",
                    Published::AtMost => "at_most",
                    Published::AtLeast => "at_least",
                };
                let (low, high) = target.interval.unzip();
                let names = [strategy.id.as_str().to_owned(), endpoint, months, number(target.value)];
                let rest = [
                    bound.to_owned(),
                    number(target.n),
                    role_name(target.role).to_owned(),
                    target.name.clone(),
                    name.to_owned(),
                ];
                table.row(names.into_iter().chain([low, high].map(cell)).chain(rest))?;
            }
        }
    }
    table.finish()
}

/// Whether two strategies give the same regimens in the same lines to patients of one group.
fn same(model: &Model, strategy: &Strategy, trial: &Model, other: &Strategy) -> bool {
    let regimens = |model: &Model, strategy: &Strategy| -> Vec<String> {
        let id = |regimen: &Regimen| regimen.id.to_string();
        strategy.lines.iter().map(|line| id(&model.regimens[line.regimen])).collect()
    };
    model.population.group == trial.population.group && regimens(model, strategy) == regimens(trial, other)
}
