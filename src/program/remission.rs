//! The steps of remission: MRD, the race, transplant, molecular relapse, relapse.

use super::compile::{Builder, Past, add_antigen};
use super::{Clock, CycleCost, Edge, Effect, NumberSource, Origin, Pending, Planned, Schedule};
use crate::model::{Cause, CostItem, Dosing, Monitoring, Regimen, Remission, TransplantRule, Value};
use crate::outcome::{Amount, Happening, Mark, State, flag};
use crate::stream::Event;

/// Curves of the race in remission, kept for the races after it.
#[derive(Clone, Copy)]
struct Curves {
    relapse: usize,
    death: Option<usize>,
}

impl Builder<'_> {
    /// Remission begins now; MRD is decided.
    pub(super) fn enter_remission(&mut self, past: &Past, regimen: &Regimen) -> Edge {
        let mut past = past.clone();
        for (attribute, level) in &regimen.sets {
            past.later[*attribute] = *level;
        }
        let line = past.line as u8 + 1;
        let begin = vec![Effect::Save(Origin::Remission), Effect::Mark(Mark::Remission)];
        let negative = self.remission(&past, regimen, false);
        let Some(value) = &regimen.mrd_negative else { return negative.after(begin) };
        let positive = self.onward(&past, Cause::MrdPersistent, |own| own.remission(&past, regimen, true));
        let positive = positive.after(vec![Effect::Happened(Happening::MrdPositive, line)]);
        let negative = negative
            .after(vec![Effect::Happened(Happening::MrdNegative, line), Effect::Flag(flag::MRD_NEGATIVE)]);
        let decide = self.branch(Event::Mrd, past.given, value, &past.levels, negative, positive);
        Edge::to(decide).after(begin)
    }

    /// The race in remission with one MRD status; failure where the regimen knows of no remission.
    fn remission(&mut self, past: &Past, regimen: &Regimen, positive: bool) -> Edge {
        let Some(remission) = &regimen.remission else { return self.failure(past, Cause::Refractory) };
        let levels = &past.levels;
        let death = remission.non_relapse_death_if(positive);
        let curves = Curves {
            relapse: self.curve(remission.relapse_if(positive), levels),
            death: death.map(|spec| self.curve(spec, levels)),
        };
        let relapsed = self.relapse(past, regimen, remission);
        let rule = self.line_of(past).transplant.or(remission.transplant.as_ref());
        let admitted = rule.filter(|rule| !past.transplanted && rule.admits(levels));
        let monitoring = self.line_of(past).monitoring.or(remission.monitoring.as_ref());
        let monitoring = monitoring.filter(|_| !positive);
        // Only a race that another can interrupt keeps its pending events.
        let interrupted = admitted.is_some() || monitoring.is_some();
        let saved =
            |curve, event, pending| Clock::Curve { curve, event, save: interrupted.then_some(pending) };
        let mut clocks = vec![(saved(curves.relapse, Event::Relapse, Pending::Relapse), relapsed.clone())];
        if let Some(curve) = curves.death {
            let clock = saved(curve, Event::NonRelapseDeath, Pending::NonRelapseDeath);
            clocks.push((clock, self.death(past, Happening::DeathTreatment)));
        }
        let state = match (positive, &regimen.transplant) {
            (true, _) => State::MrdPositive,
            (false, Some(_)) => State::Transplanted,
            (false, None) => State::Remission,
        };
        self.add_background(&mut clocks, past, state);

        let mut waits_for_cells = None;
        let mut transplanted = None;
        if let Some(rule) = admitted {
            waits_for_cells = remission
                .persistence
                .as_ref()
                .filter(|_| rule.after_persistence || rule.lost_car_t_ratio.is_some());
            let clock = self.transplant_clock(past, remission, rule, curves, monitoring.is_some());
            // Later lines know of the transplant, so the relapse after it is built anew.
            let after = Past { transplanted: true, ..past.clone() };
            let relapsed = self.relapse(&after, regimen, remission);
            let edge = self.transplanted(&after, rule, waits_for_cells.is_some(), curves, relapsed);
            transplanted = Some(edge.clone());
            clocks.push((clock, edge));
        }
        let cycles = if regimen.treatment.in_remission { self.cycles(past, regimen) } else { Vec::new() };
        let mut schedules = cycles.clone();
        if let Some(monitoring) = monitoring {
            schedules.extend(self.tests(past, monitoring));
            let clock = Clock::Detection {
                every: self.number(&monitoring.every_months, levels),
                lead: self.number(&monitoring.lead_months, levels),
                sensitivity: self.number(&monitoring.sensitivity, levels),
            };
            clocks.push((clock, self.molecular_relapse(past, curves, relapsed, transplanted, cycles)));
        }
        let race = Edge::to(self.race(state, past, clocks, schedules));
        match waits_for_cells {
            Some(spec) => self.sample(Event::Persistence, past, spec, Amount::Persistence, None, race),
            None => race,
        }
    }

    /// Costs of MRD tests; none where a test costs nothing.
    fn tests(&mut self, past: &Past, monitoring: &Monitoring) -> Option<Schedule> {
        let price = self.model.costs.mrd_test.as_ref()?;
        let amount = self.number(price, &past.levels);
        let cycles = (0.0, f64::INFINITY);
        let (item, dosing) = (CostItem::Monitoring, Dosing::Flat);
        Some(Schedule {
            origin: Origin::Remission,
            every: self.number(&monitoring.every_months, &past.levels),
            at_origin: false,
            limited: false,
            costs: vec![CycleCost { item, dosing, amount, vials: None, cycles }],
        })
    }

    /// Relapse: antigen, then the next line or survival after it.
    fn relapse(&mut self, past: &Past, regimen: &Regimen, remission: &Remission) -> Edge {
        let line = past.line as u8 + 1;
        let kept = self.failure(past, Cause::Relapse);
        let ways = [
            (&remission.antigen_modulation, Happening::AntigenModulation),
            (&remission.negative_clone, Happening::NegativeClone),
        ];
        let mut relapsed = vec![
            Effect::Happened(Happening::Relapse, line),
            Effect::Flag(flag::RELAPSE),
            Effect::Mark(Mark::Relapse),
        ];
        relapsed.extend(past.efs_event(Effect::Mark));
        if ways.iter().all(|(share, _)| share.is_none()) {
            return kept.after(relapsed);
        }
        let mut without = past.clone();
        add_antigen(&mut without.lost, regimen.antigen.as_ref());
        let lost = self.failure(&without, Cause::AntigenLost);
        let mut branches = Vec::new();
        for (share, happening) in ways {
            if let Some(share) = share {
                let effects =
                    vec![Effect::Happened(happening, line), Effect::Flag(flag::RELAPSE_ANTIGEN_NEGATIVE)];
                branches.push((self.number(share, &past.levels), lost.clone().after(effects)));
            }
        }
        let (event, occurrence) = (Event::AntigenLoss, past.given);
        let step = self.step(super::Step::Choose { event, occurrence, branches, rest: kept });
        Edge::to(step).after(relapsed)
    }

    fn transplant_clock(
        &mut self,
        past: &Past,
        remission: &Remission,
        rule: &TransplantRule,
        curves: Curves,
        save: bool,
    ) -> Clock {
        let (index, regimen) = (self.line_of(past).regimen, self.regimen_of(past));
        let levels = &past.levels;
        let curve = self.curve(&rule.months, levels);
        let gap = self.number(&rule.gap_months, levels);
        let share = self.number(&rule.share, levels);
        let persistence = remission.persistence.as_ref().filter(|_| rule.after_persistence);
        let persistence = persistence.map(|spec| {
            let response = regimen.response.as_ref().filter(|_| !past.in_remission);
            let since = response.map(|response| self.number(&response.months, levels));
            (self.curve(spec, levels), since)
        });
        let after_persistence = persistence.is_some();
        let competing = std::iter::once(curves.relapse).chain(curves.death).collect();
        let planned = Planned { regimen: index, share, months: curve, gap, competing, persistence };
        let planned = self.number_from(NumberSource::Planned(planned));
        Clock::Transplant { planned, curve, gap, after_persistence, save }
    }

    /// What a transplant is, whether by rule or as a line: an event, paid and felt once.
    pub(super) fn transplant_effects(&mut self, past: &Past) -> Vec<Effect> {
        let line = past.line as u8 + 1;
        let mut effects = vec![Effect::Happened(Happening::Transplant, line), Effect::Flag(flag::TRANSPLANT)];
        let cost = self.model.costs.transplant.as_ref();
        self.add_price(&mut effects, CostItem::Transplant, cost, &past.levels);
        self.add_loss(&mut effects, self.model.utilities.transplant.as_ref(), &past.levels);
        effects
    }

    /// Remission after transplant: relapse and non-relapse death run on, death from the transplant joins.
    ///
    /// `has_cells` says that this line has CAR-T cells to lose.
    fn transplanted(
        &mut self,
        past: &Past,
        rule: &TransplantRule,
        has_cells: bool,
        curves: Curves,
        relapsed: Edge,
    ) -> Edge {
        let levels = &past.levels;
        let effects = self.transplant_effects(past);
        let Some(effect) = &self.model.regimens[rule.regimen].transplant else {
            return relapsed.after(effects);
        };
        let ratio = self.number(&effect.relapse_ratio, levels);
        let with_loss = rule.lost_car_t_ratio.as_ref().filter(|_| has_cells).map(|lost| {
            let product = Value::Product(vec![effect.relapse_ratio.clone(), lost.clone()]);
            self.number(&product, levels)
        });
        let pending = |pending, curve, ratio| Clock::Pending { pending, ratio, curve };
        let clock = pending(Pending::Relapse, curves.relapse, Some((ratio, with_loss)));
        let mut clocks = vec![(clock, relapsed)];
        if let Some(curve) = curves.death {
            let clock = pending(Pending::NonRelapseDeath, curve, None);
            clocks.push((clock, self.death(past, Happening::DeathTreatment)));
        }
        let death = self.curve(&effect.death, levels);
        let clock = Clock::Curve { curve: death, event: Event::TransplantDeath, save: None };
        clocks.push((clock, self.death(past, Happening::DeathTreatment)));
        self.add_background(&mut clocks, past, State::Transplanted);
        Edge::to(self.race(State::Transplanted, past, clocks, Vec::new())).after(effects)
    }

    /// MRD found again: the next line; or remission goes on as it was, with its cycles and its planned transplant,
    /// until the relapse that was coming: looking alone changes nothing.
    fn molecular_relapse(
        &mut self,
        past: &Past,
        curves: Curves,
        relapsed: Edge,
        transplanted: Option<Edge>,
        cycles: Vec<Schedule>,
    ) -> Edge {
        let line = past.line as u8 + 1;
        let pending = |pending, curve| Clock::Pending { pending, ratio: None, curve };
        let mut clocks = vec![(pending(Pending::Relapse, curves.relapse), relapsed)];
        if let Some(curve) = curves.death {
            let clock = pending(Pending::NonRelapseDeath, curve);
            clocks.push((clock, self.death(past, Happening::DeathTreatment)));
        }
        self.add_background(&mut clocks, past, State::MrdPositive);
        if let Some(edge) = transplanted {
            // The relapse curve stands in: a pending transplant has no hazard to go on with.
            clocks.push((pending(Pending::Transplant, curves.relapse), edge));
        }
        let goes_on = |own: &mut Self| Edge::to(own.race(State::MrdPositive, past, clocks, cycles));
        let onward = self.onward(past, Cause::MolecularRelapse, goes_on);
        let mut effects =
            vec![Effect::Happened(Happening::MolecularRelapse, line), Effect::Flag(flag::MOLECULAR_RELAPSE)];
        // The race pays the tests before its end; the one that ended it is paid here.
        let price = self.model.costs.mrd_test.as_ref();
        self.add_price(&mut effects, CostItem::Monitoring, price, &past.levels);
        onward.after(effects)
    }
}
