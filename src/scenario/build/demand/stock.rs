//! The stock: ordering, shortage, and what must be on site.

use super::super::Builder;
use super::Own;
use super::product::Draft;
use crate::model::{SiteRule, Stock, WhenShort};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

const PATH: &str = "demand.stock";

impl Builder<'_> {
    /// How vials are ordered and kept, at so many centres.
    pub(super) fn stock(&mut self, (tree, demand): (&Node, &Node), centres: usize) -> Option<Stock> {
        let Some(node) = demand.get("stock") else {
            if let Some(vials) = demand.get("vials") {
                let allowed = "a table [demand.stock] that says how they are ordered";
                self.problem(ErrorKind::MissingKey, vials, PATH, "vials alone", allowed);
            }
            return None;
        };
        if tree.get("tocilizumab").is_none() {
            let allowed = "a table [tocilizumab] that says how many mg a dose has";
            self.problem(ErrorKind::MissingKey, node, "tocilizumab", "a stock of it alone", allowed);
        }
        let lead_time = self.time_to_all(node, "lead_time_days", PATH);
        let shelf_life_days = self.optional(node, "shelf_life_days", Domain::Days, PATH);
        if let Some(life) =
            shelf_life_days.as_ref().map(|life| self.central(life, &[])).filter(|life| *life < 1.0)
        {
            let own = node.get("shelf_life_days").unwrap_or(node);
            let key = join(PATH, "shelf_life_days");
            self.problem(ErrorKind::OutOfDomain, own, &key, life.to_string(), "a day or more");
        }
        let when_short = self.when_short(node);
        let pooled = node.get("pooled").and_then(Node::flag).unwrap_or(false);
        let transfer_days = self.optional(node, "transfer_days", Domain::Days, PATH);
        if let Some(own) = node.get("transfer_days").filter(|_| centres == 1) {
            let (found, allowed) = ("transfer with one centre", "two centres or more, or no transfer_days");
            self.problem(ErrorKind::Conflict, own, &join(PATH, "transfer_days"), found, allowed);
        }
        if let Some(own) = node.get("transfer_days").filter(|_| pooled && centres > 1) {
            let (found, allowed) =
                ("transfer with pooled = true", "one of the two: one store has no other to ask");
            self.problem(ErrorKind::Conflict, own, &join(PATH, "transfer_days"), found, allowed);
        }
        let sharing_days = self.optional(node, "sharing_days", Domain::Days, PATH);
        let site_rule = self.site_rule(node);
        let order_cost = self.optional(node, "order_cost", Domain::Money, PATH);
        let holding_cost = self.optional(node, "holding_cost", Domain::Money, PATH);
        Some(Stock {
            review_days: node.get("review_days").and_then(Node::number),
            lead_time: lead_time?,
            shelf_life_days,
            when_short: when_short?,
            transfer_days,
            pooled,
            sharing_days,
            site_rule,
            order_cost,
            holding_cost,
        })
    }

    fn when_short(&mut self, node: &Node) -> Option<WhenShort> {
        let word = node.get("when_short").and_then(Node::text).unwrap_or("wait");
        if word == "emergency" {
            if node.get("emergency_days").is_none() {
                let (key, allowed) =
                    (join(PATH, "emergency_days"), "days until an emergency delivery is there");
                self.problem(ErrorKind::MissingKey, node, &key, "nothing", allowed);
            }
            let days = self.optional(node, "emergency_days", Domain::Days, PATH);
            let price = self.optional(node, "emergency_price", Domain::Money, PATH);
            return Some(WhenShort::Emergency { days: days?, price });
        }
        for key in ["emergency_days", "emergency_price"] {
            if let Some(own) = node.get(key) {
                let found = format!("{key} with when_short = {word:?}");
                let allowed = "when_short = \"emergency\", or neither";
                self.problem(ErrorKind::Conflict, own, &join(PATH, key), found, allowed);
            }
        }
        match word {
            "wait" => Some(WhenShort::Wait),
            "lost" => Some(WhenShort::Lost),
            _ => None,
        }
    }

    fn site_rule(&mut self, stock: &Node) -> Option<SiteRule> {
        let node = stock.get("site_rule")?;
        let path = join(PATH, "site_rule");
        let days = self.optional(node, "days", Domain::Days, &path);
        let further_within_days = self.optional(node, "further_within_days", Domain::Days, &path);
        let doses = node.get("doses").and_then(Node::integer)?;
        if let Some(further) = node.get("further_within_days").filter(|_| doses == 4) {
            let (found, allowed) =
                ("a further dose beyond four", "doses of at most 3 with it: nobody is given a fifth");
            self.problem(ErrorKind::Conflict, further, &join(&path, "further_within_days"), found, allowed);
        }
        Some(SiteRule { doses: u32::try_from(doses).ok()?, days: days?, further_within_days })
    }

    /// Where tocilizumab is held, doses need a date, a number and the weight of the patient.
    pub(super) fn check_held(&mut self, demand: &Node, drafts: &[Draft<'_>], own: &Own<'_>) {
        if demand.get("vials").is_none() {
            return;
        }
        for draft in drafts {
            let population = draft.model.as_ref().map_or(own.population, |model| &model.population);
            let strategy = draft.strategy.map(|_| draft.node);
            if let Some(node) = strategy.filter(|_| population.body.is_none()) {
                let found = "patients without a weight, of whom tocilizumab is held";
                let allowed = "body = \"reference\" in the population of the product";
                self.problem(ErrorKind::MissingKey, node, &draft.path, found, allowed);
            }
            for regimen in draft.regimens(own) {
                let Some(crs) = regimen.toxicity.crs.as_ref().filter(|crs| crs.tocilizumab.is_some()) else {
                    continue;
                };
                let lacks =
                    [("tocilizumab_doses", crs.doses.is_none()), ("onset_days", crs.onset_days.is_none())];
                for (key, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
                    let found = format!("tocilizumab in {} without toxicity.crs.{key}", regimen.id);
                    let allowed = "regimens that say when doses are given and how many";
                    self.problem(ErrorKind::MissingKey, draft.node, &draft.path, found, allowed);
                }
            }
        }
    }
}
