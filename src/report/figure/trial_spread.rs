//! By how much the results of trials of one size differ from each other: response and hazard ratio.

use super::chart::{Axis, Panel, drawn};
use super::ink::{BEHIND, Ink, POINTED, ruled};
use super::trials::{response, sizes, spread};
use super::{Figure, Subject};
use crate::math::ln;
use crate::report::rounded::grouped;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LegendShape, MarkerShape, ReferenceLine};
use std::f64::consts::LN_2;

/// Trials of each size that are drawn as dots.
const DOTS: usize = 300;
/// Trials of which fewer than one would lie beyond either end of the middle 95 of 100.
const FEW: usize = 40;
/// Ratios are drawn from an eighth to eight.
const ENDS: f64 = 3.0;

/// The figure, where the run has trials.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let sizes = sizes(told);
    if sizes.is_empty() {
        return Vec::new();
    }
    let difference = |row: &SheetRow<'_>| Some(row.number("response")? - row.number("response_control")?);
    let ratio = |row: &SheetRow<'_>| row.number("hazard_ratio").map(doublings);
    let signed =
        |value: f64| if value.abs() < 1e-9 { "0".to_owned() } else { format!("{:+.0}", value * 100.0) };
    let x = Axis {
        from: -0.5,
        to: 0.75,
        step: 0.25,
        label: "arm less control, percentage points".to_owned(),
        format: signed,
    };
    let first = panel(
        told,
        &format!("Difference in {}", response(told)),
        x,
        "response_difference",
        difference,
        |value| value,
    );
    let power_of_two = |value: f64| {
        let own = 2.0_f64.powi(value.round() as i32);
        if own < 1.0 { format!("1/{:.0}", 1.0 / own) } else { format!("{own:.0}") }
    };
    let x = Axis {
        from: -ENDS,
        to: ENDS,
        step: 1.0,
        label: "hazard ratio, each tick twice the last".to_owned(),
        format: power_of_two,
    };
    let second = panel(told, "Hazard ratio", x, "hazard_ratio", ratio, doublings);
    let difference_words = format!("difference in {} in percentage points", response(told));
    let mut said = Vec::new();
    for size in &sizes {
        for (outcome, words, scale) in
            [("response_difference", &*difference_words, 100.0), ("hazard_ratio", "hazard ratio", 1.0)]
        {
            let of = format!("{} patients, {words}", grouped(*size as f64, 0));
            said.push(match middle(told, *size, outcome) {
                Some((low, high)) => {
                    let decimals = if scale > 1.0 { 0 } else { 2 };
                    let [low, high] = [low, high].map(|end| grouped(end * scale, decimals));
                    format!("{of}: 95 of 100 trials between {low} and {high}.")
                }
                None => format!("{of}: too few trials to say where 95 of 100 lie."),
            });
        }
    }
    let title = "How much results of trials differ by chance";
    let mark = |shape, color: &str, label: &str| LegendEntry {
        label: label.to_owned(),
        color: color.to_owned(),
        shape,
        dasharray: None,
    };
    let legend = vec![
        mark(LegendShape::Marker(MarkerShape::Circle), Ink::of(0).colour, "one trial"),
        mark(LegendShape::Marker(MarkerShape::Diamond), POINTED, "middle trial, and where 95 of 100 lie"),
        ruled(BEHIND, "6 4", "no difference"),
    ];
    vec![Figure {
        names: Vec::new(),
        name: "trial_spread".to_owned(),
        subject: Subject::Trials,
        title: title.to_owned(),
        caption: format!(
            "Each dot is a trial, at most {DOTS} of each size. The dashed line is no difference. A trial of a hundred times as many \
             patients is ten times as precise. Diamonds are middle trials, lines hold 95 of 100 where {FEW} or more were held. Dots beyond an axis are drawn at its end, lines that go on beyond it end in an arrow."
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["trials.csv", "trial_power.csv"],
        scene: drawn(title, vec![first, second], 2, (440.0, 130.0 + sizes.len() as f64 * 75.0), legend),
    }]
}

/// The trials of a size.
fn held(told: &Told, size: u64) -> impl Iterator<Item = SheetRow<'_>> {
    let own = move |row: &SheetRow<'_>| {
        row.text("experiment") == "as_modelled" && row.number("patients") == Some(size as f64)
    };
    told.rows("trials.csv").filter(own)
}

/// Where 95 of 100 trials of a size lie, if there are enough to tell.
fn middle(told: &Told, size: u64, outcome: &str) -> Option<(f64, f64)> {
    let row = spread(told, "as_modelled", size, outcome).filter(|_| held(told, size).count() >= FEW)?;
    row.number("p2_5").zip(row.number("p97_5"))
}

/// A ratio by how often it doubles 1.
fn doublings(ratio: f64) -> f64 {
    if ratio > 0.0 { ln(ratio) / LN_2 } else { f64::NEG_INFINITY }
}

fn panel(
    told: &Told,
    title: &str,
    x: Axis,
    outcome: &str,
    value: impl Fn(&SheetRow<'_>) -> Option<f64>,
    placed: fn(f64) -> f64,
) -> Panel {
    let sizes = sizes(told);
    let labels = sizes.iter().map(|size| format!("{} patients", grouped(*size as f64, 0))).collect();
    let (from, to) = (x.from, x.to);
    let mut panel = Panel::of_rows(title, x, labels).called("size");
    panel.rule(ReferenceLine::vertical(0.0));
    for (row, size) in sizes.iter().enumerate() {
        let height = panel.height(row, 0, 1);
        let dots = held(told, *size).take(DOTS).filter_map(|row| value(&row)).enumerate();
        // Spread over the row by a sequence that fills it evenly.
        let dots = dots.map(|(at, value)| {
            let within = (at as f64 * 0.618_033_988_749_895).fract() - 0.5;
            (value.clamp(from, to), height + 0.12 + 0.5 * within)
        });
        panel.cloud(dots.collect(), Ink::of(0));
        let Some(own) = spread(told, "as_modelled", *size, outcome) else { continue };
        let at = height - 0.36;
        if let Some((low, high)) = middle(told, *size, outcome) {
            panel.whisker((placed(low), placed(high)), at, 0.06);
        }
        if let Some(median) = own.number("p50") {
            panel.mark((placed(median).clamp(from, to), at), Ink::pointed(MarkerShape::Diamond), 4.5);
        }
    }
    panel
}
