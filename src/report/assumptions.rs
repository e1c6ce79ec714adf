//! `assumptions.csv`: what the results stand on without evidence, and how much of their uncertainty it makes.

use super::Results;
use super::table::{Table, cell};
use crate::demand::DemandAnswers;
use crate::model::{Model, ParameterSource};
use crate::summary::quantile;

/// Draws from which a share of variance means something.
const DRAWS_FOR_VARIANCE: usize = 30;
/// Name of the doses that a year needs.
const DOSES: &str = "doses_needed";
/// Standard errors by which a correlation must differ from none. Two would let one in twenty pass that has no
/// connection, and a scenario has a hundred assumptions.
const SIGNIFICANT: f64 = 3.0;

/// A headline outcome of each draw: what the second and later strategies add, in life years; with one strategy its life
/// years; of a demand the doses of a year that all centres need.
struct Headline {
    name: String,
    values: Vec<f64>,
}

/// One row an assumption and headline outcome; of what is not uncertain, or with few draws, one row an assumption.
pub(super) fn assumptions(
    model: &Model,
    results: Results<'_>,
    demand: Option<&DemandAnswers>,
) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "key",
        "value",
        "lower_95",
        "upper_95",
        "unit",
        "reason",
        "outcome",
        "share_of_variance",
        "share_of_variance_se",
    ])?;
    let mut headlines = headlines(model, results);
    let doses = demand.map(|own| own.results.doses.clone()).filter(|own| !own.is_empty());
    headlines.extend(doses.map(|values| Headline { name: DOSES.to_owned(), values }));
    for assumption in &model.assumptions {
        let values: Vec<f64> = assumption.parameter.map(|index| results.parameter(index)).unwrap_or_default();
        let uncertain = values.iter().any(|value| *value != values[0]);
        let (mut lower, mut upper) = assumption.interval.unzip();
        let mut centre = assumption.value;
        let mean = || values.iter().sum::<f64>() / values.len() as f64;
        let fitted = assumption
            .parameter
            .is_some_and(|index| matches!(model.parameters[index].source, ParameterSource::Posterior { .. }));
        if uncertain {
            let mut sorted = values.clone();
            lower = quantile(&mut sorted, 0.025);
            upper = quantile(&mut sorted, 0.975);
            // What is given by its interval only, and what a fit has moved from its prior, have the mean of the draws.
            centre = centre.filter(|_| !fitted).or_else(|| Some(mean()));
        }
        let mut row = |outcome: &str, share: Option<(f64, f64)>| {
            let (share, error) = share.unzip();
            table.row([
                assumption.key.clone(),
                cell(centre),
                cell(lower),
                cell(upper),
                assumption.unit.to_owned(),
                assumption.reason.clone(),
                outcome.to_owned(),
                cell(share),
                cell(error),
            ])
        };
        if uncertain && values.len() >= DRAWS_FOR_VARIANCE {
            for headline in &headlines {
                row(&headline.name, share_of_variance(&values, &headline.values))?;
            }
        } else {
            row("", None)?;
        }
    }
    table.finish()
}

fn headlines(model: &Model, results: Results<'_>) -> Vec<Headline> {
    let id = |strategy: usize| model.strategies[strategy].id.as_str();
    if model.strategies.len() == 1 {
        return vec![Headline { name: "life_years".to_owned(), values: results.life_years(0) }];
    }
    let first = results.life_years(0);
    (1..model.strategies.len())
        .map(|strategy| Headline {
            name: format!("life_years {} minus {}", id(strategy), id(0)),
            values: results
                .life_years(strategy)
                .iter()
                .zip(&first)
                .map(|(years, first)| years - first)
                .collect(),
        })
        .collect()
}

/// Share of the variance of `y` that `x` explains beyond what it would by chance, and the standard error that the number of
/// draws leaves; `None` where the two may as well have no connection.
///
/// Between two series of n draws without connection the squared correlation is 1/(n-1) in the mean, and the standard
/// error of the correlation the root of that. Shares of several assumptions add up to more or less than one where they
/// act together or not in a line.
fn share_of_variance(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let by_chance = 1.0 / (x.len() as f64 - 1.0);
    let (share, error) = squared_correlation(x, y)?;
    (share >= SIGNIFICANT * SIGNIFICANT * by_chance).then_some((share - by_chance, error))
}

/// Share of the variance of `y` that a line in `x` explains, and its standard error by the jackknife: it is computed again
/// without each of the draws in turn. `None` where one of them does not vary.
fn squared_correlation(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let count = x.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let pairs = || x.iter().zip(y).map(|(x, y)| (x - mean_x, y - mean_y));
    let [xx, yy, xy] = pairs().fold([0.0; 3], |[xx, yy, xy], (x, y)| [xx + x * x, yy + y * y, xy + x * y]);
    let share = |[xx, yy, xy]: [f64; 3]| xy / xx * (xy / yy);
    let whole = share([xx, yy, xy]);
    // The sums about the means of the others are less by this much of the product of the distances from the means of all.
    let less = count / (count - 1.0);
    let others = || pairs().map(|(x, y)| share([xx - less * x * x, yy - less * y * y, xy - less * x * y]));
    let centre = others().sum::<f64>() / count;
    let squares: f64 = others().map(|own| (own - centre) * (own - centre)).sum();
    whole.is_finite().then(|| (whole.min(1.0), (squares / less).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::{share_of_variance, squared_correlation};

    #[test]
    fn what_may_be_chance_is_no_share_of_variance() {
        let x: Vec<f64> = (0..101).map(f64::from).collect();
        // Sums about the means: xx = 85850, of a single 1 at place 0: yy = 100/101, xy = -50.
        let one = |place: usize| (0..101).map(|at| f64::from(u8::from(at == place))).collect::<Vec<f64>>();
        assert!((squared_correlation(&x, &one(0)).unwrap().0 - 2500.0 / 85_000.0).abs() < 1e-12);
        assert_eq!(share_of_variance(&x, &one(0)), None, "0.029 of 101 draws is below 9/100");
        let line: Vec<f64> = x.iter().zip(one(0)).map(|(x, one)| x / 50.0 + one).collect();
        let raw = squared_correlation(&x, &line).unwrap().0;
        assert!((share_of_variance(&x, &line).unwrap().0 - (raw - 0.01)).abs() < 1e-12);
    }

    #[test]
    fn a_line_explains_all_and_a_constant_nothing() {
        let x = [1.0, 2.0, 4.0, 8.0];
        let line = x.map(|x| 3.0 - 2.0 * x);
        assert!((squared_correlation(&x, &line).unwrap().0 - 1.0).abs() < 1e-12);
        // Sums about the means: xy = 2, xx = 28.75, yy = 2.
        let (share, error) = squared_correlation(&x, &[1.0, 0.0, 2.0, 1.0]).unwrap();
        assert!((share - 4.0 / 57.5).abs() < 1e-12, "{share}");
        assert_eq!(squared_correlation(&x, &[1.0; 4]), None);
        // Without each in turn: xy^2 / (xx yy) of three draws, by hand.
        let without = [3.0 / 28.0, 1.0 / 148.0, 25.0 / 172.0, 3.0 / 7.0];
        let centre = without.iter().sum::<f64>() / 4.0;
        let squares: f64 = without.iter().map(|own| (own - centre) * (own - centre)).sum();
        assert!((error - (0.75 * squares).sqrt()).abs() < 1e-12, "{error}");
    }
}
