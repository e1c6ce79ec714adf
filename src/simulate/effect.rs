//! What happens to patients who take an edge, and which patients those are.

use super::Context;
use crate::model::CostItem;
use crate::outcome::{Amount, Sink};
use crate::program::{Edge, Effect, Origin};

/// Tocilizumab (label): 8 mg/kg from 30 kg, 12 mg/kg below, at most 800 mg.
pub(super) fn tocilizumab_mg(weight_kg: f64) -> f64 {
    let per_kg = if weight_kg < 30.0 { 12.0 } else { 8.0 };
    (weight_kg * per_kg).min(800.0)
}

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
            Effect::LoseQalys(number) => {
                let loss = self.numbers[*number];
                each.for_each(|at| outcome.qalys[at] -= loss * lives.effect_factor(at));
            }
            Effect::Tocilizumab(doses, price) => {
                let doses = f64::from(*doses);
                let sums = &mut outcome.amounts[Amount::TocilizumabDoses as usize];
                each.clone().for_each(|at| sums[at] += doses);
                if let Some(price) = price.map(|number| self.numbers[number]) {
                    let costs = &mut outcome.costs[CostItem::Tocilizumab as usize];
                    each.for_each(|at| {
                        let mg = self.people.weight_kg.get(at).map_or(0.0, |kg| tocilizumab_mg(*kg));
                        costs[at] += doses * mg * price * lives.cost_factor(at);
                    });
                }
            }
            Effect::LimitCycles(limit) => each.for_each(|at| lives.cycle_limit[at] = *limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tocilizumab_mg;

    #[test]
    fn dose_steps_down_at_30_kg_and_stops_at_800_mg() {
        let doses = [15.0, 29.0, 30.0, 70.0, 100.0, 130.0].map(tocilizumab_mg);
        assert_eq!(doses, [180.0, 348.0, 240.0, 560.0, 800.0, 800.0]);
    }
}
