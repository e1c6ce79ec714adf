//! Penalised regression: the mean of what is simulated, given some of the uncertain parameters.
//!
//! The response is a constant, the sum of a [`Basis`]'s columns times normal coefficients, and noise. The columns of a
//! term share a prior variance, and the variances are those of greatest restricted likelihood (REML). A term that
//! explains no more than chance would is shrunk to nothing, straight lines too (Marra and Wood 2011,
//! doi:10.1016/j.csda.2011.02.004), so adding parameters costs little and there may be fewer draws than coefficients.
//! REML is found by the fixed point of Schall (1991, doi:10.1093/biomet/78.4.719), which Wood and Fasiolo (2017,
//! doi:10.1111/biom.12666) generalise.

use super::basis::{Basis, mean, standardised};
use crate::math::algebra::{Rows, cholesky, dot, dot_in_lanes, inverse_lower};
use rayon::prelude::*;
use std::ops::Range;

/// Steps of the fixed point; most fits need some twenty.
const STEPS: usize = 60;
/// Change of a term's degrees of freedom, in one step, below which it stands.
const TOLERANCE: f64 = 2e-3;
/// Degrees of freedom below which a term is dropped.
const LEAST_FREEDOM: f64 = 1e-2;
/// Parts of the draws of which each is fitted by the others.
pub(super) const FOLDS: usize = 3;
/// Least variance of the noise and least penalty, against the response's variance and the columns' squares: what
/// rounding allows.
const ROUNDING: f64 = 1e-10;

/// A basis made ready for responses.
#[derive(Debug)]
pub(super) struct Smoother {
    basis: Basis,
    /// Inner products of the columns, a lower triangle.
    gram: Rows,
    /// All draws but those of a part.
    folds: Vec<Fold>,
}

/// Draws without every so-manieth of them.
#[derive(Debug)]
struct Fold {
    /// Inner products of the columns about their means, a lower triangle.
    gram: Rows,
    means: Vec<f64>,
}

/// A response smoothed.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Mean given the parameters, in each draw; their mean is that of the response.
    pub(super) fitted: Vec<f64>,
    /// Degrees of freedom taken, without the constant: 0 where the parameters explain nothing.
    pub(super) freedom: f64,
}

/// Columns with one variance, and what they explain.
#[derive(Debug)]
struct Term {
    columns: Range<usize>,
    /// Variance of the noise over that of the coefficients.
    penalty: f64,
    coefficients: Vec<f64>,
    freedom: f64,
}

impl Smoother {
    pub(super) fn new(basis: Basis) -> Self {
        let row = |i: usize| (0..=i).map(|j| dot_in_lanes(&basis.columns[i], &basis.columns[j])).collect();
        let gram: Rows = (0..basis.columns.len()).map(row).collect();
        let folds = (0..FOLDS).map(|part| Fold::new(&basis, &gram, part)).collect();
        Self { basis, gram, folds }
    }

    /// The mean given the parameters in each draw, by a fit to the draws of other parts: what is found by chance in a
    /// fit is not in it.
    pub(super) fn cross_fit(&self, response: &[f64]) -> Vec<f64> {
        let parts: Vec<Option<Vec<f64>>> =
            (0..self.folds.len()).into_par_iter().map(|part| self.fitted_by_others(response, part)).collect();
        let mut fitted = vec![mean(response); response.len()];
        for (part, found) in parts.into_iter().enumerate() {
            let own = fitted.iter_mut().skip(part).step_by(FOLDS);
            own.zip(found.into_iter().flatten()).for_each(|(fitted, found)| *fitted = found);
        }
        fitted
    }

    /// The mean in the draws of a part, by a fit to those of the other parts; `None` where these do not vary.
    fn fitted_by_others(&self, response: &[f64], part: usize) -> Option<Vec<f64>> {
        let fold = &self.folds[part];
        let is_own = |draw: usize| draw % FOLDS == part;
        let others: Vec<f64> =
            response.iter().enumerate().filter(|(draw, _)| !is_own(*draw)).map(|(_, y)| *y).collect();
        let constant = mean(&others);
        let standard = standardised(&others)?;
        let sd = dot(&others, &standard) / others.len() as f64;
        let moment = |column: &Vec<f64>| -> f64 {
            let own = column.iter().enumerate().filter(|(draw, _)| !is_own(*draw));
            own.zip(&standard).map(|((_, x), y)| x * y).sum()
        };
        let moments: Vec<f64> = self.basis.columns.iter().map(moment).collect();
        let terms = self.terms(&fold.gram, &moments, others.len() as f64);
        let at = |draw: usize| {
            let explained = terms.iter().flat_map(|term| term.columns.clone().zip(&term.coefficients));
            let sum: f64 = explained
                .map(|(column, beta)| beta * (self.basis.columns[column][draw] - fold.means[column]))
                .sum();
            constant + sd * sum
        };
        Some((part..response.len()).step_by(FOLDS).map(at).collect())
    }

    /// Smooths a response: one value a draw, as many as the columns have.
    pub(super) fn fit(&self, response: &[f64]) -> Fit {
        let constant = mean(response);
        let mut fit = Fit { fitted: vec![constant; response.len()], freedom: 0.0 };
        let Some(standard) = standardised(response) else { return fit };
        let sd = dot(response, &standard) / response.len() as f64;
        let mut sum = vec![0.0; response.len()];
        let moments: Vec<f64> =
            self.basis.columns.iter().map(|column| dot_in_lanes(column, &standard)).collect();
        for term in self.terms(&self.gram, &moments, response.len() as f64) {
            fit.freedom += term.freedom;
            for (column, coefficient) in self.basis.columns[term.columns].iter().zip(term.coefficients) {
                sum.iter_mut().zip(column).for_each(|(sum, x)| *sum += coefficient * x);
            }
        }
        fit.fitted.iter_mut().zip(&sum).for_each(|(fitted, sum)| *fitted += sd * sum);
        fit
    }

    /// The terms that explain something of a response with mean 0 and variance 1 in so many draws, from the inner
    /// products of the columns with each other and with it.
    fn terms(&self, gram: &Rows, moments: &[f64], draws: f64) -> Vec<Term> {
        let squares = |columns: &Range<usize>| columns.clone().map(|at| gram[at][at]).sum::<f64>();
        let varies = |columns: &&Range<usize>| squares(columns) > 0.0;
        let mut terms: Vec<Term> =
            self.basis.terms.iter().filter(varies).map(|columns| Term::new(columns.clone())).collect();
        // At first every term explains an equal share of the variance, and noise as much as all of them.
        let shares = terms.len() as f64;
        terms.iter_mut().for_each(|term| term.penalty = shares * squares(&term.columns) / draws);
        for _ in 0..STEPS {
            let before: Vec<f64> = terms.iter().map(|term| term.freedom).collect();
            if solve(gram, &mut terms, moments).is_none() {
                return Vec::new();
            }
            let stands =
                terms.iter().zip(before).all(|(now, before)| (now.freedom - before).abs() < TOLERANCE);
            if stands {
                break;
            }
            terms.retain(|term| term.freedom > LEAST_FREEDOM);
            let freedom: f64 = terms.iter().map(|term| term.freedom).sum();
            let explained: f64 = terms.iter().map(|term| term.explained(moments)).sum();
            let noise = (draws - explained).max(ROUNDING * draws) / (draws - 1.0 - freedom).max(ROUNDING);
            for term in &mut terms {
                let size = dot(&term.coefficients, &term.coefficients);
                term.penalty = (noise * term.freedom / size).max(ROUNDING * squares(&term.columns));
            }
        }
        terms
    }
}

/// Finds the coefficients and degrees of freedom of terms with penalties; `None` if the numbers are none.
fn solve(gram: &Rows, terms: &mut [Term], moments: &[f64]) -> Option<()> {
    let columns: Vec<usize> = terms.iter().flat_map(|term| term.columns.clone()).collect();
    let penalties = terms.iter().flat_map(|term| term.columns.clone().map(|_| term.penalty));
    let row = |(at, (column, penalty)): (usize, (&usize, f64))| {
        let mut row: Vec<f64> = columns[..=at].iter().map(|other| gram[*column][*other]).collect();
        row[at] += penalty;
        row
    };
    let inverse = inverse_lower(&cholesky(columns.iter().zip(penalties).enumerate().map(row).collect())?);
    let moments: Vec<f64> = columns.iter().map(|column| moments[*column]).collect();
    let mut coefficients = vec![0.0; columns.len()];
    // Diagonal of the inverse of the penalised products: posterior variances over that of the noise.
    let mut variances = vec![0.0; columns.len()];
    for row in &inverse {
        let along = dot(row, &moments);
        coefficients.iter_mut().zip(row).for_each(|(sum, x)| *sum += along * x);
        variances.iter_mut().zip(row).for_each(|(sum, x)| *sum += x * x);
    }
    let mut start = 0;
    for term in terms {
        let own = start..start + term.columns.len();
        start = own.end;
        let variance: f64 = variances[own.clone()].iter().sum();
        term.freedom = (own.len() as f64 - term.penalty * variance).max(0.0);
        term.coefficients = coefficients[own].to_vec();
    }
    Some(())
}

impl Fold {
    fn new(basis: &Basis, gram: &Rows, part: usize) -> Self {
        let draws = basis.columns.first().map_or(0, Vec::len);
        let own = |column: &Vec<f64>| column.iter().skip(part).step_by(FOLDS).copied().collect();
        let own: Vec<Vec<f64>> = basis.columns.iter().map(own).collect();
        let left = (draws - own.first().map_or(0, Vec::len)).max(1) as f64;
        // Columns are centred on 0 over all draws.
        let means: Vec<f64> = own.iter().map(|column| -column.iter().sum::<f64>() / left).collect();
        let product =
            |i: usize, j: usize| gram[i][j] - dot_in_lanes(&own[i], &own[j]) - left * means[i] * means[j];
        let gram = (0..own.len()).map(|i| (0..=i).map(|j| product(i, j)).collect()).collect();
        Self { gram, means }
    }
}

impl Term {
    fn new(columns: Range<usize>) -> Self {
        Self { columns, penalty: 0.0, coefficients: Vec::new(), freedom: 0.0 }
    }

    /// Part of the response's sum of squares that the term takes away from the residuals.
    fn explained(&self, moments: &[f64]) -> f64 {
        let coefficients = &self.coefficients;
        dot(coefficients, &moments[self.columns.clone()]) + self.penalty * dot(coefficients, coefficients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{circle, normal_quantile};
    use crate::stream::{Stream, name_hash, open_unit};
    use rand::Rng as _;

    fn normal(name: &str, draws: u32) -> Vec<f64> {
        let value = |draw| Stream::new(3).parameter(draw, name_hash(name)).next_u64();
        (0..draws).map(|draw| normal_quantile(open_unit(value(draw)))).collect()
    }

    fn fit(group: &[&[f64]], response: &[f64]) -> Fit {
        Smoother::new(Basis::new(group, &[response])).fit(response)
    }

    /// Root of the mean squared difference.
    fn off(found: &[f64], truth: &[f64]) -> f64 {
        let squares: f64 = found.iter().zip(truth).map(|(x, y)| (x - y) * (x - y)).sum();
        (squares / truth.len() as f64).sqrt()
    }

    #[test]
    fn a_straight_line_without_noise_is_found_and_takes_one_degree_of_freedom() {
        let x = normal("x", 200);
        let y: Vec<f64> = x.iter().map(|x| 1e6 - 3e4 * x).collect();
        let fit = fit(&[&x], &y);
        assert!(off(&fit.fitted, &y) < 1.0, "{}", off(&fit.fitted, &y));
        assert!((mean(&fit.fitted) - mean(&y)).abs() < 1e-6);
    }

    #[test]
    fn a_wave_is_found_in_noise() {
        let (x, noise) = (normal("x", 1_000), normal("noise", 1_000));
        let truth: Vec<f64> = x.iter().map(|x| circle((0.5 * x).rem_euclid(1.0)).1).collect();
        let y: Vec<f64> = truth.iter().zip(&noise).map(|(y, e)| y + 0.5 * e).collect();
        let fit = fit(&[&x], &y);
        // Some ten degrees of freedom of a thousand: an error of 0.5 sqrt(10/1000) = 0.05.
        assert!(off(&fit.fitted, &truth) < 0.07, "{} {}", off(&fit.fitted, &truth), fit.freedom);
        assert!(fit.freedom > 4.0 && fit.freedom < 16.0, "{}", fit.freedom);
    }

    #[test]
    fn what_explains_nothing_takes_little() {
        let mut total = 0.0;
        for i in 0..20 {
            let (x, y) = (normal(&format!("x{i}"), 500), normal(&format!("y{i}"), 500));
            total += fit(&[&x], &y).freedom;
        }
        assert!(total / 20.0 < 1.0, "{total}");
    }

    #[test]
    fn nothing_to_explain_and_nothing_to_explain_it_by_are_met() {
        let x = normal("x", 50);
        assert_eq!(fit(&[&x], &[2.0; 50]).fitted, [2.0; 50]);
        assert_eq!(fit(&[&[1.0; 50]], &x).fitted, vec![mean(&x); 50]);
        assert_eq!(fit(&[], &x).freedom, 0.0);
        assert_eq!(fit(&[&[1.0, 2.0]], &[5.0, 7.0]).fitted.len(), 2);
        // Without numbers no panic.
        assert_eq!(fit(&[&x], &[f64::NAN; 50]).freedom, 0.0);
    }
}
