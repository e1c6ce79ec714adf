//! Every shipped scenario is free of errors.

use remisim::scenario::{self, Request};

#[test]
fn every_shipped_scenario_is_free_of_errors() {
    let mut bad = String::new();
    let listed = scenario::list();
    assert!(listed.len() > 10);
    for entry in listed {
        let start = std::time::Instant::now();
        if let Err(problems) = scenario::load(&Request::new(&entry.name)) {
            bad += &format!("\n{}:\n{problems}", entry.name);
        }
        println!("{} {:?}", entry.name, start.elapsed());
    }
    assert!(bad.is_empty(), "{bad}");
}
