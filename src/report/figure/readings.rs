//! Doses of tocilizumab for a hundred infusions, under each reading of the source.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED};
use super::{Figure, Subject};
use crate::report::lesson::asks_for;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LegendShape, MarkerShape};

/// A choice, doses for a hundred infusions, and their interval over draws.
type Rate = (String, f64, Option<(f64, f64)>);

/// A choice in words.
fn called(name: &str) -> String {
    let word = |word: &str| if word == "crs" { "CRS".to_owned() } else { word.to_owned() };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// The row without another choice.
const BASE: &str = "base";

/// In the order of `demand_switches.csv`.
fn rates(told: &Told) -> Vec<Rate> {
    let mut names: Vec<&str> = Vec::new();
    for row in told.rows("demand_switches.csv") {
        let name = row.text("switch");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let find = |name: &str, outcome: &str| {
        told.rows("demand_switches.csv")
            .find(|row| row.text("switch") == name && row.text("outcome") == outcome)
    };
    let rate = |name: &str| {
        let infusions = find(name, "infusions")?.number("mean").filter(|own| *own > 0.0)?;
        let doses = find(name, "doses_needed").or_else(|| find(name, "doses"))?;
        let of = |column: &str| doses.number(column).map(|own| own / infusions * 100.0);
        let words = if name == BASE { "as the scenario reads it".to_owned() } else { called(name) };
        Some((words, of("mean")?, of("lower_95").zip(of("upper_95"))))
    };
    names.into_iter().filter_map(rate).collect()
}

/// The figure, where the lesson of the run shows it.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "tocilizumab_readings";
    let rates = if asks_for(told, name) { rates(told) } else { Vec::new() };
    if rates.is_empty() {
        return Vec::new();
    }
    let most = rates.iter().map(|(_, rate, ends)| ends.map_or(*rate, |(_, high)| high)).fold(1.0, f64::max);
    let x = Axis::over("doses of tocilizumab for 100 infusions", [0.0, most].into_iter(), |value| {
        format!("{value:.0}")
    });
    let mut panel = Panel::of_rows("", x, rates.iter().map(|(name, _, _)| name.clone()).collect());
    for (row, (_, rate, interval)) in rates.iter().enumerate() {
        let at = panel.height(row, 0, 1);
        panel.bar((0.0, *rate), at, Ink::of(row), 1);
        if let Some(interval) = interval {
            panel.whisker(*interval, at, 0.15);
        }
        panel.mark((*rate, at), Ink::pointed(MarkerShape::Diamond), 4.5);
    }
    let title = "Tocilizumab under each reading";
    let said: Vec<String> = rates
        .iter()
        .map(|(name, rate, ends)| {
            let ends = ends.map_or(String::new(), |(low, high)| format!(" ({low:.0} to {high:.0})"));
            format!("{name}: {rate:.0} doses{ends}.")
        })
        .collect();
    let legend = vec![LegendEntry {
        label: "mean, and where 95 of 100 draws lie".to_owned(),
        color: POINTED.to_owned(),
        shape: LegendShape::Marker(MarkerShape::Diamond),
        dasharray: None,
    }];
    vec![Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Response,
        title: title.to_owned(),
        caption: "Doses of a year divided by infusions of a year. The whiskers hold what is not known within a reading; the distance between the bars is what is \
                  not known about the reading."
            .to_owned(),
        alt: format!("{title}, doses for 100 infusions. {}", said.join(" ")),
        tables: &["demand_switches.csv"],
        scene: drawn(title, vec![panel], 1, (680.0, 110.0 + rates.len() as f64 * 55.0), legend),
    }]
}
