//! `remisim man`: manual pages.

use super::failure::Failure;
use super::output::write;
use crate::files::write_in;
use clap::{Args, CommandFactory as _};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  remisim man ~/.local/share/man/man1
  man remisim-run";

/// Write manual pages to a folder
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The folder; pages of an earlier version are replaced
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn man(arguments: &Arguments) -> Result<(), Failure> {
    let mut main = super::Cli::command().disable_help_subcommand(true);
    main.build();
    let pages: Vec<clap::Command> = std::iter::once(&main).chain(main.get_subcommands()).cloned().collect();
    let count = pages.len();
    for page in pages {
        let man = clap_mangen::Man::new(page);
        let mut bytes = Vec::new();
        man.render(&mut bytes).map_err(|error| Failure::Failed(error.to_string()))?;
        write_in(&arguments.folder, &man.get_filename(), &bytes)
            .map_err(|error| Failure::Input(error.to_string()))?;
    }
    write(&format!("{count} pages in {}\n", arguments.folder.display()))
}
