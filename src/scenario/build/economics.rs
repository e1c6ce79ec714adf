//! What an economic evaluation is asked.

mod budget;
mod study;
mod switch;

use super::Builder;
use crate::model::{Economics, Regimen, Strategy, ThresholdSearch};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::{Entry, Node};
use crate::scenario::error::ErrorKind;

const PATH: &str = "economics";

impl Builder<'_> {
    /// The economic evaluation of a scenario, after all else that brings figures; none where there is none, or an error,
    /// which is reported.
    pub(in crate::scenario) fn economics(
        &mut self,
        tree: &Node,
        strategies: &[Strategy],
        regimens: &[Regimen],
    ) -> Option<Economics> {
        let node = tree.get(PATH)?;
        self.check_calibrated(node, strategies, regimens);
        let comparator = match node.get("comparator") {
            None => Some(0),
            Some(_) => self.strategy_named(node, "comparator", strategies, PATH),
        };
        let number = |key: &str, default: f64| node.get(key).map_or(Some(default), Node::number);
        let (wtp_to, wtp_step) = (number("wtp_to", 300_000.0)?, number("wtp_step", 1_000.0)?);
        // A table has a row for each.
        if wtp_step > wtp_to || wtp_to / wtp_step > 10_000.0 {
            let place = node.get("wtp_step").or(node.get("wtp_to")).unwrap_or(node);
            let found = format!("{wtp_step} up to {wtp_to}");
            let allowed = "a step of at most `wtp_to` and at least a 10,000th of it";
            self.problem(ErrorKind::OutOfDomain, place, "economics.wtp_step", found, allowed);
        }
        let threshold = number("threshold", 100_000.0)?;
        if threshold > wtp_to {
            let place = node.get("threshold").unwrap_or(node);
            let allowed = format!("at most `wtp_to`, {wtp_to}, to which the tables go");
            self.problem(
                ErrorKind::OutOfDomain,
                place,
                "economics.threshold",
                threshold.to_string(),
                &allowed,
            );
        }
        let groups = self.groups(node);
        let studies = self.studies(node, regimens);
        let two_way = self.two_way(node);
        let thresholds = self.threshold_searches(node, strategies, comparator);
        let subgroups = self.subgroups(node);
        let switches = self.effective_switches(node);
        // What is read after this moves neither costs nor effects.
        let figures = self.parameters.len();
        let deciding_for = self.deciding_for(node);
        let budget = self.budget(node, strategies, comparator, deciding_for.as_ref());
        Some(Economics {
            perspective: node.get("perspective")?.text()?.to_owned(),
            comparator: comparator?,
            threshold,
            wtp_to,
            wtp_step,
            figures,
            deciding_for,
            groups: groups?,
            studies: studies?,
            one_way: node.get("one_way").and_then(Node::flag).unwrap_or(true),
            two_way: two_way?,
            thresholds: thresholds?,
            switches,
            subgroups: subgroups?,
            budget,
        })
    }

    /// Decisions rest on curves that were fitted to what was published, or it is said why not.
    fn check_calibrated(&mut self, node: &Node, strategies: &[Strategy], regimens: &[Regimen]) {
        if node.get("uncalibrated").is_some() {
            return;
        }
        let lines = strategies.iter().flat_map(|strategy| &strategy.lines);
        let mut bare: Vec<&str> = lines
            .map(|line| &regimens[line.regimen])
            .filter(|regimen| regimen.calibrated.is_none())
            .map(|regimen| regimen.id.as_str())
            .collect();
        bare.sort_unstable();
        bare.dedup();
        if !bare.is_empty() {
            let found = format!("regimens without `calibrated`: {}", bare.join(", "));
            let allowed =
                "regimens fitted to a trial, or `uncalibrated` with the reason for which others will do";
            self.problem(ErrorKind::Conflict, node, PATH, found, allowed);
        }
        let used = |name: &str| {
            let mut lines = strategies.iter().flat_map(|strategy| &strategy.lines);
            lines.any(|line| regimens[line.regimen].id.as_str() == name)
        };
        let replaced = self.replaced.iter().filter(|(name, _)| used(name));
        let replaced: Vec<String> = replaced.map(|(name, key)| format!("{name}.{key}")).collect();
        if !replaced.is_empty() {
            let found = format!("curves in place of fitted ones: {}", replaced.join(", "));
            let allowed = "curves as they were fitted, with a `tail` where they should go on otherwise, or \
                           `uncalibrated` with the reason for which others will do";
            self.problem(ErrorKind::Conflict, node, PATH, found, allowed);
        }
    }

    /// What a reader of an evaluation must be told: regimens that keep the curves of a fit and have other shares than those
    /// with which the fit found them; a budget of more years than patients are followed.
    pub(in crate::scenario) fn economic_warnings(
        &self,
        economics: Option<&Economics>,
        regimens: &[Regimen],
    ) -> Vec<String> {
        let of = |regimen: &Regimen| {
            let (name, fit) = (regimen.id.as_str(), regimen.calibrated.as_deref()?);
            let keys = self.apart.iter().filter(|own| own.0 == name).map(|own| own.1.as_str());
            let keys: Vec<&str> = keys.collect();
            (!keys.is_empty()).then(|| {
                format!(
                    "The curves of {name} are those of the fit {fit}, which found them together with other figures than its \
                     own {}: they may not belong together.",
                    keys.join(", ")
                )
            })
        };
        let Some(economics) = economics else { return Vec::new() };
        let years = economics.budget.as_ref().and_then(|own| own.uptake.first()).map_or(0, Vec::len);
        let short = (12.0 * years as f64 > self.horizon).then(|| {
            format!(
                "budget.csv has {years} years, and patients are followed for {} months: what they cost later is in none of them.",
                self.horizon
            )
        });
        regimens.iter().filter_map(of).chain(short).collect()
    }

    /// Names of the figures that a word means: one figure, or all whose names begin with it.
    fn figures(&mut self, node: &Node, path: &str) -> Option<Vec<String>> {
        let word = node.text()?;
        let begins = |name: &str| {
            name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
        };
        let names = self.parameters.iter().map(|parameter| parameter.name.clone());
        let found: Vec<String> = names.filter(|name| begins(name)).collect();
        if found.is_empty() {
            let known: Vec<String> = self.parameters.iter().map(|own| own.name.clone()).collect();
            let allowed = "an uncertain figure that moves costs or effects, as param.csv names it, or what such names begin with";
            self.unknown(node, path, (word, allowed), known.iter().map(String::as_str));
            return None;
        }
        Some(found)
    }

    /// Names stand in tables that other programs read.
    fn check_name(&mut self, entry: &Entry, path: &str) {
        if !crate::id::is_valid_name(&entry.key) {
            let allowed = "a name of small letters, digits and _ that starts with a letter";
            let place = entry.spot.place();
            self.report.add(ErrorKind::OutOfDomain, place, path, format!("{:?}", entry.key), allowed);
        }
    }

    fn groups(&mut self, node: &Node) -> Option<Vec<(String, Vec<String>)>> {
        let entries = node.get("groups").map_or(&[][..], Node::entries);
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for entry in entries {
            let path = join("economics.groups", &entry.key);
            self.check_name(entry, &path);
            if self.parameters.iter().any(|own| own.name == entry.key) {
                let allowed = "a name that no figure has: tables name both";
                self.problem(ErrorKind::Conflict, &entry.node, &path, format!("{:?}", entry.key), allowed);
            }
            let parts: Vec<_> = entry.node.items().iter().map(|item| self.figures(item, &path)).collect();
            let mut names = parts.into_iter().collect::<Option<Vec<_>>>()?.concat();
            names.sort();
            names.dedup();
            if names.is_empty() {
                let allowed = "one figure or more";
                self.problem(ErrorKind::Conflict, &entry.node, &path, "no figure", allowed);
            } else if let Some((same, _)) = groups.iter().find(|(_, others)| *others == names) {
                let found = format!("the figures of group {same:?}");
                self.problem(ErrorKind::Conflict, &entry.node, &path, found, "each set of figures once");
            }
            groups.push((entry.key.clone(), names));
        }
        Some(groups)
    }

    /// One figure by its whole name, and its domain.
    fn one_figure(&mut self, table: &Node, key: &str, path: &str) -> Option<(String, Domain)> {
        let node = table.get(key)?;
        let (word, path) = (node.text()?, join(path, key));
        if let Some(known) = self.parameters.iter().find(|own| own.name == word) {
            return Some((known.name.clone(), known.domain));
        }
        let several = self.figures(node, &path)?;
        let found = format!("{word:?}, which begins {} names", several.len());
        self.problem(ErrorKind::Conflict, node, &path, found, "one figure, by its whole name");
        None
    }

    fn two_way(&mut self, node: &Node) -> Option<Vec<[String; 2]>> {
        let mut seen = Vec::new();
        let items = node.get("two_way").map_or(&[][..], Node::items).iter().enumerate();
        let all: Vec<Option<[String; 2]>> = items
            .map(|(at, item)| {
                let path = item_path("economics.two_way", item, at);
                let [first, second] = ["first", "second"].map(|key| self.one_figure(item, key, &path));
                let ((first, _), (second, _)) = (first?, second?);
                if first == second {
                    self.problem(ErrorKind::Conflict, item, &path, "one figure twice", "two figures");
                    return None;
                }
                let own = [first, second];
                if seen.iter().any(|known: &[String; 2]| own.iter().all(|figure| known.contains(figure))) {
                    self.problem(
                        ErrorKind::Conflict,
                        item,
                        &path,
                        "a pair that is there already",
                        "each once",
                    );
                }
                seen.push(own.clone());
                Some(own)
            })
            .collect();
        all.into_iter().collect()
    }

    fn threshold_searches(
        &mut self,
        node: &Node,
        strategies: &[Strategy],
        comparator: Option<usize>,
    ) -> Option<Vec<ThresholdSearch>> {
        let mut seen: Vec<ThresholdSearch> = Vec::new();
        let items = node.get("thresholds").map_or(&[][..], Node::items).iter().enumerate();
        let all: Vec<Option<ThresholdSearch>> = items
            .map(|(at, item)| {
                let path = item_path("economics.thresholds", item, at);
                let figure = self.one_figure(item, "figure", &path);
                let strategy = self.strategy_named(item, "strategy", strategies, &path);
                if strategy.is_some() && strategy == comparator {
                    let allowed = "another strategy than the comparator, which gains nothing over itself";
                    let path = join(&path, "strategy");
                    self.problem(ErrorKind::Conflict, item, &path, "the comparator", allowed);
                }
                let own = ThresholdSearch { parameter: figure?.0, strategy: strategy? };
                if seen.contains(&own) {
                    self.problem(
                        ErrorKind::Conflict,
                        item,
                        &path,
                        "a search that is there already",
                        "each once",
                    );
                }
                seen.push(own.clone());
                Some(own)
            })
            .collect();
        all.into_iter().collect()
    }

    fn subgroups(&mut self, node: &Node) -> Option<Vec<usize>> {
        let names: Vec<String> = self.attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let items = node.get("subgroups").map_or(&[][..], Node::items);
        let mut all = Vec::new();
        for item in items {
            let word = item.text()?;
            let found = names.iter().position(|name| name == word);
            if found.is_none() {
                let known = names.iter().map(String::as_str);
                self.unknown(item, "economics.subgroups", (word, "an attribute of the population"), known);
            }
            if found.is_some() && all.contains(&found) {
                let found = format!("{word} for the second time");
                self.problem(ErrorKind::Conflict, item, "economics.subgroups", found, "each attribute once");
            }
            all.push(found);
        }
        all.into_iter().collect()
    }
}
