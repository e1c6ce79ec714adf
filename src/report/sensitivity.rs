//! Tables of the analyses of an economic evaluation that compute again.

use super::ReportFile;
use super::compared::compared;
use super::table::{Table, cell, number};
use crate::economics::{Analyses, Bar, Evaluation, OneWay, Pair, Threshold, TwoWay};
use crate::summary::Band;

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
    let mut table = Table::new(&["parameter", "strategy", "param_val", "outcome_val", "mc_se"])?;
    let psa = &one_way.psa;
    for (strategy, name) in psa.strategies.iter().enumerate() {
        let benefit = psa.net_benefit(strategy, wtp);
        let errors = psa.errors(strategy, wtp).map(|[_, _, errors]| errors);
        for (at, moved) in one_way.moved.iter().enumerate() {
            let [low, high] = OneWay::places(at);
            let points = [(moved.low, low), (moved.central, 0), (moved.high, high)];
            for (value, place) in points {
                let error = errors.as_ref().map(|errors| errors[place]);
                let names = [moved.parameter.clone(), name.clone()];
                let cells = [Some(value), Some(benefit[place]), error].map(cell);
                table.row(names.into_iter().chain(cells))?;
            }
        }
    }
    table.finish()
}

/// Differences from the comparator at the ends of each figure, those that move the outcome most first; `mc_se` is the
/// larger of the errors at both ends, `width_mc_se` that of the distance between the outermost; `fit` names the fit from whose other figures one is moved apart.
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
        "width",
        "width_mc_se",
        "fit",
    ])?;
    let psa = &one_way.psa;
    let against = psa.comparator;
    for strategy in (0..psa.strategies.len()).filter(|strategy| *strategy != against) {
        let outcomes = [
            ("net_monetary_benefit", one_way.net_benefit(strategy, wtp), Some(wtp)),
            ("costs", one_way.costs(strategy), None),
            ("qalys", one_way.effects(strategy), None),
        ];
        for (outcome, bars, at_wtp) in outcomes {
            let mut order: Vec<usize> = (0..bars.len()).collect();
            order.sort_by(|one, other| bars[*other].width.total_cmp(&bars[*one].width));
            for figure in order {
                let moved = &one_way.moved[figure];
                let Bar { at, mc_se, width, width_mc_se } = bars[figure];
                let names =
                    [&psa.strategies[strategy], &psa.strategies[against], outcome].map(ToOwned::to_owned);
                let values = [moved.low, moved.central, moved.high].into_iter().chain(at).map(number);
                let errors = [mc_se.map(|[low, _, high]| low.max(high)), Some(width), width_mc_se].map(cell);
                let cells = names.into_iter().chain([cell(at_wtp), moved.parameter.clone()]).chain(values);
                table.row(cells.chain(errors).chain([moved.fit.clone().unwrap_or_default()]))?;
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
        "costs_mc_se",
        "qalys_mc_se",
        "net_monetary_benefit_mc_se",
        "gained",
        "gained_mc_se",
        "comparator",
    ])?;
    for grid in all {
        let psa = &grid.psa;
        let benefits: Vec<Vec<f64>> =
            (0..psa.strategies.len()).map(|strategy| psa.net_benefit(strategy, wtp)).collect();
        let strategies = 0..psa.strategies.len();
        let errors: Vec<_> = strategies.clone().map(|strategy| psa.errors(strategy, wtp)).collect();
        let gain_errors: Vec<_> = strategies.map(|strategy| psa.gain_errors(strategy, wtp)).collect();
        for (point, [first, second]) in grid.values.iter().enumerate() {
            let most = benefits.iter().map(|own| own[point]).fold(f64::NEG_INFINITY, f64::max);
            for (strategy, name) in psa.strategies.iter().enumerate() {
                let own = benefits[strategy][point];
                let [one, other] = grid.parameters.clone();
                let numbers =
                    [psa.costs[strategy][point], psa.effects[strategy][point], wtp, own].map(number);
                let head = [one, other, number(*first), number(*second), name.clone()];
                let best = if own == most { "TRUE" } else { "FALSE" };
                let errors = [0, 1, 2].map(|of| errors[strategy].as_ref().map(|own| own[of][point]));
                // Over the comparator, with the patients in common; it gains nothing over itself.
                let compared = strategy != psa.comparator;
                let gained = compared.then(|| own - benefits[psa.comparator][point]);
                let error = gain_errors[strategy].as_ref().filter(|_| compared).map(|own| own[point]);
                let added = errors.into_iter().chain([gained, error]).map(cell);
                let against = psa.strategies[psa.comparator].clone();
                table.row(
                    head.into_iter().chain(numbers).chain([best.to_owned()]).chain(added).chain([against]),
                )?;
            }
        }
    }
    table.finish()
}

/// The value at central figures, then what it is on average over draws.
fn thresholds(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "figure",
        "strategy",
        "comparator",
        "wtp",
        "central",
        "net_monetary_benefit_gained",
        "threshold",
        "gained_mc_se",
        "threshold_mc_se",
        "mean_gained",
        "mean_gained_mc_se",
        "mean_gained_draw_se",
        "mean_threshold",
        "mean_threshold_mc_se",
        "mean_threshold_draw_se",
    ])?;
    let names = &evaluation.psa.strategies;
    for Threshold { parameter, strategy, wtp, central, centre, draws } in &analyses.thresholds {
        let head = [parameter.clone(), names[*strategy].clone(), names[evaluation.psa.comparator].clone()];
        let own = [
            Some(*wtp),
            Some(*central),
            Some(centre.gained),
            centre.value,
            centre.gained_errors.mc_se,
            centre.value_errors.mc_se,
        ];
        let mean = draws.map_or([None; 6], |mean| {
            [
                Some(mean.gained),
                mean.gained_errors.mc_se,
                mean.gained_errors.draw_se,
                mean.value,
                mean.value_errors.mc_se,
                mean.value_errors.draw_se,
            ]
        });
        table.row(head.into_iter().chain(own.into_iter().chain(mean).map(cell)))?;
    }
    table.finish()
}

/// Why a partitioned-survival model says something else.
const WHY_YEARS: &str = "curves are read by months, lives to the day";
const WHY_QALYS: &str = "two utilities, remission before an event and relapse after it, stand for all states: induction and \
                         the months after a transplant count as remission, what an event takes away is left out, \
                         utilities that change with the time since entry change by the time since the start, and the \
                         population is as at the start";

/// Two states by the areas under the curves, beside the simulated lives.
fn partitioned(evaluation: &Evaluation, analyses: &Analyses) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "strategy",
        "quantity",
        "partitioned",
        "simulated",
        "partitioned_mc_se",
        "simulated_mc_se",
        "difference",
        "difference_mc_se",
        "why",
    ])?;
    for own in &analyses.partitioned {
        let alone = |(value, error): (f64, Option<f64>)| [Some(value), None, error, None, None, None];
        let both = |pair: Pair| {
            let [partitioned, simulated, difference] =
                pair.mc_se.map_or([None; 3], |errors| errors.map(Some));
            let less = Some(pair.partitioned - pair.simulated);
            [Some(pair.partitioned), Some(pair.simulated), partitioned, simulated, less, difference]
        };
        let rows = [
            ("event_free_years", alone(own.event_free_years), ""),
            ("later_years", alone(own.later_years), ""),
            ("life_years", both(own.life_years), WHY_YEARS),
            ("qalys", both(own.qalys), WHY_QALYS),
        ];
        for (quantity, cells, why) in rows {
            let names = [evaluation.psa.strategies[own.strategy].clone(), quantity.to_owned()];
            table.row(names.into_iter().chain(cells.map(cell)).chain([why.to_owned()]))?;
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
        "with_uptake_mc_se",
        "without_mc_se",
        "impact_mc_se",
        "impact_draw_se",
        "impact_lower_95_corrected",
        "impact_upper_95_corrected",
        "with_uptake_lower_95",
        "with_uptake_upper_95",
        "without_lower_95",
        "without_upper_95",
    ])?;
    let comparator = &evaluation.psa.strategies[evaluation.psa.comparator];
    for year in &analyses.budget {
        let Band { mean, lower_95, upper_95, mc_se, draw_se, .. } = year.impact;
        let cells = [year.with.mean, year.without.mean, mean, lower_95, upper_95];
        let errors = [year.with.mc_se, year.without.mc_se, mc_se, draw_se];
        let corrected = year.impact_corrected;
        let corrected = [corrected.map(|own| own.lower_95), corrected.map(|own| own.upper_95)];
        let spent = [year.with.lower_95, year.with.upper_95, year.without.lower_95, year.without.upper_95];
        let cells = cells.into_iter().chain(errors).chain(corrected).chain(spent).map(cell);
        table.row([year.year.to_string(), comparator.clone()].into_iter().chain(cells))?;
    }
    table.finish()
}
