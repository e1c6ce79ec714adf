//! Tables, values, curves and conditions as text.

use super::Printer;
use crate::generate::regimen::{curve_placement, family};
use remisim::model::{Attribute, CurveSpec, ParameterSource, Shape, TimePiece, Timing, Value};
use remisim::outcome::State;

/// Keys of an inline table; what is absent is left out.
#[derive(Default)]
pub(super) struct Table(Vec<String>);

impl Table {
    pub(super) fn put(&mut self, key: &str, text: impl AsRef<str>) {
        self.0.push(format!("{key} = {}", text.as_ref()));
    }

    pub(super) fn maybe(&mut self, key: &str, text: Option<String>) {
        if let Some(text) = text {
            self.put(key, text);
        }
    }

    pub(super) fn inline(&self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }

    /// The table as a key of another, left out where it is empty.
    pub(super) fn within(self, outer: &mut Self, key: &str) {
        if !self.0.is_empty() {
            outer.put(key, self.inline());
        }
    }

    pub(super) fn lines(&self) -> String {
        self.0.join("\n") + "\n"
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

impl Printer<'_> {
    pub(super) fn attributes(&self) -> &[Attribute] {
        &self.0.population.attributes
    }

    pub(super) fn value(&self, value: &Value) -> String {
        let list = |parts: &[Value]| {
            let parts: Vec<String> = parts.iter().map(|part| self.value(part)).collect();
            format!("[{}]", parts.join(", "))
        };
        match value {
            Value::Constant(number) => format!("{number:?}"),
            Value::Parameter(index) => self.assumption(*index),
            Value::ByLevel { attribute, levels } => {
                let attribute = &self.attributes()[*attribute];
                let mut table = Table::default();
                table.put("by", quoted(&attribute.name));
                for (name, value) in attribute.levels.iter().zip(levels) {
                    table.put(name, self.value(value));
                }
                table.inline()
            }
            Value::Product(parts) => format!("{{ product = {} }}", list(parts)),
            Value::Sum(parts) => format!("{{ sum = {} }}", list(parts)),
            Value::Complement(part) => format!("{{ complement = {} }}", self.value(part)),
            Value::Odds { probability, ratio } => {
                format!("{{ odds = {}, ratio = {} }}", self.value(probability), self.value(ratio))
            }
        }
    }

    pub(super) fn assumption(&self, index: usize) -> String {
        let ParameterSource::Single(distribution) = &self.0.parameters[index].source else {
            unreachable!("generated parameters stand alone")
        };
        let (mean, spread) = (distribution.mean(), 1.5 * distribution.sd());
        let (low, high) = (mean - spread, mean + spread);
        format!("{{ assume = {mean:.6}, low = {low:.6}, high = {high:.6}, reason = \"test\" }}")
    }

    pub(super) fn maybe(&self, value: Option<&Value>) -> Option<String> {
        value.map(|value| self.value(value))
    }

    pub(super) fn by_state(&self, values: &[Option<Value>; State::COUNT]) -> Table {
        let mut table = Table::default();
        for (state, value) in State::ALL.iter().zip(values) {
            table.maybe(state.name(), self.maybe(value.as_ref()));
        }
        table
    }

    pub(super) fn since_entry(&self, key: &str, pieces: &[Vec<TimePiece>; State::COUNT]) -> Table {
        let mut table = Table::default();
        for (state, pieces) in State::ALL.iter().zip(pieces).filter(|(_, pieces)| !pieces.is_empty()) {
            let piece = |piece: &TimePiece| {
                let (from, amount) = (self.value(&piece.from_months), self.value(&piece.amount));
                format!("{{ from_months = {from}, {key} = {amount} }}")
            };
            let pieces: Vec<String> = pieces.iter().map(piece).collect();
            table.put(state.name(), format!("[{}]", pieces.join(", ")));
        }
        table
    }

    pub(super) fn curve(&self, spec: &CurveSpec) -> String {
        let mut table = Table::default();
        table.put("family", quoted(family(spec.shape)));
        if spec.shape == Shape::Never {
            return table.inline();
        }
        match spec.shape {
            Shape::GeneralisedGamma => {
                table.put("sigma", self.value(&spec.form));
                table.put("Q", self.value(&spec.q));
            }
            Shape::LogNormal if matches!(spec.timing, Timing::LogScale(_)) => {
                table.put("sdlog", self.value(&spec.form));
            }
            Shape::Weibull
            | Shape::WeibullPh
            | Shape::Gompertz
            | Shape::Gamma
            | Shape::LogNormal
            | Shape::LogLogistic => table.put("shape", self.value(&spec.form)),
            _ => {}
        }
        match &spec.timing {
            Timing::Scale(value) => table.put(curve_placement(spec.shape), self.value(value)),
            Timing::LogScale(value) => {
                let key = if spec.shape == Shape::LogNormal { "meanlog" } else { "mu" };
                table.put(key, self.value(value));
            }
            Timing::Median(value) => table.put("median", self.value(value)),
            Timing::Point { months, survival } => {
                table.put("at_months", self.value(months));
                table.put("survival", self.value(survival));
            }
            Timing::Pieces(pieces) => {
                let (starts, rates): (Vec<f64>, Vec<String>) =
                    pieces.iter().map(|(start, rate)| (*start, self.value(rate))).unzip();
                table.put("starts", format!("{starts:?}"));
                table.put("rates", format!("[{}]", rates.join(", ")));
            }
            Timing::Spline(spline) => {
                let mut inner = Table::default();
                inner.put("scale", quoted(&format!("{:?}", spline.scale()).to_lowercase()));
                inner.put("gamma", format!("{:?}", spline.gamma()));
                inner.put("knots", format!("{:?}", spline.knots()));
                inner.put("reason", quoted("test"));
                inner.within(&mut table, "spline");
            }
            Timing::Table { table: points, interpolation, tail_rate } => {
                let (months, survival): (Vec<f64>, Vec<f64>) = points.points().unzip();
                let mut inner = Table::default();
                inner.put("months", format!("{months:?}"));
                inner.put("survival", format!("{survival:?}"));
                inner.put("interpolation", quoted(&format!("{interpolation:?}").to_lowercase()));
                inner.put("reason", quoted("test"));
                inner.within(&mut table, "table");
                table.put("tail_rate", self.value(tail_rate));
            }
        }
        for (key, value, usual) in [
            ("time_ratio", &spec.time_ratio, 1.0),
            ("share", &spec.share, 1.0),
            ("ratio", &spec.ratio, 1.0),
            ("alive_at", &spec.alive_at, 0.0),
            ("delay", &spec.delay, 0.0),
        ] {
            if *value != Value::Constant(usual) {
                table.put(key, self.value(value));
            }
        }
        if !spec.mixture {
            table.put("mixture", "false");
        }
        table.inline()
    }

    pub(super) fn maybe_curve(&self, spec: Option<&CurveSpec>) -> Option<String> {
        spec.map(|spec| self.curve(spec))
    }

    pub(super) fn only(&self, only: &[(usize, Vec<u8>)]) -> Option<String> {
        let mut table = Table::default();
        for (attribute, levels) in only {
            let attribute = &self.attributes()[*attribute];
            let levels: Vec<&String> =
                levels.iter().map(|level| &attribute.levels[usize::from(*level)]).collect();
            table.put(&attribute.name, format!("{levels:?}"));
        }
        (!only.is_empty()).then(|| table.inline())
    }
}
