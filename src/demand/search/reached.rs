//! What one policy reaches in the draws of a search.

use super::Estimate;
use crate::demand::measure::{Measure, Totals};
use crate::demand::tally::Moments;
use crate::model::DemandTarget;
use crate::summary::Band;

/// What is estimated of a policy, from the totals of a replication.
const ESTIMATES: usize = 6;

/// One policy in the replications of one draw.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OfDraw {
    pub(super) n: f64,
    pub(super) estimates: [Moments; ESTIMATES],
    /// Doses short and needed, and the sum of their products.
    short: Moments,
    needed: Moments,
    both: f64,
}

impl OfDraw {
    pub(super) fn add(&mut self, totals: &Totals) {
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

    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.estimates.iter_mut().zip(&other.estimates).for_each(|(own, other)| own.merge(other));
        self.short.merge(&other.short);
        self.needed.merge(&other.needed);
        self.both += other.both;
    }
}

/// Place of all costs among what is estimated.
const COST: usize = ESTIMATES - 1;

/// The mean of some draws and its standard error from all that differs between them: what is not known and the chance of their
/// replications; the error needs two.
fn over_draws(values: Vec<f64>) -> Band {
    Band::of(values, std::iter::empty())
}

/// Standard error of what a target asks for, from draws and replications together; of a ratio of means as of what is left of
/// it in each draw (Cochran 1977, 2.11).
pub(super) fn target_error(draws: &[OfDraw], target: DemandTarget) -> Option<f64> {
    match target {
        DemandTarget::StockoutChance(_) => {
            over_draws(draws.iter().map(|draw| draw.estimates[0].mean(draw.n)).collect()).draw_se
        }
        DemandTarget::ServiceLevel(_) => {
            let means = |of: fn(&OfDraw) -> &Moments| -> Vec<f64> {
                draws.iter().map(|draw| of(draw).mean(draw.n)).collect()
            };
            let (short, needed) = (means(|draw| &draw.short), means(|draw| &draw.needed));
            let [all_short, all_needed] = [&short, &needed].map(|own| own.iter().sum::<f64>());
            let ratio = all_short / all_needed;
            let left: Vec<f64> =
                short.iter().zip(&needed).map(|(short, needed)| short - ratio * needed).collect();
            let mean = all_needed / draws.len() as f64;
            over_draws(left).draw_se.filter(|_| mean > 0.0).map(|error| error / mean)
        }
    }
}

/// What one policy costs more than another in the mean, and the standard error of that, from draws and replications together:
/// both met the same patients and luck.
pub(super) fn cost_over(draws: &[OfDraw], others: &[OfDraw]) -> (f64, Option<f64>) {
    let cost = |draw: &OfDraw| draw.estimates[COST].mean(draw.n);
    let more = over_draws(draws.iter().zip(others).map(|(own, other)| cost(own) - cost(other)).collect());
    (more.mean.unwrap_or(0.0), more.draw_se)
}

/// One less the ratio of doses short to doses needed; its error is that of a ratio of means (Cochran 1977, 2.11),
/// within draws.
pub(super) fn service_level(draws: &[OfDraw]) -> Option<Estimate> {
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
pub(super) fn share_that_meets(draws: &[OfDraw], target: DemandTarget, on_average: bool) -> f64 {
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

    /// Two draws of two years each: costs 1, 3 and 2, 6 of one policy, 0, 2 and 3, 3 of another.
    #[test]
    fn costs_over_another_policy_are_paired_by_draw() {
        let draw = |costs: [f64; 2], short: [f64; 2]| {
            let mut own = OfDraw::default();
            for (cost, short) in costs.into_iter().zip(short) {
                let mut totals = [0.0; Measure::COUNT];
                totals[Measure::VialCost as usize] = cost;
                totals[Measure::NeededDoses as usize] = 10.0;
                totals[Measure::ShortDoses as usize] = short;
                totals[Measure::ShortYears as usize] = f64::from(u8::from(short > 0.0));
                own.add(&totals);
            }
            own
        };
        let one = [draw([1.0, 3.0], [0.0, 1.0]), draw([2.0, 6.0], [2.0, 3.0])];
        let other = [draw([0.0, 2.0], [0.0; 2]), draw([3.0, 3.0], [0.0; 2])];
        // Means 2 and 4 less 1 and 3: by 1 in both draws.
        assert_eq!(cost_over(&one, &other), (1.0, Some(0.0)));
        assert_eq!(cost_over(&one[..1], &other[..1]), (1.0, None));
        // Of 10 doses 0.5 and 2.5 short: shares .05 and .25, apart by .1 from their mean, so an error of .1.
        let level = target_error(&one, DemandTarget::ServiceLevel(0.9)).unwrap();
        // Years short: .5 and 1.
        let chance = target_error(&one, DemandTarget::StockoutChance(0.1)).unwrap();
        assert!((level - 0.1).abs() < 1e-12 && (chance - 0.25).abs() < 1e-12, "{level} {chance}");
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
