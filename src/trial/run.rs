//! All trials of a design.

use super::bench::{Arms, Bench, Room};
use super::kaplan_meier::{Points, kaplan_meier};
use super::patient::Enrolled;
use super::result::{Curve, Finding, SizeResults, TrialResults};
use crate::demand::Stopped;
use crate::model::{Model, TrialDesign, TrialSize};
use crate::program::Draw;
use crate::simulate::Observer;

/// Patients of one unit of work, about.
const UNIT: u32 = 16_384;
/// Trials of each size whose curves are kept.
const CURVES: u32 = 20;
/// Patients from which on a curve, but that of the first trial, is thinned, and its points in a month then.
const THINNED: (u32, f64) = (400, 10.0);
/// People of a reference: so many times the largest size, and no fewer in all draws, but no more than all references
/// may have.
const REFERENCE: (u32, u32) = (25, 400_000);

/// Some trials of a size that take the figures of one draw.
#[derive(Debug, Clone)]
struct Unit {
    size: usize,
    draw: u32,
    trials: Vec<u32>,
}

/// What one trial leaves.
struct Held {
    findings: [Finding; 2],
    curves: Vec<Curve>,
}

/// Holds all trials; the observer hears of patients.
///
/// # Errors
/// Where the observer asks to stop, or a strategy is too large.
pub fn run(model: &Model, design: &TrialDesign, observer: &dyn Observer) -> Result<TrialResults, Stopped> {
    let bench = Bench::new(model, design)?;
    let draws = bench.draws();
    let reference_patients = reference_patients(design, draws);
    let numbers: Vec<u32> = (0..draws).collect();
    let references = bench.work(&numbers, observer, |room, draw| {
        let Arms { control, arm, .. } = bench.reference(room, &bench.figures(*draw), reference_patients);
        Finding::of([&control, &arm])
    })?;
    let units = units(design, draws);
    let found = bench.work(&units, observer, |room, unit| {
        let size = design.sizes[unit.size];
        let mut draw = bench.figures(unit.draw);
        let held: Vec<Held> =
            unit.trials.iter().map(|trial| hold(&bench, room, &mut draw, size, *trial)).collect();
        observer.advanced(u64::from(size.patients) * held.len() as u64);
        held
    })?;
    let mut sizes: Vec<Vec<(u32, Held)>> = design.sizes.iter().map(|_| Vec::new()).collect();
    for (unit, held) in units.into_iter().zip(found) {
        sizes[unit.size].extend(unit.trials.into_iter().zip(held));
    }
    let sizes = design.sizes.iter().zip(sizes).map(|(size, held)| gathered(*size, held)).collect();
    Ok(TrialResults { sizes, references, reference_patients, alpha: design.alpha })
}

/// The patients of one trial, the control's first; trials are counted from 0.
///
/// # Errors
/// Where a strategy is too large.
pub fn enrolled(
    model: &Model,
    design: &TrialDesign,
    size: TrialSize,
    trial: u32,
) -> Result<Vec<Enrolled>, Stopped> {
    let bench = Bench::new(model, design)?;
    let draw = Draw { index: trial, ..bench.figures(trial % bench.draws()) };
    Ok(bench.patients(&draw, size))
}

fn reference_patients(design: &TrialDesign, draws: u32) -> u32 {
    let largest = design.sizes.iter().map(|size| size.patients).max().unwrap_or(0);
    let (times, least) = REFERENCE;
    (times * largest).max(least / draws).min(TrialDesign::MOST_IN_REFERENCES / draws)
}

/// All trials, those of one draw side by side: a kernel takes new figures at a price.
fn units(design: &TrialDesign, draws: u32) -> Vec<Unit> {
    let mut units = Vec::new();
    for (index, size) in design.sizes.iter().enumerate() {
        let together = (UNIT / size.patients).max(1) as usize;
        for draw in 0..draws.min(size.trials) {
            let trials: Vec<u32> = (draw..size.trials).step_by(draws as usize).collect();
            let unit = |trials: &[u32]| Unit { size: index, draw, trials: trials.to_vec() };
            units.extend(trials.chunks(together).map(unit));
        }
    }
    units
}

/// Holds a trial with the figures of a draw and luck of its own.
fn hold<'b>(bench: &'b Bench<'_>, room: &mut Room<'b>, draw: &mut Draw, size: TrialSize, trial: u32) -> Held {
    draw.index = trial;
    let Arms { control, arm, untreated } = bench.hold(room, draw, size);
    let curves = if trial < CURVES {
        let points = match trial {
            0 => Points::All,
            _ if size.patients > THINNED.0 => Points::PerMonth(THINNED.1),
            _ => Points::Events,
        };
        let curve = |(place, own): (usize, &super::Arm)| Curve {
            trial,
            arm: place,
            steps: kaplan_meier(own.sorted(), points),
        };
        [&control, &arm].into_iter().enumerate().map(curve).collect()
    } else {
        Vec::new()
    };
    Held { findings: [Finding::of([&control, &arm]), Finding::of([&control, &untreated])], curves }
}

fn gathered(size: TrialSize, mut held: Vec<(u32, Held)>) -> SizeResults {
    held.sort_by_key(|(trial, _)| *trial);
    let findings =
        [0, 1].map(|experiment: usize| held.iter().map(|(_, own)| own.findings[experiment]).collect());
    SizeResults { size, findings, curves: held.into_iter().flat_map(|(_, own)| own.curves).collect() }
}
