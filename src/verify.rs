//! Verification: the checks of a model that reviewers run by hand, on any scenario.
//!
//! Each check changes a copy of the model so that what must come out is known (costs of zero, utilities of one, certain
//! death, equal strategies), lets virtual patients live in it and compares. What follows by arithmetic is held to exactly,
//! but for the rounding of sums; what is chance within [`ERRORS`] standard errors. The checks cover the black-box tests
//! of TECH-VER (Büyükkaramikli 2019, doi:10.1007/s40273-019-00844-y) and the checks of the implemented model of `AdViSHE`
//! (Vemer 2016, doi:10.1007/s40273-015-0327-2) that can be made without knowing what a scenario is about.

mod bench;
mod chance;
mod change;
mod compare;
mod course;
mod engine;
mod money;
mod rates;
mod sampled;
mod strategies;
mod tables;

pub use engine::{Engine, Engines, Headline, Means, Shown};

use crate::model::Model;
use crate::program::TooManySteps;
use crate::simulate::{Interrupted, Observer};
use bench::Bench;
use compare::Finding;

/// Draws of the uncertain figures, where not told otherwise.
pub const DRAWS: u32 = 40;
/// Patients in each, where not told otherwise.
pub const PATIENTS: u64 = 2500;
/// Standard errors within which chance is.
pub const ERRORS: f64 = 4.5;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it must be.
    Pass,
    /// Possible, but to be looked at.
    Warning,
    /// Not as it must be.
    Fail,
    /// The scenario has nothing to check.
    NotApplicable,
}

impl Verdict {
    /// Name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Fail => "fail",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// One check of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Name in tables.
    pub id: &'static str,
    /// What was asked.
    pub question: &'static str,
    /// What was expected.
    pub expected: String,
    /// What was found; the reason where the check does not apply.
    pub found: String,
    /// What came of it.
    pub verdict: Verdict,
    /// Domain of TECH-VER that it belongs to.
    pub tech_ver: &'static str,
    /// Item of `AdViSHE` that it belongs to.
    pub advishe: &'static str,
}

/// Sizes of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Draws of the uncertain figures.
    pub draws: u32,
    /// Patients in each.
    pub patients: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { draws: DRAWS, patients: PATIENTS }
    }
}

/// Why a model was not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// A strategy is too long.
    TooManySteps(TooManySteps),
    /// Asked to stop.
    Interrupted,
}

impl From<Interrupted> for VerifyError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// A check before it is made.
struct Test {
    id: &'static str,
    question: &'static str,
    domain: Domain,
    item: Item,
    make: fn(&Bench<'_>) -> Result<Finding, VerifyError>,
}

/// Domains of TECH-VER.
#[derive(Clone, Copy)]
enum Domain {
    Events,
    Results,
    Uncertainty,
    Overall,
}

impl Domain {
    const fn name(self) -> &'static str {
        match self {
            Self::Events => "event and state calculations",
            Self::Results => "result calculations",
            Self::Uncertainty => "uncertainty analysis",
            Self::Overall => "overall checks",
        }
    }
}

/// Items of `AdViSHE`.
#[derive(Clone, Copy)]
enum Item {
    Extreme,
    Traces,
    Units,
    Cross,
    Face,
}

impl Item {
    const fn name(self) -> &'static str {
        match self {
            Self::Extreme => "extreme values",
            Self::Traces => "traces of patients",
            Self::Units => "units of the program",
            Self::Cross => "comparison with another model",
            Self::Face => "face validity of outcomes",
        }
    }
}

/// Makes the list of checks: name, question, domain, item, what to do.
macro_rules! tests {
    ($($make:path, $id:literal, $question:literal, $domain:ident, $item:ident;)*) => {
        &[$(Test { id: $id, question: $question, domain: Domain::$domain, item: Item::$item, make: $make },)*]
    };
}

const TESTS: &[Test] = tests! {
    money::zero_costs, "zero_costs", "Do unit costs of zero give costs of zero?", Results, Extreme;
    money::doubled_costs, "doubled_costs", "Do doubled unit costs double the costs?", Results, Units;
    money::costs_by_item, "costs_by_item", "Do the items of the costs sum to the costs?", Results, Units;
    money::zero_utilities, "zero_utilities", "Do utilities of zero give no QALYs?", Results, Extreme;
    money::utilities_of_one, "utilities_of_one", "Do utilities of one, without discounting, give the life years?", Results, Extreme;
    money::less_discounting, "less_discounting", "Do costs and QALYs not fall when nothing is discounted?", Results, Units;
    money::full_discounting, "full_discounting", "Does discounting at 100 % leave about the first year?", Results, Extreme;
    course::no_horizon, "no_horizon", "Does a horizon of almost nothing give no life years?", Events, Extreme;
    course::longer_horizon, "longer_horizon", "Does nobody live shorter with a longer horizon?", Events, Traces;
    course::certain_death, "certain_death", "Does certain death in the life table leave no life years?", Events, Extreme;
    course::no_background, "no_background", "Does nobody die of other causes by a life table without deaths, nor live shorter?", Events, Extreme;
    course::months_by_state, "months_by_state", "Do the months in the states sum to the life years?", Events, Traces;
    course::deaths_by_label, "deaths_by_label", "Are all patients dead by some label or alive at the horizon?", Events, Traces;
    course::curves, "curves", "Do survival curves fall from at most one to at least zero, and EFS below OS?", Events, Traces;
    rates::no_response, "no_response", "Do remission rates of zero give no remission, relapse or transplant?", Events, Extreme;
    rates::full_response, "full_response", "Do remission rates of one leave nobody without response?", Events, Extreme;
    rates::all_cured, "all_cured", "Does nobody relapse when all in remission are cured?", Events, Extreme;
    rates::without_toxicity, "no_toxicity", "Do toxicity rates of zero give no CRS, tocilizumab or other toxicity?", Events, Extreme;
    rates::nobody_able, "nobody_able", "Does nobody begin a later line that nobody is able to receive?", Events, Extreme;
    strategies::equal, "equal_strategies", "Are equal strategies equal, with increments of zero?", Results, Extreme;
    strategies::order, "order_of_strategies", "Do the results of a strategy not hang on the order of strategies?", Results, Units;
    strategies::added_line, "added_line", "Does no later line take life years from the strategy that ends before it?", Overall, Face;
    tables::differences, "increments", "Are increments differences of means, and ratios those of increments?", Results, Units;
    tables::probabilities, "acceptability", "Do probabilities of being best add to one, with the best mean on the frontier?", Uncertainty, Units;
    tables::information, "perfect_information", "Is perfect information worth the least expected loss?", Uncertainty, Units;
    tables::copied, "copied_strategy", "Does a copy of a strategy gain nothing and change no decision?", Results, Extreme;
    tables::areas, "area_under_survival", "Is the area under overall survival the life years?", Results, Cross;
    sampled::means, "sampled_means", "Are the sampled figures in the mean what the inputs say?", Uncertainty, Units;
    sampled::central, "central_values", "Do the central values give results within the range of the draws?", Uncertainty, Face;
    chance::same_seed, "same_seed", "Does the same seed give the same numbers?", Uncertainty, Units;
    chance::another_seed, "another_seed", "Does another seed give other numbers, no further apart than chance?", Uncertainty, Units;
    chance::exact_engine, "exact_engine", "Do virtual patients and the exact engine agree?", Overall, Cross;
};

/// Checks that are made of every model.
#[must_use]
pub const fn checks() -> usize {
    TESTS.len()
}

/// Makes all checks of a model with an engine. The observer hears of each check.
///
/// # Errors
/// See [`VerifyError`].
pub fn verify(
    model: &Model,
    sizes: Sizes,
    engine: &dyn Engine,
    observer: &dyn Observer,
) -> Result<Vec<Check>, VerifyError> {
    let bench = Bench::new(model, sizes, engine);
    let checks = TESTS.iter().map(|test| {
        if observer.interrupted() {
            return Err(VerifyError::Interrupted);
        }
        let finding = (test.make)(&bench)?;
        observer.advanced(1);
        Ok(Check {
            id: test.id,
            question: test.question,
            expected: finding.expected,
            found: finding.found,
            verdict: finding.verdict,
            tech_ver: test.domain.name(),
            advishe: test.item.name(),
        })
    });
    checks.collect()
}
