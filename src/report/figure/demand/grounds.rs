//! What a demand rests on without evidence: a striped strip over each panel, with the number of assumptions behind it.

use super::super::lane::{self, lane};
use super::super::panel::Panel;
use crate::report::assumed::Assumed;
use crate::report::told::Told;
use kuva::prelude::LegendEntry;

/// Who comes, whatever for.
const COMING: [&str; 3] = ["access", "demand.centres", "demand.background"];
/// Beginnings of the names of resources and of what they depend on beside, by the keys of the language. The first that
/// fits counts.
const RESOURCES: [(&str, &[&str]); 5] = [
    ("infusions", &[]),
    (
        "icu",
        &[
            "toxicity.crs.any",
            "toxicity.crs.grade3",
            "toxicity.crs.icu",
            "toxicity.crs.icu_days",
            "demand.care",
        ],
    ),
    ("ward", &["toxicity.crs", "demand.care"]),
    (
        "peak_icu",
        &[
            "toxicity.crs.any",
            "toxicity.crs.grade3",
            "toxicity.crs.icu",
            "toxicity.crs.icu_days",
            "demand.care",
        ],
    ),
    ("", &["toxicity.crs", "demand.care", "demand.stock"]),
];

/// The assumptions behind the panels of a figure.
pub(super) struct Grounds {
    assumed: Assumed,
    used: Vec<String>,
}

impl Grounds {
    pub(super) fn of(told: &Told) -> Self {
        Self { assumed: Assumed::of(told), used: Vec::new() }
    }

    /// Draws the strip over a panel that shows a resource, or a measure of a year.
    pub(super) fn strip(&mut self, panel: &mut Panel, resource: &str) {
        let beside = RESOURCES.iter().find(|own| resource.starts_with(own.0)).map_or(&[][..], |own| own.1);
        let paths = [&COMING[..], beside].concat();
        let keys = self.assumed.under(None, &paths);
        if keys.is_empty() {
            return;
        }
        let count = keys.len();
        lane(panel, (1.0, 1.0), &format!("{count} assumption{}", if count == 1 { "" } else { "s" }));
        for key in keys {
            if !self.used.iter().any(|own| own == key) {
                self.used.push(key.to_owned());
            }
        }
    }

    /// Pixels that the strips need where panels have rows.
    pub(super) fn height(&self) -> f64 {
        lane::height(!self.used.is_empty())
    }

    /// What the strips are.
    pub(super) fn legend(&self) -> Option<LegendEntry> {
        (!self.used.is_empty()).then(|| lane::entry("rests on so many figures without evidence"))
    }

    /// The names of the assumptions.
    pub(super) fn names(self) -> Vec<String> {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::axis::Axis;
    use serde_json::json;

    #[test]
    fn beds_rest_on_no_stock() {
        let table = "key\nx.toml:demand.stock.order_cost\nx.toml:demand.care.icu_after_onset_days\nx.toml:costs.event.infection\n";
        let told = Told::of_tables(1, json!({}), &[("assumptions.csv", table)]);
        let names = |resource: &str| {
            let mut grounds = Grounds::of(&told);
            let mut panel = Panel::new("", Axis::count("", 1.0), Axis::count("", 1.0));
            grounds.strip(&mut panel, resource);
            grounds.names()
        };
        assert_eq!(names("icu_beds_wanted"), ["x.toml:demand.care.icu_after_onset_days"]);
        assert_eq!(names("tocilizumab_doses").len(), 2);
        assert!(names("infusions").is_empty());
    }
}
