//! What makes the report of a run a lesson.

use super::Builder;
use crate::model::{FIGURES, Lesson, LessonStep, Passage, SIZES, TABLES, is_figure};
use crate::place::Place;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::{ErrorKind, Problem};
use crate::scenario::passage::pieces;

const PATH: &str = "lesson";
const STEPS: &str = "lesson.steps";

impl Builder<'_> {
    /// The lesson of a scenario; none where there is none, or an error, which is reported.
    pub(in crate::scenario) fn lesson(&mut self, tree: &Node) -> Option<Lesson> {
        let node = tree.get(PATH)?;
        let aim = self.passage(node, "aim", PATH);
        let assumes = node.get("assumes").map_or(&[][..], Node::items).iter().enumerate();
        let assumes: Vec<Option<Passage>> =
            assumes.map(|(at, item)| self.passage_of(item, &format!("{PATH}.assumes.{}", at + 1))).collect();
        let items = node.get("steps").map_or(&[][..], Node::items);
        let steps: Vec<Option<LessonStep>> =
            items.iter().enumerate().map(|(at, item)| self.step(item, &item_path(STEPS, item, at))).collect();
        if items.is_empty() && node.get("steps").is_some() {
            self.problem(ErrorKind::MissingKey, node, STEPS, "an empty list", "at least one step");
        }
        self.check_once(items);
        Some(Lesson {
            aim: aim?,
            for_whom: node.get("for_whom")?.text()?.to_owned(),
            minutes: u32::try_from(node.get("minutes")?.integer()?).ok()?,
            assumes: assumes.into_iter().collect::<Option<_>>()?,
            steps: steps.into_iter().collect::<Option<_>>()?,
        })
    }

    fn step(&mut self, node: &Node, path: &str) -> Option<LessonStep> {
        let text = self.passage(node, "text", path);
        let figure = self.known(node, "figure", path, is_figure, ("a figure of a run", FIGURES));
        let table =
            self.known(node, "table", path, |name| TABLES.contains(&name), ("a table of a run", TABLES));
        let question = match (node.get("ask"), node.get("answer")) {
            (None, None) => Some(None),
            (Some(_), Some(_)) => {
                let (ask, answer) = (self.passage(node, "ask", path), self.passage(node, "answer", path));
                ask.zip(answer).map(Some)
            }
            (ask, _) => {
                let (there, lacks) = if ask.is_some() { ("ask", "answer") } else { ("answer", "ask") };
                let (found, allowed) = (format!("`{there}` alone"), format!("`{lacks}` too"));
                self.problem(ErrorKind::MissingKey, node, path, found, &allowed);
                None
            }
        };
        Some(LessonStep {
            heading: node.get("heading")?.text()?.to_owned(),
            text: text?,
            least: least(node),
            figure,
            table,
            question: question?,
            attempt: node.get("try").and_then(Node::text).map(ToOwned::to_owned),
        })
    }

    /// A name of a list; nothing where there is none, or an unknown one, which is reported.
    fn known(
        &mut self,
        node: &Node,
        key: &str,
        path: &str,
        holds: impl Fn(&str) -> bool,
        (what, names): (&str, &[&str]),
    ) -> Option<String> {
        let own = node.get(key)?;
        let name = own.text()?;
        if holds(name) {
            return Some(name.to_owned());
        }
        let allowed = format!("{what}: {}", names.join(", "));
        self.unknown(own, &join(path, key), (name, &allowed), names.iter().copied());
        None
    }

    /// A page has each figure once.
    fn check_once(&mut self, steps: &[Node]) {
        let names: Vec<(&Node, &str)> = steps
            .iter()
            .filter_map(|step| Some((step.get("figure")?, step.get("figure")?.text()?)))
            .collect();
        for (at, (node, name)) in names.iter().enumerate() {
            if names[..at].iter().any(|(_, before)| before == name) {
                let allowed = "each figure in one step";
                self.problem(ErrorKind::Duplicate, node, STEPS, format!("{name:?} again"), allowed);
            }
        }
    }

    fn passage(&mut self, table: &Node, key: &str, path: &str) -> Option<Passage> {
        self.passage_of(table.get(key)?, &join(path, key))
    }

    fn passage_of(&mut self, node: &Node, path: &str) -> Option<Passage> {
        let text = node.text()?;
        let place = Place { column: 0, ..node.place() };
        if let Err(error) = pieces(text) {
            self.report.push(Problem {
                place: node.place(),
                key: path.to_owned(),
                kind: ErrorKind::Syntax,
                found: error.found,
                allowed: error.allowed,
                nearest: error.nearest,
            });
            return None;
        }
        let file = if node.spot.is_override() { place.file } else { node.spot.short().to_owned() };
        Some(Passage { text: text.to_owned(), place: Place { file, ..place }, key: path.to_owned() })
    }
}

/// How large a run must be for a step; the keys of the table have been checked.
fn least(step: &Node) -> Vec<(&'static str, u64)> {
    let Some(own) = step.get("least") else { return Vec::new() };
    let size = |name: &'static str| Some((name, u64::try_from(own.get(name)?.integer()?).ok()?));
    SIZES.into_iter().filter_map(size).collect()
}
