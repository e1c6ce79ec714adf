//! Decisions from mean costs and effects: textbook cases, closed forms, and heormodel on the same tables
//! (`tests/economics/values.py`).

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::economics::{
    Acceptability, IcerRow, Increment, Loss, Noise, Population, Psa, Status, acceptability, icers,
    increments, losses,
};
use remisim::math::{exp, normal_cdf, normal_quantile};
use remisim::model::Convention;
use splitmix::SplitMix64;
use std::f64::consts::PI;
use std::fs;
use std::path::PathBuf;

/// Makes the files again.
const COMMAND: &str = "python3 tests/economics/values.py";

fn rows(name: &str) -> Vec<csv::StringRecord> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/economics").join(name);
    let text = fs::read_to_string(path).unwrap_or_else(|_| panic!("no {name}; make it: {COMMAND}"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

/// The columns of a table of numbers under its header.
fn columns(name: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let rows = rows(name);
    let names: Vec<String> = rows[0].iter().map(str::to_owned).collect();
    let column = |i: usize| rows[1..].iter().map(|row| row[i].parse().unwrap()).collect();
    let columns = (0..names.len()).map(column).collect();
    (names, columns)
}

/// A table of draws without noise.
fn psa(costs: Vec<Vec<f64>>, effects: Vec<Vec<f64>>) -> Psa {
    let strategies = (0..costs.len()).map(|i| format!("s{i}")).collect();
    Psa { strategies, comparator: 0, costs, effects, noise: None }
}

/// One draw each of cost and effect.
fn means(of: &[(f64, f64)]) -> Psa {
    psa(
        of.iter().map(|(cost, _)| vec![*cost]).collect(),
        of.iter().map(|(_, effect)| vec![*effect]).collect(),
    )
}

fn only<T>(mut values: Vec<T>) -> T {
    assert_eq!(values.len(), 1);
    values.remove(0)
}

fn close(found: f64, expected: f64, error: f64, what: &str) {
    assert!((found - expected).abs() <= error, "{what}: {found} for {expected}");
}

#[test]
fn what_heormodel_finds_is_found() {
    let (strategies, costs) = columns("cost.csv");
    let (names, effects) = columns("effect.csv");
    assert_eq!((&names, costs[0].len()), (&strategies, 200));
    let psa = Psa { strategies, comparator: 0, costs, effects, noise: None };
    let table = icers(&psa);
    let mut seen = 0;
    for row in &rows("values.csv")[1..] {
        let (quantity, wtp) = (&row[0], row[2].parse::<f64>().unwrap_or(f64::NAN));
        let strategy = psa.strategies.iter().position(|name| name == &row[1]);
        let found = if wtp.is_nan() {
            let own = table.iter().find(|own| Some(own.strategy) == strategy).unwrap();
            if quantity == "status" {
                assert_eq!(own.status.to_string(), row[3]);
                continue;
            }
            of_table(own, quantity)
        } else {
            let strategy = strategy.unwrap_or(0);
            let curve = only(acceptability(&psa, &[wtp]));
            let loss = only(losses(&psa, &[wtp]));
            assert!(curve.corrected.is_none() && loss.corrected.is_none());
            if quantity == "frontier" {
                assert_eq!(curve.frontier, strategy, "{wtp}");
            }
            of_draws(&curve, &loss, &increments(&psa, wtp), quantity, strategy)
        };
        seen += 1;
        match (found, row[3].parse::<f64>()) {
            (Some(found), Ok(expected)) => {
                close(found, expected, 1e-9 * expected.abs().max(1.0), &format!("{row:?}"));
            }
            (found, _) => assert!(found.is_none() && row[3].is_empty(), "{row:?} {found:?}"),
        }
    }
    assert_eq!(seen, 244);
}

fn of_table(row: &IcerRow, quantity: &str) -> Option<f64> {
    match quantity {
        "cost" => Some(row.cost),
        "effect" => Some(row.effect),
        "inc_cost" => row.inc_cost,
        "inc_effect" => row.inc_effect,
        "icer" => row.icer,
        _ => panic!("{quantity}"),
    }
}

fn of_draws(
    curve: &Acceptability,
    loss: &Loss,
    increments: &[Increment],
    quantity: &str,
    strategy: usize,
) -> Option<f64> {
    let band = increments.iter().find(|row| row.strategy == strategy).map(|row| row.net_monetary_benefit.raw);
    match quantity {
        "best" => Some(curve.raw.best[strategy]),
        "frontier" => Some(curve.frontier_probability()),
        "better" => curve.raw.better[strategy],
        "loss" => Some(loss.raw[strategy]),
        "evpi" => Some(loss.evpi()),
        "inc_nmb" => band?.mean,
        "inc_nmb_lower_95" => band?.lower_95,
        "inc_nmb_median" => band?.median,
        "inc_nmb_upper_95" => band?.upper_95,
        "inc_nmb_draw_se" => band?.draw_se,
        _ => panic!("{quantity}"),
    }
}

#[test]
fn sixty_strategies_with_ties_have_the_frontier_that_heormodel_finds() {
    let rows = &rows("frontier.csv")[1..];
    let number = |row: &csv::StringRecord, column: usize| row[column].parse::<f64>().unwrap();
    let found = icers(&means(&rows.iter().map(|row| (number(row, 0), number(row, 1))).collect::<Vec<_>>()));
    assert_eq!(found.len(), 60);
    assert!(found.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
    for own in &found {
        let row = &rows[own.strategy];
        assert_eq!((own.status.to_string(), own.icer), (row[2].to_owned(), row[3].parse().ok()), "{own:?}");
    }
}

#[test]
fn dominated_strategies_have_no_ratio() {
    // Cheapest; dominated; dominated by extension (20 against 10 to the next); worth 10; dominated.
    let table = icers(&means(&[(100.0, 1.0), (130.0, 0.9), (140.0, 3.0), (160.0, 7.0), (170.0, 7.0)]));
    let of = |row: &IcerRow| (row.strategy, row.status, row.inc_cost, row.inc_effect, row.icer);
    assert_eq!(
        table.iter().map(of).collect::<Vec<_>>(),
        [
            (0, Status::NonDominated, None, None, None),
            (1, Status::Dominated, None, None, None),
            (2, Status::ExtendedDominated, None, None, None),
            (3, Status::NonDominated, Some(60.0), Some(6.0), Some(10.0)),
            (4, Status::Dominated, None, None, None),
        ]
    );
    // All the others cost more and gain less: the cheapest alone is left.
    let table = icers(&means(&[(30.0, 1.0), (20.0, 2.0), (10.0, 3.0)]));
    assert_eq!(table.iter().map(|row| row.strategy).collect::<Vec<_>>(), [2, 1, 0]);
    assert!(table.iter().all(|row| row.icer.is_none()));
}

#[test]
fn a_best_strategy_is_found_where_all_net_benefits_are_negative() {
    let psa = psa(vec![vec![900.0; 4], vec![500.0, 950.0, 1200.0, 1300.0]], vec![vec![0.1; 4], vec![0.2; 4]]);
    let curve = only(acceptability(&psa, &[100.0]));
    assert_eq!((curve.raw.best, curve.frontier), (vec![0.75, 0.25], 0));
    assert_eq!(curve.raw.better, [None, Some(0.25)]);
    // -890 against -480, -930, -1180, -1280.
    let loss = only(losses(&psa, &[100.0]));
    close(loss.raw[0], 410.0 / 4.0, 1e-12, "the cheap one");
    close(loss.raw[1], (40.0 + 290.0 + 390.0) / 4.0, 1e-12, "the dear one");
    close(loss.evpi(), 102.5, 1e-12, "EVPI");
}

#[test]
fn one_strategy_is_chosen_and_nothing_is_lost() {
    let mut psa = psa(vec![vec![5.0, 7.0]], vec![vec![1.0, -1.0]]);
    psa.noise = Some(Noise { covariances: vec![vec![1.0, 0.0, 1.0]; 2] });
    assert_eq!(increments(&psa, 10.0), []);
    let curve = only(acceptability(&psa, &[10.0]));
    assert_eq!((curve.raw.best.clone(), curve.raw.better.clone()), (vec![1.0], vec![None]));
    assert_eq!(curve.corrected, Some(curve.raw));
    let loss = only(losses(&psa, &[10.0]));
    assert_eq!((loss.evpi(), loss.corrected_evpi()), (0.0, Some(0.0)));
    let row = only(icers(&psa));
    assert_eq!((row.status, row.cost, row.effect, row.icer), (Status::NonDominated, 6.0, 0.0, None));
}

#[test]
fn equal_strategies_share_and_gain_nothing() {
    let mut psa = psa(vec![vec![5.0, 7.0, 9.0]; 3], vec![vec![1.0, 2.0, 4.0]; 3]);
    // Noise wholly shared, as by equal strategies that meet the same patients.
    psa.noise = Some(Noise {
        covariances: vec![
            (0..6)
                .flat_map(|i| (0..=i).map(move |j| if (i - j) % 2 == 0 { 2.0 } else { 0.0 }))
                .collect();
            3
        ],
    });
    let curve = only(acceptability(&psa, &[10.0]));
    let third = vec![1.0 / 3.0; 3];
    assert_eq!((&curve.raw.best, curve.frontier), (&third, 0));
    assert_eq!(curve.raw.better, [None, Some(0.5), Some(0.5)]);
    assert_eq!(curve.corrected, Some(curve.raw));
    assert_eq!(only(losses(&psa, &[10.0])).corrected, Some(vec![0.0; 3]));
    for row in increments(&psa, 10.0) {
        let found = row.net_monetary_benefit;
        let raw = found.raw;
        assert_eq!(
            (raw.mean, raw.mc_se, raw.lower_95, raw.upper_95),
            (Some(0.0), Some(0.0), Some(0.0), Some(0.0))
        );
        assert_eq!(found.noise_share, None);
        assert_eq!(found.corrected.map(|of| (of.lower_95, of.upper_95)), Some((0.0, 0.0)));
    }
    let status: Vec<Status> = icers(&psa).iter().map(|row| row.status).collect();
    assert_eq!(status, [Status::NonDominated, Status::Dominated, Status::Dominated]);
}

/// Expected value of perfect information between two strategies whose difference is normal.
fn normal_evpi(mean: f64, sd: f64) -> f64 {
    let z = mean.abs() / sd;
    sd * exp(-0.5 * z * z) / (2.0 * PI).sqrt() - mean.abs() * normal_cdf(-z)
}

#[test]
fn a_linear_model_of_normal_parameters_has_its_closed_form() {
    // The second strategy costs 1,000 +- 400 more and gains 0.03 +- 0.02 QALYs, independently, and each draw is seen
    // with errors of 200 and 0.015.
    let n = 40_000;
    let mut numbers = SplitMix64::new(7);
    let mut normals = || (0..n).map(|_| normal_quantile(numbers.uniform())).collect::<Vec<f64>>();
    let (cost, gain, of_cost, of_gain) = (normals(), normals(), normals(), normals());
    let costs = cost.iter().zip(&of_cost).map(|(z, e)| 1000.0 + 400.0 * z + 200.0 * e).collect();
    let effects = gain.iter().zip(&of_gain).map(|(z, e)| 0.03 + 0.02 * z + 0.015 * e).collect();
    let mut psa = psa(vec![vec![0.0; n], costs], vec![vec![0.0; n], effects]);
    let triangle = vec![0.0, 0.0, 0.0, 0.0, 0.0, 200.0 * 200.0, 0.0, 0.0, 0.0, 0.015 * 0.015];
    psa.noise = Some(Noise { covariances: vec![triangle; n] });
    for wtp in [0.0, 20_000.0, 30_000.0, 40_000.0, 60_000.0] {
        let mean = 0.03 * wtp - 1000.0;
        let sd = |cost: f64, gain: f64| (cost * cost + wtp * wtp * gain * gain).sqrt();
        let (own, seen) = (sd(400.0, 0.02), sd(400.0_f64.hypot(200.0), 0.025));
        let loss = only(losses(&psa, &[wtp]));
        close(loss.evpi(), normal_evpi(mean, seen), 0.012 * seen, "raw EVPI");
        close(loss.corrected_evpi().unwrap(), normal_evpi(mean, own), 0.012 * own, "EVPI");
        let curve = only(acceptability(&psa, &[wtp]));
        close(curve.raw.best[1], normal_cdf(mean / seen), 0.01, "raw probability");
        let corrected = curve.corrected.unwrap();
        close(corrected.best[1], normal_cdf(mean / own), 0.01, "probability");
        assert_eq!(corrected.better, [None, Some(corrected.best[1])]);
        let found = only(increments(&psa, wtp)).net_monetary_benefit;
        close(found.raw.upper_95.unwrap(), mean + 1.96 * seen, 0.05 * seen, "raw interval");
        let corrected = found.corrected.unwrap();
        close(corrected.upper_95, mean + 1.96 * own, 0.05 * own, "upper end");
        close(corrected.lower_95, mean - 1.96 * own, 0.05 * own, "lower end");
        close(corrected.median, mean, 0.02 * own, "median");
        close(found.noise_share.unwrap(), 1.0 - own * own / seen / seen, 0.02, "share of noise");
        close(found.raw.mc_se.unwrap(), (seen * seen - own * own).sqrt() / 200.0, 1e-9, "Monte Carlo error");
    }
}

#[test]
fn three_equally_good_strategies_have_their_closed_form() {
    // Net benefits normal with standard deviation 10, seen with errors of 6 of which half the variance is shared: the
    // best of three is 3 / (2 sqrt(pi)) standard deviations above their mean.
    let n = 40_000;
    let mut numbers = SplitMix64::new(11);
    let mut normal = || normal_quantile(numbers.uniform());
    let mut costs = vec![Vec::new(); 3];
    for _ in 0..n {
        let shared = normal();
        costs.iter_mut().for_each(|own| own.push(10.0 * normal() + 18.0_f64.sqrt() * (shared + normal())));
    }
    let mut psa = psa(costs, vec![vec![0.0; n]; 3]);
    psa.comparator = 1;
    let entry = |i: usize, j: usize| match (i % 2, j % 2) {
        (0, 0) if i == j => 36.0,
        (0, 0) => 18.0,
        _ => 0.0,
    };
    let triangle: Vec<f64> = (0..6).flat_map(|i| (0..=i).map(move |j| entry(i, j))).collect();
    psa.noise = Some(Noise { covariances: vec![triangle; n] });
    let loss = only(losses(&psa, &[0.0]));
    let most = 1.5 / PI.sqrt();
    close(loss.evpi(), 118.0_f64.sqrt() * most, 0.15, "raw EVPI");
    close(loss.corrected_evpi().unwrap(), 10.0 * most, 0.15, "EVPI");
    let curve = only(acceptability(&psa, &[0.0]));
    for probability in curve.corrected.unwrap().best {
        close(probability, 1.0 / 3.0, 0.02, "probability");
    }
}

#[test]
fn without_noise_nothing_is_corrected_and_noise_of_zero_corrects_nothing() {
    let mut psa = psa(vec![vec![0.0; 3], vec![5.0, 6.0, 7.0]], vec![vec![0.0; 3], vec![1.0, 0.5, 0.9]]);
    assert!(only(losses(&psa, &[9.0])).corrected.is_none());
    assert!(only(acceptability(&psa, &[9.0])).corrected.is_none());
    assert!(only(increments(&psa, 9.0)).cost.corrected.is_none());
    psa.noise = Some(Noise { covariances: vec![vec![0.0; 10]; 3] });
    let loss = only(losses(&psa, &[9.0]));
    assert_eq!(loss.corrected, Some(loss.raw));
    let curve = only(acceptability(&psa, &[9.0]));
    assert_eq!(curve.corrected, Some(curve.raw));
    let cost = only(increments(&psa, 9.0)).cost;
    assert_eq!(cost.corrected.map(|own| own.upper_95), cost.raw.upper_95);
    assert_eq!((cost.raw.mc_se, cost.noise_share), (Some(0.0), Some(0.0)));
    let persons =
        Population { yearly: 100.0, years: 5.0, discount_rate: 0.03, convention: Convention::Annual }
            .discounted_persons();
    assert!(persons > 460.0 && persons < 470.0, "{persons}");
}
