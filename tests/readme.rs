//! README shows what its first command prints, and the scenarios' what one engine does not give.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::exact::Unsupported;

#[test]
fn what_the_exact_engine_does_not_give_is_told_alike_everywhere() {
    let table = include_str!("../src/exact/not_given.md");
    assert!(include_str!("../scenarios/README.md").contains(table));
    for unsupported in Unsupported::ALL {
        assert!(table.contains(&format!("\n| {} | refused: ", unsupported.what())), "{unsupported}");
    }
}

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
