//! All that a demand says.

use super::measure::Measure;
use super::result::DemandResults;
use super::search::Search;
use crate::model::DemandTarget;

/// All that a demand says.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandAnswers {
    /// Of its stock as it stands.
    pub results: DemandResults,
    /// Of all policies, where there is a target.
    pub search: Option<Search>,
    /// Of the scenario as it is, then with other choices, all in the same replications of the search.
    pub switches: Vec<(String, DemandResults)>,
}

/// Different draws that those of a centre must be worth at least, as a share of all.
const LEAST_DRAWS: f64 = 0.1;

impl DemandAnswers {
    /// What a reader must be told.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(search) = self.search.as_ref().filter(|search| search.cheapest.is_none()) {
            all.push(unmet(search));
        }
        let worth = self.results.effective_draws;
        if let Some(worth) = worth.filter(|worth| *worth < LEAST_DRAWS * self.results.draws as f64) {
            all.push(format!(
                "the centre's own counts are unlike what the sources say: its {} draws are worth {worth:.0} different \
                 ones",
                self.results.draws
            ));
        }
        let scope = self.results.all();
        let infusions = self.results.amount(scope, Measure::Infusions).band.mean.unwrap_or(0.0);
        let postponed = self.results.amount(scope, Measure::PostponedDays).band.mean.unwrap_or(0.0);
        if infusions > 0.0 && postponed / infusions > 60.0 {
            all.push(format!(
                "infusions are postponed by {:.0} days on average: more patients come than beds, slots or stock let in",
                postponed / infusions
            ));
        }
        all
    }
}

/// That no policy meets the target, and which could be met.
fn unmet(search: &Search) -> String {
    let nearest = &search.candidates[search.nearest];
    let (wanted, met) = match search.target {
        DemandTarget::ServiceLevel(least) => {
            let own = nearest.service_level.map_or(1.0, |own| own.mean);
            (format!("a service level of {least}"), format!("at most {own:.4}"))
        }
        DemandTarget::StockoutChance(most) => (
            format!("a chance of a stock-out in a year of {most}"),
            format!("at least {:.4}", nearest.stockout_chance.mean),
        ),
    };
    let levels: Vec<String> = nearest.policy.order_up_to.iter().map(ToString::to_string).collect();
    let count = search.candidates.len();
    format!(
        "none of {count} policies reaches {wanted}; {met} is reached, by levels of {} vials: give higher candidates, or \
         a target that can be met",
        levels.join(", ")
    )
}
