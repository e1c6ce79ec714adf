//! What a calibration depends on, as one hash: the trial, its regimens, and the evidence and readings behind both.
//!
//! Of a regimen only what decides the course of the illness counts, and no words: prices, labels and reasons may change
//! without a new fit.

use super::document::{Body, Node};
use super::error::Report;
use super::extend::Reader;
use super::library::{Form, Library, ReadingSet, Role};
use super::overrides::Override;
use crate::files::{Folder, sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Keys of a regimen that decide what happens to patients.
const COURSE: [&str; 11] = [
    "starts_in",
    "antigen",
    "access",
    "response",
    "mrd",
    "remission",
    "failure",
    "transplant",
    "sets",
    "mortality_ratio",
    "tail",
];
/// Keys of a trial that decide its fit.
const TRIAL: [&str; 4] = ["population", "strategies", "targets", "calibration"];
/// Settings that do.
const SETTINGS: [&str; 3] = ["background_mortality", "efs_failure_at", "horizon_months"];
/// Words that do not.
const WORDS: [&str; 6] = ["reason", "label", "group", "title", "question", "body"];

/// A fit's place in the library and what it must have been made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Name of the fit: the trial, and the readings in force where they are not the usual ones.
    pub key: String,
    /// Hash of the inputs, in hexadecimal.
    pub sha256: String,
    /// Evidence values among them, and how each is read.
    pub evidence: Vec<(String, String)>,
}

/// Where a fingerprint is taken: the changes to regimens and the readings in force, by set.
pub(super) struct Setting<'a> {
    pub(super) library: &'a Library,
    pub(super) changes: &'a [Override],
    pub(super) readings: &'a [(String, String)],
}

/// The fingerprint of a trial; none where one of its files cannot be read, which is reported.
pub(super) fn fingerprint(
    name: &str,
    tree: &Node,
    reader: &mut Reader,
    setting: &Setting<'_>,
    report: &mut Report,
) -> Option<Fingerprint> {
    let mut text = String::new();
    let mut names = BTreeSet::new();
    for key in TRIAL {
        named(&mut text, key, tree.get(key), &mut names);
    }
    for key in SETTINGS {
        named(&mut text, key, tree.get("settings").and_then(|settings| settings.get(key)), &mut names);
    }
    let mut regimens: Vec<(String, Node)> = Vec::new();
    regimen_names(tree.get("strategies")?, &mut regimens);
    let mut read = 0;
    while let Some((regimen, user)) = regimens.get(read).cloned() {
        read += 1;
        let mut own = reader.named(Folder::Regimens, &regimen, (&user, "regimen"), report)?;
        let changes = setting.changes.iter().filter(|change| change.path.get(1) == Some(&regimen));
        changes.filter(|change| change.path.len() > 2).for_each(|change| change.apply(&mut own, 2, report));
        let _ = writeln!(text, "regimen {regimen}");
        for key in COURSE {
            named(&mut text, key, own.get(key), &mut names);
        }
        let early_death = own.get("toxicity").and_then(|toxicity| toxicity.get("early_death"));
        named(&mut text, "early_death", early_death, &mut names);
        if let Some(remission) = own.get("remission") {
            regimen_names(remission, &mut regimens);
        }
    }
    let (key, evidence) = evidence(&mut text, name, &names, setting);
    if tree.get("settings").and_then(|node| node.get("background_mortality")).and_then(Node::text)
        != Some("none")
    {
        let table = reader.files.named(Folder::Data, "us-life-table-2014").ok()?;
        let _ = writeln!(text, "life table {}", table.sha256);
    }
    Some(Fingerprint { key, sha256: sha256(text.as_bytes()), evidence })
}

/// Regimens named below a node, each once.
fn regimen_names(node: &Node, found: &mut Vec<(String, Node)>) {
    for entry in node.entries() {
        match entry.node.text() {
            Some(name) if entry.key == "regimen" => {
                if found.iter().all(|(known, _)| known != name) {
                    found.push((name.to_owned(), entry.node.clone()));
                }
            }
            _ => regimen_names(&entry.node, found),
        }
    }
    node.items().iter().for_each(|item| regimen_names(item, found));
}

/// Writes a key with its value; `names` collects all text in it.
fn named(text: &mut String, key: &str, node: Option<&Node>, names: &mut BTreeSet<String>) {
    if let Some(node) = node {
        text.push_str(key);
        text.push('=');
        canonical(text, node, names);
        text.push('\n');
    }
}

/// A value without its place in the file: keys in order, numbers alike, words left out.
fn canonical(text: &mut String, node: &Node, names: &mut BTreeSet<String>) {
    match &node.body {
        Body::Text(own) => {
            let _ = write!(text, "{own:?}");
            names.insert(own.clone());
        }
        Body::Flag(flag) => {
            let _ = write!(text, "{flag}");
        }
        Body::Other(own) => text.push_str(own),
        Body::Integer(_) | Body::Float(_) => {
            let _ = write!(text, "{:?}", node.number().unwrap_or(f64::NAN));
        }
        Body::List(items) => {
            text.push('[');
            for item in items {
                canonical(text, item, names);
                text.push(',');
            }
            text.push(']');
        }
        Body::Table(entries) => {
            let sorted: BTreeMap<&str, &Node> =
                entries.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect();
            text.push('{');
            // What is called so and holds a figure, such as a level of an attribute, is no word.
            let word = |key: &str, node: &Node| WORDS.contains(&key) && node.text().is_some();
            for (key, node) in sorted.into_iter().filter(|(key, node)| !word(key, node)) {
                let _ = write!(text, "{key}:");
                canonical(text, node, names);
                text.push(',');
            }
            text.push('}');
        }
    }
}

/// Writes the evidence that is named, as it is read. Gives the key (the trial, and what is not read as usual) and the
/// values with their readings.
fn evidence(
    text: &mut String,
    trial: &str,
    names: &BTreeSet<String>,
    setting: &Setting<'_>,
) -> (String, Vec<(String, String)>) {
    let library = setting.library;
    let in_force = library.in_force(setting.readings);
    let mut sets = BTreeSet::new();
    let mut key = trial.to_owned();
    let mut values: BTreeSet<String> = BTreeSet::new();
    for name in names {
        if let Some(record) = library.record(name).filter(|record| record.role == Role::Switch) {
            // A switch asks what if, of patients as they were fitted; it is no other reading of what was seen.
            let own = library.turned.get(name).unwrap_or(&record.on);
            let _ = writeln!(text, "{name} {own:?}");
        } else if let Ok(found) = library.find(name) {
            values.insert(found.name.clone());
            if let Form::EffectiveFrom { from, .. } = &found.value.estimate.form {
                values.insert(from.clone());
            }
        }
    }
    let mut read = Vec::new();
    for name in values {
        let Ok(found) = library.find(&name) else { continue };
        let reading = in_force.get(&name).map_or("default", String::as_str);
        let estimate = found.value.readings.get(reading).unwrap_or(&found.value.estimate);
        let (n, moved) = (estimate.point.n_effective, library.moved.get(&name));
        let form = match &estimate.form {
            // The reason is words.
            Form::Fixed { value, .. } => format!("{value:?}"),
            other => format!("{other:?}"),
        };
        let _ = writeln!(text, "{name} {form} {n:?} {moved:?}");
        read.push((name.clone(), reading.to_owned()));
        let decides = |set: &ReadingSet| set.readings.values().any(|of| of.contains_key(&name));
        sets.extend(library.sets.iter().filter(|(_, set)| decides(set)).map(|(name, _)| name));
    }
    for (set, reading) in setting.readings {
        if sets.contains(set) && library.sets.get(set).is_some_and(|own| own.default != *reading) {
            let _ = write!(key, "-{set}-{reading}");
        }
    }
    (key, read)
}
