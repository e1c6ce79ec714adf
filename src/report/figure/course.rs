//! Through time: what befell patients first, stacked, and in which state they are.

use super::chart::{Axis, Panel, drawn};
use super::endpoint::survival_until;
use super::ink::{POINTED, banded, filled, ruled};
use super::interval::{held, of_share, words};
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle};

/// Months that are shown.
const MOST: f64 = 60.0;
/// What lies over a stack there, on white.
const BEYOND: &str = "#BDBDBD";
/// Pixels of a panel, and the thickness of a layer, as a share, that has room for its number.
const SIZE: (f64, f64) = (430.0, 320.0);
const ROOM: f64 = 0.07;
/// The share of the months at each end of an axis where a disc has no room.
const EDGE: f64 = 0.025;
/// A line that is so low wherever a disc has room, though it was higher, has its number beside its height.
const FLAT: f64 = 0.03;
/// A layer that is never so large a share is not seen in a stack.
const SEEN: f64 = 0.002;

/// Names in `incidence.csv`, from the bottom of the stack. Any two may be neighbours where none has what lies between, so
/// that all differ in lightness, here and below.
const EVENTS: [(&str, &str, &str); 6] = [
    ("relapse", "relapse, antigen kept or not told apart", "#E0651A"),
    ("relapse_antigen_modulation", "relapse, antigen lost by modulation", "#F2B33D"),
    ("relapse_negative_clone", "relapse of a clone without the antigen", "#F6EE8C"),
    ("death_treatment", "death from treatment, in remission or before", "#000000"),
    ("death_leukaemia", "death of leukaemia without remission", "#686868"),
    ("death_background", "death of other causes", "#34409A"),
];
/// Names in `occupancy.csv` and `histories.csv`, from the bottom of the stack.
pub(super) const STATES: [(&str, &str, &str); 7] = [
    ("remission", "remission", "#2FBF8F"),
    ("mrd_positive", "remission with MRD", "#F7EF8A"),
    ("transplanted", "remission after transplant", "#001B30"),
    ("waiting", "waiting for the product", "#5A2450"),
    ("induction", "treatment, response awaited", "#3B8CC8"),
    ("refractory", "no remission, after failure", "#FFBE70"),
    ("relapsed", "after relapse", "#A83C00"),
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
        "Beside each stack its shares one by one, all from the bottom: lines are means, bands {}. Numbers in discs tell \
         which is which; a layer that has no room for its number has it at its line alone. Where it is grey no figure was \
         published of the survival of the strategy, and what is drawn is prior-driven.",
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
        let drawn_each = (0..told.strategies.len()).filter_map(|strategy| stack.panels(told, strategy, y));
        let (panels, used): (Vec<[Panel; 2]>, Vec<Vec<bool>>) = drawn_each.unzip();
        let panels: Vec<Panel> = panels.into_iter().flatten().collect();
        let known = told.strategies.iter().map(|(id, _)| survival_until(told, id));
        let grey = known.fold(f64::INFINITY, f64::min) < stack.last(told);
        if panels.is_empty() {
            return None;
        }
        // From the top, as the layers lie.
        let shown = |(at, _): &(usize, _)| used.iter().any(|used: &Vec<bool>| used[*at]);
        let legend = stack.layers.iter().enumerate().rev().filter(shown);
        let entry = |(at, (_, words, colour)): (usize, &(_, &str, &str))| filled(colour, &format!("{}: {words}", at + 1));
        let mut legend: Vec<LegendEntry> = legend.map(entry).collect();
        legend.push(ruled(POINTED, "", "one by one: means, filled with the colours of the stack"));
        legend.push(banded(&format!("about them: {}", words(told))));
        if grey {
            legend.push(filled(BEYOND, "grey: beyond all published figures, prior-driven"));
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
            scene: drawn(title, panels, 2, SIZE, legend),
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

    /// The stack of a strategy and its layers one by one, and which of them are seen.
    fn panels(&self, told: &Told, strategy: usize, y: &str) -> Option<([Panel; 2], Vec<bool>)> {
        let (id, label) = &told.strategies[strategy];
        let layers: Vec<_> = self.layers.iter().map(|(name, _, _)| self.layer(told, id, name)).collect();
        let to = layers.iter().flatten().map(|(month, _, _)| *month).fold(0.0, f64::max);
        if to == 0.0 {
            return None;
        }
        let months = || Axis::months("months from the start", to);
        let mut stack = Panel::new(label, months(), Axis::probability(y));
        let mut alone = Panel::new(&format!("{label}: one by one"), months(), Axis::probability(y));
        let seen: Vec<bool> = layers.iter().map(|layer| layer.iter().any(|own| own.1 > SEEN)).collect();
        let mut below: Vec<f64> = vec![0.0; to as usize + 1];
        for ((layer, (_, _, colour)), seen) in layers.iter().zip(self.layers).zip(&seen) {
            let mut points = Vec::new();
            for ((month, value, _), below) in layer.iter().zip(&mut below) {
                points.push((*month, *below, *below + value));
                *below += value;
            }
            if *seen {
                stack.layer(&points, colour);
                let ends = |(month, _, ends): &Point| ends.map(|(low, high)| (*month, low, high));
                alone.band(&layer.iter().filter_map(ends).collect::<Vec<_>>(), colour);
            }
        }
        let known = survival_until(told, id);
        if known < to {
            stack.veil((known, to));
            alone.veil((known, to));
        }
        for ((layer, (_, _, colour)), _) in layers.iter().zip(self.layers).zip(&seen).filter(|own| *own.1) {
            let line: Vec<(f64, f64)> = layer.iter().map(|own| (own.0, own.1)).collect();
            // A dark rim, without which light colours are lost on white.
            alone.line(line.clone(), POINTED, 3.0, LineStyle::Solid);
            alone.line(line, colour, 1.9, LineStyle::Solid);
        }
        numbered((&mut stack, &mut alone), &layers, &seen);
        Some(([stack, alone], seen))
    }

    /// The last month that is shown.
    fn last(&self, told: &Told) -> f64 {
        let months = told.rows(self.file).filter_map(|row| row.number("months"));
        months.fold(0.0, f64::max).min(MOST)
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

/// Writes the number of each layer that is seen: in the stack where it is thickest, if it has room there; on its line where
/// that lies farthest from the others, clear of the numbers before it. What has its time at the very start, where no disc has
/// room, has its number beside it.
fn numbered((stack, alone): (&mut Panel, &mut Panel), layers: &[Vec<Point>], seen: &[bool]) {
    let mut shown: Vec<usize> = (0..layers.len()).filter(|at| seen[*at]).collect();
    let across = stack.x.to;
    // Not at the ends, where a disc would hang over the axes.
    let inner = |month: f64| (EDGE * across..=(1.0 - EDGE) * across).contains(&month);
    // The largest first: those that are left have the least to lose.
    let most = |at: usize| {
        let shares = layers[at].iter().filter(|own| inner(own.0)).map(|own| own.1);
        shares.fold(0.0, f64::max)
    };
    shown.sort_by(|one, other| most(*other).total_cmp(&most(*one)));
    let mut discs = [Discs::of(across), Discs::of(across)];
    for at in &shown {
        let layer = || layers[*at].iter().enumerate().filter(|own| inner(own.1.0));
        let middle = |(place, (month, value, _)): (usize, &Point)| {
            let below = layers[..*at].iter().filter_map(|own| own.get(place)).map(|own| own.1);
            (*value, (*month, below.sum::<f64>() + value / 2.0))
        };
        let [stacked, lined] = &mut discs;
        let places = layer().map(middle).filter(|(value, place)| *value > ROOM && stacked.clear(*place));
        // Of a layer that is thick before the first month with room, that month.
        let thickest =
            |all: Vec<(f64, (f64, f64))>| all.into_iter().max_by(|one, other| one.0.total_cmp(&other.0));
        let early = thickest(layers[*at].iter().enumerate().map(middle).collect());
        if let Some((_, place)) = thickest(places.collect()) {
            stacked.set(stack, place, at + 1);
        } else if let Some((_, peak)) = early.filter(|own| own.0 > ROOM && !inner(own.1.0)) {
            stacked.set_beside(stack, peak, at + 1);
        }
        let apart = |(place, (month, value, _)): (usize, &Point)| {
            let others =
                shown.iter().filter(|other| *other != at).filter_map(|other| layers[*other].get(place));
            // The axis is a line too.
            let lines = others.map(|own| (own.1 - value).abs()).fold(ROOM.min(*value), f64::min);
            (if lined.clear((*month, *value)) { lines } else { -1.0 }, (*month, *value))
        };
        // Of equals the highest.
        let best = layer()
            .map(apart)
            .max_by(|one, other| one.0.total_cmp(&other.0).then(one.1.1.total_cmp(&other.1.1)));
        let peak =
            layers[*at].iter().map(|own| (own.0, own.1)).max_by(|one, other| one.1.total_cmp(&other.1));
        match (best, peak) {
            (_, Some(peak)) if peak.1 > ROOM && most(*at) < FLAT => {
                lined.set_beside(alone, peak, at + 1);
            }
            (Some((_, place)), _) => lined.set(alone, place, at + 1),
            _ => {}
        }
    }
}

/// The numbers that stand in a panel already.
struct Discs {
    across: f64,
    places: Vec<(f64, f64)>,
}

impl Discs {
    fn of(across: f64) -> Self {
        Self { across, places: Vec::new() }
    }

    /// Whether a disc there would be clear of the others. Axes are half as wide again as they are high.
    fn clear(&self, (month, value): (f64, f64)) -> bool {
        let apart = |own: &(f64, f64)| ((own.0 - month) / self.across).abs().max((own.1 - value).abs() / 1.5);
        self.places.iter().all(|own| apart(own) >= ROOM)
    }

    fn set(&mut self, panel: &mut Panel, place: (f64, f64), number: usize) {
        panel.badge(place, POINTED, Some(number), SIZE.1);
        self.places.push(place);
    }

    /// Beside what it tells, with a line that leads there.
    fn set_beside(&mut self, panel: &mut Panel, tells: (f64, f64), number: usize) {
        let towards = if tells.0 > 0.5 * self.across { -2.0 } else { 2.0 };
        let month = tells.0 + towards * ROOM * self.across;
        let heights = (0..10).map(|step| 0.05 + 0.1 * f64::from(step));
        let free = heights.filter(|height| self.clear((month, *height)));
        let nearest = free.min_by(|one, other| (one - tells.1).abs().total_cmp(&(other - tells.1).abs()));
        let place = (month, nearest.unwrap_or(tells.1));
        panel.line(vec![tells, place], POINTED, 1.0, LineStyle::Solid);
        self.set(panel, place, number);
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
