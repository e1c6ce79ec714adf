//! Figures of a finished run, each drawn from its tables. A further one is a file here and a line in [`KINDS`].
//!
//! Colours are those of Okabe and Ito, told apart by the colour-blind; strategies differ in dashes, markers and
//! patterns of their bars too, so that a print in grey can be read.

mod axis;
mod budget;
mod by_threshold;
mod chart;
mod convergence;
mod costs;
mod course;
mod crs;
mod demand;
mod endpoint;
mod extrapolated;
mod factor;
mod finish;
mod fit;
mod forest;
mod hatch;
mod icons;
mod ink;
mod interval;
mod laid;
mod lane;
mod lived;
mod lives;
mod named;
mod one_trial;
mod paired;
mod panel;
mod phrase;
mod plane;
mod plateau;
mod raster;
mod readings;
mod response;
mod resting;
mod survival;
mod swimmer;
mod tornado;
mod trial_again;
mod trial_power;
mod trial_spread;
mod trials;
mod two_way;
mod uncertainties;
mod words;
mod worth;

pub use fit::{fit_figures, validation_figure};

use super::told::Told;
use kuva::backend::svg::SvgBackend;
use kuva::render::render::{Primitive, Scene};
use std::fmt::{self, Write as _};

/// What a figure is about: where it stands in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Survival and events.
    Survival,
    /// States and single patients through time.
    Course,
    /// Remission, toxicity.
    Response,
    /// Costs and effects.
    Economics,
    /// What one does not know, and what more of it would be worth.
    Uncertainty,
    /// What centres must hold.
    Demand,
    /// Fits against what they are fitted to.
    Calibration,
    /// Trials that are simulated again and again.
    Trials,
}

impl Subject {
    /// All, in the order of the report, with their headings.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Survival, "Survival"),
        (Self::Course, "Course"),
        (Self::Response, "Response and toxicity"),
        (Self::Economics, "Costs and effects"),
        (Self::Uncertainty, "Uncertainty"),
        (Self::Demand, "Demand"),
        (Self::Calibration, "Calibration"),
        (Self::Trials, "Trials"),
    ];
}

/// A figure with all that is said of it.
pub struct Figure {
    /// Name of its file, without the ending.
    pub name: String,
    /// What it is about.
    pub subject: Subject,
    /// Its heading.
    pub title: String,
    /// What is drawn, from what, and what is prior-driven in it.
    pub caption: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The tables that it is drawn from.
    pub tables: &'static [&'static str],
    /// Figures of the evidence and assumptions that it names, by the names of the tables.
    pub names: Vec<String>,
    scene: Scene,
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figure").field("name", &self.name).field("title", &self.title).finish_non_exhaustive()
    }
}

/// Pixels of letters that are read without effort.
const LEGIBLE: f64 = 11.0;

impl Figure {
    /// The figure as SVG, with its title and what it shows inside.
    #[must_use]
    pub fn svg(&self) -> String {
        svg(&self.scene, &self.name, &self.title, &self.alt)
    }

    /// Pixels of width from which on all its letters are legible.
    pub(super) fn legible(&self) -> u32 {
        legible(&self.scene)
    }

    /// The figure as PNG, twice as large as the SVG.
    ///
    /// # Errors
    /// What the reader of the SVG or the encoder says.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        raster::png(&self.svg())
    }
}

/// Pixels of width from which on all letters of a scene are legible.
fn legible(scene: &Scene) -> u32 {
    let sizes = scene.elements.iter().filter_map(|own| match own {
        Primitive::Text { size, .. } => Some(f64::from(*size)),
        _ => None,
    });
    (scene.width * LEGIBLE / sizes.fold(f64::INFINITY, f64::min)).ceil() as u32
}

/// A scene as SVG, with its title and what it shows inside.
fn svg(scene: &Scene, name: &str, title: &str, alt: &str) -> String {
    let drawn = SvgBackend::new().render_scene(scene);
    // The size in pixels is what a viewer takes where the page gives none; the box lets it scale.
    let (width, height) = (scene.width, scene.height);
    let scaled = format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\"");
    let drawn = drawn.replacen("<svg", &scaled, 1);
    let told = format!("><title>{}</title><desc>{}</desc>", escaped(title), escaped(alt));
    clips_of_file(&drawn.replacen('>', &told, 1), name) + "\n"
}

/// Names of clips by the file and from 1 on, so that several figures can stand in one page and a figure is the same whatever
/// was drawn before it: the library counts on through all that a process draws.
fn clips_of_file(drawn: &str, name: &str) -> String {
    let mut parts = drawn.split("kuva-clip-");
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut known: Vec<&str> = Vec::new();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let place = known.iter().position(|own| *own == number).unwrap_or(known.len());
        if place == known.len() {
            known.push(number);
        }
        let _ = write!(out, "{name}-clip-{}{rest}", place + 1);
    }
    out
}

/// Text as XML takes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// All kinds of figures, in the order of the report within their subject.
const KINDS: [fn(&Told) -> Vec<Figure>; 26] = [
    survival::figures,
    course::figures,
    swimmer::figures,
    response::figures,
    costs::figures,
    plane::figures,
    by_threshold::figures,
    tornado::figures,
    convergence::figures,
    crs::figures,
    budget::figures,
    forest::figures,
    two_way::figures,
    worth::figures,
    demand::figures,
    fit::figures,
    one_trial::figures,
    trial_again::figures,
    trial_spread::figures,
    trial_power::figures,
    icons::figures,
    lives::figures,
    paired::figures,
    plateau::figures,
    readings::figures,
    uncertainties::figures,
];

pub(super) use demand::{Course, courses};
pub(super) use endpoint::{about, curve_until, is_median};
pub(super) use extrapolated::{gained_late, prior_driven};
pub(super) use icons::narrow;
pub(super) use interval::{FEW_DRAWS, words as held_by_bands};
pub(super) use laid::{left_out, near, near_words};
pub(super) use lived::late_years;
pub(super) use named::Names;
pub(super) use phrase::listed;
pub(super) use trial_again::{Frame, frames};

/// The figures that the tables of a run give, in the order of the report.
#[must_use]
pub fn figures(told: &Told) -> Vec<Figure> {
    let mut all: Vec<Figure> = KINDS.iter().flat_map(|kind| kind(told)).collect();
    all.sort_by_key(|figure| figure.subject);
    all
}
