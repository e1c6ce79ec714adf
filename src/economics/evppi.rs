//! The expected value of partial perfect information: what it is worth to learn some of the uncertain parameters
//! before choosing a strategy.
//!
//! `EVPPI(phi) = E max_s E[NB_s | phi] - max_s E[NB_s]`, in money a patient. The inner mean is a regression of the
//! increments of costs and effects against the comparator on the parameters phi over the draws (Strong, Oakley and
//! Brennan 2014, doi:10.1177/0272989X13505910), so that one fit serves every willingness to pay. What patients'
//! luck adds to simulated means has mean zero given the parameters: the regression takes it away like the influence
//! of the other parameters, and needs no correction for it, though more noise makes it less exact. What a fit of many
//! functions to few draws finds by chance is taken away by fits to other draws.

use super::Psa;
use super::basis::{Basis, mean};
use super::information::{Group, InformationError, InformationValue};
use super::smoother::{FOLDS, Smoother};
use crate::simulate::{Observer, Unobserved};
use rayon::prelude::*;

/// EVPPI of every parameter alone, in their order, and then of every group, at each willingness to pay (money per
/// QALY; any sign).
///
/// `parameters` holds of each a name and one value a draw. Those that never vary are worth 0. In groups, pairs of
/// parameters interact, more than two do not; of a group of more than twelve, only the twelve that explain most alone
/// interact. What is known of a group is at least what is known of its members: where the regression finds less in a group
/// than in one of them alone that is worth more than twice its error, the group has the value and the error of that member.
/// Others would lift groups of figures that are worth nothing to the largest of their chance finds.
///
/// # Errors
/// Fewer than two draws, parameters without one finite value for each draw, or groups that name what is not there.
pub fn evppi(
    psa: &Psa,
    parameters: &[(String, Vec<f64>)],
    groups: &[Group],
    wtp: &[f64],
) -> Result<Vec<InformationValue>, InformationError> {
    evppi_until(psa, parameters, groups, wtp, &Unobserved)
}

/// The same, unless an observer asks to stop.
///
/// # Errors
/// As for [`evppi`], and where the observer asks to stop.
pub fn evppi_until(
    psa: &Psa,
    parameters: &[(String, Vec<f64>)],
    groups: &[Group],
    wtp: &[f64],
    observer: &dyn Observer,
) -> Result<Vec<InformationValue>, InformationError> {
    check(psa, parameters, wtp)?;
    let mut asked: Vec<(&str, Vec<&[f64]>)> =
        parameters.iter().map(|(name, values)| (name.as_str(), vec![values.as_slice()])).collect();
    for group in groups {
        if group.parameters.is_empty() {
            return Err(InformationError::Empty { group: group.name.clone() });
        }
        let values = group.parameters.iter().map(|name| find(parameters, &group.name, name));
        asked.push((&group.name, values.collect::<Result<_, _>>()?));
    }
    let increments = Increments::of(psa);
    let value = |(name, group): &(&str, Vec<&[f64]>)| {
        if observer.interrupted() {
            return Err(InformationError::Interrupted);
        }
        Ok(increments.worth(name, group, wtp))
    };
    // Each number is computed by one thread, in an order of its own.
    let found: Result<Vec<InformationValue>, InformationError> = asked.par_iter().map(value).collect();
    let mut found = found?;
    let (alone, together) = found.split_at_mut(parameters.len());
    for (own, group) in together.iter_mut().zip(groups) {
        for member in alone.iter().filter(|member| group.parameters.contains(&member.name)) {
            own.at_least(member);
        }
    }
    Ok(found)
}

/// The values of a parameter, by its name.
pub(super) fn find<'a>(
    parameters: &'a [(String, Vec<f64>)],
    by: &str,
    parameter: &str,
) -> Result<&'a [f64], InformationError> {
    let found = parameters.iter().find(|(name, _)| name == parameter);
    let unknown = || InformationError::Unknown { by: by.to_owned(), parameter: parameter.to_owned() };
    found.map(|(_, values)| values.as_slice()).ok_or_else(unknown)
}

/// Whether parameters have one finite value for each draw.
pub(super) fn check(
    psa: &Psa,
    parameters: &[(String, Vec<f64>)],
    wtp: &[f64],
) -> Result<(), InformationError> {
    let draws = psa.draws();
    if draws < 2 {
        return Err(InformationError::Draws(draws));
    }
    if !wtp.iter().all(|wtp| wtp.is_finite()) {
        return Err(InformationError::WillingnessToPay);
    }
    for (name, values) in parameters {
        let parameter = name.clone();
        if values.len() != draws {
            return Err(InformationError::Length { parameter, found: values.len(), draws });
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(InformationError::NotFinite { parameter });
        }
    }
    Ok(())
}

/// Costs and effects of each strategy but the comparator, less those of the comparator: `[strategy][draw]`.
#[derive(Debug)]
pub(super) struct Increments {
    costs: Vec<Vec<f64>>,
    effects: Vec<Vec<f64>>,
}

impl Increments {
    pub(super) fn of(psa: &Psa) -> Self {
        let less = |of: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let others = (0..of.len()).filter(|strategy| *strategy != psa.comparator);
            let comparator = &of[psa.comparator];
            others.map(|other| of[other].iter().zip(comparator).map(|(x, y)| x - y).collect()).collect()
        };
        Self { costs: less(&psa.costs), effects: less(&psa.effects) }
    }

    /// What it is worth to know the parameters of a group, or the summary of a study.
    pub(super) fn worth(&self, name: &str, group: &[&[f64]], wtp: &[f64]) -> InformationValue {
        let responses: Vec<&[f64]> = self.costs.iter().chain(&self.effects).map(Vec::as_slice).collect();
        let smoother = Smoother::new(Basis::new(group, &responses));
        let both = |response: &&[f64]| {
            rayon::join(|| smoother.fit(response).fitted, || smoother.cross_fit(response))
        };
        let (mut fitted, mut crossed): (Vec<_>, Vec<_>) = responses.par_iter().map(both).unzip();
        let effects = [&mut fitted, &mut crossed].map(|of| of.split_off(self.costs.len()));
        let [of_fit, of_cross] = effects;
        let fitted = Self { costs: fitted, effects: of_fit };
        let crossed = Self { costs: crossed, effects: of_cross };
        let shares = Shares::of(self, &fitted, &crossed);
        let (values, errors) = wtp.iter().map(|wtp| self.gain(&fitted, &shares, *wtp)).unzip();
        InformationValue { name: name.to_owned(), values, errors }
    }

    /// Net monetary benefit over that of the comparator: `[strategy][draw]`.
    fn net_benefits(&self, wtp: f64) -> Vec<Vec<f64>> {
        let of = |(costs, effects): (&Vec<f64>, &Vec<f64>)| -> Vec<f64> {
            costs.iter().zip(effects).map(|(cost, effect)| wtp * effect - cost).collect()
        };
        self.costs.iter().zip(&self.effects).map(of).collect()
    }

    /// What deciding by fitted means gains over one decision for all draws, and its standard error.
    ///
    /// Fitted benefits are drawn together about their mean, until their variance is that which the fits to other draws
    /// explain: what a fit of many functions finds by chance explains nothing in draws that it has not seen.
    fn gain(&self, fitted: &Self, shares: &Shares, wtp: f64) -> (f64, f64) {
        let shares: Vec<f64> =
            (0..self.costs.len()).map(|strategy| shares.at(strategy, wtp).sqrt()).collect();
        if shares.iter().all(|share| *share == 0.0) {
            // One decision for all draws.
            return (0.0, 0.0);
        }
        let [own, mut fitted] = [self, fitted].map(|of| of.net_benefits(wtp));
        for (share, fitted) in shares.iter().zip(&mut fitted) {
            let centre = mean(fitted);
            fitted.iter_mut().for_each(|benefit| *benefit = centre + share * (*benefit - centre));
        }
        let draws = own.first().map_or(0, Vec::len);
        // The comparator's benefit is 0; it is chosen where no other is better.
        let best = |benefits: &mut dyn Iterator<Item = f64>| {
            let better = |best: (Option<usize>, f64), (at, benefit)| {
                if benefit > best.1 { (Some(at), benefit) } else { best }
            };
            benefits.enumerate().fold((None, 0.0), better)
        };
        let (at_once, unaware) = best(&mut fitted.iter().map(|of| mean(of)));
        let mut informed = Vec::with_capacity(draws);
        let mut realised = Vec::with_capacity(draws);
        for draw in 0..draws {
            let (choice, benefit) = best(&mut fitted.iter().map(|of| of[draw]));
            let of = |strategy: Option<usize>| strategy.map_or(0.0, |strategy| own[strategy][draw]);
            informed.push(benefit);
            realised.push(of(choice) - of(at_once));
        }
        let centre = mean(&realised);
        let squares: f64 = realised.iter().map(|gain| (gain - centre) * (gain - centre)).sum();
        let n = draws as f64;
        // Never below 0 but by rounding: the mean of a maximum is no less than the maximum of means.
        ((mean(&informed) - unaware).max(0.0), (squares / (n - 1.0) / n).max(0.0).sqrt())
    }
}

/// Variances of fitted benefits of each strategy, and what of it fits to other draws explain. Both are quadratic in the
/// willingness to pay: the coefficients of its square, of itself, and of nothing.
struct Shares {
    found: Vec<[f64; 3]>,
    explained: Vec<[f64; 3]>,
}

impl Shares {
    fn of(own: &Increments, fitted: &Increments, crossed: &Increments) -> Self {
        let quadratic = |one: &Increments, other: &Increments, parts: usize| {
            let of = |strategy: usize| {
                let [cost, effect] = [&one.costs[strategy], &one.effects[strategy]];
                let [with_cost, with_effect] = [&other.costs[strategy], &other.effects[strategy]];
                let mixed = covariance(effect, with_cost, parts) + covariance(cost, with_effect, parts);
                [covariance(effect, with_effect, parts), -mixed, covariance(cost, with_cost, parts)]
            };
            (0..one.costs.len()).map(of).collect()
        };
        Self { found: quadratic(fitted, fitted, 1), explained: quadratic(own, crossed, FOLDS) }
    }

    /// The share of the variance that is explained, from 0 to 1.
    fn at(&self, strategy: usize, wtp: f64) -> f64 {
        let [found, explained] = [&self.found, &self.explained]
            .map(|of| (of[strategy][0] * wtp + of[strategy][1]) * wtp + of[strategy][2]);
        if found > 0.0 { (explained / found).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Of values a draw each, by their number; within parts of every so-manieth draw, whose means are fitted by the others.
fn covariance(x: &[f64], y: &[f64], parts: usize) -> f64 {
    let part = |part: usize| -> f64 {
        let [x, y] = [x, y].map(|of| of.iter().skip(part).step_by(parts).copied().collect::<Vec<f64>>());
        let (of_x, of_y) = (mean(&x), mean(&y));
        x.iter().zip(&y).map(|(x, y)| (x - of_x) * (y - of_y)).sum()
    };
    (0..parts).map(part).sum::<f64>() / x.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_those_of_deciding_by_the_fit() {
        let own = Increments {
            costs: vec![vec![1.0, 1.0, 1.0, 1.0], vec![0.0; 4]],
            effects: vec![vec![5.0, -3.0, 0.0, 6.0], vec![0.0, 0.0, 2.0, 2.0]],
        };
        // At 1 a QALY the fitted benefits are 3, -2, -1, 4 and 0, 0, 1, 1: means 1 and 1/2, best 3, 0, 1, 4.
        let fitted = Increments {
            costs: vec![vec![1.0, 1.0, 1.0, 1.0], vec![0.0; 4]],
            effects: vec![vec![4.0, -1.0, 0.0, 5.0], vec![0.0, 0.0, 1.0, 1.0]],
        };
        // Fits to other draws that explain more than enough: nothing is drawn together.
        let scaled = |of: &[Vec<f64>]| of.iter().map(|of| of.iter().map(|x| 1e3 * x).collect()).collect();
        let crossed = Increments { costs: scaled(&own.costs), effects: scaled(&own.effects) };
        let (value, error) = own.gain(&fitted, &Shares::of(&own, &fitted, &crossed), 1.0);
        assert_eq!(value, 8.0 / 4.0 - 1.0);
        // What that decision really gains over always the first strategy: 0, 4, 3, 0.
        let variance = (1.75_f64.powi(2) + 2.25_f64.powi(2) + 1.25_f64.powi(2) + 1.75_f64.powi(2)) / 3.0;
        assert!((error - (variance / 4.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn one_strategy_leaves_nothing_to_decide() {
        let psa = Psa {
            strategies: vec!["only".to_owned()],
            comparator: 0,
            costs: vec![vec![1.0, 2.0]],
            effects: vec![vec![1.0, 2.0]],
            noise: None,
        };
        let found = evppi(&psa, &[("x".to_owned(), vec![0.0, 1.0])], &[], &[1.0]).unwrap();
        assert_eq!((found[0].values[0], found[0].errors[0]), (0.0, 0.0));
    }
}
