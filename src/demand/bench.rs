//! What replications are made with: sources of patients, draws, and one thread's room.

use super::ledger::Ledger;
use super::life::{Source, Teller};
use super::observed::chosen;
use super::plan::Plan;
use super::replication::{Run, Trace, World};
use super::store::Policy;
use super::traffic::{Place, Traffic};
use crate::model::{Demand, Model};
use crate::program::{Draw, TooManySteps};
use crate::simulate::{Interrupted, Observer};
use crate::stream::Stream;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Replications of one unit of work: a part of a draw's.
const UNIT: u32 = 32;
/// Units whose results are held at once before they are folded.
const GROUP: usize = 16;

/// A demand that can be replicated.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) model: &'a Model,
    pub(super) demand: &'a Demand,
    sources: Vec<Source>,
    stream: Stream,
    sizes: Vec<f64>,
    /// The draw whose figures each slot takes.
    pub(super) chosen: Vec<u32>,
}

/// One thread's room.
#[derive(Debug)]
pub(super) struct Room<'a> {
    tellers: Vec<Teller<'a>>,
    traffic: Traffic,
    world: World,
    pub(super) ledger: Ledger,
}

/// The figures of one slot.
pub(super) struct Figures {
    plan: Plan,
    draws: Vec<Draw>,
}

impl Figures {
    /// Whether the site rule holds a further dose on site in this draw.
    pub(super) fn further_on_site(&self) -> bool {
        self.plan.store.as_ref().is_some_and(|store| store.further_on_site)
    }
}

/// A part of a draw's replications.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// The slot, from 0.
    pub(super) slot: u32,
    first: u32,
    end: u32,
}

impl<'a> Bench<'a> {
    pub(super) fn new(model: &'a Model, demand: &'a Demand) -> Result<Self, TooManySteps> {
        let sources = demand.products.iter().map(|product| Source::new(model, product));
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        let stream = Stream::new(model.settings.seed);
        Ok(Self {
            chosen: chosen(model, demand, &sources, stream),
            model,
            demand,
            sources,
            stream,
            sizes: demand.vials.iter().map(|vial| vial.mg).collect(),
        })
    }

    pub(super) fn room(&self) -> Room<'_> {
        Room {
            tellers: self.sources.iter().map(Teller::new).collect(),
            traffic: Traffic::default(),
            world: World::new(self.demand),
            ledger: Ledger::new(self.demand),
        }
    }

    /// The figures of a slot.
    pub(super) fn figures(&self, slot: u32) -> Figures {
        let from = self.chosen[slot as usize];
        // The figures of one draw, the luck of another where a draw is taken more than once.
        let at = |model: &Model| Draw { index: slot, ..Draw::sample(model, &self.stream, from) };
        let draws: Vec<Draw> = self.sources.iter().map(|source| at(&source.model)).collect();
        let plan = Plan::new(self.model, self.demand, &at(self.model), &self.sources, &draws);
        Figures { plan, draws }
    }

    /// Brings the patients of a replication together.
    pub(super) fn gather(&self, room: &mut Room<'_>, figures: &Figures, at: Place) {
        let patients = (&mut room.tellers[..], &figures.draws[..]);
        room.traffic.fill((self.demand, &figures.plan), patients, self.stream, at);
    }

    /// Lets those who were gathered come under a policy; the ledger of the room says what was counted.
    pub(super) fn replicate(&self, room: &mut Room<'_>, figures: &Figures, policy: &Policy, at: Place) {
        let Room { traffic, world, ledger, .. } = room;
        let (demand, stream, sizes) = (self.demand, self.stream, &self.sizes[..]);
        Run { demand, plan: &figures.plan, policy, traffic, stream, at, sizes, world, ledger }.run();
    }

    /// Units of a run of so many replications in each draw.
    fn units(&self, replications: u32) -> Vec<Unit> {
        let slots = 0..self.chosen.len() as u32;
        let parts = (0..replications).step_by(UNIT as usize);
        slots
            .flat_map(|slot| {
                let unit = move |first| Unit { slot, first, end: (first + UNIT).min(replications) };
                parts.clone().map(unit)
            })
            .collect()
    }

    /// Works through all units in parallel, some at a time, and folds what they found in order.
    pub(super) fn work<'b, T: Send, R: Send + 'b>(
        &'b self,
        replications: u32,
        observer: &dyn Observer,
        (room, work): (
            impl Fn() -> R + Sync,
            impl Fn(&mut R, &Figures, &mut dyn Iterator<Item = Place>) -> T + Sync,
        ),
        mut fold: impl FnMut(Unit, T),
    ) -> Result<(), Interrupted> {
        let idle: Mutex<Vec<R>> = Mutex::new(Vec::new());
        for group in self.units(replications).chunks(GROUP) {
            let found: Vec<T> = group
                .par_iter()
                .map(|unit| {
                    if observer.interrupted() {
                        return Err(Interrupted);
                    }
                    let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let mut own = taken.unwrap_or_else(&room);
                    let slot = unit.slot;
                    let places = (unit.first..unit.end).map(|replication| Place { slot, replication });
                    let mut places = places.take_while(|_| !observer.interrupted());
                    let found = work(&mut own, &self.figures(slot), &mut places);
                    // What is not whole is not used.
                    if observer.interrupted() {
                        return Err(Interrupted);
                    }
                    idle.lock().unwrap_or_else(PoisonError::into_inner).push(own);
                    observer.advanced(u64::from(unit.end - unit.first));
                    Ok(found)
                })
                .collect::<Result<_, _>>()?;
            group.iter().zip(found).for_each(|(unit, found)| fold(*unit, found));
        }
        Ok(())
    }
}

impl Room<'_> {
    /// Notes from now on what happens.
    pub(super) fn follow(&mut self) {
        self.world.trace = Some(Trace::default());
    }

    /// What happened.
    pub(super) fn trace(self) -> Trace {
        self.world.trace.unwrap_or_default()
    }
}
