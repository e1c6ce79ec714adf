//! The demand of a finished run, and its part of the table on the screen.

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::number::grouped;
use super::output::Text;
use super::progress::Progress;
use super::terminal::wrapped;
use crate::demand::{self, DemandAnswers, DemandResults, Measure, Resource, Search, Stopped};
use crate::model::{Demand, DemandTarget, Model, Switch};
use crate::scenario::{Request, load};
use crate::summary::Band;
use std::fmt::Write as _;

/// Replicates what the scenario asks for; `None` where it asks for no demand.
pub(super) fn answer(
    model: &Model,
    request: &Request,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<Option<DemandAnswers>, Failure> {
    let Some(demand) = &model.demand else { return Ok(None) };
    let results = replicated(model, demand, interrupt, quiet)?;
    let search = match demand.target {
        None => None,
        Some(target) => {
            let progress = progress(model, demand.search_replications, interrupt, quiet);
            Some(demand::search(model, demand, target, &progress).map_err(|stopped| failed(model, stopped))?)
        }
    };
    let mut switches = Vec::new();
    if !(demand.switches.is_empty() && demand.vials.is_empty()) {
        let base = Switch::base();
        for switch in std::iter::once(&base).chain(&demand.switches) {
            let loaded = load(&request.with(&switch.set))
                .map_err(|problems| Failure::of_problems(problems.list().to_vec()))?;
            let Some(mut other) = loaded.model.demand.clone() else { continue };
            other.replications = demand.search_replications;
            switches.push((switch.name.clone(), replicated(&loaded.model, &other, interrupt, quiet)?));
        }
    }
    for (size, vial) in demand.vials.iter().enumerate() {
        let mut other = demand.with_one_more(size);
        other.replications = demand.search_replications;
        let name = format!("{}{}mg", Demand::ONE_MORE, vial.mg.to_string().replace('.', "_"));
        switches.push((name, replicated(model, &other, interrupt, quiet)?));
    }
    Ok(Some(DemandAnswers { results, search, switches }))
}

fn replicated(
    model: &Model,
    demand: &Demand,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<DemandResults, Failure> {
    let progress = progress(model, demand.replications, interrupt, quiet);
    demand::run(model, demand, &progress).map_err(|stopped| failed(model, stopped))
}

fn progress(model: &Model, replications: u32, interrupt: &Interrupt, quiet: bool) -> Progress {
    let parts = u64::from(replications) * u64::from(model.settings.draws);
    Progress::counted(model, parts, interrupt.clone(), quiet)
}

fn failed(model: &Model, stopped: Stopped) -> Failure {
    match stopped {
        Stopped::Interrupted => Failure::Interrupted,
        Stopped::TooManySteps(error) => Failure::Input(format!("{}: {error}", model.id)),
    }
}

/// Adds the demand to the table of a run.
pub(super) fn section(out: &mut Text, model: &Model, answers: &DemandAnswers, columns: Option<usize>) {
    let Some(demand) = &model.demand else { return };
    out.line("");
    let mut say = |text: &str| wrapped(text, columns).iter().for_each(|line| out.line(line));
    let results = &answers.results;
    let scope = results.all();
    let centres = demand.centres.len();
    let count = grouped(f64::from(results.replications) * results.draws as f64, 0);
    let where_ = if centres == 1 { "one centre".to_owned() } else { format!("{centres} centres") };
    say(&format!(
        "Demand of {where_} in {} years, {count} replications: means, and in brackets 95 % of the draws",
        demand.years
    ));
    let a_year = |measure| {
        let band = results.amount(scope, measure).band;
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| grouped(value, 1));
        match (band.lower_95, band.upper_95) {
            (Some(low), Some(high)) if low != high => {
                format!("{} ({} to {})", number(band.mean), grouped(low, 1), grouped(high, 1))
            }
            _ => number(band.mean),
        }
    };
    let mut lines =
        vec![("infusions a year", Measure::Infusions), ("tocilizumab doses a year", Measure::Doses)];
    lines.push(("stays in intensive care a year", Measure::IcuStays));
    if !demand.vials.is_empty() {
        lines.push(("doses a year that were not there", Measure::ShortDoses));
        lines.push(("vials expired a year", Measure::VialsExpired));
    }
    if results.amount(scope, Measure::Postponed).band.mean.is_some_and(|mean| mean > 0.0) {
        lines.push(("infusions postponed a year", Measure::Postponed));
    }
    for (words, measure) in lines {
        say(&format!("  {words}: {}", a_year(measure)));
    }
    let mean = |measure| results.amount(scope, measure).band.mean.unwrap_or(0.0);
    if let Some(each) = results.doses_for_each_infusion(scope) {
        say(&format!("  doses for each infusion: {}", grouped(each, 2)));
    }
    let others = [Measure::OtherDoses, Measure::OtherIcuStays].map(mean);
    if others[0] + others[1] > 0.0 {
        let [doses, stays] = others.map(|own| grouped(own, 1));
        say(&format!("  of others than the patients: {doses} of the doses, {stays} of the stays"));
    }
    if !demand.vials.is_empty() {
        let chance = percent_band(&results.amount(scope, Measure::ShortYears).band);
        say(&format!("  chance of a year with a dose that is not there: {chance}"));
    }
    for (words, resource) in
        [("beds of intensive care wanted", Resource::IcuWanted), ("doses in a day", Resource::Doses)]
    {
        let [most, nearly_all] = [0.95, 0.99].map(|share| results.peak_percentile(scope, resource, share));
        let [Some(enough), in_99] = [most, nearly_all].map(|own| own.and_then(|own| own.enough)) else {
            continue;
        };
        let in_99 = in_99.map_or(String::new(), |count| format!(", {count} in 99"));
        let known = most.and_then(|own| own.in_draws);
        let known = known.map_or(String::new(), |(low, high)| format!(" ({low} to {high})"));
        say(&format!("  peak of a year, {words}: at most {enough}{known} in 95 of 100 years{in_99}"));
    }
    if let Some(search) = &answers.search {
        cheapest(model, demand, search, &results.sizes).into_iter().for_each(|line| say(&line));
    }
    switches(model, answers).iter().for_each(|line| say(line));
}

/// A probability in percent, and in brackets 95 % of the draws.
fn percent_band(band: &Band) -> String {
    let percent = |value: f64| grouped(100.0 * value, 1);
    let mean = band.mean.map_or("-".to_owned(), percent);
    match band.lower_95.zip(band.upper_95) {
        Some((low, high)) => format!("{mean} % ({} to {})", percent(low), percent(high)),
        None => format!("{mean} %"),
    }
}

/// The cheapest policy that meets the target.
fn cheapest(model: &Model, demand: &Demand, search: &Search, sizes: &[f64]) -> Option<String> {
    let own = &search.candidates[search.cheapest?];
    let target = match search.target {
        DemandTarget::ServiceLevel(least) => format!("{} % of doses there", grouped(100.0 * least, 1)),
        DemandTarget::StockoutChance(most) => {
            format!("a stock-out in at most {} % of years", grouped(100.0 * most, 1))
        }
    };
    let extra = demand.centres.iter().filter(|own| own.extra_vials.iter().any(|vials| *vials > 0)).count();
    let beyond = match extra {
        0 => String::new(),
        1 => ", beside the extra vials of one centre".to_owned(),
        _ => format!(", beside the extra vials of {extra} centres"),
    };
    let tried = match search.candidates.len() {
        1 => "the one policy tried".to_owned(),
        count => format!("cheapest of {count} policies"),
    };
    Some(format!(
        "  {tried} with {target}, in {} replications: {}{beyond}; {} {} a year, and the target is met in {} % of draws",
        grouped(search.replications as f64, 0),
        own.policy.words(sizes),
        with_error(own.cost.mean, own.cost.mc_se),
        model.settings.currency,
        grouped(100.0 * own.draws_that_meet, 0)
    ))
}

/// A number with 1.96 of its Monte Carlo errors.
fn with_error(mean: f64, mc_se: Option<f64>) -> String {
    let error = mc_se.map_or(String::new(), |error| format!(" ± {}", grouped(1.96 * error, 0)));
    format!("{}{error}", grouped(mean, 0))
}

/// The name of a choice, in words.
fn words(name: &str) -> String {
    match name.strip_prefix(Demand::ONE_MORE).and_then(|size| size.strip_suffix("mg")) {
        Some(size) => format!("one more vial of {} mg in every store", size.replace('_', ".")),
        None => name.replace('_', " "),
    }
}

/// Other choices beside the scenario as it is, and what one more vial buys.
fn switches(model: &Model, answers: &DemandAnswers) -> Vec<String> {
    let Some((_, base)) = answers.switches.first() else { return Vec::new() };
    let count = f64::from(base.replications) * base.draws as f64;
    let mut lines = vec![format!("  beside each other, in {} replications:", grouped(count, 0))];
    for (name, own) in &answers.switches {
        let mean = |measure| own.amount(own.all(), measure).band.mean.unwrap_or(0.0);
        let each = own.doses_for_each_infusion(own.all()).map_or("-".to_owned(), |each| grouped(each, 2));
        let mut line = format!("    {}: {each} doses for each infusion", words(name));
        if !own.sizes.is_empty() {
            let costs = [Measure::VialCost, Measure::OrderCost, Measure::HoldingCost].map(mean);
            _ = write!(
                line,
                ", {}a dose not there in {} of years, {} {} a year",
                own.service_level().map_or(String::new(), |level| {
                    format!("{} % of doses there, ", grouped(100.0 * level, 1))
                }),
                percent_band(&own.amount(own.all(), Measure::ShortYears).band),
                grouped(costs.iter().sum(), 0),
                model.settings.currency
            );
        }
        lines.push(line);
    }
    lines
}
