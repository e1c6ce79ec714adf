//! Colours, dashes and markers: one of each for every strategy.

use kuva::prelude::{LegendEntry, LegendShape, LineStyle, MarkerShape};

/// Okabe and Ito 2008, without yellow, which is lost on white.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
const DASHES: [&str; 4] = ["", "8 4", "8 3 2 3", "12 3"];
const MARKERS: [MarkerShape; 5] = [
    MarkerShape::Circle,
    MarkerShape::Square,
    MarkerShape::Triangle,
    MarkerShape::Diamond,
    MarkerShape::TriangleDown,
];

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
}

impl Ink {
    /// The ink of a strategy by its index; colours come again after seven, and then in other dashes.
    pub(super) fn of(strategy: usize) -> Self {
        Self {
            colour: COLOURS[strategy % COLOURS.len()],
            dash: DASHES[(strategy + strategy / COLOURS.len()) % DASHES.len()],
            marker: MARKERS[strategy % MARKERS.len()],
        }
    }

    /// Black, with another marker.
    pub(super) const fn pointed(marker: MarkerShape) -> Self {
        Self::plain(POINTED, marker)
    }

    /// A colour that is no strategy's.
    pub(super) const fn plain(colour: &'static str, marker: MarkerShape) -> Self {
        Self { colour, dash: "", marker }
    }

    /// The same with another marker.
    pub(super) const fn marked(self, marker: MarkerShape) -> Self {
        Self { marker, ..self }
    }

    pub(super) fn style(self) -> LineStyle {
        if self.dash.is_empty() { LineStyle::Solid } else { LineStyle::Custom(self.dash.to_owned()) }
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

/// Bands of a legend, whatever the colour of the curves that they lie about.
pub(super) fn banded(label: &str) -> LegendEntry {
    filled("#D8D8D8", label)
}
