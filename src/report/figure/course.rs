//! Through time: what befell patients first, stacked, and in which state they are.

use super::chart::{Axis, Panel, drawn};
use super::ink::filled;
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::LineStyle;

/// Months that are shown, and the month of the whiskers.
const MOST: f64 = 60.0;

/// Names in `incidence.csv`, from the bottom of the stack.
const EVENTS: [(&str, &str, &str); 6] = [
    ("relapse", "relapse, antigen kept or not told apart", "#D55E00"),
    ("relapse_antigen_modulation", "relapse, antigen lost by modulation", "#E69F00"),
    ("relapse_negative_clone", "relapse of a clone without the antigen", "#F0E442"),
    ("death_treatment", "death from treatment, in remission or before", "#000000"),
    ("death_leukaemia", "death of leukaemia without remission", "#777777"),
    ("death_background", "death of other causes", "#C4C4C4"),
];
/// Names in `occupancy.csv` and `histories.csv`, from the bottom of the stack.
pub(super) const STATES: [(&str, &str, &str); 7] = [
    ("remission", "remission", "#009E73"),
    ("mrd_positive", "remission with MRD", "#F0E442"),
    ("transplanted", "remission after transplant", "#0072B2"),
    ("waiting", "waiting for the product", "#C4C4C4"),
    ("induction", "treatment, response awaited", "#56B4E9"),
    ("refractory", "no remission, after failure", "#E69F00"),
    ("relapsed", "after relapse", "#D55E00"),
];

/// Month, value, interval.
type Point = (f64, f64, Option<(f64, f64)>);

/// A layer of a stack: what a name means, its colour, and its rows by strategy.
struct Stack<'a> {
    file: &'static str,
    column: &'a str,
    value: &'a str,
    layers: &'a [(&'static str, &'static str, &'static str)],
}

/// Both figures, where the run has their tables.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let events = Stack { file: "incidence.csv", column: "event", value: "probability", layers: &EVENTS };
    let states = Stack { file: "occupancy.csv", column: "state", value: "share", layers: &STATES };
    let size = "Drawn from the first 200 draws and 500 patients of each, at most.";
    let whiskers = "Whiskers hold 95 % of the draws of the share whose upper edge they stand on, alone.";
    [
        (
            events,
            "incidence",
            Subject::Survival,
            "What befell patients first",
            "share of all patients",
            format!(
                "The first of relapse and death of each patient, from the start of the strategy, one stacked on the other; \
                 the white above is alive without either. {whiskers} {size}"
            ),
        ),
        (
            states,
            "occupancy",
            Subject::Course,
            "In which state patients are",
            "share of all patients",
            format!("States through time, stacked; the white above has died. {whiskers} {size}"),
        ),
    ]
    .into_iter()
    .filter_map(|(stack, name, subject, title, y, caption)| {
        let (panels, used): (Vec<Panel>, Vec<Vec<bool>>) =
            (0..told.strategies.len()).filter_map(|strategy| stack.panel(told, strategy, y)).unzip();
        if panels.is_empty() {
            return None;
        }
        // From the top, as the layers lie.
        let shown = |(at, _): &(usize, _)| used.iter().any(|used: &Vec<bool>| used[*at]);
        let legend = stack.layers.iter().enumerate().rev().filter(shown);
        let legend = legend.map(|(_, (_, words, colour))| filled(colour, words)).collect();
        let alt = format!("{title}. {}", stack.said(told));
        Some(Figure {
            name: name.to_owned(),
            subject,
            title: title.to_owned(),
            caption,
            alt,
            tables: if name == "incidence" { &["incidence.csv"] } else { &["occupancy.csv"] },
            names: Vec::new(),
            scene: drawn(title, panels, 2, (430.0, 320.0), legend),
        })
    })
    .collect()
}

impl Stack<'_> {
    /// Months, value and interval of a layer.
    fn layer(&self, told: &Told, strategy: &str, name: &str) -> Vec<Point> {
        let own = told
            .rows(self.file)
            .filter(|row| row.text("strategy") == strategy && row.text(self.column) == name);
        let points = own.filter_map(|row| {
            let interval = row.number("lower_95").zip(row.number("upper_95"));
            Some((row.number("months")?, row.number(self.value)?, interval))
        });
        points.filter(|(month, _, _)| *month <= MOST).collect()
    }

    /// The panel of a strategy, and which layers it has.
    fn panel(&self, told: &Told, strategy: usize, y: &str) -> Option<(Panel, Vec<bool>)> {
        let (id, label) = &told.strategies[strategy];
        let layers: Vec<_> = self.layers.iter().map(|(name, _, _)| self.layer(told, id, name)).collect();
        let to = layers.iter().flatten().map(|(month, _, _)| *month).fold(0.0, f64::max);
        if to == 0.0 {
            return None;
        }
        let mut panel = Panel::new(label, Axis::months("months from the start", to), Axis::probability(y));
        let mut below: Vec<f64> = vec![0.0; to as usize + 1];
        let mut whiskers = Vec::new();
        let at = (to * 0.4).round();
        for (layer, (_, _, colour)) in layers.iter().zip(self.layers) {
            let mut points = Vec::new();
            for ((month, value, interval), below) in layer.iter().zip(&mut below) {
                let above = *below + value;
                points.push((*month, *below, above));
                if let Some((low, high)) = interval.filter(|(low, high)| *month == at && high - low > 0.005) {
                    whiskers.push((*below + low, *below + high));
                }
                *below = above;
            }
            panel.layer(&points, colour);
        }
        for (index, (low, high)) in whiskers.into_iter().enumerate() {
            let month = at + index as f64 * to / 45.0;
            panel.line(vec![(month, low), (month, high)], "white", 3.2, LineStyle::Solid);
            panel.line(vec![(month, low), (month, high)], "#222222", 1.4, LineStyle::Solid);
        }
        Some((panel, layers.iter().map(|layer| !layer.is_empty()).collect()))
    }

    /// Values at two years, or at the end.
    fn said(&self, told: &Told) -> String {
        let mut all = Vec::new();
        for (id, label) in &told.strategies {
            let mut parts = Vec::new();
            for (name, words, _) in self.layers {
                let layer = self.layer(told, id, name);
                let Some((month, value, _)) = layer.iter().rfind(|(month, _, _)| *month <= 24.0) else {
                    continue;
                };
                parts.push(format!("{words} {:.0} % at {month:.0} months", value * 100.0));
            }
            all.push(format!("{label}: {}.", parts.join(", ")));
        }
        all.join(" ")
    }
}
