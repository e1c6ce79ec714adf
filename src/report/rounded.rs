//! Numbers as people read them: rounded, with separated thousands. Files carry the whole numbers.

/// What a tie is short of where its decimals are no binary fraction: 0.1125 and 11.25 % are then rounded alike.
const SHORT: f64 = 1e-12;

/// A number with separated thousands, ties rounded away from zero.
#[must_use]
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs() * (1.0 + SHORT));
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    // What rounds to zero has no sign.
    let sign = if value < 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0') { "-" } else { "" };
    format!("{sign}{out}{rest}")
}

/// A number of which an error is known, with no digit smaller than the first of the error.
#[must_use]
pub(super) fn within(value: f64, error: f64) -> String {
    let power = if error > 0.0 { crate::math::ln(error) / std::f64::consts::LN_10 } else { 0.0 };
    let step = 10_f64.powi(power.floor().max(0.0) as i32);
    grouped((value / step).round() * step, 0)
}

/// A number of a table: fewer decimals the larger it is.
#[must_use]
pub(super) fn shortened(value: f64) -> String {
    let size = value.abs();
    let decimals = if value.fract() == 0.0 || size >= 1000.0 {
        0
    } else if size >= 10.0 {
        1
    } else {
        3
    };
    grouped(value, decimals)
}

/// Money on an axis or in a sentence: 950, 12k, 1.5M.
#[must_use]
pub(super) fn money(value: f64) -> String {
    let size = value.abs();
    let plain = |value: f64, most: usize| {
        let text = format!("{value:.most$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    if size >= 999_500.0 {
        format!("{}M", plain(value / 1e6, 2))
    } else if size >= 1000.0 {
        format!("{}k", plain(value / 1e3, usize::from(size < 10_000.0)))
    } else {
        plain(value, usize::from(size < 10.0))
    }
}

/// An amount with at most two decimals, and no more than it has.
#[must_use]
pub(super) fn amount(value: f64) -> String {
    let text = grouped(value, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share as a percentage.
#[must_use]
pub(super) fn percent(value: f64) -> String {
    percent_to(value, 0)
}

/// A share as a percentage with some decimals.
#[must_use]
pub(super) fn percent_to(value: f64, decimals: usize) -> String {
    format!("{} %", grouped(value * 100.0, decimals))
}

/// A month, with a decimal where it is no whole one.
pub(super) fn month(value: f64) -> String {
    grouped(value, usize::from(value.fract() != 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_zero_has_no_sign() {
        let shown = [1_234_567.0, -1234.5, 999.0, -0.2, 0.0].map(|value| grouped(value, 0));
        assert_eq!(shown, ["1,234,567", "-1,235", "999", "0", "0"]);
        assert_eq!(grouped(-0.004, 2), "0.00");
    }

    #[test]
    fn a_share_is_rounded_as_its_percentage_is() {
        for (share, table, text) in
            [(0.1125, "0.113", "11.3 %"), (0.0605, "0.061", "6.1 %"), (-0.1125, "-0.113", "-11.3 %")]
        {
            assert_eq!((shortened(share), percent_to(share, 1)), (table.to_owned(), text.to_owned()));
        }
        assert_eq!([0.435, 0.255, 0.005].map(percent), ["44 %", "26 %", "1 %"]);
    }

    #[test]
    fn a_number_has_no_more_digits_than_its_error() {
        let told =
            [(396_837.6, 6480.0), (396_837.6, 21.0), (396_837.6, 0.0), (-1234.5, 0.2), (999_600.0, 3000.0)];
        let wanted = ["397,000", "396,840", "396,838", "-1,235", "1,000,000"];
        assert_eq!(told.map(|(value, error)| within(value, error)), wanted);
    }

    #[test]
    fn amounts_have_no_empty_decimals() {
        assert_eq!([0.0, 0.25, 1.5, 20.0, 1000.0].map(amount), ["0", "0.25", "1.5", "20", "1,000"]);
    }

    #[test]
    fn money_is_short_on_an_axis() {
        let shown = [0.0, 950.0, 2500.0, 12_000.0, -300_000.0, 1_500_000.0, 999_900.0].map(money);
        assert_eq!(shown, ["0", "950", "2.5k", "12k", "-300k", "1.5M", "1M"]);
    }
}
