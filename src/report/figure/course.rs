//! Through time: what befell patients first, stacked, and in which state they are.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, filled};
use super::interval::{held, of_share, words};
use super::survival::known_until;
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle, MarkerShape};

/// Months that are shown.
const MOST: f64 = 60.0;
/// Where in these months the intervals are those of, and the room for them at the right, as shares of them.
const PART: f64 = 0.4;
const ROOM: f64 = 0.19;

/// Names in `incidence.csv`, from the bottom of the stack. Any two may be neighbours where none has what lies between, so
/// that all differ in lightness, here and below.
const EVENTS: [(&str, &str, &str); 6] = [
    ("relapse", "relapse, antigen kept or not told apart", "#D55E00"),
    ("relapse_antigen_modulation", "relapse, antigen lost by modulation", "#E69F00"),
    ("relapse_negative_clone", "relapse of a clone without the antigen", "#F0E442"),
    ("death_treatment", "death from treatment, in remission or before", "#000000"),
    ("death_leukaemia", "death of leukaemia without remission", "#5A5A5A"),
    ("death_background", "death of other causes", "#23246B"),
];
/// Names in `occupancy.csv` and `histories.csv`, from the bottom of the stack.
pub(super) const STATES: [(&str, &str, &str); 7] = [
    ("remission", "remission", "#009E73"),
    ("mrd_positive", "remission with MRD", "#F7EF8A"),
    ("transplanted", "remission after transplant", "#002A47"),
    ("waiting", "waiting for the product", "#703060"),
    ("induction", "treatment, response awaited", "#56B4E9"),
    ("refractory", "no remission, after failure", "#FFBE70"),
    ("relapsed", "after relapse", "#B84700"),
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
    let whiskers = format!(
        "At the right each share by itself, at the month of the dotted line, on the same axis from the bottom; lines through its mean {}. \
         Where it is grey no figure was published of the survival of the strategy, and what is drawn is prior-driven; a solid line stands where that begins, which may be the same month.",
        held(told)
    );
    [
        (
            events,
            "incidence",
            Subject::Survival,
            "What befell patients first",
            "share of all patients",
            format!(
                "The first of relapse and death of each patient, from the start of the strategy, one stacked on the other; \
                 what is above the stack is alive without either. {whiskers} {size}"
            ),
        ),
        (
            states,
            "occupancy",
            Subject::Course,
            "In which state patients are",
            "share of all patients",
            format!("States through time, stacked; what is above the stack has died. {whiskers} {size}"),
        ),
    ]
    .into_iter()
    .filter_map(|(stack, name, subject, title, y, caption)| {
        let drawn_each = (0..told.strategies.len()).filter_map(|strategy| stack.panel(told, strategy, y));
        let (panels, used): (Vec<Panel>, Vec<Vec<bool>>) = drawn_each.unzip();
        let known = told.strategies.iter().map(|(id, _)| known_until(told, id));
        let grey = known.fold(f64::INFINITY, f64::min) < stack.last(told);
        if panels.is_empty() {
            return None;
        }
        // From the top, as the layers lie.
        let shown = |(at, _): &(usize, _)| used.iter().any(|used: &Vec<bool>| used[*at]);
        let legend = stack.layers.iter().enumerate().rev().filter(shown);
        let mut legend: Vec<LegendEntry> =
            legend.map(|(_, (_, words, colour))| filled(colour, words)).collect();
        let month = stack.month(told);
        legend.push(Ink::pointed(MarkerShape::Circle).point(&format!(
            "at the right: each share by itself at month {month:.0} (dotted), with {}",
            words(told)
        )));
        if grey {
            legend.push(filled("#BDBDBD", "grey, from the solid line on: beyond all published figures, prior-driven"));
        }
        let alt = format!("{title}. {}", stack.said(told));
        Some(Figure {
            name: name.to_owned(),
            subject,
            title: title.to_owned(),
            caption,
            alt,
            tables: if name == "incidence" { &["incidence.csv", "published.csv"] } else { &["occupancy.csv", "published.csv"] },
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
            let share = row.number(self.value)?;
            Some((row.number("months")?, share, of_share(&row, share)))
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
        (panel.x.to, panel.until) = (to * (1.0 + ROOM), Some(to));
        let mut below: Vec<f64> = vec![0.0; to as usize + 1];
        let mut alone = Vec::new();
        let at = (to * PART).round();
        for (layer, (_, _, colour)) in layers.iter().zip(self.layers) {
            let mut points = Vec::new();
            for ((month, value, interval), below) in layer.iter().zip(&mut below) {
                let above = *below + value;
                points.push((*month, *below, above));
                if *month == at && above > *below {
                    alone.push((*value, *interval, *colour));
                }
                *below = above;
            }
            panel.layer(&points, colour);
        }
        let known = known_until(told, id);
        if known < to {
            panel.veil((known, to));
        }
        panel.line(vec![(at, 0.0), (at, 1.0)], POINTED, 1.0, LineStyle::Dotted);
        let apart = to * ROOM / (alone.len() as f64 + 1.0);
        for (index, (share, interval, colour)) in alone.into_iter().enumerate() {
            let x = to + apart * (index as f64 + 1.0);
            if let Some(ends) = interval {
                panel.upright(ends, x, POINTED, 1.2);
            }
            panel.mark((x, share), Ink::pointed(MarkerShape::Circle), 4.6);
            panel.mark((x, share), Ink::plain(colour, MarkerShape::Circle), 3.4);
        }
        Some((panel, layers.iter().map(|layer| !layer.is_empty()).collect()))
    }

    /// The last month that is shown, and that of the intervals.
    fn last(&self, told: &Told) -> f64 {
        let months = told.rows(self.file).filter_map(|row| row.number("months"));
        months.fold(0.0, f64::max).min(MOST)
    }

    fn month(&self, told: &Told) -> f64 {
        (self.last(told) * PART).round()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Lightness of a colour on paper: CIE 1976 L*, from the relative luminance of sRGB (IEC 61966-2-1).
    fn lightness(colour: &str) -> f64 {
        let part = |at: usize| {
            let own = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if own <= 0.04045 { own / 12.92 } else { crate::math::pow((own + 0.055) / 1.055, 2.4) }
        };
        let luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
        if luminance > 0.008_856 { 116.0 * luminance.cbrt() - 16.0 } else { 903.3 * luminance }
    }

    #[test]
    fn layers_of_a_stack_are_told_apart_in_grey() {
        assert!((lightness("#FFFFFF") - 100.0).abs() < 0.01 && (lightness("#777777") - 50.0).abs() < 0.1);
        for stack in [&EVENTS[..], &STATES[..]] {
            for (at, (one, _, colour)) in stack.iter().enumerate() {
                for (other, _, next) in &stack[at + 1..] {
                    let apart = (lightness(colour) - lightness(next)).abs();
                    assert!(apart > 11.0, "{one} and {other} differ in lightness by {apart:.1}");
                }
            }
        }
    }
}
