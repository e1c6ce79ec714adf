//! A second kernel, written for reading: one patient at a time, straight from the model, no program and no batches.
//!
//! It follows "A patient's life" in `scenarios/README.md` and draws at the same random addresses as the program, so
//! that every event must be the same. It shares with the program only the model's values and curves, the draw of the
//! parameters and the stream.

mod given;
mod money;
mod person;
mod remission;

use person::Person;
use remisim::distribution::Curve;
use remisim::model::{Cause, CurveSpec, EfsFailureAt, Line, Model, Regimen, Value};
use remisim::outcome::{Amount, COST_ITEMS, Happening, Mark, State, flag};
use remisim::program::Draw;
use remisim::stream::{Event, Stream};

/// What one patient lived through under one strategy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life {
    /// Bits of [`flag`].
    pub(crate) flags: u32,
    /// Times by [`Mark`]; infinite where it did not happen.
    pub(crate) marks: [f64; Mark::COUNT],
    /// Months by state.
    pub(crate) state_months: [f64; State::COUNT],
    /// Discounted QALYs.
    pub(crate) qalys: f64,
    /// Discounted costs by item.
    pub(crate) costs: [f64; COST_ITEMS],
    /// Sums by [`Amount`].
    pub(crate) amounts: [f64; Amount::COUNT],
    /// What happened, in which line (from 1), when.
    pub(crate) happenings: Vec<(Happening, u8, f64)>,
}

/// Lets one patient of a draw live under one strategy.
pub(crate) fn live(model: &Model, strategy: usize, draw: &Draw, patient: u64) -> Life {
    let stream = Stream::new(model.settings.seed);
    let luck = Luck { stream, draw: draw.index, patient };
    let person = Person::meet(model, draw, &luck);
    let mut walk = Walk {
        model,
        lines: &model.strategies[strategy].lines,
        draw,
        luck,
        now: 0.0,
        given: 0,
        in_vain: 0,
        transplanted: false,
        lost_antigens: Vec::new(),
        found_antigens: Vec::new(),
        levels: person.levels.clone(),
        person,
        life: Life { marks: [f64::INFINITY; Mark::COUNT], ..Life::default() },
    };
    let mut entry = (model.settings.horizon_months > 0.0).then_some(Entry { line: 0, in_remission: false });
    while let Some(next) = entry {
        entry = walk.line(next);
    }
    walk.life
}

/// The random numbers of one patient.
#[derive(Debug, Clone, Copy)]
struct Luck {
    stream: Stream,
    draw: u32,
    patient: u64,
}

impl Luck {
    fn uniform(&self, event: Event, occurrence: u8) -> f64 {
        self.stream.uniform(self.draw, self.patient, event, occurrence)
    }

    /// An exponential number of mean 1: the hazard that uses up a clock.
    fn budget(&self, event: Event, occurrence: u8) -> f64 {
        -self.uniform(event, occurrence).ln()
    }
}

/// A line about to begin.
#[derive(Debug, Clone, Copy)]
struct Entry {
    line: usize,
    /// Whether the patient comes to it in remission: MRD persisted or came back.
    in_remission: bool,
}

/// A patient on the way.
struct Walk<'a> {
    model: &'a Model,
    lines: &'a [Line],
    draw: &'a Draw,
    luck: Luck,
    person: Person,
    now: f64,
    /// Lines given so far.
    given: u8,
    /// Lines begun in vain since the last given one.
    in_vain: u8,
    transplanted: bool,
    lost_antigens: Vec<String>,
    /// Antigens that a look found.
    found_antigens: Vec<String>,
    /// Attribute levels that the next line meets.
    levels: Vec<u8>,
    life: Life,
}

/// The line that the patient is in.
struct Here<'a> {
    index: usize,
    line: &'a Line,
    regimen: &'a Regimen,
    parameters: &'a [f64],
    levels: Vec<u8>,
    /// Lines given before this one.
    before: u8,
    /// Address of the luck of getting to this line.
    attempt: u8,
    /// Decision, or infusion (first day) once given.
    start: f64,
    /// Most cycles: fewer after a discontinuation.
    cycles: u32,
    in_remission: bool,
}

impl Here<'_> {
    fn get(&self, value: &Value) -> f64 {
        value.evaluate(&self.levels, self.parameters)
    }

    /// An optional value; absent counts 0.
    fn or_zero(&self, value: Option<&Value>) -> f64 {
        value.map_or(0.0, |value| self.get(value))
    }

    fn curve(&self, spec: &CurveSpec) -> Curve {
        spec.evaluate(&self.levels, self.parameters)
    }

    /// What the life table's hazard is multiplied by in a state.
    fn mortality_ratio(&self, state: State) -> f64 {
        self.regimen.mortality_ratio[state as usize].as_ref().map_or(1.0, |value| self.get(value))
    }
}

/// Who kills.
#[derive(Debug, Clone, Copy)]
enum Death {
    Treatment,
    Relapse,
    Background,
}

/// The earliest of some clocks, the first named among equals.
fn earliest<T: Copy>(clocks: &[(f64, T)]) -> (f64, T) {
    let mut best = clocks[0];
    for &clock in clocks {
        if clock.0 < best.0 {
            best = clock;
        }
    }
    best
}

impl<'a> Walk<'a> {
    /// Walks one line and says which comes after it, if any.
    fn line(&mut self, entry: Entry) -> Option<Entry> {
        let line = &self.lines[entry.line];
        let regimen = &self.model.regimens[line.regimen];
        let mut here = Here {
            index: entry.line,
            line,
            regimen,
            parameters: &self.draw.parameters,
            levels: self.levels.clone(),
            before: self.given,
            attempt: self.attempt(),
            start: self.now,
            cycles: regimen.treatment.max_cycles,
            in_remission: entry.in_remission || regimen.starts_in_remission,
        };
        self.happens(&here, Happening::LineStart);
        match self.access(&here) {
            Access::Infused => {}
            Access::NotInfused => {
                self.in_vain += 1;
                return self.fail(&here, Cause::NotInfused);
            }
            Access::Gone => return None,
        }
        self.give(&mut here);
        if here.in_remission {
            return self.remission(&here);
        }
        if let Some(response) = &regimen.response {
            match self.response(&here, response) {
                Answer::Remission => self.remission(&here),
                Answer::Failure => {
                    let time = match self.model.settings.efs_failure_at {
                        EfsFailureAt::Assessment => self.now,
                        EfsFailureAt::Start => here.start,
                    };
                    self.mark(Mark::EfsEvent, time);
                    self.fail(&here, Cause::Refractory)
                }
                Answer::Gone => None,
            }
        } else {
            // Natural history: no response to await, nothing after it.
            self.survive(&here, State::Refractory, &regimen.failure.refractory)
        }
    }

    /// Leaves a line for a cause: the next line, or survival under the regimen that was left.
    fn fail(&mut self, here: &Here<'a>, cause: Cause) -> Option<Entry> {
        if let Some(line) = self.next_line(here, cause) {
            return Some(Entry { line, in_remission: false });
        }
        match cause {
            Cause::Relapse | Cause::AntigenLost => {
                self.survive(here, State::Relapsed, &here.regimen.failure.relapse)
            }
            _ => self.survive(here, State::Refractory, &here.regimen.failure.refractory),
        }
    }

    /// The first later line that takes patients with this cause, if the patient is able to receive it.
    fn next_line(&self, here: &Here<'a>, cause: Cause) -> Option<usize> {
        let (index, line) = self.lines.iter().enumerate().skip(here.index + 1).find(|(_, line)| {
            let antigen = self.model.regimens[line.regimen].antigen.as_ref();
            line.after.contains(&cause)
                && line.admits(&self.levels)
                && !antigen.is_some_and(|antigen| self.lost_antigens.contains(antigen))
        })?;
        if line.able == Value::Constant(1.0) {
            return Some(index);
        }
        let able = line.able.evaluate(&self.levels, &self.draw.parameters);
        let in_remission = matches!(cause, Cause::MrdPersistent | Cause::MolecularRelapse);
        let event = if in_remission { Event::AbleInRemission } else { Event::Able };
        (self.luck.uniform(event, self.attempt()) < able).then_some(index)
    }

    /// Lines given in the low four bits, attempts in vain since then in the high ones.
    fn attempt(&self) -> u8 {
        self.given + 16 * self.in_vain
    }

    /// The life table's hazard from one month to another; none without a life table.
    fn hazard_between(&self, from: f64, to: f64) -> f64 {
        let Some(table) = &self.model.life_table else { return 0.0 };
        let person = &self.person;
        let until = |month: f64| table.cumulative_hazard(person.sex, person.age + month / 12.0);
        until(to) - until(from)
    }

    /// Month of background death for a patient who is in a state from now on.
    fn background(&self, here: &Here<'a>, state: State) -> f64 {
        let ratio = here.mortality_ratio(state);
        let Some(table) = self.model.life_table.as_ref().filter(|_| ratio > 0.0) else {
            return f64::INFINITY;
        };
        let person = &self.person;
        let now = table.cumulative_hazard(person.sex, person.age + self.now / 12.0);
        (table.age_at(person.sex, now + person.budget / ratio) - person.age) * 12.0
    }

    /// Survival after failure or relapse against background death. Nothing comes after it.
    fn survive(&mut self, here: &Here<'a>, state: State, spec: &CurveSpec) -> Option<Entry> {
        let budget = self.luck.budget(Event::SurvivalAfterFailure, self.given);
        let death = self.now + here.curve(spec).time_at(budget);
        let background = self.background(here, state);
        let (time, death) = earliest(&[(death, Death::Relapse), (background, Death::Background)]);
        if self.stay(here, state, time) {
            self.die(here, death);
        }
        None
    }

    /// Death, now.
    fn die(&mut self, here: &Here<'a>, death: Death) {
        let (happening, bit) = match death {
            Death::Treatment => (Happening::DeathTreatment, flag::DEATH_TREATMENT),
            Death::Relapse => (Happening::DeathRelapse, flag::DEATH_RELAPSE),
            Death::Background => (Happening::DeathBackground, flag::DEATH_BACKGROUND),
        };
        self.happens(here, happening);
        self.life.flags |= bit;
        self.mark(Mark::EfsEvent, self.now);
        self.mark(Mark::Death, self.now);
        self.pay(here, remisim::model::CostItem::EndOfLife, self.model.costs.death.as_ref(), 1.0);
        self.pay_last_months(here);
    }

    fn happens(&mut self, here: &Here<'a>, happening: Happening) {
        self.life.happenings.push((happening, here.index as u8 + 1, self.now));
    }

    /// Marks the first time of something.
    fn mark(&mut self, mark: Mark, time: f64) {
        let infused = self.life.marks[Mark::Infusion as usize].is_finite();
        let slot = &mut self.life.marks[mark as usize];
        if slot.is_infinite() {
            *slot = time;
        }
        if mark == Mark::EfsEvent && infused {
            self.mark(Mark::EfsAfterInfusion, time);
        }
    }
}

/// How the way to infusion ended.
enum Access {
    Infused,
    NotInfused,
    /// Dead or at the horizon.
    Gone,
}

/// What the assessment found.
enum Answer {
    Remission,
    Failure,
    /// Dead or at the horizon.
    Gone,
}
