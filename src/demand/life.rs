//! What the kernel says of the patients of a product, as far as the calendar asks.

use crate::model::{Model, Product};
use crate::outcome::{Amount, Happening, Sink, State};
use crate::program::{Draw, Program, TooManySteps, compile};
use crate::quantity::DAYS_PER_MONTH;
use crate::simulate::{BATCH, Worker};

/// The patients of one product: a model with one strategy, and its program.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) model: Model,
    pub(super) program: Program,
}

impl Source {
    /// The source of a product of a scenario.
    pub(super) fn new(scenario: &Model, product: &Product) -> Result<Self, TooManySteps> {
        let whole = product.model.as_deref().unwrap_or(scenario);
        let mut model = whole.with_strategies(&[product.strategy]);
        model.settings.seed = scenario.settings.seed;
        let mut program = compile(&model)?;
        // Doses go by weight.
        program.needs_weight |= model.population.body.is_some();
        Ok(Self { model, program })
    }

    /// Lines of the strategy.
    pub(super) fn lines(&self) -> usize {
        self.model.strategies.first().map_or(0, |strategy| strategy.lines.len())
    }
}

/// What one given line asks for. Days from the infusion of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Episode {
    /// Days from the start of the strategy to the first day of the line; infinite where it is not given.
    pub(super) given: f64,
    /// Whether CRS comes.
    pub(super) crs: bool,
    /// Days to CRS.
    pub(super) onset: f64,
    /// Days that it lasts.
    pub(super) duration: f64,
    /// Doses of tocilizumab, at most 4.
    pub(super) doses: u8,
    /// Whether intensive care is needed.
    pub(super) icu: bool,
    /// Days of it.
    pub(super) icu_days: f64,
}

impl Episode {
    const NONE: Self = Self {
        given: f64::INFINITY,
        crs: false,
        onset: 0.0,
        duration: 0.0,
        doses: 0,
        icu: false,
        icu_days: 0.0,
    };
}

/// Hears what matters of a batch.
#[derive(Debug)]
pub(super) struct Listener {
    /// By line from 0, then by place in the batch.
    episodes: Vec<Episode>,
    /// Days to death; infinite where it does not come.
    deaths: Vec<f64>,
}

impl Listener {
    fn new(lines: usize) -> Self {
        Self { episodes: vec![Episode::NONE; lines * BATCH], deaths: vec![f64::INFINITY; BATCH] }
    }

    fn reset(&mut self, patients: usize) {
        self.episodes.chunks_mut(BATCH).for_each(|line| line[..patients].fill(Episode::NONE));
        self.deaths[..patients].fill(f64::INFINITY);
    }

    /// What the given lines of a patient ask for, by line from 0.
    pub(super) fn episodes(&self, patient: usize) -> impl Iterator<Item = &Episode> {
        self.episodes.chunks(BATCH).map(move |line| &line[patient])
    }

    /// Days from the start of the strategy to the death of a patient.
    pub(super) fn death(&self, patient: usize) -> f64 {
        self.deaths[patient]
    }

    fn each(&mut self, line: u8, patients: &[u32], mut change: impl FnMut(usize, &mut Episode)) {
        let first = (usize::from(line) - 1) * BATCH;
        for (at, patient) in patients.iter().enumerate() {
            change(at, &mut self.episodes[first + *patient as usize]);
        }
    }
}

impl Sink for Listener {
    fn happened(&mut self, happening: Happening, line: u8, patients: &[u32], now: &[f64]) {
        match happening {
            Happening::Given => self.each(line, patients, |at, own| {
                own.given = now[patients[at] as usize] * DAYS_PER_MONTH;
            }),
            Happening::CrsGrade12 | Happening::CrsGrade3 => {
                self.each(line, patients, |_, own| own.crs = true);
            }
            Happening::Icu => self.each(line, patients, |_, own| own.icu = true),
            Happening::DeathTreatment | Happening::DeathRelapse | Happening::DeathBackground => {
                for patient in patients {
                    self.deaths[*patient as usize] = now[*patient as usize] * DAYS_PER_MONTH;
                }
            }
            _ => {}
        }
    }

    fn stayed(&mut self, _: State, _: u8, _: &[u32], _: &[f64], _: &[f64]) {}

    fn measured(&mut self, amount: Amount, line: u8, patients: &[u32], values: &[f64]) {
        self.each(line, patients, |at, own| match amount {
            Amount::TocilizumabDoses => own.doses = values[at] as u8,
            Amount::IcuDays => own.icu_days = values[at],
            Amount::CrsDays => own.duration = values[at],
            Amount::CrsOnsetDays => own.onset = values[at],
            Amount::Persistence => {}
        });
    }
}

/// One thread's kernel for one product.
#[derive(Debug)]
pub(super) struct Teller<'a> {
    worker: Worker<'a>,
    sinks: [Listener; 1],
}

/// A batch of patients who have lived.
#[derive(Debug)]
pub(super) struct Told<'t, 'a> {
    worker: &'t Worker<'a>,
    /// What happened to them.
    pub(super) heard: &'t Listener,
}

impl<'a> Teller<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { worker: Worker::new(&source.model, &source.program), sinks: [Listener::new(source.lines())] }
    }

    /// The lives of patients of a draw; at most [`BATCH`].
    pub(super) fn tell(&mut self, draw: &Draw, first: u64, patients: usize) -> Told<'_, 'a> {
        self.sinks[0].reset(patients);
        self.worker.run(draw, first, patients, &mut self.sinks);
        Told { worker: &self.worker, heard: &self.sinks[0] }
    }
}

impl Told<'_, '_> {
    /// Cell of a patient.
    pub(super) fn cell(&self, patient: usize) -> usize {
        self.worker.cell(patient)
    }

    /// Weight of a patient, kg; 0 where the population has no body size.
    pub(super) fn weight_kg(&self, patient: usize) -> f64 {
        self.worker.weight_kg(patient).unwrap_or(0.0)
    }
}
