//! Bits of sampled parameters and times, which a change of version or Cargo features of a sampler would move.

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::distribution::{Curve, DirichletDistribution, Family, ParameterDistribution, SplineScale};
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
        (P::Beta { alpha: 30.5, beta: 70.5 }, 10_144_863_424_436_114_943),
        (P::Beta { alpha: 0.5, beta: 12.5 }, 4_979_088_477_761_568_265),
        (P::Normal { mean: -1.0, sd: 2.5 }, 15_585_486_349_435_026_344),
        (P::LogNormal { meanlog: -0.4, sdlog: 0.3 }, 7_398_964_284_427_779_213),
        // A shape below 1 takes a further uniform.
        (P::Gamma { shape: 0.4, scale: 3.0 }, 4_866_895_268_494_906_209),
        (P::Gamma { shape: 1.0, scale: 0.2 }, 3_786_959_224_589_167_667),
        (P::Gamma { shape: 16.0, scale: 750.0 }, 11_489_269_190_464_525_876),
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
    assert_eq!(found, 17_910_103_699_774_854_179);
}

#[test]
fn times_of_curves_never_change() {
    let spline = Family::spline(SplineScale::Odds, &[-4.2, 1.4, 0.12, -0.15], &[-0.5, 1.1, 2.6, 4.2]);
    let pinned = [
        (Family::Exponential { rate: 0.09 }, 7_542_490_949_589_980_255),
        (Family::Weibull { shape: 0.7, scale: 14.0 }, 5_396_917_270_523_894_279),
        (Family::Gompertz { shape: -0.05, rate: 0.02 }, 7_040_255_217_326_096_197),
        (Family::LogNormal { meanlog: 2.1, sdlog: 0.9 }, 2_784_915_682_816_432_943),
        (Family::LogLogistic { shape: 1.4, scale: 9.0 }, 10_403_259_312_293_741_548),
        (Family::gamma(2.5, 0.2).expect("in domain"), 18_092_458_372_121_207_702),
        (Family::generalised_gamma(2.5, 0.8, 0.1).expect("in domain"), 16_341_208_239_624_451_542),
        (Family::generalised_gamma(3.0, 1.2, -0.8).expect("in domain"), 2_374_270_069_807_188_373),
        (spline.expect("in domain"), 7_944_697_377_130_343_612),
    ];
    let found = pinned.clone().map(|(family, _)| {
        let curve = Curve::new(family.clone(), 0.35, 1.8, 1.25).expect("in domain");
        let mut rng = SplitMix64::new(2026);
        let mut times: Vec<f64> = (0..100_000).map(|_| rng.uniform()).collect();
        remisim::math::vector::neg_ln_all(&mut times);
        curve.times_at(&mut times);
        (family, hash(times))
    });
    assert_eq!(found, pinned);
}
