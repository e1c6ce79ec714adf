//! Sizes, seed, horizon and discounting.

use super::Builder;
use crate::model::{Convention, CurveKind, Discount, EfsFailureAt, Settings};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// The settings; their ranges are checked with the keys.
    pub(in crate::scenario) fn settings(&mut self, tree: &Node) -> Option<Settings> {
        let node = tree.get("settings")?;
        let integer = |key: &str, default: u64| match node.get(key) {
            None => Some(default),
            Some(value) => value.integer().and_then(|number| u64::try_from(number).ok()),
        };
        let horizon_months = node.get("horizon_months")?.number()?;
        self.horizon = horizon_months;
        let last = horizon_months.floor().clamp(1.0, 1200.0) as u64;
        let curve_months = integer("curve_months", 120)?.min(last) as u32;
        let curves = match node.get("curves") {
            None => CurveKind::ALL[..4].to_vec(),
            Some(list) => CurveKind::ALL
                .into_iter()
                .filter(|kind| list.items().iter().any(|item| item.text() == Some(kind.name())))
                .collect(),
        };
        let currency = node.get("currency").map_or(Some("USD"), Node::text)?;
        if currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_uppercase()) {
            let place = node.get("currency").unwrap_or(node);
            let found = format!("{currency:?}");
            self.problem(
                ErrorKind::OutOfDomain,
                place,
                "settings.currency",
                found,
                "three capitals, such as USD",
            );
        }
        let efs_failure_at = match node.get("efs_failure_at").and_then(Node::text) {
            Some("start") => EfsFailureAt::Start,
            _ => EfsFailureAt::Assessment,
        };
        Some(Settings {
            patients: integer("patients", 10_000)?,
            draws: u32::try_from(integer("draws", 100)?).ok()?,
            seed: integer("seed", 1)?,
            horizon_months,
            uncertainty: node.get("uncertainty").and_then(Node::flag).unwrap_or(true),
            discount: discount(node),
            curves,
            curve_months,
            efs_failure_at,
            currency: currency.to_owned(),
            price_year: u32::try_from(integer("price_year", 2023)?).ok()?,
        })
    }
}

fn discount(settings: &Node) -> Discount {
    let node = settings.get("discount");
    let rate = |key: &str| node.and_then(|node| node.get(key)).and_then(Node::number).unwrap_or(0.03);
    let convention = match node.and_then(|node| node.get("convention")).and_then(Node::text) {
        Some("continuous") => Convention::Continuous,
        Some("year_start") => Convention::YearStart,
        _ => Convention::Annual,
    };
    Discount { costs: rate("costs"), effects: rate("effects"), convention }
}
