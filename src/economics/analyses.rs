//! The analyses of an evaluation that compute again.

use super::{
    Bench, BudgetYear, Method, OneWay, Partitioned, Psa, Subgroup, Threshold, TwoWay, budget_histories,
    budget_impact, histories_beside, one_way, partitioned, subgroups, threshold, two_way,
};
use crate::exact::Stopped;
use crate::model::{Economics, Model};
use crate::program::Program;
use crate::simulate::Observer;
use crate::summary::Summary;

/// Told of each stage that begins its name and how many histories it takes, where that is known.
pub type Begins<'a> = &'a dyn Fn(&str, Option<u64>);

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
    /// Makes all but the switches, which are scenarios of their own. `summary` is that of the run.
    ///
    /// # Errors
    /// Where the observer asks to stop, or the exact engine does not walk the program.
    pub fn new(
        (model, program): (&Model, &Program),
        economics: &Economics,
        summary: &Summary,
        method: Method,
        (observer, begins): (&dyn Observer, Begins<'_>),
    ) -> Result<Self, Stopped> {
        let bench = Bench::new(model, program, method, observer);
        let mut whole = model.clone();
        whole.settings.curves.clear();
        let mut fewer = whole.clone();
        fewer.settings.draws = method.draws_beside(&model.settings);
        let (whole, fewer) = ((&whole, program), (&fewer, program));
        let mut found = Self::default();
        if economics.one_way {
            begins("one figure at a time", None);
            found.one_way = Some(one_way(&bench)?);
        }
        for pair in &economics.two_way {
            begins("two figures together", None);
            found.two_way.extend(two_way(&bench, pair)?);
        }
        for search in &economics.thresholds {
            begins("thresholds", None);
            found.thresholds.extend(threshold(&bench, search, economics.threshold)?);
        }
        for attribute in &economics.subgroups {
            let levels = model.population.attributes[*attribute].levels.len() as u64;
            begins("subgroups", Some(levels * histories_beside(fewer.0, fewer.0.settings.draws)));
            found.subgroups.extend(subgroups(fewer, *attribute, method, observer)?);
        }
        if let Some(budget) = &economics.budget {
            begins("budget", Some(budget_histories(model, budget, method)));
            found.budget = budget_impact(whole, budget, method, observer)?;
        }
        begins("partitioned survival", None);
        found.partitioned = partitioned((model, program), summary, method, observer)?;
        Ok(found)
    }
}
