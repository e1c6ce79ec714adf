//! What a scene of the library still needs: words moved into their panels, names of rows in lines, room for marks at the
//! edges of axes.

use super::panel::{LINE, MARGIN};
use super::words::width as width_of;
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
