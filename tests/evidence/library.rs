//! What the library holds, and which scenario uses what.

use rayon::prelude::*;
use remisim::model::{EvidenceUse, Model};
use remisim::quantity::Domain;
use remisim::scenario::{self, ErrorKind, Form, Library, Problems, Record, Request, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rows of the documents that may be unused, and why.
pub(crate) const UNUSED: [(&str, &str); 2] =
    [("Q01", "contradicts the survey behind the incidence of the same paragraph"), ("T37", "a reference")];

/// Ids of all rows of the two documents.
pub(crate) fn document_rows() -> Vec<String> {
    (1..=48).map(|row| format!("Q{row:02}")).chain((1..=37).map(|row| format!("T{row:02}"))).collect()
}

/// A scenario with changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Setup {
    pub(crate) scenario: String,
    pub(crate) overrides: Vec<String>,
}

/// A value of the library; of a Dirichlet, one part.
#[derive(Debug, Clone)]
pub(crate) struct LibraryValue {
    /// `Q22.tocilizumab`.
    pub(crate) name: String,
    /// Part from 1.
    part: Option<usize>,
}

impl LibraryValue {
    /// The changes that move it by a tenth, up and down; one that leaves its domain is not among them.
    pub(crate) fn moved(&self, library: &Library, setup: &Setup) -> Vec<String> {
        let (id, name) = self.name.split_once('.').unwrap();
        let value = &library.record(id).unwrap().values[name];
        let reading = library.sets().iter().find_map(|(set, readings)| {
            let chosen =
                |reading: &&String| setup.overrides.contains(&format!("readings.{set}=\"{reading}\""));
            let reading = readings.readings.keys().find(chosen)?;
            readings.readings[reading].get(&self.name)
        });
        let estimate = reading.and_then(|reading| value.readings.get(reading)).unwrap_or(&value.estimate);
        let central = match (&estimate.form, self.part) {
            (Form::Parts(counts), Some(part)) => {
                (counts[part - 1] + 0.5) / counts.iter().map(|count| count + 0.5).sum::<f64>()
            }
            (form, _) => form.central(),
        };
        let part = self.part.map_or_else(String::new, |part| format!(".{part}"));
        // A tenth of nothing is nothing.
        let targets = if central == 0.0 { vec![0.1] } else { vec![central * 1.1, central * 0.9] };
        let allowed = targets.into_iter().filter(|target| value.unit.allows(*target));
        allowed.map(|target| format!("evidence.{}{part}={target:?}", self.name)).collect()
    }
}

/// All values of records that are not unused or labels.
pub(crate) fn values(library: &Library) -> Vec<LibraryValue> {
    let mut all = Vec::new();
    let used = |role| !matches!(role, Role::Unused | Role::Label);
    for record in library.records().values().filter(|record| used(record.role)) {
        for (name, value) in &record.values {
            let name = format!("{}.{name}", record.id);
            if let Form::Parts(counts) = &value.estimate.form {
                let parts = 1..=counts.len();
                all.extend(parts.map(|part| LibraryValue { name: name.clone(), part: Some(part) }));
            } else {
                all.push(LibraryValue { name, part: None });
            }
        }
    }
    all
}

/// Who uses what.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// The setups that use each value (`Q22.tocilizumab`) and switch (`T10`): shipped scenarios as they are, and with
    /// one reading put in force or one switch turned.
    pub(crate) by: BTreeMap<String, Vec<Setup>>,
    /// The shipped scenarios as they are that take rows of a fit which rests on the value, and its trial.
    pub(crate) fitted: BTreeMap<String, Vec<(Setup, String)>>,
}

/// Who uses what of the library.
pub(crate) fn uses(library: &Library) -> Uses {
    let names: Vec<String> = scenario::list().into_iter().map(|entry| entry.name).collect();
    let plain = |name: &String| Setup { scenario: name.clone(), overrides: Vec::new() };
    let mut uses = Uses::default();
    uses.add(names.iter().map(plain).collect());
    // What only a switch of an economic evaluation or a demand brings in is used by the scenario with the switch.
    let switched = names.iter().flat_map(|name| {
        let model = load(&plain(name), None).ok();
        let (economics, demand) = model.map_or((None, None), |model| (model.economics, model.demand));
        let economics = economics.into_iter().flat_map(|economics| economics.switches);
        let switches = economics.chain(demand.into_iter().flat_map(|demand| demand.switches));
        switches.into_iter().map(|own| Setup { scenario: name.clone(), overrides: own.set })
    });
    uses.add(switched.collect());
    let turned = library.records().values().filter(|record| record.role == Role::Switch).map(|record| {
        let on = record.on.unwrap_or(false);
        (record.id.clone(), format!("evidence.{}.on={}", record.id, !on))
    });
    let read = library.sets().iter().flat_map(|(set, readings)| {
        let others = readings.readings.iter().filter(|(name, _)| **name != readings.default);
        others.flat_map(move |(reading, choices)| {
            choices.keys().map(move |value| (value.clone(), format!("readings.{set}=\"{reading}\"")))
        })
    });
    let mut changed = Vec::new();
    for (name, change) in turned.chain(read) {
        for setup in uses.by.get(&name).into_iter().flatten() {
            changed.push(Setup { scenario: setup.scenario.clone(), overrides: vec![change.clone()] });
        }
    }
    changed.sort();
    changed.dedup();
    uses.add(changed);
    uses
}

impl Uses {
    fn add(&mut self, setups: Vec<Setup>) {
        let mut loaded: Vec<(usize, Setup, Vec<EvidenceUse>)> = setups
            .into_par_iter()
            .filter_map(|setup| {
                let model = match load(&setup, None) {
                    Ok(model) => model,
                    // A reading whose fit is not made: `every_reading_moves_some_output` judges it.
                    Err(problems) if !setup.overrides.is_empty() && is_stale(&problems) => return None,
                    Err(problems) => panic!("{setup:?}: {problems}"),
                };
                // What is unrolled for each run: the small scenarios are asked first.
                let lines: usize = model.strategies.iter().map(|strategy| strategy.lines.len()).sum();
                Some((model.population.cells() * lines, setup, model.evidence))
            })
            .collect();
        loaded.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        for (_, setup, evidence) in loaded {
            for used in evidence {
                let name = match used.value.as_str() {
                    "" => used.record,
                    value => format!("{}.{value}", used.record),
                };
                let trials = used.used_by.iter().filter_map(|by| fitted_trial(by));
                if setup.overrides.is_empty() {
                    let fitted = trials.map(|trial| (setup.clone(), trial.to_owned()));
                    self.fitted.entry(name.clone()).or_default().extend(fitted);
                }
                self.by.entry(name).or_default().push(setup.clone());
            }
        }
        self.fitted.retain(|_, fitted| !fitted.is_empty());
    }
}

/// The trial of `trials/tower.toml`; what has a key behind the file is no fit.
fn fitted_trial(by: &str) -> Option<&str> {
    by.strip_prefix("trials/")?.strip_suffix(".toml")
}

/// A setup with one more change.
pub(crate) fn load(setup: &Setup, change: Option<&str>) -> Result<Model, Problems> {
    let overrides = setup.overrides.iter().cloned().chain(change.map(ToOwned::to_owned)).collect();
    scenario::load(&Request { scenario: setup.scenario.clone(), overrides }).map(|loaded| loaded.model)
}

/// Whether nothing is wrong but that fits are not of these inputs.
pub(crate) fn is_stale(problems: &Problems) -> bool {
    problems.list().iter().all(|problem| problem.kind == ErrorKind::Stale)
}

/// Whether `file:key` exists in the scenario library; a file alone must exist.
pub(crate) fn file_holds(place: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (file, key) = place.split_once(':').map_or((place, None), |(file, key)| (file, Some(key)));
    let Ok(text) = std::fs::read_to_string(root.join(file)) else { return false };
    let Some(key) = key else { return true };
    if Path::new(file).extension().is_none_or(|extension| extension != "toml") {
        return text.contains(key);
    }
    let tree: toml::Table = toml::from_str(&text).unwrap();
    let mut node = &toml::Value::Table(tree);
    for part in key.split('.') {
        let found = match node {
            toml::Value::Table(table) => table.get(part),
            toml::Value::Array(items) => {
                let named = |item: &&toml::Value| {
                    item.get("id").or_else(|| item.get("name")).and_then(toml::Value::as_str) == Some(part)
                };
                items.iter().find(named)
            }
            _ => None,
        };
        let Some(next) = found else { return false };
        node = next;
    }
    true
}

/// What names a publication whatever the words around it: the digits of a DOI or of a number of a library, volume
/// and first page, an address.
fn sources(document: &str) -> BTreeSet<String> {
    let words = document.split(|c: char| c.is_whitespace() || "(),;/".contains(c));
    let named = |word: &str| {
        let word = word.split_once('-').filter(|_| word.contains(':')).map_or(word, |(first, _)| first);
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        let is_page = word.contains(':') && digits.len() + 1 == word.len();
        if digits.len() >= 6 {
            Some(digits)
        } else {
            (is_page || word.rsplit('.').next() == Some("com")).then(|| word.to_owned())
        }
    };
    words.filter_map(named).collect()
}

/// Pairs of values of two records that a common publication makes one figure: prices and utilities, which a publication
/// gives once, whatever words tell of whom; and others that agree in population and endpoint but not in the value.
fn told_twice(records: &[&Record]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let of_record = sources(&record.document);
        for other in &records[index + 1..] {
            if of_record.is_disjoint(&sources(&other.document)) {
                continue;
            }
            let alike = !record.endpoint.is_empty()
                && (&record.endpoint, &record.population, &record.arm)
                    == (&other.endpoint, &other.population, &other.arm);
            for (name, value) in &record.values {
                let twin = other.values.iter().find(|(_, twin)| {
                    let once = matches!(value.unit, Domain::Money | Domain::Utility | Domain::Qalys);
                    let differs = alike && twin.estimate.form.central() != value.estimate.form.central();
                    twin.unit == value.unit && (once || differs)
                });
                if let Some((twin, _)) = twin {
                    found.push(format!("{}.{name} and {}.{twin}", record.id, other.id));
                }
            }
        }
    }
    found
}

#[test]
fn no_publication_says_the_same_thing_twice() {
    let library = scenario::evidence().unwrap_or_else(|problems| panic!("{problems}"));
    let records: Vec<&Record> = library.records().values().collect();
    let twice = told_twice(&records);
    assert!(twice.is_empty(), "two records of one figure: {}", twice.join(", "));
}

/// Other words for the source of a record are still its source.
#[test]
fn a_publication_told_in_other_words_is_known_again() {
    let library = scenario::evidence().unwrap_or_else(|problems| panic!("{problems}"));
    for (id, document) in [
        ("U1", "Aristides M et al. Health Qual Life Outcomes 2015;13:181 (s12955-015-0377-3)"),
        ("U2", "Vignettes of CAR-T cells (pubmed 35129829); AML discrete choice study (PMC6151058)"),
        ("C1", "JCO.2018.79.0642 (tisagenlecleucel, US list price)"),
        ("C4", "US Medicare payment limit of tocilizumab (curafi.com/drug/actemra)"),
        ("C5", "Blood Adv 2024;8:1200 (MarketScan 2016-2020, 937 transplants with cost)"),
    ] {
        let record = library.record(id).unwrap();
        let mut again = record.clone();
        again.id = "again".to_owned();
        again.document = document.to_owned();
        again.endpoint = "told otherwise".to_owned();
        assert!(!told_twice(&[record, &again]).is_empty(), "{id}");
    }
}
