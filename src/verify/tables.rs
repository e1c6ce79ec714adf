//! Checks of what an economic evaluation makes of costs and QALYs: what a reviewer reckons again beside its tables.

use super::bench::Bench;
use super::compare::{Comparisons, Finding, rounding};
use super::{Shown, VerifyError};
use crate::economics::{Acceptability, IcerRow, Psa, Status, acceptability, icers, increments, losses};
use crate::model::CurveKind;

/// Money per QALY at which tables are checked.
const WTP: [f64; 4] = [0.0, 50_000.0, 100_000.0, 150_000.0];
const NEITHER: &str = "the scenario has neither costs nor utilities";
const ONE: &str = "the scenario has one strategy";

/// Costs and QALYs by draw, against the first strategy; `None` where there are neither.
fn psa(shown: &Shown) -> Option<Psa> {
    let draws = shown.headlines.first()?.draws.len();
    let of = |outcome: &str| -> Vec<Vec<f64>> {
        let own = |strategy: usize| {
            let found = shown.headlines.iter().find(|own| own.strategy == strategy && own.outcome == outcome);
            found.map_or_else(|| vec![0.0; draws], |own| own.draws.clone())
        };
        shown.strategies().map(own).collect()
    };
    let psa = Psa {
        strategies: shown.summary.strategies.clone(),
        comparator: 0,
        costs: of("costs"),
        effects: of("qalys"),
        noise: None,
    };
    (shown.has("costs") || shown.has("qalys")).then_some(psa)
}

/// The net benefits of all strategies in all draws.
fn benefits(psa: &Psa, wtp: f64) -> Vec<Vec<f64>> {
    (0..psa.strategies.len()).map(|strategy| psa.net_benefit(strategy, wtp)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sums of money of this size may differ by so much.
fn about(benefits: &[Vec<f64>]) -> f64 {
    let most = benefits.iter().flatten().fold(0.0, |most: f64, value| most.max(value.abs()));
    rounding(most)
}

pub(super) fn differences(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "differences of the means of costs and QALYs, net benefit made of both, ratios of both";
    let base = bench.base()?;
    let Some(psa) = psa(base) else { return Ok(Finding::not_applicable(expected, NEITHER)) };
    if psa.strategies.len() == 1 {
        return Ok(Finding::not_applicable(expected, ONE));
    }
    let mut all = Comparisons::default();
    let gained = |strategy: usize, outcome: &str| base.mean(strategy, outcome) - base.mean(0, outcome);
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    for wtp in WTP {
        for row in increments(&psa, wtp) {
            let name = |what: &str| format!("{what} gained by {}", psa.strategies[row.strategy]);
            let (cost, effect) = (gained(row.strategy, "costs"), gained(row.strategy, "qalys"));
            let size = rounding(base.mean(row.strategy, "costs").abs().max(base.mean(0, "costs").abs()));
            all.near(&name("cost"), number(row.cost.raw.mean), cost, size);
            all.near(&name("QALYs"), number(row.effect.raw.mean), effect, rounding(effect));
            let benefit = number(row.net_monetary_benefit.raw.mean);
            all.near(&name("net benefit"), benefit, wtp * effect - cost, size + rounding(wtp));
            if wtp > 0.0 {
                let health = number(row.net_health_benefit.raw.mean);
                all.near(&name("net health benefit"), health * wtp, benefit, size + rounding(benefit));
            }
        }
    }
    ratios(&mut all, &psa, &icers(&psa));
    Ok(all.judged(expected))
}

/// Along the frontier ratios rise, each is that of its increments, and no strategy that costs less gains more; who is
/// dominated is never alone the best.
fn ratios(all: &mut Comparisons, psa: &Psa, rows: &[IcerRow]) {
    let frontier: Vec<&IcerRow> = rows.iter().filter(|row| row.status == Status::NonDominated).collect();
    let name = |row: &IcerRow| format!("ratio of {}", psa.strategies[row.strategy]);
    for pair in frontier.windows(2) {
        let (cost, effect) = (pair[1].cost - pair[0].cost, pair[1].effect - pair[0].effect);
        let ratio = pair[1].icer.unwrap_or(f64::NAN);
        all.near(&name(pair[1]), ratio * effect, cost, rounding(pair[1].cost));
        all.holds(cost > 0.0 && effect > 0.0, || format!("{} divides what is not gained", name(pair[1])));
        if let Some(before) = pair[0].icer {
            all.at_most(&name(pair[0]), before, ratio);
        }
    }
    for wtp in WTP {
        let best = |rows: &mut dyn Iterator<Item = &IcerRow>| {
            rows.map(|row| wtp * row.effect - row.cost).fold(f64::NEG_INFINITY, f64::max)
        };
        let (on, any) = (best(&mut frontier.iter().copied()), best(&mut rows.iter()));
        all.near("the best net benefit of the frontier", on, any, rounding(any));
    }
}

pub(super) fn probabilities(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected =
        "a sum of one at each willingness to pay, the best mean on the frontier, as counted draw by draw";
    let Some(psa) = psa(bench.base()?) else { return Ok(Finding::not_applicable(expected, NEITHER)) };
    let mut all = Comparisons::default();
    for Acceptability { wtp, frontier, raw, .. } in acceptability(&psa, &WTP) {
        let benefits = benefits(&psa, wtp);
        all.near("the sum of probabilities", raw.best.iter().sum(), 1.0, 1e-9);
        let most = benefits.iter().map(|own| mean(own)).fold(f64::NEG_INFINITY, f64::max);
        all.near("the mean on the frontier", mean(&benefits[frontier]), most, about(&benefits));
        for (strategy, own) in benefits.iter().enumerate() {
            let better = |draw: &usize| {
                let others = benefits.iter().enumerate().filter(|(other, _)| *other != strategy);
                others.fold(true, |all, (_, other)| all && own[*draw] > other[*draw])
            };
            // Alone the best; who shares it has more.
            let alone = (0..psa.draws()).filter(better).count() as f64 / psa.draws() as f64;
            let name = format!("the probability that {} is best", psa.strategies[strategy]);
            all.below("draws in which it is alone the best", alone, raw.best[strategy], 1e-9);
            all.holds((0.0..=1.0 + 1e-9).contains(&raw.best[strategy]), || format!("{name} is none"));
        }
    }
    Ok(all.judged(expected))
}

pub(super) fn information(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected =
        "the least expected loss: the mean of the best of each draw, less the best mean; never below 0";
    let Some(psa) = psa(bench.base()?) else { return Ok(Finding::not_applicable(expected, NEITHER)) };
    let mut all = Comparisons::default();
    for loss in losses(&psa, &WTP) {
        let benefits = benefits(&psa, loss.wtp);
        let best = |draw: usize| benefits.iter().map(|own| own[draw]).fold(f64::NEG_INFINITY, f64::max);
        let best: Vec<f64> = (0..psa.draws()).map(best).collect();
        let least = benefits.iter().map(|own| mean(&best) - mean(own)).fold(f64::INFINITY, f64::min);
        all.near("the value of perfect information", loss.evpi(), least, about(&benefits));
        all.holds(loss.evpi() >= 0.0, || format!("it is {}, less than nothing", loss.evpi()));
        for (own, lost) in benefits.iter().zip(&loss.raw) {
            all.near("an expected loss", *lost, mean(&best) - mean(own), about(&benefits));
        }
    }
    Ok(all.judged(expected))
}

pub(super) fn copied(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected =
        "increments of 0, no ratio, half of the probability, and the same value of perfect information";
    let Some(own) = psa(bench.base()?) else { return Ok(Finding::not_applicable(expected, NEITHER)) };
    let mut two = own.clone();
    let copy = two.strategies.len();
    two.strategies.push("copy".to_owned());
    two.costs.push(own.costs[0].clone());
    two.effects.push(own.effects[0].clone());
    let mut all = Comparisons::default();
    for row in increments(&two, WTP[1]).iter().filter(|row| row.strategy == copy) {
        for difference in [row.cost, row.effect, row.net_monetary_benefit, row.net_health_benefit] {
            all.zero("the increment of the copy", difference.raw.mean.unwrap_or(f64::NAN));
        }
    }
    let ratio = icers(&two).into_iter().find(|row| row.strategy == copy).and_then(|row| row.icer);
    all.holds(ratio.is_none(), || "the copy has a ratio".to_owned());
    for (single, double) in acceptability(&own, &WTP).iter().zip(acceptability(&two, &WTP)) {
        all.near("the copy", double.raw.best[copy], double.raw.best[0], 1e-9);
        let others = 1..copy;
        let of = |best: &[f64]| best[others.clone()].iter().sum::<f64>();
        // Draws in which the first is alone the best are shared; ties with others give them less.
        all.below("the others' probability", of(&double.raw.best), of(&single.raw.best), 1e-9);
    }
    for (single, double) in losses(&own, &WTP).iter().zip(losses(&two, &WTP)) {
        all.near("the value of perfect information", double.evpi(), single.evpi(), rounding(single.evpi()));
    }
    Ok(all.judged(expected))
}

pub(super) fn areas(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "between the sums of survival at the ends and at the beginnings of the months";
    let base = bench.base()?;
    let mut all = Comparisons::default();
    for strategy in base.strategies() {
        let own = base.summary.survival.iter();
        let own = own.filter(|row| row.strategy == strategy && row.curve == CurveKind::Os);
        let points: Vec<f64> = own.filter_map(|row| row.band.mean).collect();
        let Some((last, before)) = points.split_last() else { continue };
        let from: f64 = before.iter().sum::<f64>() / 12.0;
        let until = from + (last - points[0]) / 12.0;
        let name = base.name(strategy, "life_years");
        let years = base.mean(strategy, "life_years");
        all.at_most(&name, years, from);
        all.at_most(&format!("area by ends of months, beside {name},"), until, years);
    }
    Ok(all.judged(expected))
}
