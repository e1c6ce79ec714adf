//! Shortages of a year: doses that were not there, whom they concerned, where they came from instead.

use super::super::chart::{Axis, Panel, stacked};
use super::super::ink::{Ink, POINTED, ruled};
use super::super::interval::{held, of, of_share, words};
use super::super::{Figure, Subject};
use super::grounds::Grounds;
use super::{everywhere, few, measure, place, share};
use crate::report::rounded::{amount, percent};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::LegendEntry;

const BEDS: &str = "Infusions and beds";
/// What is shown of all centres, in panels.
const PANELS: [(&str, &[&str]); 2] = [
    (
        "Tocilizumab",
        &[
            "doses_short",
            "patients_affected",
            "days_short",
            "doses_transferred",
            "doses_emergency",
            "doses_lost",
            "late_days",
        ],
    ),
    (
        BEDS,
        &["postponed_infusions", "lost_while_postponed", "icu_waited", "icu_transferred", "ward_transferred"],
    ),
];
/// Label of the axis of amounts, whose rows say of what.
const AMOUNT: &str = "number a year";
/// Pixels of a row, and of a panel without rows.
const ROW: f64 = 24.0;
const FRAME: f64 = 90.0;

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    told.rows("stockouts.csv").next()?;
    let mut said = Vec::new();
    let amounts = PANELS.iter().filter_map(|(title, names)| amounts(told, title, names, &mut said));
    let mut panels: Vec<(Panel, f64)> = amounts.collect();
    let shown = panels.len();
    panels.extend(chances(told, &mut said));
    let mut grounds = Grounds::of(told);
    for (at, (panel, height)) in panels.iter_mut().enumerate() {
        let resource = if at < shown && panel.title == BEDS { "icu" } else { "" };
        grounds.strip(panel, resource);
        *height += grounds.height();
    }
    let mut legend: Vec<LegendEntry> = vec![Ink::of(0).boxed("amount, mean")];
    if panels.len() > shown {
        legend.push(Ink::of(1).boxed("chance, mean"));
    }
    legend.push(ruled(POINTED, "", &words(told)));
    legend.extend(grounds.legend());
    let title = "Shortages of a year";
    Some(Figure {
        name: "demand_shortages".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: format!(
            "All centres together, and the chance of a year with a shortage at each. Bars are means over replications and \
                  draws, numbers beside the names too; whiskers {}: what is not known. A year of one draw \
                  differs from the next by chance as well; stockouts.csv has both. The chance of all is that of a shortage at \
                  any centre.",
            held(told)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["stockouts.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: stacked(title, panels, 760.0, legend),
    })
}

/// Amounts of a year at all centres together, and the height of their panel.
fn amounts(told: &Told, title: &str, names: &[&str], said: &mut Vec<String>) -> Option<(Panel, f64)> {
    let all = everywhere(told);
    let told_of = |outcome: &str| {
        let mut own = told.rows("stockouts.csv").filter(|row| row.text("outcome") == outcome);
        Some((own.find(|row| row.text("centre") == all)?, measure(outcome)))
    };
    let rows: Vec<(SheetRow<'_>, f64, String)> = names
        .iter()
        .filter_map(|name| {
            let (row, words) = told_of(name)?;
            Some((row, row.number("mean")?, words))
        })
        .collect();
    rows.first()?;
    let ends = rows.iter().map(|(row, mean, _)| of(row, *mean).map_or(*mean, |(_, high)| high));
    let most = ends.fold(0.0, f64::max);
    let x = if most < 3.0 {
        Axis::over(AMOUNT, [0.0, most].into_iter(), amount)
    } else {
        Axis::count(AMOUNT, most)
    };
    let labels = rows.iter().map(|(_, mean, words)| format!("{words}: {}", few(*mean)));
    let mut panel = Panel::of_rows(title, x, labels.collect()).called("what of");
    for (index, (row, mean, words)) in rows.iter().enumerate() {
        let height = panel.height(index, 0, 1);
        panel.bar((0.0, *mean), height, Ink::of(0), 1);
        if let Some(interval) = of(row, *mean).map(|(low, high)| (low.max(0.0), high)) {
            panel.whisker(interval, height, 0.2);
        }
        said.push(format!("{words}: {}.", few(*mean)));
    }
    Some((panel, FRAME + ROW * rows.len() as f64))
}

/// The chance of a shortage at each centre, and the height of the panel.
fn chances(told: &Told, said: &mut Vec<String>) -> Option<(Panel, f64)> {
    let all = told.rows("stockouts.csv").filter(|row| row.text("outcome") == "stockout_chance");
    let rows: Vec<(SheetRow<'_>, f64)> = all.filter_map(|row| Some((row, row.number("mean")?))).collect();
    rows.first()?;
    let axis = Axis { format: percent, ..Axis::probability("share of years") };
    let labels = rows.iter().map(|(row, mean)| format!("{}: {}", place(row.text("centre")), share(*mean)));
    let mut panel = Panel::of_rows("A year with a shortage", axis, labels.collect()).called("centre");
    for (index, (row, mean)) in rows.iter().enumerate() {
        let height = panel.height(index, 0, 1);
        panel.bar((0.0, *mean), height, Ink::of(1), 1);
        if let Some(interval) = of_share(row, *mean) {
            panel.whisker(interval, height, 0.2);
        }
        said.push(format!("{}: a shortage in {} of years.", place(row.text("centre")), share(*mean)));
    }
    Some((panel, FRAME + ROW * rows.len() as f64))
}
