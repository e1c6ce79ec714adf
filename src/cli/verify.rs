//! `remisim verify`: the checks of a model that reviewers run by hand.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output::{Text, message, write};
use super::prepare::{Prepared, prepare};
use super::progress::Progress;
use super::terminal::{columns, hanging};
use crate::files::OutputRoot;
use crate::report::{verification, verification_counts, verification_lines, verification_manifest};
use crate::verify::{DRAWS, Engines, PATIENTS, Sizes, Verdict, VerifyError, checks, verify as run};
use clap::Args;
use std::fmt::Display;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  remisim verify tower
      a scenario of the library
  remisim verify ./mine.toml --out results
      a file of yours; the table in results/mine/verification.csv
  remisim verify tower --draws 100 --patients 10000
      more patients: smaller faults are found

Each check changes a copy of the scenario so that what must come out is known: costs of zero, utilities of one, certain \
death, equal strategies, nobody cured or all. FAIL marks what contradicts arithmetic, or chance by more than 4.5 standard \
errors, and the exit code is then 1; WARNING what is possible but should be looked at. verification.csv says what was \
expected and found, and which item of two checklists of reviewers each check answers: TECH-VER \
(doi:10.1007/s40273-019-00844-y) and AdViSHE (doi:10.1007/s40273-015-0327-2).";

/// Make the checks of a model that reviewers make by hand
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Names that `remisim list` shows, or paths of files of yours, with `/` or `.toml`
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Draws of the uncertain figures in each check
    #[arg(long, value_name = "N", default_value_t = DRAWS, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    draws: u32,
    /// Patients in a draw of a check
    #[arg(long, value_name = "N", default_value_t = PATIENTS, value_parser = clap::value_parser!(u64).range(100..=100_000))]
    patients: u64,
    /// Change a key, as in `remisim run`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Where the tables go: DIR/NAME/verification.csv
    #[arg(long, value_name = "DIR", default_value = "output/verification")]
    out: PathBuf,
    /// Replace tables of an earlier verification
    #[arg(long)]
    force: bool,
    /// No progress; warnings and errors are still told
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub(super) fn verify(arguments: &Arguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    let sizes = Sizes { draws: arguments.draws, patients: arguments.patients };
    for (key, flag) in [("settings.draws", "--draws"), ("settings.patients", "--patients")] {
        if arguments.set.iter().any(|change| change.split_once('=').is_some_and(|(own, _)| own.trim() == key))
        {
            let (draws, patients) = (sizes.draws, sizes.patients);
            let text = "counts for nothing here: the checks are made with";
            message(&format!(
                "--set: warning: {key} {text} {draws} draws of {patients} patients; give {flag}"
            ));
        }
    }
    let all = prepare(&arguments.scenarios, &arguments.set, |problem| problem)?;
    let input = |error: &dyn Display| Failure::Input(error.to_string());
    let failed = |error: &dyn Display| Failure::Failed(error.to_string());
    let root = OutputRoot::make(&arguments.out).map_err(|error| input(&error))?;
    let mut folders = Vec::new();
    for Prepared { loaded, .. } in &all {
        let folder = root.folder(loaded.model.id.as_str(), arguments.force);
        folders.push(folder.map_err(|error| input(&error))?);
    }
    let mut wrong = Vec::new();
    for (index, (Prepared { loaded, .. }, folder)) in all.iter().zip(folders).enumerate() {
        let model = &loaded.model;
        let progress = Progress::counted(model, checks() as u64, interrupt.clone(), arguments.quiet);
        let found = run(model, sizes, &Engines::new(&progress), &progress);
        drop(progress);
        let found = found.map_err(|error| match error {
            VerifyError::Interrupted => Failure::Interrupted,
            VerifyError::TooManySteps(error) => Failure::Input(format!("{}: {error}", model.id)),
        })?;
        let table = verification(&found).map_err(|error| failed(&error))?;
        folder.write("verification.csv", &table).map_err(|error| failed(&error))?;
        let manifest = verification_manifest(loaded, sizes, &table);
        folder.write("manifest.json", &manifest).map_err(|error| failed(&error))?;
        let path = folder.commit().map_err(|error| failed(&error))?;
        let mut text = Text::default();
        if index > 0 {
            text.line("");
        }
        text.line(format!("{} ({} draws of {} patients)", model.title, sizes.draws, sizes.patients));
        verification_lines(&found).iter().for_each(|line| text.line(line));
        text.line(verification_counts(&found));
        text.line(format!("Results: verification.csv in {}", path.display()));
        write(&hanging(&text.finish(), columns()))?;
        let failures = found.iter().filter(|check| check.verdict == Verdict::Fail);
        let names: Vec<&str> = failures.map(|check| check.id).collect();
        if !names.is_empty() {
            wrong.push(format!("{}: failed: {}", model.id, names.join(", ")));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Failed(wrong.join("\n"))) }
}
