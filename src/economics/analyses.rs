//! The analyses of an evaluation that simulate again.

use super::{
    Bench, BudgetYear, OneWay, Partitioned, Psa, Subgroup, Threshold, TwoWay, budget_impact, one_way,
    subgroups, threshold, two_way,
};
use crate::model::{Economics, Model, Settings};
use crate::program::Program;
use crate::simulate::{Interrupted, Observer};

/// Most draws of subgroups and budgets.
const DRAWS: u32 = 10_000;

/// Most patients of a draw, and of all draws, of a run that stands beside another, and the least of a draw.
const BESIDE: (u64, u64, u64) = (1_000, 500_000, 100);

/// Patients of each draw of a run that stands beside another in the same draws, which say most of what there is to say:
/// at most those of the other.
#[must_use]
pub fn patients_beside(settings: &Settings) -> u64 {
    let (of_draw, of_all, least) = BESIDE;
    settings.patients.min(of_draw).min((of_all / u64::from(settings.draws)).max(least))
}

/// What the analyses that a scenario asks for found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Analyses {
    /// Every figure moved from low to high.
    pub one_way: Option<OneWay>,
    /// Pairs of figures moved together.
    pub two_way: Vec<TwoWay>,
    /// Values at which a strategy is just worth it.
    pub thresholds: Vec<Threshold>,
    /// Levels of attributes apart.
    pub subgroups: Vec<Subgroup>,
    /// The budget year by year.
    pub budget: Vec<BudgetYear>,
    /// A partitioned-survival model of the same curves.
    pub partitioned: Vec<Partitioned>,
    /// The scenario as it is, then runs with other choices: name, and costs and effects by draw.
    pub switches: Vec<(String, Psa)>,
}

impl Analyses {
    /// Makes all but the switches, which are scenarios of their own.
    ///
    /// # Errors
    /// Where the observer asks to stop.
    pub fn new(
        model: &Model,
        program: &Program,
        economics: &Economics,
        observer: &dyn Observer,
    ) -> Result<Self, Interrupted> {
        let bench = Bench::new(model, program, observer);
        let mut fewer = model.clone();
        fewer.settings.draws = model.settings.draws.min(DRAWS);
        fewer.settings.curves.clear();
        let mut found = Self::default();
        if economics.one_way {
            found.one_way = Some(one_way(&bench)?);
        }
        for pair in &economics.two_way {
            found.two_way.extend(two_way(&bench, pair)?);
        }
        for search in &economics.thresholds {
            found.thresholds.extend(threshold(&bench, search, economics.threshold)?);
        }
        for attribute in &economics.subgroups {
            found.subgroups.extend(subgroups(&fewer, program, *attribute, observer)?);
        }
        if let Some(budget) = &economics.budget {
            found.budget = budget_impact(&fewer, program, budget, observer)?;
        }
        Ok(found)
    }
}
