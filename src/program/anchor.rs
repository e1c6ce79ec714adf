//! Time scales of anchored curves: one published point for one unknown, solved in each draw.
//!
//! The curve of a line follows from its response, relapse, non-relapse death, transplant and survival after failure.
//! Background deaths that the published curve contains are taken out at the age of the trial's patients; they multiply
//! every other survival, so this is exact for one age. Later lines of a strategy are not part of it: the survival after
//! failure of a trial already contains what its patients received later.

use super::course::{Course, Transplant, survivals, transplant};
use crate::distribution::Curve;
use crate::math::{exp, ln};
use crate::model::{Anchor, AnchorEndpoint, CurveSpec, Model, Regimen, Remission};

/// Medians searched, in months: from three days to a century. Beyond them an anchor is not met.
const RANGE: (f64, f64) = (0.1, 1200.0);

/// Solved medians and which could not meet their anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Solved {
    /// Median of the relapse curves and of the survival curves, months.
    pub(super) medians: [f64; 2],
    /// Whether the relapse anchor and the survival anchor were missed.
    pub(super) missed: [bool; 2],
}

/// One cell of the population as this regimen meets it.
struct Cell<'a> {
    weight: f64,
    levels: &'a [u8],
    /// Complete remission, MRD-negative given that, early death; months to assessment.
    cr: f64,
    negative: f64,
    early: f64,
    months: f64,
    transplant: Option<Transplant>,
}

struct Problem<'a> {
    model: &'a Model,
    regimen: &'a Regimen,
    parameters: &'a [f64],
    cells: Vec<Cell<'a>>,
}

/// Finds the medians of the anchored curves of a regimen. Without anchors both are 1.
pub(super) fn solve(
    model: &Model,
    regimen: &Regimen,
    levels: &[Vec<u8>],
    weights: &[f64],
    parameters: &[f64],
) -> Solved {
    let mut solved = Solved { medians: [1.0; 2], missed: [false; 2] };
    let anchors = &regimen.anchors;
    if anchors.relapse.is_none() && anchors.survival.is_none() {
        return solved;
    }
    let problem = Problem::new(model, regimen, levels, weights, parameters);
    if let Some(anchor) = &anchors.relapse {
        let (months, target) = problem.point(anchor);
        let (median, met) = root(|median| problem.relapse_point(anchor.endpoint, months, median) - target);
        solved.medians[0] = median;
        solved.missed[0] = !met;
    }
    if let Some(anchor) = &anchors.survival {
        let (months, target) = problem.point(anchor);
        let after = problem.prepare(months, solved.medians[0]);
        let (median, met) = root(|median| problem.overall_survival(&after, months, median) - target);
        solved.medians[1] = median;
        solved.missed[1] = !met;
    }
    solved
}

/// What the relapse side of the overall survival at one time is, for one cell and MRD status.
struct Path {
    /// Share of all patients.
    share: f64,
    cell: usize,
    /// Alive in remission then.
    in_remission: f64,
    /// Relapsed in each cell of the grid while alive.
    mass: Vec<f64>,
    /// Months from the middle of each cell to the time.
    since_relapse: Vec<f64>,
}

impl<'a> Problem<'a> {
    fn new(
        model: &'a Model,
        regimen: &'a Regimen,
        levels: &'a [Vec<u8>],
        weights: &[f64],
        parameters: &'a [f64],
    ) -> Self {
        let cells = levels
            .iter()
            .zip(weights)
            .map(|(levels, weight)| {
                let get = |value: &crate::model::Value| value.evaluate(levels, parameters);
                let response = regimen.response.as_ref();
                let in_remission = f64::from(u8::from(regimen.starts_in_remission));
                let early = regimen.toxicity.early_death.as_ref().map_or(0.0, get);
                Cell {
                    weight: *weight,
                    levels,
                    cr: response.map_or(in_remission, |r| get(&r.cr)),
                    negative: regimen.mrd_negative.as_ref().map_or(1.0, get),
                    early: if response.is_some() { early } else { 0.0 },
                    months: response.map_or(0.0, |r| get(&r.months)),
                    transplant: transplant(model, regimen, levels, parameters),
                }
            })
            .collect();
        Self { model, regimen, parameters, cells }
    }

    /// The anchor's months and probability, background deaths taken out of a survival.
    fn point(&self, anchor: &Anchor) -> (f64, f64) {
        let levels = self.cells[0].levels;
        let months = anchor.months.evaluate(levels, self.parameters);
        let probability = anchor.probability.evaluate(levels, self.parameters);
        match anchor.endpoint {
            AnchorEndpoint::Cir => (months, probability),
            _ => (months, (probability / self.background(months)).min(1.0)),
        }
    }

    /// Background survival for `months` from the age of the trial's patients, over the sexes of the population.
    fn background(&self, months: f64) -> f64 {
        let (Some(table), Some(age)) = (&self.model.life_table, &self.regimen.anchors.age_years) else {
            return 1.0;
        };
        let age = age.evaluate(self.cells[0].levels, self.parameters);
        self.cells
            .iter()
            .map(|cell| {
                let sex = self.model.population.sex_of(cell.levels);
                let later = table.cumulative_hazard(sex, age + months / 12.0);
                cell.weight * exp(table.cumulative_hazard(sex, age) - later)
            })
            .sum()
    }

    /// Background survival of a cell for some months from remission, at the age of the trial's patients.
    fn background_of(&self, cell: &Cell<'_>, months: f64) -> f64 {
        let (Some(table), Some(age)) = (&self.model.life_table, &self.regimen.anchors.age_years) else {
            return 1.0;
        };
        let sex = self.model.population.sex_of(cell.levels);
        let age = age.evaluate(cell.levels, self.parameters) + cell.months / 12.0;
        exp(table.cumulative_hazard(sex, age) - table.cumulative_hazard(sex, age + months / 12.0))
    }

    fn curve(&self, spec: &CurveSpec, levels: &[u8], median: f64) -> Curve {
        spec.evaluate(levels, self.parameters, median)
    }

    /// What happens in remission in a cell, by MRD status.
    fn course<'b>(
        &self,
        remission: &Remission,
        cell: &'b Cell<'_>,
        positive: bool,
        median: f64,
    ) -> Course<'b> {
        let relapse = self.curve(remission.relapse_if(positive), cell.levels, median);
        let death = remission.non_relapse_death_if(positive);
        let death = death.map(|spec| self.curve(spec, cell.levels, median));
        Course::new(relapse, death, cell.transplant.as_ref())
    }

    /// Calls `visit` for each cell and MRD status that has remissions, with its share of all patients.
    fn each_remission(&self, mut visit: impl FnMut(usize, &Cell<'_>, bool, f64)) {
        for (index, cell) in self.cells.iter().enumerate() {
            for positive in [false, true] {
                let mrd = if positive { 1.0 - cell.negative } else { cell.negative };
                let share = cell.weight * cell.cr * mrd;
                if share > 0.0 {
                    visit(index, cell, positive, share);
                }
            }
        }
    }

    /// EFS, RFS or CIR at a time, for one median of the anchored relapse curves.
    fn relapse_point(&self, endpoint: AnchorEndpoint, months: f64, median: f64) -> f64 {
        let Some(remission) = &self.regimen.remission else { return 0.0 };
        let (mut value, mut all) = (0.0, 0.0);
        self.each_remission(|_, cell, positive, share| {
            let course = self.course(remission, cell, positive, median);
            all += share;
            value += share
                * match endpoint {
                    // Background deaths compete with relapse, so they cannot be taken out of the incidence.
                    AnchorEndpoint::Cir => course
                        .relapses(months)
                        .iter()
                        .map(|(mass, middle)| mass * self.background_of(cell, *middle))
                        .sum(),
                    AnchorEndpoint::Rfs => course.free(months),
                    AnchorEndpoint::Efs | AnchorEndpoint::Os => course.free((months - cell.months).max(0.0)),
                };
        });
        match endpoint {
            // Per patient starting the line; the others per patient in remission.
            AnchorEndpoint::Efs | AnchorEndpoint::Os => value,
            AnchorEndpoint::Rfs | AnchorEndpoint::Cir => value / all,
        }
    }

    fn prepare(&self, months: f64, median: f64) -> Vec<Path> {
        let mut paths = Vec::new();
        let Some(remission) = &self.regimen.remission else { return paths };
        self.each_remission(|index, cell, positive, share| {
            let course = self.course(remission, cell, positive, median);
            let since = (months - cell.months).max(0.0);
            let (mass, since_relapse) =
                course.relapses(since).into_iter().map(|(mass, middle)| (mass, since - middle)).unzip();
            paths.push(Path { share, cell: index, in_remission: course.free(since), mass, since_relapse });
        });
        paths
    }

    /// Overall survival at a time, for one median of the anchored survival curves.
    fn overall_survival(&self, paths: &[Path], months: f64, median: f64) -> f64 {
        let mut alive = 0.0;
        for cell in &self.cells {
            let refractory = self.curve(&self.regimen.failure.refractory, cell.levels, median);
            let failed = (1.0 - cell.cr - cell.early).max(0.0);
            let waiting = if cell.months > 0.0 { (1.0 - months / cell.months).max(0.0) } else { 0.0 };
            alive += cell.weight
                * (failed * refractory.survival((months - cell.months).max(0.0)) + cell.early * waiting);
        }
        for path in paths {
            let after = self.curve(&self.regimen.failure.relapse, self.cells[path.cell].levels, median);
            let mut survival = path.since_relapse.clone();
            survivals(&after, &mut survival);
            let relapsed: f64 = path.mass.iter().zip(&survival).map(|(mass, alive)| mass * alive).sum();
            alive += path.share * (path.in_remission + relapsed);
        }
        alive
    }
}

/// The median at which a monotone function is zero, by bisection on the log with secant steps (Illinois rule);
/// the better end of the range, and `false`, where it has no zero.
fn root(function: impl Fn(f64) -> f64) -> (f64, bool) {
    let (mut a, mut b) = (ln(RANGE.0), ln(RANGE.1));
    let (mut fa, mut fb) = (function(RANGE.0), function(RANGE.1));
    if fa.is_nan() || fb.is_nan() || fa * fb > 0.0 {
        return (if fa.abs() < fb.abs() { RANGE.0 } else { RANGE.1 }, false);
    }
    let mut side = 0_i8;
    for step in 0..200 {
        // Every fourth step halves the bracket, so that flat ends cannot hold the secant up.
        let c = if step % 4 == 3 || fa == fb { 0.5 * (a + b) } else { (a * fb - b * fa) / (fb - fa) };
        let fc = function(exp(c));
        if fc.abs() < 1e-11 || (b - a).abs() < 1e-12 {
            return (exp(c), true);
        }
        if fc * fb < 0.0 {
            (a, fa) = (b, fb);
            side = 0;
        } else if side == 1 {
            fa *= 0.5;
        } else {
            side = 1;
        }
        (b, fb) = (c, fc);
    }
    (exp(b), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_finds_steep_and_flat_zeros_and_says_when_there_is_none() {
        for target in [1.0, 3.3, 7.7, 400.0] {
            let (median, met) = root(|m| exp(-5.0 / m) - exp(-5.0 / target));
            assert!(met && (median / target - 1.0).abs() < 1e-8, "{target}: {median}");
            let (median, met) = root(|m| exp(-(m / target)) - 0.5);
            assert!(met && (median / target + ln(0.5)).abs() < 1e-8, "{target}: {median}");
        }
        assert_eq!(root(|m| 1.0 + m), (RANGE.0, false));
    }
}
