//! The short table after a run: strategies side by side, what each adds to the first, and what to be told.

use super::number::{Format, grouped};
use super::output::Text;
use crate::model::Model;
use crate::summary::{OutcomeRow, Summary};

/// What the table shows, in this order, and in which words.
const HEADLINES: [(&str, &str); 15] = [
    ("life_years", "life years"),
    ("qalys", "QALYs, discounted"),
    ("costs", "costs, discounted"),
    ("os_median_months", "median survival, months"),
    ("os_12_months", "alive at 12 months"),
    ("cr", "complete remission"),
    ("mrd_negative", "MRD-negative"),
    ("relapse", "relapse"),
    ("transplant", "transplant"),
    ("crs_any", "CRS"),
    ("crs_grade3", "CRS grade 3 or more"),
    ("tocilizumab_patients", "tocilizumab"),
    ("death_treatment", "death from treatment"),
    ("death_relapse", "death of leukaemia"),
    ("death_background", "death of other causes"),
];
/// Strategies side by side; more come below.
const ABREAST: usize = 3;
/// Characters in a line of a label, and lines.
const LABEL: (usize, usize) = (26, 3);

/// The table of a run.
pub(super) fn table(model: &Model, summary: &Summary, warnings: &[String]) -> String {
    let settings = &model.settings;
    let mut out = Text::default();
    out.line(&model.title);
    out.line(&model.population.label);
    let (patients, draws) = (grouped(settings.patients as f64, 0), grouped(f64::from(settings.draws), 0));
    let people = if settings.patients == 1 { "patient" } else { "patients" };
    let times = if settings.draws == 1 { "draw" } else { "draws" };
    out.line(format!("{patients} {people} under every strategy in {draws} {times} of the uncertain figures"));
    let strategies: Vec<usize> = (0..summary.strategies.len()).collect();
    for group in strategies.chunks(ABREAST) {
        let find = |strategy, name: &str| summary.outcome(strategy, name);
        out.line("");
        write_aligned(&mut out, &rows(summary, group, find, |format| format));
    }
    let comparator = summary.labels.first().map_or("", String::as_str);
    for group in strategies.get(1..).unwrap_or_default().chunks(ABREAST) {
        let find = |strategy, name: &str| {
            summary.differences.iter().find(|row| row.strategy == strategy && row.outcome == name)
        };
        out.line("");
        out.line(format!("Difference from {comparator}, the same patients compared"));
        write_aligned(&mut out, &rows(summary, group, find, Format::signed));
    }
    out.line("");
    out.line(match (settings.draws, summary.parameters.is_empty()) {
        (1, _) => "±: 1.96 Monte Carlo standard errors.",
        (_, true) => "In brackets: 95 % of the draws. No figure is uncertain: draws differ by chance only.",
        _ => "In brackets: 95 % of the draws. Monte Carlo errors stand in summary.csv.",
    });
    for warning in warnings {
        out.line(format!("Warning: {warning}"));
    }
    out.finish()
}

/// Rows of a table, and how many of them are its heading.
struct Rows {
    cells: Vec<Vec<String>>,
    heading: usize,
}

/// Heading, and one row a headline outcome that some strategy of the group has.
fn rows<'a>(
    summary: &Summary,
    group: &[usize],
    find: impl Fn(usize, &str) -> Option<&'a OutcomeRow>,
    format: impl Fn(Format) -> Format,
) -> Rows {
    let labels: Vec<Vec<String>> = group.iter().map(|strategy| wrapped(&summary.labels[*strategy])).collect();
    let heading = labels.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = Vec::new();
    for line in 0..heading {
        // Short labels stand at the foot of the heading.
        let part = |label: &Vec<String>| {
            let from_top = (line + label.len()).checked_sub(heading);
            from_top.and_then(|at| label.get(at)).cloned().unwrap_or_default()
        };
        rows.push(std::iter::once(String::new()).chain(labels.iter().map(part)).collect());
    }
    for (name, words) in HEADLINES {
        let found: Vec<Option<&OutcomeRow>> = group.iter().map(|strategy| find(*strategy, name)).collect();
        let Some(any) = found.iter().flatten().next() else { continue };
        let words = match name {
            "costs" => format!("{words}, {}", any.unit),
            _ => words.to_owned(),
        };
        let cells = found
            .iter()
            .map(|row| row.map_or("-".to_owned(), |row| format(Format::of(name, &row.unit)).band(&row.band)));
        rows.push(std::iter::once(words).chain(cells).collect());
    }
    Rows { cells: rows, heading }
}

/// A label in lines of the width of a column; what is left after the last is cut.
fn wrapped(label: &str) -> Vec<String> {
    let (width, most) = LABEL;
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        lines.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    lines
}

/// Writes rows in columns: the first to the left, the others to the right; the heading is underlined.
fn write_aligned(out: &mut Text, Rows { cells: rows, heading }: &Rows) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let rule = "-".repeat(widths.iter().sum::<usize>() + 3 * columns.saturating_sub(1));
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        out.line(cells.collect::<Vec<_>>().join("   "));
        if index + 1 == *heading {
            out.line(&rule);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters() {
        let cells = [["", "á"], ["word", "1.00"]].map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let mut out = Text::default();
        write_aligned(&mut out, &Rows { cells, heading: 1 });
        assert_eq!(out.finish(), "          á\n-----------\nword   1.00\n");
    }

    #[test]
    fn long_labels_take_several_lines() {
        assert_eq!(wrapped("Blinatumomab"), ["Blinatumomab"]);
        let long =
            "Chemotherapy, blinatumomab after it failed, and much else that no column can hold in full";
        let lines = ["Chemotherapy, blinatumomab", "after it failed, and much", "else that no column can…"];
        assert_eq!(wrapped(long), lines);
    }
}
