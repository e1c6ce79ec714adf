//! What a scene of the library still needs: words moved into their panels, names of rows in lines, lines of a legend
//! long enough to show their dashes, room for marks at the edges of axes.

use super::ink::{SAMPLE, WHOLE};
use super::panel::{LINE, MARGIN};
use super::words::width as width_of;
use kuva::prelude::{LegendEntry, LegendShape};
use kuva::render::render::{Primitive, Scene, TextAnchor};

/// Pixels by which what is drawn may reach over its axes: half the largest marker.
pub(super) const BLEED: f64 = 8.0;

/// Moves words that stand over the middle of axes, and are wider than these allow, into their panel.
pub(super) fn slid_in(scene: &mut Scene, all: &[String], panel: f64) {
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

/// Lets marks at the ends of an axis be whole: the library cuts at the axes.
pub(super) fn hung_over(scene: &mut Scene) {
    let Scene { elements, defs, .. } = scene;
    for own in elements {
        let Primitive::ClipStart { x, y, width, height, id } = own else { continue };
        (*x, *y) = (*x - BLEED, *y - BLEED);
        (*width, *height) = (*width + 2.0 * BLEED, *height + 2.0 * BLEED);
        let start = format!("<clipPath id=\"{id}\">");
        for def in defs.iter_mut().filter(|def| def.starts_with(&start)) {
            *def = format!(
                "{start}<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\"/></clipPath>"
            );
        }
    }
}

/// Pixels of the signs of a legend as the library draws them.
const SIGN: f64 = 12.0;

/// The rim of a white marker of a legend, which is drawn over it.
fn rim(colour: &str, (cx, cy): (f64, f64)) -> Primitive {
    let r = SIGN / 2.0;
    Primitive::Circle { cx, cy, r, fill: colour.into(), fill_opacity: None, stroke: None, stroke_width: None }
}

/// Makes the lines of a legend so long that their dashes are told apart, and puts lines behind the markers of curves. The
/// box grows to both sides, so that all signs keep their middle.
pub(super) fn sampled(scene: &mut Scene, legend: &[LegendEntry]) {
    let lined = |own: &LegendEntry| matches!(own.shape, LegendShape::Line) || own.dasharray.is_some();
    if !legend.iter().any(lined) {
        return;
    }
    let side = (SAMPLE - SIGN) / 2.0;
    let start = scene.elements.iter().rposition(|own| matches!(own, Primitive::GroupEnd));
    let own = scene.elements.split_off(start.map_or(0, |at| at + 1));
    let mut entries = legend.iter();
    for mut own in own {
        let mut behind = None;
        match &mut own {
            // The box has no sign of its own: it comes before the first label.
            Primitive::Rect { x, width, .. } if *width > SIGN => {
                (*x, *width) = (*x - side, *width + 2.0 * side);
            }
            // Markers that are crosses have lines too, but none of this length along the text.
            Primitive::Line { x1, x2, y1, y2, .. } if *y1 == *y2 && (*x2 - *x1 - SIGN).abs() < 0.01 => {
                (*x1, *x2) = (*x1 - side, *x2 + side);
            }
            Primitive::Text { x, y, anchor: TextAnchor::Start, size, .. } => {
                let entry = entries.next().filter(|own| !matches!(own.shape, LegendShape::Line));
                if let Some((entry, dash)) = entry.and_then(|own| Some((own, own.dasharray.clone()?))) {
                    // As the library places the label of a sign.
                    let (from, up) = (*x - 20.0, *y - 0.36 * f64::from(*size));
                    behind = Some(if dash.starts_with('#') {
                        rim(&dash, (from + SIGN / 2.0, up))
                    } else {
                        Primitive::Line {
                            x1: from - side,
                            y1: up,
                            x2: from + SIGN + side,
                            y2: up,
                            stroke: entry.color.as_str().into(),
                            stroke_width: 2.0,
                            stroke_dasharray: Some(dash).filter(|own| own != WHOLE),
                        }
                    });
                }
                *x += side;
            }
            _ => {}
        }
        scene.elements.push(own);
        scene.elements.extend(behind);
    }
}

/// Writes names of rows in their lines: by panel, from the lowest row, as the library has written them in one.
pub(super) fn broken(scene: &mut Scene, panels: &[Vec<Vec<String>>]) {
    let mut panels = panels.iter();
    let mut rows = [].iter();
    let mut all = Vec::with_capacity(scene.elements.len());
    for own in std::mem::take(&mut scene.elements) {
        if matches!(&own, Primitive::GroupStart { transform: Some(_), .. }) {
            rows = panels.next().map_or([].iter(), |rows| rows.iter());
        }
        let Primitive::Text { x, y, size, anchor: TextAnchor::End, rotate, bold, color, .. } = &own else {
            all.push(own);
            continue;
        };
        let Some(lines) = rows.next().filter(|lines| lines.len() > 1) else {
            all.push(own);
            continue;
        };
        let above = (lines.len() as f64 - 1.0) / 2.0;
        all.extend(lines.iter().enumerate().map(|(at, line)| Primitive::Text {
            x: *x,
            y: y + (at as f64 - above) * LINE,
            content: line.clone(),
            size: *size,
            anchor: TextAnchor::End,
            rotate: *rotate,
            bold: *bold,
            color: color.clone(),
        }));
    }
    scene.elements = all;
}
