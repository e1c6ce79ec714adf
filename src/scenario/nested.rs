//! Other scenarios whose patients come for the products of a demand: each read like a scenario, cut to one strategy.

use super::assemble::assemble;
use super::check::{check, item_path, join};
use super::document::{Body, Entry, Node};
use super::error::{ErrorKind, Report};
use super::extend::Reader;
use super::fingerprint::Setting;
use super::library::Library;
use super::{folder_of, keys, posterior, stem};
use crate::files::{Folder, ReadFault, SourceFile, is_path};
use crate::id::ScenarioId;
use crate::model::{Assumption, EvidenceUse, Model};
use std::sync::Arc;

/// What of another scenario has no part in the lives of its patients.
const LEFT_OUT: [&str; 9] = [
    "costs",
    "utilities",
    "tocilizumab",
    "economics",
    "demand",
    "trial",
    "targets",
    "statements",
    "calibration",
];
/// Settings that are those of the scenario itself, so that one figure has one value in all of them.
const SHARED: [&str; 3] = ["draws", "seed", "uncertainty"];

/// The models of the products of a scenario, one for each item of `demand.products`; none where the product is of the
/// scenario itself, or its scenario has an error, which is reported.
pub(super) fn others(
    tree: &Node,
    reader: &mut Reader,
    library: &Library,
    report: &mut Report,
) -> Vec<Option<Arc<Model>>> {
    let products = tree.get("demand").and_then(|demand| demand.get("products")).map_or(&[][..], Node::items);
    let named = products.iter().enumerate().map(|(index, product)| {
        let path = item_path("demand.products", product, index);
        Some(Named { scenario: product.get("scenario")?, strategy: product.get("strategy")?, path })
    });
    named
        .map(|named| {
            let named = named?;
            let inline = reader.inline.take();
            let model = other(tree, &named, reader, library, report);
            reader.inline = inline;
            model.map(Arc::new)
        })
        .collect()
}

/// A product of another scenario.
struct Named<'n> {
    scenario: &'n Node,
    strategy: &'n Node,
    /// Key of the product.
    path: String,
}

fn other(
    tree: &Node,
    named: &Named<'_>,
    reader: &mut Reader,
    library: &Library,
    report: &mut Report,
) -> Option<Model> {
    let source = source(named, reader, report)?;
    let stem = stem(&source.short);
    let id = ScenarioId::new(&stem);
    let own = reader.parse(source, report)?;
    let own = reader.extended(folder_of(&own), own, &stem, report)?;
    check(&own, &keys::SCENARIO, "", report);
    reader.inline = own.get("regimens").cloned();
    let cut = cut(&own, tree, named, report)?;
    let (mut model, calibrated) = assemble((id, &[]), &cut, reader, &[], library, report)?;
    let setting = Setting { library, changes: &[], readings: &model.readings.clone() };
    posterior::attach(&mut model, &calibrated, (None, &own), reader, &setting, report);
    Some(model)
}

fn source(named: &Named<'_>, reader: &Reader, report: &mut Report) -> Option<SourceFile> {
    let name = named.scenario.text()?;
    match if is_path(name) { reader.files.at(name) } else { reader.files.named(Folder::Scenarios, name) } {
        Ok(source) => Some(source),
        Err(error) if error.fault == ReadFault::Missing => {
            let names = reader.files.names(Folder::Scenarios);
            let found =
                (name, "a scenario of the library, or the path of a file from the folder of this one");
            let known = names.iter().map(String::as_str);
            let (place, key) = (named.scenario.place(), join(&named.path, "scenario"));
            report.add_unknown(ErrorKind::UnknownName, place, &key, found, known);
            None
        }
        Err(error) => {
            report.push(error.into());
            None
        }
    }
}

/// The tree of another scenario with one strategy, without what its patients' lives do not depend on, and with the
/// readings and settings that the scenario itself chooses.
fn cut(own: &Node, tree: &Node, named: &Named<'_>, report: &mut Report) -> Option<Node> {
    let mut entries = own.entries().to_vec();
    entries.retain(|entry| !LEFT_OUT.contains(&entry.key.as_str()));
    let id = named.strategy.text()?;
    for entry in &mut entries {
        match entry.key.as_str() {
            "strategies" => {
                let items = entry.node.items();
                let ids = || items.iter().filter_map(|item| item.get("id")?.text());
                let Some(item) = items.iter().find(|item| item.get("id").and_then(Node::text) == Some(id))
                else {
                    let allowed = format!("the id of a strategy of {}", named.scenario.text()?);
                    let (place, key) = (named.strategy.place(), join(&named.path, "strategy"));
                    report.add_unknown(ErrorKind::UnknownName, place, &key, (id, &allowed), ids());
                    return None;
                };
                entry.node.body = Body::List(vec![item.clone()]);
            }
            "settings" => {
                let shared =
                    SHARED.map(|key| tree.get("settings").and_then(|node| entry_of(node, key)).cloned());
                let mut settings = entry.node.entries().to_vec();
                settings.retain(|setting| !SHARED.contains(&setting.key.as_str()));
                settings.extend(shared.into_iter().flatten());
                entry.node.body = Body::Table(settings);
            }
            _ => {}
        }
    }
    if let Some(readings) = tree.entries().iter().find(|entry| entry.key == "readings") {
        let mut chosen = own.get("readings").map_or(&[][..], Node::entries).to_vec();
        chosen.retain(|entry| readings.node.get(&entry.key).is_none());
        chosen.extend(readings.node.entries().iter().cloned());
        entries.retain(|entry| entry.key != "readings");
        let node = Node { spot: readings.node.spot.clone(), body: Body::Table(chosen) };
        entries.push(Entry { key: readings.key.clone(), spot: readings.spot.clone(), node });
    }
    Some(Node { spot: own.spot.clone(), body: Body::Table(entries) })
}

fn entry_of<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entries().iter().find(|entry| entry.key == key)
}

/// Adds what the other scenarios stand on to what the scenario itself does, each once.
pub(super) fn add(model: &mut Model, others: &[Option<Arc<Model>>]) {
    for other in others.iter().flatten() {
        for used in &other.evidence {
            add_use(&mut model.evidence, used);
        }
        for assumption in &other.assumptions {
            if model.assumptions.iter().all(|known| known.key != assumption.key) {
                let parameter = assumption.parameter.map(|index| &other.parameters[index].name);
                let parameter =
                    parameter.and_then(|name| model.parameters.iter().position(|own| own.name == *name));
                model.assumptions.push(Assumption { parameter, ..assumption.clone() });
            }
        }
        for warning in &other.warnings {
            if !model.warnings.contains(warning) {
                model.warnings.push(warning.clone());
            }
        }
    }
    model.evidence.sort_by(|a, b| (&a.record, &a.value).cmp(&(&b.record, &b.value)));
}

fn add_use(evidence: &mut Vec<EvidenceUse>, used: &EvidenceUse) {
    let same = |known: &&mut EvidenceUse| known.record == used.record && known.value == used.value;
    match evidence.iter_mut().find(same) {
        Some(known) => {
            let new = used.used_by.iter().filter(|by| !known.used_by.contains(by));
            let new: Vec<String> = new.cloned().collect();
            known.used_by.extend(new);
        }
        None => evidence.push(used.clone()),
    }
}
