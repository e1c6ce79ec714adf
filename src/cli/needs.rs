//! The demand of a finished run on the screen: a year, its worst moments, the policy to hold, other choices.

use super::number::grouped;
use super::output::Text;
use super::table::{Rows, write_aligned};
use super::terminal::wrapped;
use crate::demand::{DemandAnswers, DemandResults, Measure, Resource, Search};
use crate::model::{Demand, DemandTarget, Model, Switch};
use crate::summary::Band;

/// What a year needs, in which words; what is never so is left out, but for the first.
const YEAR: [(&str, Measure); 8] = [
    ("infusions", Measure::Infusions),
    ("infusions postponed", Measure::Postponed),
    ("doses of tocilizumab", Measure::Doses),
    ("  of them for others than the patients", Measure::OtherDoses),
    ("doses that were not there", Measure::ShortDoses),
    ("vials expired", Measure::VialsExpired),
    ("stays in intensive care", Measure::IcuStays),
    ("  of them of others", Measure::OtherIcuStays),
];
/// Resources and what is told of their worst moment.
const PEAKS: [(&str, Resource); 3] = [
    ("doses in a day", Resource::Doses),
    ("beds of intensive care wanted", Resource::IcuWanted),
    ("ward beds wanted", Resource::WardWanted),
];

/// Adds the demand to the table of a run.
pub(super) fn section(out: &mut Text, model: &Model, answers: &DemandAnswers, columns: Option<usize>) {
    let Some(demand) = &model.demand else { return };
    let results = &answers.results;
    let say = |out: &mut Text, text: &str| wrapped(text, columns).iter().for_each(|line| out.line(line));
    let count = grouped(f64::from(results.replications) * results.draws as f64, 0);
    let centres = match demand.centres.len() {
        1 => "one centre".to_owned(),
        count => format!("{count} centres"),
    };
    out.line("");
    say(out, &format!("Demand of {centres} in {} years, {count} replications", demand.years));
    for rows in [Some(year(demand, results)), peaks(results)].into_iter().flatten() {
        out.line("");
        write_aligned(out, &rows, columns);
    }
    if let Some(search) = &answers.search {
        out.line("");
        cheapest(model, demand, search, &results.sizes).into_iter().for_each(|line| say(out, &line));
    }
    if let Some(rows) = choices(model, answers) {
        let base = &answers.switches[0].1;
        let count = grouped(f64::from(base.replications) * base.draws as f64, 0);
        out.line("");
        say(out, &format!("Other choices beside each other, in {count} replications"));
        write_aligned(out, &rows, columns);
    }
}

/// Rows under a heading of their own.
fn headed(heading: &[&str], rows: Vec<Vec<String>>) -> Rows {
    let heading = heading.iter().map(|own| (*own).to_owned()).collect();
    Rows { cells: std::iter::once(heading).chain(rows).collect(), heading: 1 }
}

/// What a year needs.
fn year(demand: &Demand, results: &DemandResults) -> Rows {
    let scope = results.all();
    let band = |measure| results.amount(scope, measure).band;
    let stocked = |measure| !matches!(measure, Measure::ShortDoses) || !demand.vials.is_empty();
    let shown = |own: &&(&str, Measure)| {
        let any = band(own.1).mean.is_some_and(|mean| mean > 0.0);
        stocked(own.1) && (any || matches!(own.1, Measure::Infusions | Measure::Doses | Measure::ShortDoses))
    };
    let told = YEAR.iter().filter(shown);
    let mut rows: Vec<Vec<String>> =
        told.map(|(words, measure)| vec![(*words).to_owned(), amount(&band(*measure))]).collect();
    if let Some(each) = results.doses_for_each_infusion(scope) {
        rows.push(vec!["doses for each infusion of the patients".to_owned(), grouped(each, 2)]);
    }
    if !demand.vials.is_empty() {
        let chance = percent_band(&band(Measure::ShortYears));
        rows.push(vec!["chance of a year with a dose that is not there".to_owned(), chance]);
    }
    headed(&["", "in a year"], rows)
}

/// Counts that are enough at the worst moment of so many years; those that as few replications as here do not tell have
/// none.
fn peaks(results: &DemandResults) -> Option<Rows> {
    let rows = PEAKS.iter().filter_map(|(words, resource)| {
        let of = |share: f64| results.peak_percentile(results.all(), *resource, share);
        let enough = of(0.95)?.enough.filter(|count| *count > 0)?;
        let known = of(0.95)?.in_draws.map_or(String::new(), |(low, high)| format!(" ({low} to {high})"));
        let in_99 = of(0.99)?.enough.map_or("-".to_owned(), |count| count.to_string());
        Some(vec![(*words).to_owned(), format!("{enough}{known}"), in_99])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    (!rows.is_empty()).then(|| headed(&["enough at the worst moment", "in 95 of 100 years", "in 99"], rows))
}

/// A mean, and in brackets 95 % of the draws where they differ.
fn amount(band: &Band) -> String {
    let mean = band.mean.map_or("-".to_owned(), |mean| grouped(mean, 1));
    match band.lower_95.zip(band.upper_95) {
        Some((low, high)) if low != high => format!("{mean} ({} to {})", grouped(low, 1), grouped(high, 1)),
        _ => mean,
    }
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
            format!("a shortage in at most {} % of years", grouped(100.0 * most, 1))
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
        "{tried} with {target}, in {} replications: {}{beyond}; {} {} a year, and the target is met in {} % of draws",
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
    if name == Switch::BASE {
        return "the scenario as it is".to_owned();
    }
    match name.strip_prefix(Demand::ONE_MORE).and_then(|size| size.strip_suffix("mg")) {
        Some(size) => format!("one more vial of {} mg in every store", size.replace('_', ".")),
        None => name.replace('_', " "),
    }
}

/// Other choices beside the scenario as it is, and what one more vial buys.
fn choices(model: &Model, answers: &DemandAnswers) -> Option<Rows> {
    let (_, base) = answers.switches.first()?;
    let stocked = !base.sizes.is_empty();
    let rows = answers.switches.iter().map(|(name, own)| {
        let mean = |measure| own.amount(own.all(), measure).band.mean.unwrap_or(0.0);
        let each = own.doses_for_each_infusion(own.all()).map_or("-".to_owned(), |each| grouped(each, 2));
        let mut row = vec![words(name), each];
        if stocked {
            let costs = [Measure::VialCost, Measure::OrderCost, Measure::HoldingCost].map(mean);
            let level = own.service_level().map_or("-".to_owned(), |level| grouped(100.0 * level, 1) + " %");
            row.push(level);
            row.push(percent_band(&own.amount(own.all(), Measure::ShortYears).band));
            row.push(grouped(costs.iter().sum(), 0));
        }
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let money = format!("{} a year", model.settings.currency);
    let all = ["", "doses an infusion", "doses there", "years with one missing", &money];
    Some(headed(&all[..if stocked { 5 } else { 2 }], rows))
}
