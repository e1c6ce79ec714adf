//! Strategies and their lines.

use super::regimen::InUse;
use super::{Builder, Mode, Registry};
use crate::id::StrategyId;
use crate::model::{Cause, Dosing, Line, LineRule, Regimen, Strategy};
use crate::quantity::Domain;
use crate::scenario::check::{check, item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::keys::REGIMEN;
use std::collections::BTreeSet;

/// Most lines of a strategy.
const LINE_LIMIT: usize = 12;

impl Builder<'_> {
    /// The strategies and all regimens that they lead to.
    pub(in crate::scenario) fn strategies(
        &mut self,
        tree: &Node,
        mut registry: Registry<'_>,
    ) -> Option<(Vec<Strategy>, Vec<Regimen>)> {
        let node = tree.get("strategies")?;
        let mut ids = BTreeSet::new();
        let mut strategies = Vec::new();
        for (index, item) in node.items().iter().enumerate() {
            let path = item_path("strategies", item, index);
            if let Some(id) = item.get("id").filter(|id| id.text().is_some_and(|text| !ids.insert(text))) {
                self.problem(ErrorKind::Duplicate, id, &join(&path, "id"), id.describe(), "each id once");
            }
            strategies.push(self.strategy(item, &mut registry, &path));
        }
        let mut regimens = Vec::new();
        // Transplant rules of regimens lead to more regimens.
        while let Some(entry) = registry.entries.get(regimens.len()) {
            let (name, own) = (entry.name.clone(), entry.tree.clone());
            regimens.push(own.and_then(|own| self.regimen(&name, &own, &mut registry)));
        }
        self.check_transplant_regimens(&registry);
        self.check_unused(&mut registry);
        let strategies = strategies.into_iter().collect::<Option<Vec<Strategy>>>()?;
        Some((strategies, regimens.into_iter().collect::<Option<Vec<Regimen>>>()?))
    }

    fn strategy(&mut self, node: &Node, registry: &mut Registry<'_>, path: &str) -> Option<Strategy> {
        let list = node.get("lines")?;
        let key = join(path, "lines");
        if list.items().len() > LINE_LIMIT {
            let found = format!("{} lines", list.items().len());
            self.problem(ErrorKind::TooLarge, list, &key, found, "at most 12 lines");
            return None;
        }
        let lines: Vec<Option<Line>> = list
            .items()
            .iter()
            .enumerate()
            .map(|(index, item)| self.line(item, index, registry, &item_path(&key, item, index)))
            .collect();
        let id = node.get("id")?.text()?;
        Some(Strategy {
            id: StrategyId::new(id)?,
            label: node.get("label").and_then(Node::text).unwrap_or(id).to_owned(),
            lines: lines.into_iter().collect::<Option<_>>()?,
        })
    }

    fn line(&mut self, node: &Node, index: usize, registry: &mut Registry<'_>, path: &str) -> Option<Line> {
        let regimen =
            node.get("regimen").and_then(|named| self.regimen_index(registry, named, &join(path, "regimen")));
        let key = join(path, "after");
        match node.get("after") {
            None if index > 0 => {
                let allowed = "causes that lead to this line, required on every line but the first";
                self.problem(ErrorKind::MissingKey, node, &key, "nothing", allowed);
            }
            Some(after) if index == 0 => {
                let found = after.describe();
                self.problem(
                    ErrorKind::Conflict,
                    after,
                    &key,
                    found,
                    "no causes: the first line begins at month 0",
                );
            }
            Some(after) if after.items().is_empty() => {
                self.problem(ErrorKind::MissingKey, after, &key, after.describe(), "at least one cause");
            }
            _ => {}
        }
        for key in ["able", "only"] {
            if let Some(condition) = node.get(key).filter(|_| index == 0) {
                let allowed = "no condition on a first line: everyone begins it, since no line before it has a \
                               survival for the others; patients of one kind only are another population";
                let found = condition.describe();
                self.problem(ErrorKind::Conflict, condition, &join(path, key), found, allowed);
            }
        }
        let named = |name: &str| {
            let items = node.get("after").map_or(&[][..], Node::items);
            items.iter().any(|item| item.text() == Some(name))
        };
        let after = Cause::ALL
            .into_iter()
            .filter(|cause| named(cause.name()) || (*cause == Cause::AntigenLost && named("relapse")))
            .collect();
        if let Some(at) = node.get("regimen").and_then(|named| registry.position(named)) {
            self.check_line(node, &registry.entries[at], path);
        }
        let able = self.required(node, "able", Domain::Probability, Some(1.0), path);
        let only = self.only(node, path);
        let transplant = line_rule(node.get("transplant"), |rule| {
            self.transplant_rule(rule, registry, &join(path, "transplant"))
        });
        let monitoring =
            line_rule(node.get("monitoring"), |tests| self.monitoring(tests, &join(path, "monitoring")));
        Some(Line { regimen: regimen?, after, able: able?, only: only?, transplant, monitoring })
    }

    /// What a line asks of its regimen.
    fn check_line(&mut self, node: &Node, used: &InUse, path: &str) {
        let Some(regimen) = &used.tree else { return };
        let remission = regimen.get("remission");
        let causes = node.get("after").map_or(&[][..], Node::items);
        let in_remission =
            causes.iter().find(|cause| matches!(cause.text(), Some("mrd_persistent" | "molecular_relapse")));
        if let (Some(cause), None) = (in_remission, remission) {
            let found = format!("{}, in remission, before {}", cause.describe(), used.name);
            let allowed =
                "a regimen with [remission]: without it everyone in remission would be refractory at once";
            self.problem(ErrorKind::Conflict, cause, &join(path, "after"), found, allowed);
        }
        for key in ["transplant", "monitoring"] {
            if let Some(rule) = node.get(key).filter(|rule| rule.is_table() && remission.is_none()) {
                let found = format!("a rule in remission, which {} never brings", used.name);
                let allowed = "a regimen with [remission]";
                self.problem(ErrorKind::Conflict, rule, &join(path, key), found, allowed);
            }
        }
        let rule = node.get("transplant").filter(|_| remission.is_some());
        if let Some(rule) = rule.filter(|rule| rule.is_table()) {
            let has_cells = remission.is_some_and(|remission| remission.get("persistence").is_some());
            self.check_persistence(rule, has_cells, &join(path, "transplant"));
        }
    }

    fn check_transplant_regimens(&mut self, registry: &Registry<'_>) {
        for entry in &registry.entries {
            let (Some((user, key)), Some(tree)) = (&entry.user, &entry.tree) else { continue };
            if tree.get("transplant").is_none() {
                let found = format!("{:?}, which has no [transplant]", entry.name);
                let allowed = "a regimen with a [transplant] section";
                self.report.add(ErrorKind::MissingKey, user.place(), key, found, allowed);
            }
        }
    }

    /// Regimens of the scenario that nothing uses are read all the same; changes to regimens not in use are errors.
    fn check_unused(&mut self, registry: &mut Registry<'_>) {
        let in_use: Vec<String> = registry.entries.iter().map(|entry| entry.name.clone()).collect();
        for change in registry.overrides {
            let name = change.path.get(1).map_or("", String::as_str);
            if !in_use.iter().any(|known| known == name) {
                let known = in_use.iter().map(String::as_str);
                let place = change.value.place();
                let found = (name, "a regimen that the scenario uses");
                self.report.add_unknown(ErrorKind::UnknownName, place, &change.key(), found, known);
            }
        }
        let Some(inline) = registry.reader.inline.clone() else { return };
        for entry in inline.entries().iter().filter(|entry| !in_use.contains(&entry.key)) {
            let key = format!("regimens.{}", entry.key);
            let name = Some(entry.key.as_str());
            let extended =
                inline.entries().iter().any(|other| other.node.get("extends").and_then(Node::text) == name);
            if let Some(change) = entry.node.find(&|node| node.spot.is_override()).filter(|_| !extended) {
                let known = in_use.iter().map(String::as_str);
                let found = (entry.key.as_str(), "a regimen that the scenario uses");
                self.report.add_unknown(ErrorKind::Unused, change.place(), &key, found, known);
            }
            if entry.node.get("extends").is_none() {
                check(&entry.node, &REGIMEN, &key, self.report);
                self.with_mode(Mode::Dry, |builder| builder.regimen(&entry.key, &entry.node, registry));
            }
        }
    }

    /// Doses by weight or surface need body sizes.
    pub(in crate::scenario) fn check_body(&mut self, tree: &Node, regimens: &[Regimen]) {
        let by_size = regimens
            .iter()
            .find(|regimen| regimen.treatment.drugs.iter().any(|drug| drug.dosing != Dosing::Flat))
            .map(|regimen| format!("doses by body size in {}", regimen.id));
        let paid = tree.get("costs").and_then(|costs| costs.get("event"));
        let tocilizumab = paid.and_then(|event| event.get("tocilizumab_mg")).and_then(|_| {
            let gives = |regimen: &&Regimen| {
                regimen.toxicity.crs.as_ref().is_some_and(|crs| crs.tocilizumab.is_some())
            };
            regimens.iter().find(gives).map(|regimen| format!("tocilizumab by weight in {}", regimen.id))
        });
        let Some(found) = by_size.or(tocilizumab) else { return };
        let place = tree.get("population").unwrap_or(tree);
        if place.get("body").is_none() {
            let allowed = "body = \"reference\" where a dose goes by weight or surface";
            self.problem(ErrorKind::MissingKey, place, "population.body", found, allowed);
        }
    }

    /// Grades of different scales side by side need a reason, which the reader is told.
    pub(in crate::scenario) fn check_scales(
        &mut self,
        tree: &Node,
        strategies: &[Strategy],
        regimens: &[Regimen],
    ) -> Option<String> {
        let mut seen: Vec<(&str, String)> = Vec::new();
        for line in strategies.iter().flat_map(|strategy| &strategy.lines) {
            let regimen = &regimens[line.regimen];
            if let Some(crs) = &regimen.toxicity.crs {
                let scale = format!("{:?}", crs.scale).to_lowercase();
                if seen.iter().all(|(_, known)| *known != scale) {
                    seen.push((regimen.id.as_str(), scale));
                }
            }
        }
        if seen.len() < 2 {
            return None;
        }
        if let Some(reason) = tree.get("crs_scale_mapping").and_then(Node::text) {
            return Some(format!("CRS grades of different scales are compared: {reason}"));
        }
        let scales: Vec<String> = seen.iter().map(|(id, scale)| format!("{scale} ({id})")).collect();
        let allowed = "one CRS scale, or crs_scale_mapping = \"reason for comparing their grades\"";
        let node = tree.get("strategies").unwrap_or(tree);
        self.problem(ErrorKind::MixedScales, node, "strategies", scales.join(" and "), allowed);
        None
    }
}

/// A rule of a line: absent, `false`, or a table. What is wrong with a table is told by `build`.
fn line_rule<T>(node: Option<&Node>, build: impl FnOnce(&Node) -> Option<T>) -> LineRule<T> {
    match node {
        None => LineRule::AsRegimen,
        Some(node) if node.is_table() => build(node).map_or(LineRule::Off, LineRule::Own),
        Some(_) => LineRule::Off,
    }
}
