//! Where the words of an SVG figure lie, and which of them are cut or cover each other.

use super::drawing::{attribute, number};

/// Advances of the letters from space to tilde in `DejaVu Sans` 2.37, thousandths of the size: from the table `hmtx` of the font.
const ADVANCE: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
    636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
    295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
    500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
    392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// A text with its box: left, top, right, bottom.
struct Word {
    text: String,
    at: [f64; 4],
}

fn width(text: &str, size: f64) -> f64 {
    let letter = |own: char| match u32::from(own).checked_sub(32).and_then(|at| ADVANCE.get(at as usize)) {
        Some(thousandths) => f64::from(*thousandths) / 1000.0,
        // A dash is half as wide as the size, an ellipsis and all others at most as wide.
        None => {
            if own == '–' {
                0.5
            } else {
                1.0
            }
        }
    };
    text.chars().map(letter).sum::<f64>() * size
}

/// The words of a figure, from the elements in their order and the groups that move them.
fn words(svg: &str) -> Vec<Word> {
    let mut moved = vec![(0.0, 0.0)];
    let mut all = Vec::new();
    for part in svg.split('<').skip(1) {
        if part.starts_with("/g>") {
            moved.pop();
        } else if part.starts_with("g ") {
            let before = moved.last().copied().unwrap();
            let own =
                attribute(part, "transform").and_then(|own| own.strip_prefix("translate(")?.split_once(','));
            let own = own
                .map_or((0.0, 0.0), |(x, y)| (x.parse().unwrap(), y.trim_end_matches(')').parse().unwrap()));
            moved.push((before.0 + own.0, before.1 + own.1));
        } else if part.starts_with("text ") {
            let (element, text) = part.split_once('>').unwrap();
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            let text = text.replace("&apos;", "'").replace("&amp;", "&");
            if text.is_empty() {
                continue;
            }
            let (dx, dy) = moved.last().copied().unwrap();
            let (x, y, size) =
                (number(element, "x") + dx, number(element, "y") + dy, number(element, "font-size"));
            let bold = if element.contains("bold") { 1.12 } else { 1.0 };
            let width = width(&text, size) * bold;
            let start = match attribute(element, "text-anchor") {
                Some("middle") => -width / 2.0,
                Some("end") => -width,
                _ => 0.0,
            };
            // From the height of capitals to the baseline; what hangs below it is not counted.
            let at = if element.contains("rotate(-90") {
                [x - 0.73 * size, y + start, x, y + start + width]
            } else {
                [x + start, y - 0.73 * size, x + start + width, y]
            };
            all.push(Word { text, at });
        }
    }
    all
}

/// Words that are cut by the edge of the picture, and pairs of which one covers the other.
pub(crate) fn faults(svg: &str) -> Vec<String> {
    let (right, bottom) = (number(svg, "width"), number(svg, "height"));
    let all = words(svg);
    let mut faults = Vec::new();
    for (at, own) in all.iter().enumerate() {
        let [left, top, to, down] = own.at;
        if left < 0.0 || top < 0.0 || to > right || down > bottom {
            faults.push(format!("{:?} is cut: {:?} of {right} x {bottom}", own.text, own.at));
        }
        for other in &all[at + 1..] {
            let across = to.min(other.at[2]) - left.max(other.at[0]);
            let up = down.min(other.at[3]) - top.max(other.at[1]);
            if across > 0.0 && up > 0.0 {
                faults.push(format!("{:?} and {:?} lie on each other", own.text, other.text));
            }
        }
    }
    faults
}
