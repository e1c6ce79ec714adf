//! Probabilities of things that exclude each other must not add to more than one, in any cell.

use super::Builder;
use crate::model::{Regimen, Value};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

/// Rounding allowed in a sum.
const SLACK: f64 = 1e-9;

impl Builder<'_> {
    /// Checks the sums of a regimen at central values.
    pub(super) fn check_sums(&mut self, tree: &Node, regimen: &Regimen) {
        if let Some(response) = &regimen.response {
            let parts = [
                ("response.cr", Some(&response.cr)),
                ("response.pr", response.pr.as_ref()),
                ("toxicity.early_death", regimen.toxicity.early_death.as_ref()),
            ];
            self.at_most_one(tree, "response", &parts);
        }
        if let Some(access) = &regimen.access {
            let parts = [
                ("access.waiting_death", Some(&access.waiting_death)),
                ("access.waiting_progression", Some(&access.waiting_progression)),
            ];
            self.at_most_one(tree, "access", &parts);
        }
        if let Some(remission) = &regimen.remission {
            let parts = [
                ("remission.antigen_modulation", remission.antigen_modulation.as_ref()),
                ("remission.negative_clone", remission.negative_clone.as_ref()),
            ];
            self.at_most_one(tree, "remission", &parts);
        }
        if let Some((any, grade3)) = &regimen.toxicity.neurotoxicity {
            self.contained(tree, "toxicity.neurotoxicity", any, grade3);
        }
        if let Some(crs) = &regimen.toxicity.crs {
            self.contained(tree, "toxicity.crs", &crs.any, &crs.grade3);
            if let Some(doses) = &crs.doses {
                let sum = |cell: &Vec<u8>| doses.iter().map(|dose| self.central(dose, cell)).sum::<f64>();
                let bad = self.cells.iter().map(sum).find(|sum| (sum - 1.0).abs() > 1e-6);
                if let Some(sum) = bad {
                    let key = "toxicity.crs.tocilizumab_doses";
                    let node = below(tree, key);
                    self.problem(
                        ErrorKind::Sum,
                        node,
                        key,
                        format!("a sum of {sum}"),
                        "shares that add to one",
                    );
                }
            }
        }
    }

    fn at_most_one(&mut self, tree: &Node, key: &str, parts: &[(&str, Option<&Value>)]) {
        let given: Vec<(&str, &Value)> =
            parts.iter().filter_map(|(name, value)| value.map(|value| (*name, value))).collect();
        let sum = |cell: &Vec<u8>| given.iter().map(|(_, value)| self.central(value, cell)).sum::<f64>();
        let Some((cell, sum)) =
            self.cells.iter().map(|cell| (cell, sum(cell))).find(|(_, sum)| *sum > 1.0 + SLACK)
        else {
            return;
        };
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        let found = format!("{} = {sum}{}", names.join(" + "), self.describe_cell(cell));
        // What the command line changed is at fault.
        let changed = given.iter().map(|(name, _)| below(tree, name)).find(|node| node.spot.is_override());
        let node = changed.unwrap_or_else(|| below(tree, key));
        self.problem(ErrorKind::Sum, node, key, found, "probabilities that add to at most one");
    }

    fn contained(&mut self, tree: &Node, key: &str, any: &Value, grade3: &Value) {
        let outside = |cell: &&Vec<u8>| self.central(grade3, cell) > self.central(any, cell) + SLACK;
        let Some(cell) = self.cells.iter().find(outside) else { return };
        let found = format!(
            "grade3 = {} above any = {}{}",
            self.central(grade3, cell),
            self.central(any, cell),
            self.describe_cell(cell)
        );
        let allowed = "grade3 among all patients, so at most any";
        self.problem(ErrorKind::Sum, below(tree, key), key, found, allowed);
    }

    fn describe_cell(&self, cell: &[u8]) -> String {
        if cell.is_empty() {
            return String::new();
        }
        let levels = self.attributes.iter().zip(cell);
        let words: Vec<String> = levels
            .map(|(attribute, level)| format!("{} {}", attribute.name, attribute.levels[usize::from(*level)]))
            .collect();
        format!(" ({})", words.join(", "))
    }
}

/// The node at a dotted key, or the nearest above it.
fn below<'n>(tree: &'n Node, key: &str) -> &'n Node {
    let mut node = tree;
    for part in key.split('.') {
        match node.get(part) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}
