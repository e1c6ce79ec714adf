//! Reading what a run wrote.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Largest file of a run that is read, in bytes.
const MOST: u64 = 1 << 30;

/// Why a folder of results could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResultsError {
    /// The disk refused, or there is none.
    Refused(PathBuf, io::Error),
    /// A file is too large to be read at once.
    TooLarge(PathBuf),
}

impl fmt::Display for ResultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::TooLarge(path) => write!(f, "{}: found more than {MOST} bytes", path.display()),
        }
    }
}

impl std::error::Error for ResultsError {}

/// Reads those of these files that a folder has, by name.
///
/// # Errors
/// Where there is no such folder, or a file cannot be read.
pub fn read_results(folder: &Path, names: &[&str]) -> Result<BTreeMap<String, Vec<u8>>, ResultsError> {
    let refused = |path: &Path| {
        let path = path.to_owned();
        move |error| ResultsError::Refused(path, error)
    };
    fs::read_dir(folder).map_err(refused(folder))?;
    let mut files = BTreeMap::new();
    for name in names {
        let path = folder.join(name);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(ResultsError::Refused(path, error)),
            Ok(meta) if meta.len() > MOST => return Err(ResultsError::TooLarge(path)),
            Ok(_) => {}
        }
        files.insert((*name).to_owned(), fs::read(&path).map_err(refused(&path))?);
    }
    Ok(files)
}
