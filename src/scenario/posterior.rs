//! Fits that regimens are calibrated by: from the files of the library into the model.

use super::document::{Node, parse};
use super::error::{ErrorKind, Problem, Report};
use super::extend::Reader;
use super::fingerprint::{Fingerprint, Setting, fingerprint};
use crate::files::{Folder, ReadFault, SourceFile, sha256};
use crate::model::{Assumption, EvidenceUse, Model, PRIOR_DRIVEN, ParameterSource, Posterior};
use crate::place::Place;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a fit shows of the targets of its trial.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// Means, by target.
    pub fitted: Vec<f64>,
    /// Of each target what a fit without it shows; nothing where there was none, or its chains did not agree.
    pub left_out: Vec<Option<LeftOut>>,
}

/// What a fit without a target shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Mean of that target.
    pub mean: f64,
    /// 95 % of what a trial of the published size would show.
    pub predictive: (f64, f64),
    /// Whether the published figure lies within.
    pub inside: bool,
    /// Means of all targets.
    pub means: Vec<f64>,
}

impl Compared {
    /// By target, the means of all in the fit without it.
    #[must_use]
    pub fn without(&self) -> Vec<Option<Vec<f64>>> {
        self.left_out.iter().map(|own| own.as_ref().map(|own| own.means.clone())).collect()
    }
}

/// What the fit of a trial shows of its targets; nothing of one that is not fitted.
#[must_use]
pub fn compared(loaded: &super::Loaded) -> Compared {
    let Some(fit) = &loaded.fit else { return Compared::default() };
    let short = format!("calibrated/{}.toml", fit.key);
    let tree = loaded.sources.iter().find(|source| source.short == short);
    let Some(tree) = tree.and_then(|source| parse(source, &mut Report::default())) else {
        return Compared::default();
    };
    let targets = tree.get("targets").map_or(&[][..], Node::items);
    let one = |target: &Node| {
        let own = target.get("left_out")?;
        let number = |key: &str| own.get(key).and_then(Node::number);
        let means: Option<Vec<f64>> =
            target.get("without")?.get("mean")?.items().iter().map(Node::number).collect();
        let found = LeftOut {
            mean: number("mean")?,
            predictive: (number("predictive_low")?, number("predictive_high")?),
            inside: own.get("inside")?.flag()?,
            means: means.filter(|means| means.len() == targets.len())?,
        };
        own.get("agrees")?.flag()?.then_some(found)
    };
    let mean = |target: &Node| target.get("fitted")?.get("mean").and_then(Node::number);
    let Some(fitted) = targets.iter().map(mean).collect() else { return Compared::default() };
    Compared { fitted, left_out: targets.iter().map(one).collect() }
}

/// Takes the parameters that were fitted from the rows of their fits. `calibrated` names each trial, and the key that
/// does; that of `own` is left out. `tree` is that of the scenario itself.
pub(super) fn attach(
    model: &mut Model,
    calibrated: &[(String, Node)],
    (own, tree): (Option<&str>, &Node),
    reader: &mut Reader,
    setting: &Setting<'_>,
    report: &mut Report,
) {
    for (trial, user) in calibrated.iter().filter(|(trial, _)| own != Some(trial)) {
        let Some((fingerprint, file)) = expected(trial, user, (tree, reader), setting, report) else {
            continue;
        };
        let Some((fit, columns, about)) = read_fit(&fingerprint, (&file, user), reader, report) else {
            continue;
        };
        note_evidence(model, &fingerprint, trial);
        let index = model.posteriors.len();
        model.posteriors.push(fit);
        for (column, name) in columns.iter().enumerate() {
            let Some(at) = model.parameters.iter().position(|parameter| parameter.name == *name) else {
                continue;
            };
            let parameter = &mut model.parameters[at];
            if let ParameterSource::Posterior { fit, .. } = parameter.source {
                let other = &model.posteriors[fit].name;
                let found = format!("{name:?}, which {other} fits too");
                let allowed = format!("a figure fitted once: `held` in [calibration] of {trial} or {other}");
                report.add(ErrorKind::Conflict, user.place(), "calibrated", found, allowed);
            }
            parameter.source = ParameterSource::Posterior { fit: index, column };
            for assumption in model.assumptions.iter_mut().filter(|own| own.parameter == Some(at)) {
                assumption.reason = format!("fitted ({trial}) from the prior: {}", assumption.reason);
            }
        }
        prior_driven(&about, trial, index, model);
    }
}

/// Adds what the fit rests on to the evidence of the model.
fn note_evidence(model: &mut Model, fingerprint: &Fingerprint, trial: &str) {
    let by = format!("trials/{trial}.toml");
    for (name, reading) in &fingerprint.evidence {
        let Some((record, value)) = name.split_once('.') else { continue };
        match model.evidence.iter_mut().find(|own| own.record == record && own.value == value) {
            Some(known) => known.used_by.push(by.clone()),
            None => model.evidence.push(EvidenceUse {
                record: record.to_owned(),
                value: value.to_owned(),
                reading: reading.clone(),
                used_by: vec![by.clone()],
            }),
        }
    }
    model.evidence.sort_by(|a, b| (&a.record, &a.value).cmp(&(&b.record, &b.value)));
}

/// What the fit of a trial must have been made from, and what `remisim calibrate` calls it.
fn expected(
    trial: &str,
    user: &Node,
    (this, reader): (&Node, &mut Reader),
    setting: &Setting<'_>,
    report: &mut Report,
) -> Option<(Fingerprint, String)> {
    let folder = |folder| reader.files.named(folder, trial).ok();
    let Some(source) = folder(Folder::Trials).or_else(|| folder(Folder::Scenarios)) else {
        let mut names = reader.files.names(Folder::Trials);
        names.extend(reader.files.names(Folder::Scenarios));
        let found = (trial, "a file of trials/ or a scenario, with [[targets]]");
        let known = names.iter().map(String::as_str);
        report.add_unknown(ErrorKind::UnknownName, user.place(), "calibrated", found, known);
        return None;
    };
    let is_trial = source.short.starts_with("trials/");
    let file = if is_trial { trial.to_owned() } else { source.name.clone() };
    let mut own = Reader::new(reader.files.clone());
    let tree = if source.name == this.place().file {
        // As the command line has changed it.
        this.clone()
    } else {
        let tree = own.parse(source, report)?;
        own.extended(if is_trial { Folder::Trials } else { Folder::Scenarios }, tree, trial, report)?
    };
    own.inline = tree.get("regimens").cloned();
    let found = fingerprint(trial, &tree, &mut own, setting, report);
    own.sources.into_iter().for_each(|source| reader.note(source));
    found.map(|fingerprint| (fingerprint, file))
}

/// The fit of a trial with the names of its columns.
fn read_fit(
    expected: &Fingerprint,
    (file, user): (&str, &Node),
    reader: &mut Reader,
    report: &mut Report,
) -> Option<(Posterior, Vec<String>, Node)> {
    let mut read = |folder| match reader.files.named(folder, &expected.key) {
        Ok(source) => {
            reader.note(source.clone());
            Some(source)
        }
        Err(error) if error.fault == ReadFault::Missing => {
            let found = format!("no fit calibrated/{}.toml of these inputs", expected.key);
            report.push(remedy(file, user, found));
            None
        }
        Err(error) => {
            report.push(error.into());
            None
        }
    };
    let about = read(Folder::Calibrated)?;
    let rows = read(Folder::Posterior)?;
    let tree = parse(&about, report)?;
    let text = |key: &str| tree.get(key).and_then(Node::text);
    if text("inputs") != Some(&expected.sha256) {
        let found = format!("the fit {} of other inputs (targets, priors, regimens or changes)", about.short);
        report.push(remedy(file, user, found));
        return None;
    }
    if text("about") != Some(&own_hash(&about.text)) {
        let found = format!("{}, which was changed by hand or by another version", about.short);
        report.push(remedy(file, user, found));
        return None;
    }
    if text("rows") != Some(&rows.sha256) {
        let found = format!("{} that does not belong to {}", rows.short, about.short);
        report.push(remedy(file, user, found));
        return None;
    }
    let central =
        tree.get("central").and_then(Node::integer).and_then(|row| usize::try_from(row).ok()).unwrap_or(0);
    let (columns, values) = table(&rows, report)?;
    let fit =
        Posterior { name: expected.key.clone(), columns: columns.len(), values: Arc::from(values), central };
    if central >= fit.rows() {
        let place = Place::file(&about.name);
        report.add(ErrorKind::OutOfDomain, place, "central", central.to_string(), "a row of the fit");
        return None;
    }
    Some((fit, columns, tree))
}

/// The hash of the file about a fit, in which its own stands: of the text with an empty one.
fn own_hash(text: &str) -> String {
    let blank =
        |line: &str| if line.starts_with("about = ") { "about = \"\"\n".to_owned() } else { line.to_owned() };
    let lines: String = text.split_inclusive('\n').map(blank).collect();
    sha256(lines.as_bytes())
}

fn remedy(file: &str, user: &Node, found: String) -> Problem {
    Problem {
        place: user.place(),
        key: "calibrated".to_owned(),
        kind: ErrorKind::Stale,
        found,
        allowed: format!(
            "the fit of what is calibrated: run `remisim calibrate {file}` with the same --set (readings have fits of their own), or take the change back"
        ),
        nearest: None,
    }
}

/// Names of the columns and values, row by row.
fn table(source: &SourceFile, report: &mut Report) -> Option<(Vec<String>, Vec<f64>)> {
    let mut lines = source.text.lines().enumerate();
    let columns: Vec<String> = lines.next()?.1.split(',').map(ToOwned::to_owned).collect();
    let mut values = Vec::new();
    for (at, line) in lines {
        let before = values.len();
        let cells = line.split(',').map(|cell| cell.parse().ok().filter(|value: &f64| value.is_finite()));
        values.extend(cells.map_while(|cell| cell));
        if values.len() - before != columns.len() {
            let place = Place { file: source.name.clone(), line: at + 1, column: 0 };
            let allowed = format!("{} finite numbers", columns.len());
            report.add(ErrorKind::BadTable, place, "", "another row", allowed);
            return None;
        }
    }
    if values.is_empty() {
        report.add(ErrorKind::BadTable, Place::file(&source.name), "", "no rows", "rows of a fit");
        return None;
    }
    Some((columns, values))
}

/// Tells what no target of the trial fixes.
fn prior_driven(tree: &Node, trial: &str, index: usize, model: &mut Model) {
    // Of the regimens that the model gives, by their own names or extended.
    let fitted = model
        .parameters
        .iter()
        .filter(|own| matches!(own.source, ParameterSource::Posterior { fit, .. } if fit == index));
    let mut given: BTreeSet<String> = fitted
        .filter_map(|own| Some(own.name.strip_prefix("regimens/")?.split_once(".toml:")?.0.to_owned()))
        .collect();
    given.extend(model.regimens.iter().map(|own| own.id.as_str().to_owned()));
    let mut told = Vec::new();
    for quantity in tree.get("quantities").map_or(&[][..], Node::items) {
        let number = |key: &str| quantity.get(key).and_then(Node::number);
        let text = |key: &str| quantity.get(key).and_then(Node::text);
        let driven = quantity.get("prior_driven").and_then(Node::flag) == Some(true);
        let known = |node: &Node| node.text().is_some_and(|name| given.contains(name));
        if !quantity.get("regimens").is_some_and(|names| names.items().iter().any(known)) {
            continue;
        }
        let (Some(strategy), Some(name), true) = (text("strategy"), text("quantity"), driven) else {
            continue;
        };
        let (Some(mean), Some(low), Some(high)) = (number("mean"), number("low"), number("high")) else {
            continue;
        };
        let years = name == "life_years";
        let range = if years {
            format!("{low:.1} to {high:.1} years")
        } else {
            format!("{:.0} to {:.0} %", 100.0 * low, 100.0 * high)
        };
        told.push(format!("{}, {strategy}: {range}", open_in_words(name)));
        model.assumptions.push(Assumption {
            key: format!("trials/{trial}:{strategy}.{name}"),
            value: Some(mean),
            interval: Some((low, high)),
            unit: if years { "years" } else { "probability" },
            parameter: None,
            reason: format!("prior-driven: the targets of {trial} leave {range} open, so the priors decide"),
        });
    }
    if !told.is_empty() {
        model
            .warnings
            .push(format!("{PRIOR_DRIVEN}, not fixed by the targets of {trial}: {}.", told.join("; ")));
    }
}

/// What a fit says that it leaves open, by the name in its file.
pub(crate) fn open_in_words(name: &str) -> String {
    match name {
        "os_60_months" => "alive at 60 months".to_owned(),
        "relapse_60_months" => "relapsed by 60 months, of remissions".to_owned(),
        "death_in_remission_60_months" => "dead in remission by 60 months".to_owned(),
        other => other.replace('_', " "),
    }
}
