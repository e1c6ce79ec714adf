//! `remisim list`: scenarios, trials and regimens at hand.

use super::failure::Failure;
use super::output::{Text, write};
use super::terminal::{columns, cut, wrapped};
use crate::files::{Files, Folder};
use crate::scenario::{self, Listed};
use clap::Args;

const WHERE: &str = "\
Listed are those in ./scenarios, and those inside the program whose names are not there. `remisim check NAME` says what \
a scenario holds, `remisim run NAME` runs it.";

/// List scenarios, trials and regimens
#[derive(Debug, Args)]
#[command(after_help = WHERE)]
pub(super) struct Arguments {}

/// Runs the command.
pub(super) fn list(_: &Arguments) -> Result<(), Failure> {
    let mut out = Text::default();
    entries(&mut out, "Scenarios: remisim run NAME", &scenario::list());
    entries(&mut out, "Trials: remisim validate NAME, remisim calibrate NAME", &scenario::trials());
    out.line("Regimens: regimen = \"NAME\" in a line of a scenario");
    for regimen in Files::default().names(Folder::Regimens) {
        out.line(format!("  {regimen}"));
    }
    write(&out.finish())
}

/// Names and titles.
fn entries(out: &mut Text, head: &str, listed: &[Listed]) {
    let width = listed.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let columns = columns();
    out.line(head);
    for entry in listed {
        let title =
            if entry.title.is_empty() { "(unreadable: remisim check says why)" } else { &entry.title };
        let title = wrapped(title, None).concat();
        out.line(cut(&format!("  {:<width$}  {title}", entry.name), columns));
    }
    out.line("");
}
