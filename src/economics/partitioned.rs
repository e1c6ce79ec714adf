//! A partitioned-survival model of the same curves, to set beside the simulated lives.
//!
//! Of two curves, event-free and overall survival, it makes three states: event-free, after an event, dead. Each of the
//! first two has one utility. It knows nothing of who is in which state, so it agrees on life years, and on QALYs as
//! far as two utilities can stand for all states (NICE DSU TSD 19, Woods and others 2017). They are those of the population
//! as it is at the start; where utilities fall with age, they do so as those of patients of median age. Where they change
//! with the time since a state was entered, they do so here by the time since the start: when who entered is not known.

use super::Method;
use super::means::Means;
use crate::exact::Stopped;
use crate::model::{CurveKind, Fading, Model, TimePiece, Value};
use crate::outcome::State;
use crate::program::{Draw, Program};
use crate::simulate::{ByPatient, Observer, Worker, by_patient};
use crate::stream::Stream;
use crate::summary::Summary;
use rayon::prelude::*;

/// Draws and patients that show how much patients differ: some 200,000, as many as tell it to half a percent.
const SAMPLE: (u32, u64) = (500, 400);

/// One quantity by both models; means over draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// By the areas under the curves.
    pub partitioned: f64,
    /// Of the simulated patients.
    pub simulated: f64,
    /// Monte Carlo standard errors: of the areas, of the patients, and of the difference, whose patients are the same;
    /// `None` without noise.
    pub mc_se: Option<[f64; 3]>,
}

/// One strategy by both models; means over draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Partitioned {
    /// Index of the strategy.
    pub strategy: usize,
    /// Years before an event of EFS, not discounted, and their Monte Carlo standard error.
    pub event_free_years: (f64, Option<f64>),
    /// Years after it, likewise.
    pub later_years: (f64, Option<f64>),
    /// Life years, not discounted.
    pub life_years: Pair,
    /// QALYs by the two states, and those of the simulated patients, discounted.
    pub qalys: Pair,
}

/// What a month of each state is worth, in the months of the curves.
struct Worth {
    /// Years, and QALYs before an event and after it, by month from 1.
    months: Vec<[f64; 3]>,
}

impl Worth {
    /// Utilities by the middle of each month.
    fn new(model: &Model) -> Self {
        let mut central = model.clone();
        central.settings.uncertainty = false;
        let settings = &model.settings;
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
            let value = model.utilities.state[state as usize].as_ref();
            let number = |value: &Value, levels: &[u8]| value.evaluate(levels, &draw.parameters);
            let floor = model.utilities.floor.as_ref();
            // Utilities with the month from which each holds, and the least that they fall to, by cell.
            let least = |levels: &[u8]| floor.map_or(f64::NEG_INFINITY, |floor| number(floor, levels));
            let later = &model.utilities.since_entry[state as usize];
            let pieces = |levels: &Vec<u8>| -> Vec<(f64, f64)> {
                // What is not named is 0.
                let first = value.map_or(0.0, |value| number(value, levels));
                let later =
                    later.iter().map(|own| [&own.from_months, &own.amount].map(|own| number(own, levels)));
                let later = TimePiece::changes(first, later).map(|(from, [_, utility])| (from, utility));
                std::iter::once((0.0, first)).chain(later).collect()
            };
            let own: Vec<(Vec<(f64, f64)>, f64)> =
                cells.iter().map(|levels| (pieces(levels), least(levels))).collect();
            let (weights, fading, discount) = (&draw.weights, &fading, settings.discount);
            move |t: f64| {
                let at = |fading: &Option<Fading>| fading.as_ref().map_or(1.0, |fading| fading.at(t));
                let now = |pieces: &[(f64, f64)]| {
                    pieces.iter().rev().find(|(from, _)| *from <= t).map_or(0.0, |(_, utility)| *utility)
                };
                let cells = own.iter().zip(fading).zip(weights);
                let worth = cells
                    .map(|(((own, least), fading), weight)| weight * (now(own) * at(fading)).max(*least));
                worth.sum::<f64>() * discount.factor(discount.effects, t)
            }
        };
        let (free, later) = (worth(State::Remission), worth(State::Relapsed));
        let of = |month: u32| {
            let middle = f64::from(month) + 0.5;
            [1.0, free(middle), later(middle)].map(|worth| worth / 12.0)
        };
        Self { months: (0..settings.curve_months).map(of).collect() }
    }

    /// The areas under curves given by months from 0: event-free years, years after, QALYs.
    fn areas(&self, event_free: &[f64], alive: &[f64]) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for (month, worth) in self.months.iter().enumerate() {
            let half = |curve: &[f64]| 0.5 * (curve[month] + curve[month + 1]);
            let (free, alive) = (half(event_free), half(alive));
            sums[0] += free * worth[0];
            sums[1] += (alive - free) * worth[0];
            sums[2] += free * worth[1] + (alive - free) * worth[2];
        }
        sums
    }

    /// What one patient adds to the areas, as a table by the month of an event: half of the month in which it comes.
    fn until(&self) -> Vec<[f64; 3]> {
        let mut sums = vec![[0.0; 3]];
        for worth in &self.months {
            let before = sums[sums.len() - 1];
            sums.push([0, 1, 2].map(|of| before[of] + worth[of]));
        }
        sums
    }
}

/// States that have a utility each in the model.
const STATES: [State; 2] = [State::Remission, State::Relapsed];

/// Why a scenario has no partitioned-survival model; nothing where it has one.
#[must_use]
pub fn not_partitioned(model: &Model) -> Option<String> {
    let settings = &model.settings;
    if f64::from(settings.curve_months) < settings.horizon_months.floor() {
        let (months, horizon) = (settings.curve_months, settings.horizon_months);
        return Some(format!(
            "settings.curve_months, {months}, ends before settings.horizon_months, {horizon}"
        ));
    }
    if let Some(kind) = [CurveKind::Os, CurveKind::Efs].iter().find(|kind| !settings.curves.contains(kind)) {
        return Some(format!("settings.curves has no {}", kind.labels().0));
    }
    let utilities = &model.utilities;
    let bare = |state: &&State| {
        utilities.state[**state as usize].is_none() && utilities.since_entry[**state as usize].is_empty()
    };
    if let Some(state) = STATES.iter().find(bare) {
        return Some(format!("utilities.state has no {}", state.name()));
    }
    // A state has one utility in it, whatever was given.
    let lines = model.strategies.iter().flat_map(|strategy| &strategy.lines);
    let mut all = lines.flat_map(|line| STATES.map(|state| (&model.regimens[line.regimen], state)));
    let (regimen, state) = all.find(|(regimen, state)| regimen.utility[*state as usize].is_some())?;
    Some(format!("{} has a utility of its own in {}", regimen.id, state.name()))
}

/// The partitioned-survival model of every strategy, with errors from the first of the run's patients; nothing where
/// [`not_partitioned`] says why.
///
/// # Errors
/// Where the observer asks to stop.
pub fn partitioned(
    (model, program): (&Model, &Program),
    summary: &Summary,
    method: Method,
    observer: &dyn Observer,
) -> Result<Vec<Partitioned>, Stopped> {
    if not_partitioned(model).is_some() {
        return Ok(Vec::new());
    }
    let worth = Worth::new(model);
    let curve = |strategy: usize, curve: CurveKind| -> Option<Vec<f64>> {
        let own = summary.survival.iter().filter(|row| row.strategy == strategy && row.curve == curve);
        let points: Vec<f64> = own.map(|row| row.band.mean).collect::<Option<_>>()?;
        (points.len() == worth.months.len() + 1 && points.len() > 1).then_some(points)
    };
    let mut found = Vec::new();
    for strategy in 0..model.strategies.len() {
        let band = |name: &str| summary.outcome(strategy, name).map(|row| row.band);
        let (Some(efs), Some(os)) = (curve(strategy, CurveKind::Efs), curve(strategy, CurveKind::Os)) else {
            continue;
        };
        let (Some(years), Some(qalys)) = (band("life_years"), band("qalys")) else { continue };
        let (Some(life_years), Some(simulated_qalys)) = (years.mean, qalys.mean) else { continue };
        let [free, later, worth] = worth.areas(&efs, &os);
        let pair = |partitioned, simulated| Pair { partitioned, simulated, mc_se: None };
        found.push(Partitioned {
            strategy,
            event_free_years: (free, None),
            later_years: (later, None),
            life_years: pair(free + later, life_years),
            qalys: pair(worth, simulated_qalys),
        });
    }
    if method == Method::Patients && !found.is_empty() {
        add_errors(&mut found, (model, program), &worth.until(), observer)?;
    }
    Ok(found)
}

/// Adds Monte Carlo errors: the variance between patients of a draw, by those of some of them.
fn add_errors(
    found: &mut [Partitioned],
    (model, program): (&Model, &Program),
    until: &[[f64; 3]],
    observer: &dyn Observer,
) -> Result<(), Stopped> {
    let settings = &model.settings;
    let (draws, patients) = (settings.draws.min(SAMPLE.0), settings.patients.min(SAMPLE.1));
    let stream = Stream::new(settings.seed);
    let of_draw = |index: u32| {
        let mut worker = Worker::new(model, program);
        let draw = Draw::sample(model, &stream, index);
        let lived = by_patient(&mut worker, &draw, patients, observer)?;
        Ok(lived.iter().map(|own| of_strategy(own, until)).collect())
    };
    let all: Vec<Vec<Means>> = (0..draws).into_par_iter().map(of_draw).collect::<Result<_, Stopped>>()?;
    // Errors of means of so many patients, from those of the patients looked at.
    let fewer = patients as f64 / settings.patients as f64 / f64::from(settings.draws);
    for own in found {
        let error = |weights: [f64; 6]| {
            let variances = all.iter().map(|draw| draw[own.strategy].sum(&weights).1.unwrap_or(f64::NAN));
            (variances.sum::<f64>() / f64::from(draws) * fewer).sqrt()
        };
        // Event-free years, later years, their QALYs, QALYs after, life years and QALYs as simulated.
        own.event_free_years.1 = Some(error([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
        own.later_years.1 = Some(error([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
        own.life_years.mc_se = Some([
            error([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
            error([0.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
            error([1.0, 1.0, 0.0, 0.0, -1.0, 0.0]),
        ]);
        own.qalys.mc_se = Some([
            error([0.0, 0.0, 1.0, 1.0, 0.0, 0.0]),
            error([0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
            error([0.0, 0.0, 1.0, 1.0, 0.0, -1.0]),
        ]);
    }
    Ok(())
}

/// What the areas under the curves of single patients are, beside what they lived through.
fn of_strategy(lived: &ByPatient, until: &[[f64; 3]]) -> Means {
    let last = until.len() - 1;
    // Alive until the month before, and half of that in which it comes.
    let worth = |time: f64, of: usize| {
        if time > last as f64 {
            return until[last][of];
        }
        let month = (time.ceil() as usize).max(1);
        0.5 * (until[month - 1][of] + until[month][of])
    };
    let column = |of: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
        lived.event.iter().zip(&lived.death).map(|(event, death)| of(*event, *death)).collect()
    };
    let free = column(&|event, _| worth(event, 0));
    let later = column(&|event, death| worth(death, 0) - worth(event, 0));
    let before = column(&|event, _| worth(event, 1));
    let after = column(&|event, death| worth(death, 2) - worth(event, 2));
    Means::of_columns(&[&free, &later, &before, &after, &lived.life_years, &lived.qalys])
}
