//! Files that extend others: all keys of the base, replaced by those that are named.

use super::document::{Body, Entry, Node, parse};
use super::error::{ErrorKind, Report};
use super::keys::{Kind, Table};
use crate::files::{Files, Folder, ReadFault, SourceFile};
use std::collections::BTreeMap;

/// What the name of a regimen of the scenario is told with.
const INLINE: &str = " (in the scenario)";

/// Reads files of the library and keeps what was read.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) files: Files,
    pub(super) sources: Vec<SourceFile>,
    /// Regimens of the scenario itself; they come before those of the library.
    pub(super) inline: Option<Node>,
}

impl Reader {
    pub(super) fn new(files: Files) -> Self {
        Self { files, sources: Vec::new(), inline: None }
    }

    /// Parses a file that was read, once it is noted for the manifest.
    pub(super) fn parse(&mut self, source: SourceFile, report: &mut Report) -> Option<Node> {
        let node = parse(&source, report);
        self.note(source);
        node
    }

    pub(super) fn note(&mut self, source: SourceFile) {
        if self.sources.iter().all(|known| known.name != source.name) {
            self.sources.push(source);
        }
    }

    /// Reads a named file with all that it extends. `user` is the key that names it.
    pub(super) fn named(
        &mut self,
        folder: Folder,
        name: &str,
        user: (&Node, &str),
        report: &mut Report,
    ) -> Option<Node> {
        self.descended(folder, name, user, report).map(|(node, _)| node)
    }

    /// The same with the names of what it extends, the nearest first.
    pub(super) fn descended(
        &mut self,
        folder: Folder,
        name: &str,
        user: (&Node, &str),
        report: &mut Report,
    ) -> Option<(Node, Vec<String>)> {
        let mut chain = Vec::new();
        let node = self.chained(folder, name, user, &mut chain, report)?;
        let bare = |link: &String| link.strip_suffix(INLINE).unwrap_or(link).to_owned();
        Some((node, chain.iter().skip(1).map(bare).collect()))
    }

    /// Adds to a file all that it extends.
    pub(super) fn extended(
        &mut self,
        folder: Folder,
        node: Node,
        name: &str,
        report: &mut Report,
    ) -> Option<Node> {
        let mut chain = vec![name.to_owned()];
        self.on_base(folder, node, "extends", &mut chain, report)
    }

    fn chained(
        &mut self,
        folder: Folder,
        name: &str,
        (user, key): (&Node, &str),
        chain: &mut Vec<String>,
        report: &mut Report,
    ) -> Option<Node> {
        let own = self.inline.as_ref().filter(|_| folder == Folder::Regimens).and_then(|own| own.get(name));
        let own_link = format!("{name}{INLINE}");
        // A regimen of the scenario may extend that of the library with its own name.
        let own = own.filter(|_| chain.last() != Some(&own_link)).cloned();
        let link = if own.is_some() { own_link } else { name.to_owned() };
        if chain.contains(&link) {
            let found = format!("the circle {} -> {link}", chain.join(" -> "));
            report.add(ErrorKind::Cycle, user.place(), key, found, "files that extend each other in a line");
            return None;
        }
        chain.push(link);
        if let Some(node) = own {
            return self.on_base(folder, node, "extends", chain, report);
        }
        match self.files.named(folder, name) {
            Ok(source) => {
                let node = self.parse(source, report)?;
                self.on_base(folder, node, "extends", chain, report)
            }
            Err(error) if error.fault == ReadFault::Missing => {
                let mut names = self.files.names(folder);
                if folder == Folder::Regimens {
                    let own = self.inline.as_ref().map_or(&[][..], Node::entries);
                    names.extend(own.iter().map(|entry| entry.key.clone()));
                }
                let what = if folder == Folder::Regimens { "a regimen" } else { "a scenario" };
                let allowed = format!("{what} of this file or of the library");
                let known = names.iter().map(String::as_str);
                report.add_unknown(ErrorKind::UnknownName, user.place(), key, (name, &allowed), known);
                None
            }
            Err(error) => {
                report.push(error.into());
                None
            }
        }
    }

    fn on_base(
        &mut self,
        folder: Folder,
        node: Node,
        key: &str,
        chain: &mut Vec<String>,
        report: &mut Report,
    ) -> Option<Node> {
        let Some(extends) = node.get("extends") else { return Some(node) };
        // A wrong type is told when the table is checked.
        let Some(base) = extends.text() else { return Some(node) };
        let base = self.chained(folder, base, (extends, key), chain, report)?;
        let table = if folder == Folder::Regimens { &super::keys::REGIMEN } else { &super::keys::SCENARIO };
        let mut merged = merge(base, node, &Kind::Table(table));
        if let Body::Table(entries) = &mut merged.body {
            entries.retain(|entry| entry.key != "extends");
        }
        Some(merged)
    }
}

/// The base with every key replaced that the change names. Values, curves and lists are replaced whole.
pub(super) fn merge(base: Node, change: Node, kind: &Kind) -> Node {
    let recurse = match kind {
        Kind::Table(table) | Kind::OrFalse(table) => !table.whole,
        // Levels of an attribute belong together.
        Kind::Map(inner) => matches!(inner, Kind::Table(_) | Kind::Map(_) | Kind::Text),
        Kind::Each(..) => true,
        _ => false,
    };
    match (base.body, change.body) {
        (Body::Table(old), Body::Table(new)) if recurse => {
            let body = Body::Table(merge_entries(old, new, kind));
            Node { spot: change.spot, body }
        }
        (_, body) => Node { spot: change.spot, body },
    }
}

fn merge_entries(old: Vec<Entry>, new: Vec<Entry>, kind: &Kind) -> Vec<Entry> {
    let mut slots: Vec<Option<Entry>> = old.into_iter().map(Some).collect();
    let index: BTreeMap<String, usize> = slots
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| entry.as_ref().map(|entry| (entry.key.clone(), index)))
        .collect();
    for entry in new {
        match index.get(&entry.key) {
            Some(&index) => {
                let below = below(kind, &entry.key);
                if let Some(base) = slots[index].take() {
                    let node = match below {
                        Some(below) => merge(base.node, entry.node, below),
                        None => entry.node,
                    };
                    slots[index] = Some(Entry { key: entry.key, spot: entry.spot, node });
                }
            }
            None => slots.push(Some(entry)),
        }
    }
    slots.into_iter().flatten().collect()
}

/// The kind of a key below a table.
pub(super) fn below(kind: &Kind, key: &str) -> Option<&'static Kind> {
    match kind {
        Kind::Table(table)
        | Kind::OrFalse(table)
        | Kind::List(table)
        | Kind::ListOrNone(table)
        | Kind::OneOrList(table) => {
            let table: &'static Table = table;
            table.keys.iter().find(|known| known.name == key).map(|known| &known.kind)
        }
        Kind::Map(inner) | Kind::Each(_, inner) => Some(inner),
        _ => None,
    }
}
