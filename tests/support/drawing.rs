//! An SVG figure read back: what lies where in its panels, in the units of their axes.

#![allow(dead_code, reason = "no test uses all of it")]

/// A figure as text.
pub(crate) struct Drawing {
    pub(crate) text: String,
}

/// One set of axes: where it lies in the picture, and the ends of its axes.
pub(crate) struct Panel<'a> {
    text: &'a str,
    area: [f64; 4],
    x: (f64, f64),
    y: (f64, f64),
}

/// Pixels by which what is drawn may reach over its axes.
pub(crate) const BLEED: f64 = 8.0;

/// Left, top, width and height of the axes of a panel, from its clip.
pub(crate) fn axes(clip: &str) -> [f64; 4] {
    let [left, top, width, height] = ["x", "y", "width", "height"].map(|name| number(clip, name));
    [left + BLEED, top + BLEED, width - 2.0 * BLEED, height - 2.0 * BLEED]
}

/// Whether two points are as near as this, of the horizontal axis; upwards within a fiftieth.
pub(crate) fn near(one: (f64, f64), other: (f64, f64), within: f64) -> bool {
    (one.0 - other.0).abs() <= within && (one.1 - other.1).abs() <= 0.02_f64.max(0.005 * other.1.abs())
}

pub(crate) fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// An attribute that is a number.
#[track_caller]
pub(crate) fn number(element: &str, name: &str) -> f64 {
    attribute(element, name).unwrap_or_else(|| panic!("no {name} in {element}")).parse().unwrap()
}

/// Corners of a path of straight lines.
pub(crate) fn corners(data: &str) -> Vec<(f64, f64)> {
    let numbers = data.split(|own: char| own.is_whitespace() || own == ',' || own.is_ascii_alphabetic());
    let numbers: Vec<f64> = numbers.filter_map(|own| own.parse().ok()).collect();
    numbers.chunks_exact(2).map(|own| (own[0], own[1])).collect()
}

/// A number as it stands at a tick: 20 %, +25 %, 1,000, 12k, 1.5M.
fn tick(label: &str) -> Option<f64> {
    let (label, scale) = match label.trim_start_matches('+').replace(',', "") {
        own if own.ends_with('%') => (own.trim_end_matches(['%', ' ']).to_owned(), 0.01),
        own if own.ends_with('k') => (own.trim_end_matches('k').to_owned(), 1e3),
        own if own.ends_with('M') => (own.trim_end_matches('M').to_owned(), 1e6),
        own => (own, 1.0),
    };
    label.parse::<f64>().ok().map(|own| own * scale)
}

/// A panel with its axes as its ticks tell them, so that no end of an axis need be known.
pub(crate) struct Scaled<'a> {
    text: &'a str,
    /// Left, top, width, height.
    pub(crate) area: [f64; 4],
    /// Values at the left and at the right.
    pub(crate) x: (f64, f64),
    /// Values below and above; rows are counted from the top, from 0 on.
    pub(crate) y: (f64, f64),
    /// What the rows are called, from the top.
    pub(crate) rows: Vec<String>,
}

/// Where a straight line through the first and last of some ticks is at both ends; ticks are (pixel, value).
fn ends(ticks: &[(f64, f64)], (from, to): (f64, f64)) -> (f64, f64) {
    let ((one, first), (other, last)) = (ticks[0], ticks[ticks.len() - 1]);
    let at = |pixel: f64| first + (last - first) * (pixel - one) / (other - one);
    (at(from), at(to))
}

impl Drawing {
    pub(crate) fn of(text: String) -> Self {
        Self { text }
    }

    /// Asserts that texts are there.
    #[track_caller]
    pub(crate) fn says(&self, all: &[&str]) {
        for text in all {
            assert!(self.text.contains(text), "{text:?} is not in the figure");
        }
    }

    /// A panel by its place, with the ends that its axes must have.
    pub(crate) fn panel(&self, index: usize, x: (f64, f64), y: (f64, f64)) -> Panel<'_> {
        let clips = self.text.split("<clipPath").nth(1 + index).unwrap();
        let area = axes(clips);
        // Panels are moved to their places one after another, each a group; the legend comes after them.
        let text = self.text.split("<g transform=\"translate(").nth(1 + index).unwrap();
        let mut depth = 1;
        let end = text.match_indices('<').find(|(at, _)| {
            depth += i32::from(text[*at..].starts_with("<g ")) - i32::from(text[*at..].starts_with("</g>"));
            depth == 0
        });
        Panel { text: &text[..end.unwrap().0], area, x, y }
    }
}

impl Drawing {
    /// How many panels there are.
    pub(crate) fn panels(&self) -> usize {
        self.text.matches("<clipPath").count()
    }

    /// Lines and shapes that reach beyond their axes, which the frame would cut without a sign.
    pub(crate) fn outside(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for index in 0..self.panels() {
            let Panel { text, area: [left, top, width, height], .. } =
                self.panel(index, (0.0, 1.0), (0.0, 1.0));
            let drawn = text.split_once("clip-path").map_or("", |(_, rest)| rest);
            for path in drawn.split("<path ").skip(1).map(|own| own.split('>').next().unwrap()) {
                let data = path.split_once("d=\"").unwrap().1.split('"').next().unwrap();
                // Markers have commas, and may hang over an edge on which they stand.
                let numbers: Vec<f64> = data.split_whitespace().filter_map(|own| own.parse().ok()).collect();
                let beyond = numbers.chunks_exact(2).find(|own| {
                    let off = |at: f64, from: f64, size: f64| at < from - 0.7 || at > from + size + 0.7;
                    off(own[0], left, width) || off(own[1], top, height)
                });
                faults.extend(beyond.map(|own| format!("panel {index}: {own:?} lies beyond its axes")));
            }
        }
        faults
    }

    /// The elements of a panel by its place.
    pub(crate) fn text_of(&self, index: usize) -> &str {
        self.panel(index, (0.0, 1.0), (0.0, 1.0)).text
    }

    /// Axes whose numbers do not stand where they say, because they are rounded.
    pub(crate) fn uneven(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for index in 0..self.panels() {
            let Panel { text, area: [left, top, _, height], .. } = self.panel(index, (0.0, 1.0), (0.0, 1.0));
            let (mut below, mut beside) = (Vec::new(), Vec::new());
            // Numbers of discs on the axis stand no more than half a line below it.
            for own in text.split("<text ").skip(1).map(|own| format!(" {}", own.split('<').next().unwrap()))
            {
                let (element, label) = own.split_once('>').unwrap();
                let (x, y) = (number(element, "x"), number(element, "y"));
                if element.contains("\"end\"") && x < left {
                    beside.push((y, label.to_owned()));
                } else if element.contains("\"middle\"") && y > top + height + 8.0 && y < top + height + 20.0
                {
                    below.push((x, label.to_owned()));
                }
            }
            for axis in [below, beside] {
                let values: Option<Vec<f64>> =
                    axis.iter().filter(|own| !own.1.is_empty()).map(|own| tick(&own.1)).collect();
                let Some(values) = values.filter(|own| own.len() > 2) else { continue };
                let step = (values[values.len() - 1] - values[0]) / (values.len() - 1) as f64;
                let off =
                    |(at, own): (usize, &f64)| (values[0] + step * at as f64 - own).abs() > 0.01 * step.abs();
                if values.iter().enumerate().any(off) {
                    faults.push(format!("panel {index}: uneven ticks {values:?}"));
                }
            }
        }
        faults
    }

    /// A panel by its place, with the axes that its ticks tell; `None` where it has no numbers below it.
    pub(crate) fn scaled(&self, index: usize) -> Option<Scaled<'_>> {
        let Panel { text, area, .. } = self.panel(index, (0.0, 1.0), (0.0, 1.0));
        let [left, top, width, height] = area;
        let all = |kind: &str| -> Vec<&str> {
            let start = format!("<{kind}");
            text.split(start.as_str()).skip(1).map(|own| own.split('<').next().unwrap()).collect()
        };
        let close = |one: f64, other: f64| (one - other).abs() < 0.02;
        let side = |own: &str| ["x1", "x2", "y1", "y2"].map(|name| number(own, name));
        let (mut below, mut beside) = (Vec::new(), Vec::new());
        for [x1, x2, y1, y2] in all("line").into_iter().map(side) {
            if x1 == x2 && close(y1, top + height) && close(y2, y1 + 5.0) {
                below.push(x1);
            } else if y1 == y2 && close(x2, left) && close(x1, x2 - 5.0) {
                beside.push(y1);
            }
        }
        let (mut columns, mut names) = (Vec::new(), Vec::new());
        for own in all("text") {
            let (element, label) = own.split_once('>').unwrap();
            let (x, y) = (number(element, "x"), number(element, "y"));
            if element.contains("\"end\"") && close(x, left - 8.0) {
                names.push((y, label));
            } else if y > top + height + 8.0 && y < top + height + 20.0 {
                columns.extend(
                    below.iter().find(|at| close(**at, x)).zip(tick(label)).map(|(at, own)| (*at, own)),
                );
            }
        }
        names.sort_by(|one, other| one.0.total_cmp(&other.0));
        beside.sort_by(f64::total_cmp);
        let (from, to) = (top + height, top);
        let values: Vec<(f64, f64)> =
            beside.iter().zip(&names).filter_map(|(at, (_, label))| Some((*at, tick(label)?))).collect();
        let numbers = values.len() > 1 && values.len() == names.len();
        let rows = if numbers { Vec::new() } else { names.iter().map(|own| own.1.to_owned()).collect() };
        let counted: Vec<(f64, f64)> = beside.iter().enumerate().map(|(row, at)| (*at, row as f64)).collect();
        let y = match &counted[..] {
            _ if numbers => ends(&values, (from, to)),
            [] => return None,
            [_] => (0.5, -0.5),
            counted => ends(counted, (from, to)),
        };
        (columns.len() > 1).then(|| Scaled { text, area, x: ends(&columns, (left, left + width)), y, rows })
    }
}

impl Scaled<'_> {
    /// A row by what it is called.
    #[track_caller]
    pub(crate) fn row(&self, name: &str) -> f64 {
        let found = self.rows.iter().position(|own| own == name || own.starts_with(&format!("{name}:")));
        found.unwrap_or_else(|| panic!("no row {name:?} in {:?}", self.rows)) as f64
    }

    fn value(&self, x: f64, y: f64) -> (f64, f64) {
        let [left, top, width, height] = self.area;
        let (across, up) = ((x - left) / width, 1.0 - (y - top) / height);
        (self.x.0 + across * (self.x.1 - self.x.0), self.y.0 + up * (self.y.1 - self.y.0))
    }

    /// All points that are drawn in a colour: corners of lines and shapes, and middles of markers.
    pub(crate) fn points(&self, colour: &str) -> Vec<(f64, f64)> {
        let mut all = Vec::new();
        let area = self.text.split_once("clip-path").map_or(self.text, |(_, rest)| rest);
        for part in area.split('<').skip(1) {
            let coloured =
                |name: &str| attribute(part, name).is_some_and(|own| own.eq_ignore_ascii_case(colour));
            if !coloured("fill") && !coloured("stroke") {
                continue;
            }
            if part.starts_with("circle") {
                all.push((number(part, "cx"), number(part, "cy")));
            } else if part.starts_with("rect") {
                let half = number(part, "width") / 2.0;
                all.push((number(part, "x") + half, number(part, "y") + half));
            } else if part.starts_with("path") {
                let corners = corners(attribute(part, "d").unwrap());
                // The middle of a marker is the mean of its corners.
                let n = corners.len() as f64;
                let middle =
                    corners.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0 / n, sum.1 + own.1 / n));
                all.extend(corners);
                all.push(middle);
            }
        }
        all.into_iter().map(|(x, y)| self.value(x, y)).collect()
    }
}

impl Panel<'_> {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let [left, top, width, height] = self.area;
        let across = (x - left) / width;
        let up = 1.0 - (y - top) / height;
        (self.x.0 + across * (self.x.1 - self.x.0), self.y.0 + up * (self.y.1 - self.y.0))
    }

    /// Elements of a kind whose attribute has a colour.
    fn elements(&self, kind: &str, name: &str, colour: &str) -> Vec<&str> {
        let start = format!("<{kind} ");
        let all = self.text.split(start.as_str()).skip(1).map(|rest| rest.split('>').next().unwrap());
        // The first attribute needs its space too.
        let own = all.filter(|own| {
            let found =
                own.split_once(&format!("{name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap());
            found.is_some_and(|found| found.eq_ignore_ascii_case(colour))
        });
        own.collect()
    }

    fn points(&self, path: &str) -> Vec<(f64, f64)> {
        let data = path.split_once("d=\"").unwrap().1.split('"').next().unwrap();
        corners(data).into_iter().map(|(x, y)| self.at(x, y)).collect()
    }

    /// Corners of all lines of a colour, in the order in which they are drawn.
    pub(crate) fn lines(&self, colour: &str) -> Vec<(f64, f64)> {
        let paths = self.elements("path", "stroke", colour);
        let open = paths.into_iter().filter(|path| path.contains("fill=\"none\""));
        open.flat_map(|path| self.points(path)).collect()
    }

    /// Corners of all shapes filled with a colour.
    pub(crate) fn filled(&self, colour: &str) -> Vec<(f64, f64)> {
        self.elements("path", "fill", colour).into_iter().flat_map(|path| self.points(path)).collect()
    }

    /// Middles of circles.
    pub(crate) fn circles(&self, colour: &str) -> Vec<(f64, f64)> {
        let circles = self.elements("circle", "fill", colour).into_iter();
        let number = |own: &str, name: &str| -> f64 {
            own.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap().parse().unwrap()
        };
        circles.map(|own| self.at(number(own, "cx"), number(own, "cy"))).collect()
    }

    /// Number of squares.
    pub(crate) fn boxes(&self, colour: &str) -> usize {
        self.elements("rect", "fill", colour).len()
    }

    /// Closed shapes of four corners: the first corner of each.
    pub(crate) fn diamonds(&self, colour: &str) -> Vec<(f64, f64)> {
        let paths = self.elements("path", "fill", colour).into_iter();
        paths
            .map(|path| self.points(path))
            .filter(|points| points.len() == 4)
            .map(|points| points[0])
            .collect()
    }

    /// Number of dashed lines over the whole panel.
    pub(crate) fn rules(&self) -> usize {
        self.elements("line", "stroke", "#777777").len()
    }
}
