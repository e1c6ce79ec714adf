//! `convergence.csv`: means over the first draws, and how they settle.

use super::Results;
use super::table::{Table, number};
use crate::model::Model;

/// Rows of a strategy and outcome, at most.
const ROWS: usize = 100;

/// Life years of each strategy, and what it adds to the first, over the first draws; `se` is the standard error of the
/// mean from the scatter of the draws, which holds the noise of their patients too.
pub(super) fn convergence(model: &Model, results: Results<'_>) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&["strategy", "outcome", "draws", "mean", "se"])?;
    let years: Vec<Vec<f64>> = (0..model.strategies.len()).map(|at| results.life_years(at)).collect();
    let comparator = model.strategies.first().map_or("", |own| own.id.as_str());
    for (index, strategy) in model.strategies.iter().enumerate() {
        let id = strategy.id.as_str();
        settle(&mut table, [id, "life_years"], &years[index])?;
        if index > 0 {
            let gained: Vec<f64> =
                years[index].iter().zip(&years[0]).map(|(own, first)| own - first).collect();
            settle(&mut table, [id, &format!("life_years_minus_{comparator}")], &gained)?;
        }
    }
    table.finish()
}

fn settle(table: &mut Table, names: [&str; 2], values: &[f64]) -> Result<(), csv::Error> {
    let every = values.len().div_ceil(ROWS).max(1);
    // Mean and sum of squares about it, by Welford's recurrence.
    let (mut mean, mut squares) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let n = (index + 1) as f64;
        let before = value - mean;
        mean += before / n;
        squares += before * (value - mean);
        let told = (index + 1) % every == 0 || index + 1 == values.len();
        if told && index > 0 {
            let se = (squares / (n - 1.0) / n).sqrt();
            let head = [names[0].to_owned(), names[1].to_owned(), (index + 1).to_string()];
            table.row(head.into_iter().chain([number(mean), number(se)]))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_settle_on_the_mean_of_all_draws() {
        let mut table = Table::new(&["strategy", "outcome", "draws", "mean", "se"]).unwrap();
        settle(&mut table, ["a", "life_years"], &[1.0, 3.0, 5.0]).unwrap();
        let text = String::from_utf8(table.finish().unwrap()).unwrap();
        // Standard deviations are 2^(1/2) and 2: the standard error of three is 2 / 3^(1/2), the root of 4 / 3.
        let se = (4.0_f64 / 3.0).sqrt();
        assert_eq!(
            text,
            format!("strategy,outcome,draws,mean,se\na,life_years,2,2,1\na,life_years,3,3,{se}\n")
        );
    }
}
