//! Values of information against closed forms, exact sums, and quadrature of the inner expectation.
#![expect(clippy::disallowed_methods, reason = "yardsticks may use the standard library")]

use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use remisim::economics::{Group, InformationError, InformationValue, Noise, Psa, evppi, evppi_until, evsi};
use remisim::math::{normal_cdf, normal_quantile};
use remisim::model::{Study, StudyData};
use remisim::simulate::Observer;
use remisim::stream::{Stream, name_hash};
use statrs::distribution::{Beta, ContinuousCDF as _, LogNormal};
use std::f64::consts::{LN_2, PI, TAU};

/// Asks to stop at once.
struct Stopping;

impl Observer for Stopping {
    fn advanced(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        true
    }
}

type Parameters = Vec<(String, Vec<f64>)>;

/// A value in each of `draws` equal parts of a distribution, in an order of the parameter's own (Latin hypercube), so
/// that little of the error is the draws'.
fn parameter(name: &str, draws: usize, quantile: impl Fn(f64) -> f64) -> (String, Vec<f64>) {
    let mut rng = Stream::new(11).parameter(0, name_hash(name));
    let mut values: Vec<f64> =
        (0..draws).map(|i| quantile((i as f64 + rng.random::<f64>()) / draws as f64)).collect();
    values.shuffle(&mut rng);
    (name.to_owned(), values)
}

/// Values that fill the space of all parameters evenly (Richtmyer's sequence, by the root of a prime number), so that
/// chance correlations hide nothing: an error of 1 or 2 % is the regression's. Random draws have it besides.
fn even(name: &str, prime: f64, draws: usize, quantile: impl Fn(f64) -> f64) -> (String, Vec<f64>) {
    let value = |i: usize| quantile(((i as f64 + 0.5) * prime.sqrt()).fract());
    (name.to_owned(), (0..draws).map(value).collect())
}

fn normals(draws: usize, count: usize) -> Parameters {
    (0..count).map(|i| parameter(&format!("x{i}"), draws, normal_quantile)).collect()
}

/// Strategies against a comparator without costs and effects: (cost, effect) of each from the parameters of a draw.
fn psa(parameters: &Parameters, increments: impl Fn(&[f64]) -> Vec<(f64, f64)>) -> Psa {
    let draws = parameters[0].1.len();
    let rows: Vec<Vec<(f64, f64)>> = (0..draws)
        .map(|draw| increments(&parameters.iter().map(|(_, values)| values[draw]).collect::<Vec<_>>()))
        .collect();
    let column = |of: &dyn Fn(&(f64, f64)) -> f64| -> Vec<Vec<f64>> {
        let zero = vec![1.0; draws];
        let others = (0..rows[0].len()).map(|s| rows.iter().map(|row| 1.0 + of(&row[s])).collect());
        std::iter::once(zero).chain(others).collect()
    };
    Psa {
        strategies: (0..=rows[0].len()).map(|s| format!("s{s}")).collect(),
        comparator: 0,
        costs: column(&|one| one.0),
        effects: column(&|one| one.1),
        noise: None,
    }
}

/// One strategy with an effect and no cost.
fn effect(parameters: &Parameters, of: impl Fn(&[f64]) -> f64) -> Psa {
    psa(parameters, |x| vec![(0.0, of(x))])
}

fn group(name: &str, parameters: &[&str]) -> Group {
    Group { name: name.to_owned(), parameters: parameters.iter().map(|name| (*name).to_owned()).collect() }
}

/// At one willingness to pay of 1.
fn values(psa: &Psa, parameters: &Parameters, groups: &[Group]) -> Vec<f64> {
    evppi(psa, parameters, groups, &[1.0]).unwrap().iter().map(|of| of.values[0]).collect()
}

/// E max(0, X) - max(0, E X), X normal.
fn normal_loss(mean: f64, sd: f64) -> f64 {
    let z = mean.abs() / sd;
    sd * ((-0.5 * z * z).exp() / TAU.sqrt() - z * normal_cdf(-z))
}

fn evpi(psa: &Psa, wtp: f64) -> f64 {
    let nb: Vec<Vec<f64>> = (0..psa.costs.len()).map(|s| psa.net_benefit(s, wtp)).collect();
    let mean = |of: &mut dyn Iterator<Item = f64>| of.sum::<f64>() / psa.draws() as f64;
    let informed = mean(&mut (0..psa.draws()).map(|d| nb.iter().map(|of| of[d]).fold(f64::MIN, f64::max)));
    informed - nb.iter().map(|of| mean(&mut of.iter().copied())).fold(f64::MIN, f64::max)
}

fn assert_near(what: &str, found: f64, truth: f64, tolerance: f64) {
    println!(
        "{what}: {found:.5} for {truth:.5} ({:+.2} % of it, allowed {tolerance:.5})",
        100.0 * (found / truth - 1.0)
    );
    assert!((found - truth).abs() < tolerance, "{what}: {found} for {truth}, allowed {tolerance}");
}

#[test]
fn linear_normal_models_have_their_closed_forms() {
    let parameters: Parameters = [2.0, 3.0, 5.0, 7.0]
        .into_iter()
        .enumerate()
        .map(|(i, prime)| even(&format!("x{i}"), prime, 8_000, normal_quantile))
        .collect();
    let slopes = [3.0, 2.0, 1.0, 0.5];
    let sd = |of: &[usize]| of.iter().map(|i| slopes[*i] * slopes[*i]).sum::<f64>().sqrt();
    // Cost rises by 500 for each unit of x1, and 10,000 more; effects have mean 1 before them.
    let model = psa(&parameters, |x| {
        let effect = 1.0 + x.iter().zip(slopes).map(|(x, slope)| x * slope).sum::<f64>();
        vec![(10_000.0 + 500.0 * x[1], effect)]
    });
    let groups = [
        group("two", &["x0", "x1"]),
        group("three", &["x3", "x2", "x1"]),
        group("all", &["x0", "x1", "x2", "x3"]),
    ];
    let wtp = [5_000.0, 10_000.0, 20_000.0];
    let found = evppi(&model, &parameters, &groups, &wtp).unwrap();
    let sets: [&[usize]; 7] = [&[0], &[1], &[2], &[3], &[0, 1], &[3, 2, 1], &[0, 1, 2, 3]];
    for (at, wtp) in wtp.into_iter().enumerate() {
        let all = evpi(&model, wtp);
        for (of, set) in found.iter().zip(sets) {
            let mut variance = (wtp * sd(set)).powi(2);
            if set.contains(&1) {
                variance += (2.0 * wtp - 500.0).powi(2) - (2.0 * wtp).powi(2);
            }
            let truth = normal_loss(wtp - 10_000.0, variance.sqrt());
            assert_near(&of.name, of.values[at], truth, (0.05 * truth).max(0.01 * all));
            assert!(of.errors[at] > 0.0 && of.errors[at] < 0.1 * all);
        }
        assert_near("EVPI", found[6].values[at], all, 1e-3 * all);
    }
}

#[test]
fn standard_errors_are_those_of_repeated_draws() {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for repeat in 0..400 {
        // Independent draws, not Latin: their error is what is asked for.
        let draw = |name: &str| {
            let name = format!("{name} {repeat}");
            let value = |d| normal_quantile(Stream::new(4).parameter(d, name_hash(&name)).random::<f64>());
            (0..400).map(value).collect::<Vec<f64>>()
        };
        let parameters = vec![("x".to_owned(), draw("x")), ("y".to_owned(), draw("y"))];
        let model = effect(&parameters, |x| 0.3 + x[0] + x[1]);
        let of = evppi(&model, &parameters, &[], &[1.0]).unwrap();
        found.push(of[0].values[0]);
        errors.push(of[0].errors[0]);
    }
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let centre = mean(&found);
    let sd = (found.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / 399.0).sqrt();
    println!("sd {sd:.4}, errors {:.4}, mean {centre:.4}", mean(&errors));
    assert!((mean(&errors) / sd - 1.0).abs() < 0.3, "{} {sd}", mean(&errors));
    let truth = normal_loss(0.3, 1.0);
    assert!((centre - truth).abs() < 3.0 * sd / 400_f64.sqrt(), "{centre} {truth}");
}

#[test]
fn parameters_that_matter_only_together_are_found_together() {
    let parameters = normals(5_000, 3);
    let model = effect(&parameters, |x| x[0] * x[1] + 0.5 * x[2]);
    let found = values(&model, &parameters, &[group("pair", &["x0", "x1"]), group("wrong", &["x0", "x2"])]);
    // E max(0, x y) = E|x| E|y| / 2 = 1/pi.
    assert_near("product", found[3], 1.0 / PI, 0.05 / PI);
    assert!(found[0] < 0.01 && found[1] < 0.01, "{found:?}");
    assert_near("without", found[4], normal_loss(0.0, 0.5), 0.02);
}

#[test]
fn strong_curvature_is_followed() {
    let parameters = normals(1_500, 2);
    let wave = |x: f64| (3.0 * x).sin() + 0.2;
    let model = effect(&parameters, |x| wave(x[0]) + 0.7 * x[1]);
    let n = 100_000;
    let at = |i: usize| wave(normal_quantile((i as f64 + 0.5) / n as f64)).max(0.0);
    let truth = (0..n).map(at).sum::<f64>() / n as f64 - 0.2;
    let found = values(&model, &parameters, &[]);
    assert_near("wave", found[0], truth, 0.05 * truth);
    assert_near("line", found[1], normal_loss(0.2, 0.7), 0.05 * normal_loss(0.2, 0.7));
}

#[test]
fn irrelevant_parameters_are_worth_nothing_and_add_nothing() {
    let mut parameters = normals(1_000, 11);
    parameters.push(("constant".to_owned(), vec![0.1; 1_000]));
    // The hardest case: without information the strategies are equally good.
    let model = effect(&parameters, |x| x[0]);
    let names: Vec<String> = (0..=10).map(|i| format!("x{i}")).collect();
    let sizes = [1, 2, 3, 5, 8, 11];
    let named =
        |from: usize, to: usize| group("g", &names[from..to].iter().map(String::as_str).collect::<Vec<_>>());
    let mut groups: Vec<Group> = sizes.iter().map(|size| named(0, *size)).collect();
    groups.push(named(1, 11));
    let found = values(&model, &parameters, &groups);
    println!("{found:?}");
    let all = evpi(&model, 1.0);
    // A slope of three standard errors, found by chance, is worth three in the root of the draws of all there is.
    assert!(found[1..11].iter().all(|value| *value < 3.0 / 1_000_f64.sqrt() * all), "{found:?}");
    assert!(found[1..11].iter().sum::<f64>() < 10.0 * 0.02 * all, "{found:?}");
    assert_eq!(found[11], 0.0);
    for value in &found[12..18] {
        assert_near("with others", *value, all, 0.01 * all);
    }
    assert!(found[18] < 0.2 * all, "{}", found[18]);
    // Where one strategy is better, what is found by chance changes no decision.
    let model = effect(&parameters, |x| x[0] + 0.5);
    let found = values(&model, &parameters, &[named(1, 11)]);
    assert!(found[1..].iter().all(|value| *value < 1e-3), "{found:?}");
}

#[test]
fn values_do_not_fall_as_groups_grow() {
    let parameters = normals(1_000, 10);
    let model = psa(&parameters, |x| {
        let both = x[0] + 0.5 * x[1] * x[2] + 0.6 * (x[3] + 0.3 * x[4]).tanh() + 0.3 * x[5] + 0.2 * x[6];
        vec![(0.2 * x[7], both), (0.1 + 0.3 * x[8] * x[8], 0.1 + 0.7 * x[1])]
    });
    let names: Vec<String> = (0..10).map(|i| format!("x{i}")).collect();
    let of = |size: usize| group("g", &names[..size].iter().map(String::as_str).collect::<Vec<_>>());
    let found = values(&model, &parameters, &(1..=10).map(of).collect::<Vec<_>>());
    let all = evpi(&model, 1.0);
    println!("{all} {found:?}");
    assert!(found[10..].windows(2).all(|pair| pair[1] > pair[0] - 0.01 * all), "{found:?}");
    assert_near("all", found[19], all, 0.03 * all);
}

#[test]
fn a_group_is_worth_at_least_each_member_that_is_sure() {
    let mut lifted = 0;
    for seed in 0..6 {
        let parameters: Parameters =
            (0..30).map(|i| parameter(&format!("x{i} {seed}"), 200, normal_quantile)).collect();
        let (_, luck) = parameter(&format!("luck {seed}"), 200, normal_quantile);
        let mut model = effect(&parameters, |x| x[0]);
        // What no parameter explains: with so few draws the regression of all finds less than that of one.
        model.effects[1].iter_mut().zip(&luck).for_each(|(effect, luck)| *effect += 1.5 * luck);
        let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        let found = evppi(&model, &parameters, &[group("all", &names)], &[0.5, 1.0]).unwrap();
        for at in 0..2 {
            let (all, member) = (&found[30], &found[0]);
            assert!(member.values[at] > 2.0 * member.errors[at], "{member:?}");
            assert!(all.values[at] >= member.values[at], "{all:?} {member:?}");
            lifted += usize::from(all.values[at] == member.values[at] && all.errors[at] == member.errors[at]);
        }
    }
    assert!(lifted > 0);
}

#[test]
fn what_a_large_group_explains_by_chance_is_worth_little() {
    // Twenty figures that explain nothing, and a strategy that is as good as the other on average: the hardest case.
    let mut told = Vec::new();
    for seed in 0..6 {
        let parameters: Parameters =
            (0..21).map(|i| parameter(&format!("x{i} {seed}"), 1_000, normal_quantile)).collect();
        let model = effect(&parameters, |x| x[0]);
        let names: Vec<&str> = parameters[1..].iter().map(|(name, _)| name.as_str()).collect();
        told.push(values(&model, &parameters, &[group("idle", &names)])[21] / evpi(&model, 1.0));
    }
    println!("{told:?}");
    assert!(told.iter().sum::<f64>() / 6.0 < 0.05, "{told:?}");
    assert!(told.iter().all(|share| *share < 0.15), "{told:?}");
}

/// Months of a model with a probability, a hazard ratio and a cost, each in another way nonlinear.
fn curved(x: &[f64]) -> Vec<(f64, f64)> {
    let (p, ratio, cost) = (x[0], x[1], x[2]);
    let gained = 6.0 * p * p * (-0.8 * ratio).exp() / (0.2 + p);
    vec![(cost * (1.0 + 2.0 * p), gained), (0.4 * cost + 15_000.0 * ratio, 0.6 * gained + 0.15 * p)]
}

#[test]
fn values_are_those_of_nested_expectations() {
    let draws = 32_000;
    let beta = Beta::new(8.0, 12.0).unwrap();
    let p = move |u: f64| beta.inverse_cdf(u);
    let ratio = |u: f64| (0.35 * normal_quantile(u) - 0.3).exp();
    let cost = |u: f64| 30_000.0 * (0.5 * normal_quantile(u)).exp();
    let parameters =
        vec![even("p", 2.0, draws, p), even("ratio", 3.0, draws, ratio), even("cost", 5.0, draws, cost)];
    let model = psa(&parameters, curved);
    // Midpoints of equal parts of each distribution, the inner expectation by all of them.
    let cells = 100;
    let places = |quantile: &dyn Fn(f64) -> f64| -> Vec<f64> {
        (0..cells).map(|i| quantile((f64::from(i) + 0.5) / f64::from(cells))).collect()
    };
    let places = [places(&p), places(&ratio), places(&cost)];
    let cells = cells as usize;
    let wtp = [30_000.0, 60_000.0, 100_000.0];
    let groups = [
        group("two", &["p", "ratio"]),
        group("others", &["ratio", "cost"]),
        group("all", &["p", "ratio", "cost"]),
    ];
    let found = evppi(&model, &parameters, &groups, &wtp).unwrap();
    for (at, wtp) in wtp.into_iter().enumerate() {
        let all = evpi(&model, wtp);
        let known_sets: [&[usize]; 5] = [&[0], &[1], &[2], &[0, 1], &[1, 2]];
        for (known, of) in known_sets.into_iter().zip(&found) {
            let outer = cells.pow(known.len() as u32);
            let inner: Vec<usize> = (0..3).filter(|i| !known.contains(i)).collect();
            let inner_count = cells.pow(inner.len() as u32);
            let (mut informed, mut means) = (0.0, [0.0; 2]);
            for i in 0..outer {
                let mut x = [0.0; 3];
                known
                    .iter()
                    .enumerate()
                    .for_each(|(k, p)| x[*p] = places[*p][i / cells.pow(k as u32) % cells]);
                let mut nb = [0.0; 2];
                for j in 0..inner_count {
                    let place = |k: usize| j / cells.pow(k as u32) % cells;
                    inner.iter().enumerate().for_each(|(k, p)| x[*p] = places[*p][place(k)]);
                    for (nb, (cost, effect)) in nb.iter_mut().zip(curved(&x)) {
                        *nb += (wtp * effect - cost) / inner_count as f64;
                    }
                }
                informed += nb[0].max(nb[1]).max(0.0) / outer as f64;
                means.iter_mut().zip(nb).for_each(|(mean, nb)| *mean += nb / outer as f64);
            }
            let truth = informed - means[0].max(means[1]).max(0.0);
            assert_near(&of.name, of.values[at], truth, (0.05 * truth).max(0.01 * all));
        }
        assert_near("all", found[5].values[at], all, 0.02 * all);
    }
}

#[test]
fn heavy_tails_and_few_values_do_no_harm() {
    let draws = 1_000;
    let log_normal = LogNormal::new(0.0, 1.5).unwrap();
    let heavy = parameter("heavy", draws, |u| log_normal.inverse_cdf(u));
    let two = parameter("two", draws, |u| if u < 0.3 { 1.0 } else { 0.0 });
    let three = parameter("three", draws, |u| (3.0 * u).floor());
    let parameters = vec![heavy, two, three, parameter("x", draws, normal_quantile)];
    // Linear in the heavy one: E max(0, h - c) as Black and Scholes have it; its mean is exp(1.125).
    let mean = 1.125_f64.exp();
    let model = effect(&parameters, |x| x[0] - mean + x[3]);
    let z = 1.125 / 1.5;
    let truth = mean * (normal_cdf(1.5 - z) - normal_cdf(-z));
    assert_near("heavy", values(&model, &parameters, &[])[0], truth, 0.05 * truth);
    // Saturating in it: 2 h / (1 + h) - 1 is tanh of half its logarithm.
    let model = effect(&parameters, |x| 2.0 * x[0] / (1.0 + x[0]) - 1.0 + 0.5 * x[3]);
    let cells = 10_000;
    let place = |i: i32| (0.75 * normal_quantile((f64::from(i) + 0.5) / f64::from(cells))).tanh().max(0.0);
    let truth = (0..cells).map(place).sum::<f64>() / f64::from(cells);
    assert_near("saturating", values(&model, &parameters, &[])[0], truth, 0.05 * truth);
    // Effects -1, 2, -2 for 0, 1, 2: E max(0, .) = 2/3.
    let model = effect(&parameters, |x| [-1.0, 2.0, -2.0][x[2] as usize] + x[3]);
    assert_near("three values", values(&model, &parameters, &[])[2], 2.0 / 3.0, 0.03);
    let model = effect(&parameters, |x| 2.0 * x[1] - 0.7 + x[3]);
    assert_near("two values", values(&model, &parameters, &[])[1], 0.3 * 1.3, 0.03);
    // Together: 2 - 0.7 with 1, -0.7 with 0, times 1, 2, -1.
    let model = effect(&parameters, |x| (2.0 * x[1] - 0.7) * [1.0, 2.0, -1.0][x[2] as usize] + x[3]);
    let truth = (0.3 * (1.3 + 2.6) + 0.7 * 0.7) / 3.0;
    let found = values(&model, &parameters, &[group("both", &["two", "three"])]);
    assert_near("both", found[4], truth, 0.05 * truth);
}

#[test]
fn fewer_draws_than_coefficients_still_serve() {
    for draws in [2, 3, 5, 20, 100] {
        let parameters = normals(draws, 8);
        let model = effect(&parameters, |x| x.iter().sum::<f64>());
        let names: Vec<String> = (0..8).map(|i| format!("x{i}")).collect();
        let all = group("all", &names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = evppi(&model, &parameters, &[all], &[0.0, 1.0]).unwrap();
        assert!(
            found.iter().all(|of| of.values[0] == 0.0 && of.values[1] >= 0.0 && of.errors[1].is_finite())
        );
        println!("{draws}: {} of {}", found[8].values[1], evpi(&model, 1.0));
        if draws == 100 {
            assert_near("all", found[8].values[1], evpi(&model, 1.0), 0.05 * evpi(&model, 1.0));
        }
    }
}

#[test]
fn noise_of_simulated_patients_is_removed() {
    let parameters = normals(1_000, 2);
    let clean = effect(&parameters, |x| x[0] + 0.3 * x[1]);
    let mut noisy = clean.clone();
    let (_, luck) = parameter("luck", 1_000, normal_quantile);
    noisy.effects[1].iter_mut().zip(&luck).for_each(|(effect, luck)| *effect += 1.5 * luck);
    let covariances = vec![vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.25]; 1_000];
    noisy.noise = Some(Noise { covariances });
    let all = group("all", &["x0", "x1"]);
    let found = values(&noisy, &parameters, &[all]);
    let truth = evpi(&clean, 1.0);
    assert!(evpi(&noisy, 1.0) > 1.6 * truth);
    assert_near("all", found[2], truth, 0.05 * truth);
    assert_near("first", found[0], normal_loss(0.0, 1.0), 0.05 * truth);
    // Whether the noise is declared or not is nothing to a regression.
    noisy.noise = None;
    assert_eq!(values(&noisy, &parameters, &[])[0], found[0]);
}

/// Beta-binomial probabilities of 0 to n events.
fn beta_binomial(n: u32, alpha: f64, beta: f64) -> Vec<f64> {
    let mut p = vec![(0..n).map(|i| (beta + f64::from(i)) / (alpha + beta + f64::from(i))).product::<f64>()];
    for x in 1..=n {
        let (before, x) = (p[p.len() - 1], f64::from(x));
        let n = f64::from(n);
        p.push(before * (n - x + 1.0) / x * (alpha + x - 1.0) / (beta + n - x));
    }
    p
}

#[test]
fn samples_of_a_probability_have_their_exact_value() {
    let (alpha, beta) = (6.0, 9.0);
    let prior = Beta::new(alpha, beta).unwrap();
    let parameters =
        vec![parameter("p", 4_000, |u| prior.inverse_cdf(u)), parameter("x", 4_000, normal_quantile)];
    let model = psa(&parameters, |x| vec![(4_000.0, x[0] - 0.35 + 0.05 * x[1])]);
    let wtp = [50_000.0, 100_000.0];
    let perfect = evppi(&model, &parameters, &[], &wtp).unwrap();
    let mut before = [0.0; 2];
    for n in [5, 20, 100, 1_000] {
        let study =
            Study { name: "trial".to_owned(), parameter: "p".to_owned(), data: StudyData::Binomial { n } };
        let found = evsi(&model, &parameters, &study, &wtp).unwrap();
        for (at, wtp) in wtp.into_iter().enumerate() {
            let benefit = |p: f64| wtp * (p - 0.35) - 4_000.0;
            let posterior = |x: usize| (alpha + x as f64) / (alpha + beta + f64::from(n));
            let of = beta_binomial(n, alpha, beta);
            let informed: f64 =
                of.iter().enumerate().map(|(x, weight)| weight * benefit(posterior(x)).max(0.0)).sum();
            let truth = informed - benefit(alpha / (alpha + beta)).max(0.0);
            let (value, error) = (found.values[at], found.errors[at]);
            assert_near(
                &format!("{n} patients (error {error:.2})"),
                value,
                truth,
                0.05 * truth + 2.0 * error,
            );
            assert!(value > before[at] && value < perfect[0].values[at] * 1.02);
            before[at] = value;
        }
    }
}

#[test]
fn samples_of_survival_have_the_value_of_the_normal_approximation() {
    // The logarithm of the median is normal, benefit linear in it, and every patient has the event: the estimate has
    // variance 1 / (n shape^2), the posterior mean the variance of the prior times the share that the study explains.
    let (sd, n) = (0.3, 60);
    let parameters = vec![
        parameter("median", 4_000, |u| 10.0 * (sd * normal_quantile(u)).exp()),
        parameter("x", 4_000, normal_quantile),
    ];
    let model = effect(&parameters, |x| (x[0] / 10.0).ln() + 0.05 + 0.2 * x[1]);
    let worth = |shape: f64, accrual_months: f64, follow_up_months: f64| {
        let data = StudyData::Survival { n, accrual_months, follow_up_months, shape };
        let study = Study { name: "trial".to_owned(), parameter: "median".to_owned(), data };
        evsi(&model, &parameters, &study, &[1.0]).unwrap()
    };
    for shape in [0.5, 1.0, 2.0] {
        let error = 1.0 / (f64::from(n) * shape * shape);
        let truth = normal_loss(0.05, sd * sd / (sd * sd + error).sqrt());
        let found = worth(shape, 24.0, 1e5);
        assert_near(&format!("shape {shape}"), found.values[0], truth, 0.05 * truth + 2.0 * found.errors[0]);
    }
    // Exponential with the share of events that accrual and follow-up leave, at the prior's median.
    let rate = LN_2 / 10.0;
    let missed = ((-rate * 6.0_f64).exp() - (-rate * 18.0_f64).exp()) / (rate * 12.0);
    let error = 1.0 / (f64::from(n) * (1.0 - missed));
    let truth = normal_loss(0.05, sd * sd / (sd * sd + error).sqrt());
    let found = worth(1.0, 12.0, 6.0);
    assert_near("censored", found.values[0], truth, 0.05 * truth + 2.0 * found.errors[0]);
    assert!(found.values[0] < worth(1.0, 12.0, 60.0).values[0]);
    // Almost no one has an event: worth nothing, but no failure.
    assert!(worth(1.0, 0.0, 1e-6).values[0] < 0.02);
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let parameters = normals(300, 6);
    let model = effect(&parameters, |x| x[0] * x[1] + x[2].sin() + x[3]);
    let groups = [group("a", &["x0", "x1", "x2"]), group("b", &["x0", "x1", "x2", "x3", "x4", "x5"])];
    let run = |threads: usize| -> Vec<InformationValue> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| evppi(&model, &parameters, &groups, &[0.5, 1.0])).unwrap()
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(7));
}

#[test]
fn what_cannot_be_is_refused() {
    let parameters = normals(10, 2);
    let model = effect(&parameters, |x| x[0]);
    let refused = |parameters: &Parameters, groups: &[Group], wtp: f64| {
        evppi(&model, parameters, groups, &[wtp]).unwrap_err()
    };
    assert_eq!(refused(&parameters, &[], f64::NAN), InformationError::WillingnessToPay);
    assert_eq!(
        refused(&parameters, &[group("g", &[])], 1.0),
        InformationError::Empty { group: "g".to_owned() }
    );
    let unknown = refused(&parameters, &[group("g", &["y"])], 1.0);
    assert_eq!(unknown.to_string(), "`g` names the parameter `y`, which no draw samples");
    let mut wrong = parameters.clone();
    wrong[1].1.pop();
    assert_eq!(refused(&wrong, &[], 1.0).to_string(), "parameter `x1` has 9 values for 10 draws");
    wrong[1].1.push(f64::INFINITY);
    assert_eq!(refused(&wrong, &[], 1.0), InformationError::NotFinite { parameter: "x1".to_owned() });
    let single = normals(1, 1);
    let of_one = effect(&single, |x| x[0]);
    assert_eq!(evppi(&of_one, &single, &[], &[1.0]), Err(InformationError::Draws(1)));
    let stopped = evppi_until(&model, &parameters, &[], &[1.0], &Stopping);
    assert_eq!(stopped, Err(InformationError::Interrupted));

    let refused = |data: StudyData| {
        let study = Study { name: "t".to_owned(), parameter: "x0".to_owned(), data };
        evsi(&model, &parameters, &study, &[1.0]).unwrap_err().to_string()
    };
    assert!(refused(StudyData::Binomial { n: 0 }).contains("a patient or more"));
    assert!(refused(StudyData::Binomial { n: 5 }).contains("from 0 to 1"));
    let survival = |accrual_months, follow_up_months, shape| {
        refused(StudyData::Survival { n: 5, accrual_months, follow_up_months, shape })
    };
    assert!(survival(-1.0, 1.0, 1.0).contains("accrual"));
    assert!(survival(0.0, 0.0, 1.0).contains("follow-up"));
    assert!(survival(0.0, 1.0, f64::NAN).contains("shape"));
    assert!(survival(0.0, 1.0, 1.0).contains("above 0 in every draw"));
}
