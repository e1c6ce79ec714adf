//! How much memory the records of a run take. It grows with draws, not with patients.

use crate::model::Model;
use crate::outcome::{Happening, flag};
use crate::program::Program;
use crate::tally::{Measure, PAIRED};

/// Bytes that the records of all draws take at most, about: what [`super::Records`] keeps of each draw, and room for
/// its lists to grow.
#[must_use]
pub fn record_bytes(model: &Model, program: &Program) -> u64 {
    const NUMBER: usize = size_of::<f64>();
    const PAIR: usize = 2 * NUMBER;
    const MAYBE_PAIR: usize = size_of::<Option<(f64, f64)>>();
    let settings = &model.settings;
    // Patients, events until each month, median.
    let months = size_of::<u32>() * (settings.curve_months as usize + 1);
    let curves = settings.curves.len() * (NUMBER + months + MAYBE_PAIR);
    let of_strategy =
        PAIR * Measure::of(program).len() + NUMBER * (PAIRED.len() + flag::COUNT) + curves + MAYBE_PAIR;
    let lines: usize = model.strategies.iter().map(|strategy| strategy.lines.len()).sum();
    let draw = NUMBER * model.parameters.len()
        + of_strategy * model.strategies.len()
        + NUMBER * Happening::COUNT * lines;
    // A list that doubles as it grows is three quarters full in the mean.
    draw as u64 * u64::from(settings.draws) / 3 * 4
}
