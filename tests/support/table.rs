//! Tables that a run wrote, by column.

use std::collections::BTreeMap;
use std::path::Path;

pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn rows(folder: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub(crate) fn number(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key} of {row:?}"))
}
