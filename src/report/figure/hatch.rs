//! White lines over the bars of a strategy, so that bars are told apart without their colours. The patterns of the library
//! are thin and black, which dark bars hide.

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene};

/// What lies over a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hatch {
    Plain,
    Rising,
    Dots,
    Falling,
    Level,
    Cross,
    Zigzag,
    Grid,
    /// Upright lines alone, which no strategy has, or over its own pattern: what rests on no evidence.
    Striped,
}

/// Pixels between slanting lines, along the bar, and between lines along it, at least; of the lines, and so much of the bar
/// is left at its edges.
const APART: f64 = 6.0;
const LEVELS: f64 = 4.0;
const WIDTH: f64 = 1.3;
/// Pixels of a dot along the bar, from it to the next, and of its height; one format draws ends that are round.
const DOTS: (f64, f64, f64) = (1.6, 5.4, 2.2);
/// Lower bars have no room for lines: what is drawn by them is told apart by markers. Nor have shorter ones, which their
/// place in a group tells apart.
const LEAST: f64 = 5.0;

/// A box in pixels: left, right, top, bottom.
type Area = [f64; 4];
/// A line between two points.
type Stroke = [(f64, f64); 2];

impl Hatch {
    /// In the order of strategies.
    pub(super) const ALL: [Self; 8] = [
        Self::Plain,
        Self::Rising,
        Self::Dots,
        Self::Falling,
        Self::Level,
        Self::Cross,
        Self::Zigzag,
        Self::Grid,
    ];

    /// A colour with the names of patterns before it, which the library takes for one that it does not know, and keeps.
    pub(super) fn over(all: &[Self], colour: &str) -> String {
        let names = all.iter().filter(|own| **own != Self::Plain).map(|own| format!("{own:?} "));
        names.chain([colour.to_owned()]).collect()
    }

    /// The patterns and the colour of what was filled with [`Hatch::over`].
    fn read(fill: &Color) -> Option<(Vec<Self>, Color)> {
        let Color::Css(text) = fill else { return None };
        let (names, colour) = text.rsplit_once(' ')?;
        let all = || Self::ALL.into_iter().chain([Self::Striped]);
        let named = |name: &str| all().find(|own| format!("{own:?}") == name);
        Some((names.split(' ').map(named).collect::<Option<_>>()?, Color::from(colour)))
    }

    fn strokes(self, area: Area) -> Vec<Stroke> {
        match self {
            Self::Plain => Vec::new(),
            Self::Rising => rising(area),
            Self::Falling => falling(area),
            Self::Cross => [rising(area), falling(area)].concat(),
            Self::Dots => dots(area),
            Self::Level => rows(area),
            Self::Zigzag => zigzag(area),
            Self::Grid => [rows(area), upright(area)].concat(),
            Self::Striped => upright(area),
        }
    }

    /// The lines over a box.
    fn drawn(self, area: Area) -> Option<Primitive> {
        let [left, right, top, bottom] = area;
        if bottom - top < LEAST || right - left < LEAST {
            return None;
        }
        let edge = WIDTH / 2.0;
        let strokes = self.strokes([left + edge, right - edge, top + edge, bottom - edge]);
        strokes.first()?;
        let line = |[(x, y), (to, down)]: &Stroke| format!("M {x:.1} {y:.1} L {to:.1} {down:.1} ");
        let (stroke_width, dashes) = match self {
            Self::Dots => (DOTS.2, Some(format!("{} {}", DOTS.0, DOTS.1))),
            _ => (WIDTH, None),
        };
        Some(Primitive::Path(Box::new(PathData {
            d: strokes.iter().map(line).collect::<String>().trim_end().to_owned(),
            fill: None,
            stroke: Color::from("#ffffff"),
            stroke_width,
            opacity: None,
            stroke_dasharray: dashes,
        })))
    }
}

/// Whether a line is more than a dot.
fn long([from, to]: &Stroke) -> bool {
    to.0 > from.0 + 0.5
}

/// Slanting lines, cut at the box, from one that leaves its lower left corner by half a turn.
fn rising([left, right, top, bottom]: Area) -> Vec<Stroke> {
    let (width, height) = (right - left, bottom - top);
    let first = APART / 2.0 - (height / APART).floor() * APART;
    let all = std::iter::successors(Some(first), |at| Some(at + APART)).take_while(|at| *at < width);
    let cut = all.map(|at| {
        let (from, to) = (at.max(0.0), width.min(at + height));
        [(left + from, bottom - (from - at)), (left + to, bottom - (to - at))]
    });
    cut.filter(long).collect()
}

fn falling(area: Area) -> Vec<Stroke> {
    let turned = |(x, y): (f64, f64)| (x, area[2] + area[3] - y);
    rising(area).into_iter().map(|own| own.map(turned)).collect()
}

/// Lines along the box, evenly from its top to its bottom and so far apart at least.
fn rows([left, right, top, bottom]: Area) -> Vec<Stroke> {
    let count = ((bottom - top) / LEVELS).floor().max(2.0);
    let y = |at: usize| top + (bottom - top) * at as f64 / count;
    (1..count as usize).map(|at| [(left, y(at)), (right, y(at))]).collect()
}

/// The same for dots, of which every second row begins half a turn later.
fn dots([left, right, top, bottom]: Area) -> Vec<Stroke> {
    let turn = DOTS.0 + DOTS.1;
    let count = ((bottom - top) / (turn - 1.0)).round().max(2.0);
    let row = |at: usize| {
        let y = top + (bottom - top) * (at as f64 + 0.5) / count;
        let from = left + turn / 4.0 + if at.is_multiple_of(2) { 0.0 } else { turn / 2.0 };
        (from < right).then_some([(from, y), (right, y)])
    };
    (0..count as usize).filter_map(row).collect()
}

fn upright([left, right, top, bottom]: Area) -> Vec<Stroke> {
    let all = std::iter::successors(Some(left + APART / 2.0), |at| Some(at + APART));
    all.take_while(|at| *at < right).map(|at| [(at, top), (at, bottom)]).collect()
}

/// One line up and down along the middle of the box.
fn zigzag([left, right, top, bottom]: Area) -> Vec<Stroke> {
    let middle = f64::midpoint(top, bottom);
    let half = (APART / 2.0).min(middle - top);
    let all = std::iter::successors(Some(left), |at| Some(at + APART)).take_while(|at| *at < right);
    all.enumerate()
        .map(|(at, from)| {
            let to = right.min(from + APART);
            let up = if at.is_multiple_of(2) { half } else { -half };
            [(from, middle + up), (to, middle + up - 2.0 * up * (to - from) / APART)]
        })
        .filter(long)
        .collect()
}

/// The box of a bar as the library has drawn it.
fn area(path: &str) -> Area {
    let numbers: Vec<f64> = path.split_whitespace().filter_map(|own| own.parse().ok()).collect();
    let start = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    numbers.chunks_exact(2).fold(start, |[left, right, top, bottom], own| {
        [left.min(own[0]), right.max(own[0]), top.min(own[1]), bottom.max(own[1])]
    })
}

/// Gives bars and signs of a legend their colours back, and draws over each the pattern that was named with its colour.
pub(super) fn hatched(scene: &mut Scene) {
    let mut all = Vec::with_capacity(scene.elements.len());
    for mut own in std::mem::take(&mut scene.elements) {
        let over = match &mut own {
            Primitive::Path(path) => path.fill.as_ref().and_then(Hatch::read).map(|(patterns, colour)| {
                path.fill = Some(colour);
                (patterns, area(&path.d))
            }),
            Primitive::Rect { x, y, width, height, fill, .. } => {
                Hatch::read(fill).map(|(patterns, colour)| {
                    *fill = colour;
                    (patterns, [*x, *x + *width, *y, *y + *height])
                })
            }
            _ => None,
        };
        all.push(own);
        if let Some((patterns, area)) = over {
            all.extend(patterns.into_iter().filter_map(|own| own.drawn(area)));
        }
    }
    scene.elements = all;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stay_within_their_bars() {
        for area in [[10.0, 110.0, 20.0, 34.0], [10.0, 22.0, 20.0, 32.0], [10.0, 11.0, 20.0, 25.5]] {
            let [left, right, top, bottom] = area;
            for hatch in Hatch::ALL.into_iter().chain([Hatch::Striped]) {
                for (x, y) in hatch.strokes(area).concat() {
                    let inside = (left..=right).contains(&x) && (top - 1e-9..=bottom + 1e-9).contains(&y);
                    assert!(inside, "{hatch:?} {area:?}: {x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_filled_bar_has_its_colour_and_lines_over_it() {
        let bar = |fill: &str| {
            Primitive::Path(Box::new(PathData {
                d: "M 0 0 L 20 0 L 20 12 L 0 12 Z".to_owned(),
                fill: Some(Color::from(fill)),
                stroke: Color::None,
                stroke_width: 0.0,
                opacity: None,
                stroke_dasharray: None,
            }))
        };
        for hatch in Hatch::ALL {
            let mut scene = Scene::new(30.0, 30.0);
            scene.elements.push(bar(&Hatch::over(&[hatch, Hatch::Striped], "#0072B2")));
            hatched(&mut scene);
            // Its own pattern first, and over it the stripes.
            assert_eq!(scene.elements.len(), if hatch == Hatch::Plain { 2 } else { 3 }, "{hatch:?}");
            let Primitive::Path(path) = &scene.elements[0] else { panic!("no bar") };
            assert!(matches!(path.fill, Some(Color::Rgb(0, 0x72, 0xb2))), "{hatch:?}");
        }
    }
}
