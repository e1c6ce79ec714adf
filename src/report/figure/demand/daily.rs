//! Demand through time: the mean, and what is enough in 50, 95 and 99 of 100 replications.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{POINTED, banded, filled, ruled};
use super::super::{Figure, Subject};
use super::grounds::Grounds;
use super::{few, resource, resources};
use crate::report::rounded::grouped;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LineStyle, ReferenceLine};

/// What is enough in so many of 100 replications, from the most, each with its colour: one blue, ever lighter.
const BANDS: [(&str, &str, &str); 3] = [
    ("p99", "#CFE3F1", "enough in 99 of 100"),
    ("p95", "#8DBBDC", "enough in 95 of 100"),
    ("p50", "#3F86BE", "enough in 50 of 100"),
];
/// Ends of intervals.
const END: &str = "#003F66";
/// Days in a step of the picture, and the days up to which a horizon is drawn in such steps.
const STEPS: [(usize, usize); 3] = [(7, 800), (28, 4000), (91, usize::MAX)];

/// One resource, step by step.
pub(in crate::report) struct Course {
    /// Day of the start of each step, and of the end of the last.
    pub(in crate::report) edges: Vec<f64>,
    /// Mean over the days of a step.
    pub(in crate::report) means: Vec<f64>,
    /// Root of the mean variance of a day, chance and what is not known together.
    spread: Vec<f64>,
    /// By band, what is enough on the worst day of each step; nothing where the run does not tell it.
    pub(in crate::report) enough: Vec<Vec<f64>>,
    /// Ends of the interval of what is enough in 95 of 100, where the run tells them, each the most of the days of a step.
    pub(in crate::report) ends: [Vec<f64>; 2],
    /// Monte Carlo error of the mean of a day, the mean over the days of a step; nothing where the run does not tell it.
    errors: Vec<f64>,
    pub(in crate::report) capacity: Option<f64>,
}

/// Days in a step.
fn step(told: &Told) -> usize {
    let days = told.rows("demand_daily.csv").filter_map(|row| row.number("day")).fold(0.0, f64::max);
    STEPS.iter().find(|(_, until)| days <= *until as f64).map_or(91, |(step, _)| *step)
}

/// What all resources are called, their units and courses; of what is held there is no band.
pub(in crate::report) fn courses(told: &Told) -> Vec<(String, String, Course)> {
    let used = resources(told, "demand_daily.csv").into_iter().filter(|(name, _)| !name.ends_with("_held"));
    let own = |(name, unit): (String, String)| {
        let course = course(told, &name, step(told));
        (resource(&name), unit, course)
    };
    used.map(own).filter(|own| own.2.means.iter().any(|mean| *mean > 0.0)).collect()
}

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let step = step(told);
    let all = resources(told, "demand_daily.csv");
    let (held, used): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name.starts_with("vials_"));
    let groups =
        [("demand_daily", "Demand through time", used), ("demand_vials", "Vials through time", held)];
    let drawn = groups.into_iter().filter_map(|(name, title, own)| figure(told, (name, title), &own, step));
    drawn.collect()
}

fn course(told: &Told, name: &str, step: usize) -> Course {
    let rows: Vec<_> = told.rows("demand_daily.csv").filter(|row| row.text("resource") == name).collect();
    let blocks = blocks(&rows, step);
    let mean_of = |of: fn(&SheetRow<'_>) -> Option<f64>| -> Vec<f64> {
        let mean = |block: &&[SheetRow<'_>]| block.iter().filter_map(of).sum::<f64>() / block.len() as f64;
        blocks.iter().map(mean).collect()
    };
    // Too few replications do not tell it: it is none, and not nothing.
    let worst = |column: &str| -> Vec<f64> {
        let days = |block: &&[SheetRow<'_>]| {
            let known: Option<Vec<f64>> = block.iter().map(|row| row.number(column)).collect();
            known.map(|days| days.into_iter().fold(0.0, f64::max))
        };
        blocks.iter().map(days).collect::<Option<_>>().unwrap_or_default()
    };
    let variance = |row: &SheetRow<'_>| {
        let square = |column: &str| row.number(column).map_or(0.0, |sd| sd * sd);
        Some(square("chance_sd") + square("unknown_sd"))
    };
    let starts = blocks.iter().scan(0, |day, block| {
        *day += block.len();
        Some(*day as f64)
    });
    Course {
        edges: std::iter::once(0.0).chain(starts).collect(),
        means: mean_of(|row| row.number("mean")),
        spread: mean_of(variance).into_iter().map(f64::sqrt).collect(),
        enough: BANDS.iter().map(|(column, _, _)| worst(column)).collect(),
        ends: ["p95_lower_95", "p95_upper_95"].map(worst),
        errors: if rows.iter().all(|row| row.number("mc_se").is_some()) {
            mean_of(|row| row.number("mc_se"))
        } else {
            Vec::new()
        },
        capacity: rows.first().and_then(|row| row.number("capacity")),
    }
}

/// Days in steps; a rest of less than half a step belongs to the one before.
fn blocks<T>(days: &[T], step: usize) -> Vec<&[T]> {
    let rest = days.len() % step;
    let whole = if days.len() > step && rest * 2 < step { days.len() - rest - step } else { days.len() };
    let (whole, last) = days.split_at(whole);
    let last = (!last.is_empty()).then_some(last);
    whole.chunks(step).chain(last).collect()
}

/// Corners of steps, those of one height as one.
fn steps(edges: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for (ends, value) in edges.windows(2).zip(values) {
        match corners.last_mut() {
            Some((day, last)) if last == value => *day = ends[1],
            _ => corners.extend([(ends[0], *value), (ends[1], *value)]),
        }
    }
    corners
}

/// So much to each side of the mean, not below nothing.
fn about(course: &Course, sides: &[f64]) -> Vec<(f64, f64, f64)> {
    let each = course.edges.windows(2).zip(course.means.iter().zip(sides));
    each.flat_map(|(ends, (mean, sd))| [ends[0], ends[1]].map(|day| (day, (mean - sd).max(0.0), mean + sd)))
        .collect()
}

/// Draws the error of the mean, and the interval of what is enough in 95 of 100; whether there is one.
fn doubts(panel: &mut Panel, course: &Course) -> bool {
    let known = course.ends.iter().filter(|own| own.iter().any(|value| *value > 0.0));
    let known: Vec<_> = known.map(|own| steps(&course.edges, own)).collect();
    let any = !known.is_empty();
    for line in known {
        panel.line(line, END, 1.0, LineStyle::Dashed);
    }
    let errors: Vec<f64> = course.errors.iter().map(|se| 1.96 * se).collect();
    if !errors.is_empty() {
        panel.band(&about(course, &errors), POINTED);
    }
    any
}

/// A course in words: its mean and, but of what is held, what is enough on its worst day.
fn told_of(name: &str, course: &Course) -> String {
    let mean = course.means.iter().sum::<f64>() / course.means.len().max(1) as f64;
    let worst = |(band, share): (usize, &str)| {
        let most = course.enough[band].iter().copied().reduce(f64::max)?;
        Some(format!("{} enough in {share} of 100 replications", grouped(most, 0)))
    };
    let worst: Vec<String> = [(1, "95"), (0, "99")].into_iter().filter_map(worst).collect();
    let worst = match &worst[..] {
        _ if name.ends_with("_held") => String::new(),
        [] => ", no more is told by so few replications".to_owned(),
        worst => format!(", on the worst day {}", worst.join(", ")),
    };
    format!("{}: {} in the mean{worst}.", resource(name), few(mean))
}

fn figure(told: &Told, (name, title): (&str, &str), own: &[(String, String)], step: usize) -> Option<Figure> {
    let mut panels = Vec::new();
    let mut said = Vec::new();
    let mut grounds = Grounds::of(told);
    let (mut limited, mut scattered, mut ended, mut erring, mut shown_bands) =
        (false, false, false, false, [false; BANDS.len()]);
    for (name, unit) in own {
        let course = course(told, name, step);
        // More than half of the vials is no demand: of what is held the mean and its scatter tell more.
        let held = name.ends_with("_held");
        let most = course.enough.iter().chain(&course.ends).flatten().copied().fold(0.0, f64::max);
        if most == 0.0 {
            continue;
        }
        let scattered_to = course.means.iter().zip(&course.spread).map(|(mean, sd)| mean + sd);
        let most = if held { scattered_to.fold(most, f64::max) } else { most };
        let last = course.edges.last().copied().unwrap_or(1.0);
        // Beds that nobody needs do not press what is needed to the ground.
        let room = course.capacity.filter(|beds| *beds <= 2.0 * most);
        let x = Axis { to: last, ..Axis::count("day of the counted years", last) };
        let y = Axis::count(unit, most.max(room.unwrap_or(0.0)));
        let mut panel = Panel::new(&resource(name), x, y);
        if held {
            panel.band(&about(&course, &course.spread), POINTED);
            scattered = true;
        }
        let bands = BANDS.iter().zip(&course.enough).zip(&mut shown_bands).filter(|_| !held);
        for (((_, colour, _), enough), shown) in
            bands.filter(|((_, enough), _)| enough.iter().any(|own| *own > 0.0))
        {
            *shown = true;
            let corners = steps(&course.edges, enough);
            let filled: Vec<_> = corners.into_iter().map(|(day, value)| (day, 0.0, value)).collect();
            panel.layer(&filled, colour);
        }
        if !held {
            ended |= doubts(&mut panel, &course);
            erring |= !course.errors.is_empty();
        }
        panel.line(steps(&course.edges, &course.means), POINTED, 1.6, LineStyle::Solid);
        if let Some(beds) = room {
            panel.rule(ReferenceLine::horizontal(beds).with_dasharray("6 4"));
            limited = true;
        }
        grounds.strip(&mut panel, name);
        said.push(told_of(name, &course));
        panels.push(panel);
    }
    panels.first()?;
    let mut legend: Vec<LegendEntry> = BANDS
        .iter()
        .zip(shown_bands)
        .rev()
        .filter(|own| own.1)
        .map(|((_, colour, words), _)| filled(colour, &format!("{words}, on the worst of {step} days")))
        .collect();
    if ended {
        legend.push(ruled(END, "8 4", "enough in 95 of 100: ends of 95 % of the draws"));
    }
    legend.push(ruled(POINTED, "", &format!("mean of {step} days")));
    if erring {
        legend.push(banded(if scattered {
            "about it 1.96 Monte Carlo errors, of vials opened"
        } else {
            "about it 1.96 Monte Carlo errors"
        }));
    }
    if scattered {
        legend.push(banded("about it one standard deviation, of vials held"));
    }
    if limited {
        legend.push(ruled(super::super::ink::BEHIND, "6 4", "beds that there are"));
    }
    legend.extend(grounds.legend());
    Some(Figure {
        name: name.to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: format!(
            "All centres together over the counted days, in steps of {step}: the line is the mean of the days of a step, the \
             bands reach to what is enough on its worst day in 50, 95 and 99 of 100 replications, each day taken by itself. \
             Dashed, where the run has replications enough to tell: between which values what is enough in 95 of 100 lies in \
             95 % of the draws, each the most of the days of a step. The error of a mean is that of a day of the step. \
             Beds and vials held are those at the end of the day; of vials held the grey band is one standard deviation of a \
             day to each side, since what is enough of a stock is on most days a full shelf and tells nothing. Replications hold chance and what is not known; demand_daily.csv has every day, and both apart."
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["demand_daily.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: drawn(title, panels, 2, (470.0, 290.0), legend),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_rest_is_no_step_of_its_own() {
        let sizes = |days: usize, step: usize| -> Vec<usize> {
            blocks(&vec![0; days], step).iter().map(|block| block.len()).collect()
        };
        assert_eq!(sizes(28, 7), [7, 7, 7, 7]);
        assert_eq!(sizes(31, 7), [7, 7, 7, 10]);
        assert_eq!(sizes(32, 7), [7, 7, 7, 7, 4]);
        assert_eq!(sizes(3, 7), [3]);
        assert_eq!(steps(&[0.0, 7.0, 14.0], &[2.0, 2.0]), [(0.0, 2.0), (14.0, 2.0)]);
        assert_eq!(steps(&[0.0, 7.0, 10.0], &[2.0, 5.0]), [(0.0, 2.0), (7.0, 2.0), (7.0, 5.0), (10.0, 5.0)]);
    }
}
