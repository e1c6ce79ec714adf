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

/// To each side of a standard deviation of so many values, 95 %: the chi-square distribution of a variance, as normal.
pub(super) fn of_deviation(size: f64, values: f64) -> Option<f64> {
    (values > 2.0).then(|| 1.96 * size * (0.5 / (values - 1.0)).sqrt())
}

/// Decimals that a number has whose interval is so wide to each side: none that the interval does not leave open, three
/// at most.
pub(super) fn decimals(half: f64) -> usize {
    (1..4).find(|decimals| half >= 0.5 * 10.0_f64.powi(-decimals)).map_or(3, |decimals| decimals as usize)
}

/// Draws below which neither a share nor an interval of them measures what is not known.
pub(in crate::report) const FEW_DRAWS: f64 = 20.0;

/// What intervals are, in the words of a legend.
pub(in crate::report) fn words(told: &Told) -> String {
    held(told).trim_start_matches("hold ").trim_start_matches("are ").to_owned()
}

/// What intervals hold, after a subject in the plural.
pub(super) fn held(told: &Told) -> String {
    let draws = told.count("draws").unwrap_or(f64::INFINITY);
    if draws <= 1.0 {
        "are 1.96 Monte Carlo errors of the one draw".to_owned()
    } else if told.manifest["settings"]["uncertainty"] == false {
        "hold 95 % of the draws, which differ by chance alone".to_owned()
    } else if draws < FEW_DRAWS {
        format!("hold 95 % of only {draws:.0} draws, too few to measure what is not known")
    } else if told.noise_untold() {
        "hold 95 % of the draws, chance between their few patients included".to_owned()
    } else {
        "hold 95 % of the draws".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn intervals_are_called_what_they_are() {
        let of = |also: serde_json::Value| words(&Told::of_tables(1, also, &[]));
        assert_eq!(of(json!({ "draws": 60 })), "95 % of the draws");
        assert_eq!(of(json!({ "draws": 1 })), "1.96 Monte Carlo errors of the one draw");
        assert_eq!(of(json!({ "draws": 5 })), "95 % of only 5 draws, too few to measure what is not known");
        let certain = json!({ "draws": 60, "settings": { "uncertainty": false } });
        assert_eq!(of(certain), "95 % of the draws, which differ by chance alone");
        let noisy = json!({ "draws": 60, "patients": 1, "engine": "simulate" });
        assert_eq!(of(noisy), "95 % of the draws, chance between their few patients included");
    }

    #[test]
    fn a_standard_deviation_is_known_as_its_number_of_values_tells() {
        // The variance of 101 values: 97.5 % of chi-square with 100 degrees of freedom are 129.56, 2.5 % 74.22.
        let exact = [(100.0_f64 / 129.56).sqrt(), (100.0_f64 / 74.22).sqrt()];
        let half = of_deviation(1.0, 101.0).unwrap();
        assert!((half - (exact[1] - exact[0]) / 2.0).abs() < 0.005, "{half}");
        assert_eq!(of_deviation(1.0, 2.0), None);
        assert_eq!([0.6, 0.06, 0.05, 0.006, 0.000_1].map(decimals), [1, 1, 1, 2, 3]);
    }
}
