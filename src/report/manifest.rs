//! `manifest.json`: what went in, how the run was made, what came out. Equal runs have equal manifests: no times, no
//! names of machines, no threads.

use super::basis::rests_on;
use super::{Finished, ReportFile, Results};
use crate::exact::ExactResults;
use crate::files::{Origin, sha256};
use crate::model::{Convention, CurveKind, DemandTarget, EfsFailureAt, EvidenceUse, Model};
use crate::scenario::Loaded;
use crate::summary::Summary;
use crate::verify::Sizes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The bytes of the manifest of these files.
pub(super) fn manifest(finished: &Finished<'_>, files: &[ReportFile]) -> Vec<u8> {
    let loaded = finished.loaded;
    let model = &loaded.model;
    let inputs: Vec<Value> = loaded
        .sources
        .iter()
        .map(|source| {
            let origin = match source.origin {
                Origin::Path => "path",
                Origin::Embedded => "embedded",
            };
            json!({ "file": source.short, "origin": origin, "sha256": source.sha256, "text": &*source.text })
        })
        .collect();
    let outputs: Vec<Value> = files
        .iter()
        .map(|file| json!({ "file": file.name, "bytes": file.bytes.len(), "sha256": sha256(&file.bytes) }))
        .collect();
    let readings: Vec<Value> =
        model.readings.iter().map(|(set, reading)| json!({ "set": set, "reading": reading })).collect();
    let strategies: Vec<Value> = model
        .strategies
        .iter()
        .map(|strategy| {
            json!({ "id": strategy.id.as_str(), "label": strategy.label, "rests_on": rests_on(model, strategy) })
        })
        .collect();
    let exact = match finished.results {
        Results::Simulated(_) => None,
        Results::Exact(results) => Some(results),
    };
    let mut value = json!({
        // First, and looked for by the code that replaces a folder of results.
        "program": "remisim",
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": model.id.as_str(),
        "title": model.title,
        "question": model.question,
        "engine": if exact.is_some() { "exact" } else { "simulate" },
        "seed": model.settings.seed,
        "patients": if exact.is_some() { Value::Null } else { json!(model.settings.patients) },
        "draws": model.settings.draws,
        "histories": finished.histories,
        "strategies": strategies,
        "settings": settings(model),
        "readings": readings,
        "overrides": loaded.overrides,
        "warnings": finished.warnings(),
        "caveats": {
            "across_populations": model.caveats.across_populations,
            "published_models": model.caveats.published_models,
            "others": model.caveats.others,
        },
        "missed_share": finished.summary.missed_share,
        "evidence": model.evidence.iter().map(used).collect::<Vec<_>>(),
        "outputs": outputs,
        "inputs": inputs,
    });
    if let Some(demand) = &model.demand {
        value["demand"] = json!({
            "years": demand.years,
            "replications": demand.replications,
            "search_replications": demand.search_replications,
            "centres": demand.centres.len(),
            "pooled": demand.stock.as_ref().is_some_and(|stock| stock.pooled),
            "extra_vials": demand.centres.iter().flat_map(|centre| &centre.extra_vials).any(|own| *own > 0),
        });
    }
    if let Some(design) = &model.design {
        let id = |strategy: usize| model.strategies[strategy].id.as_str();
        value["trial"] = json!({
            "control": id(design.control),
            "arm": id(design.arm),
            "endpoint": design.endpoint.label(),
            "response": design.response.label(),
            "patients": design.sizes.iter().map(|size| size.patients).collect::<Vec<_>>(),
            "trials": design.sizes.iter().map(|size| size.trials).collect::<Vec<_>>(),
            "allocation": design.allocation,
            "accrual_months": design.accrual_months,
            "follow_up_months": design.follow_up_months,
            "dropout_per_year": design.dropout_per_year,
            "alpha": design.alpha,
        });
    }
    if let Some(lesson) = &model.lesson {
        value["lesson"] = super::lesson::written(lesson);
    }
    if let Some(results) = exact {
        value["grid"] = grid(finished, results);
    }
    format!("{value:#}\n").into_bytes()
}

/// The manifest of a validation.
#[must_use]
pub fn validation_manifest(loaded: &Loaded, tables: &[(&str, &[u8])]) -> Vec<u8> {
    let sizes = (crate::validate::DRAWS, crate::validate::PATIENTS);
    of_tables(loaded, "validation", sizes, tables)
}

/// The manifest of a verification.
#[must_use]
pub fn verification_manifest(loaded: &Loaded, sizes: Sizes, table: &[u8]) -> Vec<u8> {
    of_tables(loaded, "verification", (sizes.draws, sizes.patients), &[("verification.csv", table)])
}

/// The manifest of a command that writes tables.
fn of_tables(
    loaded: &Loaded,
    command: &str,
    (draws, patients): (u32, u64),
    tables: &[(&str, &[u8])],
) -> Vec<u8> {
    let inputs = loaded.sources.iter();
    let inputs: Vec<Value> =
        inputs.map(|source| json!({ "file": source.short, "sha256": source.sha256 })).collect();
    let output = |(file, table): &(&str, &[u8])| json!({ "file": file, "bytes": table.len(), "sha256": sha256(table) });
    let outputs: Vec<Value> = tables.iter().map(output).collect();
    let mut value = json!({
        "program": "remisim",
        "version": env!("CARGO_PKG_VERSION"),
        command: loaded.model.id.as_str(),
        "draws": draws,
        "patients": patients,
        "seed": loaded.model.settings.seed,
        "outputs": outputs,
        "inputs": inputs,
    });
    if !loaded.overrides.is_empty() {
        value["overrides"] = json!(loaded.overrides);
    }
    format!("{value:#}\n").into_bytes()
}

/// The grid of the exact engine, and by how much each outcome of the first draw changes on one half as fine.
fn grid(finished: &Finished<'_>, results: &ExactResults) -> Value {
    let model = &finished.loaded.model;
    let coarse = Summary::of_coarse(model, results);
    let fine = Summary::of_first(model, results);
    let outcomes: Vec<Value> = fine
        .outcomes
        .iter()
        .zip(&coarse.outcomes)
        .filter(|(fine, coarse)| fine.outcome == coarse.outcome)
        .filter_map(|(fine, coarse)| {
            let change = (fine.band.mean? - coarse.band.mean?).abs();
            let strategy = model.strategies[fine.strategy].id.as_str();
            Some(json!({ "strategy": strategy, "outcome": fine.outcome, "change": change }))
        })
        .collect();
    json!({ "bins_per_month": results.bins_per_month, "change_on_half_the_bins": outcomes })
}

fn settings(model: &Model) -> Value {
    let settings = &model.settings;
    let convention = match settings.discount.convention {
        Convention::Annual => "annual",
        Convention::Continuous => "continuous",
        Convention::YearStart => "year_start",
    };
    let efs_failure_at = match settings.efs_failure_at {
        EfsFailureAt::Assessment => "assessment",
        EfsFailureAt::Start => "start",
    };
    let mut told = json!({
        "horizon_months": settings.horizon_months,
        "uncertainty": settings.uncertainty,
        "discount": {
            "costs": settings.discount.costs,
            "effects": settings.discount.effects,
            "convention": convention,
        },
        "background_mortality": if model.life_table.is_some() { "us_2014" } else { "none" },
        "curves": settings.curves.iter().copied().map(CurveKind::name).collect::<Vec<_>>(),
        "curve_months": settings.curve_months,
        "efs_failure_at": efs_failure_at,
        "currency": settings.currency,
        "price_year": settings.price_year,
    });
    if let Some(economics) = model.economics.as_ref().filter(|own| !own.groups.is_empty()) {
        told["groups"] = json!(economics.groups.iter().cloned().collect::<BTreeMap<_, _>>());
    }
    if let Some(target) = model.demand.as_ref().and_then(|demand| demand.target) {
        let target = match target {
            DemandTarget::ServiceLevel(least) => json!({ "service_level": least }),
            DemandTarget::StockoutChance(most) => json!({ "stockout_chance": most }),
        };
        told["demand"] = json!({ "target": target });
    }
    told
}

fn used(evidence: &EvidenceUse) -> Value {
    json!({
        "record": evidence.record,
        "value": evidence.value,
        "reading": evidence.reading,
        "used_by": evidence.used_by,
    })
}
