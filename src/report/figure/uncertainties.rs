//! Three uncertainties of one outcome side by side: between patients, between draws, simulation noise.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, ruled};
use super::interval::{decimals, of_deviation};
use super::{Figure, Subject};
use crate::report::lesson::asks_for;
use crate::report::rounded::grouped;
use crate::report::told::Told;

/// What each row is.
const ROWS: [&str; 3] =
    ["between patients (chance)", "between draws (not known)", "of the mean computed (simulation noise)"];

/// Mean and, by row, a standard deviation and what it may be off by to each side.
type Sizes = (f64, [Option<(f64, f64)>; 3]);

/// The figure, where the lesson of the run shows it.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "uncertainties";
    let all: Vec<(usize, Sizes)> = (0..told.strategies.len())
        .filter_map(|own| Some((own, sizes(told, &told.strategies[own].0)?)))
        .collect();
    if !asks_for(told, name) || all.is_empty() {
        return Vec::new();
    }
    let ends = || all.iter().flat_map(|(_, (_, rows))| rows.iter().flatten().map(|(size, half)| size + half));
    let panels: Vec<Panel> = all.iter().map(|(own, sizes)| panel(told, *own, sizes, ends())).collect();
    let said: Vec<String> = all
        .iter()
        .map(|(own, (mean, rows))| {
            let rows = ROWS.iter().zip(rows).map(|(words, own)| row_label(words, *own));
            let rows: Vec<String> = rows.collect();
            format!(
                "{}: mean {} life years; {}.",
                told.strategies[*own].1,
                grouped(*mean, 2),
                rows.join("; ")
            )
        })
        .collect();
    let title = "Three uncertainties of life years";
    vec![Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: format!(
            "Three standard deviations on one scale. More evidence would make the second smaller, more simulated \
                  patients the third, and nothing the first: patients differ. Simulation noise has been taken out of the second. Whiskers are 95 % intervals of \
                  the deviations, as the chi-square distribution gives for as many values: the draws for the second, all lives for the others; it \
                  tells nothing of tails heavier than those of a normal.{}",
            if all.iter().all(|(_, (_, rows))| rows.iter().all(Option::is_some)) {
                ""
            } else {
                " Of what is not told the run knows nothing."
            }
        ),
        alt: format!("{title}, as standard deviations. {}", said.join(" ")),
        tables: &["summary.csv", "spread.csv"],
        scene: drawn(
            title,
            panels,
            1,
            (760.0, 210.0),
            vec![ruled(POINTED, "", "95 %, by the number of draws or of lives")],
        ),
    }]
}

fn row_label(words: &str, size: Option<(f64, f64)>) -> String {
    let told = size.map(|(size, half)| grouped(size, decimals(half)));
    told.map_or_else(|| format!("{words}: not told"), |told| format!("{words}: {told}"))
}

fn sizes(told: &Told, id: &str) -> Option<Sizes> {
    let row = told.outcome(id, "life_years")?;
    let spread =
        told.rows("spread.csv").find(|row| row.text("strategy") == id && row.text("outcome") == "life_years");
    let of = |column: &str| spread.and_then(|row| row.number(column));
    let (draws, patients) = (told.count("draws").unwrap_or(1.0), told.count("patients").unwrap_or(1.0));
    let with = |size: Option<f64>, values: f64| {
        let size = size?;
        Some((size, of_deviation(size, values).unwrap_or_default()))
    };
    let lives = draws * patients;
    let rows = [with(of("sd"), lives), with(of("unknown_sd"), draws), with(row.number("mc_se"), lives)];
    Some((row.number("mean")?, rows))
}

fn panel(told: &Told, strategy: usize, (_, rows): &Sizes, ends: impl Iterator<Item = f64>) -> Panel {
    let x = Axis::over("standard deviation, life years", ends.chain([0.0]), |value| format!("{value:.0}"));
    let labels = ROWS.iter().zip(rows).map(|(words, own)| row_label(words, *own)).collect();
    let mut panel = Panel::of_rows(&told.strategies[strategy].1, x, labels).called("uncertainty");
    for (row, own) in rows.iter().enumerate() {
        let Some((size, half)) = own else { continue };
        let at = panel.height(row, 0, 1);
        panel.bar((0.0, *size), at, Ink::of(strategy), 2);
        if *half > 0.0 {
            panel.whisker(((size - half).max(0.0), size + half), at, 0.1);
        }
    }
    panel
}
