//! `remisim schema`: the scenario language for editors.

use super::failure::Failure;
use super::output::write;
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
An editor that knows TOML schemas (tombi, taplo, Even Better TOML) completes and checks a file whose first line names \
the schema. Write it beside your file:
  remisim schema > remisim.schema.json
and begin the file with
  #:schema ./remisim.schema.json";

/// Print the JSON Schema of scenarios, regimens and evidence
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// One kind of file only [default: each file by its keys]
    #[arg(value_enum)]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Scenario,
    Regimen,
    Evidence,
}

/// Runs the command.
pub(super) fn schema(arguments: &Arguments) -> Result<(), Failure> {
    let mut schema = crate::scenario::schema();
    let name = match arguments.kind {
        None => None,
        Some(Kind::Scenario) => Some("scenario"),
        Some(Kind::Regimen) => Some("regimen"),
        Some(Kind::Evidence) => Some("evidence"),
    };
    if let (Some(name), Some(object)) = (name, schema.as_object_mut()) {
        // All kinds stand in `$defs`; the rest chooses between them.
        object.retain(|key, _| key.starts_with('$'));
        object.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
    }
    write(&format!("{schema:#}\n"))
}
