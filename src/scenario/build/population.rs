//! Who is treated: attributes and their cells, age, body size.

use super::{Builder, Mode};
use crate::model::{AgeDistribution, Attribute, Body, CELL_LIMIT, Growth, Population, Value};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::{Body as TreeBody, Entry, Node};
use crate::scenario::error::ErrorKind;
use std::sync::Arc;

/// The evidence record with adult weight and height.
const ADULTS: &str = "P19";

impl Builder<'_> {
    /// The population. Its attributes are known to all values that are read later.
    pub(in crate::scenario) fn population(
        &mut self,
        tree: &Node,
        growth: Option<Arc<Growth>>,
    ) -> Option<Population> {
        let node = tree.get("population")?;
        let attributes = self.read_attributes(node);
        let age = self.age(node);
        let body = node.get("body").zip(growth).and_then(|(key, growth)| self.body(key, growth));
        attributes?;
        Some(Population {
            label: node.get("label")?.text()?.to_owned(),
            group: node.get("group")?.text()?.to_owned(),
            sex: self.attributes.iter().position(|attribute| attribute.name == "sex"),
            attributes: self.attributes.clone(),
            age: age?,
            body,
        })
    }

    /// Reads the attributes one by one, as weights may depend on those before.
    fn read_attributes(&mut self, population: &Node) -> Option<()> {
        let Some(node) = population.get("attributes") else { return Some(()) };
        let mut good = true;
        let mut cells = 1_usize;
        for entry in node.entries() {
            let path = join("population.attributes", &entry.key);
            cells = cells.saturating_mul(entry.node.entries().len().max(1));
            if cells > CELL_LIMIT {
                let found = format!("{cells} cells or more");
                let allowed = format!("at most {CELL_LIMIT} combinations of levels");
                let kind = ErrorKind::TooManyCells;
                self.problem(kind, node, "population.attributes", found, &allowed);
                return None;
            }
            good &= self.read_attribute(entry, &path).is_some();
        }
        good.then_some(())
    }

    fn read_attribute(&mut self, entry: &Entry, path: &str) -> Option<()> {
        let mut levels: Vec<&Entry> = entry.node.entries().iter().collect();
        if !matches!(entry.node.body, TreeBody::Table(_)) {
            return None;
        }
        let name_rule =
            "a name of small letters, digits and _ that starts with a letter, not by or otherwise";
        let odd = |name: &str| !crate::id::is_valid_name(name) || matches!(name, "by" | "otherwise");
        for name in std::iter::once(entry).chain(levels.iter().copied()).filter(|name| odd(&name.key)) {
            let place = name.spot.place();
            self.report.add(ErrorKind::OutOfDomain, place, path, format!("{:?}", name.key), name_rule);
        }
        if levels.is_empty() {
            self.problem(
                ErrorKind::MissingKey,
                &entry.node,
                path,
                "no level",
                "at least one level and its weight",
            );
            return None;
        }
        if entry.key == "sex" {
            let mut names: Vec<&str> = levels.iter().map(|level| level.key.as_str()).collect();
            names.sort_unstable();
            if names != ["female", "male"] {
                let found = names.join(", ");
                self.problem(ErrorKind::UnknownName, &entry.node, path, found, "the levels female and male");
                return None;
            }
            levels.sort_by(|a, b| a.key.cmp(&b.key));
        }
        let assumed = self.assumptions.len();
        let weights: Vec<Option<Value>> = levels
            .iter()
            .map(|level| self.value(&level.node, Domain::Count, &join(path, &level.key)))
            .collect();
        self.assumptions[assumed..].iter_mut().filter(|own| own.unit == "count").for_each(|own| {
            // Only their ratio counts.
            own.unit = "weight";
        });
        let names: Vec<String> = levels.iter().map(|level| level.key.clone()).collect();
        let known = weights.iter().all(Option::is_some);
        // Also with bad weights the levels are known, so that values by level are not called unknown.
        let weights: Vec<Value> =
            weights.into_iter().map(|weight| weight.unwrap_or(Value::Constant(1.0))).collect();
        let empty = self.cells.iter().any(|cell| {
            let total: f64 = weights.iter().map(|weight| self.central(weight, cell)).sum();
            total <= 0.0
        });
        if empty {
            self.problem(
                ErrorKind::Sum,
                &entry.node,
                path,
                "weights that add to 0",
                "weights with a sum above 0",
            );
        }
        let count = names.len();
        self.attributes.push(Attribute { name: entry.key.clone(), levels: names, weights });
        self.cells = self
            .cells
            .iter()
            .flat_map(|cell| {
                (0..count).map(move |level| {
                    let mut cell = cell.clone();
                    cell.push(level as u8);
                    cell
                })
            })
            .collect();
        (known && !empty).then_some(())
    }

    fn age(&mut self, population: &Node) -> Option<AgeDistribution> {
        let node = population.get("age_years")?;
        let path = "population.age_years";
        let given: Vec<&str> =
            ["fixed", "low", "mode", "high"].into_iter().filter(|key| node.get(key).is_some()).collect();
        let values: Vec<Option<f64>> = self.with_mode(Mode::Central, |builder| {
            given
                .iter()
                .map(|key| {
                    let value = builder.required(node, key, Domain::Years, None, path)?;
                    let first = builder.cells.first()?;
                    let central = builder.central(&value, first);
                    if builder.breach(&value, |other| other == central).is_some() {
                        let allowed = "one age for all levels: age does not depend on attributes";
                        builder.problem(ErrorKind::Conflict, node, path, "an age by level", allowed);
                    }
                    Some(central)
                })
                .collect()
        });
        let values: Option<Vec<f64>> = values.into_iter().collect();
        let age = match (&given[..], &values?[..]) {
            (["fixed"], [age]) => Some(AgeDistribution::Fixed(*age)),
            (["low", "high"], [low, high]) if low < high => {
                Some(AgeDistribution::Uniform { low: *low, high: *high })
            }
            (["low", "mode", "high"], [low, mode, high]) if low <= mode && mode <= high && low < high => {
                Some(AgeDistribution::Triangular { low: *low, mode: *mode, high: *high })
            }
            _ => None,
        };
        if age.is_none() {
            let found = if given.is_empty() { "nothing".to_owned() } else { given.join(", ") };
            let allowed = "fixed; or low and high; or low, mode and high; in rising order";
            self.problem(ErrorKind::Conflict, node, path, found, allowed);
        }
        age
    }

    fn body(&mut self, key: &Node, growth: Arc<Growth>) -> Option<Body> {
        let mut one = |name: &str, domain: Option<Domain>| {
            let reference = format!("{ADULTS}.{name}");
            let node = Node { spot: key.spot.clone(), body: TreeBody::Text(reference) };
            self.any(&node, domain, "population.body")
        };
        let mut adults = |sex: &str| {
            let weight = one(&format!("weight_{sex}"), Some(Domain::Kilograms));
            let weight_sd = one(&format!("weight_{sex}_sd"), Some(Domain::Kilograms));
            let height = one(&format!("height_{sex}"), None);
            let height_sd = one(&format!("height_{sex}_sd"), None);
            Some([weight?, weight_sd?, height?, height_sd?])
        };
        let (female, male) = (adults("female"), adults("male"));
        Some(Body { growth, adult_female: female?, adult_male: male? })
    }
}
