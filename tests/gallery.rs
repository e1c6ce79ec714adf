//! The figures of the gallery in `scenarios/README.md` are the bytes of the commands that it names.
//!
//! `REMISIM_GALLERY=write cargo test --test gallery` draws them again.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

/// A command of the gallery, and the figures below it.
type Shelf = (Vec<String>, Vec<String>);

fn shelves(text: &str) -> Vec<Shelf> {
    let gallery = text.split_once("\n## Gallery\n").unwrap().1;
    let gallery = gallery.split("\n## ").next().unwrap();
    let mut all: Vec<Shelf> = Vec::new();
    for line in gallery.lines() {
        if let Some(command) = line.split_once("`remisim ").and_then(|(_, rest)| rest.split('`').next()) {
            // Quotes are for the shell.
            let words = command.replace('\'', "");
            all.push((words.split(' ').map(ToOwned::to_owned).collect(), Vec::new()));
        }
        if let Some((_, file)) = line.split_once("](figures/") {
            all.last_mut().unwrap().1.push(file.trim_end_matches(')').to_owned());
        }
    }
    all
}

#[test]
fn the_gallery_is_what_its_commands_draw() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let all = shelves(&fs::read_to_string(scenarios.join("README.md")).unwrap());
    let mut shown = BTreeSet::new();
    let mut other = Vec::new();
    for (command, files) in &all {
        let folder = Folder::new();
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--out", "out"]).collect();
        folder.run(&arguments).ends_with(0);
        let found = ["out/figures".to_owned(), format!("out/{}/figures", command[1])];
        let drawn = found.iter().map(|own| folder.at(own)).find(|own| own.is_dir()).unwrap();
        for file in files {
            if env::var_os("REMISIM_GALLERY").is_some_and(|own| own == "write") {
                fs::copy(drawn.join(file), scenarios.join("figures").join(file)).unwrap();
            }
            let own = fs::read(scenarios.join("figures").join(file));
            if own.ok() != fs::read(drawn.join(file)).ok() || !drawn.join(file).is_file() {
                other.push(format!("{file} is not that of remisim {}", command.join(" ")));
            }
            assert!(shown.insert(file.clone()), "{file} stands twice");
        }
    }
    assert!(other.is_empty(), "{other:#?}");
    let there: BTreeSet<String> = folder::names(&scenarios.join("figures")).into_iter().collect();
    assert_eq!(there, shown, "figures that the gallery does not show");
    assert!(all.len() > 3 && shown.len() > 30, "{all:?}");
}
