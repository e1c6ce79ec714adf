//! The short table after a run: strategies side by side, what each adds to the first, and what to be told.

use super::economics::{differences, section};
use super::number::{Format, grouped};
use super::output::Text;
use super::terminal::{width, wrapped};
use crate::demand::DemandAnswers;
use crate::economics::Evaluation;
use crate::model::{Discount, Model, Settings};
use crate::summary::{OutcomeRow, Summary};
use crate::trial::TrialResults;

/// What the table shows, in this order, and in which words.
const HEADLINES: [(&str, &str); 15] = [
    ("life_years", "life years"),
    ("qalys", "QALYs"),
    ("costs", "costs"),
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
/// Columns of a line of a label, and lines.
const LABEL: (usize, usize) = (24, 3);
/// Columns of a screen below which costs stand in thousands.
const SHORT: usize = 100;
/// Columns between two columns of the table.
const GAP: usize = 3;

/// The table of a run, of the exact engine or of the other, in so many columns; whole where there is no limit.
pub(super) fn table(
    model: &Model,
    summary: &Summary,
    (evaluation, demand, trials): (Option<&Evaluation>, Option<&DemandAnswers>, Option<&TrialResults>),
    exact: bool,
    columns: Option<usize>,
) -> String {
    let settings = &model.settings;
    let mut out = Text::default();
    let say = |out: &mut Text, text: &str| wrapped(text, columns).iter().for_each(|line| out.line(line));
    say(&mut out, &model.title);
    say(&mut out, &model.population.label);
    let (patients, draws) = (grouped(settings.patients as f64, 0), grouped(f64::from(settings.draws), 0));
    let people = if settings.patients == 1 { "patient" } else { "patients" };
    let times = if settings.draws == 1 { "draw" } else { "draws" };
    let who =
        if exact { "Means, computed without chance,".to_owned() } else { format!("{patients} {people}") };
    say(&mut out, &format!("{who} under every strategy in {draws} {times} of the uncertain figures"));
    let strategies: Vec<usize> = (0..summary.strategies.len()).collect();
    let find = |strategy, name: &str| summary.outcome(strategy, name);
    // Two strategies beside the words of a row then fit into 80 columns.
    let short = columns.is_some_and(|columns| columns < SHORT);
    let rows = |group: &[usize], find: &Found<'_>, format: fn(Format) -> Format| {
        rows(summary, (settings, short), group, find, format)
    };
    for rows in abreast(&strategies, columns, |group| rows(group, &find, |format| format)) {
        out.line("");
        write_aligned(&mut out, &rows, columns);
    }
    let comparator = summary.labels.first().map_or_else(String::new, |label| heading(label).join(" "));
    let differences = differences(summary, evaluation);
    let find =
        |strategy, name: &str| differences.iter().find(|row| row.strategy == strategy && row.outcome == name);
    let others = strategies.get(1..).unwrap_or_default();
    for rows in abreast(others, columns, |group| rows(group, &find, Format::signed)) {
        out.line("");
        say(&mut out, &format!("Difference from {comparator}, the same patients compared"));
        write_aligned(&mut out, &rows, columns);
    }
    if let Some((economics, evaluation)) = model.economics.as_ref().zip(evaluation) {
        section(&mut out, (model, economics), summary, evaluation, columns);
    }
    if let Some(answers) = demand {
        super::needs::section(&mut out, model, answers, columns);
    }
    if let Some(results) = trials {
        super::trial::section(&mut out, model, results, columns);
    }
    out.line("");
    let brackets = match (settings.draws, summary.parameters.is_empty()) {
        (1, _) if exact => "One draw, no Monte Carlo error.",
        (_, false) if exact => "In brackets: 95 % of the draws.",
        (_, true) if exact => "No figure is uncertain: all draws are the same.",
        (1, _) => "±: 1.96 Monte Carlo standard errors.",
        (_, false) if settings.patients == 1 => {
            "In brackets: 95 % of the draws of one patient each: how patients differ, not how well a mean is known."
        }
        (_, true) => "In brackets: 95 % of the draws. No figure is uncertain: draws differ by chance only.",
        _ => "In brackets: 95 % of the draws. Monte Carlo errors stand in summary.csv.",
    };
    say(&mut out, brackets);
    out.finish()
}

/// What to be told of a run, below its table and plot.
pub(super) fn warned(out: &mut Text, warnings: &[String], columns: Option<usize>) {
    for warning in warnings {
        wrapped(&format!("Warning: {warning}"), columns).iter().for_each(|line| out.line(line));
    }
}

/// Tables of as many strategies side by side as fit, the others below.
pub(super) fn abreast(
    strategies: &[usize],
    columns: Option<usize>,
    rows: impl Fn(&[usize]) -> Rows,
) -> Vec<Rows> {
    let mut count = ABREAST;
    loop {
        let tables: Vec<Rows> = strategies.chunks(count).map(&rows).collect();
        let fits = columns.is_none_or(|columns| tables.iter().all(|rows| rows.width() <= columns));
        if fits || count == 1 {
            return tables;
        }
        count -= 1;
    }
}

/// Rows of a table, and how many of them are its heading.
pub(super) struct Rows {
    pub(super) cells: Vec<Vec<String>>,
    pub(super) heading: usize,
}

/// The heading of a group of strategies, without rows yet.
pub(super) fn heading_rows(summary: &Summary, group: &[usize]) -> Rows {
    let labels: Vec<Vec<String>> = group.iter().map(|strategy| heading(&summary.labels[*strategy])).collect();
    let height = labels.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = Vec::new();
    for line in 0..height {
        // Short labels stand at the foot of the heading.
        let part = |label: &Vec<String>| {
            let from_top = (line + label.len()).checked_sub(height);
            from_top.and_then(|at| label.get(at)).cloned().unwrap_or_default()
        };
        rows.push(std::iter::once(String::new()).chain(labels.iter().map(part)).collect());
    }
    Rows { cells: rows, heading: height }
}

/// The row of an outcome of a strategy.
type Found<'a> = dyn Fn(usize, &str) -> Option<&'a OutcomeRow> + 'a;

/// Heading, and one row a headline outcome that some strategy of the group has; costs in thousands where that is short.
fn rows(
    summary: &Summary,
    (settings, short): (&Settings, bool),
    group: &[usize],
    find: &Found<'_>,
    format: fn(Format) -> Format,
) -> Rows {
    let mut rows = heading_rows(summary, group);
    for (name, words) in HEADLINES {
        let found: Vec<Option<&OutcomeRow>> = group.iter().map(|strategy| find(*strategy, name)).collect();
        let Some(any) = found.iter().flatten().next() else { continue };
        let Discount { costs, effects, .. } = settings.discount;
        let at = |rate: f64| if rate > 0.0 { "discounted" } else { "not discounted" };
        let words = match name {
            "qalys" => format!("{words}, {}", at(effects)),
            "costs" => format!("{words}, {}, {}{}", at(costs), if short { "k" } else { "" }, any.unit),
            _ => words.to_owned(),
        };
        let format = |row: &OutcomeRow| {
            let own = format(Format::of(name, &row.unit));
            if short && name == "costs" { own.thousands() } else { own }
        };
        let cells = found.iter().map(|row| row.map_or("-".to_owned(), |row| format(row).band(&row.band)));
        rows.cells.push(std::iter::once(words).chain(cells).collect());
    }
    rows
}

/// A label in lines of the width of a column; what is left after the last is cut.
fn heading(label: &str) -> Vec<String> {
    let (columns, most) = LABEL;
    let mut lines = wrapped(label, Some(columns));
    if lines.len() > most {
        lines.truncate(most);
        lines.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    lines
}

impl Rows {
    /// Widths of the columns.
    fn widths(&self) -> Vec<usize> {
        let columns = self.cells.iter().map(Vec::len).max().unwrap_or(0);
        let of = |column: usize| {
            self.cells.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        };
        (0..columns).map(of).collect()
    }

    /// Width of the table.
    fn width(&self) -> usize {
        let widths = self.widths();
        widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
    }
}

/// Writes rows in columns: the first to the left, the others to the right; the heading is underlined. Where even that
/// is too wide, what a row is about stands in a line of its own.
pub(super) fn write_aligned(out: &mut Text, rows: &Rows, columns: Option<usize>) {
    let mut widths = rows.widths();
    let narrow = columns.is_some_and(|columns| rows.width() > columns);
    if narrow {
        widths.iter_mut().take(1).for_each(|first| *first = 0);
    }
    let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    for (index, row) in rows.cells.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, columns)) in row.iter().zip(&widths).enumerate() {
            let space = columns.saturating_sub(width(cell));
            match column {
                0 if narrow && cell.is_empty() => {}
                0 if narrow => out.line(cell),
                0 => line = format!("{cell}{:space$}", ""),
                _ => line = format!("{line}{:GAP$}{:space$}{cell}", "", ""),
            }
        }
        out.line(line);
        if index + 1 == rows.heading {
            out.line("-".repeat(total));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[[&str; 2]], columns: Option<usize>) -> String {
        let cells = cells.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let mut out = Text::default();
        write_aligned(&mut out, &Rows { cells, heading: 1 }, columns);
        out.finish()
    }

    #[test]
    fn columns_are_aligned_by_what_characters_take() {
        assert_eq!(written(&[["", "á"], ["word", "1.00"]], None), "          á\n-----------\nword   1.00\n");
        assert_eq!(
            written(&[["", "化疗"], ["word", "1.0"]], None),
            "       化疗\n-----------\nword    1.0\n"
        );
    }

    #[test]
    fn a_narrow_terminal_has_a_line_for_what_a_row_is_about() {
        let text = written(&[["", "one"], ["long words", "1.00"]], Some(12));
        assert_eq!(text, "    one\n-------\nlong words\n   1.00\n");
    }

    #[test]
    fn as_many_strategies_stand_side_by_side_as_fit() {
        let rows = |group: &[usize]| {
            let cells = std::iter::once("words").chain(group.iter().map(|_| "1.00")).map(str::to_owned);
            Rows { cells: vec![cells.collect()], heading: 0 }
        };
        let tables = |columns| abreast(&[0, 1, 2, 3], columns, rows).len();
        assert_eq!([None, Some(26), Some(25), Some(18), Some(5)].map(tables), [2, 2, 2, 4, 4]);
    }

    #[test]
    fn long_labels_take_several_lines() {
        assert_eq!(heading("Blinatumomab"), ["Blinatumomab"]);
        let long =
            "Chemotherapy, blinatumomab after it failed, and much else that no column can hold in full";
        let lines = ["Chemotherapy,", "blinatumomab after it", "failed, and much else…"];
        assert_eq!(heading(long), lines);
    }
}
