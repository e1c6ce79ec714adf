//! A TOML file as a tree whose every key and value knows its place.

use super::error::{ErrorKind, Report};
use crate::files::SourceFile;
use crate::place::Place;
use std::fmt;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Deepest nesting of tables and lists.
pub(super) const DEPTH_LIMIT: usize = 32;

/// Most syntax errors told of a file.
const SYNTAX_ERRORS: usize = 20;

/// The text that places point into.
pub(super) struct Text {
    file: String,
    short: String,
    content: Arc<str>,
    lines: Vec<usize>,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)
    }
}

impl Text {
    pub(super) fn new(file: &str, short: &str, text: &Arc<str>) -> Arc<Self> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Arc::new(Self { file: file.to_owned(), short: short.to_owned(), content: Arc::clone(text), lines })
    }
}

/// A place in a text, made a [`Place`] when it is told.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    text: Arc<Text>,
    offset: usize,
}

impl Spot {
    pub(super) fn new(text: &Arc<Text>, offset: usize) -> Self {
        Self { text: Arc::clone(text), offset }
    }

    /// File, line and column; for a command line, which has no lines, only its name.
    pub(super) fn place(&self) -> Place {
        if self.is_override() {
            return Place::file(OVERRIDE);
        }
        let line = self.text.lines.partition_point(|start| *start <= self.offset).max(1);
        let start = self.text.lines[line - 1];
        let before = self.text.content.get(start..self.offset).unwrap_or("").trim_start_matches('\u{feff}');
        Place { file: self.text.file.clone(), line, column: before.chars().count() + 1 }
    }

    /// Name of the file in the library.
    pub(super) fn short(&self) -> &str {
        &self.text.short
    }

    /// Whether it stands on the command line.
    pub(super) fn is_override(&self) -> bool {
        self.text.file == OVERRIDE
    }
}

/// Name of the command line in places.
pub(super) const OVERRIDE: &str = "--set";

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) spot: Spot,
    pub(super) body: Body,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A date, or an integer too large: of no use anywhere.
    Other(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) spot: Spot,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn place(&self) -> Place {
        self.spot.place()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match &self.body {
            Body::Table(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.body {
            Body::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list; anything else as one.
    pub(super) fn each(&self) -> &[Node] {
        match &self.body {
            Body::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.body {
            Body::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self.body {
            Body::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self.body {
            Body::Integer(number) => Some(number as f64),
            Body::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The first value at or below this one of which something holds.
    pub(super) fn find(&self, holds: &impl Fn(&Node) -> bool) -> Option<&Node> {
        if holds(self) {
            return Some(self);
        }
        let entries = self.entries().iter().map(|entry| &entry.node);
        entries.chain(self.items()).find_map(|node| node.find(holds))
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.body, Body::Table(_))
    }

    /// The value in words, for messages.
    pub(super) fn describe(&self) -> String {
        match &self.body {
            Body::Text(text) => format!("{:?}", super::error::shorten(text)),
            Body::Integer(number) => number.to_string(),
            Body::Float(number) => number.to_string(),
            Body::Flag(flag) => flag.to_string(),
            Body::Other(text) => text.clone(),
            Body::List(items) if items.is_empty() => "an empty list".to_owned(),
            Body::List(_) => "a list".to_owned(),
            Body::Table(entries) if entries.is_empty() => "an empty table".to_owned(),
            Body::Table(_) => "a table".to_owned(),
        }
    }
}

/// Reads the tree of a file and reports every syntax error.
pub(super) fn parse(source: &SourceFile, report: &mut Report) -> Option<Node> {
    let text = Text::new(&source.name, &source.short, &source.text);
    // A byte-order mark is no part of the text, but counts in the offsets.
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    // One stray character can make an error of every line.
    for error in errors.iter().take(SYNTAX_ERRORS) {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message();
        let kind = if message.contains("duplicate key") {
            ErrorKind::Duplicate
        } else if message.contains("recursion") {
            ErrorKind::TooLarge
        } else {
            ErrorKind::Syntax
        };
        let token = error.span().and_then(|span| source.text.get(span)).filter(|token| token.len() < 80);
        let found = match (kind, token) {
            (ErrorKind::Duplicate, Some(token)) => format!("{token} again"),
            _ => message.to_owned(),
        };
        report.add(kind, Spot::new(&text, offset).place(), "", found, allowed_by_syntax(kind));
    }
    if !errors.is_empty() {
        return None;
    }
    let spot = Spot::new(&text, 0);
    let body = Body::Table(entries(&text, table.get_ref(), 1, report)?);
    Some(Node { spot, body })
}

const fn allowed_by_syntax(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Duplicate => "each key once",
        ErrorKind::TooLarge => "nesting at most 32 deep",
        _ => "TOML (https://toml.io)",
    }
}

/// Reads one value as TOML, for the command line.
pub(super) fn parse_value(argument: &str, value: &str) -> Result<Node, String> {
    let text = Text::new(OVERRIDE, OVERRIDE, &Arc::from(argument));
    let (tree, errors) = DeValue::parse_recoverable(value);
    if let Some(error) = errors.first() {
        return Err(error.message().to_owned());
    }
    let mut report = Report::default();
    let node = convert(&text, 0, tree.get_ref(), 1, &mut report);
    report
        .finish(node)
        .map_err(|problems| problems.list().first().map_or("", |first| &first.found).to_owned())
}

/// Text goes to terminals and tables, where control characters and changes of direction would hide what is said.
fn check_printable(text: &str, spot: &Spot, report: &mut Report) {
    let bad = |(at, c): &(usize, char)| match c {
        '\n' | '\t' => false,
        '\r' => !text[at + 1..].starts_with('\n'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    };
    if let Some((_, character)) = text.char_indices().find(bad) {
        let found = format!("text with the control character U+{:04X}", u32::from(character));
        report.add(
            ErrorKind::NotText,
            spot.place(),
            "",
            found,
            "text that can be read, line breaks and tabs",
        );
    }
}

fn entries(text: &Arc<Text>, table: &DeTable<'_>, depth: usize, report: &mut Report) -> Option<Vec<Entry>> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let spot = Spot::new(text, key.span().start);
        check_printable(key.get_ref(), &spot, report);
        let node = convert(text, value.span().start, value.get_ref(), depth, report)?;
        entries.push(Entry { key: key.get_ref().clone().into_owned(), spot, node });
    }
    // The order of the file, not of the alphabet.
    entries.sort_by_key(|entry| entry.spot.offset);
    Some(entries)
}

fn convert(
    text: &Arc<Text>,
    offset: usize,
    value: &DeValue<'_>,
    depth: usize,
    report: &mut Report,
) -> Option<Node> {
    let spot = Spot::new(text, offset);
    if depth > DEPTH_LIMIT {
        let allowed = allowed_by_syntax(ErrorKind::TooLarge);
        report.add(ErrorKind::TooLarge, spot.place(), "", "deeper nesting", allowed);
        return None;
    }
    let body = match value {
        DeValue::String(own) => {
            check_printable(own, &spot, report);
            Body::Text(own.clone().into_owned())
        }
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Body::Integer(number),
            Err(_) => Body::Other(number.to_string()),
        },
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Body::Other(number.as_str().to_owned()), Body::Float)
        }
        DeValue::Boolean(flag) => Body::Flag(*flag),
        DeValue::Datetime(date) => Body::Other(format!("the date {date}")),
        DeValue::Array(items) => Body::List(
            items
                .iter()
                .map(|item| convert(text, item.span().start, item.get_ref(), depth + 1, report))
                .collect::<Option<_>>()?,
        ),
        DeValue::Table(table) => Body::Table(entries(text, table, depth + 1, report)?),
    };
    Some(Node { spot, body })
}
