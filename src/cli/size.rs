//! The program of a scenario: whether it is of a size that can be run, and what to be told of it.

use super::number::grouped;
use crate::model::Model;
use crate::outcome::Happening;
use crate::place::Place;
use crate::program::{Program, STEP_LIMIT, compile};
use crate::scenario::{ErrorKind, Loaded, Problem, Problems};
use crate::summary::record_bytes;

const GIGABYTE: f64 = 1e9;
/// Memory of results that a user is told of, and that is refused, in gigabytes.
const MUCH: f64 = 1.0;
const TOO_MUCH: f64 = 16.0;

/// The program of a scenario, and a warning where its results take much memory. Lines that nobody reaches become
/// warnings of the scenario.
pub(super) fn sized(loaded: &mut Loaded) -> Result<(Program, Option<String>), Problems> {
    let model = &loaded.model;
    let problem = |place: Place, key: String, found: String, allowed: String| {
        Problems::from(Problem { place, key, kind: ErrorKind::TooLarge, found, allowed, nearest: None })
    };
    let program = compile(model).map_err(|error| {
        let index = model.strategies.iter().position(|strategy| strategy.id.as_str() == error.strategy);
        let place = index.and_then(|index| loaded.strategies.get(index)).cloned().unwrap_or_default();
        let found = format!("more than {STEP_LIMIT} steps that its lines unroll to");
        let allowed = format!("at most {STEP_LIMIT}: fewer lines, or fewer causes in after");
        problem(place, format!("strategies.{}", error.strategy), found, allowed)
    })?;
    let gigabytes = record_bytes(model, &program) as f64 / GIGABYTE;
    let draws = grouped(f64::from(model.settings.draws), 0);
    let less = "fewer draws, fewer settings.curves or a smaller settings.curve_months take less";
    if gigabytes > TOO_MUCH {
        let found = format!("{draws} draws, whose results take about {gigabytes:.0} GB of memory");
        let allowed = format!("at most {TOO_MUCH} GB: {less}");
        let place = loaded.settings.clone();
        return Err(problem(place, "settings.draws".to_owned(), found, allowed));
    }
    let warning = (gigabytes > MUCH)
        .then(|| format!("the results of {draws} draws take about {gigabytes:.1} GB of memory: {less}"));
    let unreached = unreached(model, &program);
    loaded.model.warnings.extend(unreached);
    Ok((program, warning))
}

/// Lines that no patient can come to.
fn unreached(model: &Model, program: &Program) -> Vec<String> {
    let mut warnings = Vec::new();
    for (index, strategy) in model.strategies.iter().enumerate() {
        let possible = program.possible(index);
        for line in 1..=strategy.lines.len() {
            if !possible.happenings.contains(&(line as u8, Happening::LineStart)) {
                let label = &strategy.label;
                warnings.push(format!(
                    "Nobody reaches line {line} of {label}: no earlier line ends as its `after` asks with its antigen \
                     there, or an earlier one takes these patients."
                ));
            }
        }
    }
    warnings
}
