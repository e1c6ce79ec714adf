//! A figure of the evidence or an assumption as a reader of a paper would say it: what it is, of which treatment, whence.

use super::factor::plainer;
use super::phrase::{capital, measured, phrase, words};
use crate::report::told::Told;
use serde_json::Value;
use toml::Table;

/// Where names are looked up: the files that a run read, and the names of its treatments.
pub(in crate::report) struct Names<'a> {
    manifest: &'a Value,
    arms: Vec<String>,
}

/// What a figure is, with its treatment before it, and whence, which may be nothing.
struct Name {
    what: String,
    whence: String,
}

impl<'a> Names<'a> {
    pub(in crate::report) fn of(told: &'a Told) -> Self {
        let arms = told.strategies.iter().map(|(id, _)| id.clone()).collect();
        Self { manifest: &told.manifest, arms }
    }

    /// Of a fit with these strategies, which may stand without a run.
    pub(super) fn of_fit(manifest: &'a Value, arms: Vec<String>) -> Self {
        Self { manifest, arms }
    }

    /// Labels of rows, in lines: what a figure is, and below it whence. No two are the same: those that would be have
    /// their keys.
    pub(super) fn rows(&self, keys: &[&str]) -> Vec<String> {
        let row = |key: &str| {
            let Name { what, whence } = self.name(key);
            if whence.is_empty() { what } else { format!("{what}\n{whence}") }
        };
        let all: Vec<String> = keys.iter().map(|key| row(key)).collect();
        let own = |(at, label): (usize, &String)| {
            let first = label.split('\n').next().unwrap_or_default();
            let again = all.iter().filter(|other| *other == label).count() > 1;
            if again { format!("{first}\n{}", keys[at]) } else { label.clone() }
        };
        all.iter().enumerate().map(own).collect()
    }

    /// What a figure is, alone.
    pub(in crate::report) fn what(&self, key: &str) -> String {
        self.name(key).what
    }

    /// What a figure is, its unit, and whence: the label of an axis.
    pub(super) fn axis(&self, told: &Told, key: &str) -> String {
        let Name { what, whence } = self.name(key);
        let row = told.rows("assumptions.csv").find(|row| row.text("key") == key);
        let unit = self.record(key).and_then(|(_, value, record)| unit(&record, value));
        let unit = unit.or_else(|| row.map(|row| row.text("unit").to_owned())).unwrap_or_default();
        let unit = match unit.as_str() {
            "" => String::new(),
            "money" => format!(", {}", told.currency()),
            "probability" => ", share".to_owned(),
            "per_month" => ", per month".to_owned(),
            other => format!(", {other}"),
        };
        let whence = if whence.is_empty() { whence } else { format!(" ({whence})") };
        format!("{what}{unit}{whence}")
    }

    fn name(&self, key: &str) -> Name {
        if let Some((file, path)) = key.split_once(".toml:") {
            return self.of_file(file, path);
        }
        let Some((id, value)) = key.split_once('.') else {
            return Name { what: capital(&phrase(key)), whence: "figures of a group together".to_owned() };
        };
        let Some((_, _, record)) = self.record(key) else {
            let (arm, rest) = self.arm(value);
            return Name { what: told_of(&arm, &measured(rest)), whence: words(id) };
        };
        let text = |name: &str| record.get(name).and_then(toml::Value::as_str).unwrap_or_default();
        // Days of a course are many, and say nothing that sets a figure apart.
        let first = |name: &str| {
            let start = text(name).split(['(', ';', ',', ':']).next().unwrap_or_default();
            start.split(" on days").next().unwrap_or_default().trim()
        };
        let document = first("document");
        if document == "No source" {
            return Name {
                what: told_of(
                    &capital(&words(id)),
                    &match unit(&record, value).as_deref() {
                        Some("money") => format!("cost, {}", words(value)),
                        _ => measured(value),
                    },
                ),
                whence: "assumption".to_owned(),
            };
        }
        // A year of an index says nothing without the index.
        if value.strip_prefix("from_").is_some_and(|year| year.parse::<u32>().is_ok()) {
            return Name { what: format!("{document} {}", words(value)), whence: id.to_owned() };
        }
        let (arm, rest) = self.arm(value);
        let arm = if arm.is_empty() { capital(first("arm")) } else { arm };
        let about = [first("endpoint"), first("place")].into_iter();
        let about = about.filter(|own| !matches!(*own, "" | "none" | "abstract")).map(ToOwned::to_owned);
        let about = about.map(Some).next().flatten();
        let what = match (unit(&record, value).as_deref(), rest) {
            // A name that says only of whom, or only that it is a share.
            (_, "") => about.unwrap_or_else(|| words(id)),
            (_, "share" | "ratio" | "patients") => {
                format!("{}, {}", about.unwrap_or_else(|| words(id)), words(rest))
            }
            (Some("money"), rest) => format!("cost, {}", words(rest)),
            (Some("utility"), rest) => format!("utility, {}", words(rest)),
            (Some("qalys"), rest) => format!("QALYs lost, {}", words(rest.trim_end_matches("_loss"))),
            (_, rest) => measured(rest),
        };
        Name { what: told_of(&arm, &what), whence: format!("{document}, {id}") }
    }

    /// A key of a file: of a regimen of the library, or of the scenario.
    fn of_file(&self, file: &str, path: &str) -> Name {
        let table = self.text(&format!("{file}.toml")).and_then(|text| text.parse::<Table>().ok());
        let label = |place: &[&str]| {
            let own = table.as_ref().and_then(|own| {
                let inner = place.iter().try_fold(own, |own, name| own.get(*name)?.as_table());
                Some(inner?.get("label")?.as_str()?.to_owned())
            });
            own.unwrap_or_else(|| {
                capital(&words(place.last().copied().unwrap_or(file).trim_start_matches("regimens/")))
            })
        };
        let (plain, multiplied) = match &table {
            Some(table) => plainer(table, path),
            None => (path.to_owned(), None),
        };
        let path = plain.as_str();
        let own = path.strip_prefix("regimens.").and_then(|rest| rest.split_once('.'));
        let strategy = path.strip_prefix("strategies.").and_then(|rest| rest.split_once('.'));
        let what = match (file.strip_prefix("regimens/"), own, strategy) {
            (Some(_), _, _) => format!("{}: {}", label(&[]), phrase(path)),
            (None, Some((id, rest)), _) => format!("{}: {}", label(&["regimens", id]), phrase(rest)),
            (None, None, Some((id, rest))) => format!("{}: {}", label(&["strategies", id]), phrase(rest)),
            (None, None, None) => capital(&phrase(path)),
        };
        let whence = multiplied.map_or_else(String::new, |key| match self.name(&key) {
            Name { what, whence } if whence.is_empty() => format!("to: {what}"),
            Name { what, whence } => format!("to: {what} ({whence})"),
        });
        Name { what, whence }
    }

    /// A treatment at the end of a name, and what stands before it.
    fn arm<'k>(&self, value: &'k str) -> (String, &'k str) {
        let ends = |arm: &&String| value.ends_with(arm.as_str());
        let Some(arm) = self.arms.iter().filter(ends).max_by_key(|arm| arm.len()) else {
            return (String::new(), value);
        };
        (capital(&words(arm)), value.trim_end_matches(arm.as_str()).trim_end_matches('_'))
    }

    /// The text of a file that the run read.
    fn text(&self, file: &str) -> Option<&'a str> {
        let mut inputs = self.manifest["inputs"].as_array()?.iter();
        inputs.find(|own| own["file"] == file)?["text"].as_str()
    }

    /// A record of the evidence files that the run read, with its name and that of the value.
    fn record<'k>(&self, key: &'k str) -> Option<(&'k str, &'k str, Table)> {
        let (id, value) = key.split_once('.')?;
        let inputs = self.manifest["inputs"].as_array()?.iter();
        let evidence =
            inputs.filter(|own| own["file"].as_str().is_some_and(|file| file.starts_with("evidence/")));
        let heading = format!("[{id}]");
        let texts = evidence.filter_map(|own| own["text"].as_str().filter(|text| text.contains(&heading)));
        let tables = texts.filter_map(|text| text.parse::<Table>().ok());
        let mut own = tables.filter_map(|mut table| table.remove(id));
        Some((id, value, own.find_map(|own| own.try_into().ok())?))
    }
}

/// What is told, after of whom.
fn told_of(arm: &str, what: &str) -> String {
    if arm.is_empty() { capital(what) } else { format!("{arm}: {what}") }
}

/// The unit of a value of a record, or of what it is a part of.
fn unit(record: &Table, value: &str) -> Option<String> {
    let values = record.get("values")?;
    let own = values.get(value).or_else(|| values.get(value.split('.').next()?));
    Some(own?.get("unit")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        let text = "[C2]\ndocument = \"Launch price of a drug (A 2014); more\"\nvalues.cr_vial = { unit = \"money\", value = 3 }\n\
                    [P2]\ndocument = \"Someone 2017, N Engl J Med\"\nendpoint = \"transplant, any\"\n\
                    values.cr_b = { unit = \"probability\", value = 0.3 }\nvalues.b = { unit = \"probability\", value = 0.3 }\n\
                    [E1]\ndocument = \"Someone 2020\"\narm = \"some cells, one infusion\"\nvalues.crs_any = { unit = \"probability\" }\n\
                    [ours]\ndocument = \"No source: assumption\"\nvalues.death_share = { unit = \"probability\" }\n";
        let regimen = "label = \"Drug B (TRIAL)\"\ncost_at_start.product = [\"C2.cr_vial\", { assume = 2 }]";
        let manifest = serde_json::json!({
            "program": "remisim",
            "strategies": [{ "id": "b", "label": "Beta", "rests_on": {} }], "outputs": [], "settings": { "currency": "USD" },
            "inputs": [
                { "file": "evidence/economics.toml", "text": text },
                { "file": "regimens/drug.toml", "text": regimen },
                { "file": "mine.toml", "text": "regimens.new.label = \"New drug\"" },
            ],
        });
        let bytes = manifest.to_string().into_bytes();
        Told::read(|name| (name == "manifest.json").then_some(&bytes[..])).unwrap()
    }

    #[test]
    fn figures_are_named_as_a_reader_would() {
        let told = told();
        let names = Names::of(&told);
        let rows = names.rows(&[
            "P2.cr_b",
            "P2.b",
            "C2.cr_vial",
            "C9.cr_b",
            "regimens/drug.toml:remission.relapse.cured",
            "regimens/other.toml:response.cr",
            "regimens/drug.toml:cost_at_start.product.2",
            "mine.toml:costs.event.infection",
            "mine.toml:regimens.new.response.cr",
            "E1.crs_any",
            "ours.death_share",
            "survival",
        ]);
        let wanted = [
            "B: complete remission\nSomeone 2017, P2",
            "B: transplant\nSomeone 2017, P2",
            "Cost, complete remission vial\nLaunch price of a drug, C2",
            "B: complete remission\nC9",
            "Drug B (TRIAL): relapse, share cured",
            "Other: complete remission",
            "Drug B (TRIAL): cost at the start, ratio\nto: Cost, complete remission vial (Launch price of a drug, C2)",
            "Cost of infection",
            "New drug: complete remission",
            "Some cells: CRS of any grade\nSomeone 2020, E1",
            "Ours: death, share\nassumption",
            "Survival\nfigures of a group together",
        ];
        assert_eq!(rows, wanted);
        assert_eq!(
            names.axis(&told, "C2.cr_vial"),
            "Cost, complete remission vial, USD (Launch price of a drug, C2)"
        );
    }

    #[test]
    fn no_two_rows_have_the_same_name() {
        let told = told();
        let keys = ["a.toml:response.cr.on", "a.toml:response.cr", "b.toml:response.cr"];
        let wanted = keys.map(|key| format!("Complete remission\n{key}"));
        assert_eq!(Names::of(&told).rows(&keys), wanted);
    }
}
