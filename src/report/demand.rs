//! Tables of a demand: `demand_daily.csv`, `demand_peaks.csv`, `stockouts.csv`, `policy.csv`, `demand_switches.csv`.

use super::ReportFile;
use super::table::{Table, cell, number};
use crate::demand::{
    Amount, DAILY_SHARES, DemandAnswers, DemandResults, Estimate, Level, Measure, PEAK_SHARES, Resource,
    Search,
};
use crate::model::Demand;

pub(super) fn files(demand: &Demand, answers: &DemandAnswers) -> Result<Vec<ReportFile>, csv::Error> {
    let results = &answers.results;
    let mut files = vec![
        ReportFile { name: "demand_daily.csv", bytes: daily(demand, results)? },
        ReportFile { name: "demand_peaks.csv", bytes: peaks(demand, results)? },
        ReportFile { name: "stockouts.csv", bytes: stockouts(results)? },
    ];
    if let Some(search) = &answers.search {
        files.push(ReportFile { name: "policy.csv", bytes: policies(results, search)? });
    }
    if !answers.switches.is_empty() {
        files.push(ReportFile { name: "demand_switches.csv", bytes: switches(&answers.switches)? });
    }
    Ok(files)
}

/// Outcome and unit of a ratio of two amounts.
const EACH: (&str, &str) = ("doses_for_each_infusion", "doses");

/// Share of doses that are there when needed.
const SERVICE: (&str, &str) = ("service_level", "probability");

/// Name and unit of a resource; a size of vials in whole mg, or with a `_` for the point.
pub(super) fn named(resource: Resource, sizes: &[f64]) -> (String, &'static str) {
    let size = |at: usize| sizes[at].to_string().replace('.', "_");
    match resource {
        Resource::Infusions => ("infusions".to_owned(), "infusions a day"),
        Resource::Doses => ("tocilizumab_doses".to_owned(), "doses a day"),
        Resource::IcuBeds => ("icu_beds".to_owned(), "beds"),
        Resource::IcuWanted => ("icu_beds_wanted".to_owned(), "beds"),
        Resource::WardBeds => ("ward_beds".to_owned(), "beds"),
        Resource::WardWanted => ("ward_beds_wanted".to_owned(), "beds"),
        Resource::VialsUsed(at) => (format!("vials_{}mg_used", size(at)), "vials a day"),
        Resource::VialsHeld(at) => (format!("vials_{}mg_held", size(at)), "vials"),
    }
}

/// Beds that there are of a resource in a scope: in all where that is the last of several.
fn capacity(demand: &Demand, scope: usize, resource: Resource) -> Option<u32> {
    let own = |centre: usize| match resource {
        Resource::IcuBeds | Resource::IcuWanted => demand.centres[centre].icu_beds,
        Resource::WardBeds | Resource::WardWanted => demand.centres[centre].ward_beds,
        _ => None,
    };
    if scope < demand.centres.len() { own(scope) } else { (0..demand.centres.len()).map(own).sum() }
}

/// Columns of percentages, such as `p95`, each with its interval over draws.
fn percentiles(shares: &[f64]) -> Vec<String> {
    let of_share = |share: &f64| {
        let ends = if *share < 1.0 { &["", "_lower_95", "_upper_95"][..] } else { &[""] };
        ends.iter().map(|end| format!("p{:.0}{end}", share * 100.0)).collect::<Vec<_>>()
    };
    shares.iter().flat_map(of_share).collect()
}

fn level_cells(level: &Level, shares: &[f64]) -> Vec<String> {
    let enough = level.percentiles.iter().zip(shares).flat_map(|(own, share)| {
        let (lower, upper) = own.in_draws.unzip();
        let counts = [own.enough, lower, upper];
        let told = if *share < 1.0 { &counts[..] } else { &counts[..1] };
        told.iter().map(|count| cell(count.map(f64::from))).collect::<Vec<_>>()
    });
    let head = [number(level.mean), cell(level.mc_se)].into_iter();
    head.chain(enough).chain([level.chance_sd, level.unknown_sd].map(cell)).collect()
}

/// Of all centres together, day by day: a row a day and resource.
fn daily(demand: &Demand, results: &DemandResults) -> Result<Vec<u8>, csv::Error> {
    let named_percentiles = percentiles(&DAILY_SHARES);
    let columns = ["day", "centre", "resource", "unit", "mean", "mc_se"].into_iter();
    let columns = columns.chain(named_percentiles.iter().map(String::as_str));
    let columns: Vec<&str> = columns.chain(["chance_sd", "unknown_sd", "capacity", "occupancy"]).collect();
    let mut table = Table::new(&columns)?;
    let scope = results.all();
    for resource in &results.resources {
        let (name, unit) = named(*resource, &results.sizes);
        let capacity = capacity(demand, scope, *resource).map(f64::from);
        for (day, level) in (1..).zip(results.days(*resource)) {
            let head = [day.to_string(), results.scopes[scope].clone(), name.clone(), unit.to_owned()];
            let in_use = matches!(resource, Resource::IcuBeds | Resource::WardBeds);
            let occupancy = capacity.filter(|beds| in_use && *beds > 0.0).map(|beds| level.mean / beds);
            table.row(
                head.into_iter()
                    .chain(level_cells(level, &DAILY_SHARES))
                    .chain([capacity, occupancy].map(cell)),
            )?;
        }
    }
    table.finish()
}

/// Peaks of years: a row a centre and resource.
fn peaks(demand: &Demand, results: &DemandResults) -> Result<Vec<u8>, csv::Error> {
    let named_percentiles = percentiles(&PEAK_SHARES);
    let columns = ["centre", "resource", "unit", "mean", "mc_se"].into_iter();
    let columns = columns.chain(named_percentiles.iter().map(String::as_str));
    let columns: Vec<&str> = columns.chain(["chance_sd", "unknown_sd", "capacity"]).collect();
    let mut table = Table::new(&columns)?;
    for (scope, centre) in results.scopes.iter().enumerate() {
        for resource in &results.resources {
            // The most that is held is what is ordered.
            if matches!(resource, Resource::VialsHeld(_)) {
                continue;
            }
            let (name, unit) = named(*resource, &results.sizes);
            let capacity = capacity(demand, scope, *resource).map(f64::from);
            let cells = level_cells(results.peak(scope, *resource), &PEAK_SHARES);
            let head = [centre.clone(), name, unit.to_owned()];
            table.row(head.into_iter().chain(cells).chain([cell(capacity)]))?;
        }
    }
    table.finish()
}

/// Where, what and in which unit an amount of a year is.
fn head(of: &str, measure: Measure) -> [String; 3] {
    [of, measure.name(), measure.unit()].map(ToOwned::to_owned)
}

/// Its mean, Monte Carlo error and interval.
fn estimate(amount: &Amount) -> [String; 4] {
    let band = &amount.band;
    [band.mean, band.mc_se, band.lower_95, band.upper_95].map(cell)
}

/// What a year brings at a centre: shortages, waits, losses, costs.
fn stockouts(results: &DemandResults) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "centre",
        "outcome",
        "unit",
        "mean",
        "mc_se",
        "lower_95",
        "upper_95",
        "chance_sd",
        "unknown_sd",
    ])?;
    for (scope, centre) in results.scopes.iter().enumerate() {
        for measure in Measure::ALL {
            if !results.tells(scope, measure) {
                continue;
            }
            let amount = results.amount(scope, measure);
            let spread = [amount.chance_sd, amount.unknown_sd].map(cell);
            table.row(head(centre, measure).into_iter().chain(estimate(amount)).chain(spread))?;
        }
        let each = results.doses_for_each_infusion(scope);
        let head = [centre, EACH.0, EACH.1].map(ToOwned::to_owned);
        table.row(head.into_iter().chain([each, None, None, None, None, None].map(cell)))?;
    }
    table.finish()
}

/// Every policy that was tried, a row each.
fn policies(results: &DemandResults, search: &Search) -> Result<Vec<u8>, csv::Error> {
    let sizes: Vec<String> = results.sizes.iter().map(|size| size.to_string().replace('.', "_")).collect();
    let levels = sizes.iter().flat_map(|size| {
        [format!("order_up_to_{size}mg"), format!("reorder_point_{size}mg"), format!("quantity_{size}mg")]
    });
    let estimates = [
        "service_level",
        "stockout_chance",
        "patients_affected",
        "vials_expired",
        "wasted_mg",
        "holding_cost",
        "cost",
    ];
    let estimated = estimates
        .iter()
        .flat_map(|name| ["", "_mc_se", "_lower_95", "_upper_95"].map(|end| format!("{name}{end}")));
    let ends = [
        "target_se",
        "cost_over_cheapest",
        "cost_over_cheapest_se",
        "meets_target",
        "draws_that_meet",
        "cheapest",
    ];
    let ends = ends.map(ToOwned::to_owned);
    let columns: Vec<String> = levels.chain(estimated).chain(ends).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&columns)?;
    let told = |own: Option<Estimate>| {
        let (low, high) = own.and_then(|own| own.interval).unzip();
        [own.map(|own| own.mean), own.and_then(|own| own.mc_se), low, high].map(cell)
    };
    let truth = |holds: bool| if holds { "TRUE" } else { "FALSE" }.to_owned();
    for (at, own) in search.candidates.iter().enumerate() {
        let policy = &own.policy;
        let levels = (0..sizes.len()).flat_map(|size| {
            // A quantity takes the place of a level.
            let up_to = policy.quantity[size].is_none().then_some(policy.order_up_to[size]);
            [up_to, Some(policy.reorder_point[size]), policy.quantity[size]]
                .map(|count| cell(count.map(f64::from)))
        });
        let others = [
            own.stockout_chance,
            own.patients_affected,
            own.vials_expired,
            own.wasted_mg,
            own.holding_cost,
            own.cost,
        ];
        let estimates = std::iter::once(own.service_level).chain(others.map(Some)).flat_map(told);
        let (over, over_se) = own.cost_over_cheapest.unzip();
        let errors = [own.target_se, over, over_se.flatten()].map(cell);
        let ends = [truth(own.meets), number(own.draws_that_meet), truth(search.cheapest == Some(at))];
        table.row(levels.chain(estimates).chain(errors).chain(ends))?;
    }
    table.finish()
}

/// The scenario as it is and with other choices: what a year brings, and the peaks, of all centres together.
fn switches(all: &[(String, DemandResults)]) -> Result<Vec<u8>, csv::Error> {
    let mut table = Table::new(&[
        "switch",
        "outcome",
        "unit",
        "mean",
        "mc_se",
        "lower_95",
        "upper_95",
        "p95",
        "p99",
        "unknown_sd",
        "chance_sd",
    ])?;
    for (switch, results) in all {
        let scope = results.all();
        for measure in Measure::ALL.into_iter().filter(|measure| results.tells(scope, *measure)) {
            let amount = results.amount(scope, measure);
            let spread = [None, None, amount.unknown_sd, amount.chance_sd].map(cell);
            table.row(head(switch, measure).into_iter().chain(estimate(amount)).chain(spread))?;
        }
        let ratios = [(EACH, results.doses_for_each_infusion(scope)), (SERVICE, results.service_level())];
        for ((outcome, unit), value) in ratios {
            let head = [switch.as_str(), outcome, unit].map(ToOwned::to_owned);
            table.row(head.into_iter().chain([value, None, None, None, None, None, None, None].map(cell)))?;
        }
        for resource in results.resources.iter().filter(|own| !matches!(own, Resource::VialsHeld(_))) {
            let peak = results.peak(scope, *resource);
            let (name, unit) = named(*resource, &results.sizes);
            let enough = |share| {
                let own = results.peak_percentile(scope, *resource, share);
                own.and_then(|own| own.enough).map(f64::from)
            };
            let head = [switch.clone(), format!("peak_{name}"), unit.to_owned()];
            let numbers =
                [peak.mc_se, None, None, enough(0.95), enough(0.99), peak.unknown_sd, peak.chance_sd]
                    .map(cell);
            let numbers = std::iter::once(number(peak.mean)).chain(numbers);
            table.row(head.into_iter().chain(numbers))?;
        }
    }
    table.finish()
}
