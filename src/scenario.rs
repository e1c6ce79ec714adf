//! The scenario language: from TOML files to a validated [`Model`], with all that is wrong said at once.
//!
//! `scenarios/README.md` is the reference. Nothing right of this module checks a value again.

mod assemble;
mod build;
mod calendar;
mod check;
mod document;
mod error;
mod extend;
mod fingerprint;
mod keys;
mod library;
mod nested;
mod overrides;
mod passage;
mod posterior;
mod schema;
mod starter;
mod tables;

pub use error::{ErrorKind, Problem, Problems};
pub use fingerprint::Fingerprint;
pub use library::{
    CurvePoint, Distribution, Estimate, EvidenceValue, Form, Grade, Library, ReadingSet, Record, Role,
};
pub use passage::{PassageError, pieces};
pub(crate) use posterior::open_in_words;
pub use posterior::{Compared, LeftOut, compared};
pub use schema::schema;
pub use starter::starter;

use crate::files::{Files, Folder, ReadFault, SourceFile};
use crate::id::ScenarioId;
use crate::model::Model;
use crate::place::Place;
use assemble::assemble;
use document::Node;
use error::Report;
use extend::Reader;
use fingerprint::{Setting, fingerprint};
use overrides::Override;
use std::path::Path;
use std::sync::Arc;

/// What to load.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Name in the library, or a path (with `/` or `.toml`).
    pub scenario: String,
    /// Changes, as `KEY=VALUE`; of two to one key the last holds. `settings.patients=…` and the like too.
    pub overrides: Vec<String>,
}

impl Request {
    /// A scenario without changes.
    #[must_use]
    pub fn new(scenario: &str) -> Self {
        Self { scenario: scenario.to_owned(), overrides: Vec::new() }
    }

    /// The same with more changes.
    #[must_use]
    pub fn with(&self, overrides: &[String]) -> Self {
        Self { overrides: [self.overrides.as_slice(), overrides].concat(), ..self.clone() }
    }
}

/// A scenario that is free of errors.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it means.
    pub model: Model,
    /// Every file that was read, in order of reading.
    pub sources: Vec<SourceFile>,
    /// Changes from the command line, as given.
    pub overrides: Vec<String>,
    /// Where each strategy stands.
    pub strategies: Vec<Place>,
    /// Where the settings stand.
    pub settings: Place,
    /// The evidence library.
    pub library: Arc<Library>,
    /// Where a fit to the targets of this file belongs; nothing where it has none.
    pub fit: Option<Fingerprint>,
}

/// A scenario or trial in the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name.
    pub name: String,
    /// Title; empty where the file cannot be read.
    pub title: String,
    /// Question; empty where the file cannot be read.
    pub question: String,
}

/// Reads a scenario and all that it draws on.
///
/// # Errors
/// All problems of all files, by file and line.
pub fn load(request: &Request) -> Result<Loaded, Problems> {
    load_from(request, Folder::Scenarios, false)
}

/// Reads a trial, or a scenario with targets, as it was fitted.
///
/// # Errors
/// All problems of all files, by file and line.
pub fn load_fitted(request: &Request) -> Result<Loaded, Problems> {
    load_from(request, Folder::Trials, false)
}

/// Reads a trial, or a scenario with targets, before it is fitted: the figures that its targets fit have their priors.
///
/// # Errors
/// All problems of all files, by file and line.
pub fn load_trial(request: &Request) -> Result<Loaded, Problems> {
    load_from(request, Folder::Trials, true)
}

fn load_from(request: &Request, folder: Folder, unfitted: bool) -> Result<Loaded, Problems> {
    let mut report = Report::default();
    let mut reader = Reader::new(Files::beside(&request.scenario));
    let model = load_model(request, (folder, unfitted), &mut reader, &mut report);
    let (model, library, tree, fit) = report.finish(model)?;
    let strategies = tree.get("strategies").map_or(&[][..], Node::items);
    Ok(Loaded {
        model,
        strategies: strategies.iter().map(Node::place).collect(),
        settings: tree.get("settings").unwrap_or(&tree).place(),
        sources: reader.sources,
        overrides: request.overrides.clone(),
        library: Arc::new(library),
        fit,
    })
}

/// The evidence library that a scenario in the working folder would see.
///
/// # Errors
/// All problems of the evidence files.
pub fn evidence() -> Result<Library, Problems> {
    let mut report = Report::default();
    let mut reader = Reader::new(Files::default());
    let library = Library::load(&mut reader, &mut report);
    report.finish(Some(library))
}

/// The trials of the library, by name.
#[must_use]
pub fn trials() -> Vec<Listed> {
    listed(Folder::Trials)
}

/// The scenarios of the library, by name.
#[must_use]
pub fn list() -> Vec<Listed> {
    listed(Folder::Scenarios)
}

fn listed(folder: Folder) -> Vec<Listed> {
    let files = Files::default();
    files
        .names(folder)
        .into_iter()
        .map(|name| {
            let mut report = Report::default();
            let source = files.named(folder, &name).ok();
            let tree = source.and_then(|source| document::parse(&source, &mut report));
            let text = |key: &str| {
                let own = tree.as_ref().and_then(|tree| tree.get(key)).and_then(Node::text);
                own.unwrap_or("").to_owned()
            };
            Listed { title: text("title"), question: text("question"), name }
        })
        .collect()
}

/// A model, what it was read from, and where a fit to its targets belongs.
type Read = (Model, Library, Node, Option<Fingerprint>);

fn load_model(
    request: &Request,
    (folder, unfitted): (Folder, bool),
    reader: &mut Reader,
    report: &mut Report,
) -> Option<Read> {
    let changes = Override::parse_all(&request.overrides, report);
    let mut library = Library::load(reader, report);
    let source = scenario_file(&request.scenario, folder, reader, report)?;
    let (file, stem) = (source.name.clone(), stem(&source.short));
    let id = ScenarioId::new(&stem);
    if id.is_none() {
        let allowed = "a file name of small letters, digits and _ that starts with a letter";
        report.add(ErrorKind::OutOfDomain, Place::file(&file), "", format!("{stem:?}"), allowed);
    }
    let tree = reader.parse(source, report)?;
    let mut tree = reader.extended(folder_of(&tree), tree, &stem, report)?;
    library.apply(&changes, report);
    let turned = |change: &&Override| unfitted && library.turned.contains_key(&change.path[1]);
    for change in changes.iter().filter(|change| change.starts_with("evidence")).filter(turned) {
        let allowed =
            "no switch: a fit takes them as their records stand, and a run asks what if without a new fit";
        report.add(
            ErrorKind::Conflict,
            Place::file(document::OVERRIDE),
            &change.key(),
            "a switch turned",
            allowed,
        );
    }
    let (elsewhere, here): (Vec<Override>, Vec<Override>) =
        changes.into_iter().partition(|change| is_elsewhere(change, &tree));
    for change in here {
        let key = change.key();
        let (allowed, nearest) = match keys::setting_named(&key) {
            Some(meant) => ("a key by its whole path", Some(meant)),
            None if key == "evidence" => {
                ("evidence.ID.VALUE=number, or evidence.ID.on=true for a switch", None)
            }
            None => {
                change.apply(&mut tree, 0, report);
                continue;
            }
        };
        let (found, allowed) = (format!("{key:?}"), allowed.to_owned());
        let (place, kind) = (Place::file(document::OVERRIDE), ErrorKind::UnknownKey);
        report.push(Problem { place, key, kind, found, allowed, nearest });
    }
    check::check(&tree, &keys::SCENARIO, "", report);
    reader.inline = tree.get("regimens").cloned();
    let (evidence_changes, regimen_changes): (Vec<Override>, Vec<Override>) =
        elsewhere.into_iter().partition(|change| change.starts_with("evidence"));
    let others = nested::others(&tree, reader, &library, report);
    let (mut model, calibrated) = assemble((id, &others), &tree, reader, &regimen_changes, &library, report)?;
    let setting = Setting { library: &library, changes: &regimen_changes, readings: &model.readings.clone() };
    let fit = if model.trial.targets.is_empty() {
        None
    } else {
        fingerprint(&stem, &tree, reader, &setting, report)
    };
    let own = unfitted.then_some(stem.as_str());
    posterior::attach(&mut model, &calibrated, (own, &tree), reader, &setting, report);
    nested::add(&mut model, &others);
    // With mistakes elsewhere it is not known what the scenario uses.
    if report.is_empty() {
        library.check_used(&evidence_changes, &tree, &model.evidence, report);
    }
    Some((model, library, tree, fit))
}

/// Whether a change goes to the evidence or to a regimen file, not to the scenario.
fn is_elsewhere(change: &Override, tree: &Node) -> bool {
    change.starts_with("evidence")
        || (change.starts_with("regimens")
            && tree.get("regimens").and_then(|own| own.get(&change.path[1])).is_none())
}

/// The folder of the file that a tree was read from.
fn folder_of(tree: &Node) -> Folder {
    if tree.spot.short().starts_with("trials/") { Folder::Trials } else { Folder::Scenarios }
}

fn scenario_file(name: &str, folder: Folder, reader: &Reader, report: &mut Report) -> Option<SourceFile> {
    let trial = (folder == Folder::Trials).then(|| reader.files.named(folder, name).ok()).flatten();
    match trial.map_or_else(|| reader.files.scenario(name), Ok) {
        Ok(source) => Some(source),
        Err(error) if error.fault == ReadFault::Missing => {
            let file = format!("{name}.toml");
            let beside = reader.files.scenario(&file).is_ok().then_some(file);
            let names = Files::default().names(Folder::Scenarios);
            let near = crate::id::nearest(&stem(name), names.iter().map(String::as_str));
            report.push(Problem {
                place: Place::file(&error::shorten(if name.is_empty() { "SCENARIO" } else { name })),
                key: String::new(),
                kind: ErrorKind::NoFile,
                found: "no such scenario".to_owned(),
                allowed: "the path of a file, or the name of a scenario (`remisim list`)".to_owned(),
                nearest: beside.or_else(|| near.map(ToOwned::to_owned)),
            });
            None
        }
        Err(error) => {
            report.push(error.into());
            None
        }
    }
}

fn stem(short: &str) -> String {
    Path::new(short).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
