//! Evaluations side by side: `switches.csv`, `subgroups.csv`.

use super::table::{Table, cell, number};
use crate::economics::{Difference, Increment, Psa, icers, increments};

/// Costs, effects, status and ratio of every strategy of each evaluation, and what it gains over the comparator at the
/// threshold; `names` head the columns that tell evaluations apart.
pub(super) fn compared<'a>(
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
        "costs_mc_se",
        "qalys_mc_se",
        "icer_mc_se",
        "inc_costs_mc_se",
        "inc_qalys_mc_se",
        "lower_95_corrected",
        "upper_95_corrected",
        "icer_comparator",
    ];
    let header: Vec<&str> = names.iter().copied().chain(columns).collect();
    let mut table = Table::new(&header)?;
    for (head, psa) in all {
        let rows = icers(psa);
        let gains = increments(psa, wtp);
        for (strategy, name) in psa.strategies.iter().enumerate() {
            let Some(row) = rows.iter().find(|row| row.strategy == strategy) else { continue };
            let gain = gains.iter().find(|gain| gain.strategy == strategy);
            let of = |part: fn(&Increment) -> &Difference| gain.map(part);
            let [cost, effect, benefit] =
                [of(|gain| &gain.cost), of(|gain| &gain.effect), of(|gain| &gain.net_monetary_benefit)];
            let (cost, effect) = (cost.map(|own| own.raw), effect.map(|own| own.raw));
            let raw = benefit.map(|own| own.raw);
            let corrected = benefit.and_then(|own| own.corrected);
            let texts =
                [name.clone(), psa.strategies[psa.comparator].clone(), number(row.cost), number(row.effect)];
            let cells = [
                row.icer,
                cost.and_then(|own| own.mean),
                effect.and_then(|own| own.mean),
                Some(wtp),
                raw.and_then(|own| own.mean),
                raw.and_then(|own| own.mc_se),
                raw.and_then(|own| own.lower_95),
                raw.and_then(|own| own.upper_95),
                row.mc_se[0],
                row.mc_se[1],
                row.inc_mc_se[2],
                cost.and_then(|own| own.mc_se),
                effect.and_then(|own| own.mc_se),
                corrected.map(|own| own.lower_95),
                corrected.map(|own| own.upper_95),
            ];
            let against = row.against.map_or(String::new(), |against| psa.strategies[against].clone());
            let cells = cells.map(cell).into_iter().chain([against]);
            table.row(head.iter().cloned().chain(texts).chain([row.status.to_string()]).chain(cells))?;
        }
    }
    table.finish()
}
