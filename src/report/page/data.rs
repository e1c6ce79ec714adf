//! What the moving parts of the page draw: the curves of the tables, rounded to four decimals.

use super::super::figure::{
    Course, about, courses, curve_until, held_by_bands, is_median, left_out, near, near_words,
};
use super::super::told::{SheetRow, Told};
use crate::math::wilson;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Points of a curve, at most.
const POINTS: usize = 240;

/// Four decimals are finer than a pixel.
fn short(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 1e4).round() / 1e4))
}

/// All of it.
pub(super) fn data(told: &Told) -> Value {
    json!({
        "strategies": strategies(told), "curves": curves(told), "money": money(told), "demand": demand(told),
        "held": held_by_bands(told),
    })
}

fn strategies(told: &Told) -> Vec<Value> {
    let own = |(id, label): &(String, String)| json!({ "id": id, "label": label });
    told.strategies.iter().map(own).collect()
}

/// Demand through time: of every resource the mean of the days of a step, and what is enough on its worst day in 50, 95 and 99
/// of 100 replications, with 95 % of the draws of the second.
fn demand(told: &Told) -> Value {
    let all = courses(told);
    let Some((_, _, first)) = all.first() else { return Value::Null };
    let own = |(name, unit, course): &(String, String, Course)| {
        let short = |values: &[f64]| values.iter().map(|value| short(Some(*value))).collect::<Vec<_>>();
        let [in_99, in_95, in_50] = [0, 1, 2].map(|band| short(&course.enough[band]));
        json!({
            "name": name, "unit": unit, "mean": short(&course.means), "in_50": in_50, "in_95": in_95, "in_99": in_99,
            "low": short(&course.ends[0]), "high": short(&course.ends[1]), "beds": course.capacity,
        })
    };
    json!({ "edges": first.edges, "resources": all.iter().map(own).collect::<Vec<_>>() })
}

fn curves(told: &Told) -> Vec<Value> {
    let mut endpoints: Vec<String> = Vec::new();
    for row in told.rows("survival.csv") {
        if endpoints.last() != Some(&row.curve()) && !endpoints.contains(&row.curve()) {
            endpoints.push(row.curve());
        }
    }
    endpoints.iter().map(|endpoint| curve(told, endpoint)).collect()
}

fn curve(told: &Told, endpoint: &str) -> Value {
    let rows = || told.rows("survival.csv").filter(move |row| row.curve() == endpoint);
    let last = rows().filter_map(|row| row.number("months")).fold(0.0, f64::max);
    // Every month of the first five years, then as many as can be seen.
    let every = ((last - 60.0).max(0.0) / (POINTS as f64 - 60.0)).ceil().max(1.0);
    let shown = |month: f64| month <= 60.0 || month % every == 0.0 || month == last;
    let months: Vec<f64> = (0..=last as u32).map(f64::from).filter(|month| shown(*month)).collect();
    let series: Vec<Value> = told
        .strategies
        .iter()
        .map(|(id, _)| {
            let own = rows().filter(|row| row.text("strategy") == id);
            let own: BTreeMap<u64, SheetRow<'_>> =
                own.filter_map(|row| Some((row.number("months")? as u64, row))).collect();
            let column = |name: &str| -> Vec<Value> {
                let at = |month: &f64| own.get(&(*month as u64)).and_then(|row| row.number(name));
                months.iter().map(|month| short(at(month))).collect()
            };
            // Beyond `known` months the curve is prior-driven: no published figure of it bears on it.
            json!({
                "mean": column("probability"), "low": column("lower_95"), "high": column("upper_95"),
                "known": curve_until(told, id, endpoint),
            })
        })
        .collect();
    let first = rows().next();
    let from = first.map_or("", |row| row.text("origin"));
    let published = published(told, endpoint);
    json!({
        "endpoint": endpoint, "from": from.replace('_', " "), "months": months, "series": series, "published": published,
        "near": of_near(told, endpoint),
    })
}

/// Published points of a curve, and its medians, which lie at a half: they have no value but a month.
fn published(told: &Told, endpoint: &str) -> Vec<Value> {
    let rows = told.rows("published.csv").filter(|row| about(row, endpoint));
    let point = |row: SheetRow<'_>| {
        let strategy = told.index(row.text("strategy"))?;
        let number = |name: &str| short(row.number(name));
        let (value, low, high) = (number("published"), number("published_low"), number("published_high"));
        let median = is_median(&row);
        let month = if median { value.clone() } else { number("months") };
        let value = if median { Value::Null } else { value };
        Some(json!({
            "strategy": strategy, "month": month, "value": value, "low": low, "high": high, "name": row.text("target"),
            "left_out": left_out(&row),
        }))
    };
    rows.filter_map(point).collect()
}

/// Published points of patients near to those of a strategy, each once, with the number of its disc and who they are.
fn of_near(told: &Told, endpoint: &str) -> Vec<Value> {
    let all = near(told, endpoint, f64::INFINITY).into_iter();
    let point = |(row, number, (month, value)): (SheetRow<'_>, usize, (f64, f64))| {
        let [low, high] = ["published_low", "published_high"].map(|name| short(row.number(name)));
        let median = is_median(&row);
        json!({
            "near": number, "words": near_words(told, &row), "month": month, "value": value, "median": median,
            "low": low, "high": high, "name": row.text("target"),
        })
    };
    all.map(point).collect()
}

fn money(told: &Told) -> Value {
    let Some(threshold) = told.priced() else { return Value::Null };
    let rows = |file: &'static str, strategy: Option<&str>| {
        let own = move |row: &SheetRow<'_>| strategy.is_none_or(|id| row.text("Strategy") == id);
        told.rows(file).filter(own).collect::<Vec<_>>()
    };
    // The corrected value where there is one, and then its own error.
    let value = |row: &SheetRow<'_>, name: &str| {
        let corrected = row.number(&format!("{name}_Corrected"));
        short(corrected.or_else(|| row.number(name)))
    };
    let column = |file: &'static str, strategy: Option<&str>, name: &str| -> Vec<Value> {
        rows(file, strategy).iter().map(|row| value(row, name)).collect()
    };
    let wtp: Vec<f64> = told.rows("evpi.csv").filter_map(|row| row.number("WTP")).collect();
    let draws = told.count("draws").unwrap_or(1.0);
    let strategies = told.strategies.iter().map(|(id, _)| {
        let best = column("ceac.csv", Some(id), "Proportion");
        // As in the figure: what more draws would narrow.
        let ends: Vec<(f64, f64)> = best
            .iter()
            .filter(|_| draws > 1.0)
            .filter_map(|share| share.as_f64().map(|share| wilson(share, draws)))
            .collect();
        let end =
            |own: fn(&(f64, f64)) -> f64| ends.iter().map(|ends| short(Some(own(ends)))).collect::<Vec<_>>();
        let mean = |outcome: &str| told.outcome(id, outcome).and_then(|row| row.number("mean"));
        json!({
            "cost": mean("costs"),
            "effect": mean("qalys"),
            "errors": errors(told, id),
            "best": best,
            "best_low": end(|ends| ends.0),
            "best_high": end(|ends| ends.1),
            "loss": column("expected_loss.csv", Some(id), "Expected_Loss"),
            "loss_se": column("expected_loss.csv", Some(id), "SE"),
        })
    });
    json!({
        "currency": told.currency(),
        "threshold": threshold,
        "wtp": wtp,
        "evpi": column("evpi.csv", None, "EVPI"),
        "evpi_se": column("evpi.csv", None, "SE"),
        "strategies": strategies.collect::<Vec<_>>(),
    })
}

/// Squared standard errors over the draws of the mean effect and the mean cost, and the product of both by their
/// correlation: of them follows the error of the mean net benefit at any threshold.
fn errors(told: &Told, strategy: &str) -> Value {
    let of =
        |file: &'static str| -> Vec<f64> { told.rows(file).filter_map(|row| row.number(strategy)).collect() };
    let (effects, costs) = (of("effect.csv"), of("cost.csv"));
    let count = effects.len() as f64;
    if count < 2.0 || costs.len() != effects.len() {
        return Value::Null;
    }
    let centred = |values: Vec<f64>| -> Vec<f64> {
        let mean = values.iter().sum::<f64>() / count;
        values.into_iter().map(|value| value - mean).collect()
    };
    let (effects, costs) = (centred(effects), centred(costs));
    let product = |one: &[f64], other: &[f64]| {
        one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>() / (count - 1.0) / count
    };
    json!([product(&effects, &effects), product(&effects, &costs), product(&costs, &costs)])
}
