//! What centres must hold through time.

mod centre;
mod dates;
mod funnel;
mod others;
mod product;
mod stock;
mod vial;

use super::{Builder, Mode};
use crate::files::SourceFile;
use crate::model::{
    CurveSpec, Demand, DemandTarget, Model, Population, Regimen, Shape, Strategy, Switch, Value, Ward,
};
use crate::quantity::Domain;
use crate::scenario::calendar::Date;
use crate::scenario::check::join;
use crate::scenario::document::{Entry, Node};
use crate::scenario::error::ErrorKind;
use std::sync::Arc;

const PATH: &str = "demand";
/// First counted day where none is named: a Monday.
const FIRST_DAY: &str = "2026-01-05";
/// Days before it in which centres fill up, where they are not named.
const WARM_UP_DAYS: i64 = 365;

/// What of the scenario itself its demand draws on.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Own<'m> {
    pub(in crate::scenario) strategies: &'m [Strategy],
    pub(in crate::scenario) regimens: &'m [Regimen],
    pub(in crate::scenario) population: &'m Population,
}

/// When patients come.
#[derive(Debug, Clone, Copy)]
struct Calendar {
    first_day: Date,
    years: u32,
    warm_up_days: f64,
}

impl Calendar {
    /// Days that are counted.
    fn counted(self) -> f64 {
        f64::from(self.years) * Demand::DAYS_A_YEAR
    }
}

impl Builder<'_> {
    /// The demand of a scenario, after all else that brings figures; none where there is none, or an error, which is
    /// reported. `others` are the models of its products, by product, `dates` the files that they name.
    pub(in crate::scenario) fn demand(
        &mut self,
        tree: &Node,
        own: &Own<'_>,
        others: &[Option<Arc<Model>>],
        dates: &[SourceFile],
    ) -> Option<Demand> {
        let node = tree.get(PATH)?;
        let largest_dose = self.largest_dose(tree);
        // Patients of several populations come, so no figure can go by the attributes of one.
        let attributes = std::mem::take(&mut self.attributes);
        let cells = std::mem::replace(&mut self.cells, vec![Vec::new()]);
        let demand = self.demand_parts((tree, node, largest_dose), own, others, dates);
        self.attributes = attributes;
        self.cells = cells;
        demand
    }

    /// The largest dose of tocilizumab in mg, over all levels of patients; 0 where none is told.
    fn largest_dose(&mut self, tree: &Node) -> f64 {
        let Some(dose) = tree.get("tocilizumab") else { return 0.0 };
        let cap =
            self.with_mode(Mode::Dry, |own| own.optional(dose, "cap_mg", Domain::Milligrams, "tocilizumab"));
        let caps = self.cells.iter().filter_map(|cell| Some(self.central(cap.as_ref()?, cell)));
        caps.fold(0.0, f64::max)
    }

    fn demand_parts(
        &mut self,
        (tree, node, largest_dose): (&Node, &Node, f64),
        own: &Own<'_>,
        others: &[Option<Arc<Model>>],
        dates: &[SourceFile],
    ) -> Option<Demand> {
        let whole =
            |key: &str| node.get(key).and_then(Node::integer).and_then(|number| u32::try_from(number).ok());
        let first_day = node.get("first_day").map_or(Some(FIRST_DAY), Node::text).and_then(Date::parse);
        let warm_up_days = node.get("warm_up_days").map_or(Some(WARM_UP_DAYS), Node::integer);
        let (years, first_day, warm_up_days) = (whole("years"), first_day?, warm_up_days?);
        let calendar = Calendar { first_day, years: years?, warm_up_days: warm_up_days as f64 };
        let drafts = self.products(node, own, others);
        let centres = self.centres(node, &drafts, calendar, dates);
        let care = node.get("care");
        let mut days = |key: &str| care.and_then(|care| self.time_to_all(care, key, "demand.care"));
        let (first_dose, between_doses) = (days("first_dose_days"), days("between_doses_days"));
        let icu_after_onset = days("icu_after_onset_days");
        let ward = node.get("ward").and_then(|ward| self.ward(ward));
        let vials = self.vial_policies(node, largest_dose);
        let stock = self.stock((tree, node), centres.as_ref().map_or(1, |(centres, _)| centres.len()));
        self.check_held(node, &drafts, own);
        let background = self.background(node, calendar.warm_up_days + calendar.counted(), largest_dose);
        let observed = self.observed(node, &drafts, own);
        let target = self.target_of_policy(node);
        let switches = self.switches(node, PATH);
        let (centres, arrivals) = centres?;
        let products = drafts.into_iter().zip(arrivals).map(|(draft, arrivals)| draft.finished(arrivals));
        let replications = whole("replications").unwrap_or(20);
        Some(Demand {
            years: calendar.years,
            warm_up_days: calendar.warm_up_days,
            replications,
            search_replications: whole("search_replications").unwrap_or(replications.min(10)),
            first_weekday: first_day.weekday_before(warm_up_days),
            products: products.collect::<Option<_>>()?,
            centres,
            first_dose,
            between_doses,
            icu_after_onset,
            ward,
            vials: vials?,
            stock,
            background: background?,
            observed: observed?,
            target,
            switches,
        })
    }

    /// A time in days that ends for everyone.
    fn time_to_all(&mut self, table: &Node, key: &str, path: &str) -> Option<CurveSpec> {
        let curve = self.optional_curve(table, key, Domain::Days, path)?;
        if curve.shape == Shape::Never || curve.share != Value::Constant(1.0) {
            let node = table.get(key)?;
            let allowed = "a time that ends for everyone: no family `never`, `share` or `cured`";
            self.problem(
                ErrorKind::Conflict,
                node,
                &join(path, key),
                "a time without an end for some",
                allowed,
            );
            return None;
        }
        Some(curve)
    }

    fn ward(&mut self, node: &Node) -> Option<Ward> {
        let days = self.time_to_all(node, "days", "demand.ward");
        let outpatient = self.optional(node, "outpatient", Domain::Probability, "demand.ward");
        Some(Ward { days: days?, outpatient })
    }

    /// A central value, used but not sampled.
    fn central_number(&mut self, table: &Node, key: &str, domain: Domain, path: &str) -> Option<f64> {
        let value = self.with_mode(Mode::Central, |own| own.optional(table, key, domain, path))?;
        Some(self.central(&value, &[]))
    }

    fn target_of_policy(&mut self, node: &Node) -> Option<DemandTarget> {
        let path = "demand.target";
        let target = node.get("target")?;
        let number = |key: &str| target.get(key).and_then(Node::number);
        match (number("service_level"), number("stockout_chance")) {
            (Some(level), None) => Some(DemandTarget::ServiceLevel(level)),
            (None, Some(chance)) => Some(DemandTarget::StockoutChance(chance)),
            (level, _) => {
                let found = if level.is_some() { "both" } else { "neither" };
                self.problem(ErrorKind::Conflict, target, path, found, "service_level or stockout_chance");
                None
            }
        }
    }

    /// Other choices to stand beside.
    pub(super) fn switches(&mut self, node: &Node, path: &str) -> Vec<Switch> {
        let entries = node.get("switches").map_or(&[][..], Node::entries);
        for entry in entries {
            let taken = entry.key == Switch::BASE || entry.key.starts_with(Demand::ONE_MORE);
            if taken || entry.node.items().is_empty() {
                let path = join(&join(path, "switches"), &entry.key);
                let found = if taken { "a name that runs of the program have" } else { "no change" };
                let allowed = "another name, and one change or more";
                self.problem(ErrorKind::Conflict, &entry.node, &path, found, allowed);
            }
        }
        let texts =
            |entry: &Node| entry.items().iter().filter_map(Node::text).map(ToOwned::to_owned).collect();
        let switch = |entry: &Entry| Switch {
            name: entry.key.clone(),
            set: texts(&entry.node),
            place: entry.node.place(),
        };
        entries.iter().map(switch).collect()
    }
}
