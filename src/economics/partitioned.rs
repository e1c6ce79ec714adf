//! A partitioned-survival model of the same curves, to set beside the simulated lives.
//!
//! Of two curves, event-free and overall survival, it makes three states: event-free, after an event, dead. Each of the
//! first two has one utility. It knows nothing of who is in which state, so it agrees on life years, and on QALYs as
//! far as two utilities can stand for all states (NICE DSU TSD 19, Woods and others 2017). They are those of the population
//! as it is at the start; where utilities fall with age, they do so as those of patients of median age.

use crate::model::{CurveKind, Fading, Model, Value};
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

/// The partitioned-survival model of every strategy; nothing where OS and EFS are not tallied to the horizon, where
/// remission or relapse has no utility, or where a regimen has one of its own for them.
#[must_use]
pub fn partitioned(model: &Model, summary: &Summary) -> Vec<Partitioned> {
    let settings = &model.settings;
    if f64::from(settings.curve_months) < settings.horizon_months.floor() {
        return Vec::new();
    }
    let states = [State::Remission, State::Relapsed];
    let lines = model.strategies.iter().flat_map(|strategy| &strategy.lines);
    // A state has one utility here, whatever was given.
    let mut given =
        lines.flat_map(|line| states.map(|state| &model.regimens[line.regimen].utility[state as usize]));
    if given.any(Option::is_some) {
        return Vec::new();
    }
    let mut central = model.clone();
    central.settings.uncertainty = false;
    let draw = Draw::sample(&central, &Stream::new(settings.seed), 0);
    let population = &model.population;
    let cells: Vec<Vec<u8>> = (0..population.cells()).map(|cell| population.levels(cell)).collect();
    let age = population.age.quantile(0.5);
    let fading = |levels: &Vec<u8>| {
        model.utilities.population.map(|norm| norm.from_age(population.sex_of(levels), age))
    };
    let fading: Vec<Option<Fading>> = cells.iter().map(fading).collect();
    // What a state is worth at a time, discounted, on average over the cells.
    let worth = |state: State| {
        let value = model.utilities.state[state as usize].as_ref()?;
        let number = |value: &Value, levels| value.evaluate(levels, &draw.parameters);
        let floor = model.utilities.floor.as_ref();
        // Utility and the least that it falls to, by cell.
        let least = |levels| floor.map_or(f64::NEG_INFINITY, |floor| number(floor, levels));
        let own: Vec<(f64, f64)> =
            cells.iter().map(|levels| (number(value, levels), least(levels))).collect();
        let (weights, fading, discount) = (&draw.weights, &fading, settings.discount);
        Some(move |t: f64| {
            let at = |fading: &Option<Fading>| fading.as_ref().map_or(1.0, |fading| fading.at(t));
            let cells = own.iter().zip(fading).zip(weights);
            let worth = cells.map(|(((own, least), fading), weight)| weight * (own * at(fading)).max(*least));
            worth.sum::<f64>() * discount.factor(discount.effects, t)
        })
    };
    let (Some(free), Some(later)) = (worth(State::Remission), worth(State::Relapsed)) else {
        return Vec::new();
    };
    // Each month by its middle; years.
    let area = |strategy: usize, curve: CurveKind, value: &dyn Fn(f64) -> f64| -> Option<f64> {
        let own = summary.survival.iter().filter(|row| row.strategy == strategy && row.curve == curve);
        let points: Vec<(f64, f64)> =
            own.map(|row| Some((f64::from(row.months), row.band.mean?))).collect::<Option<_>>()?;
        let month = |pair: &[(f64, f64)]| {
            let ((from, one), (until, other)) = (pair[0], pair[1]);
            0.5 * (one + other) * (until - from) * value(0.5 * (from + until))
        };
        (points.len() > 1).then_some(points.windows(2).map(month).sum::<f64>() / 12.0)
    };
    let of = |strategy: usize| {
        let simulated = |name: &str| summary.outcome(strategy, name).and_then(|row| row.band.mean);
        let (os, efs) = (CurveKind::Os, CurveKind::Efs);
        let event_free_years = area(strategy, efs, &|_| 1.0)?;
        let qalys = area(strategy, efs, &free)? + area(strategy, os, &later)? - area(strategy, efs, &later)?;
        Some(Partitioned {
            strategy,
            event_free_years,
            later_years: area(strategy, os, &|_| 1.0)? - event_free_years,
            life_years: simulated("life_years")?,
            qalys,
            simulated_qalys: simulated("qalys")?,
        })
    };
    (0..model.strategies.len()).filter_map(of).collect()
}
