//! Which policy is the cheapest that meets a target: all candidates meet the same patients, deliveries and luck.

use super::bench::{Bench, Room};
use super::measure::{Measure, Totals};
use super::run::Stopped;
use super::store::Policy;
use super::tally::Moments;
use super::traffic::Place;
use crate::model::{Demand, DemandTarget, Model};
use crate::simulate::Observer;
use crate::summary::Band;

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

/// What is estimated of a policy, from the totals of a replication.
const ESTIMATES: usize = 6;

/// One policy in the replications of one draw.
#[derive(Debug, Clone, Copy, Default)]
struct OfDraw {
    n: f64,
    estimates: [Moments; ESTIMATES],
    /// Doses short and needed, and the sum of their products.
    short: Moments,
    needed: Moments,
    both: f64,
}

impl OfDraw {
    fn add(&mut self, totals: &Totals) {
        let of = |measure: Measure| totals[measure as usize];
        self.n += 1.0;
        let values = [
            of(Measure::ShortYears),
            of(Measure::ShortPatients),
            of(Measure::VialsExpired),
            of(Measure::WastedMg),
            of(Measure::HoldingCost),
            of(Measure::VialCost) + of(Measure::OrderCost) + of(Measure::HoldingCost),
        ];
        self.estimates.iter_mut().zip(values).for_each(|(own, value)| own.add(value));
        let (short, needed) = (of(Measure::ShortDoses), of(Measure::NeededDoses));
        self.short.add(short);
        self.needed.add(needed);
        self.both += short * needed;
    }

    /// Share of doses that were there; `None` where none was needed.
    fn service_level(&self) -> Option<f64> {
        let (short, needed) = (self.short.mean(self.n), self.needed.mean(self.n));
        (needed > 0.0).then(|| 1.0 - short / needed)
    }

    /// Variance of the mean of the doses short beyond this share of those needed.
    fn short_beyond(&self, share: f64) -> Option<f64> {
        let [x, y] = [&self.short, &self.needed].map(|own| own.variance(self.n));
        let both = self.both - self.n * self.short.mean(self.n) * self.needed.mean(self.n);
        let covariance = both / (self.n - 1.0);
        Some(((x? - 2.0 * share * covariance + share * share * y?) / self.n).max(0.0))
    }

    /// What a target asks for, and the variance of that from the replications of the draw; `None` where no dose is needed.
    fn reached(&self, target: DemandTarget) -> Option<(f64, Option<f64>)> {
        match target {
            DemandTarget::ServiceLevel(_) => {
                let (level, needed) = (self.service_level()?, self.needed.mean(self.n));
                Some((level, self.short_beyond(1.0 - level).map(|variance| variance / (needed * needed))))
            }
            DemandTarget::StockoutChance(_) => {
                let chance = &self.estimates[0];
                Some((chance.mean(self.n), chance.variance(self.n).map(|variance| variance / self.n)))
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.estimates.iter_mut().zip(&other.estimates).for_each(|(own, other)| own.merge(other));
        self.short.merge(&other.short);
        self.needed.merge(&other.needed);
        self.both += other.both;
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
    let candidates: Vec<Candidate> = policies
        .into_iter()
        .enumerate()
        .map(|(at, policy)| {
            let draws: Vec<OfDraw> = slots.iter().map(|slot| slot[at]).collect();
            Candidate::new(policy, &draws, target)
        })
        .collect();
    let held = |at: &usize| candidates[*at].policy.full_mg(&sizes);
    let places = 0..candidates.len();
    let cheapest = places.clone().filter(|at| candidates[*at].meets).min_by(|one, other| {
        let cost = |at: &usize| candidates[*at].cost.mean;
        cost(one).total_cmp(&cost(other)).then(held(one).total_cmp(&held(other)))
    });
    let missed = |at: &usize| candidates[*at].missed(target);
    let nearest = places
        .min_by(|one, other| missed(one).total_cmp(&missed(other)).then(held(one).total_cmp(&held(other))));
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

/// One less the ratio of doses short to doses needed; its error is that of a ratio of means (Cochran 1977, 2.11),
/// within draws.
fn service_level(draws: &[OfDraw]) -> Option<Estimate> {
    let (short, needed) = draws.iter().fold((0.0, 0.0), |(short, needed), draw| {
        (short + draw.short.mean(draw.n), needed + draw.needed.mean(draw.n))
    });
    if needed <= 0.0 {
        return None;
    }
    let ratio = short / needed;
    let variance: Option<f64> = draws.iter().map(|draw| draw.short_beyond(ratio)).sum();
    let reached = |draw: &OfDraw| draw.reached(DemandTarget::ServiceLevel(1.0));
    let (levels, variances): (Vec<f64>, Vec<Option<f64>>) = draws.iter().filter_map(reached).unzip();
    // About the ratio of means, which is not the mean of ratios.
    let own = Estimate::of(&levels, &variances)?;
    let aside = 1.0 - ratio - own.mean;
    let interval = own.interval.map(|(low, high)| (low + aside, (high + aside).min(1.0)));
    Some(Estimate { mean: 1.0 - ratio, mc_se: variance.map(|variance| variance.sqrt() / needed), interval })
}

/// Share of draws that meet a target, without the chance of their replications; where that leaves nothing between draws,
/// all are as the mean is.
fn share_that_meets(draws: &[OfDraw], target: DemandTarget, on_average: bool) -> f64 {
    let (values, variances): (Vec<f64>, Vec<Option<f64>>) =
        draws.iter().filter_map(|draw| draw.reached(target)).unzip();
    let Some(drawn) = Band::drawn_together(&values, &variances) else {
        return f64::from(u8::from(on_average));
    };
    let meets = |value: &&f64| match target {
        DemandTarget::ServiceLevel(least) => **value >= least,
        DemandTarget::StockoutChance(most) => **value <= most,
    };
    // Draws in which no dose is needed meet any target.
    let idle = draws.len() - values.len();
    (drawn.iter().filter(meets).count() + idle) as f64 / draws.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A draw with so many years, of which some ran out.
    fn of_draw(years: u32, short: u32) -> OfDraw {
        let mut draw = OfDraw::default();
        for year in 0..years {
            let mut totals = [0.0; Measure::COUNT];
            totals[Measure::ShortYears as usize] = f64::from(u8::from(year < short));
            draw.add(&totals);
        }
        draw
    }

    /// The chance differs between draws as Beta(2, 18); with 20 years each, 0.480 of them see at most one (Beta-binomial),
    /// while 0.245 have a chance of at most 1 in 20 (binomial sum of the incomplete Beta function).
    #[test]
    fn draws_meet_a_target_without_the_chance_of_their_years() {
        // Of k years short: C(20, k) B(2 + k, 38 - k) / B(2, 18), each from the one before.
        let mut share: f64 = 18.0 * 19.0 / (38.0 * 39.0);
        let mut draws = Vec::new();
        for k in 0..=20_u32 {
            draws.extend(std::iter::repeat_n(of_draw(20, k), (10_000.0 * share).round() as usize));
            let k = f64::from(k);
            share *= (20.0 - k) / (k + 1.0) * (2.0 + k) / (37.0 - k);
        }
        let met = share_that_meets(&draws, DemandTarget::StockoutChance(0.05), false);
        let exact = 1.0 - 0.95_f64.powi(19) - 19.0 * 0.05 * 0.95_f64.powi(18);
        assert!((met - exact).abs() < 0.02, "{met} {exact}");
        // Where draws differ by chance alone all are as the mean is.
        let alike = [of_draw(20, 0), of_draw(20, 1), of_draw(20, 2), of_draw(20, 1)];
        for on_average in [false, true] {
            let met = share_that_meets(&alike, DemandTarget::StockoutChance(0.05), on_average);
            assert_eq!(met, f64::from(u8::from(on_average)));
        }
    }
}
