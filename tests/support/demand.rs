//! Scenarios of demand made of a few lines.

#![allow(dead_code, reason = "no test uses all of it")]

use super::folder::Folder;
use remisim::demand::{Amount, DemandResults, Measure, run};
use remisim::model::Model;
use remisim::scenario::{Request, load};
use remisim::simulate::Unobserved;

/// A scenario of one product, `cells`, given to everyone alike: settings, CRS of the product, `[demand]`.
pub(crate) fn scenario(settings: &str, crs: &str, demand: &str) -> String {
    format!(
        "title = \"Closed forms\"\nquestion = \"Do they hold?\"\nbare_numbers = \"closed forms, without clinical meaning\"\n\
         [settings]\npatients = 1\nhorizon_months = 240\nbackground_mortality = \"none\"\n{settings}\n\
         [population]\nlabel = \"Everyone\"\ngroup = \"test\"\nage_years = {{ fixed = 40 }}\nbody = \"reference\"\n\
         [tocilizumab]\nmg_per_kg = 8\nlight_mg_per_kg = 12\nlight_kg = 30\ncap_mg = 800\n\
         [regimens.cells]\nlabel = \"Cells\"\ngroup = \"test\"\n[regimens.cells.toxicity]\ncrs = {{ scale = \"astct\", {crs} }}\n\
         [regimens.cells.failure]\nrefractory = {{ family = \"never\" }}\nrelapse = {{ family = \"never\" }}\n\
         [[strategies]]\nid = \"cells\"\n[[strategies.lines]]\nregimen = \"cells\"\n{demand}"
    )
}

/// Nobody's figures vary.
pub(crate) const CERTAIN: &str = "draws = 1\nuncertainty = false";

/// Reads a scenario.
#[track_caller]
pub(crate) fn read(text: &str) -> Model {
    let folder = Folder::new();
    let path = folder.at("demand.toml");
    std::fs::write(&path, text).unwrap();
    let request = Request::new(path.to_str().unwrap());
    load(&request).unwrap_or_else(|problems| panic!("{problems}")).model
}

/// Replicates the demand of a scenario.
#[track_caller]
pub(crate) fn replicate(text: &str) -> DemandResults {
    let model = read(text);
    run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap()
}

/// The mean of a measure lies within four of its standard errors of an exact value.
#[track_caller]
pub(crate) fn assert_mean(results: &DemandResults, measure: Measure, exact: f64) {
    let Amount { band, .. } = results.amount(results.all(), measure);
    let (mean, error) = (band.mean.unwrap(), band.mc_se.unwrap());
    assert!((mean - exact).abs() < 4.0 * error, "{}: {mean} against {exact}, error {error}", measure.name());
}
