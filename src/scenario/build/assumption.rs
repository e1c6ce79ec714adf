//! Assumptions: numbers with a reason, and what is drawn of them.

use super::{Builder, Mode};
use crate::distribution::ParameterDistribution;
use crate::model::{Assumption, Parameter, ParameterSource, Value};
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::keys::ASSUMED;
use crate::scenario::library::{Distribution, Form};

/// Share of its interval by which the draws of an assumption may end elsewhere without a word.
const OFF_CENTRE: f64 = 0.5;
/// So near to an end of the interval of a probability, as a share of it, a value is not in it any more for its draws.
const AT_END: f64 = 0.1;

impl Builder<'_> {
    pub(super) fn assumption(&mut self, node: &Node, domain: Option<Domain>, path: &str) -> Option<Value> {
        let key = self.key(node, path);
        check(node, &ASSUMED, &key, self.report);
        let number = |name: &str| node.get(name).and_then(Node::number);
        let value = number("assume")?;
        let reason = node.get("reason")?.text().filter(|reason| !reason.trim().is_empty())?.to_owned();
        let given: Vec<&str> =
            ["low", "high", "n", "se"].into_iter().filter(|name| node.get(name).is_some()).collect();
        let form = match given[..] {
            [] => Form::Fixed { value, reason: reason.clone() },
            ["low", "high"] => Form::Interval { value, low: number("low")?, high: number("high")? },
            ["n"] => Form::Effective { value, n: number("n")? },
            ["se"] => Form::StandardError { value, se: number("se")? },
            _ => {
                let allowed = "low with high, or n, or se, or none of them";
                self.problem(ErrorKind::Conflict, node, path, given.join(" + "), allowed);
                return None;
            }
        };
        let unit = node.get("unit").and_then(Node::text).and_then(Domain::from_name);
        if let (Some(unit), Some(domain)) = (unit, domain)
            && unit != domain
        {
            self.problem(ErrorKind::WrongUnit, node, &join(path, "unit"), unit.name(), domain.name());
            return None;
        }
        self.assumed(node, &form, domain.or(unit), reason, path)
    }

    pub(super) fn assumed(
        &mut self,
        node: &Node,
        form: &Form,
        domain: Option<Domain>,
        reason: String,
        path: &str,
    ) -> Option<Value> {
        let value = form.central();
        let domain = domain.unwrap_or(if value > 0.0 { Domain::Ratio } else { Domain::Real });
        if let Some((_, bad)) = form.bounded().into_iter().find(|(_, number)| !domain.allows(*number)) {
            self.problem(ErrorKind::OutOfDomain, node, path, bad.to_string(), &domain.allowed_for(bad));
            return None;
        }
        if matches!(form, Form::Effective { .. }) && domain != Domain::Probability {
            let found = format!("n for a value of the unit {domain}");
            self.problem(ErrorKind::WrongUnit, node, path, found, "n for a probability only");
            return None;
        }
        if let Form::Effective { n, .. } = *form
            && !(n > 0.0 && n <= 1e12)
        {
            let node = node.get("n").unwrap_or(node);
            let found = format!("{n} patients");
            self.problem(
                ErrorKind::OutOfDomain,
                node,
                &join(path, "n"),
                found,
                "a number of patients above 0",
            );
            return None;
        }
        let distribution = match form.distribution(domain, 0.0) {
            Ok(Distribution::Single(single)) => single,
            Ok(Distribution::Shares(_)) => return None,
            Err(error) => {
                let numbers: Vec<String> =
                    form.bounded().into_iter().map(|(key, number)| format!("{key} {number}")).collect();
                let found = format!("{}, numbers without a distribution: {error}", numbers.join(", "));
                self.problem(ErrorKind::OutOfDomain, node, path, found, "a value inside its interval");
                return None;
            }
        };
        let name = self.name(node, path);
        self.note_off_centre(&name, form, &distribution);
        match self.mode {
            Mode::Dry => Some(Value::Constant(value)),
            Mode::Central => {
                self.assume(Assumption {
                    key: name,
                    interval: None,
                    value: Some(value),
                    unit: domain.name(),
                    parameter: None,
                    reason,
                });
                Some(Value::Constant(value))
            }
            Mode::Sampled => {
                let parameter =
                    Parameter { name: name.clone(), domain, source: ParameterSource::Single(distribution) };
                let index = self.parameter(parameter, value);
                self.assume(Assumption {
                    key: name,
                    interval: None,
                    value: Some(value),
                    unit: domain.name(),
                    parameter: Some(index),
                    reason,
                });
                Some(Value::Parameter(index))
            }
        }
    }

    /// Notes an assumption whose value lies so far from the middle of its interval that the draws, which have the value as
    /// their median or mean and the width of the interval, end elsewhere.
    fn note_off_centre(&mut self, name: &str, form: &Form, distribution: &ParameterDistribution) {
        let Form::Interval { value, low, high } = *form else { return };
        if self.mode != Mode::Sampled {
            return;
        }
        let place = (value - low) / (high - low);
        let Some((from, to)) = distribution.interval_95() else {
            if !(AT_END..=1.0 - AT_END).contains(&place) {
                let told = format!(
                    "{name}: {value} lies at an end of its 95 %, {low} to {high}; the draws keep it as their mean, and the \
                     width, and so go far beyond that end: give an interval about whose middle the value lies."
                );
                self.off_centre.insert(name.to_owned(), told);
            }
            return;
        };
        let apart = (from - low).abs().max((to - high).abs());
        if apart > OFF_CENTRE * (high - low) {
            let told = format!(
                "{name}: of {value} with 95 % of {low} to {high} the draws keep the value and the width, and so hold {} to \
                 {}: give an interval about whose middle the value lies.",
                shown(from),
                shown(to)
            );
            self.off_centre.insert(name.to_owned(), told);
        }
    }

    /// What is to be told of assumptions that are drawn otherwise than they are written.
    pub(in crate::scenario) fn off_centre_warnings(&self) -> Vec<String> {
        self.off_centre.values().cloned().collect()
    }
}

/// A number with three digits that count.
fn shown(value: f64) -> String {
    let digits = crate::math::ln(value.abs().max(f64::MIN_POSITIVE)) / std::f64::consts::LN_10;
    format!("{value:.*}", (2.0 - digits.floor()).clamp(0.0, 9.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_have_three_digits_that_count() {
        assert_eq!(
            [1270.4, 126.2, 21.6, 0.9731, 0.0].map(shown),
            ["1270", "126", "21.6", "0.973", "0.000000000"]
        );
    }
}
