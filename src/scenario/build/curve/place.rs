//! What places a curve in time: a parameter of its family, a point, or a whole table.

use super::Parameters;
use crate::distribution::{
    CurveError, Interpolation, MAX_PIECES, PiecewiseExponential, Spline, SplineScale, SurvivalTable,
};
use crate::model::{Assumption, Shape, Timing, Value};
use crate::quantity::Domain;
use crate::scenario::build::{Builder, Mode};
use crate::scenario::check::{check, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use crate::scenario::keys::{SPLINE, SURVIVAL_TABLE};
use std::sync::Arc;

/// Keys that place a curve in time.
const PLACES: [&str; 10] =
    ["rate", "scale", "meanlog", "mu", "months", "median", "at_months", "rates", "spline", "table"];

impl Builder<'_> {
    pub(super) fn timing(
        &mut self,
        node: &Node,
        own: Parameters,
        time: Domain,
        path: &str,
    ) -> Option<Timing> {
        let (shape, _, allowed) = own;
        let given: Vec<&str> = PLACES.into_iter().filter(|key| node.get(key).is_some()).collect();
        let words = match allowed {
            [] => "none of them for a curve that never comes".to_owned(),
            [only] => format!("{only} for this family"),
            _ => format!("one of {} for this family", allowed.join(", ")),
        };
        let place = match given[..] {
            [] if allowed.is_empty() => "",
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
        if !self.companions(node, shape, path) {
            return None;
        }
        if place.is_empty() {
            return Some(Timing::Scale(Value::Constant(1.0)));
        }
        let key = join(path, place);
        let own = node.get(place)?;
        match place {
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
            "meanlog" | "mu" => Some(Timing::LogScale(self.value(own, Domain::Real, &key)?)),
            "rates" => self.pieces(node, own, path),
            "spline" => self.spline(own, &key),
            "table" => self.survival_table(node, own, path),
            // The scale of a Weibull in proportional-hazards form is no time.
            _ if shape == Shape::WeibullPh => Some(Timing::Scale(self.value(own, Domain::Ratio, &key)?)),
            _ => Some(Timing::Scale(self.value(own, time, &key)?)),
        }
    }

    /// Whether the keys that only one family has stand with it, and with no other.
    fn companions(&mut self, node: &Node, shape: Shape, path: &str) -> bool {
        let mut good = true;
        for (key, family, name) in [
            ("Q", Shape::GeneralisedGamma, "a generalised gamma"),
            ("starts", Shape::PiecewiseExponential, "a piecewise exponential"),
            ("tail_rate", Shape::KaplanMeier, "a Kaplan-Meier table: what happens after its last point"),
        ] {
            let given = node.get(key).is_some();
            if given != (shape == family) {
                let found = if given { key } else { "nothing" };
                let allowed = format!("{key} for {name}, and for no other family");
                self.problem(ErrorKind::Conflict, node, &join(path, key), found, &allowed);
                good = false;
            }
        }
        good
    }

    fn pieces(&mut self, node: &Node, rates: &Node, path: &str) -> Option<Timing> {
        let key = join(path, "rates");
        let starts = numbers(node.get("starts")?)?;
        if rates.items().len() != starts.len() || starts.len() > MAX_PIECES {
            let found = format!("{} rates and {} starts", rates.items().len(), starts.len());
            let allowed = format!("a rate for each start, 2 to {MAX_PIECES}");
            self.problem(ErrorKind::Conflict, rates, &key, found, &allowed);
            return None;
        }
        let flat: Vec<(f64, f64)> = starts.iter().map(|start| (*start, 0.0)).collect();
        if PiecewiseExponential::new(&flat).is_err() {
            let starts = node.get("starts")?;
            let allowed = "starts that increase from 0";
            self.problem(ErrorKind::OutOfDomain, starts, &join(path, "starts"), starts.describe(), allowed);
            return None;
        }
        let rates: Vec<Option<Value>> = rates
            .items()
            .iter()
            .enumerate()
            .map(|(index, item)| self.value(item, Domain::PerMonth, &join(&key, &(index + 1).to_string())))
            .collect();
        let rates: Vec<Value> = rates.into_iter().collect::<Option<_>>()?;
        Some(Timing::Pieces(starts.into_iter().zip(rates).collect()))
    }

    fn spline(&mut self, node: &Node, path: &str) -> Option<Timing> {
        let key = self.key(node, path);
        check(node, &SPLINE, &key, self.report);
        let scale = match node.get("scale")?.text()? {
            "hazard" => SplineScale::Hazard,
            "odds" => SplineScale::Odds,
            "normal" => SplineScale::Normal,
            _ => return None,
        };
        let spline = Spline::new(scale, &numbers(node.get("gamma")?)?, &numbers(node.get("knots")?)?);
        let spline = self.whole(spline, node, "spline", path)?;
        Some(Timing::Spline(Arc::new(spline)))
    }

    fn survival_table(&mut self, node: &Node, own: &Node, path: &str) -> Option<Timing> {
        let path_of_table = join(path, "table");
        let key = self.key(own, &path_of_table);
        check(own, &SURVIVAL_TABLE, &key, self.report);
        let tail_rate = self.value(node.get("tail_rate")?, Domain::PerMonth, &join(path, "tail_rate"));
        let interpolation = match own.get("interpolation")?.text()? {
            "step" => Interpolation::Step,
            "linear" => Interpolation::Linear,
            _ => return None,
        };
        let table = SurvivalTable::new(&numbers(own.get("months")?)?, &numbers(own.get("survival")?)?);
        let table = Arc::new(self.whole(table, own, "table", &path_of_table)?);
        Some(Timing::Table { table, interpolation, tail_rate: tail_rate? })
    }

    /// What was made of a table as a whole, with its reason noted; or the error.
    fn whole<T>(
        &mut self,
        made: Result<T, CurveError>,
        node: &Node,
        unit: &'static str,
        path: &str,
    ) -> Option<T> {
        match made {
            Ok(made) => {
                let reason = node.get("reason")?.text()?.to_owned();
                if self.mode != Mode::Dry {
                    let key = self.name(node, path);
                    self.assume(Assumption {
                        key,
                        value: None,
                        interval: None,
                        unit,
                        parameter: None,
                        reason,
                    });
                }
                Some(made)
            }
            Err(error) => {
                let found = format!("numbers that make no curve: {error}");
                let allowed = "numbers that such a curve can have";
                self.problem(ErrorKind::OutOfDomain, node, path, found, allowed);
                None
            }
        }
    }
}

/// The numbers of a list; nothing where one is none, which the check of keys reported.
fn numbers(node: &Node) -> Option<Vec<f64>> {
    node.items().iter().map(Node::number).collect()
}
