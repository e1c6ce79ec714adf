//! Survival: overall, event-free, relapse-free, relapse; curves with bands, and the published points laid over.

use super::chart::{Axis, Panel, drawn};
use super::endpoint::{ENDPOINTS, about, curve_until};
use super::ink::{Ink, POINTED, banded, filled, ruled};
use super::interval::{held, of_share, words};
use super::laid::{lay, of_several, of_strategy};
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::LegendEntry;

/// Months of the figures that show the trial's time; longer curves have a figure of their own.
const NEAR: f64 = 60.0;

/// One curve: months, probability, ends of its interval.
struct Curve {
    strategy: usize,
    months: Vec<(f64, f64)>,
    band: Vec<(f64, f64, f64)>,
}

/// Figures of all curves: the first alone, the others side by side, and all of them to their end where that is later.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let known: Vec<_> = ENDPOINTS.into_iter().filter(|own| !curves(told, own.0).is_empty()).collect();
    let last = |endpoint: &str| {
        let months = curves(told, endpoint).into_iter().filter_map(|curve| curve.months.last().copied());
        months.fold(0.0, |most: f64, (month, _)| most.max(month))
    };
    let mut all = Vec::new();
    let (first, others) = known.split_at(known.len().min(1));
    for (name, group, size) in [("survival", first, (680.0, 400.0)), ("events", others, (430.0, 330.0))] {
        let group: Vec<Shown> = group.iter().map(|own| (*own, last(own.0).min(NEAR))).collect();
        if let Some((own, _)) = group.first() {
            let title = if name == "survival" { own.1 } else { "Events, remission and relapse" };
            all.push(figure(told, (name, title), &group, size));
        }
    }
    let far: Vec<Shown> =
        known.into_iter().map(|own| (own, last(own.0))).filter(|own| own.1 > NEAR).collect();
    if !far.is_empty() {
        all.push(figure(told, ("survival_to_the_end", "The same curves to their end"), &far, (430.0, 330.0)));
    }
    all
}

/// A curve and the months of it that are shown.
type Shown = ((&'static str, &'static str, &'static str), f64);

fn figure(told: &Told, (name, title): (&str, &str), shown: &[Shown], size: (f64, f64)) -> Figure {
    let panels: Vec<Panel> = shown.iter().map(|(own, to)| panel(told, *own, (*to, size.1))).collect();
    let group: Vec<(&str, &str, &str)> = shown.iter().map(|own| own.0).collect();
    let group = &group[..];
    let heading = if panels.len() > 1 { title } else { "" };
    let shaded = panels.iter().any(|panel| panel.shaded.is_some());
    let to = shown.iter().map(|own| own.1).fold(0.0, f64::max);
    let scene = drawn(heading, panels, 2, size, legend(told, group, to, shaded));
    let published = || told.rows("published.csv").filter(|row| group.iter().any(|own| about(row, own.0)));
    let points = if published().next().is_some() {
        "Markers are published figures with their 95 % intervals, medians at a half; where some lie on each other \
         those below are larger. "
    } else {
        "No figure of these very curves was published of patients who were given just these lines. "
    };
    let differs = if published().any(|row| !row.text("differs").is_empty()) {
        "Some are of a trial's regimen that the strategy's extends, or of other later lines, which do not bear on them. "
    } else {
        ""
    };
    let near = told.rows("published_related.csv").any(|row| group.iter().any(|own| about(&row, own.0)));
    let discs = if near {
        "Numbers in discs are published of other patients of the same group, treated otherwise than here as the legend says, from the start \
         of their own trial: the curves are not held to them, and may lie elsewhere. "
    } else {
        ""
    };
    let ground = if shaded { "; on a grey ground no strategy of the panel has one" } else { "" };
    let caption = format!(
        "Lines are means over the draws, bands {}. {points}{differs}{discs}Lines are thick up to the last published \
         figure of the very curve, or as far as a published hazard ratio of it is taken to reach, and thin beyond it, or \
         throughout where there is none{ground}. There the curves are prior-driven: they rest on assumed shares of cure and shapes, and on \
         other figures. Differences between strategies are steadier than the bands look, since the same patients and \
         draws lie under each.",
        held(told)
    );
    let alt = format!("{title}. {}", said(told, group));
    Figure {
        name: name.to_owned(),
        subject: Subject::Survival,
        title: title.to_owned(),
        caption,
        alt,
        tables: if near {
            &["survival.csv", "published.csv", "published_related.csv"]
        } else {
            &["survival.csv", "published.csv"]
        },
        names: Vec::new(),
        scene,
    }
}

/// The values of every curve at a few months.
fn said(told: &Told, group: &[(&str, &str, &str)]) -> String {
    let mut all = Vec::new();
    for (endpoint, title, words) in group {
        for curve in curves(told, endpoint) {
            let at = |wanted: f64| {
                let (_, value) = curve.months.iter().find(|(month, _)| *month == wanted)?;
                Some(format!("{:.0} % at {wanted:.0} months", value * 100.0))
            };
            let values: Vec<String> = [6.0, 12.0, 24.0, 60.0].into_iter().filter_map(at).collect();
            let strategy = &told.strategies[curve.strategy].1;
            all.push(format!("{title}, {strategy}: {words} {}.", values.join(", ")));
        }
    }
    all.join(" ")
}

/// What is drawn up to a month.
fn legend(told: &Told, group: &[(&str, &str, &str)], to: f64, shaded: bool) -> Vec<LegendEntry> {
    let endpoints: Vec<&str> = group.iter().map(|own| own.0).collect();
    let mut entries = Vec::new();
    for (index, (_, label)) in told.strategies.iter().enumerate() {
        let drawn = endpoints.iter().any(|own| curves(told, own).iter().any(|curve| curve.strategy == index));
        entries.extend(drawn.then(|| Ink::of(index).line(label)));
        entries.extend(of_strategy(told, &endpoints, to, index));
    }
    entries.extend(of_several(told, &endpoints, to));
    entries.push(banded(&format!("bands: {}", words(told))));
    if shaded {
        entries.push(filled(GROUND, "thin lines, grey ground: beyond published figures, prior-driven"));
    } else {
        let beyond = |index: usize| {
            let until = |own: &(&str, &str, &str)| curve_until(told, &told.strategies[index].0, own.0);
            let drawn =
                |own: &&(&str, &str, &str)| curves(told, own.0).iter().any(|curve| curve.strategy == index);
            group.iter().filter(drawn).any(|own| until(own) < to)
        };
        let thin = (0..told.strategies.len()).any(beyond);
        entries
            .extend(thin.then(|| ruled(POINTED, "", "thin lines: beyond published figures, prior-driven")));
    }
    entries
}

/// The grey ground of what no published figure reaches.
const GROUND: &str = "#E4E4E4";

/// The grey ground of a legend.
pub(super) fn unknown() -> LegendEntry {
    filled(GROUND, "beyond all published figures: prior-driven")
}

/// Overall survival of all patients of a strategy: months, probability.
pub(super) fn survival(told: &Told, strategy: &str) -> Vec<(f64, f64)> {
    let own =
        curves(told, ENDPOINTS[0].0).into_iter().find(|own| told.strategies[own.strategy].0 == strategy);
    own.map_or_else(Vec::new, |own| own.months)
}

/// The curves of an endpoint, by strategy.
fn curves(told: &Told, endpoint: &str) -> Vec<Curve> {
    let mut all: Vec<Curve> = Vec::new();
    for row in told.rows("survival.csv").filter(|row| row.curve() == endpoint) {
        let Some(strategy) = told.index(row.text("strategy")) else { continue };
        let Some((month, value)) = row.number("months").zip(row.number("probability")) else { continue };
        if all.last().is_none_or(|curve| curve.strategy != strategy) {
            all.push(Curve { strategy, months: Vec::new(), band: Vec::new() });
        }
        let Some(curve) = all.last_mut() else { continue };
        curve.months.push((month, value));
        if let Some((low, high)) = of_share(&row, value) {
            curve.band.push((month, low, high));
        }
    }
    all
}

fn panel(told: &Told, (endpoint, title, words): (&str, &str, &str), (to, high): (f64, f64)) -> Panel {
    let origin = told.rows("survival.csv").find(|row| row.curve() == endpoint);
    let (from, among) = origin.map_or(("", ""), |row| (row.text("origin"), row.text("among")));
    let x = format!("months from {}", from.replace('_', " "));
    let y = match among {
        "all" => format!("{words}, share of all"),
        "cr" => format!("{words}, share of those in remission"),
        among => format!("{words}, share of {}", among.replace('_', " ")),
    };
    let mut panel = Panel::new(title, Axis::months(&x, to), Axis::probability(&y));
    let all = curves(told, endpoint);
    let known = |curve: &Curve| curve_until(told, &told.strategies[curve.strategy].0, endpoint);
    let until = all.iter().map(known).fold(0.0, f64::max);
    // More points than pixels would only make the file large.
    let every = (to / 240.0).ceil();
    let shown = |month: f64| month <= to && month % every == 0.0;
    for curve in &all {
        let band: Vec<_> = curve.band.iter().copied().filter(|(month, _, _)| shown(*month)).collect();
        panel.band(&band, Ink::of(curve.strategy).colour);
    }
    for curve in &all {
        let ink = Ink::of(curve.strategy);
        let known = known(curve);
        // The month in which the last figure lies belongs to both parts, so that they meet.
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for (month, value) in curve.months.iter().copied().filter(|(month, _)| shown(*month)) {
            if month < known + every && known > 0.0 {
                near.push((month, value));
            }
            if month + every > known {
                far.push((month, value));
            }
        }
        far.retain(|(month, _)| near.last().is_none_or(|(last, _)| month >= last));
        panel.line(far, ink.colour, 1.1, ink.style());
        if !near.is_empty() {
            panel.line(near, ink.colour, 2.4, ink.style());
        }
    }
    lay(&mut panel, told, endpoint, to, high);
    if until < to {
        panel.shaded = Some((until, panel.x.to));
    }
    panel
}
