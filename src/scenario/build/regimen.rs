//! Regimens: those in use, each once, and what happens under them.

use super::Builder;
use super::cost::PER_MONTH;
use crate::files::Folder;
use crate::id::RegimenId;
use crate::model::{Access, Regimen, Response, TransplantEffect, Value};
use crate::outcome::State;
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::extend::Reader;
use crate::scenario::keys::REGIMEN;
use crate::scenario::overrides::Override;

/// Keys that do nothing without another.
const NEEDS: [(&str, &str); 10] = [
    ("remission.relapse_mrd_positive", "mrd.negative"),
    ("remission.non_relapse_death_mrd_positive", "mrd.negative"),
    ("toxicity.crs.tocilizumab_doses", "toxicity.crs.tocilizumab"),
    ("toxicity.crs.tocilizumab_grade3", "toxicity.crs.tocilizumab"),
    ("toxicity.crs.icu_days", "toxicity.crs.icu"),
    ("toxicity.crs.icu_grade3", "toxicity.crs.icu"),
    ("toxicity.early_death", "response"),
    ("tail.relapse", "remission"),
    ("tail.non_relapse_death", "remission.non_relapse_death"),
    ("tail.death_relapsed", "failure.relapse"),
];

/// The regimens in use, in order of first use.
#[derive(Debug)]
pub(in crate::scenario) struct Registry<'a> {
    pub(super) reader: &'a mut Reader,
    pub(super) overrides: &'a [Override],
    pub(super) entries: Vec<InUse>,
}

/// A regimen in use and its tree; none where it could not be read.
#[derive(Debug)]
pub(super) struct InUse {
    pub(super) name: String,
    pub(super) tree: Option<Node>,
    /// Regimens that it extends, the nearest first.
    extends: Vec<String>,
    /// Whether a transplant rule names it.
    pub(super) user: Option<(Node, String)>,
}

impl<'a> Registry<'a> {
    pub(in crate::scenario) const fn new(reader: &'a mut Reader, overrides: &'a [Override]) -> Self {
        Self { reader, overrides, entries: Vec::new() }
    }

    /// Index of the regimen that a key names, if it was read.
    pub(super) fn position(&self, named: &Node) -> Option<usize> {
        let name = named.text()?;
        self.entries.iter().position(|known| known.name == name)
    }
}

/// Curves of a fitted regimen that come from another file than what says that it is fitted: a regimen that extends it has
/// put them there, and no fit knows them. What the command line changes is told as such.
fn replaced(tree: &Node) -> Vec<String> {
    foreign(tree, &["remission", "failure"], |own| own.get("family").is_some())
}

/// The same of shares with which the fitted curves were found together.
fn apart(tree: &Node) -> Vec<String> {
    foreign(tree, &["response", "mrd", "treatment"], |own| own.get("family").is_none())
}

fn foreign(tree: &Node, parts: &[&str], wanted: impl Fn(&Node) -> bool) -> Vec<String> {
    let Some(home) = tree.get("calibrated").map(|node| node.place().file) else { return Vec::new() };
    let of = |part: &&str| -> Vec<String> {
        let all = tree.get(part).map_or(&[][..], Node::entries).iter();
        let own = all
            .filter(|own| wanted(&own.node) && !own.node.spot.is_override() && own.node.place().file != home);
        own.map(|own| format!("{part}.{}", own.key)).collect()
    };
    parts.iter().flat_map(of).collect()
}

impl Builder<'_> {
    /// Index of the regimen that a key names, read on first use.
    pub(super) fn regimen_index(
        &mut self,
        registry: &mut Registry<'_>,
        node: &Node,
        path: &str,
    ) -> Option<usize> {
        if let Some(index) = registry.position(node) {
            return Some(index);
        }
        let name = node.text()?;
        let key = self.key(node, path);
        let read = registry.reader.descended(Folder::Regimens, name, (node, &key), self.report);
        let (mut tree, extends) = read.map_or((None, Vec::new()), |(tree, extends)| (Some(tree), extends));
        if let Some(tree) = &mut tree {
            let own = registry
                .overrides
                .iter()
                .filter(|change| change.path.get(1).is_some_and(|part| part == name));
            for change in own.filter(|change| change.path.len() > 2) {
                change.apply(tree, 2, self.report);
            }
            check(tree, &REGIMEN, &format!("regimens.{name}"), self.report);
        }
        registry.entries.push(InUse { name: name.to_owned(), tree, extends, user: None });
        Some(registry.entries.len() - 1)
    }

    /// The regimen of one tree.
    pub(super) fn regimen(
        &mut self,
        name: &str,
        tree: &Node,
        registry: &mut Registry<'_>,
    ) -> Option<Regimen> {
        let bare = self.bare.clone();
        if tree.get("bare_numbers").is_some() || tree.spot.short().starts_with("regimens/") {
            self.allow_bare(tree);
        }
        self.prefix = format!("regimens.{name}.");
        let regimen = self.regimen_parts(name, tree, registry);
        self.prefix = String::new();
        self.bare = bare;
        regimen
    }

    fn regimen_parts(&mut self, name: &str, tree: &Node, registry: &mut Registry<'_>) -> Option<Regimen> {
        let id = RegimenId::new(name);
        let access = tree.get("access").and_then(|node| self.access(node));
        let treatment = self.treatment(tree);
        let toxicity = self.toxicity(tree);
        let response = tree.get("response").and_then(|node| self.response(node));
        let mrd = tree.get("mrd");
        let mrd_negative = mrd.and_then(|node| self.optional(node, "negative", Domain::Probability, "mrd"));
        let mut remission = tree.get("remission").and_then(|node| self.remission(node, registry));
        let mut failure = self.failure(tree);
        self.tails(tree, remission.as_mut(), failure.as_mut());
        let transplant = tree.get("transplant").and_then(|node| self.transplant_effect(node));
        let sets = self.sets(tree);
        let cost_at_start = self.optional(tree, "cost_at_start", Domain::Money, "");
        let cost_per_month = self.by_state(tree.get("cost_per_month"), Domain::Money, "cost_per_month");
        let cost_since_entry = self.since_entry(tree.get("cost_since_entry"), "cost_since_entry", PER_MONTH);
        let utility = self.by_state(tree.get("utility"), Domain::Utility, "utility");
        if let Some((node, trial)) = tree.get("calibrated").and_then(|node| Some((node, node.text()?)))
            && self.calibrated.iter().all(|(known, _)| known != trial)
        {
            self.calibrated.push((trial.to_owned(), node.clone()));
        }
        self.replaced.extend(replaced(tree).into_iter().map(|key| (name.to_owned(), key)));
        self.apart.extend(apart(tree).into_iter().map(|key| (name.to_owned(), key)));
        let ratios = tree.get("mortality_ratio");
        let mortality_ratio = self.by_state(ratios, Domain::Factor, "mortality_ratio");
        self.check_parts(tree);
        let extends = registry.entries.iter().find(|entry| entry.name == name);
        let regimen = Regimen {
            id: id?,
            extends: extends.map(|entry| entry.extends.clone()).unwrap_or_default(),
            label: tree.get("label")?.text()?.to_owned(),
            group: tree.get("group")?.text()?.to_owned(),
            calibrated: tree.get("calibrated").and_then(Node::text).map(ToOwned::to_owned),
            antigen: tree.get("antigen").and_then(Node::text).map(ToOwned::to_owned),
            starts_in_remission: starts_in_remission(tree),
            access,
            treatment: treatment?,
            toxicity,
            response,
            mrd_negative,
            remission,
            failure: failure?,
            transplant,
            sets: sets?,
            cost_at_start,
            cost_per_month,
            cost_since_entry,
            utility,
            mortality_ratio,
        };
        self.check_sums(tree, &regimen);
        Some(regimen)
    }

    /// Sections that need or exclude each other.
    fn check_parts(&mut self, tree: &Node) {
        let at = |key: &str| key.split('.').try_fold(tree, Node::get);
        for (key, need) in NEEDS {
            if let (Some(node), None) = (at(key), at(need)) {
                let found = format!("a key that does nothing without {need}");
                let allowed = format!("{need} beside it, or neither");
                self.problem(ErrorKind::Conflict, node, key, found, &allowed);
            }
        }
        let starts = starts_in_remission(tree);
        let reaches = tree.get("response").is_some() || starts;
        if reaches && tree.get("remission").is_none() {
            let allowed = "[remission], required with a response or a start in remission";
            self.problem(ErrorKind::MissingKey, tree, "remission", "nothing", allowed);
        }
        let Some(remission) = tree.get("remission") else { return };
        if tree.get("failure").is_some_and(|node| node.get("relapse").is_none()) {
            let allowed = "a curve, required with [remission]";
            self.problem(ErrorKind::MissingKey, tree, "failure.relapse", "nothing", allowed);
        }
        if !reaches {
            let allowed = "a regimen with [response] or starts_in = \"remission\"";
            self.problem(
                ErrorKind::Conflict,
                remission,
                "remission",
                "a remission that nobody reaches",
                allowed,
            );
        }
        if let (Some(response), true) = (tree.get("response"), starts) {
            let found = "a response of patients who start in remission";
            self.problem(ErrorKind::Conflict, response, "response", found, "one of them");
        }
    }

    fn access(&mut self, node: &Node) -> Option<Access> {
        let chance = Domain::Probability;
        let antigen_positive = self.optional(node, "antigen_positive", chance, "access");
        let contamination = self.optional(node, "contamination", chance, "access");
        let manufacturing_failure = self.optional(node, "manufacturing_failure", chance, "access");
        let waiting_months = self.optional(node, "waiting_months", Domain::Months, "access");
        let waiting_death = self.required(node, "waiting_death", chance, Some(0.0), "access");
        let waiting_progression = self.required(node, "waiting_progression", chance, Some(0.0), "access");
        Some(Access {
            antigen_positive,
            contamination,
            manufacturing_failure,
            waiting_months: waiting_months?,
            waiting_death: waiting_death?,
            waiting_progression: waiting_progression?,
        })
    }

    fn response(&mut self, node: &Node) -> Option<Response> {
        let cr = self.optional(node, "cr", Domain::Probability, "response");
        let pr = self.optional(node, "pr", Domain::Probability, "response");
        let months = self.optional(node, "months", Domain::Months, "response");
        Some(Response { cr: cr?, pr, months: months? })
    }

    fn transplant_effect(&mut self, node: &Node) -> Option<TransplantEffect> {
        let relapse_ratio = self.optional(node, "relapse_ratio", Domain::Ratio, "transplant");
        let death = self.optional_curve(node, "death", Domain::Months, "transplant");
        Some(TransplantEffect { relapse_ratio: relapse_ratio?, death: death? })
    }

    fn sets(&mut self, tree: &Node) -> Option<Vec<(usize, u8)>> {
        let mut sets = Vec::new();
        for entry in tree.get("sets").map_or(&[][..], Node::entries) {
            let path = join("sets", &entry.key);
            let mut names = self.attributes.iter().map(|attribute| attribute.name.as_str());
            let known = names.clone().any(|name| name == entry.key);
            // A population without the attribute has nothing to set, unless the name is misspelt.
            if !known && crate::id::nearest(&entry.key, names.by_ref()).is_none() {
                continue;
            }
            let attribute = self.attribute(&entry.node, &entry.key, &path)?;
            let level = self.level(&entry.node, attribute, &path)?;
            sets.push((attribute, level));
        }
        Some(sets)
    }

    fn level(&mut self, node: &Node, attribute: usize, path: &str) -> Option<u8> {
        let text = node.text()?;
        let levels = self.attributes[attribute].levels.clone();
        let found = levels.iter().position(|level| level == text);
        if found.is_none() {
            let allowed = format!("a level of {}: {}", self.attributes[attribute].name, levels.join(", "));
            self.unknown(node, path, (text, &allowed), levels.iter().map(String::as_str));
        }
        found.map(|index| index as u8)
    }

    /// Attribute levels that may have something.
    pub(super) fn only(&mut self, table: &Node, path: &str) -> Option<Vec<(usize, Vec<u8>)>> {
        self.levels_of(table, "only", path)
    }

    /// Attribute levels that a key names.
    pub(super) fn levels_of(&mut self, table: &Node, key: &str, path: &str) -> Option<Vec<(usize, Vec<u8>)>> {
        let mut only = Vec::new();
        let path = join(path, key);
        for entry in table.get(key).map_or(&[][..], Node::entries) {
            let path = join(&path, &entry.key);
            let attribute = self.attribute(&entry.node, &entry.key, &path)?;
            if entry.node.items().is_empty() {
                self.problem(
                    ErrorKind::WrongType,
                    &entry.node,
                    &path,
                    entry.node.describe(),
                    "a list of levels",
                );
                return None;
            }
            let levels: Option<Vec<u8>> =
                entry.node.items().iter().map(|item| self.level(item, attribute, &path)).collect();
            only.push((attribute, levels?));
        }
        Some(only)
    }

    /// One value a state.
    pub(super) fn by_state(
        &mut self,
        table: Option<&Node>,
        domain: Domain,
        path: &str,
    ) -> [Option<Value>; State::COUNT] {
        State::ALL.map(|state| table.and_then(|table| self.optional(table, state.name(), domain, path)))
    }
}

fn starts_in_remission(tree: &Node) -> bool {
    tree.get("starts_in").and_then(Node::text) == Some("remission")
}
