//! Studies that could be run.

use crate::model::{CurveSpec, Economics, ParameterSource, Regimen, Shape, Study, StudyData, Timing, Value};
use crate::quantity::Domain;
use crate::scenario::build::Builder;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

impl Builder<'_> {
    /// The studies, each with a name of its own.
    pub(super) fn studies(&mut self, node: &Node, regimens: &[Regimen]) -> Option<Vec<Study>> {
        let items = node.get("studies").map_or(&[][..], Node::items).iter().enumerate();
        let all: Vec<Option<Study>> = items
            .map(|(at, item)| self.study(item, regimens, &item_path("economics.studies", item, at)))
            .collect();
        let mut names: Vec<&str> = all.iter().flatten().map(|study| study.name.as_str()).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
        if let Some((name, _)) = twice {
            let found = format!("two studies {name:?}");
            self.problem(ErrorKind::Conflict, node, "economics.studies", found, "an id of its own for each");
        }
        all.into_iter().collect()
    }

    fn study(&mut self, node: &Node, regimens: &[Regimen], path: &str) -> Option<Study> {
        let parameter = node.get("parameter")?;
        let (name, domain) = self.one_figure(node, "parameter", path)?;
        let n = u32::try_from(node.get("n")?.integer()?).ok()?;
        let months =
            ["accrual_months", "follow_up_months", "shape"].map(|key| node.get(key).and_then(Node::number));
        let data = match months {
            [None, None, None] => StudyData::Binomial { n },
            [accrual, Some(follow_up_months), shape] => StudyData::Survival {
                n,
                accrual_months: accrual.unwrap_or(0.0),
                follow_up_months,
                shape: shape.unwrap_or(1.0),
            },
            _ => {
                let allowed = "`follow_up_months` too, for a study of times";
                self.problem(ErrorKind::MissingKey, node, path, "no follow-up", allowed);
                return None;
            }
        };
        if self.is_observed(parameter, (&name, domain), data, regimens, &join(path, "parameter")) {
            Some(Study { name: node.get("id")?.text()?.to_owned(), parameter: name, data })
        } else {
            None
        }
    }

    /// Whether such data are about a figure.
    fn is_observed(
        &mut self,
        node: &Node,
        (name, domain): (&str, Domain),
        data: StudyData,
        regimens: &[Regimen],
        path: &str,
    ) -> bool {
        let allowed = match data {
            StudyData::Binomial { .. } if domain == Domain::Probability => return true,
            StudyData::Binomial { .. } if domain == Domain::Months => {
                "a probability; for a study of the median of a time, `follow_up_months` too"
            }
            StudyData::Binomial { .. } => "a probability",
            StudyData::Survival { .. } if self.is_median(name, regimens) => return true,
            StudyData::Survival { .. } if domain == Domain::Probability => {
                "the median of a time to an event; for a study of a probability, no `follow_up_months`"
            }
            StudyData::Survival { .. } => "the median of a time to an event: `median` of a curve",
        };
        let found = format!("{name:?}, of the unit {domain}");
        self.problem(ErrorKind::WrongUnit, node, path, found, allowed);
        false
    }

    /// Whether some curve has a figure as its median, and it is uncertain.
    fn is_median(&self, name: &str, regimens: &[Regimen]) -> bool {
        let Some(index) = self.parameters.iter().position(|own| own.name == name) else { return false };
        let fixed = matches!(&self.parameters[index].source, ParameterSource::Single(own) if own.is_fixed());
        !fixed && regimens.iter().flat_map(curves).any(|curve| has_median(curve, index))
    }

    /// Studies of times whose patients the model of a study makes plainer than the scenario has them, so that they tell less
    /// than it finds.
    pub(in crate::scenario) fn study_warnings(
        &self,
        economics: Option<&Economics>,
        regimens: &[Regimen],
    ) -> Vec<String> {
        let of = |study: &Study| {
            let StudyData::Survival { .. } = study.data else { return None };
            let index = self.parameters.iter().position(|own| own.name == study.parameter)?;
            let own: Vec<&CurveSpec> =
                regimens.iter().flat_map(curves).filter(|curve| has_median(curve, index)).collect();
            let cured = own.iter().any(|curve| curve.share != Value::Constant(1.0));
            let weibull = [Shape::Exponential, Shape::Weibull, Shape::WeibullPh];
            let other = own.iter().any(|curve| {
                let mut sampled = false;
                curve.form.visit_parameters(&mut |_| sampled = true);
                sampled || !weibull.contains(&curve.shape)
            });
            let why = match (cured, other) {
                (false, false) => return None,
                (true, false) => "in the scenario a share of them cannot",
                (false, true) => "the scenario does not know the shape, or has another",
                (true, true) => {
                    "in the scenario a share of them cannot, and its shape is not known or another"
                }
            };
            Some(format!(
                "Study {:?} takes all its patients for such who can have the event, at times of a Weibull distribution of \
                 known shape; {why}: it is worth less than evsi.csv says.",
                study.name
            ))
        };
        economics.iter().flat_map(|own| &own.studies).filter_map(of).collect()
    }
}

/// Whether a curve is placed by a figure as its median.
fn has_median(curve: &CurveSpec, figure: usize) -> bool {
    let mut found = false;
    if let Timing::Median(value) = &curve.timing {
        value.visit_parameters(&mut |own| found |= own == figure);
    }
    found
}

/// Curves of a regimen that say when patients have events.
fn curves(regimen: &Regimen) -> impl Iterator<Item = &CurveSpec> {
    let remission = regimen.remission.iter().flat_map(|own| {
        let some = [&own.relapse_mrd_positive, &own.non_relapse_death, &own.non_relapse_death_mrd_positive];
        let transplant = own.transplant.iter().map(|rule| &rule.months);
        some.into_iter().chain([&own.persistence]).flatten().chain([&own.relapse]).chain(transplant)
    });
    let failure = [&regimen.failure.refractory, &regimen.failure.relapse];
    remission.chain(failure).chain(regimen.transplant.iter().map(|effect| &effect.death))
}
