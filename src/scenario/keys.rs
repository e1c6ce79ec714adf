//! Every table and key of the language, once: what drives unknown-key errors, checks and the JSON Schema.

mod common;
mod demand;
mod economics;
mod evidence;
mod lesson;
mod regimen;
mod scenario;
mod trial;
mod trial_design;

pub(super) use common::{ASSUMED, CURVE, SPLINE, SURVIVAL_TABLE};
pub(super) use evidence::{READING_SET, RECORD};
pub(super) use regimen::REGIMEN;
pub(super) use scenario::SCENARIO;
use scenario::SETTINGS;

use crate::quantity::Domain;

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text that is not empty.
    Text,
    /// A name, `[a-z][a-z0-9_]*`.
    Name,
    /// True or false.
    Flag,
    /// A whole number in a range.
    Integer(i64, i64),
    /// A number in a range: a setting, not evidence; `true` refuses the lowest value itself.
    Number(f64, f64, bool),
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A list of some words, each once.
    Choices(&'static [&'static str]),
    /// A list of text.
    Texts,
    /// A table of such keys, or a list of them.
    OneOrList(&'static Table),
    /// A list of numbers, each 0 or more: at least so many.
    Numbers(usize),
    /// A list of any finite numbers.
    Reals,
    /// A list of values of a domain.
    Values(Domain),
    /// Seven whole numbers from 0 to so many, Monday first.
    Weekdays(i64),
    /// A list of whole numbers in a range.
    Integers(i64, i64),
    /// A whole number in a range, or a list of them.
    Counts(i64, i64),
    /// A day of the calendar, `YYYY-MM-DD`.
    Date,
    /// First and last cycle.
    Cycles,
    /// A value of a domain.
    Value(Domain),
    /// Four values, or one Dirichlet of four.
    Doses,
    /// A curve: in months or days.
    Curve(Domain),
    /// A table.
    Table(&'static Table),
    /// A table, or `false` for none.
    OrFalse(&'static Table),
    /// A list of tables, one or more.
    List(&'static Table),
    /// A list of tables, or of none: so a file drops those of the one that it extends.
    ListOrNone(&'static Table),
    /// A table with names that the file chooses.
    Map(&'static Kind),
    /// A table with the names of a list.
    Each(&'static [&'static str], &'static Kind),
}

/// One key of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Default in words; empty where there is none.
    pub(super) default: &'static str,
    pub(super) doc: &'static str,
}

/// The keys of one table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) keys: &'static [Key],
    /// Whether `extends` replaces the table as a whole.
    pub(super) whole: bool,
}

impl Table {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// The path of a setting that is named without its table.
pub(super) fn setting_named(name: &str) -> Option<String> {
    let known = SETTINGS.key(name).filter(|_| SCENARIO.key(name).is_none());
    known.map(|key| format!("settings.{}", key.name))
}

const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, required: true, default: "", doc }
}

const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, required: false, default: "", doc }
}

const fn defaulted(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { name, kind, required: false, default, doc }
}

const PROBABILITY: Kind = Kind::Value(Domain::Probability);
const MONTHS: Kind = Kind::Value(Domain::Months);
const MONEY: Kind = Kind::Value(Domain::Money);
const RATIO: Kind = Kind::Value(Domain::Ratio);
const COUNT: Kind = Kind::Value(Domain::Count);

/// States, as in files.
pub(super) const STATES: &[&str] =
    &["waiting", "induction", "remission", "mrd_positive", "transplanted", "refractory", "relapsed"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `visit` for every key below a table.
    fn walk(table: &'static Table, visit: &mut dyn FnMut(&'static Table, &'static Key)) {
        for key in table.keys {
            visit(table, key);
            let mut kind = &key.kind;
            while let Kind::Map(inner) | Kind::Each(_, inner) = kind {
                kind = inner;
            }
            if let Kind::Table(inner)
            | Kind::OrFalse(inner)
            | Kind::List(inner)
            | Kind::ListOrNone(inner)
            | Kind::OneOrList(inner) = kind
            {
                walk(inner, visit);
            }
        }
    }

    #[test]
    fn every_key_stands_in_the_reference() {
        let reference = include_str!("../../scenarios/README.md");
        let names: std::collections::BTreeSet<&str> =
            reference.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
        let mut missing = Vec::new();
        let mut count = 0;
        for table in [&SCENARIO, &REGIMEN, &RECORD, &READING_SET, &CURVE, &ASSUMED] {
            walk(table, &mut |table, key| {
                count += 1;
                if !names.contains(key.name) {
                    missing.push(format!("{}.{}", table.name, key.name));
                }
                assert!(!key.doc.is_empty(), "{} has no words", key.name);
            });
        }
        assert!(missing.is_empty(), "not in scenarios/README.md: {missing:?}");
        assert!(count > 150, "{count}");
    }

    #[test]
    fn state_names_are_those_of_the_outcomes() {
        let names: Vec<&str> = crate::outcome::State::ALL.iter().map(|state| state.name()).collect();
        assert_eq!(names, STATES);
    }
}
