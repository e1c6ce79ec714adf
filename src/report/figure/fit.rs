//! Fits: published figures against what is shown of them, priors against posteriors, and what stays open.

mod learnt;
mod targets;

use super::{Figure, Subject};
use crate::report::fitted::{Compared, FitFile, Unit, fits};
use crate::report::told::{Sheet, SheetRow, Told};
use serde_json::Value;

/// Of a run: all fits that its regimens have.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    fits(&told.manifest).iter().flat_map(|fit| of_fit(&told.manifest, fit)).collect()
}

fn of_fit(manifest: &Value, fit: &FitFile) -> Vec<Figure> {
    let against = targets::figure(
        (&format!("fit_{}", fit.name), &format!("Published figures and the fit {}", fit.name)),
        &fit.targets,
        targets::FITTED,
    );
    let learnt = learnt::parameters(manifest, fit);
    against.into_iter().chain(learnt).chain(learnt::open(fit)).collect()
}

/// The figures of a fit as `calibrate` writes it: `file` is its name in the library, `calibrated/NAME.toml`.
#[must_use]
pub fn fit_figures(file: &str, text: &str) -> Vec<Figure> {
    FitFile::read(file, text).iter().flat_map(|fit| of_fit(&Value::Null, fit)).collect()
}

/// The figure of `validation.csv`; `None` where the table compares nothing.
#[must_use]
pub fn validation_figure(title: &str, table: &Sheet) -> Option<Figure> {
    let mut all: Vec<Compared> = Vec::new();
    for row in table.rows() {
        let between = |centre: &str, [low, high]: [&str; 2]| {
            Some((row.number(centre)?, row.number(low).zip(row.number(high))))
        };
        let shown = between("simulated", ["lower_95", "upper_95"]);
        if row.text("role") == "left_out" {
            if let Some(last) = all.last_mut() {
                last.left_out = shown;
            }
            continue;
        }
        let published = between("published", ["published_low", "published_high"]);
        let Some((published, shown)) = published.zip(shown) else { continue };
        all.push(Compared {
            label: label(&row),
            role: row.text("role").to_owned(),
            unit: unit(row.text("endpoint")),
            published,
            shown: (shown.0, None),
            predicted: shown.1,
            left_out: None,
            inside: row.text("inside") == "true",
        });
    }
    targets::figure(("validation", title), &all, targets::SIMULATED)
}

fn unit(endpoint: &str) -> Unit {
    if endpoint.contains("_median_months") {
        Unit::Months
    } else if endpoint.contains("_hazard_ratio") {
        Unit::Ratio
    } else {
        Unit::Share
    }
}

fn label(row: &SheetRow<'_>) -> String {
    let endpoint = row.text("endpoint").replace('_', " ");
    let months = row.text("months");
    let at = if months.is_empty() { String::new() } else { format!(" at {months} months") };
    format!("{}: {endpoint}{at}", row.text("strategy"))
}
