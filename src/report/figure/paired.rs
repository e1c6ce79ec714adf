//! The same patients under two strategies: why a difference of means is steadier than its parts, and what single
//! patients show.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, ruled};
use super::interval::{decimals, of_deviation};
use super::lives::lived;
use super::{Figure, Subject};
use crate::report::lesson::asks_for;
use crate::report::rounded::grouped;
use crate::report::told::Told;
use kuva::prelude::MarkerShape;

/// Months of difference that are drawn, either way.
const MOST: f64 = 60.0;
/// Lives that differ by less are alike, months.
const ALIKE: f64 = 0.05;

/// Both figures, where the lesson of the run shows them.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let [errors, patients] = ["paired_errors", "individual_differences"];
    let mut all = Vec::new();
    if asks_for(told, errors) {
        all.extend(paired_errors(told, errors));
    }
    if asks_for(told, patients) {
        all.extend(individual_differences(told, patients));
    }
    all
}

/// Monte Carlo errors of the life years of the first two strategies, of their difference, and what it would be with luck of
/// their own.
fn errors(told: &Told) -> Option<[(String, f64); 4]> {
    let [(first, control), (second, arm), ..] = &told.strategies[..] else { return None };
    let error = |outcome: &str, id: &str| told.outcome(id, outcome)?.number("mc_se");
    let (one, other) = (error("life_years", first)?, error("life_years", second)?);
    let paired = error(&format!("life_years_minus_{first}"), second)?;
    Some([
        (control.clone(), one),
        (arm.clone(), other),
        ("difference, if each had luck of its own".to_owned(), (one * one + other * other).sqrt()),
        ("difference, the same patients with the same luck".to_owned(), paired),
    ])
}

fn paired_errors(told: &Told, name: &str) -> Option<Figure> {
    let rows = errors(told)?;
    // Each is the spread of all lives over the root of their number.
    let lives = told.count("draws").unwrap_or(1.0) * told.count("patients").unwrap_or(1.0);
    let half = |error: f64| of_deviation(error, lives).unwrap_or_default();
    let most = rows.iter().map(|(_, error)| error + half(*error)).fold(0.0, f64::max);
    let x =
        Axis::over("Monte Carlo standard error, days of life", [0.0, most * 365.25].into_iter(), |value| {
            format!("{value:.1}")
        });
    let mut panel =
        Panel::of_rows("", x, rows.iter().map(|(label, _)| label.clone()).collect()).called("of what");
    for (row, (_, error)) in rows.iter().enumerate() {
        let at = panel.height(row, 0, 1);
        panel.bar((0.0, error * 365.25), at, Ink::of(row), 1);
        let ends = [error - half(*error), error + half(*error)].map(|own| own * 365.25);
        panel.whisker((ends[0].max(0.0), ends[1]), at, 0.15);
    }
    let title = "Simulation noise of the parts and of their difference";
    // As many digits as the interval holds, and not more than the text of the lesson has.
    let digits = |error: f64| decimals(365.25 * half(error)).min(1);
    let said: Vec<String> = rows
        .iter()
        .map(|(label, error)| format!("{label}: {} days.", grouped(error * 365.25, digits(*error))))
        .collect();
    Some(Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: "By how much mean life would differ by chance from one run to the next, given the same draws of the uncertain figures. The third bar \
                  is the root of the sum of the squares of the first two: what two separate groups would give. Whiskers are 95 % intervals of the errors, as the chi-square \
                  distribution gives for as many lives; they say nothing of tails heavier than those of a normal."
            .to_owned(),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["summary.csv"],
        scene: drawn(title, vec![panel], 1, (720.0, 260.0), vec![ruled(POINTED, "", "95 %, by the number of lives")]),
    })
}

fn individual_differences(told: &Told, name: &str) -> Option<Figure> {
    let [(_, control), (_, arm), ..] = &told.strategies[..] else { return None };
    let (first, second) = (lived(told, 0), lived(told, 1));
    let mut differences: Vec<f64> = first.iter().zip(&second).map(|(one, other)| other.0 - one.0).collect();
    if differences.is_empty() {
        return None;
    }
    differences.sort_by(|one, other| other.total_cmp(one));
    let count = differences.len();
    let longer = differences.iter().filter(|own| **own > ALIKE).count();
    let shorter = differences.iter().filter(|own| **own < -ALIKE).count();
    let beyond = differences.iter().filter(|own| own.abs() > MOST).count();
    let format = |value: f64| if value == 0.0 { "0".to_owned() } else { format!("{value:+.0}") };
    let x = Axis {
        label: format!("months of life, {arm} less {control}"),
        from: -MOST - 2.0,
        to: MOST + 2.0,
        step: 12.0,
        format,
    };
    let whole = |value: f64| format!("{value:.0}");
    let y =
        Axis { label: "patients, sorted".to_owned(), from: 0.0, to: count as f64, step: 20.0, format: whole };
    let mut panel = Panel::new("", x, y);
    for (row, own) in differences.iter().enumerate() {
        let at = (count - row) as f64 - 0.5;
        let drawn = own.clamp(-MOST, MOST);
        let (strategy, marker) = if *own > ALIKE {
            (1, MarkerShape::Triangle)
        } else if *own < -ALIKE {
            (0, MarkerShape::Square)
        } else {
            (6, MarkerShape::Circle)
        };
        let ink = Ink::of(strategy).marked(marker);
        panel.bar((0.0_f64.min(drawn), 0.0_f64.max(drawn)), at, ink, 2);
        panel.mark((drawn, at), ink, 2.6);
    }
    let entry = |strategy: usize, marker, words: String| Ink::of(strategy).marked(marker).point(&words);
    let legend = vec![
        entry(1, MarkerShape::Triangle, format!("{longer} live longer under {arm}")),
        entry(0, MarkerShape::Square, format!("{shorter} live longer under {control}")),
        entry(6, MarkerShape::Circle, format!("{} live as long", count - longer - shorter)),
    ];
    let title = if count == 1 {
        "The same patient under both".to_owned()
    } else {
        format!("The same {count} patients under both")
    };
    Some(Figure {
        names: Vec::new(),
        name: name.to_owned(),
        subject: Subject::Uncertainty,
        caption: format!(
            "A line a patient, sorted. Each is the same person with the same luck under both strategies, of the first draw. Of {beyond} the difference is more than \
             {MOST:.0} months and drawn to there. No trial can see these lines: a patient is given one treatment. They depend on how the program shares luck, \
             which nothing in the data tells, so they are no forecast for anyone."
        ),
        alt: format!(
            "{title}. Of {count}, {longer} live longer under {arm}, {shorter} longer under {control}, {} as long.",
            count - longer - shorter
        ),
        tables: &["histories.csv"],
        scene: drawn(&title, vec![panel], 1, (700.0, 120.0 + count as f64 * 5.0), legend),
        title,
    })
}
