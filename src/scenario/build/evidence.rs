//! References to evidence: the parameter of a value as its reading in force says.

use super::{Builder, Mode};
use crate::model::{Assumption, Parameter, ParameterSource, Value};
use crate::quantity::{DAYS_PER_MONTH, Domain, MONTHS_PER_YEAR};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::library::{Distribution, Form, Found, Grade, Lost, Role, moved};

impl Builder<'_> {
    pub(super) fn note_use(&mut self, record: &str, value: &str, reading: &str, by: String) {
        if self.mode != Mode::Dry {
            let used = self.used.entry((record.to_owned(), value.to_owned())).or_default();
            reading.clone_into(&mut used.reading);
            used.by.insert(by);
        }
    }

    pub(super) fn evidence(
        &mut self,
        node: &Node,
        reference: &str,
        domain: Option<Domain>,
        path: &str,
    ) -> Option<Value> {
        let library = self.library;
        let found = match library.find(reference) {
            Ok(found) => found,
            Err(Lost::Broken) => return None,
            Err(lost) => {
                self.report_lost(node, reference, lost, path);
                return None;
            }
        };
        if !self.role_fits(node, &found, path) {
            return None;
        }
        let unit = found.value.unit;
        let factor = match domain {
            None => 1.0,
            Some(domain) => {
                let Some(factor) = conversion(unit, domain) else {
                    let text = format!("{:?}, which is of the unit {unit}", found.name);
                    self.problem(ErrorKind::WrongUnit, node, path, text, domain.allowed());
                    return None;
                };
                factor
            }
        };
        let value = self.sampled(node, &found, path)?;
        let value = if factor == 1.0 {
            value
        } else {
            match value {
                Value::Constant(constant) => Value::Constant(constant * factor),
                other => Value::Product(vec![other, Value::Constant(factor)]),
            }
        };
        let breach = domain.and_then(|domain| {
            let central = self.breach(&value, |central| domain.allows(central))?;
            Some((central, domain))
        });
        if let Some((central, domain)) = breach {
            let text = format!("{central} from {:?}", found.name);
            self.problem(ErrorKind::OutOfDomain, node, path, text, &domain.allowed_for(central));
            return None;
        }
        Some(value)
    }

    fn report_lost(&mut self, node: &Node, reference: &str, lost: Lost, path: &str) {
        let library = self.library;
        let known = library.names(reference, lost);
        let id = reference.split('.').next().unwrap_or("");
        let allowed = match (lost, library.record(id)) {
            (Lost::Value, Some(record)) if record.role == Role::Switch && record.values.is_empty() => {
                let found = format!("{reference:?}, a switch, which is no number");
                let allowed = format!("a number; to choose by it {{ switch = {id:?}, on = …, off = … }}");
                self.problem(ErrorKind::WrongRole, node, path, found, &allowed);
                return;
            }
            (Lost::Value, Some(_)) => format!("a value of {id}: {}", known.join(", ")),
            _ => "a record of the evidence".to_owned(),
        };
        self.unknown(node, path, (reference, &allowed), known.iter().map(String::as_str));
    }

    /// Switches are no numbers, and what is unused is not used.
    fn role_fits(&mut self, node: &Node, found: &Found<'_>, path: &str) -> bool {
        let role = found.record.role;
        let allowed = match role {
            Role::Label | Role::Parameter | Role::Target => return true,
            Role::Switch => "a number, not a switch",
            Role::Unused => "a record that is in use",
        };
        let text = format!("{:?}, whose role is {}", found.name, role.name());
        self.problem(ErrorKind::WrongRole, node, path, text, allowed);
        false
    }

    /// The parameter of an evidence value, as its reading in force says.
    fn sampled(&mut self, node: &Node, found: &Found<'_>, path: &str) -> Option<Value> {
        let library = self.library;
        let (id, value_name) = found.name.split_once('.')?;
        let reading = self.readings.get(&found.name).map_or("default", String::as_str).to_owned();
        let estimate = found.value.readings.get(&reading).unwrap_or(&found.value.estimate);
        let mut n = 0.0;
        if let Form::EffectiveFrom { from, .. } = &estimate.form {
            let other = library.find(from).ok()?;
            n = library
                .moved
                .get(&other.name)
                .copied()
                .unwrap_or_else(|| other.value.estimate.form.central());
            if let Some((id, name)) = other.name.split_once('.') {
                self.note_use(id, name, "default", self.name(node, path));
            }
        }
        let distribution = match estimate.form.distribution(found.value.unit, n) {
            Ok(distribution) => distribution,
            Err(error) => {
                let text = format!("{:?} without a distribution: {error}", found.name);
                self.problem(ErrorKind::OutOfDomain, node, path, text, "a value that can be sampled");
                return None;
            }
        };
        let (name, source, central) = match (distribution, found.part) {
            (Distribution::Single(single), None) => {
                let published = estimate.form.central();
                match library.moved.get(&found.name) {
                    Some(&target) => {
                        let single = moved(&single, published, target);
                        (found.name.clone(), ParameterSource::Single(single), target)
                    }
                    None => (found.name.clone(), ParameterSource::Single(single), published),
                }
            }
            (Distribution::Shares(alphas), Some(part)) if part <= alphas.len() => {
                let alphas = self.moved_shares(&found.name, alphas);
                let central = alphas[part - 1] / alphas.iter().sum::<f64>();
                let group = self.group(&found.name, alphas);
                let name = format!("{}.{part}", found.name);
                (name, ParameterSource::Part { group, part: part - 1 }, central)
            }
            (Distribution::Shares(alphas), _) => {
                let allowed = format!("one of its parts, {0}.1 to {0}.{1}", found.name, alphas.len());
                let text = format!("{:?}, which is a whole of parts", found.name);
                self.problem(ErrorKind::UnknownName, node, path, text, &allowed);
                return None;
            }
            (Distribution::Single(_), Some(_)) => {
                let text = format!("a part of {:?}", found.name);
                self.problem(ErrorKind::UnknownName, node, path, text, "the value, which has no parts");
                return None;
            }
        };
        if self.mode == Mode::Sampled && !self.tied && !matches!(estimate.form, Form::Fixed { .. }) {
            self.priors.insert(found.name.clone());
        }
        self.note_use(id, value_name, &reading, self.name(node, path));
        let value = if self.mode == Mode::Sampled {
            let index = self.parameter(Parameter { name, domain: found.value.unit, source }, central);
            Value::Parameter(index)
        } else {
            Value::Constant(central)
        };
        let parameter = if let Value::Parameter(index) = value { Some(index) } else { None };
        let (key, reason) = if library.moved.contains_key(&found.name) {
            (format!("--set:evidence.{}", found.name), "set on the command line".to_owned())
        } else if found.record.grade == Grade::Assumption {
            let words =
                if found.record.reading.is_empty() { &found.record.meaning } else { &found.record.reading };
            // So begins the `document` of a record that stands for no document.
            let none = found.record.document.starts_with("No source");
            let kind = if none { "no source" } else { "known, not looked up" };
            (found.name.clone(), format!("{kind}: {words}"))
        } else {
            return Some(value);
        };
        let unit = found.value.unit.name();
        self.assume(Assumption { key, value: Some(central), interval: None, unit, parameter, reason });
        Some(value)
    }

    fn group(&mut self, name: &str, alphas: Vec<f64>) -> usize {
        if let Some(&group) = self.groups.get(name) {
            return group;
        }
        if self.mode != Mode::Sampled {
            return 0;
        }
        let group = self.dirichlets.len();
        self.dirichlets.push(alphas);
        self.groups.insert(name.to_owned(), group);
        group
    }

    /// Alphas with the parts that the command line gives; the others share the rest as before.
    fn moved_shares(&self, name: &str, mut alphas: Vec<f64>) -> Vec<f64> {
        let total: f64 = alphas.iter().sum();
        for part in 0..alphas.len() {
            let Some(&target) = self.library.moved.get(&format!("{name}.{}", part + 1)) else { continue };
            let rest = total - alphas[part];
            let own = (target * total).clamp(0.01, total - 0.01);
            for (index, alpha) in alphas.iter_mut().enumerate() {
                *alpha = if index == part { own } else { (*alpha * (total - own) / rest).max(0.01) };
            }
        }
        alphas
    }
}

/// Factor from a unit to a domain; `None` where they do not convert.
fn conversion(unit: Domain, domain: Domain) -> Option<f64> {
    use Domain::{Count, Days, Factor, Months, Probability, Ratio, Real, Years};
    match (unit, domain) {
        (Months, Days) => Some(DAYS_PER_MONTH),
        (Days, Months) => Some(1.0 / DAYS_PER_MONTH),
        (Months, Years) => Some(1.0 / MONTHS_PER_YEAR),
        (Years, Months) => Some(MONTHS_PER_YEAR),
        (Days, Years) => Some(1.0 / (DAYS_PER_MONTH * MONTHS_PER_YEAR)),
        (Years, Days) => Some(DAYS_PER_MONTH * MONTHS_PER_YEAR),
        (Probability | Ratio | Factor | Real | Count, Ratio | Factor | Real | Count) => Some(1.0),
        _ => (unit == domain).then_some(1.0),
    }
}
