//! `remisim evidence`: lists the figures of the library, or traces one to what uses it.

mod trace;

use super::failure::Failure;
use super::output::{Text, message, write};
use super::terminal::{columns, cut, hanging};
use crate::model::EvidenceUse;
use crate::scenario::{
    Form, Library, Listed, Loaded, Record, Request, Role, list, load, load_fitted, trials,
};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  remisim evidence                       every record: id, role, endpoint, values
  remisim evidence Q22                   one record: source, meaning, values, readings, what uses it
  remisim evidence --scenario eliana     the records that a scenario uses
  remisim evidence Q22 --scenario eliana where that scenario uses it

Records Q… and T… are statements of the two conference reports, the others come from publications, price lists and \
memory. Roles: a parameter is sampled, a target places a curve, a switch turns a part of the model on or off, a label \
defines a population or a design, and what is unused says why.";

/// List the figures and their sources, or trace one
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Id of a record; without it all are listed
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Only what this scenario uses: a name that `remisim list` shows, or a path
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
}

/// Runs the command.
pub(super) fn evidence(arguments: &Arguments) -> Result<(), Failure> {
    let chosen = arguments.scenario.as_deref().map(|name| load(&Request::new(name))).transpose()?;
    let library = match &chosen {
        Some(loaded) => Arc::clone(&loaded.library),
        None => Arc::new(crate::scenario::evidence()?),
    };
    let Some(id) = &arguments.id else {
        return write(&listed(&library, chosen.as_ref()));
    };
    // A value is traced with its record.
    let id = id.split('.').next().unwrap_or(id);
    let Some(record) = library.record(id) else {
        let same = library.records().keys().find(|known| known.eq_ignore_ascii_case(id)).map(String::as_str);
        let near = same.or_else(|| library.nearest(id));
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
        let text =
            format!("ID: found {id:?}, allowed the id of a record (`remisim evidence` lists them){near}");
        return Err(Failure::Input(text));
    };
    let uses = match chosen {
        Some(loaded) => BTreeMap::from([(loaded.model.id.to_string(), uses(&loaded, id))]),
        None => uses_in_library(id),
    };
    write(&hanging(&trace::traced(record, &library, &uses), columns()))
}

fn uses(loaded: &Loaded, id: &str) -> Vec<EvidenceUse> {
    loaded.model.evidence.iter().filter(|evidence| evidence.record == id).cloned().collect()
}

/// What uses a record, by scenario and by trial.
fn uses_in_library(id: &str) -> BTreeMap<String, Vec<EvidenceUse>> {
    let mut by_user = BTreeMap::new();
    for scenario in list() {
        let name = scenario.name;
        match load(&Request::new(&name)) {
            Ok(loaded) => {
                by_user.insert(name, uses(&loaded, id));
            }
            Err(_) => message(&format!("{name} has mistakes and is left out: `remisim check {name}`")),
        }
    }
    for Listed { name, .. } in trials() {
        match load_fitted(&Request::new(&name)) {
            Ok(loaded) => {
                by_user.insert(format!("trials/{name}"), uses(&loaded, id));
            }
            Err(_) => {
                message(&format!("trials/{name} has mistakes and is left out: `remisim validate {name}`"));
            }
        }
    }
    by_user
}

/// One line a record.
fn listed(library: &Library, chosen: Option<&Loaded>) -> String {
    let used: Option<BTreeSet<&str>> =
        chosen.map(|loaded| loaded.model.evidence.iter().map(|evidence| evidence.record.as_str()).collect());
    let records: Vec<&Record> = library
        .records()
        .values()
        .filter(|record| used.as_ref().is_none_or(|used| used.contains(record.id.as_str())))
        .collect();
    let width = records.iter().map(|record| record.id.chars().count()).max().unwrap_or(0);
    let mut out = Text::default();
    let columns = columns();
    for record in records {
        let (id, role) = (&record.id, record.role.name());
        let what = if record.endpoint.is_empty() { &record.meaning } else { &record.endpoint };
        out.line(cut(&format!("{id:<width$}  {role:<9}  {what}  {}", values(record)), columns));
    }
    out.finish()
}

fn values(record: &Record) -> String {
    if let Some(on) = record.on.filter(|_| record.role == Role::Switch) {
        return if on { "[on]" } else { "[off]" }.to_owned();
    }
    let shown: Vec<String> = record
        .values
        .iter()
        .map(|(name, value)| format!("{name} {}", figure(&value.estimate.form)))
        .collect();
    if shown.is_empty() { String::new() } else { format!("[{}]", shown.join("; ")) }
}

/// A figure as it is published.
fn figure(form: &Form) -> String {
    match form {
        Form::Counts { events, n } => format!("{events}/{n}"),
        Form::Effective { value, n } => format!("{value} (as if in {n} patients)"),
        Form::EffectiveFrom { value, from, share } => format!("{value} (as if in {share} of {from})"),
        Form::Interval { value, low, high } => format!("{value} ({low} to {high})"),
        Form::StandardError { value, se } => format!("{value} (se {se})"),
        Form::Uniform { low, high } => format!("{low} to {high}"),
        Form::Triangular { low, mode, high } => format!("{low} to {high}, most likely {mode}"),
        Form::Parts(counts) => counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" : "),
        Form::Fixed { value, .. } => value.to_string(),
    }
}
