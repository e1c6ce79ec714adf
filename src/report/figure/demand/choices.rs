//! The demand as it is and under other readings and rules, side by side.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{BEHIND, Ink, POINTED, ruled};
use super::super::{Figure, Subject};
use super::grounds::Grounds;
use super::{few, measure};
use crate::model::Switch;
use crate::report::rounded::{amount, grouped, money, percent};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{MarkerShape, ReferenceLine};

/// How numbers of an axis are written.
type Format = fn(f64) -> String;

/// What is shown of a year, with its heading and how its numbers are written.
const YEAR: [(&str, &str, Format); 4] = [
    ("doses_needed", "Doses of tocilizumab needed a year", amount),
    ("doses_short", "Doses not there when needed a year", amount),
    ("stockout_chance", "Chance of a year with a shortage", percent),
    ("holding_cost", "Cost of holding vials a year", money),
];
/// Peaks that are shown.
const PEAKS: [(&str, &str); 2] = [
    ("peak_tocilizumab_doses", "Most doses in a day of a year"),
    ("peak_icu_beds_wanted", "Most beds of intensive care wanted"),
];

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

/// Ends of a line and the value marked in it: the mean with its interval, or of a peak the mean, the 95th and the 99th.
/// Last the Monte Carlo error of the mean.
type Line = (f64, Option<(f64, f64)>, Option<f64>, Option<f64>);

fn line(row: &SheetRow<'_>) -> Option<Line> {
    let mean = row.number("mean")?;
    let noise = row.number("mc_se");
    let peak = row.number("p95").zip(row.number("p99"));
    Some(match peak {
        Some((most, almost)) => (mean, Some((mean, almost)), Some(most), noise),
        None => (mean, row.number("lower_95").zip(row.number("upper_95")), None, noise),
    })
}

/// A choice in words.
fn called(switch: &str) -> String {
    if switch == Switch::BASE { "as it is".to_owned() } else { switch.replace('_', " ") }
}

fn figure(told: &Told) -> Option<Figure> {
    let mut switches: Vec<&str> = Vec::new();
    for row in told.rows("demand_switches.csv") {
        if !switches.contains(&row.text("switch")) {
            switches.push(row.text("switch"));
        }
    }
    switches.first()?;
    let year = YEAR.iter().map(|(name, title, format)| ((*name).to_owned(), (*title).to_owned(), *format));
    let whole: Format = |value| grouped(value, 0);
    let peaks = PEAKS.iter().map(|(name, title)| ((*name).to_owned(), (*title).to_owned(), whole));
    let (mut panels, mut said, mut peaked, mut erring) = (Vec::new(), Vec::new(), false, false);
    let mut grounds = Grounds::of(told);
    for (outcome, title, format) in year.chain(peaks) {
        let of = |switch: &str| {
            let mut own = told.rows("demand_switches.csv").filter(|row| row.text("switch") == switch);
            own.find(|row| row.text("outcome") == outcome).as_ref().and_then(line)
        };
        let lines: Vec<Option<Line>> = switches.iter().map(|switch| of(switch)).collect();
        let known = lines.iter().flatten();
        let ends = known.flat_map(|own| {
            let error = own.3.map(|se| own.0 + 1.96 * se);
            [Some(own.0), own.1.map(|ends| ends.1), own.2, error].into_iter().flatten()
        });
        let most = ends.fold(0.0, f64::max);
        if most == 0.0 {
            continue;
        }
        let rows = switches.iter().map(|switch| called(switch)).collect();
        let mut units = told.rows("demand_switches.csv").filter(|row| row.text("outcome") == outcome);
        let unit = match units.next().map_or("", |row| row.text("unit")) {
            "money" => told.currency().to_owned(),
            "probability" => "share of years".to_owned(),
            unit => unit.to_owned(),
        };
        let mut panel = Panel::of_rows(
            &title,
            if outcome.starts_with("peak_") {
                Axis::count(&unit, most)
            } else {
                Axis::over(&unit, [0.0, most].into_iter(), format)
            },
            rows,
        )
        .called("choice");
        for (index, own) in lines.iter().enumerate() {
            let Some((mean, interval, most, noise)) = own else { continue };
            let height = panel.height(index, 0, 1);
            if let Some(interval) = interval {
                panel.whisker(*interval, height, 0.14);
            }
            // Of a peak, and where too few draws tell no more.
            let noise = noise.filter(|_| most.is_some() || interval.is_none());
            if let Some(ends) = noise.map(|se| ((*mean - 1.96 * se).max(0.0), *mean + 1.96 * se)) {
                erring = true;
                panel.interval(ends, height, Ink::of(0).colour, 4.0);
            }
            panel.mark((*mean, height), Ink::of(0), 4.5);
            if let Some(most) = most {
                panel.mark((*most, height), Ink::pointed(MarkerShape::Diamond), 4.5);
                peaked = true;
            }
            if outcome == "doses_needed" {
                said.push(format!("{}: {} {}.", called(switches[index]), few(*mean), measure(&outcome)));
            }
        }
        if let Some(Some((base, ..))) = lines.first() {
            panel.rule(ReferenceLine::vertical(*base).with_dasharray("4 4"));
        }
        grounds.strip(&mut panel, &outcome);
        panels.push(panel);
    }
    panels.first()?;
    let title = "Demand under other readings and rules";
    let mut legend = vec![
        Ink::of(0).point("mean"),
        ruled(POINTED, "", "95 % of the draws; of peaks from the mean to 99 of 100 years"),
        ruled(BEHIND, "4 4", "as the scenario is"),
    ];
    if peaked {
        legend.insert(1, Ink::pointed(MarkerShape::Diamond).point("peak enough in 95 of 100 years"));
    }
    if erring {
        legend.push(ruled(Ink::of(0).colour, "", "about a mean: 1.96 Monte Carlo errors"));
    }
    let height = 90.0 + 24.0 * switches.len() as f64 + grounds.height();
    legend.extend(grounds.legend());
    Some(Figure {
        name: "demand_choices".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: "The scenario as it is and with other choices, all centres together, in the same draws and as many \
                  replications. A dashed line goes through the scenario as it is. Readings are different understandings of the same sources, \
                  not chance: no run can tell which is right."
            .to_owned(),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["demand_switches.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: drawn(title, panels, 2, (560.0, height), legend),
    })
}
