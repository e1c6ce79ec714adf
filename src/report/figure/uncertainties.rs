//! Three uncertainties of one outcome side by side: between patients, between draws, simulation noise.

use super::chart::{Axis, Panel, drawn};
use super::ink::Ink;
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::prelude::MarkerShape;

/// What each row is.
const ROWS: [&str; 3] = [
    "between patients (chance): 90 of 100 lie here",
    "between draws (not known): 95 of 100 means lie here",
    "simulation noise: 1.96 errors of the mean",
];

/// Mean and, by row, an interval.
type Widths = (f64, [Option<(f64, f64)>; 3]);

/// The figure, where the lesson of the run shows it.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "uncertainties";
    let all: Vec<(usize, Widths)> = (0..told.strategies.len())
        .filter_map(|own| Some((own, widths(told, &told.strategies[own].0)?)))
        .collect();
    if !told.asks_for(name) || all.is_empty() {
        return Vec::new();
    }
    let ends =
        || all.iter().flat_map(|(_, (_, rows))| rows.iter().flatten().flat_map(|(low, high)| [*low, *high]));
    let panels: Vec<Panel> = all.iter().map(|(own, widths)| panel(told, *own, widths, ends())).collect();
    let said: Vec<String> = all
        .iter()
        .map(|(own, (mean, rows))| {
            let rows: Vec<String> = ROWS
                .iter()
                .zip(rows)
                .filter_map(|(words, own)| own.map(|(low, high)| format!("{words}, {low:.2} to {high:.2}")))
                .collect();
            format!("{}: mean {mean:.2} life years; {}.", told.strategies[*own].1, rows.join("; "))
        })
        .collect();
    let title = "Three uncertainties of life years";
    vec![Figure {
            names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: "The diamond is the mean. More evidence would narrow the second line, more simulated patients the third, and nothing the first: patients \
                  differ. In the second line each draw's mean carries what noise its own patients leave, so that it is a little too wide."
            .to_owned(),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["summary.csv", "spread.csv"],
        scene: drawn(title, panels, 1, (760.0, 210.0), Vec::new()),
    }]
}

fn widths(told: &Told, id: &str) -> Option<Widths> {
    let row = told.outcome(id, "life_years")?;
    let mean = row.number("mean")?;
    let spread =
        told.rows("spread.csv").find(|row| row.text("strategy") == id && row.text("outcome") == "life_years");
    let patients = spread.and_then(|row| row.number("p05").zip(row.number("p95")));
    let draws = row.number("lower_95").zip(row.number("upper_95"));
    let noise = row.number("mc_se").map(|error| (mean - 1.96 * error, mean + 1.96 * error));
    Some((mean, [patients, draws, noise]))
}

fn panel(told: &Told, strategy: usize, (mean, rows): &Widths, ends: impl Iterator<Item = f64>) -> Panel {
    let x = Axis::over("life years", ends.chain([0.0]), |value| format!("{value:.0}"));
    let labels = ROWS.iter().map(|words| (*words).to_owned()).collect();
    let mut panel = Panel::of_rows(&told.strategies[strategy].1, x, labels);
    for (row, own) in rows.iter().enumerate() {
        let Some(interval) = own else { continue };
        let at = panel.height(row, 0, 1);
        panel.bar(*interval, at, Ink::of(strategy).colour, 3);
        panel.whisker(*interval, at, 0.2);
        panel.mark((*mean, at), Ink::pointed(MarkerShape::Diamond), 4.5);
    }
    panel
}
