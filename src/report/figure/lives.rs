//! How long single patients live, around the median and the mean of all.

use super::chart::{Axis, Panel, drawn};
use super::endpoint::survival_until;
use super::ink::{Ink, POINTED, ruled};
use super::interval::{held, of};
use super::survival::unknown;
use super::{Figure, Subject};
use crate::report::lesson::asks_for;
use crate::report::rounded::grouped;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle, MarkerShape};

/// Months that are drawn; who lives longer stands at the end.
const MOST: f64 = 72.0;
/// Months of a column of dots.
const STEP: f64 = 2.0;
/// Dots that the intervals above the columns take the room of, and how far up each of the two stands.
const ROOM: f64 = 5.0;
const ABOVE: [f64; 2] = [1.6, 3.4];
/// Pixels of a panel that its dots do not have, of the least and the highest panel, and the largest radius of a dot.
const AROUND: f64 = 75.0;
const HEIGHTS: (f64, f64) = (320.0, 560.0);
const DOT: f64 = 4.2;

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
    ("p25", "a quarter has died", "2 3"),
    ("p50", "half have died (median)", ""),
    ("p75", "three quarters have died", "2 3"),
    ("mean", "mean", "8 4"),
];

/// What the lines of two quarters are called in the legend, where they look alike.
const QUARTERS: &str = "a quarter, and three quarters, have died";

/// Outcomes whose intervals are drawn, words, and months of their unit.
const KNOWN: [(&str, &str, f64); 2] = [("os_median_months", "median", 1.0), ("life_years", "mean", 12.0)];

/// The figure, where the lesson of the run shows it and it has histories.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "lives_around_median";
    let lives: Vec<Vec<(f64, bool)>> = (0..told.strategies.len()).map(|own| lived(told, own)).collect();
    let count = lives.first().map_or(0, Vec::len);
    if !asks_for(told, name) || count == 0 {
        return Vec::new();
    }
    let stacks: Vec<Stack> = lives.iter().map(|lives| stack(lives)).collect();
    let tallest = stacks.iter().map(|own| own.tallest).max().unwrap_or(1) as f64 + ROOM;
    let height = (AROUND + 2.2 * DOT * tallest).clamp(HEIGHTS.0, HEIGHTS.1);
    // No dot lies on another, however many stand in a column.
    let dot = (0.47 * (height - AROUND) / tallest).min(DOT);
    let panels: Vec<Panel> =
        stacks.iter().enumerate().map(|(own, stack)| panel(told, own, stack, (tallest, dot))).collect();
    let title = if count == 1 {
        "How long one patient lives".to_owned()
    } else {
        format!("How long {count} patients live")
    };
    let said: Vec<String> = lives
        .iter()
        .enumerate()
        .map(|(own, lives)| {
            let (id, label) = &told.strategies[own];
            let within = |to: f64| lives.iter().filter(|(end, dies)| *dies && *end <= to).count();
            let lines: Vec<String> = LINES
                .iter()
                .filter_map(|(column, words, _)| Some(format!("{words} at {} months", grouped(line(told, id, column)?, 1))))
                .collect();
            let known = KNOWN.iter().filter_map(|(outcome, words, unit)| {
                let (_, (low, high)) = known(told, id, outcome, *unit)?;
                Some(format!("of the {words} {} to {} months", grouped(low, 1), grouped(high, 1)))
            });
            format!(
                "{label}: {} of the {count} die within six months, {} live beyond {MOST:.0} months; of all patients, {}; intervals {}.",
                within(6.0),
                lives.iter().filter(|(end, _)| *end > MOST).count(),
                lines.join(", "),
                known.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    let mut legend: Vec<LegendEntry> = LINES[1..]
        .iter()
        .map(|(name, words, dash)| {
            let words = if *name == "p75" { QUARTERS } else { words };
            ruled(POINTED, if dash.is_empty() { "none" } else { dash }, words)
        })
        .collect();
    for (marker, label) in [
        (MarkerShape::Diamond, format!("median and mean; their intervals {}", held(told))),
        (MarkerShape::Circle, format!("one virtual patient of the first draw, to {STEP:.0} months")),
        (MarkerShape::Triangle, "one who lives longer than shown".to_owned()),
    ] {
        legend.push(Ink::pointed(marker).point(&label));
    }
    let right = told.strategies.iter().all(|(id, _)| {
        line(told, id, "mean").zip(line(told, id, "p50")).is_some_and(|(mean, median)| mean > median)
    });
    legend.extend(panels.iter().any(|panel| panel.shaded.is_some()).then(unknown));
    vec![Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Survival,
        caption: format!(
            "Each dot is one virtual patient of the first draw ({}), placed at the months that they live, to {STEP:.0} months. The \
             lines are those of all patients of all draws; the intervals of median and mean, above the dots, {}. An arrow means that an interval goes on. \
             On a grey ground no figure was published of the survival of the strategy.{}",
            if count == 1 { "the first".to_owned() } else { format!("the first {count}") },
            held(told),
            if right { " The few who live long draw the mean to the right of the median." } else { "" }
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["histories.csv", "spread.csv", "summary.csv", "published.csv"],
        scene: drawn(&title, panels, 1, (720.0, height), legend),
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

/// The middle of an outcome and its interval, months.
fn known(told: &Told, id: &str, outcome: &str, unit: f64) -> Option<(f64, (f64, f64))> {
    let row = told.outcome(id, outcome)?;
    let mean = row.number("mean")?;
    let (low, high) = of(&row, mean)?;
    Some((mean * unit, (low * unit, high * unit)))
}

/// Dots in columns: month, row, and whether they stand for longer lives than are drawn.
struct Stack {
    dots: Vec<(f64, f64, bool)>,
    tallest: usize,
}

fn stack(lives: &[(f64, bool)]) -> Stack {
    let last = (MOST / STEP) as usize;
    let mut heights = vec![0_usize; last + 1];
    let mut own = Stack { dots: Vec::new(), tallest: 4 };
    for (end, _) in lives {
        let at = ((end / STEP) as usize).min(last);
        // Who lives longer than is drawn stands in two columns of triangles at the end.
        let (within, row) = if at == last { (heights[at] % 2, heights[at] / 2) } else { (0, heights[at]) };
        heights[at] += 1;
        own.dots.push(((at as f64 + 0.5 + within as f64) * STEP, row as f64 + 0.5, at == last));
        own.tallest = own.tallest.max(row + 1);
    }
    own
}

fn panel(told: &Told, strategy: usize, stack: &Stack, (top, dot): (f64, f64)) -> Panel {
    let (id, label) = &told.strategies[strategy];
    let mut x = Axis::months("months from the start", MOST);
    x.to = MOST + 2.5 * STEP;
    let y = Axis { to: top, ..Axis::over("patients", [0.0, top].into_iter(), |value| grouped(value, 0)) };
    let mut panel = Panel::new(label, x, y);
    let known_to = survival_until(told, id);
    panel.shaded = (known_to < MOST).then_some((known_to, panel.x.to));
    let ink = Ink::of(strategy);
    for (name, _, dash) in LINES {
        let Some(at) = line(told, id, name).filter(|at| *at <= MOST) else { continue };
        let (width, style) = match dash {
            "" => (2.4, LineStyle::Solid),
            dash => (1.6, LineStyle::Custom(dash.to_owned())),
        };
        panel.line(vec![(at, 0.0), (at, top)], POINTED, width, style);
    }
    for ((outcome, _, unit), above) in KNOWN.into_iter().zip(ABOVE) {
        let Some((middle, ends)) = known(told, id, outcome, unit) else { continue };
        let at = top - ROOM + above;
        panel.interval(ends, at, POINTED, 1.4);
        if middle <= panel.x.to {
            panel.mark((middle, at), Ink::pointed(MarkerShape::Diamond), DOT);
        }
    }
    for (months, row, longer) in &stack.dots {
        let marker = if *longer { MarkerShape::Triangle } else { MarkerShape::Circle };
        panel.mark((*months, *row), ink.marked(marker), dot);
    }
    panel
}
