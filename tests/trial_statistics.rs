//! Statistics of trials against lifelines, statsmodels and scipy, `tests/trial`, whose header tells its cases.

use remisim::trial::{
    Arm, Observed, Points, Responders, Step, hazard_ratio, kaplan_meier, log_rank, median, response_test,
    risk_sets,
};
use std::collections::{BTreeMap, BTreeSet};

/// As near as the packages are to a root that they iterate to, or to a tail that they approximate.
const NEAR: f64 = 1e-9;

fn rows(file: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(format!("tests/trial/{file}.csv")).unwrap();
    reader.records().map(|row| row.unwrap()).collect()
}

/// The arms of every case, control first.
fn cases() -> BTreeMap<String, [Arm; 2]> {
    let mut seen: BTreeMap<String, [Vec<Observed>; 2]> = BTreeMap::new();
    for row in rows("patients") {
        let patient = Observed { months: row[2].parse().unwrap(), event: &row[3] == "1" };
        seen.entry(row[0].to_owned()).or_default()[usize::from(&row[1] == "arm")].push(patient);
    }
    seen.into_iter().map(|(case, arms)| (case, arms.map(|arm| Arm::new(arm, 0)))).collect()
}

#[track_caller]
fn near(what: &str, found: Option<f64>, told: &str) {
    match (found, told.parse::<f64>()) {
        (None, Err(_)) => {}
        (Some(found), Ok(told)) => {
            assert!((found - told).abs() <= NEAR * told.abs().max(1e-3), "{what}: {found} against {told}");
        }
        _ => panic!("{what}: {found:?} against {told:?}"),
    }
}

#[test]
fn statistics_are_those_of_other_packages() {
    let cases = cases();
    let curves: BTreeMap<&str, [Vec<Step>; 2]> = cases
        .iter()
        .map(|(case, arms)| {
            (case.as_str(), [0, 1].map(|at: usize| kaplan_meier(arms[at].sorted(), Points::Events)))
        })
        .collect();
    let mut compared = BTreeMap::<String, u32>::new();
    for row in rows("values") {
        let (case, what, told) = (&row[0], &row[1], &row[4]);
        *compared.entry(what.to_owned()).or_default() += 1;
        let name = format!("{case} {what} {} {}", &row[2], &row[3]);
        let at = usize::from(&row[2] == "arm");
        let found = match what {
            "response_p" => {
                let part = |text: &str| {
                    let (responders, patients) = text.split_once('/').unwrap();
                    Responders {
                        responders: responders.parse().unwrap(),
                        patients: patients.parse().unwrap(),
                    }
                };
                let (control, arm) = case.split_once(' ').unwrap();
                Some(response_test(part(control), part(arm)))
            }
            "median" => median(cases[case][at].sorted()),
            "survival" | "lower_95" | "upper_95" | "at_risk" | "events" => {
                let months: f64 = row[3].parse().unwrap();
                let step = curves[case][at].iter().find(|step| step.months == months).unwrap();
                match what {
                    "survival" => Some(step.survival),
                    "lower_95" => step.interval.map(|own| own.0),
                    "upper_95" => step.interval.map(|own| own.1),
                    "at_risk" => Some(f64::from(step.at_risk)),
                    _ => Some(f64::from(step.events)),
                }
            }
            _ => {
                let sets = risk_sets([cases[case][0].sorted(), cases[case][1].sorted()]);
                let ratio = hazard_ratio(&sets);
                match what {
                    "logrank_p" => log_rank(&sets),
                    "hazard_ratio" => ratio.map(|own| own.ratio),
                    "log_se" => ratio.map(|own| own.log_se),
                    "hr_lower_95" => ratio.map(|own| own.lower_95),
                    "hr_upper_95" => ratio.map(|own| own.upper_95),
                    other => panic!("{other}"),
                }
            }
        };
        near(&name, found, told);
    }
    for (what, least) in
        [("survival", 300), ("lower_95", 300), ("hazard_ratio", 8), ("log_se", 7), ("response_p", 12)]
    {
        assert!(compared[what] >= least, "{what}: {compared:?}");
    }
}

#[test]
fn a_curve_tells_of_everyone_once() {
    for (case, arms) in cases() {
        for arm in &arms {
            for points in [Points::All, Points::Events, Points::PerMonth(10.0), Points::PerMonth(2.0)] {
                let steps = kaplan_meier(arm.sorted(), points);
                let events: u32 = steps.iter().map(|step| step.events).sum();
                let censored: u32 = steps.iter().map(|step| step.censored).sum();
                assert_eq!((events, events + censored), (arm.events(), arm.patients()), "{case}");
                assert!(steps.windows(2).all(|pair| pair[0].months < pair[1].months), "{case}");
                assert!(steps.windows(2).all(|pair| pair[0].at_risk >= pair[1].at_risk));
                assert_eq!((steps[0].months, steps[0].at_risk), (0.0, arm.patients()));
            }
        }
    }
}

/// A row at every censoring changes nothing but who is told when.
#[test]
fn a_curve_with_all_points_is_that_of_events() {
    for (case, arms) in cases() {
        for arm in &arms {
            let all = kaplan_meier(arm.sorted(), Points::All);
            for step in kaplan_meier(arm.sorted(), Points::Events) {
                let own = all.iter().find(|own| own.months == step.months).unwrap();
                assert_eq!((own.survival, own.at_risk), (step.survival, step.at_risk), "{case}");
            }
            let times: BTreeSet<u64> = arm.sorted().iter().map(|own| own.months.to_bits()).collect();
            let at_start = usize::from(!times.contains(&0.0_f64.to_bits()));
            assert_eq!(all.len(), times.len() + at_start, "{case}");
        }
    }
}

/// A thinned curve is the whole one, read at the ends of parts of a month.
#[test]
fn thinning_moves_no_curve() {
    for (case, arms) in cases() {
        for arm in &arms {
            let whole = kaplan_meier(arm.sorted(), Points::Events);
            for step in kaplan_meier(arm.sorted(), Points::PerMonth(2.0)) {
                assert_eq!(step.months * 2.0, (step.months * 2.0).round(), "{case}");
                let at = whole.iter().rfind(|own| own.months <= step.months).unwrap();
                // Whoever is last may be censored after the last event.
                assert_eq!(
                    (step.survival, step.interval),
                    (at.survival, at.interval),
                    "{case} {}",
                    step.months
                );
                let seen = arm.sorted().iter().filter(|patient| patient.months >= step.months).count();
                assert_eq!(step.at_risk as usize, seen, "{case} {}", step.months);
            }
        }
    }
}

/// Where the arms change places the ratio is its inverse and the tests say the same.
#[test]
fn arms_may_change_places() {
    for (case, [control, arm]) in cases() {
        let [one, other] = [[&control, &arm], [&arm, &control]].map(|arms| risk_sets(arms.map(Arm::sorted)));
        if let (Some(one), Some(other)) = (hazard_ratio(&one), hazard_ratio(&other)) {
            assert!((one.ratio * other.ratio - 1.0).abs() < 1e-10, "{case}");
            assert!((one.log_se / other.log_se - 1.0).abs() < 1e-10, "{case}");
            assert!((one.lower_95 * other.upper_95 - 1.0).abs() < 1e-10, "{case}");
        }
        let [one, other] = [log_rank(&one), log_rank(&other)].map(Option::unwrap);
        assert!((one / other - 1.0).abs() < 1e-9, "{case}");
    }
}

fn seen(patients: &[(f64, bool)]) -> Arm {
    Arm::new(patients.iter().map(|(months, event)| Observed { months: *months, event: *event }).collect(), 0)
}

/// A likelihood without a maximum leaves the ratio undefined, and no infinity.
#[test]
fn what_has_no_maximum_has_no_ratio() {
    let never = seen(&[(5.0, false), (6.0, false)]);
    let early = seen(&[(1.0, true), (2.0, true)]);
    let late = seen(&[(7.0, true), (8.0, true)]);
    let ratio = |arms: [&Arm; 2]| hazard_ratio(&risk_sets(arms.map(Arm::sorted)));
    let test = |arms: [&Arm; 2]| log_rank(&risk_sets(arms.map(Arm::sorted)));
    // No events; events of one arm only; all events of one arm before any of the other.
    for arms in [[&never, &never], [&never, &early], [&early, &never], [&early, &late], [&late, &early]] {
        assert_eq!(ratio(arms), None, "{arms:?}");
    }
    // Events come after the other arm is gone: nothing was ever compared.
    assert_eq!((ratio([&never, &late]), test([&never, &late])), (None, None));
    assert_eq!(test([&never, &never]), None);
    assert!(test([&early, &late]).is_some_and(|p| p > 0.0 && p < 1.0));
    assert_eq!([&never, &late].map(|arm| median(arm.sorted())), [None, Some(7.0)]);
}

/// One arm dies a hundred times as fast: the search finds roots far out, and keeps to numbers.
#[test]
fn ratios_far_from_one_are_found() {
    let times = |scale: f64| seen(&(1..=200).map(|at| (scale * f64::from(at), true)).collect::<Vec<_>>());
    let mut seen = BTreeSet::new();
    for scale in [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0] {
        let (arm, control) = (times(scale + 1e-7), times(1.0));
        if let Some(own) = hazard_ratio(&risk_sets([&control, &arm].map(Arm::sorted))) {
            assert!(own.ratio.is_finite() && own.lower_95 > 0.0 && own.upper_95.is_finite(), "{own:?}");
            seen.insert((own.ratio * 1e6) as i64);
        }
    }
    // The further apart, the larger; the fastest are all dead before the first of the others.
    assert!(seen.len() >= 4, "{seen:?}");
}
