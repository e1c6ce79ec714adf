//! What the lines of a strategy give, in names, so that strategies of two models can be compared; and what of it bears on a
//! published figure.

use crate::model::{Cause, CurveKind, Line, Model, Quantity, Regimen, Strategy, TransplantRule, Value};
use crate::outcome::flag;

/// A strategy and its model.
pub(super) type Of<'a> = (&'a Model, &'a Strategy);

/// A rule as the names of the parameters that it hangs on: rules that two files each write for themselves are two.
type Rule = Vec<String>;

/// What one line gives, and to whom.
#[derive(PartialEq)]
pub(super) struct Given {
    regimen: String,
    after: Vec<Cause>,
    able: Rule,
    only: Vec<(String, Vec<String>)>,
    /// Transplant in remission, by the line or its regimen.
    transplant: Option<Rule>,
    /// MRD monitoring in remission, by the line or its regimen.
    monitoring: Option<Rule>,
}

impl Given {
    /// Whether what is done in remission is the same.
    fn alike_in_remission(&self, other: &Self) -> bool {
        self.transplant == other.transplant && self.monitoring == other.monitoring
    }
}

/// The regimen of a line.
pub(super) fn regimen<'a>((model, _): Of<'a>, line: &Line) -> &'a Regimen {
    &model.regimens[line.regimen]
}

/// The lines of a strategy, in order.
pub(super) fn given(of: Of<'_>) -> Vec<Given> {
    of.1.lines.iter().map(|line| line_given(of, line)).collect()
}

fn line_given(of: Of<'_>, line: &Line) -> Given {
    let model = of.0;
    let remission = regimen(of, line).remission.as_ref();
    let transplant = line.transplant.or(remission.and_then(|own| own.transplant.as_ref()));
    let monitoring = line.monitoring.or(remission.and_then(|own| own.monitoring.as_ref()));
    let mut after = line.after.clone();
    after.sort_unstable();
    Given {
        regimen: regimen(of, line).id.to_string(),
        after,
        able: names(model, [&line.able]),
        only: levels(model, &line.only),
        transplant: transplant.map(|own| transplanted(model, own)),
        monitoring: monitoring
            .map(|own| names(model, [&own.every_months, &own.lead_months, &own.sensitivity])),
    }
}

/// Names of the parameters of some values.
fn names<'a>(model: &Model, values: impl IntoIterator<Item = &'a Value>) -> Rule {
    let mut names = Rule::new();
    for value in values {
        value.visit_parameters(&mut |index| names.push(model.parameters[index].name.clone()));
    }
    names
}

/// Attributes and their levels by name.
fn levels(model: &Model, only: &[(usize, Vec<u8>)]) -> Vec<(String, Vec<String>)> {
    let named = only.iter().map(|(index, levels)| {
        let attribute = &model.population.attributes[*index];
        let levels = levels.iter().map(|level| attribute.levels[usize::from(*level)].clone());
        (attribute.name.clone(), levels.collect())
    });
    named.collect()
}

/// By what, of whom, how many and when.
fn transplanted(model: &Model, rule: &TransplantRule) -> Rule {
    let mut all = vec![model.regimens[rule.regimen].id.to_string(), rule.after_persistence.to_string()];
    all.extend(
        levels(model, &rule.only).into_iter().flat_map(|(name, levels)| std::iter::once(name).chain(levels)),
    );
    all.extend(names(model, [&rule.share, &rule.gap_months].into_iter().chain(&rule.lost_car_t_ratio)));
    rule.months.visit_values(&mut |value| all.extend(names(model, [value])));
    all
}

/// Causes of later lines that do not bear on a figure: they come after what it counts. And whether what is done in remission
/// bears on it.
fn apart_from(quantity: Quantity) -> (&'static [Cause], bool) {
    const RELAPSED: [Cause; 2] = [Cause::Relapse, Cause::AntigenLost];
    const FAILED: [Cause; 3] = [Cause::Refractory, Cause::Relapse, Cause::AntigenLost];
    const IN_REMISSION: [Cause; 4] =
        [Cause::MrdPersistent, Cause::MolecularRelapse, Cause::Relapse, Cause::AntigenLost];
    match quantity {
        Quantity::Point { curve, .. } | Quantity::Median { curve } => match curve {
            CurveKind::OsInfused => (&[Cause::NotInfused], true),
            CurveKind::EfsInfused => {
                (&[Cause::NotInfused, Cause::Refractory, Cause::Relapse, Cause::AntigenLost], true)
            }
            CurveKind::Efs => (&FAILED, true),
            // A first remission may come with a later line.
            CurveKind::Rfs | CurveKind::Cir => (&RELAPSED, true),
            CurveKind::Os => (&[], true),
        },
        Quantity::Share { flag: flag::CR_FIRST_LINE, among: None } => (&Cause::ALL, false),
        // Who is in remission counts already.
        Quantity::Share { flag: flag::CR, among: None } => (&IN_REMISSION, false),
        Quantity::Share { flag: flag::CR, among: Some(flag::INFUSED) } => {
            (&[Cause::NotInfused, Cause::Relapse, Cause::AntigenLost], false)
        }
        Quantity::Share { flag, .. } => (&[], flag & LATER != 0),
        Quantity::HazardRatio { .. } => (&[], true),
    }
}

/// What comes of a remission.
const LATER: u32 = flag::RELAPSE
    | flag::RELAPSE_ANTIGEN_NEGATIVE
    | flag::TRANSPLANT
    | flag::MOLECULAR_RELAPSE
    | flag::DEATH_TREATMENT
    | flag::DEATH_RELAPSE
    | flag::DEATH_BACKGROUND;

/// Whether nothing that bears on a figure differs between a strategy and that of a trial, in patients of one group: the first
/// regimen is the trial's or extends it, and what is done in its remissions and in later lines is the same, as far as the
/// figure hangs on it.
pub(super) fn borne_out(own: Of<'_>, other: Of<'_>, quantity: Quantity) -> bool {
    let (mine, theirs) = (given(own), given(other));
    let (Some(first), Some(of_trial)) = (mine.first(), theirs.first()) else { return false };
    let (harmless, in_remission) = apart_from(quantity);
    let bears = |line: &&Given| line.after.iter().any(|cause| !harmless.contains(cause));
    let alike = mine.iter().skip(1).filter(bears).eq(theirs.iter().skip(1).filter(bears));
    let extended = own.1.lines.first().map(|line| &regimen(own, line).extends);
    let descends = extended.is_some_and(|all| all.contains(&of_trial.regimen));
    let of_one_kind =
        first.regimen == of_trial.regimen || descends && !matches!(quantity, Quantity::HazardRatio { .. });
    // A ratio is about both arms.
    let against = match quantity {
        Quantity::HazardRatio { curve, against, months } => {
            let (arm, point) = (&other.0.strategies[against], Quantity::Point { curve, months });
            own.0.strategies.iter().any(|strategy| borne_out((own.0, strategy), (other.0, arm), point))
        }
        _ => true,
    };
    own.0.population.group == other.0.population.group
        && of_one_kind
        && (!in_remission || first.alike_in_remission(of_trial))
        && alike
        && against
}

/// What a strategy has otherwise than that of a trial.
pub(super) fn differs(own: Of<'_>, other: Of<'_>) -> String {
    let (mine, theirs) = (given(own), given(other));
    let name = |lines: &[Given]| lines.first().map_or_else(String::new, |line| line.regimen.clone());
    let (first, of_trial) = (name(&mine), name(&theirs));
    let descends = |of: Of<'_>, name: &String| {
        of.1.lines.first().is_some_and(|line| regimen(of, line).extends.contains(name))
    };
    let extends = (first != of_trial).then(|| match (descends(own, &of_trial), descends(other, &first)) {
        (true, _) => format!("{first} extends {of_trial}"),
        (_, true) => format!("{of_trial} extends {first}"),
        _ => format!("{first} and {of_trial} extend another"),
    });
    let to_whom =
        |line: &Given| (line.regimen.clone(), line.after.clone(), line.able.clone(), line.only.clone());
    let lines = mine.iter().skip(1).map(to_whom).ne(theirs.iter().skip(1).map(to_whom));
    // Of lines that one has and the other has not, it is the lines that differ.
    let rules = |rule: fn(&Given) -> &Option<Rule>| {
        mine.iter().zip(&theirs).any(|(own, other)| rule(own) != rule(other))
    };
    let words = [
        (lines, "later lines"),
        (rules(|line| &line.transplant), "transplants"),
        (rules(|line| &line.monitoring), "monitoring"),
    ];
    let words = words.into_iter().filter(|own| own.0).map(|own| own.1.to_owned());
    extends.into_iter().chain(words).collect::<Vec<_>>().join(", ")
}
