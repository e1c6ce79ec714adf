//! From checked trees to the model: parameters, evidence in use, assumptions.

mod assumption;
mod cost;
mod curve;
mod demand;
mod economics;
mod evidence;
mod lesson;
mod population;
mod regimen;
mod remission;
mod settings;
mod statement;
mod strategy;
mod sums;
mod tail;
mod toxicity;
mod trial;
mod trial_design;
mod value;
mod warnings;

use super::document::Node;
use super::error::{ErrorKind, Report};
use super::library::Library;
use crate::model::{Assumption, Attribute, EvidenceUse, Parameter, Value};
use crate::quantity::Domain;
use std::collections::{BTreeMap, BTreeSet};

pub(super) use demand::Own;
pub(super) use regimen::Registry;
pub(super) use warnings::{
    cycle_warnings, group_warning, group_warnings, ratio_warnings, sex_warning, start_warnings,
};

/// How values are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Sampled once a draw.
    Sampled,
    /// Central values, used but not sampled.
    Central,
    /// Central values, only checked.
    Dry,
}

/// One evidence value in use.
#[derive(Debug, Default)]
struct Used {
    reading: String,
    by: BTreeSet<String>,
}

/// Collects what the values of a scenario need.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    library: &'a Library,
    pub(super) report: &'a mut Report,
    /// Reading in force of each value that is in a set.
    readings: BTreeMap<String, String>,
    attributes: Vec<Attribute>,
    /// Levels of every cell.
    cells: Vec<Vec<u8>>,
    parameters: Vec<Parameter>,
    central: Vec<f64>,
    by_name: BTreeMap<String, usize>,
    dirichlets: Vec<Vec<f64>>,
    groups: BTreeMap<String, usize>,
    used: BTreeMap<(String, String), Used>,
    assumptions: Vec<Assumption>,
    mode: Mode,
    /// Inside a product or sum, which ties figures together: its parts are no priors of their own.
    tied: bool,
    /// Evidence values that are sampled freely.
    priors: BTreeSet<String>,
    /// Reason for which bare numbers are allowed here.
    bare: Option<String>,
    /// `regimens.NAME.` inside a regimen.
    prefix: String,
    /// Months after which nothing is counted.
    horizon: f64,
    /// Trials that regimens are calibrated to, and the key that says so.
    calibrated: Vec<(String, Node)>,
    /// Keys of curves that a regimen has in place of those that were fitted, by the regimen.
    replaced: Vec<(String, String)>,
    /// Keys of shares that a regimen has of its own beside fitted curves, by the regimen.
    apart: Vec<(String, String)>,
    /// Names of assumptions whose draws do not keep to the interval that is written, and what is to be told of each.
    off_centre: BTreeMap<String, String>,
}

/// What the values of a model rest on.
#[derive(Debug)]
pub(super) struct Foundations {
    pub(super) parameters: Vec<Parameter>,
    pub(super) dirichlets: Vec<Vec<f64>>,
    pub(super) evidence: Vec<EvidenceUse>,
    pub(super) assumptions: Vec<Assumption>,
    /// Trials that regimens are calibrated to, each once, and a key that says so.
    pub(super) calibrated: Vec<(String, Node)>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(library: &'a Library, report: &'a mut Report) -> Self {
        Self {
            library,
            report,
            readings: BTreeMap::new(),
            attributes: Vec::new(),
            cells: vec![Vec::new()],
            parameters: Vec::new(),
            central: Vec::new(),
            by_name: BTreeMap::new(),
            dirichlets: Vec::new(),
            groups: BTreeMap::new(),
            used: BTreeMap::new(),
            assumptions: Vec::new(),
            mode: Mode::Sampled,
            tied: false,
            priors: BTreeSet::new(),
            bare: None,
            prefix: String::new(),
            horizon: f64::INFINITY,
            calibrated: Vec::new(),
            replaced: Vec::new(),
            apart: Vec::new(),
            off_centre: BTreeMap::new(),
        }
    }

    /// Puts in force the readings that the scenario chooses; gives all sets with their reading.
    pub(super) fn choose_readings(&mut self, tree: &Node) -> Vec<(String, String)> {
        let library = self.library;
        for entry in tree.get("readings").map_or(&[][..], Node::entries) {
            let key = format!("readings.{}", entry.key);
            let Some(set) = library.sets.get(&entry.key) else {
                if library.incomplete {
                    continue;
                }
                let found = (entry.key.as_str(), "a set of readings.toml");
                let known = library.sets.keys().map(String::as_str);
                let place = entry.spot.place();
                self.report.add_unknown(ErrorKind::UnknownName, place, &key, found, known);
                continue;
            };
            let Some(reading) = entry.node.text() else { continue };
            if !set.readings.contains_key(reading) {
                let allowed = format!("a reading of {}", entry.key);
                let known = set.readings.keys().map(String::as_str);
                let place = entry.node.place();
                self.report.add_unknown(ErrorKind::UnknownName, place, &key, (reading, &allowed), known);
            }
        }
        let chosen = |name: &str, default: &str| {
            let own = tree.get("readings").and_then(|readings| readings.get(name)).and_then(Node::text);
            own.unwrap_or(default).to_owned()
        };
        let sets = library.sets.iter();
        let all: Vec<_> = sets.map(|(name, set)| (name.clone(), chosen(name, &set.default))).collect();
        self.readings = library.in_force(&all);
        all
    }

    /// Lets bare numbers stand for the reason that a table gives.
    pub(super) fn allow_bare(&mut self, table: &Node) {
        self.bare = table.get("bare_numbers").and_then(Node::text).map(ToOwned::to_owned);
    }

    /// The key of a node from the top of the file that it stands in.
    fn key(&self, node: &Node, path: &str) -> String {
        super::check::own_key(&node.spot, &format!("{}{path}", self.prefix)).to_owned()
    }

    /// Name of a node: file and key.
    fn name(&self, node: &Node, path: &str) -> String {
        format!("{}:{}", node.spot.short(), self.key(node, path))
    }

    fn problem(&mut self, kind: ErrorKind, node: &Node, path: &str, found: impl Into<String>, allowed: &str) {
        let key = self.key(node, path);
        self.report.add(kind, node.place(), &key, found, allowed);
    }

    fn unknown<'n>(
        &mut self,
        node: &Node,
        path: &str,
        found: (&str, &str),
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let key = self.key(node, path);
        self.report.add_unknown(ErrorKind::UnknownName, node.place(), &key, found, known);
    }

    /// Runs `read` with values taken in another way.
    fn with_mode<T>(&mut self, mode: Mode, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.mode;
        // What is only checked stays so.
        if before != Mode::Dry {
            self.mode = mode;
        }
        let out = read(self);
        self.mode = before;
        out
    }

    /// Runs `read` inside a product or sum.
    fn tied<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.tied, true);
        let out = read(self);
        self.tied = before;
        out
    }

    /// The central value in a cell.
    fn central(&self, value: &Value, cell: &[u8]) -> f64 {
        value.evaluate(cell, &self.central)
    }

    /// The first cell in which the central value breaks a rule.
    fn breach(&self, value: &Value, rule: impl Fn(f64) -> bool) -> Option<f64> {
        self.cells.iter().map(|cell| self.central(value, cell)).find(|central| !rule(*central))
    }

    /// A value of a key; nothing where the table lacks it, or it has an error, which is reported.
    fn optional(&mut self, table: &Node, key: &str, domain: Domain, path: &str) -> Option<Value> {
        self.value(table.get(key)?, domain, &super::check::join(path, key))
    }

    /// A value of a key; where the table lacks it, its default or nothing (which the check of keys reported).
    fn required(
        &mut self,
        table: &Node,
        key: &str,
        domain: Domain,
        default: Option<f64>,
        path: &str,
    ) -> Option<Value> {
        match table.get(key) {
            None => default.map(Value::Constant),
            Some(node) => self.value(node, domain, &super::check::join(path, key)),
        }
    }

    /// Closes the books.
    pub(super) fn finish(self) -> Foundations {
        let evidence = self
            .used
            .into_iter()
            .map(|((record, value), used)| EvidenceUse {
                record,
                value,
                reading: used.reading,
                used_by: used.by.into_iter().collect(),
            })
            .collect();
        Foundations {
            parameters: self.parameters,
            dirichlets: self.dirichlets,
            evidence,
            assumptions: self.assumptions,
            calibrated: self.calibrated,
        }
    }
}
