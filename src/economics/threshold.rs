//! At which value of a figure, such as a price, a strategy is just worth it.

use super::bench::Bench;
use crate::model::ThresholdSearch;
use crate::simulate::Interrupted;

/// Doublings of the central value within which the value is looked for.
const DOUBLINGS: u32 = 20;
/// Halvings of the bracket: more than a number has digits.
const STEPS: usize = 60;
/// The search ends where the bracket is so small against its upper end.
const CLOSE: f64 = 1e-6;

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
    /// Net benefit gained at the central value.
    pub gained: f64,
    /// The value; `None` where the sign of the gain is the same from the least value of the figure to a million times
    /// the central one.
    pub value: Option<f64>,
}

/// Looks for the value, the other figures central, by the net benefit gained with the same patients.
///
/// # Errors
/// Where the observer asks to stop.
pub fn threshold(
    bench: &Bench<'_>,
    search: &ThresholdSearch,
    wtp: f64,
) -> Result<Option<Threshold>, Interrupted> {
    let Some((at, central)) = bench.figure(&search.parameter) else { return Ok(None) };
    let gained = |value: f64| {
        let psa = bench.at(vec![bench.with(&[(at, value)])])?;
        let of = |strategy: usize| psa.net_benefit(strategy, wtp)[0];
        Ok(of(search.strategy) - of(psa.comparator))
    };
    let allowed = |value: f64| bench.with(&[(at, value)])[at];
    let now = gained(central)?;
    let found = |value| {
        let (parameter, strategy) = (search.parameter.clone(), search.strategy);
        Threshold { parameter, strategy, wtp, central, gained: now, value }
    };
    let mut low = (allowed(0.0), gained(allowed(0.0))?);
    let mut high = (central, now);
    let mut doublings = 0;
    while high.1.signum() == low.1.signum() {
        let next = allowed(if high.0 > 0.0 { 2.0 * high.0 } else { 1.0 });
        if doublings == DOUBLINGS || next <= high.0 {
            return Ok(Some(found(None)));
        }
        doublings += 1;
        high = (next, gained(next)?);
    }
    for _ in 0..STEPS {
        if high.0 - low.0 <= CLOSE * high.0.abs() {
            break;
        }
        // Where the straight line crosses, which is the answer for a price; else the middle.
        let line = low.0 - low.1 * (high.0 - low.0) / (high.1 - low.1);
        let inside = line > low.0 && line < high.0;
        for next in [if inside { line } else { 0.5 * (low.0 + high.0) }, 0.5 * (low.0 + high.0)] {
            if next <= low.0 || next >= high.0 {
                continue;
            }
            let own = gained(next)?;
            if own == 0.0 || own.abs() <= CLOSE * now.abs() {
                return Ok(Some(found(Some(next))));
            }
            if own.signum() == low.1.signum() { low = (next, own) } else { high = (next, own) }
        }
    }
    Ok(Some(found(Some(0.5 * (low.0 + high.0)))))
}
