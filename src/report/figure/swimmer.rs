//! The first patients of the first draw, each a line through the states.

use super::chart::{Axis, Panel, drawn};
use super::course::STATES;
use super::endpoint::survival_until;
use super::ink::{Ink, POINTED, filled};
use super::survival::unknown;
use super::{Figure, Subject};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LegendShape, MarkerShape};

/// Patients and months that are shown.
const PATIENTS: f64 = 40.0;
const MOST: f64 = 60.0;

/// A patient under one strategy.
struct Life {
    patient: usize,
    stays: Vec<(String, f64, f64)>,
    dies: bool,
}

/// The figure, where the run has histories.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let lives: Vec<Vec<Life>> = (1..=told.strategies.len()).map(|strategy| lives(told, strategy)).collect();
    let Some(first) = lives.first().filter(|lives| !lives.is_empty()) else { return Vec::new() };
    // The same line is the same patient under every strategy, the longest lives under the first strategy at the top.
    let end = |life: &Life| life.stays.last().map_or(0.0, |(_, _, to)| *to);
    let mut order: Vec<usize> = (0..first.len()).collect();
    order.sort_by(|one, other| end(&first[*other]).total_cmp(&end(&first[*one])));
    let order: Vec<usize> = order.into_iter().map(|at| first[at].patient).collect();
    let to = lives.iter().flatten().map(end).fold(0.0, f64::max).min(MOST);
    let panels = lives.iter().zip(&told.strategies).map(|(lives, (id, label))| {
        let mut own = panel(lives, label, &order, to);
        let known = survival_until(told, id);
        own.shaded = (known < to).then_some((known, own.x.to));
        own
    });
    let panels: Vec<Panel> = panels.collect();
    let used =
        |name: &str| lives.iter().flatten().any(|life| life.stays.iter().any(|(state, _, _)| state == name));
    let states = STATES.iter().filter(|(name, _, _)| used(name));
    let mut legend: Vec<LegendEntry> = states.map(|(_, words, colour)| filled(colour, words)).collect();
    for (marker, label) in [(MarkerShape::Cross, "death"), (MarkerShape::Triangle, "alive then, goes on")] {
        let (color, shape) = (POINTED.to_owned(), LegendShape::Marker(marker));
        legend.push(LegendEntry { label: label.to_owned(), color, shape, dasharray: None });
    }
    legend.extend(panels.iter().any(|panel| panel.shaded.is_some()).then(unknown));
    let count = order.len();
    let title = format!("The lives of {count} patients");
    let dead: Vec<String> = lives
        .iter()
        .zip(&told.strategies)
        .map(|(lives, (_, label))| {
            let dead = lives.iter().filter(|life| life.dies && end(life) <= to).count();
            format!("{label}: {dead} of {count} have died by month {to:.0}.")
        })
        .collect();
    vec![Figure {
        name: "swimmer".to_owned(),
        subject: Subject::Course,
        caption: format!(
            "The first {count} virtual patients of the first draw, a line each through its states; the same line is the \
             same patient with the same luck under every strategy, in the order of survival under the first. One patient's \
             difference is not what a patient would gain: luck that is shared by construction is no forecast. Single lives have no interval."
        ),
        alt: format!("{title}, month by month. {}", dead.join(" ")),
        tables: &["histories.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(&title, panels, 2, (430.0, 90.0 + count as f64 * 9.0), legend),
        title,
    }]
}

fn lives(told: &Told, strategy: usize) -> Vec<Life> {
    let mut all: Vec<Life> = Vec::new();
    let own = |row: &SheetRow<'_>| {
        row.number("strategy_id") == Some(strategy as f64)
            && row.number("patient_id").is_some_and(|id| id <= PATIENTS)
    };
    for row in told.rows("histories.csv").filter(own) {
        let patient = row.number("patient_id").unwrap_or_default() as usize;
        let Some((from, to)) = row.number("time_start").zip(row.number("time_stop")) else { continue };
        if all.last().is_none_or(|life| life.patient != patient) {
            all.push(Life { patient, stays: Vec::new(), dies: false });
        }
        let Some(life) = all.last_mut() else { continue };
        life.stays.push((row.text("from").to_owned(), from, to));
        life.dies = row.text("to") == "dead";
    }
    all
}

fn panel(lives: &[Life], label: &str, order: &[usize], to: f64) -> Panel {
    let rows = vec![String::new(); order.len()];
    let x = Axis::months("months from the start", to * 1.02);
    let mut panel = Panel::of_rows(label, x, rows).called("patients, in the same order in all panels");
    panel.x.step = Axis::months("", to).step;
    for (row, patient) in order.iter().enumerate() {
        let Some(life) = lives.iter().find(|life| life.patient == *patient) else { continue };
        let height = panel.height(row, 0, 1);
        for (state, from, until) in life.stays.iter().filter(|(_, from, _)| *from < to) {
            let colour =
                STATES.iter().find(|(name, _, _)| name == state).map_or(POINTED, |(_, _, colour)| colour);
            panel.bar((*from, until.min(to)), height, Ink::flat(colour), 1);
        }
        let end = life.stays.last().map_or(0.0, |(_, _, until)| *until);
        let marker = if end > to || !life.dies { MarkerShape::Triangle } else { MarkerShape::Cross };
        panel.mark((end.min(to), height), Ink::pointed(marker), 3.4);
    }
    panel
}
