//! All replications of a demand.

use super::bench::{Bench, Figures, Room};
use super::measure::Resource;
use super::observed::{are_own, effective};
use super::replication::Trace;
use super::result::{Collector, DemandResults};
use super::store::Policy;
use super::tally::DrawTally;
use super::traffic::Place;
use crate::model::{Centre, Demand, Model};
use crate::program::TooManySteps;
use crate::simulate::{Interrupted, Observer};

/// Why there are no results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// The observer asked to stop.
    Interrupted,
    /// The strategy of a product has too many steps.
    TooManySteps(TooManySteps),
}

impl From<Interrupted> for Stopped {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl From<TooManySteps> for Stopped {
    fn from(error: TooManySteps) -> Self {
        Self::TooManySteps(error)
    }
}

/// Replicates a demand as its stock stands; the observer hears of replications.
///
/// # Errors
/// Where the observer asks to stop, or a strategy is too large.
pub fn run(model: &Model, demand: &Demand, observer: &dyn Observer) -> Result<DemandResults, Stopped> {
    let bench = Bench::new(model, demand)?;
    let policy = Policy::of(demand);
    let mut collector = Collector::new(demand, &most(demand));
    let work = |room: &mut Room<'_>, figures: &Figures, places: &mut dyn Iterator<Item = Place>| {
        let further_on_site = figures.further_on_site();
        let mut draw = DrawTally { further_on_site, ..DrawTally::default() };
        for at in places {
            bench.gather(room, figures, at);
            bench.replicate(room, figures, &policy, at);
            draw.add(&room.ledger);
        }
        draw
    };
    bench.work(demand.replications, observer, (|| bench.room(), work), |unit, draw| {
        collector.take(unit.slot, draw);
    })?;
    // With one draw chosen of thousands it is its own only where nothing was chosen, but for one in thousands.
    let counted = !demand.observed.is_empty() && !are_own(&bench.chosen);
    let effective = counted.then(|| effective(&bench.chosen));
    Ok(collector.finish((model, demand), effective))
}

/// What happens in one replication of the first draw, step by step.
///
/// # Errors
/// Where a strategy is too large.
pub fn follow(model: &Model, demand: &Demand, replication: u32) -> Result<Trace, Stopped> {
    let bench = Bench::new(model, demand)?;
    let (mut room, figures) = (bench.room(), bench.figures(0));
    let at = Place { slot: 0, replication };
    room.follow();
    bench.gather(&mut room, &figures, at);
    bench.replicate(&mut room, &figures, &Policy::of(demand), at);
    Ok(room.trace())
}

/// About how large the counts of each resource are: of vials as many as are held.
fn most(demand: &Demand) -> Vec<u32> {
    let policy = Policy::of(demand);
    let centres = if demand.stock.as_ref().is_some_and(|own| own.pooled) { 1 } else { demand.centres.len() };
    let most = |resource| match resource {
        Resource::VialsHeld(size) => {
            let extra = |centre: &Centre| centre.extra_vials.get(size).copied().unwrap_or(0);
            let extra = demand.centres.iter().map(extra).fold(0, u32::saturating_add);
            policy.at_start(size).saturating_mul(centres as u32).saturating_add(extra)
        }
        _ => 0,
    };
    Resource::all(demand.vials.len()).into_iter().map(most).collect()
}
