//! Published figures against what a fit or virtual patients show of them.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{Ink, POINTED, ruled};
use super::super::tornado::short;
use super::{Compared, Figure, Subject, Unit};
use crate::report::rounded::grouped;
use kuva::prelude::{LegendEntry, LineStyle, MarkerShape, ReferenceLine};

/// What is shown beside the published figure: words of the legend, of the caption, and the table it is from.
pub(super) type Source = (&'static str, &'static str, &'static [&'static str]);
pub(super) const FITTED: Source = (
    "fitted, with 95 % of the fit",
    "what the fit shows, with 95 % of its rows",
    &["manifest.json"],
);
pub(super) const SIMULATED: Source =
    ("simulated", "what virtual patients show, whatever they were fitted to", &["validation.csv"]);

const UNITS: [(Unit, &str, &str); 3] =
    [(Unit::Share, "Shares", "share"), (Unit::Months, "Medians", "months"), (Unit::Ratio, "Hazard ratios", "ratio")];

/// The figure; `None` without anything to compare.
pub(super) fn figure(
    (name, title): (&str, &str),
    all: &[Compared],
    (words, about, tables): Source,
) -> Option<Figure> {
    let mut panels = Vec::new();
    let mut most = 0;
    for (unit, heading, axis) in UNITS {
        let rows: Vec<&Compared> = all.iter().filter(|own| own.unit == unit).collect();
        if rows.is_empty() {
            continue;
        }
        most = most.max(rows.len());
        panels.push(panel(heading, axis, &rows));
    }
    panels.first()?;
    let left_out = all.iter().any(|own| own.left_out.is_some());
    let mut legend = vec![
        Ink::pointed(MarkerShape::Diamond).point("published, with its 95 % interval"),
        Ink::of(0).point(words),
        LegendEntry { dasharray: None, ..ruled("#9DC3E1", "", "95 of 100 such trials") },
    ];
    let apart = if left_out {
        legend.push(Ink::of(1).point("of a fit without the figure"));
        " Squares are of a fit made again without the figure: what the others say of it."
    } else {
        ""
    };
    let inside = all.iter().filter(|own| own.inside).count();
    let outside: Vec<&str> = all.iter().filter(|own| !own.inside).map(|own| own.label.as_str()).collect();
    let outside = if outside.is_empty() { String::new() } else { format!(" Outside: {}.", outside.join("; ")) };
    Some(Figure {
        name: name.to_owned(),
        subject: Subject::Calibration,
        title: title.to_owned(),
        caption: format!(
            "Diamonds are published figures, circles {about}; the pale line is where 95 of 100 trials of the published size \
             would fall, their own chance included.{apart} Held out: kept from the fit, to judge it by. Prior: sampled as \
             published, so it is met by itself."
        ),
        alt: format!("{title}. {inside} of {} figures lie where such trials would fall.{outside}", all.len()),
        tables,
        names: Vec::new(),
        scene: {
            let height = 100.0 + most as f64 * 46.0;
            drawn(title, panels, 1, (860.0, height.min(100.0 + 46.0 * 24.0)), legend)
        },
    })
}

/// One unit.
fn panel(heading: &str, axis: &str, rows: &[&Compared]) -> Panel {
    let ends = rows.iter().flat_map(|own| {
        let both = [Some(own.published), Some(own.shown), own.left_out].into_iter().flatten();
        both.flat_map(|(centre, ends)| [Some(centre), ends.map(|own| own.0), ends.map(|own| own.1)]).flatten()
    });
    let low = if heading == "Hazard ratios" { 1.0 } else { 0.0 };
    let x = match axis {
        "share" => Axis { label: axis.to_owned(), ..Axis::probability("") },
        _ => Axis::over(axis, ends.chain([low]), |value| grouped(value, if value.fract() == 0.0 { 0 } else { 2 })),
    };
    let labels = rows.iter().map(|own| match own.role.as_str() {
        "held_out" => format!("{} (held out)", short(&own.label)),
        "prior" => format!("{} (prior)", short(&own.label)),
        _ => short(&own.label),
    });
    let mut panel = Panel::of_rows(heading, x, labels.collect());
    if heading == "Hazard ratios" {
        panel.rule(ReferenceLine::vertical(1.0).with_dasharray("4 4"));
    }
    // What is not reached or beyond the picture ends at its edge.
    let (from, to) = (panel.x.from, panel.x.to);
    let cut = move |(low, high): (f64, f64)| (low.clamp(from, to), high.clamp(from, to));
    for (index, own) in rows.iter().enumerate() {
        let parts = if own.left_out.is_some() { 3 } else { 2 };
        let (published, shown) = (panel.height(index, 0, parts), panel.height(index, 1, parts));
        if own.published.0.is_finite() {
            let ends = own.published.1.map(cut);
            panel.across((own.published.0, published), ends, Ink::pointed(MarkerShape::Diamond));
        }
        if let Some((low, high)) = own.predicted.map(cut) {
            panel.line(vec![(low, shown), (high, shown)], "#9DC3E1", 5.0, LineStyle::Solid);
        }
        if own.shown.0.is_finite() {
            panel.across((own.shown.0, shown), own.shown.1.map(cut), Ink::of(0));
        }
        if let Some((centre, ends)) = own.left_out.filter(|own| own.0.is_finite()) {
            let height = panel.height(index, 2, parts);
            panel.across((centre.clamp(from, to), height), ends.map(cut), Ink::of(1));
        }
        if !own.inside {
            panel.line(vec![(from, shown), (to, shown)], POINTED, 0.6, LineStyle::Dotted);
        }
    }
    panel
}
