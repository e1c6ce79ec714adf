//! Everyone who comes in one replication, and all that chance decides of their care: the same under every policy.

use super::arrival::weekly;
use super::life::{Episode, Teller, Told};
use super::plan::Plan;
use crate::distribution::Curve;
use crate::math::ln;
use crate::model::{Arrivals, Counted, Demand};
use crate::program::Draw;
use crate::simulate::BATCH;
use crate::stream::{Event, ParameterStream, Stream};
use std::ops::Range;

/// What is addressed by name in calendar time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Calendar {
    /// Arrivals of a product at a centre.
    Arrivals = 1,
    /// Arrivals of others at a centre.
    Background = 2,
    /// Orders of a store.
    Orders = 3,
}

/// The generator of something in a replication: place is a centre or store, item a product, user or number of an order.
pub(super) fn calendar(
    stream: Stream,
    slot: u32,
    what: Calendar,
    replication: u32,
    place: usize,
    item: u32,
) -> ParameterStream {
    let name =
        ((what as u64) << 60) | (u64::from(replication) << 44) | ((place as u64) << 32) | u64::from(item);
    stream.calendar(slot, name)
}

/// A patient who is ready for the infusion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    /// When, days.
    pub(super) ready: f64,
    /// Where.
    pub(super) centre: u16,
    /// Days after that until lost, while the infusion is postponed.
    pub(super) lost_after: f64,
    /// Whether a ward bed is needed from the infusion on, and for how many days.
    pub(super) inpatient: bool,
    pub(super) ward_days: f64,
    /// A dose of tocilizumab, mg.
    pub(super) mg: f64,
    /// Days from the infusion to death.
    pub(super) death: f64,
    /// What is needed.
    pub(super) care: Range<u32>,
}

/// What one line asks for. Days from the infusion of the first line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Care {
    /// Onset of CRS and its end.
    pub(super) crs: (f64, f64),
    /// Whether it is that of the first line.
    pub(super) first_line: bool,
    /// Day of the first dose of tocilizumab.
    pub(super) first_dose: f64,
    /// Days between doses.
    pub(super) between: [f64; 3],
    /// Doses.
    pub(super) doses: u8,
    /// Day of admission to intensive care and days there.
    pub(super) icu: Option<(f64, f64)>,
}

/// Someone else who comes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Other {
    /// When, days.
    pub(super) at: f64,
    /// Where.
    pub(super) centre: u16,
    /// Tocilizumab given that day, mg.
    pub(super) mg: f64,
    /// Days in intensive care.
    pub(super) icu_days: Option<f64>,
}

/// Everyone who comes in one replication.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    pub(super) visits: Vec<Visit>,
    pub(super) care: Vec<Care>,
    pub(super) others: Vec<Other>,
    /// Patients who should have come, but of whose addresses too few are infused, or more than there are addresses.
    pub(super) unmet: u32,
    /// Patients counted from their referral on, in the counted years: centre, time, and whether they are ever given the
    /// product.
    pub(super) referred: Vec<(usize, f64, bool)>,
    days: Vec<f64>,
}

/// The time of a curve for a uniform.
fn time(curve: &Curve, luck: f64) -> f64 {
    curve.time_at(-ln(luck))
}

/// Which replication of which draw: slot of the luck, number of the replication.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) slot: u32,
    pub(super) replication: u32,
}

impl Traffic {
    /// Brings everyone of a replication together. `draws` has the draw of each product's scenario.
    pub(super) fn fill(
        &mut self,
        (demand, plan): (&Demand, &Plan),
        (tellers, draws): (&mut [Teller<'_>], &[Draw]),
        stream: Stream,
        at: Place,
    ) {
        self.visits.clear();
        self.care.clear();
        self.others.clear();
        self.unmet = 0;
        self.referred.clear();
        for centre in 0..demand.centres.len() {
            for product in 0..demand.products.len() {
                self.arrive(demand, plan, stream, at, (centre, product));
                if self.days.is_empty() {
                    continue;
                }
                let days = std::mem::take(&mut self.days);
                let who = Group {
                    plan,
                    product,
                    centre,
                    infused: demand.products[product].counted == Counted::Infused,
                    stream,
                    slot: at.slot,
                    first: address(at.replication, centre, product),
                };
                self.meet(&who, &mut tellers[product], &draws[product], &days);
                self.days = days;
            }
            self.others(plan, stream, at, centre);
        }
    }

    /// Days on which patients of a product come to a centre.
    fn arrive(
        &mut self,
        demand: &Demand,
        plan: &Plan,
        stream: Stream,
        at: Place,
        (centre, product): (usize, usize),
    ) {
        self.days.clear();
        match &demand.products[product].arrivals {
            Arrivals::Poisson => {
                let mut luck =
                    calendar(stream, at.slot, Calendar::Arrivals, at.replication, centre, product as u32);
                plan.rates[centre][product].fill(plan.end, &mut luck, &mut self.days);
            }
            Arrivals::Weekly(counts) => {
                if demand.centres[centre].volumes[product] == crate::model::Volume::Scheduled {
                    weekly(*counts, demand.first_weekday, plan.end, &mut self.days);
                }
            }
            Arrivals::Dates(dates) => {
                let own = dates.iter().filter(|(_, place)| *place == centre);
                self.days.extend(own.map(|(day, _)| plan.counted_from + day));
            }
        }
        let most = Demand::PATIENTS as usize;
        self.unmet += self.days.len().saturating_sub(most) as u32;
        self.days.truncate(most);
    }

    /// The lives of the patients who come on these days.
    fn meet(&mut self, who: &Group<'_>, teller: &mut Teller<'_>, draw: &Draw, days: &[f64]) {
        let (mut first, mut met) = (0, 0);
        // Of those counted as infused some are skipped over; where hardly anyone is infused the rest stays away.
        while met < days.len() && first < Demand::PATIENTS as usize {
            // Some more than are wanted, so that few rounds are needed; who they are does not depend on it.
            let wanted = days.len() - met;
            let spare = if who.infused { wanted / 4 + 8 } else { 0 };
            let count = (wanted + spare).min(BATCH).min(Demand::PATIENTS as usize - first);
            let told = teller.tell(draw, who.first + first as u64, count);
            for patient in 0..count {
                if met == days.len() {
                    break;
                }
                let number = who.first + (first + patient) as u64;
                let given = told.heard.episodes(patient).next().is_some_and(|own| own.given < f64::INFINITY);
                if who.infused && !given {
                    continue;
                }
                self.take(who, &told, (patient, number), days[met]);
                met += 1;
            }
            first += count;
        }
        self.unmet += (days.len() - met) as u32;
    }

    /// Takes a patient in who comes on a day.
    fn take(&mut self, who: &Group<'_>, told: &Told<'_, '_>, (patient, number): (usize, u64), day: f64) {
        let plan = who.plan;
        // The product is the first line; who is only given a later one never comes for it.
        let given = told.heard.episodes(patient).next().map_or(f64::INFINITY, |own| own.given);
        if !who.infused && day >= plan.counted_from {
            self.referred.push((who.centre, day, given < f64::INFINITY));
        }
        if given == f64::INFINITY {
            return;
        }
        let luck = |event, line: u8| who.stream.uniform(who.slot, number, event, line);
        let from = self.care.len() as u32;
        for (line, episode) in (0_u8..).zip(told.heard.episodes(patient)).filter(|(_, own)| own.crs) {
            self.care.push(care(plan, episode, episode.given - given, |event| luck(event, line)));
        }
        let hazard = plan.lost_per_day[who.product][told.cell(patient)];
        let (ward_days, inpatient) = plan.ward.as_ref().map_or((0.0, false), |(days, outpatient)| {
            (time(days, luck(Event::WardStay, 0)), luck(Event::Outpatient, 0) >= *outpatient)
        });
        self.visits.push(Visit {
            ready: if who.infused { day } else { day + given },
            centre: who.centre as u16,
            lost_after: if hazard > 0.0 { -ln(luck(Event::Postponed, 0)) / hazard } else { f64::INFINITY },
            inpatient,
            ward_days,
            mg: plan.dose_mg(told.weight_kg(patient)),
            death: told.heard.death(patient) - given,
            care: from..self.care.len() as u32,
        });
    }

    /// Others who come to a centre.
    fn others(&mut self, plan: &Plan, stream: Stream, at: Place, centre: usize) {
        for (item, user) in (0..).zip(&plan.background) {
            let mut luck = calendar(stream, at.slot, Calendar::Background, at.replication, centre, item);
            self.days.clear();
            user.rates[centre].fill(plan.end, &mut luck, &mut self.days);
            self.others.extend(self.days.iter().map(|day| Other {
                at: *day,
                centre: centre as u16,
                mg: user.mg,
                icu_days: user.icu.as_ref().map(|days| time(days, luck.next_uniform())),
            }));
        }
    }
}

/// Patients of one product at one centre in one replication.
struct Group<'a> {
    plan: &'a Plan,
    product: usize,
    centre: usize,
    infused: bool,
    stream: Stream,
    slot: u32,
    /// Address of the first.
    first: u64,
}

/// Address of the first patient of a product at a centre in a replication, of 2^40: no two share one.
fn address(replication: u32, centre: usize, product: usize) -> u64 {
    const _: () = assert!(
        (Demand::REPLICATIONS as u64)
            * (Demand::CENTRES as u64)
            * (Demand::PRODUCTS as u64)
            * (Demand::PATIENTS as u64)
            <= crate::stream::PATIENT_LIMIT
    );
    let group = (u64::from(replication) * Demand::CENTRES as u64 + centre as u64) * Demand::PRODUCTS as u64;
    (group + product as u64) * u64::from(Demand::PATIENTS)
}

/// When what an episode asks for is needed; `after` days from the first infusion to that of the line.
fn care(plan: &Plan, episode: &Episode, after: f64, luck: impl Fn(Event) -> f64) -> Care {
    let onset = after + episode.onset;
    let later = |curve: Option<&Curve>, event| curve.map_or(0.0, |curve| time(curve, luck(event)));
    let mut between = [Demand::LEAST_BETWEEN_DOSES; 3];
    let events = [Event::SecondDose, Event::ThirdDose, Event::FourthDose];
    for (days, event) in between.iter_mut().zip(events).take(usize::from(episode.doses.saturating_sub(1))) {
        *days = days.max(later(plan.between_doses.as_ref(), event));
    }
    let first = if episode.doses > 0 { later(plan.first_dose.as_ref(), Event::FirstDose) } else { 0.0 };
    let icu = episode
        .icu
        .then(|| (onset + later(plan.icu_after_onset.as_ref(), Event::IcuAdmission), episode.icu_days));
    Care {
        crs: (onset, onset + episode.duration),
        first_line: after == 0.0,
        first_dose: onset + first,
        between,
        doses: episode.doses,
        icu,
    }
}
