//! A figure of the evidence or an assumption in words, with its unit: the label of an axis.

use crate::report::told::Told;

/// Words that keys leave out.
const WORDS: [(&str, &str); 6] = [
    ("cr", "complete remission"),
    ("mrd", "MRD"),
    ("crs", "CRS"),
    ("os", "survival"),
    ("icu", "intensive care"),
    ("mg", "mg"),
];

/// What a figure is, its unit, and whence: `vial, USD (Launch price of blinatumomab, C2.vial)`.
pub(super) fn named(told: &Told, name: &str) -> String {
    let found = name.split_once('.').and_then(|(id, value)| Some((value, record(told, id)?)));
    if let Some((value, record)) = found {
        let own = record.get("values").and_then(|values| values.get(value));
        let unit = own.and_then(|own| own.get("unit")?.as_str()).map(|unit| unit_words(told, unit));
        let unit = unit.map_or(String::new(), |unit| format!(", {unit}"));
        let document = record.get("document").and_then(|own| own.as_str()).unwrap_or_default();
        let source = document.split(['(', ';', ',']).next().unwrap_or_default().trim();
        return format!("{}{unit} ({source}, {name})", words(value));
    }
    let short = super::tornado::short(name);
    let row = told.rows("assumptions.csv").find(|row| row.text("key") == name);
    let unit = row.map(|row| unit_words(told, row.text("unit"))).filter(|unit| !unit.is_empty());
    unit.map_or(short.clone(), |unit| format!("{short}, {unit}"))
}

fn words(key: &str) -> String {
    let word = |part: &str| {
        let known = WORDS.iter().find(|(own, _)| *own == part);
        known.map_or(part, |(_, words)| words).to_owned()
    };
    key.split(['_', '.']).map(word).collect::<Vec<_>>().join(" ")
}

fn unit_words(told: &Told, unit: &str) -> String {
    match unit {
        "money" => told.currency().to_owned(),
        "probability" => "share".to_owned(),
        "per_month" => "per month".to_owned(),
        other => other.to_owned(),
    }
}

/// A record of the evidence files that the run read.
fn record(told: &Told, id: &str) -> Option<toml::Table> {
    let inputs = told.manifest["inputs"].as_array()?.iter();
    let evidence =
        inputs.filter(|own| own["file"].as_str().is_some_and(|file| file.starts_with("evidence/")));
    let heading = format!("[{id}]");
    let texts = evidence.filter_map(|own| own["text"].as_str().filter(|text| text.contains(&heading)));
    let tables = texts.filter_map(|text| text.parse::<toml::Table>().ok());
    tables.filter_map(|mut table| table.remove(id)).find_map(|own| own.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_told_in_words_with_its_unit() {
        let text = "[C2]\ndocument = \"Launch price of a drug (A 2014); more\"\nvalues.cr_vial = { unit = \"money\", value = 3 }";
        let manifest = serde_json::json!({
            "strategies": [], "outputs": [], "settings": { "currency": "USD" },
            "inputs": [{ "file": "evidence/economics.toml", "text": text }],
        });
        let bytes = manifest.to_string().into_bytes();
        let told = Told::read(|name| (name == "manifest.json").then_some(&bytes[..])).unwrap();
        let own = "complete remission vial, USD (Launch price of a drug, C2.cr_vial)";
        assert_eq!(named(&told, "C2.cr_vial"), own);
        assert_eq!(named(&told, "C9.vial"), "C9.vial");
    }
}
