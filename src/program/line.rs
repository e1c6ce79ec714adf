//! The steps of one line before remission: access, response, failure.

use super::compile::{Builder, Past, add_antigen};
use super::{Clock, CurveSource, CycleCost, Edge, Effect, Flows, Origin, Schedule, Step, StepId};
use crate::model::{Cause, CostItem, Dosing, EfsFailureAt, Regimen, TimePiece, Value};
use crate::outcome::{Amount, Happening, Mark, State, flag};
use crate::stream::Event;

impl Builder<'_> {
    /// Builds a line and returns the edge into it.
    pub(super) fn build_line(&mut self, past: &Past) -> Edge {
        let regimen = self.regimen_of(past);
        let line = past.line as u8 + 1;
        // What is known once the antigen was found, and once the line is given.
        let mut found = past.clone();
        add_antigen(&mut found.present, regimen.looks_for_antigen());
        let after = Past {
            infused: past.infused || regimen.access.is_some(),
            transplanted: past.transplanted || regimen.transplant.is_some(),
            ..found.clone()
        };
        let given = self.given(&after, regimen);
        let entry = match &regimen.access {
            None => given,
            Some(_) => self.access(past, &found, regimen, given),
        };
        entry.after(vec![Effect::Happened(Happening::LineStart, line)])
    }

    /// Access to a cell therapy, before `given`; `found` is the past once the antigen was found.
    fn access(&mut self, past: &Past, found: &Past, regimen: &Regimen, given: Edge) -> Edge {
        let Some(access) = &regimen.access else { return given };
        let line = past.line as u8 + 1;
        let levels = &past.levels;
        let not_infused = self.failure(found, Cause::NotInfused);
        let refused = |happening| not_infused.clone().after(vec![Effect::Happened(happening, line)]);

        let months = self.number(&access.waiting_months, levels);
        let death = self.number(&access.waiting_death, levels);
        let progression = self.number(&access.waiting_progression, levels);
        let death_curve = self.curve_from(CurveSource::Waiting { months, own: death, other: progression });
        let progression_curve =
            self.curve_from(CurveSource::Waiting { months, own: progression, other: death });
        let clock = |curve, event| Clock::Curve { curve, event, save: None };
        let mut clocks = vec![
            (clock(death_curve, Event::WaitingDeath), self.death(past, Happening::DeathRelapse)),
            (clock(progression_curve, Event::WaitingProgression), refused(Happening::WaitingProgression)),
            (Clock::After { origin: Origin::Line, months }, given),
        ];
        self.add_background(&mut clocks, past, State::Waiting);
        let attempt = past.attempt();
        let at_attempt = Past { given: attempt, ..past.clone() };
        let mut edge = Edge::to(self.race(State::Waiting, &at_attempt, clocks, Vec::new()));
        let gates = [
            (&access.manufacturing_failure, Event::Manufacturing, Happening::ManufacturingFailure),
            (&access.contamination, Event::Contamination, Happening::Contamination),
        ];
        for (value, event, happening) in gates {
            if let Some(value) = value {
                edge = Edge::to(self.branch(event, attempt, value, levels, refused(happening), edge));
            }
        }
        let known = regimen.antigen.as_ref().is_some_and(|antigen| past.present.contains(antigen));
        if let Some(value) = access.antigen_positive.as_ref().filter(|_| !known) {
            let mut without = past.clone();
            add_antigen(&mut without.lost, regimen.antigen.as_ref());
            let absent = self.failure(&without, Cause::NotInfused);
            let absent = absent.after(vec![Effect::Happened(Happening::AntigenAbsent, line)]);
            edge = Edge::to(self.branch(Event::AntigenPositive, attempt, value, levels, edge, absent));
        }
        edge.after(vec![Effect::Save(Origin::Line)])
    }

    /// From the first day of treatment on.
    fn given(&mut self, past: &Past, regimen: &Regimen) -> Edge {
        let line = past.line as u8 + 1;
        let response = self.response(past, regimen);
        let toxicity = self.toxicity(past, regimen, response);
        let mut effects = vec![
            Effect::Save(Origin::Line),
            Effect::Happened(Happening::Given, line),
            Effect::LimitCycles(f64::from(regimen.treatment.max_cycles)),
        ];
        if regimen.access.is_some() {
            effects.extend([Effect::Mark(Mark::Infusion), Effect::Flag(flag::INFUSED)]);
        }
        if regimen.transplant.is_some() {
            effects.extend(self.transplant_effects(past));
        }
        if let Some(cost) = &regimen.cost_at_start {
            effects.push(Effect::Cost(CostItem::Drug, self.number(cost, &past.levels)));
        }
        toxicity.after(effects)
    }

    /// A step with two ways.
    pub(super) fn branch(
        &mut self,
        event: Event,
        occurrence: u8,
        probability: &Value,
        levels: &[u8],
        yes: Edge,
        no: Edge,
    ) -> StepId {
        let probability = self.number(probability, levels);
        self.step(Step::Choose { event, occurrence, branches: vec![(probability, yes)], rest: no })
    }

    pub(super) fn sample(
        &mut self,
        event: Event,
        past: &Past,
        spec: &crate::model::CurveSpec,
        amount: Amount,
        price: Option<&Value>,
        next: Edge,
    ) -> Edge {
        let curve = self.curve(spec, &past.levels);
        let price = price.map(|value| self.number(value, &past.levels));
        let (line, occurrence) = (past.line as u8 + 1, past.given);
        Edge::to(self.step(Step::Sample { event, line, occurrence, curve, amount, price, next }))
    }

    pub(super) fn add_price(
        &mut self,
        effects: &mut Vec<Effect>,
        item: CostItem,
        price: Option<&Value>,
        levels: &[u8],
    ) {
        if let Some(value) = price {
            effects.push(Effect::Cost(item, self.number(value, levels)));
        }
    }

    pub(super) fn add_loss(&mut self, effects: &mut Vec<Effect>, loss: Option<&Value>, levels: &[u8]) {
        if let Some(value) = loss {
            effects.push(Effect::LoseQalys(self.number(value, levels)));
        }
    }

    /// Response at assessment, or remission at once, or natural history.
    fn response(&mut self, past: &Past, regimen: &Regimen) -> Edge {
        if past.in_remission || regimen.starts_in_remission {
            return self.enter_remission(past, regimen);
        }
        let Some(response) = &regimen.response else {
            return self.survival_after(past, State::Refractory, past.given + 1);
        };
        let line = past.line as u8 + 1;
        let levels = &past.levels;
        let months = self.number(&response.months, levels);
        let assessed = Clock::After { origin: Origin::Line, months };

        let mut cr_flags = flag::CR;
        if past.line == 0 {
            cr_flags |= flag::CR_FIRST_LINE;
        }
        let remission = self
            .enter_remission(past, regimen)
            .after(vec![Effect::Happened(Happening::Cr, line), Effect::Flag(cr_flags)]);
        let cr = self.induction(past, regimen, vec![(assessed.clone(), remission)]);

        let failed_at = match self.model.settings.efs_failure_at {
            EfsFailureAt::Assessment => Effect::Mark,
            EfsFailureAt::Start => Effect::MarkLineStart,
        };
        let failure = self.failure(past, Cause::Refractory);
        let failed = |happening, flags| {
            let mut effects = vec![Effect::Happened(happening, line), Effect::Flag(flags)];
            effects.extend(past.efs_event(failed_at));
            failure.clone().after(effects)
        };
        let none = vec![(assessed.clone(), failed(Happening::NoResponse, 0))];
        let none = self.induction(past, regimen, none);
        let mut branches = vec![(self.number(&response.cr, levels), Edge::to(cr))];
        if let Some(value) = &response.pr {
            let partial = vec![(assessed, failed(Happening::Pr, flag::PR))];
            let partial = self.induction(past, regimen, partial);
            branches.push((self.number(value, levels), Edge::to(partial)));
        }
        if let Some(value) = &regimen.toxicity.early_death {
            let clock = Clock::Within { months, event: Event::EarlyDeathTime };
            let death = vec![(clock, self.death(past, Happening::DeathTreatment))];
            let death = self.induction(past, regimen, death);
            branches.push((self.number(value, levels), Edge::to(death)));
        }
        let (event, occurrence) = (Event::Response, past.given);
        Edge::to(self.step(Step::Choose { event, occurrence, branches, rest: Edge::to(none) }))
    }

    fn induction(&mut self, past: &Past, regimen: &Regimen, mut clocks: Vec<(Clock, Edge)>) -> StepId {
        self.add_background(&mut clocks, past, State::Induction);
        let schedules = self.cycles(past, regimen);
        self.race(State::Induction, past, clocks, schedules)
    }

    /// The next line after a cause, or survival after failure.
    pub(super) fn failure(&mut self, past: &Past, cause: Cause) -> Edge {
        let given = past.given + u8::from(cause != Cause::NotInfused);
        let state = match cause {
            Cause::Relapse | Cause::AntigenLost => State::Relapsed,
            _ => State::Refractory,
        };
        self.onward(past, cause, |own| own.survival_after(past, state, given))
    }

    /// The next line after a cause for those who are able, `otherwise` for the rest; not built where there is no rest.
    pub(super) fn onward(
        &mut self,
        past: &Past,
        cause: Cause,
        otherwise: impl FnOnce(&mut Self) -> Edge,
    ) -> Edge {
        let Some(index) = self.next_line(past, cause) else { return otherwise(self) };
        let given = past.given + u8::from(cause != Cause::NotInfused);
        let next = Past {
            line: index,
            given,
            in_vain: if cause == Cause::NotInfused { past.in_vain + 1 } else { 0 },
            in_remission: matches!(cause, Cause::MrdPersistent | Cause::MolecularRelapse),
            levels: past.later.clone(),
            ..past.clone()
        };
        let edge = self.line(&next);
        let able = &self.strategy.lines[index].able;
        if *able == Value::Constant(1.0) {
            return edge;
        }
        let otherwise = otherwise(self);
        let event = if next.in_remission { Event::AbleInRemission } else { Event::Able };
        Edge::to(self.branch(event, next.attempt(), able, &past.later, edge, otherwise))
    }

    /// Survival after failure or relapse, with `given` lines given.
    fn survival_after(&mut self, past: &Past, state: State, given: u8) -> Edge {
        let regimen = self.regimen_of(past);
        let failure = &regimen.failure;
        let spec = if state == State::Relapsed { &failure.relapse } else { &failure.refractory };
        let curve = self.curve(spec, &past.levels);
        let clock = Clock::Curve { curve, event: Event::SurvivalAfterFailure, save: None };
        let mut clocks = vec![(clock, self.death(past, Happening::DeathRelapse))];
        self.add_background(&mut clocks, past, state);
        let after = Past { given, ..past.clone() };
        Edge::to(self.race(state, &after, clocks, Vec::new()))
    }

    /// Background death in a state, where there is a life table.
    pub(super) fn add_background(&mut self, clocks: &mut Vec<(Clock, Edge)>, past: &Past, state: State) {
        if self.model.life_table.is_some() {
            let ratio = self.regimen_of(past).mortality_ratio[state as usize].as_ref();
            let ratio = ratio.filter(|value| **value != Value::Constant(1.0));
            let ratio = ratio.map(|value| self.number(value, &past.levels));
            clocks.push((Clock::Background { ratio }, self.death(past, Happening::DeathBackground)));
        }
    }

    pub(super) fn race(
        &mut self,
        state: State,
        past: &Past,
        clocks: Vec<(Clock, Edge)>,
        schedules: Vec<Schedule>,
    ) -> StepId {
        let regimen = self.regimen_of(past);
        let at = state as usize;
        let costs = [&self.model.costs.state[at], &regimen.cost_per_month[at]];
        let costs = costs.into_iter().flatten().map(|value| self.number(value, &past.levels)).collect();
        let cost_since = [&self.model.costs.since_entry[at], &regimen.cost_since_entry[at]];
        let cost_since = cost_since.into_iter().filter(|pieces| !pieces.is_empty());
        let pieces = |own: &mut Self, pieces: &[TimePiece]| -> Vec<[usize; 2]> {
            let numbers = |piece: &TimePiece| {
                [&piece.from_months, &piece.amount].map(|value| own.number(value, &past.levels))
            };
            pieces.iter().map(numbers).collect()
        };
        let cost_since = cost_since.map(|own| pieces(self, own)).collect();
        let utility_since = pieces(self, &self.model.utilities.since_entry[at]);
        let floor = self.model.utilities.floor.as_ref().map(|value| self.number(value, &past.levels));
        let utility = regimen.utility[at].as_ref().or(self.model.utilities.state[at].as_ref());
        // A utility that is not named is 0, which a floor may raise.
        let utility = utility.or(floor.map(|_| &Value::Constant(0.0)));
        let utility = utility.map(|value| self.number(value, &past.levels));
        self.step(Step::Race {
            state,
            line: past.line as u8 + 1,
            occurrence: past.given,
            clocks,
            flows: Flows { costs, cost_since, utility, utility_since, floor },
            schedules,
        })
    }

    /// Cycles of treatment as a schedule of costs; none where cycles cost nothing.
    pub(super) fn cycles(&mut self, past: &Past, regimen: &Regimen) -> Vec<Schedule> {
        let treatment = &regimen.treatment;
        let levels = &past.levels;
        if treatment.max_cycles == 0 {
            return Vec::new();
        }
        let all = (0.0, f64::from(treatment.max_cycles));
        let mut costs = Vec::new();
        if let Some(value) = &treatment.administration {
            let amount = self.number(value, levels);
            let (item, dosing) = (CostItem::Administration, Dosing::Flat);
            costs.push(CycleCost { item, dosing, amount, vials: None, cycles: all });
        }
        for drug in &treatment.drugs {
            let vials = [&drug.cap, &drug.vial, &drug.price, &drug.doses];
            let vials = vials.map(|value| self.number(value, levels));
            costs.push(CycleCost {
                item: CostItem::Drug,
                dosing: drug.dosing,
                amount: self.number(&drug.dose, levels),
                vials: Some(vials),
                cycles: (f64::from(drug.cycles.0) - 1.0, f64::from(drug.cycles.1).min(all.1)),
            });
        }
        if costs.is_empty() {
            return Vec::new();
        }
        let every = self.number(&treatment.cycle_months, levels);
        vec![Schedule { origin: Origin::Line, every, at_origin: true, limited: true, costs }]
    }

    /// Death in a line: the end of a history.
    pub(super) fn death(&mut self, past: &Past, happening: Happening) -> Edge {
        let label = match happening {
            Happening::DeathTreatment => flag::DEATH_TREATMENT,
            Happening::DeathRelapse => flag::DEATH_RELAPSE,
            _ => flag::DEATH_BACKGROUND,
        };
        let mut effects = vec![
            Effect::Happened(happening, past.line as u8 + 1),
            Effect::Flag(label),
            Effect::Mark(Mark::Death),
        ];
        effects.extend(past.efs_event(Effect::Mark));
        self.add_price(&mut effects, CostItem::EndOfLife, self.model.costs.death.as_ref(), &past.levels);
        for last in &self.model.costs.last_months {
            let [months, per_month] =
                [&last.months, &last.per_month].map(|value| self.number(value, &past.levels));
            effects.push(Effect::LastMonths { months, per_month });
        }
        Edge::end(effects)
    }
}
