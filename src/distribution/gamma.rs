//! Gamma and beta variables on functions of [`math`](crate::math), so that their bits are the same in every build.
//!
//! The samplers of `rand_distr` take `ln`, `exp` and `pow` from the platform or from the `libm` crate, as the
//! features of the other crates of the build decide.

use super::error::positive;
use crate::math::{exp, ln, ln_1p, normal_quantile};
use crate::stream::open_unit;
use rand::Rng;

/// Smaller shapes count as this one, so that the logarithm of a variable is finite.
const SMALLEST_SHAPE: f64 = 1e-300;

/// A gamma variable of scale 1 as v e^l, which may be too small to be written.
struct Parts {
    v: f64,
    l: f64,
}

/// One gamma variable of a shape above 0; with a shape below 1, a variable of 1 more times U^(1/shape).
fn parts<R: Rng + ?Sized>(shape: f64, rng: &mut R) -> Parts {
    if shape < 1.0 {
        let v = marsaglia_tsang(shape + 1.0, rng);
        Parts { v, l: ln(open_unit(rng.next_u64())) / shape.max(SMALLEST_SHAPE) }
    } else {
        Parts { v: marsaglia_tsang(shape, rng), l: 0.0 }
    }
}

/// One gamma variable of a shape of at least 1, above 0.
///
/// Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Transactions on Mathematical Software
/// 26 (2000) 363-372, doi:10.1145/358407.358414; the normal variable by its quantile.
fn marsaglia_tsang<R: Rng + ?Sized>(shape: f64, rng: &mut R) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = normal_quantile(open_unit(rng.next_u64()));
        let t = c * normal;
        if t <= -1.0 {
            continue;
        }
        let v = (1.0 + t) * (1.0 + t) * (1.0 + t);
        let uniform = open_unit(rng.next_u64());
        let square = normal * normal;
        // ln v and 1 - v by t, since v is near 1 where d is large.
        if uniform < 1.0 - 0.0331 * square * square
            || ln(uniform) < 0.5 * square + d * (3.0 * ln_1p(t) - t * (3.0 + t * (3.0 + t)))
        {
            return d * v;
        }
    }
}

/// One gamma variable with mean `shape * scale`; NaN where a number is not positive and finite.
pub(super) fn gamma<R: Rng + ?Sized>(shape: f64, scale: f64, rng: &mut R) -> f64 {
    if !(positive(shape) && positive(scale)) {
        return f64::NAN;
    }
    let Parts { v, l } = parts(shape, rng);
    v * exp(l) * scale
}

/// One beta variable; NaN where a number is not positive and finite.
///
/// X / (X + Y) of gamma variables, as 1 / (1 + Y / X) with the ratio from logarithms: X and Y can both be too small
/// to be written.
pub(super) fn beta<R: Rng + ?Sized>(alpha: f64, beta: f64, rng: &mut R) -> f64 {
    if !(positive(alpha) && positive(beta)) {
        return f64::NAN;
    }
    let x = parts(alpha, rng);
    let y = parts(beta, rng);
    1.0 / (1.0 + y.v / x.v * exp(y.l - x.l))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn extreme_shapes_end_and_stay_in_range() {
        let shapes = [5e-324, 1e-300, 1e-9, 0.01, 1.0f64.next_down(), 1.0, 1e9, 1e30, f64::MAX];
        let mut rng = Stream::new(1).parameter(0, 0);
        for shape in shapes {
            for _ in 0..1_000 {
                let value = gamma(shape, 1.0, &mut rng);
                assert!((0.0..f64::INFINITY).contains(&value), "{shape}: {value}");
                assert!(shape < 1e30 || (value / shape - 1.0).abs() < 1e-13, "{shape}: {value}");
            }
            for other in shapes {
                for _ in 0..1_000 {
                    let value = beta(shape, other, &mut rng);
                    assert!((0.0..=1.0).contains(&value), "{shape} {other}: {value}");
                }
            }
        }
    }

    #[test]
    fn the_smallest_shapes_make_a_beta_a_coin() {
        let mut rng = Stream::new(2).parameter(0, 0);
        for shape in [5e-324, 1e-9] {
            let values: Vec<f64> = (0..10_000).map(|_| beta(shape, shape, &mut rng)).collect();
            assert!(values.iter().all(|&x| x == 0.0 || x == 1.0));
            // Four standard errors of 1/2.
            assert!((values.iter().sum::<f64>() / 1e4 - 0.5).abs() < 0.02);
        }
    }

    #[test]
    fn numbers_outside_the_domain_give_nan() {
        let mut rng = Stream::new(3).parameter(0, 0);
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(gamma(bad, 1.0, &mut rng).is_nan());
            assert!(gamma(1.0, bad, &mut rng).is_nan());
            assert!(beta(bad, 1.0, &mut rng).is_nan());
            assert!(beta(1.0, bad, &mut rng).is_nan());
        }
    }
}
