//! Where every number comes from: the records in use, and the assumptions.

use super::super::told::Told;
use super::tables::table;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is shown of a record, in this order.
const KEYS: [&str; 9] =
    ["document", "place", "population", "arm", "endpoint", "meaning", "reading", "grade", "role"];

/// Records and assumptions.
pub(super) fn evidence(told: &Told) -> Markup {
    let records = records(told);
    let used = told.manifest["evidence"].as_array().cloned().unwrap_or_default();
    let ids: BTreeSet<&str> = used.iter().filter_map(|own| own["record"].as_str()).collect();
    html! {
        p { "Every number of a run is a figure of a record or an assumption with a reason. Open a record for its source and where it is used." }
        @for id in ids {
            details.record id={ "evidence-" (id) } {
                summary { (id) " " span.source { (field(&records, id, "document")) } }
                dl { @for key in KEYS { @let text = field(&records, id, key); @if !text.is_empty() { dt { (key) } dd { (text) } } } }
                ul {
                    @for own in used.iter().filter(|own| own["record"] == id) {
                        li {
                            code { (text(&own["value"])) }
                            @if !own["reading"].is_null() { ", reading " (text(&own["reading"])) }
                            ": " (places(&own["used_by"]))
                        }
                    }
                }
            }
        }
        @if let Some(sheet) = told.sheet("assumptions.csv") {
            details { summary { "Assumptions, with reasons and shares of variance" } (table(told, "assumptions.csv", "Assumptions", sheet)) }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn places(value: &Value) -> String {
    match value.as_array() {
        Some(all) => all.iter().map(text).collect::<Vec<_>>().join(", "),
        None => text(value),
    }
}

/// The records of the evidence files that the run read, from the texts in its manifest.
fn records(told: &Told) -> BTreeMap<String, toml::Table> {
    let inputs = told.manifest["inputs"].as_array().into_iter().flatten();
    let files =
        inputs.filter(|input| input["file"].as_str().is_some_and(|file| file.starts_with("evidence/")));
    let tables = files.filter_map(|input| input["text"].as_str()?.parse::<toml::Table>().ok());
    tables.flatten().filter_map(|(id, value)| Some((id, value.as_table()?.clone()))).collect()
}

fn field<'a>(records: &'a BTreeMap<String, toml::Table>, id: &str, key: &str) -> &'a str {
    records.get(id).and_then(|record| record.get(key)?.as_str()).unwrap_or_default()
}
