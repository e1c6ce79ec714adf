//! What the exact engine finds.

use crate::outcome::flag;
use crate::program::{Miss, Possible};
use crate::simulate::Interrupted;
use crate::tally::Measure;
use std::collections::BTreeSet;
use std::fmt;

/// A part of a program that the exact engine does not walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// MRD tests that find relapse before it comes, and a transplant that changes the hazard of relapse.
    Detection,
    /// A race of pending events that does not follow a transplant in remission.
    Pending,
    /// A clock from an origin that patients at one step do not share.
    Origin,
    /// Utilities by time since entry above a floor, where they fall with age.
    Floor,
}

impl Unsupported {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Detection, Self::Pending, Self::Origin, Self::Floor];

    /// What is not walked, as the table of what the engine does not give has it.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Detection => {
                "MRD tests (`monitoring`) beside a transplant that changes relapse (`relapse_ratio`, `lost_car_t_ratio`)"
            }
            Self::Pending => "an order of events in remission that no regimen has",
            Self::Origin => "a time from the start of a line that patients at one step do not share",
            Self::Floor => {
                "utilities by time since entry (`utilities.since_entry`) with a `floor`, where they fall with age (`utilities.population`)"
            }
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the exact engine does not walk {}", self.what())
    }
}

impl std::error::Error for Unsupported {}

/// Why a run ended before its last draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The program has something that this engine does not walk.
    Unsupported(Unsupported),
    /// The observer asked to stop.
    Interrupted,
}

impl From<Unsupported> for Stopped {
    fn from(unsupported: Unsupported) -> Self {
        Self::Unsupported(unsupported)
    }
}

impl From<Interrupted> for Stopped {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(unsupported) => unsupported.fmt(f),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for Stopped {}

/// One curve of one strategy in one draw.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExactCurve {
    /// Share of the patients whom the curve is about.
    pub among: f64,
    /// Share of those with the event until each whole month, from 0.
    pub events: Vec<f64>,
    /// Months by which half of them had the event; `None` where fewer had it.
    pub median: Option<f64>,
}

/// What one strategy gives in one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactStrategy {
    /// Means, in the order of the measures.
    pub means: Vec<f64>,
    /// Share of patients with each flag.
    pub flags: [f64; flag::COUNT],
    /// Patients with each happening, as a share: `events[line * Happening::COUNT + happening]`, lines from 0.
    pub events: Vec<f64>,
    /// Curves, in the order of the settings.
    pub curves: Vec<ExactCurve>,
    /// Mean days to CRS onset among patients with CRS.
    pub crs_onset: Option<f64>,
}

/// What one draw gives.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactDraw {
    /// Values of the parameters.
    pub parameters: Vec<f64>,
    /// By strategy.
    pub strategies: Vec<ExactStrategy>,
    /// What could not be held to.
    pub missed: BTreeSet<Miss>,
}

/// What a run gives.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactResults {
    /// Measures of the means.
    pub measures: Vec<Measure>,
    /// Draws, in order.
    pub draws: Vec<ExactDraw>,
    /// Bins in a month.
    pub bins_per_month: u32,
    /// The first draw on a grid of half as many bins: the difference bounds the error.
    pub coarse: ExactDraw,
    /// What could happen, by strategy.
    pub possible: Vec<Possible>,
}
