//! The files of a run as bytes: CSV tables and a manifest. Numbers are whole; tables on a screen round, files do not.
//!
//! Nothing here writes to the disk.

mod assumed;
mod assumptions;
mod basis;
mod calibration;
mod compared;
mod conflict;
mod convergence;
mod course;
mod coverage;
mod crs;
mod demand;
mod economics;
mod figure;
mod fitted;
mod given;
mod histories;
mod lesson;
mod lines;
mod manifest;
mod page;
mod parts;
mod psa;
mod published;
mod rounded;
mod rows;
mod sensitivity;
mod sheet;
mod table;
mod told;
mod trial;
mod validation;
mod verification;

pub use calibration::{calibration_about, calibration_rows, figure_name, role_name};
pub use conflict::{conflict_lines, conflicts};
pub use coverage::Coverage;
pub use figure::{Figure, Subject, figures, fit_figures, validation_figure};
pub use lines::{demand_lines, done_line, economics_lines, outcome_lines, trial_lines, warning_line};
pub use manifest::{validation_manifest, verification_manifest};
pub use page::page;
pub use rounded::grouped;
pub use told::{Sheet, SheetRow, Told, ToldError};
pub use validation::{label_width, validation, validation_lines};
pub use verification::{verification, verification_counts, verification_lines};

use crate::demand::DemandAnswers;
use crate::economics::{Analyses, Evaluation, Psa};
use crate::exact::ExactResults;
use crate::model::Model;
use crate::program::{Draw, Misses, Program};
use crate::scenario::Loaded;
use crate::simulate::RunResults;
use crate::summary::{Records, Summary};
use crate::trial::TrialResults;

/// One file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Name in the folder of results.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What an engine found in the draws.
#[derive(Debug, Clone, Copy)]
pub enum Results<'a> {
    /// Of virtual patients.
    Simulated(&'a RunResults<Records>),
    /// Without chance.
    Exact(&'a ExactResults),
}

impl Results<'_> {
    /// Values of a parameter in the draws.
    fn parameter(&self, index: usize) -> Vec<f64> {
        match self {
            Self::Simulated(results) => results.draws().map(|draw| draw.parameters()[index]).collect(),
            Self::Exact(results) => results.draws.iter().map(|draw| draw.parameters[index]).collect(),
        }
    }

    /// Costs and effects by draw, where the scenario asks for an economic evaluation.
    #[must_use]
    pub fn psa(&self, model: &Model) -> Option<Psa> {
        match self {
            Self::Simulated(results) => Psa::of_records(model, results),
            Self::Exact(results) => Psa::of_exact(model, &results.measures, &results.draws),
        }
    }

    /// What could not be held to.
    fn misses(&self) -> Misses {
        match self {
            Self::Simulated(results) => results.misses.clone(),
            Self::Exact(results) => {
                let mut misses = Misses::default();
                results.draws.iter().for_each(|draw| misses.add(&draw.missed));
                misses
            }
        }
    }

    /// Mean life years of a strategy in the draws: the first measure of both engines.
    fn life_years(&self, strategy: usize) -> Vec<f64> {
        match self {
            Self::Simulated(results) => {
                results.draws().map(|draw| draw.strategy(strategy).means[0].0).collect()
            }
            Self::Exact(results) => {
                results.draws.iter().map(|draw| draw.strategies[strategy].means[0]).collect()
            }
        }
    }
}

/// A finished run, as its files need it.
#[derive(Debug, Clone, Copy)]
pub struct Finished<'a> {
    /// The scenario with its files.
    pub loaded: &'a Loaded,
    /// Its program.
    pub program: &'a Program,
    /// What was found in the draws.
    pub results: Results<'a>,
    /// What the run says.
    pub summary: &'a Summary,
    /// What an economic evaluation says, where the scenario asks for one.
    pub evaluation: Option<&'a Evaluation>,
    /// What its analyses found that compute again.
    pub analyses: Option<&'a Analyses>,
    /// What a demand says, where the scenario asks for one.
    pub demand: Option<&'a DemandAnswers>,
    /// What trials found, where the scenario has one.
    pub trials: Option<&'a TrialResults>,
    /// Patients whose histories are wanted; `None` for no `histories.csv`.
    pub histories: Option<u64>,
    /// The trials that regimens are fitted to, by name, where the tables that only a report needs are wanted.
    pub report: Option<&'a [(String, Model)]>,
}

impl Finished<'_> {
    /// The files of the run; the manifest is the last.
    ///
    /// # Errors
    /// Where a table cannot be formed; that would be a mistake of the program.
    pub fn files(&self) -> Result<Vec<ReportFile>, csv::Error> {
        let model = &self.loaded.model;
        let mut files = vec![
            ReportFile { name: "summary.csv", bytes: rows::summary(self.summary)? },
            ReportFile { name: "spread.csv", bytes: rows::spread(self.summary)? },
            ReportFile { name: "survival.csv", bytes: rows::survival(self.summary)? },
            ReportFile { name: "events.csv", bytes: rows::events(self.summary)? },
            ReportFile {
                name: "assumptions.csv",
                bytes: assumptions::assumptions(model, self.results, self.demand)?,
            },
        ];
        if let Some(evaluation) = self.evaluation {
            files.extend(psa::files(&evaluation.psa, self.summary)?);
            files.extend(economics::files(evaluation)?);
            if let Some(analyses) = self.analyses {
                files.extend(sensitivity::files(evaluation, analyses)?);
            }
        }
        if let Some((demand, answers)) = model.demand.as_ref().zip(self.demand) {
            files.extend(demand::files(demand, answers)?);
        }
        if let Some((design, results)) = model.design.as_ref().zip(self.trials) {
            files.extend(trial::files(model, design, results)?);
        }
        if let Some(patients) = self.histories {
            let bytes = histories::histories(model, self.program, patients)?;
            files.push(ReportFile { name: "histories.csv", bytes });
        }
        if let Some(trials) = self.report {
            files.extend(published::files(model, trials)?);
            let bytes = convergence::convergence(model, self.results)?;
            files.push(ReportFile { name: "convergence.csv", bytes });
            if matches!(self.results, Results::Simulated(_)) {
                files.extend(course::files(model, self.program)?);
            }
        }
        let manifest = manifest::manifest(self, &files);
        files.push(ReportFile { name: "manifest.json", bytes: manifest });
        Ok(files)
    }

    /// What a reader must be told: the warnings of the scenario, and those that the run brought.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.loaded.model.warnings.clone();
        let settings = &self.loaded.model.settings;
        if settings.draws == 1 && !Draw::is_constant(&self.loaded.model) {
            warnings.push(
                "one draw of the uncertain figures is one guess at them, and another seed makes another; give more \
                 --draws, or settings.uncertainty=false for their central values"
                    .to_owned(),
            );
        }
        // Where no figure is uncertain more patients would tell nothing more.
        if self.evaluation.is_some_and(|own| own.noise_untold && !own.certain) {
            warnings.push(
                "with so few patients a draw the noise of simulation cannot be told from what is not known: probabilities of \
                 being best, expected losses, EVPI and intervals stand in the tables with both, and are no knowledge; give \
                 more --patients"
                    .to_owned(),
            );
        }
        if self.loaded.model.demand.is_some() && self.demand.is_none() {
            let text = "the demand is left out: it is that of patients, and the exact engine has none";
            warnings.push(text.to_owned());
        }
        if self.loaded.model.design.is_some() && self.trials.is_none() {
            let text = "the trials are left out: they are held with patients, and the exact engine has none";
            warnings.push(text.to_owned());
        }
        warnings.extend(self.demand.iter().flat_map(|answers| answers.warnings()));
        warnings.extend(self.evaluation.iter().flat_map(|own| own.not_valued.iter().cloned()));
        let searched = self.analyses.iter().flat_map(|own| &own.thresholds);
        warnings.extend(searched.filter(|own| own.is_nowhere()).map(|own| {
            format!(
                "threshold.csv has no value of {} at which {} is just worth it: none gives the gain another sign, from the least \
                 that the figure can have on",
                own.parameter, self.summary.strategies[own.strategy]
            )
        }));
        warnings.extend(self.decided_otherwise());
        let not_partitioned =
            self.evaluation.and_then(|_| crate::economics::not_partitioned(&self.loaded.model));
        warnings.extend(not_partitioned.map(|why| format!("partitioned.csv is left out: {why}")));
        let moved = self.analyses.and_then(|own| own.one_way.as_ref()).map(|own| own.moved.as_slice());
        let apart = moved.unwrap_or_default().iter().filter(|own| own.fit.is_some()).count();
        if apart > 0 {
            warnings.push(format!(
                "dsa.csv and tornado.csv move {apart} figures of fits one at a time, though a fit knows its figures \
                 together (column fit): such a bar may leave what the trial shows; evppi.csv takes them together"
            ));
        }
        let misses = self.results.misses();
        if let Some(((regimen, what), most)) = misses.most_often() {
            let model = &self.loaded.model;
            let share = |draws: u32| percent(f64::from(draws) / f64::from(model.settings.draws.max(1)));
            warnings.push(format!(
                "in {} of the draws a share of transplants is beyond what relapse and death leave, or probabilities \
                 add to more than one; the nearest was taken; most often {} of {} ({})",
                share(misses.draws),
                what.key(),
                model.regimens[regimen].id,
                share(most)
            ));
        }
        warnings
    }

    /// Which choices of the scenario another decision hangs on.
    fn decided_otherwise(&self) -> Option<String> {
        let (evaluation, analyses) = self.evaluation.zip(self.analyses)?;
        let label = |strategy: usize| &self.loaded.model.strategies[strategy].label;
        let found = analyses.decided_otherwise(evaluation.threshold);
        let named: Vec<String> =
            found.iter().map(|(name, best)| format!("{name} ({})", label(*best))).collect();
        (!named.is_empty()).then(|| {
            format!(
                "the decision at the threshold hangs on choices that probabilities and values of information take for \
                 known: with these switches another strategy is worth most: {}",
                named.join(", ")
            )
        })
    }
}

/// A share as a percentage that does not round to none.
fn percent(share: f64) -> String {
    if share < 0.001 { "less than 0.1 %".to_owned() } else { format!("{:.1} %", share * 100.0) }
}
