//! Curves: family, shape, what places them in time, and wraps.

mod place;

use super::{Builder, Mode};
use crate::distribution::CurveError;
use crate::math::ln;
use crate::model::{CurveSpec, Shape, Timing, Value};
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::keys::CURVE;

/// The family, the key of its shape parameter (and another name for it) and the keys of which one places it in time.
type Parameters = (Shape, &'static [&'static str], &'static [&'static str]);

/// Parameters of a family, as flexsurv names them.
fn parameters(family: &str) -> Option<Parameters> {
    Some(match family {
        "never" => (Shape::Never, &[], &[]),
        "fixed" => (Shape::Fixed, &[], &["months"]),
        "exponential" => (Shape::Exponential, &[], &["rate", "median", "at_months"]),
        "weibull" => (Shape::Weibull, &["shape", "shape_through"], &["scale", "median", "at_months"]),
        "weibull_ph" => (Shape::WeibullPh, &["shape"], &["scale", "median", "at_months"]),
        "gompertz" => (Shape::Gompertz, &["shape"], &["rate", "median", "at_months"]),
        "gamma" => (Shape::Gamma, &["shape"], &["rate", "median", "at_months"]),
        "generalised_gamma" => (Shape::GeneralisedGamma, &["sigma"], &["mu", "median", "at_months"]),
        "log_normal" => (Shape::LogNormal, &["shape", "sdlog"], &["scale", "meanlog", "median", "at_months"]),
        "log_logistic" => (Shape::LogLogistic, &["shape"], &["scale", "median", "at_months"]),
        "piecewise_exponential" => (Shape::PiecewiseExponential, &[], &["rates"]),
        "spline" => (Shape::Spline, &[], &["spline"]),
        "kaplan_meier" => (Shape::KaplanMeier, &[], &["table"]),
        _ => return None,
    })
}

/// Keys of a shape parameter.
const FORMS: [&str; 4] = ["shape", "shape_through", "sdlog", "sigma"];

impl Builder<'_> {
    /// A curve in months or days.
    pub(super) fn curve(&mut self, node: &Node, time: Domain, path: &str) -> Option<CurveSpec> {
        let key = self.key(node, path);
        check(node, &CURVE, &key, self.report);
        let own = parameters(node.get("family")?.text()?)?;
        let form = self.form(node, own, time, path);
        let timing = self.timing(node, own, time, path);
        let q = self.required(node, "Q", Domain::Real, Some(0.0), path);
        let time_ratio = self.required(node, "time_ratio", Domain::Ratio, Some(1.0), path);
        let share = self.share(node, path);
        let ratio = self.required(node, "ratio", Domain::Ratio, Some(1.0), path);
        let alive_at = self.required(node, "alive_at", time, Some(0.0), path);
        let delay = self.required(node, "delay", time, Some(0.0), path);
        let curve = CurveSpec {
            shape: own.0,
            form: form?,
            q: q?,
            timing: timing?,
            time_ratio: time_ratio?,
            share: share?,
            mixture: node.get("mixture").and_then(Node::flag).unwrap_or(true),
            ratio: ratio?,
            alive_at: alive_at?,
            delay: delay?,
            tail: Vec::new(),
        };
        (self.check_point(node, &curve, path) && self.check_curve(node, &curve, path)).then_some(curve)
    }

    /// A curve of a key; nothing where the table lacks it, or it has an error, which is reported.
    pub(super) fn optional_curve(
        &mut self,
        table: &Node,
        key: &str,
        time: Domain,
        path: &str,
    ) -> Option<CurveSpec> {
        self.curve(table.get(key)?, time, &join(path, key))
    }

    fn form(&mut self, node: &Node, own: Parameters, time: Domain, path: &str) -> Option<Value> {
        let (shape, allowed, _) = own;
        let given: Vec<&str> = FORMS.into_iter().filter(|key| node.get(key).is_some()).collect();
        match given[..] {
            [] if allowed.is_empty() => Some(Value::Constant(1.0)),
            ["shape_through"] if shape == Shape::Weibull => {
                self.shape_through(node.get("shape_through")?, time, &join(path, "shape_through"))
            }
            [key] if allowed.contains(&key) => {
                let domain = if shape == Shape::Gompertz { Domain::Real } else { Domain::Ratio };
                self.value(node.get(key)?, domain, &join(path, key))
            }
            _ => {
                let found = if given.is_empty() { "nothing".to_owned() } else { given.join(" and ") };
                let allowed = match allowed {
                    [] => "no shape for this family".to_owned(),
                    _ if shape == Shape::Weibull => "shape or shape_through for a Weibull".to_owned(),
                    _ => format!("{} for this family", allowed.join(" or ")),
                };
                let key = join(path, own.1.first().unwrap_or(&"shape"));
                self.problem(ErrorKind::Conflict, node, &key, found, &allowed);
                None
            }
        }
    }

    /// Shape k of S = exp(-(t/scale)^k) through a median m and S(t): ln(-ln S(t) / ln 2) / ln(t / m).
    fn shape_through(&mut self, node: &Node, time: Domain, path: &str) -> Option<Value> {
        let values = self.with_mode(Mode::Central, |builder| {
            let median = builder.required(node, "median", time, None, path);
            let months = builder.required(node, "at_months", time, None, path);
            let survival = builder.required(node, "survival", Domain::Probability, None, path);
            Some((median?, months?, survival?))
        });
        let (median, months, survival) = values?;
        let mut shapes = Vec::new();
        for cell in &self.cells {
            let get = |value: &Value| self.central(value, cell);
            let reached = -ln(get(&survival)) / std::f64::consts::LN_2;
            shapes.push(ln(reached) / ln(get(&months) / get(&median)));
        }
        if let Some(bad) =
            shapes.iter().find(|shape| !(shape.is_finite() && **shape > 0.05 && **shape < 20.0))
        {
            let found = format!("points that give a shape of {bad}");
            let allowed = "a median and a landmark through which a Weibull goes, survival falling with time";
            self.problem(ErrorKind::OutOfDomain, node, path, found, allowed);
            return None;
        }
        Some(self.by_cell(&shapes))
    }

    /// A value with one constant a cell, as plain as it can be.
    fn by_cell(&self, constants: &[f64]) -> Value {
        let levels: Vec<usize> = self.attributes.iter().map(|attribute| attribute.levels.len()).collect();
        nest(constants, &levels, 0)
    }

    fn share(&mut self, node: &Node, path: &str) -> Option<Value> {
        if let Some(mixture) = node.get("mixture")
            && node.get("share").or(node.get("cured")).is_none()
        {
            let allowed = "mixture with cured or share only";
            self.problem(ErrorKind::Conflict, mixture, &join(path, "mixture"), "no cured share", allowed);
        }
        match (node.get("share"), node.get("cured")) {
            (None, None) => Some(Value::Constant(1.0)),
            (Some(share), None) => self.value(share, Domain::Probability, &join(path, "share")),
            (None, Some(cured)) => {
                let cured = self.value(cured, Domain::Probability, &join(path, "cured"))?;
                Some(Value::Complement(Box::new(cured)))
            }
            (Some(share), Some(_)) => {
                let found = "share and cured";
                self.problem(ErrorKind::Conflict, share, &join(path, "share"), found, "one of them");
                None
            }
        }
    }

    /// Whether the central values make a curve in every cell.
    pub(super) fn check_curve(&mut self, node: &Node, curve: &CurveSpec, path: &str) -> bool {
        let build = |cell: &Vec<u8>| {
            let bounded = curve.mixture || self.central(&curve.share, cell) < 1.0;
            let made = curve.build(|value| self.central(value, cell));
            made.err().or((!bounded).then_some(CurveError::CuredOutside))
        };
        let Some(error) = self.cells.iter().find_map(build) else { return true };
        let found = format!("numbers that make no curve: {error}");
        self.problem(ErrorKind::OutOfDomain, node, path, found, "numbers that such a curve can have");
        false
    }

    /// Whether a point lies on a curve with that share of patients who can ever have the event.
    fn check_point(&mut self, node: &Node, curve: &CurveSpec, path: &str) -> bool {
        let Timing::Point { months, survival } = &curve.timing else { return true };
        let bad = self.cells.iter().find_map(|cell| {
            let get = |value: &Value| self.central(value, cell);
            let (share, survival, months) =
                (get(&curve.share), get(survival), get(months) - get(&curve.delay));
            let below = 1.0 - share;
            let inside = survival > below && survival < 1.0 && months > 0.0;
            (share > 0.0 && !inside).then(|| {
                format!("survival {survival} at {months} months after the delay, {below} never having it")
            })
        });
        if let Some(found) = &bad {
            let allowed =
                "a time above the delay, survival above the share who never have the event and below 1";
            self.problem(ErrorKind::OutOfDomain, node, &join(path, "at_months"), found.clone(), allowed);
        }
        bad.is_none()
    }
}

fn nest(constants: &[f64], levels: &[usize], attribute: usize) -> Value {
    let first = constants.first().copied().unwrap_or(1.0);
    let Some(&count) = levels.get(attribute) else { return Value::Constant(first) };
    if constants.iter().all(|constant| *constant == first) {
        return Value::Constant(first);
    }
    let parts = constants.chunks(constants.len() / count.max(1));
    Value::ByLevel { attribute, levels: parts.map(|part| nest(part, levels, attribute + 1)).collect() }
}
