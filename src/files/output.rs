//! Folders of results: checked before the run, written beside their place, moved there when complete.
//!
//! `DIR/NAME` is written as `DIR/.NAME.partial` and renamed at the end; results that are replaced wait as
//! `DIR/.NAME.replaced` until the new ones are in place. A partial folder holds a marker file that its run keeps
//! locked, so what a killed run left is told from what another run is writing.

use super::error::{OutputError, refused};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Locked by the run that writes the folder.
const MARKER: &str = ".remisim-partial";
/// File by which a folder of results is known, and what its first line or two hold.
const MANIFEST: (&str, &str) = ("manifest.json", "\"remisim\"");
/// What a report adds to a folder of results.
const REPORT: &str = "report.html";
const FIGURES: &str = "figures";

/// The folder that holds the folders of results. Dropped, it takes away what it made and nobody filled.
#[derive(Debug)]
pub struct OutputRoot {
    path: PathBuf,
    /// Folders that were made, outermost first.
    made: Vec<PathBuf>,
}

impl OutputRoot {
    /// Makes the folder and its parents where they are missing.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn make(path: &Path) -> Result<Self, OutputError> {
        let mut root = Self { path: path.to_owned(), made: Vec::new() };
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err())
            .collect();
        for path in missing.into_iter().rev() {
            match fs::create_dir(path) {
                Ok(()) => root.made.push(path.to_owned()),
                // Made by another run in the meantime.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(path)(error)),
            }
        }
        Ok(root)
    }

    /// Prepares the folder of results `name`; with `force`, results that are there will be replaced.
    ///
    /// # Errors
    /// Where it is there already (without `force`), is not a folder of results, is being written by another run, or
    /// cannot be written.
    pub fn folder(&self, name: &str, force: bool) -> Result<OutputFolder, OutputError> {
        OutputFolder::open(&self.path, name, force)
    }
}

impl Drop for OutputRoot {
    fn drop(&mut self) {
        for path in self.made.iter().rev() {
            // Folders that hold results stay: only empty ones can be removed so.
            let _ = fs::remove_dir(path);
        }
    }
}

/// A folder of results being written. Dropped before [`OutputFolder::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct OutputFolder {
    target: PathBuf,
    partial: PathBuf,
    replaced: PathBuf,
    force: bool,
    marker: Option<File>,
    begun: bool,
}

impl OutputFolder {
    fn open(parent: &Path, name: &str, force: bool) -> Result<Self, OutputError> {
        let mut folder = Self {
            target: parent.join(name),
            partial: parent.join(format!(".{name}.partial")),
            replaced: parent.join(format!(".{name}.replaced")),
            force,
            marker: None,
            begun: false,
        };
        folder.recover()?;
        folder.check_target()?;
        folder.remove_stale()?;
        fs::create_dir(&folder.partial).map_err(refused(&folder.partial))?;
        folder.begun = true;
        let path = folder.partial.join(MARKER);
        let marker = File::create_new(&path).map_err(refused(&path))?;
        // Where the file system has no locks, a leftover cannot be told from a run at work; it counts as a leftover.
        let _ = marker.try_lock();
        folder.marker = Some(marker);
        Ok(folder)
    }

    /// Where the results will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Writes one file; its name may lead into a folder in this one.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let path = self.partial.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(refused(parent))?;
        }
        fs::write(&path, bytes).map_err(refused(&path))
    }

    /// Moves the finished folder to its place.
    ///
    /// # Errors
    /// Where the place was taken meanwhile, or the disk refuses; what was there before is then still there.
    pub fn commit(mut self) -> Result<PathBuf, OutputError> {
        self.check_target()?;
        self.marker = None;
        let marker = self.partial.join(MARKER);
        fs::remove_file(&marker).map_err(refused(&marker))?;
        let replaces = self.target.symlink_metadata().is_ok();
        if replaces {
            fs::rename(&self.target, &self.replaced).map_err(refused(&self.target))?;
        }
        if let Err(error) = fs::rename(&self.partial, &self.target) {
            if replaces {
                fs::rename(&self.replaced, &self.target).map_err(refused(&self.target))?;
            }
            return Err(refused(&self.target)(error));
        }
        self.begun = false;
        if replaces {
            // The new results are in place; what cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&self.replaced);
        }
        Ok(self.target.clone())
    }

    /// Finishes or undoes the last step of a run that was killed while it replaced results.
    fn recover(&self) -> Result<(), OutputError> {
        if !is_results(&self.replaced) {
            return Ok(());
        }
        if self.target.symlink_metadata().is_ok() {
            fs::remove_dir_all(&self.replaced).map_err(refused(&self.replaced))
        } else {
            fs::rename(&self.replaced, &self.target).map_err(refused(&self.target))
        }
    }

    fn check_target(&self) -> Result<(), OutputError> {
        match self.target.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(refused(&self.target)(error)),
            Ok(_) if !self.force => Err(OutputError::Exists(self.target.clone())),
            Ok(_) if is_results(&self.target) && holds_only_results(&self.target) => Ok(()),
            Ok(_) => Err(OutputError::NotResults(self.target.clone())),
        }
    }

    /// Removes what a killed run left.
    fn remove_stale(&self) -> Result<(), OutputError> {
        if self.partial.symlink_metadata().is_err() {
            return Ok(());
        }
        match File::open(self.partial.join(MARKER)) {
            Ok(marker) => {
                if matches!(marker.try_lock(), Err(TryLockError::WouldBlock)) {
                    return Err(OutputError::Busy(self.target.clone()));
                }
            }
            Err(_) if is_results(&self.partial) => {}
            Err(_) => return Err(OutputError::NotResults(self.partial.clone())),
        }
        fs::remove_dir_all(&self.partial).map_err(refused(&self.partial))
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        self.marker = None;
        if self.begun {
            // Nothing more can be done where the disk refuses; the next run tries again.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Whether every entry may be one of ours: replacing a folder must not take a user's own files with it.
fn holds_only_results(folder: &Path) -> bool {
    all_entries(folder, |name, is_file| match name {
        name if is_file => name == MANIFEST.0 || name == MARKER || name == REPORT || ends(name, &["csv"]),
        FIGURES => all_entries(&folder.join(FIGURES), |name, is_file| is_file && ends(name, &["svg", "png"])),
        _ => false,
    })
}

/// Whether all entries of a folder are as they should be, by their names and whether they are files.
fn all_entries(folder: &Path, ours: impl Fn(&str, bool) -> bool) -> bool {
    let fits = |entry: io::Result<fs::DirEntry>| {
        let Ok(entry) = entry else { return false };
        let name = entry.file_name();
        let kind = entry.file_type();
        name.to_str()
            .zip(kind.ok())
            .is_some_and(|(name, kind)| (kind.is_file() || kind.is_dir()) && ours(name, kind.is_file()))
    };
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(fits))
}

fn ends(name: &str, endings: &[&str]) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.contains(&ending))
}

/// Whether a path is a folder that `remisim run` wrote, or an empty one.
fn is_results(path: &Path) -> bool {
    if !path.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
        return false;
    }
    let mut head = Vec::new();
    match File::open(path.join(MANIFEST.0)) {
        Ok(file) => {
            let read = file.take(256).read_to_end(&mut head);
            read.is_ok() && String::from_utf8_lossy(&head).contains(MANIFEST.1)
        }
        Err(_) => fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::write_new;
    use super::*;

    /// A folder of its own for one test, removed at its end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("remisim-output-{}-{name}", std::process::id()));
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        /// Writes results that say `text`.
        fn results(&self, text: &str, force: bool) -> Result<PathBuf, OutputError> {
            let folder = OutputRoot::make(&self.0)?.folder("x", force)?;
            folder.write("manifest.json", format!("{{\"program\": \"remisim\", {text}}}").as_bytes())?;
            folder.commit()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn results_come_whole_or_not_at_all() {
        let scratch = Scratch::new("whole");
        {
            let root = OutputRoot::make(&scratch.0.join("a/b")).unwrap();
            let folder = root.folder("x", false).unwrap();
            folder.write("f", b"1").unwrap();
            assert!(scratch.0.join("a/b/.x.partial/f").is_file());
        }
        assert_eq!(scratch.names(), [""; 0], "dropped: folders that were made are gone too");
        let path = scratch.results("1", false).unwrap();
        assert_eq!(fs::read_dir(path).unwrap().count(), 1, "no marker is left in the results");
        assert_eq!(scratch.names(), ["x"]);
    }

    #[test]
    fn a_run_that_was_killed_while_replacing_loses_nothing() {
        let scratch = Scratch::new("killed");
        scratch.results("old", false).unwrap();
        // Killed after the old results were moved aside: they come back.
        fs::rename(scratch.0.join("x"), scratch.0.join(".x.replaced")).unwrap();
        assert!(matches!(scratch.results("new", false), Err(OutputError::Exists(_))));
        assert_eq!(scratch.names(), ["x"]);
        // Killed before the old results were removed: they go.
        fs::create_dir(scratch.0.join(".x.replaced")).unwrap();
        scratch.results("new", true).unwrap();
        assert_eq!(scratch.names(), ["x"]);
    }

    #[test]
    fn another_run_and_strange_folders_are_left_alone() {
        let scratch = Scratch::new("busy");
        let root = OutputRoot::make(&scratch.0).unwrap();
        let first = root.folder("x", false).unwrap();
        assert!(matches!(root.folder("x", true), Err(OutputError::Busy(_))));
        drop(first);
        fs::create_dir(scratch.0.join(".x.partial")).unwrap();
        fs::write(scratch.0.join(".x.partial/mine"), "").unwrap();
        assert!(matches!(root.folder("x", true), Err(OutputError::NotResults(_))));
        fs::write(scratch.0.join("y"), "").unwrap();
        assert!(matches!(root.folder("y", true), Err(OutputError::NotResults(_))));
        assert_eq!(scratch.names(), [".x.partial", "y"]);
    }

    #[test]
    fn a_new_file_replaces_none() {
        let scratch = Scratch::new("new");
        let path = scratch.0.join("f");
        write_new(&path, b"1").unwrap();
        assert!(matches!(write_new(&path, b"2"), Err(OutputError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"1");
    }
}
