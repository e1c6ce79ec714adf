//! Figures of tables that a test writes.

#![allow(dead_code, reason = "no test uses all of it")]

use super::drawing::Drawing;
use remisim::files::sha256;
use remisim::report::{Figure, Told, figures};
use serde_json::json;
use std::fmt::Write as _;

/// The figures of a run that has these tables alone, of strategies a and b.
pub(crate) fn drawn(tables: &[(&str, &str)], settings: &serde_json::Value) -> Vec<Figure> {
    let outputs: Vec<_> = tables
        .iter()
        .map(|(file, text)| json!({ "file": file, "sha256": sha256(text.as_bytes()) }))
        .collect();
    let manifest = json!({
        "program": "remisim",
        "strategies": [
            { "id": "a", "label": "Alpha", "rests_on": {} },
            { "id": "b", "label": "Beta", "rests_on": {} },
        ],
        "settings": settings,
        "outputs": outputs,
    })
    .to_string();
    let find = |name: &str| {
        let table = tables.iter().find(|(file, _)| *file == name).map(|(_, text)| text.as_bytes());
        if name == "manifest.json" { Some(manifest.as_bytes()) } else { table }
    };
    figures(&Told::read(find).unwrap())
}

#[track_caller]
pub(crate) fn only(figures: &[Figure], name: &str) -> Drawing {
    let figure =
        figures.iter().find(|own| own.name == name).unwrap_or_else(|| panic!("no {name} in {figures:?}"));
    let svg = figure.svg();
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    Drawing::of(svg)
}

/// Days of one resource: what is enough rises by one in the third week.
pub(crate) fn days() -> String {
    let mut text =
        "day,centre,resource,unit,mean,mc_se,p50,p50_lower_95,p50_upper_95,p80,p90,p95,p99,chance_sd,\
                    unknown_sd,capacity,occupancy\n"
            .to_owned();
    for day in 1..=24 {
        let most = if day == 16 { 4 } else { 3 };
        let _ = writeln!(text, "{day},all,icu_beds,beds,1.5,0.1,1,,,2,2,2,{most},1,0.5,4,0.4");
    }
    text
}
