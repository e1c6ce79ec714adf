//! The value of information of many parameters, and a whole economic evaluation with all its tables.

#![allow(missing_docs, reason = "criterion's macros make items without docs")]

use criterion::{Criterion, criterion_group, criterion_main};
use rand::RngExt as _;
use remisim::economics::{Psa, evppi};
use remisim::stream::{Stream, name_hash};
use std::process::Command;
use std::time::{Duration, Instant};

/// What the value of information of all parameters of 1,000 draws may take.
const INFORMATION: Duration = Duration::from_secs(5);
/// What 1,000 draws of 10,000 patients under two strategies may take on two cores, from the file to all tables.
const EVALUATION: Duration = Duration::from_secs(10);

const DRAWS: usize = 1_000;
const PARAMETERS: usize = 60;

/// Normal-like parameters and two strategies that depend on all of them.
fn sampled() -> (Psa, Vec<(String, Vec<f64>)>) {
    let parameter = |index: usize| {
        let name = format!("x{index}");
        let mut rng = Stream::new(11).parameter(0, name_hash(&name));
        let mut value = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let values = (0..DRAWS).map(|_| value()).collect();
        (name, values)
    };
    let parameters: Vec<(String, Vec<f64>)> = (0..PARAMETERS).map(parameter).collect();
    let row = |draw: usize| parameters.iter().map(|(_, values)| values[draw]).collect();
    let rows: Vec<Vec<f64>> = (0..DRAWS).map(row).collect();
    let column = |of: fn(&[f64]) -> f64| rows.iter().map(|row| of(row)).collect::<Vec<f64>>();
    let psa = Psa {
        strategies: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
        comparator: 0,
        costs: vec![vec![0.0; DRAWS], column(|x| 1_000.0 * x[3] * x[4]), column(|x| 500.0 * x[5])],
        effects: vec![
            vec![0.0; DRAWS],
            column(|x| sum(x) + x[0] * x[1]),
            column(|x| 0.5 * sum(x) + x[2] * x[2]),
        ],
        noise: None,
    };
    (psa, parameters)
}

fn sum(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, x)| x / (1.0 + i as f64)).sum()
}

fn information(criterion: &mut Criterion) {
    let (psa, parameters) = sampled();
    let wtp: Vec<f64> = (0..=300).map(|i| f64::from(i) * 1_000.0).collect();
    let all = || evppi(&psa, &parameters, &[], &wtp).unwrap();
    let started = Instant::now();
    assert_eq!(all().len(), PARAMETERS);
    let took = started.elapsed();
    println!("value of information of {PARAMETERS} parameters: {took:?}");
    assert!(took < INFORMATION, "takes {took:?}");
    let mut group = criterion.benchmark_group("evppi");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    group.bench_function("60_parameters_1000_draws", |bencher| bencher.iter(all));
    group.finish();
}

/// Runs once: the program itself, as its users do.
fn evaluation(_: &mut Criterion) {
    let out = std::env::temp_dir().join(format!("remisim-bench-{}", std::process::id()));
    let started = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_remisim"))
        .args(["run", "tower_economics", "--draws", "1000", "--patients", "10000", "--quiet", "--out"])
        .arg(&out)
        .status()
        .unwrap();
    let took = started.elapsed();
    assert!(status.success() && out.join("tower_economics/evppi.csv").exists());
    std::fs::remove_dir_all(&out).unwrap();
    println!("tower_economics, 1,000 draws of 10,000 patients: {took:?}");
    assert!(took < EVALUATION, "takes {took:?}");
}

criterion_group!(benches, information, evaluation);
criterion_main!(benches);
