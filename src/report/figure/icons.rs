//! Icon arrays: what befalls a hundred patients, one icon each, told apart by shape and colour.

mod array;

use super::{Figure, Subject, svg};
use crate::report::told::Told;

/// Icons of an array.
const ICONS: usize = 100;

/// A thing that can befall a patient: words, colour, shape.
#[derive(Debug, Clone, Copy)]
struct Kind {
    words: &'static str,
    colour: &'static str,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Disc,
    Ring,
    Triangle,
    Cross,
}

const fn kind(words: &'static str, colour: &'static str, shape: Shape) -> Kind {
    Kind { words, colour, shape }
}

const RESPONSE: [Kind; 2] = [
    kind("complete remission", "#0072B2", Shape::Disc),
    kind("no complete remission", "#555555", Shape::Cross),
];
const STATES: [Kind; 3] = [
    kind("alive in remission", "#0072B2", Shape::Disc),
    kind("alive, not in remission", "#D55E00", Shape::Triangle),
    kind("dead", "#555555", Shape::Cross),
];
const CRS: [Kind; 4] = [
    kind("CRS, given tocilizumab", "#D55E00", Shape::Triangle),
    kind("CRS, not given it", "#0072B2", Shape::Disc),
    kind("infused, no CRS", "#009E73", Shape::Ring),
    kind("never infused", "#555555", Shape::Cross),
];

/// States that are a remission.
const REMISSION: [&str; 3] = ["remission", "mrd_positive", "transplanted"];

/// An array for each strategy, and what is said of them.
struct Arrays {
    name: String,
    title: String,
    caption: &'static str,
    tables: &'static [&'static str],
    kinds: &'static [Kind],
    /// Labels of strategies, and icons by kind.
    counts: Vec<(String, Vec<usize>)>,
}

/// The arrays that the lesson of the run shows.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let names = super::super::lesson::figures_asked(told);
    names.filter_map(|name| arrays(told, name)).map(|arrays| figure(&arrays)).collect()
}

/// A figure of arrays for a narrow screen; none of other figures.
pub(in crate::report) fn narrow(told: &Told, name: &str) -> Option<String> {
    let own = arrays(told, name)?;
    Some(svg(&array::narrow(&own), &format!("{name}-narrow"), &own.title, &said(&own)))
}

fn figure(own: &Arrays) -> Figure {
    Figure {
        names: Vec::new(),
        name: own.name.clone(),
        subject: Subject::Response,
        title: own.title.clone(),
        caption: own.caption.to_owned(),
        alt: said(own),
        tables: own.tables,
        scene: array::wide(own),
    }
}

fn said(own: &Arrays) -> String {
    let arrays = own.counts.iter().map(|(label, counts)| {
        let parts: Vec<String> =
            own.kinds.iter().zip(counts).map(|(kind, count)| format!("{count} {}", kind.words)).collect();
        format!("{label}: {}.", parts.join(", "))
    });
    format!("{}. {}", own.title, arrays.collect::<Vec<_>>().join(" "))
}

/// What a name asks for, where the run tells it of a strategy.
fn arrays(told: &Told, name: &str) -> Option<Arrays> {
    let of = |title: String, caption, tables, kinds, shares: &dyn Fn(&str) -> Option<Vec<f64>>| {
        let own = told.strategies.iter();
        let counts: Vec<(String, Vec<usize>)> =
            own.filter_map(|(id, label)| Some((label.clone(), counts(&shares(id)?)))).collect();
        let name = name.to_owned();
        (!counts.is_empty()).then_some(Arrays { name, title, caption, tables, kinds, counts })
    };
    match name {
        "icons_response" => of(
            "Of 100 patients: complete remission".to_owned(),
            "Shares are means over the draws, rounded so that each array has 100 icons.",
            &["summary.csv"],
            &RESPONSE,
            &|id| {
                let cr = mean(told, id, "cr")?;
                Some(vec![cr, 1.0 - cr])
            },
        ),
        "icons_tocilizumab" => of(
            "Of 100 patients: CRS and tocilizumab".to_owned(),
            "Shares are means over the draws, of all patients from enrolment, rounded so that each array has 100 icons. CRS: cytokine \
             release syndrome.",
            &["summary.csv"],
            &CRS,
            &|id| {
                let infused = mean(told, id, "infused").unwrap_or(1.0);
                let (crs, given) = (mean(told, id, "crs_any")?, mean(told, id, "tocilizumab_patients")?);
                Some(vec![given, crs - given, infused - crs, 1.0 - infused])
            },
        ),
        _ => {
            let month: u32 = name.strip_prefix("icons_month_")?.parse().ok()?;
            of(
                format!("Of 100 patients, {month} months from the start"),
                "Who is alive that month is the mean over the draws of all patients who began, as in survival.csv; who of them is in remission is as \
                 among the first 500 patients of at most 200 draws, as in occupancy.csv. Rounded so that each array has 100 icons. An icon is no patient: \
                 the arrays do not say who of one array would be where in another.",
                &["survival.csv", "occupancy.csv"],
                &STATES,
                &|id| states(told, id, month),
            )
        }
    }
}

fn mean(told: &Told, strategy: &str, outcome: &str) -> Option<f64> {
    told.outcome(strategy, outcome)?.number("mean")
}

/// Shares alive in remission, alive not in remission, dead.
fn states(told: &Told, strategy: &str, month: u32) -> Option<Vec<f64>> {
    let own = told
        .rows("occupancy.csv")
        .filter(|row| row.text("strategy") == strategy && row.number("months") == Some(f64::from(month)));
    let (mut remission, mut other, mut rows) = (0.0, 0.0, 0);
    for row in own {
        let share = row.number("share")?;
        rows += 1;
        if REMISSION.contains(&row.text("state")) {
            remission += share;
        } else if row.text("state") != "dead" {
            other += share;
        }
    }
    // The states are those of a sample; how many live is known of all patients.
    let sampled = remission + other;
    let mut all = told.rows("survival.csv").filter(|row| row.text("strategy") == strategy);
    let all = all.find(|row| row.curve() == "os" && row.number("months") == Some(f64::from(month)));
    let alive = all.and_then(|row| row.number("probability")).unwrap_or(sampled);
    // Where none of the sample lives nothing is known of the states of those who do.
    let part = if sampled > 0.0 { remission / sampled } else { 0.0 };
    (rows > 0 && (sampled > 0.0 || alive == 0.0))
        .then(|| vec![alive * part, alive * (1.0 - part), (1.0 - alive).max(0.0)])
}

/// Whole icons by share, a hundred in all: the largest remainders are rounded up.
fn counts(shares: &[f64]) -> Vec<usize> {
    let scaled: Vec<f64> = shares.iter().map(|share| share.max(0.0) * ICONS as f64).collect();
    let mut counts: Vec<usize> = scaled.iter().map(|own| own.floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|one, other| scaled[*other].fract().total_cmp(&scaled[*one].fract()));
    for at in order {
        if counts.iter().sum::<usize>() < ICONS {
            counts[at] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_a_hundred_icons() {
        assert_eq!(counts(&[0.436, 0.564]), [44, 56]);
        assert_eq!(counts(&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]), [34, 33, 33]);
        assert_eq!(counts(&[0.0, 1.0, -1e-17]), [0, 100, 0]);
        assert_eq!(counts(&[0.005, 0.005, 0.99]).iter().sum::<usize>(), 100);
    }
}
