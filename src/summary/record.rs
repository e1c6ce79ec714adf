//! The compact record of one draw.

use crate::outcome::{Amount, flag};
use crate::program::Draw;
use crate::tally::{CurveTally, Measure, PAIRED, StrategyTally};

/// What is kept of one strategy in one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategyRecord {
    /// Mean of each measure and its Monte Carlo variance.
    pub means: Box<[(f64, f64)]>,
    /// Monte Carlo variance of the paired difference from the first strategy, by [`PAIRED`].
    pub difference_variances: [f64; PAIRED.len()],
    /// Patients with each flag.
    pub flags: [u64; flag::COUNT],
    /// Happenings by line.
    pub events: Box<[u64]>,
    /// Patients whom each curve is about.
    pub among: Box<[u64]>,
    /// Events until each whole month, by curve.
    pub curves: Box<[Box<[u32]>]>,
    /// Median of each curve and its Monte Carlo standard error; `None` where not reached.
    pub medians: Box<[Option<(f64, f64)>]>,
    /// Mean days to CRS onset among patients with CRS, and its Monte Carlo variance.
    pub crs_onset: Option<(f64, f64)>,
}

/// What is kept of one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawRecord {
    /// Values of the model's parameters.
    pub parameters: Box<[f64]>,
    /// One record a strategy.
    pub strategies: Box<[StrategyRecord]>,
}

/// Makes the record of a finished draw, curves up to `months`.
#[must_use]
pub fn record(draw: &Draw, tallies: &[StrategyTally], measures: &[Measure], months: u32) -> DrawRecord {
    DrawRecord {
        parameters: draw.parameters.clone().into_boxed_slice(),
        strategies: (0..tallies.len()).map(|index| strategy(tallies, index, measures, months)).collect(),
    }
}

fn strategy(tallies: &[StrategyTally], index: usize, measures: &[Measure], months: u32) -> StrategyRecord {
    let tally = &tallies[index];
    let n = tally.patients as f64;
    let moments = |measure: &Measure, tally: &StrategyTally| {
        let at = measures.iter().position(|known| known == measure)?;
        let scale = measure.scale();
        let moments = tally.moments[at];
        Some((moments.sum as f64 / scale.value, moments.squares as f64 / scale.square))
    };
    let means: Box<[(f64, f64)]> = measures
        .iter()
        .filter_map(|measure| moments(measure, tally))
        .map(|(sum, squares)| (sum / n, mean_variance(sum, squares, n)))
        .collect();
    let mut difference_variances = [0.0; PAIRED.len()];
    for (place, measure) in PAIRED.iter().enumerate() {
        if let (Some((own, _)), Some((reference, _))) =
            (moments(measure, tally), moments(measure, &tallies[0]))
        {
            let squares = tally.difference_squares[place] as f64 / measure.scale().square;
            difference_variances[place] = mean_variance(own - reference, squares, n);
        }
    }
    let onset = Measure::Amount(Amount::CrsOnsetDays as usize);
    let crs_onset = moments(&onset, tally).and_then(|(sum, squares)| {
        let with = tally.flags[flag::CRS_ANY.trailing_zeros() as usize] as f64;
        let ratio = sum / with;
        // Delta method: variance of (days - ratio) among those with CRS.
        let variance = (squares - 2.0 * ratio * sum + ratio * ratio * with) / (with * with);
        (with > 0.0).then_some((ratio, variance))
    });
    StrategyRecord {
        means,
        difference_variances,
        flags: tally.flags,
        events: tally.events.counts.clone().into_boxed_slice(),
        among: tally.curves.iter().map(CurveTally::among).collect(),
        curves: tally
            .curves
            .iter()
            .map(|curve| {
                curve.monthly(months).map(|count| u32::try_from(count).unwrap_or(u32::MAX)).collect()
            })
            .collect(),
        medians: tally.curves.iter().map(CurveTally::median).collect(),
        crs_onset,
    }
}

/// Variance of a mean from a sum and a sum of squares of n values.
fn mean_variance(sum: f64, squares: f64, n: f64) -> f64 {
    ((squares - sum * sum / n) / (n - 1.0) / n).max(0.0)
}
