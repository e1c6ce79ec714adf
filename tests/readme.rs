//! README shows what its first command prints.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;

#[test]
fn the_first_table_is_the_one_printed() {
    let readme = include_str!("../README.md");
    let (_, shown) = readme.split_once("The first command prints\n\n").unwrap();
    let (shown, _) = shown.split_once("\nand writes").unwrap();
    let shown: Vec<&str> = shown.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let printed = Folder::new().run(&["run", "tower", "--quiet"]).ends_with(0).stdout;
    for (shown, printed) in shown.iter().zip(printed.lines()) {
        assert_eq!(*shown, printed);
    }
    assert!(shown.len() > 25 && printed.lines().count() > shown.len());
}
