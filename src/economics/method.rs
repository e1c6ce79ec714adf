//! How an evaluation finds costs and effects of draws that the run itself does not have.

use super::Psa;
use crate::exact::{Stopped, means};
use crate::model::{Model, Settings};
use crate::program::{Draw, Program};
use crate::simulate::{Observer, run_given};
use crate::summary::Records;
use crate::tally::Measure;

/// Most draws of analyses beside the run, with patients and by the exact engine, which takes as long for one draw as for
/// hundreds of thousands of patients, and ten times as long where a switch has a mortality ratio.
const DRAWS: (u32, u32) = (10_000, 50);
/// Most patients of a draw, and of all draws, of a run that stands beside another, and the least of a draw. In 1,000 draws
/// of `tower_economics` 250,000 patients left the net benefit gained an error of 819 dollars, and the draws themselves 2,393:
/// 100,000, whose error is 1.6 times as large, make it hardly less sure.
const BESIDE: (u64, u64, u64) = (1_000, 100_000, 100);

/// How it finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By virtual patients.
    Patients,
    /// By the exact engine, without chance.
    Exact {
        /// Bins in a month of its grid.
        bins_per_month: u32,
    },
}

impl Method {
    /// Most draws of analyses beside a run.
    #[must_use]
    pub const fn draws(self) -> u32 {
        match self {
            Self::Patients => DRAWS.0,
            Self::Exact { .. } => DRAWS.1,
        }
    }

    /// Draws of analyses beside a run with these settings: the first.
    #[must_use]
    pub fn draws_beside(self, settings: &Settings) -> u32 {
        settings.draws.min(self.draws())
    }

    /// Costs and effects of given draws of a model in the place of its own, in as many patients as its settings say.
    ///
    /// # Errors
    /// Where the observer asks to stop, or the exact engine does not walk the program.
    pub fn psa(
        self,
        (model, program): (&Model, &Program),
        draws: &[Draw],
        observer: &dyn Observer,
    ) -> Result<Option<Psa>, Stopped> {
        Ok(match self {
            Self::Patients => {
                let results = run_given(model, program, draws, observer, &|| Records::new(0))?;
                Psa::of_records(model, &results)
            }
            Self::Exact { bins_per_month } => {
                let found = means((model, program), bins_per_month, draws, observer)?;
                Psa::of_exact(model, &Measure::of(program), &found)
            }
        })
    }
}

/// Patients of each draw of a run that stands beside another in the same draws, which say most of what there is to say:
/// at most those of the other.
#[must_use]
pub fn patients_beside(settings: &Settings) -> u64 {
    let (of_draw, of_all, least) = BESIDE;
    settings.patients.min(of_draw).min((of_all / u64::from(settings.draws)).max(least))
}

/// Histories of a run of a model that stands beside another: so many draws, under every strategy.
#[must_use]
pub fn histories_beside(model: &Model, draws: u32) -> u64 {
    u64::from(draws) * patients_beside(&model.settings) * model.strategies.len() as u64
}
