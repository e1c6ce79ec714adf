//! What makes the report of a run a lesson: texts with figures of the run in them, pictures, questions.

use crate::place::Place;

/// A lesson. Texts may hold [`Piece`]s other than text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What one knows afterwards, in one sentence.
    pub aim: Passage,
    /// Who it is for.
    pub for_whom: String,
    /// How long it takes, minutes, 1 or more.
    pub minutes: u32,
    /// What is assumed, for the teacher: a paragraph each.
    pub assumes: Vec<Passage>,
    /// The steps, in order; at least one.
    pub steps: Vec<LessonStep>,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonStep {
    /// Its heading.
    pub heading: String,
    /// What it says; an empty line begins a paragraph.
    pub text: Passage,
    /// How large a run must be at least for what it says, see [`SIZES`].
    pub least: Vec<(&'static str, u64)>,
    /// Name of a figure of the run that is shown, one of [`FIGURES`] or of a strategy, such as `tornado_STRATEGY`.
    pub figure: Option<String>,
    /// Name of a table of the run that is shown, one of [`TABLES`].
    pub table: Option<String>,
    /// A question and its answer, which is folded.
    pub question: Option<(Passage, Passage)>,
    /// A command to type.
    pub attempt: Option<String>,
}

/// A text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// As written.
    pub text: String,
    /// Where, by the name of the file in the library.
    pub place: Place,
    /// Key, dotted from the top of the file.
    pub key: String,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// `{TABLE COLUMN=VALUE … COLUMN FORMAT}`: the cell of a column in the one row in which other columns have these
    /// values.
    Cell {
        /// As written, without the braces.
        written: String,
        /// File of the table.
        table: String,
        /// Columns and what they hold; numbers are compared as numbers.
        holds: Vec<(String, String)>,
        /// The column that is shown.
        column: String,
        /// How.
        format: CellFormat,
    },
    /// `{run KEY}`: how the run was made.
    Run(RunKey),
    /// `{evidence ID}`: a record that the run uses.
    Evidence(String),
}

/// How a run was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKey {
    /// Patients of a draw.
    Patients,
    /// Draws of the uncertain figures.
    Draws,
    /// Patients times draws.
    Lives,
    /// Seed.
    Seed,
    /// Patients whose histories are drawn one by one.
    Histories,
}

impl RunKey {
    /// All, with their names in texts.
    pub const ALL: [(&'static str, Self); 5] = [
        ("patients", Self::Patients),
        ("draws", Self::Draws),
        ("lives", Self::Lives),
        ("seed", Self::Seed),
        ("histories", Self::Histories),
    ];
}

/// Sizes of a run that a step may ask for at least; of trials those of the size of which fewest are held.
pub const SIZES: [&str; 5] = ["patients", "draws", "lives", "histories", "trials"];

/// How a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFormat {
    /// As it stands, text; what `2` says of a number.
    Plain,
    /// So many decimals, 0 to 6; `true`: with a sign.
    Decimals(usize, bool),
    /// A hundred times the value, so many decimals, and a percent sign; `true`: with a sign.
    Percent(usize, bool),
    /// A hundred times the value, so many decimals: percentage points; `true`: with a sign.
    Points(usize, bool),
    /// So many times the value, whole: of so many patients.
    Of(u32),
    /// Years as months, one decimal.
    Months,
    /// Years as days, one decimal.
    Days,
}

/// Tables that a lesson may show, and take figures from.
pub const TABLES: &[&str] = &[
    "summary.csv",
    "spread.csv",
    "survival.csv",
    "events.csv",
    "assumptions.csv",
    "published.csv",
    "occupancy.csv",
    "incidence.csv",
    "convergence.csv",
    "histories.csv",
    "icers.csv",
    "increments.csv",
    "ceac.csv",
    "expected_loss.csv",
    "evpi.csv",
    "evppi.csv",
    "tornado.csv",
    "switches.csv",
    "subgroups.csv",
    "budget.csv",
    "demand_switches.csv",
    "trials.csv",
    "trial_power.csv",
    "trial_curves.csv",
];

/// Figures that a lesson may show, by name. Of a name that ends in `_` the rest is a strategy, a month or a size.
pub const FIGURES: &[&str] = &[
    "survival",
    "events",
    "survival_to_the_end",
    "incidence",
    "occupancy",
    "swimmer",
    "response",
    "toxicity",
    "costs",
    "plane",
    "acceptability",
    "frontier",
    "information",
    "expected_loss",
    "tornado_",
    "evppi",
    "convergence",
    "icons_response",
    "icons_tocilizumab",
    "icons_month_",
    "one_trial_",
    "trial_again_",
    "trial_spread",
    "trial_power",
    "uncertainties",
    "paired_errors",
    "individual_differences",
    "lives_around_median",
    "tocilizumab_readings",
    "plateau",
];

/// Whether a lesson may ask for a figure of this name.
#[must_use]
pub fn is_figure(name: &str) -> bool {
    FIGURES.iter().any(|known| {
        if known.ends_with('_') {
            name.len() > known.len() && name.starts_with(known)
        } else {
            name == *known
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_of_a_strategy_has_a_name_behind_the_kind() {
        assert!(is_figure("survival") && is_figure("tornado_new") && is_figure("icons_month_12"));
        assert!(!is_figure("tornado_") && !is_figure("surviva") && !is_figure("survival_x"));
    }
}
