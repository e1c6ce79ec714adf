//! `run --precision`: as many draws and patients as make the gain in net benefit sure enough.

use super::failure::Failure;
use super::found::Found;
use super::number::{amount, grouped};
use super::output::message;
use crate::economics::{Precision, Reached, patients_a_draw, reached};
use crate::model::{Model, Settings};
use crate::program::Draw;

/// Draws and patients of the pilot.
const PILOT: (u32, u64) = (64, 256);
/// Patients at first where all draws are the same.
const FIRST: u64 = 1 << 14;
/// Most draws, with patients and by the exact engine, and most patients of all draws together.
const MOST_DRAWS: (u32, u32) = (1 << 17, 1 << 12);
const MOST_PATIENTS: u64 = 1 << 32;

/// Finds sizes at doubling checkpoints, each with the draws of the one before and as many again; gives what the last found
/// and leaves its sizes in the model. What is decided follows from tallies alone, never from time. What no size reaches is
/// told at the first checkpoint whose variance shows it.
///
/// `find` adds the draws that are missing to what was found before, if there is any.
pub(super) fn precise(
    model: &mut Model,
    precision: Precision,
    quiet: bool,
    mut find: impl FnMut(&Model, Option<Found>) -> Result<Found, Failure>,
) -> Result<Found, Failure> {
    let Some(wtp) = model.economics.as_ref().map(|economics| economics.threshold) else {
        let text =
            "--precision: found a scenario without [economics], allowed one whose net benefits are compared";
        return Err(Failure::Input(text.to_owned()));
    };
    let constant = Draw::is_constant(model);
    (model.settings.draws, model.settings.patients) = if constant { (1, FIRST) } else { PILOT };
    let mut found = find(model, None)?;
    let simulated = found.is_simulated();
    if simulated && !constant {
        let psa = found.results().psa(model).ok_or_else(|| nothing(model))?;
        let patients = patients_a_draw(&psa, wtp, model.settings.patients);
        // Who has as many patients already has the draws.
        if patients != model.settings.patients {
            model.settings.patients = patients;
            found = find(model, None)?;
        }
    }
    let mut told = quiet;
    loop {
        let psa = found.results().psa(model).ok_or_else(|| nothing(model))?;
        let now = reached(&psa, wtp, precision).ok_or_else(|| nothing(model))?;
        let sizes = Sizes { settings: &model.settings, constant, simulated };
        if now.enough() {
            if !quiet {
                message(&format!("{}: {}", model.id, sizes.reached(&now)));
            }
            return Ok(found);
        }
        let (size, most) = sizes.size_and_most();
        if now.least_times(size) * size > most || 2.0 * size > most {
            let text = sizes.out_of_reach(&now);
            return Err(Failure::Failed(format!("{}: --precision is out of reach: {text}", model.id)));
        }
        if !told {
            told = true;
            message(&format!("{}: about {} seem needed", model.id, sizes.of(now.times() * size)));
        }
        if constant {
            // Patients of a draw are not kept apart, so they begin anew.
            model.settings.patients *= 2;
            found = find(model, None)?;
        } else {
            model.settings.draws *= 2;
            found = find(model, Some(found))?;
        }
    }
}

fn nothing(model: &Model) -> Failure {
    Failure::Input(format!("{}: --precision needs two strategies to compare", model.id))
}

/// The sizes of a checkpoint, in words.
struct Sizes<'a> {
    settings: &'a Settings,
    /// All draws are the same, so that patients count.
    constant: bool,
    simulated: bool,
}

impl Sizes<'_> {
    /// Draws, or patients where all draws are the same, and how many may be tried.
    fn size_and_most(&self) -> (f64, f64) {
        if self.constant {
            return (self.settings.patients as f64, MOST_PATIENTS as f64);
        }
        let draws = f64::from(self.settings.draws);
        if !self.simulated {
            return (draws, f64::from(MOST_DRAWS.1));
        }
        (draws, f64::from(MOST_DRAWS.0).min((MOST_PATIENTS / self.settings.patients) as f64))
    }

    /// So many draws, or patients.
    fn of(&self, size: f64) -> String {
        let patients = grouped(self.settings.patients as f64, 0);
        let size = grouped(size, 0);
        match (self.constant, self.simulated) {
            (true, _) => format!("1 draw of {size} patients"),
            (false, true) => format!("{size} draws of {patients} patients"),
            (false, false) => format!("{size} draws without chance in patients"),
        }
    }

    fn reached(&self, now: &Reached) -> String {
        let currency = &self.settings.currency;
        format!(
            "{}: the gain in net benefit has a standard error of {} {currency}, asked at most {}",
            if self.constant && !self.simulated {
                "no chance at all".to_owned()
            } else {
                self.of(self.size_and_most().0)
            },
            amount(now.error),
            amount(now.asked)
        )
    }

    /// What is seen, what would be needed, and what the most that is tried would give.
    fn out_of_reach(&self, now: &Reached) -> String {
        let (size, most) = self.size_and_most();
        let currency = &self.settings.currency;
        format!(
            "{}; about {} would be needed, at most {} are tried, which reach about {} {currency}",
            self.reached(now),
            self.of(now.times() * size),
            self.of(most),
            amount(now.error * (size / most).sqrt())
        )
    }
}
