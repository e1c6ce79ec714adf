//! Why a command did not do what was asked, and its exit code.

use super::output::message;
use crate::scenario::{Problem, Problems};
use std::io;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// Files or arguments are wrong.
    Input(String),
    /// The disk, the terminal or the program failed.
    Failed(String),
    /// Ctrl-C, or asked to end.
    Interrupted,
    /// Nobody reads the output any more; that is no failure.
    Unread,
}

impl Failure {
    /// Problems of one or several scenarios, each told once.
    pub(super) fn of_problems(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Self::Input(lines.join("\n"))
    }

    /// Says on stderr why.
    pub(super) fn tell(&self) {
        match self {
            Self::Input(text) | Self::Failed(text) => message(text),
            Self::Interrupted => message("interrupted; nothing is left half-written"),
            Self::Unread => {}
        }
    }

    /// The code that the program ends with.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Unread => ExitCode::SUCCESS,
            Self::Failed(_) => ExitCode::from(1),
            Self::Input(_) => ExitCode::from(2),
            Self::Interrupted => ExitCode::from(130),
        }
    }
}

/// Errors of writing to stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(format!("cannot write to stdout: {error}")),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::of_problems(problems.list().to_vec())
    }
}
