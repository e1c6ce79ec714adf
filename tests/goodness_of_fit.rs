//! A million times and values of each distribution against a cumulative probability that is not ours.

#[path = "support/splitmix.rs"]
mod splitmix;

use rand_distr::Distribution;
use remisim::distribution::{
    Curve, CurveError, DirichletDistribution, Family, Interpolation, KaplanMeier, ParameterDistribution,
    ParameterError, PiecewiseExponential, SplineScale, SurvivalTable,
};
use splitmix::SplitMix64;
use statrs::distribution::{Beta, ContinuousCDF, Gamma, LogNormal, Normal, Triangular, Uniform, Weibull};

const N: usize = 1_000_000;

/// Largest distance between the values and the cumulative probability, times the root of their number.
fn kolmogorov_smirnov(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let distance = values.iter().enumerate().fold(0.0, |worst: f64, (i, &x)| {
        let p = cdf(x);
        worst.max(p - i as f64 / n).max((i + 1) as f64 / n - p)
    });
    distance * n.sqrt()
}

/// Fails where the values would come from the distribution once in a thousand times or less.
fn assert_distributed(name: &str, values: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    // Kolmogorov's distribution at 0.999: sqrt(ln(2 / 0.001) / 2).
    let distance = kolmogorov_smirnov(values, cdf);
    assert!(distance < 1.949_5, "{name}: distance {distance}");
}

/// Largest distance between two samples of equal size, times the root of half their number; ties move together.
fn kolmogorov_smirnov_of_two(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let (mut i, mut j, mut worst) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        let x = one[i].min(other[j]);
        i += one[i..].iter().take_while(|&&value| value == x).count();
        j += other[j..].iter().take_while(|&&value| value == x).count();
        worst = worst.max(i.abs_diff(j));
    }
    worst as f64 / (2.0 * one.len() as f64).sqrt()
}

/// Times of a curve whose family, alone, has survival `survival`, alone and with share, ratio and delay.
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn assert_curve(seed: u64, family: &Family, survival: impl Fn(f64) -> f64) {
    let wraps = [(1.0, 1.0, 0.0), (0.6, 1.0, 0.0), (1.0, 0.7, 0.0), (1.0, 1.0, 2.5), (0.35, 1.8, 1.25)];
    for (i, (share, ratio, delay)) in wraps.into_iter().enumerate() {
        let curve = Curve::new(family.clone(), share, ratio, delay).expect("in domain");
        let mut rng = SplitMix64::new(seed * 100 + i as u64);
        let mut times: Vec<f64> = (0..N).map(|_| -rng.uniform().ln()).collect();
        curve.times_at(&mut times);
        let whole = |t: f64| {
            if t < delay { 1.0 } else { (1.0 - share + share * survival(t - delay)).powf(ratio) }
        };
        let never = whole(f64::INFINITY);
        times.retain(|t| t.is_finite());
        let missing = (N - times.len()) as f64 / N as f64;
        let error = (never * (1.0 - never) / N as f64).sqrt();
        assert!((missing - never).abs() <= 4.0 * error, "{curve:?}: {missing} never, expected {never}");
        assert_distributed(&format!("{curve:?}"), times, |t| (1.0 - whole(t)) / (1.0 - never));
    }
}

#[test]
fn exponential_times_fit() {
    assert_curve(1, &Family::Exponential { rate: 0.09 }, |t| (-0.09 * t).exp_m1() + 1.0);
}

#[test]
fn weibull_times_fit() {
    let by_shape_then_scale = Weibull::new(0.7, 14.0).expect("in domain");
    assert_curve(2, &Family::Weibull { shape: 0.7, scale: 14.0 }, |t| by_shape_then_scale.sf(t));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn gompertz_times_fit() {
    for (seed, shape) in [(3, 0.05), (4, -0.05)] {
        let survival = |t: f64| (-0.02 / shape * (shape * t).exp_m1()).exp();
        assert_curve(seed, &Family::Gompertz { shape, rate: 0.02 }, survival);
    }
}

#[test]
fn log_normal_times_fit() {
    let yardstick = LogNormal::new(2.1, 0.9).expect("in domain");
    let survival = |t: f64| if t < f64::INFINITY { yardstick.sf(t) } else { 0.0 };
    assert_curve(5, &Family::LogNormal { meanlog: 2.1, sdlog: 0.9 }, survival);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn log_logistic_times_fit() {
    assert_curve(6, &Family::LogLogistic { shape: 1.4, scale: 9.0 }, |t| 1.0 / (1.0 + (t / 9.0).powf(1.4)));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn piecewise_exponential_times_fit() {
    for (seed, last) in [(7, 0.04), (8, 0.0)] {
        let pieces = [(0.0, 0.02), (3.0, 0.2), (6.0, 0.0), (12.0, last)];
        // The integral of the rate, piece by piece from its end.
        let survival = |t: f64| {
            let ends = [3.0, 6.0, 12.0, f64::INFINITY];
            let parts = pieces.iter().zip(ends).filter(|((start, rate), _)| t > *start && *rate > 0.0);
            (-parts.map(|((start, rate), end)| rate * (t.min(end) - start)).sum::<f64>()).exp()
        };
        let family = Family::PiecewiseExponential(PiecewiseExponential::new(&pieces).expect("in domain"));
        assert_curve(seed, &family, survival);
    }
}

#[test]
fn gamma_times_fit() {
    for (seed, (shape, rate)) in [(9, (0.4, 0.03)), (10, (2.5, 0.2)), (11, (60.0, 3.0))] {
        let yardstick = Gamma::new(shape, rate).expect("in domain");
        let survival = |t: f64| if t < f64::INFINITY { yardstick.sf(t) } else { 0.0 };
        assert_curve(seed, &Family::gamma(shape, rate).expect("in domain"), survival);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn generalised_gamma_times_fit() {
    for (seed, (mu, sigma, q)) in [(12, (2.5, 0.8, 0.3)), (13, (3.0, 1.2, 2.5)), (14, (3.0, 1.2, -0.8))] {
        let yardstick = Gamma::new(1.0 / (q * q), 1.0).expect("in domain");
        let survival = |t: f64| {
            if t <= 0.0 || t == f64::INFINITY {
                return f64::from(u8::from(t <= 0.0));
            }
            let x = (q * (t.ln() - mu) / sigma).exp() / (q * q);
            if q > 0.0 { yardstick.sf(x) } else { yardstick.cdf(x) }
        };
        assert_curve(seed, &Family::generalised_gamma(mu, sigma, q).expect("in domain"), survival);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn spline_times_fit() {
    let (gamma, knots) = ([-4.2, 1.4, 0.12, -0.15], [-0.5, 1.1, 2.6, 4.2]);
    let normal = Normal::new(0.0, 1.0).expect("in domain");
    for (seed, scale) in [(15, SplineScale::Hazard), (16, SplineScale::Odds), (17, SplineScale::Normal)] {
        let survival = |t: f64| {
            if t <= 0.0 || t == f64::INFINITY {
                return f64::from(u8::from(t <= 0.0));
            }
            let cube = |knot: f64| (t.ln() - knot).max(0.0).powi(3);
            let s = (1..3).fold(gamma[0] + gamma[1] * t.ln(), |s, j| {
                let share = (knots[3] - knots[j]) / (knots[3] - knots[0]);
                s + gamma[j + 1] * (cube(knots[j]) - share * cube(knots[0]) - (1.0 - share) * cube(knots[3]))
            });
            match scale {
                SplineScale::Hazard => (-s.exp()).exp(),
                SplineScale::Odds => 1.0 / (1.0 + s.exp()),
                SplineScale::Normal => normal.sf(s),
            }
        };
        assert_curve(seed, &Family::spline(scale, &gamma, &knots).expect("in domain"), survival);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn times_from_a_table_fit() {
    let (months, survivals) = ([2.0, 4.0, 11.0, 30.0], [0.9, 0.7, 0.45, 0.2]);
    for (seed, rate) in [(18, 0.05), (19, 0.0)] {
        let survival = |t: f64| {
            let points = [0.0].into_iter().chain(months).zip([1.0].into_iter().chain(survivals));
            let points: Vec<(f64, f64)> = points.collect();
            match points.windows(2).find(|pair| t < pair[1].0) {
                Some(pair) => {
                    let share = (t - pair[0].0) / (pair[1].0 - pair[0].0);
                    pair[0].1 + share * (pair[1].1 - pair[0].1)
                }
                None if rate > 0.0 => 0.2 * (-rate * (t - 30.0)).exp(),
                None => 0.2,
            }
        };
        let table = std::sync::Arc::new(SurvivalTable::new(&months, &survivals).expect("falls"));
        let family = KaplanMeier::new(table, Interpolation::Linear, rate).expect("in domain");
        assert_curve(seed, &Family::KaplanMeier(family), survival);
    }
}

#[test]
fn events_in_steps_happen_to_their_shares() {
    let (months, survivals) = ([2.0, 4.0, 11.0], [0.9, 0.7, 0.45]);
    let table = std::sync::Arc::new(SurvivalTable::new(&months, &survivals).expect("falls"));
    let family = KaplanMeier::new(table, Interpolation::Step, 0.0).expect("in domain");
    let curve = Curve::simple(Family::KaplanMeier(family)).expect("in domain");
    let mut rng = SplitMix64::new(901);
    let mut times: Vec<f64> = (0..N).map(|_| -remisim::math::ln(rng.uniform())).collect();
    curve.times_at(&mut times);
    let shares = [(2.0, 0.1), (4.0, 0.2), (11.0, 0.25), (f64::INFINITY, 0.45)];
    for (month, share) in shares {
        let found = times.iter().filter(|&&t| t == month).count() as f64 / N as f64;
        assert!((found - share).abs() < 4.0 * (share * (1.0 - share) / N as f64).sqrt(), "{month}: {found}");
    }
}

/// Times of a curve with a survival of its own, where all who can have the event have had it by 1e4 months.
fn assert_whole(name: &str, seed: u64, curve: &Curve, survival: impl Fn(f64) -> f64) {
    let mut rng = SplitMix64::new(seed);
    let mut times: Vec<f64> = (0..N).map(|_| -remisim::math::ln(rng.uniform())).collect();
    curve.times_at(&mut times);
    times.retain(|t| t.is_finite());
    let (never, missing) = (survival(1e4), (N - times.len()) as f64 / N as f64);
    let error = (never * (1.0 - never) / N as f64).sqrt();
    assert!((missing - never).abs() <= 4.0 * error, "{name}: {missing} never, expected {never}");
    assert_distributed(name, times, |t| (1.0 - survival(t)) / (1.0 - never));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the yardstick is the standard library")]
fn times_under_non_mixture_cure_and_left_truncation_fit() -> Result<(), CurveError> {
    let family = || Family::gamma(2.5, 0.2);
    let yardstick = Gamma::new(2.5, 0.2).expect("in domain");
    let bounded = |t: f64| 0.3_f64.powf(1.0 - yardstick.sf(t));
    let curve = Curve::simple(family()?)?.with_non_mixture_cure(0.3)?;
    assert_whole("non-mixture", 20, &curve, bounded);
    assert_whole("non-mixture, alive", 21, &curve.given_alive_at(5.0)?, |t| bounded(t + 5.0) / bounded(5.0));
    let mixture = |t: f64| 0.4 + 0.6 * yardstick.sf(t);
    let curve = Curve::new(family()?, 0.6, 1.0, 2.0)?.given_alive_at(9.0)?;
    let late = |t: f64| if t < 2.0 { 1.0 } else { mixture(t + 7.0) / mixture(9.0) };
    assert_whole("mixture, alive, delayed", 22, &curve, late);
    Ok(())
}

#[test]
fn events_at_a_fixed_time_happen_to_their_share() {
    let curve = Curve::new(Family::Fixed { months: 7.0 }, 0.35, 1.8, 1.25).expect("in domain");
    let mut rng = SplitMix64::new(900);
    let mut times: Vec<f64> = (0..N).map(|_| -remisim::math::ln(rng.uniform())).collect();
    curve.times_at(&mut times);
    let never = times.iter().filter(|t| t.is_infinite()).count() as f64 / N as f64;
    let expected = remisim::math::pow(0.65, 1.8);
    assert!((never - expected).abs() < 4.0 * (expected * (1.0 - expected) / N as f64).sqrt(), "{never}");
    assert!(times.iter().all(|&t| t == 8.25 || t.is_infinite()));
}

/// A million values of a parameter.
fn sampled(seed: u64, distribution: ParameterDistribution) -> Vec<f64> {
    let mut rng = SplitMix64::new(seed);
    let values: Vec<f64> = (0..N).map(|_| distribution.sample(&mut rng)).collect();
    let mean = values.iter().sum::<f64>() / N as f64;
    let se = distribution.sd() / (N as f64).sqrt();
    assert!((mean - distribution.mean()).abs() < 4.0 * se, "{distribution:?}: mean {mean}");
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / N as f64;
    assert!(
        (variance.sqrt() / distribution.sd() - 1.0).abs() < 0.02,
        "{distribution:?}: sd {}",
        variance.sqrt()
    );
    values
}

#[test]
fn parameters_fit() -> Result<(), ParameterError> {
    use ParameterDistribution as P;
    for (seed, (alpha, beta)) in [(0.5, 12.5), (30.5, 70.5), (1.0, 1.0), (2.0, 0.7)].into_iter().enumerate() {
        let yardstick = Beta::new(alpha, beta).expect("in domain");
        let values = sampled(1_000 + seed as u64, P::Beta { alpha, beta }.checked()?);
        assert_distributed(&format!("Beta {alpha} {beta}"), values, |x| yardstick.cdf(x));
    }
    for (seed, (shape, scale)) in
        [(0.05, 3.0), (0.4, 3.0), (1.0, 0.2), (1.3, 2.0), (16.0, 750.0)].into_iter().enumerate()
    {
        // By rate, the inverse of the scale.
        let yardstick = Gamma::new(shape, 1.0 / scale).expect("in domain");
        let values = sampled(1_100 + seed as u64, P::Gamma { shape, scale }.checked()?);
        assert_distributed(&format!("Gamma {shape} {scale}"), values, |x| yardstick.cdf(x));
    }
    let normal = Normal::new(-1.0, 2.5).expect("in domain");
    assert_distributed("Normal", sampled(1_200, P::normal_from_se(-1.0, 2.5)?), |x| normal.cdf(x));
    let log_normal = LogNormal::new(-0.4, 0.3).expect("in domain");
    let values = sampled(1_300, P::LogNormal { meanlog: -0.4, sdlog: 0.3 });
    assert_distributed("LogNormal", values, |x| log_normal.cdf(x));
    let uniform = Uniform::new(-1.0, 3.0).expect("in domain");
    assert_distributed("Uniform", sampled(1_400, P::uniform(-1.0, 3.0)?), |x| uniform.cdf(x));
    // By minimum, maximum, mode.
    let triangular = Triangular::new(1.0, 8.0, 2.5).expect("in domain");
    assert_distributed("Triangular", sampled(1_500, P::triangular(1.0, 2.5, 8.0)?), |x| triangular.cdf(x));
    Ok(())
}

#[test]
fn gamma_and_beta_agree_with_another_sampler() -> Result<(), ParameterError> {
    use ParameterDistribution as P;
    let assert_alike = |seed: u64, ours: P, other: Vec<f64>| {
        let distance = kolmogorov_smirnov_of_two(sampled(seed, ours), other);
        assert!(distance < 1.949_5, "{ours:?}: distance {distance}");
    };
    let shapes = [0.05, 0.4, 0.99, 1.0, 1.3, 16.0, 4_000.0];
    for (seed, shape) in (1_700..).zip(shapes) {
        let other = rand_distr::Gamma::new(shape, 3.0).expect("in domain");
        let other = other.sample_iter(SplitMix64::new(seed + 1_000)).take(N).collect();
        assert_alike(seed, P::Gamma { shape, scale: 3.0 }.checked()?, other);
    }
    let pairs = [(0.05, 0.08), (0.5, 12.5), (0.9, 0.9), (1.0, 1.0), (2.0, 0.7), (30.5, 70.5), (900.0, 3.0)];
    for (seed, (alpha, beta)) in (1_800..).zip(pairs) {
        let other = rand_distr::Beta::new(alpha, beta).expect("in domain");
        let other = other.sample_iter(SplitMix64::new(seed + 1_000)).take(N).collect();
        assert_alike(seed, P::Beta { alpha, beta }.checked()?, other);
    }
    Ok(())
}

#[test]
fn dirichlet_shares_fit() -> Result<(), ParameterError> {
    let alphas = [0.5, 3.0, 12.5];
    let distribution = DirichletDistribution::new(alphas.to_vec())?;
    let mut rng = SplitMix64::new(1_600);
    let mut columns = vec![Vec::with_capacity(N); alphas.len()];
    let mut shares = [0.0; 3];
    for _ in 0..N {
        distribution.sample_into(&mut rng, &mut shares)?;
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        columns.iter_mut().zip(shares).for_each(|(column, share)| column.push(share));
    }
    for (column, alpha) in columns.into_iter().zip(alphas) {
        let yardstick = Beta::new(alpha, 16.0 - alpha).expect("in domain");
        assert_distributed(&format!("share with alpha {alpha}"), column, |x| yardstick.cdf(x));
    }
    assert_eq!(distribution.sample_into(&mut rng, &mut [0.0; 2]), Err(ParameterError::LengthDiffers));
    Ok(())
}
