//! Panels on one sheet, one legend below all: a thin layer over the plotting library.

pub(super) use super::axis::Axis;
pub(super) use super::panel::Panel;

use super::finish::{broken, hung_over, sampled, slid_in};
use super::hatch::hatched;
use super::ink::SAMPLE;
use super::panel::SMALL;
use super::words::{fitted, lines, shortened};
use kuva::prelude::*;
use kuva::render::figure::Figure as Grid;
use kuva::render::render::Scene;

/// Pixels around a grid of panels.
pub(super) const PADDING: f64 = 8.0;
/// Sizes of letters of the heading of all panels, from the largest to the least.
const HEADING: (u32, u32) = (17, 11);
/// Pixels between panels, and those of a legend's box beside its labels and the samples of its lines.
const SPACING: f64 = 12.0;
const SIGN: f64 = 33.0;

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
    let rows = panels.iter().enumerate().map(|(at, panel)| panel.row_lines((width, height(at))));
    let rows: Vec<Vec<Vec<String>>> = rows.collect();
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
    let legend = wrapped(legend, whole - SIGN - SAMPLE);
    let grid = if legend.is_empty() {
        grid
    } else {
        grid.with_shared_legend_bottom().with_shared_legend_entries(legend.clone())
    };
    let mut scene = grid.render();
    sampled(&mut scene, &legend);
    slid_in(&mut scene, &middles, width);
    broken(&mut scene, &rows);
    hatched(&mut scene);
    hung_over(&mut scene);
    scene
}
