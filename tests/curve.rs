//! Curves against their own inverse, their slopes and their slice forms.

use proptest::prelude::*;
use remisim::distribution::{
    Curve, CurveError, Family, Interpolation, KaplanMeier, PiecewiseExponential, SplineScale, SurvivalTable,
};
use remisim::math::pow;
use std::sync::Arc;

/// Every family, some with two characters.
fn families() -> Vec<Family> {
    let made = |family: Result<Family, CurveError>| family.expect("in domain");
    let spline = |scale| made(Family::spline(scale, &[-4.2, 1.4, 0.12, -0.15], &[-0.5, 1.1, 2.6, 4.2]));
    let table = |interpolation, tail_rate| {
        let months = [2.0, 3.5, 4.0, 11.0, 30.0];
        let table = SurvivalTable::new(&months, &[0.9, 0.7, 0.7, 0.45, 0.2]).expect("falls");
        made(KaplanMeier::new(Arc::new(table), interpolation, tail_rate).map(Family::KaplanMeier))
    };
    let pieces = PiecewiseExponential::new(&[(0.0, 0.02), (3.0, 0.2), (6.0, 0.0), (12.0, 0.01)]);
    vec![
        Family::Never,
        Family::Fixed { months: 7.0 },
        Family::Exponential { rate: 0.09 },
        Family::Weibull { shape: 0.7, scale: 14.0 },
        Family::Weibull { shape: 2.3, scale: 30.0 },
        Family::Gompertz { shape: 0.05, rate: 0.01 },
        Family::Gompertz { shape: -0.05, rate: 0.02 },
        Family::LogNormal { meanlog: 2.1, sdlog: 0.9 },
        Family::LogNormal { meanlog: 3.0, sdlog: 2.5 },
        Family::LogLogistic { shape: 1.4, scale: 9.0 },
        Family::LogLogistic { shape: 0.6, scale: 20.0 },
        Family::PiecewiseExponential(pieces.expect("increasing starts")),
        made(Family::weibull_ph(0.7, 0.05)),
        made(Family::gamma(0.4, 0.03)),
        made(Family::gamma(2.5, 0.2)),
        made(Family::gamma(60.0, 3.0)),
        made(Family::generalised_gamma(2.5, 0.8, 0.3)),
        made(Family::generalised_gamma(2.5, 0.8, 0.01)),
        made(Family::generalised_gamma(3.0, 1.2, -0.8)),
        made(Family::generalised_gamma(3.0, 1.2, 2.5)),
        spline(SplineScale::Hazard),
        spline(SplineScale::Odds),
        spline(SplineScale::Normal),
        table(Interpolation::Step, 0.0),
        table(Interpolation::Linear, 0.0),
        table(Interpolation::Linear, 0.02),
    ]
}

/// Every family alone and with each wrap.
fn curves() -> Vec<Curve> {
    let wraps = [(1.0, 1.0, 0.0), (0.6, 1.0, 0.0), (1.0, 0.7, 0.0), (1.0, 1.0, 2.5), (0.35, 1.8, 1.25)];
    let other = |family: &Family| {
        let bounded = Curve::new(family.clone(), 1.0, 0.7, 1.5)?.with_non_mixture_cure(0.3)?;
        let late = Curve::new(family.clone(), 0.6, 1.0, 1.5)?.given_alive_at(4.0)?;
        let tail = late.clone().with_tail(&[(5.0, None), (9.0, Some(0.0)), (20.0, Some(0.03))])?;
        Ok::<_, CurveError>([bounded.clone(), bounded.given_alive_at(3.0)?, late, tail])
    };
    families()
        .into_iter()
        .flat_map(|family| {
            let plain = wraps.map(|(share, ratio, delay)| {
                Curve::new(family.clone(), share, ratio, delay).expect("in domain")
            });
            plain.into_iter().chain(other(&family).expect("in domain"))
        })
        .collect()
}

/// Hazards and times of all sizes, with the limits.
fn sizes() -> Vec<f64> {
    let mut sizes: Vec<f64> =
        (-3000..=3000).map(|i| 10f64.powi(i / 10) * (1.0 + 0.37 * f64::from(i % 10).abs())).collect();
    sizes.extend((0..2000).map(|i| f64::from(i) * 0.05));
    sizes.extend([f64::INFINITY, f64::MIN_POSITIVE, 700.0, 700.1, 699.9]);
    sizes
}

#[test]
fn slices_have_the_bits_of_single_calls() {
    for curve in curves() {
        let (mut times, mut hazards) = (sizes(), sizes());
        curve.times_at(&mut times);
        curve.cumulative_hazards(&mut hazards);
        for ((x, time), hazard) in sizes().into_iter().zip(times).zip(hazards) {
            assert_eq!(time.to_bits(), curve.time_at(x).to_bits(), "{curve:?}: time at {x}");
            assert_eq!(hazard.to_bits(), curve.cumulative_hazard(x).to_bits(), "{curve:?}: hazard at {x}");
            assert!(!time.is_nan() && !hazard.is_nan(), "{curve:?} at {x}");
        }
    }
}

#[test]
fn times_and_hazards_increase_to_within_rounding() {
    for curve in curves() {
        let mut sizes = sizes();
        sizes.sort_by(f64::total_cmp);
        for pair in sizes.windows(2) {
            for find in [Curve::time_at, Curve::cumulative_hazard] {
                let (a, b) = (find(&curve, pair[0]), find(&curve, pair[1]));
                assert!(b >= a * (1.0 - 1e-12), "{curve:?}: {pair:?} give {a} {b}");
            }
        }
    }
}

#[test]
fn limits_are_exact() {
    for curve in curves() {
        assert_eq!(curve.cumulative_hazard(0.0), 0.0, "{curve:?}");
        assert_eq!(curve.cumulative_hazard(-1.0), 0.0, "{curve:?}");
        assert_eq!(curve.cumulative_hazard(curve.delay()), 0.0, "{curve:?}");
        assert_eq!(curve.survival(0.0), 1.0, "{curve:?}");
        assert_eq!(curve.hazard(curve.delay() - 0.1), 0.0, "{curve:?}");
        assert!(curve.time_at(0.0) >= curve.delay(), "{curve:?}");
        assert_eq!(curve.time_at(f64::INFINITY), f64::INFINITY, "{curve:?}");
        let most = curve.cumulative_hazard(f64::INFINITY);
        if most.is_finite() {
            assert_eq!(curve.time_at(most * (1.0 + 1e-12) + 1e-300), f64::INFINITY, "{curve:?}");
        }
        let all = Curve::simple(curve.family().clone()).expect("in domain").survival(f64::INFINITY) == 0.0;
        if curve.share() < 1.0 && curve.alive_at() == 0.0 && curve.tail_starts().next().is_none() && all {
            let plateau = pow(1.0 - curve.share(), curve.ratio());
            assert!((curve.survival(f64::INFINITY) - plateau).abs() < 1e-14, "{curve:?}");
        }
    }
}

#[test]
fn hazard_is_the_slope_of_the_cumulative_hazard() {
    for curve in curves()
        .into_iter()
        .filter(|curve| !matches!(curve.family(), Family::Fixed { .. } | Family::KaplanMeier(_)))
    {
        for i in 1..200 {
            // Odd steps, to stay clear of the starts of pieces.
            let (t, step) = (f64::from(i) * 0.317 + 0.0137, 1e-5);
            let slope =
                (curve.cumulative_hazard(t + step) - curve.cumulative_hazard(t - step)) / (2.0 * step);
            let hazard = curve.hazard(t);
            assert!((slope - hazard).abs() < 1e-6 * hazard + 1e-9, "{curve:?} at {t}: {slope} {hazard}");
        }
    }
}

#[test]
fn stretching_time_multiplies_every_time() -> Result<(), CurveError> {
    for family in families() {
        let (plain, stretched) =
            (Curve::simple(family.clone())?, Curve::simple(family.clone().with_scale(1.7)?)?);
        for h in [0.01, 0.2, 0.9, 3.0] {
            let (expected, found) = (1.7 * plain.time_at(h), stretched.time_at(h));
            assert!(
                found == expected || (found / expected - 1.0).abs() < 1e-12,
                "{family:?}: {found} {expected}"
            );
        }
        assert_eq!(family.clone().with_scale(0.0), Err(CurveError::FactorNotPositive));
    }
    Ok(())
}

#[test]
fn numbers_outside_the_domain_are_refused() {
    let nan = f64::NAN;
    let exponential = Family::Exponential { rate: 1.0 };
    assert_eq!(Curve::new(exponential.clone(), 0.0, 1.0, 0.0), Err(CurveError::ShareOutside));
    assert_eq!(Curve::new(exponential.clone(), 1.1, 1.0, 0.0), Err(CurveError::ShareOutside));
    assert_eq!(Curve::new(exponential.clone(), nan, 1.0, 0.0), Err(CurveError::ShareOutside));
    assert_eq!(Curve::new(exponential.clone(), 1.0, 0.0, 0.0), Err(CurveError::RatioNotPositive));
    assert_eq!(Curve::new(exponential.clone(), 1.0, nan, 0.0), Err(CurveError::RatioNotPositive));
    assert_eq!(Curve::new(exponential.clone(), 1.0, 1.0, -1.0), Err(CurveError::DelayNegative));
    assert_eq!(Curve::new(exponential.clone(), 1.0, 1.0, nan), Err(CurveError::DelayNegative));
    let cases = [
        (Family::Fixed { months: nan }, CurveError::MonthsNotPositive),
        (Family::Exponential { rate: 0.0 }, CurveError::RateNotPositive),
        (Family::Weibull { shape: nan, scale: 1.0 }, CurveError::ShapeNotPositive),
        (Family::Weibull { shape: 1.0, scale: -1.0 }, CurveError::ScaleNotPositive),
        (Family::Gompertz { shape: nan, rate: 1.0 }, CurveError::ShapeNotFinite),
        (Family::Gompertz { shape: 0.1, rate: nan }, CurveError::RateNotPositive),
        (Family::LogNormal { meanlog: nan, sdlog: 1.0 }, CurveError::MeanlogNotFinite),
        (Family::LogNormal { meanlog: 1.0, sdlog: 0.0 }, CurveError::SdlogNotPositive),
        (Family::LogLogistic { shape: 1.0, scale: f64::INFINITY }, CurveError::ScaleNotPositive),
    ];
    for (family, error) in cases {
        assert_eq!(Curve::simple(family), Err(error));
        assert!(!error.to_string().is_empty());
    }
    let flat = Curve::simple(Family::Gompertz { shape: 0.0, rate: 0.5 });
    assert_eq!(flat.map(|curve| curve.family().clone()), Ok(Family::Exponential { rate: 0.5 }));
}

/// Any family that has the event continuously, with parameters of the size that curves of survival have.
fn continuous() -> impl Strategy<Value = Family> {
    let (shape, scale) = (0.3..4.0, 0.5..300.0);
    prop_oneof![
        (0.001..2.0).prop_map(|rate| Family::Exponential { rate }),
        (shape.clone(), scale.clone()).prop_map(|(shape, scale)| Family::Weibull { shape, scale }),
        (-0.2..0.3, 0.001..0.5).prop_map(|(shape, rate)| Family::Gompertz { shape, rate }),
        (-1.0..6.0, 0.1..3.0).prop_map(|(meanlog, sdlog)| Family::LogNormal { meanlog, sdlog }),
        (shape, scale).prop_map(|(shape, scale)| Family::LogLogistic { shape, scale }),
        prop::collection::vec((0.1..9.0, 0.001..0.5), 1..=8).prop_map(|steps| {
            let mut start = 0.0;
            let pieces: Vec<(f64, f64)> = steps
                .into_iter()
                .map(|(width, rate)| {
                    let piece = (start, rate);
                    start += width;
                    piece
                })
                .collect();
            Family::PiecewiseExponential(PiecewiseExponential::new(&pieces).expect("increasing starts"))
        }),
    ]
}

/// |H(T(h)) / h - 1| below 1e-10, where the event is ever reached and its time can be written.
fn returns(curve: &Curve, h: f64) -> Result<(), TestCaseError> {
    let t = curve.time_at(h);
    if t > 0.0 && t < f64::INFINITY {
        let back = curve.cumulative_hazard(t);
        prop_assert!((back / h - 1.0).abs() < 1e-10, "{curve:?}: {h} at {t} is {back}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hazard_of_the_time_of_a_hazard_is_that_hazard(
        family in continuous(), exponent in -300.0..2.845, ratio in 0.05..20.0, share in 0.05..1.0,
    ) {
        let h = pow(10.0, exponent);
        let simple = Curve::simple(family.clone()).expect("in domain");
        returns(&simple, h)?;
        returns(&Curve::new(family.clone(), 1.0, ratio, 0.0).expect("in domain"), h)?;
        let cured = Curve::new(family, share, ratio, 0.0).expect("in domain");
        // Within 1e-3 of the plateau, and in its lower tail.
        returns(&cured, h)?;
        returns(&cured, -ratio * (-share).ln_1p() * 0.999)?;
    }

    #[test]
    fn a_delay_shifts_the_time(family in continuous(), h in 0.01..50.0, delay in 0.1..60.0) {
        let plain = Curve::simple(family.clone()).expect("in domain");
        let late = Curve::new(family, 1.0, 1.0, delay).expect("in domain");
        prop_assert_eq!(late.time_at(h), plain.time_at(h) + delay);
    }
}

#[test]
fn a_tail_holds_constant_hazards_from_its_months_on() -> Result<(), CurveError> {
    let own = Curve::new(Family::Weibull { shape: 0.7, scale: 14.0 }, 0.8, 1.0, 0.0)?;
    let (at_ten, hazard) = (own.cumulative_hazard(10.0), own.hazard(10.0));
    let goes_on = own.clone().with_tail(&[(10.0, None)])?;
    assert_eq!(goes_on.cumulative_hazard(9.0), own.cumulative_hazard(9.0));
    assert!((goes_on.cumulative_hazard(40.0) - (at_ten + 30.0 * hazard)).abs() < 1e-14);
    let ends = own.clone().with_tail(&[(10.0, Some(0.05)), (20.0, Some(0.0))])?;
    assert_eq!(ends.survival(f64::INFINITY), ends.survival(20.0));
    assert!((ends.time_at(at_ten + 0.25) - 15.0).abs() < 1e-12);
    assert_eq!(ends.time_at(at_ten + 0.5 + 1e-9), f64::INFINITY);
    assert_eq!(own.clone().with_tail(&[(4.0, None), (3.0, None)]), Err(CurveError::TailMonths));
    assert_eq!(own.with_tail(&[(4.0, Some(-0.1))]), Err(CurveError::TailRate));
    Ok(())
}
