//! What is wrong with a file, and where: every problem names file, line, key, what was found and what is allowed.

use crate::files::{ReadError, ReadFault};
use crate::place::Place;
use std::fmt;

/// What kind of mistake a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is not TOML.
    Syntax,
    /// There is no such file, or it cannot be read.
    NoFile,
    /// A file, line, nesting or list is larger than allowed.
    TooLarge,
    /// The file is not UTF-8 text.
    NotText,
    /// The file holds nothing.
    Empty,
    /// A key that no table has.
    UnknownKey,
    /// A required key is absent.
    MissingKey,
    /// A value of another type.
    WrongType,
    /// A value outside its domain.
    OutOfDomain,
    /// A name that nothing has: regimen, record, level, reading.
    UnknownName,
    /// An id that is given twice.
    Duplicate,
    /// Files that extend each other in a circle.
    Cycle,
    /// A reading that leaves values of its set without one.
    Incomplete,
    /// CRS grades of different scales side by side.
    MixedScales,
    /// A population of more cells than allowed.
    TooManyCells,
    /// A number without evidence or reason.
    BareNumber,
    /// Probabilities that add to more than one.
    Sum,
    /// A record used for what its role does not allow.
    WrongRole,
    /// A value of another unit.
    WrongUnit,
    /// Keys that exclude or need each other.
    Conflict,
    /// A change of something that the scenario does not use.
    Unused,
    /// A data table with gaps or bad rows.
    BadTable,
    /// A calibration that is not there, or was made from other inputs.
    Stale,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Key, dotted from the top of the file; empty where the whole file is meant.
    pub key: String,
    /// What kind.
    pub kind: ErrorKind,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
    /// Nearest known name to a misspelt one.
    pub nearest: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "found {}, allowed {}", self.found, self.allowed)?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean {name:?}?"),
            None => Ok(()),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let kind = match error.fault {
            ReadFault::TooLarge => ErrorKind::TooLarge,
            ReadFault::NotText => ErrorKind::NotText,
            ReadFault::Empty => ErrorKind::Empty,
            _ => ErrorKind::NoFile,
        };
        Self {
            place: Place { file: error.file, line: error.line, column: 0 },
            key: String::new(),
            kind,
            found: error.found,
            allowed: error.allowed,
            nearest: None,
        }
    }
}

/// All that is wrong, by file and line, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, by file and line.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let end = if index + 1 < self.0.len() { "\n" } else { "" };
            write!(f, "{problem}{end}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Most problems kept; a file with more is not worth the reading.
const PROBLEM_LIMIT: usize = 1000;
/// Most characters shown of what was found.
const SHOWN: usize = 80;

/// Collects problems while files are read.
#[derive(Debug, Default)]
pub(super) struct Report {
    problems: Vec<Problem>,
}

impl Report {
    /// Adds a problem, once of a place; beyond a thousand they are dropped.
    pub(super) fn push(&mut self, mut problem: Problem) {
        if self.problems.len() < PROBLEM_LIMIT {
            problem.found = shorten(&problem.found);
            problem.key = shorten(&problem.key).replace(char::is_control, "�");
            let same = |own: &Problem| {
                problem.place.column > 0
                    && own.place == problem.place
                    && (&own.found, &own.allowed) == (&problem.found, &problem.allowed)
            };
            if !self.problems.iter().any(same) {
                self.problems.push(problem);
            }
        }
    }

    /// Adds a problem by its parts.
    pub(super) fn add(
        &mut self,
        kind: ErrorKind,
        place: Place,
        key: &str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) {
        let (found, allowed) = (found.into(), allowed.into());
        self.push(Problem { place, key: key.to_owned(), kind, found, allowed, nearest: None });
    }

    /// Adds an unknown name and the known one nearest to it.
    pub(super) fn add_unknown<'a>(
        &mut self,
        kind: ErrorKind,
        place: Place,
        key: &str,
        (found, allowed): (&str, &str),
        known: impl IntoIterator<Item = &'a str>,
    ) {
        if self.problems.len() >= PROBLEM_LIMIT {
            return;
        }
        let near = (found.len() <= 128).then(|| crate::id::nearest(found, known)).flatten();
        self.push(Problem {
            place,
            key: key.to_owned(),
            kind,
            found: format!("{:?}", shorten(found)),
            allowed: allowed.to_owned(),
            nearest: near.map(ToOwned::to_owned),
        });
    }

    /// Whether nothing was found so far.
    pub(super) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems, sorted and each once, or `value` where there are none.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, Problems> {
        self.problems.sort();
        self.problems.dedup();
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(Problems(self.problems)),
        }
    }
}

/// Text cut to what fits in a message, in one line.
pub(super) fn shorten(text: &str) -> String {
    if text.chars().nth(SHOWN + 40).is_none() {
        return text.replace('\n', " ");
    }
    let head: String = text.chars().take(SHOWN).collect();
    format!("{}…", head.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_sorted_and_told_once() {
        let mut report = Report::default();
        let place = |line| Place { file: "f.toml".to_owned(), line, column: 3 };
        report.add(ErrorKind::WrongType, place(9), "a.b", "text", "a number");
        report.add_unknown(ErrorKind::UnknownKey, place(2), "setings", ("setings", "a key"), ["settings"]);
        report.add(ErrorKind::WrongType, place(9), "a.b", "text", "a number");
        let problems = report.finish::<()>(None).expect_err("problems");
        assert_eq!(
            problems.to_string(),
            "f.toml:2:3: setings: found \"setings\", allowed a key; did you mean \"settings\"?\n\
             f.toml:9:3: a.b: found text, allowed a number"
        );
    }
}
