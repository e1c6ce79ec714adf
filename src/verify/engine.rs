//! What computes a changed model: the engines of the program, or one that stands in for them.

use super::VerifyError;
use crate::exact::{self, Stopped};
use crate::model::Model;
use crate::program::{Draw, compile};
use crate::simulate::{self, Observer};
use crate::stream::Stream;
use crate::summary::{Records, Summary};
use crate::tally::PAIRED;

/// Draws of one headline outcome of one strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// Index of the strategy.
    pub strategy: usize,
    /// Name of the outcome.
    pub outcome: &'static str,
    /// Its mean in each draw.
    pub draws: Vec<f64>,
}

/// What virtual patients show.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What the run says.
    pub summary: Summary,
    /// Life years, QALYs and costs, draw by draw.
    pub headlines: Vec<Headline>,
}

impl Shown {
    /// Mean of an outcome; zero where it cannot be other than zero, or is not told apart.
    #[must_use]
    pub fn mean(&self, strategy: usize, outcome: &str) -> f64 {
        self.summary.outcome(strategy, outcome).and_then(|row| row.band.mean).unwrap_or(0.0)
    }

    /// Whether the model makes an outcome other than zero at all.
    #[must_use]
    pub fn has(&self, outcome: &str) -> bool {
        self.summary.outcomes.iter().any(|row| row.outcome == outcome)
    }

    /// Indices of the strategies.
    #[must_use]
    pub fn strategies(&self) -> std::ops::Range<usize> {
        0..self.summary.strategies.len()
    }

    /// Name of an outcome of a strategy.
    #[must_use]
    pub fn name(&self, strategy: usize, outcome: &str) -> String {
        format!("{outcome} of {}", self.summary.strategies[strategy])
    }
}

/// What the exact engine finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Means {
    /// Means on a grid, and on one half as fine: the difference bounds the error.
    Known(Box<[Summary; 2]>),
    /// Why it has none.
    Unsupported(String),
}

/// Computes models.
pub trait Engine {
    /// Lets virtual patients live.
    ///
    /// # Errors
    /// See [`VerifyError`].
    fn simulate(&self, model: &Model) -> Result<Shown, VerifyError>;

    /// Means without chance, of the first draw.
    ///
    /// # Errors
    /// See [`VerifyError`].
    fn exact(&self, model: &Model) -> Result<Means, VerifyError>;

    /// Values of the parameters of a model in one draw.
    fn parameters(&self, model: &Model, draw: u32) -> Vec<f64>;
}

/// The engines of the program.
#[derive(Clone, Copy)]
pub struct Engines<'a>(&'a dyn Observer);

impl std::fmt::Debug for Engines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engines")
    }
}

impl<'a> Engines<'a> {
    /// Engines that an observer may stop; it does not hear of their patients.
    #[must_use]
    pub fn new(observer: &'a dyn Observer) -> Self {
        Self(observer)
    }
}

impl Observer for Engines<'_> {
    fn advanced(&self, _: u64) {}

    fn interrupted(&self) -> bool {
        self.0.interrupted()
    }
}

impl Engine for Engines<'_> {
    fn simulate(&self, model: &Model) -> Result<Shown, VerifyError> {
        let program = compile(model).map_err(VerifyError::TooManySteps)?;
        let months = model.settings.curve_months;
        let results = simulate::run(model, &program, self, &|| Records::new(months))?;
        let mut headlines = Vec::new();
        for strategy in 0..model.strategies.len() {
            for measure in PAIRED {
                let Some(place) = results.measures.iter().position(|known| *known == measure) else {
                    continue;
                };
                let draws = results.draws().map(|draw| draw.strategy(strategy).means[place].0).collect();
                headlines.push(Headline { strategy, outcome: measure.name(), draws });
            }
        }
        Ok(Shown { summary: Summary::new(model, &results), headlines })
    }

    fn exact(&self, model: &Model) -> Result<Means, VerifyError> {
        let program = compile(model).map_err(VerifyError::TooManySteps)?;
        match exact::run(model, &program, self) {
            Ok(results) => {
                let both = [Summary::of_first(model, &results), Summary::of_coarse(model, &results)];
                Ok(Means::Known(Box::new(both)))
            }
            Err(Stopped::Unsupported(unsupported)) => Ok(Means::Unsupported(unsupported.to_string())),
            Err(Stopped::Interrupted) => Err(VerifyError::Interrupted),
        }
    }

    fn parameters(&self, model: &Model, draw: u32) -> Vec<f64> {
        Draw::sample(model, &Stream::new(model.settings.seed), draw).parameters
    }
}
