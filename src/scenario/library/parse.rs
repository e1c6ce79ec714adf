//! Records from the trees of evidence files.

use super::{CurvePoint, Estimate, EvidenceValue, Form, Grade, Library, Lost, Record, Role};
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::{Entry, Node};
use crate::scenario::error::{ErrorKind, Report};
use crate::scenario::keys;
use std::collections::{BTreeMap, BTreeSet};

/// Adds the records of one file.
pub(super) fn records(library: &mut Library, tree: &Node, report: &mut Report) {
    for entry in tree.entries() {
        let id = &entry.key;
        if !is_id(id) {
            let allowed = "an id of letters, digits and _ that starts with a letter";
            report.add(ErrorKind::OutOfDomain, entry.spot.place(), id, format!("{id:?}"), allowed);
            continue;
        }
        if let Some(known) = library.records.get(id) {
            let allowed = format!("each id once; {id} stands at {}", known.file);
            report.add(ErrorKind::Duplicate, entry.spot.place(), id, format!("{id:?} again"), allowed);
            continue;
        }
        check(&entry.node, &keys::RECORD, id, report);
        match record(entry, &mut library.broken, report) {
            Some(record) => {
                library.records.insert(id.clone(), record);
            }
            None => {
                library.broken.insert(id.clone());
            }
        }
    }
}

fn is_id(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn text(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::text).unwrap_or("").to_owned()
}

fn record(entry: &Entry, broken: &mut BTreeSet<String>, report: &mut Report) -> Option<Record> {
    let (id, node) = (&entry.key, &entry.node);
    let role = match node.get("role")?.text()? {
        "parameter" => Role::Parameter,
        "target" => Role::Target,
        "switch" => Role::Switch,
        "label" => Role::Label,
        "unused" => Role::Unused,
        _ => return None,
    };
    let grade = match node.get("grade").and_then(Node::text) {
        Some("published") => Grade::Published,
        Some("derived") => Grade::Derived,
        Some("assumption") => Grade::Assumption,
        _ => Grade::Document,
    };
    let on = node.get("on").and_then(Node::flag);
    let implemented_by: Vec<String> = node
        .get("implemented_by")
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(|item| item.text().map(ToOwned::to_owned))
        .collect();
    let mut missing = |key: &str, allowed: &str| {
        report.add(ErrorKind::MissingKey, entry.spot.place(), &join(id, key), "nothing", allowed);
    };
    let valueless = node.get("values").is_none_or(|values| values.entries().is_empty());
    match role {
        Role::Switch if node.get("on").is_none() => missing("on", "true or false for a switch"),
        Role::Label if implemented_by.is_empty() => {
            missing("implemented_by", "for a label, the keys that implement it, as file:key");
        }
        Role::Unused if node.get("why_unused").is_none() => {
            missing("why_unused", "the reason for which it is not used");
        }
        Role::Parameter | Role::Target if valueless => missing("values", "at least one value"),
        _ => {}
    }
    let mut values = BTreeMap::new();
    let count = node.get("values").map_or(0, |values| values.entries().len());
    for value in node.get("values").map_or(&[][..], Node::entries) {
        let key = join(&join(id, "values"), &value.key);
        if crate::id::is_valid_name(&value.key) {
            if let Some(read) = evidence_value(&value.node, &key, report) {
                values.insert(value.key.clone(), read);
            } else {
                // With its only value lost the record may be named alone.
                broken.insert(join(id, &value.key));
                broken.extend((count == 1).then(|| id.clone()));
            }
        } else {
            let allowed = "a name of small letters, digits and _ that starts with a letter";
            report.add(ErrorKind::OutOfDomain, value.spot.place(), &key, format!("{:?}", value.key), allowed);
        }
    }
    Some(Record {
        id: id.clone(),
        file: entry.spot.place(),
        document: text(node, "document"),
        place: text(node, "place"),
        population: text(node, "population"),
        arm: text(node, "arm"),
        endpoint: text(node, "endpoint"),
        meaning: text(node, "meaning"),
        role,
        on,
        implemented_by,
        why_unused: text(node, "why_unused"),
        reading: text(node, "reading"),
        grade,
        values,
    })
}

fn evidence_value(node: &Node, key: &str, report: &mut Report) -> Option<EvidenceValue> {
    let unit = Domain::from_name(node.get("unit")?.text()?)?;
    let estimate = estimate(node, unit, key, report);
    let mut readings = BTreeMap::new();
    for entry in node.get("readings").map_or(&[][..], Node::entries) {
        let key = join(&join(key, "readings"), &entry.key);
        if let Some(other) = entry.node.get("unit").filter(|other| other.text() != Some(unit.name())) {
            let allowed = format!("the unit of the value, {unit}");
            report.add(ErrorKind::WrongUnit, other.place(), &join(&key, "unit"), other.describe(), allowed);
        }
        if let Some(read) = self::estimate(&entry.node, unit, &key, report) {
            readings.insert(entry.key.clone(), read);
        }
    }
    Some(EvidenceValue { unit, estimate: estimate?, readings })
}

/// Keys of the figure itself, by form.
const FORMS: &str = "one of events + n; value + n; value + n_from (+ n_share); value + low + high; value + se; \
                     low + high; low + mode + high; counts; value + fixed";

fn estimate(node: &Node, unit: Domain, key: &str, report: &mut Report) -> Option<Estimate> {
    const KEYS: [&str; 11] =
        ["events", "n", "n_from", "n_share", "value", "low", "mode", "high", "se", "counts", "fixed"];
    let number = |name: &str| node.get(name).and_then(Node::number);
    let given: Vec<&str> = KEYS.into_iter().filter(|name| node.get(name).is_some()).collect();
    let form = match given[..] {
        ["events", "n"] => Form::Counts { events: number("events")?, n: number("n")? },
        ["n", "value"] => Form::Effective { value: number("value")?, n: number("n")? },
        ["n_from", "value"] | ["n_from", "n_share", "value"] => Form::EffectiveFrom {
            value: number("value")?,
            from: node.get("n_from")?.text()?.to_owned(),
            share: node.get("n_share").map_or(Some(1.0), Node::number)?,
        },
        ["value", "low", "high"] => {
            Form::Interval { value: number("value")?, low: number("low")?, high: number("high")? }
        }
        ["value", "se"] => Form::StandardError { value: number("value")?, se: number("se")? },
        ["low", "high"] => Form::Uniform { low: number("low")?, high: number("high")? },
        ["low", "mode", "high"] => {
            Form::Triangular { low: number("low")?, mode: number("mode")?, high: number("high")? }
        }
        ["counts"] => Form::Parts(node.get("counts")?.items().iter().filter_map(Node::number).collect()),
        ["value", "fixed"] => {
            Form::Fixed { value: number("value")?, reason: node.get("fixed")?.text()?.to_owned() }
        }
        _ => {
            let found = if given.is_empty() { "no figure".to_owned() } else { given.join(" + ") };
            report.add(ErrorKind::Conflict, node.place(), key, found, FORMS);
            return None;
        }
    };
    check_form(&form, node, unit, key, report).then(|| Estimate {
        place: node.place(),
        form,
        point: CurvePoint {
            origin: node.get("origin").and_then(Node::text).map(ToOwned::to_owned),
            among: node.get("among").and_then(Node::text).map(ToOwned::to_owned),
            censored_by: node.get("censored_by").and_then(Node::text).map(ToOwned::to_owned),
            at_months: number("at_months"),
            n_effective: number("n_effective"),
            arm: node.get("arm").and_then(Node::text).map(ToOwned::to_owned),
        },
    })
}

/// Whether the numbers are in their domains and make a distribution.
fn check_form(form: &Form, node: &Node, unit: Domain, key: &str, report: &mut Report) -> bool {
    let mut good = true;
    let place = |name: &str| node.get(name).map_or_else(|| node.place(), Node::place);
    for (name, value) in form.bounded() {
        if !unit.allows(value) {
            let kind = ErrorKind::OutOfDomain;
            report.add(kind, place(name), &join(key, name), value.to_string(), unit.allowed_for(value));
            good = false;
        }
    }
    let probability = matches!(
        form,
        Form::Counts { .. } | Form::Effective { .. } | Form::EffectiveFrom { .. } | Form::Parts(_)
    );
    if probability && unit != Domain::Probability {
        let found = format!("counts of a {unit}");
        report.add(ErrorKind::WrongUnit, node.place(), key, found, "counts of a probability");
        good = false;
    }
    if let Form::Counts { events, n } = *form {
        let inside = events >= 0.0 && events <= n && n > 0.0 && n <= 1e12;
        if !inside {
            let found = format!("{events} events of {n}");
            report.add(ErrorKind::OutOfDomain, place("events"), key, found, "events from 0 to n, n above 0");
        }
        good &= inside;
    }
    if let Form::Effective { n, .. } = *form
        && !(n > 0.0 && n <= 1e12)
    {
        let found = format!("{n} patients");
        report.add(
            ErrorKind::OutOfDomain,
            place("n"),
            &join(key, "n"),
            found,
            "a number of patients above 0",
        );
        good = false;
    }
    match form.distribution(unit, 1.0) {
        Err(error) if good => {
            let found = format!("numbers without a distribution: {error}");
            let allowed = "numbers that such a distribution can have";
            report.add(ErrorKind::OutOfDomain, node.place(), key, found, allowed);
            false
        }
        _ => good,
    }
}

/// Checks that every `n_from` names a value.
pub(super) fn check_references(library: &Library, report: &mut Report) {
    for record in library.records.values() {
        for (name, value) in &record.values {
            for estimate in std::iter::once(&value.estimate).chain(value.readings.values()) {
                let Form::EffectiveFrom { from, .. } = &estimate.form else { continue };
                let key = format!("{}.values.{name}.n_from", record.id);
                match library.find(from) {
                    Ok(found) if found.value.estimate.form.central() > 0.0 => {}
                    Ok(found) => {
                        let central = found.value.estimate.form.central().to_string();
                        let place = estimate.place.clone();
                        report.add(
                            ErrorKind::OutOfDomain,
                            place,
                            &key,
                            central,
                            "a number of patients above 0",
                        );
                    }
                    Err(Lost::Broken) => {}
                    Err(lost) => {
                        let known = library.names(from, lost);
                        let place = estimate.place.clone();
                        let found = (from.as_str(), "a value of the evidence");
                        let known = known.iter().map(String::as_str);
                        report.add_unknown(ErrorKind::UnknownName, place, &key, found, known);
                    }
                }
            }
        }
    }
}

impl Library {
    /// Names near which a lost reference may be meant.
    pub(in crate::scenario) fn names(&self, reference: &str, lost: Lost) -> Vec<String> {
        let id = reference.split('.').next().unwrap_or("");
        match (lost, self.records.get(id)) {
            (Lost::Value, Some(record)) => record.values.keys().map(|name| format!("{id}.{name}")).collect(),
            _ if reference.contains('.') => self
                .records
                .values()
                .flat_map(|record| record.values.keys().map(move |name| format!("{}.{name}", record.id)))
                .collect(),
            _ => self.records.keys().cloned().collect(),
        }
    }
}
