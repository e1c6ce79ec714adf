//! The command line: one file a command. Only this module prints.
//!
//! Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.

mod calibrate;
mod check;
mod completions;
mod demand;
mod economics;
mod evaluate;
mod evidence;
mod failure;
mod found;
mod interrupt;
mod list;
mod man;
mod needs;
mod new;
mod number;
mod output;
mod peaks;
mod plot;
mod precision;
mod prepare;
mod progress;
mod report;
mod run;
mod schema;
mod size;
mod table;
mod terminal;
mod trial;
mod validate;
mod verify;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

const ABOUT: &str = "Simulates acute lymphoblastic leukaemia under treatment strategies";

const LONG_ABOUT: &str = "\
Simulates acute lymphoblastic leukaemia under treatment strategies.

A scenario is a text file that asks one question: who is treated, which strategies are compared, with which figures. \
remisim lets the same virtual patients live under every strategy and says what becomes of them: remission, MRD, \
relapse, survival, CRS and tocilizumab, costs and QALYs, with the uncertainty of each.

Every figure has a source, or is an assumption with a reason: `remisim evidence` lists the sources, and a run writes \
the assumptions to assumptions.csv.";

const EXAMPLES: &str = "\
Begin here:
  remisim list                         the scenarios that come with the program
  remisim run tower                    run one; results in output/tower
  remisim run tower --report           run it and draw it; look at output/tower/report.html
  remisim validate tower               what was published against what virtual patients show
  remisim verify tower                 the checks of a model that reviewers make by hand
  remisim evidence Q22                 where a figure comes from and what uses it
  remisim new my_question              write a scenario of your own: my_question.toml
  remisim check my_question.toml       say all that is wrong with it
  remisim run my_question.toml         run it
  remisim help run                     what a run can be told

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.";

#[derive(Debug, Parser)]
#[command(name = "remisim", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Report(report::Arguments),
    Check(check::Arguments),
    Calibrate(calibrate::Arguments),
    Validate(validate::Arguments),
    Verify(verify::Arguments),
    Evidence(evidence::Arguments),
    Schema(schema::Arguments),
    New(new::Arguments),
    List(list::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Does what the arguments say; the first is the name of the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads to its end is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match cli.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Calibrate(arguments) => calibrate::calibrate(&arguments),
        Command::Validate(arguments) => validate::validate(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Evidence(arguments) => evidence::evidence(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::New(arguments) => new::new(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            failure.exit_code()
        }
    }
}
