//! Figures without evidence, by the places where they are used: what an outcome of a strategy rests on.

use super::basis::{Basis, bases, shared};
use super::fitted::fitted;
use super::told::Told;

/// All assumptions of a run that no fit has learnt of.
pub(super) struct Assumed {
    /// Name and one of the places where it is used.
    used: Vec<(String, String)>,
    bases: Vec<Basis>,
}

impl Assumed {
    pub(super) fn of(told: &Told) -> Self {
        let [learnt, _] = fitted(&told.manifest);
        let keys = told.rows("assumptions.csv").map(|row| row.text("key"));
        let mut keys: Vec<&str> = keys.filter(|key| !learnt.contains(*key)).collect();
        keys.dedup();
        let used = keys.into_iter().flat_map(|key| {
            places(told, key).into_iter().map(move |place| (key.to_owned(), place)).collect::<Vec<_>>()
        });
        Self { used: used.collect(), bases: bases(told) }
    }

    /// Of one strategy by its index, with what all share; of all, without one. Their names, which are used where a path
    /// of the language begins, such as `toxicity.crs.icu`; what only sets patients apart is left out.
    pub(super) fn under(&self, strategy: Option<usize>, paths: &[&str]) -> Vec<&str> {
        let whose = |place: &str| {
            shared(place)
                || strategy.is_none_or(|at| self.bases.get(at).is_some_and(|own| own.of_lines(place)))
        };
        let bears = |place: &str| {
            let path = path(place);
            let begins = |own: &&str| {
                path.strip_prefix(*own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            !path.contains("odds.ratio") && paths.iter().any(begins)
        };
        let used = self.used.iter().filter(|(_, place)| whose(place) && bears(place));
        let mut keys: Vec<&str> = used.map(|(key, _)| key.as_str()).collect();
        keys.dedup();
        keys
    }
}

/// Where a figure is used: a key of a file there, a value of a record wherever the manifest names it.
fn places(told: &Told, key: &str) -> Vec<String> {
    if key.contains(".toml:") {
        return vec![key.to_owned()];
    }
    let Some((record, value)) = key.split_once('.') else { return Vec::new() };
    let all = told.manifest["evidence"].as_array().into_iter().flatten();
    let own = all.filter(|own| own["record"] == record && own["value"] == value);
    let used = own.flat_map(|own| own["used_by"].as_array().into_iter().flatten());
    used.filter_map(|place| Some(place.as_str()?.to_owned())).collect()
}

/// The path of a place within its regimen, or within its scenario.
fn path(place: &str) -> &str {
    let path = place.split_once(".toml:").map_or(place, |own| own.1);
    let within = path.strip_prefix("regimens.").and_then(|rest| rest.split_once('.'));
    within.map_or(path, |own| own.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_rests_on_what_its_own_strategy_assumes() {
        let scenario = "[[strategies]]\nid = \"a\"\nlines = [{ regimen = \"one\" }]\n\
                        [[strategies]]\nid = \"b\"\nlines = [{ regimen = \"two\" }]\n[regimens.two]\nlabel = \"Two\"";
        let also = serde_json::json!({
            "inputs": [
                { "file": "x.toml", "text": scenario },
                { "file": "regimens/one.toml", "text": "label = \"One\"" },
            ],
            "evidence": [{
                "record": "ours", "value": "icu", "used_by": ["x.toml:regimens.two.toxicity.crs.icu.on.odds"],
            }],
        });
        let table = "key\nregimens/one.toml:toxicity.crs.icu\nours.icu\nregimens/one.toml:response.cr.odds.ratio.old\n\
                     x.toml:demand.stock.order_cost\n";
        let assumed = Assumed::of(&Told::of_tables(2, also, &[("assumptions.csv", table)]));
        let icu = |strategy| assumed.under(strategy, &["toxicity.crs.icu"]);
        assert_eq!(icu(Some(0)), ["regimens/one.toml:toxicity.crs.icu"]);
        assert_eq!(icu(Some(1)), ["ours.icu"]);
        assert_eq!(icu(None).len(), 2);
        assert!(assumed.under(Some(0), &["response", "toxicity.crs.ic"]).is_empty());
        assert_eq!(assumed.under(Some(1), &["demand.stock"]).len(), 1);
    }
}
