//! How often trials of each size find a difference: where there is one, and where there is none.

use super::chart::{Axis, Panel, drawn};
use super::ink::{BEHIND, Ink, POINTED, ruled};
use super::trials::{response, share, sizes};
use super::{Figure, Subject};
use crate::report::rounded::{grouped, percent, percent_to};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, ReferenceLine};

/// Shares of trials that find a difference, by test.
const TESTS: [&str; 2] = ["logrank_rejects", "response_rejects"];

/// The figure, where the run has trials.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let sizes = sizes(told);
    if sizes.is_empty() || told.sheet("trial_power.csv").is_none() {
        return Vec::new();
    }
    let level = told.manifest["trial"]["alpha"].as_f64();
    let kinds = [
        ("as_modelled", "The treatments differ (power)", Some(0.8)),
        ("no_difference", "Both arms get the control (type I error)", level),
    ];
    let words = ["log-rank test of the curves".to_owned(), format!("test of {}", response(told))];
    let mut panels = Vec::new();
    let mut said = Vec::new();
    for (experiment, title, level) in kinds {
        let labels = sizes.iter().map(|size| format!("{} patients", grouped(*size as f64, 0))).collect();
        // Errors of the first kind are few: an axis of their own.
        let shares = || {
            sizes.iter().flat_map(|size| TESTS.iter().filter_map(|own| share(told, experiment, *size, own)))
        };
        let most = shares().map(|(_, (_, high))| high).fold(level.unwrap_or(0.0), f64::max);
        let x = if experiment == "as_modelled" {
            Axis {
                label: "share of trials that find a difference".to_owned(),
                to: 1.03,
                ..Axis::probability("")
            }
        } else {
            Axis::over("share of trials that find a difference", [0.0, most.max(0.1)].into_iter(), percent)
        };
        let mut panel = Panel::of_rows(title, x, labels).called("size");
        if let Some(level) = level {
            panel.rule(ReferenceLine::vertical(level));
        }
        for (row, size) in sizes.iter().enumerate() {
            for (part, (outcome, words)) in TESTS.iter().zip(&words).enumerate() {
                let Some((mean, interval)) = share(told, experiment, *size, outcome) else { continue };
                let at = panel.height(row, part, TESTS.len());
                panel.across((mean, at), Some(interval), Ink::of(part));
                said.push(format!(
                    "{title}, {} patients, {words}: {} of the trials (95 % interval {} to {}).",
                    grouped(*size as f64, 0),
                    percent_to(mean, 1),
                    percent_to(interval.0, 1),
                    percent_to(interval.1, 1)
                ));
            }
        }
        panels.push(panel);
    }
    let mut legend: Vec<LegendEntry> =
        words.iter().enumerate().map(|(at, words)| Ink::of(at).point(words)).collect();
    legend.push(ruled(POINTED, "", "lines: 95 % intervals, which more trials would narrow"));
    let allowed =
        level.map_or(String::new(), |level| format!("; right: {}, the error allowed", percent(level)));
    legend.push(ruled(BEHIND, "6 4", &format!("left: 80 %, often planned for{allowed}")));
    let title = "How often a trial finds a difference";
    vec![Figure {
        names: Vec::new(),
        name: "trial_power".to_owned(),
        subject: Subject::Trials,
        title: title.to_owned(),
        caption: format!(
            "Points are shares of the simulated trials, lines their 95 % intervals (Wilson), which more trials would narrow. \
             Dashed: on the left 80 %, which trials are often planned for, on the right {}, the error that a test at that level allows.",
            percent(level.unwrap_or(f64::NAN))
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["trial_power.csv"],
        scene: drawn(title, panels, 2, (440.0, 130.0 + sizes.len() as f64 * 60.0), legend),
    }]
}
