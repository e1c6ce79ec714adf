//! Changes from the command line: `--set KEY=VALUE`, checked like the file.

use super::document::{Body, Entry, Node, OVERRIDE, parse_value};
use super::error::{ErrorKind, Problem, Report};
use crate::place::Place;

/// One change.
#[derive(Debug, Clone)]
pub(super) struct Override {
    pub(super) path: Vec<String>,
    pub(super) value: Node,
}

impl Override {
    /// Reads the arguments.
    pub(super) fn parse_all(arguments: &[String], report: &mut Report) -> Vec<Self> {
        arguments.iter().filter_map(|argument| Self::parse(argument, report)).collect()
    }

    fn parse(argument: &str, report: &mut Report) -> Option<Self> {
        let mut fail = |found: &str, allowed: &str| {
            report.add(ErrorKind::Syntax, Place::file(OVERRIDE), "", found, allowed);
            None
        };
        let Some((key, value)) = argument.split_once('=') else {
            return fail(&format!("{argument:?}"), "KEY=VALUE, such as settings.draws=100");
        };
        let path: Vec<String> = key.split('.').map(|part| part.trim().trim_matches('"').to_owned()).collect();
        if path.iter().any(String::is_empty) {
            return fail(&format!("the key {key:?}"), "a dotted key, such as settings.draws");
        }
        if path.len() > super::document::DEPTH_LIMIT {
            return fail("a key of too many parts", "nesting at most 32 deep");
        }
        match parse_value(argument, value.trim()) {
            Ok(node) => Some(Self { path, value: node }),
            Err(message) => {
                let found = format!("{:?} ({message})", value.trim());
                let mut allowed = "a TOML value: a number, true, false, or \"text\" in quotes".to_owned();
                let nearest = crate::id::nearest(value.trim(), ["true", "false"]).map(ToOwned::to_owned);
                if nearest.is_none() && value.trim().starts_with(char::is_alphabetic) {
                    allowed = format!("{allowed}, here --set '{}=\"{}\"'", key.trim(), value.trim());
                }
                let (place, key, kind) = (Place::file(OVERRIDE), key.to_owned(), ErrorKind::Syntax);
                report.push(Problem { place, key, kind, found, allowed, nearest });
                None
            }
        }
    }

    /// The dotted key.
    pub(super) fn key(&self) -> String {
        self.path.join(".")
    }

    /// Whether the change is to this table at the top.
    pub(super) fn starts_with(&self, first: &str) -> bool {
        self.path.len() > 1 && self.path[0] == first
    }

    /// Puts the value into a tree, `skip` parts of the path being the tree itself.
    pub(super) fn apply(&self, tree: &mut Node, skip: usize, report: &mut Report) {
        self.put(tree, skip, report);
    }

    fn put(&self, node: &mut Node, depth: usize, report: &mut Report) {
        let spot = self.value.spot.clone();
        let Some(part) = self.path.get(depth) else {
            *node = self.value.clone();
            return;
        };
        let walked = self.path[..depth].join(".");
        match &mut node.body {
            Body::Table(entries) => {
                let index = if let Some(index) = entries.iter().position(|entry| entry.key == *part) {
                    index
                } else {
                    let fresh = Node { spot: spot.clone(), body: Body::Table(Vec::new()) };
                    entries.push(Entry { key: part.clone(), spot, node: fresh });
                    entries.len() - 1
                };
                self.put(&mut entries[index].node, depth + 1, report);
            }
            Body::List(items) => {
                let found = find(items, part);
                if let Some(item) = found.and_then(|index| items.get_mut(index)) {
                    self.put(item, depth + 1, report);
                } else {
                    let ids: Vec<&str> = items.iter().filter_map(id_of).collect();
                    let allowed = if ids.is_empty() {
                        format!("an item of {walked} from 1 to {}", items.len())
                    } else {
                        format!("an item of {walked}: {}", ids.join(", "))
                    };
                    let place = Place::file(OVERRIDE);
                    report.add_unknown(ErrorKind::UnknownName, place, &self.key(), (part, &allowed), ids);
                }
            }
            _ => {
                let found = format!("{walked}, which is {}", node.describe());
                let place = Place::file(OVERRIDE);
                report.add(ErrorKind::WrongType, place, &self.key(), found, "a key of a table");
            }
        }
    }
}

fn id_of(item: &Node) -> Option<&str> {
    ["id", "name"].iter().find_map(|key| item.get(key)).and_then(Node::text)
}

fn find(items: &[Node], part: &str) -> Option<usize> {
    items.iter().position(|item| id_of(item) == Some(part)).or_else(|| {
        let number: usize = part.parse().ok()?;
        number.checked_sub(1).filter(|index| *index < items.len())
    })
}
