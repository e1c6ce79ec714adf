//! Checks of costs, QALYs and discounting.

use super::VerifyError;
use super::bench::{Bench, plain};
use super::change::{constant, costs, utilities};
use super::compare::{Comparisons, Finding, rounding};
use crate::model::{Convention, CostItem, Value};

/// Yearly rate where the scenario does not discount.
const RATE: f64 = 0.03;
const NO_COSTS: &str = "the scenario has no costs";
const NO_QALYS: &str = "the scenario has no utilities";

/// Outcomes of costs: the total and its items.
fn cost_outcomes() -> impl Iterator<Item = &'static str> {
    std::iter::once("costs").chain(CostItem::ALL.into_iter().map(CostItem::name))
}

pub(super) fn zero_costs(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "all costs exactly 0";
    if !bench.base()?.has("costs") {
        return Ok(Finding::not_applicable(expected, NO_COSTS));
    }
    let shown = bench.with(|model| costs(model, &|_| constant(0.0)))?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        for outcome in cost_outcomes() {
            all.zero(&shown.name(strategy, outcome), shown.mean(strategy, outcome));
        }
    }
    Ok(all.judged(expected))
}

pub(super) fn doubled_costs(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "twice the costs, in total and by item";
    let base = bench.base()?;
    if !base.has("costs") {
        return Ok(Finding::not_applicable(expected, NO_COSTS));
    }
    let twice = |value: &Value| Value::Product(vec![value.clone(), constant(2.0)]);
    let shown = bench.with(|model| costs(model, &twice))?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        for outcome in cost_outcomes() {
            let double = 2.0 * base.mean(strategy, outcome);
            let found = shown.mean(strategy, outcome);
            all.near(&shown.name(strategy, outcome), found, double, 2.0 * rounding(double));
        }
    }
    Ok(all.judged(expected))
}

pub(super) fn costs_by_item(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "the sum of the items";
    let base = bench.base()?;
    if !base.has("costs") {
        return Ok(Finding::not_applicable(expected, NO_COSTS));
    }
    let mut all = Comparisons::default();
    for strategy in base.strategies() {
        let sum: f64 = cost_outcomes().skip(1).map(|item| base.mean(strategy, item)).sum();
        // Each item is rounded by itself.
        let allowed = CostItem::ALL.len() as f64 * rounding(sum);
        all.near(&base.name(strategy, "costs"), base.mean(strategy, "costs"), sum, allowed);
    }
    Ok(all.judged(expected))
}

pub(super) fn zero_utilities(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "QALYs exactly 0";
    if !bench.base()?.has("qalys") {
        return Ok(Finding::not_applicable(expected, NO_QALYS));
    }
    let shown = bench.with(|model| utilities(model, 0.0))?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        all.zero(&shown.name(strategy, "qalys"), shown.mean(strategy, "qalys"));
    }
    Ok(all.judged(expected))
}

pub(super) fn utilities_of_one(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let shown = bench.plain()?;
    let mut all = Comparisons::default();
    for strategy in shown.strategies() {
        let years = shown.mean(strategy, "life_years");
        all.near(&shown.name(strategy, "qalys"), shown.mean(strategy, "qalys"), years, 1e-9 * (1.0 + years));
    }
    Ok(all.judged("QALYs equal to life years, to a billionth"))
}

pub(super) fn less_discounting(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let discount = bench.model.settings.discount;
    let rate = discount.costs.max(discount.effects);
    let rate = if rate > 0.0 { rate } else { RATE };
    let undiscounted = bench.plain()?;
    let discounted = bench.with(|model| plain(model, rate))?;
    let mut all = Comparisons::default();
    for strategy in discounted.strategies() {
        for outcome in ["qalys", "costs"] {
            let name = format!("discounted {}", discounted.name(strategy, outcome));
            all.at_most(&name, discounted.mean(strategy, outcome), undiscounted.mean(strategy, outcome));
        }
    }
    let percent = 100.0 * rate;
    Ok(all.judged(&format!("costs and QALYs at 0 % not below those at {percent} %, utilities of one")))
}

/// Least worth of a day of the first year at a rate of 100 %, and worth in years of a life after it.
fn worth(convention: Convention) -> (f64, f64) {
    match convention {
        Convention::Annual => (0.5, 0.5 / std::f64::consts::LN_2),
        Convention::Continuous => (crate::math::exp(-1.0), crate::math::exp(-1.0)),
        Convention::YearStart => (1.0, 1.0),
    }
}

pub(super) fn full_discounting(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let (least, later) = worth(bench.model.settings.discount.convention);
    let full = bench.with(|model| plain(model, 1.0))?;
    let year = bench.with(|model| {
        plain(model, 0.0);
        model.settings.horizon_months = model.settings.horizon_months.min(12.0);
    })?;
    let mut all = Comparisons::default();
    for strategy in full.strategies() {
        for outcome in ["qalys", "costs"] {
            let name = format!("{least:.3} of the first year's {}", full.name(strategy, outcome));
            all.at_most(&name, least * year.mean(strategy, outcome), full.mean(strategy, outcome));
        }
        let most = year.mean(strategy, "qalys") + later;
        all.at_most(&full.name(strategy, "qalys"), full.mean(strategy, "qalys"), most);
    }
    Ok(all.judged(&format!(
        "at least {least:.3} of the first year's QALYs and costs, at most its QALYs and {later:.3} more, utilities of one"
    )))
}
