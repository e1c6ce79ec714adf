//! What choosing strategies costs a payer, calendar year by calendar year.

use super::{Psa, patients_beside};
use crate::model::{Budget, Model};
use crate::program::{Draw, Program};
use crate::simulate::{Interrupted, Observer, run_given};
use crate::stream::Stream;
use crate::summary::{Band, Records};

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
}

/// The budget of each year of the uptake. Patients of a year begin at its start; what they cost later falls into later
/// years.
///
/// # Errors
/// Where the observer asks to stop.
pub fn budget_impact(
    model: &Model,
    program: &Program,
    budget: &Budget,
    observer: &dyn Observer,
) -> Result<Vec<BudgetYear>, Interrupted> {
    let years = budget.uptake.first().map_or(0, Vec::len);
    let stream = Stream::new(model.settings.seed);
    let draws: Vec<Draw> =
        (0..model.settings.draws).map(|index| Draw::sample(model, &stream, index)).collect();
    let mut until: Vec<Psa> = Vec::new();
    for year in 1..=years {
        let mut short = model.clone();
        short.settings.patients = patients_beside(&model.settings);
        short.settings.horizon_months = model.settings.horizon_months.min(12.0 * year as f64);
        (short.settings.discount.costs, short.settings.discount.effects) = (0.0, 0.0);
        let results = run_given(&short, program, &draws, observer, &|| Records::new(0))?;
        until.extend(Psa::of_records(&short, &results));
    }
    let Some(first) = until.first() else { return Ok(Vec::new()) };
    let (draws, comparator) = (first.draws(), first.comparator);
    // Cost of a patient in the year since the start, from 0.
    let cost = |strategy: usize, since: usize, draw: usize| {
        let before = if since == 0 { 0.0 } else { until[since - 1].costs[strategy][draw] };
        until[since].costs[strategy][draw] - before
    };
    let with_uptake = |strategy: usize, year: usize| {
        let given: f64 = budget.uptake.iter().map(|shares| shares[year]).sum();
        budget.uptake[strategy][year] + if strategy == comparator { 1.0 - given } else { 0.0 }
    };
    let of_year = |year: usize| {
        let sum = |share: &dyn Fn(usize, usize) -> f64| {
            let of_draw = |draw: usize| {
                let begun =
                    (0..=year).flat_map(|start| (0..budget.uptake.len()).map(move |own| (start, own)));
                let cost = begun.map(|(start, own)| share(own, start) * cost(own, year - start, draw));
                budget.patients_a_year * cost.sum::<f64>()
            };
            (0..draws).map(of_draw).collect::<Vec<f64>>()
        };
        let with = sum(&with_uptake);
        let without = sum(&|strategy, _| if strategy == comparator { 1.0 } else { 0.0 });
        let impact = with.iter().zip(&without).map(|(with, without)| with - without).collect();
        let [with, without, impact] =
            [with, without, impact].map(|values| Band::of(values, std::iter::once(None)));
        BudgetYear { year: year + 1, with, without, impact }
    };
    Ok((0..years).map(of_year).collect())
}
