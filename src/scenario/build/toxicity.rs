//! Toxicity of a regimen.

use super::Builder;
use crate::model::{Crs, CrsScale, Toxicity, Value};
use crate::quantity::Domain;
use crate::scenario::check::join;
use crate::scenario::document::{Body, Node};
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// Toxicity at the start of the line.
    pub(super) fn toxicity(&mut self, tree: &Node) -> Toxicity {
        let Some(node) = tree.get("toxicity") else { return Toxicity::default() };
        let chance = Domain::Probability;
        let crs = node.get("crs").and_then(|crs| self.crs(crs));
        let neurotoxicity = node.get("neurotoxicity").and_then(|own| {
            let any = self.optional(own, "any", chance, "toxicity.neurotoxicity");
            let grade3 = self.optional(own, "grade3", chance, "toxicity.neurotoxicity");
            any.zip(grade3)
        });
        let infection = self.optional(node, "infection", chance, "toxicity");
        let other_grade3 = self.optional(node, "other_grade3", chance, "toxicity");
        let early_death = self.optional(node, "early_death", chance, "toxicity");
        Toxicity { crs, neurotoxicity, infection, other_grade3, early_death }
    }

    fn crs(&mut self, node: &Node) -> Option<Crs> {
        let path = "toxicity.crs";
        let (chance, days) = (Domain::Probability, Domain::Days);
        let scale = match node.get("scale").and_then(Node::text) {
            Some("penn") => Some(CrsScale::Penn),
            Some("lee") => Some(CrsScale::Lee),
            Some("ctcae") => Some(CrsScale::Ctcae),
            Some("astct") => Some(CrsScale::Astct),
            _ => None,
        };
        let any = self.optional(node, "any", chance, path);
        let grade3 = self.optional(node, "grade3", chance, path);
        let onset_days = self.optional_curve(node, "onset_days", days, path);
        let duration_days = self.optional_curve(node, "duration_days", days, path);
        let tocilizumab = self.optional(node, "tocilizumab", chance, path);
        let tocilizumab_grade3 = self.optional(node, "tocilizumab_grade3", chance, path);
        let own = node.get("tocilizumab_doses");
        let doses = own.and_then(|own| self.doses(own, &join(path, "tocilizumab_doses")));
        let icu = self.optional(node, "icu", chance, path);
        let icu_grade3 = self.optional(node, "icu_grade3", chance, path);
        let icu_days = self.optional_curve(node, "icu_days", days, path);
        Some(Crs {
            scale: scale?,
            any: any?,
            grade3: grade3?,
            onset_days,
            duration_days,
            tocilizumab,
            tocilizumab_grade3,
            doses,
            icu,
            icu_grade3,
            icu_days,
        })
    }

    /// Four values, or the four parts of a Dirichlet.
    fn doses(&mut self, node: &Node, path: &str) -> Option<[Value; 4]> {
        let values: Vec<Option<Value>> = if let Some(reference) = node.text() {
            let name = self.library.find(reference).map_or_else(|_| reference.to_owned(), |found| found.name);
            let part = |number: usize| Node {
                spot: node.spot.clone(),
                body: Body::Text(format!("{name}.{number}")),
            };
            // If the first part is none, neither are the others.
            let first = self.value(&part(1), Domain::Probability, path)?;
            let rest = (2..=4).map(|number| self.value(&part(number), Domain::Probability, path));
            std::iter::once(Some(first)).chain(rest).collect()
        } else if node.items().len() == 4 {
            let items = node.items().iter().enumerate();
            items
                .map(|(index, item)| {
                    self.value(item, Domain::Probability, &join(path, &(index + 1).to_string()))
                })
                .collect()
        } else {
            let allowed = "a Dirichlet of four, or a list of four values";
            self.problem(ErrorKind::WrongType, node, path, node.describe(), allowed);
            return None;
        };
        let values: Option<Vec<Value>> = values.into_iter().collect();
        values?.try_into().ok()
    }
}
