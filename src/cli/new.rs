//! `remisim new`: a commented scenario to begin with.

use super::failure::Failure;
use super::output::write;
use crate::files::{OutputError, write_new};
use crate::id::is_valid_name;
use crate::scenario::starter;
use clap::Args;
use std::path::Path;

const EXAMPLES: &str = "\
Example:
  remisim new second_salvage
  remisim check second_salvage.toml
  remisim run second_salvage.toml

The file is a whole scenario of two made-up regimens with comments. Regimens of the library are used by name, figures \
by the id of their record. scenarios/README.md of the source names every key; so does `remisim schema`, for editors.";

/// Write a commented scenario to begin with, NAME.toml
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Name of the scenario: small letters, digits and _, a letter first
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs the command.
pub(super) fn new(arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.name.strip_suffix(".toml").unwrap_or(&arguments.name);
    if !is_valid_name(name) {
        let allowed = "at most 64 small letters, digits and _, a letter first";
        return Err(Failure::Input(format!("NAME: found {name:?}, allowed {allowed}")));
    }
    let file = format!("{name}.toml");
    write_new(Path::new(&file), starter(name).as_bytes()).map_err(|error| match error {
        OutputError::Exists(_) => Failure::Input(format!("{file} is there already: give another name")),
        error => Failure::Failed(error.to_string()),
    })?;
    write(&format!("{file} is written: change it, then `remisim check {file}`, `remisim run {file}`\n"))
}
