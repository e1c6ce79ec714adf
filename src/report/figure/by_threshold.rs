//! By what a QALY is worth: acceptability and its frontier, expected loss, the value of perfect information.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, extrapolated, strip};
use super::ink::{BEHIND, Ink, POINTED, banded, ruled};
use super::{Figure, Subject};
use crate::math::wilson;
use crate::report::rounded::{grouped, money};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LineStyle, ReferenceLine};

/// The figures, where the run has an economic evaluation that tells noise from what is not known.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let Some(threshold) = told.priced() else { return Vec::new() };
    acceptability(told, threshold).into_iter().chain(losses(told, threshold)).collect()
}

/// The value without simulation noise where it is known, else as other tools compute it.
pub(crate) fn best(row: &SheetRow<'_>, column: &str) -> Option<f64> {
    row.number(&format!("{column}_Corrected")).or_else(|| row.number(column))
}

/// Points of a strategy by what a QALY is worth.
fn curve(told: &Told, file: &str, strategy: &str, column: &str) -> Vec<(f64, f64)> {
    let own = told.rows(file).filter(|row| row.text("Strategy") == strategy);
    own.filter_map(|row| Some((row.number("WTP")?, best(&row, column)?))).collect()
}

/// Standard errors of the values of [`curve`], 1.96 to each side; no loss lies below 0.
fn band(rows: impl Iterator<Item = (f64, f64, f64)>) -> Vec<(f64, f64, f64)> {
    rows.map(|(wtp, value, se)| (wtp, (value - 1.96 * se).max(0.0), value + 1.96 * se)).collect()
}

/// What a QALY is worth, a value and its standard error.
fn with_error(row: &SheetRow<'_>, column: &str) -> Option<(f64, f64, f64)> {
    Some((row.number("WTP")?, best(row, column)?, best(row, "SE")?))
}

/// The value at a threshold, between the points on both sides.
fn at(points: &[(f64, f64)], threshold: f64) -> Option<f64> {
    let after = points.iter().position(|(wtp, _)| *wtp >= threshold)?;
    let (wtp, value) = points[after];
    let Some((before, earlier)) = after.checked_sub(1).map(|before| points[before]) else {
        return Some(value);
    };
    Some(earlier + (value - earlier) * (threshold - before) / (wtp - before))
}

fn wtp_axis(told: &Told, points: &[(f64, f64)]) -> Axis {
    let label = format!("{} a QALY", told.currency());
    let most = points.last().map_or(1.0, |(wtp, _)| *wtp);
    Axis { to: most, ..Axis::over(&label, [0.0, most].into_iter(), money) }
}

fn marked(panel: &mut Panel, threshold: f64) {
    if (panel.x.from..=panel.x.to).contains(&threshold) {
        panel.rule(ReferenceLine::vertical(threshold));
    }
}

fn acceptability(told: &Told, threshold: f64) -> Option<Figure> {
    let first = curve(told, "ceac.csv", &told.strategies.first()?.0, "Proportion");
    first.first()?;
    let y = Axis::probability("probability of the highest net benefit");
    let mut panel = Panel::new("", wtp_axis(told, &first), y);
    let on = told.rows("ceac.csv").filter(|row| row.text("On_Frontier") == "TRUE");
    let frontier = on.filter_map(|row| Some((row.number("WTP")?, best(&row, "Proportion")?))).collect();
    panel.line(frontier, "#C4C4C4", 7.0, LineStyle::Solid);
    let (mut legend, mut said) = (Vec::new(), Vec::new());
    let draws = told.count("draws").unwrap_or(1.0);
    for (index, (id, label)) in told.strategies.iter().enumerate() {
        let points = curve(told, "ceac.csv", id, "Proportion");
        if let Some(value) = at(&points, threshold) {
            said.push(format!("{label}: {:.0} %.", value * 100.0));
        }
        if draws > 1.0 {
            let band: Vec<(f64, f64, f64)> = points
                .iter()
                .map(|(wtp, share)| {
                    let (low, high) = wilson(*share, draws);
                    (*wtp, low, high)
                })
                .collect();
            panel.band(&band, Ink::of(index).colour);
        }
        panel.curve(points, Ink::of(index), index);
        legend.push(Ink::of(index).marked_line(label));
    }
    legend.push(ruled("#C4C4C4", "", "frontier: the highest mean net benefit"));
    legend.extend((draws > 1.0).then(|| banded("bands: 95 %, what more draws would narrow")));
    legend.push(threshold_entry(told, threshold));
    marked(&mut panel, threshold);
    let beyond = extrapolated(told);
    strip(&mut panel, &beyond);
    legend.extend(extrapolated::legend(told, &beyond));
    let title = "Acceptability";
    Some(Figure {
        name: "acceptability".to_owned(),
        subject: Subject::Economics,
        title: title.to_owned(),
        caption: "How probable it is that a strategy has the highest net benefit of all, by what a QALY is worth \
                  (multi-way; ceac_pairwise.csv has each against the comparator). Bands are what more draws would narrow (95 %, Wilson). The broad grey line runs along the strategy \
                  with the highest mean, which one would choose; it need not be the most probable. Without simulation noise \
                  where that is known."
            .to_owned(),
        alt: format!("{title} at {} {} a QALY. {}", grouped(threshold, 0), told.currency(), said.join(" ")),
        tables: &["ceac.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![panel], 1, (640.0, 400.0), legend),
    })
}

fn threshold_entry(told: &Told, threshold: f64) -> LegendEntry {
    ruled(BEHIND, "6 4", &format!("threshold, {} {} a QALY", grouped(threshold, 0), told.currency()))
}

fn losses(told: &Told, threshold: f64) -> Option<Figure> {
    let evpi: Vec<(f64, f64)> =
        told.rows("evpi.csv").filter_map(|row| Some((row.number("WTP")?, best(&row, "EVPI")?))).collect();
    evpi.first()?;
    let currency = told.currency();
    let curves: Vec<_> =
        told.strategies.iter().map(|(id, _)| curve(told, "expected_loss.csv", id, "Expected_Loss")).collect();
    let values = |points: &[(f64, f64)]| points.iter().map(|(_, value)| *value).collect::<Vec<_>>();
    let y = |label: &str, all: Vec<f64>| {
        Axis::over(&format!("{label}, {currency} a person"), all.into_iter().chain([0.0]), money)
    };
    let own = |id: &str| {
        let rows = told.rows("expected_loss.csv").filter(move |row| row.text("Strategy") == id);
        band(rows.filter_map(|row| with_error(&row, "Expected_Loss")))
    };
    let bands: Vec<_> = told.strategies.iter().map(|(id, _)| own(id)).collect();
    let known = band(told.rows("evpi.csv").filter_map(|row| with_error(&row, "EVPI")));
    let highest = |band: &[(f64, f64, f64)]| band.iter().map(|(_, _, high)| *high).collect::<Vec<_>>();
    let all =
        curves.iter().flat_map(|points| values(points)).chain(bands.iter().flat_map(|own| highest(own)));
    let all = all.collect();
    let mut loss = Panel::new("Expected loss", wtp_axis(told, &evpi), y("loss", all));
    let mut legend = Vec::new();
    for (index, band) in bands.iter().enumerate() {
        loss.band(band, Ink::of(index).colour);
    }
    for (index, (points, (_, label))) in curves.into_iter().zip(&told.strategies).enumerate() {
        loss.curve(points, Ink::of(index), index);
        legend.push(Ink::of(index).marked_line(label));
    }
    let mut perfect = Panel::new(
        "Value of perfect information",
        wtp_axis(told, &evpi),
        y("EVPI", [values(&evpi), highest(&known)].concat()),
    );
    perfect.band(&known, POINTED);
    let worth = at(&evpi, threshold);
    perfect.line(evpi, POINTED, 2.0, LineStyle::Solid);
    legend.push(ruled(POINTED, "", "value of perfect information (right)"));
    legend.push(banded("bands: 1.96 standard errors"));
    legend.push(threshold_entry(told, threshold));
    marked(&mut loss, threshold);
    marked(&mut perfect, threshold);
    let beyond = extrapolated(told);
    strip(&mut loss, &beyond);
    strip(&mut perfect, &beyond);
    legend.extend(extrapolated::legend(told, &beyond));
    let title = "Expected loss and the value of perfect information";
    let said = worth.map_or(String::new(), |worth| {
        let at = grouped(threshold, 0);
        format!(
            " To know every figure would be worth {} {currency} a person at {at} {currency} a QALY.",
            grouped(worth, 0)
        )
    });
    Some(Figure {
        name: "information".to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: "What choosing a strategy is expected to lose against the best of each draw, by what a QALY is worth. The \
                  lowest of these lines is the value of perfect information, at the right on its own scale: the most that \
                  research on all figures can be worth. Bands are 1.96 standard errors, and end at 0, below which no loss lies; there is none where no draw changes \
                  the decision. Without simulation noise where that is known."
            .to_owned(),
        alt: format!("{title}.{said}"),
        tables: &["expected_loss.csv", "evpi.csv", "survival.csv", "published.csv"],
        names: Vec::new(),
        scene: drawn(title, vec![loss, perfect], 2, (430.0, 330.0), legend),
    })
}
