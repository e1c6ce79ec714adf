//! Points of the unit circle.

use super::polynomial;
use std::f64::consts::TAU;

/// Taylor coefficients of sin(x) / x in x^2: the first term left out is below 2e-19 for |x| <= pi / 4.
const SINE: [f64; 9] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
];
/// Taylor coefficients of cos(x) in x^2: the first term left out is below 3e-18 for |x| <= pi / 4.
const COSINE: [f64; 9] = [
    1.0,
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

/// Cosine and sine of an angle in whole turns, each within 2e-16.
///
/// Turns instead of radians make the reduction to an eighth of a turn exact. Infinite and NaN angles give NaN.
#[must_use]
pub fn circle(turns: f64) -> (f64, f64) {
    let quarters = (4.0 * turns).round_ties_even();
    let x = TAU * (turns - 0.25 * quarters);
    let square = x * x;
    let (cos, sin) = (polynomial(COSINE, square), x * polynomial(SINE, square));
    // The remainder of a quarter count by 4, which is exact; NaN falls through to the last arm and stays NaN.
    match quarters - 4.0 * (0.25 * quarters).floor() {
        1.0 => (-sin, cos),
        2.0 => (-cos, -sin),
        3.0 => (sin, -cos),
        _ => (cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_1_SQRT_2;

    /// (turns, cosine, sine) of the doubles shown, by mpmath at 40 digits:
    /// `mp.dps = 40; x = 2 * pi * mpf(t); print(t, nstr(cos(x), 20), nstr(sin(x), 20))`.
    const POINTS: [(f64, f64, f64); 22] = [
        (1e-300, 1.0, 6.283_185_307_179_587e-300),
        (1e-09, 1.0, 6.283_185_307_179_587e-09),
        (0.01, 0.998_026_728_428_271_6, 0.062_790_519_529_313_37),
        (0.1, 0.809_016_994_374_947_5, 0.587_785_252_292_473_1),
        (0.124, 0.711_535_677_209_285_3, 0.702_649_969_798_849_2),
        (0.125, FRAC_1_SQRT_2, FRAC_1_SQRT_2),
        (0.126, 0.702_649_969_798_849_2, 0.711_535_677_209_285_3),
        (0.2, 0.309_016_994_374_947_34, 0.951_056_516_295_153_6),
        (0.3, -0.309_016_994_374_947_34, 0.951_056_516_295_153_6),
        (0.374, -0.702_649_969_798_849_2, 0.711_535_677_209_285_3),
        (0.376, -0.711_535_677_209_285_3, 0.702_649_969_798_849_2),
        (0.45, -0.951_056_516_295_153_6, 0.309_016_994_374_947_34),
        (0.55, -0.951_056_516_295_153_5, -0.309_016_994_374_947_7),
        (0.625, -FRAC_1_SQRT_2, -FRAC_1_SQRT_2),
        (0.7, -0.309_016_994_374_947_7, -0.951_056_516_295_153_5),
        (0.9, 0.809_016_994_374_947_5, -0.587_785_252_292_473),
        (0.999, 0.999_980_260_856_137_1, -0.006_283_143_965_558_957),
        (-0.03, 0.982_287_250_728_688_7, -0.187_381_314_585_724_63),
        (-0.17, 0.481_753_674_101_715_2, -0.876_306_680_043_863_6),
        (-0.33, -0.481_753_674_101_715_4, -0.876_306_680_043_863_6),
        (-0.61, -0.770_513_242_775_789_3, 0.637_423_989_748_689_6),
        (-0.999_999, 0.999_999_999_980_260_8, 6.283_185_307_318_922e-06),
    ];

    #[test]
    fn points_meet_reference_values() {
        for (turns, cos, sin) in POINTS {
            let found = circle(turns);
            assert!((found.0 - cos).abs() < 2e-16 && (found.1 - sin).abs() < 2e-16, "{turns}: {found:?}");
        }
    }

    #[test]
    fn quarter_turns_are_exact_and_what_is_no_angle_is_no_point() {
        for (turns, point) in [(0.0, (1.0, 0.0)), (0.25, (0.0, 1.0)), (0.5, (-1.0, 0.0)), (0.75, (0.0, -1.0))]
        {
            assert_eq!(circle(turns), point);
            assert_eq!(circle(turns - 1.0), point);
            assert_eq!(circle(turns + 1e6), point);
        }
        assert!(
            [f64::NAN, f64::INFINITY]
                .iter()
                .all(|turns| circle(*turns).0.is_nan() && circle(*turns).1.is_nan())
        );
    }
}
