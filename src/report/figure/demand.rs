//! What centres must hold: demand through time, peaks, stock against service, shortages, other choices.

mod choices;
mod daily;
mod grounds;
mod peaks;
mod shortage;
mod stock;

pub(in crate::report) use daily::{Course, courses};

use super::Figure;
use crate::report::rounded::{grouped, percent};
use crate::report::told::Told;

/// The figures, where the run has a demand.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let kinds = [daily::figures, peaks::figures, stock::figures, shortage::figures, choices::figures];
    kinds.iter().flat_map(|kind| kind(told)).collect()
}

/// A resource in words.
fn resource(name: &str) -> String {
    let vials = |end: &str| name.strip_prefix("vials_").and_then(|name| name.strip_suffix(end));
    if let Some(size) = vials("mg_used") {
        return format!("Vials of {} mg opened", size.replace('_', "."));
    }
    if let Some(size) = vials("mg_held") {
        return format!("Vials of {} mg held", size.replace('_', "."));
    }
    match name {
        "infusions" => "Infusions",
        "tocilizumab_doses" => "Doses of tocilizumab",
        "icu_beds" => "Beds of intensive care in use",
        "icu_beds_wanted" => "Beds of intensive care if there were no limit",
        "ward_beds" => "Ward beds in use",
        "ward_beds_wanted" => "Ward beds if there were no limit",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// A measure of a year in words.
fn measure(name: &str) -> String {
    match name {
        "doses_short" => "doses not there when needed",
        "patients_affected" => "patients who needed one",
        "days_short" => "days on which one was not there",
        "doses_transferred" => "doses from another centre",
        "doses_emergency" => "doses by emergency delivery",
        "doses_lost" => "doses not given",
        "late_days" => "days that doses came late",
        "postponed_infusions" => "infusions postponed",
        "lost_while_postponed" => "patients lost meanwhile",
        "icu_waited" => "patients who waited for intensive care",
        "icu_transferred" => "patients sent elsewhere for it",
        "ward_transferred" => "outpatients sent elsewhere for a bed",
        "stockout_chance" => "chance of a year with a shortage",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// A number with as many decimals as it needs: at least two digits that count.
fn few(value: f64) -> String {
    let size = value.abs();
    grouped(
        value,
        if size >= 10.0 || size == 0.0 {
            0
        } else if size >= 1.0 {
            1
        } else {
            2
        },
    )
}

/// A share as a percentage that tells little from none.
fn share(value: f64) -> String {
    if value > 0.0 && value < 0.01 { format!("{:.1} %", value * 100.0) } else { percent(value) }
}

/// A centre in words.
fn place(name: &str) -> String {
    name.replace('_', " ")
}

/// The name of all centres together: the one with a table of days.
fn everywhere(told: &Told) -> String {
    told.rows("demand_daily.csv").next().map_or_else(String::new, |row| row.text("centre").to_owned())
}

/// Resources of a table, in its order.
fn resources(told: &Told, file: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for row in told.rows(file) {
        if all.iter().all(|(name, _)| name != row.text("resource")) {
            all.push((row.text("resource").to_owned(), row.text("unit").to_owned()));
        }
    }
    all
}
