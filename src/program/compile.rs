//! Model to program: unrolls each strategy, cell by cell.

use super::{
    CellProgram, CurveSource, Edge, Effect, NumberSource, Possible, Program, STEP_LIMIT, Step, StepId,
};
use crate::model::{Cause, CurveSpec, Dosing, Line, LineRule, Model, Regimen, Strategy, Value};
use crate::outcome::Mark;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;

/// A strategy that unrolls to more steps than [`STEP_LIMIT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooManySteps {
    /// Id of the strategy.
    pub strategy: String,
}

impl fmt::Display for TooManySteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "strategy `{}` unrolls to more than {STEP_LIMIT} steps: give it fewer lines or fewer causes in `after`",
            self.strategy
        )
    }
}

impl std::error::Error for TooManySteps {}

/// What a line may know of the past.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Past {
    /// Line of the strategy, from 0.
    pub(super) line: usize,
    /// Lines given before.
    pub(super) given: u8,
    /// Lines begun, but not given, since the last given one.
    pub(super) in_vain: u8,
    /// Patients enter in remission.
    pub(super) in_remission: bool,
    /// Given cells.
    pub(super) infused: bool,
    /// Transplanted before.
    pub(super) transplanted: bool,
    /// Antigens lost, or found absent.
    pub(super) lost: Vec<String>,
    /// Antigens found present, which need not be looked for again.
    pub(super) present: Vec<String>,
    /// Attribute levels in this line.
    pub(super) levels: Vec<u8>,
    /// Attribute levels in later lines.
    pub(super) later: Vec<u8>,
}

impl Past {
    /// Address of the luck of an attempt at a line: whether one is able, whether cells can be given. A second attempt
    /// must not repeat the first; once a line is given, attempts in vain before it leave no trace.
    pub(super) fn attempt(&self) -> u8 {
        self.given | self.in_vain << 4
    }

    /// Marks an event of EFS, now or at the start of the line.
    pub(super) fn efs_event(&self, mark: fn(Mark) -> Effect) -> impl Iterator<Item = Effect> {
        let later = self.infused.then_some(Mark::EfsAfterInfusion);
        std::iter::once(Mark::EfsEvent).chain(later).map(mark)
    }
}

/// Adds an antigen to a sorted list, if it is not in it.
pub(super) fn add_antigen(list: &mut Vec<String>, antigen: Option<&String>) {
    if let Some(antigen) = antigen
        && let Err(at) = list.binary_search(antigen)
    {
        list.insert(at, antigen.clone());
    }
}

/// Builds the program of one strategy in one cell, from the ends of the histories backwards.
pub(super) struct Builder<'a> {
    pub(super) model: &'a Model,
    pub(super) strategy: &'a Strategy,
    pub(super) program: CellProgram,
    lines: BTreeMap<Past, Edge>,
}

/// Unrolls a model.
///
/// # Errors
/// Where a strategy has more than [`STEP_LIMIT`] steps.
pub fn compile(model: &Model) -> Result<Program, TooManySteps> {
    let levels: Vec<Vec<u8>> =
        (0..model.population.cells()).map(|cell| model.population.levels(cell)).collect();
    let unrolled = model.strategies.iter().map(|strategy| {
        let programs = levels.par_iter().map(|levels| unroll(model, strategy, levels));
        programs.collect::<Result<Vec<CellProgram>, TooManySteps>>()
    });
    let cells = unrolled.collect::<Result<Vec<_>, _>>()?;
    let doses_by = |dosing| {
        let drugs = model.regimens.iter().flat_map(|regimen: &Regimen| &regimen.treatment.drugs);
        model.population.body.is_some() && drugs.into_iter().any(|drug| drug.dosing == dosing)
    };
    let needs_surface = doses_by(Dosing::Surface);
    let tocilizumab = model.population.body.is_some() && model.tocilizumab.is_some();
    let needs_weight = needs_surface || tocilizumab || doses_by(Dosing::Weight);
    let strategies = model.strategies.iter().zip(&cells);
    let possible = strategies.map(|(strategy, cells)| Possible::of(cells, strategy.lines.len())).collect();
    Ok(Program { cells, levels, possible, needs_weight, needs_surface })
}

/// The program of one strategy in the cell with these attribute levels.
fn unroll(model: &Model, strategy: &Strategy, levels: &[u8]) -> Result<CellProgram, TooManySteps> {
    let mut builder = Builder { model, strategy, program: CellProgram::default(), lines: BTreeMap::new() };
    let start = Past {
        line: 0,
        given: 0,
        in_vain: 0,
        in_remission: false,
        infused: false,
        transplanted: false,
        lost: Vec::new(),
        present: Vec::new(),
        levels: levels.to_vec(),
        later: levels.to_vec(),
    };
    builder.program.start = builder.line(&start);
    if builder.program.steps.len() > STEP_LIMIT {
        return Err(TooManySteps { strategy: strategy.id.as_str().to_owned() });
    }
    Ok(builder.program)
}

impl Edge {
    /// An edge that only leads on.
    pub(super) fn to(next: StepId) -> Self {
        Self { effects: Vec::new(), next: Some(next) }
    }

    /// An edge that ends the history.
    pub(super) fn end(effects: Vec<Effect>) -> Self {
        Self { effects, next: None }
    }

    /// The same edge with effects before its own.
    pub(super) fn after(mut self, mut effects: Vec<Effect>) -> Self {
        effects.append(&mut self.effects);
        self.effects = effects;
        self
    }
}

impl<'a> Builder<'a> {
    pub(super) fn step(&mut self, step: Step) -> StepId {
        // Beyond the limit the program is refused; stopping here keeps memory small until then.
        if self.program.steps.len() <= STEP_LIMIT {
            self.program.steps.push(step);
        }
        self.program.steps.len() - 1
    }

    pub(super) fn number(&mut self, value: &Value, levels: &[u8]) -> usize {
        // Asked thousands of times, so nothing is cloned to look.
        let known =
            self.program.numbers.iter().position(
                |known| matches!(known, NumberSource::Value(own, at) if at == levels && own == value),
            );
        known.unwrap_or_else(|| {
            self.program.numbers.push(NumberSource::Value(value.clone(), levels.to_vec()));
            self.program.numbers.len() - 1
        })
    }

    pub(super) fn number_from(&mut self, source: NumberSource) -> usize {
        let known = self.program.numbers.iter().position(|known| *known == source);
        known.unwrap_or_else(|| {
            self.program.numbers.push(source);
            self.program.numbers.len() - 1
        })
    }

    pub(super) fn curve(&mut self, spec: &CurveSpec, levels: &[u8]) -> usize {
        let known = self.program.curves.iter().position(|known| {
            matches!(known, CurveSource::Spec { spec: own, levels: at } if at == levels && **own == *spec)
        });
        known.unwrap_or_else(|| {
            let (spec, levels) = (Box::new(spec.clone()), levels.to_vec());
            self.program.curves.push(CurveSource::Spec { spec, levels });
            self.program.curves.len() - 1
        })
    }

    pub(super) fn curve_from(&mut self, source: CurveSource) -> usize {
        let known = self.program.curves.iter().position(|known| *known == source);
        known.unwrap_or_else(|| {
            self.program.curves.push(source);
            self.program.curves.len() - 1
        })
    }

    pub(super) fn line_of(&self, past: &Past) -> &'a Line {
        &self.strategy.lines[past.line]
    }

    pub(super) fn regimen_of(&self, past: &Past) -> &'a Regimen {
        &self.model.regimens[self.line_of(past).regimen]
    }

    /// The edge into a line; a line with the same past is built once.
    pub(super) fn line(&mut self, past: &Past) -> Edge {
        let past = self.remembered(past);
        if let Some(edge) = self.lines.get(&past) {
            return edge.clone();
        }
        if self.program.steps.len() > STEP_LIMIT {
            return Edge::default();
        }
        let edge = self.build_line(&past);
        self.lines.insert(past, edge.clone());
        edge
    }

    /// What this line and later ones ask of the past; the rest would only make equal steps twice.
    fn remembered(&self, past: &Past) -> Past {
        let lines = &self.strategy.lines[past.line..];
        let regimens = || lines.iter().map(|line| &self.model.regimens[line.regimen]);
        let asked = |antigen: &String| regimens().any(|regimen| regimen.antigen.as_ref() == Some(antigen));
        let looked_for = |antigen: &String| {
            let looks = |regimen: &Regimen| regimen.looks_for_antigen() == Some(antigen);
            regimens().any(looks)
        };
        let own_rule = |regimen: &Regimen| regimen.remission.as_ref().is_some_and(|r| r.transplant.is_some());
        let transplants = lines.iter().any(|line| line.transplant != LineRule::AsRegimen);
        let transplants = transplants || regimens().any(own_rule);
        Past {
            transplanted: past.transplanted && transplants,
            lost: past.lost.iter().filter(|antigen| asked(antigen)).cloned().collect(),
            present: past.present.iter().filter(|antigen| looked_for(antigen)).cloned().collect(),
            ..past.clone()
        }
    }

    /// The line that a cause leads to: the first later one whose conditions hold.
    pub(super) fn next_line(&self, past: &Past, cause: Cause) -> Option<usize> {
        (past.line + 1..self.strategy.lines.len()).find(|index| {
            let line = &self.strategy.lines[*index];
            let antigen = &self.model.regimens[line.regimen].antigen;
            line.after.contains(&cause)
                && line.admits(&past.later)
                && antigen.as_ref().is_none_or(|antigen| !past.lost.contains(antigen))
        })
    }
}
