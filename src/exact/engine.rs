//! The engine: a grid, what times are worth on it, and the walks of a draw.

use super::background::mean;
use super::body::Sizes;
use super::cohort::{Cohort, cohorts, faded};
use super::density::Density;
use super::fourier::Fourier;
use super::grid::Grid;
use super::hazard::{View, moments};
use super::kernels::Kernels;
use super::lived::Lived;
use super::person::People;
use super::result::{ExactCurve, ExactDraw, ExactStrategy, Unsupported};
use super::thread::{EFS, INFUSION, REMISSION};
use super::timeline::Timeline;
use super::twins::same;
use super::walk::{Purpose, Walk};
use super::worth::Worth;
use crate::model::{CurveKind, Model, Sex};
use crate::outcome::{Amount, Happening, flag};
use crate::program::{BoundCell, CellProgram, Draw, Miss, Missed, Program};
use crate::tally::{FINE_UNTIL, Measure, SUB_BINS};
use std::collections::BTreeSet;

/// A model on a grid.
#[derive(Debug)]
pub struct Engine<'a> {
    pub(super) model: &'a Model,
    pub(super) program: &'a Program,
    pub(super) grid: Grid,
    pub(super) fourier: Fourier,
    /// Who is walked together, by sex.
    pub(super) sexes: [Vec<Cohort>; 2],
    /// Months at which curves are read.
    pub(super) times: Vec<f64>,
    /// Flags that are asked for.
    pub(super) flags: u32,
    /// Background survival at the edges of the bins, by sex.
    pub(super) alive: [Vec<f64>; 2],
    /// The same times what is left of utilities that fall with age.
    pub(super) faded: [Option<Vec<f64>>; 2],
    /// Of each cell of each strategy, the first cell with the same steps.
    pub(super) same: Vec<Vec<usize>>,
}

/// Place of a whole month among the times of an engine.
fn place_of(month: usize) -> usize {
    if month <= FINE_UNTIL { month * SUB_BINS } else { FINE_UNTIL * SUB_BINS + month - FINE_UNTIL }
}

impl<'a> Engine<'a> {
    /// The engine with bins of a month's `bins_per_month`-th part; curves are as fine as those of the other engine.
    #[must_use]
    pub fn new(model: &'a Model, program: &'a Program, bins_per_month: u32) -> Self {
        let settings = &model.settings;
        let last =
            (settings.horizon_months.ceil() as usize).max(settings.curve_months as usize).max(FINE_UNTIL);
        let fine = (0..=FINE_UNTIL * SUB_BINS).map(|at| at as f64 / SUB_BINS as f64);
        let times = fine.chain((FINE_UNTIL + 1..=last).map(|month| month as f64)).collect();
        Self::reading(model, program, bins_per_month, times, (1 << flag::COUNT) - 1)
    }

    /// The engine that reads curves at some months, in order, and tells some flags apart.
    pub(super) fn reading(
        model: &'a Model,
        program: &'a Program,
        bins_per_month: u32,
        times: Vec<f64>,
        flags: u32,
    ) -> Self {
        let grid = Grid::new(bins_per_month, model.settings.horizon_months);
        let apart = program.cells.iter().flatten().any(CellProgram::changes_mortality);
        let sexes = [Sex::Female, Sex::Male].map(|sex| cohorts(model, sex, apart, &grid));
        let alive = [0, 1].map(|sex: usize| mean(&sexes[sex][0].groups, |_| 1.0));
        let faded = [Sex::Female, Sex::Male]
            .map(|sex| faded(model, sex, &sexes[usize::from(sex == Sex::Male)][0].groups, &grid));
        let fourier = Fourier::of_bins(grid.bins);
        Self { model, program, grid, fourier, sexes, times, flags, alive, faded, same: same(program) }
    }

    /// What one draw gives.
    ///
    /// # Errors
    /// Where the program has something that this engine does not walk.
    pub fn draw(&self, draw: &Draw) -> Result<ExactDraw, Unsupported> {
        let mut missed = draw.missed.clone();
        let body = self.model.population.body.as_ref().filter(|_| self.program.needs_weight);
        let levels = &self.program.levels[0];
        let people = [Sex::Female, Sex::Male].map(|sex| {
            let cohorts = &self.sexes[usize::from(sex == Sex::Male)];
            let sizes = body.map(|body| Sizes::new(body, sex, levels, &draw.parameters));
            let people = cohorts.iter().map(|cohort| (cohort.share, People::new(cohort, sizes.clone())));
            people.collect::<Vec<_>>()
        });
        let strategies: Result<Vec<ExactStrategy>, Unsupported> = (0..self.model.strategies.len())
            .map(|strategy| self.strategy(strategy, draw, &people, &mut missed))
            .collect();
        Ok(ExactDraw { parameters: draw.parameters.clone(), strategies: strategies?, missed })
    }

    fn strategy(
        &self,
        strategy: usize,
        draw: &Draw,
        people: &[Vec<(f64, People<'_>)>; 2],
        missed: &mut BTreeSet<Miss>,
    ) -> Result<ExactStrategy, Unsupported> {
        let utilities = &self.model.utilities;
        let by_time = utilities.since_entry.iter().any(|pieces| !pieces.is_empty());
        if by_time && utilities.floor.is_some() && utilities.population.is_some() {
            return Err(Unsupported::Floor);
        }
        let kinds = &self.model.settings.curves;
        let lines = self.model.strategies[strategy].lines.len();
        let mut sum = Lived::new(lines);
        let mut curves = vec![(0.0, vec![0.0; self.times.len()]); kinds.len()];
        for twins in self.twins(strategy, draw) {
            missed.extend(twins.bound.missed_shares.iter().map(|regimen| (*regimen, Missed::Transplants)));
            let all = twins.weights[0] + twins.weights[1];
            let both = if twins.weights.contains(&0.0) { None } else { self.together(twins.weights) };
            let both = both.as_ref().map(|both| {
                let sexes = people.iter().zip(twins.weights);
                People::both(both, sexes.map(|(people, weight)| (weight / all, &people[0].1)).collect())
            });
            let apart = people.iter().zip(twins.weights);
            let apart = apart.flat_map(|(people, weight)| {
                people.iter().map(move |(share, people)| (weight * share, people))
            });
            let groups: Vec<(f64, &People<'_>)> = match &both {
                Some(both) => vec![(all, both)],
                None => apart.filter(|(weight, _)| *weight > 0.0).collect(),
            };
            let (program, bound) = (&self.program.cells[strategy][twins.cell], &twins.bound);
            let kernels = Kernels::new(self.grid, &self.fourier);
            for (weight, people) in groups {
                let cell = Cell { engine: self, program, bound, people, kernels: &kernels, lines };
                let lived = cell.walk(Purpose::Outcomes(self.things())).all()?;
                cell.add_curves(&lived, weight, &mut curves)?;
                add(&mut sum, &lived, weight);
            }
        }
        let months = self.model.settings.curve_months as usize;
        let curves = curves.into_iter().map(|(among, events)| self.curve(among, &events, months)).collect();
        let onset = sum.amounts[Amount::CrsOnsetDays as usize];
        let crs = sum.flags[flag::CRS_ANY.trailing_zeros() as usize];
        let means = Measure::of(self.program).iter().map(|measure| value(*measure, &sum)).collect();
        let crs_onset = (crs > 0.0).then(|| onset / crs);
        Ok(ExactStrategy { means, flags: sum.flags, events: sum.events, curves, crs_onset })
    }

    /// What must be told apart by whether it is the first time.
    pub(super) fn things(&self) -> u32 {
        let wanted = |kinds: &[CurveKind], thing: usize| {
            u32::from(kinds.iter().any(|kind| self.model.settings.curves.contains(kind))) << thing
        };
        let infusion = wanted(&[CurveKind::OsInfused, CurveKind::EfsInfused], INFUSION);
        let remission = wanted(&[CurveKind::Rfs, CurveKind::Cir], REMISSION);
        self.flags | wanted(&[CurveKind::Efs], EFS) | infusion | remission
    }

    fn curve(&self, among: f64, events: &[f64], months: usize) -> ExactCurve {
        if among <= 0.0 {
            return ExactCurve::default();
        }
        let monthly = (0..=months).map(|month| (events[place_of(month)] / among).clamp(0.0, 1.0)).collect();
        let half = 0.5 * among;
        let after = events.iter().position(|events| *events >= half);
        let median = after.map(|after| match after.checked_sub(1) {
            None => 0.0,
            Some(before) => {
                let share = (half - events[before]) / (events[after] - events[before]);
                self.times[before] + (self.times[after] - self.times[before]) * share
            }
        });
        let horizon = self.grid.horizon;
        ExactCurve { among, events: monthly, median: median.map(|months| months.min(horizon)) }
    }
}

/// One cell of one strategy in one draw.
pub(super) struct Cell<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) program: &'a CellProgram,
    pub(super) bound: &'a BoundCell,
    pub(super) people: &'a People<'a>,
    pub(super) kernels: &'a Kernels<'a>,
    pub(super) lines: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn walk(&self, purpose: Purpose) -> Walk<'a> {
        let at = (self.program, self.bound);
        Walk::new(at, self.people, self.kernels, (purpose, self.lines))
    }

    /// Adds the cell's part of each curve: whom it is about, and events by each time.
    pub(super) fn add_curves(
        &self,
        lived: &Lived,
        weight: f64,
        curves: &mut [(f64, Vec<f64>)],
    ) -> Result<(), Unsupported> {
        let grid = &self.engine.grid;
        let alive = &self.people.worths.alive;
        let kinds = &self.engine.model.settings.curves;
        let add = |curve: &mut (f64, Vec<f64>), timeline: &Timeline, entry: &Density, competing: bool| {
            add_curve((curve, &self.engine.times), timeline, (entry, alive, weight), competing, grid);
        };
        let start = Density::atom(0.0);
        for (curve, kind) in curves.iter_mut().zip(kinds) {
            match kind {
                CurveKind::Os => add(curve, &lived.deaths, &start, false),
                CurveKind::Efs => add(curve, &lived.efs, &start, false),
                _ => {}
            }
        }
        for first in &lived.firsts {
            let (purpose, own) = match first.thing {
                REMISSION => (Purpose::Relapse, [CurveKind::Rfs, CurveKind::Cir]),
                _ => (Purpose::Efs, [CurveKind::OsInfused, CurveKind::EfsInfused]),
            };
            // Where a ratio multiplies the hazard of the life table, what comes after depends on the age then.
            let hazard = self.people.hazard.map(|hazard| View::new(hazard, 0.0));
            let parts = hazard.map(|view| moments(&first.density, view, grid));
            for (month, density) in parts.unwrap_or_else(|| vec![(0.0, first.density.clone())]) {
                let after = self.walk(purpose).of_step(first.next, first.state, month)?;
                for (curve, kind) in curves.iter_mut().zip(kinds).filter(|(_, kind)| own.contains(kind)) {
                    let timeline = match kind {
                        CurveKind::Rfs => &after.ends,
                        CurveKind::Cir => &after.relapses,
                        CurveKind::EfsInfused => &after.efs,
                        _ => &after.deaths,
                    };
                    add(curve, timeline, &density, *kind == CurveKind::Cir);
                }
            }
        }
        Ok(())
    }
}

/// Adds to a curve those who come by `entry`.
fn add_curve(
    (curve, times): (&mut (f64, Vec<f64>), &[f64]),
    timeline: &Timeline,
    (entry, alive, weight): (&Density, &Worth, f64),
    competing: bool,
    grid: &Grid,
) {
    let mut weighed = Density::default();
    weighed.add(entry, weight);
    curve.0 += alive.of(&weighed, grid);
    if competing {
        timeline.add_incidence(&weighed, alive, times, grid, &mut curve.1);
    } else {
        timeline.add_free(&weighed, alive, times, grid, &mut curve.1);
    }
}

/// Adds the means of a cell.
fn add(sum: &mut Lived, lived: &Lived, weight: f64) {
    let all = |sums: &mut [f64], values: &[f64]| {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
    };
    all(&mut sum.flags, &lived.flags);
    all(&mut sum.events, &lived.events);
    all(&mut sum.months, &lived.months);
    all(&mut sum.costs, &lived.costs);
    all(&mut sum.amounts, &lived.amounts);
    sum.qalys += weight * lived.qalys;
    debug_assert_eq!(sum.events.len() % Happening::COUNT, 0);
}

fn value(measure: Measure, lived: &Lived) -> f64 {
    match measure {
        Measure::LifeYears => lived.months.iter().sum::<f64>() / 12.0,
        Measure::Qalys => lived.qalys,
        Measure::Costs => lived.costs.iter().sum(),
        Measure::CostItem(item) => lived.costs[item],
        Measure::StateMonths(state) => lived.months[state],
        Measure::Amount(amount) => lived.amounts[amount],
    }
}
