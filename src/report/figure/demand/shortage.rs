//! Shortages of a year: doses that were not there, whom they concerned, where they came from instead.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{Ink, filled};
use super::super::{Figure, Subject};
use super::{everywhere, few, measure, place, share};
use crate::report::rounded::{amount, percent};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::LegendEntry;

const AMOUNTS: [&str; 12] = [
    "doses_short",
    "patients_affected",
    "days_short",
    "doses_transferred",
    "doses_emergency",
    "doses_lost",
    "late_days",
    "postponed_infusions",
    "lost_while_postponed",
    "icu_waited",
    "icu_transferred",
    "ward_transferred",
];

fn interval(row: &SheetRow<'_>) -> Option<(f64, f64)> {
    row.number("lower_95").zip(row.number("upper_95"))
}

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    let all = everywhere(told);
    let of = |outcome: &str| {
        let mut own = told.rows("stockouts.csv").filter(|row| row.text("outcome") == outcome);
        own.find(|row| row.text("centre") == all)
    };
    let amounts: Vec<_> = AMOUNTS.iter().filter_map(|name| Some((*name, of(name)?))).collect();
    amounts.first()?;
    let ends = amounts.iter().filter_map(|(_, row)| interval(row).map(|own| own.1).or(row.number("mean")));
    let most = ends.fold(0.0, f64::max);
    let label = |(name, row): &(&str, SheetRow<'_>)| {
        let mean = row.number("mean").map_or_else(String::new, |mean| format!(": {}", few(mean)));
        format!("{}{mean}", measure(name))
    };
    let x = if most < 3.0 {
        Axis::over("a year", [0.0, most].into_iter(), amount)
    } else {
        Axis::count("a year", most)
    };
    let mut amounts_panel = Panel::of_rows("All centres", x, amounts.iter().map(label).collect());
    let mut said = Vec::new();
    for (index, (name, row)) in amounts.iter().enumerate() {
        let Some(mean) = row.number("mean") else { continue };
        let height = amounts_panel.height(index, 0, 1);
        amounts_panel.bar((0.0, mean), height, Ink::of(0).colour, 1);
        if let Some(interval) = interval(row) {
            amounts_panel.whisker(interval, height, 0.2);
        }
        said.push(format!("{}: {}.", measure(name), few(mean)));
    }
    let chances: Vec<SheetRow<'_>> =
        told.rows("stockouts.csv").filter(|row| row.text("outcome") == "stockout_chance").collect();
    let names: Vec<String> = chances
        .iter()
        .map(|row| {
            let mean = row.number("mean").map_or_else(String::new, |mean| format!(": {}", share(mean)));
            format!("{}{mean}", place(row.text("centre")))
        })
        .collect();
    let axis = Axis { format: percent, ..Axis::probability("share of years") };
    let mut chance = Panel::of_rows("A year with a shortage", axis, names);
    for (index, row) in chances.iter().enumerate() {
        let Some(mean) = row.number("mean") else { continue };
        let height = chance.height(index, 0, 1);
        chance.bar((0.0, mean), height, Ink::of(1).colour, 1);
        if let Some(interval) = interval(row) {
            chance.whisker(interval, height, 0.2);
        }
        said.push(format!("{}: a shortage in {} of years.", place(row.text("centre")), share(mean)));
    }
    let rows = amounts.len().max(chances.len()) as f64;
    let panels: Vec<Panel> = if chances.is_empty() { vec![amounts_panel] } else { vec![amounts_panel, chance] };
    let title = "Shortages of a year";
    let mut legend: Vec<LegendEntry> = vec![filled(Ink::of(0).colour, "amount, mean")];
    if panels.len() > 1 {
        legend.push(filled(Ink::of(1).colour, "chance, mean"));
    }
    Some(Figure {
        name: "demand_shortages".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: "Bars are means over replications and draws, numbers beside the names too; whiskers hold 95 % of the draws: what \
                  is not known. A year of one draw differs from the next by chance as well; stockouts.csv has both. The chance of \
                  all is that of a shortage at any centre."
            .to_owned(),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["stockouts.csv"],
        names: Vec::new(),
        scene: drawn(title, panels, 2, (560.0, 110.0 + 24.0 * rows), legend),
    })
}
