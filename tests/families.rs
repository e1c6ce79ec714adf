//! Time-to-event families and wraps against values of an independent implementation, `families/values.py`.

use proptest::prelude::*;
use remisim::distribution::{Curve, CurveError, Family, SplineScale};
use remisim::math::pow;

const VALUES: &str = include_str!("families/values.csv");

/// The family of a row, and whether its inverse is iterated.
fn family(words: &[&str]) -> Result<(Family, bool), CurveError> {
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    Ok(match words[0] {
        "weibull_ph" => (Family::weibull_ph(numbers[0], numbers[1])?, false),
        "gamma" => (Family::gamma(numbers[0], numbers[1])?, true),
        "gengamma" => (Family::generalised_gamma(numbers[0], numbers[1], numbers[2])?, true),
        _ => {
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
    let mut curve = Curve::new(family, wrap("share").unwrap_or(1.0), wrap("ratio").unwrap_or(1.0), 0.0)?;
    if let Some(cured) = wrap("cured") {
        curve = curve.with_non_mixture_cure(cured)?;
    }
    let Some(months) = wrap("alive") else { return Ok((curve, iterated, 0.0)) };
    let passed = curve.cumulative_hazard(months);
    Ok((curve.given_alive_at(months)?, iterated, passed))
}

#[test]
fn curves_meet_independent_values() -> Result<(), CurveError> {
    let mut bad = Vec::new();
    let mut worst = [0.0_f64; 3];
    for row in VALUES.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let (curve, iterated, passed) = curve(cells[0])?;
        let [h, months, reached, hazard] = [1, 2, 3, 4].map(|i| cells[i].parse::<f64>().expect("a number"));
        let found = [curve.time_at(h), curve.cumulative_hazard(months), curve.hazard(months)];
        // What is survived takes its digits from what is left.
        let lost = 1.0 + passed / h + curve.alive_at() / months;
        for (i, (found, expected)) in found.into_iter().zip([months, reached, hazard]).enumerate() {
            let error = (found / expected - 1.0).abs();
            let allowed = if iterated && i == 0 { 1e-8 } else { 1e-10 };
            worst[i] = worst[i].max(error / lost);
            if error.is_nan() || error > allowed * lost {
                bad.push(format!("{row}: {} is {found}, off {error:e}", ["time", "H", "hazard"][i]));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(VALUES.lines().count() > 300);
    println!("largest relative errors of time, cumulative hazard and hazard: {worst:?}");
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
