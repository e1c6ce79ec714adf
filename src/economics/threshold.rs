//! At which value of a figure, such as a price, a strategy is just worth it.

use super::bench::Bench;
use super::root::root;
use super::{Difference, increments};
use crate::exact::Stopped;
use crate::model::ThresholdSearch;
use crate::program::Draw;
use crate::stream::Stream;

/// Most draws, and patients of all draws, in which the value is sought for the mean of draws.
const MOST: (u32, u64) = (2_000, 100_000);
/// Fewest patients of a draw.
const LEAST: u64 = 32;
/// Distance, as a share of the value, over which the slope is read: far enough to pass many patients' luck.
const APART: f64 = 0.1;

/// The value of a figure at which a strategy is as good as the comparator.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Name of the figure.
    pub parameter: String,
    /// Index of the strategy.
    pub strategy: usize,
    /// Money per QALY.
    pub wtp: f64,
    /// Central value of the figure.
    pub central: f64,
    /// With the other figures central.
    pub centre: Crossing,
    /// On average over draws of the other figures; the gain is that with the figure as drawn. `None` for a single draw.
    pub draws: Option<Crossing>,
}

impl Threshold {
    /// Whether no value was found, neither at central figures nor on average.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.centre.value.is_none() && self.draws.is_none_or(|own| own.value.is_none())
    }
}

/// Where the gain is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Crossing {
    /// Net benefit gained now.
    pub gained: f64,
    /// Its errors.
    pub gained_errors: Errors,
    /// The value; `None` where the sign of the gain is the same from the least value of the figure to 2^40 times
    /// the central one.
    pub value: Option<f64>,
    /// Its errors: those of the gain there, by the slope (delta method).
    pub value_errors: Errors,
}

/// Standard errors; `None` where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Errors {
    /// From sampling patients, given the draws.
    pub mc_se: Option<f64>,
    /// From the draws, with that.
    pub draw_se: Option<f64>,
}

/// A gain of net benefit with its errors.
type Gain = (f64, Errors);

/// Looks for the value at central figures and on average over draws, each with the same patients throughout.
///
/// # Errors
/// Where the observer asks to stop, or the exact engine does not walk the program.
pub fn threshold(
    bench: &Bench<'_>,
    search: &ThresholdSearch,
    wtp: f64,
) -> Result<Option<Threshold>, Stopped> {
    let Some((at, central)) = bench.figure(&search.parameter) else { return Ok(None) };
    let strategy = search.strategy;
    let gained = |value: f64| -> Result<Gain, Stopped> {
        let psa = bench.at(vec![bench.with(&[(at, value)])])?;
        let gain = psa.net_benefit(strategy, wtp)[0] - psa.net_benefit(psa.comparator, wtp)[0];
        let mc_se = psa.gain_errors(strategy, wtp).map(|errors| errors[0]);
        Ok((gain, Errors { mc_se, draw_se: None }))
    };
    let range = (bench.allowed(at, 0.0), central);
    let centre = crossing(range, gained(central)?, |value| bench.allowed(at, value), gained)?;
    let draws = of_draws(bench, search, wtp, at, range)?;
    let parameter = search.parameter.clone();
    Ok(Some(Threshold { parameter, strategy, wtp, central, centre, draws }))
}

/// On average over draws in which the figure alone is replaced.
fn of_draws(
    bench: &Bench<'_>,
    search: &ThresholdSearch,
    wtp: f64,
    at: usize,
    range: (f64, f64),
) -> Result<Option<Crossing>, Stopped> {
    let mut model = bench.model.clone();
    let count = bench.method.draws_beside(&model.settings).min(MOST.0);
    model.settings.patients = model.settings.patients.min((MOST.1 / u64::from(count)).max(LEAST));
    if count < 2 || Draw::is_constant(&model) {
        return Ok(None);
    }
    let stream = Stream::new(model.settings.seed);
    let sampled: Vec<Draw> = (0..count).map(|index| Draw::sample(&model, &stream, index)).collect();
    let gained = |draws: &[Draw]| -> Result<Gain, Stopped> {
        let psa = bench.method.psa((&model, bench.program), draws, bench.observer)?;
        let psa = psa.ok_or(Stopped::Interrupted)?;
        let own = increments(&psa, wtp).into_iter().find(|own| own.strategy == search.strategy);
        let Some(Difference { raw, .. }) = own.map(|own| own.net_monetary_benefit) else {
            return Ok((0.0, Errors::default()));
        };
        Ok((raw.mean.unwrap_or(f64::NAN), Errors { mc_se: raw.mc_se, draw_se: raw.draw_se }))
    };
    let with = |value: f64| {
        let mut draws = sampled.clone();
        for draw in &mut draws {
            let mut parameters = draw.parameters.clone();
            parameters[at] = value;
            *draw = Draw::of(&model, draw.index, parameters);
        }
        gained(&draws)
    };
    let now = gained(&sampled)?;
    crossing(range, now, |value| bench.allowed(at, value), with).map(Some)
}

/// Where the gain crosses nothing; `now` is the gain as it stands, with its errors.
fn crossing(
    (least, start): (f64, f64),
    now: Gain,
    allowed: impl Fn(f64) -> f64,
    gained: impl Fn(f64) -> Result<Gain, Stopped>,
) -> Result<Crossing, Stopped> {
    let none = Crossing { gained: now.0, gained_errors: now.1, ..Crossing::default() };
    // Each value is computed once.
    let mut known: Vec<(f64, Gain)> = Vec::new();
    let mut of = |value: f64| {
        if let Some((_, gain)) = known.iter().find(|(own, _)| *own == value) {
            return Ok(*gain);
        }
        let gain = gained(value)?;
        known.push((value, gain));
        Ok::<Gain, Stopped>(gain)
    };
    let first = of(start)?.0;
    let value = root((least, start, first), &allowed, |value| Ok::<f64, Stopped>(of(value)?.0))?;
    let Some(value) = value else { return Ok(none) };
    let step = APART * if value > 0.0 { value } else { start.abs().max(1.0) };
    // On one side, the other where the figure cannot go there.
    let beside = [value + step, value - step].map(&allowed).into_iter().find(|beside| *beside != value);
    let (gain, there) = of(value)?;
    let slope = match beside {
        Some(beside) => (of(beside)?.0 - gain) / (beside - value),
        None => f64::NAN,
    };
    let by_slope = |error: Option<f64>| error.map(|error| error / slope.abs());
    let value_errors = Errors { mc_se: by_slope(there.mc_se), draw_se: by_slope(there.draw_se) };
    Ok(Crossing { value: Some(value), value_errors, ..none })
}
