//! What a finished run tells: its manifest and its tables, as they stand in the folder of results.
//!
//! Figures and the report are built from these alone, after a run as later from its folder, so that both are the same
//! bytes and no picture says anything else than its table.

pub use super::sheet::{Sheet, SheetRow};

use crate::economics::drowned_share;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Why files are no finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToldError {
    /// `manifest.json` is missing, or is not that of `remisim run`.
    NotARun,
    /// Another version of the program wrote them: the manifest lacks what its strategies rest on.
    OtherVersion,
    /// A file that the manifest names is missing.
    Missing(String),
    /// A file is not the one that the run wrote.
    Changed(String),
}

impl fmt::Display for ToldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARun => f.write_str(
                "manifest.json: not found or not that of a run, allowed a folder that `remisim run` wrote",
            ),
            Self::OtherVersion => f.write_str(
                "manifest.json: lacks what strategies rest on, as another version of remisim writes it: run the scenario again",
            ),
            Self::Missing(file) => {
                write!(f, "{file}: not found, though manifest.json names it: run the scenario again")
            }
            Self::Changed(file) => write!(
                f,
                "{file}: its hash is not the one in manifest.json, so it was changed after the run: run the scenario again"
            ),
        }
    }
}

impl std::error::Error for ToldError {}

/// A finished run.
#[derive(Debug, Clone)]
pub struct Told {
    /// `manifest.json`.
    pub manifest: Value,
    /// SHA-256 of `manifest.json`.
    pub manifest_sha256: String,
    /// Ids of the strategies and what they are called, the comparator of differences first.
    pub strategies: Vec<(String, String)>,
    sheets: BTreeMap<String, Sheet>,
}

impl Told {
    /// The files that figures and report are built from, where a run has them.
    pub const FILES: [&'static str; 36] = [
        "manifest.json",
        "summary.csv",
        "spread.csv",
        "survival.csv",
        "events.csv",
        "assumptions.csv",
        "published.csv",
        "published_related.csv",
        "occupancy.csv",
        "incidence.csv",
        "convergence.csv",
        "histories.csv",
        "cost.csv",
        "effect.csv",
        "icers.csv",
        "increments.csv",
        "ceac.csv",
        "ceac_pairwise.csv",
        "expected_loss.csv",
        "evpi.csv",
        "evppi.csv",
        "tornado.csv",
        "switches.csv",
        "subgroups.csv",
        "budget.csv",
        "two_way.csv",
        "threshold.csv",
        "crs.csv",
        "demand_daily.csv",
        "demand_peaks.csv",
        "stockouts.csv",
        "policy.csv",
        "demand_switches.csv",
        "trials.csv",
        "trial_power.csv",
        "trial_curves.csv",
    ];

    /// Reads the files of a run by their names, each held to the hash in the manifest.
    ///
    /// # Errors
    /// See [`ToldError`].
    pub fn read<'a>(find: impl Fn(&str) -> Option<&'a [u8]>) -> Result<Self, ToldError> {
        let bytes = find("manifest.json").ok_or(ToldError::NotARun)?;
        let manifest: Value = serde_json::from_slice(bytes).map_err(|_| ToldError::NotARun)?;
        let outputs = manifest["outputs"].as_array().ok_or(ToldError::NotARun)?;
        let strategies = manifest["strategies"].as_array().ok_or(ToldError::NotARun)?;
        if manifest["program"] != "remisim" {
            return Err(ToldError::NotARun);
        }
        if strategies.iter().any(|own| own["rests_on"].is_null()) {
            return Err(ToldError::OtherVersion);
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let strategies = strategies.iter().map(|own| (text(&own["id"]), text(&own["label"]))).collect();
        let mut sheets = BTreeMap::new();
        for output in outputs {
            let name = text(&output["file"]);
            if !Self::FILES.contains(&name.as_str()) {
                continue;
            }
            let bytes = find(&name).ok_or_else(|| ToldError::Missing(name.clone()))?;
            if crate::files::sha256(bytes) != text(&output["sha256"]) {
                return Err(ToldError::Changed(name));
            }
            let sheet = Sheet::read(bytes).ok_or_else(|| ToldError::Changed(name.clone()))?;
            sheets.insert(name, sheet);
        }
        let manifest_sha256 = crate::files::sha256(bytes);
        Ok(Self { manifest, manifest_sha256, strategies, sheets })
    }

    /// A table by its file; `None` where the run has none.
    #[must_use]
    pub fn sheet(&self, file: &str) -> Option<&Sheet> {
        self.sheets.get(file)
    }

    /// Names of the tables.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.sheets.keys().map(String::as_str)
    }

    /// Rows of a table; none where the run has no such table.
    pub fn rows(&self, file: &str) -> impl DoubleEndedIterator<Item = SheetRow<'_>> {
        self.sheet(file).into_iter().flat_map(Sheet::rows)
    }

    /// What a reader must be told.
    #[must_use]
    pub fn warnings(&self) -> Vec<&str> {
        texts(&self.manifest["warnings"])
    }

    /// Warnings of one kind that bear on the answer: `across_populations`, `published_models` or `others`.
    #[must_use]
    pub fn caveats(&self, kind: &str) -> Vec<&str> {
        texts(&self.manifest["caveats"][kind])
    }

    /// The row of an outcome of a strategy in `summary.csv`.
    #[must_use]
    pub fn outcome(&self, strategy: &str, outcome: &str) -> Option<SheetRow<'_>> {
        self.rows("summary.csv")
            .find(|row| row.text("strategy") == strategy && row.text("outcome") == outcome)
    }

    /// Index of a strategy by its id.
    #[must_use]
    pub fn index(&self, strategy: &str) -> Option<usize> {
        self.strategies.iter().position(|(id, _)| id == strategy)
    }

    /// What a strategy is called.
    #[must_use]
    pub fn label<'a>(&'a self, strategy: &'a str) -> &'a str {
        self.index(strategy).map_or(strategy, |at| &self.strategies[at].1)
    }

    /// A text of the manifest.
    #[must_use]
    pub fn say(&self, key: &str) -> &str {
        self.manifest[key].as_str().unwrap_or_default()
    }

    /// A number of the manifest.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<f64> {
        self.manifest[key].as_f64()
    }

    /// The currency of costs.
    #[must_use]
    pub fn currency(&self) -> &str {
        self.manifest["settings"]["currency"].as_str().unwrap_or_default()
    }

    /// Whether simulation leaves noise in the draws that cannot be told from what is not known: one patient a draw shows
    /// no variance between patients, and few may explain all scatter of a net benefit gained.
    #[must_use]
    pub fn noise_untold(&self) -> bool {
        let gains =
            || self.rows("increments.csv").filter(|row| row.text("outcome") == "net_monetary_benefit");
        let draws = self.count("draws").unwrap_or(1.0);
        let share = |row: &SheetRow<'_>| row.number("noise_share");
        let drowned = || {
            gains().next().is_some()
                && gains().all(|row| share(&row).is_some_and(|own| drowned_share(own, draws)))
        };
        self.say("engine") == "simulate" && (self.count("patients") == Some(1.0) || drowned())
    }

    /// Whether the draws tell nothing of what is not known: where there is but one, or noise cannot be told from it.
    #[must_use]
    pub fn untold(&self) -> bool {
        self.noise_untold() || self.count("draws").is_some_and(|draws| draws < 2.0)
    }

    /// The strategy that others are compared with, in an economic evaluation.
    #[must_use]
    pub fn comparator(&self) -> Option<&str> {
        Some(self.rows("increments.csv").next()?.text("comparator"))
    }

    /// Money a QALY at which net benefits stand, in an economic evaluation.
    #[must_use]
    pub fn threshold(&self) -> Option<f64> {
        self.rows("increments.csv").find_map(|row| row.number("wtp"))
    }

    /// The same where the draws tell what is worth most there.
    #[must_use]
    pub fn priced(&self) -> Option<f64> {
        self.threshold().filter(|_| !self.untold())
    }
}

/// The texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
impl Told {
    /// A run without tables of these strategies.
    pub(in crate::report) fn of_strategies(strategies: Value) -> Self {
        let mut told = Self::of_tables(0, Value::Null, &[]);
        told.manifest["strategies"] = strategies;
        told
    }

    /// A run of so many strategies, `a` called `A` and so on, with these tables and what else is in its manifest; `regimens`
    /// there are those of each strategy by its id.
    pub(in crate::report) fn of_tables(strategies: usize, also: Value, tables: &[(&str, &str)]) -> Self {
        let regimens = also["regimens"].clone();
        let strategy = |id: char| {
            let rests_on = serde_json::json!({ "regimens": regimens[id.to_string()] });
            serde_json::json!({ "id": id, "label": id.to_ascii_uppercase(), "rests_on": rests_on })
        };
        let hashed = |(file, text): &(&str, &str)| serde_json::json!({ "file": file, "sha256": crate::files::sha256(text.as_bytes()) });
        let mut manifest = also;
        manifest["strategies"] = ('a'..).take(strategies).map(strategy).collect();
        manifest["outputs"] = tables.iter().map(hashed).collect();
        manifest["program"] = "remisim".into();
        let manifest = manifest.to_string();
        let find = |name: &str| {
            let table = tables.iter().find(|(file, _)| *file == name).map(|(_, text)| text.as_bytes());
            if name == "manifest.json" { Some(manifest.as_bytes()) } else { table }
        };
        Self::read(find).expect("a manifest and its tables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_table_is_no_table_of_the_run() {
        let table = b"strategy,mean\na,1\n".as_slice();
        let manifest = |hash: &str| {
            format!(
                r#"{{"program":"remisim","strategies":[{{"id":"a","label":"A","rests_on":{{}}}}],"outputs":[{{"file":"summary.csv","sha256":"{hash}"}}]}}"#
            )
        };
        let right = manifest(&crate::files::sha256(table));
        let wrong = manifest("0");
        let read = |manifest: &str, table: Option<&'static [u8]>| {
            let manifest: &'static [u8] = manifest.to_owned().leak().as_bytes();
            Told::read(|name| if name == "manifest.json" { Some(manifest) } else { table })
        };
        let told = read(&right, Some(table)).unwrap();
        assert_eq!(told.rows("summary.csv").next().unwrap().number("mean"), Some(1.0));
        assert_eq!(told.label("a"), "A");
        assert_eq!(read(&wrong, Some(table)).unwrap_err(), ToldError::Changed("summary.csv".to_owned()));
        assert_eq!(read(&right, None).unwrap_err(), ToldError::Missing("summary.csv".to_owned()));
        for other in ["{", "{}", &right.replace("remisim", "other")] {
            assert_eq!(read(other, Some(table)).unwrap_err(), ToldError::NotARun);
        }
        let older = right.replace("rests_on", "rests");
        assert_eq!(read(&older, Some(table)).unwrap_err(), ToldError::OtherVersion);
    }
}
