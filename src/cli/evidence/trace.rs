//! All of one record: its source, its numbers, and where they go.

use super::figure;
use crate::cli::output::Text;
use crate::model::EvidenceUse;
use crate::scenario::{EvidenceValue, Form, Library, Record};
use std::collections::BTreeMap;

/// The record, and what uses it by scenario and trial.
pub(super) fn traced(
    record: &Record,
    library: &Library,
    uses: &BTreeMap<String, Vec<EvidenceUse>>,
) -> String {
    let mut out = Text::default();
    out.line(&record.id);
    let state = record.on.map_or("", |on| if on { "on" } else { "off" });
    let (implemented_by, file) = (record.implemented_by.join(", "), record.file.to_string());
    let fields = [
        ("document", record.document.as_str()),
        ("place", &record.place),
        ("population", &record.population),
        ("arm", &record.arm),
        ("endpoint", &record.endpoint),
        ("meaning", &record.meaning),
        ("how read", &record.reading),
        ("grade", record.grade.name()),
        ("role", record.role.name()),
        ("switch", state),
        ("not used", &record.why_unused),
        ("done by", &implemented_by),
        ("file", &file),
    ];
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.line(format!("  {name:<10}  {text}"));
    }
    for (name, value) in &record.values {
        write_value(&mut out, &format!("{}.{name}", record.id), value, library);
    }
    write_uses(&mut out, uses);
    out.finish()
}

/// What a fit rests on it hands on to all that take its rows: of each fit that is told once.
fn write_uses(out: &mut Text, uses: &BTreeMap<String, Vec<EvidenceUse>>) {
    let mut fits: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for (user, uses) in uses {
        for evidence in uses {
            let name = if evidence.value.is_empty() { "switch" } else { &evidence.value };
            let reading = match evidence.reading.as_str() {
                "" | "default" => String::new(),
                reading => format!(", reading {reading}"),
            };
            let what = format!("{name}{reading}");
            let (fitted, own): (Vec<&String>, Vec<&String>) =
                evidence.used_by.iter().partition(|key| key.starts_with("trials/") && !key.contains(':'));
            if !own.is_empty() {
                out.line(format!("  used by {user} ({what})"));
                own.into_iter().for_each(|key| out.line(format!("    {key}")));
            }
            for fit in fitted.into_iter().filter(|fit| fit.strip_suffix(".toml") != Some(user)) {
                fits.entry((fit, what.clone())).or_default().push(user);
            }
        }
    }
    for ((fit, what), users) in fits {
        out.line(format!("  in the fit of {fit} ({what}), which gives its rows to {}", users.join(", ")));
    }
    if uses.values().all(Vec::is_empty) {
        out.line("  used by no number of a scenario as it stands; a switch may take it");
    }
}

/// One value, its other readings, and the sets of readings that choose between them.
fn write_value(out: &mut Text, name: &str, value: &EvidenceValue, library: &Library) {
    let form = &value.estimate.form;
    out.line(format!("  value {name}: {} [{}]", figure(form), value.unit));
    if let Form::Fixed { reason, .. } = form {
        out.line(format!("    not uncertain: {reason}"));
    }
    let point = &value.estimate.point;
    let texts = [
        ("from", point.origin.clone()),
        ("among", point.among.clone()),
        ("censored by", point.censored_by.clone()),
        ("arm", point.arm.clone()),
        ("at months", point.at_months.map(|months| months.to_string())),
        ("effective n", point.n_effective.map(|n| n.to_string())),
    ];
    for (what, text) in texts.into_iter().filter_map(|(what, text)| Some((what, text?))) {
        out.line(format!("    {what} {text}"));
    }
    for (reading, estimate) in &value.readings {
        out.line(format!("    reading {reading}: {}", figure(&estimate.form)));
    }
    for (set, readings) in library.sets() {
        for (reading, choices) in &readings.readings {
            if let Some(choice) = choices.get(name) {
                let default = if *reading == readings.default { ", the default" } else { "" };
                out.line(format!("    with readings.{set} = \"{reading}\"{default}: {choice}"));
            }
        }
    }
}
