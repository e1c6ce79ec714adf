//! Icon arrays: what befalls a hundred patients, one icon each, told apart by shape and colour. No chart library draws
//! shapes by category in a grid, so they are placed here.

use super::words::{fitted, lines, width as width_of};
use super::{Figure, Subject};
use crate::report::told::Told;
use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};

/// Icons of an array, and in a row.
const ICONS: usize = 100;
const ROW: usize = 10;
/// Pixels from one icon to the next, and around a panel.
const STEP: f64 = 22.0;
const WIDTH: f64 = 300.0;
const TOP: f64 = 34.0;
/// Pixels that a heading of an array may be wide, and of one of its lines; how much wider bold letters are.
const HEADING: f64 = WIDTH - 50.0;
const LINE: f64 = 16.0;
const BOLD: f64 = 1.12;
/// What the other figures are written in.
const FONT: &str = "DejaVu Sans, Verdana, Liberation Sans, Arial, sans-serif";

/// A thing that can befall a patient: words, colour, shape.
#[derive(Debug, Clone, Copy)]
struct Kind {
    words: &'static str,
    colour: &'static str,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Disc,
    Ring,
    Triangle,
    Cross,
}

const fn kind(words: &'static str, colour: &'static str, shape: Shape) -> Kind {
    Kind { words, colour, shape }
}

const RESPONSE: [Kind; 2] = [
    kind("complete remission", "#0072B2", Shape::Disc),
    kind("no complete remission", "#555555", Shape::Cross),
];
const STATES: [Kind; 3] = [
    kind("alive in remission", "#0072B2", Shape::Disc),
    kind("alive, not in remission", "#D55E00", Shape::Triangle),
    kind("dead", "#555555", Shape::Cross),
];
const CRS: [Kind; 4] = [
    kind("CRS, given tocilizumab", "#D55E00", Shape::Triangle),
    kind("CRS, not given it", "#0072B2", Shape::Disc),
    kind("infused, no CRS", "#009E73", Shape::Ring),
    kind("never infused", "#555555", Shape::Cross),
];

/// States that are a remission.
const REMISSION: [&str; 3] = ["remission", "mrd_positive", "transplanted"];

/// The arrays that the lesson of the run shows.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let mut all = Vec::new();
    let mut add = |name: String,
                   title: String,
                   caption: &str,
                   tables,
                   kinds: &[Kind],
                   shares: &dyn Fn(&str) -> Option<Vec<f64>>| {
        if told.asks_for(&name) {
            all.extend(figure(told, (name, title), caption, tables, kinds, shares));
        }
    };
    add(
        "icons_response".to_owned(),
        "Of 100 patients: complete remission".to_owned(),
        "Shares are means over the draws, rounded so that each array has 100 icons.",
        &["summary.csv"],
        &RESPONSE,
        &|id| {
            let cr = mean(told, id, "cr")?;
            Some(vec![cr, 1.0 - cr])
        },
    );
    add(
        "icons_tocilizumab".to_owned(),
        "Of 100 patients: CRS and tocilizumab".to_owned(),
        "Shares are means over the draws, of all patients from enrolment, rounded so that each array has 100 icons. CRS: cytokine \
         release syndrome.",
        &["summary.csv"],
        &CRS,
        &|id| {
            let infused = mean(told, id, "infused").unwrap_or(1.0);
            let (crs, given) = (mean(told, id, "crs_any")?, mean(told, id, "tocilizumab_patients")?);
            Some(vec![given, crs - given, infused - crs, 1.0 - infused])
        },
    );
    let months = super::super::lesson::figures_asked(told)
        .filter_map(|name| name.strip_prefix("icons_month_")?.parse().ok());
    for month in months.collect::<Vec<u32>>() {
        add(
            format!("icons_month_{month}"),
            format!("Of 100 patients, {month} months from the start"),
            "Who is alive that month is the mean over the draws of all patients who began, as in survival.csv; who of them is in remission is as \
             among the first 500 patients of at most 200 draws, as in occupancy.csv. Rounded so that each array has 100 icons. An icon is no patient: \
             the arrays do not say who of one array would be where in another.",
            &["survival.csv", "occupancy.csv"],
            &STATES,
            &|id| states(told, id, month),
        );
    }
    all
}

fn mean(told: &Told, strategy: &str, outcome: &str) -> Option<f64> {
    told.outcome(strategy, outcome)?.number("mean")
}

/// Shares alive in remission, alive not in remission, dead.
fn states(told: &Told, strategy: &str, month: u32) -> Option<Vec<f64>> {
    let own = told
        .rows("occupancy.csv")
        .filter(|row| row.text("strategy") == strategy && row.number("months") == Some(f64::from(month)));
    let (mut remission, mut other, mut rows) = (0.0, 0.0, 0);
    for row in own {
        let share = row.number("share")?;
        rows += 1;
        if REMISSION.contains(&row.text("state")) {
            remission += share;
        } else if row.text("state") != "dead" {
            other += share;
        }
    }
    // The states are those of a sample; how many live is known of all patients.
    let sampled = remission + other;
    let mut all = told.rows("survival.csv").filter(|row| row.text("strategy") == strategy);
    let all = all.find(|row| row.curve() == "os" && row.number("months") == Some(f64::from(month)));
    let alive = all.and_then(|row| row.number("probability")).unwrap_or(sampled);
    let part = if sampled > 0.0 { remission / sampled } else { 0.0 };
    (rows > 0).then(|| vec![alive * part, alive * (1.0 - part), (1.0 - alive).max(0.0)])
}

/// Whole icons by share, a hundred in all: the largest remainders are rounded up.
fn counts(shares: &[f64]) -> Vec<usize> {
    let scaled: Vec<f64> = shares.iter().map(|share| share.max(0.0) * ICONS as f64).collect();
    let mut counts: Vec<usize> = scaled.iter().map(|own| own.floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|one, other| scaled[*other].fract().total_cmp(&scaled[*one].fract()));
    for at in order {
        if counts.iter().sum::<usize>() < ICONS {
            counts[at] += 1;
        }
    }
    counts
}

fn figure(
    told: &Told,
    (name, title): (String, String),
    caption: &str,
    tables: &'static [&'static str],
    kinds: &[Kind],
    shares: &dyn Fn(&str) -> Option<Vec<f64>>,
) -> Option<Figure> {
    let arrays: Vec<(&str, Vec<usize>)> = told
        .strategies
        .iter()
        .filter_map(|(id, label)| Some((label.as_str(), counts(&shares(id)?))))
        .collect();
    if arrays.is_empty() {
        return None;
    }
    let columns = arrays.len().min(3);
    // One size and one height of all headings, so that the arrays stand level.
    let sizes = arrays.iter().map(|(label, _)| fitted(label, (14, 11), HEADING / BOLD).0);
    let size = sizes.min().unwrap_or(14);
    let most = arrays.iter().map(|(label, _)| lines(label, f64::from(size) * BOLD, HEADING).len()).max();
    let top = TOP + LINE * (most.unwrap_or(1) as f64 - 1.0);
    let height = top + STEP * (ICONS / ROW) as f64 + 20.0 * (kinds.len() as f64 + 1.0);
    let rows = arrays.len().div_ceil(columns);
    let panels = WIDTH * columns as f64;
    let width = panels.max(width_of(&title, 16.0) * BOLD + 20.0);
    let mut scene = Scene::new(width, 34.0 + height * rows as f64);
    scene.font_family = Some(FONT.to_owned());
    let middle = scene.width / 2.0;
    scene.elements.push(words(middle, 22.0, &title, 16, TextAnchor::Middle, true));
    for (at, (label, counts)) in arrays.iter().enumerate() {
        let left = (width - panels) / 2.0 + WIDTH * (at % columns) as f64 + 40.0;
        let place = (left, 34.0 + height * (at / columns) as f64);
        let heading = lines(label, f64::from(size) * BOLD, HEADING);
        draw(&mut scene, place, (size, &heading, top), kinds, counts);
    }
    let said: Vec<String> = arrays
        .iter()
        .map(|(label, counts)| {
            let parts: Vec<String> =
                kinds.iter().zip(counts).map(|(kind, count)| format!("{count} {}", kind.words)).collect();
            format!("{label}: {}.", parts.join(", "))
        })
        .collect();
    let alt = format!("{title}. {}", said.join(" "));
    let subject = Subject::Response;
    Some(Figure { names: Vec::new(), name, subject, caption: caption.to_owned(), alt, tables, scene, title })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_a_hundred_icons() {
        assert_eq!(counts(&[0.436, 0.564]), [44, 56]);
        assert_eq!(counts(&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]), [34, 33, 33]);
        assert_eq!(counts(&[0.0, 1.0, -1e-17]), [0, 100, 0]);
        assert_eq!(counts(&[0.005, 0.005, 0.99]).iter().sum::<usize>(), 100);
    }
}
