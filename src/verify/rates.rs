//! Checks of rates of zero and one.

use super::bench::Bench;
use super::change::{constant, cured, no_toxicity, response};
use super::compare::{Comparisons, Finding};
use super::{Shown, VerifyError};
use crate::model::{Model, Regimen, Strategy};

/// Regimens that a strategy gives.
fn given<'a>(model: &'a Model, strategy: &'a Strategy) -> impl Iterator<Item = &'a Regimen> {
    strategy.lines.iter().map(|line| &model.regimens[line.regimen])
}

/// These outcomes are zero under a strategy.
fn none_of(all: &mut Comparisons, shown: &Shown, strategy: usize, outcomes: &[&str]) {
    for outcome in outcomes {
        all.zero(&shown.name(strategy, outcome), shown.mean(strategy, outcome));
    }
}

/// Whether a regimen awaits a response.
fn awaits(regimen: &Regimen) -> bool {
    regimen.response.is_some() && !regimen.starts_in_remission
}

pub(super) fn no_response(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected =
        "no remission, relapse, MRD negativity or transplant in remission where no line starts in remission";
    let model = &bench.model;
    let fails = |strategy: &Strategy| {
        given(model, strategy).any(awaits)
            && given(model, strategy).all(|regimen| !regimen.starts_in_remission)
    };
    if !model.strategies.iter().any(fails) {
        let reason = "every strategy has a line that starts in remission, or no line that awaits one";
        return Ok(Finding::not_applicable(expected, reason));
    }
    let shown = bench.with(|model| response(model, 0.0))?;
    let mut all = Comparisons::default();
    for (index, strategy) in model.strategies.iter().enumerate().filter(|(_, strategy)| fails(strategy)) {
        none_of(&mut all, &shown, index, &["cr", "relapse", "mrd_negative", "molecular_relapse"]);
        // A transplant given as a line needs no remission.
        if given(model, strategy).all(|regimen| regimen.transplant.is_none()) {
            none_of(&mut all, &shown, index, &["transplant"]);
        }
    }
    Ok(all.judged(expected))
}

/// Patients per 1,000 with an event in lines from one on.
fn events(shown: &Shown, strategy: usize, event: &str, from: usize) -> f64 {
    let own =
        |row: &&crate::summary::EventRow| row.strategy == strategy && row.event == event && row.line >= from;
    shown.summary.events.iter().filter(own).map(|row| row.band.mean.unwrap_or(f64::NAN)).sum()
}

pub(super) fn full_response(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "nobody assessed without remission";
    if !bench.model.regimens.iter().any(awaits) {
        return Ok(Finding::not_applicable(expected, "no regimen awaits a response"));
    }
    let shown = bench.with(|model| response(model, 1.0))?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        for event in ["no_response", "pr"] {
            all.zero(&shown.name(strategy, event), events(&shown, strategy, event, 1));
        }
    }
    Ok(all.judged(expected))
}

pub(super) fn all_cured(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "no relapse of any kind";
    if !bench.base()?.has("relapse") {
        return Ok(Finding::not_applicable(expected, "no strategy brings a remission that may relapse"));
    }
    let shown = bench.with(cured)?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        let outcomes = ["relapse", "relapse_antigen_negative", "molecular_relapse", "months_relapsed"];
        none_of(&mut all, &shown, strategy, &outcomes);
    }
    Ok(all.judged(expected))
}

/// Outcomes of toxicity.
const TOXIC: [&str; 13] = [
    "crs_any",
    "crs_grade3",
    "tocilizumab_patients",
    "icu_patients",
    "neurotoxicity_grade3",
    "infection",
    "other_grade3",
    "tocilizumab_doses",
    "icu_days",
    "crs_days",
    "cost_toxicity",
    "cost_tocilizumab",
    "cost_icu",
];

pub(super) fn without_toxicity(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "no toxicity, and no costs of it";
    let base = bench.base()?;
    if !TOXIC.iter().any(|outcome| base.has(outcome)) {
        return Ok(Finding::not_applicable(expected, "no regimen has toxicity"));
    }
    let shown = bench.with(no_toxicity)?;
    let mut all = Comparisons::default();
    shown.strategies().for_each(|strategy| none_of(&mut all, &shown, strategy, &TOXIC));
    Ok(all.judged(expected))
}

pub(super) fn nobody_able(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "nobody in a line after the first";
    if bench.model.strategies.iter().all(|strategy| strategy.lines.len() == 1) {
        return Ok(Finding::not_applicable(expected, "no strategy has a later line"));
    }
    let shown = bench.with(|model| {
        let later = model.strategies.iter_mut().flat_map(|strategy| strategy.lines.iter_mut().skip(1));
        later.for_each(|line| line.able = constant(0.0));
    })?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        all.zero(&shown.name(strategy, "later lines"), events(&shown, strategy, "line_start", 2));
    }
    Ok(all.judged(expected))
}
