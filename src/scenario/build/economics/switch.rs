//! Other choices to stand beside: those that move costs or effects.

use super::PATH;
use crate::model::Switch;
use crate::scenario::build::Builder;
use crate::scenario::check::join;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

/// Keys of `settings` that make another run of the same: its rows would differ from the base by chance alone.
const OF_CHANCE: [&str; 3] = ["seed", "draws", "patients"];
/// Tables and keys at the top that move neither costs nor effects.
const WITHOUT_EFFECT: [&str; 14] = [
    "title",
    "question",
    "warnings",
    "across_populations",
    "caveats",
    "published_models",
    "targets",
    "statements",
    "calibration",
    "demand",
    "trial",
    "lesson",
    "crs_scale_mapping",
    "bare_numbers",
];

impl Builder<'_> {
    /// Switches of an evaluation, each of which changes what strategies cost or gain in the draws of the base.
    pub(super) fn effective_switches(&mut self, node: &Node) -> Vec<Switch> {
        for entry in node.get("switches").map_or(&[][..], Node::entries) {
            let path = join(&join(PATH, "switches"), &entry.key);
            self.check_name(entry, &path);
            let key = |item: &Node| -> String {
                let change = item.text().and_then(|change| change.split_once('='));
                change.map_or(String::new(), |(key, _)| key.trim().to_owned())
            };
            // Another comparator must be rid of what only others can have.
            let compares = entry.node.items().iter().any(|item| key(item) == "economics.comparator");
            let freed = |key: &str| {
                compares
                    && ["economics.uptake", "economics.thresholds"].iter().any(|own| key.starts_with(own))
            };
            for item in entry.node.items() {
                let key = key(item);
                if let Some(allowed) = idle(&key).filter(|_| !freed(&key)) {
                    self.problem(ErrorKind::Conflict, item, &path, format!("a change of {key}"), allowed);
                }
            }
        }
        self.switches(node, PATH)
    }
}

/// What is allowed in place of a key that is no choice; nothing for one that is.
fn idle(key: &str) -> Option<&'static str> {
    let mut parts = key.split('.').map(str::trim);
    match (parts.next()?, parts.next()) {
        ("settings", Some(part)) if OF_CHANCE.contains(&part) => Some(
            "a choice: switches stand in the draws and patients of the base, whose sizes and seed they share",
        ),
        ("settings", Some("curves" | "curve_months" | "efs_failure_at" | "currency" | "price_year")) => {
            Some("a choice that moves costs or effects; this one only moves other tables, or their names")
        }
        ("economics", Some(part)) if part != "comparator" => Some(
            "a choice that moves costs or effects; of economics.*, the comparator alone moves these rows",
        ),
        (first, _) if WITHOUT_EFFECT.contains(&first) => {
            Some("a choice that moves costs or effects, which this key does not")
        }
        _ => None,
    }
}
