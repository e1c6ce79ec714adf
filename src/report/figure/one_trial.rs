//! Kaplan-Meier curves of one trial: steps, bands, marks where patients are censored, numbers at risk under the axis.

use super::chart::{PADDING, drawn};
use super::finish::BLEED;
use super::ink::Ink;
use super::trials::{Moment, arms, curves, last, legend, panel, sizes, told_of};
use super::{Figure, Subject};
use crate::report::rounded::grouped;
use crate::report::told::Told;
use kuva::prelude::MarkerShape;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

/// Height of a line of numbers, pixels.
const LINE: f64 = 18.0;
/// Marks of censoring on a curve, about.
const MARKS: usize = 60;

/// The first trial of every size, where the run has trials.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    sizes(told).into_iter().filter_map(|size| figure(told, size)).collect()
}

fn figure(told: &Told, size: u64) -> Option<Figure> {
    let all = curves(told, size);
    let (trial, to) = (all.first()?, last(&all));
    let title = format!("One trial of {} patients", grouped(size as f64, 0));
    let mut panel = panel(told, "", trial, to, (2.0, 0.0));
    for (curve, arm) in trial.iter().zip(arms(told)) {
        let censored = curve.iter().filter(|own| own.censored > 0.0);
        let marks: Vec<(f64, f64)> = censored.map(|own| (own.months, own.survival)).collect();
        // Hundreds of marks would be a line.
        let every = (marks.len() / MARKS).max(1);
        for at in marks.into_iter().step_by(every) {
            panel.mark(at, Ink::of(arm).marked(MarkerShape::Plus), 4.0);
        }
    }
    let last_tick = (to / panel.x.step).floor() as u32;
    let ticks: Vec<f64> = (0..=last_tick).map(|at| f64::from(at) * panel.x.step).collect();
    let censored =
        Ink::pointed(MarkerShape::Plus).point("patients censored: still without it when last seen");
    let scene = drawn(&title, vec![panel], 1, (680.0, 400.0), [legend(told), vec![censored]].concat());
    let rows: Vec<(String, Vec<f64>)> = trial
        .iter()
        .zip(arms(told))
        .map(|(curve, arm)| {
            let label = told.strategies[arm].1.clone();
            (label, ticks.iter().map(|month| at_risk(curve, *month)).collect())
        })
        .collect();
    let said: Vec<String> = rows
        .iter()
        .map(|(label, numbers)| {
            let numbers: Vec<String> = numbers.iter().map(|own| format!("{own:.0}")).collect();
            format!("At risk under {label}: {}.", numbers.join(", "))
        })
        .collect();
    let ticks_told: Vec<String> = ticks.iter().map(|month| format!("{month:.0}")).collect();
    Some(Figure {
        names: Vec::new(),
        name: format!("one_trial_{size}"),
        subject: Subject::Trials,
        caption: format!(
            "The first of the simulated trials of this size: {}. Each step down is a death or event, each + stands where \
             patients are censored, that is, were still without it when last seen. Bands are pointwise 95 % intervals by Greenwood's variance on the scale of \
             ln(-ln S). The numbers below the axis count who is still followed at that month; where they are small the curve says little.",
            told_of(told, size, 1)
        ),
        alt: format!(
            "{title}, {}. {} The months are {}.",
            told_of(told, size, 1),
            said.join(" "),
            ticks_told.join(", ")
        ),
        tables: &["trial_curves.csv", "trials.csv"],
        scene: with_numbers(scene, (&ticks, to), &rows),
        title,
    })
}

/// Who is at risk at a month: the curve of the first trial has a row at each time at which someone leaves.
fn at_risk(curve: &[Moment], month: f64) -> f64 {
    let at = curve.partition_point(|own| own.months < month);
    curve.get(at).map_or(0.0, |next| next.at_risk)
}

/// Numbers at risk below all else, each under its tick.
fn with_numbers(mut scene: Scene, (ticks, to): (&[f64], f64), rows: &[(String, Vec<f64>)]) -> Scene {
    let axes = scene.elements.iter().find_map(|own| match own {
        // Panels are drawn within the padding of their grid.
        Primitive::ClipStart { x, width, .. } => Some((*x + BLEED + PADDING, *width - 2.0 * BLEED)),
        _ => None,
    });
    let Some((left, width)) = axes else { return scene };
    let mut y = scene.height + 6.0;
    let text = |x: f64, y: f64, content: String, anchor: TextAnchor, bold: bool, color: Option<Color>| {
        Primitive::Text { x, y, content, size: 12, anchor, rotate: None, bold, color }
    };
    scene.elements.push(text(left, y, "At risk".to_owned(), TextAnchor::Start, true, None));
    for (label, numbers) in rows {
        y += LINE;
        scene.elements.push(text(left, y, label.clone(), TextAnchor::Start, false, None));
        y += LINE;
        for (month, number) in ticks.iter().zip(numbers) {
            let x = left + width * month / to;
            scene.elements.push(text(x, y, grouped(*number, 0), TextAnchor::Middle, false, None));
        }
    }
    scene.height = y + 12.0;
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_leaves_at_a_month_is_still_at_risk_then() {
        let at = |months, at_risk| Moment { months, survival: 1.0, interval: None, at_risk, censored: 0.0 };
        let curve = [at(0.0, 3.0), at(6.0, 3.0), at(7.5, 2.0), at(10.0, 1.0)];
        let shown = [0.0, 3.0, 6.0, 7.0, 8.0, 10.0, 12.0].map(|month| at_risk(&curve, month));
        assert_eq!(shown, [3.0, 3.0, 3.0, 2.0, 1.0, 1.0, 0.0]);
    }
}
