//! Changes of evidence from the command line: `evidence.Q22.tocilizumab=0.6`, `evidence.T10.on=false`.

use super::{Form, Library, Lost, ReadingSet, Role};
use crate::model::EvidenceUse;
use crate::scenario::document::Node;
use crate::scenario::error::{ErrorKind, Report};
use crate::scenario::overrides::Override;
use std::collections::BTreeMap;

impl Library {
    /// Takes in the changes that go to the evidence.
    pub(in crate::scenario) fn apply(&mut self, changes: &[Override], report: &mut Report) {
        for change in changes.iter().filter(|change| change.starts_with("evidence")) {
            let id = &change.path[1];
            let is_switch = self.records.get(id).is_some_and(|record| record.role == Role::Switch);
            if is_switch && change.path.get(2).is_some_and(|part| part == "on") && change.path.len() == 3 {
                self.turn(id, change, report);
            } else {
                self.move_value(&change.path[1..].join("."), change, report);
            }
        }
    }

    /// Changes of what the scenario does not use would do nothing: says so, naming what it does use.
    pub(in crate::scenario) fn check_used(
        &self,
        changes: &[Override],
        tree: &Node,
        used: &[EvidenceUse],
        report: &mut Report,
    ) {
        let names: Vec<String> = used
            .iter()
            .map(|known| match known.value.as_str() {
                "" => format!("{}.on", known.record),
                value => format!("{}.{value}", known.record),
            })
            .collect();
        for change in changes {
            let reference = change.path[1..].join(".");
            let name = self.find(&reference).map_or(reference, |found| found.name);
            if !names.contains(&name) {
                let found = (
                    name.as_str(),
                    "evidence that the scenario uses as its switches and readings stand (`remisim evidence --scenario NAME`)",
                );
                // Of the same record first.
                let same = |known: &&String| known.split('.').next() == name.split('.').next();
                let own: Vec<&str> = names.iter().filter(same).map(String::as_str).collect();
                let known = if own.is_empty() { names.iter().map(String::as_str).collect() } else { own };
                let place = change.value.place();
                report.add_unknown(ErrorKind::Unused, place, &change.key(), found, known);
            }
        }
        for entry in tree.get("readings").map_or(&[][..], Node::entries) {
            let decides = |set: &ReadingSet| {
                set.readings.values().flat_map(BTreeMap::keys).any(|value| names.contains(value))
            };
            if entry.node.spot.is_override() && !self.sets.get(&entry.key).is_some_and(decides) {
                let (place, key) = (entry.node.place(), format!("readings.{}", entry.key));
                let known = self.sets.iter().filter(|(_, set)| decides(set)).map(|(name, _)| name.as_str());
                let known: Vec<&str> = known.collect();
                let allowed = if known.is_empty() {
                    "a set of readings that decides a value of the scenario: there is none".to_owned()
                } else {
                    format!("a set of readings that decides a value of the scenario: {}", known.join(", "))
                };
                report.add_unknown(ErrorKind::Unused, place, &key, (&entry.key, &allowed), known);
            }
        }
    }

    fn turn(&mut self, id: &str, change: &Override, report: &mut Report) {
        if let (Some(on), Some(record)) = (change.value.flag(), self.records.get_mut(id)) {
            self.turned.entry(id.to_owned()).or_insert(record.on);
            record.on = Some(on);
        } else {
            let (place, found) = (change.value.place(), change.value.describe());
            report.add(ErrorKind::WrongType, place, &change.key(), found, "true or false");
        }
    }

    fn move_value(&mut self, reference: &str, change: &Override, report: &mut Report) {
        let (place, key) = (change.value.place(), change.key());
        let found = match self.find(reference) {
            Ok(found) => found,
            Err(Lost::Broken) => return,
            Err(lost) => {
                let known = self.names(reference, lost);
                let allowed = match lost {
                    Lost::Record => "a record of the evidence",
                    _ => "a value of the record, or on for a switch",
                };
                let names = known.iter().map(String::as_str);
                report.add_unknown(ErrorKind::UnknownName, place, &key, (reference, allowed), names);
                return;
            }
        };
        let unit = found.value.unit;
        let is_whole = matches!(found.value.estimate.form, Form::Parts(_));
        let (name, part) = (found.name.clone(), found.part);
        match change.value.number() {
            Some(_) if is_whole && part.is_none() => {
                let allowed = format!("one of the parts, {name}.1 and so on");
                report.add(ErrorKind::WrongType, place, &key, format!("{name:?}, a whole of parts"), allowed);
            }
            Some(number) if unit.allows(number) => {
                let name = part.map_or(name.clone(), |part| format!("{name}.{part}"));
                self.moved.insert(name, number);
            }
            Some(number) => {
                report.add(ErrorKind::OutOfDomain, place, &key, number.to_string(), unit.allowed_for(number));
            }
            None => {
                report.add(ErrorKind::WrongType, place, &key, change.value.describe(), "the central value");
            }
        }
    }
}
