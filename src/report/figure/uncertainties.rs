//! Three uncertainties of one outcome side by side: between patients, between draws, simulation noise.

use super::chart::{Axis, Panel, drawn};
use super::ink::Ink;
use super::{Figure, Subject};
use crate::report::rounded::grouped;
use crate::report::told::Told;

/// What each row is.
const ROWS: [&str; 3] =
    ["between patients (chance)", "between draws (not known)", "of the mean computed (simulation noise)"];

/// Mean and, by row, a standard deviation.
type Sizes = (f64, [Option<f64>; 3]);

/// The figure, where the lesson of the run shows it.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "uncertainties";
    let all: Vec<(usize, Sizes)> = (0..told.strategies.len())
        .filter_map(|own| Some((own, sizes(told, &told.strategies[own].0)?)))
        .collect();
    if !told.asks_for(name) || all.is_empty() {
        return Vec::new();
    }
    let ends = || all.iter().flat_map(|(_, (_, rows))| rows.iter().flatten().copied());
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
                  patients the third, and nothing the first: patients differ. Simulation noise has been taken out of the second.{}",
            if all.iter().all(|(_, (_, rows))| rows.iter().all(Option::is_some)) {
                ""
            } else {
                " Of what is not told the run knows nothing."
            }
        ),
        alt: format!("{title}, as standard deviations. {}", said.join(" ")),
        tables: &["summary.csv", "spread.csv"],
        scene: drawn(title, panels, 1, (760.0, 210.0), Vec::new()),
    }]
}

fn row_label(words: &str, size: Option<f64>) -> String {
    // The smallest has three decimals, as the error of the mean has in the text of the lesson.
    size.map_or_else(|| format!("{words}: not told"), |size| format!("{words}: {}", grouped(size, 3)))
}

fn sizes(told: &Told, id: &str) -> Option<Sizes> {
    let row = told.outcome(id, "life_years")?;
    let spread =
        told.rows("spread.csv").find(|row| row.text("strategy") == id && row.text("outcome") == "life_years");
    let of = |column: &str| spread.and_then(|row| row.number(column));
    Some((row.number("mean")?, [of("sd"), of("unknown_sd"), row.number("mc_se")]))
}

fn panel(told: &Told, strategy: usize, (_, rows): &Sizes, ends: impl Iterator<Item = f64>) -> Panel {
    let x = Axis::over("standard deviation, life years", ends.chain([0.0]), |value| format!("{value:.0}"));
    let labels = ROWS.iter().zip(rows).map(|(words, own)| row_label(words, *own)).collect();
    let mut panel = Panel::of_rows(&told.strategies[strategy].1, x, labels);
    for (row, own) in rows.iter().enumerate() {
        let Some(size) = own else { continue };
        panel.bar((0.0, *size), panel.height(row, 0, 1), Ink::of(strategy).colour, 2);
    }
    panel
}
