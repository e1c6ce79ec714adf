//! `run --precision`: as many draws and patients as make the gain in net benefit sure enough.

use super::failure::Failure;
use super::number::grouped;
use super::output::message;
use super::run::Found;
use crate::economics::{Precision, patients_a_draw, reached};
use crate::model::Model;
use crate::program::Draw;

/// Draws and patients of the pilot.
const PILOT: (u32, u64) = (64, 256);
/// Most draws, and most patients where all draws are the same.
const MOST: (u32, u64) = (1 << 17, 1 << 30);

/// Finds sizes at doubling checkpoints, each a run whose draws are those of the one before and as many again; gives what
/// the last found and leaves its sizes in the model. What is decided follows from tallies alone, never from time.
pub(super) fn precise(
    model: &mut Model,
    precision: Precision,
    quiet: bool,
    mut find: impl FnMut(&Model) -> Result<Found, Failure>,
) -> Result<Found, Failure> {
    let Some(wtp) = model.economics.as_ref().map(|economics| economics.threshold) else {
        let text =
            "--precision: found a scenario without [economics], allowed one whose net benefits are compared";
        return Err(Failure::Input(text.to_owned()));
    };
    let constant = Draw::is_constant(model);
    (model.settings.draws, model.settings.patients) = if constant { (1, 1 << 14) } else { PILOT };
    let mut found = find(model)?;
    let mut piloted = constant || !found.is_simulated();
    loop {
        let nothing = || Failure::Input(format!("{}: --precision needs two strategies to compare", model.id));
        let psa = found.results().psa(model).ok_or_else(nothing)?;
        let now = reached(&psa, wtp, precision).ok_or_else(nothing)?;
        if piloted && now.enough() {
            if !quiet {
                message(&format!("{}: {}", model.id, told(model, now.error, now.asked)));
            }
            return Ok(found);
        }
        if piloted {
            let settings = &mut model.settings;
            if constant {
                settings.patients *= 2;
            } else {
                settings.draws *= 2;
            }
            if settings.draws > MOST.0 || settings.patients > MOST.1 {
                let text = told(model, now.error, now.asked);
                return Err(Failure::Failed(format!("{}: --precision is out of reach: {text}", model.id)));
            }
        } else {
            model.settings.patients = patients_a_draw(&psa, wtp, model.settings.patients);
            piloted = true;
        }
        found = find(model)?;
    }
}

fn told(model: &Model, error: f64, asked: f64) -> String {
    let settings = &model.settings;
    format!(
        "{} draws of {} patients: the gain in net benefit has a standard error of {} {}, asked at most {}",
        grouped(f64::from(settings.draws), 0),
        grouped(settings.patients as f64, 0),
        grouped(error, 0),
        settings.currency,
        grouped(asked, 0)
    )
}
