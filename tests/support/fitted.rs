//! The files of `scenarios/calibrated`, as they stand.

#![allow(dead_code, reason = "no test uses all of it")]

use remisim::scenario::Request;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Value;

/// A fitted parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) posterior_mean: f64,
    pub(crate) identified: f64,
    pub(crate) rhat: f64,
    pub(crate) ess_bulk: f64,
    pub(crate) ess_tail: f64,
}

/// A published figure, and what the fit shows of it.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) strategy: String,
    pub(crate) figure: String,
    pub(crate) role: String,
    pub(crate) published: f64,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) mean: f64,
    /// 95 % of the rows.
    pub(crate) rows: (f64, f64),
    pub(crate) predictive: (f64, f64),
    pub(crate) inside: bool,
    pub(crate) left_out: Option<LeftOut>,
}

/// A fit without a target.
#[derive(Debug)]
pub(crate) struct LeftOut {
    /// What it shows of the target.
    pub(crate) mean: f64,
    pub(crate) agrees: bool,
    pub(crate) rhat: f64,
    pub(crate) ess_bulk: f64,
    pub(crate) ess_tail: f64,
    /// What it shows of all targets.
    pub(crate) means: Vec<f64>,
}

impl Target {
    pub(crate) fn is_probability(&self) -> bool {
        !self.figure.starts_with("median") && !self.figure.starts_with("hazard ratio")
    }

    /// Whether a trial of the published size may well show what was published.
    pub(crate) fn contains_published(&self) -> bool {
        let (low, high) = self.predictive;
        if self.figure.ends_with(", at most") {
            low <= self.published
        } else if self.figure.ends_with(", at least") {
            high >= self.published
        } else if let Some((least, most)) = self.interval.filter(|_| self.figure.ends_with(", within")) {
            low <= most && least <= high
        } else {
            low <= self.published && self.published <= high
        }
    }
}

/// A fit.
#[derive(Debug)]
pub(crate) struct Fit {
    /// `eliana-eliana_mrd-literal`.
    pub(crate) key: String,
    pub(crate) trial: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) targets: Vec<Target>,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<f64>>,
    about: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/calibrated")
}

/// All fits, in order.
pub(crate) fn fits() -> Vec<Fit> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let about = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut keys: Vec<String> =
        about.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    keys.sort();
    assert!(keys.len() >= 15, "{keys:?}");
    keys.iter().map(|key| Fit::read(key)).collect()
}

fn number(value: &Value, key: &str) -> Option<f64> {
    let value = value.get(key)?;
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no {key} in {value}")).to_owned()
}

impl Fit {
    /// Reads one.
    pub(crate) fn read(key: &str) -> Self {
        let read = |extension: &str| fs::read_to_string(folder().join(format!("{key}.{extension}"))).unwrap();
        let about: Value = toml::from_str(&read("toml")).unwrap_or_else(|error| panic!("{key}: {error}"));
        let csv = read("csv");
        let mut lines = csv.lines();
        let columns = lines.next().unwrap().split(',').map(ToOwned::to_owned).collect();
        let row = |line: &str| line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let rows = lines.map(row).collect();
        let list = |key: &str| about.get(key).and_then(Value::as_array).unwrap();
        let of = |own: &Value, key: &str| number(own, key).unwrap_or_else(|| panic!("no {key} in {own}"));
        let parameters = list("parameters").iter().map(|own| Parameter {
            name: text(own, "name"),
            posterior_mean: of(&own["posterior"], "mean"),
            identified: of(own, "identified"),
            rhat: of(own, "rhat"),
            ess_bulk: of(own, "ess_bulk"),
            ess_tail: of(own, "ess_tail"),
        });
        let left_out = |own: &Value| {
            let left = own.get("left_out")?;
            let means = own.get("without")?["mean"].as_array().unwrap().iter();
            Some(LeftOut {
                mean: of(left, "mean"),
                agrees: left["agrees"].as_bool().unwrap(),
                rhat: of(left, "rhat"),
                ess_bulk: of(left, "ess_bulk"),
                ess_tail: of(left, "ess_tail"),
                means: means.map(|mean| mean.as_float().unwrap()).collect(),
            })
        };
        let targets = list("targets").iter().map(|own| {
            let shown = &own["fitted"];
            Target {
                name: text(own, "name"),
                strategy: text(own, "strategy"),
                figure: text(own, "figure"),
                role: text(own, "role"),
                published: of(own, "published"),
                interval: number(own, "published_low").zip(number(own, "published_high")),
                mean: of(shown, "mean"),
                rows: (of(shown, "lower_95"), of(shown, "upper_95")),
                predictive: (of(shown, "predictive_low"), of(shown, "predictive_high")),
                inside: shown["inside"].as_bool().unwrap(),
                left_out: left_out(own),
            }
        });
        let (parameters, targets) = (parameters.collect(), targets.collect());
        Self { key: key.to_owned(), trial: text(&about, "trial"), parameters, targets, columns, rows, about }
    }

    /// What the fit shows of its targets: means.
    pub(crate) fn means(&self) -> Vec<f64> {
        self.targets.iter().map(|own| own.mean).collect()
    }

    /// By target, the means of all in the fit without it.
    pub(crate) fn without(&self) -> Vec<Option<Vec<f64>>> {
        self.targets.iter().map(|own| own.left_out.as_ref().map(|left| left.means.clone())).collect()
    }

    /// The trial under the readings that the key names.
    pub(crate) fn request(&self) -> Request {
        let parts: Vec<&str> = self.key.split('-').collect();
        let overrides = parts[1..].chunks(2).map(|pair| format!("readings.{}=\"{}\"", pair[0], pair[1]));
        Request { scenario: self.trial.clone(), overrides: overrides.collect() }
    }

    /// A text atop the file.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.about[key].as_str().unwrap()
    }

    /// A number atop the file.
    pub(crate) fn number(&self, key: &str) -> f64 {
        number(&self.about, key).unwrap()
    }
}
