//! `remisim report`: figures and a report from a finished run.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::output::write;
use crate::files::{read_results, write_in};
use crate::report::{Figure, Told, figures, page};
use clap::Args;
use std::path::{Path, PathBuf};

/// Runs in a folder that an error names, at most.
const MOST_NAMED: usize = 5;

const EXAMPLES: &str = "\
Examples:
  remisim report output/tower
      figures/*.svg and report.html of a run, beside its tables
  remisim report output/tower --png
      the figures as PNG too

The tables are the only source: `remisim run --report` writes the same bytes. It also writes the tables that only a \
report needs (published.csv, published_related.csv, occupancy.csv, incidence.csv, crs.csv, convergence.csv, histories.csv); what they would show is left \
out where a run is without them. A table that was changed after the run is refused.";

/// Draw the figures of a finished run and write its report
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder of results, such as output/tower
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The figures as PNG too
    #[arg(long)]
    png: bool,
}

/// Runs the command.
pub(super) fn report(arguments: &Arguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    for folder in &arguments.folders {
        let named = |text: String| format!("{}: {text}{}", folder.display(), inside(folder));
        let files =
            read_results(folder, &Told::FILES).map_err(|error| Failure::Input(named(error.to_string())))?;
        let find = |name: &str| files.get(name).map(Vec::as_slice);
        let drawn = drawn(find, arguments.png).map_err(|failure| match failure {
            Failure::Input(text) => Failure::Input(named(text)),
            other => other,
        })?;
        for (name, bytes) in &drawn {
            interrupt.heed()?;
            let (within, file) = name.rsplit_once('/').unwrap_or(("", name));
            let written = write_in(&folder.join(within), file, bytes);
            written.map_err(|error| Failure::Failed(error.to_string()))?;
        }
        let count = drawn.len() - 1;
        write(&format!("{} and {count} figures\n", folder.join("report.html").display()))?;
    }
    Ok(())
}

/// Names the runs that a folder holds where it is none itself, such as that given to `--out`.
fn inside(folder: &Path) -> String {
    let is_run = |folder: &Path| folder.join("manifest.json").is_file();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut runs: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_run(path)).collect();
    if is_run(folder) || runs.is_empty() {
        return String::new();
    }
    runs.sort();
    let more = if runs.len() > MOST_NAMED { " and others" } else { "" };
    let names: Vec<String> = runs.iter().take(MOST_NAMED).map(|path| path.display().to_string()).collect();
    format!("; there are runs in it: {}{more}", names.join(", "))
}

/// The figures and the report that the tables of a run give: names in its folder, and bytes; the report is the last.
pub(super) fn drawn<'a>(
    find: impl Fn(&str) -> Option<&'a [u8]>,
    png: bool,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let told = Told::read(find).map_err(|error| Failure::Input(error.to_string()))?;
    let figures = figures(&told);
    let mut files = pictures(&figures, png)?;
    let page = page(&told, &figures).map_err(|problems| Failure::Input(problems.to_string()))?;
    files.push(("report.html".to_owned(), page.into_bytes()));
    Ok(files)
}

/// Figures as files: names in a folder of results, and bytes.
pub(super) fn pictures(figures: &[Figure], png: bool) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    for figure in figures {
        files.push((format!("figures/{}.svg", figure.name), figure.svg().into_bytes()));
        if png {
            let bytes = figure.png().map_err(|error| Failure::Failed(format!("{}: {error}", figure.name)))?;
            files.push((format!("figures/{}.png", figure.name), bytes));
        }
    }
    Ok(files)
}
