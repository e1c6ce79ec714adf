//! A thin layer over the plotting library: panels with axes of given ends, one legend below all.

use super::ink::{BEHIND, Ink, POINTED};
use super::words::{fitted, lines, shortened, width as width_of};
use kuva::prelude::*;
use kuva::render::figure::Figure as Grid;
use kuva::render::render::{Primitive, Scene, TextAnchor};
use std::sync::Arc;

/// Pixels around a grid of panels.
pub(super) const PADDING: f64 = 8.0;
/// Sizes of letters: of titles from the largest to the least, of labels of axes, of ticks and legends.
const TITLE: (u32, u32) = (15, 11);
const HEADING: (u32, u32) = (17, 11);
const LABEL: u32 = 13;
const SMALL: u32 = 12;
/// Pixels between panels, and those of a legend's box beside its labels.
const SPACING: f64 = 12.0;
const SIGN: f64 = 45.0;
/// So many letters that the library breaks no line itself.
const UNBROKEN: usize = 10_000;

/// An axis with its ends, ticks and unit.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) label: String,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) step: f64,
    pub(super) format: fn(f64) -> String,
}

impl Axis {
    /// Probabilities from 0 to 1.
    pub(super) fn probability(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            from: 0.0,
            to: 1.0,
            step: 0.2,
            format: super::super::rounded::percent,
        }
    }

    /// Months from 0.
    pub(super) fn months(label: &str, to: f64) -> Self {
        let steps = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0];
        let step = steps.into_iter().find(|step| to / step <= 6.5).unwrap_or(240.0);
        Self { label: label.to_owned(), from: 0.0, to, step, format: |value| format!("{value:.0}") }
    }

    /// From the smallest to the largest of some values, at round ticks.
    pub(super) fn over(label: &str, values: impl Iterator<Item = f64>, format: fn(f64) -> String) -> Self {
        let ends = values.filter(|value| value.is_finite()).fold(None, |ends: Option<(f64, f64)>, value| {
            Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        });
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        // Room about a single value, enough for ticks as coarse as it is large.
        let room = (0.05 * low.abs()).max(0.5);
        let (low, high) = if low < high { (low, high) } else { (low - room, high + room) };
        let mut step = round_step((high - low) / 5.0);
        loop {
            let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
            let ticks =
                (0..=((to - from) / step).round() as u32).map(|tick| format(from + f64::from(tick) * step));
            let ticks: Vec<String> = ticks.collect();
            // Ticks of which two look alike are closer than their words tell.
            if ticks.len() < 3 || ticks.windows(2).all(|pair| pair[0] != pair[1]) {
                return Self { label: label.to_owned(), from, to, step, format };
            }
            step = round_step(1.5 * step);
        }
    }

    /// Whole things from 0, with room above the most.
    pub(super) fn count(label: &str, most: f64) -> Self {
        let step = round_step(most.max(1.0) / 5.0).max(1.0).ceil();
        let to = ((most.max(1.0) / step).floor() + 1.0) * step;
        let format = |value| super::super::rounded::grouped(value, 0);
        Self { label: label.to_owned(), from: 0.0, to, step, format }
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is no less than `least`: a tick has one digit that counts more than
/// the last, and is written without being rounded.
fn round_step(least: f64) -> f64 {
    // Each power by itself: multiplied up they would gather rounding.
    let powers = (-12..=300).map(|exponent| 10.0_f64.powi(exponent));
    let power = powers.take_while(|power| *power <= least).last().unwrap_or(1e-12);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

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
    /// Where the numbers of the horizontal axis end, if before its end.
    pub(super) until: Option<f64>,
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
            until: None,
            words: Vec::new(),
        }
    }

    /// A panel with rows in place of a vertical axis, from the top; see [`Panel::height`].
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
        self.line(vec![(from, low), (from, high)], POINTED, 1.0, LineStyle::Dotted);
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

    /// Draws a bar of a row, or one of `parts` side by side.
    pub(super) fn bar(&mut self, (from, to): (f64, f64), height: f64, colour: &str, parts: usize) {
        // A filled band: the ends of thick lines are round in some viewers, and would lie beyond the value.
        let half = 0.34 / parts.max(1) as f64;
        let (low, high) = (height - half, height + half);
        let bar = BandPlot::new([from, to], [low, low], [high, high]);
        self.plots.push(bar.with_color(colour).with_opacity(1.0).into());
    }

    /// Fills a box: a cell of a grid.
    pub(super) fn cell(&mut self, (left, right): (f64, f64), (low, high): (f64, f64), colour: &str) {
        let cell = BandPlot::new([left, right], [low, low], [high, high]);
        self.plots.push(cell.with_color(colour).with_opacity(1.0).into());
    }

    /// Writes a text with its middle just above a place.
    pub(super) fn write(&mut self, (x, y): (f64, f64), text: &str) {
        self.words.push(TextAnnotation::new(text, x, y).with_color(POINTED).with_font_size(12));
    }

    /// Draws a straight line over the whole panel.
    pub(super) fn rule(&mut self, rule: ReferenceLine) {
        self.rules.push(rule.with_color(BEHIND).with_stroke_width(1.2));
    }

    /// Lines of the title and of the horizontal label, which stand over and under the middle of the axes.
    fn middles(&self, width: f64) -> (u32, Vec<String>, Vec<String>) {
        let (size, title) = fitted(&self.title, TITLE, width - 2.0 * MARGIN);
        (size, title, lines(&self.x.label, f64::from(LABEL), width - 2.0 * MARGIN))
    }

    fn layout(&self, (width, height): (f64, f64)) -> Layout {
        let format = |format: fn(f64) -> String, until: f64| {
            let within = until + 1e-9 * until.abs();
            TickFormat::Custom(Arc::new(
                move |value| if value > within { String::new() } else { format(value) },
            ))
        };
        let (size, title, under) = self.middles(width);
        let beside = lines(&self.y.label, f64::from(LABEL), height - BESIDE).join("\n");
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
            .with_x_tick_format(format(self.x.format, self.until.unwrap_or(f64::MAX)))
            .with_y_axis_min(self.y.from)
            .with_y_axis_max(self.y.to)
            .with_y_label_wrap(UNBROKEN);
        layout = if self.rows.is_empty() {
            let layout = layout.with_y_label(beside).with_y_tick_step(self.y.step);
            layout.with_y_tick_format(format(self.y.format, f64::MAX))
        } else {
            let row = |own: &String| shortened(own, f64::from(SMALL), width * ROW);
            let layout = layout.with_y_categories(self.rows.iter().rev().map(row).collect());
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

/// Pixels between words and the edge of their panel; those of a panel's height beside its vertical axis that its label
/// does not have; and the share of a panel's width that the name of a row may have.
const MARGIN: f64 = 4.0;
const BESIDE: f64 = 70.0;
const ROW: f64 = 0.55;

/// Ends of an axis at which an interval is cut, and how far the head of an arrow reaches back from each.
fn cuts((low, high): (f64, f64), (from, to): (f64, f64)) -> Vec<(f64, f64)> {
    let head = 0.015 * (to - from);
    let lower = (low < from).then_some((from, from + head));
    lower.into_iter().chain((high > to).then_some((to, to - head))).collect()
}

/// Entries whose labels are too wide go on in a line below, which has no sign of its own.
fn wrapped(legend: Vec<LegendEntry>, most: f64) -> Vec<LegendEntry> {
    let entry = |own: LegendEntry| {
        let labels = lines(&own.label, f64::from(SMALL), most).into_iter().enumerate();
        let each = labels.map(move |(at, label)| match at {
            0 => LegendEntry { label, ..own.clone() },
            _ => LegendEntry { label, color: "none".to_owned(), shape: LegendShape::Line, dasharray: None },
        });
        each.collect::<Vec<_>>()
    };
    legend.into_iter().flat_map(entry).collect()
}

/// Moves words that stand over the middle of axes, and are wider than these allow, into their panel.
fn slid_in(scene: &mut Scene, all: &[String], panel: f64) {
    let mut within = false;
    for own in &mut scene.elements {
        match own {
            Primitive::GroupStart { .. } => within = true,
            Primitive::Text { x, content, size, anchor: TextAnchor::Middle, rotate: None, .. }
                if within && all.contains(content) =>
            {
                let half = width_of(content, f64::from(*size)) / 2.0;
                *x = x.min(panel - MARGIN - half).max(MARGIN + half);
            }
            _ => {}
        }
    }
}

/// Panels side by side, so many in a row, each of this size, and the legend below them.
pub(super) fn drawn(
    title: &str,
    panels: Vec<Panel>,
    columns: usize,
    (width, height): (f64, f64),
    legend: Vec<LegendEntry>,
) -> Scene {
    let columns = columns.min(panels.len()).max(1);
    let heights = vec![height; panels.len().div_ceil(columns)];
    laid_out(title, panels, columns, (width, &heights), legend)
}

/// Panels below each other, each as high as it says, and the legend below them.
pub(super) fn stacked(title: &str, panels: Vec<(Panel, f64)>, width: f64, legend: Vec<LegendEntry>) -> Scene {
    let (panels, heights): (Vec<Panel>, Vec<f64>) = panels.into_iter().unzip();
    laid_out(title, panels, 1, (width, &heights), legend)
}

fn laid_out(
    mut title: &str,
    mut panels: Vec<Panel>,
    columns: usize,
    (width, heights): (f64, &[f64]),
    legend: Vec<LegendEntry>,
) -> Scene {
    // One panel without a heading takes that of the whole.
    if let [only] = &mut panels[..]
        && only.title.is_empty()
    {
        title.clone_into(&mut only.title);
        title = "";
    }
    let height = |at: usize| heights.get(at / columns).copied().unwrap_or(width);
    let sized = panels.iter().enumerate();
    let layouts = sized.map(|(at, panel)| panel.layout((width, height(at)))).collect();
    let middles = panels.iter().map(|panel| panel.middles(width));
    let middles: Vec<String> = middles.flat_map(|(_, title, under)| title.into_iter().chain(under)).collect();
    let whole = columns as f64 * (width + SPACING) - SPACING;
    let grid = Grid::new(heights.len(), columns);
    let grid = if title.is_empty() {
        grid
    } else {
        let (size, _) = fitted(title, HEADING, whole);
        grid.with_title(shortened(title, f64::from(size), whole)).with_title_size(size)
    };
    let grid = grid
        .with_layouts(layouts)
        .with_plots(panels.into_iter().map(|panel| panel.plots).collect())
        .with_cell_size(width, heights.iter().copied().fold(0.0, f64::max))
        .with_spacing(SPACING)
        .with_padding(PADDING);
    let each = heights.iter().enumerate();
    let grid = each.fold(grid, |grid, (row, height)| grid.with_row_height(row, *height));
    let grid = if legend.is_empty() {
        grid
    } else {
        grid.with_shared_legend_bottom().with_shared_legend_entries(wrapped(legend, whole - SIGN))
    };
    let mut scene = grid.render();
    slid_in(&mut scene, &middles, width);
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_ticks() {
        let told = |value: f64| format!("{value:.3}");
        let axis = Axis::over("", [3.1, 88.0].into_iter(), told);
        assert_eq!((axis.from, axis.to, axis.step), (0.0, 100.0, 20.0));
        let axis = Axis::over("", [-0.011, 0.034].into_iter(), told);
        assert!((axis.from + 0.02).abs() < 1e-12 && (axis.to - 0.04).abs() < 1e-12, "{axis:?}");
        let axis = Axis::over("", [3040.0].into_iter(), told);
        assert_eq!((axis.from, axis.to, axis.step), (2800.0, 3200.0, 100.0));
        // Ticks of a half would be told as whole numbers.
        let axis = Axis::over("", [0.0, 2.0].into_iter(), |value| format!("{value:.0}"));
        assert_eq!((axis.from, axis.to, axis.step), (0.0, 2.0, 1.0));
        assert_eq!(Axis::months("", 60.0).step, 12.0);
        let counts = [0.0, 1.0, 4.0, 7.0, 23.0, 420.0].map(|most| Axis::count("", most));
        assert_eq!(
            counts.map(|axis| (axis.to, axis.step)),
            [(2.0, 1.0), (2.0, 1.0), (5.0, 1.0), (8.0, 2.0), (25.0, 5.0), (500.0, 100.0)]
        );
    }
}
