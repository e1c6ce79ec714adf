//! Why results cannot be written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a folder of results cannot be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// It is there already.
    Exists(PathBuf),
    /// It is there, and is not something that `remisim run` wrote.
    NotResults(PathBuf),
    /// Another run is writing it.
    Busy(PathBuf),
    /// The disk refused.
    Refused(PathBuf, io::Error),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                f,
                "{} is there already: --force replaces it, --out DIR writes elsewhere",
                path.display()
            ),
            Self::NotResults(path) => write!(
                f,
                "{} is there and holds something other than results of remisim: move it away, or write elsewhere \
                 with --out DIR",
                path.display()
            ),
            Self::Busy(path) => {
                write!(
                    f,
                    "another run is writing {}: wait for it, or write elsewhere with --out DIR",
                    path.display()
                )
            }
            Self::Refused(path, error) => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_, error) => Some(error),
            _ => None,
        }
    }
}

pub(super) fn refused(path: &Path) -> impl Fn(io::Error) -> OutputError {
    move |error| OutputError::Refused(path.to_owned(), error)
}
