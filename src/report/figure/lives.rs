//! How long single patients live, around the median and the mean of all.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, ruled};
use super::survival::{known_until, unknown};
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LegendShape, LineStyle, MarkerShape};

/// Months that are drawn; who lives longer stands at the end.
const MOST: f64 = 72.0;
/// Months of a column of dots.
const STEP: f64 = 2.0;

/// Months that each patient of the histories lives under a strategy, in the order of the patients, and whether they
/// died by then.
pub(super) fn lived(told: &Told, strategy: usize) -> Vec<(f64, bool)> {
    let mut all: Vec<(f64, f64, bool)> = Vec::new();
    for row in told.rows("histories.csv") {
        if row.number("strategy_id") != Some((strategy + 1) as f64) {
            continue;
        }
        let Some((patient, end)) = row.number("patient_id").zip(row.number("time_stop")) else { continue };
        let dies = row.text("to") == "dead";
        match all.last_mut().filter(|own| own.0 == patient) {
            Some(own) => *own = (patient, end, dies),
            None => all.push((patient, end, dies)),
        }
    }
    all.into_iter().map(|(_, end, dies)| (end, dies)).collect()
}

/// Lines that stand for all patients: column of `spread.csv` or the mean, words, dashes.
const LINES: [(&str, &str, &str); 4] = [
    ("p25", "first quarter has died", "2 3"),
    ("p50", "half have died (median)", ""),
    ("p75", "three quarters have died", "2 3"),
    ("mean", "mean", "8 4"),
];

/// The figure, where the lesson of the run shows it and it has histories.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "lives_around_median";
    let lives: Vec<Vec<(f64, bool)>> = (0..told.strategies.len()).map(|own| lived(told, own)).collect();
    let count = lives.first().map_or(0, Vec::len);
    if !told.asks_for(name) || count == 0 {
        return Vec::new();
    }
    let panels: Vec<Panel> = lives.iter().enumerate().map(|(own, lives)| panel(told, own, lives)).collect();
    let title = format!("How long {count} patients live");
    let said: Vec<String> = lives
        .iter()
        .enumerate()
        .map(|(own, lives)| {
            let (id, label) = &told.strategies[own];
            let within = |to: f64| lives.iter().filter(|(end, dies)| *dies && *end <= to).count();
            let lines: Vec<String> = LINES
                .iter()
                .filter_map(|(column, words, _)| Some(format!("{words} at {:.1} months", line(told, id, column)?)))
                .collect();
            format!(
                "{label}: {} of the {count} die within six months, {} live beyond {MOST:.0} months; of all patients, {}.",
                within(6.0),
                lives.iter().filter(|(end, _)| *end > MOST).count(),
                lines.join(", ")
            )
        })
        .collect();
    let mut legend: Vec<LegendEntry> = LINES
        .iter()
        .map(|(_, words, dash)| ruled(POINTED, if dash.is_empty() { "none" } else { dash }, words))
        .collect();
    for (marker, label) in [
        (MarkerShape::Circle, "one patient"),
        (MarkerShape::Triangle, "one patient who lives longer than shown"),
    ] {
        let shape = LegendShape::Marker(marker);
        legend.push(LegendEntry {
            label: label.to_owned(),
            color: POINTED.to_owned(),
            shape,
            dasharray: None,
        });
    }
    legend.extend(panels.iter().any(|panel| panel.shaded.is_some()).then(unknown));
    vec![Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Survival,
        caption: format!(
            "Each dot is one of the first {count} virtual patients of the first draw, placed at the months that they live, to {STEP:.0} months. The \
             lines are those of all patients of all draws. On a grey ground no figure was published of the survival of the strategy. The few who live long draw the mean far to the right of the median."
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["histories.csv", "spread.csv", "summary.csv", "published.csv"],
        scene: drawn(&title, panels, 1, (720.0, 300.0), legend),
        title,
    }]
}

/// A figure of all patients, months.
fn line(told: &Told, id: &str, column: &str) -> Option<f64> {
    if column == "mean" {
        return Some(told.outcome(id, "life_years")?.number("mean")? * 12.0);
    }
    let own = told
        .rows("spread.csv")
        .find(|row| row.text("strategy") == id && row.text("outcome") == "life_years")?;
    Some(own.number(column)? * 12.0)
}

fn panel(told: &Told, strategy: usize, lives: &[(f64, bool)]) -> Panel {
    let (id, label) = &told.strategies[strategy];
    let last = (MOST / STEP) as usize;
    let column = |end: f64| ((end / STEP) as usize).min(last);
    let mut heights = vec![0_usize; last + 1];
    let mut dots: Vec<(f64, f64, bool)> = Vec::new();
    for (end, _) in lives {
        let at = column(*end);
        // Who lives longer than is drawn stands in two columns of triangles at the end.
        let (within, row) = if at == last { (heights[at] % 2, heights[at] / 2) } else { (0, heights[at]) };
        heights[at] += 1;
        dots.push(((at as f64 + 0.5 + within as f64) * STEP, row as f64 + 0.5, at == last));
    }
    let tallest = dots.iter().map(|(_, row, _)| *row + 0.5).fold(4.0, f64::max);
    let mut x = Axis::months("months from the start", MOST);
    x.to = MOST + 2.5 * STEP;
    let y = Axis {
        to: tallest + 1.0,
        ..Axis::over("patients", [0.0, tallest].into_iter(), |value| format!("{value:.0}"))
    };
    let mut panel = Panel::new(label, x, y);
    let known = known_until(told, id);
    panel.shaded = (known < MOST).then_some((known, panel.x.to));
    let ink = Ink::of(strategy);
    for (name, _, dash) in LINES {
        let Some(at) = line(told, id, name).filter(|at| *at <= MOST) else { continue };
        let style = if dash.is_empty() { LineStyle::Solid } else { LineStyle::Custom(dash.to_owned()) };
        panel.line(vec![(at, 0.0), (at, tallest + 1.0)], POINTED, 1.8, style);
    }
    for (months, row, longer) in dots {
        let marker = if longer { MarkerShape::Triangle } else { MarkerShape::Circle };
        panel.mark((months, row), ink.marked(marker), 4.2);
    }
    panel
}
