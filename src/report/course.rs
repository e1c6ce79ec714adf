//! `occupancy.csv`, `incidence.csv`, `crs.csv`: where patients are month by month, and what befell them first; the run's first
//! draws and patients lived again with a sink that counts.

use super::ReportFile;
use super::crs::{self, Crs};
use super::table::{Table, cell};
use crate::model::Model;
use crate::outcome::{Happening, Sink, State};
use crate::program::{Draw, Program};
use crate::simulate::{BATCH, Worker};
use crate::stream::Stream;
use crate::summary::Band;
use rayon::prelude::*;

/// Draws and patients of each that are lived again, at most: enough for a picture, little beside a run.
const DRAWS: u32 = 200;
const PATIENTS: u64 = 500;

/// What may befall a patient first, from the bottom of a stack.
const FIRST: [(Happening, &str); 6] = [
    (Happening::Relapse, "relapse"),
    (Happening::AntigenModulation, "relapse_antigen_modulation"),
    (Happening::NegativeClone, "relapse_negative_clone"),
    (Happening::DeathTreatment, "death_treatment"),
    (Happening::DeathRelapse, "death_leukaemia"),
    (Happening::DeathBackground, "death_background"),
];

/// Counts of one draw under one strategy, by whole month from 0.
#[derive(Debug, Clone)]
struct Course {
    horizon: f64,
    /// Patients who enter a state at a month, less those who leave it.
    states: Vec<Vec<i64>>,
    /// What befell each patient first, and when.
    first: Vec<Option<(usize, f64)>>,
    events: Vec<Vec<i64>>,
    crs: Crs,
}

impl Course {
    fn new(months: usize, horizon: f64) -> Self {
        let none = vec![0; months + 2];
        Self {
            horizon,
            states: vec![none.clone(); State::COUNT],
            first: Vec::new(),
            events: vec![none; FIRST.len()],
            crs: Crs::default(),
        }
    }

    /// The first whole month that is no earlier, at most one past the last.
    fn month(&self, at: f64) -> usize {
        (at.ceil() as usize).min(self.events[0].len() - 1)
    }

    /// Adds what befell the patients of a batch.
    fn end_batch(&mut self) {
        for (event, at) in std::mem::take(&mut self.first).into_iter().flatten() {
            let month = self.month(at);
            self.events[event][month] += 1;
        }
    }
}

impl Sink for Course {
    fn happened(&mut self, happening: Happening, _: u8, patients: &[u32], now: &[f64]) {
        let Some(event) = FIRST.iter().position(|(known, _)| *known == happening) else { return };
        for patient in patients {
            let (place, at) = (*patient as usize, now[*patient as usize]);
            let own = &mut self.first[place];
            // A relapse that loses the antigen is told as a relapse too.
            let loses = matches!(happening, Happening::AntigenModulation | Happening::NegativeClone);
            match own {
                None => *own = Some((event, at)),
                Some((0, earlier)) if loses && *earlier == at => *own = Some((event, at)),
                Some(_) => {}
            }
        }
    }

    fn stayed(&mut self, state: State, _: u8, _: &[u32], from: &[f64], to: &[f64]) {
        for (from, to) in from.iter().zip(to) {
            // Who lives at the horizon is in the state at its month too.
            let end = self.states[0].len() - 1;
            let (enters, leaves) =
                (self.month(*from), if *to >= self.horizon { end } else { self.month(*to) });
            self.states[state as usize][enters] += 1;
            self.states[state as usize][leaves] -= 1;
        }
    }
}

/// Numbers of patients by month from running totals of changes.
fn totals(changes: &[i64]) -> impl Iterator<Item = i64> {
    changes.iter().scan(0, |sum, change| {
        *sum += change;
        Some(*sum)
    })
}

/// The bytes of the tables.
pub(super) fn files(model: &Model, program: &Program) -> Result<Vec<ReportFile>, csv::Error> {
    let settings = &model.settings;
    let (draws, patients) = (settings.draws.min(DRAWS), settings.patients.min(PATIENTS));
    let months = settings.curve_months as usize;
    let courses: Vec<Vec<Course>> = (0..draws)
        .into_par_iter()
        .map_init(
            || Worker::new(model, program),
            |worker, draw| {
                let draw = Draw::sample(model, &Stream::new(settings.seed), draw);
                let mut sinks = vec![Course::new(months, settings.horizon_months); model.strategies.len()];
                let mut first = 0;
                while first < patients {
                    let size = (patients - first).min(BATCH as u64) as usize;
                    sinks.iter_mut().for_each(|sink| sink.first = vec![None; size]);
                    let outcomes = worker.run(&draw, first, size, &mut sinks);
                    sinks.iter_mut().zip(outcomes).for_each(|(sink, outcome)| sink.crs.add(outcome));
                    sinks.iter_mut().for_each(Course::end_batch);
                    first += size as u64;
                }
                sinks
            },
        )
        .collect();
    let mut occupancy =
        Table::new(&["strategy", "state", "months", "share", "mc_se", "lower_95", "upper_95"])?;
    let mut incidence =
        Table::new(&["strategy", "event", "months", "probability", "mc_se", "lower_95", "upper_95"])?;
    let n = patients as f64;
    let add = |table: &mut Table, names: [&str; 2], own: Vec<Vec<i64>>| -> Result<(), csv::Error> {
        if own.iter().flatten().all(|count| *count == 0) {
            return Ok(());
        }
        for month in 0..=months {
            let shares: Vec<f64> = own.iter().map(|draw| draw[month] as f64 / n).collect();
            let variances: Vec<Option<f64>> =
                shares.iter().map(|p| (n > 1.0).then(|| p * (1.0 - p) / n)).collect();
            let Band { mean, mc_se, lower_95, upper_95, .. } = Band::of(shares, variances.into_iter());
            let head = [names[0].to_owned(), names[1].to_owned(), month.to_string()];
            table.row(head.into_iter().chain([mean, mc_se, lower_95, upper_95].map(cell)))?;
        }
        Ok(())
    };
    for (index, strategy) in model.strategies.iter().enumerate() {
        let id = strategy.id.as_str();
        for state in State::ALL {
            let own = courses.iter().map(|draw| totals(&draw[index].states[state as usize]).collect());
            add(&mut occupancy, [id, state.name()], own.collect())?;
        }
        for (event, (_, name)) in FIRST.iter().enumerate() {
            let own = courses.iter().map(|draw| totals(&draw[index].events[event]).collect());
            add(&mut incidence, [id, name], own.collect())?;
        }
    }
    let strategies = 0..model.strategies.len();
    let counts: Vec<Vec<Crs>> =
        strategies.map(|index| courses.iter().map(|draw| draw[index].crs).collect()).collect();
    Ok(vec![
        ReportFile { name: "occupancy.csv", bytes: occupancy.finish()? },
        ReportFile { name: "incidence.csv", bytes: incidence.finish()? },
        crs::file(model, &counts)?,
    ])
}
