//! `manifest.json`: what went in, how the run was made, what came out. Equal runs have equal manifests: no times, no
//! names of machines, no threads.

use super::{Finished, ReportFile};
use crate::files::{Origin, sha256};
use crate::model::{Convention, CurveKind, EfsFailureAt, EvidenceUse, Model};
use serde_json::{Value, json};

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
        .map(|strategy| json!({ "id": strategy.id.as_str(), "label": strategy.label }))
        .collect();
    let value = json!({
        // First, and looked for by the code that replaces a folder of results.
        "program": "remisim",
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": model.id.as_str(),
        "title": model.title,
        "question": model.question,
        "engine": "simulate",
        "seed": model.settings.seed,
        "patients": model.settings.patients,
        "draws": model.settings.draws,
        "histories": finished.histories,
        "strategies": strategies,
        "settings": settings(model),
        "readings": readings,
        "overrides": loaded.overrides,
        "warnings": finished.warnings(),
        "missed_anchor_share": finished.summary.missed_share,
        "evidence": model.evidence.iter().map(used).collect::<Vec<_>>(),
        "outputs": outputs,
        "inputs": inputs,
    });
    format!("{value:#}\n").into_bytes()
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
    json!({
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
    })
}

fn used(evidence: &EvidenceUse) -> Value {
    json!({
        "record": evidence.record,
        "value": evidence.value,
        "reading": evidence.reading,
        "used_by": evidence.used_by,
    })
}
