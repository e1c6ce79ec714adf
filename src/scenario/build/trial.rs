//! Published figures that strategies should show, and which parameters are fitted to them.

use super::{Builder, Mode};
use crate::math::{Z_95, wilson};
use crate::model::{
    CurveKind, ParameterSource, Published, Quantity, Regimen, Strategy, Target, TargetRole, Trial, Value,
};
use crate::outcome::flag;
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::library::Form;
use std::collections::BTreeSet;

/// Ways to say what was published: keys that stand together.
const WAYS: [&[&str]; 6] = [
    &["endpoint", "median"],
    &["endpoint", "not_reached_by"],
    &["endpoint", "at_months"],
    &["endpoint", "hazard_ratio", "against", "until_months"],
    &["outcome"],
    &["outcome", "among"],
];
const FIGURES: [&str; 3] = ["value", "at_most", "at_least"];

/// A published number and what is known of its precision.
struct Figure {
    name: String,
    value: f64,
    interval: Option<(f64, f64)>,
    n: Option<f64>,
    range: bool,
    /// Whether a parameter is sampled by it already.
    prior: bool,
}

/// Of a hazard ratio, patients of its strategy for each of the other: by the most patients that other figures of the
/// curve rest on.
fn patients_for_each(target: &Target, targets: &[Target]) -> f64 {
    let Quantity::HazardRatio { curve: kind, against, .. } = target.quantity else { return 1.0 };
    let patients = |strategy: usize| {
        let same = targets.iter().filter(|own| own.strategy == strategy).filter(|own| match own.quantity {
            Quantity::Point { curve, .. } | Quantity::Median { curve } => curve == kind,
            _ => false,
        });
        same.map(|own| own.n).fold(0.0, f64::max)
    };
    let (own, other) = (patients(target.strategy), patients(against));
    if own > 0.0 && other > 0.0 { own / other } else { 1.0 }
}

pub(super) fn bit(name: &str) -> Option<u32> {
    flag::NAMES.iter().position(|own| *own == name).map(|at| 1 << at)
}

impl Builder<'_> {
    /// The targets of a scenario, and the parameters that are fitted to them.
    pub(in crate::scenario) fn trial(
        &mut self,
        tree: &Node,
        name: &str,
        (strategies, regimens): (&[Strategy], &[Regimen]),
    ) -> Option<Trial> {
        let mut targets = Vec::new();
        for (index, item) in tree.get("targets").map_or(&[][..], Node::items).iter().enumerate() {
            targets.push(self.target(item, strategies, &item_path("targets", item, index)));
        }
        let mut targets = targets.into_iter().collect::<Option<Vec<Target>>>()?;
        let for_each: Vec<f64> = targets.iter().map(|own| patients_for_each(own, &targets)).collect();
        targets.iter_mut().zip(for_each).for_each(|(own, for_each)| own.for_each = for_each);
        let free = if targets.is_empty() { Vec::new() } else { self.free(tree, name, regimens) };
        let statements = self.statements(tree, strategies)?;
        Some(Trial { targets, statements, free })
    }

    fn target(&mut self, node: &Node, strategies: &[Strategy], path: &str) -> Option<Target> {
        let strategy = self.strategy_named(node, "strategy", strategies, path)?;
        let given = |keys: &[&str]| keys.iter().all(|key| node.get(key).is_some());
        let ways: Vec<&&[&str]> = WAYS.iter().filter(|keys| given(keys)).collect();
        let way = ways.last()?;
        let figures: Vec<&str> = FIGURES.into_iter().filter(|key| node.get(key).is_some()).collect();
        let wants = way[0] == "outcome" || way.contains(&"at_months");
        let extra = node.entries().iter().find(|entry| {
            let key = entry.key.as_str();
            let fits = ["strategy", "n", "held_out"].contains(&key) || wants && FIGURES.contains(&key);
            !(fits || way.contains(&key))
        });
        if extra.is_some() || figures.len() != usize::from(wants) {
            let found: Vec<&str> = node.entries().iter().map(|entry| entry.key.as_str()).collect();
            let allowed = "endpoint with median, with not_reached_by, with at_months and one of value, at_most, \
                           at_least, or with hazard_ratio, against and until_months; or outcome (among) with one of value, \
                           at_most, at_least";
            self.problem(ErrorKind::Conflict, node, path, found.join(", "), allowed);
            return None;
        }
        let curve = node.get("endpoint").and_then(Node::text);
        let curve = curve.and_then(|name| CurveKind::ALL.into_iter().find(|kind| kind.name() == name));
        let months = |builder: &mut Self, key: &str| {
            let figure = builder.figure(node, key, Domain::Months, path)?;
            builder.seen_by(figure.value, node.get(key)?, &join(path, key))
        };
        let binds = match figures.first() {
            Some(&"at_most") => Published::AtMost,
            Some(&"at_least") => Published::AtLeast,
            _ => Published::Value,
        };
        let (quantity, binds, figure) = match **way {
            ["endpoint", "median"] => {
                months(self, "median")?;
                let figure = self.figure(node, "median", Domain::Months, path)?;
                (Quantity::Median { curve: curve? }, Published::Value, figure)
            }
            ["endpoint", "not_reached_by"] => {
                let months = months(self, "not_reached_by")?;
                let figure = self.figure(node, "not_reached_by", Domain::Months, path)?;
                let half = Figure { value: 0.5, interval: None, range: false, ..figure };
                (Quantity::Point { curve: curve?, months }, Published::AtLeast, half)
            }
            ["endpoint", "at_months"] => {
                let months = months(self, "at_months")?;
                let figure = self.figure(node, figures[0], Domain::Probability, path)?;
                (Quantity::Point { curve: curve?, months }, binds, figure)
            }
            ["endpoint", ..] => {
                let against = self.strategy_named(node, "against", strategies, path)?;
                if against == strategy {
                    let allowed = "another strategy: the ratio of one to itself is 1";
                    self.problem(
                        ErrorKind::Conflict,
                        node,
                        &join(path, "against"),
                        "the same strategy",
                        allowed,
                    );
                    return None;
                }
                let months = months(self, "until_months")?;
                let figure = self.figure(node, "hazard_ratio", Domain::Ratio, path)?;
                (Quantity::HazardRatio { curve: curve?, against, months }, Published::Value, figure)
            }
            _ => {
                let flag = bit(node.get("outcome")?.text()?)?;
                let among = node.get("among").and_then(Node::text).and_then(bit);
                let figure = self.figure(node, figures[0], Domain::Probability, path)?;
                (Quantity::Share { flag, among }, binds, figure)
            }
        };
        self.finished(node, (strategy, quantity, binds), figure, path)
    }

    fn finished(
        &mut self,
        node: &Node,
        (strategy, quantity, binds): (usize, Quantity, Published),
        figure: Figure,
        path: &str,
    ) -> Option<Target> {
        let ratio = matches!(quantity, Quantity::HazardRatio { .. });
        let share = matches!(quantity, Quantity::Point { .. } | Quantity::Share { .. });
        let binds = if figure.range && binds == Published::Value { Published::Range } else { binds };
        let own = node.get("n").and_then(Node::number).or(figure.n);
        let from_interval = figure.interval.filter(|_| share).map(|(low, high)| {
            let se = (high - low) / (2.0 * Z_95);
            figure.value * (1.0 - figure.value) / (se * se)
        });
        let n = own.or(from_interval);
        let held_out = node.get("held_out").and_then(Node::flag) == Some(true);
        let role = match (held_out, figure.prior) {
            (true, _) => TargetRole::HeldOut,
            (_, true) => TargetRole::Prior,
            _ => TargetRole::Fitted,
        };
        let wants = match (ratio, binds) {
            (true, _) if figure.interval.is_none() => {
                Some("low and high of the hazard ratio, in the evidence")
            }
            (false, Published::Value | Published::AtMost | Published::AtLeast) if n.is_none() => {
                Some("n, the patients that the figure rests on, here or in the evidence")
            }
            _ => None,
        };
        if let Some(allowed) = wants {
            self.problem(ErrorKind::MissingKey, node, &join(path, "n"), "nothing", allowed);
            return None;
        }
        let edge = (figure.value <= 0.0 || figure.value >= 1.0) && share && role == TargetRole::Fitted;
        if edge && binds == Published::Value && n.is_none_or(|n| n <= 0.0) {
            self.problem(
                ErrorKind::OutOfDomain,
                node,
                path,
                figure.value.to_string(),
                "a share between 0 and 1",
            );
            return None;
        }
        let n = n.unwrap_or(0.0);
        let wilson = (share && n > 0.0 && binds == Published::Value).then(|| wilson(figure.value, n));
        let interval = figure.interval.or(wilson);
        Some(Target {
            name: figure.name,
            strategy,
            quantity,
            published: binds,
            value: figure.value,
            interval,
            n,
            for_each: 1.0,
            role,
        })
    }

    /// Months of a figure, at which there must be something to see.
    pub(super) fn seen_by(&mut self, months: f64, node: &Node, path: &str) -> Option<f64> {
        let allowed = if months <= 0.0 {
            "months above 0".to_owned()
        } else if months > self.horizon {
            format!(
                "months up to settings.horizon_months, {}, after which nothing is counted: set a longer horizon, or \
                 leave the figure out",
                self.horizon
            )
        } else {
            return Some(months);
        };
        self.problem(ErrorKind::OutOfDomain, node, path, months.to_string(), &allowed);
        None
    }

    pub(super) fn strategy_named(
        &mut self,
        node: &Node,
        key: &str,
        strategies: &[Strategy],
        path: &str,
    ) -> Option<usize> {
        let named = node.get(key)?;
        let name = named.text()?;
        let found = strategies.iter().position(|strategy| strategy.id.as_str() == name);
        if found.is_none() {
            let ids = strategies.iter().map(|strategy| strategy.id.as_str());
            let allowed = "the id of a strategy of the file";
            self.unknown(named, &join(path, key), (name, allowed), ids);
        }
        found
    }

    /// A published number with what the evidence says of its precision.
    fn figure(&mut self, table: &Node, key: &str, domain: Domain, path: &str) -> Option<Figure> {
        let node = table.get(key)?;
        let path = join(path, key);
        let value = self.with_mode(Mode::Central, |builder| builder.value(node, domain, &path))?;
        let first = self.cells.first().cloned()?;
        let value = self.central(&value, &first);
        let mut figure = Figure {
            name: self.key(node, &path),
            value,
            interval: None,
            n: None,
            range: false,
            prior: false,
        };
        let number = |key: &str| node.get(key).and_then(Node::number);
        figure.interval = number("low").zip(number("high"));
        figure.n = number("n");
        let library = self.library;
        let Some(found) = node.text().and_then(|reference| library.find(reference).ok()) else {
            return Some(figure);
        };
        figure.prior = self.priors.contains(&found.name);
        let reading = self.readings.get(&found.name).map_or("default", String::as_str);
        let estimate = found.value.readings.get(reading).unwrap_or(&found.value.estimate);
        let published = estimate.form.central();
        let factor = if published > 0.0 { value / published } else { 1.0 };
        let ends = |low: f64, high: f64| Some((low * factor, high * factor));
        match estimate.form {
            Form::Counts { n, .. } | Form::Effective { n, .. } => figure.n = Some(n),
            Form::Interval { low, high, .. } => figure.interval = ends(low, high),
            Form::Uniform { low, high } | Form::Triangular { low, high, .. } => {
                (figure.interval, figure.range) = (ends(low, high), true);
            }
            _ => {}
        }
        figure.n = estimate.point.n_effective.or(figure.n);
        figure.name = found.name;
        Some(figure)
    }

    /// Parameters of the regimens that are calibrated by this file, but for those held.
    fn free(&mut self, tree: &Node, name: &str, regimens: &[Regimen]) -> Vec<usize> {
        let mut free = BTreeSet::new();
        for regimen in regimens.iter().filter(|regimen| regimen.calibrated.as_deref() == Some(name)) {
            regimen.visit_course(&mut |value: &Value| {
                value.visit_parameters(&mut |index| {
                    free.insert(index);
                });
            });
        }
        let uncertain = |source: &ParameterSource| match source {
            ParameterSource::Single(distribution) => !distribution.is_fixed(),
            ParameterSource::Part { .. } | ParameterSource::Posterior { .. } => false,
        };
        free.retain(|index| uncertain(&self.parameters[*index].source));
        let Some(table) = tree.get("calibration") else { return free.into_iter().collect() };
        for (key, held) in [("held", true), ("free", false)] {
            for item in table.get(key).map_or(&[][..], Node::items) {
                let Some(text) = item.text() else { continue };
                let at = self.parameters.iter().position(|parameter| parameter.name == text);
                let known = |index: &usize| {
                    if held { free.contains(index) } else { uncertain(&self.parameters[*index].source) }
                };
                match at.filter(known) {
                    Some(index) if held => _ = free.remove(&index),
                    Some(index) => _ = free.insert(index),
                    None => {
                        let names: Vec<String> = (0..self.parameters.len())
                            .filter(known)
                            .map(|index| self.parameters[index].name.clone())
                            .collect();
                        let allowed =
                            format!("an uncertain figure of the file's regimens: {}", names.join(", "));
                        let path = format!("calibration.{key}");
                        self.unknown(item, &path, (text, &allowed), names.iter().map(String::as_str));
                    }
                }
            }
        }
        free.into_iter().collect()
    }
}
