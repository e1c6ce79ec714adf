//! Overall survival drawn in braille, or in blocks, for a terminal.

use super::number::grouped;
use super::output::Text;
use super::terminal::{cut, width};
use crate::model::CurveKind;
use crate::summary::Summary;

/// Months that are drawn, at most, and at which all curves are read.
const MOST: u32 = 60;
const YEAR: u32 = 12;
/// Lines of the plot, and columns at most; a column is two dots wide, a line four dots high.
const LINES: usize = 10;
const WIDEST: usize = 60;
/// Columns left of the axis.
const MARGIN: usize = 6;
/// Colours of a terminal of 256, the nearest to those of the figures.
const COLOURS: [u8; 7] = [25, 166, 36, 175, 178, 74, 250];
/// Bit of a dot in its braille cell, by line and column of the cell.
const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Dots of a plot, and the strategy that set a cell last.
struct Canvas {
    columns: usize,
    cells: Vec<(u32, Option<usize>)>,
}

impl Canvas {
    fn new(columns: usize) -> Self {
        Self { columns, cells: vec![(0, None); columns * LINES] }
    }

    fn set(&mut self, x: usize, y: usize, strategy: usize) {
        let cell = &mut self.cells[y / 4 * self.columns + x / 2];
        cell.0 |= DOTS[y % 4][x % 2];
        cell.1 = Some(strategy);
    }

    fn line(&self, line: usize, (colours, braille): (bool, bool)) -> String {
        let cells = &self.cells[line * self.columns..(line + 1) * self.columns];
        let shown = |(dots, strategy): &(u32, Option<usize>)| match strategy {
            None => " ".to_owned(),
            Some(strategy) => coloured(&shape(*dots, braille).to_string(), *strategy, colours),
        };
        cells.iter().map(shown).collect()
    }
}

/// The dots of a cell, or the halves of it that they lie in.
fn shape(dots: u32, braille: bool) -> char {
    let half = |lines: [[u32; 2]; 2]| lines.concat().iter().any(|dot| dots & dot != 0);
    let [a, b, c, d] = DOTS;
    match (half([a, b]), half([c, d])) {
        _ if braille => char::from_u32(0x2800 + dots).unwrap_or(' '),
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

fn coloured(text: &str, strategy: usize, colours: bool) -> String {
    let colour = COLOURS[strategy % COLOURS.len()];
    if colours { format!("\u{1b}[38;5;{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Whether the first of two dots in a row of a strategy is left out: without colours dashes tell them apart.
fn gap(strategy: usize, x: usize) -> bool {
    match strategy % 8 {
        0 => false,
        1 => x % 6 >= 4,
        2 => x % 4 >= 2,
        3 => x % 8 == 5 || x % 8 == 7,
        4 => x % 8 >= 2,
        5 => x % 8 >= 6,
        6 => x % 8 >= 4,
        _ => x % 4 == 1,
    }
}

/// Adds the plot, where the run has the curve and the terminal room for it.
pub(super) fn survival(out: &mut Text, summary: &Summary, columns: usize, (colours, braille): (bool, bool)) {
    let rows = || summary.survival.iter().filter(|row| row.curve == CurveKind::Os && row.months <= MOST);
    let Some(last) = rows().map(|row| row.months).max().filter(|last| *last > 0) else { return };
    let room = columns.saturating_sub(MARGIN + 2).min(WIDEST);
    if room < 20 {
        return;
    }
    let mut canvas = Canvas::new(room);
    let (wide, height) = (room * 2, LINES * 4);
    for strategy in 0..summary.strategies.len() {
        let own: Vec<f64> =
            rows().filter(|row| row.strategy == strategy).filter_map(|row| row.band.mean).collect();
        if own.is_empty() {
            continue;
        }
        for x in (0..wide).filter(|x| !gap(strategy, *x)) {
            let month = x as f64 * f64::from(last) / (wide - 1) as f64;
            let (before, part) = (month.floor() as usize, month.fract());
            let at = |month: usize| own[month.min(own.len() - 1)];
            let alive = at(before) + (at(before + 1) - at(before)) * part;
            let y = ((1.0 - alive.clamp(0.0, 1.0)) * (height - 1) as f64).round() as usize;
            canvas.set(x, y, strategy);
        }
    }
    out.line("");
    out.line("Overall survival");
    for line in 0..LINES {
        let label = match line {
            0 => "100 %",
            line if line == LINES / 2 => " 50 %",
            line if line == LINES - 1 => "  0 %",
            _ => "",
        };
        out.line(format!("{label:>MARGIN$}│{}", canvas.line(line, (colours, braille))));
    }
    out.line(format!("{:>MARGIN$}└{}", "", "─".repeat(room)));
    let end = if last == 1 { "1 month".to_owned() } else { format!("{last} months") };
    out.line(format!("{:>MARGIN$} 0{end:>rest$}", "", rest = room - 1));
    let sample = if braille { '⠒' } else { '▄' };
    for (strategy, label) in summary.labels.iter().enumerate() {
        let sample: String = (0..8).map(|x| if gap(strategy, x) { ' ' } else { sample }).collect();
        let room = columns.saturating_sub(MARGIN + 10);
        let parts = read(summary, strategy);
        let whole = parts.join(", ");
        let beside = width(label) + 2 + width(&whole) <= room && !parts.is_empty();
        let label = if beside { format!("{label}: {whole}") } else { cut(label, Some(room)) };
        out.line(format!("{:>MARGIN$} {} {label}", "", coloured(&sample, strategy, colours)));
        // Below it where it does not fit, and in parts where that does not: no number is cut.
        let below = if width(&whole) <= room { vec![whole] } else { parts };
        for part in below.iter().filter(|part| !beside && !part.is_empty()) {
            out.line(format!("{:>MARGIN$} {:>8} {}", "", "", cut(part, Some(room))));
        }
    }
}

/// What is read off a curve at a year and at the end of the plot, and 95 % of the draws.
fn read(summary: &Summary, strategy: usize) -> Vec<String> {
    let own = || {
        let all = summary.survival.iter();
        all.filter(|row| row.strategy == strategy && row.curve == CurveKind::Os && row.months <= MOST)
    };
    let last = own().map(|row| row.months).max();
    let mut months: Vec<u32> = [YEAR].into_iter().chain(last).collect();
    months.dedup();
    let at = |month: &u32| {
        let band = &own().find(|row| row.months == *month)?.band;
        let percent = |share: f64| grouped(100.0 * share, 0);
        let ends = band.lower_95.zip(band.upper_95);
        let ends =
            ends.map_or_else(String::new, |(low, high)| format!(" ({} to {})", percent(low), percent(high)));
        let unit = if *month == 1 { "month" } else { "months" };
        Some(format!("{} %{ends} at {month} {unit}", percent(band.mean?)))
    };
    months.iter().filter_map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::{Band, SurvivalRow};

    fn summary(alive: &[f64]) -> Summary {
        let row = |(months, alive): (u32, &f64)| SurvivalRow {
            strategy: 0,
            curve: CurveKind::Os,
            months,
            band: Band { mean: Some(*alive), ..Band::UNDEFINED },
        };
        Summary {
            strategies: vec!["a".to_owned()],
            labels: vec!["Alpha".to_owned()],
            outcomes: Vec::new(),
            differences: Vec::new(),
            spread: Vec::new(),
            survival: (0..).zip(alive).map(row).collect(),
            events: Vec::new(),
            missed_share: 0.0,
            parameters: Vec::new(),
        }
    }

    fn drawn(alive: &[f64], columns: usize, colours: bool) -> String {
        let mut out = Text::default();
        survival(&mut out, &summary(alive), columns, (colours, true));
        out.finish()
    }

    #[test]
    fn who_all_live_are_a_line_at_the_top_and_who_all_die_one_at_the_bottom() {
        let text = drawn(&[1.0, 1.0, 1.0], 30, false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], format!(" 100 %│{}", "⠉".repeat(22)));
        assert_eq!(lines[3], "      │");
        let text = drawn(&[0.0, 0.0], 30, false);
        assert!(text.contains(&format!("   0 %│{}", "⣀".repeat(22))), "{text}");
        assert!(text.contains("0              1 month") && text.contains("⠒⠒⠒⠒⠒⠒⠒⠒ Alpha"), "{text}");
    }

    #[test]
    fn no_number_is_cut_where_there_is_little_room() {
        let months: Vec<f64> = (0..=24).map(|month| 1.0 - f64::from(month) / 100.0).collect();
        let mut long = summary(&months);
        long.labels = vec!["A strategy of a long name".to_owned()];
        for row in &mut long.survival {
            (row.band.lower_95, row.band.upper_95) = (Some(0.1), Some(0.9));
        }
        let mut out = Text::default();
        survival(&mut out, &long, 50, (false, true));
        let text = out.finish();
        assert!(
            text.contains("88 % (10 to 90) at 12 months\n")
                && text.contains("76 % (10 to 90) at 24 months\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| width(line) <= 50), "{text}");
    }

    #[test]
    fn without_braille_there_are_blocks() {
        let mut out = Text::default();
        survival(&mut out, &summary(&[1.0, 1.0]), 30, (false, false));
        let text = out.finish();
        assert!(
            text.contains(&format!(" 100 %│{}", "▀".repeat(22))) && text.contains("▄▄▄▄▄▄▄▄ Alpha"),
            "{text}"
        );
        assert!(!text.contains(|own| ('\u{2800}'..='\u{28ff}').contains(&own)), "{text}");
    }

    #[test]
    fn colours_are_only_where_they_are_wanted() {
        assert!(drawn(&[1.0, 0.5], 60, true).contains("\u{1b}[38;5;25m"));
        let plain = drawn(&[1.0, 0.5], 60, false);
        assert!(!plain.contains('\u{1b}') && plain.contains("Alpha: 50 % at 1 month"), "{plain}");
        assert_eq!(drawn(&[1.0, 0.5], 20, false), "", "no room");
        assert_eq!(drawn(&[], 60, false), "");
    }
}
