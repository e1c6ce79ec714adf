//! One set of axes and the marks in it: lines, bands, bars, intervals, words.

use super::axis::Axis;
use super::ink::{BEHIND, Ink, POINTED};
use super::words::{capped, fitted, lines, width as width_of};
use kuva::prelude::*;
use std::sync::Arc;

/// Sizes of letters: of titles from the largest to the least, of labels of axes, of ticks and legends.
const TITLE: (u32, u32) = (15, 11);
const LABEL: u32 = 13;
pub(super) const SMALL: u32 = 12;
/// So many letters that the library breaks no line itself.
const UNBROKEN: usize = 10_000;
/// Pixels from a line of words to the next.
pub(super) const LINE: f64 = 13.0;
/// Pixels between words and the edge of their panel; those of a panel's height beside its vertical axis that its label
/// does not have; and the share of a panel's width that the name of a row may have.
pub(super) const MARGIN: f64 = 4.0;
const BESIDE: f64 = 70.0;
const ROW: f64 = 0.55;
/// Pixels of half a disc with a number, and of the foot of letters above the place of which they are told.
const DISC: f64 = 7.5;
const ABOVE: f64 = 6.0;
/// Pixels of the height of a panel that its title and the labels below its axis take.
const AROUND: f64 = 93.0;

/// One set of axes and what is drawn in it.
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// Rows of a table in place of a vertical axis, from the top.
    pub(super) rows: Vec<String>,
    /// Columns of a table in place of a horizontal axis, from the left.
    pub(super) columns: Vec<String>,
    pub(super) plots: Vec<Plot>,
    pub(super) rules: Vec<ReferenceLine>,
    pub(super) shaded: Option<(f64, f64)>,
    words: Vec<TextAnnotation>,
}

impl Panel {
    pub(super) fn new(title: &str, x: Axis, y: Axis) -> Self {
        let title = title.to_owned();
        Self {
            title,
            x,
            y,
            rows: Vec::new(),
            columns: Vec::new(),
            plots: Vec::new(),
            rules: Vec::new(),
            shaded: None,
            words: Vec::new(),
        }
    }

    /// The same with a label beside the vertical axis: what its rows are.
    pub(super) fn called(mut self, rows: &str) -> Self {
        rows.clone_into(&mut self.y.label);
        self
    }

    /// A panel with rows in place of a vertical axis, from the top, which may have several lines; see [`Panel::height`].
    pub(super) fn of_rows(title: &str, x: Axis, rows: Vec<String>) -> Self {
        let to = rows.len() as f64 + 0.5;
        let y = Axis { label: String::new(), from: 0.5, to, step: 1.0, format: |_| String::new() };
        Self { rows, ..Self::new(title, x, y) }
    }

    /// Where a row is, and the part of it that is `part` of `parts` from the top.
    pub(super) fn height(&self, row: usize, part: usize, parts: usize) -> f64 {
        let within = (part as f64 + 0.5) / parts.max(1) as f64 - 0.5;
        (self.rows.len() - row) as f64 - 0.8 * within
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, colour: &str, width: f64, style: LineStyle) {
        let line = LinePlot::new().with_data(points).with_color(colour);
        self.plots.push(line.with_stroke_width(width).with_line_style(style).into());
    }

    /// Fills between two lines.
    pub(super) fn band(&mut self, points: &[(f64, f64, f64)], colour: &str) {
        let x = points.iter().map(|(x, _, _)| *x);
        let (low, high) = (points.iter().map(|(_, low, _)| *low), points.iter().map(|(_, _, high)| *high));
        let band = BandPlot::new(x, low, high).with_color(colour).with_opacity(0.16);
        self.plots.push(band.into());
    }

    /// Fills between two lines, not to be seen through: a layer of a stack.
    pub(super) fn layer(&mut self, points: &[(f64, f64, f64)], colour: &str) {
        let x = points.iter().map(|(x, _, _)| *x);
        let (low, high) = (points.iter().map(|(_, low, _)| *low), points.iter().map(|(_, _, high)| *high));
        self.plots.push(BandPlot::new(x, low, high).with_color(colour).with_opacity(1.0).into());
        // A line between layers, for those who see grey.
        let edge: Vec<(f64, f64)> = points.iter().map(|(x, _, high)| (*x, *high)).collect();
        self.line(edge, "white", 0.8, LineStyle::Solid);
    }

    /// Draws an interval along the horizontal axis, with ends.
    pub(super) fn whisker(&mut self, (low, high): (f64, f64), height: f64, end: f64) {
        self.interval((low, high), height, POINTED, 1.2);
        let within = self.x.from..=self.x.to;
        for at in [low, high].into_iter().filter(|at| within.contains(at)) {
            self.line(vec![(at, height - end), (at, height + end)], POINTED, 1.2, LineStyle::Solid);
        }
    }

    /// Draws an interval along the horizontal axis; where the picture cuts it an arrow points on.
    pub(super) fn interval(&mut self, (low, high): (f64, f64), height: f64, colour: &str, width: f64) {
        let (from, to) = (self.x.from, self.x.to);
        let ends = vec![(low.clamp(from, to), height), (high.clamp(from, to), height)];
        self.line(ends, colour, width, LineStyle::Solid);
        let half = if self.rows.is_empty() { 0.015 * (self.y.to - self.y.from) } else { 0.13 };
        for (edge, back) in cuts((low, high), (from, to)) {
            let head = vec![(back, height - half), (edge, height), (back, height + half)];
            self.line(head, colour, width, LineStyle::Solid);
        }
    }

    /// The same along the vertical axis.
    pub(super) fn upright(&mut self, (low, high): (f64, f64), at: f64, colour: &str, width: f64) {
        let (from, to) = (self.y.from, self.y.to);
        let ends = vec![(at, low.clamp(from, to)), (at, high.clamp(from, to))];
        self.line(ends, colour, width, LineStyle::Solid);
        let half = 0.01 * (self.x.to - self.x.from);
        for (edge, back) in cuts((low, high), (from, to)) {
            let head = vec![(at - half, back), (at, edge), (at + half, back)];
            self.line(head, colour, width, LineStyle::Solid);
        }
    }

    /// Greys what is drawn behind it, as the ground of [`Panel::shaded`], which a stack would hide.
    pub(super) fn veil(&mut self, (from, to): (f64, f64)) {
        let (low, high) = (self.y.from, self.y.to);
        let veil = BandPlot::new([from, to], [low, low], [high, high]).with_color(BEHIND);
        self.plots.push(veil.with_opacity(0.3).into());
        self.line(vec![(from, low), (from, high)], POINTED, 1.0, LineStyle::Solid);
    }

    /// Draws many points that may lie on each other.
    pub(super) fn cloud(&mut self, points: Vec<(f64, f64)>, ink: Ink) {
        let cloud = ScatterPlot::new().with_data(points).with_color(ink.colour).with_size(2.4);
        self.plots.push(cloud.with_marker(ink.marker).with_marker_opacity(0.35).into());
    }

    /// Draws a marker with its interval along the vertical axis.
    pub(super) fn point(&mut self, at: (f64, f64), interval: Option<(f64, f64)>, ink: Ink) {
        if let Some(ends) = interval {
            self.upright(ends, at.0, ink.colour, 1.4);
        }
        self.mark(at, ink, 4.5);
    }

    /// Draws a marker with its interval along the horizontal axis.
    pub(super) fn across(&mut self, at: (f64, f64), interval: Option<(f64, f64)>, ink: Ink) {
        if let Some(ends) = interval {
            self.interval(ends, at.1, ink.colour, 1.4);
        }
        self.mark(at, ink, 4.5);
    }

    /// Draws a curve of many points, with markers along it that tell it from others where dashes cannot be seen.
    pub(super) fn curve(&mut self, points: Vec<(f64, f64)>, ink: Ink, strategy: usize) {
        let every = (points.len() / 6).max(1);
        let first = (every / 2 + strategy * every / 5) % every;
        let marks: Vec<(f64, f64)> = points.iter().copied().skip(first).step_by(every).collect();
        self.line(points, ink.colour, 2.0, ink.style());
        let marks = ScatterPlot::new().with_data(marks).with_color(ink.colour).with_size(4.0);
        self.plots.push(marks.with_marker(ink.marker).into());
    }

    /// Draws a marker.
    pub(super) fn mark(&mut self, at: (f64, f64), ink: Ink, size: f64) {
        let point = ScatterPlot::new().with_data([at]).with_color(ink.colour).with_size(size);
        self.plots.push(point.with_marker(ink.marker).into());
    }

    /// Draws a disc with a rim of a colour, and a number in it, for those who see grey. `high` is the height of the panel in
    /// pixels.
    pub(super) fn badge(&mut self, (x, y): (f64, f64), rim: &'static str, number: Option<usize>, high: f64) {
        for (colour, size) in [(rim, DISC), ("white", DISC - 1.0)] {
            self.mark((x, y), Ink::flat(colour), size);
        }
        // The library writes the foot of the letters so many pixels above the place.
        let down = (ABOVE + 0.36 * f64::from(SMALL)) / (high - AROUND) * (self.y.to - self.y.from);
        number.into_iter().for_each(|number| self.write((x, y - down), &number.to_string(), SMALL));
    }

    /// Draws a bar of a row, or one of `parts` side by side.
    pub(super) fn bar(&mut self, (from, to): (f64, f64), height: f64, ink: Ink, parts: usize) {
        // A filled band: the ends of thick lines are round in some viewers, and would lie beyond the value.
        let half = 0.34 / parts.max(1) as f64;
        let (low, high) = (height - half, height + half);
        let bar = BandPlot::new([from, to], [low, low], [high, high]);
        self.plots.push(bar.with_color(ink.fill()).with_opacity(1.0).into());
    }

    /// Fills a box: a cell of a grid.
    pub(super) fn cell(&mut self, (left, right): (f64, f64), (low, high): (f64, f64), colour: &str) {
        let cell = BandPlot::new([left, right], [low, low], [high, high]);
        self.plots.push(cell.with_color(colour).with_opacity(1.0).into());
    }

    /// Writes a text in letters of a size, with its middle just above a place.
    pub(super) fn write(&mut self, (x, y): (f64, f64), text: &str, size: u32) {
        self.words.push(TextAnnotation::new(text, x, y).with_color(POINTED).with_font_size(size));
    }

    /// Draws a straight line over the whole panel.
    pub(super) fn rule(&mut self, rule: ReferenceLine) {
        self.rules.push(rule.with_color(BEHIND).with_stroke_width(1.2));
    }

    /// Lines of the title and of the horizontal label, which stand over and under the middle of the axes.
    pub(super) fn middles(&self, width: f64) -> (u32, Vec<String>, Vec<String>) {
        let (size, title) = fitted(&self.title, TITLE, width - 2.0 * MARGIN);
        (size, title, lines(&self.x.label, f64::from(LABEL), width - 2.0 * MARGIN))
    }

    /// Lines of the names of rows, from the lowest row: as many as the height of a row has room for.
    pub(super) fn row_lines(&self, (width, height): (f64, f64)) -> Vec<Vec<String>> {
        let room = (height - BESIDE) / self.rows.len().max(1) as f64;
        let most = (room / LINE).max(1.0) as usize;
        let row = |own: &String| {
            let each = own.split('\n').flat_map(|part| lines(part, f64::from(SMALL), width * ROW));
            capped(each.collect(), most, f64::from(SMALL), width * ROW)
        };
        self.rows.iter().rev().map(row).collect()
    }

    pub(super) fn layout(&self, (width, height): (f64, f64)) -> Layout {
        let format = |format: fn(f64) -> String| TickFormat::Custom(Arc::new(format));
        let (size, title, under) = self.middles(width);
        // A label of rows may be longer than its axis, which is low where the rows are few.
        let room = height - if self.rows.is_empty() { BESIDE } else { 6.0 * MARGIN };
        let beside = lines(&self.y.label, f64::from(LABEL), room).join("\n");
        let mut layout = Layout::new((self.x.from, self.x.to), (self.y.from, self.y.to))
            .with_title(title.join("\n"))
            .with_title_wrap(UNBROKEN)
            .with_title_size(size)
            .with_label_size(LABEL)
            .with_tick_size(SMALL)
            .with_x_label(under.join("\n"))
            .with_x_label_wrap(UNBROKEN)
            .with_x_axis_min(self.x.from)
            .with_x_axis_max(self.x.to)
            .with_x_tick_step(self.x.step)
            .with_x_tick_format(format(self.x.format))
            .with_y_axis_min(self.y.from)
            .with_y_axis_max(self.y.to)
            .with_y_label_wrap(UNBROKEN);
        layout = if self.rows.is_empty() {
            let layout = layout.with_y_label(beside).with_y_tick_step(self.y.step);
            layout.with_y_tick_format(format(self.y.format))
        } else {
            // The library measures a name by its widest line; its lines are written afterwards.
            let rows = self.row_lines((width, height)).into_iter().map(|lines| {
                let wide = |line: &String| width_of(line, f64::from(SMALL));
                lines.into_iter().max_by(|one, other| wide(one).total_cmp(&wide(other))).unwrap_or_default()
            });
            let layout = layout.with_y_categories(rows.collect());
            if beside.is_empty() { layout } else { layout.with_y_label(beside) }
        };
        if !self.columns.is_empty() {
            layout = layout.with_x_categories(self.columns.clone());
        }
        if let Some((from, to)) = self.shaded {
            layout = layout
                .with_shaded_region(ShadedRegion::vertical(from, to).with_color(BEHIND).with_opacity(0.10));
        }
        let layout = self.words.iter().cloned().fold(layout, Layout::with_annotation);
        self.rules.iter().cloned().fold(layout, Layout::with_reference_line)
    }
}

/// Ends of an axis at which an interval is cut, and how far the head of an arrow reaches back from each.
fn cuts((low, high): (f64, f64), (from, to): (f64, f64)) -> Vec<(f64, f64)> {
    let head = 0.015 * (to - from);
    let lower = (low < from).then_some((from, from + head));
    lower.into_iter().chain((high > to).then_some((to, to - head))).collect()
}
