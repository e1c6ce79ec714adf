//! Which policy is the cheapest that meets a target: all candidates meet the same patients, deliveries and luck.

mod reached;

use super::bench::{Bench, Room};
use super::run::Stopped;
use super::store::Policy;
use super::traffic::Place;
use crate::model::{Demand, DemandTarget, Model};
use crate::simulate::Observer;
use crate::summary::Band;
use reached::{OfDraw, cost_over, service_level, share_that_meets, target_error};

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// What a policy must reach.
    pub target: DemandTarget,
    /// Replications that each policy was tried in.
    pub replications: u64,
    /// All policies, in the order of the candidates, the last size fastest.
    pub candidates: Vec<Candidate>,
    /// The cheapest that meets the target; of equal cost the one with the fewest mg held.
    pub cheapest: Option<usize>,
    /// The one that comes nearest to the target.
    pub nearest: usize,
}

/// One policy and what it does in a year, all centres together.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The policy.
    pub policy: Policy,
    /// Share of doses that are there when needed; `None` where none is needed.
    pub service_level: Option<Estimate>,
    /// Chance of a year with a dose that is not there.
    pub stockout_chance: Estimate,
    /// Patients affected.
    pub patients_affected: Estimate,
    /// Vials expired.
    pub vials_expired: Estimate,
    /// Tocilizumab thrown away: left in opened vials, or expired with them, mg.
    pub wasted_mg: Estimate,
    /// Cost of holding vials.
    pub holding_cost: Estimate,
    /// All costs: vials, orders and emergency deliveries, holding.
    pub cost: Estimate,
    /// What it costs more than the cheapest policy that meets the target, with the standard error of that from draws and
    /// replications together, which all policies share; `None` where none meets it.
    pub cost_over_cheapest: Option<(f64, Option<f64>)>,
    /// Standard error of what the target asks for, from draws and replications together; needs two draws.
    pub target_se: Option<f64>,
    /// Whether it meets the target, on average over draws.
    pub meets: bool,
    /// Share of draws in which it does, without the chance of their replications.
    pub draws_that_meet: f64,
}

/// A mean with its Monte Carlo error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over draws and replications.
    pub mean: f64,
    /// Its standard error from replications, given the draws; needs two in each.
    pub mc_se: Option<f64>,
    /// 95 % of the draws, without the chance of their replications; needs two of both.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// From means of draws, and their variances.
    fn of(means: &[f64], variances: &[Option<f64>]) -> Option<Self> {
        let band = Band::without_noise(means, variances);
        Some(Self { mean: band.mean?, mc_se: band.mc_se, interval: band.lower_95.zip(band.upper_95) })
    }
}

/// Tries all policies of a demand that has a target.
///
/// # Errors
/// Where the observer asks to stop, or a strategy is too large.
pub fn search(
    model: &Model,
    demand: &Demand,
    target: DemandTarget,
    observer: &dyn Observer,
) -> Result<Search, Stopped> {
    let bench = Bench::new(model, demand)?;
    let policies = candidates(demand);
    let sizes: Vec<f64> = demand.vials.iter().map(|vial| vial.mg).collect();
    let room = || bench.room();
    let work = |room: &mut Room<'_>, figures: &_, places: &mut dyn Iterator<Item = Place>| {
        let mut found = vec![OfDraw::default(); policies.len()];
        for at in places {
            bench.gather(room, figures, at);
            for (policy, own) in policies.iter().zip(&mut found) {
                bench.replicate(room, figures, policy, at);
                let all = room.ledger.scopes() - 1;
                own.add(room.ledger.totals(all));
            }
        }
        found
    };
    let mut slots: Vec<Vec<OfDraw>> = Vec::new();
    let mut open = None;
    bench.work(demand.search_replications, observer, (room, work), |unit, found| {
        if open.replace(unit.slot) == Some(unit.slot)
            && let Some(last) = slots.last_mut()
        {
            last.iter_mut().zip(&found).for_each(|(own, other)| own.merge(other));
        } else {
            slots.push(found);
        }
    })?;
    let draws_of = |at: usize| -> Vec<OfDraw> { slots.iter().map(|slot| slot[at]).collect() };
    let tried = policies.into_iter().enumerate();
    let mut candidates: Vec<Candidate> =
        tried.map(|(at, policy)| Candidate::new(policy, &draws_of(at), target)).collect();
    let held = |at: &usize| candidates[*at].policy.full_mg(&sizes);
    let places = 0..candidates.len();
    let cheapest = places.clone().filter(|at| candidates[*at].meets).min_by(|one, other| {
        let cost = |at: &usize| candidates[*at].cost.mean;
        cost(one).total_cmp(&cost(other)).then(held(one).total_cmp(&held(other)))
    });
    let missed = |at: &usize| candidates[*at].missed(target);
    let nearest = places
        .min_by(|one, other| missed(one).total_cmp(&missed(other)).then(held(one).total_cmp(&held(other))));
    if let Some(cheapest) = cheapest {
        let least = draws_of(cheapest);
        for (at, own) in candidates.iter_mut().enumerate() {
            own.cost_over_cheapest = Some(cost_over(&draws_of(at), &least));
        }
    }
    Ok(Search {
        target,
        replications: u64::from(demand.search_replications) * u64::from(model.settings.draws),
        candidates,
        cheapest,
        nearest: nearest.unwrap_or(0),
    })
}

/// All policies that the candidates of the sizes make; the distance to the reorder point stays.
fn candidates(demand: &Demand) -> Vec<Policy> {
    let mut all = vec![Policy::of(demand)];
    for (size, vial) in demand.vials.iter().enumerate().filter(|(_, vial)| !vial.candidates.is_empty()) {
        // Below none where a quantity is ordered at a point above the level.
        let distance = i64::from(vial.order_up_to) - i64::from(vial.reorder_point);
        all = all
            .into_iter()
            .flat_map(|policy| {
                vial.candidates.iter().map(move |level| {
                    let mut changed = policy.clone();
                    changed.order_up_to[size] = *level;
                    changed.reorder_point[size] = (i64::from(*level) - distance).max(0) as u32;
                    changed
                })
            })
            .collect();
    }
    all
}

impl Candidate {
    fn new(policy: Policy, draws: &[OfDraw], target: DemandTarget) -> Self {
        let estimate = |at: usize| {
            let of_mean = |draw: &OfDraw| Some(draw.estimates[at].variance(draw.n)? / draw.n);
            let means: Vec<f64> = draws.iter().map(|draw| draw.estimates[at].mean(draw.n)).collect();
            let variances: Vec<Option<f64>> = draws.iter().map(of_mean).collect();
            let none = Estimate { mean: 0.0, mc_se: None, interval: None };
            Estimate::of(&means, &variances).unwrap_or(none)
        };
        let [stockout_chance, patients_affected, vials_expired, wasted_mg, holding_cost, cost] =
            [0, 1, 2, 3, 4, 5].map(estimate);
        let service_level = service_level(draws);
        let mut own = Self {
            policy,
            service_level,
            stockout_chance,
            patients_affected,
            vials_expired,
            wasted_mg,
            holding_cost,
            cost,
            cost_over_cheapest: None,
            target_se: target_error(draws, target),
            meets: false,
            draws_that_meet: 0.0,
        };
        own.meets = own.missed(target) <= 0.0;
        own.draws_that_meet = share_that_meets(draws, target, own.meets);
        own
    }

    /// By how much the target is missed; 0 or less where it is met.
    fn missed(&self, target: DemandTarget) -> f64 {
        match target {
            DemandTarget::ServiceLevel(least) => least - self.service_level.map_or(1.0, |own| own.mean),
            DemandTarget::StockoutChance(most) => self.stockout_chance.mean - most,
        }
    }
}
