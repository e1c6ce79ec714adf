//! What the numbers of a strategy rest on: the figures of its regimens and of the fits that they come from, and those that
//! all strategies share.

use super::told::Told;
use crate::model::{Model, Regimen, Strategy};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a strategy rests on, as the manifest tells it.
pub(super) struct Basis {
    id: String,
    /// Regimens of its lines, with those that they extend, and fits of those.
    lines: Names,
    /// The same of the transplants within its lines.
    transplants: Names,
}

/// Names of regimens and of fits.
#[derive(Default)]
struct Names {
    regimens: BTreeSet<String>,
    fits: BTreeSet<String>,
}

/// For the manifest: the regimens and fits that a strategy rests on, as they are after all changes.
pub(super) fn rests_on(model: &Model, strategy: &Strategy) -> Value {
    let (mut lines, mut transplants) = (Names::default(), Names::default());
    for line in &strategy.lines {
        let regimen = &model.regimens[line.regimen];
        lines.add(regimen);
        let own = regimen.remission.as_ref().and_then(|remission| remission.transplant.as_ref());
        line.transplant.or(own).into_iter().for_each(|rule| transplants.add(&model.regimens[rule.regimen]));
    }
    json!({
        "regimens": lines.regimens,
        "fits": lines.fits,
        "transplants": transplants.regimens,
        "transplant_fits": transplants.fits,
    })
}

impl Names {
    fn add(&mut self, regimen: &Regimen) {
        self.regimens.insert(regimen.id.to_string());
        self.regimens.extend(regimen.extends.iter().cloned());
        self.fits.extend(regimen.calibrated.clone());
    }

    fn read(own: &Value, [regimens, fits]: [&str; 2]) -> Self {
        let list = |key: &str| {
            let all = own[key].as_array().into_iter().flatten();
            all.filter_map(|name| Some(name.as_str()?.to_owned())).collect()
        };
        Self { regimens: list(regimens), fits: list(fits) }
    }

    /// Whether the figure of a place, as the manifest and `assumptions.csv` write it, is one of theirs. A fit rests on all
    /// that its trial reported.
    fn hold(&self, place: &str) -> bool {
        if let Some(rest) = place.strip_prefix("trials/") {
            return self.fits.contains(rest.split([':', '.']).next().unwrap_or_default());
        }
        let name = match place.strip_prefix("regimens/") {
            Some(rest) => rest.split_once(".toml:").map(|own| own.0),
            None => place.split_once(".toml:regimens.").and_then(|own| own.1.split('.').next()),
        };
        name.is_some_and(|name| self.regimens.contains(name))
    }
}

/// Of every strategy in its order.
pub(super) fn bases(told: &Told) -> Vec<Basis> {
    let all = told.manifest["strategies"].as_array().into_iter().flatten();
    all.map(|own| {
        let rests = &own["rests_on"];
        Basis {
            id: own["id"].as_str().unwrap_or_default().to_owned(),
            lines: Names::read(rests, ["regimens", "fits"]),
            transplants: Names::read(rests, ["transplants", "transplant_fits"]),
        }
    })
    .collect()
}

impl Basis {
    /// Whether a figure is one of its own, by the place where it is used.
    pub(super) fn holds(&self, place: &str) -> bool {
        self.of_lines(place) || self.transplants.hold(place)
    }

    /// Whether it is one of its lines or of their regimens.
    pub(super) fn of_lines(&self, place: &str) -> bool {
        of_strategy(place).map_or_else(|| self.lines.hold(place), |id| id == self.id)
    }
}

/// Whether a figure belongs to no strategy, regimen or fit, so that all strategies share it.
pub(super) fn shared(place: &str) -> bool {
    let of_regimen = place.starts_with("regimens/") || place.contains(".toml:regimens.");
    !of_regimen && !place.starts_with("trials/") && of_strategy(place).is_none()
}

/// The strategy in whose lines a figure stands.
fn of_strategy(place: &str) -> Option<&str> {
    place.split_once(".toml:strategies.")?.1.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Request, load};

    #[test]
    fn a_strategy_rests_on_its_regimens_what_they_extend_and_their_fits() {
        let rests = |regimens: &[&str], fits: &[&str], transplants: &[&str]| json!({ "regimens": regimens, "fits": fits, "transplants": transplants, "transplant_fits": [] });
        let strategy = |id: &str, rests: Value| json!({ "id": id, "rests_on": rests });
        let told = Told::of_strategies(json!([
            strategy("old", rests(&["a"], &[], &[])),
            strategy("new", rests(&["a", "b", "c"], &["t"], &[])),
            strategy("only", rests(&["b", "c"], &["t"], &["a"])),
        ]));
        let bases = bases(&told);
        let of = |at: usize| {
            [
                "regimens/a.toml:cr",
                "x.toml:regimens.b.cr",
                "regimens/c.toml:cr",
                "trials/t.toml",
                "trials/t:a",
                "x.toml:strategies.new.lines.2.able",
                "x.toml:costs",
            ]
            .map(|place| bases[at].holds(place))
        };
        assert_eq!(of(0), [true, false, false, false, false, false, false]);
        assert_eq!(of(1), [true, true, true, true, true, true, false]);
        assert_eq!(of(2), [true, true, true, true, true, false, false]);
        // That of a transplant within a regimen is none of a line.
        let transplant = "regimens/a.toml:cr";
        assert!(bases[1].of_lines(transplant) && !bases[2].of_lines(transplant));
        // Names that begin alike are others.
        assert!(!bases[0].holds("regimens/ab.toml:cr") && !bases[1].holds("trials/tu.toml"));
        assert!(shared("x.toml:costs.event.death") && !shared("regimens/a.toml:response.cr"));
        assert!(!shared("x.toml:strategies.new.lines.2.able"));
    }

    #[test]
    fn what_is_changed_from_outside_is_what_a_strategy_rests_on() {
        let rests = |changes: &[String]| {
            let model = load(&Request::new("tower").with(changes)).unwrap().model;
            rests_on(&model, &model.strategies[0])["regimens"].to_string()
        };
        let (chemotherapy, blinatumomab) = ("salvage_chemotherapy_tower", "\"blinatumomab\"");
        let as_it_is = rests(&[]);
        assert!(as_it_is.contains(chemotherapy) && !as_it_is.contains(blinatumomab), "{as_it_is}");
        let changed = rests(&["strategies.chemotherapy.lines.1.regimen=\"blinatumomab\"".to_owned()]);
        assert!(!changed.contains(chemotherapy) && changed.contains(blinatumomab), "{changed}");
    }
}
