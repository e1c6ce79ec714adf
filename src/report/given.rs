//! What the lines of a strategy give, compared with those of a trial; and what of it bears on a published figure.

use super::parts::{Content, Part, Source, same, same_parts};
use crate::model::{Cause, CurveKind, Line, Quantity, Regimen, Strategy};
use crate::outcome::flag;

/// A strategy and its model.
pub(super) type Of<'a> = (&'a Source<'a>, &'a Strategy);

/// The regimen of a line.
pub(super) fn regimen<'a>((source, _): Of<'a>, line: &Line) -> &'a Regimen {
    &source.model.regimens[line.regimen]
}

/// What bears on a figure.
struct Bearing {
    /// Steps under the first regimen.
    parts: &'static [Part],
    /// Whether transplants and monitoring in its remissions do.
    in_remission: bool,
    /// Causes of later lines that do not: they come after what is counted.
    harmless: &'static [Cause],
}

impl Bearing {
    fn on(quantity: Quantity) -> Self {
        use Cause::{AntigenLost, MolecularRelapse, MrdPersistent, NotInfused, Refractory, Relapse};
        use Part::{Access, Failure, Mrd, Remission, Response};
        let own = |parts, in_remission, harmless| Self { parts, in_remission, harmless };
        match quantity {
            Quantity::Point { curve, .. } | Quantity::Median { curve } => match curve {
                CurveKind::Os => own(&Part::ALL, true, &[]),
                CurveKind::OsInfused => own(&[Response, Mrd, Remission, Failure], true, &[NotInfused]),
                CurveKind::Efs => {
                    own(&[Access, Response, Mrd, Remission], true, &[Refractory, Relapse, AntigenLost])
                }
                CurveKind::EfsInfused => {
                    own(&[Response, Mrd, Remission], true, &[NotInfused, Refractory, Relapse, AntigenLost])
                }
                // A first remission may come with a later line.
                CurveKind::Rfs | CurveKind::Cir => {
                    own(&[Access, Response, Mrd, Remission], true, &[Relapse, AntigenLost])
                }
            },
            Quantity::Share { flag: flag::CR_FIRST_LINE, among: None } => {
                own(&[Access, Response], false, &Cause::ALL)
            }
            // Who is in remission counts already.
            Quantity::Share { flag: flag::CR, among: None } => {
                own(&[Access, Response], false, &[MrdPersistent, MolecularRelapse, Relapse, AntigenLost])
            }
            Quantity::Share { flag: flag::CR, among: Some(flag::INFUSED) } => {
                own(&[Response], false, &[NotInfused, Relapse, AntigenLost])
            }
            Quantity::Share { flag: flag::MRD_NEGATIVE | flag::PR | flag::INFUSED, .. } => {
                own(&[Access, Response, Mrd], false, &[])
            }
            Quantity::Share { .. } | Quantity::HazardRatio { .. } => own(&Part::ALL, true, &[]),
        }
    }
}

/// The month up to which a figure tells something.
fn until(quantity: Quantity, value: f64) -> f64 {
    match quantity {
        Quantity::Point { months, .. } | Quantity::HazardRatio { months, .. } => months,
        Quantity::Median { .. } => value,
        Quantity::Share { .. } => f64::INFINITY,
    }
}

/// Whether a trial has a figure of a strategy: the patients are of one group, the first regimen is the trial's or extends it,
/// and nothing that bears on the figure differs.
pub(super) fn has_of<'a>(own: Of<'a>, trial: Of<'a>, (quantity, value): (Quantity, f64)) -> bool {
    let (Some(first), Some(of_trial)) = (own.1.lines.first(), trial.1.lines.first()) else { return false };
    let bearing = Bearing::on(quantity);
    let until = until(quantity, value);
    let bears = |line: &&Line| line.after.iter().any(|cause| !bearing.harmless.contains(cause));
    let later = |of: Of<'a>| -> Vec<&'a Line> { of.1.lines.iter().skip(1).filter(bears).collect() };
    let (later, of_later) = (later(own), later(trial));
    let alike = later.len() == of_later.len()
        && later
            .iter()
            .zip(&of_later)
            .all(|(line, of_trial)| same_line((own, line), (trial, of_trial), until));
    let (one, other) = (regimen(own, first), regimen(trial, of_trial));
    // What else a figure may be of, such as toxicity, is compared by name.
    let of_course = matches!(
        quantity,
        Quantity::Point { .. }
            | Quantity::Median { .. }
            | Quantity::Share {
                flag: flag::CR_FIRST_LINE | flag::CR | flag::MRD_NEGATIVE | flag::PR | flag::INFUSED,
                ..
            }
    );
    let descends =
        one.id == other.id || of_course && one.extends.iter().any(|name| name == other.id.as_str());
    // A ratio is about both arms.
    let against = match quantity {
        Quantity::HazardRatio { curve, against, months } => {
            let (arm, point) = (&trial.0.model.strategies[against], Quantity::Point { curve, months });
            own.0
                .model
                .strategies
                .iter()
                .any(|strategy| has_of((own.0, strategy), (trial.0, arm), (point, value)))
        }
        _ => true,
    };
    own.0.model.population.group == trial.0.model.population.group
        && same_age(own.0, trial.0)
        && descends
        && same_parts((own.0, one), (trial.0, other), (bearing.parts, until))
        && (!bearing.in_remission || same_in_remission((own, first), (trial, of_trial)))
        && alike
        && against
}

/// Years by which the median ages of patients of one group may differ: many trials here have one age for all, which hardly matters
/// to who is young or middle-aged.
const YEARS: f64 = 15.0;

/// Whether patients are about as old.
fn same_age(own: &Source<'_>, trial: &Source<'_>) -> bool {
    let median = |source: &Source<'_>| source.model.population.age.quantile(0.5);
    (median(own) - median(trial)).abs() <= YEARS
}

/// Whether two lines are the same in all that they do, and for the same patients.
fn same_line((own, line): (Of<'_>, &Line), (trial, of_trial): (Of<'_>, &Line), until: f64) -> bool {
    same_conditions((own, line), (trial, of_trial))
        && same_parts((own.0, regimen(own, line)), (trial.0, regimen(trial, of_trial)), (&Part::ALL, until))
        && same_in_remission((own, line), (trial, of_trial))
}

/// Whether two lines give regimens of one name after the same to the same patients.
fn same_conditions((own, line): (Of<'_>, &Line), (trial, of_trial): (Of<'_>, &Line)) -> bool {
    let told = |of: Of<'_>, line: &Line| Content::conditions(of.0.model, line);
    regimen(own, line).id == regimen(trial, of_trial).id
        && same((own.0, &told(own, line)), (trial.0, &told(trial, of_trial)))
}

fn same_in_remission(own: (Of<'_>, &Line), trial: (Of<'_>, &Line)) -> bool {
    same_transplants(own, trial) && same_monitoring(own, trial)
}

fn same_transplants((own, line): (Of<'_>, &Line), (trial, of_trial): (Of<'_>, &Line)) -> bool {
    let told = |of: Of<'_>, line: &Line| Content::transplant(of.0, line, regimen(of, line));
    same((own.0, &told(own, line)), (trial.0, &told(trial, of_trial)))
}

fn same_monitoring((own, line): (Of<'_>, &Line), (trial, of_trial): (Of<'_>, &Line)) -> bool {
    let told = |of: Of<'_>, line: &Line| Content::monitoring(line, regimen(of, line));
    same((own.0, &told(own, line)), (trial.0, &told(trial, of_trial)))
}

/// What a strategy has otherwise than that of a trial, in words.
pub(super) fn differences(own: Of<'_>, trial: Of<'_>) -> String {
    let regimens = own.1.lines.first().zip(trial.1.lines.first()).and_then(|(one, other)| {
        let (one, other) = (regimen(own, one), regimen(trial, other));
        let (name, of_trial) = (one.id.as_str(), other.id.as_str());
        let descends = |own: &Regimen, name: &str| own.extends.iter().any(|known| known == name);
        if name == of_trial {
            let changed = !same_parts((own.0, one), (trial.0, other), (&Part::ALL, f64::INFINITY));
            return changed.then(|| format!("{name} is changed"));
        }
        Some(match (descends(one, of_trial), descends(other, name)) {
            (true, _) => format!("{name} extends {of_trial}"),
            (_, true) => format!("{of_trial} extends {name}"),
            _ => format!("{name} and {of_trial} extend another"),
        })
    });
    let pairs =
        || own.1.lines.iter().zip(&trial.1.lines).map(|(line, of_trial)| ((own, line), (trial, of_trial)));
    let later = own.1.lines.len() != trial.1.lines.len()
        || pairs().skip(1).any(|(line, of_trial)| !same_conditions(line, of_trial));
    // Of lines that one has and the other has not, it is the lines that differ.
    let words = [
        (!same_age(own.0, trial.0), "age"),
        (later, "later lines"),
        (pairs().any(|(line, of_trial)| !same_transplants(line, of_trial)), "transplants"),
        (pairs().any(|(line, of_trial)| !same_monitoring(line, of_trial)), "monitoring"),
    ];
    let words = words.into_iter().filter(|own| own.0).map(|own| own.1.to_owned());
    regimens.into_iter().chain(words).collect::<Vec<_>>().join(", ")
}
