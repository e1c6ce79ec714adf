//! Tables of the analyses of an economic evaluation that simulate again.

use super::ReportFile;
use super::table::{Table, cell, number};
use crate::economics::{Analyses, Evaluation, Gains, Increment, OneWay, Psa, TwoWay, icers, increments};

pub(super) fn files(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<ReportFile>, csv::Error> {
    let mut files = Vec::new();
    let mut add = |name, bytes| files.push(ReportFile { name, bytes });
    let wtp = evaluation.threshold;
    if let Some(one_way) = &analyses.one_way {
        add("dsa.csv", dsa(one_way, wtp)?);
        add("tornado.csv", tornado(one_way, wtp)?);
    }
    if !analyses.two_way.is_empty() {
        add("two_way.csv", two_way(&analyses.two_way, wtp)?);
    }
    if !analyses.thresholds.is_empty() {
        add("threshold.csv", thresholds(evaluation, analyses)?);
    }
    if !analyses.subgroups.is_empty() {
        let groups = analyses.subgroups.iter();
        let named =
            groups.map(|own| (vec![own.attribute.clone(), own.level.clone(), number(own.share)], &own.psa));
        add("subgroups.csv", compared(&["attribute", "level", "share"], named, wtp)?);
    }
    if !analyses.switches.is_empty() {
        let switches = analyses.switches.iter().map(|(name, psa)| (vec![name.clone()], psa));
        add("switches.csv", compared(&["switch"], switches, wtp)?);
    }
    if !analyses.partitioned.is_empty() {
        add("partitioned.csv", partitioned(evaluation, analyses)?);
    }
    if !analyses.budget.is_empty() {
        add("budget.csv", budget(evaluation, analyses)?);
    }
    Ok(files)
}

/// As dampack's `owsa` reads it; the outcome is the net monetary benefit at the threshold.
fn dsa(one_way: &OneWay, wtp: f64) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["parameter", "strategy", "param_val", "outcome_val"])?;
    let psa = &one_way.psa;
    for (strategy, name) in psa.strategies.iter().enumerate() {
        let benefit = psa.net_benefit(strategy, wtp);
        for (at, moved) in one_way.moved.iter().enumerate() {
            let [low, high] = OneWay::places(at);
            let points = [(moved.low, low), (moved.central, 0), (moved.high, high)];
            for (value, place) in points {
                table.row([moved.parameter.clone(), name.clone(), number(value), number(benefit[place])])?;
            }
        }
    }
    table.finish()
}

/// Differences from the comparator at the ends of each figure, those that move the outcome most first; `mc_se` is the
/// larger of the errors at both ends.
fn tornado(one_way: &OneWay, wtp: f64) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "comparator",
        "outcome",
        "wtp",
        "parameter",
        "low",
        "central",
        "high",
        "at_low",
        "at_central",
        "at_high",
        "mc_se",
    ])?;
    let psa = &one_way.psa;
    let against = psa.comparator;
    for strategy in (0..psa.strategies.len()).filter(|strategy| *strategy != against) {
        let outcomes = [
            ("net_monetary_benefit", one_way.net_benefit(strategy, wtp), Some(wtp)),
            ("costs", one_way.costs(strategy), None),
            ("qalys", one_way.effects(strategy), None),
        ];
        for (outcome, Gains { values, errors }, at_wtp) in outcomes {
            let width = |figure: &usize| {
                let [low, high] = OneWay::places(*figure);
                (values[low] - values[high])
                    .abs()
                    .max((values[low] - values[0]).abs())
                    .max((values[high] - values[0]).abs())
            };
            let mut order: Vec<usize> = (0..one_way.moved.len()).collect();
            order.sort_by(|one, other| width(other).total_cmp(&width(one)));
            for figure in order {
                let moved = &one_way.moved[figure];
                let [low, high] = OneWay::places(figure);
                let se = errors.as_ref().map(|errors| errors[low].max(errors[high]));
                let names =
                    [&psa.strategies[strategy], &psa.strategies[against], outcome].map(ToOwned::to_owned);
                let values =
                    [moved.low, moved.central, moved.high, values[low], values[0], values[high]].map(number);
                let cells = names.into_iter().chain([cell(at_wtp), moved.parameter.clone()]).chain(values);
                table.row(cells.chain([cell(se)]))?;
            }
        }
    }
    table.finish()
}

fn two_way(all: &[TwoWay], wtp: f64) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "first",
        "second",
        "first_value",
        "second_value",
        "strategy",
        "costs",
        "qalys",
        "wtp",
        "net_monetary_benefit",
        "best",
    ])?;
    for grid in all {
        let psa = &grid.psa;
        let benefits: Vec<Vec<f64>> =
            (0..psa.strategies.len()).map(|strategy| psa.net_benefit(strategy, wtp)).collect();
        for (point, [first, second]) in grid.values.iter().enumerate() {
            let most = benefits.iter().map(|own| own[point]).fold(f64::NEG_INFINITY, f64::max);
            for (strategy, name) in psa.strategies.iter().enumerate() {
                let own = benefits[strategy][point];
                let [one, other] = grid.parameters.clone();
                let numbers =
                    [psa.costs[strategy][point], psa.effects[strategy][point], wtp, own].map(number);
                let head = [one, other, number(*first), number(*second), name.clone()];
                let best = if own == most { "TRUE" } else { "FALSE" };
                table.row(head.into_iter().chain(numbers).chain([best.to_owned()]))?;
            }
        }
    }
    table.finish()
}

fn thresholds(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "figure",
        "strategy",
        "comparator",
        "wtp",
        "central",
        "net_monetary_benefit_gained",
        "threshold",
    ])?;
    let names = &evaluation.psa.strategies;
    for own in &analyses.thresholds {
        let head =
            [own.parameter.clone(), names[own.strategy].clone(), names[evaluation.psa.comparator].clone()];
        let cells = [Some(own.wtp), Some(own.central), Some(own.gained), own.value].map(cell);
        table.row(head.into_iter().chain(cells))?;
    }
    table.finish()
}

/// Evaluations side by side: costs, effects, status and ratio, and gains over the comparator at the threshold.
fn compared<'a>(
    names: &[&str],
    all: impl Iterator<Item = (Vec<String>, &'a Psa)>,
    wtp: f64,
) -> Result<Vec<u8>, csv::Error> {
    let columns = [
        "strategy",
        "comparator",
        "costs",
        "qalys",
        "status",
        "icer",
        "inc_costs",
        "inc_qalys",
        "wtp",
        "inc_net_monetary_benefit",
        "mc_se",
        "lower_95",
        "upper_95",
    ];
    let header: Vec<&str> = names.iter().copied().chain(columns).collect();
    let mut table = Table::new(&header)?;
    for (head, psa) in all {
        let rows = icers(psa);
        let gains = increments(psa, wtp);
        for (strategy, name) in psa.strategies.iter().enumerate() {
            let Some(row) = rows.iter().find(|row| row.strategy == strategy) else { continue };
            let gain = gains.iter().find(|gain| gain.strategy == strategy);
            let mean = |of: fn(&Increment) -> Option<f64>| gain.and_then(of);
            let (low, high) = (
                mean(|gain| {
                    gain.net_monetary_benefit
                        .corrected
                        .map_or(gain.net_monetary_benefit.raw.lower_95, |own| Some(own.lower_95))
                }),
                mean(|gain| {
                    gain.net_monetary_benefit
                        .corrected
                        .map_or(gain.net_monetary_benefit.raw.upper_95, |own| Some(own.upper_95))
                }),
            );
            let texts =
                [name.clone(), psa.strategies[psa.comparator].clone(), number(row.cost), number(row.effect)];
            let cells = [
                row.icer,
                mean(|gain| gain.cost.raw.mean),
                mean(|gain| gain.effect.raw.mean),
                Some(wtp),
                mean(|gain| gain.net_monetary_benefit.raw.mean),
                mean(|gain| gain.net_monetary_benefit.raw.mc_se),
                low,
                high,
            ];
            let cells = cells.map(cell);
            table.row(head.iter().cloned().chain(texts).chain([row.status.to_string()]).chain(cells))?;
        }
    }
    table.finish()
}

/// Two states by the areas under the curves, beside the simulated lives.
fn partitioned(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["strategy", "quantity", "partitioned", "simulated"])?;
    for own in &analyses.partitioned {
        let rows = [
            ("event_free_years", own.event_free_years, None),
            ("later_years", own.later_years, None),
            ("life_years", own.event_free_years + own.later_years, Some(own.life_years)),
            ("qalys", own.qalys, Some(own.simulated_qalys)),
        ];
        for (quantity, value, simulated) in rows {
            let name = evaluation.psa.strategies[own.strategy].clone();
            table.row([name, quantity.to_owned(), number(value), cell(simulated)])?;
        }
    }
    table.finish()
}

/// Undiscounted money of a payer, with the uptake and with the comparator for all.
fn budget(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "year",
        "comparator",
        "with_uptake",
        "without",
        "impact",
        "impact_lower_95",
        "impact_upper_95",
    ])?;
    let comparator = &evaluation.psa.strategies[evaluation.psa.comparator];
    for year in &analyses.budget {
        let cells =
            [year.with.mean, year.without.mean, year.impact.mean, year.impact.lower_95, year.impact.upper_95];
        table.row([year.year.to_string(), comparator.clone()].into_iter().chain(cells.map(cell)))?;
    }
    table.finish()
}
