//! The funnel of a product: persons, incidence and the shares that are left one after the other.

use super::super::Builder;
use crate::model::{FunnelGroup, Value};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

/// Persons whom an incidence is told of.
const PER: f64 = 100_000.0;

impl Builder<'_> {
    /// The groups of a funnel and the central value of their patients a year.
    pub(super) fn funnel(&mut self, product: &Node, path: &str) -> Option<(Vec<FunnelGroup>, f64)> {
        let list = product.get("funnel")?;
        let path = join(path, "funnel");
        self.check_ages(list, &path);
        let mut names: Vec<&str> = Vec::new();
        let mut groups = Vec::new();
        for (index, item) in list.items().iter().enumerate() {
            let name = item.get("group").and_then(Node::text);
            let path = join(&path, &name.map_or_else(|| (index + 1).to_string(), ToOwned::to_owned));
            if let Some((node, name)) = item.get("group").zip(name) {
                if names.contains(&name) {
                    let key = join(&path, "group");
                    self.problem(ErrorKind::Duplicate, node, &key, node.describe(), "each group once");
                }
                names.push(name);
            }
            groups.push(self.funnel_group(item, &path));
        }
        let groups = groups.into_iter().collect::<Option<Vec<FunnelGroup>>>()?;
        let a_year = groups.iter().map(|group| {
            let shares = group.shares.iter().map(|(_, share)| self.central(share, &[])).product::<f64>();
            self.central(&group.persons, &[]) * self.central(&group.incidence_per_100000, &[]) / PER * shares
        });
        let a_year = a_year.sum();
        Some((groups, a_year))
    }

    fn funnel_group(&mut self, node: &Node, path: &str) -> Option<FunnelGroup> {
        let persons = self.required(node, "persons", Domain::Count, None, path);
        let key = "incidence_per_100000";
        let incidence = self.required(node, key, Domain::Ratio, None, path);
        if let Some(per) = incidence.as_ref().map(|value| self.central(value, &[])).filter(|per| *per > PER) {
            let allowed = "new cases a year in 100,000 persons, at most all of them";
            let own = node.get(key)?;
            self.problem(ErrorKind::OutOfDomain, own, &join(path, key), per.to_string(), allowed);
        }
        if let Some(incidence) = &incidence {
            self.check_all_ages(node, incidence, &join(path, key));
        }
        let path = join(path, "shares");
        let mut shares = Vec::new();
        for entry in node.get("shares")?.entries() {
            let share = self.value(&entry.node, Domain::Probability, &join(&path, &entry.key));
            shares.push(share.map(|share| (entry.key.clone(), share)));
        }
        Some(FunnelGroup {
            name: node.get("group")?.text()?.to_owned(),
            persons: persons?,
            incidence_per_100000: incidence?,
            shares: shares.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The incidence of Q02, read as that of all ages, stands for adults only with the share of them that are adults.
    fn check_all_ages(&mut self, group: &Node, incidence: &Value, path: &str) {
        let of_adults = group.get("ages").and_then(Node::text) == Some("adults");
        let mut names = Vec::new();
        incidence.visit_parameters(&mut |at| names.push(self.parameters[at].name.clone()));
        let has = |name: &str| names.iter().any(|own| own == name);
        let read = self.readings.get("Q02.incidence").map_or("default", String::as_str);
        if of_adults && has("Q02.incidence") && !has("F3.adult_share") && read == "default" {
            let allowed = "its adult part, { product = [\"Q02.incidence\", \"F3.adult_share\"] } with the persons of all \
                           ages, or readings.incidence = \"literal\"";
            self.problem(
                ErrorKind::Conflict,
                group,
                path,
                "Q02, the incidence of all ages, for adults",
                allowed,
            );
        }
    }

    /// Nobody is counted in two groups.
    fn check_ages(&mut self, list: &Node, path: &str) {
        let mut seen: Vec<&str> = Vec::new();
        for item in list.items() {
            let Some((node, ages)) = item.get("ages").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            let overlaps = |known: &&&str| **known == ages || **known == "all" || ages == "all";
            if let Some(known) = seen.iter().find(overlaps) {
                let found = format!("{ages} beside {known}, who would be counted twice");
                let allowed = "groups that nobody is in twice: children and adults, or all; an incidence of all \
                               ages holds the children already";
                self.problem(ErrorKind::Conflict, node, &join(path, "ages"), found, allowed);
            }
            seen.push(ages);
        }
    }
}
