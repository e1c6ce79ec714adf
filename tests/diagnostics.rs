//! R-hat and effective sample sizes against `ArviZ`, and where they are undefined.

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::calibrate::{Diagnostics, ess_bulk, ess_tail, rhat};
use splitmix::SplitMix64;

/// Chains as `tests/calibrate/values.py` makes them.
fn chains(seed: u64, number: usize, states: usize, rho: f64, shift: f64, shape: &str) -> Vec<Vec<f64>> {
    let mut rng = SplitMix64::new(seed);
    let mut chain = |chain: usize| {
        let mut x = 0.0;
        let mut state = || {
            x = rho * x + (rng.uniform() - 0.5);
            let value = x + shift * chain as f64;
            match shape {
                "plain" => value,
                "steps" => (4.0 * value).floor() / 4.0,
                "cubes" => value * value * value,
                "scales" => x * (1.0 + shift * chain as f64),
                _ => panic!("{shape}"),
            }
        };
        (0..states).map(|_| state()).collect()
    };
    (0..number).map(&mut chain).collect()
}

#[test]
fn values_are_those_of_arviz() {
    let text = include_str!("calibrate/values.csv");
    let mut count = 0;
    for line in text.lines().skip(1) {
        let field: Vec<&str> = line.split(',').collect();
        let number = |i: usize| field[i].parse::<f64>().ok();
        let whole = |i: usize| field[i].parse::<usize>().unwrap();
        let chains =
            chains(whole(0) as u64, whole(1), whole(2), number(3).unwrap(), number(4).unwrap(), field[5]);
        let Diagnostics { rhat, ess_bulk, ess_tail } = Diagnostics::of(&chains);
        for (found, expected) in [(rhat, number(6)), (ess_bulk, number(7)), (ess_tail, number(8))] {
            let near = match (found, expected) {
                (Some(found), Some(expected)) => (found / expected - 1.0).abs() < 1e-10,
                (found, expected) => found == expected,
            };
            assert!(near, "{line}: {found:?} {expected:?}");
        }
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn what_is_undefined_is_none() {
    let nothing = Diagnostics { rhat: None, ess_bulk: None, ess_tail: None };
    let good = chains(1, 4, 100, 0.0, 0.0, "plain");
    assert!(rhat(&good).is_some() && ess_bulk(&good).is_some() && ess_tail(&good).is_some());
    let spoilt = |value: f64| {
        let mut chains = good.clone();
        chains[2][17] = value;
        chains
    };
    let mut unequal = good.clone();
    unequal[1].pop();
    for chains in [
        vec![],
        vec![vec![]; 4],
        vec![vec![1.0, 2.0, 3.0]; 4],
        vec![vec![0.1; 100]; 4],
        spoilt(f64::NAN),
        spoilt(f64::INFINITY),
        unequal,
    ] {
        assert_eq!(Diagnostics::of(&chains), nothing, "{} chains", chains.len());
    }
    assert_eq!(rhat(&good[..1]), None);
    for states in 4..12 {
        let short = Diagnostics::of(&chains(3, 4, states, 0.5, 0.0, "plain"));
        assert!(short.rhat.is_some() && short.ess_bulk.is_some(), "{states}");
    }
}

#[test]
fn two_values_only_have_no_distances_to_compare() {
    let mut rng = SplitMix64::new(4);
    let mut coin =
        || (0..1_000).map(|i| if (i % 2 == 0) == (rng.uniform() < 0.5) { 1.0 } else { 3.0 }).collect();
    let mut coins: Vec<Vec<f64>> = (0..4).map(|_| coin()).collect();
    // As many of one value as of the other.
    let ones = coins.iter().flatten().filter(|x| **x == 1.0).count();
    let (rare, often) = if ones < 2_000 { (1.0, 3.0) } else { (3.0, 1.0) };
    coins[0].iter_mut().filter(|x| **x == often).take(ones.abs_diff(2_000)).for_each(|x| *x = rare);
    assert!(rhat(&coins).is_some_and(|rhat| rhat < 1.01));
}

#[test]
fn chains_that_stand_still_apart_never_agree() {
    let apart: Vec<Vec<f64>> = (0..4).map(|chain| vec![f64::from(chain); 100]).collect();
    assert!(rhat(&apart).is_some_and(|rhat| rhat > 1e6));
    assert!(ess_bulk(&apart).is_some_and(|ess| ess < 10.0));
}
