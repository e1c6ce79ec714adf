//! What replications say: means with their errors, and what differs by chance and by what is not known.

use super::measure::{Measure, Resource};
use super::percentile::{Percentile, Percentiles};
use super::tally::{DrawTally, Moments};
use crate::model::{Counted, Demand, Model};
use crate::summary::Band;

/// Shares of replications for whom each day's count is enough, in `demand_daily.csv`.
pub const DAILY_SHARES: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 0.99];
/// Shares of years for which each peak is enough, in `demand_peaks.csv`.
pub const PEAK_SHARES: [f64; 6] = [0.8, 0.85, 0.9, 0.95, 0.99, 1.0];

/// What all replications of a demand say.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandResults {
    /// Names of the scopes: each centre, and `all` where there are several.
    pub scopes: Vec<String>,
    /// What is followed through the days; of the ward where there is one.
    pub resources: Vec<Resource>,
    /// Sizes of vials, mg.
    pub sizes: Vec<f64>,
    /// Whether all centres draw on one store.
    pub pooled: bool,
    /// Draws, and replications in each.
    pub draws: usize,
    /// Replications in each draw.
    pub replications: u32,
    /// How many different draws those of a centre with counts of its own are worth; `None` without counts, or where they
    /// tell no draw from another.
    pub effective_draws: Option<f64>,
    /// Whether the centre's own counts update nothing, since none of what they tell is uncertain.
    pub counts_are_idle: bool,
    /// Share of draws in which the site rule holds a further dose on site, since no delivery brings one in time.
    pub further_on_site: f64,
    /// Patients who should have come in all replications, and did not: too few of those tried are infused.
    pub unmet: u64,
    /// Whether patients of some product are counted from their referral on.
    pub referred: bool,
    /// By scope, then measure.
    pub totals: Vec<Vec<Amount>>,
    /// Doses needed in a year of each draw, of all centres together; empty where counts of a centre choose other draws.
    pub doses: Vec<f64>,
    /// By resource, then counted day: of all centres together.
    pub daily: Vec<Vec<Level>>,
    /// By scope, then resource: of the peaks of years.
    pub peaks: Vec<Vec<Level>>,
}

/// An amount in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// Over draws, with the Monte Carlo error; the interval without chance, which needs two replications in a draw.
    pub band: Band,
    /// Standard deviation between years of one draw: chance.
    pub chance_sd: Option<f64>,
    /// Standard deviation between draws, without what chance leaves in their means: what is not known. `None` where it
    /// cannot be told from none.
    pub unknown_sd: Option<f64>,
}

/// How many of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Mean over draws and replications.
    pub mean: f64,
    /// Its standard error from replications, given the draws; needs two in each.
    pub mc_se: Option<f64>,
    /// What is enough for these shares: [`DAILY_SHARES`] or [`PEAK_SHARES`].
    pub percentiles: Vec<Percentile>,
    /// Standard deviation between replications of one draw: chance.
    pub chance_sd: Option<f64>,
    /// Standard deviation between draws, without what chance leaves in their means: what is not known.
    pub unknown_sd: Option<f64>,
}

/// An amount in one draw.
#[derive(Debug, Clone, Copy)]
struct OfDraw {
    mean: f64,
    /// Of the mean, from replications.
    variance: Option<f64>,
    /// Between years.
    of_years: Option<f64>,
}

/// Sums over draws of something that has a mean and a variance in each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Across {
    means: Moments,
    /// Sum of the variances within draws, and of those of their means.
    within: f64,
    of_means: f64,
}

/// Collects draws, one after the other.
#[derive(Debug)]
pub(super) struct Collector {
    open: Option<(u32, DrawTally)>,
    draws: f64,
    unmet: u64,
    /// By scope and measure, of each draw.
    totals: Vec<Vec<OfDraw>>,
    daily: Vec<Across>,
    peaks: Vec<Across>,
    daily_percentiles: Percentiles,
    peak_percentiles: Percentiles,
    further_on_site: f64,
    years: f64,
}

impl Collector {
    /// `most` says of each resource about how large its counts are.
    pub(super) fn new(demand: &Demand, most: &[u32]) -> Self {
        let years = demand.years as usize;
        let days = years * Demand::DAYS_A_YEAR as usize;
        let centres = demand.centres.len();
        let scopes = centres + usize::from(centres > 1);
        let of_days = most.iter().flat_map(|most| std::iter::repeat_n(*most, days));
        let of_peaks = (0..scopes).flat_map(|_| most.iter().copied());
        Self {
            open: None,
            draws: 0.0,
            unmet: 0,
            totals: Vec::new(),
            daily: Vec::new(),
            peaks: Vec::new(),
            daily_percentiles: Percentiles::new(of_days, 1, &DAILY_SHARES),
            peak_percentiles: Percentiles::new(of_peaks, years, &PEAK_SHARES),
            further_on_site: 0.0,
            years: f64::from(demand.years),
        }
    }

    /// Takes a part of a draw; parts of one draw come one after the other.
    pub(super) fn take(&mut self, slot: u32, mut part: DrawTally) {
        if self.open.as_ref().is_some_and(|(open, _)| *open != slot) {
            self.close();
        }
        self.daily_percentiles.add(&std::mem::take(&mut part.daily_counts));
        self.peak_percentiles.add(&std::mem::take(&mut part.peak_counts));
        match &mut self.open {
            Some((_, whole)) => whole.merge(&part),
            None => self.open = Some((slot, part)),
        }
    }

    fn close(&mut self) {
        let Some((_, draw)) = self.open.take() else { return };
        self.daily_percentiles.close();
        self.peak_percentiles.close();
        let n = f64::from(draw.replications);
        self.draws += 1.0;
        self.unmet += draw.unmet;
        self.further_on_site += f64::from(u8::from(draw.further_on_site));
        self.totals.resize(draw.totals.len() * Measure::COUNT, Vec::new());
        let years = self.years;
        let all = draw.totals.iter().flatten().zip(draw.of_years.iter().flatten());
        for (own, (moments, of_years)) in self.totals.iter_mut().zip(all) {
            own.push(OfDraw {
                mean: moments.mean(n),
                variance: moments.variance(n).map(|own| own / n),
                of_years: of_years.variance(n * years),
            });
        }
        across(&mut self.daily, &draw.daily, n, n);
        // Years of one replication are not independent: its peaks count as one where their error is told.
        across(&mut self.peaks, &draw.peaks, n * years, n);
    }

    /// The results, once all draws are taken.
    pub(super) fn finish(
        mut self,
        (model, demand): (&Model, &Demand),
        effective_draws: Option<f64>,
    ) -> DemandResults {
        self.close();
        let resources = Resource::all(demand.vials.len());
        let centres = demand.centres.iter().map(|centre| centre.id.clone());
        let several = (demand.centres.len() > 1).then(|| "all".to_owned());
        // The last scope is that of all centres. Draws that counts chose are not those of the scenario.
        let all = self.totals.chunks(Measure::COUNT).last().filter(|_| effective_draws.is_none());
        let needed = all.and_then(|all| all.get(Measure::NeededDoses as usize));
        let doses = needed.into_iter().flatten().map(|draw| draw.mean).collect();
        let amounts: Vec<Amount> = self.totals.iter().map(|draws| amount(draws)).collect();
        let told = |own: &Resource| {
            demand.ward.is_some() || !matches!(own, Resource::WardBeds | Resource::WardWanted)
        };
        let levels = |all: &[Across], percentiles: &Percentiles| -> Vec<Level> {
            all.iter().zip(percentiles.finish()).map(|(own, enough)| own.level(self.draws, enough)).collect()
        };
        let daily = levels(&self.daily, &self.daily_percentiles);
        let peaks = levels(&self.peaks, &self.peak_percentiles);
        let chunks = |levels: &[Level], by: usize| -> Vec<Vec<Level>> {
            levels.chunks(by.max(1)).map(<[Level]>::to_vec).collect()
        };
        DemandResults {
            scopes: centres.chain(several).collect(),
            daily: chunks(&daily, self.daily.len() / resources.len()),
            peaks: chunks(&peaks, resources.len()),
            resources: resources.into_iter().filter(told).collect(),
            sizes: demand.vials.iter().map(|vial| vial.mg).collect(),
            pooled: demand.stock.as_ref().is_some_and(|stock| stock.pooled),
            draws: model.settings.draws as usize,
            replications: demand.replications,
            effective_draws,
            counts_are_idle: !demand.observed.is_empty() && effective_draws.is_none(),
            further_on_site: self.further_on_site / self.draws,
            unmet: self.unmet,
            referred: demand.products.iter().any(|product| product.counted == Counted::Referred),
            doses,
            totals: amounts.chunks(Measure::COUNT).map(<[Amount]>::to_vec).collect(),
        }
    }
}

/// Adds a draw: of each thing the moments of `n` values, of which `independent` stand for themselves.
fn across(all: &mut Vec<Across>, draw: &[Moments], n: f64, independent: f64) {
    all.resize(draw.len(), Across::default());
    for (own, moments) in all.iter_mut().zip(draw) {
        own.means.add(moments.mean(n));
        let variance = moments.variance(n).unwrap_or(f64::NAN);
        own.within += variance;
        own.of_means += variance / independent;
    }
}

/// An amount from what it is in each draw.
fn amount(draws: &[OfDraw]) -> Amount {
    let (means, variances): (Vec<f64>, Vec<Option<f64>>) =
        draws.iter().map(|draw| (draw.mean, draw.variance)).unzip();
    let band = Band::without_noise(&means, &variances);
    let n = draws.len() as f64;
    let within: Option<f64> = draws.iter().map(|draw| draw.of_years).sum();
    let chance_sd = within.map(|sum| (sum / n).sqrt());
    let unknown_sd = band.lower_95.and_then(|_| band.unknown_sd(n, band.mc_se));
    Amount { band, chance_sd, unknown_sd }
}

impl Across {
    fn level(&self, draws: f64, percentiles: Vec<Percentile>) -> Level {
        let known = |value: f64| value.is_finite().then_some(value);
        let between = self.means.variance(draws);
        Level {
            mean: self.means.mean(draws),
            mc_se: known(self.of_means.sqrt() / draws),
            percentiles,
            chance_sd: known((self.within / draws).sqrt()),
            unknown_sd: between.and_then(|between| known((between - self.of_means / draws).max(0.0).sqrt())),
        }
    }
}

impl DemandResults {
    /// An amount of a scope.
    #[must_use]
    pub fn amount(&self, scope: usize, measure: Measure) -> &Amount {
        &self.totals[scope][measure as usize]
    }

    /// Share of doses that are there when needed, of all centres together; `None` where none is needed.
    #[must_use]
    pub fn service_level(&self) -> Option<f64> {
        let mean = |measure| self.amount(self.all(), measure).band.mean;
        let (short, needed) = (mean(Measure::ShortDoses)?, mean(Measure::NeededDoses)?);
        (needed > 0.0).then(|| 1.0 - short / needed)
    }

    /// Doses that patients of the products are given, for each infusion; `None` where nobody is infused.
    #[must_use]
    pub fn doses_for_each_infusion(&self, scope: usize) -> Option<f64> {
        let mean = |measure| self.amount(scope, measure).band.mean;
        let given = mean(Measure::Doses)? - mean(Measure::OtherDoses)?;
        mean(Measure::Infusions).filter(|infused| *infused > 0.0).map(|infused| given / infused)
    }

    /// Whether a measure is told of a scope: what is of a store is not told where there is none, nor of the centres that
    /// share one, and who was referred not where all are counted from the infusion on.
    #[must_use]
    pub fn tells(&self, scope: usize, measure: Measure) -> bool {
        let of_referred = matches!(measure, Measure::Referred | Measure::NotGiven);
        let of_store = !self.sizes.is_empty() && (!self.pooled || scope == self.all());
        (!of_referred || self.referred) && (!measure.is_of_store() || of_store)
    }

    /// The scope of all centres together.
    #[must_use]
    pub fn all(&self) -> usize {
        self.scopes.len() - 1
    }

    /// The peaks of a resource in a scope.
    #[must_use]
    pub fn peak(&self, scope: usize, resource: Resource) -> &Level {
        &self.peaks[scope][resource.place(self.sizes.len())]
    }

    /// A percentile of the peaks of a resource in a scope; `share` is one of [`PEAK_SHARES`].
    #[must_use]
    pub fn peak_percentile(&self, scope: usize, resource: Resource, share: f64) -> Option<Percentile> {
        let at = PEAK_SHARES.iter().position(|own| *own == share)?;
        self.peak(scope, resource).percentiles.get(at).copied()
    }

    /// The days of a resource, of all centres together.
    #[must_use]
    pub fn days(&self, resource: Resource) -> &[Level] {
        &self.daily[resource.place(self.sizes.len())]
    }
}
