//! Every time-to-event family and wrap against values of an independent implementation, `families/values.py`, and its
//! quantiles against its probabilities.

use proptest::prelude::*;
use remisim::distribution::{
    Curve, CurveError, Family, Interpolation, KaplanMeier, PiecewiseExponential, SplineScale, SurvivalTable,
};
use remisim::math::{ln, ln_1p, pow};
use std::sync::Arc;

const VALUES: &str = include_str!("families/values.csv");

/// The family of a row, and whether its inverse is iterated.
fn family(words: &[&str]) -> Result<(Family, bool), CurveError> {
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let pairs = |numbers: &[f64]| -> Vec<(f64, f64)> {
        numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    };
    Ok(match words[0] {
        "fixed" => (Family::Fixed { months: numbers[0] }, false),
        "exponential" => (Family::Exponential { rate: numbers[0] }, false),
        "weibull" => (Family::Weibull { shape: numbers[0], scale: numbers[1] }, false),
        "gompertz" => (Family::Gompertz { shape: numbers[0], rate: numbers[1] }, false),
        "log_normal" => (Family::LogNormal { meanlog: numbers[0], sdlog: numbers[1] }, false),
        "log_logistic" => (Family::LogLogistic { shape: numbers[0], scale: numbers[1] }, false),
        "piecewise" => (Family::PiecewiseExponential(PiecewiseExponential::new(&pairs(&numbers))?), false),
        "step" | "linear" => {
            let (months, survival): (Vec<f64>, Vec<f64>) = pairs(&numbers[1..]).into_iter().unzip();
            let table = Arc::new(SurvivalTable::new(&months, &survival)?);
            let way = if words[0] == "step" { Interpolation::Step } else { Interpolation::Linear };
            (Family::KaplanMeier(KaplanMeier::new(table, way, numbers[0])?), false)
        }
        "weibull_ph" => (Family::weibull_ph(numbers[0], numbers[1])?, false),
        "gamma" => (Family::gamma(numbers[0], numbers[1])?, true),
        "gengamma" => (Family::generalised_gamma(numbers[0], numbers[1], numbers[2])?, true),
        name => {
            assert_eq!(name, "spline");
            let scale = match words[1] {
                "hazard" => SplineScale::Hazard,
                "odds" => SplineScale::Odds,
                _ => SplineScale::Normal,
            };
            let (gamma, knots) = numbers.split_at(numbers.len() / 2);
            (Family::spline(scale, gamma, knots)?, true)
        }
    })
}

/// The curve of a row, whether its inverse is iterated, and the cumulative hazard lost to months survived.
fn curve(text: &str) -> Result<(Curve, bool, f64), CurveError> {
    let words: Vec<&str> = text.split(' ').collect();
    let (family, iterated) = family(&words)?;
    let wrap = |name: &str| {
        words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse::<f64>().ok())
    };
    let family = wrap("times").map_or(Ok(family.clone()), |factor| family.with_scale(factor))?;
    let of_one = |name: &str| wrap(name).unwrap_or(1.0);
    let mut curve = Curve::new(family, of_one("share"), of_one("ratio"), wrap("delay").unwrap_or(0.0))?;
    if let Some(cured) = wrap("cured") {
        curve = curve.with_non_mixture_cure(cured)?;
    }
    let mut passed = 0.0;
    if let Some(months) = wrap("alive") {
        passed = curve.cumulative_hazard(months + curve.delay());
        curve = curve.given_alive_at(months)?;
    }
    if let Some(from) = wrap("tail") {
        curve = curve.with_tail(&[(from, wrap("rate"))])?;
    }
    Ok((curve, iterated, passed))
}

#[test]
fn curves_meet_independent_values() -> Result<(), CurveError> {
    let mut bad = Vec::new();
    let mut worst = [0.0_f64; 5];
    for row in VALUES.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let (curve, iterated, passed) = curve(cells[0])?;
        let numbers: Vec<f64> =
            cells[1..].iter().map(|cell| cell.parse::<f64>().expect("a number")).collect();
        let (h, expected) = (numbers[0], &numbers[1..]);
        let months = expected[0];
        let reached = curve.cumulative_hazard(months);
        let found =
            [curve.time_at(h), reached, curve.hazard(months), curve.survival(months), curve.cdf(months)];
        // What is survived, and a delay, take their digits from what is left.
        let lost = 1.0 + passed / h + (curve.alive_at() + curve.delay()) / (months - curve.delay());
        for (i, (found, expected)) in found.into_iter().zip(expected).enumerate() {
            let error = if found == *expected { 0.0 } else { (found / expected - 1.0).abs() };
            let allowed = match i {
                0 if iterated => 1e-8,
                // The exponential of what is known to 1e-10.
                3 => 1e-10 * (1.0 + reached),
                _ => 1e-10,
            };
            worst[i] = worst[i].max(error / lost);
            // Survival below the smallest number of full precision keeps fewer digits.
            let tiny = i == 3 && *expected < 1e-300;
            if !tiny && (error.is_nan() || error > allowed * lost) {
                let what = ["time", "H", "hazard", "survival", "probability"][i];
                bad.push(format!("{row}: {what} is {found}, off {error:e}"));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(VALUES.lines().count() > 1300);
    println!("largest relative errors of time, H, hazard, survival and probability: {worst:?}");
    Ok(())
}

#[test]
fn special_cases_are_the_simpler_family() -> Result<(), CurveError> {
    let pairs = [
        (Family::generalised_gamma(2.0, 0.7, 0.0)?, Family::LogNormal { meanlog: 2.0, sdlog: 0.7 }),
        (Family::generalised_gamma(0.0, 0.8, 1.0)?, Family::Weibull { shape: 1.25, scale: 1.0 }),
        // Q = sigma: shape sigma^-2, rate e^-mu sigma^-2.
        (Family::generalised_gamma(0.0, 0.5, 0.5)?, Family::gamma(4.0, 4.0)?),
        (Family::gamma(1.0, 0.09)?, Family::Exponential { rate: 0.09 }),
        // Two knots: Weibull, log-logistic and log-normal.
        (
            Family::spline(SplineScale::Hazard, &[-2.0, 0.8], &[0.0, 3.0])?,
            Family::weibull_ph(0.8, remisim::math::exp(-2.0))?,
        ),
        (
            Family::spline(SplineScale::Odds, &[-2.0, 0.8], &[0.0, 3.0])?,
            Family::LogLogistic { shape: 0.8, scale: remisim::math::exp(2.5) },
        ),
        (
            Family::spline(SplineScale::Normal, &[-2.0, 0.8], &[0.0, 3.0])?,
            Family::LogNormal { meanlog: 2.5, sdlog: 1.25 },
        ),
    ];
    for (general, simple) in pairs {
        let (general, simple) = (Curve::simple(general)?, Curve::simple(simple)?);
        for h in [1e-12, 0.001, 0.4, 2.0, 30.0, 600.0] {
            let (found, expected) = (general.time_at(h), simple.time_at(h));
            let near = found == expected || (found / expected - 1.0).abs() < 1e-11;
            assert!(near, "{general:?} at {h}: {found} {expected}");
        }
    }
    Ok(())
}

#[test]
fn numbers_outside_the_domain_are_refused() {
    let nan = f64::NAN;
    let refused = [
        (Family::gamma(0.0, 1.0), CurveError::GammaShapeOutside),
        (Family::gamma(nan, 1.0), CurveError::GammaShapeOutside),
        (Family::gamma(1.0, nan), CurveError::RateNotPositive),
        (Family::weibull_ph(nan, 1.0), CurveError::ShapeNotPositive),
        (Family::weibull_ph(1.0, 0.0), CurveError::ScaleNotPositive),
        (Family::weibull_ph(1e-6, 1e-9), CurveError::ScaleNotPositive),
        (Family::generalised_gamma(nan, 1.0, 0.5), CurveError::MuNotFinite),
        (Family::generalised_gamma(1.0, -1.0, 0.5), CurveError::SigmaNotPositive),
        (Family::generalised_gamma(1.0, 1.0, 40.0), CurveError::QOutside),
        (Family::generalised_gamma(1.0, 1.0, nan), CurveError::QOutside),
        (Family::Never.stretched_through(3.0, 0.5), CurveError::PointsDisagree),
    ];
    for (found, error) in refused {
        assert_eq!(found, Err(error));
        assert!(!error.to_string().is_empty());
    }
    let plain = || Curve::simple(Family::Fixed { months: 4.0 }).expect("in domain");
    assert_eq!(plain().with_non_mixture_cure(1.0), Err(CurveError::CuredOutside));
    assert_eq!(plain().with_non_mixture_cure(nan), Err(CurveError::CuredOutside));
    assert_eq!(plain().given_alive_at(-1.0), Err(CurveError::AliveOutside));
    assert_eq!(plain().given_alive_at(4.0), Err(CurveError::AliveOutside));
    let mixture = Curve::new(Family::Fixed { months: 4.0 }, 0.5, 1.0, 0.0).expect("in domain");
    assert_eq!(mixture.with_non_mixture_cure(0.5), Err(CurveError::TwoCures));
}

/// Families whose inverse is iterated, with parameters of the size that fits have and beyond.
fn iterated() -> impl Strategy<Value = Family> {
    let scale = prop_oneof![Just(SplineScale::Hazard), Just(SplineScale::Odds), Just(SplineScale::Normal)];
    let spline = (scale, -6.0..0.0, 0.3..2.5, prop::collection::vec(-0.3..0.3, 0..=8), -2.0..1.0, 0.2..2.0);
    let spline = spline.prop_filter_map("splines that rise", |(scale, start, slope, more, first, width)| {
        let count = more.len() + 2;
        let knots: Vec<f64> = (0..count).map(|i| first + width * i as f64).collect();
        // Until it rises everywhere.
        (0..40).find_map(|halvings| {
            let factor = pow(0.5, f64::from(halvings));
            let gamma: Vec<f64> =
                [start, slope].into_iter().chain(more.iter().map(|more| more * factor)).collect();
            Family::spline(scale, &gamma, &knots).ok()
        })
    });
    let q = prop_oneof![-3.0..3.0, -0.3..0.3, -1e-3..1e-3, -1e-9..1e-9];
    prop_oneof![
        (-3.0..4.0, 0.001..2.0)
            .prop_map(|(log, rate)| Family::gamma(remisim::math::exp(log), rate).expect("in domain")),
        (-1.0..6.0, 0.1..3.0, q)
            .prop_map(|(mu, sigma, q)| Family::generalised_gamma(mu, sigma, q).expect("in domain")),
        spline,
    ]
}

/// All families that have the event continuously.
fn all() -> impl Strategy<Value = Family> {
    let (shape, scale) = (0.3..4.0, 0.5..300.0);
    let pieces = prop::collection::vec((0.1..9.0, 0.001..0.5), 1..=8).prop_map(|steps| {
        let ends = steps.iter().scan(0.0, |end, (width, _)| {
            *end += width;
            Some(*end)
        });
        let starts = std::iter::once(0.0).chain(ends);
        let pieces: Vec<(f64, f64)> = starts.zip(steps.iter().map(|(_, rate)| *rate)).collect();
        Family::PiecewiseExponential(PiecewiseExponential::new(&pieces).expect("increasing starts"))
    });
    let table = (prop::collection::vec((0.1..9.0, 0.5..0.99), 1..=12), 0.001..0.5);
    let table = table.prop_map(|(steps, rate)| {
        let points = steps.iter().scan((0.0, 1.0), |(months, survival), (width, left)| {
            *months += width;
            *survival *= left;
            Some((*months, *survival))
        });
        let (months, survival): (Vec<f64>, Vec<f64>) = points.unzip();
        let table = Arc::new(SurvivalTable::new(&months, &survival).expect("falls"));
        Family::KaplanMeier(KaplanMeier::new(table, Interpolation::Linear, rate).expect("a rate"))
    });
    prop_oneof![
        3 => iterated(),
        1 => (0.001..2.0).prop_map(|rate| Family::Exponential { rate }),
        1 => (shape.clone(), scale.clone()).prop_map(|(shape, scale)| Family::Weibull { shape, scale }),
        1 => (-0.2..0.3, 0.001..0.5).prop_map(|(shape, rate)| Family::Gompertz { shape, rate }),
        1 => (-1.0..6.0, 0.1..3.0).prop_map(|(meanlog, sdlog)| Family::LogNormal { meanlog, sdlog }),
        1 => (shape, scale).prop_map(|(shape, scale)| Family::LogLogistic { shape, scale }),
        1 => pieces,
        1 => table,
    ]
}

/// The quantile of the probability of a time is that time: of the probability itself in the lower tail, of what is
/// missing to one in the upper.
fn quantiles_return(curve: &Curve, h: f64) -> Result<(), TestCaseError> {
    let t = curve.time_at(h);
    if !(t > 1e-290 && t < 1e290) {
        return Ok(());
    }
    let (passed, hazard) = (curve.cumulative_hazard(t), curve.hazard(t));
    let mut hazards = vec![(passed, 1.0)];
    if passed < 1.0 {
        hazards.push((0.0 - ln_1p(-curve.cdf(t)), 1.0));
    }
    if passed > 0.1 && passed < 690.0 {
        hazards.push((0.0 - ln(curve.survival(t)), 1.0 / passed.min(1.0)));
    }
    for (back, digits) in hazards {
        // How much a relative change of the hazard moves the time, relatively.
        let moves = passed / (hazard * t);
        if moves > 1e4 {
            continue;
        }
        let found = curve.time_at(back);
        let error = (found / t - 1.0).abs();
        let allowed = (1e-10 + 1e-15 * ln(t).abs()) * (1.0 + moves * digits);
        prop_assert!(error < allowed, "{curve:?}: {t} comes back as {found}, off {error:e}, {moves:e}");
    }
    Ok(())
}

/// |H(T(h)) / h - 1| below 1e-9, where the event is ever reached and its time can be written.
fn returns(curve: &Curve, h: f64) -> Result<(), TestCaseError> {
    let t = curve.time_at(h);
    prop_assert!(t >= 0.0, "{curve:?}: {h} at {t}");
    if t > 1e-290 && t < 1e290 {
        let back = curve.cumulative_hazard(t);
        // What the last bit of the logarithm of the time is worth.
        let bit = 1e-15 * (1.0 + remisim::math::ln(t).abs()) * (curve.hazard(t) * t / h).max(1.0);
        prop_assert!((back / h - 1.0).abs() < 1e-10 + 8.0 * bit, "{curve:?}: {h} at {t} is {back}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hazard_of_the_time_of_a_hazard_is_that_hazard(
        family in iterated(), exponent in -12.0..2.778, ratio in 0.05..20.0, share in 0.05..0.95,
    ) {
        let h = pow(10.0, exponent);
        returns(&Curve::simple(family.clone()).expect("in domain"), h)?;
        returns(&Curve::new(family.clone(), 1.0, ratio, 0.0).expect("in domain"), h)?;
        let mixture = Curve::new(family.clone(), share, ratio, 0.0).expect("in domain");
        returns(&mixture, h)?;
        let bounded = Curve::new(family, 1.0, ratio, 0.0).expect("in domain");
        let bounded = bounded.with_non_mixture_cure(1.0 - share).expect("in domain");
        returns(&bounded, h)?;
        let most = -ratio * (-share).ln_1p();
        returns(&bounded, 0.999 * most)?;
        prop_assert_eq!(bounded.time_at(most * (1.0 + 1e-12)), f64::INFINITY);
    }

    #[test]
    fn the_quantile_of_the_probability_of_a_time_is_that_time(
        family in all(), exponent in -280.0..2.838, ratio in 0.05..20.0, share in 0.05..0.95,
    ) {
        // Far in either tail, and between.
        for h in [pow(10.0, exponent), pow(10.0, 0.02 * exponent)] {
            quantiles_return(&Curve::simple(family.clone()).expect("in domain"), h)?;
            quantiles_return(&Curve::new(family.clone(), 1.0, ratio, 0.0).expect("in domain"), h)?;
            let mixture = Curve::new(family.clone(), share, ratio, 0.0).expect("in domain");
            quantiles_return(&mixture, h)?;
            let bounded = Curve::new(family.clone(), 1.0, ratio, 0.0).expect("in domain");
            quantiles_return(&bounded.with_non_mixture_cure(1.0 - share).expect("in domain"), h)?;
        }
    }

    #[test]
    fn months_survived_shift_the_clock(family in iterated(), h in 0.01..20.0, alive in 0.1..60.0) {
        let whole = Curve::simple(family.clone()).expect("in domain");
        let passed = whole.cumulative_hazard(alive);
        prop_assume!(passed < 50.0);
        let late = Curve::simple(family).expect("in domain").given_alive_at(alive).expect("in domain");
        prop_assert_eq!(late.time_at(h), (whole.time_at(h + passed) - alive).max(0.0));
        prop_assert_eq!(late.cumulative_hazard(0.0), 0.0);
        let (found, expected) = (late.survival(7.0), whole.survival(alive + 7.0) / whole.survival(alive));
        prop_assert!((found - expected).abs() < 1e-13 * (1.0 + passed), "{} {}", found, expected);
        prop_assert_eq!(late.hazard(7.0), whole.hazard(7.0 + alive));
    }
}
