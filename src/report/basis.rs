//! What the numbers of a strategy rest on: the figures of its regimens and of the fits that they come from, and those that
//! all strategies share.

use super::told::Told;
use std::collections::BTreeSet;

/// What a strategy rests on.
pub(super) struct Basis {
    /// Beginnings of the places in which its own figures stand.
    places: Vec<String>,
    /// The same of the regimens of its lines alone, without those of transplants within them.
    lines: Vec<String>,
}

/// A table that another names.
struct Part {
    /// The key by which it is named.
    key: &'static str,
    name: String,
    /// Beginnings of the places of its figures, as the manifest and `assumptions.csv` write them.
    places: Vec<String>,
    table: toml::Value,
}

/// Keys that name a regimen or a fit.
const REGIMENS: [&str; 2] = ["regimen", "extends"];
const FIT: &str = "calibrated";
/// Keys that are followed: to all that a strategy rests on, and within its regimens to what they are themselves.
const ALL: [&str; 3] = ["regimen", "extends", "calibrated"];
const OF_LINES: [&str; 2] = ["extends", "calibrated"];

/// Of every strategy in its order. They are read off the texts in the manifest; what `--set` changed in them is not seen.
pub(super) fn bases(told: &Told) -> Vec<Basis> {
    let texts = texts(told);
    let parts: Vec<Part> = texts.iter().flat_map(|(file, table)| parts(file, table)).collect();
    told.strategies
        .iter()
        .map(|(id, _)| {
            // The scenario comes before the one that it extends.
            let all = texts.iter().filter_map(|(_, table)| table.get("strategies")?.as_array()).flatten();
            let own = all.filter(|own| own.get("id").and_then(toml::Value::as_str) == Some(id)).take(1);
            let (mut places, mut lines) = (Vec::new(), Vec::new());
            for own in own {
                follow(own, &parts, [&ALL, &ALL], &mut places);
                follow(own, &parts, [&ALL, &OF_LINES], &mut lines);
            }
            Basis { places, lines }
        })
        .collect()
}

impl Basis {
    /// Whether a figure is one of its own, by the place where it is used.
    pub(super) fn holds(&self, place: &str) -> bool {
        self.places.iter().any(|own| place.starts_with(own.as_str()))
    }

    /// Whether it is one of the regimens of its lines.
    pub(super) fn of_lines(&self, place: &str) -> bool {
        self.lines.iter().any(|own| place.starts_with(own.as_str()))
    }
}

/// Whether a figure belongs to no regimen and no fit, so that all strategies share it.
pub(super) fn shared(place: &str) -> bool {
    !place.starts_with("regimens/") && !place.starts_with("trials/") && !place.contains(".toml:regimens.")
}

/// The files of the run that are TOML, the evidence aside.
fn texts(told: &Told) -> Vec<(String, toml::Table)> {
    let inputs = told.manifest["inputs"].as_array().into_iter().flatten();
    let texts = inputs.filter_map(|input| Some((input["file"].as_str()?, input["text"].as_str()?)));
    // Tables of numbers are no TOML and fall out here.
    let own = texts.filter(|(file, _)| !file.starts_with("evidence/"));
    own.filter_map(|(file, text)| Some((file.to_owned(), text.parse().ok()?))).collect()
}

fn parts(file: &str, table: &toml::Table) -> Vec<Part> {
    let stem = |folder: &str| file.strip_prefix(folder)?.strip_suffix(".toml").map(ToOwned::to_owned);
    if let Some(name) = stem("regimens/") {
        return vec![Part {
            key: REGIMENS[0],
            name,
            places: vec![format!("{file}:")],
            table: table.clone().into(),
        }];
    }
    if let Some(name) = stem("trials/") {
        // A fit rests on all that its trial reported; the strategies of the trial are not those of the run.
        let places = vec![file.to_owned(), format!("trials/{name}:")];
        return vec![Part { key: FIT, name, places, table: toml::Table::new().into() }];
    }
    let inside = table.get("regimens").and_then(toml::Value::as_table).into_iter().flatten();
    let part = |(name, own): (&String, &toml::Value)| Part {
        key: REGIMENS[0],
        name: name.clone(),
        places: vec![format!("{file}:regimens.{name}.")],
        table: own.clone(),
    };
    inside.map(part).collect()
}

/// Adds the places of all that a table names, and of what that names in turn: each by some keys.
fn follow(own: &toml::Value, parts: &[Part], [here, within]: [&[&str]; 2], places: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    named(own, here, &mut names);
    for part in parts.iter().filter(|part| names.contains(&(part.key, part.name.as_str()))) {
        if !part.places.iter().any(|place| places.contains(place)) {
            places.extend_from_slice(&part.places);
            follow(&part.table, parts, [within, within], places);
        }
    }
}

fn named<'a>(own: &'a toml::Value, keys: &[&str], names: &mut BTreeSet<(&'static str, &'a str)>) {
    match own {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value.as_str() {
                    Some(_) if !keys.contains(&key.as_str()) => {}
                    Some(name) if REGIMENS.contains(&key.as_str()) => drop(names.insert((REGIMENS[0], name))),
                    Some(name) if key == FIT => drop(names.insert((FIT, name))),
                    _ => named(value, keys, names),
                }
            }
        }
        toml::Value::Array(all) => all.iter().for_each(|value| named(value, keys, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        let scenario = "[[strategies]]\nid = \"old\"\nlines = [{ regimen = \"a\" }]\n\
                        [[strategies]]\nid = \"new\"\nlines = [{ regimen = \"b\" }, { regimen = \"a\" }]\n\
                        [[strategies]]\nid = \"only\"\nlines = [{ regimen = \"b\" }]\n\
                        [regimens.b]\nextends = \"c\"";
        let manifest = serde_json::json!({
            "strategies": [{ "id": "old", "label": "Old" }, { "id": "new", "label": "New" }, { "id": "only", "label": "O" }],
            "outputs": [],
            "inputs": [
                { "file": "x.toml", "text": scenario },
                { "file": "regimens/a.toml", "text": "label = \"A\"" },
                { "file": "regimens/c.toml", "text": "calibrated = \"t\"\nremission.transplant.regimen = \"a\"" },
                { "file": "trials/t.toml", "text": "" },
            ],
        });
        let manifest: &'static [u8] = manifest.to_string().leak().as_bytes();
        Told::read(|name| (name == "manifest.json").then_some(manifest)).unwrap()
    }

    #[test]
    fn a_strategy_rests_on_its_regimens_what_they_extend_and_their_fits() {
        let bases = bases(&told());
        let of = |at: usize| {
            [
                "regimens/a.toml:cr",
                "x.toml:regimens.b.cr",
                "regimens/c.toml:cr",
                "trials/t.toml",
                "trials/t:a",
                "x.toml:costs",
            ]
            .map(|place| bases[at].holds(place))
        };
        assert_eq!(of(0), [true, false, false, false, false, false]);
        assert_eq!(of(1), [true, true, true, true, true, false]);
        // That of a transplant within a regimen is none of a line.
        let transplant = "regimens/a.toml:cr";
        assert!(bases[1].of_lines(transplant) && bases[2].holds(transplant));
        assert!(bases[2].of_lines("regimens/c.toml:cr") && !bases[2].of_lines(transplant));
        assert!(shared("x.toml:costs.event.death") && !shared("regimens/a.toml:response.cr"));
    }
}
