//! All that a demand says.

use super::measure::Measure;
use super::result::DemandResults;
use super::search::Search;
use crate::model::{Demand, DemandTarget};

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
            all.push(unmet(search, &self.results.sizes));
        }
        all.extend(self.search.as_ref().and_then(|search| on_the_edge(search, &self.results.sizes)));
        let worth = self.results.effective_draws;
        if let Some(worth) = worth.filter(|worth| *worth < LEAST_DRAWS * self.results.draws as f64) {
            all.push(format!(
                "the centre's own counts are unlike what the sources say: its {} draws are worth {worth:.0} different \
                 ones, and the results stand between the two: widen the sources' figures, or plan by the counts alone",
                self.results.draws
            ));
        }
        if self.results.counts_are_idle {
            all.push(
                "the centre's own counts change nothing: no figure that they tell of is uncertain".to_owned(),
            );
        }
        let further = self.results.further_on_site;
        if further > 0.0 {
            all.push(format!(
                "in {} of {} draws no emergency delivery brings a further dose in further_within_days: the site rule holds \
                 it on site there",
                (further * self.results.draws as f64).round(),
                self.results.draws
            ));
        }
        all.extend(self.of_patients());
        all
    }

    /// Of patients who do not come, or are not infused.
    fn of_patients(&self) -> Vec<String> {
        let scope = self.results.all();
        let mean = |measure| self.results.amount(scope, measure).band.mean.unwrap_or(0.0);
        let mut all = Vec::new();
        if self.results.unmet > 0 {
            all.push(format!(
                "{} patients of all replications are left out: more come to a centre than can be addressed, or hardly \
                 anyone is given the product",
                self.results.unmet
            ));
        }
        let (referred, not_given) = (mean(Measure::Referred), mean(Measure::NotGiven));
        if not_given > 0.5 * referred {
            all.push(format!(
                "{:.0} of 100 patients who are referred are never given the product: see its access step and \
                 settings.horizon_months, after which nothing happens",
                100.0 * not_given / referred
            ));
        }
        let (ready, infused) = (mean(Measure::Ready), mean(Measure::Infusions));
        if infused == 0.0 {
            all.push("nobody is infused: see volumes, shares, beds and slots".to_owned());
        }
        let left = ready - infused - mean(Measure::LostPostponed);
        if ready > 0.0 && left > 0.05 * ready {
            all.push(format!(
                "{:.0} of 100 patients who are ready are not infused and still wait at the end: more come than beds, \
                 slots or stock let in",
                100.0 * left / ready
            ));
        }
        let [waited, days] = [Measure::IcuWaited, Measure::IcuWaitDays].map(mean);
        if waited > 0.0 && days / waited > 7.0 {
            all.push(format!(
                "patients who wait for a bed of intensive care wait for {:.0} days on average: there are too few beds. In \
                 this model waiting changes nothing of what becomes of them",
                days / waited
            ));
        }
        let (waiting, needed) = (mean(Measure::WaitingDoses), mean(Measure::NeededDoses));
        if waiting > 0.01 * needed {
            all.push(format!(
                "{:.0} of 100 doses that are needed still wait at the end: orders do not keep up with use",
                100.0 * waiting / needed
            ));
        }
        let postponed = mean(Measure::PostponedDays);
        if infused > 0.0 && postponed / infused > 60.0 {
            all.push(format!("infusions are postponed by {:.0} days on average", postponed / infused));
        }
        all
    }
}

/// That better policies may lie beyond those that were tried.
fn on_the_edge(search: &Search, sizes: &[f64]) -> Option<String> {
    let best = &search.candidates[search.cheapest?].policy;
    let beyond: Vec<String> = (0..sizes.len())
        .filter_map(|size| {
            let levels = || search.candidates.iter().map(|own| own.policy.order_up_to[size]);
            let (fewest, most) = (levels().min()?, levels().max()?);
            let own = best.order_up_to[size];
            let word = if own == most { "more" } else { "fewer" };
            let is_edge = fewest < most && (own == most || own == fewest && own > 0);
            is_edge.then(|| format!("{word} than {own} of {} mg", sizes[size]))
        })
        .collect();
    (!beyond.is_empty()).then(|| {
        format!("{}; a cheaper one may have {}: give more candidates", Demand::AT_AN_END, beyond.join(", "))
    })
}

/// That no policy meets the target, and which could be met.
fn unmet(search: &Search, sizes: &[f64]) -> String {
    let nearest = &search.candidates[search.nearest];
    let (wanted, met) = match search.target {
        DemandTarget::ServiceLevel(least) => {
            let own = nearest.service_level.map_or(1.0, |own| own.mean);
            (format!("a service level of {least}"), format!("at most {:.4}", (own * 1e4).floor() / 1e4))
        }
        DemandTarget::StockoutChance(most) => (
            format!("a chance of a shortage in a year of {most}"),
            format!("at least {:.4}", (nearest.stockout_chance.mean * 1e4).ceil() / 1e4),
        ),
    };
    let words = nearest.policy.words(sizes);
    let count = search.candidates.len();
    format!(
        "none of {count} policies reaches {wanted}; {met} is reached, by {words}: give higher candidates, or a target \
         that can be met"
    )
}
