//! The incomplete gamma function of a fixed shape, accurate in both tails, and its inverse.

use super::normal::mills;
use super::{exp, exp_m1, ln, ln_1p, normal_quantile_of_hazard, polynomial};

/// ln(2 pi).
const LN_TWO_PI: f64 = 1.837_877_066_409_345_6;
/// From this shape on Temme's expansion serves the middle, for [`MIDDLE`].
const LARGE: f64 = 12.0;
/// ln(x / shape) between which Temme's expansion holds: |eta| below 1.
const MIDDLE: (f64, f64) = (-1.19, 0.85);
/// Below this logarithm a probability and its cumulative hazard are the same number.
const SMALL: f64 = -38.0;
/// Terms of Temme's expansion.
const TERMS: usize = 25;
/// Steps after which an inverse ends, reached only by bisection between neighbouring numbers.
const STEPS: usize = 100;

/// Coefficients of eta / mu in powers of eta, where eta^2 / 2 = mu - ln(1 + mu); 60-digit series reversion.
const RATIO: [f64; TERMS + 2] = [
    1.0,
    -0.333_333_333_333_333_3,
    0.083_333_333_333_333_33,
    -0.014_814_814_814_814_815,
    0.001_157_407_407_407_407_3,
    0.000_352_733_686_067_019_4,
    -0.000_178_755_144_032_921_8,
    3.919_263_178_522_438e-5,
    -2.185_448_510_679_992e-6,
    -1.854_062_210_715_16e-6,
    8.296_711_340_953_087e-7,
    -1.766_595_273_682_607_8e-7,
    6.707_853_543_401_498e-9,
    1.026_180_978_424_030_9e-8,
    -4.382_036_018_453_353e-9,
    9.147_699_582_236_79e-10,
    -2.551_419_399_494_624_8e-11,
    -5.830_772_132_550_426e-11,
    2.436_194_802_066_741_5e-11,
    -5.027_669_280_114_175_5e-12,
    1.100_439_203_195_613_5e-13,
    3.371_763_262_400_985e-13,
    -1.392_388_722_418_162e-13,
    2.853_489_380_704_744_5e-14,
    -5.139_111_834_242_572e-16,
    -1.975_228_829_434_944_2e-15,
    8.099_521_156_704_561e-16,
];

/// ln(gamma(a) / (sqrt(2 pi / a) (a / e)^a)): what Stirling's formula leaves, for a > 0.
///
/// Stirling's series from 16 on, the recurrence below.
fn stirling_rest(a: f64) -> f64 {
    const SERIES: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1_260.0,
        -1.0 / 1_680.0,
        1.0 / 1_188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let (mut up, mut rest) = (a, 0.0);
    while up < 16.0 {
        // ln gamma*(a) - ln gamma*(a + 1) = (a + 1/2) ln(1 + 1/a) - 1.
        rest += (up + 0.5) * ln_1p(1.0 / up) - 1.0;
        up += 1.0;
    }
    let inverse = 1.0 / up;
    rest + inverse * polynomial(SERIES, inverse * inverse)
}

/// 2 (e^u - 1 - u) / u^2, relative error 1e-15: square of eta over u.
fn bend(u: f64) -> f64 {
    const SERIES: [f64; 13] = [
        1.0,
        1.0 / 3.0,
        1.0 / 12.0,
        1.0 / 60.0,
        1.0 / 360.0,
        1.0 / 2_520.0,
        1.0 / 20_160.0,
        1.0 / 181_440.0,
        1.0 / 1_814_400.0,
        1.0 / 19_958_400.0,
        1.0 / 239_500_800.0,
        1.0 / 3_113_510_400.0,
        1.0 / 43_589_145_600.0,
    ];
    if u.abs() < 0.35 { polynomial(SERIES, u) } else { 2.0 * (exp_m1(u) - u) / (u * u) }
}

/// How far a gamma variable has come: the tail that is not too small to be told from its complement.
#[derive(Debug, Clone, Copy)]
enum Reached {
    /// ln P, and how fast it grows with u.
    Lower { log: f64, slope: f64 },
    /// -ln(1 - P), and how fast it grows with u.
    Upper { hazard: f64, slope: f64 },
}

/// Probability P(a, x) that a gamma variable of shape a and scale 1 is at most x = a e^u, as a function of u.
///
/// On the scale of u the mean is 0 whatever the shape, and for large shapes u sqrt(a) is nearly normal. Power series
/// below the mean, continued fraction above it, and for shapes from 12 on the uniform expansion of Temme, "The
/// asymptotic expansion of the incomplete gamma functions", SIAM Journal on Mathematical Analysis 10 (1979) 757-766,
/// doi:10.1137/0510071, in the form of Gil, Segura and Temme, SIAM Journal on Scientific Computing 34 (2012)
/// A2965-A2981, doi:10.1137/120872553. Relative error of the cumulative hazard -ln(1 - P) and of -ln P below 1e-12
/// for shapes from 0.01 on, in either tail; for smaller ones it grows as 1e-16 over the shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct IncompleteGamma {
    shape: f64,
    /// Square root of the shape.
    root: f64,
    /// ln of the density of u at 0, over the shape.
    peak: f64,
    /// gamma(a) over Stirling's formula.
    star: f64,
    /// Temme's expansion in powers of eta.
    series: [f64; TERMS],
}

impl IncompleteGamma {
    /// The function for the shape `root`^2, `root` above 0 and below 1e100.
    pub(crate) fn with_root(root: f64) -> Self {
        let shape = root * root;
        let rest = stirling_rest(shape);
        let mut series = [0.0; TERMS];
        if shape >= LARGE {
            let inverse = 1.0 / shape;
            let mut all = [0.0; TERMS + 2];
            for n in (0..TERMS).rev() {
                all[n] = RATIO[n + 1] + (n as f64 + 2.0) * all[n + 2] * inverse;
            }
            let whole = 1.0 + all[1] * inverse;
            series.iter_mut().zip(all).for_each(|(term, coefficient)| *term = coefficient / whole);
        }
        Self { shape, root, peak: -0.5 * (LN_TWO_PI + ln(shape)) - rest, star: exp(rest), series }
    }

    /// The shape.
    pub(crate) fn shape(&self) -> f64 {
        self.shape
    }

    fn reached(&self, u: f64) -> Reached {
        let a = self.shape;
        if a >= LARGE && u > MIDDLE.0 && u < MIDDLE.1 {
            return self.uniform(u);
        }
        // ln of x^a e^-x / gamma(a + 1).
        let rise = if u < f64::INFINITY { exp_m1(u) - u } else { u };
        let exponent = self.peak - a * rise;
        let x = a * exp(u);
        if u < 0.0 || (a < LARGE && x < a + 2.0) {
            let sum = power_series(a, x);
            Reached::Lower { log: exponent + ln(sum), slope: a / sum }
        } else {
            let ratio = fraction(a, x);
            Reached::Upper { hazard: -(ln(a) + exponent + ln(ratio)), slope: 1.0 / ratio }
        }
    }

    /// Temme's expansion: the normal tail at z = eta sqrt(a), and its density times a series.
    fn uniform(&self, u: f64) -> Reached {
        let bend = bend(u).sqrt();
        let z = (u * self.root) * bend;
        let more = polynomial(self.series, u * bend) / self.root;
        let exponent = 0.5 * (z * z + LN_TWO_PI);
        if z < 0.0 {
            let ratio = mills(-z) - more;
            Reached::Lower { log: ln(ratio) - exponent, slope: self.root / (self.star * ratio) }
        } else {
            let ratio = mills(z) + more;
            Reached::Upper { hazard: exponent - ln(ratio), slope: self.root / (self.star * ratio) }
        }
    }

    /// -ln(1 - P) at u, and its slope.
    pub(crate) fn upper(&self, u: f64) -> (f64, f64) {
        match self.reached(u) {
            Reached::Upper { hazard, slope } => (hazard, slope),
            Reached::Lower { log, slope } => {
                let p = exp(log);
                (0.0 - ln_1p(-p), slope * p / (1.0 - p))
            }
        }
    }

    /// -ln P at u, and how fast it falls.
    pub(crate) fn lower(&self, u: f64) -> (f64, f64) {
        match self.reached(u) {
            Reached::Lower { log, slope } => (-log, slope),
            Reached::Upper { hazard, slope } => {
                let q = exp(-hazard);
                (0.0 - ln_1p(-q), slope * q / (1.0 - q))
            }
        }
    }

    /// The u at which -ln(1 - P) is `h`.
    pub(crate) fn upper_inverse(&self, h: f64) -> f64 {
        self.inverse(h, ln(h))
    }

    /// The u at which -ln P is `h`.
    pub(crate) fn lower_inverse(&self, h: f64) -> f64 {
        let upper = if h > 1.0 { 0.0 - ln_1p(-exp(-h)) } else { 0.0 - ln(0.0 - exp_m1(-h)) };
        self.inverse(upper, if h > -SMALL { -h } else { ln(upper) })
    }

    /// The u at which the cumulative hazard -ln(1 - P) is `h`, with its logarithm, which holds where `h` underflows.
    ///
    /// Steps of fourth order on ln h as a function of u, a curve of slope between 1 and the shape; where a step leaves
    /// the bracket it is halved instead.
    fn inverse(&self, h: f64, log: f64) -> f64 {
        if !log.is_finite() {
            return log;
        }
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut u = self.start(h, log);
        for _ in 0..STEPS {
            // H, its logarithm, and the slope of that.
            let (hazard, off, slope) = match self.reached(u) {
                Reached::Upper { hazard, slope } => (hazard, ln(hazard) - log, slope / hazard),
                Reached::Lower { log: own, slope } if own < SMALL => (0.0, own - log, slope),
                Reached::Lower { log: own, slope } => {
                    let p = exp(own);
                    let hazard = 0.0 - ln_1p(-p);
                    (hazard, ln(hazard) - log, slope * p / ((1.0 - p) * hazard))
                }
            };
            if off > 0.0 {
                high = u;
            } else {
                low = u;
            }
            let newton = -off / slope;
            let step = newton * self.correction(u, hazard, slope, newton);
            if newton.abs() * self.root.max(1.0) < 1e-3 {
                return u + step;
            }
            let next = u + step;
            u = if next > low && next < high { next } else { between(low, high) };
        }
        u
    }

    /// What fourth order makes of a Newton step.
    fn correction(&self, u: f64, hazard: f64, slope: f64, newton: f64) -> f64 {
        // H' = slope H, H'' = H' g with g = a - x + H', g' = H' g - x.
        let (above, first) = (self.shape * exp_m1(u), slope * hazard);
        let g = first - above;
        let second = g - slope;
        let third = second * second + first * g - (self.shape + above) - slope * second;
        let (a, b) = (0.5 * second * newton, third * newton * newton / 6.0);
        if a.abs() < 0.4 && b.abs() < 0.4 { 1.0 - a + (2.0 * a * a - b) } else { 1.0 }
    }

    /// A first u: the leading terms of either tail, and Goldstein's expansion between them.
    fn start(&self, h: f64, log: f64) -> f64 {
        let a = self.shape;
        if h > 3.0 * a + 10.0 {
            // h = x - (a - 1) ln x + ln gamma(a).
            let x = h + (ln(a) * (1.0 - a) + self.peak + a);
            return ln((x + (a - 1.0) * ln(x.max(1.0))).max(0.5) / a);
        }
        // ln P = peak + a + a u - x a / (a + 1) + x^2 a / (2 (a + 1)^2 (a + 2)) - ...
        let reached = if log < SMALL { log } else { ln(0.0 - exp_m1(-h)) };
        let least = (reached - self.peak) / a - 1.0;
        let (above, bend) = (a + 1.0, 0.5 / ((a + 1.0) * (a + 1.0) * (a + 2.0)));
        let mut x = a * exp(least);
        if x > 0.35 * above {
            return 3.0 * ln_1p(goldstein(2.0 * a, normal_quantile_of_hazard(h)).max(-0.999));
        }
        let mut u = least;
        for _ in 0..2 {
            let off = u - least - x * (1.0 / above - x * bend);
            u -= off / (1.0 - x * (1.0 / above - 2.0 * x * bend));
            x = a * exp(u);
        }
        u
    }
}

/// Cube root of a chi-square variable of `n` degrees of freedom over n, less 1, at the normal quantile `z`: Goldstein, "Chi-square
/// quantiles", Communications of the ACM 16 (1973) 483-485, doi:10.1145/355609.362319.
fn goldstein(n: f64, z: f64) -> f64 {
    let (m, w) = (1.0 / n, z * z);
    let even = m
        * (-2.0 / 9.0
            + m * (((4.0 * w + 16.0) * w - 28.0) / 1_215.0
                + m * ((((8.0 * w + 720.0) * w + 3_216.0) * w + 2_904.0) / 229_635.0)));
    let odd = 1.0 / 3.0
        + m * ((3.0 - w) / 162.0
            + m * (((3.0 * w + 40.0) * w + 45.0) / -5_832.0
                + m * ((((301.0 * w - 1_519.0) * w - 32_769.0) * w - 79_349.0) / 7_873_200.0)));
    even + (2.0 * m).sqrt() * z * odd
}

/// A number between two limits, of which one may be infinite.
fn between(low: f64, high: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => f64::midpoint(low, high),
        (true, false) => low + 1.0 + low.abs(),
        (false, true) => high - 1.0 - high.abs(),
        (false, false) => 0.0,
    }
}

/// Sum of x^n / ((a + 1) ... (a + n)), for x up to about the shape.
fn power_series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut below) = (1.0, 1.0, a);
    for _ in 0..200 {
        below += 1.0;
        term *= x / below;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Legendre's continued fraction 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)), for x above the shape.
///
/// Numerators and denominators by Wallis' recurrence, over powers of x so that none overflows.
fn fraction(a: f64, x: f64) -> f64 {
    let y = 1.0 / x;
    let mut below = 1.0 + (1.0 - a) * y;
    let (mut top, mut top_before, mut bottom, mut bottom_before) = (1.0, 0.0, below, 1.0);
    let mut n = 0.0;
    while n < 300.0 {
        n += 1.0;
        below += 2.0 * y;
        let factor = (n * y) * ((a - n) * y);
        let next_top = below * top + factor * top_before;
        let next_bottom = below * bottom + factor * bottom_before;
        (top_before, bottom_before) = (top, bottom);
        (top, bottom) = (next_top, next_bottom);
        let (one, other) = (top * bottom_before, top_before * bottom);
        if (one - other).abs() <= 4e-16 * one.abs() {
            break;
        }
    }
    y * top / bottom
}
