//! Remission and what follows it.

use super::{Builder, Registry};
use crate::model::{Failure, MIN_INTERVAL, Monitoring, Remission, TransplantRule};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// The race in remission.
    pub(super) fn remission(&mut self, node: &Node, registry: &mut Registry<'_>) -> Option<Remission> {
        let path = "remission";
        let (months, chance) = (Domain::Months, Domain::Probability);
        let relapse = self.optional_curve(node, "relapse", months, path);
        let relapse_mrd_positive = self.optional_curve(node, "relapse_mrd_positive", months, path);
        let death = self.optional_curve(node, "non_relapse_death", months, path);
        let death_positive = self.optional_curve(node, "non_relapse_death_mrd_positive", months, path);
        let antigen_modulation = self.optional(node, "antigen_modulation", chance, path);
        let negative_clone = self.optional(node, "negative_clone", chance, path);
        let persistence = self.optional_curve(node, "persistence", months, path);
        let rule = node.get("transplant");
        if let Some(rule) = rule {
            self.check_persistence(rule, node.get("persistence").is_some(), "remission.transplant");
        }
        let transplant = rule.and_then(|rule| self.transplant_rule(rule, registry, "remission.transplant"));
        let tests = node.get("monitoring");
        let monitoring = tests.and_then(|tests| self.monitoring(tests, "remission.monitoring"));
        Some(Remission {
            relapse: relapse?,
            relapse_mrd_positive,
            non_relapse_death: death,
            non_relapse_death_mrd_positive: death_positive,
            antigen_modulation,
            negative_clone,
            transplant,
            monitoring,
            persistence,
        })
    }

    /// What a transplant rule says of CAR-T cells needs to know how long they last.
    pub(super) fn check_persistence(&mut self, rule: &Node, known: bool, path: &str) {
        let after = rule.get("after_persistence").filter(|node| node.flag() == Some(true));
        for (key, node) in [("after_persistence", after), ("lost_car_t_ratio", rule.get("lost_car_t_ratio"))]
        {
            if let Some(node) = node.filter(|_| !known) {
                let found = format!("{key} of a regimen without remission.persistence");
                let allowed = "a regimen that says with remission.persistence how long its CAR-T cells last";
                self.problem(ErrorKind::Conflict, node, &join(path, key), found, allowed);
            }
        }
        if let (Some(_), Some(ratio)) = (after, rule.get("lost_car_t_ratio")) {
            let found = "a ratio for cells that are lost, where the transplant waits until they are gone";
            let allowed = "lost_car_t_ratio or after_persistence = true, not both";
            self.problem(ErrorKind::Conflict, ratio, &join(path, "lost_car_t_ratio"), found, allowed);
        }
    }

    /// A transplant rule of a regimen or a line.
    pub(super) fn transplant_rule(
        &mut self,
        node: &Node,
        registry: &mut Registry<'_>,
        path: &str,
    ) -> Option<TransplantRule> {
        let key = join(path, "regimen");
        let regimen = node.get("regimen").and_then(|named| {
            let index = self.regimen_index(registry, named, &key)?;
            registry.entries[index].user = Some((named.clone(), self.key(named, &key)));
            Some(index)
        });
        let share = self.required(node, "share", Domain::Probability, None, path);
        let months = self.optional_curve(node, "months", Domain::Months, path);
        let gap_months = self.required(node, "gap_months", Domain::Months, Some(0.0), path);
        let only = self.only(node, path);
        let lost_car_t_ratio = self.optional(node, "lost_car_t_ratio", Domain::Ratio, path);
        Some(TransplantRule {
            regimen: regimen?,
            share: share?,
            months: months?,
            gap_months: gap_months?,
            after_persistence: node.get("after_persistence").and_then(Node::flag).unwrap_or(false),
            only: only?,
            lost_car_t_ratio,
        })
    }

    /// MRD tests of a regimen or a line.
    pub(super) fn monitoring(&mut self, node: &Node, path: &str) -> Option<Monitoring> {
        let every_months = self.required(node, "every_months", Domain::Months, None, path);
        let lead_months = self.required(node, "lead_months", Domain::Months, None, path);
        let sensitivity = self.required(node, "sensitivity", Domain::Probability, None, path);
        let every_months = every_months?;
        if self.breach(&every_months, |months| months >= MIN_INTERVAL).is_some() {
            let (found, allowed) = ("less than 0.01", "at least 0.01 months between tests");
            self.problem(ErrorKind::OutOfDomain, node, &join(path, "every_months"), found, allowed);
        }
        Some(Monitoring { every_months, lead_months: lead_months?, sensitivity: sensitivity? })
    }

    /// Survival after failure and relapse.
    pub(super) fn failure(&mut self, tree: &Node) -> Option<Failure> {
        let node = tree.get("failure")?;
        let refractory = self.optional_curve(node, "refractory", Domain::Months, "failure");
        let relapse = self.optional_curve(node, "relapse", Domain::Months, "failure");
        let refractory = refractory?;
        // Without a remission nobody relapses.
        let relapse = relapse.unwrap_or_else(|| refractory.clone());
        Some(Failure { refractory, relapse })
    }
}
