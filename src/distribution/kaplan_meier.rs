//! A survival curve as a table.

use super::error::{CurveError, ensure, positive};
use crate::math::{exp_m1, ln, ln_1p};
use std::sync::Arc;

/// How a table goes from one of its points to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interpolation {
    /// All events at the months of the table, as Kaplan and Meier's estimator has them.
    Step,
    /// Survival falls straight between the points.
    Linear,
}

/// Points of a survival curve, beginning with survival 1 at month 0.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalTable {
    points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    months: f64,
    survival: f64,
    /// Cumulative hazard reached there; infinite at survival 0.
    reached: f64,
    /// Share of those alive there who have the event by the next point; 0 at the last.
    lost: f64,
}

impl SurvivalTable {
    /// The table with survival `survival[i]` at month `months[i]`; month 0 may be left out.
    ///
    /// # Errors
    /// No point, lists of different length, months that do not increase from 0, survivals outside \[0, 1\] or rising.
    pub fn new(months: &[f64], survival: &[f64]) -> Result<Self, CurveError> {
        ensure(!months.is_empty() && months.len() == survival.len(), CurveError::TableLength)?;
        let increasing = months.windows(2).all(|pair| pair[0] < pair[1]);
        let inside = months.iter().all(|months| (0.0..f64::INFINITY).contains(months));
        ensure(increasing && inside, CurveError::TableMonths)?;
        let falling = survival.windows(2).all(|pair| pair[0] >= pair[1]);
        let inside = survival.iter().all(|survival| (0.0..=1.0).contains(survival));
        ensure(falling && inside, CurveError::TableSurvival)?;
        ensure(months[0] > 0.0 || survival[0] == 1.0, CurveError::TableSurvival)?;
        let start = (months[0] > 0.0).then_some((0.0, 1.0));
        let rows: Vec<(f64, f64)> =
            start.into_iter().chain(months.iter().copied().zip(survival.iter().copied())).collect();
        let points = rows.iter().enumerate().map(|(i, &(months, survival))| {
            let lost = rows.get(i + 1).map_or(0.0, |&(_, next)| (survival - next) / survival);
            let lost = if survival > 0.0 { lost } else { 0.0 };
            Point { months, survival, reached: 0.0 - ln(survival), lost }
        });
        Ok(Self { points: points.collect() })
    }

    /// The points as (month, survival), month 0 included.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().map(|point| (point.months, point.survival))
    }

    /// Index of the last point at or before a month >= 0.
    fn before(&self, t: f64) -> usize {
        self.points.partition_point(|point| point.months <= t).max(1) - 1
    }
}

/// Times whose survival stands in a table. After its last point the hazard is constant, 0 if nothing more happens.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    table: Arc<SurvivalTable>,
    interpolation: Interpolation,
    /// Factor of the months of the table.
    factor: f64,
    tail_rate: f64,
}

impl KaplanMeier {
    /// The curve of a table, with hazard `tail_rate` per month after its last point.
    ///
    /// # Errors
    /// A rate below 0 or not finite.
    pub fn new(
        table: Arc<SurvivalTable>,
        interpolation: Interpolation,
        tail_rate: f64,
    ) -> Result<Self, CurveError> {
        ensure(tail_rate == 0.0 || positive(tail_rate), CurveError::TailRate)?;
        Ok(Self { table, interpolation, factor: 1.0, tail_rate })
    }

    /// Cumulative hazard at month `t` >= 0.
    pub(super) fn cumulative_hazard(&self, t: f64) -> f64 {
        let t = t / self.factor;
        let i = self.table.before(t);
        let Point { months, reached, lost, .. } = self.table.points[i];
        match (self.table.points.get(i + 1), self.interpolation) {
            (Some(next), Interpolation::Linear) => {
                reached - ln_1p(-(lost * ((t - months) / (next.months - months))))
            }
            (None, _) if self.tail_rate > 0.0 => reached + (t - months) * (self.tail_rate * self.factor),
            _ => reached,
        }
    }

    /// Hazard per month at month `t`. A step is no hazard and is left out.
    pub(super) fn hazard(&self, t: f64) -> f64 {
        let t = t / self.factor;
        let i = self.table.before(t);
        let Point { months, reached, lost, .. } = self.table.points[i];
        match (self.table.points.get(i + 1), self.interpolation) {
            (Some(next), Interpolation::Linear) => {
                let width = next.months - months;
                lost / (width - lost * (t - months)) / self.factor
            }
            (Some(_), Interpolation::Step) => 0.0,
            (None, _) => {
                if reached < f64::INFINITY {
                    self.tail_rate
                } else {
                    0.0
                }
            }
        }
    }

    /// Month at which the cumulative hazard passes `h` >= 0.
    pub(super) fn time_at(&self, h: f64) -> f64 {
        if h.is_nan() || h == f64::INFINITY {
            return h;
        }
        let points = &self.table.points;
        let i = points.partition_point(|point| point.reached <= h).max(1) - 1;
        let Point { months, reached, lost, .. } = points[i];
        let over = h - reached;
        match (points.get(i + 1), self.interpolation) {
            (Some(next), Interpolation::Step) => next.months * self.factor,
            (Some(next), Interpolation::Linear) => {
                let share = (0.0 - exp_m1(-over)) / lost;
                (months + share.min(1.0) * (next.months - months)) * self.factor
            }
            (None, _) if self.tail_rate > 0.0 => months * self.factor + over / self.tail_rate,
            (None, _) => f64::INFINITY,
        }
    }

    /// The same with every time multiplied by `factor`.
    pub(super) fn stretched(mut self, factor: f64) -> Result<Self, CurveError> {
        self.factor *= factor;
        self.tail_rate /= factor;
        ensure(positive(self.factor), CurveError::FactorNotPositive)?;
        ensure(self.tail_rate == 0.0 || positive(self.tail_rate), CurveError::FactorNotPositive)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_no_survival_curve_are_refused() {
        let new = |months: &[f64], survival: &[f64]| SurvivalTable::new(months, survival).err();
        assert_eq!(new(&[], &[]), Some(CurveError::TableLength));
        assert_eq!(new(&[1.0], &[0.9, 0.8]), Some(CurveError::TableLength));
        assert_eq!(new(&[1.0, 1.0], &[0.9, 0.8]), Some(CurveError::TableMonths));
        assert_eq!(new(&[-1.0], &[0.9]), Some(CurveError::TableMonths));
        assert_eq!(new(&[1.0, f64::INFINITY], &[0.9, 0.8]), Some(CurveError::TableMonths));
        assert_eq!(new(&[1.0, 2.0], &[0.8, 0.9]), Some(CurveError::TableSurvival));
        assert_eq!(new(&[1.0], &[1.1]), Some(CurveError::TableSurvival));
        assert_eq!(new(&[1.0], &[f64::NAN]), Some(CurveError::TableSurvival));
        assert_eq!(new(&[0.0], &[0.9]), Some(CurveError::TableSurvival));
        assert_eq!(new(&[0.0, 1.0], &[1.0, 0.9]), None);
    }

    #[test]
    fn a_table_says_what_happens_after_its_last_point() -> Result<(), CurveError> {
        let table = Arc::new(SurvivalTable::new(&[2.0, 4.0, 10.0], &[0.75, 0.75, 0.5])?);
        let curve = |interpolation, rate| KaplanMeier::new(Arc::clone(&table), interpolation, rate);
        let h = |survival: f64| -ln(survival);
        let step = curve(Interpolation::Step, 0.0)?;
        assert_eq!(step.time_at(0.0), 2.0);
        assert_eq!(step.time_at(h(0.751)), 2.0);
        assert_eq!(step.time_at(h(0.75)), 10.0);
        assert_eq!(step.time_at(h(0.5)), f64::INFINITY);
        assert_eq!(step.cumulative_hazard(1.9), 0.0);
        assert_eq!(step.cumulative_hazard(9.9), h(0.75));
        assert_eq!(step.cumulative_hazard(f64::INFINITY), h(0.5));
        let linear = curve(Interpolation::Linear, 0.1)?;
        assert!((linear.time_at(h(0.875)) - 1.0).abs() < 1e-14);
        assert!((linear.time_at(h(0.625)) - 7.0).abs() < 1e-14);
        assert_eq!(linear.time_at(h(0.75)), 4.0);
        assert!((linear.time_at(h(0.5) + 0.3) - 13.0).abs() < 1e-14);
        assert!((linear.hazard(7.0) - 0.25 / 6.0 / 0.625).abs() < 1e-16);
        assert_eq!(linear.hazard(11.0), 0.1);
        let all =
            KaplanMeier::new(Arc::new(SurvivalTable::new(&[5.0], &[0.0])?), Interpolation::Linear, 0.0)?;
        assert_eq!(all.time_at(1e6), 5.0);
        assert_eq!(all.cumulative_hazard(5.0), f64::INFINITY);
        assert_eq!(KaplanMeier::new(table, Interpolation::Step, -1.0).err(), Some(CurveError::TailRate));
        Ok(())
    }
}
