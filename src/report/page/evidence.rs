//! Where every number comes from: the records in use, and the assumptions.

use super::super::basis::{bases, shared};
use super::super::figure::Names;
use super::super::told::Told;
use super::links::Links;
use super::tables::table_of;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is shown of a record, in this order.
const KEYS: [&str; 9] =
    ["document", "place", "population", "arm", "endpoint", "meaning", "reading", "grade", "role"];
/// What is shown of a figure, in this order.
const NUMBERS: [&str; 17] = [
    "unit",
    "value",
    "events",
    "n",
    "n_from",
    "low",
    "mode",
    "high",
    "se",
    "counts",
    "fixed",
    "origin",
    "among",
    "censored_by",
    "at_months",
    "n_effective",
    "arm",
];

/// Records and assumptions.
pub(super) fn evidence(told: &Told, links: &Links) -> Markup {
    let records = records(told);
    let used = told.manifest["evidence"].as_array().cloned().unwrap_or_default();
    let bases = bases(told);
    html! {
        p { "Every number of a run is a figure of a record or an assumption with a reason. Open a record for its source, its numbers and where it is used; names of figures and of strategies elsewhere in the page lead here." }
        h3 { "By strategy" }
        p { "A result of a strategy rests on the figures of its regimens and their fits, and on those that all strategies share; each stands here with its numbers and its source, or its reason." }
        @for ((id, label), basis) in told.strategies.iter().zip(&bases) {
            details.basis id=[links.strategy(id)] {
                summary { (label) }
                (rests(told, links, &records, |place| basis.holds(place)))
                p { "And on " a href="#strategies" { "what all strategies share" } "." }
            }
        }
        details.basis #strategies { summary { "What all strategies share" } (rests(told, links, &records, shared)) }
        h3 { "Records" }
        @for id in links.records() {
            details.record id={ "evidence-" (id) } {
                summary { (id) " " span.source { (field(&records, id, "document")) } }
                dl { @for key in KEYS { @let text = field(&records, id, key); @if !text.is_empty() { dt { (key) } dd { (text) } } } }
                ul {
                    @for own in used.iter().filter(|own| own["record"] == id) {
                        li {
                            code { (text(&own["value"])) }
                            @if !own["reading"].is_null() && own["reading"] != "default" { ", reading " (text(&own["reading"])) }
                            @let numbers = numbers(&records, id, own);
                            @if !numbers.is_empty() { ": " (numbers) }
                            "; used by " (places(&own["used_by"]))
                        }
                    }
                }
            }
        }
        @if let Some(sheet) = told.sheet("assumptions.csv") {
            h3 { "Assumptions" }
            details #assumptions {
                summary { "Assumptions, with reasons and shares of variance" }
                @let mut known = BTreeSet::new();
                (table_of(told, ("assumptions.csv", "Assumptions"), sheet, &Links::default(), |row| {
                    // A key has a row for each headline; the first is where it stands.
                    known.insert(row.text("key")).then(|| links.place(row.text("key"))).flatten()
                }))
            }
        }
    }
}

/// Figures and assumptions that are used at some places: each with its numbers and its source or its reason, so that nobody
/// has to open another place to see them, and leading to its record or row.
fn rests(
    told: &Told,
    links: &Links,
    records: &BTreeMap<String, toml::Table>,
    at: impl Fn(&str) -> bool,
) -> Markup {
    let mut figures: BTreeMap<String, (&Value, BTreeSet<&str>)> = BTreeMap::new();
    for own in told.manifest["evidence"].as_array().into_iter().flatten() {
        let used = own["used_by"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let name = format!("{}.{}", text(&own["record"]), text(&own["value"]));
        for place in used.filter(|place| at(place)) {
            let known = figures.entry(name.trim_end_matches('.').to_owned());
            known.or_insert((own, BTreeSet::new())).1.insert(place);
        }
    }
    // Where a trial alone uses a figure, the strategy has it from the fit.
    let (fitted, own): (Vec<_>, Vec<_>) =
        figures.iter().partition(|(_, (_, places))| places.iter().all(|place| place.starts_with("trials/")));
    let mut assumed = BTreeMap::new();
    for row in told.rows("assumptions.csv").filter(|row| at(row.text("key"))) {
        assumed.entry(row.text("key")).or_insert((row.text("value"), row.text("unit"), row.text("reason")));
    }
    let names = Names::of(told);
    let link = |name: &str| {
        html! { @if let Some(place) = links.place(name) { a href={ "#" (place) } { (name) } } @else { (name) } }
    };
    let path = |place: &&str| place.split_once(".toml:").map(|(_, path)| path.to_owned());
    let figure = |name: &str, own: &Value| {
        let id = text(&own["record"]);
        let known = [numbers(records, &id, own), field(records, &id, "document").to_owned()];
        let known = known.into_iter().filter(|own| !own.is_empty()).collect::<Vec<_>>().join("; ");
        html! { (link(name)) @if !known.is_empty() { " (" (known) ")" } }
    };
    html! {
        ul {
            @for (name, (record, places)) in &own {
                li { (figure(name, record)) ": " (places.iter().filter_map(path).collect::<Vec<_>>().join(", ")) }
            }
            @if own.is_empty() { li { "No record." } }
        }
        @if !fitted.is_empty() {
            p { "By their fit to trials, also on:" }
            ul.fitted { @for (name, (record, _)) in &fitted { li { (figure(name, record)) } } }
        }
        @if !assumed.is_empty() {
            p { (assumed.len()) " assumptions or prior-driven values:" }
            ul {
                @for (key, (value, unit, reason)) in &assumed {
                    li { (names.what(key)) " (" (link(key)) ")" @if !value.is_empty() { " = " (value) " " (unit) } ": " (reason) }
                }
            }
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

/// The numbers of a figure as its record has them, of the reading in use: events of n, ends of an interval.
fn numbers(records: &BTreeMap<String, toml::Table>, id: &str, own: &Value) -> String {
    let named = |value: &str| records.get(id)?.get("values")?.get(value)?.as_table();
    let Some(figure) = own["value"].as_str().and_then(named) else { return String::new() };
    let reading = own["reading"].as_str().and_then(|name| figure.get("readings")?.get(name)?.as_table());
    let known = reading.unwrap_or(figure);
    let plain = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let parts = NUMBERS
        .iter()
        .filter_map(|key| Some(format!("{} {}", key.replace('_', " "), plain(known.get(*key)?))));
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_reading_in_use() {
        let text = "[Q1.values.cr]\nunit = \"probability\"\nevents = 7\nn = 20\n[Q1.values.cr.readings.all]\nevents = 7\nn = 30";
        let tables = text.parse::<toml::Table>().unwrap().into_iter();
        let records: BTreeMap<String, toml::Table> =
            tables.map(|(id, own)| (id, own.as_table().unwrap().clone())).collect();
        let own = |reading: Value| serde_json::json!({ "record": "Q1", "value": "cr", "reading": reading });
        assert_eq!(numbers(&records, "Q1", &own(Value::Null)), "unit probability, events 7, n 20");
        assert_eq!(numbers(&records, "Q1", &own("all".into())), "events 7, n 30");
        assert_eq!(numbers(&records, "Q2", &own(Value::Null)), "");
    }
}
