//! `verification.csv`: checks of a model and what came of them.

use super::table::Table;
use crate::verify::{Check, Verdict};

const COLUMNS: [&str; 7] = ["check", "verdict", "question", "expected", "found", "tech_ver", "advishe"];

/// One row a check.
///
/// # Errors
/// Those of the CSV writer.
pub fn verification(checks: &[Check]) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&COLUMNS)?;
    for check in checks {
        let Check { id, question, expected, found, verdict, tech_ver, advishe } = check;
        table.row([*id, verdict.name(), question, expected, found, tech_ver, advishe])?;
    }
    table.finish()
}

/// The rows of a screen: what was asked, and of what is not as it must be what was found.
#[must_use]
pub fn verification_lines(checks: &[Check]) -> Vec<String> {
    let line = |check: &Check| {
        let Check { id, question, expected, found, verdict, .. } = check;
        let (mark, more) = match verdict {
            Verdict::Pass => ("pass", String::new()),
            Verdict::NotApplicable => ("-", format!(" Not applicable: {found}.")),
            Verdict::Warning => ("WARNING", format!(" Found: {found}. Expected: {expected}.")),
            Verdict::Fail => ("FAIL", format!(" Found: {found}. Expected: {expected}.")),
        };
        format!("{mark:7}  {id}: {question}{more}")
    };
    checks.iter().map(line).collect()
}

/// How many checks of a model came out how.
#[must_use]
pub fn verification_counts(checks: &[Check]) -> String {
    let count = |verdict: Verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    format!(
        "{} passed, {} failed, {} with a warning, {} not applicable",
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Warning),
        count(Verdict::NotApplicable)
    )
}
