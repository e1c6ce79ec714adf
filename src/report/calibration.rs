//! What a calibration found, as the two files of the library that scenarios read: rows, and what they are.

use super::table::number;
use crate::calibrate::{Comparison, Diagnostics, Fit, Fitted, Range, Refit};
use crate::files::sha256;
use crate::model::{CurveKind, Model, Published, Quantity, Target, TargetRole};
use crate::outcome::flag;
use crate::scenario::Fingerprint;
use std::fmt::Write as _;

/// The rows as CSV, one column a parameter.
#[must_use]
pub fn calibration_rows(fit: &Fit) -> String {
    let names: Vec<&str> = fit.parameters.iter().map(|own| own.name.as_str()).collect();
    let mut text = names.join(",") + "\n";
    for row in &fit.rows {
        let cells: Vec<String> = row.iter().map(|value| number(*value)).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// Where the hash of the file itself stands once it is known; [`crate::scenario`] looks for it.
const ABOUT: &str = "about = \"\"";

/// What the rows are: inputs, priors and posteriors, targets against fit, and what no target fixes.
#[must_use]
pub fn calibration_about(model: &Model, fit: &Fit, fingerprint: &Fingerprint, rows: &str) -> String {
    let trial = model.id.as_str();
    let mut text = String::new();
    let out = &mut text;
    let _ = writeln!(
        out,
        "# Made by `remisim calibrate {trial}` and not to be changed by hand: any change of the trial, its"
    );
    let _ = writeln!(out, "# regimens or their evidence makes it stale, and running it again makes it anew.");
    if fit.left_out.iter().any(Option::is_some) {
        let _ = writeln!(
            out,
            "# `left_out` is of a fit without the target, `without` of all targets in it, in their order."
        );
    }
    let _ = writeln!(out, "trial = {trial:?}");
    let _ = writeln!(out, "inputs = {:?}", fingerprint.sha256);
    let _ = writeln!(out, "rows = {:?}", sha256(rows.as_bytes()));
    let _ = writeln!(out, "{ABOUT}");
    let _ = writeln!(out, "central = {}", fit.central);
    let _ = writeln!(out, "seed = {}", fit.plan.seed);
    let _ = writeln!(out, "chains = {}", fit.plan.chains);
    let _ = writeln!(out, "states = {}", fit.plan.kept);
    let _ = writeln!(out, "evaluations = {}", fit.evaluations);
    let identified: f64 = fit.parameters.iter().map(|own| own.identified.max(0.0)).sum();
    let _ = writeln!(out, "identified = {}", digits(identified));
    for own in &fit.parameters {
        parameter(out, model, own);
    }
    for (index, target) in model.trial.targets.iter().enumerate() {
        described(out, model, target, &fit.targets[index]);
        if let Some(refit) = &fit.left_out[index] {
            without(out, target, index, refit);
        }
    }
    for quantity in &fit.quantities {
        let _ = writeln!(out, "\n[[quantities]]");
        let _ = writeln!(out, "strategy = {:?}", model.strategies[quantity.strategy].id.as_str());
        let lines = &model.strategies[quantity.strategy].lines;
        let names: Vec<&str> = lines.iter().map(|line| model.regimens[line.regimen].id.as_str()).collect();
        let _ = writeln!(out, "regimens = {names:?}");
        let _ = writeln!(out, "quantity = {:?}", quantity.name);
        range(out, "", quantity.posterior);
        range(out, "prior_", quantity.prior);
        let _ = writeln!(out, "prior_driven = {}", quantity.is_prior_driven());
    }
    let own = sha256(text.as_bytes());
    text.replacen(ABOUT, &format!("about = {own:?}"), 1)
}

fn parameter(out: &mut String, model: &Model, own: &Fitted) {
    let _ = writeln!(out, "\n[[parameters]]\nname = {:?}", own.name);
    let of = |assumption: &&crate::model::Assumption| {
        assumption.parameter.is_some_and(|index| model.parameters[index].name == own.name)
    };
    let reason = model.assumptions.iter().find(of).map_or("evidence", |assumption| &assumption.reason);
    let _ = writeln!(out, "prior_from = {reason:?}");
    for (name, values) in [("prior", own.prior), ("posterior", own.posterior)] {
        let [mean, sd, low, median, high] = values.map(digits);
        let _ = writeln!(
            out,
            "{name} = {{ mean = {mean}, sd = {sd}, lower_95 = {low}, median = {median}, upper_95 = {high} }}"
        );
    }
    let _ = writeln!(out, "identified = {}", digits(own.identified));
    let _ = writeln!(out, "{}", agreement(&own.diagnostics).join("\n"));
}

/// How far chains agree, one key a number.
fn agreement(own: &Diagnostics) -> [String; 3] {
    let value = |value: Option<f64>| digits(value.unwrap_or(f64::NAN));
    // As many digits as show on which side of its limit it is.
    let rhat = rounded(own.rhat.unwrap_or(f64::NAN), 9);
    let (bulk, tail) = (value(own.ess_bulk), value(own.ess_tail));
    [format!("rhat = {rhat}"), format!("ess_bulk = {bulk}"), format!("ess_tail = {tail}")]
}

fn described(out: &mut String, model: &Model, target: &Target, fitted: &Comparison) {
    let _ = writeln!(out, "\n[[targets]]\nname = {:?}", target.name);
    let _ = writeln!(out, "strategy = {:?}", model.strategies[target.strategy].id.as_str());
    let _ = writeln!(out, "figure = {:?}", figure_name(target, model));
    let _ = writeln!(out, "role = {:?}", role_name(target.role));
    let _ = writeln!(out, "published = {}", digits(target.value));
    if let Some((low, high)) = target.interval {
        let _ = writeln!(out, "published_low = {}\npublished_high = {}", digits(low), digits(high));
    }
    if target.n > 0.0 {
        let _ = writeln!(out, "n = {}", digits(target.n));
    }
    let _ = writeln!(out, "fitted = {{ {} }}", shown(target, fitted));
}

/// The target left out: what the others say of it, whether the chains agree, and how all targets fare without it.
fn without(out: &mut String, target: &Target, index: usize, refit: &Refit) {
    let agreement = agreement(&refit.diagnostics).join(", ");
    let own = shown(target, &refit.targets[index]);
    let _ = writeln!(out, "left_out = {{ {own}, {agreement}, agrees = {} }}", refit.agrees());
    let all = |of: fn(&Comparison) -> f64| {
        refit.targets.iter().map(|own| digits(of(own))).collect::<Vec<_>>().join(", ")
    };
    let (mean, low, high) = (all(|own| own.mean), all(|own| own.interval.0), all(|own| own.interval.1));
    let _ = writeln!(out, "without = {{ mean = [{mean}], lower_95 = [{low}], upper_95 = [{high}] }}");
}

fn shown(target: &Target, own: &Comparison) -> String {
    let [mean, low, high] = [own.mean, own.interval.0, own.interval.1].map(digits);
    let [from, to] = [own.predictive.0, own.predictive.1].map(digits);
    let inside = own.inside(target);
    format!(
        "mean = {mean}, lower_95 = {low}, upper_95 = {high}, predictive_low = {from}, predictive_high = {to}, inside = {inside}"
    )
}

fn range(out: &mut String, prefix: &str, range: Range) {
    let [mean, low, high] = [range.mean, range.low, range.high].map(digits);
    let _ = writeln!(out, "{prefix}mean = {mean}\n{prefix}low = {low}\n{prefix}high = {high}");
}

/// Five digits, as TOML writes numbers.
fn digits(value: f64) -> String {
    rounded(value, 5)
}

fn rounded(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let rounded: f64 = format!("{value:.*e}", digits - 1).parse().unwrap_or(value);
    format!("{rounded:?}")
}

/// What a target does, in words of files.
#[must_use]
pub fn role_name(role: TargetRole) -> &'static str {
    match role {
        TargetRole::Fitted => "fitted",
        TargetRole::Prior => "prior",
        TargetRole::HeldOut => "held_out",
    }
}

/// What a target is about, in words.
#[must_use]
pub fn figure_name(target: &Target, model: &Model) -> String {
    let curve = |curve: CurveKind| curve.name();
    let outcome = |bit: u32| flag::NAMES[bit.trailing_zeros() as usize];
    let what = match target.quantity {
        Quantity::Point { curve: kind, months } => format!("{} at {} months", curve(kind), number(months)),
        Quantity::Median { curve: kind } => format!("median {}, months", curve(kind)),
        Quantity::Share { flag, among: None } => outcome(flag).to_owned(),
        Quantity::Share { flag, among: Some(among) } => format!("{} among {}", outcome(flag), outcome(among)),
        Quantity::HazardRatio { curve: kind, against, months } => {
            let other = model.strategies[against].id.as_str();
            format!("hazard ratio of {} against {other} until {} months", curve(kind), number(months))
        }
    };
    match target.published {
        Published::AtMost => format!("{what}, at most"),
        Published::AtLeast => format!("{what}, at least"),
        Published::Range => format!("{what}, within"),
        Published::Value => what,
    }
}
