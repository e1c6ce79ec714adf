//! What may end a race, on the scale of the cumulative hazard.

use super::tests::Tests;
use crate::distribution::{Curve, Family};
use crate::math::ln;
use std::rc::Rc;

/// Step to either side of a jump, as a share of its time.
const SIDE: f64 = 1e-12;

/// One contender of a race, timed from the entry to it.
#[derive(Debug, Clone)]
pub(super) enum Contender<'a> {
    /// A curve.
    Curve(&'a Curve),
    /// Everyone at a time.
    At(f64),
    /// Uniform until a time.
    Uniform(f64),
    /// A planned date.
    Planned(Date<'a>),
    /// A relapse that no test found before.
    Unfound(Rc<Tests<'a>>),
    /// The test that finds a relapse.
    Found(Rc<Tests<'a>>),
}

/// The date of a planned transplant, from remission.
#[derive(Debug, Clone, Copy)]
pub(super) struct Date<'a> {
    /// Share who have a date.
    pub(super) planned: f64,
    /// Months from remission.
    pub(super) months: &'a Curve,
    /// Not before this.
    pub(super) gap: f64,
    /// Not before this curve, which began so many months before remission.
    pub(super) after: Option<(&'a Curve, f64)>,
}

impl Date<'_> {
    /// Probability that the date has come.
    pub(super) fn reached(&self, months: f64) -> f64 {
        if months < self.gap {
            return 0.0;
        }
        let gone = self.after.map_or(1.0, |(curve, before)| 1.0 - curve.survival(months + before));
        self.planned * (1.0 - self.months.survival(months)) * gone
    }
}

/// Time of the jump of a fixed curve.
fn jump_of(curve: &Curve) -> Option<f64> {
    match curve.family() {
        Family::Fixed { months } => Some(months + curve.delay()),
        _ => None,
    }
}

impl Contender<'_> {
    /// Cumulative hazard at a time; at a jump, with it.
    pub(super) fn hazard(&self, months: f64) -> f64 {
        match self {
            Self::Curve(curve) => curve.cumulative_hazard(months),
            Self::At(at) if months >= *at => f64::INFINITY,
            Self::At(_) => 0.0,
            Self::Uniform(end) if months >= *end => f64::INFINITY,
            Self::Uniform(end) => -ln(1.0 - months / end),
            Self::Planned(date) => {
                let reached = date.reached(months);
                if reached < 1.0 { -ln(1.0 - reached) } else { f64::INFINITY }
            }
            Self::Unfound(tests) => tests.relapse_hazard(months),
            Self::Found(tests) => tests.found_hazard(months),
        }
    }

    /// Replaces times by cumulative hazards.
    pub(super) fn hazards(&self, times: &mut [f64]) {
        match self {
            Self::Curve(curve) => curve.cumulative_hazards(times),
            _ => times.iter_mut().for_each(|time| *time = self.hazard(*time)),
        }
    }

    /// Times at which the hazard may jump.
    pub(super) fn jumps(&self) -> Vec<f64> {
        match self {
            Self::Curve(curve) => jump_of(curve).into_iter().collect(),
            Self::At(at) => vec![*at],
            Self::Uniform(end) if *end <= 0.0 => vec![0.0],
            Self::Uniform(_) | Self::Unfound(_) => Vec::new(),
            Self::Found(tests) => tests.times().collect(),
            Self::Planned(date) => {
                let gone = date.after.and_then(|(curve, before)| Some(jump_of(curve)? - before));
                let times = [Some(date.gap), jump_of(date.months), gone];
                times.into_iter().flatten().map(|time| time.max(0.0)).collect()
            }
        }
    }

    /// Times at which the hazard begins or ends.
    pub(super) fn kinks(&self) -> Vec<f64> {
        match self {
            Self::Curve(curve) => std::iter::once(curve.delay()).chain(curve.tail_starts()).collect(),
            Self::Uniform(end) => vec![*end],
            Self::Unfound(tests) => tests.ends().collect(),
            Self::At(_) | Self::Planned(_) | Self::Found(_) => Vec::new(),
        }
    }

    /// Cumulative hazard just before and just after a time.
    pub(super) fn around(&self, months: f64) -> (f64, f64) {
        if let Self::Found(tests) = self {
            return tests.found_around(months);
        }
        let before = if months > 0.0 { self.hazard(months * (1.0 - SIDE)) } else { 0.0 };
        (before, self.hazard(months * (1.0 + SIDE)))
    }
}
