//! An SVG figure read back: what lies where in its panels, in the units of their axes.

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

/// Whether two points are as near as this, of the horizontal axis; upwards within a fiftieth.
pub(crate) fn near(one: (f64, f64), other: (f64, f64), within: f64) -> bool {
    (one.0 - other.0).abs() <= within && (one.1 - other.1).abs() <= 0.02_f64.max(0.005 * other.1.abs())
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!(" {name}=\""))?.1.split('"').next()
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
        let area = ["x", "y", "width", "height"].map(|name| attribute(clips, name).unwrap().parse().unwrap());
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
        let numbers: Vec<f64> = data
            .split(|own: char| own.is_whitespace() || own == ',' || own.is_ascii_alphabetic())
            .filter_map(|part| part.parse().ok())
            .collect();
        numbers.chunks_exact(2).map(|pair| self.at(pair[0], pair[1])).collect()
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
