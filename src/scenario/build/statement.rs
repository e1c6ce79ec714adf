//! Statements of documents that give no figure.

use super::trial::bit;
use super::{Builder, Mode};
use crate::model::{CurveKind, Quantity, Relation, Side, Statement, Strategy};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// The statements of a file.
    pub(super) fn statements(&mut self, tree: &Node, strategies: &[Strategy]) -> Option<Vec<Statement>> {
        let items = tree.get("statements").map_or(&[][..], Node::items).iter().enumerate();
        let all: Vec<Option<Statement>> = items
            .map(|(index, item)| self.statement(item, strategies, &item_path("statements", item, index)))
            .collect();
        all.into_iter().collect()
    }

    fn statement(&mut self, node: &Node, strategies: &[Strategy], path: &str) -> Option<Statement> {
        let says = node.get("says")?;
        let name = says.text()?.to_owned();
        let library = self.library;
        if library.record(&name).is_none() && !library.incomplete {
            let known: Vec<&str> = library.records.keys().map(String::as_str).collect();
            self.unknown(says, &join(path, "says"), (&name, "a record of the evidence"), known);
            return None;
        }
        self.note_use(&name, "", "", self.name(node, path));
        let first = self.strategy_named(node, "strategy", strategies, path)?;
        let second = match node.get("than") {
            None => first,
            Some(_) => self.strategy_named(node, "than", strategies, path)?,
        };
        let (levels, than_levels) =
            (self.levels_of(node, "levels", path)?, self.levels_of(node, "than_levels", path)?);
        if (first, &levels) == (second, &than_levels) {
            let allowed = "another strategy in `than`, or other levels in `than_levels`";
            self.problem(ErrorKind::Conflict, node, path, "both sides the same", allowed);
            return None;
        }
        let relation = match node.get("relation")?.text()? {
            "less" => Relation::Less,
            "more" => Relation::More,
            _ => Relation::Equal,
        };
        let quantity = self.compared(node, path)?;
        let sides = [Side { strategy: first, levels }, Side { strategy: second, levels: than_levels }];
        Some(Statement { name, quantity, relation, sides })
    }

    fn compared(&mut self, node: &Node, path: &str) -> Option<Quantity> {
        let keys = ["endpoint", "at_months", "outcome", "among"].map(|key| node.get(key));
        match keys {
            [Some(endpoint), Some(place), None, None] => {
                let name = endpoint.text()?;
                let curve = CurveKind::ALL.into_iter().find(|kind| kind.name() == name)?;
                let path = join(path, "at_months");
                let months =
                    self.with_mode(Mode::Central, |builder| builder.value(place, Domain::Months, &path))?;
                let first = self.cells.first().cloned()?;
                let months = self.central(&months, &first);
                Some(Quantity::Point { curve, months: self.seen_by(months, place, &path)? })
            }
            [None, None, Some(outcome), among] => {
                let among = among.and_then(Node::text).and_then(bit);
                Some(Quantity::Share { flag: bit(outcome.text()?)?, among })
            }
            _ => {
                let allowed = "endpoint with at_months, or outcome (among)";
                self.problem(ErrorKind::Conflict, node, path, "neither", allowed);
                None
            }
        }
    }
}
