//! Days of the calendar.

use std::fmt;

/// Days of the cycle after which the Gregorian calendar repeats: 400 years.
const DAYS_OF_400_YEARS: i64 = 146_097;
/// Days from 1 March of year 0 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_468;

/// A day of the Gregorian calendar, years 1900 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date {
    year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    day: i64,
}

impl Date {
    /// The day written as `YYYY-MM-DD`, if there is such a day.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return None;
        }
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let exists = (1900..2200).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Days since 1 January 1970, by the arithmetic of a year that begins in March
    /// (H. Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`).
    pub(super) fn number(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
        era * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_1970
    }

    /// Weekday so many days earlier, 0 for Monday.
    pub(super) fn weekday_before(self, days: i64) -> u8 {
        // 1 January 1970 was a Thursday.
        (self.number() - days + 3).rem_euclid(7) as u8
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect(text)
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(date("1970-01-01").number(), 0);
        assert_eq!(date("2000-03-01").number(), 11_017);
        assert_eq!(date("2026-01-05").number(), 20_458);
        assert_eq!(date("2028-03-01").number() - date("2028-02-28").number(), 2);
        assert_eq!(date("2100-03-01").number() - date("2100-02-28").number(), 1);
        // Every day of the three centuries follows the one before.
        let mut expected = date("1900-01-01").number();
        for (year, month) in (1900..2200).flat_map(|year| (1..=12).map(move |month| (year, month))) {
            for day in 1..=days_of_month(year, month) {
                let text = format!("{year:04}-{month:02}-{day:02}");
                assert_eq!(date(&text).number(), expected, "{text}");
                assert_eq!(date(&text).to_string(), text);
                expected += 1;
            }
        }
        assert_eq!(expected - date("1900-01-01").number(), 300 * 365 + 73);
    }

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        assert_eq!(date("1970-01-01").weekday_before(0), 3);
        assert_eq!(date("2026-01-05").weekday_before(0), 0);
        assert_eq!(date("2026-01-05").weekday_before(365), 6);
        assert_eq!(date("2024-02-29").weekday_before(0), 3);
        assert_eq!(date("1900-01-01").weekday_before(0), 0);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-05",
            "26-01-05",
            "2026/01/05",
            "",
            "2026-01-0a",
            "1899-12-31",
            "2200-01-01",
            "٢٠٢٦-٠١-٠٥",
        ] {
            assert_eq!(Date::parse(text), None, "{text:?}");
        }
    }
}
