//! Tables of an economic evaluation, under the names and columns that other tools read.

use super::ReportFile;
use super::table::{Table, cell, number};
use crate::economics::{Difference, Evaluation, InformationValue};

/// Adds the files of an evaluation.
pub(super) fn files(evaluation: &Evaluation) -> Result<Vec<ReportFile>, csv::Error> {
    let mut files = vec![
        ReportFile { name: "icers.csv", bytes: icers(evaluation)? },
        ReportFile { name: "increments.csv", bytes: increments(evaluation)? },
        ReportFile { name: "ceac.csv", bytes: ceac(evaluation)? },
        ReportFile { name: "ceac_pairwise.csv", bytes: ceac_pairwise(evaluation)? },
        ReportFile { name: "expected_loss.csv", bytes: expected_loss(evaluation)? },
        ReportFile { name: "evpi.csv", bytes: evpi(evaluation)? },
    ];
    if !evaluation.evppi.is_empty() {
        files.push(ReportFile {
            name: "evppi.csv",
            bytes: information(evaluation, "Parameter", "EVPPI", &evaluation.evppi)?,
        });
    }
    if !evaluation.evsi.is_empty() {
        files.push(ReportFile {
            name: "evsi.csv",
            bytes: information(evaluation, "Study", "EVSI", &evaluation.evsi)?,
        });
    }
    Ok(files)
}

/// As dampack's `calculate_icers` gives it; increments and ratio are against the row's `Comparator`, the strategy before
/// it on the frontier.
fn icers(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "Strategy",
        "Cost",
        "Effect",
        "Inc_Cost",
        "Inc_Effect",
        "ICER",
        "Status",
        "Comparator",
        "Cost_MC_SE",
        "Effect_MC_SE",
        "Inc_Cost_MC_SE",
        "Inc_Effect_MC_SE",
        "ICER_MC_SE",
    ])?;
    let names = &evaluation.psa.strategies;
    for row in &evaluation.icers {
        let against = row.against.map_or(String::new(), |against| names[against].clone());
        let name = names[row.strategy].clone();
        let values = [Some(row.cost), Some(row.effect), row.inc_cost, row.inc_effect, row.icer].map(cell);
        let errors = row.mc_se.into_iter().chain(row.inc_mc_se).map(cell);
        let texts = [row.status.to_string(), against];
        table.row(std::iter::once(name).chain(values).chain(texts).chain(errors))?;
    }
    table.finish()
}

/// Differences from the comparator; net benefits at the threshold.
fn increments(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "comparator",
        "outcome",
        "wtp",
        "mean",
        "mc_se",
        "lower_95",
        "median",
        "upper_95",
        "draw_se",
        "noise_share",
        "lower_95_corrected",
        "median_corrected",
        "upper_95_corrected",
    ])?;
    let names = &evaluation.psa.strategies;
    for row in &evaluation.increments {
        let outcomes: [(&str, &Difference, Option<f64>); 4] = [
            ("costs", &row.cost, None),
            ("qalys", &row.effect, None),
            ("net_monetary_benefit", &row.net_monetary_benefit, Some(evaluation.threshold)),
            ("net_health_benefit", &row.net_health_benefit, Some(evaluation.threshold)),
        ];
        for (outcome, difference, wtp) in outcomes {
            let raw = difference.raw;
            let corrected = difference.corrected;
            let cells = [
                wtp,
                raw.mean,
                raw.mc_se,
                raw.lower_95,
                raw.median,
                raw.upper_95,
                raw.draw_se,
                difference.noise_share,
                corrected.map(|own| own.lower_95),
                corrected.map(|own| own.median),
                corrected.map(|own| own.upper_95),
            ];
            let head = [&names[row.strategy], &names[evaluation.psa.comparator], outcome];
            table.row(head.map(ToOwned::to_owned).into_iter().chain(cells.map(cell)))?;
        }
    }
    table.finish()
}

/// Multi-way: the probability of the highest net benefit of all.
fn ceac(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["WTP", "Strategy", "Proportion", "On_Frontier", "Proportion_Corrected"])?;
    for at in &evaluation.acceptability {
        for (strategy, name) in evaluation.psa.strategies.iter().enumerate() {
            let on_frontier = if at.frontier == strategy { "TRUE" } else { "FALSE" };
            let corrected = at.corrected.as_ref().map(|corrected| corrected.best[strategy]);
            let cells = [number(at.wtp), name.clone(), number(at.raw.best[strategy]), on_frontier.to_owned()];
            table.row(cells.into_iter().chain([cell(corrected)]))?;
        }
    }
    table.finish()
}

/// Pairwise: the probability of a higher net benefit than the comparator's.
fn ceac_pairwise(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["WTP", "Strategy", "Comparator", "Proportion", "Proportion_Corrected"])?;
    let names = &evaluation.psa.strategies;
    for at in &evaluation.acceptability {
        for (strategy, name) in names.iter().enumerate() {
            let Some(better) = at.raw.better[strategy] else { continue };
            let corrected = at.corrected.as_ref().and_then(|corrected| corrected.better[strategy]);
            let against = names[evaluation.psa.comparator].clone();
            table.row([number(at.wtp), name.clone(), against, number(better), cell(corrected)])?;
        }
    }
    table.finish()
}

/// What choosing each strategy is expected to lose, a person.
fn expected_loss(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "WTP",
        "Strategy",
        "Expected_Loss",
        "On_Frontier",
        "Expected_Loss_Corrected",
        "SE",
        "SE_Corrected",
    ])?;
    for (loss, at) in evaluation.losses.iter().zip(&evaluation.acceptability) {
        for (strategy, name) in evaluation.psa.strategies.iter().enumerate() {
            let on_frontier = if at.frontier == strategy { "TRUE" } else { "FALSE" };
            let corrected = loss.corrected.as_ref().map(|corrected| corrected[strategy]);
            let cells = [number(loss.wtp), name.clone(), number(loss.raw[strategy]), on_frontier.to_owned()];
            let error =
                |errors: &Option<Vec<f64>>| errors.as_ref().and_then(|errors| known(errors[strategy]));
            let errors = [error(&loss.raw_errors), error(&loss.corrected_errors)];
            table.row(cells.into_iter().chain([corrected].into_iter().chain(errors).map(cell)))?;
        }
    }
    table.finish()
}

/// A person, and the population whom the decision concerns.
fn evpi(evaluation: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "WTP",
        "EVPI",
        "EVPI_Corrected",
        "EVPI_Population",
        "EVPI_Population_Corrected",
        "SE",
        "SE_Corrected",
        "SE_Population",
        "SE_Population_Corrected",
    ])?;
    for loss in &evaluation.losses {
        let corrected = loss.corrected_evpi();
        let of_all = |value: f64| evaluation.persons.map(|persons| persons.times(value));
        let error_of_all =
            |(value, error): (f64, f64)| evaluation.persons.map(|persons| persons.times_error(value, error));
        let pairs = [(Some(loss.evpi()), loss.evpi_error()), (corrected, loss.corrected_evpi_error())];
        let pairs = pairs.map(|(value, error)| (value, error.and_then(known)));
        let cells = [Some(loss.evpi()), corrected, of_all(loss.evpi()), corrected.and_then(of_all)];
        let errors = pairs.map(|(_, error)| error);
        let errors_of_all = pairs.map(|(value, error)| value.zip(error).and_then(error_of_all));
        let cells = cells.into_iter().chain(errors).chain(errors_of_all);
        table.row(std::iter::once(number(loss.wtp)).chain(cells.map(cell)))?;
    }
    table.finish()
}

fn information(
    evaluation: &Evaluation,
    what: &str,
    name: &str,
    values: &[InformationValue],
) -> Result<Vec<u8>, csv::Error> {
    let population = format!("{name}_Population");
    let mut table = Table::new(&["WTP", what, name, "SE", &population, "SE_Population"])?;
    for own in values {
        for ((wtp, value), error) in evaluation.wtp.iter().zip(&own.values).zip(&own.errors) {
            let error = known(*error);
            let of_all = evaluation.persons.map(|persons| persons.times(*value));
            let error_of_all =
                evaluation.persons.zip(error).map(|(all, error)| all.times_error(*value, error));
            let texts = [number(*wtp), own.name.clone(), number(*value)];
            table.row(texts.into_iter().chain([error, of_all, error_of_all].map(cell)))?;
        }
    }
    table.finish()
}

/// A standard error over draws; none where no draw changes the decision, which does not make it sure.
fn known(error: f64) -> Option<f64> {
    (error > 0.0).then_some(error)
}
