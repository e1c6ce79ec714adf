//! Every value of a summary of one engine against that of the other.

use remisim::exact::{self, Stopped, Unsupported};
use remisim::model::Model;
use remisim::program::Program;
use remisim::scenario::{Request, load};
use remisim::simulate::{self, Unobserved};
use remisim::summary::{Band, DifferenceRow, Records, Summary};
use remisim::tally::SUB_BINS;
use std::collections::BTreeMap;
use std::time::Instant;

/// How two engines compare.
pub(crate) struct Compared {
    /// What is further apart than chance and the grid allow, in words.
    pub(crate) apart: Vec<String>,
    /// Largest distance, in Monte Carlo standard errors beyond the grid's bound.
    pub(crate) worst: f64,
    /// Largest bound of the grid, in Monte Carlo standard errors.
    pub(crate) worst_bound: f64,
    /// Time that the exact engine took on both grids.
    pub(crate) seconds: f64,
}

/// A shipped scenario with some of its keys changed.
pub(crate) fn overridden(scenario: &str, overrides: &[&str]) -> Model {
    let mut request = Request::new(scenario);
    request.overrides = overrides.iter().map(|text| (*text).to_owned()).collect();
    load(&request).unwrap().model
}

/// Named values of a summary; shares apart from others.
fn values(summary: &Summary) -> BTreeMap<String, (Band, bool)> {
    let mut values = BTreeMap::new();
    for row in &summary.outcomes {
        values.insert(format!("{} {}", row.strategy, row.outcome), (row.band, row.unit == "probability"));
    }
    for DifferenceRow { from, row } in &summary.differences {
        values.insert(format!("{} {} from {from}", row.strategy, row.outcome), (row.band, false));
    }
    for row in &summary.survival {
        values.insert(format!("{} {} at {}", row.strategy, row.curve.name(), row.months), (row.band, true));
    }
    for row in &summary.events {
        values.insert(format!("{} {} in line {}", row.strategy, row.event, row.line), (row.band, true));
    }
    values
}

/// Part of an amount by which those change it who are too rare to be among the patients that are sampled.
const RARE: f64 = 1e-6;

/// Compares the engines on the first draw; a share may also differ by `few` patients.
pub(crate) fn compare(
    model: &Model,
    program: &Program,
    errors: f64,
    few: f64,
) -> Result<Compared, Unsupported> {
    let months = model.settings.curve_months;
    let started = Instant::now();
    let results = match exact::run(model, program, &Unobserved) {
        Err(Stopped::Unsupported(unsupported)) => return Err(unsupported),
        results => results.unwrap(),
    };
    let seconds = started.elapsed().as_secs_f64();
    let (fine, coarse) =
        (values(&Summary::of_exact(model, &results)), values(&Summary::of_coarse(model, &results)));
    let sampled = simulate::run(model, program, &Unobserved, &|| Records::new(months)).unwrap();
    let sampled = values(&Summary::new(model, &sampled));
    let n = model.settings.patients as f64;
    let mut compared = Compared { apart: Vec::new(), worst: 0.0, worst_bound: 0.0, seconds };
    let missing = sampled.keys().filter(|name| !fine.contains_key(*name));
    let both = fine.keys().chain(missing).filter(|name| !name.contains("_median_not_reached"));
    for name in both {
        let mean = |values: &BTreeMap<String, (Band, bool)>| values.get(name).and_then(|(band, _)| band.mean);
        let (Some(exact), Some(found)) = (mean(&fine), mean(&sampled)) else {
            // A median that is all but reached may be in one of them only, and a curve about one patient in a million.
            let known = mean(&fine).is_some() || mean(&sampled).is_some();
            if known && few == 0.0 && !name.contains("_median_months") {
                compared.apart.push(format!("{name}: exact {:?}, sampled {:?}", mean(&fine), mean(&sampled)));
            }
            continue;
        };
        let (band, share) = sampled[name];
        // What happened to nobody has no standard error: then that of one patient.
        let scale = if name.contains(" in line ") { 1000.0 } else { 1.0 };
        let least = if share { (few + 1.0) * scale / n } else { 0.0 };
        let error = band.mc_se.unwrap_or(0.0).max(if share { scale / n } else { 0.0 });
        let bound = (exact - mean(&coarse).unwrap_or(exact)).abs();
        let distance = (exact - found).abs();
        if error > 0.0 {
            compared.worst = compared.worst.max((distance - bound) / error);
            compared.worst_bound = compared.worst_bound.max(bound / error);
        }
        // A rare cost that nobody had has no standard error either.
        if few > 0.0 && found == 0.0 && error == 0.0 {
            continue;
        }
        // Tallies are rounded to fixed fractions, money to 2^-16, patient by patient.
        let rounding = 1e-9 * exact.abs() + if share { 0.0 } else { 8e-6 };
        // An amount that all sampled patients had alike may differ in those too rare to be among them.
        let rounding = rounding + if few > 0.0 && error == 0.0 { RARE * exact.abs() } else { 0.0 };
        // A median beside a jump of its curve lies where the jump stands in its bin.
        let rounding = rounding + if name.contains("_median_months") { 1.0 / SUB_BINS as f64 } else { 0.0 };
        if distance > errors * error + least + bound + rounding {
            let by = distance / error;
            compared.apart.push(format!(
                "{name}: exact {exact} ± {bound:.1e}, sampled {found} ± {error:.1e}, {by:.1} errors"
            ));
        }
    }
    Ok(compared)
}
