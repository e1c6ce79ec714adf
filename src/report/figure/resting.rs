//! How much of the bar of an outcome rests on no evidence: all of it where the outcome itself is an assumption; what comes
//! after the last published month of what goes on for life.

use super::endpoint::relapse_until;
use super::ink::{BEHIND, Ink, filled};
use super::panel::Panel;
use crate::report::assumed::Assumed;
use crate::report::told::{SheetRow, Told};
use kuva::prelude::LegendEntry;

/// Outcomes and where the language says what they are.
const PATHS: [(&str, &[&str]); 18] = [
    ("infused", &["access.manufacturing_failure"]),
    ("cr", &["response.cr"]),
    ("pr", &["response.pr"]),
    ("mrd_negative", &["mrd.negative"]),
    ("transplant", &["remission.transplant.share"]),
    ("relapse_antigen_negative", &["remission.antigen_modulation"]),
    ("crs_any", &["toxicity.crs.any"]),
    ("crs_grade3", &["toxicity.crs.grade3"]),
    ("crs_grade", &["toxicity.crs.any", "toxicity.crs.grade3"]),
    ("tocilizumab_patients", &["toxicity.crs.tocilizumab"]),
    ("tocilizumab_doses", &["toxicity.crs.tocilizumab", "toxicity.crs.tocilizumab_doses"]),
    ("icu_patients", &["toxicity.crs.icu"]),
    ("icu_days", &["toxicity.crs.icu", "toxicity.crs.icu_days"]),
    ("crs_days", &["toxicity.crs.any", "toxicity.crs.duration_days"]),
    ("crs_onset_days", &["toxicity.crs.onset_days"]),
    ("neurotoxicity_grade3", &["toxicity.neurotoxicity"]),
    ("infection", &["toxicity.infection"]),
    ("other_grade3", &["toxicity.other"]),
];
/// What goes on for life, and the events of `incidence.csv` that it is made of.
const LIFELONG: [(&str, &[&str]); 3] = [
    ("relapse", &["relapse", "relapse_antigen_modulation", "relapse_negative_clone"]),
    ("relapse_antigen_negative", &["relapse_antigen_modulation", "relapse_negative_clone"]),
    ("death_treatment", &["death_treatment"]),
];

/// What the outcomes of a run rest on.
pub(super) struct Resting<'a> {
    told: &'a Told,
    assumed: Assumed,
}

impl<'a> Resting<'a> {
    pub(super) fn of(told: &'a Told) -> Self {
        Self { told, assumed: Assumed::of(told) }
    }

    /// The part of an outcome of a strategy that rests on no evidence, of the value that it has.
    pub(super) fn part(&self, strategy: usize, outcome: &str, value: f64) -> f64 {
        let paths = PATHS.iter().find(|own| own.0 == outcome).map_or(&[][..], |own| own.1);
        if !self.assumed.under(Some(strategy), paths).is_empty() {
            return value;
        }
        let events = LIFELONG.iter().find(|own| own.0 == outcome).map(|own| own.1);
        events.and_then(|events| self.late(strategy, events)).map_or(0.0, |late| late * value)
    }

    /// Share of those who had some events first who had them after the last published month: the table holds the first event
    /// of some patients only, so that its shares of all are not those of the outcome. `None` without the table or the events.
    fn late(&self, strategy: usize, events: &[&str]) -> Option<f64> {
        let id = self.told.strategies.get(strategy)?.0.as_str();
        let own = |row: &SheetRow<'_>| row.text("strategy") == id && events.contains(&row.text("event"));
        let rows = || self.told.rows("incidence.csv").filter(own);
        let last = rows().filter_map(|row| row.number("months")).reduce(f64::max)?;
        let until = |month: f64| -> f64 {
            let then = rows().filter(|row| row.number("months") == Some(month));
            then.filter_map(|row| row.number("probability")).sum()
        };
        let (known, all) = (until(relapse_until(self.told, id).floor().min(last)), until(last));
        (all > 0.0).then(|| (1.0 - known / all).max(0.0))
    }

    /// Draws a bar from 0, striped where it rests on no evidence; whether anything is.
    pub(super) fn bar(
        &self,
        panel: &mut Panel,
        own: (usize, &str),
        value: f64,
        height: f64,
        parts: usize,
    ) -> bool {
        let (strategy, outcome) = own;
        let resting = self.part(strategy, outcome, value);
        let ink = Ink::of(strategy);
        panel.bar((0.0, value - resting), height, ink, parts);
        if resting > 0.0 {
            panel.bar((value - resting, value), height, ink.striped(), parts);
        }
        resting > 0.0
    }
}

/// What stripes are.
pub(super) fn striped(words: &str) -> LegendEntry {
    filled(&Ink::flat(BEHIND).striped().fill(), &format!("striped, in the colour of each: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_assumed_outcome_rests_wholly_and_relapse_from_the_last_published_month_on_no_evidence() {
        let also = json!({ "regimens": { "a": ["one"] } });
        let told = Told::of_tables(
            1,
            also,
            &[
                ("assumptions.csv", "key\nregimens/one.toml:mrd.negative\n"),
                ("published.csv", "strategy,endpoint,months,published\na,rfs,12,0.9\n"),
                (
                    "incidence.csv",
                    "strategy,event,months,probability\na,relapse,12,0.2\na,relapse,24,0.3\n\
                     a,relapse_antigen_modulation,12,0.05\na,relapse_antigen_modulation,24,0.1\n\
                     a,relapse_negative_clone,12,0.05\na,relapse_negative_clone,24,0.1\n",
                ),
            ],
        );
        let resting = Resting::of(&told);
        let part = |outcome: &str| resting.part(0, outcome, 0.4);
        assert_eq!((part("cr"), part("mrd_negative")), (0.0, 0.4));
        // By month 12 three of five of all first relapses had come, and half of those without the antigen.
        assert!(
            (part("relapse") - 0.16).abs() < 1e-12 && (part("relapse_antigen_negative") - 0.2).abs() < 1e-12
        );
    }
}
