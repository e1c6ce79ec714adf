//! A run: all draws of a model on a grid that is fine enough.

use super::engine::Engine;
use super::result::{ExactCurve, ExactDraw, ExactResults, ExactStrategy, Stopped};
use crate::model::Model;
use crate::program::{Draw, Program};
use crate::simulate::Observer;
use crate::stream::Stream;
use crate::tally::Measure;
use rayon::prelude::*;
use std::ops::Range;

/// Bins in a month of the finer grid of a run where that is enough, and of a calibration.
pub const BINS_PER_MONTH: u32 = 4;
/// Bins in a month of the finest grid.
const MOST_BINS: u32 = 16;
/// Patients whose standard errors the grid is held against.
const PATIENTS: f64 = 1e6;
/// Largest change of a share on half the bins, in their standard errors.
const ENOUGH: f64 = 0.2;
/// First month of a curve that is held against them.
const FIRST_MONTH: usize = 3;

/// Largest difference of two draws, flag by flag and month by month of the curves, in standard errors of a million
/// patients; an error is that of one patient at least.
fn change(fine: &ExactDraw, coarse: &ExactDraw) -> f64 {
    let share = |fine: f64, coarse: f64, among: f64| {
        let patients = PATIENTS * among;
        let error = (fine * (1.0 - fine) / patients).max(0.0).sqrt().max(1.0 / patients);
        (fine - coarse).abs() / error
    };
    let curve = |(fine, coarse): (&ExactCurve, &ExactCurve)| {
        let months = fine.events.iter().zip(&coarse.events).skip(FIRST_MONTH);
        months.map(|(events, half)| share(*events, *half, fine.among)).fold(0.0, f64::max)
    };
    let of = |(fine, coarse): (&ExactStrategy, &ExactStrategy)| {
        let flags = fine.flags.iter().zip(&coarse.flags).map(|(flag, half)| share(*flag, *half, 1.0));
        let curves = fine.curves.iter().zip(&coarse.curves).filter(|(curve, _)| curve.among > 0.0);
        flags.chain(curves.map(curve)).fold(0.0, f64::max)
    };
    fine.strategies.iter().zip(&coarse.strategies).map(of).fold(0.0, f64::max)
}

/// The engine on the coarsest grid on which half the bins change no share of the first draw by more than is enough; that
/// draw, and the same on half the bins.
fn fine_enough<'a>(
    model: &'a Model,
    program: &'a Program,
    first: &Draw,
    observer: &dyn Observer,
) -> Result<(Engine<'a>, u32, [ExactDraw; 2]), Stopped> {
    let mut coarse = Engine::new(model, program, BINS_PER_MONTH / 2).draw(first)?;
    let mut bins = BINS_PER_MONTH;
    loop {
        if observer.interrupted() {
            return Err(Stopped::Interrupted);
        }
        let engine = Engine::new(model, program, bins);
        let fine = engine.draw(first)?;
        if bins >= MOST_BINS || change(&fine, &coarse) <= ENOUGH {
            return Ok((engine, bins, [fine, coarse]));
        }
        (coarse, bins) = (fine, 2 * bins);
    }
}

/// Bins in a month of the grid that a run of the model would take.
///
/// # Errors
/// As for [`run`].
pub fn fineness(model: &Model, program: &Program, observer: &dyn Observer) -> Result<u32, Stopped> {
    let first = Draw::sample(model, &Stream::new(model.settings.seed), 0);
    Ok(fine_enough(model, program, &first, observer)?.1)
}

/// Means of given draws, in parallel and in order, on so many bins a month; no curves, and flags of 0.
///
/// # Errors
/// As for [`run`].
pub fn means(
    (model, program): (&Model, &Program),
    bins_per_month: u32,
    draws: &[Draw],
    observer: &dyn Observer,
) -> Result<Vec<ExactDraw>, Stopped> {
    let mut bare = model.clone();
    bare.settings.curves.clear();
    let engine = Engine::reading(&bare, program, bins_per_month, Vec::new(), 0);
    let one = |draw: &Draw| {
        if observer.interrupted() {
            return Err(Stopped::Interrupted);
        }
        Ok(engine.draw(draw)?)
    };
    draws.par_iter().map(one).collect()
}

/// Runs all draws of a model, in parallel. The observer hears of each draw as of all its histories.
///
/// # Errors
/// Where the program has something that this engine does not walk, or the observer asked to stop.
pub fn run(model: &Model, program: &Program, observer: &dyn Observer) -> Result<ExactResults, Stopped> {
    let histories = model.settings.patients * model.strategies.len() as u64;
    let stream = Stream::new(model.settings.seed);
    let (engine, bins_per_month, [first, coarse]) =
        fine_enough(model, program, &Draw::sample(model, &stream, 0), observer)?;
    observer.advanced(histories);
    let draws = if Draw::is_constant(model) {
        vec![first; model.settings.draws as usize]
    } else {
        std::iter::once(first).chain(others(&engine, 1..model.settings.draws, observer)?).collect()
    };
    let possible = (0..model.strategies.len()).map(|strategy| program.possible(strategy).clone()).collect();
    Ok(ExactResults { measures: Measure::of(program), draws, bins_per_month, coarse, possible })
}

/// Adds to what the first draws of a model gave those up to its number of draws, on the same grid.
///
/// # Errors
/// As for [`run`].
pub fn run_more(
    model: &Model,
    program: &Program,
    mut results: ExactResults,
    observer: &dyn Observer,
) -> Result<ExactResults, Stopped> {
    let engine = Engine::new(model, program, results.bins_per_month);
    let done = results.draws.len() as u32;
    results.draws.extend(others(&engine, done..model.settings.draws, observer)?);
    Ok(results)
}

/// Some draws of a model, in parallel and in order. The observer hears of each draw as of all its histories.
fn others(
    engine: &Engine<'_>,
    indices: Range<u32>,
    observer: &dyn Observer,
) -> Result<Vec<ExactDraw>, Stopped> {
    let model = engine.model;
    let stream = Stream::new(model.settings.seed);
    let histories = model.settings.patients * model.strategies.len() as u64;
    let one = |index: u32| {
        if observer.interrupted() {
            return Err(Stopped::Interrupted);
        }
        let draw = engine.draw(&Draw::sample(model, &stream, index))?;
        observer.advanced(histories);
        Ok(draw)
    };
    indices.into_par_iter().map(one).collect()
}
