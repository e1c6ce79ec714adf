//! Numbers as people read them: rounded, with separated thousands. Files carry the whole numbers.

pub(super) use crate::report::grouped;
use crate::summary::Band;

/// A count such as 950, 12,000, 4.8 million.
pub(super) fn short(value: f64) -> String {
    if value >= 1e9 {
        format!("{:.1} billion", value / 1e9)
    } else if value >= 1e6 {
        format!("{:.1} million", value / 1e6)
    } else {
        grouped(value, 0)
    }
}

/// Money: whole where it is 10 or more, else with cents, and with as many places as two digits of it need.
pub(super) fn amount(value: f64) -> String {
    // As 1.2e-3 is written, the power of ten stands behind the e.
    let power = format!("{value:.1e}").split_once('e').and_then(|(_, power)| power.parse::<i32>().ok());
    match power {
        Some(power @ -12..0) => grouped(value, (1 - power) as usize),
        Some(0) => grouped(value, 2),
        _ => grouped(value, 0),
    }
}

/// How numbers of one unit are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    factor: f64,
    decimals: usize,
    mark: &'static str,
    signed: bool,
    /// A time that may not be reached.
    unbounded: bool,
}

impl Format {
    /// The format of an outcome by its name and unit.
    pub(super) fn of(outcome: &str, unit: &str) -> Self {
        let plain = Self { factor: 1.0, decimals: 2, mark: "", signed: false, unbounded: false };
        match unit {
            "probability" => Self { factor: 100.0, decimals: 1, mark: " %", ..plain },
            "years" | "qalys" | "doses" => plain,
            "months" | "days" => {
                Self { decimals: 1, unbounded: outcome.ends_with("_median_months"), ..plain }
            }
            _ => Self { decimals: 0, ..plain },
        }
    }

    /// The same for a difference: with its sign.
    pub(super) fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    /// The same in thousands.
    pub(super) fn thousands(self) -> Self {
        Self { factor: self.factor / 1000.0, ..self }
    }

    fn number(self, value: f64) -> String {
        let text = grouped(value * self.factor, self.decimals);
        if self.signed && value > 0.0 { format!("+{text}") } else { text }
    }

    /// Estimate and interval: over draws where there are several, else 1.96 Monte Carlo standard errors.
    pub(super) fn band(self, band: &Band) -> String {
        let Some(centre) = band.mean.or(band.median) else {
            return if self.unbounded { "not reached" } else { "-" }.to_owned();
        };
        let centre = format!("{}{}", self.number(centre), self.mark);
        match (band.lower_95, band.upper_95, band.mc_se) {
            (Some(lower), Some(upper), _) => {
                format!("{centre} ({} to {})", self.number(lower), self.number(upper))
            }
            // Some draws do not bring the curve down to a half.
            (Some(lower), None, _) if self.unbounded => {
                format!("{centre} ({} to not reached)", self.number(lower))
            }
            (_, _, Some(error)) => {
                format!("{centre} ± {}", Self { signed: false, ..self }.number(1.96 * error))
            }
            _ => centre,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: Band = Band {
        mean: Some(0.4321),
        mc_se: Some(0.01),
        lower_95: Some(0.4),
        median: Some(0.43),
        upper_95: Some(0.5),
        draw_se: None,
    };

    #[test]
    fn counts_are_short() {
        assert_eq!((short(12_000.0), short(4.84e6)), ("12,000".into(), "4.8 million".into()));
    }

    #[test]
    fn small_amounts_keep_two_digits() {
        let found = [123_456.7, 12.3, 9.876, 0.5, 0.001, 1e-9, 0.0].map(amount);
        assert_eq!(found, ["123,457", "12", "9.88", "0.50", "0.0010", "0.0000000010", "0.00"]);
    }

    #[test]
    fn shares_are_shown_as_percentages_with_their_interval() {
        let format = Format::of("cr", "probability");
        assert_eq!(format.band(&BAND), "43.2 % (40.0 to 50.0)");
        let one_draw = Band { lower_95: None, upper_95: None, ..BAND };
        assert_eq!(format.band(&one_draw), "43.2 % ± 2.0");
        assert_eq!(Format::of("life_years", "years").signed().band(&BAND), "+0.43 (+0.40 to +0.50)");
    }

    #[test]
    fn money_may_stand_in_thousands() {
        let band =
            Band { mean: Some(471_515.0), lower_95: Some(378_979.0), upper_95: Some(577_404.0), ..BAND };
        let format = Format::of("costs", "USD");
        assert_eq!(format.band(&band), "471,515 (378,979 to 577,404)");
        assert_eq!(format.signed().thousands().band(&band), "+472 (+379 to +577)");
    }

    #[test]
    fn a_median_may_be_out_of_reach() {
        let format = Format::of("os_median_months", "months");
        let some = Band { mean: None, mc_se: None, upper_95: None, ..BAND };
        assert_eq!(format.band(&some), "0.4 (0.4 to not reached)");
        let none = Band { lower_95: None, median: None, ..some };
        assert_eq!(format.band(&none), "not reached");
    }
}
