//! The likelihood of published figures.
//!
//! The points of one curve are one multinomial: each binds the share that lasts from the point before to it, on as many
//! patients as were left by then. A median is the point at which half are left. Bounds are what a trial of that size
//! would have shown with the stated probability; a range is flat within and falls off fast without.

use super::course::Shown;
use crate::math::{Z_95, exp, ln, normal_cdf};
use crate::model::{CurveKind, Published, Quantity, Target, TargetRole};

/// Probabilities are kept this far from 0 and 1.
const EDGE: f64 = 1e-9;
/// Standard deviation of what lies beyond a range.
const BEYOND: f64 = 0.01;

/// A published point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    target: usize,
    months: f64,
    /// Published share without the event.
    free: f64,
    /// Published share without it at the point before.
    before: f64,
    n: f64,
}

/// How likely what strategies show makes the published figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Likelihood<'a> {
    targets: &'a [Target],
    /// Points of each curve, in order of time.
    curves: Vec<Vec<Point>>,
    /// The other targets that are fitted.
    others: Vec<usize>,
}

/// Two published points of one curve that no curve has: survival that rises, or two figures for one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rising(pub String, pub String);

/// The curve, month and share without the event of a target that is a point of a curve.
fn point_of(target: &Target) -> Option<(CurveKind, f64, f64)> {
    match (target.quantity, target.published) {
        (Quantity::Point { curve, months }, Published::Value) => {
            let free = if curve == CurveKind::Cir { 1.0 - target.value } else { target.value };
            Some((curve, months, free))
        }
        (Quantity::Median { curve }, Published::Value) => Some((curve, target.value, 0.5)),
        _ => None,
    }
}

impl<'a> Likelihood<'a> {
    /// The likelihood of the targets that are fitted, but for one that is left out.
    ///
    /// # Errors
    /// Two points that no curve has.
    pub fn new(targets: &'a [Target], left_out: Option<usize>) -> Result<Self, Rising> {
        let mut curves: Vec<((usize, CurveKind), Vec<Point>)> = Vec::new();
        let mut others = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            if target.role != TargetRole::Fitted || left_out == Some(index) {
                continue;
            }
            let Some((curve, months, free)) = point_of(target) else {
                others.push(index);
                continue;
            };
            let point = Point { target: index, months, free, before: 1.0, n: target.n };
            let key = (target.strategy, curve);
            match curves.iter_mut().find(|(own, _)| *own == key) {
                Some((_, points)) => points.push(point),
                None => curves.push((key, vec![point])),
            }
        }
        for (_, points) in &mut curves {
            points.sort_by(|a, b| a.months.total_cmp(&b.months));
            for at in 1..points.len() {
                let (before, own) = (points[at - 1], points[at]);
                if own.free > before.free || own.months <= before.months {
                    let name = |point: Point| targets[point.target].name.clone();
                    return Err(Rising(name(before), name(own)));
                }
                points[at].before = before.free;
            }
        }
        Ok(Self { targets, curves: curves.into_iter().map(|(_, points)| points).collect(), others })
    }

    /// The targets that it is of.
    pub(super) fn fitted(&self) -> impl Iterator<Item = &Target> {
        let points = self.curves.iter().flatten().map(|point| point.target);
        points.chain(self.others.iter().copied()).map(|index| &self.targets[index])
    }

    /// Logarithm of the likelihood, but for a constant; minus infinity where something asked for is not shown.
    #[must_use]
    pub fn log(&self, shown: &Shown<'_>) -> f64 {
        self.sum(shown).unwrap_or(f64::NEG_INFINITY)
    }

    fn sum(&self, shown: &Shown<'_>) -> Option<f64> {
        let mut sum = 0.0;
        for points in &self.curves {
            let mut before = 1.0;
            for point in points {
                let target = &self.targets[point.target];
                let shown = shown.probability(target)?;
                let is_incidence = matches!(target.quantity, Quantity::Point { curve: CurveKind::Cir, .. });
                let free = if is_incidence { 1.0 - shown } else { shown };
                let last = if before > 0.0 { (free / before).clamp(EDGE, 1.0 - EDGE) } else { EDGE };
                let published = if point.before > 0.0 { point.free / point.before } else { 0.0 };
                sum += point.n * point.before * binomial(published, last);
                before = free;
            }
        }
        for index in &self.others {
            sum += one(&self.targets[*index], shown)?;
        }
        Some(sum)
    }
}

/// Logarithm of the probability of a share `published` where it is `p`, for one patient.
fn binomial(published: f64, p: f64) -> f64 {
    published * ln(p) + (1.0 - published) * ln(1.0 - p)
}

/// How far below `low` or above `high`, in standard deviations, squared and halved.
fn outside(value: f64, low: f64, high: f64) -> f64 {
    let beyond = (low - value).max(value - high).max(0.0) / BEYOND;
    -0.5 * beyond * beyond
}

/// Logarithm of the likelihood of a target that is no point of a curve.
fn one(target: &Target, shown: &Shown<'_>) -> Option<f64> {
    if let (Quantity::Median { curve }, Published::Range) = (target.quantity, target.published) {
        // Half must be left at some month of the range.
        let (low, high) = target.interval?;
        let [first, last] = [low, high].map(|months| shown.at(target.strategy, curve, months));
        return Some(outside(0.5, last?, 1.0) + outside(0.5, 0.0, first?));
    }
    let own = shown.figure(target)?;
    if matches!(target.quantity, Quantity::HazardRatio { .. }) {
        let (low, high) = target.interval?;
        let se = (ln(high) - ln(low)) / (2.0 * Z_95);
        let off = (ln(own.max(EDGE)) - ln(target.value)) / se;
        return Some(-0.5 * off * off);
    }
    Some(match target.published {
        Published::Value => target.n * binomial(target.value, own.clamp(EDGE, 1.0 - EDGE)),
        Published::Range => {
            let (low, high) = target.interval?;
            outside(own, low, high)
        }
        Published::AtMost | Published::AtLeast => {
            let se = (own * (1.0 - own) / target.n).sqrt().max(EDGE);
            let room =
                if target.published == Published::AtMost { target.value - own } else { own - target.value };
            log_normal_cdf(room / se)
        }
    })
}

/// Logarithm of the standard normal probability below `z`.
fn log_normal_cdf(z: f64) -> f64 {
    if z > -30.0 { ln(normal_cdf(z)) } else { -0.5 * z * z - ln(-z * exp(0.5 * ln(std::f64::consts::TAU))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_the_normal_distribution_goes_on() {
        let (near, far) = (log_normal_cdf(-29.9), log_normal_cdf(-30.1));
        assert!((near - far - 30.0 * 0.2).abs() < 0.05, "{near} {far}");
        assert!((log_normal_cdf(0.0) + std::f64::consts::LN_2).abs() < 1e-12);
    }

    #[test]
    fn a_range_is_flat_and_ends() {
        assert_eq!(outside(0.3, 0.2, 0.4), 0.0);
        assert!((outside(0.42, 0.2, 0.4) + 2.0).abs() < 1e-9);
    }
}
