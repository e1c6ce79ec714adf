//! Incremental cost-effectiveness ratios along the frontier of strategies that are worth their cost at some threshold.

use super::psa::{Psa, Weights};
use std::fmt;

/// Whether a strategy is ever the one to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// On the frontier.
    NonDominated,
    /// Never the best, for a mixture of two strategies gains more at its cost (Cantor 1994,
    /// doi:10.1177/0272989X9401400308).
    ExtendedDominated,
    /// Another strategy costs no more and gains no less.
    Dominated,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NonDominated => "ND",
            Self::ExtendedDominated => "ED",
            Self::Dominated => "D",
        })
    }
}

/// One strategy's row of the table. Increments are from the row before on the frontier, not from the comparator;
/// undefined for the cheapest strategy and for those not on the frontier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IcerRow {
    /// Index of the strategy.
    pub strategy: usize,
    /// Index of the strategy before it on the frontier.
    pub against: Option<usize>,
    /// Mean cost, money.
    pub cost: f64,
    /// Mean effect, QALYs.
    pub effect: f64,
    /// Cost minus that before on the frontier, above 0.
    pub inc_cost: Option<f64>,
    /// Effect minus that before on the frontier, above 0.
    pub inc_effect: Option<f64>,
    /// The ratio of both, money per QALY, above 0.
    pub icer: Option<f64>,
    /// Place against the others.
    pub status: Status,
    /// Monte Carlo standard errors of the mean cost and effect; `None` without noise.
    pub mc_se: [Option<f64>; 2],
    /// Those of the increments, whose patients are the same, and of the ratio (delta method).
    pub inc_mc_se: [Option<f64>; 3],
}

/// The table of mean costs and effects, by ascending cost, of equal cost by descending effect, of equal both as given.
///
/// Classes and ratios are those of dampack's `calculate_icers`, which lists the frontier first. So of strategies equal
/// in cost and effect the first is kept and the others are dominated, a strategy that costs more and gains the same is
/// dominated, and strategies on one straight line, with equal ratios, all stay on the frontier. Only strictly
/// increasing costs and effects are left there, so no ratio divides by 0.
#[must_use]
pub fn icers(psa: &Psa) -> Vec<IcerRow> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let row = |strategy: usize| IcerRow {
        strategy,
        against: None,
        cost: mean(&psa.costs[strategy]),
        effect: mean(&psa.effects[strategy]),
        inc_cost: None,
        inc_effect: None,
        icer: None,
        status: Status::NonDominated,
        mc_se: psa.mean_errors(strategy),
        inc_mc_se: [None; 3],
    };
    let mut rows: Vec<IcerRow> = (0..psa.strategies.len()).map(row).collect();
    rows.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.effect.total_cmp(&a.effect)));
    let mut most = f64::NEG_INFINITY;
    for row in &mut rows {
        if row.effect <= most {
            row.status = Status::Dominated;
        }
        most = most.max(row.effect);
    }
    while extend_dominance(&mut rows) {}
    let on = frontier(&rows);
    for pair in on.windows(2) {
        let (cost, effect, icer) = step(&rows, pair);
        let before = Some(rows[pair[0]].strategy);
        let row = &mut rows[pair[1]];
        let error = |cost, effect| psa.mean_error(row.strategy, before, Weights { cost, effect });
        let ratio = error(1.0, -icer).map(|error| error / effect);
        row.inc_mc_se = [error(1.0, 0.0), error(0.0, 1.0), ratio];
        (row.inc_cost, row.inc_effect, row.icer) = (Some(cost), Some(effect), Some(icer));
        row.against = before;
    }
    rows
}

fn frontier(rows: &[IcerRow]) -> Vec<usize> {
    (0..rows.len()).filter(|row| rows[*row].status == Status::NonDominated).collect()
}

/// Cost, effect and their ratio from one row to the next.
fn step(rows: &[IcerRow], pair: &[usize]) -> (f64, f64, f64) {
    let (from, to) = (&rows[pair[0]], &rows[pair[1]]);
    let (cost, effect) = (to.cost - from.cost, to.effect - from.effect);
    (cost, effect, cost / effect)
}

/// Takes strategies off the frontier whose ratio is above the next; whether there were any.
fn extend_dominance(rows: &mut [IcerRow]) -> bool {
    let on = frontier(rows);
    let dear = |three: &&[usize]| step(rows, &three[..2]).2 > step(rows, &three[1..]).2;
    let dominated: Vec<usize> = on.windows(3).filter(dear).map(|three| three[1]).collect();
    dominated.iter().for_each(|row| rows[*row].status = Status::ExtendedDominated);
    !dominated.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(means: &[(f64, f64)]) -> Vec<(usize, String, Option<f64>)> {
        let psa = Psa {
            strategies: vec![String::new(); means.len()],
            comparator: 0,
            costs: means.iter().map(|(cost, _)| vec![*cost]).collect(),
            effects: means.iter().map(|(_, effect)| vec![*effect]).collect(),
            noise: None,
        };
        icers(&psa).iter().map(|row| (row.strategy, row.status.to_string(), row.icer)).collect()
    }

    #[test]
    fn dominance_is_extended_until_none_is_left() {
        // Ratios 20, 12, 6 beyond the first: both middle ones go in one round, and the last is worth 38 / 4.
        let rows = table(&[(0.0, 0.0), (20.0, 1.0), (32.0, 2.0), (38.0, 3.0)]);
        let ed = |strategy| (strategy, "ED".to_owned(), None);
        let nd = |strategy, icer| (strategy, "ND".to_owned(), icer);
        assert_eq!(rows, [nd(0, None), ed(1), ed(2), nd(3, Some(38.0 / 3.0))]);
        // Ratios 5, 10, 4: without the third, the second has 5 against 7 and stays.
        let rows = table(&[(0.0, 0.0), (5.0, 1.0), (15.0, 2.0), (19.0, 3.0)]);
        assert_eq!(rows, [nd(0, None), nd(1, Some(5.0)), ed(2), nd(3, Some(7.0))]);
        // Ratios 9, 10, 4: without the third, the second has 9 against 7 and goes too.
        let rows = table(&[(0.0, 0.0), (9.0, 1.0), (19.0, 2.0), (23.0, 3.0)]);
        assert_eq!(rows, [nd(0, None), ed(1), ed(2), nd(3, Some(23.0 / 3.0))]);
    }

    #[test]
    fn ties_leave_the_first() {
        let names = |rows: Vec<(usize, String, Option<f64>)>| -> Vec<String> {
            rows.iter().map(|(strategy, status, _)| format!("{strategy} {status}")).collect()
        };
        assert_eq!(names(table(&[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)])), ["0 ND", "1 D", "2 D"]);
        assert_eq!(names(table(&[(1.0, 1.0), (1.0, 2.0), (2.0, 2.0)])), ["1 ND", "0 D", "2 D"]);
        assert_eq!(names(table(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])), ["0 ND", "1 ND", "2 ND"]);
        assert_eq!(names(table(&[(5.0, -1.0)])), ["0 ND"]);
    }
}
