//! What happens to patients who take an edge, and which patients those are.

use super::Context;
use crate::model::CostItem;
use crate::outcome::{Amount, Sink};
use crate::program::{Edge, Effect, Origin};

impl<S: Sink> Context<'_, S> {
    /// Sends the patients whose way is `way` along an edge.
    pub(super) fn take_winners(&mut self, edge: &Edge, way: u64, patients: &[u32]) {
        let mut picked = std::mem::take(&mut self.lives.scratch.picked);
        let mut count = 0;
        for (patient, winner) in patients.iter().zip(&self.lives.scratch.winner) {
            picked[count] = *patient;
            count += usize::from(*winner == way);
        }
        if count > 0 {
            self.take(edge, &picked[..count]);
        }
        self.lives.scratch.picked = picked;
    }

    /// Sends patients along an edge.
    pub(super) fn take(&mut self, edge: &Edge, patients: &[u32]) {
        for effect in &edge.effects {
            self.apply(effect, patients);
        }
        if let Some(next) = edge.next {
            self.queues[next].extend_from_slice(patients);
        }
    }

    fn apply(&mut self, effect: &Effect, patients: &[u32]) {
        let lives = &mut *self.lives;
        let outcome = &mut *self.outcome;
        let each = patients.iter().map(|patient| *patient as usize);
        match effect {
            Effect::Happened(happening, line) => {
                self.sink.happened(*happening, *line, patients, &lives.now);
            }
            Effect::Flag(bits) => each.for_each(|at| outcome.flags[at] |= bits),
            Effect::Mark(mark) => {
                let times = &mut outcome.marks[*mark as usize];
                each.for_each(|at| times[at] = times[at].min(lives.now[at]));
            }
            Effect::MarkLineStart(mark) => {
                let times = &mut outcome.marks[*mark as usize];
                each.for_each(|at| times[at] = times[at].min(lives.line_start[at]));
            }
            Effect::Save(Origin::Line) => each.for_each(|at| lives.line_start[at] = lives.now[at]),
            Effect::Save(Origin::Remission) => {
                each.for_each(|at| lives.remission_start[at] = lives.now[at]);
            }
            Effect::Cost(item, number) => {
                let (costs, price) = (&mut outcome.costs[*item as usize], self.numbers[*number]);
                each.for_each(|at| costs[at] += price * lives.cost_factor(at));
            }
            Effect::LastMonths { months, per_month } => {
                let (months, per_month) = (self.numbers[*months], self.numbers[*per_month]);
                let costs = &mut outcome.costs[CostItem::EndOfLife as usize];
                let before = &mut lives.scratch.candidate[..patients.len()];
                for (before, at) in before.iter_mut().zip(each.clone()) {
                    *before = (lives.now[at] - months).max(0.0);
                }
                lives.costs.values(before);
                for (before, at) in before.iter().zip(each) {
                    costs[at] += per_month * (lives.cost_value[at] - before);
                }
            }
            Effect::LoseQalys(number) => {
                let loss = self.numbers[*number];
                each.for_each(|at| outcome.qalys[at] -= loss * lives.effect_factor(at));
            }
            Effect::Tocilizumab(doses, line, paid) => {
                let doses = f64::from(*doses);
                let amount = Amount::TocilizumabDoses;
                let sums = &mut outcome.amounts[amount as usize];
                each.clone().for_each(|at| sums[at] += doses);
                let values = &mut lives.scratch.luck[..patients.len()];
                values.fill(doses);
                self.sink.measured(amount, *line, patients, values);
                if let Some(paid) = paid {
                    let number = |index: usize| self.numbers[index];
                    let price = number(paid.price);
                    let costs = &mut outcome.costs[CostItem::Tocilizumab as usize];
                    each.for_each(|at| {
                        let kg = self.people.weight_kg.get(at).copied().unwrap_or(0.0);
                        let light = kg < number(paid.light_kg);
                        let per_kg = number(if light { paid.light_mg_per_kg } else { paid.mg_per_kg });
                        let mg = paid.vials.opened((kg * per_kg).min(number(paid.cap_mg)));
                        costs[at] += doses * mg * price * lives.cost_factor(at);
                    });
                }
            }
            Effect::LimitCycles(limit) => each.for_each(|at| lives.cycle_limit[at] = *limit),
        }
    }
}
