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

#[test]
fn no_shipped_scenario_warns_of_one_thing_twice() {
    for entry in scenario::list() {
        let loaded =
            scenario::load(&Request::new(&entry.name)).unwrap_or_else(|problems| panic!("{problems}"));
        let mut warnings = loaded.model.warnings;
        let count = warnings.len();
        warnings.sort();
        warnings.dedup();
        assert_eq!(warnings.len(), count, "{}: {warnings:?}", entry.name);
    }
}
