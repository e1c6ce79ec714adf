//! What is paid at regular times while a race lasts.

use super::Unsupported;
use super::local::State;
use super::thread::Thread;
use super::walk::Walk;
use crate::model::{MIN_INTERVAL, NEAR};
use crate::program::{Origin, Schedule};

/// Share of those in a race below which nothing is paid any more.
const GONE: f64 = 1e-15;

/// Pays what falls due from the entry to a race (included) to its end (not included). `in_race` says how many are in it
/// still after some months, `factor` what that is multiplied by for those who came at a month.
pub(super) fn pay(
    walk: &mut Walk<'_>,
    schedule: &Schedule,
    thread: &Thread,
    in_race: &dyn Fn(f64) -> f64,
    factor: &dyn Fn(f64, f64) -> f64,
    state: &State,
) -> Result<(), Unsupported> {
    let (numbers, grid) = (&walk.bound.numbers, walk.grid);
    let every = numbers[schedule.every];
    if every < MIN_INTERVAL {
        return Ok(());
    }
    // The race begins so many months after the origin.
    let since = match schedule.origin {
        Origin::Line => state.since_line.ok_or(Unsupported::Origin)?,
        Origin::Remission => 0.0,
    };
    let offset = if schedule.at_origin { 0.0 } else { every };
    let first = ((since - offset) / every - NEAR).ceil();
    let limit = if schedule.limited { state.cycles } else { f64::INFINITY };
    for cost in &schedule.costs {
        let (price, worth) = walk.people.cycle(cost, numbers, grid);
        let mut cycle = first.max(cost.cycles.0);
        let mut sum = 0.0;
        while cycle < limit.min(cost.cycles.1) {
            let months = offset + cycle * every - since;
            let there = in_race(months + NEAR * every);
            if months >= grid.horizon {
                break;
            }
            if there > GONE {
                sum += there * worth.later(&thread.read.density, months, grid, |at| factor(at, months));
            }
            cycle += 1.0;
        }
        walk.lived.costs[cost.item as usize] += price * thread.all * sum;
    }
    Ok(())
}
