//! Remission: MRD, the race, tests, transplant, relapse.

use super::money::NEAR;
use super::{Death, Entry, Here, Walk, earliest};
use remisim::distribution::Curve;
use remisim::model::{Cause, CostItem, Monitoring, Remission, TransplantRule};
use remisim::outcome::{Happening, Mark, State, flag};
use remisim::stream::Event;

/// Places at which the date of a transplant and the persistence of cells are taken.
const POINTS: u32 = 16;

/// How a race in remission ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Relapse,
    Dead(Death),
    Transplant,
    Detection,
}

/// What goes on in one remission, whatever else happens.
struct Course {
    start: f64,
    relapse_curve: Curve,
    relapse_budget: f64,
    /// Months at which relapse and non-relapse death are due.
    relapse: f64,
    other_death: f64,
    /// Month at which CAR-T cells are gone, where that matters.
    cells_gone: Option<f64>,
}

impl<'a> Walk<'a> {
    pub(super) fn remission(&mut self, here: &Here<'a>) -> Option<Entry> {
        self.mark(Mark::Remission, self.now);
        let regimen = here.regimen;
        for (attribute, level) in &regimen.sets {
            self.levels[*attribute] = *level;
        }
        let mut positive = false;
        if let Some(negative) = &regimen.mrd_negative {
            positive = self.luck.uniform(Event::Mrd, here.before) >= here.get(negative);
            if positive {
                self.happens(here, Happening::MrdPositive);
            } else {
                self.happens(here, Happening::MrdNegative);
                self.life.flags |= flag::MRD_NEGATIVE;
            }
        }
        if positive && let Some(line) = self.next_line(here, Cause::MrdPersistent) {
            return Some(Entry { line, in_remission: true });
        }
        let Some(remission) = &regimen.remission else { return self.fail(here, Cause::Refractory) };
        self.race(here, remission, positive)
    }

    /// A transplant, now.
    pub(super) fn transplant_happens(&mut self, here: &Here<'a>) {
        self.transplanted = true;
        self.happens(here, Happening::Transplant);
        self.life.flags |= flag::TRANSPLANT;
        self.pay(here, CostItem::Transplant, self.model.costs.transplant.as_ref(), 1.0);
        self.lose(here, self.model.utilities.transplant.as_ref());
    }

    fn race(&mut self, here: &Here<'a>, remission: &'a Remission, positive: bool) -> Option<Entry> {
        let pick = |positive_one: &'a Option<_>, general: Option<&'a _>| {
            if positive && positive_one.is_some() { positive_one.as_ref() } else { general }
        };
        let relapse_spec = pick(&remission.relapse_mrd_positive, Some(&remission.relapse));
        let other_spec =
            pick(&remission.non_relapse_death_mrd_positive, remission.non_relapse_death.as_ref());
        let relapse_curve = here.curve(relapse_spec.expect("there is a general one"));
        let other_curve = other_spec.map_or(Curve::NEVER, |spec| here.curve(spec));
        let relapse_budget = self.luck.budget(Event::Relapse, here.before);
        let other_budget = self.luck.budget(Event::NonRelapseDeath, here.before);
        let rule = here.line.transplant.or(remission.transplant.as_ref());
        let rule = rule.filter(|rule| !self.transplanted && admits(rule, &here.levels));
        let monitoring = here.line.monitoring.or(remission.monitoring.as_ref());
        let monitoring = monitoring.filter(|_| !positive);
        let cells_gone = remission.persistence.as_ref().map(|spec| {
            here.start + here.curve(spec).time_at(self.luck.budget(Event::Persistence, here.before))
        });
        let course = Course {
            start: self.now,
            relapse: self.now + relapse_curve.time_at(relapse_budget),
            other_death: self.now + other_curve.time_at(other_budget),
            relapse_curve,
            relapse_budget,
            cells_gone,
        };
        let transplant = rule.map_or(f64::INFINITY, |rule| {
            let planned = planned_share(here, remission, rule, &[course.relapse_curve.clone(), other_curve]);
            self.transplant_date(here, rule, &course, planned)
        });
        let detection = monitoring.map_or(f64::INFINITY, |tests| self.detection(here, tests, &course));
        let state = match here.regimen.transplant {
            _ if positive => State::MrdPositive,
            Some(_) => State::Transplanted,
            None => State::Remission,
        };
        let (time, end) = earliest(&[
            (course.relapse, End::Relapse),
            (course.other_death, End::Dead(Death::Treatment)),
            (self.background(here, state), End::Dead(Death::Background)),
            (transplant, End::Transplant),
            (detection, End::Detection),
        ]);
        let alive = self.stay(here, state, time);
        if here.regimen.treatment.in_remission {
            self.cycles(here, course.start, self.now);
        }
        if let Some(tests) = monitoring {
            self.pay_tests(here, tests, course.start);
        }
        if !alive {
            return None;
        }
        match end {
            End::Relapse => self.relapse(here, remission),
            End::Dead(death) => {
                self.die(here, death);
                None
            }
            End::Transplant => self.transplant(here, remission, rule.expect("it was planned"), &course),
            End::Detection => {
                let planned = rule.map(|rule| (rule, transplant));
                self.detected(here, remission, &course, planned)
            }
        }
    }

    /// Month of the transplant: infinite where none is planned.
    fn transplant_date(&self, here: &Here<'a>, rule: &TransplantRule, course: &Course, planned: f64) -> f64 {
        let u = self.luck.uniform(Event::Transplant, here.before);
        if u >= planned {
            return f64::INFINITY;
        }
        let months = here.curve(&rule.months).time_at(-(u / planned).ln()).max(here.get(&rule.gap_months));
        let date = course.start + months;
        match course.cells_gone {
            Some(gone) if rule.after_persistence => date.max(gone),
            _ => date,
        }
    }

    /// Month of the first test that finds the relapse that is coming.
    fn detection(&self, here: &Here<'a>, tests: &Monitoring, course: &Course) -> f64 {
        let every = here.get(&tests.every_months);
        let lead = here.get(&tests.lead_months);
        let sensitivity = here.get(&tests.sensitivity);
        let relapse = course.relapse_curve.time_at(course.relapse_budget);
        if relapse.is_infinite() || every < 0.01 || sensitivity <= 0.0 {
            return f64::INFINITY;
        }
        let first = ((relapse - lead) / every - NEAR).ceil().max(1.0);
        let u = self.luck.uniform(Event::Detection, here.before);
        let misses = if sensitivity >= 1.0 { 0.0 } else { (u.ln() / (1.0 - sensitivity).ln()).floor() };
        let found = every * (first + misses);
        if found < relapse { course.start + found } else { f64::INFINITY }
    }

    /// Tests from the start of remission until now are paid.
    fn pay_tests(&mut self, here: &Here<'a>, tests: &Monitoring, start: f64) {
        let every = here.get(&tests.every_months);
        let price = self.model.costs.mrd_test.as_ref();
        if every < 0.01 {
            return;
        }
        let mut test = 1.0;
        while start + test * every < self.now - NEAR * every {
            self.pay_at(here, CostItem::Monitoring, price, 1.0, start + test * every);
            test += 1.0;
        }
    }

    fn transplant(
        &mut self,
        here: &Here<'a>,
        remission: &'a Remission,
        rule: &TransplantRule,
        course: &Course,
    ) -> Option<Entry> {
        self.transplant_happens(here);
        let effect = self.model.regimens[rule.regimen].transplant.as_ref().expect("a transplant regimen");
        let mut ratio = here.get(&effect.relapse_ratio);
        if let (Some(lost), Some(gone)) = (&rule.lost_car_t_ratio, course.cells_gone)
            && self.now < gone
        {
            ratio *= here.get(lost);
        }
        let relapse = if ratio == 1.0 {
            course.relapse
        } else {
            let spent = course.relapse_curve.cumulative_hazard(self.now - course.start);
            let left = course.relapse_budget - spent;
            course.start + course.relapse_curve.time_at(spent + left / ratio)
        };
        let death = here.curve(&effect.death).time_at(self.luck.budget(Event::TransplantDeath, here.before));
        let (time, end) = earliest(&[
            (relapse, End::Relapse),
            (course.other_death, End::Dead(Death::Treatment)),
            (self.now + death, End::Dead(Death::Treatment)),
            (self.background(here, State::Transplanted), End::Dead(Death::Background)),
        ]);
        self.finish(here, remission, State::Transplanted, time, end)
    }

    /// A molecular relapse: the next line for it, or remission until the relapse that was coming.
    fn detected(
        &mut self,
        here: &Here<'a>,
        remission: &'a Remission,
        course: &Course,
        planned: Option<(&TransplantRule, f64)>,
    ) -> Option<Entry> {
        self.happens(here, Happening::MolecularRelapse);
        self.life.flags |= flag::MOLECULAR_RELAPSE;
        // The test that found it.
        self.pay(here, CostItem::Monitoring, self.model.costs.mrd_test.as_ref(), 1.0);
        if let Some(line) = self.next_line(here, Cause::MolecularRelapse) {
            return Some(Entry { line, in_remission: true });
        }
        let (time, end) = earliest(&[
            (course.relapse, End::Relapse),
            (course.other_death, End::Dead(Death::Treatment)),
            (self.background(here, State::MrdPositive), End::Dead(Death::Background)),
            (planned.map_or(f64::INFINITY, |(_, date)| date), End::Transplant),
        ]);
        let from = self.now;
        let alive = self.stay(here, State::MrdPositive, time);
        if here.regimen.treatment.in_remission {
            self.cycles(here, from, self.now);
        }
        match (alive, end, planned) {
            (false, ..) => None,
            (true, End::Transplant, Some((rule, _))) => self.transplant(here, remission, rule, course),
            (true, End::Dead(death), _) => {
                self.die(here, death);
                None
            }
            _ => self.relapse(here, remission),
        }
    }

    /// A last stay in remission, to relapse or death.
    fn finish(
        &mut self,
        here: &Here<'a>,
        remission: &'a Remission,
        state: State,
        time: f64,
        end: End,
    ) -> Option<Entry> {
        if !self.stay(here, state, time) {
            return None;
        }
        if let End::Dead(death) = end {
            self.die(here, death);
            return None;
        }
        self.relapse(here, remission)
    }

    fn relapse(&mut self, here: &Here<'a>, remission: &Remission) -> Option<Entry> {
        self.happens(here, Happening::Relapse);
        self.life.flags |= flag::RELAPSE;
        self.mark(Mark::Relapse, self.now);
        self.mark(Mark::EfsEvent, self.now);
        let modulation = here.or_zero(remission.antigen_modulation.as_ref());
        let clone = here.or_zero(remission.negative_clone.as_ref());
        let u = self.luck.uniform(Event::AntigenLoss, here.before);
        if u >= modulation + clone {
            return self.fail(here, Cause::Relapse);
        }
        self.happens(
            here,
            if u < modulation { Happening::AntigenModulation } else { Happening::NegativeClone },
        );
        self.life.flags |= flag::RELAPSE_ANTIGEN_NEGATIVE;
        self.lost_antigens.extend(here.regimen.antigen.clone());
        self.fail(here, Cause::AntigenLost)
    }
}

fn admits(rule: &TransplantRule, levels: &[u8]) -> bool {
    rule.only.iter().all(|(attribute, allowed)| allowed.contains(&levels[*attribute]))
}

/// Share to plan so that the share wanted is transplanted before relapse and death: the wanted one over the mean
/// chance to be in remission still on the day.
fn planned_share(here: &Here<'_>, remission: &Remission, rule: &TransplantRule, ends: &[Curve; 2]) -> f64 {
    let wanted = here.get(&rule.share);
    if wanted <= 0.0 {
        return 0.0;
    }
    let gap = here.get(&rule.gap_months);
    let months = here.curve(&rule.months);
    let places = legendre_places();
    let dates = places.iter().map(|(place, weight)| (months.time_at(-place.ln()).max(gap), weight));
    // Months from remission until the cells are gone; one date that never binds where they do not matter.
    let cells: Vec<(f64, f64)> = match &remission.persistence {
        Some(spec) if rule.after_persistence => {
            let to_remission = match &here.regimen.response {
                Some(response) if !here.in_remission => here.get(&response.months),
                _ => 0.0,
            };
            let curve = here.curve(spec);
            places
                .iter()
                .map(|(place, weight)| (curve.time_at(-place.ln()) - to_remission, *weight))
                .collect()
        }
        _ => vec![(0.0, 1.0)],
    };
    let mut mean = 0.0;
    for (date, weight) in dates {
        for &(gone, of_gone) in &cells {
            let day = date.max(gone);
            mean += weight * of_gone * ends[0].survival(day) * ends[1].survival(day);
        }
    }
    (wanted / mean).min(1.0)
}

/// Zeros of the Legendre polynomial of degree [`POINTS`] by Newton's steps, moved to (0, 1), and the weights that belong.
fn legendre_places() -> Vec<(f64, f64)> {
    let n = f64::from(POINTS);
    let zero = |i: u32| {
        let mut x = (std::f64::consts::PI * (f64::from(i) + 0.75) / (n + 0.5)).cos();
        let mut slope = 0.0;
        for _ in 0..20 {
            let (mut before, mut value) = (1.0, x);
            for degree in 2..=POINTS {
                let k = f64::from(degree);
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = n * (before - x * value) / (1.0 - x * x);
            x -= value / slope;
        }
        (0.5 * (x + 1.0), 1.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..POINTS).map(zero).collect()
}
