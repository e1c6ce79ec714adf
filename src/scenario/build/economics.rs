//! What an economic evaluation is asked.

use super::{Builder, Mode};
use crate::model::{Budget, DecidingFor, Economics, Regimen, Strategy, Study, StudyData, ThresholdSearch};
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
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
        let deciding_for = self.deciding_for(node);
        let groups = self.groups(node);
        let studies = self.studies(node);
        let two_way = self.two_way(node);
        let thresholds = self.threshold_searches(node, strategies, comparator);
        let subgroups = self.subgroups(node);
        let budget = self.budget(node, strategies, comparator, deciding_for);
        let switches = self.switches(node, PATH);
        Some(Economics {
            perspective: node.get("perspective")?.text()?.to_owned(),
            comparator: comparator?,
            threshold,
            wtp_to,
            wtp_step,
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
    }

    fn deciding_for(&mut self, node: &Node) -> Option<DecidingFor> {
        let keys = ["patients_a_year", "years"].map(|key| node.get(key));
        match keys {
            [None, None] => None,
            [Some(_), Some(years)] => {
                let years = years.number()?;
                // Known or not, how many patients there are decides nothing between strategies.
                let value = self.with_mode(Mode::Central, |own| {
                    own.optional(node, "patients_a_year", Domain::Count, PATH)
                })?;
                let first = self.cells.first().cloned()?;
                let patients_a_year = self.central(&value, &first);
                Some(DecidingFor { patients_a_year, years })
            }
            _ => {
                let allowed = "`patients_a_year` and `years` together";
                self.problem(ErrorKind::MissingKey, node, PATH, "one of them", allowed);
                None
            }
        }
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
            let allowed =
                "an uncertain figure of the scenario, as param.csv names it, or what such names begin with";
            self.unknown(node, path, (word, allowed), known.iter().map(String::as_str));
            return None;
        }
        Some(found)
    }

    fn groups(&mut self, node: &Node) -> Option<Vec<(String, Vec<String>)>> {
        let entries = node.get("groups").map_or(&[][..], Node::entries);
        let mut groups = Vec::new();
        for entry in entries {
            let path = join("economics.groups", &entry.key);
            if self.parameters.iter().any(|own| own.name == entry.key) {
                let allowed = "a name that no figure has: tables name both";
                self.problem(ErrorKind::Conflict, &entry.node, &path, format!("{:?}", entry.key), allowed);
            }
            let parts: Vec<_> = entry.node.items().iter().map(|item| self.figures(item, &path)).collect();
            let mut names = parts.into_iter().collect::<Option<Vec<_>>>()?.concat();
            names.sort();
            names.dedup();
            groups.push((entry.key.clone(), names));
        }
        Some(groups)
    }

    fn studies(&mut self, node: &Node) -> Option<Vec<Study>> {
        let items = node.get("studies").map_or(&[][..], Node::items).iter().enumerate();
        let all: Vec<Option<Study>> =
            items.map(|(at, item)| self.study(item, &item_path("economics.studies", item, at))).collect();
        let mut names: Vec<&str> = all.iter().flatten().map(|study| study.name.as_str()).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
        if let Some((name, _)) = twice {
            let found = format!("two studies {name:?}");
            self.problem(ErrorKind::Conflict, node, "economics.studies", found, "an id of its own for each");
        }
        all.into_iter().collect()
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
                Some([first, second])
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
                Some(ThresholdSearch { parameter: figure?.0, strategy: strategy? })
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
            all.push(found);
        }
        all.into_iter().collect()
    }

    fn budget(
        &mut self,
        node: &Node,
        strategies: &[Strategy],
        comparator: Option<usize>,
        deciding_for: Option<DecidingFor>,
    ) -> Option<Budget> {
        let table = node.get("uptake")?;
        let path = "economics.uptake";
        let mut uptake = vec![Vec::new(); strategies.len()];
        let mut years = 0;
        for entry in table.entries() {
            let strategy = strategies.iter().position(|strategy| strategy.id.as_str() == entry.key);
            let Some(strategy) = strategy else {
                let ids = strategies.iter().map(|strategy| strategy.id.as_str());
                self.unknown(&entry.node, path, (&entry.key, "the id of a strategy of the file"), ids);
                return None;
            };
            if comparator == Some(strategy) {
                let found = format!("{}, the comparator", entry.key);
                let allowed = "strategies that take its place: the comparator has the rest";
                self.problem(ErrorKind::Conflict, &entry.node, path, found, allowed);
            }
            uptake[strategy] = entry.node.items().iter().filter_map(Node::number).collect();
            years = years.max(uptake[strategy].len());
        }
        uptake.iter_mut().for_each(|shares| shares.resize(years, 0.0));
        let over =
            (0..years).find(|year| uptake.iter().map(|shares| shares[*year]).sum::<f64>() > 1.0 + 1e-9);
        if let Some(year) = over {
            let found = format!("more than 1 in year {}", year + 1);
            self.problem(
                ErrorKind::Sum,
                table,
                path,
                found,
                "shares of at most 1 together; the comparator has the rest",
            );
        }
        let Some(deciding_for) = deciding_for else {
            let allowed = "`patients_a_year` and `years` too";
            self.problem(ErrorKind::MissingKey, table, path, "nobody to be given anything", allowed);
            return None;
        };
        Some(Budget { patients_a_year: deciding_for.patients_a_year, uptake })
    }

    fn study(&mut self, node: &Node, path: &str) -> Option<Study> {
        let parameter = node.get("parameter")?;
        let (name, domain) = self.one_figure(node, "parameter", path)?;
        let n = u32::try_from(node.get("n")?.integer()?).ok()?;
        let months =
            ["accrual_months", "follow_up_months", "shape"].map(|key| node.get(key).and_then(Node::number));
        let data = match months {
            [None, None, None] => StudyData::Binomial { n },
            [accrual, Some(follow_up_months), shape] => StudyData::Survival {
                n,
                accrual_months: accrual.unwrap_or(0.0),
                follow_up_months,
                shape: shape.unwrap_or(1.0),
            },
            _ => {
                let allowed = "`follow_up_months` too, for a study of times";
                self.problem(ErrorKind::MissingKey, node, path, "no follow-up", allowed);
                return None;
            }
        };
        let wanted = match data {
            StudyData::Binomial { .. } => Domain::Probability,
            StudyData::Survival { .. } => Domain::Months,
        };
        if domain != wanted {
            let (found, allowed) =
                (format!("{domain:?}"), format!("{wanted:?}: the figure that such data are about"));
            self.problem(ErrorKind::WrongUnit, parameter, &join(path, "parameter"), found, &allowed);
            return None;
        }
        Some(Study { name: node.get("id")?.text()?.to_owned(), parameter: name, data })
    }
}
