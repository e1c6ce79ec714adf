//! A partitioned-survival model of the same curves, to set beside the simulated lives.
//!
//! Of two curves, event-free and overall survival, it makes three states: event-free, after an event, dead. Each of the
//! first two has one utility. It knows nothing of who is in which state, so it agrees on life years, and on QALYs as
//! far as two utilities can stand for all states (NICE DSU TSD 19, Woods and others 2017). Where utilities fall with age,
//! they do so as those of patients of median age.

use crate::math::exp;
use crate::model::{CurveKind, Model};
use crate::outcome::State;
use crate::program::Draw;
use crate::stream::Stream;
use crate::summary::Summary;

/// One strategy by both models; means over draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Partitioned {
    /// Index of the strategy.
    pub strategy: usize,
    /// Years before an event of EFS, not discounted.
    pub event_free_years: f64,
    /// Years after it.
    pub later_years: f64,
    /// Life years of the simulated patients, not discounted.
    pub life_years: f64,
    /// QALYs by the two states, discounted.
    pub qalys: f64,
    /// QALYs of the simulated patients, discounted.
    pub simulated_qalys: f64,
}

/// The partitioned-survival model of every strategy; nothing where the curves do not go to the horizon.
#[must_use]
pub fn partitioned(model: &Model, summary: &Summary) -> Vec<Partitioned> {
    let settings = &model.settings;
    if f64::from(settings.curve_months) < settings.horizon_months.floor() {
        return Vec::new();
    }
    let mut central = model.clone();
    central.settings.uncertainty = false;
    let values = Draw::sample(&central, &Stream::new(settings.seed), 0).parameters;
    let utility = |state: State| {
        let value = model.utilities.state[state as usize].as_ref()?;
        Some(value.evaluate(&model.population.levels(0), &values))
    };
    let (Some(free), Some(later)) = (utility(State::Remission), utility(State::Relapsed)) else {
        return Vec::new();
    };
    let rate = settings.discount.per_month(settings.discount.effects);
    let population = &model.population;
    let (sex, age) = (population.sex_of(&population.levels(0)), population.age.quantile(0.5));
    let fading = model.utilities.population.map(|norm| norm.from_age(sex, age));
    let plain = |_: f64| 1.0;
    let today = |t: f64| exp(-rate * t) * fading.map_or(1.0, |fading| fading.at(t));
    // Trapezoids of whole months; years.
    let area = |strategy: usize, curve: CurveKind, value: &dyn Fn(f64) -> f64| -> Option<f64> {
        let own = summary.survival.iter().filter(|row| row.strategy == strategy && row.curve == curve);
        let points: Vec<f64> =
            own.map(|row| Some(row.band.mean? * value(f64::from(row.months)))).collect::<Option<_>>()?;
        let sum: f64 = points.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).sum();
        (points.len() > 1).then_some(sum / 12.0)
    };
    let of = |strategy: usize| {
        let simulated = |name: &str| summary.outcome(strategy, name).and_then(|row| row.band.mean);
        let [os, efs] = [CurveKind::Os, CurveKind::Efs].map(|curve| area(strategy, curve, &plain));
        let [os_now, efs_now] = [CurveKind::Os, CurveKind::Efs].map(|curve| area(strategy, curve, &today));
        Some(Partitioned {
            strategy,
            event_free_years: efs?,
            later_years: os? - efs?,
            life_years: simulated("life_years")?,
            qalys: free * efs_now? + later * (os_now? - efs_now?),
            simulated_qalys: simulated("qalys")?,
        })
    };
    (0..model.strategies.len()).filter_map(of).collect()
}
