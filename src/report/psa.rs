//! Draws for other tools: `cost.csv`, `effect.csv`, `param.csv`, `psa_long.csv`.

use super::ReportFile;
use super::table::{Table, number};
use crate::economics::Psa;
use crate::summary::Summary;

/// One row a draw, one column a strategy, nothing else.
fn by_strategy(psa: &Psa, values: &[Vec<f64>]) -> Result<Vec<u8>, csv::Error> {
    let header: Vec<&str> = psa.strategies.iter().map(String::as_str).collect();
    let mut table = Table::new(&header)?;
    for draw in 0..psa.draws() {
        table.row(values.iter().map(|values| number(values[draw])))?;
    }
    table.finish()
}

/// One row a draw, in the same order, one column a sampled parameter.
fn parameters(psa: &Psa, summary: &Summary) -> Result<Vec<u8>, csv::Error> {
    let header: Vec<&str> = summary.parameters.iter().map(|(name, _)| name.as_str()).collect();
    let mut table = Table::new(&header)?;
    // A row without cells would be an empty line.
    for draw in (0..psa.draws()).filter(|_| !header.is_empty()) {
        table.row(summary.parameters.iter().map(|(_, values)| number(values[draw])))?;
    }
    table.finish()
}

/// As hesim and heormodel read it: strategies by numbers from 1, one group.
fn long(psa: &Psa) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["sample", "strategy_id", "strategy", "grp_id", "costs", "qalys"])?;
    for draw in 0..psa.draws() {
        for (at, name) in psa.strategies.iter().enumerate() {
            let names = [(draw + 1).to_string(), (at + 1).to_string(), name.clone(), "1".to_owned()];
            let values = [psa.costs[at][draw], psa.effects[at][draw]].map(number);
            table.row(names.into_iter().chain(values))?;
        }
    }
    table.finish()
}

pub(super) fn files(psa: &Psa, summary: &Summary) -> Result<Vec<ReportFile>, csv::Error> {
    Ok(vec![
        ReportFile { name: "cost.csv", bytes: by_strategy(psa, &psa.costs)? },
        ReportFile { name: "effect.csv", bytes: by_strategy(psa, &psa.effects)? },
        ReportFile { name: "param.csv", bytes: parameters(psa, summary)? },
        ReportFile { name: "psa_long.csv", bytes: long(psa)? },
    ])
}
