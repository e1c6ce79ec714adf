//! Every shipped scenario is free of errors.

use remisim::scenario::{self, Request};

#[test]
fn every_shipped_scenario_is_free_of_errors() {
    let listed = scenario::list();
    assert!(listed.len() > 10);
    let bad: Vec<String> = listed
        .iter()
        .filter_map(|entry| {
            let problems = scenario::load(&Request::new(&entry.name)).err()?;
            Some(format!("{}:\n{problems}", entry.name))
        })
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
