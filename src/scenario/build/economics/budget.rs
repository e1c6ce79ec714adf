//! How many patients come, and what they are given.

use super::PATH;
use crate::model::{Budget, DecidingFor, Strategy};
use crate::quantity::Domain;
use crate::scenario::build::Builder;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// How many patients come, and for how long.
    pub(super) fn deciding_for(&mut self, node: &Node) -> Option<DecidingFor> {
        let keys = ["patients_a_year", "years"].map(|key| node.get(key));
        match keys {
            [None, None] => None,
            [Some(_), Some(years)] => {
                let years = years.number()?;
                // Patients of all levels come, so their number has none.
                let attributes = std::mem::take(&mut self.attributes);
                let cells = std::mem::replace(&mut self.cells, vec![Vec::new()]);
                let patients_a_year = self.optional(node, "patients_a_year", Domain::Count, PATH);
                (self.attributes, self.cells) = (attributes, cells);
                Some(DecidingFor { patients_a_year: patients_a_year?, years })
            }
            _ => {
                let allowed = "`patients_a_year` and `years` together";
                self.problem(ErrorKind::MissingKey, node, PATH, "one of them", allowed);
                None
            }
        }
    }

    /// Who is given what year by year.
    pub(super) fn budget(
        &mut self,
        node: &Node,
        strategies: &[Strategy],
        comparator: Option<usize>,
        deciding_for: Option<&DecidingFor>,
    ) -> Option<Budget> {
        let table = node.get("uptake")?;
        let path = "economics.uptake";
        let mut uptake = vec![Vec::new(); strategies.len()];
        let mut years = 0;
        for entry in table.entries() {
            let strategy = strategies.iter().position(|strategy| strategy.id.as_str() == entry.key);
            let Some(strategy) = strategy else {
                let ids = strategies.iter().map(|strategy| strategy.id.as_str());
                self.unknown(&entry.node, path, (&entry.key, "the id of a strategy of the file"), ids);
                return None;
            };
            // Shares of nothing may stand: a switch to another comparator needs a way to take its own away.
            let given = entry.node.items().iter().filter_map(Node::number).any(|share| share != 0.0);
            if comparator == Some(strategy) && given {
                let found = format!("{}, the comparator", entry.key);
                let allowed = "strategies that take its place: the comparator has the rest";
                self.problem(ErrorKind::Conflict, &entry.node, path, found, allowed);
            }
            uptake[strategy] = entry.node.items().iter().filter_map(Node::number).collect();
            years = years.max(uptake[strategy].len());
        }
        let uneven = table.entries().iter().find(|own| own.node.items().len() < years);
        if let Some(own) =
            uneven.filter(|own| comparator.is_none_or(|at| strategies[at].id.as_str() != own.key))
        {
            let found = format!("{} shares", own.node.items().len());
            let allowed = format!("{years}, one for every year that another strategy has");
            self.problem(ErrorKind::Conflict, &own.node, path, found, &allowed);
        }
        uptake.iter_mut().for_each(|shares| shares.resize(years, 0.0));
        let over =
            (0..years).find(|year| uptake.iter().map(|shares| shares[*year]).sum::<f64>() > 1.0 + 1e-9);
        if let Some(year) = over {
            let found = format!("more than 1 in year {}", year + 1);
            self.problem(
                ErrorKind::Sum,
                table,
                path,
                found,
                "shares of at most 1 together; the comparator has the rest",
            );
        }
        let Some(deciding_for) = deciding_for else {
            // What is there and wrong is told already.
            if ["patients_a_year", "years"].iter().all(|key| node.get(key).is_some()) {
                return None;
            }
            let allowed = "`patients_a_year` and `years` too";
            self.problem(ErrorKind::MissingKey, table, path, "nobody to be given anything", allowed);
            return None;
        };
        Some(Budget { patients_a_year: deciding_for.patients_a_year.clone(), uptake })
    }
}
