//! The evidence library: every figure with its source, and the sets of readings.

mod change;
mod estimate;
mod parse;
mod readings;

pub(super) use estimate::moved;
pub use estimate::{CurvePoint, Distribution, Estimate, Form};
pub use readings::ReadingSet;

use super::error::Report;
use super::extend::Reader;
use crate::files::Folder;
use crate::place::Place;
use crate::quantity::Domain;
use std::collections::{BTreeMap, BTreeSet};

/// What the simulator does with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sampled.
    Parameter,
    /// What a fit must meet.
    Target,
    /// Turns a part of the model on or off.
    Switch,
    /// Defines a population or a design.
    Label,
    /// Not used, and says why.
    Unused,
}

impl Role {
    /// Name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Target => "target",
            Self::Switch => "switch",
            Self::Label => "label",
            Self::Unused => "unused",
        }
    }
}

/// Whence a record is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// One of the two documents.
    Document,
    /// Read in a publication.
    Published,
    /// Arithmetic on others.
    Derived,
    /// Known but not looked up.
    Assumption,
}

impl Grade {
    /// Name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Published => "published",
            Self::Derived => "derived",
            Self::Assumption => "assumption",
        }
    }
}

/// A number of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceValue {
    /// Unit and domain.
    pub unit: Domain,
    /// The number as read by default.
    pub estimate: Estimate,
    /// Other readings of it.
    pub readings: BTreeMap<String, Estimate>,
}

/// One statement of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Id, such as `Q22`.
    pub id: String,
    /// Where the record stands.
    pub file: Place,
    /// Document or publication.
    pub document: String,
    /// Where in it.
    pub place: String,
    /// Of whom.
    pub population: String,
    /// Under what.
    pub arm: String,
    /// What is measured.
    pub endpoint: String,
    /// What it says, in our words.
    pub meaning: String,
    /// What the simulator does with it.
    pub role: Role,
    /// State of a switch.
    pub on: Option<bool>,
    /// Keys that implement a label, as `file:key`.
    pub implemented_by: Vec<String>,
    /// Why it is not used.
    pub why_unused: String,
    /// How the statement was read.
    pub reading: String,
    /// Whence it is known.
    pub grade: Grade,
    /// Its numbers.
    pub values: BTreeMap<String, EvidenceValue>,
}

/// All records and sets of readings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    pub(super) records: BTreeMap<String, Record>,
    pub(super) sets: BTreeMap<String, ReadingSet>,
    /// Central values given on the command line, by name of the value.
    pub(super) moved: BTreeMap<String, f64>,
    /// Switches turned on the command line, and how they stand in their files.
    pub(super) turned: BTreeMap<String, Option<bool>>,
    /// Values with an error, as `Q22.tocilizumab`, and records with one, as `Q22`: not to be called unknown.
    pub(super) broken: BTreeSet<String>,
    /// Whether a whole file could not be read, so that any record may be missing.
    pub(super) incomplete: bool,
}

impl Library {
    /// The records by id.
    #[must_use]
    pub const fn records(&self) -> &BTreeMap<String, Record> {
        &self.records
    }

    /// The sets of readings by name.
    #[must_use]
    pub const fn sets(&self) -> &BTreeMap<String, ReadingSet> {
        &self.sets
    }

    /// The record with this id.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<&Record> {
        self.records.get(id)
    }

    /// Reading in force of each value that is in a set, given the reading of each set.
    pub(super) fn in_force(&self, readings: &[(String, String)]) -> BTreeMap<String, String> {
        let chosen = readings.iter().filter_map(|(set, reading)| self.sets.get(set)?.readings.get(reading));
        chosen.flatten().map(|(value, own)| (value.clone(), own.clone())).collect()
    }

    /// The id nearest to an unknown one.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        crate::id::nearest(id, self.records.keys().map(String::as_str))
    }

    /// Reads all evidence files.
    pub(super) fn load(reader: &mut Reader, report: &mut Report) -> Self {
        let mut library = Self::default();
        let mut sets = None;
        for source in reader.files.all(Folder::Evidence) {
            match source {
                Ok(source) => {
                    let is_readings = source.short == "evidence/readings.toml";
                    let Some(tree) = reader.parse(source, report) else {
                        library.incomplete = true;
                        continue;
                    };
                    if is_readings {
                        sets = Some(tree);
                    } else {
                        parse::records(&mut library, &tree, report);
                    }
                }
                Err(error) => {
                    library.incomplete = true;
                    report.push(error.into());
                }
            }
        }
        if let Some(tree) = sets {
            readings::sets(&mut library, &tree, report);
        }
        parse::check_references(&library, report);
        library
    }

    /// Splits a reference such as `Q22.tocilizumab`, `Q22` or `B7.doses.2` into record, value name and part from 1.
    pub(super) fn find(&self, reference: &str) -> Result<Found<'_>, Lost> {
        let id = reference.split('.').next().unwrap_or("");
        self.look_up(reference).map_err(|lost| {
            let unread = self.incomplete && lost == Lost::Record;
            if unread || self.broken.contains(id) || self.broken.contains(reference) {
                Lost::Broken
            } else {
                lost
            }
        })
    }

    fn look_up(&self, reference: &str) -> Result<Found<'_>, Lost> {
        let mut parts = reference.split('.');
        let id = parts.next().unwrap_or("");
        let record = self.records.get(id).ok_or(Lost::Record)?;
        let name = match parts.next() {
            Some(name) => name.to_owned(),
            None if record.values.len() == 1 => record.values.keys().next().cloned().ok_or(Lost::Value)?,
            None => return Err(Lost::Value),
        };
        let value = record.values.get(&name).ok_or(Lost::Value)?;
        let part = match parts.next().map(str::parse::<usize>) {
            None => None,
            Some(Ok(part)) if part > 0 => Some(part),
            Some(_) => return Err(Lost::Value),
        };
        if parts.next().is_some() {
            return Err(Lost::Value);
        }
        Ok(Found { record, name: format!("{id}.{name}"), value, part })
    }
}

/// A value that a reference names.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) record: &'a Record,
    /// Full name, such as `Q22.tocilizumab`.
    pub(super) name: String,
    pub(super) value: &'a EvidenceValue,
    pub(super) part: Option<usize>,
}

/// Why a reference names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// No such record.
    Record,
    /// The record has no such value, or several and none is named.
    Value,
    /// It has an error, which is reported where it stands.
    Broken,
}
