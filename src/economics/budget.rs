//! What choosing strategies costs a payer, calendar year by calendar year.

use super::means::Means;
use super::{Interval, Method, histories_beside, patients_beside};
use crate::exact::{Stopped, means};
use crate::model::{Budget, Model};
use crate::program::{Draw, Program};
use crate::simulate::{Observer, Worker, by_patient};
use crate::stream::Stream;
use crate::summary::Band;
use crate::tally::Measure;
use rayon::prelude::*;

/// Most draws, with patients and by the exact engine, for which a few years are little.
const DRAWS: (u32, u32) = (10_000, 500);
/// Draws that share a worker's buffers.
const CHUNK: usize = 16;

/// One calendar year. Money is not discounted.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetYear {
    /// From 1.
    pub year: usize,
    /// What all patients so far cost in this year with the uptake.
    pub with: Band,
    /// What they cost where all have the comparator.
    pub without: Band,
    /// The difference.
    pub impact: Band,
    /// Its interval without simulation noise; needs two draws and noise.
    pub impact_corrected: Option<Interval>,
}

/// Histories that a budget takes: patients live to the end of each year anew.
#[must_use]
pub fn budget_histories(model: &Model, budget: &Budget, method: Method) -> u64 {
    let years = budget.uptake.first().map_or(0, Vec::len) as u64;
    years * histories_beside(model, model.settings.draws.min(most_draws(method)))
}

const fn most_draws(method: Method) -> u32 {
    match method {
        Method::Patients => DRAWS.0,
        Method::Exact { .. } => DRAWS.1,
    }
}

/// The budget of each year of the uptake. Patients of a year begin at its start; what they cost later falls into later
/// years.
///
/// # Errors
/// Where the observer asks to stop, or the exact engine does not walk the program.
pub fn budget_impact(
    (model, program): (&Model, &Program),
    budget: &Budget,
    method: Method,
    observer: &dyn Observer,
) -> Result<Vec<BudgetYear>, Stopped> {
    let years = budget.uptake.first().map_or(0, Vec::len);
    let until = |year: usize| {
        let mut short = model.clone();
        short.settings.patients = patients_beside(&model.settings);
        short.settings.horizon_months = model.settings.horizon_months.min(12.0 * year as f64);
        (short.settings.discount.costs, short.settings.discount.effects) = (0.0, 0.0);
        short
    };
    let models: Vec<Model> = (1..=years).map(until).collect();
    let stream = Stream::new(model.settings.seed);
    let draws: Vec<Draw> = (0..model.settings.draws.min(most_draws(method)))
        .map(|index| Draw::sample(model, &stream, index))
        .collect();
    let costs = match method {
        Method::Patients => of_patients(&models, program, &draws, observer)?,
        Method::Exact { bins_per_month } => of_exact(&models, program, bins_per_month, &draws, observer)?,
    };
    let comparator = model.economics.as_ref().map_or(0, |economics| economics.comparator);
    let sums = |year: usize, share: &dyn Fn(usize, usize) -> f64| -> (Vec<f64>, Vec<Option<f64>>) {
        let weights = weights(year, budget, share, years);
        let of = |(costs, draw): (&Means, &Draw)| {
            let patients = budget.patients_a_year.evaluate(&[], &draw.parameters);
            let (value, variance) = costs.sum(&weights);
            (patients * value, variance.map(|variance| patients * patients * variance))
        };
        costs.iter().zip(&draws).map(of).unzip()
    };
    let band = |(values, variances): (Vec<f64>, Vec<Option<f64>>)| Band::of(values, variances.into_iter());
    let only = |strategy: usize| if strategy == comparator { 1.0 } else { 0.0 };
    let taken = |strategy: usize, year: usize| {
        let given: f64 = budget.uptake.iter().map(|shares| shares[year]).sum();
        budget.uptake[strategy][year] + only(strategy) * (1.0 - given)
    };
    let of_year = |year: usize| {
        let impact = sums(year, &|strategy, start| taken(strategy, start) - only(strategy));
        let noise: Option<Vec<f64>> = impact.1.iter().copied().collect();
        BudgetYear {
            year: year + 1,
            with: band(sums(year, &taken)),
            without: band(sums(year, &|strategy, _| only(strategy))),
            impact_corrected: noise.and_then(|noise| Interval::without_noise(&impact.0, noise)),
            impact: band(impact),
        }
    };
    Ok((0..years).map(of_year).collect())
}

/// What the costs until the end of each year, by year and strategy, count for in the budget of a year, from 0, with one
/// patient a year.
fn weights(year: usize, budget: &Budget, share: &dyn Fn(usize, usize) -> f64, years: usize) -> Vec<f64> {
    let strategies = budget.uptake.len();
    let mut weights = vec![0.0; years * strategies];
    for start in 0..=year {
        for strategy in 0..strategies {
            let patients = share(strategy, start);
            // The cost of a patient in the year since the start is what adds to the years before.
            let since = year - start;
            weights[since * strategies + strategy] += patients;
            if since > 0 {
                weights[(since - 1) * strategies + strategy] -= patients;
            }
        }
    }
    weights
}

/// Costs until the end of each year, by year and strategy, of the same patients.
fn of_patients(
    models: &[Model],
    program: &Program,
    draws: &[Draw],
    observer: &dyn Observer,
) -> Result<Vec<Means>, Stopped> {
    let of_chunk = |chunk: &[Draw]| {
        let mut workers: Vec<Worker<'_>> = models.iter().map(|model| Worker::new(model, program)).collect();
        let mut found = Vec::new();
        for draw in chunk {
            let mut columns = Vec::new();
            for (worker, model) in workers.iter_mut().zip(models) {
                let patients = by_patient(worker, draw, model.settings.patients, observer)?;
                columns.extend(patients.into_iter().map(|own| own.costs));
            }
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            found.push(Means::of_columns(&columns));
        }
        Ok(found)
    };
    let chunks: Result<Vec<Vec<Means>>, Stopped> = draws.par_chunks(CHUNK).map(of_chunk).collect();
    Ok(chunks?.into_iter().flatten().collect())
}

/// The same without noise.
fn of_exact(
    models: &[Model],
    program: &Program,
    bins_per_month: u32,
    draws: &[Draw],
    observer: &dyn Observer,
) -> Result<Vec<Means>, Stopped> {
    let measures = Measure::of(program);
    let place = measures.iter().position(|measure| *measure == Measure::Costs);
    let mut all = vec![Means { values: Vec::new(), covariances: Vec::new() }; draws.len()];
    for model in models {
        let found = means((model, program), bins_per_month, draws, observer)?;
        for (own, draw) in all.iter_mut().zip(&found) {
            let costs = draw.strategies.iter().map(|own| place.map_or(0.0, |place| own.means[place]));
            own.values.extend(costs);
        }
    }
    Ok(all)
}
