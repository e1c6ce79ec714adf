//! Fitting a trial: from its priors and targets to joint rows of its parameters.

use super::compare::{Comparison, compare, missed_by, report_asked};
use super::course::{Asked, Course, bare, strategies};
use super::diagnostics::Diagnostics;
use super::likelihood::{Likelihood, Rising};
use super::open::{Open, quantities};
use super::parameter::{Fitted, Ready, central, column_of, prior_rows, ready, rows, summaries};
use super::sampler::{Chain, Plan, SampleError, extend, sample};
use crate::exact::{BINS_PER_MONTH, Unsupported};
use crate::model::{Model, Published, Quantity, Target, TargetRole};
use crate::program::{Program, TooManySteps, compile};
use rayon::prelude::*;

/// Rows that are kept.
pub const ROWS: usize = 2000;
/// Most parameters of one fit.
pub const MOST_PARAMETERS: usize = 40;
/// Chains agree below this rank-normalised split R-hat.
pub const RHAT: f64 = 1.01;
/// Least effective sample size, bulk and tail.
pub const LEAST_ESS: f64 = 400.0;
/// How many times as long chains may run where they do not agree yet.
const LONGER: usize = 4;
/// Parts of the plan that a fit without a target starts with: what it is judged by are means.
const SHORTER: usize = 4;
/// Standard errors by which the best fit may miss a target before no curve is said to meet it.
const UNMET: f64 = 5.0;

/// What a fit found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The parameters, in the order of the columns.
    pub parameters: Vec<Fitted>,
    /// Joint samples of them.
    pub rows: Vec<Vec<f64>>,
    /// The row whose figures are nearest to the mean of all.
    pub central: usize,
    /// What the rows show of each target.
    pub targets: Vec<Comparison>,
    /// Of each target the fit without it; `None` where there was no such fit.
    pub left_out: Vec<Option<Refit>>,
    /// What follows from the fit, whether or not a target fixes it.
    pub quantities: Vec<Open>,
    /// How the chains ran.
    pub plan: Plan,
    /// Evaluations of the likelihood.
    pub evaluations: usize,
}

/// A fit without one of the targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Refit {
    /// What its rows show of each target, that without which it is among them.
    pub targets: Vec<Comparison>,
    /// The worst of its parameters, number by number.
    pub diagnostics: Diagnostics,
}

impl Refit {
    /// Whether its chains agree as those of a fit must. Nothing is concluded from one whose chains do not.
    #[must_use]
    pub fn agrees(&self) -> bool {
        agree(&self.diagnostics)
    }
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FitError {
    /// The file has no targets to fit to.
    NoTargets,
    /// No regimen of the file is calibrated to it, or all its figures are certain or held.
    NoParameters,
    /// More parameters than [`MOST_PARAMETERS`].
    TooManyParameters(usize),
    /// Two points that no curve has.
    Rising(Rising),
    /// The program is too long.
    TooManySteps(TooManySteps),
    /// The exact engine does not walk the program.
    Unsupported(Unsupported),
    /// No values of the priors show anything at all like the targets.
    NoStart,
    /// The best values miss a target: its name, the published figure and the nearest.
    Unmet(String, f64, f64),
    /// The chains do not agree: parameter, R-hat and the smaller effective sample size.
    NotConverged(String, f64, f64),
    /// Asked to stop.
    Stopped,
}

impl From<Unsupported> for FitError {
    fn from(unsupported: Unsupported) -> Self {
        Self::Unsupported(unsupported)
    }
}

impl From<SampleError> for FitError {
    fn from(error: SampleError) -> Self {
        match error {
            SampleError::Stopped => Self::Stopped,
            SampleError::NoStart(_) => Self::NoStart,
        }
    }
}

/// Fits a trial, as [`crate::scenario::load_trial`] reads it; with `leave_out` once more without each target.
/// `go_on` hears of the evaluations so far and says whether to go on.
///
/// # Errors
/// See [`FitError`].
pub fn fit(
    model: &Model,
    plan: &Plan,
    leave_out: bool,
    go_on: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Fit, FitError> {
    let trial = &model.trial;
    let fitted = |role: TargetRole| role == TargetRole::Fitted;
    if !trial.targets.iter().any(|target| fitted(target.role)) {
        return Err(FitError::NoTargets);
    }
    let ready = ready(model)?;
    let looked_at: Vec<Target> = trial.targets.iter().filter(|target| fitted(target.role)).cloned().collect();
    let asked = Asked::of(&looked_at);
    let small = bare(model, asked.horizon(), &asked);
    let program = compile(&small).map_err(FitError::TooManySteps)?;
    let course = |left_out| -> Result<(Course<'_>, Likelihood<'_>), FitError> {
        let likelihood = Likelihood::new(&trial.targets, left_out).map_err(FitError::Rising)?;
        let strategies = strategies(&looked_at);
        Ok((Course::new((&small, &program), &asked, strategies, BINS_PER_MONTH), likelihood))
    };
    let (whole, likelihood) = course(None)?;
    // What is not walked is told before anything runs.
    whole.show(ready.base.clone())?;
    let longest = LONGER * plan.kept;
    let chains = run(&ready, (&whole, &likelihood), plan, go_on)?;
    unmet(&ready, (&whole, &likelihood), &chains)?;
    let (chains, plan) = agreed(&ready, (&whole, &likelihood), chains, (plan, longest), go_on)?;
    if let Some((parameter, own)) = disagreeing(&ready, &chains) {
        return Err(FitError::NotConverged(parameter, worst_rhat(&own), least_ess(&own)));
    }
    let kept = rows(&ready, &chains, ROWS);
    let report = program_of(model)?;
    let targets = compared(&ready, &report, &kept)?;
    let parameters = summaries(&ready, &chains, &kept);
    let mut left_out = vec![None; trial.targets.len()];
    if leave_out {
        for (index, _) in trial.targets.iter().enumerate().filter(|(_, target)| fitted(target.role)) {
            let (course, likelihood) = course(Some(index))?;
            let shorter = Plan { warm_up: 3 * plan.warm_up / 5, kept: plan.kept / SHORTER, ..plan };
            let chains = run(&ready, (&course, &likelihood), &shorter, go_on)?;
            let (chains, _) = agreed(&ready, (&course, &likelihood), chains, (&shorter, longest), go_on)?;
            let targets = compared(&ready, &report, &rows(&ready, &chains, ROWS / SHORTER))?;
            left_out[index] = Some(Refit { targets, diagnostics: worst(&ready, &chains) });
        }
    }
    let central = central(&targets, kept.len());
    let show = |rows: &[Vec<f64>]| rows.iter().map(|row| ready.with_row(row)).collect::<Vec<_>>();
    let quantities = quantities(model, &show(&prior_rows(&ready, &plan)), &show(&kept))?;
    let evaluations = chains.iter().map(|chain| chain.evaluations).sum();
    Ok(Fit { parameters, rows: kept, central, targets, left_out, quantities, plan, evaluations })
}

/// A model and its program for the figures that a report shows: medians in months too.
struct Shown {
    asked: Asked,
    model: Model,
    program: Program,
}

fn program_of(model: &Model) -> Result<Shown, FitError> {
    let asked = report_asked(&model.trial.targets);
    let small = bare(model, asked.horizon(), &asked);
    let program = compile(&small).map_err(FitError::TooManySteps)?;
    Ok(Shown { asked, model: small, program })
}

/// Chains gone on with until they agree or are as long as they may be.
fn agreed(
    ready: &Ready<'_>,
    of: (&Course<'_>, &Likelihood<'_>),
    mut chains: Vec<Chain>,
    (plan, longest): (&Plan, usize),
    go_on: &(dyn Fn(usize) -> bool + Sync),
) -> Result<(Vec<Chain>, Plan), FitError> {
    let mut plan = *plan;
    while plan.kept < longest && disagreeing(ready, &chains).is_some() {
        plan.kept *= 2;
        let log_likelihood = log_likelihood(ready, of);
        chains = extend(chains, &plan, &log_likelihood, go_on).map_err(FitError::from)?;
    }
    Ok((chains, plan))
}

fn run(
    ready: &Ready<'_>,
    of: (&Course<'_>, &Likelihood<'_>),
    plan: &Plan,
    go_on: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Chain>, FitError> {
    sample(ready.free.len(), plan, &log_likelihood(ready, of), go_on).map_err(FitError::from)
}

fn log_likelihood(
    ready: &Ready<'_>,
    (course, likelihood): (&Course<'_>, &Likelihood<'_>),
) -> impl Fn(&[f64]) -> f64 + Sync {
    move |z: &[f64]| match course.show(ready.parameters(z)) {
        Ok(shown) if !shown.missed() => likelihood.log(&shown),
        _ => f64::NEG_INFINITY,
    }
}

fn compared(ready: &Ready<'_>, shown: &Shown, rows: &[Vec<f64>]) -> Result<Vec<Comparison>, FitError> {
    let targets = &ready.full.trial.targets;
    let whom = strategies(targets);
    let course = Course::new((&shown.model, &shown.program), &shown.asked, whom, BINS_PER_MONTH);
    let one = |row: &Vec<f64>| -> Result<Vec<f64>, Unsupported> {
        let shown = course.show(ready.with_row(row))?;
        Ok(targets.iter().map(|target| shown.figure(target).unwrap_or(f64::NAN)).collect())
    };
    let figures: Vec<Vec<f64>> = rows.par_iter().map(one).collect::<Result<_, _>>()?;
    let of_target = |(at, target)| {
        let own: Vec<f64> = figures.iter().map(|row| row[at]).collect();
        compare(target, at, own, &[])
    };
    Ok(targets.iter().enumerate().map(of_target).collect())
}

/// The target that even the likeliest state misses, if there is one.
fn unmet(
    ready: &Ready<'_>,
    (course, likelihood): (&Course<'_>, &Likelihood<'_>),
    chains: &[Chain],
) -> Result<(), FitError> {
    let states = chains.iter().flat_map(|chain| chain.states.iter().zip(&chain.log_likelihoods));
    let Some((best, _)) = states.max_by(|a, b| a.1.total_cmp(b.1)) else { return Ok(()) };
    let shown = course.show(ready.parameters(best))?;
    for target in likelihood.fitted() {
        let own = shown.probability(target).unwrap_or(f64::NAN);
        let missed = match target.quantity {
            // Of a median, the share that should be one half.
            Quantity::Median { .. } if target.published == Published::Value => {
                (own - 0.5).abs() / (0.5 / target.n.sqrt())
            }
            _ => missed_by(target, own),
        };
        if missed > UNMET {
            let nearest = shown.figure(target).unwrap_or(own);
            return Err(FitError::Unmet(target.name.clone(), target.value, nearest));
        }
    }
    Ok(())
}

fn worst_rhat(own: &Diagnostics) -> f64 {
    own.rhat.unwrap_or(f64::INFINITY)
}

fn least_ess(own: &Diagnostics) -> f64 {
    own.ess_bulk.unwrap_or(0.0).min(own.ess_tail.unwrap_or(0.0))
}

fn agree(own: &Diagnostics) -> bool {
    worst_rhat(own) < RHAT && least_ess(own) > LEAST_ESS
}

/// What the chains say of each parameter.
fn diagnostics(ready: &Ready<'_>, chains: &[Chain]) -> Vec<Diagnostics> {
    (0..ready.free.len()).map(|column| Diagnostics::of(&column_of(chains, column))).collect()
}

/// The worst of all parameters, number by number; undefined where it is of one.
fn worst(ready: &Ready<'_>, chains: &[Chain]) -> Diagnostics {
    let all = diagnostics(ready, chains);
    let of = |number: fn(&Diagnostics) -> Option<f64>, worse: fn(f64, f64) -> f64| {
        all.iter().map(number).collect::<Option<Vec<f64>>>()?.into_iter().reduce(worse)
    };
    Diagnostics {
        rhat: of(|own| own.rhat, f64::max),
        ess_bulk: of(|own| own.ess_bulk, f64::min),
        ess_tail: of(|own| own.ess_tail, f64::min),
    }
}

/// The parameter on which the chains agree least, where they do not agree on all.
fn disagreeing(ready: &Ready<'_>, chains: &[Chain]) -> Option<(String, Diagnostics)> {
    let bad = diagnostics(ready, chains).into_iter().enumerate().filter(|(_, own)| !agree(own));
    let (column, own) = bad.max_by(|a, b| worst_rhat(&a.1).total_cmp(&worst_rhat(&b.1)))?;
    Some((ready.full.parameters[ready.free[column]].name.clone(), own))
}
