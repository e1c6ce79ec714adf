//! What is known of a mean: the interval over draws, or the Monte Carlo error where there is one draw.

use crate::report::told::{SheetRow, Told};

/// The interval of a mean over the draws; of one draw 1.96 Monte Carlo errors to each side.
pub(super) fn of(row: &SheetRow<'_>, mean: f64) -> Option<(f64, f64)> {
    let noise = || row.number("mc_se").map(|se| (mean - 1.96 * se, mean + 1.96 * se));
    row.number("lower_95").zip(row.number("upper_95")).or_else(noise)
}

/// The same of a share, which lies between none and all.
pub(super) fn of_share(row: &SheetRow<'_>, mean: f64) -> Option<(f64, f64)> {
    of(row, mean).map(|(low, high)| (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)))
}

/// What intervals are, in the words of a legend.
pub(super) fn words(told: &Told) -> &'static str {
    held(told).trim_start_matches("hold ").trim_start_matches("are ")
}

/// What intervals hold, after a subject in the plural.
pub(super) fn held(told: &Told) -> &'static str {
    if told.count("draws") == Some(1.0) {
        "are 1.96 Monte Carlo errors of the one draw"
    } else {
        "hold 95 % of the draws"
    }
}
