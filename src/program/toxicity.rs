//! The steps of toxicity: CRS with tocilizumab and intensive care, neurotoxicity, infection, other events.

use super::compile::{Builder, Past};
use super::{Edge, Effect, Step, TocilizumabNumbers};
use crate::model::{CostItem, Crs, Regimen, Value};
use crate::outcome::{Amount, Happening, flag};
use crate::stream::Event;

impl Builder<'_> {
    /// Toxicity before the edge `next`, built from the last to the first.
    pub(super) fn toxicity(&mut self, past: &Past, regimen: &Regimen, next: Edge) -> Edge {
        let toxicity = &regimen.toxicity;
        let line = past.line as u8 + 1;
        let (levels, given) = (&past.levels, past.given);
        let mut edge = next;
        if let Some(value) = &regimen.treatment.discontinuation {
            let effects = vec![Effect::Happened(Happening::Discontinuation, line), Effect::LimitCycles(1.0)];
            let yes = edge.clone().after(effects);
            edge = Edge::to(self.branch(Event::Discontinuation, given, value, levels, yes, edge));
        }
        if let Some(value) = &toxicity.other_grade3 {
            let effects =
                vec![Effect::Happened(Happening::OtherGrade3, line), Effect::Flag(flag::OTHER_GRADE3)];
            let yes = edge.clone().after(effects);
            edge = Edge::to(self.branch(Event::OtherGrade3, given, value, levels, yes, edge));
        }
        if let Some(value) = &toxicity.infection {
            let mut effects =
                vec![Effect::Happened(Happening::Infection, line), Effect::Flag(flag::INFECTION)];
            self.add_price(&mut effects, CostItem::Toxicity, self.model.costs.infection.as_ref(), levels);
            self.add_loss(&mut effects, self.model.utilities.infection.as_ref(), levels);
            let yes = edge.clone().after(effects);
            edge = Edge::to(self.branch(Event::Infection, given, value, levels, yes, edge));
        }
        if let Some((any, grade3)) = &toxicity.neurotoxicity {
            let mut severe = vec![
                Effect::Happened(Happening::NeurotoxicityGrade3, line),
                Effect::Flag(flag::NEUROTOXICITY_GRADE3),
            ];
            let cost = self.model.costs.neurotoxicity_grade3.as_ref();
            self.add_price(&mut severe, CostItem::Toxicity, cost, levels);
            self.add_loss(&mut severe, self.model.utilities.neurotoxicity_grade3.as_ref(), levels);
            let mild = vec![Effect::Happened(Happening::NeurotoxicityGrade12, line)];
            let (severe, mild) = (edge.clone().after(severe), edge.clone().after(mild));
            edge = self.graded(Event::Neurotoxicity, past, (grade3, severe), (any, mild), edge);
        }
        match &toxicity.crs {
            Some(crs) => self.crs(past, crs, edge),
            None => edge,
        }
    }

    /// Grade 3 or more, lower grades, none: one uniform.
    fn graded(
        &mut self,
        event: Event,
        past: &Past,
        severe: (&Value, Edge),
        any: (&Value, Edge),
        none: Edge,
    ) -> Edge {
        let lower =
            Value::Sum(vec![any.0.clone(), Value::Product(vec![Value::Constant(-1.0), severe.0.clone()])]);
        let branches =
            vec![(self.number(severe.0, &past.levels), severe.1), (self.number(&lower, &past.levels), any.1)];
        Edge::to(self.step(Step::Choose { event, occurrence: past.given, branches, rest: none }))
    }

    /// What is done for CRS, severe or not, before the edge `next`.
    fn care(&mut self, past: &Past, crs: &Crs, severe: bool, next: &Edge) -> Edge {
        let line = past.line as u8 + 1;
        let (levels, given) = (&past.levels, past.given);
        let costs = &self.model.costs;
        let mut with = next.clone();
        if let Some(icu) = crs.icu_if(severe) {
            let effects = vec![Effect::Happened(Happening::Icu, line), Effect::Flag(flag::ICU)];
            let mut yes = with.clone();
            if let Some(days) = &crs.icu_days {
                yes = self.sample(Event::IcuDays, past, days, Amount::IcuDays, costs.icu_day.as_ref(), yes);
            }
            let yes = yes.after(effects);
            with = Edge::to(self.branch(Event::Icu, given, icu, levels, yes, with));
        }
        if let Some(tocilizumab) = crs.tocilizumab_if(severe) {
            let paid = costs.tocilizumab_mg.as_ref().zip(self.model.tocilizumab.as_ref());
            let paid = paid.map(|(price, dose)| TocilizumabNumbers {
                price: self.number(price, levels),
                mg_per_kg: self.number(&dose.mg_per_kg, levels),
                light_mg_per_kg: self.number(&dose.light_mg_per_kg, levels),
                light_kg: self.number(&dose.light_kg, levels),
                cap_mg: self.number(&dose.cap_mg, levels),
                vials: dose.vials,
            });
            let dose = |doses, edge: &Edge| edge.clone().after(vec![Effect::Tocilizumab(doses, line, paid)]);
            let mut yes = dose(1, &with);
            if let Some(doses) = &crs.doses {
                let mut branches = Vec::new();
                for (count, value) in (1..).zip(&doses[..3]) {
                    branches.push((self.number(value, levels), dose(count, &with)));
                }
                let event = Event::TocilizumabDoses;
                let rest = dose(4, &with);
                yes = Edge::to(self.step(Step::Choose { event, occurrence: given, branches, rest }));
            }
            let effects =
                vec![Effect::Happened(Happening::Tocilizumab, line), Effect::Flag(flag::TOCILIZUMAB)];
            let yes = yes.after(effects);
            with = Edge::to(self.branch(Event::Tocilizumab, given, tocilizumab, levels, yes, with));
        }
        if let Some(days) = &crs.duration_days {
            with = self.sample(Event::CrsDuration, past, days, Amount::CrsDays, None, with);
        }
        if let Some(days) = &crs.onset_days {
            with = self.sample(Event::CrsOnset, past, days, Amount::CrsOnsetDays, None, with);
        }
        with
    }

    fn crs(&mut self, past: &Past, crs: &Crs, next: Edge) -> Edge {
        let line = past.line as u8 + 1;
        let levels = &past.levels;
        let mild_care = self.care(past, crs, false, &next);
        let severe_care = if crs.by_grade() { self.care(past, crs, true, &next) } else { mild_care.clone() };
        let costs = &self.model.costs;
        let utilities = &self.model.utilities;
        let mut severe = vec![
            Effect::Happened(Happening::CrsGrade3, line),
            Effect::Flag(flag::CRS_ANY | flag::CRS_GRADE3),
        ];
        self.add_price(&mut severe, CostItem::Toxicity, costs.crs_grade3.as_ref(), levels);
        self.add_loss(&mut severe, utilities.crs_grade3.as_ref(), levels);
        let mut mild = vec![Effect::Happened(Happening::CrsGrade12, line), Effect::Flag(flag::CRS_ANY)];
        self.add_price(&mut mild, CostItem::Toxicity, costs.crs_grade12.as_ref(), levels);
        self.add_loss(&mut mild, utilities.crs_grade12.as_ref(), levels);
        let (severe, mild) = (severe_care.after(severe), mild_care.after(mild));
        self.graded(Event::Crs, past, (&crs.grade3, severe), (&crs.any, mild), next)
    }
}
