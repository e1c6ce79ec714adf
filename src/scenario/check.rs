//! Whether a tree has the tables, keys and types that the language knows. Values and curves are read elsewhere.

use super::calendar::Date;
use super::document::{Body, Node, Spot};
use super::error::{ErrorKind, Report};
use super::keys::{Kind, Table};
use crate::id::is_valid_name;
use std::collections::BTreeSet;

/// Keys that were, and what stands in their place.
const GONE: [(&str, &str); 2] = [
    (
        "anchored",
        "median, with its prior, and the published point among the [[targets]] of a calibrated regimen",
    ),
    (
        "anchors",
        "calibrated, with the published points as [[targets]] of what it names, and medians with priors",
    ),
];

/// Most items in a list.
const LIST_LIMIT: usize = 1000;

/// Checks a table and all below it.
pub(super) fn check(node: &Node, table: &Table, path: &str, report: &mut Report) {
    check_table(node, table, path, false, report);
}

/// Checks a table; of a partial one what it extends may have the rest.
fn check_table(node: &Node, table: &Table, path: &str, partial: bool, report: &mut Report) {
    if !node.is_table() {
        report.add(ErrorKind::WrongType, node.place(), own_key(&node.spot, path), node.describe(), "a table");
        return;
    }
    // Once a table is joined with what it extends the key `extends` is gone.
    let extends = table.key("extends").is_some() && node.get("extends").is_some();
    let partial = extends || (partial && !table.whole);
    for entry in node.entries() {
        let key = join(path, &entry.key);
        if let Some(known) = table.key(&entry.key) {
            check_kind(&entry.node, &known.kind, &key, partial, report);
        } else {
            let own = own_key(&entry.spot, &key);
            if let Some((_, now)) = GONE.iter().find(|(gone, _)| *gone == entry.key) {
                let found = format!("{:?}, which is no more", entry.key);
                report.add(ErrorKind::UnknownKey, entry.spot.place(), own, found, *now);
                continue;
            }
            let allowed = format!("a key of {}", table.name);
            let found = (entry.key.as_str(), allowed.as_str());
            // What the same file says already is not what was meant.
            let here = |own: &Node| own.spot.short() == entry.spot.short();
            let known = table.keys.iter().map(|key| key.name);
            let known: Vec<&str> = known.filter(|name| !node.get(name).is_some_and(here)).collect();
            report.add_unknown(ErrorKind::UnknownKey, entry.spot.place(), own, found, known);
        }
    }
    for key in table.keys.iter().filter(|key| key.required && !partial) {
        if node.get(key.name).is_none() {
            let allowed = format!("{} ({})", words(&key.kind), key.doc);
            let own = join(path, key.name);
            let own = own_key(&node.spot, &own);
            report.add(ErrorKind::MissingKey, node.place(), own, "nothing", allowed);
        }
    }
}

/// The key as it stands in the file of the node: in a regimen file without `regimens.NAME`.
pub(super) fn own_key<'k>(spot: &Spot, key: &'k str) -> &'k str {
    let inside = key.strip_prefix("regimens.").filter(|_| spot.short().starts_with("regimens/"));
    inside.map_or(key, |rest| rest.split_once('.').map_or("", |(_, own)| own))
}

/// The key below another.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// What a kind allows, in words.
pub(super) fn words(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text that is not empty".to_owned(),
        Kind::Name => "a name of small letters, digits and _ that starts with a letter".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Integer(low, high) => format!("a whole number from {low} to {high}"),
        Kind::Number(low, _, _) if *low == f64::MIN => "a finite number".to_owned(),
        Kind::Number(low, high, true) => format!("a number above {low}, at most {high}"),
        Kind::Number(low, high, false) => format!("a number from {low} to {high}"),
        Kind::Choice(names) => format!("one of {}", names.join(", ")),
        Kind::Choices(names) => format!("a list of some of {}", names.join(", ")),
        Kind::Texts => "a list of text that is not empty".to_owned(),
        Kind::Numbers(1) => "a list of numbers, each 0 or more".to_owned(),
        Kind::Numbers(least) => format!("a list of {least} or more numbers, each 0 or more"),
        Kind::Reals => "a list of two or more finite numbers".to_owned(),
        Kind::Values(domain) => format!("a list of values, each {}", domain.allowed()),
        Kind::Weekdays(most) => format!("seven whole numbers from 0 to {most}, Monday first"),
        Kind::Integers(low, high) => format!("a list of whole numbers from {low} to {high}"),
        Kind::Counts(low, high) => {
            format!("a whole number from {low} to {high}, or a list of them")
        }
        Kind::Date => "a day of the calendar as \"YYYY-MM-DD\"".to_owned(),
        Kind::Cycles => "a list of first and last cycle, such as [1, 4]".to_owned(),
        Kind::Value(domain) => format!("a value: {}", domain.allowed()),
        Kind::Doses => "a Dirichlet of four, or a list of four values".to_owned(),
        Kind::Curve(time) => format!("a curve in {time}"),
        Kind::Table(_) | Kind::Map(_) => "a table".to_owned(),
        Kind::OrFalse(_) => "a table, or false".to_owned(),
        Kind::List(_) | Kind::ListOrNone(_) => "a list of tables".to_owned(),
        Kind::OneOrList(_) => "a table, or a list of them".to_owned(),
        Kind::Each(names, _) => format!("a table with some of {}", names.join(", ")),
    }
}

fn check_kind(node: &Node, kind: &Kind, path: &str, partial: bool, report: &mut Report) {
    match kind {
        Kind::Table(table) => check_table(node, table, path, partial, report),
        Kind::OrFalse(_) if node.flag() == Some(false) => {}
        Kind::OrFalse(table) if node.is_table() => check_table(node, table, path, partial, report),
        Kind::OneOrList(table) if node.is_table() => check(node, table, path, report),
        Kind::List(table) | Kind::ListOrNone(table) | Kind::OneOrList(table) => {
            check_list(node, table, kind, path, report);
        }
        Kind::Map(inner) if node.is_table() => {
            for entry in node.entries() {
                let key = join(path, &entry.key);
                check_kind(&entry.node, inner, &key, partial, report);
            }
        }
        Kind::Each(names, inner) if node.is_table() => {
            for entry in node.entries() {
                let key = join(path, &entry.key);
                if names.contains(&entry.key.as_str()) {
                    check_kind(&entry.node, inner, &key, partial, report);
                } else {
                    let allowed = format!("one of {}", names.join(", "));
                    let found = (entry.key.as_str(), allowed.as_str());
                    let known = names.iter().copied();
                    let own = own_key(&entry.spot, &key);
                    report.add_unknown(ErrorKind::UnknownKey, entry.spot.place(), own, found, known);
                }
            }
        }
        Kind::Choice(names) => match node.text() {
            Some(text) if names.contains(&text) => {}
            Some(text) => {
                let found = (text, words(kind));
                let known = names.iter().copied();
                report.add_unknown(ErrorKind::OutOfDomain, node.place(), path, (found.0, &found.1), known);
            }
            None => wrong_type(node, kind, path, report),
        },
        Kind::Choices(names) => check_choices(node, names, kind, path, report),
        Kind::Weekdays(most) if node.items().len() == 7 => {
            let one = Kind::Integer(0, *most);
            node.items().iter().for_each(|item| check_scalar(item, &one, path, report));
        }
        Kind::Counts(low, high) if !node.items().is_empty() => {
            let one = Kind::Integer(*low, *high);
            node.items().iter().for_each(|item| check_scalar(item, &one, path, report));
        }
        Kind::Value(_) | Kind::Values(_) | Kind::Curve(_) | Kind::Doses => {}
        _ => check_scalar(node, kind, path, report),
    }
}

fn wrong_type(node: &Node, kind: &Kind, path: &str, report: &mut Report) {
    report.add(ErrorKind::WrongType, node.place(), own_key(&node.spot, path), node.describe(), words(kind));
}

fn check_list(node: &Node, table: &'static Table, kind: &Kind, path: &str, report: &mut Report) {
    match &node.body {
        Body::List(items) if items.is_empty() && matches!(kind, Kind::ListOrNone(_)) => {}
        Body::List(items) if items.is_empty() => {
            report.add(
                ErrorKind::MissingKey,
                node.place(),
                own_key(&node.spot, path),
                "an empty list",
                "at least one",
            );
        }
        Body::List(items) if items.len() > LIST_LIMIT => {
            let found = format!("{} items", items.len());
            report.add(ErrorKind::TooLarge, node.place(), own_key(&node.spot, path), found, "at most 1000");
        }
        Body::List(items) => {
            for (index, item) in items.iter().enumerate() {
                check(item, table, &item_path(path, item, index), report);
            }
        }
        _ => wrong_type(node, kind, path, report),
    }
}

/// The key of a list item: by its id or name where it has one, else by its place from 1.
pub(super) fn item_path(path: &str, item: &Node, index: usize) -> String {
    let name = ["id", "name"].iter().find_map(|key| item.get(key)).and_then(Node::text);
    match name.filter(|name| is_valid_name(name)) {
        Some(name) => join(path, name),
        None => join(path, &(index + 1).to_string()),
    }
}

fn check_choices(node: &Node, names: &[&'static str], kind: &Kind, path: &str, report: &mut Report) {
    let Body::List(items) = &node.body else {
        wrong_type(node, kind, path, report);
        return;
    };
    let mut seen = BTreeSet::new();
    for item in items {
        match item.text() {
            Some(text) if names.contains(&text) => {
                if !seen.insert(text) {
                    report.add(
                        ErrorKind::Duplicate,
                        item.place(),
                        own_key(&item.spot, path),
                        item.describe(),
                        "each once",
                    );
                }
            }
            Some(text) => {
                let allowed = format!("one of {}", names.join(", "));
                let known = names.iter().copied();
                report.add_unknown(
                    ErrorKind::OutOfDomain,
                    item.place(),
                    own_key(&item.spot, path),
                    (text, &allowed),
                    known,
                );
            }
            None => wrong_type(item, kind, path, report),
        }
    }
}

/// Whether an item may stand in a list of a kind.
fn fits_in(item: &Node, kind: &Kind) -> bool {
    match kind {
        Kind::Texts => item.text().is_some_and(|text| !text.trim().is_empty()),
        Kind::Numbers(_) => item.number().is_some_and(|n| n.is_finite() && n >= 0.0),
        Kind::Reals => item.number().is_some_and(f64::is_finite),
        Kind::Integers(low, high) => item.integer().is_some_and(|n| (*low..=*high).contains(&n)),
        _ => true,
    }
}

fn check_scalar(node: &Node, kind: &Kind, path: &str, report: &mut Report) {
    let all_fit = node.items().iter().all(|item| fits_in(item, kind));
    let (fits, typed) = match kind {
        Kind::Text => (node.text().is_some_and(|text| !text.trim().is_empty()), node.text().is_some()),
        Kind::Name => (node.text().is_some_and(is_valid_name), node.text().is_some()),
        Kind::Flag => (node.flag().is_some(), false),
        Kind::Integer(low, high) => {
            (node.integer().is_some_and(|n| n >= *low && n <= *high), node.number().is_some())
        }
        Kind::Number(low, high, open) => {
            let inside = |n: f64| n.is_finite() && n <= *high && if *open { n > *low } else { n >= *low };
            (node.number().is_some_and(inside), node.number().is_some())
        }
        Kind::Texts => (matches!(node.body, Body::List(_)) && all_fit, false),
        Kind::Numbers(least) => (node.items().len() >= *least && all_fit, !node.items().is_empty()),
        Kind::Reals => (node.items().len() > 1 && all_fit, !node.items().is_empty()),
        Kind::Weekdays(_) => (false, !node.items().is_empty()),
        Kind::Integers(..) => (!node.items().is_empty() && all_fit, !node.items().is_empty()),
        Kind::Counts(low, high) => {
            let fits = node.integer().is_some_and(|n| (*low..=*high).contains(&n));
            (fits, node.number().is_some())
        }
        Kind::Date => (node.text().and_then(Date::parse).is_some(), node.text().is_some()),
        Kind::Cycles => {
            let cycles: Vec<i64> = node.items().iter().filter_map(Node::integer).collect();
            let fits = matches!(cycles[..], [first, last] if first >= 1 && last >= first && last <= 60);
            (fits && node.items().len() == 2, !cycles.is_empty())
        }
        _ => (false, false),
    };
    if !fits {
        let error = if typed { ErrorKind::OutOfDomain } else { ErrorKind::WrongType };
        // Of a list the first item that does not fit.
        let item = node.items().iter().find(|item| !fits_in(item, kind));
        let found = match kind {
            Kind::Weekdays(_) if typed => format!("{} numbers", node.items().len()),
            Kind::Cycles if typed => {
                let cycles: Vec<String> = node.items().iter().map(Node::describe).collect();
                format!("[{}]", cycles.join(", "))
            }
            _ => item.unwrap_or(node).describe(),
        };
        let place = item.unwrap_or(node).place();
        report.add(error, place, own_key(&node.spot, path), found, words(kind));
    }
}
