//! Shares of the draws that were made, in words.

use super::super::rounded::{grouped, percent_to};

/// Draws up to which a share of them is told as a count.
const COUNTED: f64 = 100.0;

/// Whether shares of draws differ by rounding alone.
pub(super) fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

/// A share as a percentage, which is no certainty by rounding.
pub(super) fn share(own: f64) -> String {
    let close = own > 0.0 && own < 1.0 && !(0.01..=0.99).contains(&own);
    percent_to(own, usize::from(close))
}

/// A share of the draws that were made: counted where they are few, without simulation noise where that is known.
pub(super) fn of_draws(raw: f64, corrected: Option<f64>, draws: f64) -> String {
    if draws > COUNTED {
        return format!("{} of {} draws", share(corrected.unwrap_or(raw)), grouped(draws, 0));
    }
    // Strategies that are equal in a draw share it.
    let count = raw * draws;
    let count = grouped(count, usize::from(!alike(count, count.round())));
    let noiseless = corrected.filter(|own| share(*own) != share(raw));
    let noiseless = noiseless.map(|own| format!(" ({} without simulation noise)", share(own)));
    format!("{count} of {} draws{}", grouped(draws, 0), noiseless.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_of_the_draws_that_were_made() {
        assert_eq!(of_draws(58.0 / 60.0, None, 60.0), "58 of 60 draws");
        assert_eq!(of_draws(0.5, Some(0.45), 60.0), "30 of 60 draws (45 % without simulation noise)");
        // Two that are equal in one draw of twenty share it.
        assert_eq!(of_draws(0.525, None, 20.0), "10.5 of 20 draws");
        assert_eq!(of_draws(0.96, Some(0.968), 1000.0), "97 % of 1,000 draws");
        assert_eq!(of_draws(0.999, None, 1000.0), "99.9 % of 1,000 draws");
    }
}
