//! Regimens: those in use, each once, and what happens under them.

use super::curve::Anchoring;
use super::{Builder, Purpose};
use crate::files::Folder;
use crate::id::RegimenId;
use crate::model::{
    Access, Anchor, AnchorEndpoint, Anchors, Crs, CrsScale, CurveSpec, Failure, Monitoring, Regimen,
    Remission, Response, Timing, Toxicity, TransplantEffect, TransplantRule, Value,
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
        let inline = registry.reader.inline.as_ref().is_some_and(|own| own.get(name).is_some());
        if let Some(tree) = &mut tree {
            let own = registry
                .overrides
                .iter()
                .filter(|change| change.path.get(1).is_some_and(|part| part == name));
            for change in own.filter(|change| change.path.len() > 2) {
                change.apply(tree, 2, self.report);
            }
            check(
                tree,
                &REGIMEN,
                &if inline { format!("regimens.{name}") } else { String::new() },
                self.report,
            );
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
        let access = self.access(tree);
        let treatment = self.treatment(tree);
        let toxicity = self.toxicity(tree);
        let response = self.response(tree);
        let mrd_negative = match tree.get("mrd") {
            Some(mrd) => self.required(mrd, "negative", Domain::Probability, None, "mrd").map(Some),
            None => Some(None),
        };
        let remission = self.remission(tree, registry);
        let failure = self.failure(tree);
        let anchors = self.anchors(tree);
        let transplant = match tree.get("transplant") {
            None => Some(None),
            Some(node) => self.transplant_effect(node).map(Some),
        };
        let sets = self.sets(tree);
        let cost_at_start = self.optional(tree, "cost_at_start", Domain::Money, "");
        let cost_per_month = self.by_state(tree.get("cost_per_month"), Domain::Money, "cost_per_month");
        let utility = self.by_state(tree.get("utility"), Domain::Utility, "utility");
        let regimen = Regimen {
            id: id?,
            label: tree.get("label")?.text()?.to_owned(),
            group: tree.get("group")?.text()?.to_owned(),
            antigen: tree.get("antigen").and_then(Node::text).map(ToOwned::to_owned),
            starts_in_remission: tree.get("starts_in").and_then(Node::text) == Some("remission"),
            access: access?,
            treatment: treatment?,
            toxicity: toxicity?,
            response: response?,
            mrd_negative: mrd_negative?,
            remission: remission?,
            failure: failure?,
            anchors: anchors?,
            transplant: transplant?,
            sets: sets?,
            cost_at_start: cost_at_start?,
            cost_per_month: cost_per_month?,
            utility: utility?,
        };
        self.check_parts(tree, &regimen);
        self.check_anchors(tree, &regimen);
        self.check_sums(tree, &regimen);
        Some(regimen)
    }

    /// Sections that need or exclude each other.
    fn check_parts(&mut self, tree: &Node, regimen: &Regimen) {
        let reaches = regimen.response.is_some() || regimen.starts_in_remission;
        let mut missing = |key: &str, allowed: &str| {
            self.problem(ErrorKind::MissingKey, tree, key, "nothing", allowed);
        };
        if reaches && regimen.remission.is_none() {
            missing("remission", "[remission], required with a response or a start in remission");
        }
        if regimen.remission.is_some()
            && tree.get("failure").is_some_and(|node| node.get("relapse").is_none())
        {
            missing("failure.relapse", "a curve, required with [remission]");
        }
        if let (Some(remission), false) = (tree.get("remission"), reaches) {
            let allowed = "a regimen with [response] or starts_in = \"remission\"";
            self.problem(
                ErrorKind::Conflict,
                remission,
                "remission",
                "a remission that nobody reaches",
                allowed,
            );
        }
        if let (Some(response), true) = (tree.get("response"), regimen.starts_in_remission) {
            let found = "a response of patients who start in remission";
            self.problem(ErrorKind::Conflict, response, "response", found, "one of them");
        }
    }

    /// Anchored curves need anchors, and anchors need anchored curves.
    fn check_anchors(&mut self, tree: &Node, regimen: &Regimen) {
        let anchored = |curve: &CurveSpec| curve.timing == Timing::Anchored;
        let remission = regimen.remission.as_ref();
        let relapse = remission.is_some_and(|remission| {
            anchored(&remission.relapse) || remission.relapse_mrd_positive.as_ref().is_some_and(anchored)
        });
        let survival = anchored(&regimen.failure.refractory) || anchored(&regimen.failure.relapse);
        let pairs = [
            ("relapse", relapse, regimen.anchors.relapse.is_some(), "a relapse curve with anchored = true"),
            (
                "survival",
                survival,
                regimen.anchors.survival.is_some(),
                "a curve of [failure] with anchored = true",
            ),
        ];
        for (name, curves, anchor, need) in pairs {
            let key = format!("anchors.{name}");
            if curves && !anchor {
                let allowed = format!("[{key}], from which the anchored curves are found");
                self.problem(ErrorKind::MissingKey, tree, &key, "nothing", &allowed);
            } else if anchor && !curves {
                let node = tree.get("anchors").and_then(|anchors| anchors.get(name)).unwrap_or(tree);
                self.problem(ErrorKind::Conflict, node, &key, "an anchor without a curve", need);
            } else if curves {
                let key = self.name(tree, &key);
                let reason = "anchored, not fitted: one published point places the time scale of the curve";
                self.assume(key, None, reason.to_owned());
            }
        }
    }

    fn access(&mut self, tree: &Node) -> Option<Option<Access>> {
        let Some(node) = tree.get("access") else { return Some(None) };
        let chance = Domain::Probability;
        let antigen_positive = self.optional(node, "antigen_positive", chance, "access");
        let contamination = self.optional(node, "contamination", chance, "access");
        let manufacturing_failure = self.optional(node, "manufacturing_failure", chance, "access");
        let waiting_months = self.required(node, "waiting_months", Domain::Months, None, "access");
        let waiting_death = self.required(node, "waiting_death", chance, Some(0.0), "access");
        let waiting_progression = self.required(node, "waiting_progression", chance, Some(0.0), "access");
        Some(Some(Access {
            antigen_positive: antigen_positive?,
            contamination: contamination?,
            manufacturing_failure: manufacturing_failure?,
            waiting_months: waiting_months?,
            waiting_death: waiting_death?,
            waiting_progression: waiting_progression?,
        }))
    }

    fn toxicity(&mut self, tree: &Node) -> Option<Toxicity> {
        let Some(node) = tree.get("toxicity") else { return Some(Toxicity::default()) };
        let chance = Domain::Probability;
        let crs = match node.get("crs") {
            None => Some(None),
            Some(crs) => self.crs(crs).map(Some),
        };
        let neurotoxicity = match node.get("neurotoxicity") {
            None => Some(None),
            Some(own) => {
                let any = self.required(own, "any", chance, None, "toxicity.neurotoxicity");
                let grade3 = self.required(own, "grade3", chance, None, "toxicity.neurotoxicity");
                any.zip(grade3).map(Some)
            }
        };
        let infection = self.optional(node, "infection", chance, "toxicity");
        let other_grade3 = self.optional(node, "other_grade3", chance, "toxicity");
        let early_death = self.optional(node, "early_death", chance, "toxicity");
        Some(Toxicity {
            crs: crs?,
            neurotoxicity: neurotoxicity?,
            infection: infection?,
            other_grade3: other_grade3?,
            early_death: early_death?,
        })
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
        let any = self.required(node, "any", chance, None, path);
        let grade3 = self.required(node, "grade3", chance, None, path);
        let onset_days = self.optional_curve(node, "onset_days", days, Anchoring::None, path);
        let duration_days = self.optional_curve(node, "duration_days", days, Anchoring::None, path);
        let tocilizumab = self.optional(node, "tocilizumab", chance, path);
        let doses = match node.get("tocilizumab_doses") {
            None => Some(None),
            Some(doses) => self.doses(doses, &join(path, "tocilizumab_doses")).map(Some),
        };
        let icu = self.optional(node, "icu", chance, path);
        let icu_days = self.optional_curve(node, "icu_days", days, Anchoring::None, path);
        Some(Crs {
            scale: scale?,
            any: any?,
            grade3: grade3?,
            onset_days: onset_days?,
            duration_days: duration_days?,
            tocilizumab: tocilizumab?,
            doses: doses?,
            icu: icu?,
            icu_days: icu_days?,
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

    fn response(&mut self, tree: &Node) -> Option<Option<Response>> {
        let Some(node) = tree.get("response") else { return Some(None) };
        let cr = self.required(node, "cr", Domain::Probability, None, "response");
        let pr = self.optional(node, "pr", Domain::Probability, "response");
        let months = self.required(node, "months", Domain::Months, None, "response");
        Some(Some(Response { cr: cr?, pr: pr?, months: months? }))
    }

    fn remission(&mut self, tree: &Node, registry: &mut Registry<'_>) -> Option<Option<Remission>> {
        let Some(node) = tree.get("remission") else { return Some(None) };
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
        let transplant = match node.get("transplant") {
            None => Some(None),
            Some(rule) => self.transplant_rule(rule, registry, "remission.transplant").map(Some),
        };
        let monitoring = match node.get("monitoring") {
            None => Some(None),
            Some(tests) => self.monitoring(tests, "remission.monitoring").map(Some),
        };
        Some(Some(Remission {
            relapse: relapse??,
            relapse_mrd_positive: relapse_mrd_positive?,
            non_relapse_death: death?,
            non_relapse_death_mrd_positive: death_positive?,
            antigen_modulation: antigen_modulation?,
            negative_clone: negative_clone?,
            transplant: transplant?,
            monitoring: monitoring?,
            persistence: persistence?,
        }))
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
            months: months??,
            gap_months: gap_months?,
            after_persistence: node.get("after_persistence").and_then(Node::flag).unwrap_or(false),
            only: only?,
            lost_car_t_ratio: lost_car_t_ratio?,
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
        let refractory = refractory??;
        // Without a remission nobody relapses.
        let relapse = relapse?.unwrap_or_else(|| refractory.clone());
        Some(Failure { refractory, relapse })
    }

    fn anchors(&mut self, tree: &Node) -> Option<Anchors> {
        let Some(node) = tree.get("anchors") else { return Some(Anchors::default()) };
        let relapse = match node.get("relapse") {
            None => Some(None),
            Some(own) => self.anchor(own, "anchors.relapse").map(Some),
        };
        let survival = match node.get("survival") {
            None => Some(None),
            Some(own) => self.anchor(own, "anchors.survival").map(Some),
        };
        let age_years = self.optional(node, "age_years", Domain::Years, "anchors");
        Some(Anchors { relapse: relapse?, survival: survival?, age_years: age_years? })
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
        let relapse_ratio = self.required(node, "relapse_ratio", Domain::Ratio, None, "transplant");
        let death = self.optional_curve(node, "death", Domain::Months, Anchoring::None, "transplant");
        Some(TransplantEffect { relapse_ratio: relapse_ratio?, death: death?? })
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
    ) -> Option<[Option<Value>; State::COUNT]> {
        let mut values: [Option<Value>; State::COUNT] = Default::default();
        let Some(table) = table else { return Some(values) };
        let read: Vec<Option<Option<Value>>> =
            State::ALL.iter().map(|state| self.optional(table, state.name(), domain, path)).collect();
        for (slot, value) in values.iter_mut().zip(read) {
            *slot = value?;
        }
        Some(values)
    }
}
