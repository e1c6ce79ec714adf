//! MRD tests in remission that find a relapse before it comes.

use crate::distribution::Curve;
use crate::math::{ln, pow};
use crate::model::MIN_INTERVAL;

/// A test this share of an interval after a time is at it.
const NEAR: f64 = 1e-9;
/// Probability below which nobody is left.
const NOBODY: f64 = 1e-300;

/// Tests every so many months from remission; those within the lead before a relapse find it with some probability each.
#[derive(Debug, Clone)]
pub(super) struct Tests<'a> {
    relapse: &'a Curve,
    every: f64,
    sensitivity: f64,
    /// Probability of relapse by the last time from which test i still finds it: i intervals and the lead.
    within: Vec<(f64, f64)>,
    /// Cumulative hazard of being found, up to and including each test.
    found: Vec<f64>,
}

impl<'a> Tests<'a> {
    /// Tests up to a horizon; `None` where there are none.
    pub(super) fn new(
        relapse: &'a Curve,
        [every, lead, sensitivity]: [f64; 3],
        horizon: f64,
    ) -> Option<Self> {
        if every < MIN_INTERVAL || sensitivity <= 0.0 {
            return None;
        }
        let count = (horizon / every).ceil() as usize + 1;
        let relapsed = |months: f64| (months, relapse.cdf(months));
        let within = (0..=count).map(|test| relapsed(test as f64 * every + lead)).collect();
        let mut tests = Self { relapse, every, sensitivity: sensitivity.min(1.0), within, found: vec![0.0] };
        let mut sum = 0.0;
        for test in 1..=count {
            let at = test as f64 * every;
            // Nobody is left at the same probability as in the hazard of relapse: at a test that finds all, only being
            // found jumps.
            let left = |tests_done: usize| tests.undetected(tests_done, at).max(NOBODY);
            sum += ln(left(test - 1) / left(test)).max(0.0);
            tests.found.push(sum);
        }
        Some(tests)
    }

    /// Tests until a time, that time included.
    pub(super) fn until(&self, months: f64) -> usize {
        ((months / self.every + NEAR).max(0.0) as usize).min(self.within.len() - 1)
    }

    /// When the tests fall.
    pub(super) fn times(&self) -> impl Iterator<Item = f64> + '_ {
        (1..self.within.len()).map(|test| test as f64 * self.every)
    }

    /// When each test no longer finds what comes later.
    pub(super) fn ends(&self) -> impl Iterator<Item = f64> + '_ {
        self.within.iter().skip(1).map(|(end, _)| *end)
    }

    /// Probability that relapse comes after `months` and one of the first `tests` tests finds it.
    pub(super) fn detected(&self, tests: usize, months: f64) -> f64 {
        let relapsed = self.relapse.cdf(months);
        let missed = 1.0 - self.sensitivity;
        let mut sum = 0.0;
        for test in (1..=tests).rev() {
            let (end, within) = self.within[test];
            let weight = if test == tests { 1.0 } else { pow(missed, (tests - test) as f64) };
            if end <= months || weight < 1e-18 {
                break;
            }
            sum += self.sensitivity * weight * (within - relapsed);
        }
        sum
    }

    /// The probability `detected` with a weight that depends on the month of the test that finds it first.
    pub(super) fn weighed(&self, tests: usize, months: f64, worth: impl Fn(f64) -> f64) -> f64 {
        let relapsed = self.relapse.cdf(months);
        let missed = 1.0 - self.sensitivity;
        // Relapses by the first test that can find them; `found` is the mean weight of being found, then or later.
        let (mut sum, mut found) = (0.0, 0.0);
        for test in (1..=tests).rev() {
            let (end, within) = self.within[test];
            if end <= months {
                break;
            }
            found = self.sensitivity * worth(test as f64 * self.every) + missed * found;
            let before = if test > 1 { self.within[test - 1].1.max(relapsed) } else { relapsed };
            sum += (within - before) * found;
        }
        sum
    }

    /// Probability that relapse comes after `months` and none of the first `tests` tests finds it.
    pub(super) fn undetected(&self, tests: usize, months: f64) -> f64 {
        (self.relapse.survival(months) - self.detected(tests, months)).max(0.0)
    }

    /// Cumulative hazard of relapse that no test found before.
    pub(super) fn relapse_hazard(&self, months: f64) -> f64 {
        let tests = self.until(months);
        -ln(self.undetected(tests, months).max(NOBODY)) - self.found[tests]
    }

    /// Cumulative hazard of being found before and after the test at a time.
    pub(super) fn found_around(&self, months: f64) -> (f64, f64) {
        let test = self.until(months);
        (self.found[test.saturating_sub(1)], self.found[test])
    }

    /// Cumulative hazard of being found.
    pub(super) fn found_hazard(&self, months: f64) -> f64 {
        self.found[self.until(months)]
    }
}

#[cfg(test)]
mod proofs {
    use super::*;
    use crate::distribution::Family;

    #[test]
    fn a_test_that_finds_all_leaves_none_to_relapse() {
        // Everyone relapses at month 14; the test of month 7 is the first that finds it.
        let relapse = Curve::simple(Family::Fixed { months: 14.0 }).unwrap();
        let tests = Tests::new(&relapse, [1.0, 7.722, 1.0], 60.0).unwrap();
        assert_eq!(tests.found_around(6.0), (0.0, 0.0));
        let (before, after) = tests.found_around(7.0);
        assert!(before == 0.0 && after > 600.0, "{before} {after}");
        for months in [1.0, 6.9, 7.0, 7.5, 13.9] {
            assert!(tests.relapse_hazard(months).abs() < 1e-9, "{months}: {}", tests.relapse_hazard(months));
        }
    }
}
