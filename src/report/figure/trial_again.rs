//! The same trial again and again (hypothetical outcome plots, Hullman, Resnick and Adar 2015,
//! doi:10.1371/journal.pone.0142444): small multiples in print, one after the other in a page.

use super::chart::drawn;
use super::trials::{curves, last, legend, panel, sizes, told_of};
use super::{Figure, Subject, legible, svg};
use crate::report::rounded::grouped;
use crate::report::told::Told;

/// Trials that stand side by side in print and follow each other in a page.
const SHOWN: usize = 12;
/// Sizes that are shown, the smallest first.
const SIZES: usize = 3;
/// Steps of an interval on a small picture, at most.
const COARSE: f64 = 60.0;
const NAME: &str = "trial_again_";

/// One trial of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Frame {
    /// What it shows, in words.
    pub(in crate::report) words: String,
    /// The picture.
    pub(in crate::report) svg: String,
    /// Pixels of width from which on its letters are legible.
    pub(in crate::report) legible: u32,
}

fn shown_sizes(told: &Told) -> Vec<u64> {
    let mut all = sizes(told);
    all.sort_unstable();
    all.truncate(SIZES);
    all
}

/// Small multiples of the first trials, of the smallest sizes.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    shown_sizes(told).into_iter().filter_map(|size| figure(told, size)).collect()
}

fn figure(told: &Told, size: u64) -> Option<Figure> {
    let all = curves(told, size);
    let to = last(&all);
    let count = all.len().min(SHOWN);
    let panels: Vec<_> = all
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(at, trial)| {
            let mut own = panel(told, &format!("Trial {}", at + 1), trial, to, (1.6, to / COARSE));
            "months".clone_into(&mut own.x.label);
            own
        })
        .collect();
    // One alone is not again.
    (count > 1).then(|| {
        let title = format!("The same trial of {} patients, again and again", grouped(size as f64, 0));
        let said: Vec<String> =
            (1..=count).map(|trial| format!("Trial {trial}: {}.", told_of(told, size, trial))).collect();
        Figure {
            names: Vec::new(),
            name: format!("{NAME}{size}"),
            subject: Subject::Trials,
            caption: "The same two treatments, the same rules, other patients each time: all that differs between the pictures is who \
                      came and what luck they had. Kaplan-Meier curves with pointwise 95 % intervals, in coarser steps."
                .to_owned(),
            alt: format!("{title}. {}", said.join(" ")),
            tables: &["trial_curves.csv", "trials.csv"],
            scene: drawn(&title, panels, 2, (345.0, 250.0), legend(told)),
            title,
        }
    })
}

/// The trials that a page shows one after the other; none of a figure that stands still.
pub(in crate::report) fn frames(told: &Told, name: &str) -> Vec<Frame> {
    let size = shown_sizes(told).into_iter().find(|size| name == format!("{NAME}{size}"));
    let Some(size) = size else { return Vec::new() };
    let all = curves(told, size);
    let (to, count) = (last(&all), all.len().min(SHOWN));
    all.iter()
        .take(SHOWN)
        .enumerate()
        .map(|(at, trial)| {
            let title = format!("Trial {} of {count}, {} patients", at + 1, grouped(size as f64, 0));
            let words = format!("Trial {} of {count}: {}", at + 1, told_of(told, size, at + 1));
            let scene = drawn(
                "",
                vec![panel(told, &title, trial, to, (2.0, to / COARSE))],
                1,
                (640.0, 370.0),
                legend(told),
            );
            let legible = legible(&scene);
            Frame { svg: svg(&scene, &format!("{name}-{}", at + 1), &title, &words), words, legible }
        })
        .collect()
}
