//! A model from the tree of a scenario and all that it draws on.

use super::build::{self, Builder, Own, Registry};
use super::check::{item_path, join};
use super::document::Node;
use super::error::{ErrorKind, Report};
use super::extend::Reader;
use super::library::Library;
use super::overrides::Override;
use super::tables;
use crate::files::{Folder, ReadFault, SourceFile};
use crate::id::ScenarioId;
use crate::model::{Caveats, Model};
use std::sync::Arc;

/// A data file of the library.
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

/// The files of dates that the products of a demand name, by name.
fn dates(tree: &Node, reader: &mut Reader, report: &mut Report) -> Vec<SourceFile> {
    let products = tree.get("demand").and_then(|demand| demand.get("products")).map_or(&[][..], Node::items);
    let mut all = Vec::new();
    for (index, product) in products.iter().enumerate() {
        let Some((node, name)) = product.get("dates").and_then(|node| Some((node, node.text()?))) else {
            continue;
        };
        match reader.files.beside_it(name) {
            Ok(source) => {
                reader.note(source.clone());
                all.push(source);
            }
            Err(error) if error.fault == ReadFault::Missing => {
                let key = join(&item_path("demand.products", product, index), "dates");
                report.add(ErrorKind::NoFile, node.place(), &key, error.found, error.allowed);
            }
            Err(error) => report.push(error.into()),
        }
    }
    all
}

/// The model, `others` being those of the products of its demand, and the trials that its regimens are calibrated to, each with a key that says so.
pub(super) fn assemble(
    (id, others): (Option<ScenarioId>, &[Option<Arc<Model>>]),
    tree: &Node,
    reader: &mut Reader,
    changes: &[Override],
    library: &Library,
    report: &mut Report,
) -> Option<(Model, Vec<(String, Node)>)> {
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
    let dates = dates(tree, reader, report);
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
    let name = id.as_ref().map_or("", ScenarioId::as_str);
    let trial = builder.trial(tree, name, (&strategies, &regimens));
    let economics = builder.economics(tree, &strategies, &regimens);
    let own = Own { strategies: &strategies, regimens: &regimens, population: &population };
    let demand = builder.demand(tree, &own, others, &dates);
    let design = builder.trial_design(tree, (&strategies, &regimens));
    let lesson = builder.lesson(tree);
    builder.check_body(tree, &regimens);
    let mixed_scales = builder.check_scales(tree, &strategies, &regimens);
    let texts = |key: &str| -> Vec<String> {
        let own = tree.get(key).map_or(&[][..], Node::items);
        own.iter().filter_map(|item| item.text().map(ToOwned::to_owned)).collect()
    };
    // One that extends another may keep but one of its strategies.
    let across = tree.get("across_populations").and_then(Node::text).filter(|_| strategies.len() > 1);
    let across = across.map(ToOwned::to_owned);
    let mut caveats = Caveats {
        across_populations: across.into_iter().collect(),
        published_models: texts("published_models"),
        others: texts("caveats"),
    };
    let told = [&caveats.across_populations, &caveats.others, &texts("warnings"), &caveats.published_models];
    let mut warnings: Vec<String> = Vec::new();
    for text in told.into_iter().flatten() {
        // One text may be of two kinds.
        if !warnings.contains(text) {
            warnings.push(text.clone());
        }
    }
    let across = build::group_warning(&strategies, &regimens);
    caveats.across_populations.extend(across.clone());
    let mut found: Vec<String> = build::sex_warning(&population, wants_life_table).into_iter().collect();
    found.extend(build::group_warnings(&population, &strategies, &regimens));
    found.extend(across);
    found.extend(build::start_warnings(&strategies, &regimens));
    found.extend(build::ratio_warnings(&regimens, wants_life_table));
    found.extend(build::cycle_warnings(&regimens));
    found.extend(builder.study_warnings(economics.as_ref(), &regimens));
    found.extend(builder.loss_warnings(&utilities));
    found.extend(builder.utility_warnings(&utilities, &regimens));
    found.extend(builder.off_centre_warnings());
    found.extend(builder.economic_warnings(economics.as_ref(), &regimens));
    found.extend(mixed_scales);
    // A scenario may have said so itself.
    found.retain(|text| !warnings.contains(text));
    warnings.extend(found);
    let foundations = builder.finish();
    let model = Model {
        id: id?,
        title: tree.get("title")?.text()?.to_owned(),
        question: tree.get("question")?.text()?.to_owned(),
        settings: settings?,
        population,
        parameters: foundations.parameters,
        dirichlets: foundations.dirichlets,
        posteriors: Vec::new(),
        trial: trial?,
        regimens,
        strategies,
        costs,
        utilities,
        tocilizumab,
        economics,
        demand,
        design,
        lesson,
        life_table: life_table.map(Arc::new),
        evidence: foundations.evidence,
        assumptions: foundations.assumptions,
        warnings,
        caveats,
        readings,
    };
    Some((model, foundations.calibrated))
}
