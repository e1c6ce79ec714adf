//! Grades of CRS and doses of tocilizumab: shares of patients with intervals.

use super::chart::{Axis, Panel, drawn};
use super::interval::{held, of_share};
use super::response::{legend, whisker};
use super::resting::{Resting, striped};
use super::{Figure, Subject};
use crate::report::rounded::percent;
use crate::report::told::Told;

/// Quantity, among whom, heading, and the words of the axis.
const PANELS: [(&str, &str, &str, &str); 3] = [
    ("crs_grade", "all", "Highest grade of CRS", "share of all patients"),
    ("tocilizumab_doses", "crs", "Doses of tocilizumab, with CRS", "share of patients with CRS"),
    ("tocilizumab_doses", "all", "Doses of tocilizumab, all", "share of all patients"),
];

/// The figure, where the run has its table.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    told.rows("crs.csv").next()?;
    let own: Vec<usize> = (0..told.strategies.len())
        .filter(|index| told.rows("crs.csv").any(|row| row.text("strategy") == told.strategies[*index].0))
        .collect();
    let (mut panels, mut said) = (Vec::new(), Vec::new());
    let (resting, mut any) = (Resting::of(told), false);
    let mut most = 0;
    for (quantity, among, title, words) in PANELS {
        let rows = || {
            let all = told.rows("crs.csv");
            all.filter(move |row| row.text("quantity") == quantity && row.text("among") == among)
        };
        // More doses than anyone had need no row.
        let mut values: Vec<&str> = Vec::new();
        for row in rows().filter(|row| row.number("share").is_some_and(|share| share > 0.0)) {
            if !values.contains(&row.text("value")) {
                values.push(row.text("value"));
            }
        }
        if quantity == "tocilizumab_doses" && values.len() < 2 {
            continue;
        }
        values.sort_unstable();
        if quantity == "crs_grade" {
            values.sort_by_key(|value| *value != "none");
        }
        let labels = values.iter().map(|value| match (quantity, *value) {
            ("crs_grade", value) => value.to_owned(),
            (_, "0") => "none".to_owned(),
            (_, "1") => "1 dose".to_owned(),
            (_, value) => format!("{value} doses"),
        });
        let axis = Axis { label: words.to_owned(), format: percent, ..Axis::probability("") };
        let rows_are = if quantity == "crs_grade" { "highest grade" } else { "doses" };
        let mut panel = Panel::of_rows(title, axis, labels.collect()).called(rows_are);
        for row in rows() {
            let at = values.iter().position(|value| *value == row.text("value"));
            let part = own.iter().position(|index| told.strategies[*index].0 == row.text("strategy"));
            let Some(((at, part), share)) = at.zip(part).zip(row.number("share")) else { continue };
            let height = panel.height(at, part, own.len());
            any |= resting.bar(&mut panel, (own[part], quantity), share, height, own.len());
            if let Some(ends) = of_share(&row, share) {
                panel.whisker(ends, height, 0.25 / own.len() as f64);
            }
            if among == "crs" {
                let label = &told.strategies[own[part]].1;
                said.push(format!(
                    "{label}, {} doses: {} of those with CRS.",
                    row.text("value"),
                    percent(share)
                ));
            }
        }
        most = most.max(values.len());
        panels.push(panel);
    }
    let title = "Grades of CRS and doses of tocilizumab";
    let height = 100.0 + most as f64 * (14.0 + 13.0 * own.len() as f64).min(100.0);
    let mut entries = legend(told);
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        own.contains(&(index - 1))
    });
    entries.push(whisker(told));
    entries.extend(any.then(|| striped("rests on an assumption")));
    Some(Figure {
        name: "crs_doses".to_owned(),
        subject: Subject::Response,
        title: title.to_owned(),
        caption: format!(
            "Shares of patients by their highest grade of CRS and by the doses of tocilizumab of all their lines; of at most \
                  200 draws and 500 patients of each. Bars are means over the draws, whiskers {}; of few \
                  patients with CRS a draw they hold much chance. Strategies whose regimens tell no CRS are left out. Doses are \
                  given in other panels to all patients and to those with CRS: a share means nothing without its denominator.",
            held(told)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["crs.csv", "assumptions.csv"],
        names: Vec::new(),
        scene: drawn(title, panels, 2, (400.0, height), entries),
    })
}
