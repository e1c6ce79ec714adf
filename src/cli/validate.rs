//! `remisim validate`: simulated against published.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output::{Text, write};
use super::report::pictures;
use crate::calibrate::{Miss, misses};
use crate::files::OutputRoot;
use crate::report::{
    Coverage, Figure, Sheet, conflict_lines, conflicts, fit_figures, label_width, validation,
    validation_figure, validation_lines, validation_manifest,
};
use crate::scenario::{Compared, Loaded, Request, compared, load, load_fitted, trials};
use crate::simulate::Observer;
use crate::validate::{DRAWS, PATIENTS, ValidateError, validate as run};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  remisim validate
      every trial of the library
  remisim validate tower
      one trial, or the trials that a scenario's regimens are calibrated to
  remisim validate ./mine.toml --out results
      a file of yours with [[targets]]
  remisim validate tower --report
      figures too: published against simulated, the fit, priors against posteriors, what stays open

The table shows each published figure, what virtual patients show, and between which figures 95 of 100 trials of the \
published size would fall. OUTSIDE marks a published figure beyond them. Under it stand the figures that the fit misses by more \
than two points or a twentieth, and the figures without which it meets them.";

/// Compare what is simulated with what was published
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Trials or scenarios [default: all trials of the library]
    #[arg(value_name = "SCENARIO")]
    names: Vec<String>,
    /// Where the tables go: DIR/NAME/validation.csv, conflicts.csv
    #[arg(long, value_name = "DIR", default_value = "output/validation")]
    out: PathBuf,
    /// Draw it too: DIR/NAME/figures/*.svg, of the tables and of the fits behind them
    #[arg(long)]
    report: bool,
    /// The figures as PNG too
    #[arg(long, requires = "report")]
    png: bool,
    /// Replace tables of an earlier validation
    #[arg(long)]
    force: bool,
}

struct Watch(Interrupt);

impl Observer for Watch {
    fn advanced(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        self.0.is_asked()
    }
}

/// Runs the command.
pub(super) fn validate(arguments: &Arguments) -> Result<(), Failure> {
    let watch = Watch(Interrupt::listen()?);
    let all = loaded(&arguments.names)?;
    let root = OutputRoot::make(&arguments.out).map_err(|error| Failure::Input(error.to_string()))?;
    let mut folders = Vec::new();
    for loaded in &all {
        let folder = root.folder(loaded.model.id.as_str(), arguments.force);
        folders.push(folder.map_err(|error| Failure::Input(error.to_string()))?);
    }
    let mut coverage = Coverage::default();
    for (loaded, folder) in all.iter().zip(folders) {
        let model = &loaded.model;
        let found = run(model, &watch).map_err(|error| match error {
            ValidateError::Interrupted => Failure::Interrupted,
            ValidateError::TooManySteps(error) => Failure::Input(format!("{}: {error}", model.id)),
        })?;
        let fit = compared(loaded);
        let missed = missed(loaded, &fit);
        coverage.add(model, &found, &fit.left_out, &missed);
        let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
        let table = validation(model, &found, &fit.left_out).map_err(|error| failed(&error))?;
        let conflicts = conflicts(model, &missed).map_err(|error| failed(&error))?;
        let tables = [("validation.csv", &table[..]), ("conflicts.csv", &conflicts[..])];
        for (name, table) in tables {
            folder.write(name, table).map_err(|error| failed(&error))?;
        }
        let manifest = validation_manifest(loaded, &tables);
        folder.write("manifest.json", &manifest).map_err(|error| failed(&error))?;
        if arguments.report {
            for (name, bytes) in pictures(&drawn(loaded, &table), arguments.png)? {
                folder.write(&name, &bytes).map_err(|error| failed(&error))?;
            }
        }
        folder.commit().map_err(|error| failed(&error))?;
        let mut text = Text::default();
        text.line(format!("{} ({} draws of {} patients)", model.title, DRAWS, PATIENTS));
        let width = label_width(model);
        text.line(format!("{:width$} {:>9} {:>9}  95 % of such trials", "figure", "published", "simulated"));
        validation_lines(model, &found, &fit.left_out).iter().for_each(|line| text.line(line));
        conflict_lines(model, &missed).iter().for_each(|line| text.line(line));
        text.line("");
        write(&text.finish())?;
    }
    let mut text = Text::default();
    coverage.lines().iter().for_each(|line| text.line(line));
    write(&text.finish())
}

/// The figure of the table, and those of the fits that the file reads.
fn drawn(loaded: &Loaded, table: &[u8]) -> Vec<Figure> {
    let title = format!("{}: published and simulated", loaded.model.title);
    let own = Sheet::read(table).and_then(|sheet| validation_figure(&title, &sheet));
    let fits = loaded.sources.iter().flat_map(|source| fit_figures(&source.short, &source.text));
    own.into_iter().chain(fits).collect()
}

/// What the fit of a trial misses; nothing of one that is not fitted.
fn missed(loaded: &Loaded, fit: &Compared) -> Vec<Miss> {
    let targets = &loaded.model.trial.targets;
    if fit.fitted.len() == targets.len() { misses(targets, &fit.fitted, &fit.without()) } else { Vec::new() }
}

/// The files with targets that the names stand for, each once.
fn loaded(names: &[String]) -> Result<Vec<Loaded>, Failure> {
    let known: Vec<String> = trials().into_iter().map(|trial| trial.name).collect();
    let mut wanted: Vec<String> = if names.is_empty() { known.clone() } else { Vec::new() };
    let mut all = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        if known.contains(name) {
            wanted.push(name.clone());
            continue;
        }
        match load(&Request::new(name)) {
            Ok(loaded) => {
                let trials = loaded.model.regimens.iter().filter_map(|regimen| regimen.calibrated.clone());
                let others: Vec<String> = trials.filter(|trial| *trial != loaded.model.id.as_str()).collect();
                let own = !loaded.model.trial.targets.is_empty() || !loaded.model.trial.statements.is_empty();
                if !own && others.is_empty() {
                    let allowed = "a file with [[targets]], or one whose regimens are calibrated";
                    return Err(Failure::Input(format!(
                        "{name}: found nothing to compare with, allowed {allowed}"
                    )));
                }
                wanted.extend(others);
                all.extend(own.then_some(loaded));
            }
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    wanted.sort();
    wanted.dedup();
    for name in wanted {
        match load_fitted(&Request::new(&name)) {
            Ok(loaded) => all.push(loaded),
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(Failure::of_problems(problems)) }
}
