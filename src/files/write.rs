//! Single files: whole or not at all.

use super::error::{OutputError, refused};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a new file; one that is there already is refused.
///
/// # Errors
/// Where it is there already, or the disk refuses.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => OutputError::Exists(path.to_owned()),
        _ => refused(path)(error),
    })?;
    file.write_all(bytes).map_err(|error| {
        // A file half written is none.
        let _ = fs::remove_file(path);
        refused(path)(error)
    })
}

/// Writes a file in a folder, which is made where it is missing; an older file of this name is replaced, whole.
///
/// # Errors
/// Where the disk refuses.
pub fn write_in(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(refused(folder))?;
    // Whoever stops in between leaves the older file as it was.
    let (path, partial) = (folder.join(name), folder.join(format!(".{name}.partial")));
    let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
    written.map_err(|error| {
        let _ = fs::remove_file(&partial);
        refused(&path)(error)
    })
}

/// Makes a folder where it is missing and tries to write in it.
///
/// # Errors
/// Where the disk refuses.
pub fn can_write(folder: &Path) -> Result<(), OutputError> {
    const PROBE: &str = ".remisim-probe";
    write_in(folder, PROBE, b"")?;
    let path = folder.join(PROBE);
    fs::remove_file(&path).map_err(refused(&path))
}
