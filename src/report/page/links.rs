//! From the name of a figure to where its evidence stands in the page.

use super::super::told::Told;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Columns whose cells are names of figures.
const NAMED: [&str; 7] = ["parameter", "Parameter", "figure", "first", "second", "target", "key"];

/// Where records and assumptions stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    records: BTreeSet<String>,
    /// Keys of `assumptions.csv`, in its order.
    assumptions: BTreeMap<String, usize>,
    /// Ids of the strategies, in their order.
    strategies: Vec<String>,
    /// Names of the published figures that are drawn.
    published: Vec<String>,
}

impl Links {
    pub(super) fn of(told: &Told) -> Self {
        let used = told.manifest["evidence"].as_array().into_iter().flatten();
        let mut own = Self {
            records: used.filter_map(|own| Some(own["record"].as_str()?.to_owned())).collect(),
            assumptions: BTreeMap::new(),
            strategies: told.strategies.iter().map(|(id, _)| id.clone()).collect(),
            published: Vec::new(),
        };
        for row in told.rows("published.csv").chain(told.rows("published_related.csv")) {
            let target = row.text("target").to_owned();
            if !own.published.contains(&target) {
                own.published.push(target);
            }
        }
        for row in told.rows("assumptions.csv") {
            let next = own.assumptions.len();
            own.assumptions.entry(row.text("key").to_owned()).or_insert(next);
        }
        own
    }

    /// Ids of records in use.
    pub(super) fn records(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(String::as_str)
    }

    /// The id of the element that tells whence a figure is: of an assumption by its key, of evidence by its record,
    /// alone or before a dot.
    pub(super) fn place(&self, name: &str) -> Option<String> {
        if let Some(at) = self.assumptions.get(name) {
            return Some(format!("assumption-{at}"));
        }
        let record = name.split('.').next().unwrap_or(name);
        self.records.contains(record).then(|| format!("evidence-{record}"))
    }

    /// The id of the element that tells what the numbers of a strategy rest on.
    pub(super) fn strategy(&self, id: &str) -> Option<String> {
        self.strategies.iter().position(|own| own == id).map(|at| format!("strategy-{at}"))
    }

    /// Names of the published figures that are drawn.
    pub(super) fn published(&self) -> &[String] {
        &self.published
    }

    /// A text in which the names of records lead to them, but for those that are words as others.
    pub(super) fn named(&self, text: &str) -> Markup {
        let word = |own: char| own.is_alphanumeric() || own == '_';
        let words = text.split_inclusive(|own: char| !word(own)).flat_map(|part| {
            let end = part.trim_end_matches(|own: char| !word(own)).len();
            [part.get(..end).unwrap_or_default(), part.get(end..).unwrap_or_default()]
        });
        html! {
            @for own in words {
                @if self.records.contains(own) && !own.chars().all(char::is_lowercase) { a href={ "#evidence-" (own) } { (own) } } @else { (own) }
            }
        }
    }

    /// The same with what stands between backquotes as code.
    pub(super) fn coded(&self, text: &str) -> Markup {
        html! {
            @for (at, piece) in text.split('`').enumerate() {
                @if at % 2 == 1 { code { (piece) } } @else { (self.named(piece)) }
            }
        }
    }

    /// The same as `place` of a cell of a table.
    pub(super) fn of_cell(&self, column: &str, cell: &str) -> Option<String> {
        NAMED.contains(&column).then(|| self.place(cell)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_records_in_a_text_lead_to_them_and_no_others() {
        let told = Told::of_tables(
            1,
            serde_json::json!({ "evidence": [{ "record": "P2", "value": "cr" }, { "record": "care", "value": "a" }] }),
            &[],
        );
        let text = Links::of(&told).named("See P2, not P20 or XP2 (P2), with care.").into_string();
        let link = "<a href=\"#evidence-P2\">P2</a>";
        assert_eq!(text, format!("See {link}, not P20 or XP2 ({link}), with care."));
    }
}
