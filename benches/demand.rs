//! Shipped demands with all their replications, as `run` makes them.

#![allow(missing_docs, reason = "criterion's macros make items without docs")]

use criterion::{Criterion, criterion_group, criterion_main};
use remisim::demand::{run, search};
use remisim::model::Model;
use remisim::scenario::{Request, load};
use remisim::simulate::Unobserved;
use std::time::{Duration, Instant};

/// What 10,000 replications of five years of a centre may take on two cores.
const CENTRE: Duration = Duration::from_secs(10);
/// What a search of 100 policies may take.
const SEARCH: Duration = Duration::from_secs(60);
/// What 1,000 replications of 20 centres may take.
const COUNTRY: Duration = Duration::from_secs(30);

fn timed<T>(what: &str, most: Duration, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let made = work();
    let took = started.elapsed();
    println!("{what}: {took:?}");
    assert!(took < most, "{what} takes {took:?}");
    made
}

fn model(name: &str) -> Model {
    load(&Request::new(name)).unwrap_or_else(|problems| panic!("{problems}")).model
}

/// Runs once each: as long as users wait.
fn demands(_: &mut Criterion) {
    let centre = model("centre_demand");
    let demand = centre.demand.as_ref().unwrap();
    assert!(centre.settings.draws * demand.replications >= 10_000 && demand.years == 5);
    timed("centre_demand, 10,000 replications", CENTRE, || run(&centre, demand, &Unobserved).unwrap());
    let found = timed("centre_demand, search of policies", SEARCH, || {
        search(&centre, demand, demand.target.unwrap(), &Unobserved).unwrap()
    });
    assert!(found.candidates.len() >= 100, "{}", found.candidates.len());
    let country = model("national_demand");
    let demand = country.demand.as_ref().unwrap();
    assert!(country.settings.draws * demand.replications >= 1_000 && demand.centres.len() == 20);
    timed("national_demand, 1,000 replications", COUNTRY, || run(&country, demand, &Unobserved).unwrap());
}

criterion_group!(benches, demands);
criterion_main!(benches);
