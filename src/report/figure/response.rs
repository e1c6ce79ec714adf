//! Remission, MRD, relapse and transplant; CRS, tocilizumab and other toxicity: bars with intervals.

use super::chart::{Axis, Panel, drawn};
use super::ink::{Ink, POINTED, ruled};
use super::interval::{held, of, words};
use super::resting::{Resting, striped};
use super::{Figure, Subject};
use crate::report::rounded::percent;
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, LegendShape, MarkerShape};

type Row = (&'static str, &'static str);

const RESPONSE: [Row; 8] = [
    ("infused", "product infused"),
    ("cr", "complete remission"),
    ("pr", "partial response"),
    ("mrd_negative", "MRD-negative"),
    ("transplant", "transplant"),
    ("relapse", "relapse"),
    ("relapse_antigen_negative", "relapse without the antigen"),
    ("molecular_relapse", "molecular relapse found"),
];
const TOXICITY: [Row; 8] = [
    ("crs_any", "CRS, any grade"),
    ("crs_grade3", "CRS, grade 3 or more"),
    ("tocilizumab_patients", "tocilizumab"),
    ("icu_patients", "intensive care"),
    ("neurotoxicity_grade3", "neurotoxicity, grade 3 or more"),
    ("infection", "infection, grade 3 or more"),
    ("other_grade3", "other, grade 3 or more"),
    ("death_treatment", "death from treatment"),
];
const AMOUNTS: [Row; 4] = [
    ("tocilizumab_doses", "doses of tocilizumab a patient"),
    ("crs_days", "days of CRS a patient"),
    ("icu_days", "days in intensive care a patient"),
    ("crs_onset_days", "days to CRS, of those with it"),
];

/// Value and interval of an outcome by strategy.
type Values = Vec<Option<(f64, Option<(f64, f64)>)>>;

/// Both figures.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let shares = |rows: &[Row], title: &str| {
        let share =
            Axis { label: "share of all patients".to_owned(), format: percent, ..Axis::probability("") };
        bars(told, rows, (title, "outcome"), share)
    };
    let mut all = Vec::new();
    if let Some(bars) = shares(&RESPONSE, "") {
        let title = "Response, transplant and relapse";
        all.push(figure(told, "response", title, vec![bars], &RESPONSE));
    }
    let amounts = || {
        let values = AMOUNTS.iter().flat_map(|(name, _)| values(told, name)).flatten();
        let ends = values.map(|(value, interval)| interval.map_or(value, |(_, high)| high));
        Axis::over("doses or days, as each row says", std::iter::once(0.0).chain(ends), |value| {
            format!("{value:.1}")
        })
    };
    // A strategy whose regimens say nothing of CRS gives no picture of it.
    if let Some(first) = shares(&TOXICITY, "Patients") {
        let second = bars(told, &AMOUNTS, ("Doses and days", "amount"), amounts());
        let panels = std::iter::once(first).chain(second).collect();
        all.push(figure(told, "toxicity", "CRS, tocilizumab and other toxicity", panels, &TOXICITY));
    }
    all
}

fn values(told: &Told, outcome: &str) -> Values {
    let own = told.strategies.iter().map(|(id, _)| {
        let row = told.outcome(id, outcome)?;
        let mean = row.number("mean")?;
        Some((mean, of(&row, mean).map(|(low, high)| (low.max(0.0), high))))
    });
    own.collect()
}

/// A panel of bars, a group a row.
pub(super) struct Bars {
    pub(super) panel: Panel,
    pub(super) height: f64,
    /// Whether any bar is striped.
    pub(super) striped: bool,
}

/// Bars of outcomes; `None` without values.
pub(super) fn bars(told: &Told, rows: &[Row], (title, rows_are): (&str, &str), x: Axis) -> Option<Bars> {
    let known: Vec<(Row, Values)> = rows.iter().map(|row| (*row, values(told, row.0))).collect();
    let known: Vec<_> = known.into_iter().filter(|(_, values)| values.iter().any(Option::is_some)).collect();
    if known.is_empty() {
        return None;
    }
    let strategies = told.strategies.len();
    let resting = Resting::of(told);
    let (mut striped, mut diamonds) = (false, Vec::new());
    let labels = known.iter().map(|((_, words), _)| (*words).to_owned()).collect();
    let mut panel = Panel::of_rows(title, x, labels).called(rows_are);
    let height = 100.0 + known.len() as f64 * (12.0 + strategies as f64 * 15.0).min(120.0);
    for (index, ((name, _), values)) in known.iter().enumerate() {
        for (strategy, value) in values.iter().enumerate() {
            let Some((value, interval)) = value else { continue };
            let at = panel.height(index, strategy, strategies);
            striped |= resting.bar(&mut panel, (strategy, name), *value, at, strategies);
            if let Some(interval) = interval {
                panel.whisker(*interval, at, 0.25 / strategies as f64);
            }
            let id = told.strategies[strategy].0.as_str();
            let own = told.rows("published.csv").filter(|row| row.text("strategy") == id);
            for row in own.filter(|row| row.text("endpoint") == *name) {
                let Some(value) = row.number("published") else { continue };
                let interval = row.number("published_low").zip(row.number("published_high"));
                // At the lower edge of the bar, clear of its whisker.
                let below = at - 0.38 / strategies as f64;
                diamonds.push(((value, below), interval));
            }
        }
    }
    // Over all bars, of which the next would hide half of one.
    for (at, interval) in diamonds {
        panel.across(at, interval, Ink::pointed(MarkerShape::Diamond));
    }
    Some(Bars { panel, height, striped })
}

fn figure(told: &Told, name: &str, title: &str, panels: Vec<Bars>, rows: &[Row]) -> Figure {
    let height = panels.iter().map(|own| own.height).fold(0.0, f64::max);
    let mut legend = legend(told);
    legend.push(whisker(told));
    let any = panels.iter().any(|own| own.striped);
    legend.extend(any.then(|| striped("an assumption, or after the last published month")));
    let published =
        told.rows("published.csv").any(|row| rows.iter().any(|(name, _)| row.text("endpoint") == *name));
    let markers = if published {
        legend.push(LegendEntry {
            label: "published, with its 95 % interval".to_owned(),
            color: POINTED.to_owned(),
            shape: LegendShape::Marker(MarkerShape::Diamond),
            dasharray: None,
        });
        " Diamonds are published shares of the same strategy and patients."
    } else {
        ""
    };
    let mut said = Vec::new();
    for (outcome, words) in rows {
        let own = values(told, outcome).into_iter().zip(&told.strategies);
        let parts: Vec<String> = own
            .filter_map(|(value, (_, label))| {
                let (value, interval) = value?;
                let ends = interval
                    .map_or(String::new(), |(low, high)| format!(" ({} to {})", percent(low), percent(high)));
                Some(format!("{label} {}{ends}", percent(value)))
            })
            .collect();
        if !parts.is_empty() {
            said.push(format!("{words}: {}.", parts.join(", ")));
        }
    }
    Figure {
        name: name.to_owned(),
        subject: Subject::Response,
        title: title.to_owned(),
        caption: format!(
            "Bars are means over the draws, whiskers {}. No bar: the regimens of the strategy do not tell it apart. \
             Striped is what rests on no evidence: an outcome that is itself an assumption of a regimen of the strategy, and what \
             of relapse and death comes after the last published month.{markers}",
            held(told)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["summary.csv", "published.csv", "assumptions.csv", "incidence.csv"],
        names: Vec::new(),
        scene: {
            let panels: Vec<Panel> = panels.into_iter().map(|own| own.panel).collect();
            let width = if panels.len() > 1 { 500.0 } else { 680.0 };
            drawn(title, panels, 2, (width, height), legend)
        },
    }
}

/// The whiskers of a legend.
pub(super) fn whisker(told: &Told) -> LegendEntry {
    ruled(POINTED, "", &words(told))
}

/// A box for each strategy.
pub(super) fn legend(told: &Told) -> Vec<LegendEntry> {
    let boxes = told.strategies.iter().enumerate();
    boxes.map(|(index, (_, label))| Ink::of(index).boxed(label)).collect()
}
