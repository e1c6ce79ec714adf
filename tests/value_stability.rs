//! Bits of sampled parameters and times, which a change of version or Cargo features of a sampler would move.
//!
//! The tests are built with crates that turn on `num-traits/std`, so that `rand_distr` calls the platform's `ln`
//! and `exp`; without them its Beta, and its gamma with a shape below 1, have other last bits.

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::distribution::{Curve, DirichletDistribution, Family, ParameterDistribution};
use splitmix::SplitMix64;

/// One number for the bits of many (FNV-1a over words).
fn hash(values: impl IntoIterator<Item = f64>) -> u64 {
    values
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, x| (hash ^ x.to_bits()).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The hash of 100,000 values.
fn sampled(distribution: ParameterDistribution) -> u64 {
    let mut rng = SplitMix64::new(2026);
    hash((0..100_000).map(|_| distribution.sample(&mut rng)))
}

#[test]
fn sampled_parameters_never_change() {
    use ParameterDistribution as P;
    let pinned = [
        // Both algorithms of Beta: both parameters above 1, and not.
        (P::Beta { alpha: 30.5, beta: 70.5 }, 9_858_053_555_654_535_477),
        (P::Beta { alpha: 0.5, beta: 12.5 }, 10_532_508_220_867_986_097),
        (P::Normal { mean: -1.0, sd: 2.5 }, 7_861_747_555_980_907_770),
        (P::LogNormal { meanlog: -0.4, sdlog: 0.3 }, 13_599_713_666_702_274_635),
        // Shapes below, at and above 1 are three algorithms.
        (P::Gamma { shape: 0.4, scale: 3.0 }, 9_942_105_224_573_945_467),
        (P::Gamma { shape: 1.0, scale: 0.2 }, 1_570_592_615_882_298_758),
        (P::Gamma { shape: 16.0, scale: 750.0 }, 6_640_171_412_748_327_609),
        (P::Uniform { low: -1.0, high: 3.0 }, 7_203_001_390_588_072_892),
        (P::Triangular { low: 1.0, mode: 2.5, high: 8.0 }, 4_164_161_769_587_278_518),
    ];
    let found = pinned.map(|(distribution, _)| (distribution, sampled(distribution)));
    assert_eq!(found, pinned);
}

#[test]
fn sampled_shares_never_change() {
    let distribution = DirichletDistribution::new(vec![0.5, 3.0, 12.5]).expect("in domain");
    let mut rng = SplitMix64::new(2026);
    let mut shares = [0.0; 3];
    let found = hash((0..100_000).flat_map(|_| {
        distribution.sample_into(&mut rng, &mut shares).expect("three shares");
        shares
    }));
    assert_eq!(found, 10_752_541_970_797_209_856);
}

#[test]
fn times_of_curves_never_change() {
    let pinned = [
        (Family::Exponential { rate: 0.09 }, 7_542_490_949_589_980_255),
        (Family::Weibull { shape: 0.7, scale: 14.0 }, 5_396_917_270_523_894_279),
        (Family::Gompertz { shape: -0.05, rate: 0.02 }, 7_040_255_217_326_096_197),
        (Family::LogNormal { meanlog: 2.1, sdlog: 0.9 }, 2_784_915_682_816_432_943),
        (Family::LogLogistic { shape: 1.4, scale: 9.0 }, 10_403_259_312_293_741_548),
    ];
    let found = pinned.map(|(family, _)| {
        let curve = Curve::new(family, 0.35, 1.8, 1.25).expect("in domain");
        let mut rng = SplitMix64::new(2026);
        let mut times: Vec<f64> = (0..100_000).map(|_| rng.uniform()).collect();
        remisim::math::vector::neg_ln_all(&mut times);
        curve.times_at(&mut times);
        (family, hash(times))
    });
    assert_eq!(found, pinned);
}
