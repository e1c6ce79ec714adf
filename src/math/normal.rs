//! The standard normal distribution, accurate in both far tails.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::{exp, exp_m1, ln, ln_1p, polynomial};
use std::f64::consts::PI;

/// ln(2 pi).
const LN_TWO_PI: f64 = 1.837_877_066_409_345_6;
/// 1 / sqrt(2 pi).
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;
/// Above this cumulative hazard the asymptotic series replaces Wichura's fractions.
const ASYMPTOTIC_FROM: f64 = 700.0;

/// Chebyshev series of (x + 4) R(x) in u = (x - 4)/(x + 4), as a polynomial in u; R is Mills' ratio.
const MILLS: [f64; 26] = [
    1.893_219_063_308_485_3,
    -1.523_770_910_819_983,
    0.970_409_554_867_588_4,
    -0.467_540_962_998_378_1,
    0.151_391_762_312_443_47,
    -0.018_900_450_860_304_858,
    -0.008_722_295_274_260_125,
    0.004_087_855_661_108_637,
    0.000_334_244_616_232_844_1,
    -0.000_579_269_143_916_400_2,
    -4.783_264_259_417_208e-6,
    8.809_493_632_053_581e-5,
    1.796_397_121_404_077_8e-6,
    -1.484_070_957_232_045e-5,
    -1.578_766_565_467_737_3e-6,
    2.563_178_850_836_918e-6,
    6.829_633_831_673_466e-7,
    -3.922_932_522_029_295e-7,
    -2.177_419_502_203_932_6e-7,
    3.667_379_499_342_39e-8,
    5.371_103_765_158_957_6e-8,
    3.591_977_863_732_377_7e-9,
    -9.351_340_444_824_34e-9,
    -2.142_295_344_399_263e-9,
    8.530_838_860_260_53e-10,
    2.946_488_876_280_441e-10,
];

/// Mills' ratio R(x) = (1 - cdf(x)) / density(x) for x >= 0, relative error 6e-16.
///
/// One polynomial in a fractional-linear map of the half-line, after Shepherd and Laframboise, "Chebyshev
/// approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Mathematics of Computation 36 (1981) 249-253;
/// our own coefficients, fitted at 40 digits.
#[inline(always)]
pub(super) fn mills(x: f64) -> f64 {
    let inverse = 1.0 / (x + 4.0);
    polynomial(MILLS, (x - 4.0) * inverse) * inverse
}

/// |z|, kept where its square and its ratio are defined.
#[inline(always)]
fn size(z: f64) -> f64 {
    let z = z.abs();
    if z > 1e200 { 1e200 } else { z }
}

/// Probability that a standard normal variable is at most `z`.
///
/// Relative error 1e-15 near the middle, growing as z^2 1e-16 in the lower tail; 0 below z = -37.6.
#[must_use]
#[inline(always)]
pub fn normal_cdf(z: f64) -> f64 {
    let x = size(z);
    let tail = DENSITY_AT_0 * exp(-0.5 * x * x) * mills(x);
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// -ln(1 - cdf(z)): the cumulative hazard of a standard normal time at `z`, from 0 to infinity.
///
/// Relative error below 1e-12 while the result is at least 1e-300, below 1e-15 near the middle; 0 below z = -37.6.
#[must_use]
#[inline(always)]
pub fn normal_cumulative_hazard(z: f64) -> f64 {
    let x = size(z);
    let half_square = 0.5 * x * x;
    let ratio = mills(x);
    let early = 0.0 - ln_1p(-(DENSITY_AT_0 * exp(-half_square) * ratio));
    let late = half_square + (0.5 * LN_TWO_PI - ln(ratio));
    if z < 0.0 { early } else { late }
}

/// Density over survival of the standard normal distribution at `z`.
///
/// Relative error as of [`normal_cumulative_hazard`].
#[must_use]
#[inline(always)]
pub fn normal_hazard(z: f64) -> f64 {
    let x = size(z);
    let density = DENSITY_AT_0 * exp(-0.5 * x * x);
    let ratio = mills(x);
    if z < 0.0 { density / (1.0 - density * ratio) } else { 1.0 / ratio }
}

/// Wichura's fraction for the middle, |q| <= 0.425, q = p - 1/2.
#[inline(always)]
fn middle(q: f64) -> f64 {
    const TOP: [f64; 8] = [
        3.387_132_872_796_366_6,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ];
    const BOTTOM: [f64; 8] = [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ];
    let r = 0.180_625 - q * q;
    q * polynomial(TOP, r) / polynomial(BOTTOM, r)
}

/// Wichura's fractions for a tail of probability exp(-r^2): the distance from the middle.
#[inline(always)]
fn tail(r: f64) -> f64 {
    const NEAR_TOP: [f64; 8] = [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ];
    const NEAR_BOTTOM: [f64; 8] = [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ];
    const FAR_TOP: [f64; 8] = [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ];
    const FAR_BOTTOM: [f64; 8] = [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ];
    let near = polynomial(NEAR_TOP, r - 1.6) / polynomial(NEAR_BOTTOM, r - 1.6);
    let far = polynomial(FAR_TOP, r - 5.0) / polynomial(FAR_BOTTOM, r - 5.0);
    if r <= 5.0 { near } else { far }
}

/// The `z` that a standard normal variable does not exceed with probability `p`, for p in \[0, 1\].
///
/// Algorithm AS 241 (PPND16): Wichura, "The percentage points of the normal distribution", Applied Statistics 37
/// (1988) 477-484, doi:10.2307/2347330; relative error about 1e-15. 0 and 1 give -infinity and infinity; outside
/// NaN. A probability near 1 has few digits left: use [`normal_quantile_of_hazard`] there.
#[must_use]
#[inline(always)]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    let small = if q < 0.0 { p } else { 1.0 - p };
    let distance = tail((0.0 - ln(small)).sqrt());
    let distance = if small > 0.0 { distance } else { ln(small).abs() };
    let side = if q < 0.0 { -distance } else { distance };
    if q.abs() <= 0.425 { middle(q) } else { side }
}

/// The `z` that a standard normal variable exceeds with probability exp(-h), for h >= 0: the inverse of
/// [`normal_cumulative_hazard`], accurate where exp(-h) or 1 - exp(-h) is too small to be written.
///
/// AS 241 as in [`normal_quantile`], its tails entered by sqrt(h) or sqrt(-ln(1 - exp(-h))); above h = 700 one
/// Newton step from the asymptotic series of Mills' ratio. Relative error below 1e-14 for h >= 1e-300.
/// 0 gives -infinity, infinity gives infinity.
#[must_use]
#[inline(always)]
pub fn normal_quantile_of_hazard(h: f64) -> f64 {
    let q = 0.5 - exp(-h);
    let reached = 0.0 - exp_m1(-h);
    let huge = h > ASYMPTOTIC_FROM;
    // One logarithm serves the lower tail and the asymptotic series.
    let log = ln(if huge { 4.0 * PI * h } else { reached });
    let upper = q > 0.0;
    let distance = tail((if upper { h } else { 0.0 - log }).sqrt());
    let side = if upper { distance } else { -distance };
    let z = if q.abs() <= 0.425 { middle(q) } else { side };
    let z = if huge { asymptotic(h, log) } else { z };
    let z = if h > 0.0 { z } else { f64::NEG_INFINITY };
    if h < f64::INFINITY { z } else { h }
}

/// Solves w + ln w + ln(2 pi) - 2 ln(z R(z)) = 2h for z = sqrt(w), with `log` = ln(4 pi h) and h > 700.
#[inline(always)]
fn asymptotic(h: f64, log: f64) -> f64 {
    // ln(1 - e) = -e - e^2/2 - ...
    const SERIES: [f64; 6] = [1.0, 0.5, 1.0 / 3.0, 0.25, 0.2, 1.0 / 6.0];
    // ln(z R(z)) = -1/w + 5/2 w^-2 - 37/3 w^-3 + 353/4 w^-4 - ...
    const RATIO: [f64; 4] = [-1.0, 2.5, -37.0 / 3.0, 88.25];
    let start = 2.0 * h - log;
    let e = log / (2.0 * h);
    let log_start = (log - LN_TWO_PI) - e * polynomial(SERIES, e);
    let inverse = 1.0 / start;
    let excess = (log_start + LN_TWO_PI - log) - 2.0 * inverse * polynomial(RATIO, inverse);
    let slope = 1.0 + inverse - 2.0 * inverse * inverse;
    (start - excess / slope).sqrt()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the standard library is the yardstick")]
mod tests {
    use super::*;
    use crate::math::vector::tests::{relative_error, uniforms};

    /// 20-digit values from mpmath.
    const CDF: [(f64, f64); 15] = [
        (-37.0, 5.725_571_222_524_577e-300),
        (-30.0, 4.906_713_927_148_187e-198),
        (-20.5, 1.076_467_325_879_096_1e-93),
        (-10.0, 7.619_853_024_160_525e-24),
        (-5.0, 2.866_515_718_791_939e-7),
        (-2.5, 0.006_209_665_325_776_135),
        (-1.0, 0.158_655_253_931_457_05),
        (-0.3, 0.382_088_577_811_047_4),
        (-1e-5, 0.499_996_010_577_196_06),
        (0.0, 0.5),
        (0.3, 0.617_911_422_188_952_7),
        (1.0, 0.841_344_746_068_542_9),
        (2.5, 0.993_790_334_674_223_8),
        (5.0, 0.999_999_713_348_428_1),
        (8.0, 0.999_999_999_999_999_3),
    ];
    /// (h, z) with 1 - cdf(z) = exp(-h), from mpmath.
    const BY_HAZARD: [(f64, f64); 26] = [
        (1e-300, -37.047_096_299_361_2),
        (1e-200, -30.205_594_179_579_64),
        (1e-100, -21.273_453_560_965_326),
        (1e-30, -11.464_024_688_443_615),
        (1e-12, -7.034_483_825_301_201),
        (1e-5, -4.264_891_910_308_923),
        (0.01, -2.328_221_737_537_176),
        (0.05, -1.656_892_796_562_014_8),
        (0.2, -0.910_538_677_386_551_3),
        (std::f64::consts::LN_2, 0.0),
        (1.0, 0.337_474_963_764_202_44),
        (2.0, 1.101_519_628_498_750_3),
        (2.6, 1.444_682_255_170_057_3),
        (3.0, 1.646_921_720_527_714_7),
        (5.0, 2.470_938_637_261_588_2),
        (10.0, 3.913_946_240_531_893),
        (24.9, 6.643_187_447_636_459),
        (25.1, 6.672_590_698_324_381),
        (44.0, 9.040_734_459_436_87),
        (100.0, 13.888_476_033_003_887),
        (400.0, 28.133_355_508_542_44),
        (699.0, 37.268_276_062_074_96),
        (701.0, 37.321_863_981_173_14),
        (1_000.0, 44.615_747_731_969_4),
        (10_000.0, 141.379_839_873_127_17),
        (1_000_000.0, 1_414.207_782_991_017_4),
    ];

    #[test]
    fn cdf_meets_reference_values() {
        for (z, p) in CDF {
            assert!(relative_error(normal_cdf(z), p) < 2e-13, "{z}: {} {p}", normal_cdf(z));
            assert!((normal_cdf(-z) - (1.0 - p)).abs() < 2e-16, "{z}");
        }
        assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
        assert_eq!(normal_cdf(f64::INFINITY), 1.0);
    }

    #[test]
    fn quantiles_meet_reference_values() {
        for (h, z) in BY_HAZARD {
            let found = normal_quantile_of_hazard(h);
            assert!((found - z).abs() < 5e-15 * z.abs() + 1e-16, "{h}: {found} {z}");
            if (1e-300..700.0).contains(&h) && z < 3.0 {
                let found = normal_quantile(-(-h).exp_m1());
                assert!((found - z).abs() < 1e-13 * z.abs() + 1e-16, "{h}: {found} {z}");
            }
        }
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(1.1).is_nan());
        assert!(normal_quantile(-0.1).is_nan());
        assert!(normal_quantile(f64::NAN).is_nan());
        assert_eq!(normal_quantile_of_hazard(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile_of_hazard(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn hazard_and_quantile_undo_each_other() {
        for exponent in uniforms(200_000, -300.0, 6.0) {
            let h = 10f64.powf(exponent);
            let back = normal_cumulative_hazard(normal_quantile_of_hazard(h));
            assert!(relative_error(back, h) < 2e-12, "{h}: {back}");
        }
        assert_eq!(normal_cumulative_hazard(f64::NEG_INFINITY), 0.0);
        assert_eq!(normal_cumulative_hazard(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn hazard_is_the_slope_of_the_cumulative_hazard() {
        for z in uniforms(1_000, -6.0, 20.0) {
            let step = 1e-5;
            let slope =
                (normal_cumulative_hazard(z + step) - normal_cumulative_hazard(z - step)) / (2.0 * step);
            assert!(relative_error(slope, normal_hazard(z)) < 1e-6, "{z}");
        }
        assert_eq!(normal_hazard(f64::NEG_INFINITY), 0.0);
    }
}
