//! `remisim calibrate`: fits regimens to what their trials reported.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output::{Text, message, write};
use super::report::pictures;
use crate::calibrate::{Fit, FitError, LEAST_ESS, MOST_PARAMETERS, Plan, RHAT, Refit, fit, misses};
use crate::files::{can_write, is_path, write_in};
use crate::model::{Model, Target, TargetRole};
use crate::report::{calibration_about, calibration_rows, conflict_lines, figure_name, fit_figures};
use crate::scenario::{Request, load_trial};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  remisim calibrate tower
      fits the regimens of trials/tower.toml; writes scenarios/calibrated/tower.toml and tower.csv
  remisim calibrate ./mine.toml
      a file of yours with [[targets]], whose regimens say calibrated = \"mine\"; writes calibrated/mine.toml and mine.csv
  remisim calibrate blast --set 'readings.blast_cut=\"cut_2018\"'
      under another reading; the fit has a name of its own
  remisim calibrate tower --leave-out
      fits again without each target in turn: what the others say of it, and whether it stands in the way of one of them
  remisim calibrate tower --figures pictures
      draws it too: targets against fit, priors against posteriors, what stays open; pictures/*_tower.svg

Scenarios pick whole rows of a fit, so what belongs together stays together. A fit whose inputs have changed is refused \
until it is made again.";

/// Fit regimens to the published figures of their trials
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Trials of the library, or paths of files of yours with [[targets]]
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Where the fits go [default: calibrated/ beside a file of yours, else scenarios/calibrated]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Draw the fit too: targets against fit, priors against posteriors, what stays open, as DIR/*.svg
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// The figures as PNG too
    #[arg(long, requires = "figures")]
    png: bool,
    /// Fit once more without each target
    #[arg(long)]
    leave_out: bool,
    /// States that each chain gives
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    states: u32,
    /// Seed of all random numbers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Change a key, as in `remisim run`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// No messages; errors are still told
    #[arg(long, short)]
    quiet: bool,
}

/// How a file about a fit begins what it says of a fit without a target.
const LEFT_OUT: &str = "\nleft_out = ";
/// Independent runs of the sampler.
const CHAINS: usize = 4;

/// Runs the command.
pub(super) fn calibrate(arguments: &Arguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    let mut trials = Vec::new();
    let mut problems = Vec::new();
    for name in &arguments.names {
        match load_trial(&Request { scenario: name.clone(), overrides: arguments.set.clone() }) {
            Ok(loaded) => trials.push((name, loaded)),
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::of_problems(problems));
    }
    let other = arguments.set.iter().find(|change| !change.trim_start().starts_with("readings."));
    if let Some(change) = other.filter(|_| arguments.out.is_none()) {
        let text = format!(
            "--set: found {change:?}, whose fit would replace that of the file as it stands; allowed readings.SET=READING, \
             whose fits have names of their own, or --out DIR too"
        );
        return Err(Failure::Input(text));
    }
    for (name, loaded) in trials {
        let folder = arguments.out.clone().unwrap_or_else(|| beside(name));
        // Not found out only after the work.
        for folder in arguments.figures.iter().chain([&folder]) {
            can_write(folder).map_err(|error| Failure::Input(error.to_string()))?;
        }
        let started = Instant::now();
        let kept = arguments.states as usize;
        let plan = Plan { chains: CHAINS, warm_up: kept / 2, kept, seed: arguments.seed };
        let go_on = |_: usize| !interrupt.is_asked();
        let found = fit(&loaded.model, &plan, arguments.leave_out, &go_on);
        let found = found.map_err(|error| told(name, &error))?;
        let Some(fingerprint) = &loaded.fit else {
            return Err(told(name, &FitError::NoTargets));
        };
        let rows = calibration_rows(&found);
        let about = calibration_about(&loaded.model, &found, fingerprint, &rows);
        interrupt.heed()?;
        let path = folder.join(format!("{}.toml", fingerprint.key));
        let gone =
            !arguments.leave_out && std::fs::read_to_string(&path).is_ok_and(|old| old.contains(LEFT_OUT));
        for (extension, text) in [("csv", &rows), ("toml", &about)] {
            let file = format!("{}.{extension}", fingerprint.key);
            write_in(&folder, &file, text.as_bytes()).map_err(|error| Failure::Failed(error.to_string()))?;
        }
        if let Some(pictured) = &arguments.figures {
            let drawn = fit_figures(&format!("calibrated/{}.toml", fingerprint.key), &about);
            for (file, bytes) in pictures(&drawn, arguments.png)? {
                let file = file.trim_start_matches("figures/");
                write_in(pictured, file, &bytes).map_err(|error| Failure::Failed(error.to_string()))?;
            }
        }
        write(&table(&loaded.model, &found))?;
        if !arguments.quiet {
            let seconds = started.elapsed().as_secs_f64();
            message(&format!("{name}: {} in {seconds:.1} s", path.display()));
            if gone {
                message(&format!(
                    "{name}: the fits without each target that this file told of are gone with the old fit; the same \
                     command with --leave-out makes them again"
                ));
            }
        }
    }
    Ok(())
}

/// Where scenarios look for the fit of a file.
fn beside(name: &str) -> PathBuf {
    let folder = Path::new(name).parent().filter(|_| is_path(name));
    folder.unwrap_or(Path::new("scenarios")).join("calibrated")
}

/// Targets against fit, and what stays open.
fn table(model: &Model, fit: &Fit) -> String {
    let mut text = Text::default();
    text.line(format!("{}: {} figures fitted, {} rows", model.id, fit.parameters.len(), fit.rows.len()));
    let label = |target: &Target| {
        let strategy = model.strategies[target.strategy].id.as_str();
        format!("{strategy}: {}", figure_name(target, model))
    };
    let width = model.trial.targets.iter().map(|target| label(target).chars().count()).max().unwrap_or(0);
    text.line(format!("{:width$} {:>10} {:>10}   95 %", "target", "published", "fitted"));
    for (target, shown) in model.trial.targets.iter().zip(&fit.targets) {
        let label = label(target);
        let mark = match (target.role, shown.inside(target)) {
            (TargetRole::Prior, _) => "  prior",
            (TargetRole::HeldOut, true) => "  held out",
            (TargetRole::HeldOut, false) => "  held out, outside",
            (TargetRole::Fitted, true) => "",
            (TargetRole::Fitted, false) => "  outside",
        };
        let (low, high) = shown.interval;
        text.line(format!(
            "{label:width$} {:>10.3} {:>10.3}   {low:.3} to {high:.3}{mark}",
            target.value, shown.mean
        ));
    }
    let means: Vec<f64> = fit.targets.iter().map(|own| own.mean).collect();
    let without = |refit: &Option<Refit>| {
        let refit = refit.as_ref().filter(|refit| refit.agrees())?;
        Some(refit.targets.iter().map(|own| own.mean).collect())
    };
    let without: Vec<Option<Vec<f64>>> = fit.left_out.iter().map(without).collect();
    let missed = misses(&model.trial.targets, &means, &without);
    conflict_lines(model, &missed).iter().for_each(|line| text.line(line));
    for (target, refit) in model.trial.targets.iter().zip(&fit.left_out) {
        if refit.as_ref().is_some_and(|refit| !refit.agrees()) {
            text.line(format!("not told: the chains of the fit without {} do not agree", label(target)));
        }
    }
    for quantity in fit.quantities.iter().filter(|quantity| quantity.is_prior_driven()) {
        let strategy = model.strategies[quantity.strategy].id.as_str();
        let own = quantity.posterior;
        text.line(format!(
            "prior-driven: {strategy}: {} {:.3} ({:.3} to {:.3})",
            quantity.name, own.mean, own.low, own.high
        ));
    }
    text.finish()
}

fn told(name: &str, error: &FitError) -> Failure {
    let input = |text: String| Failure::Input(format!("{name}: {text}"));
    match error {
        FitError::NoTargets => input(
            "found no target to fit to, allowed a file with [[targets]] that are neither held out nor priors".to_owned(),
        ),
        FitError::NoParameters => input(format!(
            "found nothing to fit, allowed a regimen with calibrated = {:?} and uncertain figures, each with its prior",
            Path::new(name).file_stem().unwrap_or_default().to_string_lossy()
        )),
        FitError::TooManyParameters(many) => input(format!(
            "found {many} figures to fit, allowed at most {MOST_PARAMETERS}: hold some of them ([calibration] held)"
        )),
        FitError::Rising(pair) => input(format!(
            "found survival that rises from {} to {}, or two figures of one month; allowed points of one curve that falls",
            pair.0, pair.1
        )),
        FitError::TooManySteps(error) => input(error.to_string()),
        FitError::Unsupported(error) => input(format!("{error}; a fit needs that engine")),
        FitError::NoStart => input(
            "found no values of the priors that show the targets at all: widen the priors, or look for a slip in a target"
                .to_owned(),
        ),
        FitError::Unmet(target, published, nearest) => input(format!(
            "found no values that meet {target}: published {published}, nearest {nearest:.4}; look for a slip in it, widen \
             the priors of what decides it, or hold it out (held_out = true) as a conflict"
        )),
        FitError::NotConverged(parameter, rhat, ess) => Failure::Failed(format!(
            "{name}: the chains do not agree on {parameter} (R-hat {rhat:.3}, allowed below {RHAT}; effective sample \
             {ess:.0}, allowed above {LEAST_ESS}): give more --states, or narrower priors where the targets say nothing"
        )),
        FitError::Stopped => Failure::Interrupted,
    }
}
