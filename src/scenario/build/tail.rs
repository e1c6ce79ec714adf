//! What curves of a regimen do once follow-up is over.

use super::Builder;
use crate::model::{CurveSpec, Failure, MAX_TAIL, Remission, TailPiece, Value};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// Puts the tails of a regimen on its curves.
    pub(super) fn tails(
        &mut self,
        tree: &Node,
        remission: Option<&mut Remission>,
        failure: Option<&mut Failure>,
    ) {
        let Some(node) = tree.get("tail") else { return };
        let mut curves: [Vec<&mut CurveSpec>; 4] = Default::default();
        if let Some(own) = remission {
            curves[0] = std::iter::once(&mut own.relapse).chain(&mut own.relapse_mrd_positive).collect();
            let deaths = own.non_relapse_death.iter_mut().chain(&mut own.non_relapse_death_mrd_positive);
            curves[1] = deaths.collect();
        }
        if let Some(own) = failure {
            curves[2] = vec![&mut own.refractory];
            curves[3] = vec![&mut own.relapse];
        }
        let keys = ["relapse", "non_relapse_death", "death_refractory", "death_relapsed"];
        for (key, curves) in keys.into_iter().zip(curves) {
            let Some(list) = node.get(key) else { continue };
            let tail = self.tail(list, &join("tail", key));
            for curve in curves {
                curve.tail.clone_from(&tail);
                self.check_curve(list, curve, &join("tail", key));
            }
        }
    }

    fn tail(&mut self, list: &Node, path: &str) -> Vec<TailPiece> {
        let items = list.items();
        if items.len() > MAX_TAIL {
            let found = format!("{} pieces", items.len());
            let allowed = format!("at most {MAX_TAIL} pieces");
            self.problem(ErrorKind::OutOfDomain, list, path, found, &allowed);
        }
        let mut tail: Vec<TailPiece> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = item_path(path, item, index);
            let rate = self.optional(item, "rate", Domain::PerMonth, &path);
            let from = self.piece_start(item, &path, tail.last().map(|last| &last.from_months));
            let Some(from_months) = from else { continue };
            tail.push(TailPiece { from_months, rate });
        }
        tail
    }

    /// The month from which a piece holds, which is after that of the piece before.
    pub(super) fn piece_start(&mut self, item: &Node, path: &str, before: Option<&Value>) -> Option<Value> {
        let from = self.required(item, "from_months", Domain::Months, None, path)?;
        let fallen = before.is_some_and(|before| {
            self.cells.iter().any(|cell| self.central(&from, cell) <= self.central(before, cell))
        });
        if fallen {
            let found = "a month that is not after that of the piece before";
            let allowed = "pieces in the order of their months";
            self.problem(ErrorKind::OutOfDomain, item, &join(path, "from_months"), found, allowed);
        }
        Some(from)
    }
}
