//! Races of pending events, read from a program.

use super::Unsupported;
use super::contender::Contender;
use super::density::Density;
use super::flow::Since;
use super::grid::Grid;
use super::local::State;
use super::race::{alive, pieces};
use crate::distribution::Curve;
use crate::program::{BoundCell, CellProgram, Clock, Edge, Pending, Step, StepId};

/// The race after a transplant in remission.
#[derive(Debug)]
pub(super) struct Second<'a> {
    /// Its step.
    pub(super) step: StepId,
    /// Its clocks: relapse, death as before, death of the transplant, background death.
    pub(super) clocks: [Option<usize>; 4],
    /// What multiplies the hazard of background death.
    pub(super) ratio: f64,
    /// Relapse from the start of remission, and its hazard ratio from the transplant on.
    pub(super) relapse: (&'a Curve, f64),
    /// Non-relapse death, from the start of remission.
    pub(super) death: Option<&'a Curve>,
    /// Death from the transplant.
    pub(super) of_transplant: Option<&'a Curve>,
    /// Hazard ratio on relapse where cells that still persist are lost, and their curve.
    pub(super) lost: Option<(f64, &'a Curve)>,
    /// What flows by time since transplant of those whom nothing but it kills, transplanted at month 0.
    pub(super) flowed: [Density; 2],
}

/// What must be the same for all at a step.
pub(super) fn known(since_line: Option<f64>) -> Result<f64, Unsupported> {
    since_line.ok_or(Unsupported::Origin)
}

/// Whether a step is a race of pending events.
pub(super) fn is_pending(step: &Step) -> bool {
    matches!(step, Step::Race { clocks, .. } if clocks.iter().any(|(clock, _)| matches!(clock, Clock::Pending { .. })))
}

/// The race of pending events that an edge leads to: at once, or for those who cannot have a next line.
pub(super) fn pending(program: &CellProgram, edge: &Edge) -> Option<StepId> {
    let next = edge.next?;
    match &program.steps[next] {
        Step::Choose { rest, .. } => rest.next.filter(|next| is_pending(&program.steps[*next])),
        step => is_pending(step).then_some(next),
    }
}

/// Relapse, death, transplant and background death among the clocks of those whose relapse was found; and what multiplies
/// the hazard of background death.
pub(super) fn molecular_clocks(
    program: &CellProgram,
    bound: &BoundCell,
    step: StepId,
) -> Result<([Option<usize>; 4], f64), Unsupported> {
    let Step::Race { clocks, .. } = &program.steps[step] else { return Err(Unsupported::Pending) };
    let (mut places, mut mortality) = ([None; 4], 1.0);
    for (place, (clock, _)) in clocks.iter().enumerate() {
        match clock {
            Clock::Background { ratio } => {
                mortality = bound.mortality_ratio(*ratio);
                places[3] = Some(place);
            }
            Clock::Pending { pending, ratio: None, .. } => {
                let at = match pending {
                    Pending::Relapse => 0,
                    Pending::NonRelapseDeath => 1,
                    Pending::Transplant => 2,
                };
                places[at] = Some(place);
            }
            _ => return Err(Unsupported::Pending),
        }
    }
    Ok((places, mortality))
}

/// Reads the clocks of the race after a transplant.
pub(super) fn second<'a>(
    (program, bound): (&'a CellProgram, &'a BoundCell),
    step: StepId,
    (state, waits): (&State, bool),
    grid: &Grid,
) -> Result<Second<'a>, Unsupported> {
    let Step::Race { clocks, schedules, .. } = &program.steps[step] else { return Err(Unsupported::Pending) };
    if !schedules.is_empty() {
        return Err(Unsupported::Pending);
    }
    let (mut places, mut lost, mut mortality) = ([None; 4], None, 1.0);
    let (mut relapse, mut death, mut of_transplant) = (None, None, None);
    for (place, (clock, _)) in clocks.iter().enumerate() {
        match clock {
            Clock::Background { ratio } => {
                mortality = bound.mortality_ratio(*ratio);
                places[3] = Some(place);
            }
            Clock::Pending { pending: Pending::Relapse, ratio, curve } => {
                let (usual, with_cells) = ratio.unzip();
                let usual = usual.map_or(1.0, |number| bound.numbers[number]);
                let with_cells = with_cells.flatten().map_or(usual, |number| bound.numbers[number]);
                // Where the transplant waits for the cells to go, none are left to lose.
                if let Some(index) = state.persistence.filter(|_| with_cells != usual && !waits) {
                    known(state.since_line)?;
                    lost = Some((with_cells, &bound.curves[index]));
                }
                relapse = Some((&bound.curves[*curve], usual));
                places[0] = Some(place);
            }
            Clock::Pending { pending: Pending::NonRelapseDeath, curve, .. } => {
                death = Some(&bound.curves[*curve]);
                places[1] = Some(place);
            }
            Clock::Curve { curve, .. } => {
                of_transplant = Some(&bound.curves[*curve]);
                places[2] = Some(place);
            }
            _ => return Err(Unsupported::Pending),
        }
    }
    let relapse = relapse.ok_or(Unsupported::Pending)?;
    let alone: Vec<Contender<'_>> = of_transplant.map(Contender::Curve).into_iter().collect();
    let survival = |months: f64| alive(&alone, months);
    let since = Since::of(program, bound, step);
    let flowed = since.flowed(0.0, || pieces(&alone, 0.0, grid), survival, grid);
    Ok(Second { step, clocks: places, ratio: mortality, relapse, death, of_transplant, lost, flowed })
}
