//! Curves: family, shape and what places them in time.

use super::{Builder, Mode, Purpose};
use crate::math::ln;
use crate::model::{CurveSpec, Shape, Timing, Value};
use crate::quantity::Domain;
use crate::scenario::check::{check, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::keys::CURVE;

/// Whether a curve may be placed by the anchors of its regimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchoring {
    /// It may: by `[anchors.relapse]` or `[anchors.survival]`.
    Allowed,
    /// It may not.
    None,
}

/// Keys that place a curve in time.
const PLACES: [&str; 6] = ["rate", "scale", "months", "median", "at_months", "anchored"];

impl Builder<'_> {
    /// A curve in months or days.
    pub(super) fn curve(
        &mut self,
        node: &Node,
        time: Domain,
        anchoring: Anchoring,
        path: &str,
    ) -> Option<CurveSpec> {
        let key = self.key(node, path);
        check(node, &CURVE, &key, self.report);
        let shape = match node.get("family")?.text()? {
            "never" => Shape::Never,
            "fixed" => Shape::Fixed,
            "exponential" => Shape::Exponential,
            "weibull" => Shape::Weibull,
            "gompertz" => Shape::Gompertz,
            "log_normal" => Shape::LogNormal,
            "log_logistic" => Shape::LogLogistic,
            _ => return None,
        };
        let form = self.form(node, shape, time, path);
        let timing = self.timing(node, shape, time, anchoring, path);
        let share = self.share(node, path);
        let ratio = self.required(node, "ratio", Domain::Ratio, Some(1.0), path);
        let delay = self.required(node, "delay", time, Some(0.0), path);
        let curve =
            CurveSpec { shape, form: form?, timing: timing?, share: share?, ratio: ratio?, delay: delay? };
        (self.check_point(node, &curve, path) && self.check_curve(node, &curve, path)).then_some(curve)
    }

    /// A curve of a key; nothing where the table lacks it, or it has an error, which is reported.
    pub(super) fn optional_curve(
        &mut self,
        table: &Node,
        key: &str,
        time: Domain,
        anchoring: Anchoring,
        path: &str,
    ) -> Option<CurveSpec> {
        self.curve(table.get(key)?, time, anchoring, &join(path, key))
    }

    fn form(&mut self, node: &Node, shape: Shape, time: Domain, path: &str) -> Option<Value> {
        let needs = matches!(shape, Shape::Weibull | Shape::Gompertz | Shape::LogNormal | Shape::LogLogistic);
        match (node.get("shape"), node.get("shape_through")) {
            (Some(own), None) if needs => {
                let domain = if shape == Shape::Gompertz { Domain::Real } else { Domain::Ratio };
                self.value(own, domain, &join(path, "shape"))
            }
            (None, Some(through)) if shape == Shape::Weibull => {
                self.shape_through(through, time, &join(path, "shape_through"))
            }
            (None, None) if !needs => Some(Value::Constant(1.0)),
            (own, through) => {
                let found = match (own, through) {
                    (None, None) => "nothing",
                    (Some(_), Some(_)) => "shape and shape_through",
                    (Some(_), None) => "shape",
                    (None, Some(_)) => "shape_through",
                };
                let allowed = match (shape, needs) {
                    (Shape::Weibull, _) => "shape or shape_through for a Weibull",
                    (_, true) => "shape for this family",
                    (_, false) => "no shape for this family",
                };
                self.problem(ErrorKind::Conflict, node, &join(path, "shape"), found, allowed);
                None
            }
        }
    }

    /// Shape k of S = exp(-(t/scale)^k) through a median m and S(t): ln(-ln S(t) / ln 2) / ln(t / m).
    fn shape_through(&mut self, node: &Node, time: Domain, path: &str) -> Option<Value> {
        let values = self.with_mode(Mode::Central, |builder| {
            builder.with_purpose(Purpose::Centre, |builder| {
                let median = builder.required(node, "median", time, None, path);
                let months = builder.required(node, "at_months", time, None, path);
                let survival = builder.required(node, "survival", Domain::Probability, None, path);
                Some((median?, months?, survival?))
            })
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

    fn timing(
        &mut self,
        node: &Node,
        shape: Shape,
        time: Domain,
        anchoring: Anchoring,
        path: &str,
    ) -> Option<Timing> {
        let allowed: &[&str] = match shape {
            Shape::Never => &[],
            Shape::Fixed => &["months"],
            Shape::Exponential | Shape::Gompertz => &["rate", "median", "at_months", "anchored"],
            Shape::Weibull | Shape::LogNormal | Shape::LogLogistic => {
                &["scale", "median", "at_months", "anchored"]
            }
        };
        let given: Vec<&str> = PLACES.into_iter().filter(|key| node.get(key).is_some()).collect();
        let words = if allowed.is_empty() {
            "none of them for a curve that never comes".to_owned()
        } else {
            format!("one of {} for this family", allowed.join(", "))
        };
        let place = match given[..] {
            [] if allowed.is_empty() => return Some(Timing::Scale(Value::Constant(1.0))),
            [place] if allowed.contains(&place) => place,
            _ => {
                let found = if given.is_empty() { "nothing".to_owned() } else { given.join(" and ") };
                self.problem(ErrorKind::Conflict, node, path, format!("{found} to place the curve"), &words);
                return None;
            }
        };
        let stray = ["survival", "risk"].into_iter().filter(|key| node.get(key).is_some()).count();
        if stray != usize::from(place == "at_months") {
            let found = format!("{place} with {stray} of survival and risk");
            let allowed = "at_months with either survival or risk";
            self.problem(ErrorKind::Conflict, node, path, found, allowed);
            return None;
        }
        let key = join(path, place);
        let own = node.get(place)?;
        match place {
            "anchored" => self.anchored(own, anchoring, &key),
            "median" => Some(Timing::Median(self.value(own, time, &key)?)),
            "at_months" => {
                let months = self.value(own, time, &key);
                let survival = match node.get("survival") {
                    Some(survival) => self.value(survival, Domain::Probability, &join(path, "survival")),
                    None => self
                        .value(node.get("risk")?, Domain::Probability, &join(path, "risk"))
                        .map(|risk| Value::Complement(Box::new(risk))),
                };
                Some(Timing::Point { months: months?, survival: survival? })
            }
            "rate" => Some(Timing::Scale(self.value(own, Domain::PerMonth, &key)?)),
            _ => Some(Timing::Scale(self.value(own, time, &key)?)),
        }
    }

    fn anchored(&mut self, node: &Node, anchoring: Anchoring, path: &str) -> Option<Timing> {
        if node.flag()? && anchoring != Anchoring::None {
            return Some(Timing::Anchored);
        }
        let (found, allowed) = if anchoring == Anchoring::None {
            ("anchored", "anchored on the relapse curves and the curves of [failure] only")
        } else {
            ("false", "anchored = true, or another key that places the curve")
        };
        self.problem(ErrorKind::Conflict, node, path, found, allowed);
        None
    }

    fn share(&mut self, node: &Node, path: &str) -> Option<Value> {
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
    fn check_curve(&mut self, node: &Node, curve: &CurveSpec, path: &str) -> bool {
        let build = |cell: &Vec<u8>| curve.build(|value| self.central(value, cell), 1.0).err();
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
            (share > 0.0 && !(survival > below && survival < 1.0 && months > 0.0)).then(|| {
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
