//! From the decision for a line to its assessment: access, what is given, toxicity, response.

use super::{Access, Answer, Death, Here, Walk, earliest};
use remisim::model::{CostItem, Crs, Response};
use remisim::outcome::{Amount, Happening, Mark, State, flag};
use remisim::stream::Event;

impl<'a> Walk<'a> {
    /// A stay in days; none outlasts the horizon.
    fn days(&self, days: f64) -> f64 {
        days.min(self.model.settings.horizon_months * 30.4375)
    }

    pub(super) fn access(&mut self, here: &Here<'a>) -> Access {
        let Some(access) = &here.regimen.access else { return Access::Infused };
        let antigen = here.regimen.antigen.as_ref();
        if let Some(positive) = &access.antigen_positive
            && !antigen.is_some_and(|antigen| self.found_antigens.contains(antigen))
        {
            if self.luck.uniform(Event::AntigenPositive, here.attempt) >= here.get(positive) {
                self.happens(here, Happening::AntigenAbsent);
                self.lost_antigens.extend(antigen.cloned());
                return Access::NotInfused;
            }
            self.found_antigens.extend(antigen.cloned());
        }
        for (risk, event, happening) in [
            (&access.contamination, Event::Contamination, Happening::Contamination),
            (&access.manufacturing_failure, Event::Manufacturing, Happening::ManufacturingFailure),
        ] {
            if let Some(risk) = risk
                && self.luck.uniform(event, here.attempt) < here.get(risk)
            {
                self.happens(here, happening);
                return Access::NotInfused;
            }
        }
        self.wait(here)
    }

    /// Death and progression with constant hazards that give their shares at the end of the wait.
    fn wait(&mut self, here: &Here<'a>) -> Access {
        #[derive(Clone, Copy)]
        enum End {
            Leukaemia,
            Progression,
            Infusion,
            Background,
        }
        let access = here.regimen.access.as_ref().expect("asked only with access");
        let months = here.get(&access.waiting_months);
        let death = here.get(&access.waiting_death);
        let progression = here.get(&access.waiting_progression);
        // Shares sampled to add up to one or more would need an infinite hazard: a hair less.
        let hazard = -(1.0 - (death + progression).min(1.0 - 1e-9)).ln() / months;
        let clock = |share: f64, event| {
            if share > 0.0 && months > 0.0 {
                let rate = hazard * share / (death + progression);
                self.now + self.luck.budget(event, here.attempt) / rate
            } else {
                f64::INFINITY
            }
        };
        let (time, end) = earliest(&[
            (clock(death, Event::WaitingDeath), End::Leukaemia),
            (clock(progression, Event::WaitingProgression), End::Progression),
            (self.now + months, End::Infusion),
            (self.background(here, State::Waiting), End::Background),
        ]);
        if !self.stay(here, State::Waiting, time) {
            return Access::Gone;
        }
        match end {
            End::Infusion => Access::Infused,
            End::Progression => {
                self.happens(here, Happening::WaitingProgression);
                Access::NotInfused
            }
            End::Leukaemia => {
                self.die(here, Death::Relapse);
                Access::Gone
            }
            End::Background => {
                self.die(here, Death::Background);
                Access::Gone
            }
        }
    }

    /// Infusion or first day, and all that is decided then.
    pub(super) fn give(&mut self, here: &mut Here<'a>) {
        here.start = self.now;
        self.given += 1;
        self.in_vain = 0;
        self.happens(here, Happening::Given);
        let regimen = here.regimen;
        if regimen.access.is_some() {
            self.life.flags |= flag::INFUSED;
            self.mark(Mark::Infusion, self.now);
        }
        if regimen.transplant.is_some() {
            self.transplanted = true;
            self.transplant_happens(here);
        }
        self.pay(here, CostItem::Drug, regimen.cost_at_start.as_ref(), 1.0);
        self.toxicity(here);
        if let Some(risk) = &regimen.treatment.discontinuation
            && self.luck.uniform(Event::Discontinuation, here.before) < here.get(risk)
        {
            self.happens(here, Happening::Discontinuation);
            here.cycles = here.cycles.min(1);
        }
    }

    fn toxicity(&mut self, here: &Here<'a>) {
        let toxicity = &here.regimen.toxicity;
        let (costs, utilities) = (&self.model.costs, &self.model.utilities);
        if let Some(crs) = &toxicity.crs {
            self.crs(here, crs);
        }
        if let Some((any, grade3)) = &toxicity.neurotoxicity {
            let u = self.luck.uniform(Event::Neurotoxicity, here.before);
            if u < here.get(grade3) {
                self.happens(here, Happening::NeurotoxicityGrade3);
                self.life.flags |= flag::NEUROTOXICITY_GRADE3;
                self.pay(here, CostItem::Toxicity, costs.neurotoxicity_grade3.as_ref(), 1.0);
                self.lose(here, utilities.neurotoxicity_grade3.as_ref());
            } else if u < here.get(any) {
                self.happens(here, Happening::NeurotoxicityGrade12);
            }
        }
        if let Some(risk) = &toxicity.infection
            && self.luck.uniform(Event::Infection, here.before) < here.get(risk)
        {
            self.happens(here, Happening::Infection);
            self.life.flags |= flag::INFECTION;
            self.pay(here, CostItem::Toxicity, costs.infection.as_ref(), 1.0);
            self.lose(here, utilities.infection.as_ref());
        }
        if let Some(risk) = &toxicity.other_grade3
            && self.luck.uniform(Event::OtherGrade3, here.before) < here.get(risk)
        {
            self.happens(here, Happening::OtherGrade3);
            self.life.flags |= flag::OTHER_GRADE3;
        }
    }

    fn crs(&mut self, here: &Here<'a>, crs: &Crs) {
        let (costs, utilities) = (&self.model.costs, &self.model.utilities);
        let u = self.luck.uniform(Event::Crs, here.before);
        let (mut tocilizumab, mut icu) = (&crs.tocilizumab, &crs.icu);
        if u < here.get(&crs.grade3) {
            if crs.tocilizumab_grade3.is_some() {
                tocilizumab = &crs.tocilizumab_grade3;
            }
            if crs.icu_grade3.is_some() {
                icu = &crs.icu_grade3;
            }
            self.happens(here, Happening::CrsGrade3);
            self.life.flags |= flag::CRS_ANY | flag::CRS_GRADE3;
            self.pay(here, CostItem::Toxicity, costs.crs_grade3.as_ref(), 1.0);
            self.lose(here, utilities.crs_grade3.as_ref());
        } else if u < here.get(&crs.any) {
            self.happens(here, Happening::CrsGrade12);
            self.life.flags |= flag::CRS_ANY;
            self.pay(here, CostItem::Toxicity, costs.crs_grade12.as_ref(), 1.0);
            self.lose(here, utilities.crs_grade12.as_ref());
        } else {
            return;
        }
        for (spec, event, amount) in [
            (&crs.onset_days, Event::CrsOnset, Amount::CrsOnsetDays),
            (&crs.duration_days, Event::CrsDuration, Amount::CrsDays),
        ] {
            if let Some(spec) = spec {
                let days = self.days(here.curve(spec).time_at(self.luck.budget(event, here.before)));
                self.life.amounts[amount as usize] += days;
            }
        }
        if let Some(share) = tocilizumab
            && self.luck.uniform(Event::Tocilizumab, here.before) < here.get(share)
        {
            self.happens(here, Happening::Tocilizumab);
            self.life.flags |= flag::TOCILIZUMAB;
            self.tocilizumab(here, crs);
        }
        if let Some(share) = icu
            && self.luck.uniform(Event::Icu, here.before) < here.get(share)
        {
            self.happens(here, Happening::Icu);
            self.life.flags |= flag::ICU;
            if let Some(spec) = &crs.icu_days {
                let days = self.days(here.curve(spec).time_at(self.luck.budget(Event::IcuDays, here.before)));
                self.life.amounts[Amount::IcuDays as usize] += days;
                self.pay(here, CostItem::Icu, costs.icu_day.as_ref(), days);
            }
        }
    }

    /// One dose, or as many as are drawn.
    fn tocilizumab(&mut self, here: &Here<'a>, crs: &Crs) {
        let mut doses = 1;
        if let Some(shares) = &crs.doses {
            let u = self.luck.uniform(Event::TocilizumabDoses, here.before);
            let mut sum = here.get(&shares[0]);
            while doses < 4 && sum <= u {
                sum += here.get(&shares[doses]);
                doses += 1;
            }
        }
        let doses = doses as f64;
        self.life.amounts[Amount::TocilizumabDoses as usize] += doses;
        let price = self.model.costs.tocilizumab_mg.as_ref();
        if let (Some(_), Some(rule)) = (price, &self.model.tocilizumab) {
            let kilograms = self.person.kilograms();
            let per_kilogram = if kilograms < here.get(&rule.light_kg) {
                here.get(&rule.light_mg_per_kg)
            } else {
                here.get(&rule.mg_per_kg)
            };
            let milligrams = (per_kilogram * kilograms).min(here.get(&rule.cap_mg));
            self.pay(here, CostItem::Tocilizumab, price, doses * opened(milligrams, rule.vials.sizes()));
        }
    }

    /// Induction until the assessment, an early death or a background death.
    pub(super) fn response(&mut self, here: &Here<'a>, response: &Response) -> Answer {
        #[derive(Clone, Copy, PartialEq)]
        enum Found {
            Complete,
            Partial,
            Early,
            Nothing,
        }
        let months = here.get(&response.months);
        let u = self.luck.uniform(Event::Response, here.before);
        let complete = here.get(&response.cr);
        let partial = complete + here.or_zero(response.pr.as_ref());
        let early = partial + here.or_zero(here.regimen.toxicity.early_death.as_ref());
        let found = if u < complete {
            Found::Complete
        } else if u < partial {
            Found::Partial
        } else if u < early {
            Found::Early
        } else {
            Found::Nothing
        };
        let wait = if found == Found::Early {
            months * self.luck.uniform(Event::EarlyDeathTime, here.before)
        } else {
            months
        };
        let background = self.background(here, State::Induction);
        let (time, found) = earliest(&[(here.start + wait, Some(found)), (background, None)]);
        let from = self.now;
        let alive = self.stay(here, State::Induction, time);
        self.cycles(here, from, self.now);
        if !alive {
            return Answer::Gone;
        }
        match found {
            None => self.die(here, Death::Background),
            Some(Found::Early) => self.die(here, Death::Treatment),
            Some(Found::Complete) => {
                self.happens(here, Happening::Cr);
                self.life.flags |= flag::CR;
                if here.index == 0 {
                    self.life.flags |= flag::CR_FIRST_LINE;
                }
                return Answer::Remission;
            }
            Some(Found::Partial) => {
                self.happens(here, Happening::Pr);
                self.life.flags |= flag::PR;
                return Answer::Failure;
            }
            Some(Found::Nothing) => {
                self.happens(here, Happening::NoResponse);
                return Answer::Failure;
            }
        }
        Answer::Gone
    }
}

/// What the vials hold that are opened for a dose: of all choices of vials that hold it, the least.
fn opened(milligrams: f64, sizes: &[f64]) -> f64 {
    let Some((last, others)) = sizes.split_last() else { return milligrams };
    let mut held = vec![0.0];
    for size in others {
        let most = (milligrams / size).ceil() as u32;
        held = held
            .iter()
            .flat_map(|held| (0..=most).map(move |count| held + f64::from(count) * size))
            .collect();
    }
    let filled = held.iter().map(|held| held + last * ((milligrams - held) / last - 1e-9).ceil().max(0.0));
    filled.fold(f64::INFINITY, f64::min)
}
