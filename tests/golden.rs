//! One small run, byte for byte. A change here is a change of results: look at it before it is accepted with
//! `REMISIM_GOLDEN=write cargo test --test golden`, and note it in CHANGELOG.md as value-breaking.

#[path = "support/folder.rs"]
mod folder;

use folder::{Folder, names};
use std::fs;
use std::path::Path;

#[test]
fn a_small_run_of_tower_has_the_committed_bytes() {
    let folder = Folder::new();
    let sizes = ["--patients", "200", "--draws", "60", "--seed", "7", "--histories", "5"];
    let curves = ["--set", "settings.curve_months=24", "--quiet"];
    let arguments: Vec<&str> = ["run", "tower"].into_iter().chain(sizes).chain(curves).collect();
    folder.run(&arguments).ends_with(0);
    let found = folder.at("output/tower");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tower");
    // The manifest holds the texts of the library, which change without results changing.
    let files: Vec<String> = names(&found).into_iter().filter(|name| name != "manifest.json").collect();
    if std::env::var_os("REMISIM_GOLDEN").is_some_and(|value| value == "write") {
        fs::create_dir_all(&golden).unwrap();
        for file in &files {
            fs::copy(found.join(file), golden.join(file)).unwrap();
        }
    }
    assert_eq!(names(&golden), files);
    for file in &files {
        let text = |folder: &Path| fs::read_to_string(folder.join(file)).unwrap();
        let (expected, found) = (text(&golden), text(&found));
        for (line, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
            assert_eq!(found, expected, "{file}, line {}", line + 1);
        }
        assert!(expected == found, "{file} has more or fewer lines");
    }
}
