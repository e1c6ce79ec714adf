//! What happens in remission, as probabilities: for the anchors of a regimen.

use super::bind::{persistence_ends, planned_at, transplant_dates};
use crate::distribution::Curve;
use crate::math::vector::exp_all;
use crate::model::{CurveSpec, Model, Regimen, Value};

/// Cells of the convolution of relapse with survival after it.
const CELLS: usize = 64;

/// The transplants of the regimen's own rule: observed share, equally likely dates, deaths from the date on.
pub(super) struct Transplant {
    pub(super) share: f64,
    /// Months from remission.
    pub(super) dates: Vec<f64>,
    /// Hazard ratio on relapse from each date on.
    pub(super) ratios: Vec<f64>,
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
        let competing: Vec<Curve> = std::iter::once(&relapse).chain(&death).cloned().collect();
        let planned = transplant.map_or(0.0, |rule| planned_at(rule.share, &rule.dates, &competing));
        Self { relapse, death, planned, transplant }
    }

    /// Probability of being alive in remission at a time.
    pub(super) fn free(&self, months: f64) -> f64 {
        let alive = self.death.as_ref().map_or(1.0, |death| death.survival(months));
        let never = self.relapse.survival(months);
        let Some(rule) = self.transplant else { return alive * never };
        let with = mean(rule.relapse_free(&self.relapse, &[months]).iter().zip(rule.alive(&[months])));
        alive * ((1.0 - self.planned) * never + self.planned * with)
    }

    /// Probability of relapsing, alive until then, in each cell of a grid up to a time; and the middle of the cell.
    pub(super) fn relapses(&self, until: f64) -> Vec<(f64, f64)> {
        let edges: Vec<f64> = (0..=CELLS).map(|i| edge(until, i)).collect();
        let middles: Vec<f64> = edges.windows(2).map(|ends| 0.5 * (ends[0] + ends[1])).collect();
        let mut free = edges.clone();
        survivals(&self.relapse, &mut free);
        let mut mass: Vec<f64> = free.windows(2).map(|ends| ends[0] - ends[1]).collect();
        if let Some(rule) = self.transplant {
            let dates = rule.dates.len();
            let (free, alive) = (rule.relapse_free(&self.relapse, &edges), rule.alive(&middles));
            for (cell, mass) in mass.iter_mut().enumerate() {
                let (from, to) = free[cell * dates..(cell + 2) * dates].split_at(dates);
                let relapsed = from.iter().zip(to).map(|(from, to)| from - to);
                let with = mean(relapsed.zip(alive[cell * dates..].iter().copied()));
                *mass = (1.0 - self.planned) * *mass + self.planned * with;
            }
        }
        if let Some(death) = &self.death {
            let mut alive = middles.clone();
            survivals(death, &mut alive);
            mass.iter_mut().zip(alive).for_each(|(mass, alive)| *mass *= alive);
        }
        mass.into_iter().zip(middles).collect()
    }
}

/// Mean of products.
fn mean<A: std::borrow::Borrow<f64>>(pairs: impl ExactSizeIterator<Item = (A, f64)>) -> f64 {
    let count = pairs.len() as f64;
    pairs.map(|(a, b)| a.borrow() * b).sum::<f64>() / count
}

impl Transplant {
    /// Probability of no transplant death until each time, for each date: times x dates.
    fn alive(&self, times: &[f64]) -> Vec<f64> {
        let since = |time: &f64| self.dates.iter().map(move |date| time - date).collect::<Vec<_>>();
        let mut alive: Vec<f64> = times.iter().flat_map(since).collect();
        survivals(&self.deaths, &mut alive);
        alive
    }

    /// Probability of no relapse until each time, for each date: times x dates.
    fn relapse_free(&self, relapse: &Curve, times: &[f64]) -> Vec<f64> {
        let (mut hazards, mut at_dates) = (times.to_vec(), self.dates.clone());
        relapse.cumulative_hazards(&mut hazards);
        relapse.cumulative_hazards(&mut at_dates);
        let mut free = Vec::with_capacity(times.len() * self.dates.len());
        for (time, hazard) in times.iter().zip(hazards) {
            let dates = self.dates.iter().zip(&self.ratios).zip(&at_dates);
            free.extend(dates.map(|((date, ratio), at_date)| {
                // An infinite hazard has no remainder that a ratio could change.
                let changed = time > date && at_date.is_finite();
                -(if changed { at_date + ratio * (hazard - at_date) } else { hazard })
            }));
        }
        exp_all(&mut free);
        free
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
    let rule = remission.transplant.as_ref().filter(|rule| rule.admits(levels))?;
    let effect = model.regimens[rule.regimen].transplant.as_ref()?;
    let get = |value: &Value| value.evaluate(levels, parameters);
    let curve = |spec: &CurveSpec| spec.evaluate(levels, parameters, 1.0);
    let to_remission = regimen.response.as_ref().map_or(0.0, |response| get(&response.months));
    let persistence = remission.persistence.as_ref().map(|spec| (curve(spec), to_remission));
    let waits = persistence.as_ref().filter(|_| rule.after_persistence);
    let planned = transplant_dates(&curve(&rule.months), get(&rule.gap_months), waits);
    let ratio = get(&effect.relapse_ratio);
    let lost = rule.lost_car_t_ratio.as_ref().map(|lost| ratio * get(lost));
    let (dates, ratios) = match (lost, persistence.filter(|_| !rule.after_persistence)) {
        (Some(lost), Some(persistence)) => {
            let gone = persistence_ends(&persistence);
            let each = |date: &f64| {
                gone.iter().map(|gone| (*date, if date < gone { lost } else { ratio })).collect::<Vec<_>>()
            };
            planned.iter().flat_map(each).unzip()
        }
        _ => (planned.clone(), vec![ratio; planned.len()]),
    };
    Some(Transplant { share: get(&rule.share), dates, ratios, deaths: curve(&effect.death) })
}

/// Edge `i` of the cells from 0 to `end`, fine at both ends, where Weibull curves are steep.
fn edge(end: f64, i: usize) -> f64 {
    let s = i as f64 / CELLS as f64;
    end * s * s * (3.0 - 2.0 * s)
}
