//! Colours, dashes, markers and patterns of bars: one of each for every strategy.

use super::hatch::Hatch;
use kuva::prelude::{LegendEntry, LegendShape, LineStyle, MarkerShape};

/// Okabe and Ito 2008, without yellow, which is lost on white.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
/// Told apart on the sample of a legend: see [`SAMPLE`].
const DASHES: [&str; 8] = ["", "8 4", "8 3 2 3", "2 3", "14 4", "8 3 2 3 2 3", "4 2", "2 7"];
const MARKERS: [MarkerShape; 8] = [
    MarkerShape::Circle,
    MarkerShape::Square,
    MarkerShape::Triangle,
    MarkerShape::Diamond,
    MarkerShape::TriangleDown,
    MarkerShape::Star,
    MarkerShape::Pentagon,
    MarkerShape::Cross,
];

/// Pixels of a line in a legend: two turns of the longest dashes.
pub(super) const SAMPLE: f64 = 42.0;
/// Dashes of a line that is whole.
pub(super) const WHOLE: &str = "none";

/// Grey of what stands behind.
pub(super) const BEHIND: &str = "#777777";
/// Black of what is pointed out.
pub(super) const POINTED: &str = "#222222";

/// How a strategy is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    pub(super) colour: &'static str,
    dash: &'static str,
    pub(super) marker: MarkerShape,
    hatch: Hatch,
    striped: bool,
}

impl Ink {
    /// The ink of a strategy by its index; colours come again after seven, and then with other dashes, markers and
    /// patterns. No two of the first 56 are the same.
    pub(super) fn of(strategy: usize) -> Self {
        Self {
            colour: COLOURS[strategy % COLOURS.len()],
            dash: DASHES[strategy % DASHES.len()],
            marker: MARKERS[strategy % MARKERS.len()],
            hatch: Hatch::ALL[strategy % Hatch::ALL.len()],
            striped: false,
        }
    }

    /// Black, with another marker.
    pub(super) const fn pointed(marker: MarkerShape) -> Self {
        Self::plain(POINTED, marker)
    }

    /// A colour that is no strategy's.
    pub(super) const fn plain(colour: &'static str, marker: MarkerShape) -> Self {
        Self { colour, dash: "", marker, hatch: Hatch::Plain, striped: false }
    }

    /// A colour that is no strategy's and has no markers.
    pub(super) const fn flat(colour: &'static str) -> Self {
        Self::plain(colour, MarkerShape::Circle)
    }

    /// The same with stripes, for what rests on no evidence.
    pub(super) const fn striped(self) -> Self {
        Self { striped: true, ..self }
    }

    /// The same with another marker.
    pub(super) const fn marked(self, marker: MarkerShape) -> Self {
        Self { marker, ..self }
    }

    pub(super) fn style(self) -> LineStyle {
        if self.dash.is_empty() { LineStyle::Solid } else { LineStyle::Custom(self.dash.to_owned()) }
    }

    /// What a bar is filled with: see [`Hatch::over`].
    pub(super) fn fill(self) -> String {
        let stripes = if self.striped { Hatch::Striped } else { Hatch::Plain };
        Hatch::over(&[self.hatch, stripes], self.colour)
    }

    /// A box of a legend, as a bar.
    pub(super) fn boxed(self, label: &str) -> LegendEntry {
        filled(&self.fill(), label)
    }

    /// A line of a legend.
    pub(super) fn line(self, label: &str) -> LegendEntry {
        let dasharray = (!self.dash.is_empty()).then(|| self.dash.to_owned());
        LegendEntry {
            label: label.to_owned(),
            color: self.colour.to_owned(),
            shape: LegendShape::Line,
            dasharray,
        }
    }

    /// A line of a legend with its marker on it, as [`super::panel::Panel::curve`] draws it. The library has no such sign: a
    /// marker with dashes is given its line afterwards.
    pub(super) fn marked_line(self, label: &str) -> LegendEntry {
        let dash = if self.dash.is_empty() { WHOLE } else { self.dash };
        LegendEntry { dasharray: Some(dash.to_owned()), ..self.point(label) }
    }

    /// A marker of a legend.
    pub(super) fn point(self, label: &str) -> LegendEntry {
        LegendEntry {
            label: label.to_owned(),
            color: self.colour.to_owned(),
            shape: LegendShape::Marker(self.marker),
            dasharray: None,
        }
    }
}

/// A box of a legend.
pub(super) fn filled(colour: &str, label: &str) -> LegendEntry {
    LegendEntry {
        label: label.to_owned(),
        color: colour.to_owned(),
        shape: LegendShape::Rect,
        dasharray: None,
    }
}

/// A line of a legend that is no strategy's, solid without dashes.
pub(super) fn ruled(colour: &str, dash: &str, label: &str) -> LegendEntry {
    LegendEntry {
        label: label.to_owned(),
        color: colour.to_owned(),
        shape: LegendShape::Line,
        dasharray: (!dash.is_empty()).then(|| dash.to_owned()),
    }
}

/// A disc of a legend with a rim of a colour. The library has no such sign: a marker of this kind has its rim drawn behind it
/// afterwards.
pub(super) fn ring(rim: &str, label: &str) -> LegendEntry {
    let shape = LegendShape::Marker(MarkerShape::Circle);
    LegendEntry { label: label.to_owned(), color: "white".to_owned(), shape, dasharray: Some(rim.to_owned()) }
}

/// Bands of a legend, whatever the colour of the curves that they lie about.
pub(super) fn banded(label: &str) -> LegendEntry {
    filled("#D8D8D8", label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_strategies_differ_in_dashes_markers_and_patterns_and_more_in_one_of_all() {
        let inks: Vec<Ink> = (0..56).map(Ink::of).collect();
        for (at, one) in inks.iter().enumerate() {
            for (after, other) in inks.iter().enumerate().skip(at + 1) {
                let grey = one.dash != other.dash && one.marker != other.marker && one.hatch != other.hatch;
                assert!(grey || after >= 8, "{at} and {after} are alike in grey");
                assert!(grey || one.colour != other.colour, "{at} and {after} are alike");
            }
        }
        for dash in DASHES {
            let turn: f64 = dash.split_whitespace().map(|own| own.parse::<f64>().unwrap()).sum();
            assert!(2.0 * turn <= SAMPLE, "{dash} is not seen twice on a sample");
        }
    }
}
