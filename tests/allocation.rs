//! Once its buffers have grown to a batch, a worker allocates nothing: not per patient, not per batch.

#[path = "support/trial.rs"]
mod trial;

use allocation_counter::measure;
use remisim::program::{Draw, compile};
use remisim::simulate::{BATCH, Worker};
use remisim::stream::Stream;
use remisim::tally::{EventCounter, Tallier};
use trial::shipped;

#[test]
fn a_batch_allocates_nothing() {
    let by_time = [
        "costs.since_entry.transplanted=[{ from_months = 0, per_month = 4000 }, { from_months = 12, per_month = 300 }]",
        "costs.last_months=[{ months = 6, per_month = 3000 }]",
        "utilities.population={ constant = 0.95, male = 0.02, age = -0.001, age_squared = 0 }",
        "utilities.floor=0.5",
        "tocilizumab.vials_mg=[80, 200, 400]",
    ];
    let plain = ["reference_illness_death", "tower", "cd7_car_t", "mrd_guided"].map(|name| (name, &[][..]));
    for (name, changes) in plain.into_iter().chain([("eliana", &by_time[..])]) {
        let model = shipped(name, changes);
        let program = compile(&model).unwrap();
        let draw = Draw::sample(&model, &Stream::new(1), 0);
        let mut worker = Worker::new(&model, &program);
        let mut tallier = Tallier::new(&model, &program);
        let mut sinks: Vec<EventCounter> =
            model.strategies.iter().map(|strategy| EventCounter::new(strategy.lines.len())).collect();
        let mut add = |batch: u64| {
            let outcomes = worker.run(&draw, batch * BATCH as u64, BATCH, &mut sinks);
            tallier.add(outcomes);
        };
        (0..20).for_each(&mut add);
        // Patients seen before find room everywhere.
        let seen = measure(|| (0..20).for_each(&mut add));
        assert_eq!((seen.count_total, seen.bytes_total), (0, 0), "{name}");
        // New ones may make the queue of a rare step longer than it ever was.
        let new = measure(|| (20..40).for_each(&mut add));
        assert!(new.count_total < 200, "{name}: {} allocations in 20 batches", new.count_total);
    }
}
