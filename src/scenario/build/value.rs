//! Values: references to evidence, assumptions, choices by level or switch, arithmetic.

use super::{Builder, Mode};
use crate::model::{Assumption, Parameter, Value};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::{Body, Node};
use crate::scenario::error::ErrorKind;
use crate::scenario::library::{Form, Role};

/// Heads of the forms that a table may have as a value.
const HEADS: [&str; 7] = ["assume", "by", "switch", "product", "sum", "complement", "odds"];
const FORMS: &str = "evidence such as \"Q22.tocilizumab\", or a table with assume, by, switch, product, sum, \
                     complement or odds";

impl Builder<'_> {
    /// A value of a domain.
    pub(super) fn value(&mut self, node: &Node, domain: Domain, path: &str) -> Option<Value> {
        self.any(node, Some(domain), path)
    }

    /// A value; without a domain, of any unit.
    pub(super) fn any(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        match &node.body {
            Body::Text(reference) => self.evidence(node, reference, domain, path),
            Body::Integer(_) | Body::Float(_) => self.bare_number(node, domain, path),
            Body::Table(_) => self.table(node, domain, path),
            _ => {
                self.problem(ErrorKind::WrongType, node, path, node.describe(), FORMS);
                None
            }
        }
    }

    fn table(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        let heads: Vec<&str> = HEADS.into_iter().filter(|head| node.get(head).is_some()).collect();
        let [head] = heads[..] else {
            let unknown = node.entries().iter().find(|_| heads.is_empty());
            if let Some(entry) = unknown {
                let key = join(&self.key(node, path), &entry.key);
                let (place, found) = (entry.spot.place(), (entry.key.as_str(), FORMS));
                self.report.add_unknown(ErrorKind::UnknownKey, place, &key, found, HEADS);
            } else {
                let found =
                    if heads.is_empty() { node.describe() } else { heads.join(" and ") + " together" };
                self.problem(ErrorKind::Conflict, node, path, found, FORMS);
            }
            return None;
        };
        let allowed: &[&str] = match head {
            "by" => return self.by_level(node, domain, path),
            "assume" => return self.assumption(node, domain, path),
            "switch" => &["switch", "on", "off"],
            "odds" => &["odds", "ratio"],
            "product" => &["product"],
            "sum" => &["sum"],
            _ => &["complement"],
        };
        if !self.only_keys(node, allowed, path) {
            return None;
        }
        if head == "switch" {
            return self.switched(node, domain, path);
        }
        let value = self.arithmetic(node, head, domain, path)?;
        let Some(domain) = domain else { return Some(value) };
        if let Some(central) = self.breach(&value, |central| domain.allows(central)) {
            let found = format!("a {head} of {central}");
            self.problem(ErrorKind::OutOfDomain, node, path, found, &domain.allowed_for(central));
            return None;
        }
        Some(value)
    }

    /// Whether a table has all of these keys and no other.
    fn only_keys(&mut self, node: &Node, keys: &[&str], path: &str) -> bool {
        let mut good = true;
        for entry in node.entries().iter().filter(|entry| !keys.contains(&entry.key.as_str())) {
            let key = join(&self.key(node, path), &entry.key);
            let allowed = keys.join(", ");
            let (place, found) = (entry.spot.place(), (entry.key.as_str(), allowed.as_str()));
            self.report.add_unknown(ErrorKind::UnknownKey, place, &key, found, keys.iter().copied());
            good = false;
        }
        for key in keys.iter().filter(|key| node.get(key).is_none()) {
            self.problem(ErrorKind::MissingKey, node, &join(path, key), "nothing", &keys.join(", "));
            good = false;
        }
        good
    }

    fn arithmetic(&mut self, node: &Node, head: &str, domain: Option<Domain>, path: &str) -> Option<Value> {
        let inner = node.get(head)?;
        let path = join(path, head);
        match head {
            "product" => {
                let parts = |builder: &mut Self| builder.parts(inner, None, &path);
                Some(Value::Product(self.tied(parts)?))
            }
            "sum" => {
                let parts = |builder: &mut Self| builder.parts(inner, domain, &path);
                Some(Value::Sum(self.tied(parts)?))
            }
            "complement" => {
                let part = self.any(inner, Some(Domain::Probability), &path)?;
                Some(Value::Complement(Box::new(part)))
            }
            _ => {
                let probability = self.any(inner, Some(Domain::Probability), &path);
                let ratio = self.any(node.get("ratio")?, Some(Domain::Ratio), &join(&path, "ratio"));
                Some(Value::Odds { probability: Box::new(probability?), ratio: Box::new(ratio?) })
            }
        }
    }

    fn parts(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Vec<Value>> {
        if node.items().is_empty() {
            self.problem(ErrorKind::WrongType, node, path, node.describe(), "a list of values");
            return None;
        }
        let parts: Vec<Option<Value>> = node
            .items()
            .iter()
            .enumerate()
            .map(|(index, item)| self.any(item, domain, &join(path, &(index + 1).to_string())))
            .collect();
        parts.into_iter().collect()
    }

    fn switched(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        let switch = node.get("switch")?;
        let key = join(path, "switch");
        let Some(id) = switch.text() else {
            self.problem(ErrorKind::WrongType, switch, &key, switch.describe(), "the id of a switch record");
            return None;
        };
        let library = self.library;
        let state =
            library.records.get(id).filter(|record| record.role == Role::Switch).map(|record| record.on);
        let unread = library.incomplete && library.record(id).is_none();
        if state.is_none() && (unread || library.broken.contains(id)) {
            return None;
        }
        let Some(state) = state else {
            let switches = library.records.values().filter(|record| record.role == Role::Switch);
            let known: Vec<&str> = switches.map(|record| record.id.as_str()).collect();
            self.unknown(switch, &key, (id, "the id of a switch record"), known);
            return None;
        };
        let on = state.unwrap_or(false);
        self.note_use(id, "", "", self.name(node, path));
        let (taken, other) = if on { ("on", "off") } else { ("off", "on") };
        let idle = node.get(other)?;
        self.with_mode(Mode::Dry, |builder| builder.any(idle, domain, &join(path, other)));
        self.any(node.get(taken)?, domain, &join(path, taken))
    }

    fn by_level(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        let by = node.get("by")?;
        let attribute = self.attribute(by, by.text().unwrap_or(""), &join(path, "by"))?;
        let levels = self.attributes[attribute].levels.clone();
        let name = self.attributes[attribute].name.clone();
        let mut good = true;
        for entry in node.entries() {
            let known = matches!(entry.key.as_str(), "by" | "otherwise") || levels.contains(&entry.key);
            if !known {
                let key = join(&self.key(node, path), &entry.key);
                let allowed = format!("a level of {name}: {}; or otherwise", levels.join(", "));
                let (place, found) = (entry.spot.place(), (entry.key.as_str(), allowed.as_str()));
                let names = levels.iter().map(String::as_str);
                self.report.add_unknown(ErrorKind::UnknownName, place, &key, found, names);
                good = false;
            }
        }
        let mut values = Vec::new();
        for level in &levels {
            let (part, key) = match node.get(level) {
                Some(part) => (Some(part), level.as_str()),
                None => (node.get("otherwise"), "otherwise"),
            };
            if let Some(part) = part {
                values.push(self.any(part, domain, &join(path, key)));
            } else {
                let allowed = format!("a value for every level of {name}, or otherwise");
                self.problem(ErrorKind::MissingKey, node, &join(path, level), "nothing", &allowed);
                good = false;
            }
        }
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let values = values.filter(|_| good)?;
        Some(Value::ByLevel { attribute, levels: values })
    }

    /// Index of an attribute of the population.
    pub(super) fn attribute(&mut self, node: &Node, name: &str, path: &str) -> Option<usize> {
        let found = self.attributes.iter().position(|attribute| attribute.name == name);
        if found.is_none() {
            let names: Vec<String> = self.attributes.iter().map(|a| a.name.clone()).collect();
            let allowed = if names.is_empty() {
                "an attribute of the population, which has none here".to_owned()
            } else {
                format!("an attribute of the population: {}", names.join(", "))
            };
            self.unknown(node, path, (name, &allowed), names.iter().map(String::as_str));
        }
        found
    }

    fn bare_number(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        let value = node.number()?;
        let reason = if node.spot.is_override() {
            "set on the command line".to_owned()
        } else if let Some(reason) = &self.bare {
            reason.clone()
        } else {
            let allowed =
                "evidence, { assume = …, reason = \"…\" }, or bare_numbers = \"reason\" atop the file";
            self.problem(ErrorKind::BareNumber, node, path, node.describe(), allowed);
            return None;
        };
        let form = Form::Fixed { value, reason: reason.clone() };
        self.assumed(node, &form, domain, reason, path)
    }

    /// Notes an assumption, once a key.
    pub(super) fn assume(&mut self, assumption: Assumption) {
        if self.mode != Mode::Dry && self.assumptions.iter().all(|known| known.key != assumption.key) {
            self.assumptions.push(assumption);
        }
    }

    pub(super) fn parameter(&mut self, parameter: Parameter, central: f64) -> usize {
        if let Some(&index) = self.by_name.get(&parameter.name) {
            return index;
        }
        let index = self.parameters.len();
        self.by_name.insert(parameter.name.clone(), index);
        self.parameters.push(parameter);
        self.central.push(central);
        index
    }
}
