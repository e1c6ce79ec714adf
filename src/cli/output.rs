//! Writing to stdout and stderr without falling over a closed pipe.

use super::failure::Failure;
use std::io::{self, Write as _};

/// Writes text to stdout.
pub(super) fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes a message to stderr, each line after the name of the program.
pub(super) fn message(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        // There is nobody left to tell that nobody can be told.
        let _ = writeln!(stderr, "remisim: {}", printable(line));
    }
}

/// Text without what a terminal would obey.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Text that is made line by line.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    /// Adds a line, without spaces at its end.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.0.push_str(line.as_ref().trim_end());
        self.0.push('\n');
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
