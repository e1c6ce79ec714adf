//! What happens to threads on an edge.

use super::Unsupported;
use super::density::Density;
use super::lived::First;
use super::local::State;
use super::thread::{EFS, RELAPSE, Thread, thing_of};
use super::walk::{Purpose, Walk};
use crate::model::CostItem;
use crate::outcome::{Amount, Mark, flag};
use crate::program::{Edge, Effect, Origin};

impl<'a> Walk<'a> {
    /// Adds to the flags of some bits.
    pub(super) fn flag(&mut self, bits: u32, share: impl Fn(usize) -> f64) {
        for bit in (0..flag::COUNT).filter(|bit| bits >> bit & 1 == 1) {
            self.lived.flags[bit] += share(bit);
        }
    }

    /// What happens on an edge; the threads that go on.
    pub(super) fn effects(
        &mut self,
        edge: &'a Edge,
        mut threads: Vec<Thread>,
        mut state: State,
    ) -> Result<(Vec<Thread>, State), Unsupported> {
        threads.retain(|thread| thread.all > 0.0 && !thread.read.density.is_empty());
        let mut firsts = Vec::new();
        for effect in &edge.effects {
            match effect {
                Effect::Save(Origin::Line) => state.since_line = Some(0.0),
                Effect::LimitCycles(limit) => state.cycles = *limit,
                // What comes after the infusion is counted by the walk from there, by the mark from the start.
                Effect::Save(Origin::Remission)
                | Effect::Mark(Mark::EfsAfterInfusion)
                | Effect::MarkLineStart(Mark::EfsAfterInfusion) => {}
                Effect::Mark(mark) => {
                    for thread in &mut threads {
                        firsts.extend(self.mark(*mark, thread, 0.0));
                    }
                }
                Effect::MarkLineStart(mark) => {
                    let since = state.since_line.ok_or(Unsupported::Origin)?;
                    for thread in &mut threads {
                        firsts.extend(self.mark(*mark, thread, since));
                    }
                }
                _ if self.counts() => {
                    for thread in &mut threads {
                        self.count(effect, thread);
                    }
                }
                _ => {}
            }
        }
        if let Some(next) = edge.next {
            for (thing, density) in firsts {
                self.lived.first(First { thing, next, state, density });
            }
        }
        if self.purpose == Purpose::Relapse {
            threads.retain(|thread| thread.without[RELAPSE] > 0.0);
        }
        Ok((threads, state))
    }

    /// Counts flags, happenings, costs, losses, doses.
    fn count(&mut self, effect: &Effect, thread: &mut Thread) {
        let reading = thread.read.reading;
        let numbers = &self.bound.numbers;
        match effect {
            Effect::Happened(happening, line) => {
                self.lived.happened(*happening, *line, thread.all * reading.alive);
            }
            Effect::Flag(bits) => {
                self.flag(*bits, |bit| thread.without[bit] * reading.alive);
                for bit in (0..flag::COUNT).filter(|bit| bits >> bit & 1 == 1) {
                    thread.without[bit] = 0.0;
                }
            }
            Effect::Cost(item, price) => {
                self.lived.costs[*item as usize] += numbers[*price] * thread.all * reading.cost;
            }
            Effect::LastMonths { months, per_month } => {
                let worths = self.people.last_months(numbers[*months], self.grid);
                let value = worths.0.of(&thread.read.density, self.grid);
                self.lived.costs[CostItem::EndOfLife as usize] += numbers[*per_month] * thread.all * value;
            }
            Effect::LoseQalys(loss) => self.lived.qalys -= numbers[*loss] * thread.all * reading.effect,
            Effect::Tocilizumab(doses, _, paid) => {
                let doses = f64::from(*doses) * thread.all;
                self.lived.amounts[Amount::TocilizumabDoses as usize] += doses * reading.alive;
                if let Some(paid) = paid {
                    let dose = [paid.light_mg_per_kg, paid.mg_per_kg, paid.light_kg, paid.cap_mg];
                    let dose = (dose.map(|number| numbers[number]), paid.vials);
                    let (mg, worth) = self.people.tocilizumab(dose, self.grid);
                    let worth = worth.of(&thread.read.density, self.grid);
                    self.lived.costs[CostItem::Tocilizumab as usize] +=
                        doses * mg * numbers[paid.price] * worth;
                }
            }
            Effect::Save(_) | Effect::LimitCycles(_) | Effect::Mark(_) | Effect::MarkLineStart(_) => {}
        }
    }

    /// The first of a mark, known `later` months after it counts. Returns first infusions and remissions.
    fn mark(&mut self, mark: Mark, thread: &mut Thread, later: f64) -> Option<(usize, Density)> {
        let density = &thread.read.density;
        let Some(thing) = thing_of(mark) else {
            self.lived.deaths.add(density, thread.all, 0.0);
            self.lived.ends.add(density, thread.without[RELAPSE], 0.0);
            return None;
        };
        let factor = std::mem::take(&mut thread.without[thing]);
        if factor == 0.0 {
            return None;
        }
        match thing {
            EFS => self.lived.efs.add(density, factor, later),
            RELAPSE => {
                self.lived.relapses.add(density, factor, 0.0);
                self.lived.ends.add(density, factor, 0.0);
            }
            _ => {
                let mut first = Density::default();
                first.add(density, factor);
                return Some((thing, first));
            }
        }
        None
    }
}
