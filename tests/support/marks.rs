//! What a figure does not draw whole or does not name: marks that are cut or that its legend leaves out, axes without a label,
//! words that are cut.

use super::drawing::{Drawing, attribute, corners, number};

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
