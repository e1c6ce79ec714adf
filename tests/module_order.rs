//! Each module imports only from those to its left in the design's order. That order is total, so there is no circle.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Modules from left to right; those of one floor too may import leftwards only.
const ORDER: [&str; 24] = [
    "quantity",
    "id",
    "math",
    "place",
    "stream",
    "outcome",
    "distribution",
    "model",
    "files",
    "scenario",
    "program",
    "tally",
    "simulate",
    "exact",
    "summary",
    "economics",
    "calibrate",
    "validate",
    "verify",
    "demand",
    "trial",
    "report",
    "cli",
    "main",
];

/// The text without comments and the contents of text literals.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            code.push_str("\"\"");
            end.map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// First names of a path's tree: `a::b` gives `a`; `{a::b, c}` gives `a` and `c`.
fn first_names(tree: &str) -> Vec<String> {
    let tree = tree.trim_start();
    let Some(inner) = tree.strip_prefix('{') else {
        let end = tree.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tree.len());
        return vec![tree[..end].to_owned()];
    };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    names.extend(first_names(&inner[start..at]));
                }
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Modules of the crate that a file names, `root` being how it calls the crate: `crate` or `remisim`; `up` is how
/// many `super` lead from the file to the root.
fn named(text: &str, root: &str, up: usize) -> BTreeSet<String> {
    let code = code_of(text);
    let supers = "super::".repeat(up);
    let mut names = BTreeSet::new();
    for prefix in [format!("{root}::"), supers] {
        for (at, _) in code.match_indices(&prefix).filter(|_| !prefix.is_empty()) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if !before.is_alphanumeric() && before != '_' && before != ':' {
                names.extend(first_names(&code[at + prefix.len()..]));
            }
        }
    }
    names.retain(|name| name != "super" && name != "self");
    names
}

/// What is wrong with the modules that `module` names.
fn steps_to_the_right(module: &str, names: &BTreeSet<String>) -> Vec<String> {
    let place = |name: &str| ORDER.iter().position(|known| *known == name);
    let Some(own) = place(module) else { return vec![format!("`{module}` has no place in the order")] };
    names
        .iter()
        .filter(|name| *name != module)
        .filter_map(|name| match place(name) {
            None => Some(format!("`{module}` names `{name}`, which has no place in the order")),
            Some(at) if at > own => Some(format!("`{module}` names `{name}`, which is to its right")),
            Some(_) => None,
        })
        .collect()
}

/// The code of a file before its tests, in which `super` is the file itself.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn walk(folder: &Path, depth: usize, module: Option<&str>, problems: &mut Vec<String>) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if path.is_dir() {
            count += walk(&path, depth + 1, module.or(Some(stem)), problems);
            continue;
        }
        if depth == 0 && stem == "lib" {
            continue;
        }
        count += 1;
        let own = module.unwrap_or(stem);
        let text = fs::read_to_string(&path).unwrap();
        let root = if own == "main" { "remisim" } else { "crate" };
        // The tests of a file too, but for their `super`.
        let mut names = named(&text, root, 0);
        names.extend(named(without_tests(&text), root, depth + 1));
        let found = steps_to_the_right(own, &names);
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", path.display())));
    }
    count
}

#[test]
fn modules_import_leftwards_only() {
    let mut problems = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert!(walk(&folder, 0, None, &mut problems) > 80);
    problems.sort();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_step_to_the_right_is_found_wherever_it_is_written() {
    let wrong = |module: &str, text: &str, up: usize| steps_to_the_right(module, &named(text, "crate", up));
    for text in [
        "use crate::simulate::Worker;",
        "use crate::{math::exp, simulate::{self, Worker}};",
        "fn f() -> crate::simulate::Worker { loop {} }",
        "pub(in crate::simulate) fn f() {}",
        "use super::super::simulate;",
        "use crate::{\n    model,\n    simulate,\n};",
    ] {
        let expected = ["`tally` names `simulate`, which is to its right"];
        assert_eq!(wrong("tally", text, 2), expected, "{text}");
    }
    let none: [&str; 0] = [];
    for text in [
        "use crate::model::Model; use crate::tally::sum;",
        "// crate::simulate\n/* crate::simulate */ const A: &str = \"crate::simulate \\\" crate::cli\";",
        "use super::simulate;",
        "use my_crate::simulate; use a::crate::simulate;",
        "use crate::{id, math::{exp, ln}};",
    ] {
        assert_eq!(wrong("tally", text, 2), none, "{text}");
    }
    assert_eq!(wrong("place", "use crate::id::Id;", 1), none);
    assert_eq!(wrong("id", "use crate::place::Place;", 1), ["`id` names `place`, which is to its right"]);
    assert_eq!(wrong("id", "use super::place::Place;", 1), ["`id` names `place`, which is to its right"]);
    assert_eq!(wrong("newcomer", "", 1), ["`newcomer` has no place in the order"]);
    assert_eq!(
        wrong("cli", "use crate::newcomer;", 1),
        ["`cli` names `newcomer`, which has no place in the order"]
    );
}
