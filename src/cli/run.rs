//! `remisim run`: simulates scenarios and writes their results.

use super::demand;
use super::evaluate::evaluate;
use super::failure::Failure;
use super::found::{Engine, Found, find, speed};
use super::interrupt::Interrupt;
use super::output::{Text, message, write};
use super::peaks::peaks;
use super::plot;
use super::precision::precise;
use super::prepare::{Prepared, prepare};
use super::report::drawn;
use super::table::{table, warned};
use super::terminal;
use super::trial;
use crate::economics::Precision;
use crate::files::{OutputFolder, OutputRoot};
use crate::model::{Model, Settings};
use crate::place::Place;
use crate::program::Program;
use crate::report::{
    Finished, demand_lines, done_line, economics_lines, outcome_lines, trial_lines, warning_line,
};
use crate::scenario::{Loaded, Problem, Request, load_fitted};
use crate::summary::Summary;
use clap::Args;
use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  remisim run tower
      the table on the screen, the files in output/tower
  remisim run tower eliana --out results
      two scenarios; files in results/tower and results/eliana
  remisim run ./mine.toml --force
      a file of yours; replaces the results of an earlier run
  remisim run tower --patients 1000 --draws 2000
      many draws: intervals say what is not known of the figures
  remisim run tower --patients 1000000 --draws 1 --set settings.uncertainty=false
      many patients, central values: little Monte Carlo error, no intervals
  remisim run tower --set settings.horizon_months=60
      changes a key of the file; manifest.json names the change
  remisim run tower --set strategies.chemotherapy_then_blinatumomab.lines.2.able=0.8
      of a list by id or by place from 1
  remisim run eliana --set evidence.Q22.tocilizumab=0.6
      the central value of a figure; its distribution goes with it
  remisim run eliana --set 'readings.tocilizumab=\"pooled\"'
      another reading of the sources; text stands in quotes
  remisim run tower_economics --precision 2%
      until the gain in net benefit is known to one part in fifty
  remisim run tower --engine exact
      means and curves without Monte Carlo error
  remisim run tower --histories 100
      writes the lives of the first 100 patients too
  remisim run tower --report
      writes figures and a page to look at: output/tower/report.html
  remisim run tower --json > tower.jsonl
      results for another program

A run samples --draws sets of values of the uncertain figures, and sends --patients patients with each of them through \
every strategy. More patients make Monte Carlo errors smaller, more draws make intervals steadier. The same seed gives \
the same bytes with any number of threads.";

/// Patients whose histories a report shows.
const HISTORIES: u64 = 40;
/// And of a lesson, which shows a hundred.
const LESSON_HISTORIES: u64 = 100;

/// Simulate scenarios and write their results
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Names that `remisim list` shows, or paths of files of yours, with `/` or `.toml`
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Where results go: DIR/SCENARIO
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Patients in a draw [default: as the scenario says]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    patients: Option<u64>,
    /// Draws: sets of values of the uncertain figures [default: as the scenario says]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    draws: Option<u64>,
    /// Seed of all random numbers [default: as the scenario says]
    #[arg(long, value_name = "S", value_parser = whole, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads, 1 to 256 [default: one for each processor]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Write the histories of the first K patients of the first draw, at most 1000000, to histories.csv
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    histories: Option<u64>,
    /// As many draws and patients as give the gain in net benefit a standard error of at most X: money, or a share of
    /// it such as 2%
    #[arg(long, value_name = "X", value_parser = Precision::parse, conflicts_with_all = ["draws", "patients"])]
    precision: Option<Precision>,
    /// Change a key, checked as the file is, such as settings.draws=50; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    drawing: Drawing,
    /// How results are computed
    #[arg(long, value_enum, default_value_t = Engine::Simulate)]
    engine: Engine,
    /// Replace results of an earlier run
    #[arg(long)]
    force: bool,
    /// JSON lines on stdout instead of a table
    #[arg(long)]
    json: bool,
    /// No progress and no messages; warnings and errors are still told
    #[arg(long, short)]
    quiet: bool,
}

/// What to look at.
#[derive(Debug, Clone, Copy, Args)]
struct Drawing {
    /// Draw figures and write a report to look at: figures/*.svg and report.html, the tables that they need, and the
    /// histories of 40 patients, of a lesson 100
    #[arg(long)]
    report: bool,
    /// The figures as PNG too
    #[arg(long, requires = "report")]
    png: bool,
}

/// A whole number as TOML writes it: `1_000_000` too.
fn whole(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    digits.parse().map_err(|_| "allowed is a whole number, such as 10000 or 1_000_000".to_owned())
}

/// A scenario ready to run.
struct Job {
    request: Request,
    loaded: Loaded,
    program: Program,
    folder: OutputFolder,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.engine == Engine::Exact && arguments.histories.is_some() {
        let text = "--histories: the exact engine has no patients; leave it out, or give --engine simulate";
        return Err(Failure::Input(text.to_owned()));
    }
    let interrupt = Interrupt::listen()?;
    let named = |problem| named_as_given(problem, arguments);
    let programs = prepare(&arguments.scenarios, &overrides(arguments), named)?;
    // Dropped after the folders in it.
    let root = OutputRoot::make(&arguments.out).map_err(|error| Failure::Input(error.to_string()))?;
    let mut jobs = Vec::new();
    for Prepared { request, loaded, program } in programs {
        let folder = root
            .folder(loaded.model.id.as_str(), arguments.force)
            .map_err(|error| Failure::Input(error.to_string()))?;
        jobs.push(Job { request, loaded, program, folder });
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.map_or(0, usize::from))
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start threads: {error}")))?;
    for (index, job) in jobs.into_iter().enumerate() {
        if index > 0 && !arguments.json {
            write("\n")?;
        }
        pool.install(|| run_one(arguments, job, &interrupt))?;
    }
    Ok(())
}

/// What stands in an argument of its own is called by it, not by the key that it sets.
fn named_as_given(mut problem: Problem, arguments: &Arguments) -> Problem {
    let flags = [("patients", arguments.patients), ("draws", arguments.draws), ("seed", arguments.seed)];
    for (name, _) in flags.into_iter().filter(|(_, value)| value.is_some()) {
        if problem.key == format!("settings.{name}") {
            problem.place = Place::file(&format!("--{name}"));
            problem.key.clear();
        }
    }
    problem
}

/// Sizes are changes like others, so that they are checked and the manifest names them.
fn overrides(arguments: &Arguments) -> Vec<String> {
    let sizes = [("patients", arguments.patients), ("draws", arguments.draws), ("seed", arguments.seed)];
    let sizes = sizes.into_iter().filter_map(|(key, value)| Some(format!("settings.{key}={}", value?)));
    arguments.set.iter().cloned().chain(sizes).collect()
}

fn run_one(arguments: &Arguments, job: Job, interrupt: &Interrupt) -> Result<(), Failure> {
    let Job { request, mut loaded, program, folder } = job;
    let started = Instant::now();
    let find = |model: &Model, before| {
        find((arguments.engine, arguments.quiet), (model, &program), before, interrupt)
    };
    let found = match arguments.precision {
        Some(precision) => {
            let found = precise(&mut loaded.model, precision, arguments.quiet, find)?;
            // Whoever asks for these sizes has the same bytes.
            let Settings { patients, draws, .. } = loaded.model.settings;
            let sizes = [("settings.patients=", patients), ("settings.draws=", u64::from(draws))];
            loaded
                .overrides
                .retain(|own| sizes.iter().all(|(key, _)| !own.replace(' ', "").starts_with(key)));
            loaded.overrides.extend(sizes.map(|(key, size)| format!("{key}{size}")));
            found
        }
        None => find(&loaded.model, None)?,
    };
    let model = &loaded.model;
    let seconds = started.elapsed().as_secs_f64();
    let results = found.results();
    let summary = match &found {
        Found::Simulated(results) => Summary::new(model, results),
        Found::Exact(results) => Summary::of_exact(model, results),
    };
    let psa = results.psa(model);
    let evaluated =
        evaluate((model, &program), psa, found.method(), &summary, &request, (interrupt, arguments.quiet))?;
    let (evaluation, analyses) = evaluated.as_ref().map(|(one, other)| (one, other)).unzip();
    // The exact engine has no patients who could come to a centre.
    let demand = if found.is_simulated() {
        demand::answer(model, &request, interrupt, arguments.quiet)?
    } else {
        None
    };
    let trials = if found.is_simulated() { trial::answer(model, interrupt, arguments.quiet)? } else { None };
    let (loaded, program, demand, trials) = (&loaded, &program, demand.as_ref(), trials.as_ref());
    let fitted = arguments.drawing.report.then(|| trials_of(model));
    let own = if model.lesson.is_some() { LESSON_HISTORIES } else { HISTORIES };
    let shown = (arguments.drawing.report && found.is_simulated()).then_some(own);
    let (histories, report) = (arguments.histories.or(shown), fitted.as_deref());
    let summary = &summary;
    let finished = Finished {
        loaded,
        program,
        results,
        summary,
        evaluation,
        analyses,
        demand,
        trials,
        histories,
        report,
    };
    let files = finished.files().map_err(|error| Failure::Failed(error.to_string()))?;
    let write_file = |name: &str, bytes: &[u8]| {
        folder.write(name, bytes).map_err(|error| Failure::Failed(error.to_string()))
    };
    for file in &files {
        interrupt.heed()?;
        write_file(file.name, &file.bytes)?;
    }
    if arguments.drawing.report {
        let find = |name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]);
        for (name, bytes) in drawn(find, arguments.drawing.png)? {
            interrupt.heed()?;
            write_file(&name, &bytes)?;
        }
    }
    let path = folder.commit().map_err(|error| Failure::Failed(error.to_string()))?;
    if !arguments.quiet {
        let all = started.elapsed().as_secs_f64();
        message(&format!("{}; {all:.1} s in all", speed(model, &found, seconds)));
    }
    let warnings = finished.warnings();
    // The table and the lines hold them; who sends those elsewhere is told here too.
    if !std::io::stdout().is_terminal() && std::io::stderr().is_terminal() {
        warnings.iter().for_each(|warning| message(&format!("{}: warning: {warning}", model.id)));
    }
    if arguments.json {
        let names: Vec<&str> = files.iter().map(|file| file.name).collect();
        let mut lines = outcome_lines(model.id.as_str(), summary);
        lines.extend(evaluation.iter().flat_map(|own| economics_lines(model.id.as_str(), own)));
        let of_demand = demand.as_ref().zip(model.demand.as_ref());
        lines.extend(of_demand.iter().flat_map(|(own, asked)| demand_lines(model.id.as_str(), asked, own)));
        lines.extend(trials.iter().flat_map(|own| trial_lines(model.id.as_str(), own)));
        lines.extend(warnings.iter().map(|warning| warning_line(model.id.as_str(), warning)));
        lines.push(done_line(model.id.as_str(), &path.to_string_lossy(), &names));
        let lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
        return write(&lines.concat());
    }
    write(&told(arguments, &finished, &warnings, (files.len(), &path)))
}

/// What is printed of a run.
fn told(
    arguments: &Arguments,
    finished: &Finished<'_>,
    warnings: &[String],
    (files, path): (usize, &Path),
) -> String {
    let Finished { loaded, summary, evaluation, demand, trials, .. } = *finished;
    let model = &loaded.model;
    let exact = arguments.engine == Engine::Exact;
    let mut text = Text::default();
    // On a screen the table and the plot are what is left below; a file begins with the table.
    let screen = terminal::columns();
    if screen.is_some() && !warnings.is_empty() {
        warned(&mut text, warnings, screen);
        text.line("");
    }
    table(model, summary, (evaluation, demand, trials), exact, screen)
        .lines()
        .for_each(|line| text.line(line));
    if let Some(columns) = screen {
        plot::survival(&mut text, summary, columns, (terminal::colours(), terminal::braille()));
        if let Some(answers) = demand {
            peaks(&mut text, &answers.results, columns);
        }
        text.line("");
    } else {
        warned(&mut text, warnings, screen);
    }
    text.line(format!("Results: {} files in {}", files, path.display()));
    if arguments.drawing.report {
        text.line(format!("To look at: {}", path.join("report.html").display()));
    }
    text.finish()
}

/// The trials of the library that the regimens of a model are fitted to, by name.
fn trials_of(model: &Model) -> Vec<(String, Model)> {
    let names: BTreeSet<&str> =
        model.regimens.iter().filter_map(|regimen| regimen.calibrated.as_deref()).collect();
    // A scenario that is fitted itself has its figures; one that only bears the name of its trial has none. Of a trial
    // that is gone the scenario has only the rows.
    let own = !model.trial.targets.is_empty();
    let others = names.into_iter().filter(|name| !own || *name != model.id.as_str());
    let load = |name: &str| Some((name.to_owned(), load_fitted(&Request::new(name)).ok()?.model));
    others.filter_map(load).collect()
}
