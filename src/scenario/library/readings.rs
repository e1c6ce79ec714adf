//! Sets of readings: values that belong together are read the same way.

use super::{Library, Lost};
use crate::place::Place;
use crate::scenario::check::{check, join};
use crate::scenario::document::{Body, Entry, Node};
use crate::scenario::error::{ErrorKind, Report};
use crate::scenario::keys::READING_SET;
use std::collections::{BTreeMap, BTreeSet};

/// A set of readings.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingSet {
    /// Where it stands.
    pub file: Place,
    /// What the readings differ in.
    pub meaning: String,
    /// Reading in force unless a scenario says otherwise.
    pub default: String,
    /// Reading of each value, by reading of the set. `default` is the value itself.
    pub readings: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads `readings.toml`.
pub(super) fn sets(library: &mut Library, tree: &Node, report: &mut Report) {
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    for entry in tree.entries() {
        let Some(set) = set(library, entry, report) else { continue };
        let values: BTreeSet<&String> = set.readings.values().flat_map(BTreeMap::keys).collect();
        for value in values {
            if let Some(other) = owner.insert(value.clone(), entry.key.clone()) {
                let allowed = format!("each value in one set; it is in {other} too");
                report.add(ErrorKind::Duplicate, entry.spot.place(), &entry.key, value.clone(), allowed);
            }
        }
        library.sets.insert(entry.key.clone(), set);
    }
}

fn set(library: &Library, entry: &Entry, report: &mut Report) -> Option<ReadingSet> {
    let (name, node) = (&entry.key, &entry.node);
    // The readings are tables beside the keys of the set.
    let (tables, keys): (Vec<Entry>, Vec<Entry>) =
        node.entries().iter().cloned().partition(|entry| entry.node.is_table());
    let plain = if node.is_table() {
        Node { spot: node.spot.clone(), body: Body::Table(keys) }
    } else {
        node.clone()
    };
    check(&plain, &READING_SET, name, report);
    let mut readings = BTreeMap::new();
    for table in &tables {
        readings.insert(table.key.clone(), reading(library, table, &join(name, &table.key), report));
    }
    let all: BTreeSet<String> = readings.values().flat_map(BTreeMap::keys).cloned().collect();
    for table in &tables {
        let own = readings.get(&table.key);
        let missing: Vec<&str> = all
            .iter()
            .filter(|value| own.is_none_or(|own| !own.contains_key(*value)))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            let key = join(name, &table.key);
            let found = format!("no reading of {}", missing.join(", "));
            let allowed = "a reading of every value that other readings of the set name";
            report.add(ErrorKind::Incomplete, table.spot.place(), &key, found, allowed);
        }
    }
    let default = node.get("default")?;
    let chosen = default.text()?;
    if !readings.contains_key(chosen) {
        let allowed = format!("a reading of {name}");
        let known = readings.keys().map(String::as_str);
        let key = join(name, "default");
        report.add_unknown(ErrorKind::UnknownName, default.place(), &key, (chosen, &allowed), known);
    }
    Some(ReadingSet {
        file: entry.spot.place(),
        meaning: node.get("meaning").and_then(Node::text).unwrap_or("").to_owned(),
        default: chosen.to_owned(),
        readings,
    })
}

fn reading(library: &Library, table: &Entry, key: &str, report: &mut Report) -> BTreeMap<String, String> {
    let mut chosen = BTreeMap::new();
    for entry in table.node.entries() {
        let key = join(key, &entry.key);
        let Some(reading) = entry.node.text() else {
            let (found, allowed) = (entry.node.describe(), "the name of a reading of the value");
            report.add(ErrorKind::WrongType, entry.node.place(), &key, found, allowed);
            continue;
        };
        match library.find(&entry.key) {
            Ok(found) => {
                if reading != "default" && !found.value.readings.contains_key(reading) {
                    let allowed = format!("default, or a reading of {}", found.name);
                    let known = found.value.readings.keys().map(String::as_str);
                    let place = entry.node.place();
                    report.add_unknown(ErrorKind::UnknownName, place, &key, (reading, &allowed), known);
                }
                chosen.insert(found.name, reading.to_owned());
            }
            Err(Lost::Broken) => {}
            Err(lost) => {
                let known = library.names(&entry.key, lost);
                let allowed = match lost {
                    Lost::Record => "a value of the evidence",
                    _ => "a value of that record",
                };
                let known = known.iter().map(String::as_str);
                let place = entry.spot.place();
                report.add_unknown(ErrorKind::UnknownName, place, &key, (&entry.key, allowed), known);
            }
        }
    }
    chosen
}
