//! Products: what patients come for, and how they come through time.

use super::super::Builder;
use super::Own;
use crate::model::{
    Arrivals, Assumption, Counted, Demand, FunnelGroup, Model, Product, Regimen, Strategy, Value,
};
use crate::quantity::Domain;
use crate::scenario::calendar::Date;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use std::sync::Arc;

/// How patients come, as the file says it; dates are read once the centres are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Poisson,
    Weekly([u32; 7]),
    Dates,
}

/// A product before its arrivals are read.
#[derive(Debug)]
pub(super) struct Draft<'n> {
    pub(super) node: &'n Node,
    /// Key of the product.
    pub(super) path: String,
    pub(super) id: &'n str,
    pub(super) model: Option<Arc<Model>>,
    /// None where there is no such strategy, which is reported.
    pub(super) strategy: Option<usize>,
    pub(super) way: Way,
    pub(super) funnel: Vec<FunnelGroup>,
    /// Central value of the patients a year of the whole funnel; none where it has an error.
    pub(super) funnel_a_year: Option<f64>,
    pub(super) growth: Option<Value>,
    season: Option<[f64; 12]>,
}

impl Draft<'_> {
    /// Whether the product has a funnel, good or not.
    pub(super) fn has_funnel(&self) -> bool {
        self.node.get("funnel").is_some()
    }

    /// The regimens of its lines, with the model that they are of.
    pub(super) fn regimens<'m>(&'m self, own: &Own<'m>) -> Vec<&'m Regimen> {
        let (strategies, regimens): (&[Strategy], &[Regimen]) = match &self.model {
            Some(model) => (&model.strategies, &model.regimens),
            None => (own.strategies, own.regimens),
        };
        let Some(strategy) = self.strategy.and_then(|index| strategies.get(index)) else { return Vec::new() };
        strategy.lines.iter().filter_map(|line| regimens.get(line.regimen)).collect()
    }

    pub(super) fn finished(self, arrivals: Arrivals) -> Option<Product> {
        let counted = match self.node.get("counted").and_then(Node::text) {
            Some("infused") => Counted::Infused,
            _ => Counted::Referred,
        };
        Some(Product {
            id: self.id.to_owned(),
            model: self.model,
            strategy: self.strategy?,
            counted,
            funnel: self.funnel,
            arrivals,
            season: self.season,
            growth: self.growth,
        })
    }
}

impl Builder<'_> {
    pub(super) fn products<'n>(
        &mut self,
        demand: &'n Node,
        own: &Own<'_>,
        others: &[Option<Arc<Model>>],
    ) -> Vec<Draft<'n>> {
        let items = demand.get("products").map_or(&[][..], Node::items);
        if items.len() > Demand::PRODUCTS {
            let (found, allowed) =
                (format!("{} products", items.len()), format!("at most {}", Demand::PRODUCTS));
            self.problem(ErrorKind::TooLarge, demand, "demand.products", found, &allowed);
            return Vec::new();
        }
        let first_day =
            demand.get("first_day").map_or(Some(super::FIRST_DAY), Node::text).and_then(Date::parse);
        let month = first_day.map_or(1, |day| day.month);
        let mut drafts: Vec<Draft<'n>> = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let path = item_path("demand.products", node, index);
            let Some(id) = node.get("id").and_then(Node::text) else { continue };
            self.each_id_once(node, &path, drafts.iter().any(|known| known.id == id));
            let other = others.get(index).cloned().flatten();
            let strategy = match node.get("scenario") {
                // A strategy that the other scenario does not have was reported when it was read.
                Some(_) => other.as_ref().map(|_| 0),
                None => self.strategy_named(node, "strategy", own.strategies, &path),
            };
            let way = self.way(node, &path);
            let (funnel, funnel_a_year) = self.funnel(node, &path).unzip();
            let season =
                node.get("season").and_then(|season| self.season(season, month, &join(&path, "season")));
            let growth = self.optional(node, "growth", Domain::Ratio, &path);
            let funnel = funnel.unwrap_or_default();
            drafts.push(Draft {
                node,
                path,
                id,
                model: other,
                strategy,
                way,
                funnel,
                funnel_a_year,
                growth,
                season,
            });
        }
        drafts
    }

    /// Reports an id that is given twice.
    pub(super) fn each_id_once(&mut self, node: &Node, path: &str, again: bool) {
        if let Some(id) = node.get("id").filter(|_| again) {
            self.problem(ErrorKind::Duplicate, id, &join(path, "id"), id.describe(), "each id once");
        }
    }

    fn way(&mut self, node: &Node, path: &str) -> Way {
        let arrivals = node.get("arrivals").and_then(Node::text).unwrap_or("poisson");
        for key in ["weekly", "dates"] {
            match node.get(key) {
                Some(own) if arrivals != key => {
                    let found = format!("{key} with arrivals = {arrivals:?}");
                    let allowed = format!("arrivals = {key:?}, or no {key}");
                    self.problem(ErrorKind::Conflict, own, &join(path, key), found, &allowed);
                }
                None if arrivals == key => {
                    let allowed = format!("{key}, required with arrivals = {key:?}");
                    self.problem(ErrorKind::MissingKey, node, &join(path, key), "nothing", &allowed);
                }
                _ => {}
            }
        }
        if arrivals != "poisson" {
            for key in ["season", "growth", "funnel"] {
                if let Some(own) = node.get(key) {
                    let found = format!("{key} with arrivals = {arrivals:?}");
                    let allowed = "arrivals = \"poisson\": days that are given leave nothing to it";
                    self.problem(ErrorKind::Conflict, own, &join(path, key), found, allowed);
                }
            }
        }
        match arrivals {
            "weekly" => Way::Weekly(node.get("weekly").map_or([0; 7], by_weekday)),
            "dates" => Way::Dates,
            _ => Way::Poisson,
        }
    }

    /// Weights of the months from that in which counting begins, with a mean of one.
    fn season(&mut self, node: &Node, first_month: i64, path: &str) -> Option<[f64; 12]> {
        let list = node.get("months")?;
        let months: Option<Vec<f64>> = list.items().iter().map(Node::number).collect();
        let months = months.filter(|months| months.iter().all(|own| own.is_finite() && *own >= 0.0))?;
        let total: f64 = months.iter().sum();
        // Fewer than twelve were reported by the check of keys.
        if months.len() < 12 {
            return None;
        }
        let weights: Result<[f64; 12], _> = months.try_into();
        let Some(mut weights) = weights.ok().filter(|_| total > 0.0 && total.is_finite()) else {
            let found = format!("{} numbers with a sum of {total}", list.items().len());
            let allowed = "twelve numbers, 0 or more, January to December, with a sum above 0";
            self.problem(ErrorKind::OutOfDomain, list, &join(path, "months"), found, allowed);
            return None;
        };
        weights.iter_mut().for_each(|own| *own *= 12.0 / total);
        weights.rotate_left((first_month - 1).unsigned_abs() as usize % 12);
        let key = self.name(node, path);
        let reason = node.get("reason")?.text()?.to_owned();
        self.assume(Assumption { key, value: None, interval: None, unit: "weight", parameter: None, reason });
        Some(weights)
    }
}

/// Seven numbers; a list that is not so was reported by the check of keys.
pub(super) fn by_weekday(node: &Node) -> [u32; 7] {
    let mut days = [0; 7];
    for (day, item) in days.iter_mut().zip(node.items()) {
        *day = item.integer().and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    }
    days
}
