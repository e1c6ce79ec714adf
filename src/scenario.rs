//! The scenario language: from TOML files to a validated [`Model`], with all that is wrong said at once.
//!
//! `scenarios/README.md` is the reference. Nothing right of this module checks a value again.

mod build;
mod check;
mod document;
mod error;
mod extend;
mod keys;
mod library;
mod overrides;
mod schema;
mod starter;
mod tables;

pub use error::{ErrorKind, Problem, Problems};
pub use library::{
    CurvePoint, Distribution, Estimate, EvidenceValue, Form, Grade, Library, ReadingSet, Record, Role,
};
pub use schema::schema;
pub use starter::starter;

use crate::files::{Files, Folder, ReadFault, SourceFile};
use crate::id::ScenarioId;
use crate::model::Model;
use crate::place::Place;
use build::{Builder, Registry};
use document::Node;
use error::Report;
use extend::Reader;
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
}

/// A scenario in the library.
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
    let mut report = Report::default();
    let mut reader = Reader::new(Files::beside(&request.scenario));
    let model = load_model(request, &mut reader, &mut report);
    let (model, library, tree) = report.finish(model)?;
    let strategies = tree.get("strategies").map_or(&[][..], Node::items);
    Ok(Loaded {
        model,
        strategies: strategies.iter().map(Node::place).collect(),
        settings: tree.get("settings").unwrap_or(&tree).place(),
        sources: reader.sources,
        overrides: request.overrides.clone(),
        library: Arc::new(library),
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

/// The scenarios of the library, by name.
#[must_use]
pub fn list() -> Vec<Listed> {
    let files = Files::default();
    files
        .names(Folder::Scenarios)
        .into_iter()
        .map(|name| {
            let mut report = Report::default();
            let source = files.named(Folder::Scenarios, &name).ok();
            let tree = source.and_then(|source| document::parse(&source, &mut report));
            let text = |key: &str| {
                let own = tree.as_ref().and_then(|tree| tree.get(key)).and_then(Node::text);
                own.unwrap_or("").to_owned()
            };
            Listed { title: text("title"), question: text("question"), name }
        })
        .collect()
}

fn load_model(request: &Request, reader: &mut Reader, report: &mut Report) -> Option<(Model, Library, Node)> {
    let changes = Override::parse_all(&request.overrides, report);
    let mut library = Library::load(reader, report);
    let source = scenario_file(&request.scenario, reader, report)?;
    let (file, stem) = (source.name.clone(), stem(&source.short));
    let id = ScenarioId::new(&stem);
    if id.is_none() {
        let allowed = "a file name of small letters, digits and _ that starts with a letter";
        report.add(ErrorKind::OutOfDomain, Place::file(&file), "", format!("{stem:?}"), allowed);
    }
    let tree = reader.parse(source, report)?;
    let mut tree = reader.extended(Folder::Scenarios, tree, &stem, report)?;
    library.apply(&changes, report);
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
    let model = assemble(id, &tree, reader, &regimen_changes, &library, report)?;
    // With mistakes elsewhere it is not known what the scenario uses.
    if report.is_empty() {
        library.check_used(&evidence_changes, &tree, &model.evidence, report);
    }
    Some((model, library, tree))
}

/// Whether a change goes to the evidence or to a regimen file, not to the scenario.
fn is_elsewhere(change: &Override, tree: &Node) -> bool {
    change.starts_with("evidence")
        || (change.starts_with("regimens")
            && tree.get("regimens").and_then(|own| own.get(&change.path[1])).is_none())
}

fn scenario_file(name: &str, reader: &Reader, report: &mut Report) -> Option<SourceFile> {
    match reader.files.scenario(name) {
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

fn data(reader: &mut Reader, name: &str, report: &mut Report) -> Option<SourceFile> {
    match reader.files.named(Folder::Data, name) {
        Ok(source) => {
            reader.note(source.clone());
            Some(source)
        }
        Err(error) => {
            report.push(error.into());
            None
        }
    }
}

fn assemble(
    id: Option<ScenarioId>,
    tree: &Node,
    reader: &mut Reader,
    changes: &[Override],
    library: &Library,
    report: &mut Report,
) -> Option<Model> {
    let setting = |key: &str| tree.get("settings").and_then(|node| node.get(key)).and_then(Node::text);
    let wants_life_table = setting("background_mortality") == Some("us_2014");
    let wants_growth = tree.get("population").is_some_and(|node| node.get("body").is_some());
    let life_table = if wants_life_table {
        data(reader, "us-life-table-2014", report).and_then(|source| tables::life_table(&source, report))
    } else {
        None
    };
    let growth = if wants_growth {
        data(reader, "cdc-2000-weight-height-for-age", report)
            .and_then(|source| tables::growth(&source, report))
    } else {
        None
    };
    let mut builder = Builder::new(library, report);
    let readings = builder.choose_readings(tree);
    builder.allow_bare(tree);
    let settings = builder.settings(tree);
    let population = builder.population(tree, growth.map(Arc::new));
    let strategies = builder.strategies(tree, Registry::new(reader, changes));
    let costs = builder.costs(tree);
    let utilities = builder.utilities(tree);
    let tocilizumab = builder.tocilizumab(tree);
    let (population, (strategies, regimens)) = (population?, strategies?);
    builder.check_body(tree, &regimens);
    let mixed_scales = builder.check_scales(tree, &strategies, &regimens);
    let own = tree.get("warnings").map_or(&[][..], Node::items);
    let mut warnings: Vec<String> =
        own.iter().filter_map(|item| item.text().map(ToOwned::to_owned)).collect();
    let mut found: Vec<String> = build::sex_warning(&population, wants_life_table).into_iter().collect();
    found.extend(build::group_warnings(&population, &strategies, &regimens));
    found.extend(build::start_warnings(&strategies, &regimens));
    found.extend(mixed_scales);
    found.extend(builder.role_warnings());
    // A scenario may have said so itself.
    found.retain(|text| !warnings.contains(text));
    warnings.extend(found);
    let foundations = builder.finish();
    Some(Model {
        id: id?,
        title: tree.get("title")?.text()?.to_owned(),
        question: tree.get("question")?.text()?.to_owned(),
        settings: settings?,
        population,
        parameters: foundations.parameters,
        dirichlets: foundations.dirichlets,
        regimens,
        strategies,
        costs,
        utilities,
        tocilizumab,
        life_table: life_table.map(Arc::new),
        evidence: foundations.evidence,
        assumptions: foundations.assumptions,
        warnings,
        readings,
    })
}
