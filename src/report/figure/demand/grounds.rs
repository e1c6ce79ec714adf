//! What a demand rests on without evidence: a striped strip over each panel, how many of the figures behind it
//! are assumptions.

use super::super::lane::{self, lane};
use super::super::panel::Panel;
use crate::report::assumed::Assumed;
use crate::report::told::Told;
use kuva::prelude::LegendEntry;

/// Who comes, whatever for.
const COMING: [&str; 2] = ["access", "demand.centres"];
/// Users beside the patients, a group a name.
const OTHERS: &str = "demand.background.";
/// What a resource depends on beside: the beginning of its name, keys of the language, and the beginning of what those
/// others have who need it too. The first that fits counts.
const RESOURCES: [(&str, &[&str], &str); 8] = [
    ("infusions", &[], "none"),
    ("tocilizumab_doses", &DOSES, "tocilizumab"),
    ("doses_needed", &DOSES, "tocilizumab"),
    ("peak_tocilizumab_doses", &DOSES, "tocilizumab"),
    ("icu", &ICU, "icu"),
    ("peak_icu", &ICU, "icu"),
    ("ward", &["toxicity.crs", "demand.care"], "ward"),
    ("", &STOCK, "tocilizumab"),
];
const DOSES: [&str; 3] = ["toxicity.crs", "demand.care", "population.body"];
const ICU: [&str; 5] =
    ["toxicity.crs.any", "toxicity.crs.grade3", "toxicity.crs.icu", "toxicity.crs.icu_days", "demand.care"];
const STOCK: [&str; 4] = ["toxicity.crs", "demand.care", "population.body", "demand.stock"];
/// Of a stock, what moves money and nothing else.
const MONEY: [&str; 3] = ["order_cost", "holding_cost", "emergency_price"];

/// Names of figures that are used under some paths.
type Under<'a> = dyn Fn(&[&str]) -> Vec<String> + 'a;

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
        let (_, beside, need) =
            RESOURCES.iter().find(|own| resource.starts_with(own.0)).copied().unwrap_or(("", &[], "none"));
        let costs = resource.contains("cost");
        let of = |under: &Under<'_>| {
            let mut keys: Vec<String> = under(&[&COMING[..], beside].concat());
            keys.retain(|key| costs || !MONEY.iter().any(|own| key.ends_with(own)));
            keys.extend(others(&under(&["demand.background"]), need));
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let owned = |keys: Vec<&str>| -> Vec<String> { keys.into_iter().map(ToOwned::to_owned).collect() };
        let keys = of(&|paths| owned(self.assumed.under(None, paths)));
        let all = of(&|paths| owned(self.assumed.all_under(None, paths))).len();
        if keys.is_empty() {
            return;
        }
        let share = keys.len() as f64 / all as f64;
        lane(panel, (share, share), &format!("{} of {all} assumed", keys.len()));
        self.used.extend(keys);
        self.used.sort_unstable();
        self.used.dedup();
    }

    /// Pixels that the strips need where panels have rows.
    pub(super) fn height(&self) -> f64 {
        lane::height(!self.used.is_empty())
    }

    /// What the strips are.
    pub(super) fn legend(&self) -> Option<LegendEntry> {
        (!self.used.is_empty()).then(|| lane::entry("how many of the figures behind it are assumptions"))
    }

    /// The names of the assumptions.
    pub(super) fn names(self) -> Vec<String> {
        self.used
    }
}

/// Of figures of others than the patients those of groups that have some need.
fn others(all: &[String], need: &str) -> Vec<String> {
    let group = |key: &str| {
        let (_, own) = key.split_once(OTHERS)?;
        own.split_once('.').map(|(name, key)| (name.to_owned(), key.to_owned()))
    };
    let needy = all.iter().filter_map(|key| group(key)).filter(|own| own.1.starts_with(need));
    let needy: Vec<String> = needy.map(|own| own.0).collect();
    let of = |key: &&String| group(key).is_some_and(|own| needy.contains(&own.0));
    all.iter().filter(of).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::axis::Axis;
    use serde_json::json;

    #[test]
    fn beds_rest_on_no_stock() {
        let table = "key\nx.toml:demand.stock.order_cost\nx.toml:demand.stock.shelf_life_days\n\
                     x.toml:demand.care.icu_after_onset_days\nx.toml:costs.event.infection\n\
                     x.toml:demand.background.other.a_year\nx.toml:demand.background.other.tocilizumab_mg\n";
        let told = Told::of_tables(1, json!({}), &[("assumptions.csv", table)]);
        let names = |resource: &str| {
            let mut grounds = Grounds::of(&told);
            let mut panel = Panel::new("", Axis::count("", 1.0), Axis::count("", 1.0));
            grounds.strip(&mut panel, resource);
            grounds.names()
        };
        assert_eq!(names("icu_beds_wanted"), ["x.toml:demand.care.icu_after_onset_days"]);
        assert_eq!(names("tocilizumab_doses").len(), 3);
        assert_eq!(names("vials_80mg_held").len(), 4);
        assert_eq!(names("holding_cost").len(), 5);
        assert!(names("infusions").is_empty());
    }
}
