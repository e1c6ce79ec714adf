//! Reading one text file, with limits on its size and lines.

use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Most bytes in a file.
pub const SIZE_LIMIT: u64 = 1 << 20;
/// Most bytes in one line.
pub const LINE_LIMIT: usize = 1 << 16;

/// Where a file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Read from the disk.
    Path,
    /// The copy inside the program.
    Embedded,
}

/// A file that was read, kept for the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// As messages name it: the path, or `embedded:` and the path in the library.
    pub name: String,
    /// Path in the library, such as `regimens/blinatumomab.toml`; file name only for a scenario.
    pub short: String,
    /// Where it came from.
    pub origin: Origin,
    /// What it holds.
    pub text: Arc<str>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// Why a file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReadFault {
    /// It is not there.
    Missing,
    /// It is there and cannot be read.
    Unreadable,
    /// It, or a line of it, is larger than allowed.
    TooLarge,
    /// It is not UTF-8 text.
    NotText,
    /// It holds nothing.
    Empty,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// File as the user named it.
    pub file: String,
    /// Line at fault; 0 where the whole file is meant.
    pub line: usize,
    /// Why.
    pub fault: ReadFault,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, allowed {}", self.file, self.found, self.allowed)
    }
}

impl std::error::Error for ReadError {}

/// Reads a text file; `short` is its name in the library.
///
/// # Errors
/// When it is missing, unreadable, larger than the limits, not text or empty.
pub fn read(path: &Path, short: &str) -> Result<SourceFile, ReadError> {
    let name = path.display().to_string();
    let fail = |fault, found: String, allowed: &str| ReadError {
        file: name.clone(),
        line: 0,
        fault,
        found,
        allowed: allowed.to_owned(),
    };
    let unreadable = |error: &std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            fail(ReadFault::Missing, "no such file".to_owned(), "a file that exists")
        } else {
            fail(ReadFault::Unreadable, error.to_string(), "a file that can be read")
        }
    };
    let meta = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !meta.is_file() {
        let found = if meta.is_dir() { "a folder" } else { "a device, pipe or socket" };
        return Err(fail(ReadFault::Unreadable, found.to_owned(), "a text file"));
    }
    let too_large = |size: String| fail(ReadFault::TooLarge, size, "at most 1048576 bytes (1 MiB)");
    if meta.len() > SIZE_LIMIT {
        return Err(too_large(format!("{} bytes", meta.len())));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large("more than 1048576 bytes".to_owned()));
    }
    accept(&name, short, Origin::Path, &bytes)
}

/// Checks the bytes of a file and makes them a source.
pub(super) fn accept(name: &str, short: &str, origin: Origin, bytes: &[u8]) -> Result<SourceFile, ReadError> {
    let fail = |line, fault, found: String, allowed: &str| ReadError {
        file: name.to_owned(),
        line,
        fault,
        found,
        allowed: allowed.to_owned(),
    };
    let line_of = |offset: usize| bytes.iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        let found = "a binary file (a zero byte)".to_owned();
        return Err(fail(line_of(offset), ReadFault::NotText, found, "UTF-8 text"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = line_of(error.valid_up_to());
            let found = "bytes that are not UTF-8".to_owned();
            return Err(fail(line, ReadFault::NotText, found, "UTF-8 text"));
        }
    };
    if let Some((index, line)) = text.split('\n').enumerate().find(|(_, line)| line.len() > LINE_LIMIT) {
        let found = format!("a line of {} bytes", line.len());
        return Err(fail(index + 1, ReadFault::TooLarge, found, "lines of at most 65536 bytes (64 KiB)"));
    }
    if text.trim().is_empty() {
        let table = std::path::Path::new(name).extension().is_some_and(|own| own == "csv");
        let allowed = if table { "a header and rows" } else { "the keys of scenarios/README.md" };
        return Err(fail(0, ReadFault::Empty, "an empty file".to_owned(), allowed));
    }
    let sha256 = sha256(bytes);
    Ok(SourceFile { name: name.to_owned(), short: short.to_owned(), origin, text: Arc::from(text), sha256 })
}

/// SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> ReadFault {
        accept("f", "f", Origin::Path, bytes).expect_err("refused").fault
    }

    #[test]
    fn refuses_what_is_no_text_of_reasonable_size() {
        assert_eq!(fault(b"a = 1\n\0"), ReadFault::NotText);
        assert_eq!(fault(b"a = \"\xff\""), ReadFault::NotText);
        assert_eq!(fault(b" \n"), ReadFault::Empty);
        let long = accept("f", "f", Origin::Path, format!("a = 1\n#{}", "x".repeat(70_000)).as_bytes());
        assert_eq!(long.expect_err("refused").line, 2);
    }

    #[test]
    fn hashes_as_sha256sum_does() {
        let source = accept("f", "f", Origin::Path, b"abc").expect("text");
        assert!(source.sha256.starts_with("ba7816bf8f01cfea414140de5dae2223"), "{}", source.sha256);
    }

    #[test]
    fn a_missing_file_is_told_from_a_folder() {
        let missing = read(Path::new("no_such_file.toml"), "x").expect_err("missing");
        assert_eq!(missing.fault, ReadFault::Missing);
        assert_eq!(read(Path::new("src"), "x").expect_err("folder").fault, ReadFault::Unreadable);
    }
}
