//! Net benefit gained under other choices and in subgroups, side by side with intervals.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, extrapolated, strip};
use super::ink::{BEHIND, Ink, POINTED, ruled};
use super::lane;
use super::phrase::words;
use super::{Figure, Subject, interval};
use crate::report::rounded::{grouped, money};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, ReferenceLine};

/// The figures, where the run has their tables.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let switch = |row: &SheetRow<'_>| words(row.text("switch"));
    let group = |row: &SheetRow<'_>| {
        let name = format!("{}: {}", row.text("attribute"), row.text("level")).replace('_', " ");
        row.number("share").map_or(name.clone(), |share| format!("{name} ({:.0} %)", share * 100.0))
    };
    let switches = forest(
        told,
        ("switches", "switches.csv"),
        ("Net benefit under other choices", "choice"),
        "The scenario as it is, base, and with other choices, in the same draws and patients. Choices are no chance: their \
         spread is what method and reading decide. The strip is that of the scenario as it is.",
        switch,
    );
    let subgroups = forest(
        told,
        ("subgroups", "subgroups.csv"),
        ("Net benefit in subgroups", "subgroup"),
        "Patients of one level alone, in brackets their share of the population. Levels differ only in what the scenario lets \
         differ; figures without their own value are those of all. The strip is that of all patients.",
        group,
    );
    switches.into_iter().chain(subgroups).collect()
}

fn forest(
    told: &Told,
    (name, file): (&str, &'static str),
    (title, rows_are): (&str, &str),
    about: &str,
    label: impl Fn(&SheetRow<'_>) -> String,
) -> Option<Figure> {
    let (wtp, comparator) = {
        let first = told.rows(file).next()?;
        (first.number("wtp")?, first.text("comparator"))
    };
    let gains = told.rows(file).filter(|row| row.text("strategy") != comparator);
    let rows: Vec<_> = gains.filter_map(|row| Some((row, row.number("inc_net_monetary_benefit")?))).collect();
    let mut names: Vec<String> = Vec::new();
    for name in rows.iter().map(|(row, _)| label(row)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |row: &SheetRow<'_>, end: &str| row.number(&format!("{end}_corrected")).or(row.number(end));
    // Of one draw there is the Monte Carlo error alone.
    let interval = |row: &SheetRow<'_>, mean: f64| {
        of(row, "lower_95").zip(of(row, "upper_95")).or_else(|| interval::of(row, mean))
    };
    let ends = rows.iter().flat_map(|(row, mean)| {
        let (low, high) = interval(row, *mean).unwrap_or((*mean, *mean));
        [low, high, *mean]
    });
    let currency = told.currency();
    let x = Axis::over(&format!("net benefit gained, {currency}"), ends.chain([0.0]), money);
    let mut panel = Panel::of_rows("", x, names.clone()).called(rows_are);
    panel.rule(ReferenceLine::vertical(0.0).with_dasharray("none"));
    let compared: Vec<usize> = told
        .strategies
        .iter()
        .enumerate()
        .filter(|(_, (id, _))| rows.iter().any(|(row, _)| row.text("strategy") == id))
        .map(|(index, _)| index)
        .collect();
    let mut said = Vec::new();
    for (row, mean) in &rows {
        let name = label(row);
        let at = names.iter().position(|own| *own == name).zip(told.index(row.text("strategy")));
        let Some((at, strategy)) = at else { continue };
        let part = compared.iter().position(|own| *own == strategy).unwrap_or(0);
        let height = panel.height(at, part, compared.len());
        panel.across((*mean, height), interval(row, *mean), Ink::of(strategy));
        let ends = interval(row, *mean)
            .map_or(String::new(), |(low, high)| format!(" ({} to {})", money(low), money(high)));
        said.push(format!("{name}, {}: {}{ends}.", told.strategies[strategy].1, money(*mean)));
    }
    panel.plots.first()?;
    let beyond = extrapolated(told);
    strip(&mut panel, &beyond);
    let mut legend: Vec<LegendEntry> =
        compared.iter().map(|index| Ink::of(*index).point(&told.strategies[*index].1)).collect();
    let line = format!("line through a marker: {}", interval::words(told));
    legend.extend([ruled(POINTED, "", &line), ruled(BEHIND, "", "no gain")]);
    legend.extend(extrapolated::legend(told, &beyond));
    let height =
        100.0 + lane::height(!beyond.is_empty()) + names.len() as f64 * (10.0 + 16.0 * compared.len() as f64);
    Some(Figure {
        name: name.to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: format!(
            "Net benefit gained over {}, at {} {currency} a QALY: means over the draws, lines {}, without \
             simulation noise where that is known. {about}",
            told.label(comparator),
            grouped(wtp, 0),
            interval::held(told)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: match name {
            "switches" => &["switches.csv", "survival.csv", "published.csv"],
            _ => &["subgroups.csv", "survival.csv", "published.csv"],
        },
        names: Vec::new(),
        scene: drawn(title, vec![panel], 1, (760.0, height), legend),
    })
}
