//! Chains of states of a posterior.

use super::Point;
use super::reference::Reference;
use super::slice::{normals, step};
use crate::stream::Stream;
use crate::summary::quantile;
use rayon::prelude::*;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Prior draws that a chain tries in search of as many possible ones as it needs, and in search of the first.
const MOST_DRAWS: usize = 1_000;
/// Prior draws that teach a chain the rough shape of the likelihood: fewest and most.
const DRAWS: (usize, usize) = (20, 250);
/// Evaluations of a stage.
const STAGE: usize = 60;
/// The heat grows by so many standard deviations of the log-likelihood, and at most so many fold.
const HEATING: (f64, f64) = (3.0, 4.0);
/// The interquartile range of a Gaussian in standard deviations.
const QUARTILES: f64 = 1.349;

/// How long to sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Independently started chains, 4 or more for diagnostics to mean much.
    pub chains: usize,
    /// Iterations of each chain in which it finds the posterior and learns its shape.
    pub warm_up: usize,
    /// Iterations of each chain after that; all of their states are kept.
    pub kept: usize,
    /// Seed of all random numbers: those of an iteration are a pure function of seed, chain and iteration.
    pub seed: u64,
}

/// What a chain went through after its warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// States in their order.
    pub states: Vec<Vec<f64>>,
    /// The log-likelihood of each state.
    pub log_likelihoods: Vec<f64>,
    /// Evaluations of the likelihood, those of the warm-up included.
    pub evaluations: usize,
    /// Evaluations in the warm-up.
    pub warm_up_evaluations: usize,
    /// What the steps after the warm-up go about.
    reference: Reference,
    /// Where it stands.
    point: Point,
}

/// Why there are no chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SampleError {
    /// The likelihood was impossible at every one of this many draws from the prior.
    NoStart(usize),
    /// The caller said to stop.
    Stopped,
}

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStart(draws) => {
                write!(f, "the targets are impossible at all of {draws} draws from the prior")
            }
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

impl Error for SampleError {}

/// States of prior times likelihood, the prior being the standard Gaussian in `dimension` dimensions.
///
/// `log_likelihood` may give minus infinity where the unknowns are impossible; NaN counts as that. Before each
/// evaluation `go_on` is asked, with the evaluations so far of all chains, whether there shall be another.
///
/// A chain starts at a draw from the prior. In its warm-up the likelihood is at first taken to a small power, chosen
/// from its spread between prior draws, which is raised stage by stage to 1 (the path of annealed importance sampling,
/// Neal 2001, doi:10.1023/A:1008923215028): so far starts cost little and the shape of the posterior is learnt from
/// outside in. After each stage the reference of the elliptical slice steps is fitted anew to all evaluations of the
/// chain so far; after the warm-up it is frozen, so the kept states are those of a Markov chain with exactly the
/// posterior as its stationary distribution, however bad the fit. The fit decides on speed alone: it is good where the
/// posterior is about Gaussian and the warm-up has more evaluations than a quadratic function has coefficients
/// (136 in 15 dimensions, 861 in 40); tight targets on strongly curved functions of the unknowns take longer chains.
///
/// # Errors
/// If the likelihood is impossible throughout, or `go_on` says no.
pub fn sample(
    dimension: usize,
    plan: &Plan,
    log_likelihood: &(dyn Fn(&[f64]) -> f64 + Sync),
    go_on: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Chain>, SampleError> {
    let likelihood = Counted { log_likelihood, go_on, evaluations: AtomicUsize::new(0) };
    let run = |chain| Chain::warm(dimension, plan, chain, &likelihood)?.until(plan, chain, &likelihood);
    (0..plan.chains as u32).into_par_iter().map(run).collect()
}

/// The same chains, gone on until each has as many states as the plan keeps: those of [`sample`] with this plan.
///
/// # Errors
/// If `go_on` says no.
pub fn extend(
    chains: Vec<Chain>,
    plan: &Plan,
    log_likelihood: &(dyn Fn(&[f64]) -> f64 + Sync),
    go_on: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Chain>, SampleError> {
    let before = chains.iter().map(|chain| chain.evaluations).sum();
    let likelihood = Counted { log_likelihood, go_on, evaluations: AtomicUsize::new(before) };
    let run = |(at, chain): (usize, Chain)| chain.until(plan, at as u32, &likelihood);
    chains.into_par_iter().enumerate().map(run).collect()
}

/// A likelihood and how often it was asked.
struct Counted<'a> {
    log_likelihood: &'a (dyn Fn(&[f64]) -> f64 + Sync),
    go_on: &'a (dyn Fn(usize) -> bool + Sync),
    evaluations: AtomicUsize,
}

impl Counted<'_> {
    fn evaluate(&self, z: &[f64]) -> Result<f64, SampleError> {
        if !(self.go_on)(self.evaluations.fetch_add(1, Ordering::Relaxed)) {
            return Err(SampleError::Stopped);
        }
        let found = (self.log_likelihood)(z);
        Ok(if found.is_nan() { f64::NEG_INFINITY } else { found })
    }
}

impl Chain {
    /// At the end of its warm-up.
    fn warm(
        dimension: usize,
        plan: &Plan,
        chain: u32,
        likelihood: &Counted<'_>,
    ) -> Result<Self, SampleError> {
        let stream = Stream::new(plan.seed);
        let mut warm_up = WarmUp::start(dimension, stream, chain, likelihood)?;
        for iteration in 0..plan.warm_up {
            warm_up.learn(iteration, plan.warm_up);
            warm_up.step(stream, chain, iteration, likelihood)?;
        }
        warm_up.finish();
        let WarmUp { point, reference, evaluations, .. } = warm_up;
        let (states, log_likelihoods) = (Vec::new(), Vec::new());
        Ok(Self { states, log_likelihoods, evaluations, warm_up_evaluations: evaluations, reference, point })
    }

    /// With as many states as the plan keeps.
    fn until(mut self, plan: &Plan, chain: u32, likelihood: &Counted<'_>) -> Result<Self, SampleError> {
        let stream = Stream::new(plan.seed);
        while self.states.len() < plan.kept {
            let iteration = plan.warm_up + self.states.len();
            let mut rng = stream.iteration(chain, 1 + iteration as u64);
            self.point = step(&mut rng, &self.reference, 1.0, &self.point, |z| {
                self.evaluations += 1;
                likelihood.evaluate(z)
            })?;
            self.states.push(self.point.z.clone());
            self.log_likelihoods.push(self.point.log_likelihood);
        }
        Ok(self)
    }
}

/// A chain on its way to the posterior.
struct WarmUp {
    point: Point,
    reference: Reference,
    /// The power of the likelihood.
    heat: f64,
    /// All evaluations that were possible.
    known: Vec<Point>,
    evaluations: usize,
    /// Log-likelihoods of the states of this stage.
    stage: Vec<f64>,
    /// How much will be known at the end of this stage.
    end: usize,
}

impl WarmUp {
    fn start(
        dimension: usize,
        stream: Stream,
        chain: u32,
        likelihood: &Counted<'_>,
    ) -> Result<Self, SampleError> {
        let mut rng = stream.iteration(chain, 0);
        // As many as a quadratic function has coefficients, if that is not too many.
        let wanted = ((dimension + 1) * (dimension + 2) / 2).clamp(DRAWS.0, DRAWS.1);
        let mut known = Vec::new();
        let mut evaluations = 0;
        // Impossible draws are allowed as many again, and more only until there is one to start from.
        while known.len() < wanted && (evaluations < 2 * wanted || known.is_empty()) {
            if evaluations == MOST_DRAWS {
                return Err(SampleError::NoStart(evaluations));
            }
            let z = normals(&mut rng, dimension);
            let log_likelihood = likelihood.evaluate(&z)?;
            evaluations += 1;
            if log_likelihood > f64::NEG_INFINITY {
                known.push(Point { z, log_likelihood });
            }
        }
        let mut values: Vec<f64> = known.iter().map(|point| point.log_likelihood).collect();
        let heat = heating(&mut values).min(1.0);
        let point = known[0].clone();
        let reference = Reference::prior(dimension);
        let mut start = Self { point, reference, heat, known, evaluations, stage: Vec::new(), end: 0 };
        start.refit();
        Ok(start)
    }

    fn step(
        &mut self,
        stream: Stream,
        chain: u32,
        iteration: usize,
        likelihood: &Counted<'_>,
    ) -> Result<(), SampleError> {
        let mut rng = stream.iteration(chain, 1 + iteration as u64);
        let (known, evaluations) = (&mut self.known, &mut self.evaluations);
        self.point = step(&mut rng, &self.reference, self.heat, &self.point, |z| {
            let log_likelihood = likelihood.evaluate(z)?;
            *evaluations += 1;
            if log_likelihood > f64::NEG_INFINITY {
                known.push(Point { z: z.to_vec(), log_likelihood });
            }
            Ok(log_likelihood)
        })?;
        self.stage.push(self.point.log_likelihood);
        Ok(())
    }

    /// Goes on to the next stage if this one has shown enough; half of the warm-up is left to the whole likelihood.
    fn learn(&mut self, iteration: usize, iterations: usize) {
        let late = 2 * iteration >= iterations && self.heat < 1.0;
        if late || (self.known.len() >= self.end && self.stage.len() > 4) {
            let raised = (self.heat + heating(&mut self.stage)).min(HEATING.1 * self.heat).min(1.0);
            self.heat = if late { 1.0 } else { raised };
            self.refit();
        }
    }

    fn finish(&mut self) {
        self.heat = 1.0;
        self.refit();
    }

    /// Fits the reference to all that is known, twice, as a fit moves only so far; and begins a stage.
    fn refit(&mut self) {
        for _ in 0..2 {
            if let Some(reference) = self.reference.corrected(&self.known, self.heat) {
                self.reference = reference;
            }
        }
        self.stage.clear();
        let more = if self.heat < 1.0 { STAGE } else { self.known.len() * 2 / 5 };
        self.end = self.known.len() + more;
    }
}

/// How much heat changes the log of the target by about [`HEATING`] standard deviations; 1 or more where it is flat.
fn heating(log_likelihoods: &mut [f64]) -> f64 {
    let mut at = |p| quantile(log_likelihoods, p).unwrap_or(0.0);
    let deviation = (at(0.75) - at(0.25)) / QUARTILES;
    if deviation > 0.0 { HEATING.0 / deviation } else { 1.0 }
}
