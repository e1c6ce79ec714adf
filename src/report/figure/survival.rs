//! Survival: overall, event-free, relapse-free, relapse; curves with bands, and the published points laid over.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, banded, filled, ruled};
use super::interval::{held, of_share, words};
use super::{Figure, Subject};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, MarkerShape};
use std::collections::BTreeSet;

/// Months of the figures that show the trial's time; longer curves have a figure of their own.
const NEAR: f64 = 60.0;

const ENDPOINTS: [(&str, &str, &str); 6] = [
    ("os", "Overall survival", "alive"),
    ("efs", "Event-free survival", "alive without an event"),
    ("rfs", "Relapse-free survival", "alive in remission"),
    ("cir", "Cumulative incidence of relapse", "relapsed"),
    ("os_infused", "Overall survival from infusion", "alive"),
    ("efs_infused", "Event-free survival from infusion", "alive without an event"),
];

/// One curve: months, probability, ends of its interval.
struct Curve {
    strategy: usize,
    months: Vec<(f64, f64)>,
    band: Vec<(f64, f64, f64)>,
}

/// Figures of all curves: the first alone, the others side by side, and all of them to their end where that is later.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let known: Vec<_> = ENDPOINTS.into_iter().filter(|own| !curves(told, own.0).is_empty()).collect();
    let last = |endpoint: &str| {
        let months = curves(told, endpoint).into_iter().filter_map(|curve| curve.months.last().copied());
        months.fold(0.0, |most: f64, (month, _)| most.max(month))
    };
    let mut all = Vec::new();
    let (first, others) = known.split_at(known.len().min(1));
    for (name, group, size) in [("survival", first, (680.0, 400.0)), ("events", others, (430.0, 330.0))] {
        let panels: Vec<Panel> = group.iter().map(|own| panel(told, *own, last(own.0).min(NEAR))).collect();
        if !panels.is_empty() {
            let title = if name == "survival" { group[0].1 } else { "Events, remission and relapse" };
            all.push(figure(told, name, title, group, panels, size));
        }
    }
    let far: Vec<_> = known.iter().copied().filter(|own| last(own.0) > NEAR).collect();
    if !far.is_empty() {
        let panels = far.iter().map(|own| panel(told, *own, last(own.0))).collect();
        all.push(figure(
            told,
            "survival_to_the_end",
            "The same curves to their end",
            &far,
            panels,
            (430.0, 330.0),
        ));
    }
    all
}

fn figure(
    told: &Told,
    name: &str,
    title: &str,
    group: &[(&str, &str, &str)],
    panels: Vec<Panel>,
    size: (f64, f64),
) -> Figure {
    let heading = if panels.len() > 1 { title } else { "" };
    let shaded = panels.iter().any(|panel| panel.shaded.is_some());
    let to = panels.iter().map(|panel| panel.x.to).fold(0.0, f64::max);
    let scene = drawn(heading, panels, 2, size, legend(told, group, to, shaded));
    let published = || told.rows("published.csv").filter(|row| group.iter().any(|own| about(row, own.0)));
    let points = if published().next().is_some() {
        "Markers are published figures with their 95 % intervals, medians at a half; where some lie on each other \
         those below are larger. "
    } else {
        "No figure of these very curves was published of patients who were given just these lines. "
    };
    let differs = if published().any(|row| !row.text("differs").is_empty()) {
        "Some are of a trial's regimen that the strategy's extends, or of other later lines, which do not bear on them. "
    } else {
        ""
    };
    let ground = if shaded { "; on a grey ground no strategy of the panel has one" } else { "" };
    let caption = format!(
        "Lines are means over the draws, bands {}. {points}{differs}Lines are thick up to the last published \
         figure of the curve, from infusion too, or as far as a published hazard ratio of it is taken to reach, and thin beyond it, or \
         throughout where there is none{ground}. There the curves are prior-driven: they rest on assumed shares of cure and shapes, and on \
         other figures. Differences between strategies are steadier than the bands look, since the same patients and \
         draws lie under each.",
        held(told)
    );
    let alt = format!("{title}. {}", said(told, group));
    Figure {
        name: name.to_owned(),
        subject: Subject::Survival,
        title: title.to_owned(),
        caption,
        alt,
        tables: &["survival.csv", "published.csv"],
        names: Vec::new(),
        scene,
    }
}

/// The values of every curve at a few months.
fn said(told: &Told, group: &[(&str, &str, &str)]) -> String {
    let mut all = Vec::new();
    for (endpoint, title, words) in group {
        for curve in curves(told, endpoint) {
            let at = |wanted: f64| {
                let (_, value) = curve.months.iter().find(|(month, _)| *month == wanted)?;
                Some(format!("{:.0} % at {wanted:.0} months", value * 100.0))
            };
            let values: Vec<String> = [6.0, 12.0, 24.0, 60.0].into_iter().filter_map(at).collect();
            let strategy = &told.strategies[curve.strategy].1;
            all.push(format!("{title}, {strategy}: {words} {}.", values.join(", ")));
        }
    }
    all.join(" ")
}

/// What is drawn up to a month.
fn legend(told: &Told, group: &[(&str, &str, &str)], to: f64, shaded: bool) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    for (index, (id, label)) in told.strategies.iter().enumerate() {
        let drawn = group.iter().any(|own| curves(told, own.0).iter().any(|curve| curve.strategy == index));
        let published = told
            .rows("published.csv")
            .filter(|row| row.text("strategy") == id && group.iter().any(|own| about(row, own.0)))
            .any(|row| !common(told, &row) && place(&row).is_some_and(|(month, _)| month <= to));
        if drawn {
            entries.push(Ink::of(index).line(label));
        }
        if published {
            entries.push(Ink::of(index).point(&format!("{label}, published, with its 95 % interval")));
        }
    }
    let own = |row: &SheetRow<'_>| {
        group.iter().any(|own| about(row, own.0)) && place(row).is_some_and(|(month, _)| month <= to)
    };
    if told.rows("published.csv").any(|row| own(&row) && common(told, &row)) {
        entries.push(COMMON.point("published, the same for several strategies, with its 95 % interval"));
    }
    entries.push(banded(&format!("bands: {}", words(told))));
    if shaded {
        entries.push(filled(GROUND, "thin lines, grey ground: beyond published figures, prior-driven"));
    } else {
        let beyond = |index: usize| {
            let until = |own: &(&str, &str, &str)| curve_until(told, &told.strategies[index].0, own.0);
            let drawn =
                |own: &&(&str, &str, &str)| curves(told, own.0).iter().any(|curve| curve.strategy == index);
            group.iter().filter(drawn).any(|own| until(own) < to)
        };
        let thin = (0..told.strategies.len()).any(beyond);
        entries
            .extend(thin.then(|| ruled(POINTED, "", "thin lines: beyond published figures, prior-driven")));
    }
    entries
}

/// The grey ground of what no published figure reaches.
const GROUND: &str = "#E4E4E4";

/// The grey ground of a legend.
pub(super) fn unknown() -> LegendEntry {
    filled(GROUND, "beyond all published figures: prior-driven")
}

/// Overall survival of all patients of a strategy: months, probability.
pub(super) fn survival(told: &Told, strategy: &str) -> Vec<(f64, f64)> {
    let own =
        curves(told, ENDPOINTS[0].0).into_iter().find(|own| told.strategies[own.strategy].0 == strategy);
    own.map_or_else(Vec::new, |own| own.months)
}

/// The curves of an endpoint, by strategy.
fn curves(told: &Told, endpoint: &str) -> Vec<Curve> {
    let mut all: Vec<Curve> = Vec::new();
    for row in told.rows("survival.csv").filter(|row| row.curve() == endpoint) {
        let Some(strategy) = told.index(row.text("strategy")) else { continue };
        let Some((month, value)) = row.number("months").zip(row.number("probability")) else { continue };
        if all.last().is_none_or(|curve| curve.strategy != strategy) {
            all.push(Curve { strategy, months: Vec::new(), band: Vec::new() });
        }
        let Some(curve) = all.last_mut() else { continue };
        curve.months.push((month, value));
        if let Some((low, high)) = of_share(&row, value) {
            curve.band.push((month, low, high));
        }
    }
    all
}

/// Whether a published figure is a point of a curve or its median.
pub(in crate::report) fn about(row: &SheetRow<'_>, endpoint: &str) -> bool {
    let own = row.text("endpoint");
    own == endpoint || own.strip_suffix("_median_months") == Some(endpoint)
}

/// Month and share at which a published figure stands: of a median, that at which half are alive.
fn place(row: &SheetRow<'_>) -> Option<(f64, f64)> {
    let published = row.number("published")?;
    if row.text("endpoint").ends_with("_median_months") {
        Some((published, 0.5))
    } else {
        Some((row.number("months")?, published))
    }
}

/// The mark of a published figure that so many strategies share, which would lie on each other.
const COMMON: Ink = Ink::pointed(MarkerShape::Cross);
const MANY: usize = 3;

fn common(told: &Told, row: &SheetRow<'_>) -> bool {
    let same = |other: &SheetRow<'_>| {
        ["target", "endpoint"].iter().all(|column| other.text(column) == row.text(column))
    };
    told.rows("published.csv").filter(same).count() >= MANY
}

/// How many later marks lie so near to one that they would cover it: it is drawn larger by so many steps.
fn covering(later: &[(f64, f64)], own: (f64, f64), (across, up): (f64, f64)) -> usize {
    later.iter().filter(|other| (other.0 - own.0).abs() < across && (other.1 - own.1).abs() < up).count()
}

/// The last month of a published figure that bears on the survival of a strategy: that of any of its curves.
pub(super) fn known_until(told: &Told, strategy: &str) -> f64 {
    ENDPOINTS.iter().map(|own| curve_until(told, strategy, own.0)).fold(0.0, f64::max)
}

/// The last month of a published point of one curve of a strategy, from its start or from infusion.
pub(super) fn point_until(told: &Told, strategy: &str, endpoint: &str) -> f64 {
    let kind = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    let rows = told.rows("published.csv").filter(|row| row.text("strategy") == strategy);
    let own =
        rows.filter(|row| ENDPOINTS.iter().any(|own| about(row, own.0) && kind(own.0) == kind(endpoint)));
    own.filter_map(|row| month(&row)).fold(0.0, f64::max)
}

/// The same with what a published hazard ratio of the curve is taken to reach to: it is about the curves of both arms of
/// its trial to the end of its follow-up.
pub(in crate::report) fn curve_until(told: &Told, strategy: &str, endpoint: &str) -> f64 {
    let own = || told.rows("published.csv").filter(|row| row.text("strategy") == strategy);
    let ratio = format!("{}_hazard_ratio", endpoint.split('_').next().unwrap_or_default());
    let of_trial = |row: &SheetRow<'_>| own().any(|known| known.text("trial") == row.text("trial"));
    let ratios = told.rows("published.csv").filter(|row| row.text("endpoint") == ratio && of_trial(row));
    ratios.filter_map(|row| row.number("months")).fold(point_until(told, strategy, endpoint), f64::max)
}

/// The month of a published point; a median is its own.
fn month(row: &SheetRow<'_>) -> Option<f64> {
    row.number(if row.text("endpoint").ends_with("_median_months") { "published" } else { "months" })
}

fn panel(told: &Told, (endpoint, title, words): (&str, &str, &str), to: f64) -> Panel {
    let origin = told.rows("survival.csv").find(|row| row.curve() == endpoint);
    let (from, among) = origin.map_or(("", ""), |row| (row.text("origin"), row.text("among")));
    let x = format!("months from {}", from.replace('_', " "));
    let y = match among {
        "all" => format!("{words}, share of all"),
        "cr" => format!("{words}, share of those in remission"),
        among => format!("{words}, share of {}", among.replace('_', " ")),
    };
    let mut panel = Panel::new(title, Axis::months(&x, to), Axis::probability(&y));
    let all = curves(told, endpoint);
    let known = |curve: &Curve| curve_until(told, &told.strategies[curve.strategy].0, endpoint);
    let until = all.iter().map(known).fold(0.0, f64::max);
    // More points than pixels would only make the file large.
    let every = (to / 240.0).ceil();
    let shown = |month: f64| month <= to && month % every == 0.0;
    for curve in &all {
        let band: Vec<_> = curve.band.iter().copied().filter(|(month, _, _)| shown(*month)).collect();
        panel.band(&band, Ink::of(curve.strategy).colour);
    }
    for curve in &all {
        let ink = Ink::of(curve.strategy);
        let known = known(curve);
        // The month in which the last figure lies belongs to both parts, so that they meet.
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for (month, value) in curve.months.iter().copied().filter(|(month, _)| shown(*month)) {
            if month < known + every && known > 0.0 {
                near.push((month, value));
            }
            if month + every > known {
                far.push((month, value));
            }
        }
        far.retain(|(month, _)| near.last().is_none_or(|(last, _)| month >= last));
        panel.line(far, ink.colour, 1.1, ink.style());
        if !near.is_empty() {
            panel.line(near, ink.colour, 2.4, ink.style());
        }
    }
    let published = told.rows("published.csv").filter(|row| about(row, endpoint));
    let mut shared = BTreeSet::new();
    let published: Vec<_> = published
        .filter_map(|row| {
            let own = Ink::of(told.index(row.text("strategy"))?);
            let ink = if common(told, &row) { COMMON } else { own };
            Some((row, ink, place(&row)?))
        })
        .filter(|(row, _, (month, _))| {
            *month <= to && (!common(told, row) || shared.insert(row.text("target").to_owned()))
        })
        .collect();
    let places: Vec<(f64, f64)> = published.iter().map(|own| own.2).collect();
    for (at, (row, ink, (month, share))) in published.iter().enumerate() {
        // Room for a marker at the end of the axis.
        if *month > 0.98 * to {
            panel.x.to = to * 1.02;
        }
        if let Some(ends) = row.number("published_low").zip(row.number("published_high")) {
            if row.text("endpoint") == endpoint {
                panel.upright(ends, *month, ink.colour, 1.4);
            } else {
                panel.interval(ends, *share, ink.colour, 1.4);
            }
        }
        let below = covering(&places[at + 1..], places[at], (0.014 * to, 0.025));
        panel.mark((*month, *share), *ink, 4.5 + 1.8 * below as f64);
    }
    if until < to {
        panel.shaded = Some((until, panel.x.to));
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_three_strategies_share_is_one_mark() {
        let table = "strategy,endpoint,months,published,target\n\
                     a,os,6,0.5,x\nb,os,6,0.5,x\nc,os,6,0.5,x\na,os,12,0.4,y\nb,os,12,0.4,y\n";
        let told = Told::of_tables(3, serde_json::json!({}), &[("published.csv", table)]);
        let shared: Vec<bool> = told.rows("published.csv").map(|row| common(&told, &row)).collect();
        assert_eq!(shared, [true, true, true, false, false]);
    }

    #[test]
    fn a_mark_that_others_cover_is_larger_by_each_of_them() {
        let all = [(6.0, 0.5), (6.0, 0.5), (6.1, 0.51), (6.0, 0.9), (12.0, 0.5)];
        let counts: Vec<usize> =
            (0..all.len()).map(|at| covering(&all[at + 1..], all[at], (0.5, 0.025))).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0]);
    }
}
