//! Published figures against what a fit or virtual patients show of them.

use super::super::chart::{Axis, Panel, stacked};
use super::super::ink::{BEHIND, Ink, POINTED, filled, ruled};
use super::super::phrase::{capital, spelt};
use super::{Compared, Figure, Subject, Unit};
use crate::report::rounded::amount;
use kuva::prelude::{LineStyle, MarkerShape, ReferenceLine};

/// What is shown beside the published figure: words of the legend, of the caption, and the table it is from.
pub(super) type Source = (&'static str, &'static str, &'static [&'static str]);
pub(super) const FITTED: Source =
    ("fitted, with 95 % of the fit", "what the fit shows, with 95 % of its rows", &["manifest.json"]);
pub(super) const SIMULATED: Source =
    ("simulated", "what virtual patients show, whatever they were fitted to", &["validation.csv"]);

/// Where published figures of other such trials would lie.
const PREDICTED: &str = "#C3DBEE";

const UNITS: [(Unit, &str, &str); 3] = [
    (Unit::Share, "Shares", "share of patients"),
    (Unit::Months, "Medians", "months"),
    (Unit::Ratio, "Hazard ratios", "ratio of hazards"),
];

/// The figure; `None` without anything to compare.
pub(super) fn figure(
    (name, title): (&str, &str),
    all: &[Compared],
    (words, about, tables): Source,
) -> Option<Figure> {
    let mut panels: Vec<(Panel, f64)> = Vec::new();
    for (unit, heading, axis) in UNITS {
        let rows: Vec<&Compared> = all.iter().filter(|own| own.unit == unit).collect();
        if rows.is_empty() {
            continue;
        }
        panels.push((panel(heading, axis, &rows), 90.0 + 44.0 * rows.len() as f64));
    }
    panels.first()?;
    // A panel alone bears the title of the figure.
    if let [(only, _)] = &mut panels[..] {
        only.title.clear();
    }
    let left_out = all.iter().any(|own| own.left_out.is_some());
    let mut legend = vec![Ink::pointed(MarkerShape::Diamond).point("published, with its 95 % interval")];
    if all.iter().any(|own| bound(own).is_some()) {
        legend.push(
            Ink::pointed(MarkerShape::Square)
                .point("published bound: as far as the arrow, at least or at most"),
        );
    }
    legend.extend([Ink::of(0).point(words), filled(PREDICTED, "95 of 100 such trials")]);
    if all.iter().any(|own| !own.inside) {
        legend.push(ruled(
            POINTED,
            "2 4",
            "dotted row: the published figure lies outside where 95 of 100 such trials fall",
        ));
    }
    if all.iter().any(|own| own.unit == Unit::Ratio) {
        legend.push(ruled(BEHIND, "4 4", "ratio of one: no difference"));
    }
    let apart = if left_out {
        legend.push(Ink::of(1).point("of a fit without the figure"));
        " Squares are of a fit made again without the figure: what the others say of it."
    } else {
        ""
    };
    let inside = all.iter().filter(|own| own.inside).count();
    let outside: Vec<&str> = all.iter().filter(|own| !own.inside).map(|own| own.label.as_str()).collect();
    let outside =
        if outside.is_empty() { String::new() } else { format!(" Outside: {}.", outside.join("; ")) };
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
        scene: stacked(title, panels, 860.0, legend),
    })
}

/// What a published bound admits, where a figure is one.
fn bound(own: &Compared) -> Option<(f64, f64)> {
    let published = own.published.0;
    if own.label.ends_with(", at least") {
        Some((published, f64::INFINITY))
    } else if own.label.ends_with(", at most") {
        Some((f64::NEG_INFINITY, published))
    } else {
        None
    }
}

/// One unit.
fn panel(heading: &str, axis: &str, rows: &[&Compared]) -> Panel {
    let ratios = axis == "ratio of hazards";
    let ends = rows.iter().flat_map(|own| {
        // Medians of such trials may be far away, ratios are not.
        let predicted = own.predicted.filter(|_| ratios).map(|ends| (ends.0, Some(ends)));
        let all = [Some(own.published), Some(own.shown), own.left_out, predicted].into_iter().flatten();
        all.flat_map(|(centre, ends)| [Some(centre), ends.map(|own| own.0), ends.map(|own| own.1)]).flatten()
    });
    let low = if ratios { 1.0 } else { 0.0 };
    let x = match axis {
        "share of patients" => Axis { label: axis.to_owned(), ..Axis::probability("") },
        _ => Axis::over(axis, ends.chain([low]), amount),
    };
    // What the heading says already.
    let plain = |label: &str| {
        let label = label.replace('_', " ").replace(" median months", "").replace(", months", "");
        let label = label.replace("death treatment", "death from treatment");
        let label = label.replace("relapse antigen negative", "relapse without the antigen");
        let label = label
            .strip_suffix(", within")
            .map_or_else(|| label.clone(), |own| format!("{own}, within a range"));
        let label =
            label.replace("os infused", "os from infusion").replace("efs infused", "efs from infusion");
        capital(&spelt(
            &label.replace("median ", "").replace("hazard ratio of ", "").replace("hazard ratio ", ""),
        ))
    };
    let labels = rows.iter().map(|own| match own.role.as_str() {
        "held_out" => format!("{} (held out)", plain(&own.label)),
        "prior" => format!("{} (prior)", plain(&own.label)),
        _ => plain(&own.label),
    });
    let mut panel = Panel::of_rows(heading, x, labels.collect()).called("figure");
    if ratios {
        panel.rule(ReferenceLine::vertical(1.0).with_dasharray("4 4"));
    }
    // What is not reached or beyond the picture ends at its edge, with an arrow.
    let (from, to) = (panel.x.from, panel.x.to);
    let cut = move |(low, high): (f64, f64)| (low.clamp(from, to), high.clamp(from, to));
    for (index, own) in rows.iter().enumerate() {
        let parts = if own.left_out.is_some() { 3 } else { 2 };
        let (published, shown) = (panel.height(index, 0, parts), panel.height(index, 1, parts));
        if own.published.0.is_finite() {
            let (ends, marker) = match bound(own) {
                Some(admitted) => (Some(admitted), MarkerShape::Square),
                None => (own.published.1, MarkerShape::Diamond),
            };
            panel.across((own.published.0, published), ends, Ink::pointed(marker));
        }
        if let Some(ends) = own.predicted {
            // The line shows by an arrow where the bar is cut.
            panel.interval(ends, shown, PREDICTED, 1.4);
            panel.bar(cut(ends), shown, Ink::flat(PREDICTED), 5);
        }
        if own.shown.0.is_finite() {
            panel.across((own.shown.0, shown), own.shown.1, Ink::of(0));
        }
        if let Some((centre, ends)) = own.left_out.filter(|own| own.0.is_finite()) {
            let height = panel.height(index, 2, parts);
            panel.across((centre.clamp(from, to), height), ends, Ink::of(1));
        }
        if !own.inside {
            panel.line(vec![(from, shown), (to, shown)], POINTED, 0.6, LineStyle::Dotted);
        }
    }
    panel
}
