//! A whole run of `tower` with its summary on one and two threads; reading every scenario.

#![allow(missing_docs, reason = "criterion's macros make items without docs")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use remisim::program::compile;
use remisim::scenario::{Request, list, load};
use remisim::simulate::{self, Unobserved};
use remisim::summary::{Records, Summary};
use std::time::{Duration, Instant};

/// What a check of any scenario may take.
const CHECK: Duration = Duration::from_millis(50);

fn whole_run(criterion: &mut Criterion) {
    let loaded = load(&Request::new("tower")).unwrap_or_else(|problems| panic!("{problems}"));
    let model = &loaded.model;
    let program = compile(model).unwrap();
    let months = model.settings.curve_months;
    let histories = model.settings.patients * u64::from(model.settings.draws) * model.strategies.len() as u64;
    let mut group = criterion.benchmark_group("run_tower");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(8));
    group.throughput(Throughput::Elements(histories));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    let results =
                        simulate::run(model, &program, &Unobserved, &|| Records::new(months)).unwrap();
                    Summary::new(model, &results)
                })
            });
        });
    }
    group.finish();
}

fn check(criterion: &mut Criterion) {
    let names: Vec<String> = list().into_iter().map(|listed| listed.name).collect();
    assert!(!names.is_empty());
    let read = |name: &str| {
        let loaded = load(&Request::new(name)).unwrap_or_else(|problems| panic!("{problems}"));
        compile(&loaded.model).unwrap()
    };
    let mut slowest = (Duration::ZERO, "");
    for name in &names {
        // The best of ten, since other work may share the machine.
        let took = (0..10).map(|_| {
            let started = Instant::now();
            read(name);
            started.elapsed()
        });
        slowest = slowest.max((took.min().unwrap_or_default(), name));
    }
    println!("slowest check: {} in {:?}", slowest.1, slowest.0);
    assert!(slowest.0 < CHECK, "{} takes {:?}", slowest.1, slowest.0);
    let mut group = criterion.benchmark_group("check");
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    for name in ["tower", slowest.1] {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| bencher.iter(|| read(name)));
    }
    group.finish();
}

criterion_group!(benches, whole_run, check);
criterion_main!(benches);
