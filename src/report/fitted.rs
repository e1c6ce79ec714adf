//! What a fit tells, read back from the file that `calibrate` wrote: figures of fits are drawn from it alone.

use serde_json::Value;
use std::collections::BTreeSet;
use toml::Table;

/// A centre with the ends of its 95 % interval.
pub(super) type Between = (f64, Option<(f64, f64)>);

/// What a number measures, and so on which axis it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A probability or share.
    Share,
    /// A median.
    Months,
    /// A ratio of hazards.
    Ratio,
}

/// A published figure against what is shown of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Compared {
    pub(super) label: String,
    pub(super) role: String,
    pub(super) unit: Unit,
    pub(super) published: Between,
    /// Of the fit, or of virtual patients.
    pub(super) shown: Between,
    /// Where 95 of 100 trials of the published size would fall.
    pub(super) predicted: Option<(f64, f64)>,
    /// Of a fit without it, where that was made.
    pub(super) left_out: Option<Between>,
    pub(super) inside: bool,
}

/// What the posterior of a parameter rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// The targets of the fit.
    Targets,
    /// An assumption, to which the targets add next to nothing.
    Prior,
    /// A published figure, to which they add as little.
    Published,
}

/// Share of the variance of a prior below which the targets tell next to nothing.
const LITTLE: f64 = 0.1;

/// A parameter before and after the fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learnt {
    pub(super) name: String,
    /// Mean, standard deviation, ends of the 95 % interval.
    pub(super) prior: [f64; 4],
    pub(super) posterior: [f64; 4],
    /// Share of the prior's variance that the targets take away.
    pub(super) identified: f64,
    /// Whether the prior is a published figure.
    published: bool,
}

impl Learnt {
    pub(super) fn basis(&self) -> Basis {
        match (self.identified < LITTLE, self.published) {
            (false, _) => Basis::Targets,
            (true, true) => Basis::Published,
            (true, false) => Basis::Prior,
        }
    }
}

/// What a fit says beyond its targets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    pub(super) strategy: String,
    pub(super) quantity: String,
    pub(super) prior: Between,
    pub(super) posterior: Between,
    pub(super) prior_driven: bool,
}

/// The file of a fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FitFile {
    /// Name of the file without its ending.
    pub(super) name: String,
    pub(super) targets: Vec<Compared>,
    pub(super) parameters: Vec<Learnt>,
    pub(super) open: Vec<Open>,
}

/// The fits whose files a run read, from the texts in its manifest.
pub(super) fn fits(manifest: &Value) -> Vec<FitFile> {
    let inputs = manifest["inputs"].as_array().into_iter().flatten();
    let texts = inputs.filter_map(|input| Some((input["file"].as_str()?, input["text"].as_str()?)));
    texts.filter_map(|(file, text)| FitFile::read(file, text)).collect()
}

/// Figures of the fits of a run: those with evidence, of the targets or of their own, and those that are prior-driven.
pub(super) fn fitted(manifest: &Value) -> [BTreeSet<String>; 2] {
    let all = fits(manifest).into_iter().flat_map(|fit| fit.parameters);
    let (driven, known): (Vec<_>, Vec<_>) = all.partition(|own| own.basis() == Basis::Prior);
    [known, driven].map(|some| some.into_iter().map(|own| own.name).collect())
}

fn number(table: &Table, key: &str) -> Option<f64> {
    let value = table.get(key)?;
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn text(table: &Table, key: &str) -> String {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    let items = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    items.filter_map(toml::Value::as_table)
}

fn between(table: &Table, [centre, low, high]: [&str; 3]) -> Option<Between> {
    Some((number(table, centre)?, number(table, low).zip(number(table, high))))
}

impl FitFile {
    /// Reads a file of `calibrated/`; `None` where it is none.
    pub(super) fn read(file: &str, text: &str) -> Option<Self> {
        let name = file.strip_prefix("calibrated/")?.strip_suffix(".toml")?.to_owned();
        let table: Table = text.parse().ok()?;
        Some(Self {
            name,
            targets: list(&table, "targets").filter_map(target).collect(),
            parameters: list(&table, "parameters").filter_map(learnt).collect(),
            open: list(&table, "quantities").filter_map(open).collect(),
        })
    }
}

fn target(table: &Table) -> Option<Compared> {
    let fitted = table.get("fitted")?.as_table()?;
    let shown = ["mean", "lower_95", "upper_95"];
    let figure = text(table, "figure");
    let unit = if figure.starts_with("median ") {
        Unit::Months
    } else if figure.starts_with("hazard ratio ") {
        Unit::Ratio
    } else {
        Unit::Share
    };
    let left_out = table.get("left_out").and_then(toml::Value::as_table);
    let left_out = left_out.filter(|own| own.get("agrees").and_then(toml::Value::as_bool) == Some(true));
    Some(Compared {
        label: format!("{}: {figure}", text(table, "strategy")),
        role: text(table, "role"),
        unit,
        published: between(table, ["published", "published_low", "published_high"])?,
        shown: between(fitted, shown)?,
        predicted: number(fitted, "predictive_low").zip(number(fitted, "predictive_high")),
        left_out: left_out.and_then(|own| between(own, shown)),
        inside: fitted.get("inside").and_then(toml::Value::as_bool).unwrap_or(true),
    })
}

fn learnt(table: &Table) -> Option<Learnt> {
    let of = |key: &str| {
        let own = table.get(key)?.as_table()?;
        let [mean, sd, low, high] = ["mean", "sd", "lower_95", "upper_95"].map(|key| number(own, key));
        Some([mean?, sd?, low?, high?])
    };
    let identified = number(table, "identified")?;
    let published = text(table, "prior_from") == "evidence";
    Some(Learnt {
        name: text(table, "name"),
        prior: of("prior")?,
        posterior: of("posterior")?,
        identified,
        published,
    })
}

fn open(table: &Table) -> Option<Open> {
    Some(Open {
        strategy: text(table, "strategy"),
        quantity: text(table, "quantity"),
        prior: between(table, ["prior_mean", "prior_low", "prior_high"])?,
        posterior: between(table, ["mean", "low", "high"])?,
        prior_driven: table.get("prior_driven").and_then(toml::Value::as_bool).unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posterior_rests_on_targets_or_on_its_prior() {
        let one = |name: &str, from: &str, identified: f64| {
            let spread = "{ mean = 0.5, sd = 0.1, lower_95 = 0.3, upper_95 = 0.7 }";
            format!(
                "[[parameters]]\nname = \"{name}\"\nprior_from = \"{from}\"\nidentified = {identified}\nprior = {spread}\nposterior = {spread}\n"
            )
        };
        let text = [
            one("told", "a guess", 0.8),
            one("told_and_published", "evidence", 0.8),
            one("published", "evidence", 0.05),
            one("assumed", "a guess", 0.05),
        ];
        let fit = FitFile::read("calibrated/a.toml", &text.concat()).unwrap();
        let found: Vec<Basis> = fit.parameters.iter().map(Learnt::basis).collect();
        assert_eq!(found, [Basis::Targets, Basis::Targets, Basis::Published, Basis::Prior]);
    }

    #[test]
    fn every_shipped_fit_is_read_whole() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/calibrated");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|own| own != "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            let fit = FitFile::read(&format!("calibrated/{name}"), &text).unwrap();
            let times = |what: &str| text.matches(what).count();
            assert_eq!(fit.targets.len(), times("\n[[targets]]\n"), "{name}");
            assert_eq!(fit.parameters.len(), times("\n[[parameters]]\n"), "{name}");
            assert_eq!(fit.open.len(), times("\n[[quantities]]\n"), "{name}");
            let driven = fit.open.iter().filter(|own| own.prior_driven).count();
            assert_eq!(driven, times("\nprior_driven = true\n"), "{name}");
            count += 1;
        }
        assert!(count > 10, "{count}");
        assert_eq!(FitFile::read("trials/tower.toml", "title = \"\""), None);
    }
}
