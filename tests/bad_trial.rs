//! Broken designs of trials and what is said of each: file, line, key, what was found, what is allowed, the nearest name.

#[path = "bad_input/fixture.rs"]
mod fixture;

use fixture::Fixture;

const S: &str = "test.toml";
const TRIAL: &str = "\n[trial]\ncontrol = \"standard\"\narm = \"cells\"\npatients = [40, 400]\ntrials = 100\naccrual_months = 12\nfollow_up_months = 12\n";

/// What is replaced in the trial, by what, and all that must be said of it.
const CASES: &[(&str, &str, &str)] = &[
    (
        "arm = \"cells\"",
        "arm = \"cels\"",
        "test.toml:61:7: trial.arm: found \"cels\", allowed the id of a strategy of the file; did you mean \"cells\"?",
    ),
    (
        "arm = \"cells\"",
        "arm = \"standard\"",
        "test.toml:61:7: trial.arm: found \"standard\", the control too, allowed another strategy than the control",
    ),
    (
        "[40, 400]",
        "[3, 400]",
        "test.toml:62:13: trial.patients: found 3, allowed a whole number from 4 to 40000",
    ),
    ("[40, 400]", "[40, 40]", "test.toml:62:17: trial.patients: found 40, allowed each size once"),
    (
        "[40, 400]",
        "[40, 400.5]",
        "test.toml:62:17: trial.patients: found 400.5, allowed a whole number from 4 to 40000",
    ),
    (
        "[40, 400]",
        "[]",
        "test.toml:62:12: trial.patients: found an empty list, allowed a whole number from 4 to 40000, or a list of them",
    ),
    (
        "trials = 100",
        "trials = [100]",
        "test.toml:63:10: trial.trials: found 1 numbers, allowed a number, or one for each of the 2 sizes",
    ),
    (
        "trials = 100",
        "trials = 0",
        "test.toml:63:10: trial.trials: found 0, allowed a whole number from 1 to 100000, or a list of them",
    ),
    (
        "patients = [40, 400]\ntrials = 100\n",
        "patients = 40000\ntrials = 100000\n",
        "test.toml:63:10: trial.trials: found 4000000000 patients in all trials together, allowed at most 1000000000",
    ),
    (
        "trials = 100",
        "trials = 100\nallocation = 0.02",
        "test.toml:62:13: trial.patients: found 40 patients, 39 of them in the control arm and 1 in the other, allowed at least 2 in each arm",
    ),
    (
        "trials = 100",
        "trials = 100\nalpha = 1",
        "test.toml:64:9: trial.alpha: found 1, allowed a number between 0 and 1",
    ),
    (
        "trials = 100",
        "trials = 100\nendpoint = \"pfs\"",
        "test.toml:64:12: trial.endpoint: found \"pfs\", allowed one of os, efs; did you mean \"efs\"?",
    ),
    (
        "trials = 100",
        "trials = 100\nresponse = \"mrd_negative\"",
        "test.toml:64:12: trial.response: found mrd_negative, which cells does not tell apart, allowed cr, or strategies with a regimen that says mrd.negative\ntest.toml:64:12: trial.response: found mrd_negative, which standard does not tell apart, allowed cr, or strategies with a regimen that says mrd.negative",
    ),
    (
        "follow_up_months = 12",
        "follow_up_months = 120",
        "test.toml:65:20: trial.follow_up_months: found 132 months from the first entry to the end of the trial, allowed accrual and follow-up within settings.horizon_months = 120",
    ),
    (
        "follow_up_months = 12",
        "follow_up_month = 12",
        "test.toml:59:1: trial.follow_up_months: found nothing, allowed a number above 0, at most 1200 (months from the last entry to the end of the trial)\ntest.toml:65:1: trial.follow_up_month: found \"follow_up_month\", allowed a key of trial; did you mean \"follow_up_months\"?",
    ),
    (
        "accrual_months = 12",
        "accrual_months = -1",
        "test.toml:64:18: trial.accrual_months: found -1, allowed a number from 0 to 1200",
    ),
];

fn good() -> Fixture {
    Fixture::new().edit(S, "", TRIAL)
}

#[test]
fn the_good_trial_is_good() {
    let loaded = good().load().unwrap_or_else(|problems| panic!("{problems}"));
    let design = loaded.model.design.expect("a trial");
    assert_eq!(
        design.sizes.iter().map(|size| (size.patients, size.trials)).collect::<Vec<_>>(),
        [(40, 100), (400, 100)]
    );
}

#[test]
fn every_broken_trial_is_told_with_its_place() {
    let mut wrong = Vec::new();
    for (from, to, expected) in CASES {
        let told = good().edit(S, from, to).load().map_or_else(|told| told, |_| "nothing".to_owned());
        if told != *expected {
            wrong.push(format!("{from:?} -> {to:?}\n told: {told}\n not:  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
