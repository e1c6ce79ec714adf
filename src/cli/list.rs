//! `remisim list`: scenarios and regimens at hand.

use super::failure::Failure;
use super::output::{Text, write};
use super::terminal::{columns, cut, wrapped};
use crate::files::{Files, Folder};
use clap::Args;

const WHERE: &str = "\
Listed are those in ./scenarios, and those inside the program whose names are not there. `remisim check NAME` says what \
a scenario holds, `remisim run NAME` runs it.";

/// List scenarios and regimens
#[derive(Debug, Args)]
#[command(after_help = WHERE)]
pub(super) struct Arguments {}

/// Runs the command.
pub(super) fn list(_: &Arguments) -> Result<(), Failure> {
    let scenarios = crate::scenario::list();
    let width = scenarios.iter().map(|scenario| scenario.name.chars().count()).max().unwrap_or(0);
    let mut out = Text::default();
    let columns = columns();
    out.line("Scenarios: remisim run NAME");
    for scenario in &scenarios {
        let title =
            if scenario.title.is_empty() { "(unreadable: remisim check says why)" } else { &scenario.title };
        let title = wrapped(title, None).concat();
        out.line(cut(&format!("  {:<width$}  {title}", scenario.name), columns));
    }
    out.line("");
    out.line("Regimens: regimen = \"NAME\" in a line of a scenario");
    for regimen in Files::default().names(Folder::Regimens) {
        out.line(format!("  {regimen}"));
    }
    write(&out.finish())
}
