//! The sampler of calibration against posteriors in closed form, within the Monte Carlo error of its own chains.

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::calibrate::{Chain, Diagnostics, Plan, SampleError, ess_bulk, extend, sample};
use remisim::math::{exp, ln, normal_cdf, normal_hazard};
use splitmix::SplitMix64;
use std::f64::consts::{PI, SQRT_2};
use std::sync::atomic::{AtomicUsize, Ordering};

const PLAN: Plan = Plan { chains: 4, warm_up: 300, kept: 700, seed: 1 };
/// Deviations in Monte Carlo errors that are taken to be chance, among some hundred.
const ERRORS: f64 = 4.5;

/// Samples and prints what it cost.
fn chains(name: &str, dimension: usize, plan: &Plan, f: impl Fn(&[f64]) -> f64 + Sync) -> Vec<Chain> {
    let chains = sample(dimension, plan, &f, &|_| true).unwrap();
    let evaluations: usize = chains.iter().map(|chain| chain.evaluations).sum();
    let warm_up: usize = chains.iter().map(|chain| chain.warm_up_evaluations).sum();
    let (rhat, bulk, tail) = worst(&chains);
    let by_thousand = |ess: f64| 1_000.0 * ess / evaluations as f64;
    println!(
        "{name}: {evaluations} evaluations, {warm_up} to warm up; R-hat {rhat:.4}; ESS {bulk:.0} bulk, {tail:.0} tail; \
         by 1,000 evaluations {:.0} and {:.0}",
        by_thousand(bulk),
        by_thousand(tail)
    );
    chains
}

/// Largest R-hat, least bulk and tail effective sample size of all unknowns.
fn worst(chains: &[Chain]) -> (f64, f64, f64) {
    let of = |i: usize| Diagnostics::of(&series(chains, |z| z[i]));
    (0..chains[0].states[0].len()).map(of).fold((0.0, f64::INFINITY, f64::INFINITY), |worst, found| {
        let least = |least: f64, ess: Option<f64>| least.min(ess.unwrap_or(0.0));
        let rhat = found.rhat.unwrap_or(f64::INFINITY).max(worst.0);
        (rhat, least(worst.1, found.ess_bulk), least(worst.2, found.ess_tail))
    })
}

fn series(chains: &[Chain], f: impl Fn(&[f64]) -> f64) -> Vec<Vec<f64>> {
    chains.iter().map(|chain| chain.states.iter().map(|z| f(z)).collect()).collect()
}

/// Fails if the mean of a function of the states is further from what it should be than chance explains.
fn assert_mean(name: &str, chains: &[Chain], expected: f64, f: impl Fn(&[f64]) -> f64) {
    let series = series(chains, f);
    let ess = ess_bulk(&series).unwrap();
    let values = series.concat();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / ess).sqrt();
    assert!((mean - expected).abs() < ERRORS * error, "{name}: {mean} for {expected}, error {error}");
    assert!(ess > 100.0, "{name}: {ess}");
}

/// Measurements that are linear in the unknowns: the posterior is Gaussian.
struct Linear {
    rows: Vec<Vec<f64>>,
    values: Vec<f64>,
    sd: f64,
}

impl Linear {
    /// As many measurements as `tight`, mostly of as many unknowns, and correlated.
    fn new(dimension: usize, tight: usize, sd: f64) -> Self {
        let mut rng = SplitMix64::new(7);
        let row = |i: usize| {
            let mut entry = |j| {
                (rng.uniform() - 0.5) * if j < tight { 1.0 } else { 0.1 } + if i == j { 0.6 } else { 0.0 }
            };
            let row: Vec<f64> = (0..dimension).map(&mut entry).collect();
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            row.iter().map(|x| x / length).collect()
        };
        Self {
            rows: (0..tight).map(row).collect(),
            values: (0..tight).map(|i| 0.7 - 0.4 * i as f64).collect(),
            sd,
        }
    }

    fn log_likelihood(&self, z: &[f64]) -> f64 {
        let off = |(row, value): (&Vec<f64>, &f64)| {
            let found: f64 = row.iter().zip(z).map(|(a, z)| a * z).sum();
            ((found - value) / self.sd).powi(2)
        };
        -0.5 * self.rows.iter().zip(&self.values).map(off).sum::<f64>()
    }

    /// Posterior mean and covariance, taking in one measurement at a time.
    fn posterior(&self) -> (Vec<f64>, Vec<Vec<f64>>) {
        let d = self.rows[0].len();
        let mut mean = vec![0.0; d];
        let mut covariance: Vec<Vec<f64>> =
            (0..d).map(|i| (0..d).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
        for (row, value) in self.rows.iter().zip(&self.values) {
            let dot = |x: &[f64]| row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
            let shared: Vec<f64> = covariance.iter().map(|line| dot(line)).collect();
            let total = dot(&shared) + self.sd * self.sd;
            let off = (value - dot(&mean)) / total;
            for i in 0..d {
                mean[i] += shared[i] * off;
                (0..d).for_each(|j| covariance[i][j] -= shared[i] * shared[j] / total);
            }
        }
        (mean, covariance)
    }
}

#[test]
fn gaussian_posteriors_have_their_means_and_covariances() {
    for (dimension, tight) in [(1, 1), (5, 2), (20, 6)] {
        let linear = Linear::new(dimension, tight, 0.05);
        let name = format!("{tight} tight of {dimension}");
        let chains = chains(&name, dimension, &PLAN, |z| linear.log_likelihood(z));
        let (mean, covariance) = linear.posterior();
        for i in 0..dimension {
            assert_mean(&name, &chains, mean[i], |z| z[i]);
            for j in 0..=i {
                assert_mean(&name, &chains, covariance[i][j], |z| (z[i] - mean[i]) * (z[j] - mean[j]));
            }
        }
        let states = chains.iter().flat_map(|chain| chain.states.iter().zip(&chain.log_likelihoods));
        assert!(states.take(1_000).all(|(z, l)| linear.log_likelihood(z) == *l));
    }
}

#[test]
fn fifteen_unknowns_take_ten_thousand_evaluations() {
    let linear = Linear::new(15, 5, 0.05);
    let plan = Plan { kept: 1_000, ..PLAN };
    let chains = chains("5 tight of 15", 15, &plan, |z| linear.log_likelihood(z));
    let (rhat, bulk, tail) = worst(&chains);
    assert!(rhat < 1.01 && bulk > 400.0 && tail > 400.0, "{rhat} {bulk} {tail}");
    assert!(chains.iter().map(|chain| chain.evaluations).sum::<usize>() < 10_000);
}

#[test]
fn without_targets_the_posterior_is_the_prior() {
    let chains = chains("prior", 15, &PLAN, |_| 0.0);
    for i in 0..15 {
        assert_mean("mean", &chains, 0.0, |z| z[i]);
        assert_mean("variance", &chains, 1.0, |z| z[i] * z[i]);
        assert_mean("covariance", &chains, 0.0, |z| z[i] * z[(i + 1) % 15]);
        assert_mean("tail", &chains, normal_cdf(-1.5), |z| if z[i] > 1.5 { 1.0 } else { 0.0 });
    }
}

#[test]
fn a_banana_has_the_moments_of_a_quadrature() {
    let log_likelihood = |z: &[f64]| -0.5 * ((z[1] - z[0] * z[0] + 1.0) / 0.4).powi(2);
    let chains = chains("banana", 2, &Plan { kept: 2_000, ..PLAN }, log_likelihood);
    // z_1 given z_0 is Gaussian; over z_0 the midpoint rule.
    let (mut total, mut square, mut mean) = (0.0, 0.0, 0.0);
    for i in 0..12_000 {
        let x = -6.0 + (f64::from(i) + 0.5) / 1_000.0;
        let weight = exp(-0.5 * x * x - 0.5 * (x * x - 1.0).powi(2) / 1.16);
        total += weight;
        square += weight * x * x;
        mean += weight * (x * x - 1.0) / 1.16;
    }
    assert_mean("x", &chains, 0.0, |z| z[0]);
    assert_mean("x^2", &chains, square / total, |z| z[0] * z[0]);
    assert_mean("y", &chains, mean / total, |z| z[1]);
}

#[test]
fn a_bound_cuts_the_prior() {
    // The sum over the root of 2 is a standard Gaussian above 1.5 over the root of 2.
    let bound = 1.5 / SQRT_2;
    let log_likelihood = |z: &[f64]| if z[0] + z[1] > 1.5 { 0.0 } else { f64::NAN };
    let chains = chains("bound", 5, &PLAN, log_likelihood);
    let hazard = normal_hazard(bound);
    assert_mean("across", &chains, hazard, |z| (z[0] + z[1]) / SQRT_2);
    assert_mean("square", &chains, 1.0 + bound * hazard, |z| (z[0] + z[1]).powi(2) / 2.0);
    assert_mean("along", &chains, 1.0, |z| (z[0] - z[1]).powi(2) / 2.0);
    assert_mean("free", &chains, 1.0, |z| z[4] * z[4]);
    assert!(chains.iter().flat_map(|chain| &chain.states).all(|z| z[0] + z[1] > 1.5));
}

#[test]
fn a_soft_bound_bends_the_prior() {
    let chains = chains("soft bound", 5, &PLAN, |z| ln(normal_cdf(20.0 * (z[0] - 1.0))));
    let s = -20.0 / 401.0_f64.sqrt();
    let mean = 20.0 / 401.0_f64.sqrt() * exp(-0.5 * s * s) / (2.0 * PI).sqrt() / normal_cdf(s);
    assert_mean("across", &chains, mean, |z| z[0]);
    assert_mean("free", &chains, 1.0, |z| z[3] * z[3]);
}

/// Two modes at `middle` and its opposite in every unknown.
fn two_modes(middle: f64, sd: f64) -> impl Fn(&[f64]) -> f64 + Sync {
    move |z| {
        let mode = |at: f64| -0.5 * z.iter().map(|z| ((z - at) / sd).powi(2)).sum::<f64>();
        let (one, other) = (mode(middle), mode(-middle));
        one.max(other) + ln(1.0 + exp(-(one - other).abs()))
    }
}

#[test]
fn chains_in_modes_far_apart_disagree_and_near_modes_mix() {
    let apart = worst(&chains("far modes", 3, &PLAN, two_modes(2.0, 0.05)));
    assert!(apart.0 > 1.5, "{apart:?}");
    let near = chains("near modes", 3, &PLAN, two_modes(0.4, 0.3));
    assert!(worst(&near).0 < 1.02);
    (0..3).for_each(|i| assert_mean("mean", &near, 0.0, |z| z[i]));
}

#[test]
fn chains_are_the_same_under_every_number_of_threads() {
    let linear = Linear::new(5, 2, 0.05);
    let plan = Plan { warm_up: 50, kept: 50, ..PLAN };
    let run = |threads: usize, plan: Plan| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| sample(5, &plan, &|z| linear.log_likelihood(z), &|_| true)).unwrap()
    };
    let one = run(1, plan);
    assert_eq!(one, run(2, plan));
    // Another chain changes none, nor does going on; another seed changes all.
    assert_eq!(one[..], run(2, Plan { chains: 5, ..plan })[..4]);
    let longer = Plan { kept: 60, ..plan };
    assert_eq!(one[3].states[..], run(2, longer)[3].states[..50]);
    let gone_on = extend(one.clone(), &longer, &|z| linear.log_likelihood(z), &|_| true);
    assert_eq!(gone_on, Ok(run(2, longer)));
    assert!(
        one.iter()
            .zip(&run(2, Plan { seed: 2, ..plan }))
            .all(|(one, other)| one.states[0] != other.states[0])
    );
}

#[test]
fn a_request_stops_and_the_impossible_is_refused() {
    let asked = AtomicUsize::new(0);
    let go_on = |evaluations: usize| {
        asked.fetch_add(1, Ordering::Relaxed);
        evaluations < 1_000
    };
    assert_eq!(sample(5, &PLAN, &|_| 0.0, &go_on), Err(SampleError::Stopped));
    // Each chain asks once more at most.
    assert!((1_001..=1_004).contains(&asked.load(Ordering::Relaxed)));
    let nowhere = sample(2, &PLAN, &|_| f64::NAN, &|_| true);
    assert!(matches!(nowhere, Err(SampleError::NoStart(_))), "{nowhere:?}");
    // A place with one in some hundred draws of the prior is found.
    let corner = |z: &[f64]| if z[0] > 2.3 { 0.0 } else { f64::NEG_INFINITY };
    assert!(sample(2, &Plan { warm_up: 50, kept: 50, ..PLAN }, &corner, &|_| true).is_ok());
}
