//! Two figures moved together: the net benefit gained, and who is best.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, extrapolated, strip};
use super::ink::filled;
use super::lane;
use super::named::Names;
use super::{Figure, Subject};
use crate::report::rounded::{grouped, money};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::LegendEntry;

/// From a loss to a gain, with steps that differ in lightness on each side of white: orange and blue.
const LOSS: [&str; 3] = ["#FBE3D1", "#F2B282", "#E08A45"];
const GAIN: [&str; 3] = ["#D9E8F4", "#9DC3E1", "#5B9BCB"];
/// Sizes of the letters of a value and of its error.
const VALUE: u32 = 12;
const ERROR: u32 = 11;

/// The figures: one for each pair and strategy.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let mut pairs: Vec<(&str, &str, &str)> = Vec::new();
    for row in told.rows("two_way.csv").filter(|row| row.number("gained").is_some()) {
        let own = (row.text("first"), row.text("second"), row.text("strategy"));
        if !pairs.contains(&own) {
            pairs.push(own);
        }
    }
    let each = pairs.iter().enumerate();
    each.filter_map(|(index, own)| figure(told, index, *own)).collect()
}

/// Different values in rising order.
fn values(rows: &[SheetRow<'_>], column: &str) -> Vec<f64> {
    let mut all: Vec<f64> = rows.iter().filter_map(|row| row.number(column)).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// Values of a figure, of any size, with as many decimals each.
fn plain(values: &[f64]) -> Vec<String> {
    let most = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let decimals = match most {
        size if size >= 1000.0 => return values.iter().map(|value| money(*value)).collect(),
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 3,
    };
    values.iter().map(|value| grouped(*value, decimals)).collect()
}

/// A box for each shade that is used, from the largest loss to the largest gain: thirds of the most.
fn legend(most: f64, [losses, gains]: [[bool; 3]; 2]) -> Vec<LegendEntry> {
    let words = |verb: &str, shade: usize| {
        let third = |at: usize| money(most * at as f64 / 3.0);
        match shade {
            0 => format!("{verb} up to {}", third(1)),
            1 => format!("{verb} {} to {}", third(1), third(2)),
            _ => format!("{verb} {} or more", third(2)),
        }
    };
    let lost = (0..3).rev().filter(|shade| losses[*shade]);
    let lost = lost.map(|shade| filled(LOSS[shade], &words("loses", shade)));
    let gained = (0..3).filter(|shade| gains[*shade]);
    lost.chain(gained.map(|shade| filled(GAIN[shade], &words("gains", shade)))).collect()
}

fn figure(told: &Told, index: usize, (first, second, strategy): (&str, &str, &str)) -> Option<Figure> {
    let own = |row: &SheetRow<'_>| {
        row.text("first") == first && row.text("second") == second && row.text("strategy") == strategy
    };
    let rows: Vec<_> = told.rows("two_way.csv").filter(own).collect();
    let (across, up) = (values(&rows, "first_value"), values(&rows, "second_value"));
    let wtp = rows.first()?.number("wtp")?;
    let comparator = rows.first()?.text("comparator");
    let gains = rows.iter().filter_map(|row| row.number("gained"));
    let most = gains.fold(0.0, |most: f64, own| most.max(own.abs()));
    // Cells of one size, though the values need not be evenly apart: the axis names them.
    let axis = |label: &str, count: usize| Axis {
        label: label.to_owned(),
        from: 0.0,
        to: count as f64,
        step: count as f64,
        format: |_| String::new(),
    };
    let names = Names::of(told);
    let told_in = if rows.iter().any(|row| row.number("gained_mc_se").is_some()) {
        format!("in {}, ± 1.96 Monte Carlo errors", told.currency())
    } else {
        format!("in {}", told.currency())
    };
    let mut panel = Panel::new(&told_in, axis(&names.axis(told, first), across.len()), axis("", up.len()));
    panel.columns = plain(&across);
    panel.rows = plain(&up);
    panel.rows.reverse();
    panel.y.label = names.axis(told, second);
    // Categories stand at whole numbers from 1.
    (panel.x.from, panel.x.to) = (0.5, across.len() as f64 + 0.5);
    (panel.y.from, panel.y.to) = (0.5, up.len() as f64 + 0.5);
    let place = |all: &[f64], value: f64| all.iter().position(|own| *own == value).map(|at| at as f64 + 1.0);
    let (mut gaining, mut noisy) = (0, false);
    let mut shades = [[false; 3]; 2];
    for row in &rows {
        let values = row.number("first_value").zip(row.number("second_value"));
        let Some((x, y)) = values.and_then(|(x, y)| place(&across, x).zip(place(&up, y))) else { continue };
        let Some(gained) = row.number("gained") else { continue };
        let shade = ((gained.abs() / most.max(f64::MIN_POSITIVE) * 3.0) as usize).min(2);
        let colour = if gained < 0.0 { LOSS[shade] } else { GAIN[shade] };
        gaining += usize::from(gained >= 0.0);
        shades[usize::from(gained >= 0.0)][shade] = true;
        panel.cell((x - 0.5, x + 0.5), (y - 0.5, y + 0.5), colour);
        let Some(error) = row.number("gained_mc_se").map(|se| 1.96 * se) else {
            panel.write((x, y - 0.12), &money(gained), VALUE);
            continue;
        };
        noisy = true;
        let doubt = if gained.abs() < error { "?" } else { "" };
        panel.write((x, y + 0.06), &format!("{}{doubt}", money(gained)), VALUE);
        panel.write((x, y - 0.32), &format!("± {}", money(error)), ERROR);
    }
    let beyond = extrapolated(told);
    strip(&mut panel, &beyond);
    let legend = [legend(most, shades), extrapolated::legend(told, &beyond)].concat();
    let label = told.label(strategy);
    let title = format!("Net benefit of {label} by two figures");
    let name = if index == 0 { "two_way".to_owned() } else { format!("two_way_{}", index + 1) };
    let currency = told.currency();
    let height = 130.0 + 44.0 * up.len() as f64 + lane::height(!beyond.is_empty());
    let errors = if noisy {
        "Below each number 1.96 Monte Carlo standard errors; with a question mark the sign is within them of chance."
    } else {
        "The exact engine has no Monte Carlo error."
    };
    let width = (190.0 + 74.0 * across.len() as f64).max(560.0);
    Some(Figure {
        name,
        subject: Subject::Uncertainty,
        caption: format!(
            "Net benefit gained over {}, {currency} at {} {currency} a QALY, with both figures at values across their 95 % \
             intervals and all others at their central values. {errors} Lightness goes in thirds of the largest gain or loss.",
            told.label(comparator),
            grouped(wtp, 0)
        ),
        alt: format!("{title}. It gains in {gaining} of {} pairs of values.", rows.len()),
        tables: &["two_way.csv", "survival.csv", "published.csv"],
        names: vec![first.to_owned(), second.to_owned()],
        scene: drawn(&title, vec![panel], 1, (width, height), legend),
        title,
    })
}
