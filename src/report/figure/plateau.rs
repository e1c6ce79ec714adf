//! Curves that pass through the same published points and part afterwards.

use super::chart::{Axis, Panel, drawn};
use super::endpoint::survival_until;
use super::ink::{Ink, POINTED, banded};
use super::interval::{held, of_share, words};
use super::survival::unknown;
use super::{Figure, Subject};
use crate::report::lesson::asks_for;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, MarkerShape};

/// Months of the two panels: what was published, and what is asked.
const PANELS: [(&str, f64); 2] = [("The first year, with the published points", 12.0), ("Five years", 60.0)];

/// The figure, where the lesson of the run shows it.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let name = "plateau";
    let curves: Vec<(usize, Vec<(f64, f64)>)> = (0..told.strategies.len())
        .map(|own| (own, curve(told, &told.strategies[own].0)))
        .filter(|(_, curve)| !curve.is_empty())
        .collect();
    if !asks_for(told, name) || curves.is_empty() {
        return Vec::new();
    }
    let points = points(told);
    let bands: Vec<Band> = curves.iter().map(|(own, _)| band(told, &told.strategies[*own].0)).collect();
    let known =
        curves.iter().map(|(own, _)| survival_until(told, &told.strategies[*own].0)).fold(0.0, f64::max);
    let panels: Vec<Panel> = PANELS
        .into_iter()
        .map(|(title, to)| {
            let mut own = panel(title, to, &curves, &points);
            for ((strategy, _), band) in curves.iter().zip(&bands) {
                let near: Band = band.iter().copied().filter(|(month, _, _)| *month <= to).collect();
                own.band(&near, Ink::of(*strategy).colour);
            }
            own.shaded = (known < to).then_some((known, own.x.to));
            own
        })
        .collect();
    let mut legend: Vec<LegendEntry> =
        curves.iter().map(|(own, _)| Ink::of(*own).marked_line(&told.strategies[*own].1)).collect();
    legend.push(Ink::pointed(MarkerShape::Cross).point("published, with its 95 % interval"));
    legend.extend(
        bands.iter().any(|band| !band.is_empty()).then(|| banded(&format!("bands: {}", words(told)))),
    );
    legend.extend(panels.iter().any(|panel| panel.shaded.is_some()).then(unknown));
    let said: Vec<String> = curves
        .iter()
        .map(|(own, curve)| {
            let at = |month: f64| {
                curve.iter().find(|(own, _)| *own == month).map_or(f64::NAN, |(_, value)| value * 100.0)
            };
            let label = &told.strategies[*own].1;
            format!(
                "{label}: alive {:.1} % at 6 months, {:.1} % at 12, {:.1} % at 60.",
                at(6.0),
                at(12.0),
                at(60.0)
            )
        })
        .collect();
    let told_points: Vec<String> = points
        .iter()
        .map(|((month, value), _)| format!("{:.0} % at {month} months", value * 100.0))
        .collect();
    let title = "The same points, other plateaus";
    vec![Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Survival,
        title: title.to_owned(),
        caption: format!(
            "Overall survival under each strategy; bands {}; crosses are the published points with their 95 % intervals ({}). Left and right are the same curves. No point \
             tells them apart; on the grey ground there is none.",
            held(told),
            told_points.join(", ")
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["survival.csv", "published.csv"],
        scene: drawn(title, panels, 2, (440.0, 340.0), legend),
    }]
}

/// Month and ends of an interval.
type Band = Vec<(f64, f64, f64)>;

fn band(told: &Told, id: &str) -> Band {
    let own = told.rows("survival.csv").filter(|row| row.text("strategy") == id && row.curve() == "os");
    own.filter_map(|row| {
        let (low, high) = of_share(&row, row.number("probability")?)?;
        Some((row.number("months")?, low, high))
    })
    .collect()
}

fn curve(told: &Told, id: &str) -> Vec<(f64, f64)> {
    let own = |row: &SheetRow<'_>| row.text("strategy") == id && row.curve() == "os";
    told.rows("survival.csv")
        .filter(own)
        .filter_map(|row| row.number("months").zip(row.number("probability")))
        .collect()
}

/// Month and share of a published point, and the ends of its interval: upright, or along the months.
type Point = ((f64, f64), Option<((f64, f64), bool)>);

/// Published points of overall survival, each once; a median is the point at which half are alive.
fn points(told: &Told) -> Vec<Point> {
    let mut all: Vec<Point> = Vec::new();
    for row in told.rows("published.csv") {
        let known = row.number("published_low").zip(row.number("published_high"));
        let ends = |upright| known.map(|ends| (ends, upright));
        let point = match row.text("endpoint") {
            "os" => row.number("months").zip(row.number("published")).map(|at| (at, ends(true))),
            "os_median_months" => row.number("published").map(|month| ((month, 0.5), ends(false))),
            _ => None,
        };
        all.extend(point.filter(|(at, _)| all.iter().all(|(other, _)| other != at)));
    }
    all
}

fn panel(title: &str, to: f64, curves: &[(usize, Vec<(f64, f64)>)], points: &[Point]) -> Panel {
    let mut panel =
        Panel::new(title, Axis::months("months from start", to), Axis::probability("alive, share of all"));
    for (own, curve) in curves {
        let near: Vec<(f64, f64)> = curve.iter().copied().filter(|(month, _)| *month <= to).collect();
        panel.curve(near, Ink::of(*own), *own);
    }
    for ((month, share), known) in points.iter().filter(|((month, _), _)| *month <= to) {
        match known {
            Some((ends, true)) => panel.upright(*ends, *month, POINTED, 1.2),
            Some((ends, false)) => panel.interval(*ends, *share, POINTED, 1.2),
            None => {}
        }
        panel.mark((*month, *share), Ink::pointed(MarkerShape::Cross), 6.0);
    }
    panel
}
