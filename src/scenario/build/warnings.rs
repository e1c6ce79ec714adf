//! What a reader of a comparison must be told.

use crate::model::{Cause, Drug, Population, Regimen, Strategy};
use std::collections::BTreeSet;

/// What a reader must be told of figures from different trials.
pub(in crate::scenario) fn group_warnings(
    population: &Population,
    strategies: &[Strategy],
    regimens: &[Regimen],
) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut told = BTreeSet::new();
    for line in strategies.iter().flat_map(|strategy| &strategy.lines) {
        let regimen = &regimens[line.regimen];
        if regimen.group != population.group && told.insert(regimen.id.as_str()) {
            warnings.push(format!(
                "The figures of {} come from {:?}, not from the population of the scenario, {:?}.",
                regimen.label, regimen.group, population.group
            ));
        }
    }
    warnings
}

/// That strategies begin with figures from different trials or groups, where they do.
pub(in crate::scenario) fn group_warning(strategies: &[Strategy], regimens: &[Regimen]) -> Option<String> {
    let firsts: Vec<(&Strategy, &str)> = strategies
        .iter()
        .filter_map(|strategy| {
            strategy.lines.first().map(|line| (strategy, regimens[line.regimen].group.as_str()))
        })
        .collect();
    let ((first, group), (other, other_group)) = firsts
        .first()
        .and_then(|first| firsts.iter().find(|other| other.1 != first.1).map(|other| (first, other)))?;
    Some(format!(
        "{} ({group:?}) and {} ({other_group:?}) begin with figures from different trials or groups: their difference is no \
         randomised comparison and not the effect of the treatment alone.",
        first.label, other.label
    ))
}

/// What follows from a population without sexes.
pub(in crate::scenario) fn sex_warning(population: &Population, life_table: bool) -> Option<String> {
    let what = match (population.sex, life_table, population.body.is_some()) {
        (Some(_), ..) | (None, false, false) => return None,
        (None, true, false) => "follow the life table of women",
        (None, false, true) => "have the body size of women",
        (None, true, true) => "follow the life table of women and have their body size",
    };
    Some(format!("All patients {what}: the population has no attribute sex."))
}

/// Lines that begin in remission after leukaemia that is there.
pub(in crate::scenario) fn start_warnings(strategies: &[Strategy], regimens: &[Regimen]) -> Vec<String> {
    let active = [Cause::Refractory, Cause::Relapse, Cause::AntigenLost];
    let mut warnings = Vec::new();
    for strategy in strategies {
        for (index, line) in strategy.lines.iter().enumerate() {
            let regimen = &regimens[line.regimen];
            let cause = line.after.iter().find(|cause| active.contains(cause));
            if let Some(cause) = cause.filter(|_| regimen.starts_in_remission) {
                warnings.push(format!(
                    "Line {} of {}, {}, starts in remission although it comes after {}.",
                    index + 1,
                    strategy.label,
                    regimen.label,
                    cause.name()
                ));
            }
        }
    }
    warnings
}

/// Ratios over a life table that is switched off.
pub(in crate::scenario) fn ratio_warnings(regimens: &[Regimen], life_table: bool) -> Vec<String> {
    let given =
        regimens.iter().filter(|regimen| !life_table && regimen.mortality_ratio.iter().any(Option::is_some));
    let words = |regimen: &Regimen| {
        format!(
            "The mortality_ratio of {} does nothing: the scenario has no background mortality.",
            regimen.label
        )
    };
    given.map(words).collect()
}

/// Drugs that are to be given in more cycles than there are.
pub(in crate::scenario) fn cycle_warnings(regimens: &[Regimen]) -> Vec<String> {
    let of = |regimen: &Regimen| {
        let most = regimen.treatment.max_cycles;
        let beyond = regimen.treatment.drugs.iter().filter(|drug| drug.cycles.1 > most.max(1));
        let text = |drug: &Drug| {
            let (name, last) = (&drug.name, drug.cycles.1);
            format!(
                "{name} of {} is to be given to cycle {last}, but max_cycles ends it at cycle {most}.",
                regimen.id
            )
        };
        beyond.map(text).collect::<Vec<_>>()
    };
    regimens.iter().flat_map(of).collect()
}
