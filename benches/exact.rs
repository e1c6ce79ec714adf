//! The exact engine on one thread: a draw of `tower` on each grid of a run; survival and EFS of one regimen to 120 months,
//! as calibrations ask for them.

#![allow(missing_docs, reason = "criterion's macros make items without docs")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use remisim::calibrate::{Asked, Course, bare};
use remisim::exact::{BINS_PER_MONTH, Engine};
use remisim::model::CurveKind;
use remisim::program::{Draw, compile};
use remisim::scenario::{Request, load, load_trial};
use remisim::stream::Stream;
use std::time::{Duration, Instant};

/// What the curves of one regimen may take.
const CURVES: Duration = Duration::from_millis(2);
/// Months of these curves.
const MONTHS: u32 = 120;

fn draw(criterion: &mut Criterion) {
    let loaded = load(&Request::new("tower")).unwrap_or_else(|problems| panic!("{problems}"));
    let (model, program) = (&loaded.model, compile(&loaded.model).unwrap());
    let sampled = Draw::sample(model, &Stream::new(1), 0);
    let mut group = criterion.benchmark_group("exact_tower");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for bins in [BINS_PER_MONTH / 2, BINS_PER_MONTH, 2 * BINS_PER_MONTH] {
        let engine = Engine::new(model, &program, bins);
        group.bench_function(BenchmarkId::new("bins_per_month", bins), |bencher| {
            bencher.iter(|| engine.draw(&sampled).unwrap());
        });
    }
    group.finish();
}

fn curves(criterion: &mut Criterion) {
    let loaded = load_trial(&Request::new("tower")).unwrap_or_else(|problems| panic!("{problems}"));
    let mut asked = Asked::default();
    for curve in [CurveKind::Os, CurveKind::Efs] {
        asked.curve(curve, (0..=MONTHS).map(f64::from));
    }
    let model = bare(&loaded.model, asked.horizon(), &asked);
    let program = compile(&model).unwrap();
    let regimen = model.strategies.iter().position(|strategy| strategy.id.as_str() == "blinatumomab");
    let course = Course::new((&model, &program), &asked, vec![regimen.unwrap()], BINS_PER_MONTH);
    let parameters = Draw::sample(&model, &Stream::new(1), 0).parameters;
    let show = || course.show(parameters.clone()).unwrap();
    // The best of many, since other work may share the machine.
    let took = (0..200).map(|_| {
        let started = Instant::now();
        show();
        started.elapsed()
    });
    let took = took.min().unwrap_or_default();
    println!("OS and EFS of one regimen to {MONTHS} months: {took:?}");
    assert!(took < CURVES, "OS and EFS of one regimen take {took:?}");
    criterion.bench_function("exact_curves", |bencher| bencher.iter(show));
}

criterion_group!(benches, draw, curves);
criterion_main!(benches);
