//! When patients come.

use crate::math::{ln, pow};
use crate::model::Demand;
use crate::stream::ParameterStream;

/// Days of a month of the calendar here: a year has twelve alike.
const MONTH: f64 = Demand::DAYS_A_YEAR / 12.0;

/// A rate through time, constant in each month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    /// Patients a day, without season and growth.
    pub(super) per_day: f64,
    /// Weight of each month from the first counted one on, mean one.
    pub(super) season: [f64; 12],
    /// Factor from one counted year to the next, reached month by month.
    pub(super) growth: f64,
    /// When counting begins, days.
    pub(super) counted_from: f64,
}

impl Rate {
    /// Months since counting began, at a time.
    fn month(&self, day: f64) -> i64 {
        ((day - self.counted_from) / MONTH).floor() as i64
    }

    /// Patients a day in a month.
    fn in_month(&self, month: i64) -> f64 {
        let season = self.season[month.rem_euclid(12) as usize];
        let years = month.max(0) as f64 / 12.0;
        self.per_day * season * if self.growth == 1.0 { 1.0 } else { pow(self.growth, years) }
    }

    /// The start of a month, days.
    fn start(&self, month: i64) -> f64 {
        self.counted_from + month as f64 * MONTH
    }

    /// Patients expected from one day to another.
    #[cfg(test)]
    fn expected(&self, from: f64, to: f64) -> f64 {
        let overlap = |month: i64| (self.start(month + 1).min(to) - self.start(month).max(from)).max(0.0);
        (self.month(from)..=self.month(to)).map(|month| self.in_month(month) * overlap(month)).sum()
    }

    /// Adds the days of a Poisson process until a day, or until there are more than can be addressed: exponential steps on
    /// the scale of expected patients.
    pub(super) fn fill(&self, until: f64, luck: &mut ParameterStream, days: &mut Vec<f64>) {
        if self.per_day <= 0.0 {
            return;
        }
        let mut now = 0.0;
        let mut month = self.month(now);
        let mut wait = -ln(luck.next_uniform());
        while now < until && days.len() <= Demand::PATIENTS as usize {
            let (rate, end) = (self.in_month(month), self.start(month + 1));
            if rate * (end - now) > wait {
                now += wait / rate;
                if now < until {
                    days.push(now);
                }
                wait = -ln(luck.next_uniform());
            } else {
                wait -= rate * (end - now);
                (now, month) = (end, month + 1);
            }
        }
    }
}

/// Adds the days of patients who come on fixed weekdays, at the start of the day: so many each.
pub(super) fn weekly(counts: [u32; 7], first_weekday: u8, until: f64, days: &mut Vec<f64>) {
    for day in 0..until.ceil() as u32 {
        let count = counts[(u32::from(first_weekday) + day) as usize % 7];
        days.extend((0..count).map(|_| f64::from(day)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn as_many_come_as_expected_in_every_month() {
        let mut season = [1.0; 12];
        (season[0], season[6], season[11]) = (2.0, 0.0, 1.0);
        let rate = Rate { per_day: 0.5, season, growth: 1.5, counted_from: 100.0 };
        let end = 100.0 + 730.0;
        let mut counts = [0.0; 28];
        let runs = 4000;
        let mut days = Vec::new();
        for run in 0..runs {
            days.clear();
            rate.fill(end, &mut Stream::new(1).calendar(run, 3), &mut days);
            assert!(days.windows(2).all(|pair| pair[0] < pair[1]) && days.iter().all(|day| *day < end));
            days.iter().for_each(|day| counts[(rate.month(*day) + 4) as usize] += 1.0);
        }
        for (month, count) in (-4_i64..).zip(counts) {
            let expected = rate.expected(rate.start(month).max(0.0), rate.start(month + 1).min(end).max(0.0));
            // A Poisson sum has its mean as its variance.
            let error = (count - f64::from(runs) * expected) / (f64::from(runs) * expected).sqrt().max(1.0);
            assert!(error.abs() < 4.0, "month {month}: {count}, {error}");
        }
        // The second counted year has half as many again as the first.
        let (first, second) = (rate.expected(100.0, 465.0), rate.expected(465.0, 830.0));
        assert!((second / first - 1.5).abs() < 1e-12);
    }

    #[test]
    fn the_week_repeats() {
        let mut days = Vec::new();
        weekly([1, 0, 0, 0, 2, 0, 0], 3, 9.0, &mut days);
        assert_eq!(days, [1.0, 1.0, 4.0, 8.0, 8.0]);
    }
}
