//! A small good scenario in a folder of its own, to be broken in one place.
#![allow(dead_code, reason = "each test file uses its part")]

use remisim::scenario::{Loaded, Request, load};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Files of the good scenario.
const FILES: [(&str, &str); 6] = [
    ("test.toml", include_str!("scenario.toml")),
    ("regimens/standard.toml", include_str!("standard.toml")),
    ("regimens/cells.toml", include_str!("cells.toml")),
    ("regimens/graft.toml", include_str!("graft.toml")),
    ("evidence/test.toml", include_str!("evidence.toml")),
    ("evidence/readings.toml", include_str!("readings.toml")),
];

/// A folder with the good scenario, removed when dropped.
pub(crate) struct Fixture {
    folder: PathBuf,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("remisim_bad_{}_{number}", std::process::id()));
        for (name, text) in FILES {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("folder")).expect("folder");
            fs::write(path, text).expect("file");
        }
        Self { folder }
    }

    /// Text of a good file.
    pub(crate) fn text(name: &str) -> &'static str {
        FILES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    /// Replaces the first `from` of a file; an empty `from` appends.
    pub(crate) fn edit(self, file: &str, from: &str, to: &str) -> Self {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(from), "{file} has no {from:?}");
        let text = if from.is_empty() { text + to } else { text.replacen(from, to, 1) };
        self.write(file, text.as_bytes())
    }

    pub(crate) fn write(self, file: &str, bytes: &[u8]) -> Self {
        let path = self.folder.join(file);
        fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        fs::write(path, bytes).expect("file");
        self
    }

    /// Loads with changes; the messages name files from the folder on.
    pub(crate) fn load_with(&self, overrides: &[&str]) -> Result<Loaded, String> {
        let request = Request {
            scenario: self.folder.join("test.toml").display().to_string(),
            overrides: overrides.iter().map(|change| (*change).to_owned()).collect(),
        };
        let folder = format!("{}/", self.folder.display());
        load(&request).map_err(|problems| problems.to_string().replace(&folder, ""))
    }

    pub(crate) fn load(&self) -> Result<Loaded, String> {
        self.load_with(&[])
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
