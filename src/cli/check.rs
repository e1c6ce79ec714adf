//! `remisim check`: reads scenarios and says all that is wrong with them.

use super::failure::Failure;
use super::output::{message, write};
use super::prepare::problems_of_switches;
use super::size::sized;
use crate::model::Model;
use crate::program::Program;
use crate::scenario::{Request, load};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  remisim check tower eliana                  two scenarios of the library
  remisim check ./mine.toml                   a file of yours
  remisim check tower --set settings.draws=5  would this change be accepted?

All mistakes of all files are told at once, each with file, line and column, key, what was found and what is allowed. \
The line of a good scenario counts strategies and their lines of treatment, cells (combinations of the levels of \
patients), steps (of the longest program), figures, assumptions and warnings.";

/// Read and validate scenarios without running them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Names that `remisim list` shows, or paths of files of yours, with `/` or `.toml`
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Change a key, checked as the file is, such as settings.draws=50; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Runs the command.
pub(super) fn check(arguments: &Arguments) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for scenario in &arguments.scenarios {
        let request = Request { scenario: scenario.clone(), overrides: arguments.set.clone() };
        match load(&request) {
            Ok(mut loaded) => match sized(&mut loaded) {
                Ok((program, much)) => {
                    let of_switches = problems_of_switches(&request, &loaded);
                    if !of_switches.is_empty() {
                        problems.extend(of_switches);
                        continue;
                    }
                    write(&described(scenario, &loaded.model, &program))?;
                    let warnings = loaded.model.warnings.iter().chain(&much);
                    warnings.for_each(|text| message(&format!("{scenario}: warning: {text}")));
                }
                Err(found) => problems.extend_from_slice(found.list()),
            },
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::of_problems(problems)) }
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
