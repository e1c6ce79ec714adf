//! Draws a hundred icons for each strategy. No chart library draws shapes by category in a grid, so they are placed here.

use super::super::words::{fitted, lines, width as width_of};
use super::{Arrays, ICONS, Kind, Shape};
use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};

/// Icons in a row, and arrays side by side on a wide screen.
const ROW: usize = 10;
const ARRAYS: usize = 3;
/// Pixels from one icon to the next, and around a panel.
const STEP: f64 = 22.0;
const WIDTH: f64 = 300.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 34.0;
/// Pixels that a heading of an array may be wide, and of one of its lines; how much wider bold letters are.
const HEADING: f64 = WIDTH - LEFT - 10.0;
const LINE: f64 = 16.0;
const BOLD: f64 = 1.12;
/// What the other figures are written in.
const FONT: &str = "DejaVu Sans, Verdana, Liberation Sans, Arial, sans-serif";

/// All arrays below their title, side by side.
pub(super) fn wide(arrays: &Arrays) -> Scene {
    scene(arrays, Some(&arrays.title), arrays.counts.len().min(ARRAYS))
}

/// All arrays one below the other, as wide as a telephone; the page writes the title.
pub(super) fn narrow(arrays: &Arrays) -> Scene {
    scene(arrays, None, 1)
}

fn scene(arrays: &Arrays, title: Option<&str>, columns: usize) -> Scene {
    let (kinds, arrays) = (arrays.kinds, &arrays.counts);
    // One size and one height of all headings, so that the arrays stand level.
    let sizes = arrays.iter().map(|(label, _)| fitted(label, (14, 11), HEADING / BOLD).0);
    let size = sizes.min().unwrap_or(14);
    let most = arrays.iter().map(|(label, _)| lines(label, f64::from(size) * BOLD, HEADING).len()).max();
    let top = TOP + LINE * (most.unwrap_or(1) as f64 - 1.0);
    let height = top + STEP * (ICONS / ROW) as f64 + 20.0 * (kinds.len() as f64 + 1.0);
    let rows = arrays.len().div_ceil(columns);
    let panels = WIDTH * columns as f64;
    let width = title.map_or(panels, |title| panels.max(width_of(title, 16.0) * BOLD + 20.0));
    let above = if title.is_some() { TOP } else { 0.0 };
    let mut scene = Scene::new(width, above + height * rows as f64);
    scene.font_family = Some(FONT.to_owned());
    if let Some(title) = title {
        scene.elements.push(words(width / 2.0, 22.0, title, 16, TextAnchor::Middle, true));
    }
    for (at, (label, counts)) in arrays.iter().enumerate() {
        let left = (width - panels) / 2.0 + WIDTH * (at % columns) as f64 + LEFT;
        let place = (left, above + height * (at / columns) as f64);
        let heading = lines(label, f64::from(size) * BOLD, HEADING);
        draw(&mut scene, place, (size, &heading, top), kinds, counts);
    }
    scene
}

fn draw(
    scene: &mut Scene,
    (left, top): (f64, f64),
    (size, heading, below): (u32, &[String], f64),
    kinds: &[Kind],
    counts: &[usize],
) {
    for (line, text) in heading.iter().enumerate() {
        let y = top + 20.0 + LINE * line as f64;
        scene.elements.push(words(left, y, text, size, TextAnchor::Start, true));
    }
    let top = top + below;
    let icons = kinds.iter().zip(counts).flat_map(|(kind, count)| std::iter::repeat_n(kind, *count));
    for (at, kind) in icons.enumerate() {
        let x = left + STEP * ((at % ROW) as f64 + 0.5);
        let y = top + STEP * ((at / ROW) as f64 + 0.5);
        icon(scene, (x, y), *kind);
    }
    let below = top + STEP * (ICONS / ROW) as f64 + 18.0;
    for (row, (kind, count)) in kinds.iter().zip(counts).enumerate() {
        let y = below + 20.0 * row as f64;
        icon(scene, (left + STEP / 2.0, y - 4.0), *kind);
        let text = format!("{count} {}", kind.words);
        scene.elements.push(words(left + STEP + 4.0, y, &text, 13, TextAnchor::Start, false));
    }
}

fn words(x: f64, y: f64, text: &str, size: u32, anchor: TextAnchor, bold: bool) -> Primitive {
    Primitive::Text { x, y, content: text.to_owned(), size, anchor, rotate: None, bold, color: None }
}

fn icon(scene: &mut Scene, (x, y): (f64, f64), kind: Kind) {
    let colour = || Color::from(kind.colour);
    let circle = |fill: Color, r: f64| Primitive::Circle {
        cx: x,
        cy: y,
        r,
        fill,
        fill_opacity: None,
        stroke: Some(colour()),
        stroke_width: Some(1.8),
    };
    let path = |d: String, fill: Option<Color>| {
        Primitive::Path(Box::new(PathData {
            d,
            fill,
            stroke: colour(),
            stroke_width: 2.0,
            opacity: None,
            stroke_dasharray: None,
        }))
    };
    let half = 6.5;
    scene.elements.push(match kind.shape {
        Shape::Disc => circle(colour(), half),
        Shape::Ring => circle(Color::from("#ffffff"), half - 0.5),
        Shape::Triangle => path(
            format!(
                "M {:.2} {:.2} L {:.2} {:.2} L {:.2} {:.2} Z",
                x,
                y - half,
                x + half,
                y + half - 1.0,
                x - half,
                y + half - 1.0
            ),
            Some(colour()),
        ),
        Shape::Cross => {
            let own = half - 1.5;
            path(
                format!(
                    "M {:.2} {:.2} L {:.2} {:.2} M {:.2} {:.2} L {:.2} {:.2}",
                    x - own,
                    y - own,
                    x + own,
                    y + own,
                    x - own,
                    y + own,
                    x + own,
                    y - own
                ),
                None,
            )
        }
    });
}
