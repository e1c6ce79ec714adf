//! How well published figures are met, over all trials that are validated.

use super::calibration::role_name;
use super::validation::label;
use crate::calibrate::Miss;
use crate::model::{Model, Target, TargetRole};
use crate::scenario::LeftOut;
use crate::validate::Validation;
use std::collections::BTreeMap;

/// Intervals of fitted figures more than so many times as wide as published are told one by one.
const WIDE: f64 = 1.5;

/// How many published figures lie where 95 of 100 trials of their size would fall, and how wide that is against the
/// published interval; by role.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    roles: BTreeMap<&'static str, (usize, usize, Vec<f64>)>,
    /// Figures that are missed, those of them that another stands in the way of, and those of which it is not known.
    missed: [usize; 3],
    wide: Vec<String>,
}

impl Coverage {
    /// Adds the figures of a trial, and which of them its fit misses; statements are no figures.
    pub fn add(
        &mut self,
        model: &Model,
        validation: &Validation,
        left_out: &[Option<LeftOut>],
        misses: &[Miss],
    ) {
        for (index, (target, shown)) in model.trial.targets.iter().zip(&validation.targets).enumerate() {
            let own = &shown.comparison;
            let ratio = self.one(target, role_name(target.role), own.predictive, own.inside(target));
            if let Some(ratio) = ratio.filter(|ratio| *ratio > WIDE && target.role == TargetRole::Fitted) {
                let alone = target.times_as_wide(own.interval).unwrap_or(f64::NAN);
                self.wide.push(format!(
                    "wide: {}: {} ({}): {ratio:.2} times as wide as published; what the fit leaves open alone is {alone:.2} times",
                    model.id,
                    label(model, target),
                    target.name
                ));
            }
            if let Some(Some(left)) = left_out.get(index) {
                self.one(target, "left out", left.predictive, left.inside);
            }
        }
        for miss in misses {
            let [all, conflicts, unknown] = &mut self.missed;
            *all += 1;
            *conflicts += usize::from(!miss.conflicts.is_empty());
            *unknown += usize::from(miss.conflicts.is_empty() && !miss.sought);
        }
    }

    /// Gives how many times as wide as published it is.
    fn one(&mut self, target: &Target, role: &'static str, of: (f64, f64), inside: bool) -> Option<f64> {
        let (held, all, widths) = self.roles.entry(role).or_default();
        *held += usize::from(inside);
        *all += 1;
        let ratio = target.times_as_wide(of);
        widths.extend(ratio);
        ratio
    }

    /// One line a role, one of what is missed, and one a fitted figure that trials would scatter too wide about.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let one = |(role, (held, all, widths)): (&&str, &(usize, usize, Vec<f64>))| {
            let mut widths = widths.clone();
            let mut at = |p| crate::summary::quantile(&mut widths, p);
            let width = at(0.5).zip(at(1.0)).map_or_else(String::new, |(median, most)| {
                let most = if most.is_finite() {
                    format!("at most {most:.2}")
                } else {
                    "some without end".to_owned()
                };
                format!("; intervals {median:.2} times as wide as published (median; {most})")
            });
            format!("{role}: {held} of {all} published figures inside{width}")
        };
        let mut lines: Vec<String> = self.roles.iter().map(one).collect();
        if let Some((_, fitted, _)) = self.roles.get(role_name(TargetRole::Fitted)) {
            let [all, conflicts, unknown] = self.missed;
            let other = match unknown {
                0 => String::new(),
                some => format!(", {some} not looked into"),
            };
            lines.push(format!(
                "missed: {all} of {fitted} fitted figures by more than two points or a twentieth, {conflicts} of them in \
                 conflict with another{other}"
            ));
        }
        lines.extend(self.wide.iter().cloned());
        lines
    }
}
