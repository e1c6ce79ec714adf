//! The cost-effectiveness plane, and the frontier.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, extrapolated, strip};
use super::ink::{BEHIND, Ink, POINTED, ruled};
use super::{Figure, Subject, interval};
use crate::math::circle;
use crate::report::rounded::{grouped, money};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LineStyle, ReferenceLine};

/// Points that are drawn of a strategy, at most.
const MOST: usize = 2000;
/// The squared radius that holds 95 % of a normal distribution in two dimensions: chi-squared of 2 degrees of freedom.
const CHI_SQUARED: f64 = 5.991_464_547_107_98;

/// Both figures, where the run has an economic evaluation.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    plane(told).into_iter().chain(frontier(told)).collect()
}

/// One strategy's values by draw.
fn column(told: &Told, file: &str, strategy: &str) -> Vec<f64> {
    told.rows(file).filter_map(|row| row.number(strategy)).collect()
}

fn plane(told: &Told) -> Option<Figure> {
    let comparator = told.comparator()?;
    let threshold = told.threshold()?;
    let (costs, effects) = (column(told, "cost.csv", comparator), column(told, "effect.csv", comparator));
    let mut clouds: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
    for (index, (id, _)) in told.strategies.iter().enumerate().filter(|(_, (id, _))| id != comparator) {
        let own = column(told, "effect.csv", id).into_iter().zip(column(told, "cost.csv", id));
        let points =
            own.zip(effects.iter().zip(&costs)).map(|((effect, cost), (e, c))| (effect - e, cost - c));
        clouds.push((index, points.collect()));
    }
    let all = || clouds.iter().flat_map(|(_, points)| points);
    let ellipses: Vec<Vec<(f64, f64)>> = clouds.iter().filter_map(|(_, points)| ellipse(points)).collect();
    let round = !ellipses.is_empty();
    let around = || all().chain(ellipses.iter().flatten());
    let currency = told.currency();
    let zero = || std::iter::once(0.0);
    let x = Axis::over("QALYs gained a patient", around().map(|(x, _)| *x).chain(zero()), |value| {
        grouped(value, 1)
    });
    let y = Axis::over(
        &format!("costs added a patient, {currency}"),
        around().map(|(_, y)| *y).chain(zero()),
        money,
    );
    let mut panel = Panel::new("", x, y);
    panel.rule(ReferenceLine::vertical(0.0).with_dasharray("none"));
    panel.rule(ReferenceLine::horizontal(0.0).with_dasharray("none"));
    for (index, points) in &clouds {
        panel.cloud(points.iter().copied().take(MOST).collect(), Ink::of(*index));
    }
    for ((index, _), ellipse) in clouds.iter().zip(ellipses) {
        panel.line(ellipse, Ink::of(*index).colour, 1.6, LineStyle::Solid);
    }
    // The line of the threshold, from edge to edge.
    let (low, high) = (panel.y.from.max(panel.x.from * threshold), panel.y.to.min(panel.x.to * threshold));
    panel.line(
        vec![(low / threshold, low), (high / threshold, high)],
        BEHIND,
        1.8,
        LineStyle::Custom("9 5".into()),
    );
    let mut said = Vec::new();
    for (index, points) in &clouds {
        let n = points.len().max(1) as f64;
        let mean = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / n, sum.1 + point.1 / n));
        panel.mark(mean, Ink::pointed(Ink::of(*index).marker), 7.0);
        let worth = points.iter().filter(|(effect, cost)| effect * threshold > *cost).count() as f64 / n;
        let below = format!("; {:.0} % of draws lie below the line", worth * 100.0);
        said.push(format!(
            "{} gains {:.2} QALYs and adds {} in the mean{}.",
            told.strategies[*index].1,
            mean.0,
            money(mean.1),
            if told.untold() { String::new() } else { below }
        ));
    }
    let mut legend: Vec<LegendEntry> =
        clouds.iter().map(|(index, _)| Ink::of(*index).point(&told.strategies[*index].1)).collect();
    if round {
        legend.push(ruled(
            POINTED,
            "",
            "ellipse in the colour of each: 95 % of the draws, if they are normal",
        ));
    }
    legend.extend(clouds.iter().map(|(index, _)| {
        Ink::pointed(Ink::of(*index).marker).point(&format!("mean of {}", told.strategies[*index].1))
    }));
    legend.push(ruled(BEHIND, "9 5", &format!("{} {currency} a QALY", grouped(threshold, 0))));
    legend.push(ruled(BEHIND, "", "no difference"));
    let beyond = extrapolated(told);
    strip(&mut panel, &beyond);
    legend.extend(extrapolated::legend(told, &beyond));
    let noise = if told.noise_untold() {
        "One patient a draw makes how patients differ look like what is not known: how the points scatter is no knowledge."
    } else {
        "Points hold the noise of the patients in a draw too; increments.csv tells how much."
    };
    let title = format!("Cost-effectiveness plane: differences from {}", told.label(comparator));
    Some(Figure {
        name: "plane".to_owned(),
        subject: Subject::Economics,
        caption: format!(
            "A point is a draw of all uncertain figures (the first {} are shown), an ellipse holds 95 % of the draws if they \
             are normal, black is the mean. Below the dashed line a strategy is worth its costs. {noise}",
            grouped(MOST as f64, 0)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["cost.csv", "effect.csv", "increments.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(&title, vec![panel], 1, (640.0, 470.0), legend),
        title,
    })
}

/// The ellipse that holds 95 % of a normal distribution with the mean and covariance of the points.
fn ellipse(points: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    let n = points.len() as f64;
    if n < 3.0 {
        return None;
    }
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let centre = (mean(|point| point.0), mean(|point| point.1));
    let product = |of: fn((f64, f64)) -> f64| {
        let about = points.iter().map(|point| of((point.0 - centre.0, point.1 - centre.1)));
        about.sum::<f64>() / (n - 1.0)
    };
    let (effects, both, costs) =
        (product(|at| at.0 * at.0), product(|at| at.0 * at.1), product(|at| at.1 * at.1));
    if effects <= 0.0 || costs <= 0.0 {
        return None;
    }
    // The factor of Cholesky turns a circle into the ellipse.
    let (across, slope) = (effects.sqrt(), both / effects.sqrt());
    let rest = (costs - slope * slope).max(0.0).sqrt();
    let radius = CHI_SQUARED.sqrt();
    let at = |step: u32| {
        let (cos, sin) = circle(f64::from(step) / 90.0);
        (centre.0 + radius * across * cos, centre.1 + radius * (slope * cos + rest * sin))
    };
    Some((0..=90).map(at).collect())
}

fn frontier(told: &Told) -> Option<Figure> {
    let rows: Vec<_> = told.rows("icers.csv").collect();
    rows.first()?;
    let ends = |outcome: &str| -> Vec<f64> {
        let own = told.rows("summary.csv").filter(|row| row.text("outcome") == outcome);
        let own = own.filter_map(|row| Some((row.number("mean")?, row)));
        own.flat_map(|(mean, row)| {
            let (low, high) = interval::of(&row, mean).unwrap_or((mean, mean));
            [low, mean, high]
        })
        .collect()
    };
    let currency = told.currency();
    let x = Axis::over("QALYs of a patient", ends("qalys").into_iter(), |value| grouped(value, 1));
    let y = Axis::over(&format!("costs of a patient, {currency}"), ends("costs").into_iter(), money);
    let mut panel = Panel::new("", x, y);
    let on: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| row.text("Status") == "ND")
        .filter_map(|row| row.number("Effect").zip(row.number("Cost")))
        .collect();
    panel.line(on, POINTED, 1.6, LineStyle::Solid);
    let (mut legend, mut said) = (Vec::new(), Vec::new());
    for row in &rows {
        let id = row.text("Strategy");
        let Some((index, (effect, cost))) = told.index(id).zip(row.number("Effect").zip(row.number("Cost")))
        else {
            continue;
        };
        let band = |outcome| {
            let row = told.outcome(id, outcome)?;
            interval::of(&row, row.number("mean")?)
        };
        let ink = Ink::of(index);
        panel.point((effect, cost), band("costs"), ink);
        panel.across((effect, cost), band("qalys"), ink);
        let status = match (row.text("Status"), row.number("ICER")) {
            ("ND", Some(icer)) => format!("{} {currency} a QALY more", grouped(icer, 0)),
            ("ND", None) => "the cheapest".to_owned(),
            ("ED", _) => "extendedly dominated".to_owned(),
            _ => "dominated".to_owned(),
        };
        let label = &told.strategies[index].1;
        legend.push(ink.point(&format!("{label}: {status}")));
        said.push(format!("{label}: {effect:.2} QALYs, {}, {status}.", money(cost)));
    }
    legend.push(ruled(POINTED, "", "frontier"));
    let lines = format!("lines through a marker, in its colour: {}", interval::words(told));
    legend.push(ruled(BEHIND, "", &lines));
    let beyond = extrapolated(told);
    strip(&mut panel, &beyond);
    legend.extend(extrapolated::legend(told, &beyond));
    let title = "Costs, effects and the frontier";
    Some(Figure {
        name: "frontier".to_owned(),
        subject: Subject::Economics,
        title: title.to_owned(),
        caption: format!(
            "Means over the draws; lines through a marker {}, of its costs and of its QALYs. \
                  Strategies off the frontier cost more for less, or for less than a mixture of two others. The ratio of a \
                  strategy is against the one before it on the frontier.",
            interval::held(told)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["icers.csv", "summary.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![panel], 1, (640.0, 430.0), legend),
    })
}
