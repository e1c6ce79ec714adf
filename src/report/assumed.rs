//! Figures without evidence, by the places where they are used: what an outcome of a strategy rests on.

use super::basis::{Basis, bases, shared};
use super::fitted::fitted;
use super::told::Told;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// All assumptions of a run that no fit has learnt of, among all its figures.
pub(super) struct Assumed {
    used: Vec<Used>,
    /// Of all figures, those with evidence too.
    all: Vec<Used>,
    bases: Vec<Basis>,
}

/// A name and one of the places where it is used.
type Used = (String, String);

impl Assumed {
    pub(super) fn of(told: &Told) -> Self {
        let [learnt, _] = fitted(&told.manifest);
        let keys: BTreeSet<&str> = told.rows("assumptions.csv").map(|row| row.text("key")).collect();
        let record = |own: &Value| Some(format!("{}.{}", own["record"].as_str()?, own["value"].as_str()?));
        let records = told.manifest["evidence"].as_array().into_iter().flatten().filter_map(record);
        let names: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).chain(records).collect();
        let used = |name: String| {
            places(told, &name).into_iter().map(move |place| (name.clone(), place)).collect::<Vec<_>>()
        };
        let all: Vec<Used> = names.into_iter().flat_map(used).collect();
        let assumed = |own: &&Used| keys.contains(own.0.as_str()) && !learnt.contains(&own.0);
        Self { used: all.iter().filter(assumed).cloned().collect(), all, bases: bases(told) }
    }

    /// Of one strategy by its index, with what all share; of all, without one. Their names, which are used where a path
    /// of the language begins, such as `toxicity.crs.icu`; what only sets patients apart is left out.
    pub(super) fn under(&self, strategy: Option<usize>, paths: &[&str]) -> Vec<&str> {
        self.named(&self.used, strategy, paths)
    }

    /// The same of all figures, with evidence or without.
    pub(super) fn all_under(&self, strategy: Option<usize>, paths: &[&str]) -> Vec<&str> {
        self.named(&self.all, strategy, paths)
    }

    fn named<'a>(&self, used: &'a [Used], strategy: Option<usize>, paths: &[&str]) -> Vec<&'a str> {
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
        let used = used.iter().filter(|(_, place)| whose(place) && bears(place));
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

/// The path of a place within its regimen, or within its scenario; of a rule that a line has in place of its regimen's, that
/// of the regimen's.
fn path(place: &str) -> Cow<'_, str> {
    let path = place.split_once(".toml:").map_or(place, |own| own.1);
    let after = |begin: &str, keys: usize| path.strip_prefix(begin)?.splitn(keys, '.').nth(keys - 1);
    match (after("regimens.", 2), after("strategies.", 4)) {
        (Some(within), _) => within.into(),
        (_, Some(of_line)) if of_line.starts_with("transplant.") => format!("remission.{of_line}").into(),
        (_, Some(of_line)) => of_line.into(),
        _ => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_rests_on_what_its_own_strategy_assumes() {
        let also = serde_json::json!({
            "regimens": { "a": ["one"], "b": ["two"] },
            "evidence": [{
                "record": "ours", "value": "icu", "used_by": ["x.toml:regimens.two.toxicity.crs.icu.on.odds"],
            }, {
                "record": "theirs", "value": "icu", "used_by": ["regimens/one.toml:toxicity.crs.icu.among"],
            }],
        });
        let table = "key\nregimens/one.toml:toxicity.crs.icu\nours.icu\nregimens/one.toml:response.cr.odds.ratio.old\n\
                     x.toml:demand.stock.order_cost\nx.toml:strategies.b.lines.1.transplant.share\n";
        let assumed = Assumed::of(&Told::of_tables(2, also, &[("assumptions.csv", table)]));
        let icu = |strategy| assumed.under(strategy, &["toxicity.crs.icu"]);
        assert_eq!(icu(Some(0)), ["regimens/one.toml:toxicity.crs.icu"]);
        assert_eq!(icu(Some(1)), ["ours.icu"]);
        assert_eq!(icu(None).len(), 2);
        assert_eq!(assumed.all_under(None, &["toxicity.crs.icu"]).len(), 3);
        assert!(assumed.under(Some(0), &["response", "toxicity.crs.ic"]).is_empty());
        assert_eq!(assumed.under(Some(1), &["demand.stock"]).len(), 1);
        let transplant = |strategy| assumed.under(Some(strategy), &["remission.transplant.share"]).len();
        assert_eq!([transplant(0), transplant(1)], [0, 1]);
    }
}
