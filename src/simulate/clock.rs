//! When each contender of a race would win it.

use super::Context;
use crate::math::ln;
use crate::math::vector::neg_ln_all;
use crate::model::{MIN_INTERVAL, NEAR};
use crate::outcome::Sink;
use crate::program::{Clock, Edge, Origin, Pending};
use crate::stream::Event;

impl<S: Sink> Context<'_, S> {
    /// Fills `candidate` with the times at which a contender comes, in months from the start of the strategy.
    pub(super) fn contender(
        &mut self,
        patients: &[u32],
        occurrence: u8,
        place: usize,
        clocks: &[(Clock, Edge)],
    ) {
        let n = patients.len();
        let clock = &clocks[place].0;
        match clock {
            Clock::Curve { curve, event, save } => {
                self.curve_luck(patients, occurrence, *event, place, clocks);
                let lives = &mut *self.lives;
                let times = &mut lives.scratch.candidate[..n];
                neg_ln_all(times);
                if *save == Some(Pending::Relapse) {
                    scatter(&mut lives.relapse_budget, patients, times);
                }
                self.curves[*curve].times_at(times);
                super::lanes::add(times, &lives.scratch.from[..n]);
                match save {
                    Some(Pending::Relapse) => scatter(&mut lives.relapse_time, patients, times),
                    Some(Pending::NonRelapseDeath) => scatter(&mut lives.death_time, patients, times),
                    // Saved by the clock of the transplant.
                    Some(Pending::Transplant) | None => {}
                }
            }
            Clock::Pending { pending, ratio, curve } => self.pending(patients, *pending, *ratio, *curve),
            Clock::After { origin, months } => {
                let months = self.numbers[*months];
                let starts = match origin {
                    Origin::Line => &self.lives.line_start,
                    Origin::Remission => &self.lives.remission_start,
                };
                let times = &mut self.lives.scratch.candidate[..n];
                for (time, patient) in times.iter_mut().zip(patients) {
                    *time = starts[*patient as usize] + months;
                }
            }
            Clock::Within { months, event } => {
                let months = self.numbers[*months];
                self.luck(patients, *event, occurrence);
                let lives = &mut *self.lives;
                let luck = &lives.scratch.luck[..n];
                for ((time, luck), patient) in lives.scratch.candidate[..n].iter_mut().zip(luck).zip(patients)
                {
                    *time = lives.line_start[*patient as usize] + months * luck;
                }
            }
            Clock::Background { ratio } => self.background(patients, *ratio),
            Clock::Transplant { planned, curve, gap, after_persistence, save } => {
                let (planned, gap) = (self.numbers[*planned], self.numbers[*gap]);
                self.transplant(patients, occurrence, planned, *curve, gap, *after_persistence);
                if *save {
                    let lives = &mut *self.lives;
                    scatter(&mut lives.transplant_time, patients, &lives.scratch.candidate[..n]);
                }
            }
            Clock::Detection { every, lead, sensitivity } => {
                let numbers = [*every, *lead, *sensitivity].map(|number| self.numbers[number]);
                self.detection(patients, occurrence, numbers);
            }
        }
    }

    /// Uniforms into `candidate`; the even event of a pair brings those of the odd one along.
    fn curve_luck(
        &mut self,
        patients: &[u32],
        occurrence: u8,
        event: Event,
        place: usize,
        clocks: &[(Clock, Edge)],
    ) {
        let n = patients.len();
        let uses = |place: usize, wanted: u16| matches!(clocks.get(place), Some((Clock::Curve { event, .. }, _)) if event.code() == wanted);
        let scratch = &mut self.lives.scratch;
        let even = event.code() & 1 == 0;
        if even && uses(place + 1, event.code() + 1) {
            let out = (&mut scratch.candidate[..n], &mut scratch.second_luck[..n]);
            self.stream.uniform_pairs(self.draw, self.first, patients, event, occurrence, out);
        } else if !even && place > 0 && uses(place - 1, event.code() - 1) {
            scratch.candidate[..n].copy_from_slice(&scratch.second_luck[..n]);
        } else {
            let out = &mut scratch.candidate[..n];
            self.stream.uniforms(self.draw, self.first, patients, event, occurrence, out);
        }
    }

    /// A pending event, its hazard from now on times a ratio.
    fn pending(
        &mut self,
        patients: &[u32],
        pending: Pending,
        ratio: Option<(usize, Option<usize>)>,
        curve: usize,
    ) {
        let lives = &mut *self.lives;
        let (times, starts) = (&lives.relapse_time, &lives.remission_start);
        let candidates = &mut lives.scratch.candidate[..patients.len()];
        let due = match pending {
            Pending::Relapse => None,
            Pending::NonRelapseDeath => Some(&lives.death_time),
            Pending::Transplant => Some(&lives.transplant_time),
        };
        if let Some(due) = due {
            for (candidate, patient) in candidates.iter_mut().zip(patients) {
                *candidate = due[*patient as usize];
            }
            return;
        }
        let ratio = ratio.map(|(usual, lost)| {
            (self.numbers[usual], lost.map_or(self.numbers[usual], |number| self.numbers[number]))
        });
        for (candidate, patient) in candidates.iter_mut().zip(patients) {
            let at = *patient as usize;
            *candidate = times[at];
            let Some((usual, lost)) = ratio else { continue };
            let ratio = if usual != lost && lives.now[at] < lives.persistence_end[at] { lost } else { usual };
            if ratio != 1.0 {
                let spent = self.curves[curve].cumulative_hazard(lives.now[at] - starts[at]);
                let budget = spent + (lives.relapse_budget[at] - spent) / ratio;
                *candidate = starts[at] + self.curves[curve].time_at(budget);
            }
        }
    }

    fn transplant(
        &mut self,
        patients: &[u32],
        occurrence: u8,
        planned: f64,
        curve: usize,
        gap: f64,
        after_persistence: bool,
    ) {
        self.luck(patients, Event::Transplant, occurrence);
        let lives = &mut *self.lives;
        let luck = &lives.scratch.luck[..patients.len()];
        let candidates = &mut lives.scratch.candidate[..patients.len()];
        // Those with luck below the planned share have a date; luck within the share is uniform again.
        for (candidate, luck) in candidates.iter_mut().zip(luck) {
            *candidate = luck / planned;
        }
        neg_ln_all(candidates);
        self.curves[curve].times_at(candidates);
        for ((candidate, luck), patient) in candidates.iter_mut().zip(luck).zip(patients) {
            let at = *patient as usize;
            let date = lives.remission_start[at] + candidate.max(gap);
            let date = if after_persistence { date.max(lives.persistence_end[at]) } else { date };
            *candidate = if *luck < planned { date } else { f64::INFINITY };
        }
    }

    fn detection(&mut self, patients: &[u32], occurrence: u8, [every, lead, sensitivity]: [f64; 3]) {
        self.luck(patients, Event::Detection, occurrence);
        let lives = &mut *self.lives;
        let luck = &lives.scratch.luck[..patients.len()];
        let candidates = &mut lives.scratch.candidate[..patients.len()];
        for ((candidate, luck), patient) in candidates.iter_mut().zip(luck).zip(patients) {
            let at = *patient as usize;
            let start = lives.remission_start[at];
            *candidate = detected(lives.relapse_time[at] - start, *luck, every, lead, sensitivity)
                .map_or(f64::INFINITY, |months| start + months);
        }
    }
}

/// Months from remission to the test that finds a relapse due `relapse` months after it; `None` where none does.
///
/// Tests fall every `every` months from the first interval on. Those from `lead` months before the relapse on find it
/// with probability `sensitivity` each, so the number of misses is geometric.
fn detected(relapse: f64, luck: f64, every: f64, lead: f64, sensitivity: f64) -> Option<f64> {
    if !relapse.is_finite() || every < MIN_INTERVAL || sensitivity <= 0.0 {
        return None;
    }
    let first = ((relapse - lead) / every - NEAR).ceil().max(1.0);
    let misses = if sensitivity < 1.0 { (ln(luck) / ln(1.0 - sensitivity)).floor() } else { 0.0 };
    let months = every * (first + misses);
    (months < relapse).then_some(months)
}

fn scatter(to: &mut [f64], patients: &[u32], values: &[f64]) {
    for (patient, value) in patients.iter().zip(values) {
        to[*patient as usize] = *value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_test_within_the_lead_finds_a_relapse() {
        assert_eq!(detected(10.0, 0.5, 3.0, 4.0, 1.0), Some(6.0));
        assert_eq!(detected(10.0, 0.5, 3.0, 0.5, 1.0), None);
        assert_eq!(detected(2.0, 0.5, 3.0, 4.0, 1.0), None);
        assert_eq!(detected(4.0, 0.5, 3.0, 9.0, 1.0), Some(3.0));
        assert_eq!(detected(f64::INFINITY, 0.5, 3.0, 4.0, 1.0), None);
        // Missed with probability 0.2: luck 0.1 lies between 0.04 and 0.2, one miss.
        assert_eq!(detected(10.0, 0.1, 1.0, 5.0, 0.8), Some(6.0));
    }
}
