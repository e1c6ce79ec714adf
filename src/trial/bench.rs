//! What trials are held with: the programs of the arms, and one thread's room.

use super::arm::Arm;
use super::patient::{Course, Enrolled, Enrolment};
use crate::model::{Model, TrialDesign, TrialSize};
use crate::outcome::{Happening, Sink, State};
use crate::program::{Draw, Program, TooManySteps, compile};
use crate::simulate::{BATCH, Interrupted, Observer, Worker};
use crate::stream::{Event, Stream};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Patients of trials stand above those of runs, which are fewer than 2^32 a draw; all of one trial in one block of 2^32.
const FIRST: u64 = 1 << 38;
/// Patients of the reference stand above those.
const FIRST_OF_REFERENCE: u64 = 1 << 39;

/// A trial that can be held.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    model: &'a Model,
    design: &'a TrialDesign,
    stream: Stream,
    /// The control's strategy alone, and with the arm's.
    sources: [Source; 2],
}

/// Some of the strategies of a model, and their program.
#[derive(Debug)]
struct Source {
    model: Model,
    program: Program,
}

/// One thread's room.
#[derive(Debug)]
pub(super) struct Room<'a> {
    kernels: [Kernel<'a>; 2],
    places: Vec<u32>,
    luck: [Vec<f64>; 2],
    enrolments: Vec<Enrolment>,
}

/// One thread's kernel.
#[derive(Debug)]
struct Kernel<'a> {
    worker: Worker<'a>,
    heard: Vec<Listener>,
    /// By strategy, then patient.
    courses: Vec<Vec<Course>>,
}

/// Hears when patients of a batch first respond.
#[derive(Debug)]
struct Listener {
    response: Happening,
    months: Vec<f64>,
}

/// The arms of a trial: the control, the arm, and the arm's patients given the control's strategy.
#[derive(Debug, Default)]
pub(super) struct Arms {
    pub(super) control: Arm,
    pub(super) arm: Arm,
    pub(super) untreated: Arm,
}

impl Source {
    fn new(model: &Model, strategies: &[usize]) -> Result<Self, TooManySteps> {
        let model = model.with_strategies(strategies);
        let program = compile(&model)?;
        Ok(Self { model, program })
    }
}

impl Sink for Listener {
    fn happened(&mut self, happening: Happening, _: u8, patients: &[u32], now: &[f64]) {
        if happening == self.response {
            for patient in patients {
                let own = &mut self.months[*patient as usize];
                *own = own.min(now[*patient as usize]);
            }
        }
    }

    fn stayed(&mut self, _: State, _: u8, _: &[u32], _: &[f64], _: &[f64]) {}
}

impl<'a> Kernel<'a> {
    fn new(source: &'a Source, design: &TrialDesign) -> Self {
        let listener =
            || Listener { response: design.response.happening(), months: vec![f64::INFINITY; BATCH] };
        let strategies = source.model.strategies.len();
        Self {
            worker: Worker::new(&source.model, &source.program),
            heard: (0..strategies).map(|_| listener()).collect(),
            courses: vec![Vec::new(); strategies],
        }
    }

    /// Lets patients of a draw live; their courses by strategy.
    fn live(&mut self, draw: &Draw, (first, patients): (u64, u32), design: &TrialDesign) -> &[Vec<Course>] {
        self.courses.iter_mut().for_each(Vec::clear);
        let mark = design.endpoint.mark() as usize;
        for begin in (0..patients).step_by(BATCH) {
            let batch = (patients - begin).min(BATCH as u32) as usize;
            self.heard.iter_mut().for_each(|own| own.months[..batch].fill(f64::INFINITY));
            let lived = self.worker.run(draw, first + u64::from(begin), batch, &mut self.heard);
            for ((outcome, heard), courses) in lived.iter().zip(&self.heard).zip(&mut self.courses) {
                let times = outcome.marks[mark].iter().zip(&heard.months).take(batch);
                courses.extend(times.map(|(event, response)| Course { event: *event, response: *response }));
            }
        }
        &self.courses
    }
}

impl<'a> Bench<'a> {
    pub(super) fn new(model: &'a Model, design: &'a TrialDesign) -> Result<Self, TooManySteps> {
        let both = [design.control, design.arm];
        let sources = [Source::new(model, &both[..1])?, Source::new(model, &both)?];
        Ok(Self { model, design, stream: Stream::new(model.settings.seed), sources })
    }

    pub(super) fn room(&self) -> Room<'_> {
        let [alone, both] = &self.sources;
        Room {
            kernels: [alone, both].map(|source| Kernel::new(source, self.design)),
            places: Vec::new(),
            luck: [Vec::new(), Vec::new()],
            enrolments: Vec::new(),
        }
    }

    /// How many draws trials take their figures from.
    pub(super) fn draws(&self) -> u32 {
        if Draw::is_constant(self.model) {
            return 1;
        }
        let largest = |of: fn(&TrialSize) -> u32| self.design.sizes.iter().map(of).max().unwrap_or(1);
        let references = TrialDesign::MOST_IN_REFERENCES / (2 * largest(|size| size.patients));
        self.model.settings.draws.min(largest(|size| size.trials)).min(references)
    }

    /// The figures of a draw.
    pub(super) fn figures(&self, draw: u32) -> Draw {
        Draw::sample(self.model, &self.stream, draw)
    }

    /// Enrols patients of a draw.
    fn enrol(&self, room: &mut Room<'_>, draw: &Draw, first: u64, patients: u32) {
        room.places.clear();
        room.places.extend(0..patients);
        let [entry, dropout] = &mut room.luck;
        [&mut *entry, &mut *dropout].into_iter().for_each(|luck| luck.resize(patients as usize, 0.0));
        let luck = (&mut entry[..], &mut dropout[..]);
        self.stream.uniform_pairs(draw.index, first, &room.places, Event::TrialEntry, 0, luck);
        room.enrolments.clear();
        let pairs = entry.iter().zip(&*dropout);
        room.enrolments.extend(pairs.map(|(entry, dropout)| Enrolment::new(self.design, [*entry, *dropout])));
    }

    /// Holds the trial whose number is that of the draw.
    pub(super) fn hold(&self, room: &mut Room<'_>, draw: &Draw, size: TrialSize) -> Arms {
        let first = first(size.patients);
        self.enrol(room, draw, first, size.patients);
        let Room { kernels: [alone, both], enrolments, .. } = room;
        let (of_control, of_arm) = enrolments.split_at(size.control() as usize);
        let control = arm(of_control, &alone.live(draw, (first, size.control()), self.design)[0]);
        let lived = both.live(draw, (first + u64::from(size.control()), size.treated), self.design);
        Arms { control, arm: arm(of_arm, &lived[1]), untreated: arm(of_arm, &lived[0]) }
    }

    /// A large trial of the figures of a draw, in which so many people at most are seen under each strategy, the same
    /// in both arms: it tells what the estimates of the trials scatter about, so here common luck is welcome.
    pub(super) fn reference(&self, room: &mut Room<'_>, draw: &Draw, patients: u32) -> Arms {
        self.enrol(room, draw, FIRST_OF_REFERENCE, patients);
        let Room { kernels: [_, both], enrolments, .. } = room;
        let lived = both.live(draw, (FIRST_OF_REFERENCE, patients), self.design);
        let share = self.design.allocation;
        let of = |share: f64, larger: f64| (f64::from(patients) * share / larger).round() as usize;
        let [control, treated] = [1.0 - share, share].map(|own| of(own, share.max(1.0 - share)));
        Arms {
            control: arm(&enrolments[..control], &lived[0][..control]),
            arm: arm(&enrolments[..treated], &lived[1][..treated]),
            untreated: Arm::default(),
        }
    }

    /// The patients of the trial whose number is that of the draw: the control's first.
    pub(super) fn patients(&self, draw: &Draw, size: TrialSize) -> Vec<Enrolled> {
        let mut room = self.room();
        let first = first(size.patients);
        self.enrol(&mut room, draw, first, size.patients);
        let lived = room.kernels[1].live(draw, (first, size.patients), self.design);
        let enrolled = |at: usize| {
            let treated = at >= size.control() as usize;
            let course = lived[usize::from(treated)][at];
            Enrolled { treated, enrolment: room.enrolments[at], course, untreated: lived[0][at] }
        };
        (0..size.patients as usize).map(enrolled).collect()
    }

    /// Works through items in parallel; what was found, in order.
    pub(super) fn work<'b, T: Sync, R: Send>(
        &'b self,
        items: &[T],
        observer: &dyn Observer,
        work: impl Fn(&mut Room<'b>, &T) -> R + Sync,
    ) -> Result<Vec<R>, Interrupted> {
        let idle: Mutex<Vec<Room<'b>>> = Mutex::new(Vec::new());
        let one = |item: &T| {
            if observer.interrupted() {
                return Err(Interrupted);
            }
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut room = taken.unwrap_or_else(|| self.room());
            let found = work(&mut room, item);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(room);
            Ok(found)
        };
        items.par_iter().map(one).collect()
    }
}

/// The first patient of trials of a size: below it lie those of all smaller sizes.
fn first(patients: u32) -> u64 {
    let patients = u64::from(patients);
    FIRST + patients * (patients - 1) / 2
}

/// An arm of enrolled patients with these courses.
fn arm(enrolments: &[Enrolment], courses: &[Course]) -> Arm {
    let patients = || enrolments.iter().zip(courses);
    let responders = patients().filter(|(enrolment, course)| enrolment.responded(course)).count();
    let seen = patients().map(|(enrolment, course)| enrolment.observed(course));
    Arm::new(seen.collect(), responders as u32)
}
