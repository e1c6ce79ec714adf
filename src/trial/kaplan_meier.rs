//! The curve of one arm: Kaplan and Meier's estimate, Greenwood's variance, numbers at risk.

use super::arm::Observed;
use crate::math::{Z_95, ln, pow};

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Months from entry.
    pub months: f64,
    /// Share without the event beyond that time.
    pub survival: f64,
    /// Lower and upper end of the 95 % interval; `None` once nobody is left without the event.
    pub interval: Option<(f64, f64)>,
    /// Patients seen until that time or longer.
    pub at_risk: u32,
    /// Events since the point before, to this time and with it.
    pub events: u32,
    /// Patients censored likewise.
    pub censored: u32,
}

/// At which times a curve has points: besides month 0 and the last time of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Points {
    /// At each time at which someone had the event or was censored.
    All,
    /// At each time of an event.
    Events,
    /// At the end of each part of a month, of so many, in which someone had the event or was censored: what large trials
    /// are thinned to.
    PerMonth(f64),
}

/// A half is taken to be reached within this: products of shares round.
const ROUNDING: f64 = 1e-12;

/// The estimate as it goes through time.
struct Estimate {
    survival: f64,
    /// Sum of Greenwood's variance: d / (n (n - d)).
    greenwood: f64,
}

impl Estimate {
    const START: Self = Self { survival: 1.0, greenwood: 0.0 };

    fn pass(&mut self, events: u32, at_risk: u32) {
        let (events, at_risk) = (f64::from(events), f64::from(at_risk));
        self.survival *= (at_risk - events) / at_risk;
        self.greenwood += events / (at_risk * (at_risk - events));
    }

    /// The 95 % interval on the scale of ln(-ln S) (Kalbfleisch and Prentice), which stays between 0 and 1.
    fn interval(&self) -> Option<(f64, f64)> {
        if self.survival <= 0.0 {
            return None;
        }
        if self.survival >= 1.0 {
            return Some((1.0, 1.0));
        }
        let wide = Z_95 * self.greenwood.sqrt() / -ln(self.survival);
        let [lower, upper] = [wide, -wide].map(|by| pow(self.survival, crate::math::exp(by)));
        Some((lower, upper))
    }
}

/// The curve of an arm (Kaplan and Meier 1958, doi:10.2307/2281868): a point at month 0, at times
/// as asked and at the last time of all. Survival is that beyond the time of the point.
///
/// Shapes: sorted as [`super::Arm::sorted`] is.
#[must_use]
pub fn kaplan_meier(sorted: &[Observed], points: Points) -> Vec<Step> {
    let mut estimate = Estimate::START;
    let mut steps = Vec::new();
    // The time of the point that tells of a patient; censorings are told with the next event.
    let point = |patient: &Observed| match points {
        Points::PerMonth(parts) => {
            let whole = (patient.months * parts).floor();
            // Rounding may have passed a whole part, or not have reached it.
            if whole / parts >= patient.months { whole / parts } else { (whole + 1.0) / parts }
        }
        Points::All | Points::Events => patient.months,
    };
    let (mut at, mut events, mut censored) = (0, 0, 0);
    let mut months = 0.0;
    loop {
        while let Some(patient) = sorted.get(at).filter(|patient| point(patient) <= months) {
            let time = patient.months;
            let same = sorted[at..].iter().take_while(|other| other.months == time).count();
            let own = sorted[at..at + same].iter().filter(|other| other.event).count();
            estimate.pass(own as u32, (sorted.len() - at) as u32);
            events += own as u32;
            censored += (same - own) as u32;
            at += same;
        }
        let last = at == sorted.len();
        if events > 0 || last || points != Points::Events || steps.is_empty() {
            let at_risk = sorted.len() - sorted.partition_point(|patient| patient.months < months);
            let (survival, interval) = (estimate.survival, estimate.interval());
            steps.push(Step { months, survival, interval, at_risk: at_risk as u32, events, censored });
            (events, censored) = (0, 0);
        }
        let Some(next) = sorted.get(at) else { return steps };
        months = point(next);
    }
}

/// Months by which half of an arm had the event by its curve: the first time at which survival is a half or less.
/// `None` where it is not reached.
///
/// Shapes: sorted as [`super::Arm::sorted`] is.
#[must_use]
pub fn median(sorted: &[Observed]) -> Option<f64> {
    let mut estimate = Estimate::START;
    for (at, patient) in sorted.iter().enumerate() {
        if patient.event {
            // One at a time: of d tied events (n - 1)/n ... (n - d)/(n - d + 1) is (n - d)/n.
            estimate.pass(1, (sorted.len() - at) as u32);
        }
        if estimate.survival <= 0.5 + ROUNDING {
            return Some(patient.months);
        }
    }
    None
}
