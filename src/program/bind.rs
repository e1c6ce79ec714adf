//! Numbers and curves of one cell in one draw.

use super::{CellProgram, CurveSource, Draw, NumberSource, Planned};
use crate::distribution::{Curve, Family};
use crate::math::{gauss_places, ln};

/// Numbers and curves of one cell in one draw, by the indices of its [`CellProgram`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoundCell {
    /// Values of the numbers.
    pub numbers: Vec<f64>,
    /// The curves.
    pub curves: Vec<Curve>,
    /// Regimens whose share of transplants is beyond what relapse and death leave.
    pub missed_shares: Vec<usize>,
}

impl BoundCell {
    /// What the hazard of the life table is multiplied by, given the number; none: 1.
    #[must_use]
    pub fn mortality_ratio(&self, number: Option<usize>) -> f64 {
        number.map_or(1.0, |number| self.numbers[number].max(0.0))
    }

    /// Takes the values of a draw; allocates only the first time.
    pub fn bind(&mut self, program: &CellProgram, draw: &Draw) {
        self.numbers.clear();
        self.numbers.extend(program.numbers.iter().map(|source| match source {
            NumberSource::Value(value, levels) => value.evaluate(levels, &draw.parameters),
            NumberSource::Planned(_) => 0.0,
        }));
        self.curves.clear();
        for source in &program.curves {
            let curve = match source {
                CurveSource::Spec { spec, levels } => spec.evaluate(levels, &draw.parameters),
                CurveSource::Waiting { months, own, other } => {
                    waiting_curve(self.numbers[*months], self.numbers[*own], self.numbers[*other])
                }
            };
            self.curves.push(curve);
        }
        self.missed_shares.clear();
        for (index, source) in program.numbers.iter().enumerate() {
            if let NumberSource::Planned(planned) = source {
                self.numbers[index] = planned_share(planned, &self.numbers, &self.curves);
                if self.numbers[index] >= 1.0 && self.numbers[planned.share] != 1.0 {
                    self.missed_shares.push(planned.regimen);
                }
            }
        }
    }
}

/// The constant hazard per month under which the share `own` is lost within `months` while `other` competes; 0 where
/// nothing is lost or no time passes.
#[must_use]
pub fn waiting_hazard(months: f64, own: f64, other: f64) -> f64 {
    let lost = (own + other).min(1.0 - 1e-9);
    if own <= 0.0 || months <= 0.0 {
        return 0.0;
    }
    -ln(1.0 - lost) / months * (own / (own + other))
}

fn waiting_curve(months: f64, own: f64, other: f64) -> Curve {
    let rate = waiting_hazard(months, own, other);
    if rate <= 0.0 {
        return Curve::NEVER;
    }
    Curve::new(Family::Exponential { rate }, 1.0, 1.0, 0.0).unwrap_or(Curve::NEVER)
}

/// The share for whom a transplant must be planned, at most 1, so that the observed share comes out.
#[must_use]
pub fn planned_share(planned: &Planned, numbers: &[f64], curves: &[Curve]) -> f64 {
    let competing: Vec<Curve> = planned.competing.iter().map(|index| curves[*index].clone()).collect();
    let persistence = planned
        .persistence
        .map(|(curve, months)| (curves[curve].clone(), months.map_or(0.0, |number| numbers[number])));
    let dates = transplant_dates(&curves[planned.months], numbers[planned.gap], persistence.as_ref());
    planned_at(numbers[planned.share], &dates, &competing)
}

/// Dates of a planned transplant, months from remission, and the weights of their mean.
///
/// `persistence` is the curve from infusion, and the months from infusion to remission.
fn transplant_dates(months: &Curve, gap: f64, persistence: Option<&(Curve, f64)>) -> Vec<(f64, f64)> {
    let planned = places(months).map(|(months, weight)| (months.max(gap), weight));
    match persistence {
        None => planned.collect(),
        Some((gone, since)) => {
            let gone: Vec<(f64, f64)> =
                places(gone).map(|(months, weight)| (months - since, weight)).collect();
            let later = |(date, weight): (f64, f64)| {
                gone.iter()
                    .map(move |(gone, of_gone)| (date.max(*gone), weight * of_gone))
                    .collect::<Vec<_>>()
            };
            planned.flat_map(later).collect()
        }
    }
}

/// Quantiles of a curve and their weights.
fn places(curve: &Curve) -> impl Iterator<Item = (f64, f64)> {
    gauss_places().map(|(place, weight)| (curve.time_at(-ln(place)), weight))
}

/// The observed share divided by the mean event-free probability at the dates, at most 1.
fn planned_at(share: f64, dates: &[(f64, f64)], competing: &[Curve]) -> f64 {
    let free = |date: f64| competing.iter().map(|curve| curve.survival(date)).product::<f64>();
    let mean: f64 = dates.iter().map(|(date, weight)| weight * free(*date)).sum();
    if mean > 0.0 { (share / mean).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential(rate: f64) -> Curve {
        Curve::new(Family::Exponential { rate }, 1.0, 1.0, 0.0).unwrap()
    }

    #[test]
    fn waiting_hazards_give_the_observed_shares() {
        let (death, progression) = (waiting_curve(1.5, 0.07, 0.03), waiting_curve(1.5, 0.03, 0.07));
        let total = death.hazard(0.1) + progression.hazard(0.1);
        let lost = 1.0 - crate::math::exp(-1.5 * total);
        assert!((lost - 0.10).abs() < 1e-12);
        assert!((lost * death.hazard(0.1) / total - 0.07).abs() < 1e-12);
    }

    #[test]
    fn planned_share_makes_up_for_those_who_relapse_first() {
        let at_three = Curve::new(Family::Fixed { months: 3.0 }, 1.0, 1.0, 0.0).unwrap();
        let dates = transplant_dates(&at_three, 0.0, None);
        let share = planned_at(0.3, &dates, &[exponential(0.1)]);
        assert!((share - 0.3 / crate::math::exp(-0.3)).abs() < 1e-12);
        assert_eq!(planned_at(0.9, &dates, &[exponential(0.5)]), 1.0);
        // Exponential dates and hazard: rate over sum of rates.
        let dates = transplant_dates(&exponential(0.5), 0.0, None);
        assert!((planned_at(0.3, &dates, &[exponential(0.2)]) - 0.3 * 0.7 / 0.5).abs() < 1e-4);
        let waiting = transplant_dates(&at_three, 5.0, Some(&(exponential(1e-9), 1.0)));
        assert!(waiting.iter().all(|(date, _)| *date >= 5.0));
        assert!((waiting.iter().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-14);
    }
}
