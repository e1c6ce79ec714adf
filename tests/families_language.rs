//! Families and wraps as they are written in a scenario: what they mean, and what is said of those that are wrong.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;
use remisim::distribution::{Curve, CurveError, Family, Interpolation, KaplanMeier, PiecewiseExponential};
use remisim::distribution::{SplineScale, SurvivalTable};
use remisim::model::Model;
use std::sync::Arc;

const FILE: &str = "regimens/standard.toml";
const OLD: &str = "family = \"exponential\", rate = { assume = 0.004, reason = \"a rate\" }";

/// The good scenario with another curve of non-relapse death, bare numbers allowed.
fn with(curve: &str) -> Result<Model, String> {
    let fixture =
        Fixture::new().edit(FILE, "group = \"trial\"", "group = \"trial\"\nbare_numbers = \"test\"");
    fixture.edit(FILE, OLD, curve).load().map(|loaded| loaded.model)
}

/// The curve that the scenario has then.
fn curve(text: &str) -> Curve {
    let model = with(text).unwrap_or_else(|problems| panic!("{text}\n{problems}"));
    let regimen = model.regimens.iter().find(|regimen| regimen.id.as_str() == "standard").expect("used");
    let spec = regimen.remission.as_ref().and_then(|remission| remission.non_relapse_death.as_ref());
    let values: Vec<f64> = model
        .parameters
        .iter()
        .map(|parameter| match &parameter.source {
            remisim::model::ParameterSource::Single(distribution) => distribution.mean(),
            remisim::model::ParameterSource::Part { .. } => 0.25,
            remisim::model::ParameterSource::Posterior { .. } => f64::NAN,
        })
        .collect();
    spec.expect("there is one").evaluate(&model.population.levels(0), &values)
}

fn same(text: &str, expected: &Curve) {
    let found = curve(text);
    for h in [0.001, 0.1, 0.7, 3.0] {
        let (found, expected) = (found.time_at(h), expected.time_at(h));
        let near = found == expected || (found / expected - 1.0).abs() < 1e-12;
        assert!(near, "{text}: {found} {expected} at {h}");
    }
}

const SPLINE: &str =
    "spline = { scale = \"odds\", gamma = [-4.2, 1.4, 0.1], knots = [0, 1.9, 3.6], reason = \"figure 2\" }";
const TABLE: &str =
    "table = { months = [3, 6], survival = [0.9, 0.7], interpolation = \"linear\", reason = \"figure 2\" }";

#[test]
fn coefficients_of_flexsurv_mean_what_they_mean_there() -> Result<(), CurveError> {
    let simple = |family: Result<Family, CurveError>| Curve::simple(family?);
    same(
        "family = \"weibull_ph\", shape = 0.7, scale = 0.05",
        &simple(Ok(Family::Weibull { shape: 0.7, scale: remisim::math::pow(0.05, -1.0 / 0.7) }))?,
    );
    same("family = \"gamma\", shape = 2.5, rate = 0.2", &simple(Family::gamma(2.5, 0.2))?);
    same(
        "family = \"generalised_gamma\", mu = 2.9, sigma = 1.1, Q = -0.4",
        &simple(Family::generalised_gamma(2.9, 1.1, -0.4))?,
    );
    same(
        "family = \"log_normal\", meanlog = 2.1, sdlog = 0.9",
        &simple(Ok(Family::LogNormal { meanlog: 2.1, sdlog: 0.9 }))?,
    );
    let pieces = PiecewiseExponential::new(&[(0.0, 0.02), (6.0, 0.1)]).map(Family::PiecewiseExponential);
    same("family = \"piecewise_exponential\", rates = [0.02, 0.1], starts = [0, 6]", &simple(pieces)?);
    let spline = Family::spline(SplineScale::Odds, &[-4.2, 1.4, 0.1], &[0.0, 1.9, 3.6]);
    same(&format!("family = \"spline\", {SPLINE}"), &simple(spline)?);
    let table = Arc::new(SurvivalTable::new(&[3.0, 6.0], &[0.9, 0.7])?);
    let table = KaplanMeier::new(table, Interpolation::Linear, 0.01).map(Family::KaplanMeier);
    same(&format!("family = \"kaplan_meier\", {TABLE}, tail_rate = 0.01"), &simple(table)?);
    Ok(())
}

#[test]
fn families_without_a_closed_form_go_through_points() {
    for family in
        ["gamma\", shape = 2.5", "generalised_gamma\", sigma = 1.1, Q = -0.4", "weibull_ph\", shape = 0.7"]
    {
        let found = curve(&format!("family = \"{family}, median = 9"));
        assert!((found.survival(9.0) - 0.5).abs() < 1e-12, "{family}");
        for mixture in [true, false] {
            let text = format!(
                "family = \"{family}, at_months = 12, survival = 0.6, cured = 0.3, mixture = {mixture}"
            );
            let found = curve(&text);
            assert!((found.survival(12.0) - 0.6).abs() < 1e-12, "{text}");
            assert!((found.survival(1e280) - 0.3).abs() < 1e-2, "{text}: {}", found.survival(1e280));
        }
    }
}

#[test]
fn wraps_act_in_their_order() -> Result<(), CurveError> {
    let text = "family = \"gamma\", shape = 2.5, rate = 0.2, time_ratio = 2, cured = 0.3, mixture = false, \
                ratio = 0.7, alive_at = 4, delay = 1";
    let curve = Curve::new(Family::gamma(2.5, 0.1)?, 1.0, 0.7, 1.0)?;
    same(text, &curve.with_non_mixture_cure(0.3)?.given_alive_at(4.0)?);
    Ok(())
}

#[test]
fn tables_and_splines_stand_among_the_assumptions() {
    for curve in [
        format!("family = \"spline\", {SPLINE}"),
        format!("family = \"kaplan_meier\", {TABLE}, tail_rate = 0"),
    ] {
        let model = with(&curve).expect("good");
        let noted = model.assumptions.iter().filter(|assumption| assumption.reason == "figure 2");
        assert_eq!(noted.count(), 1, "{curve}");
    }
}

/// A curve and all that is said of it, after `regimens/standard.toml:12:21: remission.non_relapse_death`.
const BAD: &[(&str, &str)] = &[
    ("family = \"gengama\", rate = 1", ".family: found \"gengama\", allowed one of"),
    (
        "family = \"gamma\", shape = 2.5, scale = 3",
        ": found scale to place the curve, allowed one of rate, median",
    ),
    ("family = \"gamma\", sigma = 2.5, rate = 3", ".shape: found sigma, allowed shape for this family"),
    ("family = \"gamma\", shape = 2.5, rate = 0.2, Q = 1", ".Q: found Q, allowed Q for a generalised gamma"),
    (
        "family = \"generalised_gamma\", sigma = 2.5, mu = 1",
        ".Q: found nothing, allowed Q for a generalised gamma",
    ),
    ("family = \"generalised_gamma\", mu = 1, Q = 1", ".sigma: found nothing, allowed sigma for this family"),
    ("family = \"generalised_gamma\", sigma = -1, mu = 1, Q = 1", ".sigma: found -1, allowed"),
    ("family = \"generalised_gamma\", sigma = 1, mu = 1, q = 1", ".q: found \"q\", allowed a key of curve"),
    (
        "family = \"log_normal\", sdlog = 1, shape = 1, meanlog = 1",
        ".shape: found shape and sdlog, allowed shape or sdlog",
    ),
    (
        "family = \"piecewise_exponential\", rates = [0.1, 0.2], starts = [0, 1, 2]",
        ".rates: found 2 rates and 3 starts",
    ),
    ("family = \"piecewise_exponential\", rates = [0.1, 0.2]", ".starts: found nothing, allowed starts"),
    (
        "family = \"piecewise_exponential\", rates = [0.1, -0.2], starts = [0, 1]",
        ".rates.2: found -0.2, allowed",
    ),
    ("family = \"piecewise_exponential\", rates = [0.1, 0.2], starts = [1, 2]", ".starts: found"),
    (
        "family = \"piecewise_exponential\", rates = 0.1, starts = [0, 2]",
        ".rates: found 0 rates and 2 starts",
    ),
    (
        "family = \"spline\", spline = { scale = \"odd\", gamma = [-4, 1], knots = [0, 3], reason = \"x\" }",
        ".spline.scale: found \"odd\", allowed one of hazard, odds, normal; did you mean \"odds\"?",
    ),
    (
        "family = \"spline\", spline = { scale = \"odds\", gamma = [-4, 1], knots = [0, 3] }",
        ".spline.reason: found nothing",
    ),
    (
        "family = \"spline\", spline = { scale = \"odds\", gamma = [-4, -1], knots = [0, 3], reason = \"x\" }",
        ".spline: found numbers that make no curve: spline must rise everywhere",
    ),
    (
        "family = \"spline\", spline = { scale = \"odds\", gamma = [-4, 1, 2], knots = [0, 3], reason = \"x\" }",
        ".spline: found numbers that make no curve: one coefficient gamma for each knot",
    ),
    (
        "family = \"spline\", spline = { scale = \"odds\", gamma = \"x\", knots = [0, 3], reason = \"x\" }",
        ".spline.gamma: found \"x\", allowed a list of two or more finite numbers",
    ),
    (
        "family = \"kaplan_meier\", table = { months = [3, 6], survival = [0.7, 0.9], interpolation = \"step\", reason = \"x\" }, tail_rate = 0",
        ".table: found numbers that make no curve: survivals of a table must fall",
    ),
    (
        "family = \"kaplan_meier\", table = { months = [3, 6], survival = [0.9, 0.7], interpolation = \"step\", reason = \"x\" }",
        ".tail_rate: found nothing, allowed tail_rate for a Kaplan-Meier table: what happens after its last point",
    ),
    (
        "family = \"kaplan_meier\", table = { months = [3, 6], survival = [0.9, 0.7], interpolation = \"lin\", reason = \"x\" }, tail_rate = 0",
        ".table.interpolation: found \"lin\"",
    ),
    (
        "family = \"exponential\", rate = 0.1, mixture = false",
        ".mixture: found no cured share, allowed mixture with cured or share only",
    ),
    (
        "family = \"exponential\", rate = 0.1, cured = 0, mixture = false",
        ": found numbers that make no curve: cured share of a non-mixture",
    ),
    ("family = \"fixed\", months = 3, alive_at = 4", ": found numbers that make no curve: months alive"),
    ("family = \"exponential\", rate = 0.1, time_ratio = 0", ".time_ratio: found 0, allowed"),
];

#[test]
fn wrong_curves_are_refused_with_place_and_remedy() {
    for (curve, said) in BAD {
        let problems = with(curve).err().unwrap_or_else(|| panic!("taken: {curve}"));
        let expected = format!("remission.non_relapse_death{said}");
        assert!(problems.contains(&expected), "{curve}\n{problems}\nlacks {expected}");
        assert!(problems.starts_with("regimens/standard.toml:12:"), "{problems}");
    }
}
