//! Where a value stands: file, line, column and key. Carried by every error that a file causes.

use std::fmt;

/// Position of a value in a file, for messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// File as the user named it, or `embedded:…`, or `--set`.
    pub file: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Column from 1, in characters; 0 where the whole line is meant.
    pub column: usize,
}

impl Place {
    /// The place at a byte offset of `text`.
    #[must_use]
    pub fn at(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Self { file: file.to_owned(), line, column }
    }

    /// A place that means the whole file.
    #[must_use]
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a = 1\nπ = 22\n";
        assert_eq!(Place::at("f", text, 0).to_string(), "f:1:1");
        let two = text.find("22").unwrap_or(0);
        assert_eq!(Place::at("f", text, two).to_string(), "f:2:5");
        assert_eq!(Place::file("f").to_string(), "f");
    }
}
