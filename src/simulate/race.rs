//! One race: contenders, the time that passes, and what flows meanwhile.

use super::{Context, lanes};
use crate::model::CostItem;
use crate::outcome::{Sink, State};
use crate::program::{Clock, Edge, Flows, Schedule};

/// The way of those whom nothing befalls before the horizon.
const HORIZON: u64 = u64::MAX;

impl<S: Sink> Context<'_, S> {
    pub(super) fn race(
        &mut self,
        patients: &[u32],
        (state, line, occurrence): (State, u8, u8),
        clocks: &[(Clock, Edge)],
        flows: &Flows,
        schedules: &[Schedule],
    ) {
        let n = patients.len();
        let scratch = &mut self.lives.scratch;
        for (from, patient) in scratch.from[..n].iter_mut().zip(patients) {
            *from = self.lives.now[*patient as usize];
        }
        scratch.best[..n].fill(self.lives.horizon);
        scratch.winner[..n].fill(HORIZON);
        for place in 0..clocks.len() {
            self.contender(patients, occurrence, place, clocks);
            let scratch = &mut self.lives.scratch;
            let (best, winner) = (&mut scratch.best[..n], &mut scratch.winner[..n]);
            lanes::contend(best, winner, &scratch.candidate[..n], place as u64);
        }
        for schedule in schedules {
            self.pay_schedule(patients, schedule);
        }
        self.pass_time(patients, state, flows);
        let scratch = &self.lives.scratch;
        self.sink.stayed(state, line, patients, &scratch.from[..n], &scratch.best[..n]);
        for (place, (_, edge)) in (0..).zip(clocks) {
            self.take_winners(edge, place, patients);
        }
    }

    /// Moves everyone to the end of the race; months, costs and QALYs flow.
    fn pass_time(&mut self, patients: &[u32], state: State, flows: &Flows) {
        let n = patients.len();
        let lives = &mut *self.lives;
        let outcome = &mut *self.outcome;
        let (from, best) = (&lives.scratch.from[..n], &lives.scratch.best[..n]);
        let months = &mut outcome.state_months[state as usize];
        for ((patient, from), to) in patients.iter().zip(from).zip(best) {
            let at = *patient as usize;
            months[at] += to - from;
            lives.now[at] = *to;
        }
        let cost: f64 = flows.costs.iter().map(|number| self.numbers[*number]).sum();
        let utility = flows.utility.map_or(0.0, |number| self.numbers[number]) / 12.0;
        let values = &mut lives.scratch.candidate[..n];
        values.copy_from_slice(best);
        lives.costs.values(values);
        let costs = &mut outcome.costs[CostItem::Care as usize];
        if lives.one_rate {
            for (patient, value) in patients.iter().zip(&*values) {
                let at = *patient as usize;
                let passed = value - lives.cost_value[at];
                lives.cost_value[at] = *value;
                costs[at] += cost * passed;
                outcome.qalys[at] += utility * passed;
            }
        } else {
            for (patient, value) in patients.iter().zip(&*values) {
                let at = *patient as usize;
                costs[at] += cost * (value - lives.cost_value[at]);
                lives.cost_value[at] = *value;
            }
            values.copy_from_slice(best);
            lives.effects.values(values);
            for (patient, value) in patients.iter().zip(&*values) {
                let at = *patient as usize;
                outcome.qalys[at] += utility * (value - lives.effect_value[at]);
                lives.effect_value[at] = *value;
            }
        }
    }
}
