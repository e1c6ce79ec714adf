//! Means over the first draws: whether there are enough of them.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, extrapolated_over};
use super::ink::{Ink, banded};
use super::lived::{self, lived};
use super::{Figure, Subject};
use crate::report::rounded::grouped;
use crate::report::told::Told;

/// The means of the first draws may lie anywhere: what comes before this part of all draws is not drawn.
const FIRST: f64 = 20.0;

/// Draws, mean, standard error.
type Settling = Vec<(f64, f64, f64)>;

/// The figure, where the run has its table.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let comparator = told.strategies.first().map_or("", |(id, _)| id.as_str());
    let gained = format!("life_years_minus_{comparator}");
    let first = told.strategies.first().map_or("", |(_, label)| label.as_str());
    let kinds = [
        ("life_years".to_owned(), "Life years".to_owned()),
        (gained, format!("Life years, difference from {first}")),
    ];
    let (lives, beyond) = (lived(told), extrapolated_over(told, comparator));
    let mut panels = Vec::new();
    let mut said = Vec::new();
    for (outcome, title) in &kinds {
        let curves: Vec<(usize, Settling)> = (0..told.strategies.len())
            .map(|index| (index, settling(told, &told.strategies[index].0, outcome)))
            .filter(|(_, curve)| !curve.is_empty())
            .collect();
        let all = || curves.iter().flat_map(|(_, curve)| curve);
        let most = all().map(|(draws, _, _)| *draws).fold(0.0, f64::max);
        let late = |(draws, _, _): &&(f64, f64, f64)| *draws >= most / FIRST;
        if most == 0.0 {
            continue;
        }
        let ends = all().filter(late).flat_map(|(_, mean, se)| [mean - 1.96 * se, mean + 1.96 * se]);
        let x = Axis { to: most, ..Axis::over("draws", [0.0, most].into_iter(), |value| grouped(value, 0)) };
        let y = Axis::over("years, mean of the draws so far", ends, |value| grouped(value, 2));
        let mut panel = Panel::new(title, x, y);
        for (index, curve) in &curves {
            let ink = Ink::of(*index);
            let ends = |(x, mean, se): &(f64, f64, f64)| (*x, mean - 1.96 * se, mean + 1.96 * se);
            panel.band(&curve.iter().filter(late).map(ends).collect::<Vec<_>>(), ink.colour);
            let line = curve.iter().filter(late).map(|(x, mean, _)| (*x, *mean)).collect();
            panel.curve(line, ink, *index);
            if let Some((draws, mean, se)) = curve.last() {
                let label = &told.strategies[*index].1;
                said.push(format!(
                    "{title}, {label}: {mean:.2}, standard error {se:.3} after {draws:.0} draws."
                ));
            }
        }
        if *outcome == kinds[0].0 {
            lived::strip(&mut panel, &lives);
        } else {
            extrapolated::strip(&mut panel, &beyond);
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return Vec::new();
    }
    let lines =
        told.strategies.iter().enumerate().map(|(index, (_, label))| Ink::of(index).marked_line(label));
    let legend = lines.chain([banded("bands: 1.96 standard errors")]);
    let legend = legend.chain(lived::legend(&lives)).chain(extrapolated::legend(told, &beyond)).collect();
    let title = "How the means settle";
    vec![Figure {
        name: "convergence".to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: format!(
            "The mean over the first draws, with 1.96 standard errors from the scatter of those draws. Where the lines \
             are level and the bands narrow, more draws would change little; the width at the right is what is left. The \
             bands hold {}. The first twentieth of the draws is not drawn.",
            if told.manifest["settings"]["uncertainty"] == false {
                "the noise of the patients in a draw alone"
            } else {
                "both what is not known and the noise of the patients in a draw"
            }
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["convergence.csv", "summary.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, panels, 2, (430.0, 310.0), legend),
    }]
}

fn settling(told: &Told, strategy: &str, outcome: &str) -> Settling {
    let own = told
        .rows("convergence.csv")
        .filter(|row| row.text("strategy") == strategy && row.text("outcome") == outcome);
    own.filter_map(|row| Some((row.number("draws")?, row.number("mean")?, row.number("se")?))).collect()
}
