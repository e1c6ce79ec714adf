//! Vials: how many of each size are held, and what a search tries.

use super::super::{Builder, Mode};
use crate::model::{Demand, Vial, Vials};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// The vials, `dose` being the largest dose in mg; none where they have an error, which is reported.
    pub(super) fn vial_policies(&mut self, demand: &Node, dose: f64) -> Option<Vec<Vial>> {
        let Some(list) = demand.get("vials") else {
            if let Some(target) = demand.get("target") {
                let allowed = "vials too, of which a policy holds so many";
                self.problem(ErrorKind::Conflict, target, "demand.target", "a target without vials", allowed);
            }
            if let Some(stock) = demand.get("stock") {
                let allowed = "vials too, or neither";
                self.problem(ErrorKind::Conflict, stock, "demand.stock", "a stock without vials", allowed);
            }
            return Some(Vec::new());
        };
        let path = "demand.vials";
        if list.items().len() > Vials::MOST {
            let (found, allowed) =
                (format!("{} sizes", list.items().len()), format!("at most {}", Vials::MOST));
            self.problem(ErrorKind::TooLarge, list, path, found, &allowed);
            return None;
        }
        let items = list.items().iter().enumerate();
        let vials: Vec<Option<Vial>> =
            items.map(|(index, item)| self.vial(item, &item_path(path, item, index))).collect();
        let vials = vials.into_iter().collect::<Option<Vec<Vial>>>()?;
        self.check_sizes(list, &vials, demand, dose);
        let policies =
            vials.iter().map(|vial| vial.candidates.len().max(1)).fold(1_usize, usize::saturating_mul);
        if policies > Demand::POLICIES {
            let allowed = format!("at most {}: candidates of all sizes multiplied", Demand::POLICIES);
            self.problem(ErrorKind::TooLarge, list, path, format!("{policies} policies"), &allowed);
        }
        let searched = list.items().iter().find_map(|item| item.get("candidates"));
        if let Some(candidates) = searched.filter(|_| demand.get("target").is_none()) {
            let found = "candidates without a target";
            let allowed = "[demand.target] too, which the cheapest policy must reach";
            self.problem(ErrorKind::Conflict, candidates, "demand.vials.candidates", found, allowed);
        }
        Some(vials)
    }

    fn vial(&mut self, node: &Node, path: &str) -> Option<Vial> {
        let mg = self.central_number(node, "mg", Domain::Milligrams, path);
        let price = self.optional(node, "price", Domain::Money, path);
        let whole = |node: &Node| node.integer().and_then(|number| u32::try_from(number).ok());
        let number = |key: &str| node.get(key).and_then(whole);
        let order_up_to = number("order_up_to")?;
        let reorder_point = number("reorder_point").unwrap_or_else(|| order_up_to.saturating_sub(1));
        let quantity = number("quantity");
        if reorder_point >= order_up_to.max(1) && quantity.is_none() {
            let own = node.get("reorder_point").unwrap_or(node);
            let found = format!("{reorder_point}, with order_up_to = {order_up_to}");
            let allowed = "fewer than order_up_to, or a quantity in which is ordered";
            self.problem(ErrorKind::Conflict, own, &join(path, "reorder_point"), found, allowed);
        }
        let candidates: Vec<u32> =
            node.get("candidates").map_or(&[][..], Node::items).iter().filter_map(whole).collect();
        self.check_candidates(node, &candidates, order_up_to.saturating_sub(reorder_point), path);
        Some(Vial { mg: mg?, order_up_to, reorder_point, quantity, candidates, price })
    }

    /// Vials of each size that a centre holds beyond the levels of all.
    pub(super) fn extra_vials(&mut self, demand: &Node, centre: &Node, path: &str) -> Vec<u32> {
        let Some(list) = centre.get("extra_vials") else { return Vec::new() };
        let path = join(path, "extra_vials");
        let sizes = demand.get("vials").map_or(0, |vials| vials.items().len());
        let found = list.items().len();
        if found != sizes {
            let allowed = format!("{sizes}, one of each size in demand.vials");
            self.problem(ErrorKind::OutOfDomain, list, &path, format!("{found} numbers"), &allowed);
        }
        let whole = |node: &Node| node.integer().and_then(|number| u32::try_from(number).ok());
        let extra: Vec<u32> = list.items().iter().filter_map(whole).collect();
        let pooled = demand.get("stock").and_then(|stock| stock.get("pooled")).and_then(Node::flag);
        if pooled == Some(true) && extra.iter().any(|vials| *vials > 0) {
            let allowed = "levels of the one store, demand.vials.order_up_to";
            self.problem(ErrorKind::Conflict, list, &path, "vials of a centre of a pooled stock", allowed);
        }
        extra
    }

    /// Each candidate once, and none that would put the reorder point below zero.
    fn check_candidates(&mut self, node: &Node, candidates: &[u32], distance: u32, path: &str) {
        let path = join(path, "candidates");
        let Some(list) = node.get("candidates") else { return };
        for (index, candidate) in candidates.iter().enumerate() {
            let item = list.items().get(index).unwrap_or(list);
            if candidates[..index].contains(candidate) {
                self.problem(ErrorKind::Duplicate, item, &path, candidate.to_string(), "each level once");
            }
            // Of nothing held nothing is ordered before it is owed.
            if *candidate < distance && distance > 1 {
                let allowed = format!(
                    "at least {distance}, the distance between order_up_to and reorder_point, which stays"
                );
                self.problem(ErrorKind::OutOfDomain, item, &path, candidate.to_string(), &allowed);
            }
        }
    }

    /// Sizes that differ, of which not too many make the largest dose.
    fn check_sizes(&mut self, list: &Node, vials: &[Vial], demand: &Node, dose: f64) {
        let background = demand.get("background").map_or(&[][..], Node::items).iter().filter_map(|user| {
            self.with_mode(Mode::Dry, |own| {
                own.central_number(user, "tocilizumab_mg", Domain::Milligrams, "demand.background")
            })
        });
        let largest = background.fold(dose, f64::max);
        let least = largest / Vials::IN_A_DOSE;
        for (index, (vial, item)) in vials.iter().zip(list.items()).enumerate() {
            let (mg, path) = (vial.mg, item_path("demand.vials", item, index));
            let node = item.get("mg").unwrap_or(item);
            if vials[..index].iter().any(|known| known.mg == mg) {
                self.problem(
                    ErrorKind::Duplicate,
                    node,
                    &join(&path, "mg"),
                    format!("{mg} mg"),
                    "each size once",
                );
            }
            if mg < least {
                let allowed = format!("a vial of at least {least} mg, a hundredth of the largest dose");
                self.problem(ErrorKind::OutOfDomain, node, &join(&path, "mg"), format!("{mg} mg"), &allowed);
            }
        }
    }
}
