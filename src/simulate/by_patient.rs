//! What each patient of a draw cost and gained: for what means and their errors do not tell, such as how surely one run
//! differs from another with the same patients.

use super::{BATCH, Interrupted, Observer, Worker};
use crate::outcome::{Mark, Silent};
use crate::program::Draw;
use crate::tally::Measure;

/// Patients under one strategy, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ByPatient {
    /// Costs, discounted.
    pub costs: Vec<f64>,
    /// QALYs, discounted.
    pub qalys: Vec<f64>,
    /// Years alive.
    pub life_years: Vec<f64>,
    /// Month of the event of EFS; infinite where it does not come before the horizon.
    pub event: Vec<f64>,
    /// Month of death, likewise.
    pub death: Vec<f64>,
}

/// The first patients of a draw, by strategy.
///
/// # Errors
/// Where the observer asks to stop.
pub fn by_patient(
    worker: &mut Worker<'_>,
    draw: &Draw,
    patients: u64,
    observer: &dyn Observer,
) -> Result<Vec<ByPatient>, Interrupted> {
    let all = vec![true; worker.program.cells.len()];
    by_patient_under(worker, &all, draw, patients, observer)
}

/// The same under some of the strategies; nothing stands for the others.
///
/// # Errors
/// Where the observer asks to stop.
pub fn by_patient_under(
    worker: &mut Worker<'_>,
    walked: &[bool],
    draw: &Draw,
    patients: u64,
    observer: &dyn Observer,
) -> Result<Vec<ByPatient>, Interrupted> {
    let strategies = walked.len();
    let active = worker.active;
    let mut all = vec![ByPatient::default(); strategies];
    let mut sinks = vec![Silent; strategies];
    let mut buffer = Vec::new();
    let mut first = 0;
    while first < patients {
        if observer.interrupted() {
            return Err(Interrupted);
        }
        let batch = (patients - first).min(BATCH as u64);
        let outcomes = worker.run_under(|at| walked[at], draw, (first, batch as usize), &mut sinks);
        for ((own, outcome), _) in all.iter_mut().zip(outcomes).zip(walked).filter(|(_, walked)| **walked) {
            let mut add = |to: &mut Vec<f64>, measure: Measure| {
                to.extend_from_slice(measure.values(outcome, &active, &mut buffer));
            };
            add(&mut own.costs, Measure::Costs);
            add(&mut own.qalys, Measure::Qalys);
            add(&mut own.life_years, Measure::LifeYears);
            own.event.extend_from_slice(&outcome.marks[Mark::EfsEvent as usize]);
            own.death.extend_from_slice(&outcome.marks[Mark::Death as usize]);
        }
        first += batch;
    }
    observer.advanced(patients * walked.iter().filter(|walked| **walked).count() as u64);
    Ok(all)
}
