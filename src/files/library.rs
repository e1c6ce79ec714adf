//! Finding the files of the scenario library: beside the scenario, in `./scenarios`, inside the program.

use super::source::{Origin, ReadError, ReadFault, SourceFile, accept, read};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// A folder of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Folder {
    /// One question a file.
    Scenarios,
    /// One regimen a file.
    Regimens,
    /// Evidence records by topic.
    Evidence,
    /// Trials that regimens are calibrated to, one a file.
    Trials,
    /// What a calibration found, one a file.
    Calibrated,
    /// The rows of a calibration.
    Posterior,
    /// Life table, growth table.
    Data,
}

impl Folder {
    const fn path(self) -> &'static str {
        match self {
            Self::Scenarios => "",
            Self::Regimens => "regimens",
            Self::Evidence => "evidence",
            Self::Trials => "trials",
            Self::Calibrated | Self::Posterior => "calibrated",
            Self::Data => "data",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Data | Self::Posterior => "csv",
            _ => "toml",
        }
    }

    fn short(self, file: &str) -> String {
        match self {
            Self::Scenarios => file.to_owned(),
            _ => format!("{}/{file}", self.path()),
        }
    }
}

/// Where files are looked for, in this order: folders on the disk, then the copy inside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    roots: Vec<PathBuf>,
}

impl Default for Files {
    fn default() -> Self {
        Self { roots: vec![PathBuf::from("scenarios")] }
    }
}

impl Files {
    /// The files that a scenario sees: those beside it come first when it is named by a path.
    #[must_use]
    pub fn beside(scenario: &str) -> Self {
        let mut files = Self::default();
        if is_path(scenario) {
            let parent = Path::new(scenario).parent().map_or_else(PathBuf::new, Path::to_path_buf);
            let parent = if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent };
            if !files.roots.contains(&parent) {
                files.roots.insert(0, parent);
            }
        }
        files
    }

    /// Reads the scenario that the user named: a path, or a name in the library.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn scenario(&self, name: &str) -> Result<SourceFile, ReadError> {
        if is_path(name) {
            let path = Path::new(name);
            let short =
                path.file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
            return read(path, &short);
        }
        self.named(Folder::Scenarios, name)
    }

    /// Reads a file by its path from the folder of the scenario.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn at(&self, path: &str) -> Result<SourceFile, ReadError> {
        let folder = self.roots.first().map_or_else(PathBuf::new, Clone::clone);
        let short = Path::new(path).file_name().map_or_else(|| path.into(), |name| name.to_string_lossy());
        read(&folder.join(path), &short)
    }

    /// Reads a file that lies beside the scenario, by its whole name: in a folder of the library, or inside the program.
    ///
    /// # Errors
    /// When no place has it, the first that has it cannot be read, or the name leads out of the folder.
    pub fn beside_it(&self, file: &str) -> Result<SourceFile, ReadError> {
        if file.split('.').all(is_plain) {
            for path in self.roots.iter().map(|root| root.join(file)) {
                if path.symlink_metadata().is_ok() {
                    return read(&path, file);
                }
            }
            if let Some(found) = EMBEDDED.get_file(file) {
                return accept(&format!("embedded:{file}"), file, Origin::Embedded, found.contents());
            }
        }
        Err(ReadError {
            file: file.to_owned(),
            line: 0,
            fault: ReadFault::Missing,
            found: format!("{file:?}, which is not there"),
            allowed: "the name of a file beside the scenario".to_owned(),
        })
    }

    /// Reads a file of the library by its name without extension, from the first place that has it.
    ///
    /// # Errors
    /// When no place has it, or the first that has it cannot be read.
    pub fn named(&self, folder: Folder, name: &str) -> Result<SourceFile, ReadError> {
        let file = format!("{name}.{}", folder.extension());
        let short = folder.short(&file);
        if is_plain(name) {
            for root in &self.roots {
                let path = root.join(&short);
                // What is there and is no file is told, not passed over.
                if path.symlink_metadata().is_ok() {
                    return read(&path, &short);
                }
            }
            if let Some(found) = EMBEDDED.get_file(&short) {
                return accept(&format!("embedded:{short}"), &short, Origin::Embedded, found.contents());
            }
        }
        Err(ReadError {
            file: short,
            line: 0,
            fault: ReadFault::Missing,
            found: format!("{name:?}"),
            allowed: "a file beside the scenario, in ./scenarios or inside the program".to_owned(),
        })
    }

    /// Names of the files in a folder of the library, without extension, in alphabetical order.
    #[must_use]
    pub fn names(&self, folder: Folder) -> Vec<String> {
        self.places(folder).into_keys().collect()
    }

    /// Reads every file of a folder; of two with one name the first place wins.
    #[must_use]
    pub fn all(&self, folder: Folder) -> Vec<Result<SourceFile, ReadError>> {
        self.places(folder)
            .into_iter()
            .map(|(name, path)| match path {
                Some(path) => read(&path, &folder.short(&format!("{name}.{}", folder.extension()))),
                None => self.named(folder, &name),
            })
            .collect()
    }

    /// The first place of every file in a folder; `None` is the copy inside the program.
    fn places(&self, folder: Folder) -> BTreeMap<String, Option<PathBuf>> {
        let mut places = BTreeMap::new();
        let embedded =
            if folder == Folder::Scenarios { Some(&EMBEDDED) } else { EMBEDDED.get_dir(folder.path()) };
        for file in embedded.into_iter().flat_map(Dir::files) {
            if let Some(name) = stem(file.path(), folder) {
                places.insert(name, None);
            }
        }
        for root in self.roots.iter().rev() {
            let Ok(entries) = std::fs::read_dir(root.join(folder.path())) else { continue };
            for path in entries.flatten().map(|entry| entry.path()) {
                if let Some(name) = stem(&path, folder).filter(|_| path.is_file()) {
                    places.insert(name, Some(path));
                }
            }
        }
        places
    }
}

fn stem(path: &Path, folder: Folder) -> Option<String> {
    let fits = path.extension().is_some_and(|extension| extension == folder.extension());
    fits.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
}

/// The text of a file of this short name as the program ships it.
#[must_use]
pub fn shipped(short: &str) -> Option<&'static str> {
    EMBEDDED.get_file(short)?.contents_utf8()
}

/// Whether a name is a path of the user's, not one of the library.
#[must_use]
pub fn is_path(name: &str) -> bool {
    name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

/// Whether a name is free of anything that leads out of its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_out_of_the_library() {
        let files = Files::default();
        for name in ["../Cargo", "", "a/b", ".."] {
            assert_eq!(files.named(Folder::Regimens, name).expect_err(name).fault, ReadFault::Missing);
        }
    }

    #[test]
    fn the_embedded_copy_serves_where_the_disk_has_none() {
        let files = Files { roots: vec![PathBuf::from("no_such_folder")] };
        let table = files.named(Folder::Data, "us-life-table-2014").expect("embedded");
        assert_eq!(table.origin, Origin::Embedded);
        assert_eq!(table.name, "embedded:data/us-life-table-2014.csv");
        assert!(files.names(Folder::Data).contains(&"us-life-table-2014".to_owned()));
    }
}
