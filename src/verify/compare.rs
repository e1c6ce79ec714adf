//! Comparisons of one check: how many there were, and which of them came out wrong.

use super::Verdict;

/// Rounding of sums, as a share of them.
const ROUNDING: f64 = 1e-9;
/// Rounding of sums: patients' money is kept to the 2^-16, all else finer.
const STEP: f64 = 1.0 / 65536.0;

/// By how much two sums of one size may differ for rounding alone.
pub(super) fn rounding(size: f64) -> f64 {
    ROUNDING * size.abs() + STEP
}

/// What a check found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) verdict: Verdict,
}

impl Finding {
    /// The check has nothing to look at, for this reason.
    pub(super) fn not_applicable(expected: &str, reason: impl Into<String>) -> Self {
        Self { expected: expected.to_owned(), found: reason.into(), verdict: Verdict::NotApplicable }
    }
}

/// Comparisons of one check.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    count: usize,
    wrong: Vec<String>,
}

impl Comparisons {
    /// A value is another, but for so much.
    pub(super) fn near(&mut self, what: &str, found: f64, expected: f64, allowed: f64) {
        // Not by `>`: a value that is missing is wrong.
        let holds = (found - expected).abs() <= allowed;
        self.holds(holds, || format!("{what} is {found}, not {expected}"));
    }

    /// A value is zero, to the bit.
    pub(super) fn zero(&mut self, what: &str, found: f64) {
        self.holds(found == 0.0, || format!("{what} is {found}, not 0"));
    }

    /// A value is at most another, but for rounding.
    pub(super) fn at_most(&mut self, what: &str, found: f64, bound: f64) {
        self.below(what, found, bound, rounding(bound));
    }

    /// A value is at most another, but for so much.
    pub(super) fn below(&mut self, what: &str, found: f64, bound: f64, allowed: f64) {
        self.holds(found <= bound + allowed, || format!("{what} is {found}, more than {bound}"));
    }

    /// Something is so; `told` says what is otherwise.
    pub(super) fn holds(&mut self, holds: bool, told: impl FnOnce() -> String) {
        self.count += 1;
        if !holds {
            self.wrong.push(told());
        }
    }

    /// What came of all comparisons; wrong ones have this verdict.
    pub(super) fn finding(self, expected: &str, wrong: Verdict) -> Finding {
        let Self { count, wrong: list } = self;
        let (found, verdict) = match list.split_first() {
            None if count == 0 => ("nothing to compare".to_owned(), Verdict::NotApplicable),
            None => (format!("so in all {count} comparisons"), Verdict::Pass),
            // Each may have a reason of its own.
            Some(_) if wrong == Verdict::Warning => (list.join("; "), wrong),
            Some((first, [])) => (format!("{first} (1 of {count} comparisons)"), wrong),
            Some((first, _)) => (format!("{first} (first of {} of {count} comparisons)", list.len()), wrong),
        };
        let found = if count == 1 && verdict == Verdict::Pass { "so".to_owned() } else { found };
        Finding { expected: expected.to_owned(), found, verdict }
    }

    /// The same where what is wrong fails.
    pub(super) fn judged(self, expected: &str) -> Finding {
        self.finding(expected, Verdict::Fail)
    }
}
