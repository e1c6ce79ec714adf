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
        for (clock, _) in clocks {
            if let Clock::Background { ratio: Some(ratio) } = clock {
                self.spend(patients, *ratio);
            }
        }
        for schedule in schedules {
            self.pay_schedule(patients, schedule);
        }
        self.pass_time(patients, state, flows);
        if !flows.cost_since.is_empty() {
            self.pay_since_entry(patients, flows);
        }
        if !flows.utility_since.is_empty() {
            self.live_since_entry(patients, flows);
        }
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
        let number = |number: usize| self.numbers[number];
        let (utility, floor) = (flows.utility.map(number), flows.floor.map(number));
        let fades_to = floor.filter(|_| self.norm.is_some());
        let even = utility.filter(|_| fades_to.is_none());
        let even = even.map(|utility| floor.map_or(utility, |floor| utility.max(floor)) / 12.0);
        let care = &mut outcome.costs[CostItem::Care as usize];
        let paid = (!flows.costs.is_empty()).then_some((cost, care));
        let lived = even.map(|utility| (utility, &mut outcome.qalys));
        let values = &mut lives.scratch.candidate[..n];
        values.copy_from_slice(best);
        lives.costs.values(values);
        if lives.one_rate {
            flow(patients, values, &mut lives.cost_value, (paid, lived));
            return;
        }
        flow(patients, values, &mut lives.cost_value, (paid, None));
        values.copy_from_slice(best);
        if let Some((norm, sex)) = self.norm {
            let ages = &mut lives.scratch.luck[..n];
            self.people.gather_ages(patients, ages);
            lives.effects.fading_values(values, ages, (norm, sex));
            if let Some(utilities) = utility.zip(fades_to) {
                for ((from, to), patient) in from.iter().zip(best).zip(patients) {
                    let at = *patient as usize;
                    let fading = norm.from_age(sex, self.people.ages[at]);
                    let lived = lives.effects.floored_value((*from, *to), utilities, &fading);
                    outcome.qalys[at] += lived / 12.0;
                }
                flow(patients, values, &mut lives.effect_value, (None, None));
                return;
            }
        } else {
            lives.effects.values(values);
        }
        flow(patients, values, &mut lives.effect_value, (None, lived));
    }

    /// Costs by time since entry, of a race that everyone stands at the end of.
    fn pay_since_entry(&mut self, patients: &[u32], flows: &Flows) {
        for (months, change) in flows.cost_changes(self.numbers) {
            self.since(patients.len(), months);
            let lives = &mut *self.lives;
            let values = &mut lives.scratch.candidate[..patients.len()];
            lives.costs.values(values);
            let care = &mut self.outcome.costs[CostItem::Care as usize];
            add_since(patients, values, &lives.cost_value, (change, care));
        }
    }

    /// By how much QALYs differ since the utility changed, of a race that everyone stands at the end of.
    fn live_since_entry(&mut self, patients: &[u32], flows: &Flows) {
        let floor = flows.floor.map(|number| self.numbers[number]);
        for (months, utilities) in flows.utility_changes(self.numbers) {
            self.since(patients.len(), months);
            let lives = &mut *self.lives;
            let values = &mut lives.scratch.candidate[..patients.len()];
            if let Some(((norm, sex), floor)) = self.norm.zip(floor) {
                for ((from, to), patient) in values.iter().zip(&lives.scratch.best).zip(patients) {
                    let at = *patient as usize;
                    let fading = norm.from_age(sex, self.people.ages[at]);
                    let lived =
                        utilities.map(|own| lives.effects.floored_value((*from, *to), (own, floor), &fading));
                    self.outcome.qalys[at] += (lived[1] - lived[0]) / 12.0;
                }
                continue;
            }
            if let Some(norm) = self.norm {
                let ages = &mut lives.scratch.luck[..patients.len()];
                self.people.gather_ages(patients, ages);
                lives.effects.fading_values(values, ages, norm);
            } else {
                lives.effects.values(values);
            }
            let [before, after] = utilities.map(|utility| floor.map_or(utility, |floor| utility.max(floor)));
            // Where costs and effects have one rate and no utility falls with age, a month is worth the same to both, and
            // the value of effects is not kept apart.
            let until = if lives.one_rate { &lives.cost_value } else { &lives.effect_value };
            add_since(patients, values, until, ((after - before) / 12.0, &mut self.outcome.qalys));
        }
    }

    /// Sets the candidates to so many months after entry, or to the end of the race where that is earlier.
    fn since(&mut self, patients: usize, months: f64) {
        let scratch = &mut self.lives.scratch;
        let values = &mut scratch.candidate[..patients];
        for ((value, from), to) in values.iter_mut().zip(&scratch.from).zip(&scratch.best) {
            *value = (from + months).min(*to);
        }
    }
}

/// A rate, and the sums to which it flows.
type Flow<'a> = Option<(f64, &'a mut Vec<f64>)>;

/// Adds what flowed at a rate from values until others.
fn add_since(patients: &[u32], from: &[f64], until: &[f64], (rate, sums): (f64, &mut Vec<f64>)) {
    for (patient, from) in patients.iter().zip(from) {
        let at = *patient as usize;
        sums[at] += rate * (until[at] - from);
    }
}

/// Adds what flowed since the last value, and keeps the new one.
fn flow(patients: &[u32], values: &[f64], last: &mut [f64], flows: (Flow<'_>, Flow<'_>)) {
    match flows {
        (Some((cost, costs)), Some((utility, qalys))) => {
            for (patient, value) in patients.iter().zip(values) {
                let at = *patient as usize;
                let passed = value - last[at];
                last[at] = *value;
                costs[at] += cost * passed;
                qalys[at] += utility * passed;
            }
        }
        (Some((rate, sums)), None) | (None, Some((rate, sums))) => {
            for (patient, value) in patients.iter().zip(values) {
                let at = *patient as usize;
                sums[at] += rate * (value - last[at]);
                last[at] = *value;
            }
        }
        (None, None) => {
            for (patient, value) in patients.iter().zip(values) {
                last[*patient as usize] = *value;
            }
        }
    }
}
