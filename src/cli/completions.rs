//! `remisim completions`: what a shell needs to complete arguments.

use super::failure::Failure;
use super::output::write;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  remisim completions bash > ~/.local/share/bash-completion/completions/remisim
  remisim completions zsh > ~/.zfunc/_remisim
  remisim completions fish > ~/.config/fish/completions/remisim.fish";

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub(super) fn completions(arguments: &Arguments) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Cli::command(), "remisim", &mut text);
    write(&String::from_utf8_lossy(&text))
}
