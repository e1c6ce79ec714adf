//! What a figure does not draw whole or does not name: marks that are cut or that its legend leaves out, axes without a label,
//! words that are cut, bars that differ in colour alone.

use super::drawing::{Drawing, attribute, corners, number};
use remisim::math::pow;
use std::collections::BTreeSet;

/// Colours of the signs that stand for grounds, veils and bands, by the opacity of these.
const GROUNDS: [(&str, &str); 3] = [("0.1", "#e4e4e4"), ("0.16", "#d8d8d8"), ("0.3", "#bdbdbd")];

/// Marks of which a part is cut away at the edge of what is drawn.
pub(crate) fn cut(drawing: &Drawing) -> Vec<String> {
    let mut faults = Vec::new();
    for index in 0..drawing.panels() {
        let clip = drawing.text.split("<clipPath").nth(1 + index).unwrap();
        let [left, top, width, height] = ["x", "y", "width", "height"].map(|name| number(clip, name));
        let drawn = drawing.text_of(index).split_once("clip-path").map_or("", |(_, rest)| rest);
        for part in drawn.split('<').skip(1) {
            let of = |names: &[&str]| names.iter().map(|name| number(part, name)).collect::<Vec<f64>>();
            let corners = if part.starts_with("circle") {
                let own = of(&["cx", "cy", "r"]);
                vec![(own[0] - own[2], own[1] - own[2]), (own[0] + own[2], own[1] + own[2])]
            } else if part.starts_with("rect") {
                let own = of(&["x", "y", "width", "height"]);
                vec![(own[0], own[1]), (own[0] + own[2], own[1] + own[3])]
            } else if part.starts_with("path") {
                corners(attribute(part, "d").unwrap())
            } else {
                continue;
            };
            let off = |at: f64, from: f64, size: f64| at < from - 0.01 || at > from + size + 0.01;
            let cut = corners.iter().find(|own| off(own.0, left, width) || off(own.1, top, height));
            faults.extend(cut.map(|own| format!("panel {index}: a mark is cut at {own:?}")));
        }
    }
    faults
}

/// Colours of lines, shapes and markers within axes that no sign of the legend has.
pub(crate) fn unnamed(drawing: &Drawing) -> Vec<String> {
    let panels: Vec<&str> = (0..drawing.panels()).map(|at| drawing.text_of(at)).collect();
    let Some(legend) = panels.last().and_then(|last| Some(drawing.text.split_once(last)?.1.to_lowercase()))
    else {
        return vec!["no panel".to_owned()];
    };
    let mut faults = Vec::new();
    for panel in panels {
        let within = panel.split_once("clip-path").map_or("", |(_, rest)| rest);
        for part in within.split('<').skip(1).filter(|part| !part.starts_with("text")) {
            let ground = GROUNDS.iter().find(|(own, _)| attribute(part, "fill-opacity") == Some(own));
            let fill = ground.map(|own| own.1).or_else(|| attribute(part, "fill"));
            for colour in [attribute(part, "stroke"), fill].into_iter().flatten() {
                let plain = matches!(colour, "none" | "white" | "#ffffff");
                let fault = format!("{colour} stands for nothing in the legend");
                if !plain
                    && !legend.contains(&format!("\"{}\"", colour.to_lowercase()))
                    && !faults.contains(&fault)
                {
                    faults.push(fault);
                }
            }
        }
    }
    faults
}

/// Panels of which an axis does not say what it shows, and words that are cut within.
pub(crate) fn unlabelled(drawing: &Drawing) -> Vec<String> {
    let mut faults = Vec::new();
    for at in 0..drawing.panels() {
        let texts: Vec<(&str, &str)> = drawing
            .text_of(at)
            .split("<text ")
            .skip(1)
            .filter_map(|own| own.split('<').next()?.split_once('>'))
            .collect();
        if !texts.iter().any(|(own, words)| own.contains("rotate(-90") && !words.is_empty()) {
            faults.push(format!("panel {at}: the vertical axis has no label"));
        }
        // At the end, after a word, more may follow: the text of the figure tells it whole.
        let cut = texts.iter().filter(|(_, words)| words.contains('…') && !words.ends_with(" …"));
        faults.extend(cut.map(|(_, words)| format!("panel {at}: {words:?} is cut")));
        let keys = texts.iter().filter(|(_, words)| words.contains(".toml:"));
        faults.extend(keys.map(|(_, words)| format!("panel {at}: {words:?} is a key of the language")));
    }
    faults
}

/// Lightness of a colour, from 0 to 100: what a print in grey keeps of it.
fn lightness(colour: &str) -> Option<f64> {
    let part = |at: usize| u8::from_str_radix(colour.strip_prefix('#')?.get(at..at + 2)?, 16).ok();
    let linear = |part: u8| {
        let own = f64::from(part) / 255.0;
        if own <= 0.04045 { own / 12.92 } else { pow((own + 0.055) / 1.055, 2.4) }
    };
    let [red, green, blue] = [part(0)?, part(2)?, part(4)?].map(linear);
    let light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(if light > 0.008_856 { 116.0 * light.cbrt() - 16.0 } else { 903.3 * light })
}

/// The pattern of what rests on no evidence: upright lines alone.
const STRIPED: &str = "{\"upright\"} false ";

/// Between the pattern of a strategy and the stripes over it.
const OVER: &str = " under ";

/// The pattern that an element draws within a bar, of these ends: dashes and slopes of its white lines. Lines that reach the
/// edges of a bar mean something else.
fn pattern(part: &str, [left, right, top, bottom]: [f64; 4]) -> String {
    let white = attribute(part, "stroke") == Some("#ffffff") && attribute(part, "fill") == Some("none");
    let ends = attribute(part, "d").filter(|_| white).map(corners).unwrap_or_default();
    let inside = |own: &(f64, f64)| {
        let within = |at: f64, from: f64, to: f64| at > from + 0.3 && at < to - 0.3;
        within(own.0, left, right) && within(own.1, top, bottom)
    };
    if ends.is_empty() || !ends.iter().all(inside) {
        return "plain".to_owned();
    }
    let slopes: BTreeSet<&str> = ends
        .chunks_exact(2)
        .map(|own| match (own[1].0 - own[0].0, own[1].1 - own[0].1) {
            (_, 0.0) => "level",
            (0.0, _) => "upright",
            (across, down) if (across > 0.0) == (down > 0.0) => "falling",
            _ => "rising",
        })
        .collect();
    // Lines that follow each other are one line that turns.
    let turns = ends.chunks_exact(2).zip(ends.chunks_exact(2).skip(1)).any(|(one, next)| one[1] == next[0]);
    format!("{slopes:?} {turns} {}", attribute(part, "stroke-dasharray").unwrap_or_default())
}

/// Left, right, top and bottom of a bar or of a box of a legend.
fn ends(part: &str) -> Option<[f64; 4]> {
    if part.starts_with("rect") {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(part, name));
        return Some([x, x + width, y, y + height]);
    }
    if !part.starts_with("path") || attribute(part, "fill-opacity") != Some("1") {
        return None;
    }
    let corners = corners(attribute(part, "d")?);
    let sides = |all: Vec<f64>| {
        let (least, most) = (all.iter().copied().reduce(f64::min)?, all.iter().copied().reduce(f64::max)?);
        // Layers of a stack have more corners.
        all.iter().all(|own| *own == least || *own == most).then_some([least, most])
    };
    let across = sides(corners.iter().map(|own| own.0).collect())?;
    let down = sides(corners.iter().map(|own| own.1).collect())?;
    Some([across[0], across[1], down[0], down[1]])
}

/// Colour and pattern of a bar or of a box of a legend; nothing of what is too small for a pattern: low bars have markers,
/// and the place of a short one in its group tells whose it is.
fn filled(part: &str, next: &str) -> Option<(String, String)> {
    let fill = attribute(part, "fill").filter(|fill| fill.starts_with('#') && *fill != "#ffffff")?;
    let ends = ends(part)?;
    let large = ends[1] - ends[0] >= 11.9 && ends[3] - ends[2] >= 5.0;
    large.then(|| (fill.to_owned(), pattern(next, ends)))
}

/// Bars that differ in colour alone, so that a print in grey shows them alike, and signs of a legend without the pattern
/// of their bars.
pub(crate) fn alike(drawing: &Drawing) -> Vec<String> {
    let panels: Vec<&str> = (0..drawing.panels()).map(|at| drawing.text_of(at)).collect();
    let own = |text: &str, kind: &str| -> Vec<(String, String)> {
        let parts: Vec<&str> = text.split('<').skip(1).chain(["", ""]).collect();
        let three = parts.windows(3).filter(|own| own[0].starts_with(kind));
        // Stripes may lie over the pattern of a strategy, which then comes first.
        let both = three.filter_map(|own| {
            let (colour, first) = filled(own[0], own[1])?;
            let over = filled(own[0], own[2]).filter(|over| over.1 == STRIPED && first != "plain");
            Some((colour, over.map_or_else(|| first.clone(), |over| format!("{first}{OVER}{}", over.1))))
        });
        both.collect()
    };
    let bars: BTreeSet<(String, String)> = panels
        .iter()
        .flat_map(|text| own(text.split_once("clip-path").map_or("", |own| own.1), "path"))
        .collect();
    let legend = panels.last().and_then(|last| drawing.text.split_once(last));
    let signs = own(legend.map_or("", |(_, after)| after), "rect");
    let mut faults = Vec::new();
    for (at, (colour, pattern)) in bars.iter().enumerate() {
        for (other, same) in bars.iter().skip(at + 1) {
            let apart = lightness(colour).zip(lightness(other)).map_or(0.0, |(one, two)| (one - two).abs());
            if pattern == same && colour != other && apart < 10.0 {
                faults.push(format!("bars of {colour} and {other} are alike in grey"));
            }
        }
        // A sign of its own, whatever the colour.
        if pattern.ends_with(STRIPED) && !signs.iter().any(|own| own.1 == STRIPED) {
            faults.push(format!("no legend says what stripes over {colour} are"));
        }
        if *pattern == STRIPED {
            continue;
        }
        let pattern = pattern.split(OVER).next().unwrap_or_default();
        let mut named = signs.iter().filter(|own| own.0 == *colour).peekable();
        if named.peek().is_some() && !named.any(|own| own.1 == pattern) {
            faults.push(format!("the legend shows {colour} without its pattern"));
        }
    }
    faults
}
