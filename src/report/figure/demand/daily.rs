//! Demand through time: the mean, and what is enough in 50, 95 and 99 of 100 replications.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{POINTED, filled, ruled};
use super::super::{Figure, Subject};
use super::{few, resource, resources};
use crate::report::rounded::grouped;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle, ReferenceLine};

/// What is enough in so many of 100 replications, from the most, each with its colour: one blue, ever lighter.
const BANDS: [(&str, &str, &str); 3] = [
    ("p99", "#CFE3F1", "enough in 99 of 100"),
    ("p95", "#8DBBDC", "enough in 95 of 100"),
    ("p50", "#3F86BE", "enough in 50 of 100"),
];
/// Days in a step of the picture, and the days up to which a horizon is drawn in such steps.
const STEPS: [(usize, usize); 3] = [(7, 800), (28, 4000), (91, usize::MAX)];

/// One resource, step by step.
struct Course {
    /// Day of the start of each step, and of the end of the last.
    edges: Vec<f64>,
    /// Mean over the days of a step.
    means: Vec<f64>,
    /// By band, what is enough on the worst day of each step.
    enough: Vec<Vec<f64>>,
    capacity: Option<f64>,
}

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let days = told.rows("demand_daily.csv").filter_map(|row| row.number("day")).fold(0.0, f64::max);
    let step = STEPS.iter().find(|(_, until)| days <= *until as f64).map_or(91, |(step, _)| *step);
    let all = resources(told, "demand_daily.csv");
    let (held, used): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name.starts_with("vials_"));
    let groups = [
        ("demand_daily", "Demand through time", used),
        ("demand_vials", "Vials through time", held),
    ];
    let drawn = groups.into_iter().filter_map(|(name, title, own)| figure(told, (name, title), &own, step));
    drawn.collect()
}

fn course(told: &Told, name: &str, step: usize) -> Course {
    let rows: Vec<_> = told.rows("demand_daily.csv").filter(|row| row.text("resource") == name).collect();
    let blocks = || rows.chunks(step);
    let starts = (0..rows.len()).step_by(step).map(|day| day as f64);
    let mean = |block: &[crate::report::told::SheetRow<'_>]| {
        block.iter().filter_map(|row| row.number("mean")).sum::<f64>() / block.len() as f64
    };
    let worst = |column: &str| {
        let most = |block: &[crate::report::told::SheetRow<'_>]| {
            block.iter().filter_map(|row| row.number(column)).fold(0.0, f64::max)
        };
        blocks().map(most).collect()
    };
    Course {
        edges: starts.chain([rows.len() as f64]).collect(),
        means: blocks().map(mean).collect(),
        enough: BANDS.iter().map(|(column, _, _)| worst(column)).collect(),
        capacity: rows.first().and_then(|row| row.number("capacity")),
    }
}

/// Corners of steps.
fn steps(edges: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let each = edges.windows(2).zip(values);
    each.flat_map(|(ends, value)| [(ends[0], *value), (ends[1], *value)]).collect()
}

fn figure(
    told: &Told,
    (name, title): (&str, &str),
    own: &[(String, String)],
    step: usize,
) -> Option<Figure> {
    let mut panels = Vec::new();
    let mut said = Vec::new();
    let mut limited = false;
    for (name, unit) in own {
        let course = course(told, name, step);
        let most = course.enough.iter().flatten().copied().fold(0.0, f64::max);
        if most == 0.0 {
            continue;
        }
        let last = course.edges.last().copied().unwrap_or(1.0);
        // Beds that nobody needs do not press what is needed to the ground.
        let room = course.capacity.filter(|beds| *beds <= 2.0 * most);
        let x = Axis { to: last, ..Axis::count("days", last) };
        let y = Axis::count(unit, most.max(room.unwrap_or(0.0)));
        let mut panel = Panel::new(&resource(name), x, y);
        for ((_, colour, _), enough) in BANDS.iter().zip(&course.enough) {
            let corners = steps(&course.edges, enough);
            let filled: Vec<_> = corners.into_iter().map(|(day, value)| (day, 0.0, value)).collect();
            panel.layer(&filled, colour);
        }
        panel.line(steps(&course.edges, &course.means), POINTED, 1.6, LineStyle::Solid);
        if let Some(beds) = room {
            panel.rule(ReferenceLine::horizontal(beds).with_dasharray("6 4"));
            limited = true;
        }
        let mean = course.means.iter().sum::<f64>() / course.means.len().max(1) as f64;
        let worst = |band: usize| course.enough[band].iter().copied().fold(0.0, f64::max);
        said.push(format!(
            "{}: {} in the mean, on the worst day {} enough in 95 and {} in 99 of 100 replications.",
            resource(name),
            few(mean),
            grouped(worst(1), 0),
            grouped(worst(0), 0)
        ));
        panels.push(panel);
    }
    panels.first()?;
    let mut legend: Vec<LegendEntry> =
        BANDS.iter().rev().map(|(_, colour, words)| filled(colour, words)).collect();
    legend.push(LegendEntry { dasharray: None, ..ruled(POINTED, "", "mean") });
    if limited {
        legend.push(ruled(super::super::ink::BEHIND, "6 4", "beds that there are"));
    }
    Some(Figure {
        name: name.to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: format!(
            "All centres together over the counted days, in steps of {step}: the line is the mean of the days of a step, the \
             bands reach to what is enough on its worst day in 50, 95 and 99 of 100 replications, each day taken by itself. \
             Beds and vials held are those at the end of the day; of vials held more is not better than enough, it is what \
             lies there. Replications hold chance and what is not known; demand_daily.csv has every day, and both apart."
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["demand_daily.csv"],
        names: Vec::new(),
        scene: drawn(title, panels, 2, (470.0, 290.0), legend),
    })
}
