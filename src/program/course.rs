//! What happens in remission, as probabilities: for the anchors of a regimen.

use super::bind::{planned_at, transplant_dates};
use crate::distribution::Curve;
use crate::math::vector::exp_all;
use crate::model::{CurveSpec, Model, Regimen, TransplantRule, Value};

/// Cells of the convolution of relapse with survival after it.
const CELLS: usize = 64;

/// The transplants of the regimen's own rule: observed share, equally likely dates, deaths from the date on.
pub(super) struct Transplant {
    pub(super) share: f64,
    pub(super) dates: Vec<f64>,
    pub(super) deaths: Curve,
}

/// Relapse, non-relapse death, and share for whom a transplant is planned, in one cell with one MRD status.
pub(super) struct Course<'a> {
    relapse: Curve,
    death: Option<Curve>,
    planned: f64,
    transplant: Option<&'a Transplant>,
}

impl<'a> Course<'a> {
    /// The course with these curves, and the regimen's transplants if it has any.
    pub(super) fn new(relapse: Curve, death: Option<Curve>, transplant: Option<&'a Transplant>) -> Self {
        let competing: Vec<Curve> = std::iter::once(relapse).chain(death).collect();
        let planned = transplant.map_or(0.0, |rule| planned_at(rule.share, &rule.dates, &competing));
        Self { relapse, death, planned, transplant }
    }

    /// Replaces months from remission by the survival from non-relapse and transplant death.
    fn alive(&self, months: &mut [f64]) {
        let transplant = self.transplant.map(|rule| {
            let since = months.iter().flat_map(|month| rule.dates.iter().map(move |date| month - date));
            let mut alive: Vec<f64> = since.collect();
            survivals(&rule.deaths, &mut alive);
            (alive, rule.dates.len())
        });
        match &self.death {
            Some(death) => survivals(death, months),
            None => months.fill(1.0),
        }
        if let Some((alive, dates)) = transplant {
            for (month, alive) in months.iter_mut().zip(alive.chunks(dates)) {
                let dead = 1.0 - alive.iter().sum::<f64>() / dates as f64;
                *month *= 1.0 - self.planned * dead;
            }
        }
    }

    /// Probability of being alive in remission at a time.
    pub(super) fn free(&self, months: f64) -> f64 {
        let mut alive = [months];
        self.alive(&mut alive);
        self.relapse.survival(months) * alive[0]
    }

    /// Probability of relapsing, alive until then, in each cell of a grid up to a time; and the middle of the cell.
    pub(super) fn relapses(&self, until: f64) -> Vec<(f64, f64)> {
        let middles: Vec<f64> = grid(until).map(|(from, to)| 0.5 * (from + to)).collect();
        let mut alive = middles.clone();
        self.alive(&mut alive);
        let mass = |(from, to)| self.relapse.survival(from) - self.relapse.survival(to);
        grid(until)
            .zip(alive)
            .zip(middles)
            .map(|((ends, alive), middle)| (mass(ends) * alive, middle))
            .collect()
    }
}

/// Replaces months (negative: not begun) by survivals.
pub(super) fn survivals(curve: &Curve, months: &mut [f64]) {
    curve.cumulative_hazards(months);
    months.iter_mut().for_each(|hazard| *hazard = -*hazard);
    exp_all(months);
}

/// The transplants that the regimen's own rule has in a cell.
pub(super) fn transplant(
    model: &Model,
    regimen: &Regimen,
    levels: &[u8],
    parameters: &[f64],
) -> Option<Transplant> {
    let remission = regimen.remission.as_ref()?;
    let admits = |rule: &&TransplantRule| {
        rule.only.iter().all(|(attribute, allowed)| allowed.contains(&levels[*attribute]))
    };
    let rule = remission.transplant.as_ref().filter(admits)?;
    let effect = model.regimens[rule.regimen].transplant.as_ref()?;
    let get = |value: &Value| value.evaluate(levels, parameters);
    let curve = |spec: &CurveSpec| spec.evaluate(levels, parameters, 1.0);
    let to_remission = regimen.response.as_ref().map_or(0.0, |response| get(&response.months));
    let persistence = remission.persistence.as_ref().filter(|_| rule.after_persistence);
    let persistence = persistence.map(|spec| (curve(spec), to_remission));
    let dates = transplant_dates(&curve(&rule.months), get(&rule.gap_months), persistence.as_ref());
    Some(Transplant { share: get(&rule.share), dates, deaths: curve(&effect.death) })
}

/// Cells from 0 to `end`, fine at both ends, where Weibull curves are steep.
fn grid(end: f64) -> impl Iterator<Item = (f64, f64)> {
    let at = move |i: usize| {
        let s = i as f64 / CELLS as f64;
        end * s * s * (3.0 - 2.0 * s)
    };
    (0..CELLS).map(move |i| (at(i), at(i + 1)))
}
