//! Regimens: those in use, each once, and what happens under them.

use super::curve::Anchoring;
use super::{Builder, Purpose};
use crate::files::Folder;
use crate::id::RegimenId;
use crate::model::{
    Access, Anchor, AnchorEndpoint, Anchors, Crs, CrsScale, Failure, Monitoring, Regimen, Remission,
    Response, Toxicity, TransplantEffect, TransplantRule, Value,
};
use crate::outcome::State;
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::{Body, Node};
use crate::scenario::error::ErrorKind;
use crate::scenario::extend::Reader;
use crate::scenario::keys::REGIMEN;
use crate::scenario::overrides::Override;

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
    /// Whether a transplant rule names it.
    pub(super) user: Option<(Node, String)>,
}

impl<'a> Registry<'a> {
    pub(in crate::scenario) const fn new(reader: &'a mut Reader, overrides: &'a [Override]) -> Self {
        Self { reader, overrides, entries: Vec::new() }
    }
}

const RELAPSE: Anchoring = Anchoring::By("relapse");
const SURVIVAL: Anchoring = Anchoring::By("survival");

impl Builder<'_> {
    /// Index of the regimen that a key names, read on first use.
    pub(super) fn regimen_index(
        &mut self,
        registry: &mut Registry<'_>,
        node: &Node,
        path: &str,
    ) -> Option<usize> {
        let name = node.text()?;
        if let Some(index) = registry.entries.iter().position(|known| known.name == name) {
            return Some(index);
        }
        let key = self.key(node, path);
        let mut tree = registry.reader.named(Folder::Regimens, name, (node, &key), self.report);
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
        registry.entries.push(InUse { name: name.to_owned(), tree, user: None });
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
        let remission = tree.get("remission").and_then(|node| self.remission(node, registry));
        let failure = self.failure(tree);
        let anchors = self.anchors(tree);
        let transplant = tree.get("transplant").and_then(|node| self.transplant_effect(node));
        let sets = self.sets(tree);
        let cost_at_start = self.optional(tree, "cost_at_start", Domain::Money, "");
        let cost_per_month = self.by_state(tree.get("cost_per_month"), Domain::Money, "cost_per_month");
        let utility = self.by_state(tree.get("utility"), Domain::Utility, "utility");
        self.check_parts(tree);
        self.check_anchors(tree);
        let regimen = Regimen {
            id: id?,
            label: tree.get("label")?.text()?.to_owned(),
            group: tree.get("group")?.text()?.to_owned(),
            antigen: tree.get("antigen").and_then(Node::text).map(ToOwned::to_owned),
            starts_in_remission: starts_in_remission(tree),
            access,
            treatment: treatment?,
            toxicity,
            response,
            mrd_negative,
            remission,
            failure: failure?,
            anchors,
            transplant,
            sets: sets?,
            cost_at_start,
            cost_per_month,
            utility,
        };
        self.check_sums(tree, &regimen);
        Some(regimen)
    }

    /// Sections that need or exclude each other.
    fn check_parts(&mut self, tree: &Node) {
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

    /// Anchored curves need anchors, and anchors need anchored curves.
    fn check_anchors(&mut self, tree: &Node) {
        let anchored = |keys: [&str; 2], section: &str| {
            let curve = |key: &&str| tree.get(section)?.get(key)?.get("anchored")?.flag();
            keys.iter().any(|key| curve(key) == Some(true))
        };
        let relapse = anchored(["relapse", "relapse_mrd_positive"], "remission");
        let survival = anchored(["refractory", "relapse"], "failure");
        let pairs = [
            ("relapse", relapse, "a relapse curve with anchored = true"),
            ("survival", survival, "a curve of [failure] with anchored = true"),
        ];
        for (name, curves, need) in pairs {
            let key = format!("anchors.{name}");
            let anchor = tree.get("anchors").and_then(|anchors| anchors.get(name));
            match (curves, anchor) {
                (true, None) => {
                    let allowed = format!("[{key}], from which the anchored curves are found");
                    self.problem(ErrorKind::MissingKey, tree, &key, "nothing", &allowed);
                }
                (false, Some(node)) => {
                    self.problem(ErrorKind::Conflict, node, &key, "an anchor without a curve", need);
                }
                (true, Some(node)) => {
                    let key = self.name(node, &key);
                    let reason =
                        "anchored, not fitted: one published point places the time scale of the curve";
                    self.assume(key, None, reason.to_owned());
                }
                (false, None) => {}
            }
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

    fn toxicity(&mut self, tree: &Node) -> Toxicity {
        let Some(node) = tree.get("toxicity") else { return Toxicity::default() };
        let chance = Domain::Probability;
        let crs = node.get("crs").and_then(|crs| self.crs(crs));
        let neurotoxicity = node.get("neurotoxicity").and_then(|own| {
            let any = self.optional(own, "any", chance, "toxicity.neurotoxicity");
            let grade3 = self.optional(own, "grade3", chance, "toxicity.neurotoxicity");
            any.zip(grade3)
        });
        let infection = self.optional(node, "infection", chance, "toxicity");
        let other_grade3 = self.optional(node, "other_grade3", chance, "toxicity");
        let early_death = self.optional(node, "early_death", chance, "toxicity");
        Toxicity { crs, neurotoxicity, infection, other_grade3, early_death }
    }

    fn crs(&mut self, node: &Node) -> Option<Crs> {
        let path = "toxicity.crs";
        let (chance, days) = (Domain::Probability, Domain::Days);
        let scale = match node.get("scale").and_then(Node::text) {
            Some("penn") => Some(CrsScale::Penn),
            Some("lee") => Some(CrsScale::Lee),
            Some("ctcae") => Some(CrsScale::Ctcae),
            Some("astct") => Some(CrsScale::Astct),
            _ => None,
        };
        let any = self.optional(node, "any", chance, path);
        let grade3 = self.optional(node, "grade3", chance, path);
        let onset_days = self.optional_curve(node, "onset_days", days, Anchoring::None, path);
        let duration_days = self.optional_curve(node, "duration_days", days, Anchoring::None, path);
        let tocilizumab = self.optional(node, "tocilizumab", chance, path);
        let own = node.get("tocilizumab_doses");
        let doses = own.and_then(|own| self.doses(own, &join(path, "tocilizumab_doses")));
        let icu = self.optional(node, "icu", chance, path);
        let icu_days = self.optional_curve(node, "icu_days", days, Anchoring::None, path);
        Some(Crs {
            scale: scale?,
            any: any?,
            grade3: grade3?,
            onset_days,
            duration_days,
            tocilizumab,
            doses,
            icu,
            icu_days,
        })
    }

    /// Four values, or the four parts of a Dirichlet.
    fn doses(&mut self, node: &Node, path: &str) -> Option<[Value; 4]> {
        let values: Vec<Option<Value>> = if let Some(reference) = node.text() {
            let name = self.library.find(reference).map_or_else(|_| reference.to_owned(), |found| found.name);
            let part = |number: usize| Node {
                spot: node.spot.clone(),
                body: Body::Text(format!("{name}.{number}")),
            };
            // If the first part is none, neither are the others.
            let first = self.value(&part(1), Domain::Probability, path)?;
            let rest = (2..=4).map(|number| self.value(&part(number), Domain::Probability, path));
            std::iter::once(Some(first)).chain(rest).collect()
        } else if node.items().len() == 4 {
            let items = node.items().iter().enumerate();
            items
                .map(|(index, item)| {
                    self.value(item, Domain::Probability, &join(path, &(index + 1).to_string()))
                })
                .collect()
        } else {
            let allowed = "a Dirichlet of four, or a list of four values";
            self.problem(ErrorKind::WrongType, node, path, node.describe(), allowed);
            return None;
        };
        let values: Option<Vec<Value>> = values.into_iter().collect();
        values?.try_into().ok()
    }

    fn response(&mut self, node: &Node) -> Option<Response> {
        let cr = self.optional(node, "cr", Domain::Probability, "response");
        let pr = self.optional(node, "pr", Domain::Probability, "response");
        let months = self.optional(node, "months", Domain::Months, "response");
        Some(Response { cr: cr?, pr, months: months? })
    }

    fn remission(&mut self, node: &Node, registry: &mut Registry<'_>) -> Option<Remission> {
        let path = "remission";
        let (months, chance) = (Domain::Months, Domain::Probability);
        let relapse = self.optional_curve(node, "relapse", months, RELAPSE, path);
        let relapse_mrd_positive = self.optional_curve(node, "relapse_mrd_positive", months, RELAPSE, path);
        let death = self.optional_curve(node, "non_relapse_death", months, Anchoring::None, path);
        let death_positive =
            self.optional_curve(node, "non_relapse_death_mrd_positive", months, Anchoring::None, path);
        let antigen_modulation = self.optional(node, "antigen_modulation", chance, path);
        let negative_clone = self.optional(node, "negative_clone", chance, path);
        let persistence = self.optional_curve(node, "persistence", months, Anchoring::None, path);
        let rule = node.get("transplant");
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
        let months = self.optional_curve(node, "months", Domain::Months, Anchoring::None, path);
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
        if self.breach(&every_months, |months| months > 0.0).is_some() {
            let allowed = "months above 0 between tests";
            self.problem(ErrorKind::OutOfDomain, node, &join(path, "every_months"), "0", allowed);
        }
        Some(Monitoring { every_months, lead_months: lead_months?, sensitivity: sensitivity? })
    }

    fn failure(&mut self, tree: &Node) -> Option<Failure> {
        let node = tree.get("failure")?;
        let refractory = self.optional_curve(node, "refractory", Domain::Months, SURVIVAL, "failure");
        let relapse = self.optional_curve(node, "relapse", Domain::Months, SURVIVAL, "failure");
        let refractory = refractory?;
        // Without a remission nobody relapses.
        let relapse = relapse.unwrap_or_else(|| refractory.clone());
        Some(Failure { refractory, relapse })
    }

    fn anchors(&mut self, tree: &Node) -> Anchors {
        let Some(node) = tree.get("anchors") else { return Anchors::default() };
        let relapse = node.get("relapse").and_then(|own| self.anchor(own, "anchors.relapse"));
        let survival = node.get("survival").and_then(|own| self.anchor(own, "anchors.survival"));
        let age_years = self.optional(node, "age_years", Domain::Years, "anchors");
        Anchors { relapse, survival, age_years }
    }

    fn anchor(&mut self, node: &Node, path: &str) -> Option<Anchor> {
        let endpoint = match node.get("endpoint")?.text()? {
            "os" => AnchorEndpoint::Os,
            "efs" => AnchorEndpoint::Efs,
            "rfs" => AnchorEndpoint::Rfs,
            "cir" => AnchorEndpoint::Cir,
            _ => return None,
        };
        if let Some(median) = node.get("median") {
            if node.get("value").is_some() || node.get("at_months").is_some() {
                let allowed = "median, or at_months with value";
                self.problem(ErrorKind::Conflict, node, path, "median and a point", allowed);
                return None;
            }
            let path = join(path, "median");
            let months =
                self.with_purpose(Purpose::Target, |builder| builder.value(median, Domain::Months, &path))?;
            return Some(Anchor { endpoint, months, probability: Value::Constant(0.5) });
        }
        let (Some(at), Some(value)) = (node.get("at_months"), node.get("value")) else {
            let allowed = "at_months with value, or a median (os only)";
            self.problem(ErrorKind::Conflict, node, path, "no point", allowed);
            return None;
        };
        let months = self.with_purpose(Purpose::Target, |builder| {
            builder.value(at, Domain::Months, &join(path, "at_months"))
        });
        let path = join(path, "value");
        let probability =
            self.with_purpose(Purpose::Target, |builder| builder.value(value, Domain::Probability, &path));
        Some(Anchor { endpoint, months: months?, probability: probability? })
    }

    fn transplant_effect(&mut self, node: &Node) -> Option<TransplantEffect> {
        let relapse_ratio = self.optional(node, "relapse_ratio", Domain::Ratio, "transplant");
        let death = self.optional_curve(node, "death", Domain::Months, Anchoring::None, "transplant");
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
        let mut only = Vec::new();
        let path = join(path, "only");
        for entry in table.get("only").map_or(&[][..], Node::entries) {
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
