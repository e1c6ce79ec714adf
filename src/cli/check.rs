//! `remisim check`: reads scenarios and says all that is wrong with them.

use super::failure::Failure;
use super::output::{message, write};
use crate::model::Model;
use crate::program::{Program, compile};
use crate::scenario::{Request, load};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  remisim check tower eliana                  two scenarios of the library
  remisim check ./mine.toml                   a file of yours
  remisim check tower --set settings.draws=5  would this change be accepted?";

/// Read and validate scenarios without running them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Names of scenarios (`remisim list`), or paths with `/` or `.toml`
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Change a key of the scenario, checked as the file is; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Runs the command.
pub(super) fn check(arguments: &Arguments) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut unfit = Vec::new();
    for scenario in &arguments.scenarios {
        match load(&Request { scenario: scenario.clone(), overrides: arguments.set.clone() }) {
            Ok(loaded) => match compile(&loaded.model) {
                Ok(program) => {
                    write(&described(scenario, &loaded.model, &program))?;
                    loaded
                        .model
                        .warnings
                        .iter()
                        .for_each(|text| message(&format!("{scenario}: warning: {text}")));
                }
                Err(error) => unfit.push(format!("{scenario}: {error}")),
            },
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    unfit.iter().for_each(|text| message(text));
    match (problems.is_empty(), unfit.len()) {
        (true, 0) => Ok(()),
        (true, count) => Err(Failure::Input(format!("scenarios too large: {count}"))),
        _ => Err(Failure::of_problems(problems)),
    }
}

fn described(scenario: &str, model: &Model, program: &Program) -> String {
    let lines: usize = model.strategies.iter().map(|strategy| strategy.lines.len()).sum();
    let steps = program.cells.iter().flatten().map(|cell| cell.steps.len()).max().unwrap_or(0);
    let counts = [
        (model.strategies.len(), "strategy", "strategies"),
        (lines, "line", "lines"),
        (model.population.cells(), "cell", "cells"),
        (steps, "step", "steps"),
        (model.parameters.len(), "figure", "figures"),
        (model.assumptions.len(), "assumption", "assumptions"),
        (model.warnings.len(), "warning", "warnings"),
    ];
    let words = counts.map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }));
    format!("{scenario}: ok: {}\n", words.join(", "))
}
