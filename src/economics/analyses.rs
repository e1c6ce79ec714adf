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
    /// Switches under which another strategy is worth most in the mean than as the scenario is, at a willingness to pay
    /// (money per QALY), each with that strategy.
    #[must_use]
    pub fn decided_otherwise(&self, wtp: f64) -> Vec<(&str, usize)> {
        // Of equal ones the first.
        let best = |psa: &Psa| {
            let worth = |strategy: usize| psa.net_benefit(strategy, wtp).iter().sum::<f64>();
            (0..psa.strategies.len()).rev().max_by(|one, other| worth(*one).total_cmp(&worth(*other)))
        };
        let Some(((_, base), others)) = self.switches.split_first() else { return Vec::new() };
        let as_it_is = best(base);
        let decided = others.iter().filter_map(|(name, psa)| Some((name.as_str(), best(psa)?)));
        decided.filter(|(_, own)| Some(*own) != as_it_is).collect()
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_that_change_the_choice_are_found() {
        let psa = |effects: [[f64; 2]; 3]| Psa {
            strategies: ["a", "b", "c"].map(ToOwned::to_owned).to_vec(),
            comparator: 0,
            costs: vec![vec![0.0, 0.0], vec![10.0, 30.0], vec![20.0, 20.0]],
            effects: effects.map(|own| own.to_vec()).to_vec(),
            noise: None,
        };
        // At 10 a QALY b is worth 5 in the mean, c 0; at 1 no other is worth what a is.
        let base = psa([[0.0, 0.0], [2.0, 3.0], [2.0, 2.0]]);
        let switched = psa([[0.0, 0.0], [2.0, 3.0], [1.0, 5.0]]);
        let switches =
            vec![("base".to_owned(), base.clone()), ("idle".to_owned(), base), ("on".to_owned(), switched)];
        let analyses = Analyses { switches, ..Analyses::default() };
        assert_eq!(analyses.decided_otherwise(10.0), [("on", 2)]);
        assert!(analyses.decided_otherwise(1.0).is_empty());
        assert!(Analyses::default().decided_otherwise(10.0).is_empty());
    }
}
