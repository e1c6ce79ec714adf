//! Tables of a finished run, as a test reads them.

#![allow(dead_code, reason = "no test uses all of it")]

use super::folder::Folder;
use remisim::report::Sheet;
use std::path::{Path, PathBuf};

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn sheet(folder: &Path, file: &str) -> Sheet {
    Sheet::read(read(&folder.join(file)).as_bytes()).unwrap()
}

/// The cell of a column in the one row that has these values.
#[track_caller]
pub(crate) fn cell(sheet: &Sheet, holds: &[(&str, &str)], column: &str) -> f64 {
    let rows: Vec<_> =
        sheet.rows().filter(|row| holds.iter().all(|(name, value)| row.text(name) == *value)).collect();
    assert_eq!(rows.len(), 1, "{holds:?}");
    rows[0].number(column).unwrap_or_else(|| panic!("{holds:?}: no {column}"))
}

/// Runs a scenario as it stands, with its page.
pub(crate) fn run(folder: &Folder, name: &str) -> PathBuf {
    folder.run(&["run", name, "--report", "--quiet"]).ends_with(0);
    folder.at(&format!("output/{name}"))
}
