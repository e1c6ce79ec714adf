//! A whole run: draws and blocks of patients in parallel, merged exactly, one compact result a draw.

use super::{BATCH, Worker};
use crate::model::Model;
use crate::outcome::Outcome;
use crate::program::{Draw, Miss, Missed, Misses, Possible, Program};
use crate::stream::Stream;
use crate::tally::{AcrossDraws, EventCounter, Measure, StrategyTally, Tallier};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Patients of one unit of work: some milliseconds.
const UNIT: u64 = 16 * BATCH as u64;
/// Hears of progress; may stop the run. Called from all threads.
pub trait Observer: Sync {
    /// Histories finished since the last call.
    fn advanced(&self, histories: u64);

    /// Whether to stop.
    fn interrupted(&self) -> bool;
}

/// An observer that does not look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn advanced(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
}

/// The run was stopped by its observer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Keeps what matters of finished draws.
pub trait Recorder: Send {
    /// Keeps a draw, from the tallies of its strategies. Must depend on its arguments only.
    fn record(&mut self, draw: &Draw, tallies: &[StrategyTally], measures: &[Measure]);
}

/// What a run leaves: records of the draws, and what is kept of all draws together.
#[derive(Debug)]
pub struct RunResults<R> {
    /// Measures tallied, in the order of every tally's moments.
    pub measures: Vec<Measure>,
    /// Records of groups of draws, in order.
    pub units: Vec<R>,
    /// What is kept of all draws together, by strategy.
    pub across: Vec<AcrossDraws>,
    /// Draws in which something could not be held to.
    pub misses: Misses,
    /// What could happen, by strategy.
    pub possible: Vec<Possible>,
}

/// Runs a model. `recorder` makes an empty record for a group of draws; it is called on any thread.
///
/// # Errors
/// [`Interrupted`] where the observer asked to stop.
pub fn run<R: Recorder>(
    model: &Model,
    program: &Program,
    observer: &dyn Observer,
    recorder: &(impl Fn() -> R + Sync),
) -> Result<RunResults<R>, Interrupted> {
    let stream = Stream::new(model.settings.seed);
    let draws = if Draw::is_constant(model) {
        Draws::Constant(Draw::sample(model, &stream, 0))
    } else {
        Draws::Sampled(stream, 0)
    };
    run_draws(model, program, draws, observer, recorder)
}

/// Adds to what the first `done` draws of a model gave those up to its number of draws. The whole is what [`run`] gives of
/// all of them.
///
/// # Errors
/// [`Interrupted`] where the observer asked to stop.
pub fn run_more<R: Recorder>(
    (model, program): (&Model, &Program),
    mut results: RunResults<R>,
    done: u32,
    observer: &dyn Observer,
    recorder: &(impl Fn() -> R + Sync),
) -> Result<RunResults<R>, Interrupted> {
    let draws = Draws::Sampled(Stream::new(model.settings.seed), done);
    let more = run_draws(model, program, draws, observer, recorder)?;
    results.units.extend(more.units);
    results.across.iter_mut().zip(&more.across).for_each(|(all, more)| all.merge(more));
    results.misses.merge(&more.misses);
    Ok(results)
}

/// Runs a model with these draws in place of its own. Those of one index share their patients' luck.
///
/// # Errors
/// [`Interrupted`] where the observer asked to stop.
pub fn run_given<R: Recorder>(
    model: &Model,
    program: &Program,
    draws: &[Draw],
    observer: &dyn Observer,
    recorder: &(impl Fn() -> R + Sync),
) -> Result<RunResults<R>, Interrupted> {
    run_draws(model, program, Draws::Given(draws), observer, recorder)
}

fn run_draws<R: Recorder>(
    model: &Model,
    program: &Program,
    draws: Draws<'_>,
    observer: &dyn Observer,
    recorder: &(impl Fn() -> R + Sync),
) -> Result<RunResults<R>, Interrupted> {
    let measures = Measure::of(program);
    let mut job = Job { model, program, observer, measures, draws, idle: Mutex::new(Vec::new()) };
    let mut results = RunResults {
        measures: job.measures.clone(),
        units: Vec::new(),
        across: Vec::new(),
        misses: Misses::default(),
        possible: (0..model.strategies.len()).map(|strategy| program.possible(strategy).clone()).collect(),
    };
    if model.settings.patients <= UNIT {
        job.small_draws(&mut results, recorder)?;
    } else {
        job.large_draws(&mut results, recorder)?;
    }
    results.across = job.across();
    Ok(results)
}

/// Where draws come from.
enum Draws<'a> {
    /// Each is sampled from the model, from one on.
    Sampled(Stream, u32),
    /// Every draw is the same but for its index.
    Constant(Draw),
    /// These, in place of the model's.
    Given(&'a [Draw]),
}

struct Job<'a> {
    model: &'a Model,
    program: &'a Program,
    observer: &'a dyn Observer,
    measures: Vec<Measure>,
    draws: Draws<'a>,
    /// Benches that no unit works at; at most one a thread is ever made.
    idle: Mutex<Vec<Bench<'a>>>,
}

/// One thread's worker, tallies and sinks.
struct Bench<'a> {
    worker: Worker<'a>,
    tallier: Tallier,
    sinks: Vec<EventCounter>,
}

impl<'a> Job<'a> {
    /// A bench with whatever its tallies hold, or a new one.
    fn take_bench(&self) -> Bench<'a> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Bench {
            worker: Worker::new(self.model, self.program),
            tallier: Tallier::new(self.model, self.program),
            sinks: self.model.strategies.iter().map(|s| EventCounter::new(s.lines.len())).collect(),
        })
    }

    fn put_back(&self, bench: Bench<'a>) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(bench);
    }

    /// All benches, between units.
    fn benches(&mut self) -> &mut [Bench<'a>] {
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all benches keep of all draws.
    fn across(&mut self) -> Vec<AcrossDraws> {
        let mut across: Vec<AcrossDraws> =
            self.model.strategies.iter().map(|_| AcrossDraws::new(self.model)).collect();
        for bench in self.benches() {
            across.iter_mut().zip(&bench.tallier.across).for_each(|(into, from)| into.merge(from));
        }
        across
    }

    fn draw(&self, index: u32) -> Draw {
        match &self.draws {
            Draws::Sampled(stream, first) => Draw::sample(self.model, stream, first + index),
            Draws::Constant(draw) => Draw { index, ..draw.clone() },
            Draws::Given(draws) => draws[index as usize].clone(),
        }
    }

    fn count(&self) -> u32 {
        match self.draws {
            Draws::Given(draws) => draws.len() as u32,
            Draws::Sampled(_, first) => self.model.settings.draws.saturating_sub(first),
            Draws::Constant(_) => self.model.settings.draws,
        }
    }

    /// Adds patients of a draw to the tallies of a bench.
    fn simulate(&self, bench: &mut Bench<'_>, draw: &Draw, first: u64, end: u64) -> Result<(), Interrupted> {
        let mut at = first;
        while at < end {
            if self.observer.interrupted() {
                return Err(Interrupted);
            }
            let patients = (end - at).min(BATCH as u64);
            let outcomes: &[Outcome] = bench.worker.run(draw, at, patients as usize, &mut bench.sinks);
            bench.tallier.add(outcomes);
            at += patients;
        }
        for (tally, sink) in bench.tallier.tallies.iter_mut().zip(&mut bench.sinks) {
            tally.events.counts.iter_mut().zip(&mut sink.counts).for_each(|(sum, count)| {
                *sum += *count;
                *count = 0;
            });
        }
        self.observer.advanced((end - first) * self.model.strategies.len() as u64);
        Ok(())
    }

    /// Several draws make a unit.
    fn small_draws<R: Recorder>(
        &self,
        results: &mut RunResults<R>,
        recorder: &(impl Fn() -> R + Sync),
    ) -> Result<(), Interrupted> {
        let patients = self.model.settings.patients;
        let draws = self.count() as usize;
        // Small enough that a few draws still fill all threads.
        let group = ((UNIT / patients.max(1)) as usize).clamp(1, draws.div_ceil(64).max(1));
        let starts: Vec<usize> = (0..draws).step_by(group).collect();
        let units = starts.into_par_iter().map(|start| {
            let mut bench = self.take_bench();
            let mut records = recorder();
            let mut misses = Misses::default();
            for index in start..(start + group).min(draws) {
                let draw = self.draw(index as u32);
                bench.tallier.tallies.iter_mut().for_each(StrategyTally::clear);
                self.simulate(&mut bench, &draw, 0, patients)?;
                misses.add(&all_missed(&draw, [&bench]));
                bench.tallier.end_draw();
                records.record(&draw, &bench.tallier.tallies, &self.measures);
            }
            self.put_back(bench);
            Ok((records, misses))
        });
        for (records, misses) in units.collect::<Result<Vec<_>, Interrupted>>()? {
            results.units.push(records);
            results.misses.merge(&misses);
        }
        Ok(())
    }

    /// A draw makes several units; each adds to the tallies of whatever bench it gets, which are exact.
    fn large_draws<R: Recorder>(
        &mut self,
        results: &mut RunResults<R>,
        recorder: &(impl Fn() -> R + Sync),
    ) -> Result<(), Interrupted> {
        let patients = self.model.settings.patients;
        for index in 0..self.count() {
            let draw = self.draw(index);
            (0..patients.div_ceil(UNIT)).into_par_iter().try_for_each(|block| {
                let mut bench = self.take_bench();
                let first = block * UNIT;
                self.simulate(&mut bench, &draw, first, (first + UNIT).min(patients))?;
                self.put_back(bench);
                Ok(())
            })?;
            // A bench that this draw did not reach still holds an earlier one.
            let reached = |bench: &&Bench<'_>| bench.tallier.tallies.iter().any(|tally| tally.patients > 0);
            let missed = all_missed(&draw, self.benches().iter().filter(reached));
            let Some((whole, others)) = self.benches().split_first_mut() else { continue };
            for other in others {
                let tallies = whole.tallier.tallies.iter_mut().zip(&mut other.tallier.tallies);
                tallies.for_each(|(whole, part)| {
                    whole.merge(part);
                    part.clear();
                });
            }
            results.misses.add(&missed);
            let mut records = recorder();
            records.record(&draw, &whole.tallier.tallies, &results.measures);
            whole.tallier.tallies.iter_mut().for_each(StrategyTally::clear);
            results.units.push(records);
        }
        Ok(())
    }
}

/// What a draw missed, its shares of transplants as the workers of these benches found them.
fn all_missed<'b, 'a: 'b>(draw: &Draw, benches: impl IntoIterator<Item = &'b Bench<'a>>) -> BTreeSet<Miss> {
    let shares = benches.into_iter().flat_map(|bench| bench.worker.missed_shares());
    draw.missed.iter().copied().chain(shares.map(|regimen| (regimen, Missed::Transplants))).collect()
}
